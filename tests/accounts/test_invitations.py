"""Invitations: one link, one password, then the second factor."""

import pytest
import time_machine
from django.urls import reverse

from miglobe.accounts.invitations import (
    CannotInvite,
    invitation_link,
    invite,
    invited_user,
    reset_access,
)
from miglobe.accounts.roles import Role
from tests.accounts.support import PASSWORD, is_signed_in, mails, with_password, with_totp
from tests.actors import person
from tests.sign_in import sign_in

pytestmark = pytest.mark.django_db

BOTH = {"password1": PASSWORD, "password2": PASSWORD}


@pytest.fixture
def advisor():
    return person("Amara Okafor", Role.ADVISOR)


def path_of(link: str) -> str:
    return link.removeprefix("http://127.0.0.1:8000")


def token_of(link: str) -> str:
    return link.rstrip("/").rpartition("/")[2]


@pytest.mark.parametrize("role", [Role.ADVISOR, Role.COORDINATOR, Role.ADMINISTRATOR])
def test_invitation_is_mailed_confidentially(role):
    user = person("Amara Okafor", role)

    link = invite(user)

    [mail] = mails(user.email)
    assert (mail.kind, mail.is_secret) == ("invitation", True)
    assert mail.subject == "Wählen Sie ein Passwort für MiGlobe"
    assert mail.body.startswith(f"Mit diesem Link wählen Sie Ihr Passwort für MiGlobe:\n{link}\n")
    assert "Amara Okafor" in mail.body


def test_invitation_names_who_invites(rf, advisor):
    request = rf.post("/")
    request.user = person("Lena Brandt", Role.COORDINATOR)

    invite(advisor, request)

    assert "Lena Brandt lädt Sie ein" in mails(advisor.email)[0].body


def test_contact_person_cannot_be_invited():
    with pytest.raises(CannotInvite):
        invite(person("Katrin Wellmann", Role.MUNICIPALITY_CONTACT))


def test_locked_person_cannot_be_invited(advisor):
    advisor.is_active = False

    with pytest.raises(CannotInvite):
        invite(advisor)


def test_opening_the_link_changes_nothing(client, advisor):
    path = path_of(invitation_link(advisor))
    before = advisor.password

    assert [client.get(path).status_code for _ in range(3)] == [200, 200, 200]

    advisor.refresh_from_db()
    assert (advisor.password, is_signed_in(client)) == (before, False)


def test_password_is_saved_and_the_second_factor_comes_next(client, advisor):
    saved = client.post(path_of(invitation_link(advisor)), BOTH)

    assert saved.url == reverse("workspace:home")
    assert client.get(saved.url).url == reverse("account_second_factor")
    assert client.get(reverse("mfa_activate_totp")).status_code == 200
    advisor.refresh_from_db()
    assert advisor.check_password(PASSWORD) is True
    assert advisor.emailaddress_set.get().verified is True


def test_link_works_once(client, advisor):
    path = path_of(invitation_link(advisor))
    client.post(path, BOTH)
    client.post(reverse("account_logout"))

    assert client.get(path).status_code == 410
    assert client.post(path, BOTH).status_code == 410


def test_link_ends_with_a_password_chosen_otherwise(advisor):
    token = token_of(invitation_link(advisor))
    with_password(advisor)

    assert invited_user(token) is None


def test_link_is_valid_for_fourteen_days(advisor):
    with time_machine.travel("2026-11-01 12:00", tick=False) as clock:
        token = token_of(invitation_link(advisor))
        clock.shift(14 * 24 * 3600 - 1)
        assert invited_user(token) == advisor
        clock.shift(2)
        assert invited_user(token) is None


@pytest.mark.parametrize("change", ["is_active", "roles", "email"])
def test_link_ends_when_it_is_no_longer_meant(advisor, change):
    token = token_of(invitation_link(advisor))
    if change == "is_active":
        advisor.is_active = False
    if change == "roles":
        advisor.set_roles([])
    if change == "email":
        advisor.email = "neu@example.org"
    advisor.save()

    assert invited_user(token) is None


def test_forged_link_is_refused(client, advisor):
    token = token_of(invitation_link(advisor))

    assert invited_user(f"{token}x") is None
    assert client.get(reverse("account_invitation", args=["unsinn"])).status_code == 410


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({}, "password1"),
        ({"password1": PASSWORD}, "password2"),
        ({"password1": PASSWORD, "password2": "anders"}, "password2"),
        ({"password1": "passwort", "password2": "passwort"}, "password1"),
    ],
)
def test_missing_or_weak_password_is_told_at_the_field(client, advisor, data, field):
    refused = client.post(path_of(invitation_link(advisor)), data)

    assert refused.status_code == 200
    assert field in refused.context["form"].errors


def test_somebody_else_is_signed_out_by_accepting(client, advisor):
    sign_in(client, person("Katrin Wellmann", Role.MUNICIPALITY_CONTACT))

    client.post(path_of(invitation_link(advisor)), BOTH)

    assert client.session["_auth_user_id"] == str(advisor.pk)


def test_existing_second_factor_is_asked_for_after_a_new_password(client, advisor):
    with_totp(advisor)

    saved = client.post(path_of(invitation_link(advisor)), BOTH)

    assert (saved.url, is_signed_in(client)) == (reverse("mfa_authenticate"), False)


def test_reset_takes_password_factors_and_sessions_away(client, advisor):
    with_totp(with_password(advisor))
    sign_in(client, advisor)

    reset_access(advisor)

    assert advisor.has_usable_password() is False
    assert advisor.authenticator_set.count() == 0
    assert client.get("/konto/").url.startswith(reverse("account_login"))
