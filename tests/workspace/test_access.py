"""Who gets to which of the advisors' pages."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from miglobe.accounts.models import User
from miglobe.accounts.roles import Role
from requests_app import workflow
from requests_app.models import ActionOption, AssignmentRole, Case, DialogueSession
from tests import actors
from tests.actors import World
from tests.recordings import replayed_next
from tests.sign_in import sign_in

# Every path below a case: for the advisor who was only asked, and for one who advises.
PATHS = {
    "case": (200, 200),
    "accept": (302, 302),
    "decline": (200, 302),
    "write": (403, 302),
    "session_new": (403, 200),
    "session": (403, 200),
    "option_new": (403, 200),
    "option": (403, 200),
    "option_remove": (403, 302),
    "propose": (403, 200),
}
REQUESTS = [("get", name) for name in PATHS] + [("post", name) for name in PATHS if name != "case"]
NEED_PK = {"session", "option", "option_remove"}


@pytest.fixture
def case(world: World, talking: Case) -> Case:
    """A case that the lead advises, with the second advisor still asked, a session and a draft."""
    replayed_next("second still asked", lambda: ask_second_again(world, talking))
    return Case.objects.get(pk=talking.pk)


def ask_second_again(world: World, case: Case) -> None:
    second = case.assignments.get(role=AssignmentRole.CO)
    workflow.end_assignment(second, world.coordinator)
    workflow.offer(case, world.coordinator, world.offers(AssignmentRole.CO))
    workflow.write_option(case, world.lead.user, fields=actors.option_fields())


def address(name: str, case: Case) -> str:
    rows = {"session": DialogueSession, "option": ActionOption, "option_remove": ActionOption}
    pk = [rows[name].objects.get(case=case).pk] if name in NEED_PK else []
    return reverse(f"workspace:{name}", args=[case.reference, *pk])


def browser_of(user: User) -> Client:
    browser = Client()
    sign_in(browser, user)
    return browser


@pytest.mark.parametrize("name", PATHS)
def test_advisor_who_was_only_asked_sees_the_offer_and_nothing_else(
    name: str, case: Case, co: Client
) -> None:
    assert co.get(address(name, case)).status_code == PATHS[name][0]


@pytest.mark.parametrize("name", PATHS)
def test_advisor_of_the_case_gets_everywhere(name: str, case: Case, lead: Client) -> None:
    assert lead.get(address(name, case)).status_code == PATHS[name][1]


@pytest.mark.parametrize(("method", "name"), REQUESTS)
def test_advisor_of_another_case_finds_nothing(method: str, name: str, case: Case, world: World) -> None:
    browser = browser_of(world.other_advisor.user)
    assert getattr(browser, method)(address(name, case)).status_code == 404


@pytest.mark.parametrize(("method", "name"), REQUESTS)
@pytest.mark.parametrize("who", ["contact", "coordinator"])
def test_other_sides_are_refused(who: str, name: str, method: str, case: Case, world: World) -> None:
    user = actors.contact_of(case) if who == "contact" else world.coordinator
    assert getattr(browser_of(user), method)(address(name, case)).status_code == 403


@pytest.mark.parametrize("name", PATHS)
def test_anonymous_visitor_is_led_to_the_sign_in(name: str, case: Case, client: Client) -> None:
    url = address(name, case)
    response = client.get(url)
    assert (response.status_code, response["Location"]) == (302, f"{reverse('account_login')}?next={url}")


@pytest.mark.parametrize(
    "name", ["write", "session_new", "session", "option_new", "option", "option_remove", "propose"]
)
def test_advisor_who_was_only_asked_cannot_act(name: str, case: Case, co: Client) -> None:
    events = case.events.count()
    assert co.post(address(name, case)).status_code == 403
    assert case.events.count() == events


def test_list_is_for_advisors(world: World, case: Case, client: Client) -> None:
    url = reverse("workspace:home")
    assert client.get(url).status_code == 302
    for user in (actors.contact_of(case), world.coordinator):
        assert browser_of(user).get(url).status_code == 403
    assert browser_of(world.other_advisor.user).get(url).status_code == 200


def test_advisor_without_an_entry_in_the_pool_reads_a_sentence(world: World) -> None:
    client = Client()
    sign_in(client, actors.person("Nora Neu", Role.ADVISOR))
    response = client.get(reverse("workspace:home"))
    assert response.status_code == 200
    assert [t.name for t in response.templates][0] == "workspace/no_profile.html"


@pytest.mark.parametrize("end", ["decline", "withdraw", "expire", "end"])
def test_case_is_gone_once_there_is_no_live_assignment(end: str, world: World, co: Client) -> None:
    case = world.case(actors.CaseStatus.MATCHED)
    second = world.offer_of(case, world.co)
    if end == "decline":
        workflow.decline_offer(second, world.co.user)
    elif end == "withdraw":
        workflow.withdraw_offer(second, world.coordinator)
    elif end == "expire":
        workflow.expire_offer(second)
    else:
        workflow.accept_offer(second, world.co.user)
        workflow.end_assignment(second, world.coordinator)
    assert co.get(reverse("workspace:case", args=[case.reference])).status_code == 404


@pytest.mark.parametrize("name", ["accept", "write", "option_remove"])
def test_opening_the_address_of_an_action_changes_nothing(
    name: str, case: Case, lead: Client, co: Client
) -> None:
    before = (case.events.count(), case.options.count(), case.messages.count())
    browser = co if name == "accept" else lead
    assert browser.get(address(name, case)).status_code == 302
    assert (case.events.count(), case.options.count(), case.messages.count()) == before


def test_session_and_option_of_another_case_are_not_found(case: Case, world: World, lead: Client) -> None:
    other = world.case(actors.CaseStatus.IN_DIALOGUE)
    option = actors.propose_option(world, other)
    for name, pk in (("session", other.sessions.get().pk), ("option", option.pk)):
        assert lead.get(reverse(f"workspace:{name}", args=[case.reference, pk])).status_code == 404
