"""Sixty dates against the deadlines they lead to: holidays of NRW, year's end, pauses."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest

from requests_app import deadlines
from requests_app.models import Case, CaseStatus

pytestmark = pytest.mark.django_db
S = CaseStatus

# What runs (answer: five working days, query: ten, offer: three, session: ten), from when, until when,
# from when it is very late (half of its time later), and the pauses: asked on/answered on.
TABLE = """
# ordinary weeks
answer   Mon 2026-11-16  Mon 2026-11-23  2026-11-26  -
answer   Tue 2026-11-17  Tue 2026-11-24  2026-11-27  -
answer   Fri 2026-11-20  Fri 2026-11-27  2026-12-02  -
answer   Sat 2026-11-21  Fri 2026-11-27  2026-12-02  -
answer   Sun 2026-11-22  Fri 2026-11-27  2026-12-02  -
offer    Mon 2026-11-16  Thu 2026-11-19  2026-11-23  -
offer    Thu 2026-11-19  Tue 2026-11-24  2026-11-26  -
session  Mon 2026-11-16  Mon 2026-11-30  2026-12-07  -
query    Mon 2026-11-16  Mon 2026-11-30  -           -
query    Sat 2026-11-21  Fri 2026-12-04  -           -
# Good Friday and Easter Monday
answer   Fri 2026-03-27  Tue 2026-04-07  2026-04-10  -
answer   Mon 2026-03-30  Wed 2026-04-08  2026-04-13  -
answer   Thu 2026-04-02  Mon 2026-04-13  2026-04-16  -
offer    Wed 2026-04-01  Wed 2026-04-08  2026-04-10  -
offer    Thu 2026-04-02  Thu 2026-04-09  2026-04-13  -
session  Thu 2026-03-26  Mon 2026-04-13  2026-04-20  -
query    Sat 2026-04-04  Mon 2026-04-20  -           -
answer   Wed 2027-03-24  Fri 2027-04-02  2027-04-07  -
offer    Thu 2025-04-17  Thu 2025-04-24  2025-04-28  -
# Labour Day, Ascension, Whit Monday, Corpus Christi
answer   Wed 2026-04-29  Thu 2026-05-07  2026-05-12  -
offer    Thu 2026-04-30  Wed 2026-05-06  2026-05-08  -
answer   Fri 2026-05-08  Mon 2026-05-18  2026-05-21  -
offer    Wed 2026-05-13  Tue 2026-05-19  2026-05-21  -
answer   Fri 2026-05-22  Mon 2026-06-01  2026-06-05  -
session  Wed 2026-05-20  Fri 2026-06-05  2026-06-12  -
offer    Tue 2026-06-02  Mon 2026-06-08  2026-06-10  -
answer   Fri 2026-05-29  Mon 2026-06-08  2026-06-11  -
query    Fri 2026-05-22  Tue 2026-06-09  -           -
session  Tue 2027-05-04  Thu 2027-05-20  2027-05-28  -
# German Unity Day: a Saturday in 2026, a Friday in 2025, a Sunday in 2027
answer   Mon 2026-09-28  Mon 2026-10-05  2026-10-08  -
answer   Mon 2025-09-29  Tue 2025-10-07  2025-10-10  -
answer   Mon 2027-09-27  Mon 2027-10-04  2027-10-07  -
offer    Wed 2025-10-01  Tue 2025-10-07  2025-10-09  -
# All Saints' Day: a Sunday in 2026, a Monday in 2027, a Saturday in 2025; Reformation Day is none in NRW
answer   Wed 2026-10-28  Wed 2026-11-04  2026-11-09  -
answer   Thu 2027-10-28  Fri 2027-11-05  2027-11-10  -
offer    Thu 2025-10-30  Tue 2025-11-04  2025-11-06  -
answer   Mon 2025-10-27  Mon 2025-11-03  2025-11-06  -
offer    Fri 2027-10-29  Thu 2027-11-04  2027-11-08  -
# year's end: 24 and 31 December are working days
answer   Thu 2026-12-17  Thu 2026-12-24  2026-12-30  -
answer   Fri 2026-12-18  Mon 2026-12-28  2026-12-31  -
answer   Tue 2026-12-22  Wed 2026-12-30  2027-01-05  -
answer   Wed 2026-12-23  Thu 2026-12-31  2027-01-06  -
offer    Wed 2026-12-23  Tue 2026-12-29  2026-12-31  -
offer    Wed 2026-12-30  Tue 2027-01-05  2027-01-07  -
session  Fri 2026-12-18  Tue 2027-01-05  2027-01-12  -
query    Mon 2026-12-28  Tue 2027-01-12  -           -
answer   Wed 2025-12-24  Mon 2026-01-05  2026-01-08  -
answer   Thu 2027-12-30  Thu 2028-01-06  2028-01-11  -
# one pause
answer   Mon 2026-11-16  Mon 2026-11-30  2026-12-03  2026-11-18/11-25
answer   Mon 2026-11-16  Mon 2026-11-23  2026-11-26  2026-11-18/11-18
answer   Mon 2026-11-16  Mon 2026-11-23  2026-11-26  2026-11-20/11-22
answer   Mon 2026-11-16  Tue 2026-11-24  2026-11-27  2026-11-20/11-23
answer   Mon 2026-03-30  Mon 2026-04-13  2026-04-16  2026-04-01/04-08
answer   Mon 2026-12-21  Thu 2027-01-07  2027-01-12  2026-12-23/2027-01-04
answer   Wed 2026-05-20  Fri 2026-06-12  2026-06-17  2026-05-21/06-08
answer   Mon 2026-11-16  Mon 2026-11-30  2026-12-03  2026-11-25/12-02
# several pauses
answer   Mon 2026-11-16  Fri 2026-11-27  2026-12-02  2026-11-17/11-19 2026-11-20/11-24
answer   Wed 2026-04-01  Mon 2026-05-04  2026-05-07  2026-04-02/04-07 2026-04-09/04-14 2026-04-16/05-04
answer   Mon 2026-12-14  Mon 2027-01-11  2027-01-14  2026-12-15/12-21 2026-12-23/2027-01-07
answer   Mon 2026-05-11  Tue 2026-06-02  2026-06-08  2026-05-12/05-15 2026-05-18/05-26 2026-06-02/06-05
"""


@dataclass(frozen=True)
class Row:
    kind: str
    begins: dt.date
    due: dt.date
    very_late: dt.date | None
    pauses: tuple[tuple[dt.date, dt.date], ...]


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def pause(text: str) -> tuple[dt.date, dt.date]:
    """Asked on/answered on; the second one without its year when that is the same."""
    asked, answered = text.split("/")
    return day(asked), day(asked[: len(asked) - len(answered)] + answered)


def read(line: str) -> Row:
    kind, weekday, begins, due_weekday, due, very_late, *pauses = line.split()
    assert (f"{day(begins):%a}", f"{day(due):%a}") == (weekday, due_weekday), "the table contradicts itself"
    return Row(
        kind,
        day(begins),
        day(due),
        None if very_late == "-" else day(very_late),
        tuple(pause(text) for text in pauses if text != "-"),
    )


ROWS = [read(line) for line in TABLE.splitlines() if line and not line.startswith("#")]


def enter(case: Case, status: CaseStatus, today: dt.date) -> None:
    """What the workflow's engine does with the dates of a case that changes its state."""
    for name, value in deadlines.on_entering(status, case, today).items():
        setattr(case, name, value)
    case.status = status
    case.escalate_on = deadlines.escalates_on(status, case.due_on)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.kind}-{row.begins}-{len(row.pauses)}")
def test_deadline_falls_on_the_day_in_the_table(row: Row) -> None:
    case = Case(status=S.SUBMITTED, due_on=deadlines.first_answer_due(row.begins))
    enters = {"answer": S.IN_REVIEW, "query": S.QUERY_OPEN, "offer": S.MATCHING, "session": S.MATCHED}
    enter(case, enters[row.kind], row.begins)
    for asked, answered in row.pauses:
        enter(case, S.QUERY_OPEN, asked)
        assert (case.paused_on, case.escalate_on) == (asked, None)
        enter(case, S.IN_REVIEW, answered)
    due = case.answer_due_on if row.kind == "query" else case.due_on
    assert (due, case.escalate_on) == (row.due, row.very_late)


def test_table_holds_sixty_dates() -> None:
    assert len(ROWS) == 60
