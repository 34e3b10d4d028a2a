"""Coordination and advisors sign in with a password and a second factor, from end to end."""

import pytest
import time_machine
from django.urls import reverse

from miglobe.accounts.roles import Role
from tests.accounts.support import (
    PASSWORD,
    enter_password,
    is_signed_in,
    mails,
    totp_code,
    with_password,
    with_totp,
)
from tests.actors import person
from tests.sign_in import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def coordinator():
    return with_password(person("Lena Brandt", Role.COORDINATOR))


def test_password_and_app_code_sign_in(client, coordinator):
    with_totp(coordinator)

    first = enter_password(client, coordinator)
    assert (first.url, is_signed_in(client)) == (reverse("mfa_authenticate"), False)

    second = client.post(first.url, {"code": totp_code()})
    assert second.url == reverse("admin:index")
    assert client.get(second.url).status_code == 200


def test_wrong_app_code_is_refused(client, coordinator):
    with_totp(coordinator)
    enter_password(client, coordinator)

    refused = client.post(reverse("mfa_authenticate"), {"code": "000000"})

    assert refused.status_code == 200
    assert refused.context["form"].errors["code"]
    assert is_signed_in(client) is False


def test_app_code_works_once(client, coordinator):
    with_totp(coordinator)
    code = totp_code()
    enter_password(client, coordinator)
    client.post(reverse("mfa_authenticate"), {"code": code})
    client.post(reverse("account_logout"))

    enter_password(client, coordinator)
    again = client.post(reverse("mfa_authenticate"), {"code": code})

    assert again.context["form"].errors["code"]
    assert is_signed_in(client) is False


def test_next_is_kept_through_the_second_factor(client, coordinator):
    with_totp(coordinator)

    enter_password(client, coordinator, next="/hilfe/")
    second = client.post(reverse("mfa_authenticate"), {"code": totp_code()})

    assert second.url == "/hilfe/"


def test_admin_leads_to_sign_in_and_back(client, coordinator):
    with_totp(coordinator)
    wanted = reverse("admin:accounts_user_changelist")

    asked = client.get(wanted, follow=True)
    assert asked.redirect_chain[-1][0] == f"{reverse('account_login')}?next={wanted}"

    enter_password(client, coordinator, next=wanted)
    assert client.post(reverse("mfa_authenticate"), {"code": totp_code()}).url == wanted


def test_wrong_password_and_unknown_address_answer_alike(client, coordinator):
    def answer(email: str) -> tuple:
        refused = client.post(reverse("account_login_password"), {"login": email, "password": "falsch"})
        return refused.status_code, refused.context["form"].errors

    assert answer(coordinator.email) == answer("niemand@example.org")


def test_sixth_wrong_password_is_refused_even_when_right(client, coordinator):
    for _ in range(5):
        enter_password(client, coordinator, password="falsch")

    enter_password(client, coordinator)

    assert is_signed_in(client) is False


def test_address_may_be_typed_in_capitals(client, coordinator):
    enter_password(client, coordinator, login=coordinator.email.upper())

    assert client.session["_auth_user_id"] == str(coordinator.pk)


def test_sign_in_ends_after_the_working_day(client, coordinator):
    with_totp(coordinator)
    with time_machine.travel("2026-11-23 09:00+01:00", tick=False) as clock:
        enter_password(client, coordinator)
        client.post(reverse("mfa_authenticate"), {"code": totp_code()})
        clock.shift(12 * 60 * 60 - 1)
        assert client.get(reverse("admin:index")).status_code == 200
        clock.shift(1)
        assert client.get(reverse("admin:index")).status_code == 302

    assert is_signed_in(client) is False


def test_sign_in_page_takes_no_password(client, coordinator):
    client.post(reverse("account_login"), {"login": coordinator.email, "password": PASSWORD})

    assert is_signed_in(client) is False


def test_forgotten_password_is_replaced_by_the_link_of_a_mail(client, coordinator):
    with_totp(coordinator)
    sent = client.post(reverse("account_reset_password"), {"email": coordinator.email})
    assert sent.url == reverse("account_reset_password_done")
    mail = mails(coordinator.email)[-1]
    assert mail.is_secret is True
    path = mail.body.split("http://127.0.0.1:8000")[1].split()[0]

    page = client.get(path, follow=True)
    new = {"password1": "sieben Äpfel im Korb", "password2": "sieben Äpfel im Korb"}
    saved = client.post(page.redirect_chain[-1][0], new)

    assert saved.url == reverse("mfa_authenticate")
    coordinator.refresh_from_db()
    assert coordinator.check_password("sieben Äpfel im Korb") is True
    assert mails(coordinator.email)[-1].subject == "Prüfen Sie: Ihr Passwort wurde geändert"
    client.post(reverse("account_logout"))
    assert client.get(path).context["token_fail"] is True


def test_forgotten_password_link_opened_twice_still_works(client, coordinator):
    client.post(reverse("account_reset_password"), {"email": coordinator.email})
    path = mails(coordinator.email)[-1].body.split("http://127.0.0.1:8000")[1].split()[0]

    client.get(path, follow=True)
    client.cookies.clear()

    assert "form" in client.get(path, follow=True).context
    coordinator.refresh_from_db()
    assert coordinator.check_password(PASSWORD) is True


@pytest.mark.parametrize("roles", [[], [Role.MUNICIPALITY_CONTACT]])
def test_contact_person_gets_no_password(client, roles):
    contact = person("Katrin Wellmann", *roles)

    sent = client.post(reverse("account_reset_password"), {"email": contact.email})

    assert sent.url == reverse("account_reset_password_done")
    assert mails(contact.email) == []
    client.force_login(contact)
    assert client.get(reverse("account_set_password")).status_code == 403


def test_password_is_changed_with_the_present_one(client, coordinator):
    sign_in(client, coordinator)
    new = {"password1": "sieben Äpfel im Korb", "password2": "sieben Äpfel im Korb"}

    wrong = client.post(reverse("account_change_password"), {"oldpassword": "falsch"} | new)
    assert list(wrong.context["form"].errors) == ["oldpassword"]
    changed = client.post(reverse("account_change_password"), {"oldpassword": PASSWORD} | new)

    assert changed.url == reverse("mfa_index")
    assert is_signed_in(client) is True
    assert mails(coordinator.email)[-1].kind == "password_changed"


@pytest.mark.parametrize(
    ("first", "second", "field"),
    [
        ("kurz", "kurz", "password1"),
        ("drei blaue Stühle am Fenster", "drei blaue Stühle", "password2"),
        ("123456789012", "123456789012", "password1"),
    ],
)
def test_weak_or_mistyped_password_is_refused_at_the_field(client, coordinator, first, second, field):
    sign_in(client, coordinator)
    data = {"oldpassword": PASSWORD, "password1": first, "password2": second}

    refused = client.post(reverse("account_change_password"), data)

    assert field in refused.context["form"].errors
