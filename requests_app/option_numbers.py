"""What became of the options, counted: how many stood where at the end of each month, and who has not said.

An option counts from the day on which it was agreed; a new version takes the place of the former. It stands
where its newest report of that time says, so that the numbers of a month never change afterwards.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery, Value, Window
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, ExtractMonth, ExtractYear, Greatest, Lead

from requests_app.models import (
    SETTLED_OPTIONS,
    ActionOption,
    CaseStatus,
    FollowUp,
    FollowUpStatus,
    Implementation,
    OptionReport,
    OptionStatus,
)

# The state of an option about which nothing has been said yet.
NO_ANSWER = ""
STATES = (NO_ANSWER, *(str(state) for state in Implementation))
# Before an option was agreed, and once its new version was.
_NOWHERE = "-"
_WAITING = [str(FollowUpStatus.ASKED), str(FollowUpStatus.REMINDED), str(FollowUpStatus.RESTS)]

Numbers = dict[date, dict[str, int]]
type Steps = QuerySet[ActionOption, tuple[int, str, str]]


def states_by_month(options: QuerySet[ActionOption], months: Sequence[date]) -> Numbers:
    """How many of ``options`` were in each of ``STATES`` at the end of each month, in one query.

    ``months``: their first days. Every month has every state, with 0 where there is none.
    """
    numbers = {}
    steps = sorted(_steps(options)) if months else []
    stand: Counter[str] = Counter()
    for month in sorted(months):
        while steps and steps[0][0] <= _number(month):
            _month, before, after, number = steps.pop(0)
            stand[before] -= number
            stand[after] += number
        numbers[month] = {state: stand[state] for state in STATES}
    return numbers


def _number(month: date) -> int:
    """Months are counted from the year 0."""
    return month.year * 12 + month.month


def _steps(options: QuerySet[ActionOption]) -> Iterator[tuple[int, str, str, int]]:
    """In which month how many options went from which state to which.

    The database passes through options and reports once, whatever number of months is asked for.
    """
    settled = options.filter(status__in=SETTLED_OPTIONS).order_by()
    stand = settled.filter(status=OptionStatus.AGREED)
    # Few are, and the index of the new versions leads to them.
    replaced = ActionOption.objects.filter(replaces__isnull=False).order_by().values("replaces")
    gone = settled.filter(status=OptionStatus.REPLACED, pk__in=replaced)
    gone = gone.annotate(gone_at=F("replaced_by__confirmed_at"))
    told_in_time = _told(gone, before="gone_at")
    steps = _agreed(settled).union(_told(stand), told_in_time, _replaced(gone), all=True).order_by()
    try:
        sql, values = steps.query.get_compiler(steps.db).as_sql()
    except EmptyResultSet:  # a choice that no option can meet
        return
    with connections[steps.db].cursor() as cursor:
        # The ORM groups neither a union nor what a window tells.
        cursor.execute(
            f"SELECT month, before, after, COUNT(*) FROM ({sql}) steps GROUP BY month, before, after",  # noqa: S608 - of the ORM's making
            values,
        )
        for month, before, after, number in cursor.fetchall():
            yield int(month), before, after, number


def _step(
    options: QuerySet[ActionOption], at: str | Combinable, before: Combinable, after: Combinable
) -> Steps:
    month = ExtractYear(at) * 12 + ExtractMonth(at)
    return options.annotate(month=month, before=before, after=after).values_list("month", "before", "after")


def _agreed(settled: QuerySet[ActionOption]) -> Steps:
    return _step(settled, "confirmed_at", Value(_NOWHERE), Value(NO_ANSWER))


def _told(options: QuerySet[ActionOption], before: str = "") -> Steps:
    """From what the report before said to what each report says; ``before``: only reports up to that time."""
    told = options.annotate(told_at=F("reports__reported_at")).filter(told_at__isnull=False)
    if before:
        told = told.filter(told_at__lt=F(before))
    newest_first = [F("told_at").desc(), F("reports__pk").desc()]
    former = Window(Lead("reports__implementation"), partition_by=F("pk"), order_by=newest_first)
    at = Greatest("told_at", "confirmed_at")
    return _step(told, at, Coalesce(former, Value(NO_ANSWER)), F("reports__implementation"))


def _replaced(gone: QuerySet[ActionOption]) -> Steps:
    newest = OptionReport.objects.filter(option=OuterRef("pk"), reported_at__lt=OuterRef("gone_at"))
    state = Subquery(newest.order_by("-reported_at", "-pk").values("implementation")[:1])
    return _step(gone, "gone_at", Coalesce(state, Value(NO_ANSWER)), Value(_NOWHERE))


def next_month(month: date) -> date:
    """The first day of the month after ``month``."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def unanswered() -> QuerySet[FollowUp]:
    """The last question to each municipality that has not answered since, the oldest first."""
    of_case = FollowUp.objects.filter(case=OuterRef("case"))
    later = of_case.filter(asked_at__gt=OuterRef("asked_at"), status__in=_WAITING)
    since = of_case.filter(answered_at__gt=OuterRef("asked_at"))
    waiting = FollowUp.objects.filter(status__in=_WAITING, case__status=CaseStatus.CLOSED)
    return waiting.exclude(Exists(later)).exclude(Exists(since)).order_by("asked_at", "pk")
