"""The ground that the other tests stand on."""

import pytest
from django.contrib.auth.models import Group, Permission


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["first", "second"])
def test_reference_data_is_back_after_a_test_that_emptied_the_tables(time):
    assert (Group.objects.count(), Permission.objects.filter(codename="change_user").count()) == (4, 1)
    Group.objects.all().delete()
    Permission.objects.all().delete()
