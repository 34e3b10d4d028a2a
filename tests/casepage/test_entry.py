"""Entries that somebody made for the municipality, on its own pages: signing in alone confirms nothing."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext

from requests_app import workflow
from requests_app.models import Case, Channel
from tests import actors
from tests.actors import World
from tests.requests_app.entered import enter, form_of
from tests.sign_in import sign_in
from tests.triage.desk import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(client: Client) -> Case:
    """A request that an advisor passed on; its contact person has signed in with a code."""
    case = enter(World().lead.user, Channel.ADVISOR)
    contact = actors.contact_of(case)
    workflow.confirm_by_sign_in(contact)
    sign_in(client, contact)
    return case


def path(case: Case, name: str = "entry") -> str:
    return reverse(f"casepage:{name}", args=[case.reference])


def test_case_page_asks_to_check_the_entries(client: Client, case: Case) -> None:
    sentence = gettext(
        "Please check what was entered for you, and confirm it. Until then nothing goes to advisors."
    )
    response = client.get(path(case, "case"))
    assert sentence in words(response)
    assert f'href="{path(case)}"' in response.content.decode()
    assert sentence in words(client.get(reverse("casepage:list")))


def test_entries_are_confirmed_without_a_code(client: Client, case: Case) -> None:
    fields = form_of(client.get(path(case))).fields
    assert "code" not in fields
    response = client.post(path(case), fields | {"title": "Berichtigt"})
    assert response.url == path(case, "case")
    case.refresh_from_db()
    assert (case.title, case.awaits_confirmation) == ("Berichtigt", False)
    assert client.get(path(case)).url == path(case, "case")


def test_missing_answer_is_told_and_the_rest_is_kept(client: Client, case: Case) -> None:
    fields = form_of(client.get(path(case))).fields
    response = client.post(path(case), fields | {"title": "", "unit": "Amt 41"})
    assert list(response.context["form"].errors) == ["title"]
    assert form_of(response).fields["unit"] == "Amt 41"
    case.refresh_from_db()
    assert case.awaits_confirmation is True


def test_change_of_the_coordination_in_between_is_told(client: Client, case: Case) -> None:
    fields = form_of(client.get(path(case))).fields
    Case.objects.filter(pk=case.pk).update(version=case.version + 1)
    response = client.post(path(case), fields | {"title": "Von mir"})
    assert response.status_code == 200
    assert form_of(response).fields["title"] == "Von mir"
    assert client.post(path(case), form_of(response).fields).status_code == 302


def test_entries_of_others_are_not_found(client: Client, case: Case) -> None:
    other = enter(actors.coordinator())
    assert client.get(path(other)).status_code == 404
    assert client.post(path(other)).status_code == 404


def test_contact_who_was_signed_in_before_the_mail_came_confirms_without_a_code(client: Client) -> None:
    world = World()
    sign_in(client, world.other_contact)
    case = enter(world.coordinator, contact={"email": world.other_contact.email})
    fields = form_of(client.get(path(case))).fields
    assert client.post(path(case), fields).url == path(case, "case")
    case.refresh_from_db()
    assert case.awaits_confirmation is False
    assert case.contacts.get().confirmed_at is not None
