"""A case that was merged: its old address leads on, nothing typed is lost, nothing done to the whole."""

from __future__ import annotations

import pytest
from django.test import Client

from requests_app import workflow
from requests_app.models import Case, CaseStatus
from tests import actors
from tests.actors import World
from tests.casepage.pages import url
from tests.sign_in import sign_in


@pytest.fixture
def cases(world: World) -> tuple[Case, Case]:
    """A case and the one that it was merged into."""
    case, into = actors.submitted(title="Zwei"), actors.submitted()
    workflow.merge(case, into, world.coordinator)
    return Case.objects.get(pk=case.pk), Case.objects.get(pk=into.pk)


@pytest.fixture
def client(cases: tuple[Case, Case]) -> Client:
    """The contact person who asked in the case that was merged."""
    made = Client()
    sign_in(made, cases[1].contacts.all()[1].user)
    return made


def test_the_old_address_leads_to_where_it_goes_on(client: Client, cases: tuple[Case, Case]) -> None:
    case, into = cases
    assert client.get(url(case))["Location"] == url(into)
    assert client.get(url(into)).status_code == 200


def test_a_message_from_a_page_of_before_arrives_where_it_goes_on(
    client: Client, cases: tuple[Case, Case]
) -> None:
    case, into = cases
    form = client.get(url(into)).context["message_form"]
    typed = {"body": "Noch etwas", "audience": "municipality", "form_key": form["form_key"].value()}
    assert client.post(url(case, "message"), typed).status_code == 302
    assert [message.body for message in into.messages.all()] == ["Noch etwas"]


@pytest.mark.parametrize("name", ["withdraw", "leave", "hand_over"])
def test_a_page_of_before_does_nothing_to_the_whole(
    client: Client, cases: tuple[Case, Case], name: str
) -> None:
    case, into = cases
    answer = client.post(url(case, name), {"reason": ""})
    assert answer["Location"] == url(into)
    into.refresh_from_db()
    assert (into.status, into.contacts.count()) == (CaseStatus.SUBMITTED, 2)


def test_somebody_else_finds_neither_of_them(world: World, cases: tuple[Case, Case]) -> None:
    client = Client()
    sign_in(client, world.other_contact)
    assert [client.get(url(case)).status_code for case in cases] == [404, 404]
