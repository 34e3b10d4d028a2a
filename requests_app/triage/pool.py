"""The load of the pool: how many cases everybody has, who has been asked, who is away until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Prefetch
from django.utils import timezone

from advisors.models import Absence, Advisor
from requests_app.matching import loads
from requests_app.models import Assignment, AssignmentStatus


@dataclass(frozen=True)
class Load:
    """One advisor of the pool: cases that are open and accepted, offers that are out."""

    advisor: Advisor
    cases: int
    offers: int
    absent_until: date | None

    @property
    def below_full(self) -> int:
        """The most cases with which there is still room for one more."""
        return self.advisor.capacity - 1


def load() -> list[Load]:
    """Everybody who takes on cases, by name, in four queries."""
    today = timezone.localdate()
    cases, offers = loads(), _offers()
    away = Absence.objects.filter(first_day__lte=today, last_day__gte=today)
    advisors = (
        Advisor.objects.active()
        .select_related("user")
        .prefetch_related(Prefetch("absences", away))
        .order_by("user__name", "pk")
    )
    return [
        _load(advisor, cases.get(advisor.pk, 0), offers.get(advisor.pk, 0), today) for advisor in advisors
    ]


def _offers() -> dict[int, int]:
    """How many offers are out to each advisor, by her key."""
    offered = Assignment.objects.filter(status=AssignmentStatus.OFFERED)
    return dict(offered.order_by().values_list("advisor").annotate(number=Count("*")))


def _load(advisor: Advisor, cases: int, offers: int, today: date) -> Load:
    absence = advisor.absence_on(today)
    return Load(advisor, cases, offers, absence.last_day if absence else None)
