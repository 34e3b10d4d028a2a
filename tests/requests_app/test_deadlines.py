"""When a case is due, with the working days of NRW."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from requests_app import deadlines, workflow
from requests_app.models import CaseStatus
from tests.actors import World

pytestmark = pytest.mark.django_db

MONDAY = dt.datetime(2026, 11, 16, 9, tzinfo=dt.UTC)


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
