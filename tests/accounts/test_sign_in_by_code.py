"""Municipal staff sign in with a code from their mailbox, over HTTP and from end to end."""

import re

import pytest
import time_machine
from django.contrib.auth.signals import user_logged_in
from django.urls import reverse

from miglobe.accounts.models import User
from miglobe.accounts.roles import Role
from tests.accounts.support import (
    code_of_last_mail,
    confirm_code,
    is_signed_in,
    mails,
    request_code,
    with_totp,
    wrong,
)
from tests.actors import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def contact() -> User:
    return person("Katrin Wellmann", Role.MUNICIPALITY_CONTACT)


def test_code_from_the_mail_signs_in(client, contact):
    asked = request_code(client, contact.email)
    assert (asked.status_code, asked.url) == (302, reverse("account_confirm_login_code"))

    entered = confirm_code(client, code_of_last_mail(contact.email))

    assert (entered.status_code, entered.url) == (302, reverse("casepage:list"))
    assert client.session["_auth_user_id"] == str(contact.pk)
    assert contact.emailaddress_set.get().verified is True


def test_code_mail_is_german_and_confidential(client, contact):
    request_code(client, contact.email)

    mail = mails(contact.email)[-1]
    assert mail.subject == "Melden Sie sich mit diesem Code an"
    assert mail.body.startswith("Ihr Code für die Anmeldung bei MiGlobe lautet: ")
    assert (mail.kind, mail.is_secret) == ("login_code", True)
    assert mail.headers == {"Auto-Submitted": "auto-generated"}
    assert not re.search(r"\b(du|dein|dich|dir)\b", mail.body, re.IGNORECASE)


def test_code_may_be_pasted_with_blanks(client, contact):
    request_code(client, contact.email)
    code = code_of_last_mail(contact.email)

    confirm_code(client, f" {code[:3]} {code[3:]} ")

    assert is_signed_in(client) is True


def test_address_may_be_typed_in_capitals(client, contact):
    request_code(client, f" {contact.email.upper()} ")

    confirm_code(client, code_of_last_mail(contact.email))

    assert client.session["_auth_user_id"] == str(contact.pk)


def test_wrong_code_is_refused_and_can_be_corrected(client, contact):
    request_code(client, contact.email)
    code = code_of_last_mail(contact.email)

    refused = confirm_code(client, wrong(code))
    assert refused.status_code == 200
    assert refused.context["form"].errors["code"]
    assert is_signed_in(client) is False

    confirm_code(client, code)
    assert is_signed_in(client) is True


def test_fifth_wrong_code_ends_the_attempt(client, contact):
    request_code(client, contact.email)
    code = code_of_last_mail(contact.email)

    for _ in range(4):
        assert confirm_code(client, wrong(code)).status_code == 200
    assert confirm_code(client, wrong(code)).url == reverse("account_request_login_code")

    confirm_code(client, code)
    assert is_signed_in(client) is False


def test_code_runs_out_after_fifteen_minutes(client, contact):
    with time_machine.travel("2026-11-23 09:00", tick=False) as clock:
        request_code(client, contact.email)
        clock.shift(15 * 60 + 1)

        late = confirm_code(client, code_of_last_mail(contact.email))

    assert late.url == reverse("account_request_login_code")
    assert is_signed_in(client) is False


def test_code_sent_again_replaces_the_first(client, contact):
    request_code(client, contact.email)
    first = code_of_last_mail(contact.email)

    client.post(reverse("account_confirm_login_code"), {"action": "resend"})

    second = code_of_last_mail(contact.email)
    assert len(mails(contact.email)) == 2
    if first != second:
        assert confirm_code(client, first).status_code == 200
    confirm_code(client, second)
    assert is_signed_in(client) is True


def test_unknown_address_answers_as_a_known_one(client, contact):
    def walk(email: str) -> list:
        client.cookies.clear()
        asked = request_code(client, email)
        page = client.get(asked.url)
        refused = confirm_code(client, "000000")
        texts = [
            re.sub(r'(value|csrf)="[^"]{20,}"', "", answer.content.decode()).replace(email, "…")
            for answer in (page, refused)
        ]
        return [asked.status_code, asked.url, page.status_code, refused.status_code, *texts]

    assert walk("niemand@hattingen.example.org") == walk(contact.email)
    assert mails("niemand@hattingen.example.org") == []


