"""What became of the options, counted: how many stood where at the end of each month, and who has not said.

An option counts from the day on which it was agreed; a new version takes the place of the former. It stands
where its newest report of that time says, so that the numbers of a month never change afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from requests_app.models import (
    SETTLED_OPTIONS,
    ActionOption,
    CaseStatus,
    FollowUp,
    FollowUpStatus,
    Implementation,
    OptionReport,
)

# The state of an option about which nothing has been said yet.
NO_ANSWER = ""
STATES = (NO_ANSWER, *(str(state) for state in Implementation))
_WAITING = [str(FollowUpStatus.ASKED), str(FollowUpStatus.REMINDED), str(FollowUpStatus.RESTS)]

Numbers = dict[date, dict[str, int]]


def states_by_month(options: QuerySet[ActionOption], months: Sequence[date]) -> Numbers:
    """How many of ``options`` were in each of ``STATES`` at the end of each month, in one query.

    ``months``: their first days. Every month has every state, with 0 where there is none.
    """
    numbers = {month: dict.fromkeys(STATES, 0) for month in months}
    if not months:
        return numbers
    first, *others = [_at_the_end_of(options, month) for month in months]
    # An option has an order of its own, which numbers do not have.
    for month, state, number in first.union(*others, all=True).order_by() if others else first:
        numbers[date.fromisoformat(month)][state] = number
    return numbers


def _at_the_end_of(
    options: QuerySet[ActionOption], month: date
) -> QuerySet[ActionOption, tuple[str, str, int]]:
    end = timezone.make_aware(datetime.combine(next_month(month), time.min))
    current = options.filter(status__in=SETTLED_OPTIONS, confirmed_at__lt=end)
    current = current.exclude(replaced_by__confirmed_at__lt=end)
    newest = OptionReport.objects.filter(option=OuterRef("pk"), reported_at__lt=end)
    state = Subquery(newest.order_by("-reported_at", "-pk").values("implementation")[:1])
    rows = current.order_by().annotate(
        month=Value(month.isoformat()), state=Coalesce(state, Value(NO_ANSWER))
    )
    return rows.values_list("month", "state").annotate(number=Count("pk"))


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
