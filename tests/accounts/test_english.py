"""Signing in below /en/: pages, mails and the way on stay English."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from miglobe.accounts import invitations
from miglobe.accounts.roles import Role
from miglobe.mail.models import OutboxMessage
from tests.accounts.support import code_of_last_mail, confirm_code, request_code, with_password
from tests.actors import advisor, person

pytestmark = pytest.mark.django_db


def test_code_asked_for_in_english_comes_in_english_and_leads_to_english_pages(client: Client):
    contact = person("Katrin Wellmann", Role.MUNICIPALITY_CONTACT)
    with override("en"):
        asked = request_code(client, contact.email)
        code_page, cases = reverse("account_confirm_login_code"), reverse("casepage:list")
        signed_in = confirm_code(client, code_of_last_mail(contact.email))
    mail = OutboxMessage.objects.get()
    assert asked["Location"] == code_page
    assert mail.subject == "Sign in with this code"
    assert mail.body.startswith("Your code for signing in to MiGlobe is: ")
    assert signed_in["Location"] == cases == "/en/meine-vorgaenge/"


def test_signing_in_in_english_changes_nothing_about_the_language_of_mails(client: Client):
    contact = person("Katrin Wellmann", Role.MUNICIPALITY_CONTACT)
    with override("en"):
        request_code(client, contact.email)
        confirm_code(client, code_of_last_mail(contact.email))
    contact.refresh_from_db()
    assert contact.language == "de"


def test_link_for_a_new_password_leads_to_the_english_page(client: Client):
    user = with_password(advisor().user)
    with override("en"):
        client.post(reverse("account_reset_password"), {"email": user.email})
    mail = OutboxMessage.objects.get()
    assert mail.subject == "Choose a new password"
    assert f"{settings.BASE_URL}/en/konto/passwort/neu/" in mail.body


def test_invitation_speaks_the_language_of_the_invited_person():
    user = advisor().user
    user.language = "en"
    user.save()
    link = invitations.invite(user)
    mail = OutboxMessage.objects.get()
    assert link.startswith(f"{settings.BASE_URL}/en/konto/einladung/")
    assert mail.subject == "Choose a password for MiGlobe"
    assert f"Hello {user.name}," in mail.body
    assert "Your role there: Advisor." in mail.body
