"""When a case is due, with the working days of NRW."""

from __future__ import annotations

import datetime as dt
from importlib import import_module

import pytest
import time_machine
from django.apps import apps

from requests_app import deadlines, jobs, workflow
from requests_app.models import Case, CaseStatus, EventKind
from tests import actors
from tests.actors import World

pytestmark = pytest.mark.django_db

MONDAY = dt.datetime(2026, 11, 16, 9, tzinfo=dt.UTC)


@pytest.fixture
def world() -> World:
    return World()


def on(day: int, month: int = 11) -> time_machine.travel:
    return time_machine.travel(dt.datetime(2026, month, day, 9, tzinfo=dt.UTC), tick=True)


def test_a_request_of_monday_has_its_first_answer_by_the_next_monday() -> None:
    with on(16):
        case = World().case()
    assert case.due_on == dt.date(2026, 11, 23)


def test_a_request_before_all_saints_and_christmas_skips_the_holidays() -> None:
    assert deadlines.first_answer_due(dt.date(2026, 12, 22)) == dt.date(2026, 12, 30)


def test_an_open_query_pauses_the_deadline_by_the_working_days_it_took() -> None:
    with on(16):
        world = World()
        case = world.case(CaseStatus.IN_REVIEW)
    with on(18):
        workflow.ask_query(case, world.coordinator, text="Welche Vereine?")
        case.refresh_from_db()
        assert (case.paused_on, case.due_on) == (dt.date(2026, 11, 18), dt.date(2026, 11, 23))
    with on(25):
        case = workflow.resume_review(case, world.coordinator)
    # Five working days lie between Wednesday the 18th and Wednesday the 25th.
    assert (case.paused_on, case.due_on) == (None, dt.date(2026, 11, 30))


def test_each_state_has_its_own_deadline() -> None:
    with on(16):
        world = World()
        due = {status: world.case(status).due_on for status in CaseStatus}
    assert due == {
        CaseStatus.SUBMITTED: dt.date(2026, 11, 23),
        CaseStatus.IN_REVIEW: dt.date(2026, 11, 23),
        CaseStatus.QUERY_OPEN: dt.date(2026, 11, 23),
        CaseStatus.MATCHING: dt.date(2026, 11, 19),
        CaseStatus.MATCHED: dt.date(2026, 11, 30),
        CaseStatus.IN_DIALOGUE: None,
        CaseStatus.OPTIONS_AGREED: None,
        CaseStatus.CLOSED: None,
        CaseStatus.DECLINED: None,
        CaseStatus.WITHDRAWN: None,
    }


def test_answers_that_we_wait_for_have_a_date_of_their_own() -> None:
    with on(16):
        world = World()
        due = {status: world.case(status).answer_due_on for status in CaseStatus}
    # In three days the advisors, in ten the municipality. Of the two offers one is still open when matched.
    assert {status: day for status, day in due.items() if day} == {
        CaseStatus.QUERY_OPEN: dt.date(2026, 11, 30),
        CaseStatus.MATCHING: dt.date(2026, 11, 19),
        CaseStatus.MATCHED: dt.date(2026, 11, 19),
    }


def test_each_deadline_of_ours_says_from_when_it_is_very_late() -> None:
    with on(16):
        world = World()
        late = {status: world.case(status).escalate_on for status in CaseStatus}
    assert {status: day for status, day in late.items() if day} == {
        CaseStatus.SUBMITTED: dt.date(2026, 11, 26),
        CaseStatus.IN_REVIEW: dt.date(2026, 11, 26),
        CaseStatus.MATCHING: dt.date(2026, 11, 23),
        CaseStatus.MATCHED: dt.date(2026, 12, 7),
    }


def test_several_queries_add_up() -> None:
    with on(16):
        world = World()
        case = world.case(CaseStatus.IN_REVIEW)
    for asked, answered in ((17, 19), (20, 24)):
        with on(asked):
            workflow.ask_query(case, world.coordinator, text="Welche Vereine?")
        with on(answered):
            case = workflow.answer_query(case, actors.contact_of(case), text="Drei.")
    assert (case.due_on, case.escalate_on) == (dt.date(2026, 11, 27), dt.date(2026, 12, 2))


def test_options_put_to_the_municipality_wait_for_its_answer_until_none_is_left() -> None:
    with on(16):
        world = World()
        case = world.case(CaseStatus.IN_DIALOGUE)
        option = actors.propose_option(world, case)
        case.refresh_from_db()
        assert case.answer_due_on == dt.date(2026, 11, 30)
        workflow.comment_option(option, actors.contact_of(case), text="Kürzer.", version=option.version)
    case.refresh_from_db()
    assert case.answer_due_on is None


# --- Very late ------------------------------------------------------------------------------------


def escalations(case: Case) -> int:
    return case.events.filter(kind=EventKind.ESCALATED).count()


