"""An advisor's year: sessions and hours, and the cases they belong to. Nothing of anybody else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Count, Min, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from advisors.models import Advisor
from advisors.vocabulary import ConsultationFormat
from miglobe.accounts.models import User
from requests_app import access
from requests_app.models import (
    SETTLED_OPTIONS,
    TAKEN_ON,
    ActionOption,
    Assignment,
    AssignmentStatus,
    Case,
    DialogueSession,
    SessionMode,
)


@dataclass(frozen=True)
class Hours:
    """How many sessions, and how long they were in all."""

    label: str
    sessions: int
    minutes: int

    @property
    def clock(self) -> str:
        return clock(self.minutes)

    @property
    def decimal(self) -> Decimal:
        return decimal(self.minutes)


def clock(minutes: int) -> str:
    """Minutes as hours and minutes: "1:30"."""
    return f"{minutes // 60}:{minutes % 60:02}"


def decimal(minutes: int) -> Decimal:
    """Minutes as hours with two decimals; a sum is made from minutes, so that nothing is rounded twice."""
    return (Decimal(minutes) / 60).quantize(Decimal("0.01"), ROUND_HALF_UP)


def hours(sessions: Iterable[DialogueSession], label: str = "") -> Hours:
    """The sum of ``sessions`` under a label."""
    lengths = [session.minutes for session in sessions]
    return Hours(label, len(lengths), sum(lengths))


@dataclass(frozen=True)
class Engagement:
    """A case that the advisor worked on in the year, and her or his part in it."""

    own: Assignment
    hours: Hours

    @property
    def case(self) -> Case:
        return self.own.case

    @property
    def is_over(self) -> bool:
        """Whether she or he has left the case: then it is not to be opened, nor its state to be read."""
        return self.own.status == AssignmentStatus.ENDED

    @property
    def may_be_opened(self) -> bool:
        return not self.is_over

    @property
    def state(self) -> str:
        return str(self.own.get_status_display() if self.is_over else self.case.get_status_display())

    @property
    def accepted_on(self) -> date | None:
        return _day(self.own.answered_at)

    @property
    def options_agreed(self) -> int | None:
        """Options agreed in the year, new versions not counted again; None once she or he has left."""
        return None if self.is_over else getattr(self.own, "options_agreed", 0)


@dataclass(frozen=True)
class Session:
    """A session of the year as one row; ``is_open``: its case can be opened."""

    held: DialogueSession
    others: list[str]
    is_open: bool

    @property
    def clock(self) -> str:
        return clock(self.held.minutes)

    @property
    def confirmation(self) -> str:
        """What the municipality has said to it, in one or two words."""
        if self.held.confirmed_at:
            return _("Confirmed")
        return _("Was different") if self.held.objection else _("Not yet")


@dataclass(frozen=True)
class Year:
    """All that the overview tells of one year."""

    year: int
    sessions: list[Session]
    engagements: list[Engagement]

    @property
    def held(self) -> list[DialogueSession]:
        return [session.held for session in self.sessions]

    @property
    def total(self) -> Hours:
        return hours(self.held, _("In all"))

    @property
    def by_confirmation(self) -> list[Hours]:
        """What the municipalities have confirmed, and what not yet; both lines, also without a session."""
        confirmed = [session for session in self.held if session.confirmed_at]
        rest = [session for session in self.held if not session.confirmed_at]
        return [hours(confirmed, _("Confirmed by the municipality")), hours(rest, _("Not confirmed yet"))]

    @property
    def by_format(self) -> list[Hours]:
        return self._by(ConsultationFormat, lambda session: session.format)

    @property
    def by_mode(self) -> list[Hours]:
        return self._by(SessionMode, lambda session: session.mode)

    def _by(
        self,
        choices: type[ConsultationFormat] | type[SessionMode],
        of: Callable[[DialogueSession], str],
    ) -> list[Hours]:
        """One line per choice that occurs, in the order of the choices."""
        lines = [hours([s for s in self.held if of(s) == c.value], str(c.label)) for c in choices]
        return [line for line in lines if line.sessions]


def read(user: User, year: int) -> Year:
    """The year of ``user`` in a fixed number of queries.

    Raises ``PermissionDenied`` for everybody who is no advisor.
    """
    present = Prefetch("advisors", Advisor.objects.select_related("user"))
    held = list(
        access.sessions_held_by(user)
        .filter(date__year=year)
        .select_related("case__municipality")
        .prefetch_related(present)
    )
    by_case: dict[int, list[DialogueSession]] = {}
    for session in held:
        by_case.setdefault(session.case_id, []).append(session)
    engagements = [
        Engagement(own, hours(by_case.get(own.case_id, [])))
        for own in _engagements(user, year, list(by_case))
    ]
    left = {engagement.own.case_id for engagement in engagements if engagement.is_over}
    rows = [
        Session(
            session,
            [advisor.name for advisor in session.advisors.all() if advisor.user_id != user.pk],
            session.case_id not in left,
        )
        for session in held
    ]
    return Year(year, rows, engagements)


def _engagements(user: User, year: int, with_sessions: list[int]) -> Sequence[Assignment]:
    """What ``user`` had taken on in the year, one per case: the last one, the newest first."""
    agreed = ActionOption.objects.filter(
        case=OuterRef("case"), status__in=SETTLED_OPTIONS, confirmed_at__year=year, replaces=None
    )
    # Counted case by case: grouped, the database reads the engagements of everybody.
    number = agreed.order_by().values("case").annotate(number=Count("pk")).values("number")
    begun = Q(answered_at__year__lte=year) & (Q(ended_at=None) | Q(ended_at__year__gte=year))
    under_way = begun & (Q(case__closed_at=None) | Q(case__closed_at__year__gte=year))
    found = (
        _taken_on(user)
        .filter(under_way | Q(case__in=with_sessions))
        .select_related("case__municipality")
        .annotate(options_agreed=Coalesce(Subquery(number), 0))
        .order_by("answered_at", "pk")
    )
    return list({own.case_id: own for own in found}.values())[::-1]


def _taken_on(user: User) -> QuerySet[Assignment]:
    return access.offers_to(user).filter(status__in=TAKEN_ON)


def years(user: User) -> list[int]:
    """The years there is something to tell of, newest first: from the first engagement or session to now."""
    this = timezone.localdate().year
    first_yes = _day(_taken_on(user).order_by().aggregate(first=Min("answered_at"))["first"])
    first_session = access.sessions_held_by(user).order_by().aggregate(first=Min("date"))["first"]
    first = min([day.year for day in (first_yes, first_session) if day] + [this])
    return list(range(this, first - 1, -1))


def _day(moment: datetime | None) -> date | None:
    return timezone.localdate(moment) if moment else None
