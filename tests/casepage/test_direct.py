"""The case page of a municipality that asked an advisor by name."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from advisors.models import Advisor
from requests_app import workflow
from requests_app.jobs import expire_offers
from requests_app.models import AssignmentRole, Case
from tests import actors
from tests.actors import World
from tests.casepage.pages import contact, words


@pytest.fixture
def case(world: World) -> Case:
    with time_machine.travel(dt.datetime(2026, 11, 25, 9, tzinfo=dt.UTC)):
        return actors.direct_enquiry(world.lead)


def on(day: int, case: Case, month: int = 11) -> str:
    with time_machine.travel(dt.datetime(2026, month, day, 9, tzinfo=dt.UTC)):
        return words(contact(case).get(case))


def test_page_says_who_was_asked_and_by_when_an_answer_comes(case: Case) -> None:
    text = on(26, case)
    assert "Wir haben Amara Okafor gefragt. Eine Antwort erwarten wir bis Montag, 30. November 2026." in text


def test_no_is_told_kindly(world: World, case: Case) -> None:
    with time_machine.travel(dt.datetime(2026, 11, 26, 9, tzinfo=dt.UTC)):
        workflow.decline_offer(world.offer_of(case, world.lead), world.lead.user, reason="Keine Lust")
    text = on(26, case)
    assert "Amara Okafor kann Ihre Beratung leider nicht übernehmen. Die Koordination sucht" in text
    assert "Donnerstag, 3. Dezember 2026" in text
    assert "Keine Lust" not in text


def test_silence_is_told(case: Case) -> None:
    with time_machine.travel(dt.datetime(2026, 12, 1, 9, tzinfo=dt.UTC)):
        expire_offers()
    assert "Amara Okafor hat noch nicht geantwortet. Die Koordination kümmert sich" in on(1, case, 12)


def test_next_offer_of_the_coordination_names_nobody(world: World, case: Case) -> None:
    workflow.decline_offer(world.offer_of(case, world.lead), world.lead.user)
    workflow.offer(case, world.coordinator, [workflow.Offer(world.co, AssignmentRole.LEAD, "x")])
    text = words(contact(case).get(case))
    assert "Wir haben Beratende angefragt, die zu Ihrem Anliegen passen" in text
    assert "Inés Carvajal" not in text


def test_advisor_who_could_not_be_asked_is_told(world: World) -> None:
    case = actors.direct_enquiry(world.lead, confirmed=False)
    Advisor.objects.filter(pk=world.lead.pk).update(status="paused")
    workflow.confirm_by_sign_in(actors.contact_of(case))
    text = words(contact(case).get(case))
    assert "Amara Okafor kann zurzeit nicht gefragt werden. Die Koordination meldet sich bis" in text


def test_yes_goes_on_as_always(world: World, case: Case) -> None:
    workflow.accept_offer(world.offer_of(case, world.lead), world.lead.user)
    assert "Wir haben Amara Okafor gefragt." not in words(contact(case).get(case))