def test_locked_account_gets_no_code(client, contact):
    contact.is_active = False
    contact.save()

    assert request_code(client, contact.email).url == reverse("account_confirm_login_code")
    assert mails(contact.email) == []


def test_sixth_code_in_ten_minutes_is_refused(client, contact):
    for _ in range(5):
        client.cookies.clear()
        assert request_code(client, contact.email).status_code == 302

    client.cookies.clear()
    refused = request_code(client, contact.email)

    assert refused.status_code == 200
    assert refused.context["form"].errors["login"]
    assert len(mails(contact.email)) == 5


def test_many_requests_from_one_network_are_refused_with_a_sentence(client, contact):
    for number in range(20):
        client.cookies.clear()
        request_code(client, f"jemand{number}@example.org")

    client.cookies.clear()
    refused = request_code(client, contact.email)

    assert refused.context["form"].errors["login"]
    assert mails(contact.email) == []


def test_next_is_kept_when_it_is_safe(client, contact):
    request_code(client, contact.email, next="/hilfe/")
    entered = confirm_code(client, code_of_last_mail(contact.email), next="/hilfe/")

    assert entered.url == "/hilfe/"


def test_next_is_dropped_when_it_leads_away(client, contact):
    request_code(client, contact.email, next="https://example.com/")
    entered = confirm_code(client, code_of_last_mail(contact.email), next="https://example.com/")

    assert entered.url == reverse("casepage:list")


@pytest.mark.parametrize(
    ("roles", "name"),
    [
        ([], "casepage:list"),
        ([Role.MUNICIPALITY_CONTACT], "casepage:list"),
        ([Role.ADVISOR], "workspace:home"),
        ([Role.COORDINATOR], "admin:index"),
        ([Role.ADMINISTRATOR], "admin:index"),
        ([Role.ADVISOR, Role.COORDINATOR], "admin:index"),
        ([Role.ADVISOR, Role.MUNICIPALITY_CONTACT], "workspace:home"),
    ],
)
def test_sign_in_leads_to_where_the_role_works(client, roles, name):
    user = person("Robin Sommer", *roles)

    request_code(client, user.email)
    entered = confirm_code(client, code_of_last_mail(user.email))

    assert entered.url == reverse(name)


def test_sign_in_by_code_still_asks_for_the_second_factor(client):
    coordinator = person("Lena Brandt", Role.COORDINATOR)
    with_totp(coordinator)

    request_code(client, coordinator.email)
    entered = confirm_code(client, code_of_last_mail(coordinator.email))

    assert entered.url == reverse("mfa_authenticate")
    assert is_signed_in(client) is False


@pytest.mark.parametrize(("role", "hours"), [(Role.MUNICIPALITY_CONTACT, 168), (Role.ADVISOR, 12)])
def test_sign_in_lasts_as_long_as_the_role_allows(client, role, hours):
    user = person("Robin Sommer", role)
    with time_machine.travel("2026-11-23 09:00", tick=False) as clock:
        request_code(client, user.email)
        confirm_code(client, code_of_last_mail(user.email))

        clock.shift(hours * 60 * 60 - 1)
        client.get("/")
        assert is_signed_in(client) is True
        clock.shift(1)
        assert client.get(reverse("account_home")).url.startswith(reverse("account_login"))

    assert is_signed_in(client) is False


def test_sign_in_changes_the_session_key_and_is_announced(client, contact):
    announced = []
    user_logged_in.connect(heard := lambda **data: announced.append(data["user"]))
    request_code(client, contact.email)
    before = client.session.session_key

    confirm_code(client, code_of_last_mail(contact.email))

    user_logged_in.disconnect(heard)
    assert announced == [contact]
    assert client.session.session_key != before


def test_sign_up_does_not_exist(client):
    assert client.get("/konto/signup/").status_code == 404
    assert client.get("/konto/registrieren/").status_code == 404


def test_sign_out_needs_a_post(client, contact):
    client.force_login(contact)

    assert client.get(reverse("account_logout")).status_code == 200
    assert is_signed_in(client) is True
    assert client.post(reverse("account_logout")).url == "/"
    assert is_signed_in(client) is False
