"""The ground that the other tests stand on."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.mail import send_mail

from miglobe.mail.models import OutboxMessage


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["first", "second"])
def test_reference_data_is_back_after_a_test_that_emptied_the_tables(time):
    assert (Group.objects.count(), Permission.objects.filter(codename="change_user").count()) == (5, 1)
    Group.objects.all().delete()
    Permission.objects.all().delete()


@pytest.mark.django_db
def test_mails_are_stored_in_the_outbox_and_not_sent(mailoutbox):
    send_mail("Subject", "Text", None, ["somebody@example.org"])
    assert (OutboxMessage.objects.count(), len(mailoutbox)) == (1, 0)
