"""Who gets to the case pages: not yours is 404, the wrong side 403, without sign-in the way to it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from miglobe.accounts.models import User
from requests_app.models import ActionOption, Case, CaseStatus, Event
from tests import actors
from tests.actors import World
from tests.casepage.pages import Visitor, contact, url

PAGES = ["case", "answer_query", "message", "confirm_options", "withdraw"]
OPTION_PAGES = ["confirm_option", "comment_option"]


@pytest.fixture
def case(world: World) -> Case:
    case = world.case(CaseStatus.IN_DIALOGUE)
    actors.propose_option(world, case)
    return case


def addresses(case: Case) -> list[str]:
    option = case.options.get()
    return [url(case, name) for name in PAGES] + [url(case, name, option.pk) for name in OPTION_PAGES]


def statuses(client: Client, case: Case) -> list[int]:
    """What every address of a case answers, to GET and to POST."""
    return [
        ask(address).status_code
        for address in addresses(case)
        for ask in (client.get, client.post)
        if not (ask == client.post and address == url(case))
    ]


def test_the_contact_person_opens_every_page(case: Case) -> None:
    client = contact(case).client
    assert [client.get(address).status_code for address in addresses(case)] == [200] * 7


def test_another_municipality_finds_nothing(world: World, case: Case) -> None:
    events = Event.objects.count()
    assert statuses(Visitor(world.other_contact).client, case) == [404] * 13
    assert Event.objects.count() == events


@pytest.mark.parametrize("who", ["lead", "offered", "other_advisor", "coordinator", "administrator"])
def test_other_sides_are_refused(world: World, case: Case, who: str) -> None:
    people: dict[str, User] = {
        "lead": world.lead.user,
        "offered": world.co.user,
        "other_advisor": world.other_advisor.user,
        "coordinator": world.coordinator,
        "administrator": actors.administrator(),
    }
    client = Visitor(people[who]).client
    assert statuses(client, case) == [403] * 13
    assert client.get(reverse("casepage:list")).status_code == 403


def test_without_sign_in_every_page_leads_there(case: Case) -> None:
    client = Client()
    for address in [*addresses(case), reverse("casepage:list")]:
        for ask in (client.get, client.post):
            answer = ask(address)
            assert (answer.status_code, answer["Location"].split("?")[0]) == (302, reverse("account_login"))


def test_the_page_and_the_list_refuse_to_be_posted_to(case: Case) -> None:
    client = contact(case).client
    assert client.post(url(case)).status_code == 405
    assert client.post(reverse("casepage:list")).status_code == 405


def test_a_reference_that_does_not_exist_is_not_found(case: Case) -> None:
    assert contact(case).client.get("/vorgang/MG-2026-9999/").status_code == 404


@pytest.mark.parametrize("name", OPTION_PAGES)
def test_an_option_of_another_case_is_not_found(world: World, case: Case, name: str) -> None:
    other = world.case(CaseStatus.IN_DIALOGUE)
    foreign = actors.propose_option(world, other)
    client = contact(case).client
    assert client.get(url(case, name, foreign.pk)).status_code == 404
    assert client.post(url(case, name, foreign.pk), {"version": 1, "text": "x"}).status_code == 404
    assert ActionOption.objects.get(pk=foreign.pk).status == "proposed"


def test_opening_a_page_changes_nothing(case: Case) -> None:
    before = (Event.objects.count(), Case.objects.get(pk=case.pk).version)
    client = contact(case).client
    for address in addresses(case):
        client.get(address)
    assert (Event.objects.count(), Case.objects.get(pk=case.pk).version) == before
