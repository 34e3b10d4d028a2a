"""Ages and deadlines in words."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from requests_app.models import Case, CaseStatus
from requests_app.triage.words import Badge, state, waiting

FRIDAY = dt.date(2026, 11, 20)


def case(received: dt.date = FRIDAY, due_on: dt.date | None = None, **fields: object) -> Case:
    """An unsaved case that came in on a day at noon."""
    noon = dt.datetime.combine(received, dt.time(12), ZoneInfo("Europe/Berlin"))
    return Case(submitted_at=noon, due_on=due_on, **fields)


@pytest.mark.parametrize(
    ("due_on", "badge", "detail"),
    [
        (dt.date(2026, 11, 19), Badge("9 Tage, überfällig", "danger"), "fällig Do, 19.11.2026"),
        (FRIDAY, Badge("heute fällig", "warning"), "fällig Fr, 20.11.2026"),
        (dt.date(2026, 11, 23), Badge("noch 1 Arbeitstag", "warning"), "fällig Mo, 23.11.2026"),
        (dt.date(2026, 11, 24), Badge("noch 2 Arbeitstage", "success"), "fällig Di, 24.11.2026"),
        # 25 December is a holiday, 24 December is none.
        (dt.date(2026, 12, 28), Badge("noch 25 Arbeitstage", "success"), "fällig Mo, 28.12.2026"),
    ],
)
def test_deadline_is_told_in_words(due_on: dt.date, badge: Badge, detail: str) -> None:
    told = waiting(case(dt.date(2026, 11, 11), due_on), FRIDAY)
    assert (told.badge, told.detail) == (badge, detail)


def test_one_day_is_one_day() -> None:
    told = waiting(case(dt.date(2026, 11, 19), dt.date(2026, 11, 19)), FRIDAY)
    assert told.badge.label == "1 Tag, überfällig"


def test_open_query_pauses_the_deadline() -> None:
    told = waiting(case(due_on=dt.date(2026, 11, 1), paused_on=dt.date(2026, 11, 16)), FRIDAY)
    assert (told.badge, told.detail) == (Badge("Frist ruht", "info"), "seit 4 Tagen")


@pytest.mark.parametrize(
    ("received", "text"),
    [(FRIDAY, "seit heute"), (dt.date(2026, 11, 19), "seit 1 Tag"), (dt.date(2026, 10, 20), "seit 31 Tagen")],
)
def test_without_a_deadline_the_age_is_told(received: dt.date, text: str) -> None:
    assert waiting(case(received), FRIDAY).badge == Badge(text)


def test_ended_case_waits_no_more() -> None:
    ended = dt.datetime(2026, 11, 3, 23, 30, tzinfo=dt.UTC)  # already the 4th in Germany
    told = waiting(case(dt.date(2026, 10, 1), closed_at=ended), FRIDAY)
    assert (told.badge, told.detail) == (Badge("Beendet"), "Mi, 04.11.2026")


@pytest.mark.parametrize("status", CaseStatus)
def test_each_state_has_its_words_and_escapes_them(status: CaseStatus) -> None:
    badge = state(Case(status=status))
    assert badge.label == str(status.label)
    assert badge.html.startswith('<span class="app-badge')
    assert Badge("<b>").html == '<span class="app-badge">&lt;b&gt;</span>'