def test_a_case_late_by_half_of_its_time_again_is_noted_once_and_on_that_day() -> None:
    with on(16):
        case = World().case()
    counted = []
    for day in (25, 26, 26, 27):
        with on(day):
            jobs.escalate()
        counted.append(escalations(case))
    assert counted == [0, 1, 1, 1]


def test_a_new_deadline_can_be_missed_anew() -> None:
    with on(16):
        world = World()
        case = world.case(CaseStatus.IN_REVIEW)
    with on(26):
        jobs.escalate()
        workflow.ask_query(case, world.coordinator, text="Welche Vereine?")
    with on(27):
        case = workflow.resume_review(case, world.coordinator)
        assert (case.due_on, case.escalate_on, case.escalated_at) == (
            dt.date(2026, 11, 24),
            dt.date(2026, 11, 27),
            None,
        )
        assert jobs.escalate() == 1
    assert escalations(case) == 2


def test_a_case_with_an_open_query_or_that_ended_is_never_noted() -> None:
    with on(16):
        world = World()
        for status in (
            CaseStatus.QUERY_OPEN,
            CaseStatus.CLOSED,
            CaseStatus.WITHDRAWN,
            CaseStatus.IN_DIALOGUE,
        ):
            world.case(status)
        Case.objects.filter(title="Andere Anfrage").delete()
    with on(28, month=12):
        assert jobs.escalate() == 0


@pytest.mark.parametrize("when", ["too early", "twice"])
def test_escalating_what_is_not_due_changes_nothing(when: str) -> None:
    with on(16):
        case = World().case()
    with on(20 if when == "too early" else 30):
        if when == "twice":
            workflow.escalate(case)
        before = Case.objects.values().get(pk=case.pk)
        with pytest.raises(workflow.InvalidTransition):
            workflow.escalate(case)
    assert Case.objects.values().get(pk=case.pk) == before


# --- What came in ---------------------------------------------------------------------------------


def answer(case: Case) -> str:
    return Case.objects.get(pk=case.pk).answer_kind


def test_an_answer_waits_for_the_coordination_until_a_step_deals_with_it(world: World) -> None:
    case = world.case(CaseStatus.QUERY_OPEN)
    workflow.answer_query(case, actors.contact_of(case), text="Drei.")
    assert answer(case) == EventKind.QUERY_ANSWERED
    workflow.write_note(case, world.coordinator, text="Gelesen.")
    assert answer(case) == EventKind.QUERY_ANSWERED
    workflow.offer(case, world.coordinator, world.offers())
    assert answer(case) == ""


def test_offers_that_all_came_to_nothing_wait_for_the_coordination(world: World) -> None:
    case = world.case(CaseStatus.MATCHING)
    workflow.decline_offer(world.offer_of(case, world.lead), world.lead.user)
    assert answer(case) == ""
    workflow.decline_offer(world.offer_of(case, world.co), world.co.user)
    assert answer(case) == EventKind.OFFERS_EXHAUSTED


def test_a_comment_waits_until_the_advisors_have_put_the_option_again(world: World) -> None:
    case = world.case(CaseStatus.IN_DIALOGUE)
    option = actors.propose_option(world, case)
    workflow.comment_option(option, actors.contact_of(case), text="Kürzer.", version=option.version)
    assert answer(case) == EventKind.OPTION_COMMENTED
    workflow.write_option(case, world.lead.user, fields=actors.option_fields(), option=option)
    workflow.propose_options(case, world.lead.user)
    assert answer(case) == ""


def test_agreed_options_wait_until_the_case_is_closed(world: World) -> None:
    assert answer(world.case(CaseStatus.OPTIONS_AGREED)) == EventKind.OPTIONS_AGREED
    assert answer(world.case(CaseStatus.CLOSED)) == ""


# --- Cases that were open before the portal kept these dates ---------------------------------------


def test_older_cases_get_the_dates_that_the_workflow_writes_by_now(world: World) -> None:
    cases = [world.case(status) for status in CaseStatus]
    answered = world.case(CaseStatus.QUERY_OPEN)
    workflow.answer_query(answered, actors.contact_of(answered), text="Drei.")
    proposed = world.case(CaseStatus.IN_DIALOGUE)
    actors.propose_option(world, proposed)
    commented = world.case(CaseStatus.IN_DIALOGUE)
    option = actors.propose_option(world, commented)
    workflow.comment_option(option, actors.contact_of(commented), text="Kürzer.", version=option.version)
    cases += [answered, proposed, commented]
    names = ("pk", "answer_due_on", "escalate_on", "answer_kind", "answer_at")
    rows = Case.objects.filter(pk__in=[case.pk for case in cases]).order_by("pk").values_list(*names)
    before = list(rows)
    Case.objects.update(answer_due_on=None, escalate_on=None, answer_kind="", answer_at=None)
    import_module("requests_app.migrations.0015_fill_deadlines").fill(apps, None)
    assert list(rows.all()) == before
