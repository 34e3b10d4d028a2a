"""By when a case must have moved on, in working days of NRW. The numbers are portal settings.

``due_on`` is our own deadline: by then the coordination has to have moved the case on. ``answer_due_on``
is the others': by then the municipality or the advisors are asked to answer. While a query is open our
deadline pauses; with the answer it goes on, later by the working days of the pause.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import Any

from miglobe.site.models import PortalSettings
from miglobe.site.working_days import add_working_days, working_days_between
from requests_app.models import Case, CaseStatus, OptionStatus, Resolution

S = CaseStatus
# How a case ends in which somebody was advised.
AFTER_ADVICE = (Resolution.OPTIONS_AGREED, Resolution.INITIAL_TALK_SUFFICIENT)


def first_answer_due(day: date) -> date:
    """When a request that came in on ``day`` must have its first answer."""
    return add_working_days(day, PortalSettings.load().first_answer_days)


def query_answer_due(day: date) -> date:
    """By when we ask the municipality to answer a query put on ``day``, or to confirm options."""
    return add_working_days(day, PortalSettings.load().query_answer_days)


def offer_answer_due(day: date) -> date:
    """By when an advisor must answer an offer made on ``day``."""
    return add_working_days(day, PortalSettings.load().offer_answer_days)


def first_session_due(day: date) -> date:
    """By when the first session should be held once the lead advisor has said yes on ``day``."""
    return add_working_days(day, PortalSettings.load().first_session_days)


def follow_ups_due(resolution: str, day: date) -> dict[int, date]:
    """When to ask what became of a case that was closed with ``resolution`` on ``day``: months, and the day.

    Working days. After a talk that was enough there is nothing to put into practice: it is asked once, in the
    middle of the rounds. Empty where nobody was advised, or where there are no follow-ups.
    """
    rounds = PortalSettings.load().follow_up_rounds
    if resolution == Resolution.INITIAL_TALK_SUFFICIENT:
        middle = (len(rounds) - 1) // 2
        rounds = rounds[middle : middle + 1]
    return {months: _months_later(day, months) for months in rounds} if resolution in AFTER_ADVICE else {}


def _months_later(day: date, months: int) -> date:
    """The same day of a later month, or the next working day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last_of_month = monthrange(year, month + 1)[1]
    then = date(year, month + 1, min(day.day, last_of_month))
    return add_working_days(then - timedelta(days=1), 1)


def on_entering(status: CaseStatus, case: Case, today: date) -> dict[str, date | None]:
    """``due_on``, ``answer_due_on`` and ``paused_on`` of ``case`` once it enters ``status`` today.

    Where nothing is due from us, or nothing is expected of others, the date is None.
    """
    answer_due = {S.QUERY_OPEN: query_answer_due, S.MATCHING: offer_answer_due}.get(status)
    if status == S.IN_DIALOGUE and case.options.filter(status=OptionStatus.PROPOSED).exists():
        answer_due = query_answer_due  # options that lie before the municipality since an earlier dialogue
    return {
        "due_on": _due(status, case, today),
        "answer_due_on": answer_due(today) if answer_due else None,
        "paused_on": today if status == S.QUERY_OPEN else None,
    }


def _due(status: CaseStatus, case: Case, today: date) -> date | None:
    if status == S.QUERY_OPEN or (status == S.IN_REVIEW and case.status == S.SUBMITTED):
        return case.due_on
    if status == S.IN_REVIEW:
        return _due_after_pause(case, today) or first_answer_due(today)
    if status == S.MATCHING:
        return offer_answer_due(today)
    if status == S.MATCHED:
        return first_session_due(today)
    return None


def _due_after_pause(case: Case, today: date) -> date | None:
    """The deadline that ran before an open query, later by the working days the query took."""
    if case.status != S.QUERY_OPEN or case.due_on is None or case.paused_on is None:
        return None
    return add_working_days(case.due_on, working_days_between(case.paused_on, today))


def escalation(status: str, due_on: date | None) -> dict[str, Any]:
    """The fields that go with every new ``due_on``: from when the case is so late that all are told."""
    return {"escalate_on": escalates_on(status, due_on), "escalated_at": None}


def escalates_on(status: str, due_on: date | None) -> date | None:
    """The day on which a case in ``status`` is late by half of its time again, rounded up to a working day.

    None where nothing is due from us; while a query is open the deadline pauses.
    """
    days = time_in(status)
    if due_on is None or days is None:
        return None
    return add_working_days(due_on, (days + 1) // 2)


def time_in(status: str) -> int | None:
    """How many working days a case has in ``status``; None where no deadline of ours runs."""
    days = PortalSettings.load()
    return {
        str(S.SUBMITTED): days.first_answer_days,
        str(S.IN_REVIEW): days.first_answer_days,
        str(S.MATCHING): days.offer_answer_days,
        str(S.MATCHED): days.first_session_days,
    }.get(str(status))
