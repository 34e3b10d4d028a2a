"""Direct enquiries at the coordinators' desk: the badge, the list, the alarm and how it ends."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from requests_app import workflow
from requests_app.jobs import expire_offers
from requests_app.models import AssignmentRole, Case, CaseStatus
from requests_app.triage.overview import overview
from tests import actors
from tests.actors import World
from tests.triage.desk import Desk, words

BADGE, ALARM = "Direktanfrage", "Direktanfrage ohne Antwort"


@pytest.fixture
def unanswered(world: World) -> Case:
    """A direct enquiry to the lead whose answer was due yesterday."""
    case = actors.direct_enquiry(world.lead, title="Ohne Antwort")
    case.assignments.update(answer_due_on=dt.date(2026, 1, 2))
    assert expire_offers() == 1
    return Case.objects.get(pk=case.pk)


def first_page(desk: Desk) -> str:
    return words(desk.get(reverse("admin:index")))


def test_direct_enquiry_carries_a_badge_on_list_and_sheet(world: World, desk: Desk) -> None:
    case = actors.direct_enquiry(world.lead, title="Direkt")
    assert BADGE in words(desk.list("?liste=gesucht"))
    text = words(desk.sheet(case))
    assert BADGE in text
    assert ALARM not in text
    assert "Die Kommune hat Amara Okafor direkt angefragt. Sie müssen vorerst nichts tun." in text
    assert "Leitung, Direktanfrage" in text


def test_other_cases_carry_no_badge(world: World, desk: Desk) -> None:
    case = world.case(CaseStatus.MATCHING)
    assert BADGE not in words(desk.sheet(case))


def test_sheet_says_that_the_offer_goes_out_by_itself(world: World, desk: Desk) -> None:
    text = words(desk.sheet(actors.direct_enquiry(world.lead, confirmed=False)))
    assert "Sobald die Adresse bestätigt ist, erhält Amara Okafor die Anfrage von selbst." in text


def test_sheet_asks_to_take_over_what_could_not_be_passed_on(world: World, desk: Desk) -> None:
    case = actors.direct_enquiry(world.lead, confirmed=False)
    type(world.lead).objects.filter(pk=world.lead.pk).update(status="paused")
    workflow.confirm_by_sign_in(actors.contact_of(case))
    text = words(desk.sheet(case))
    assert "Die Kommune wollte Amara Okafor direkt anfragen. Das war nicht möglich" in text


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?liste=alle&direkt=ja", {"Direkt", "Ohne Antwort"}),
        ("?liste=alle&direkt=ohne-antwort", {"Ohne Antwort"}),
        ("?liste=alle", {"Direkt", "Ohne Antwort", "Migrantische Vereine gewinnen", "Andere Anfrage"}),
    ],
)
def test_list_keeps_to_direct_enquiries(
    world: World, desk: Desk, unanswered: Case, query: str, expected: set[str]
) -> None:
    actors.direct_enquiry(world.co, title="Direkt")
    world.case(CaseStatus.IN_REVIEW)
    assert set(desk.rows(query)) == expected


def alarms(world: World) -> Any:
    """The direct enquiries without an answer on the first page, which come first."""
    first = overview(world.coordinator)["sections"][0]
    assert first.tasks.group.key == "ohne-antwort"
    return first


def test_alarm_stands_on_the_first_page_and_leads_to_exactly_these(
    world: World, desk: Desk, unanswered: Case
) -> None:
    actors.direct_enquiry(world.co)
    assert "Direktanfragen ohne Antwort Als Liste (1)" in first_page(desk)
    listed = desk.get(alarms(world).url)
    assert [case.pk for case in listed.context["cl"].result_list] == [unanswered.pk]
    assert ALARM in words(listed)


def test_without_an_alarm_the_first_page_says_nothing(world: World, desk: Desk) -> None:
    actors.direct_enquiry(world.lead)
    assert "ohne Antwort" not in first_page(desk)


def test_alarm_on_the_sheet_says_what_to_do_and_ends_with_a_new_offer(
    world: World, desk: Desk, unanswered: Case
) -> None:
    text = words(desk.sheet(unanswered))
    assert ALARM in text
    assert "Amara Okafor hat auf die Direktanfrage der Kommune nicht geantwortet." in text
    workflow.offer(
        unanswered, world.coordinator, [workflow.Offer(world.co, AssignmentRole.LEAD, "Zusammenfassung")]
    )
    badges = desk.sheet(unanswered).content.decode().partition('class="app-badges"')[2].partition("</p>")[0]
    assert (ALARM in badges, BADGE in badges) == (False, True)
    assert "ohne Antwort" not in first_page(desk)


def test_coordination_takes_a_direct_offer_back_on_its_page(world: World, desk: Desk) -> None:
    case = actors.direct_enquiry(world.lead)
    offer = world.offer_of(case, world.lead)
    page = desk.step(case, "withdraw_offer", f"?assignment={offer.pk}")
    assert desk.press(page, "Senden und Anfrage zurücknehmen").status_code == 302
    case.refresh_from_db()
    assert case.status == CaseStatus.IN_REVIEW


@pytest.mark.parametrize("count", [1, 30])
def test_list_of_direct_enquiries_asks_the_same_number_of_queries(
    world: World, desk: Desk, count: int, django_assert_num_queries: Any
) -> None:
    with time_machine.travel(dt.datetime(2026, 11, 2, 9, tzinfo=dt.UTC)):
        for _ in range(count):
            actors.direct_enquiry(world.lead)
    desk.list("?liste=alle&direkt=ja")
    with django_assert_num_queries(13):
        desk.list("?liste=alle&direkt=ja")


def primary(page: Any) -> list[str]:
    """The buttons that stand out."""
    return [button.key for button in page.context["buttons"] if button.primary]


def test_no_step_stands_out_while_the_advisor_has_to_answer(
    world: World, desk: Desk, unanswered: Case
) -> None:
    waiting = actors.direct_enquiry(world.co, confirmed=False)
    assert (primary(desk.sheet(waiting)), primary(desk.sheet(unanswered))) == ([], ["offer"])
    workflow.confirm_by_sign_in(actors.contact_of(waiting))
    assert primary(desk.sheet(waiting)) == []


def test_settling_the_unit_in_charge_does_not_silence_the_alarm(
    world: World, desk: Desk, unanswered: Case
) -> None:
    Case.objects.filter(pk=unanswered.pk).update(lead_unit_open=True, organisation="Stadtwerke")
    sentence = "Amara Okafor hat auf die Direktanfrage der Kommune nicht geantwortet."
    assert sentence in words(desk.sheet(unanswered))
    workflow.settle_lead_unit(unanswered, world.coordinator, unit="Kämmerei")
    assert sentence in words(desk.sheet(unanswered))
    assert alarms(world).tasks.count == 1
