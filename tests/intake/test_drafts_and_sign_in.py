"""Signing in and out half-way loses nothing: the draft belongs to the browser, not to an account."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from miglobe.accounts.models import User
from miglobe.accounts.roles import Role
from requests_app.models import RequestDraft
from tests import actors
from tests.accounts.support import (
    code_of_last_mail,
    confirm_code,
    enter_password,
    is_signed_in,
    request_code,
    totp_code,
    with_password,
    with_totp,
)
from tests.actors import person
from tests.intake.form_walk import answers, begin, draft_of, mailed_code, send
from tests.intake.resume_walk import save
from tests.sign_in import sign_in

pytestmark = pytest.mark.django_db
CONCERN = reverse("intake:concern")


@pytest.fixture
def draft(client: Client) -> RequestDraft:
    """A second page that does not validate, put by; and an earlier draft in the same browser."""
    begin(client)
    save(client, "concern", {"title": "Die andere"})
    other = draft_of(client)
    session = client.session
    del session["intake_draft"]
    session["intake_others"] = [str(other.key)]
    session.save()
    begin(client)
    save(client, "concern", {"title": "Halb fertig", "situation": ""})
    return draft_of(client)


def is_still_there(client: Client, draft: RequestDraft) -> bool:
    shown = client.get(CONCERN)
    others = client.get(reverse("intake:start")).context["others"]
    return (
        draft_of(client) == draft
        and shown.context["form"]["title"].value() == "Halb fertig"
        and [other.data["concern"]["title"] for other in others] == [["Die andere"]]
    )


def by_code(client: Client, user: User) -> None:
    request_code(client, user.email)
    confirm_code(client, code_of_last_mail(user.email))
    assert is_signed_in(client)


def test_signing_in_by_code_keeps_the_draft(client: Client, draft: RequestDraft):
    by_code(client, actors.contact_of(actors.submitted()))
    assert is_still_there(client, draft)


def test_signing_in_by_password_and_app_keeps_the_draft(client: Client, draft: RequestDraft):
    advisor = with_password(person("Amara Okafor", Role.ADVISOR))
    with_totp(advisor)
    enter_password(client, advisor)
    client.post(reverse("mfa_authenticate"), {"code": totp_code()})
    assert is_signed_in(client)
    assert is_still_there(client, draft)


def test_confirming_another_request_keeps_the_draft(client: Client):
    case = send(client)
    begin(client)
    save(client, "concern", {"title": "Halb fertig"})
    client.post(reverse("intake:confirm"), {"code": mailed_code(case)})
    assert is_signed_in(client)
    assert client.get(CONCERN).context["form"]["title"].value() == "Halb fertig"


def test_somebody_else_who_signs_in_meets_the_browsers_draft(client: Client, draft: RequestDraft):
    sign_in(client, actors.contact_of(actors.submitted()))
    second = actors.contact_of(actors.submitted())
    client.post(reverse("account_logout"))
    by_code(client, second)
    assert is_still_there(client, draft)


def test_signing_out_keeps_the_draft_and_nothing_of_the_account(client: Client, draft: RequestDraft):
    by_code(client, actors.contact_of(actors.submitted()))
    client.post(reverse("account_logout"))
    assert is_signed_in(client) is False
    assert sorted(client.session.keys()) == ["intake_draft", "intake_others"]
    assert is_still_there(client, draft)


def test_signing_out_forgets_which_request_was_sent(client: Client):
    case = send(client)
    client.post(reverse("intake:confirm"), {"code": mailed_code(case)})
    client.post(reverse("account_logout"))
    assert client.get(reverse("intake:sent")).url == reverse("intake:start")


def test_signing_out_of_the_admin_keeps_the_draft(client: Client, draft: RequestDraft):
    sign_in(client, actors.coordinator())
    client.post(reverse("admin:logout"))
    assert is_signed_in(client) is False
    assert is_still_there(client, draft)


@pytest.mark.parametrize("role", [Role.MUNICIPALITY_CONTACT, Role.COORDINATOR])
def test_draft_outlives_the_end_of_the_sign_in(client: Client, role: Role):
    with time_machine.travel("2026-11-01 10:00+01:00", tick=False) as clock:
        begin(client)
        sign_in(client, person("Robin Sommer", role))
        save(client, "municipality", answers()["municipality"])
        clock.shift(dt.timedelta(days=29))
        shown = client.get(reverse("intake:municipality"))
        assert is_signed_in(client) is False
        assert shown.context["form"]["name"].value() == "Katrin Wellmann"
