"""What is to do for the coordination on a day: a group for each kind of task, the most urgent first.

The day's page, the daily mail and the lists that its numbers lead to ask here. A group is a condition
on cases, so its number and its list are the same query. Each reads the first rows of an index
and counts no further than ``COUNTED``: a day's page costs the same however many cases are open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from miglobe.accounts.models import User
from miglobe.site.working_days import add_working_days
from requests_app import access, mail_trouble, responsibility
from requests_app import agenda_words as words
from requests_app.models import (
    LIVE_ASSIGNMENTS,
    OPEN_STATUSES,
    Appointment,
    AppointmentStatus,
    Assignment,
    Case,
    CaseStatus,
    DialogueSession,
    EventKind,
)

S = CaseStatus

SHOWN = 5
COUNTED = 99
# A session is missed when its day is a week past; a dialogue is quiet after six weeks without one.
SESSION_MISSED = timedelta(weeks=1)
QUIET = timedelta(weeks=6)
_A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Group:
    """One kind of task: which cases on a day, in which order, why they stand here, and what to do.

    ``key`` names its list in the address. ``repeats``: a case is shown again that a group above shows.
    ``statuses``: among which cases; the open ones, if nothing else is said.
    """

    key: str
    title: Promise
    holds: Callable[[date], Q]
    order: str
    why: Callable[[Case, date], str]
    todo: Callable[[Case], words.Todo]
    kind: str = "info"
    repeats: bool = False
    statuses: tuple[CaseStatus, ...] = OPEN_STATUSES


# --- Which cases ----------------------------------------------------------------------------------


def overdue(today: date) -> Q:
    """Due before today. While a query is open the deadline pauses, so nothing is late."""
    return Q(due_on__lt=today) & ~Q(status=S.QUERY_OPEN)


def _unanswered_direct(today: date) -> Q:
    return Q(direct_unanswered_at__isnull=False)


def _talk_wanted(today: date) -> Q:
    return Q(answer_at__isnull=False, answer_kind=EventKind.TALK_ASKED)


def _answered(today: date) -> Q:
    return Q(answer_at__isnull=False, direct_unanswered_at=None) & ~Q(answer_kind=EventKind.TALK_ASKED)


def _resubmitted(today: date) -> Q:
    return Q(resubmit_on__lte=today, merged_into=None)


def _offers_due(today: date) -> Q:
    """Offers whose answer is due by the next working day, or was due."""
    near = add_working_days(today, 1)
    return Q(answer_due_on__lte=near, status__in=[str(S.IN_REVIEW), str(S.MATCHING), str(S.MATCHED)])


def _no_answer_in(status: CaseStatus) -> Callable[[date], Q]:
    return lambda today: Q(answer_due_on__lt=today, status=status)


def _new(today: date) -> Q:
    """New requests, but for those that are late."""
    return Q(status=S.SUBMITTED, due_on__gte=today)


def _session_missed(today: date) -> Q:
    """Without a session a week past the agreed date, or past the day by which the first should have been.

    A dialogue that missed its date longer ago than it may be quiet shows as a quiet one.
    """
    first = Q(status=S.MATCHED, due_on__lte=today - SESSION_MISSED)
    since = DialogueSession.objects.filter(case=OuterRef("case"), date__gte=OuterRef("day"))
    past = (
        Appointment.objects.annotate(day=TruncDate("starts_at"))
        .filter(
            status=AppointmentStatus.AGREED,
            starts_at__lt=_start_of(today - SESSION_MISSED + _A_DAY),
            starts_at__gte=_start_of(today - QUIET),
        )
        .exclude(Exists(since))
    )
    return first | Q(status__in=[str(S.IN_DIALOGUE), str(S.OPTIONS_AGREED)], pk__in=past.values("case"))


def _quiet(today: date) -> Q:
    """Dialogues without a session for long in which nobody is asked for an answer, and no date is agreed."""
    since = _start_of(today - QUIET)
    recent = DialogueSession.objects.filter(case=OuterRef("pk"), date__gte=today - QUIET)
    dialogue = Q(status=S.IN_DIALOGUE, status_changed_at__lt=since, answer_due_on=None, answer_at=None)
    ahead = Appointment.objects.filter(
        case=OuterRef("pk"), status=AppointmentStatus.AGREED, starts_at__gte=_start_of(today)
    )
    return dialogue & Q(~Exists(recent)) & Q(~Exists(ahead))


def _start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


GROUPS = (
    Group("ohne-antwort", _("Direct enquiries without an answer"), _unanswered_direct,
          "direct_unanswered_at", words.why_direct, words.move_on, "danger"),
    Group("ueberfaellig", _("Overdue"), overdue, "due_on", words.why_late, words.move_on, "danger"),
    Group("nachgespraech", _("Another talk wanted"), _talk_wanted, "answer_at", words.why_answered,
          words.act_on_answer),
    Group("antworten", _("Answers that came in"), _answered, "answer_at", words.why_answered,
          words.act_on_answer),
    Group("mails", _("Mails that did not arrive"), lambda today: mail_trouble.in_trouble(), "due_on",
          words.why_mail, words.see_mails, "danger"),
    Group("wiedervorlage", _("Resubmission"), _resubmitted, "resubmit_on", words.why_resubmitted,
          words.open_sheet, repeats=True, statuses=(*OPEN_STATUSES, S.CLOSED)),
    Group("neue", _("New requests"), _new, "due_on",
          words.why_new, words.move_on),
    Group("angebote", _("Offers without an answer"), _offers_due, "answer_due_on", words.why_offers,
          words.who_was_asked, "warning"),
    Group("rueckfragen", _("Queries without an answer"), _no_answer_in(S.QUERY_OPEN), "answer_due_on",
          words.why_query, words.write, "warning"),
    Group("unbestaetigt", _("Action options without an answer"), _no_answer_in(S.IN_DIALOGUE),
          "answer_due_on", words.why_unconfirmed, words.write, "warning"),
    Group("ohne-gespraech", _("Sessions that were not logged"), _session_missed, "due_on",
          words.why_no_session, words.write, "warning"),
    Group("ruhend", _("Dialogues without a session for six weeks"), _quiet, "status_changed_at",
          words.why_quiet, words.write, "warning"),
)  # fmt: skip


_LATE = next(group for group in GROUPS if group.key == "ueberfaellig")


# --- Whose cases ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Whose:
    """Of cases, for one person on one day: ``own`` ones, and all that she has to look after (``mine``)."""

    own: Q
    mine: Q


def whose(user: User, day: date) -> Whose:
    """What ``user`` looks after on ``day``.

    ``own``: she is in charge, or stands in for who is. ``mine``: those, and what nobody looks after: it is
    everybody's until somebody takes it over.
    """
    roster = responsibility.roster(day)
    own = roster.in_charge_of(user.pk)
    return Whose(own, own | roster.looked_after_by_nobody())


def has_any(cases: Q) -> bool:
    """Whether an open case is among ``cases``."""
    return Case.objects.filter(cases, closed_at=None).exists()


# --- The agenda -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """One case on the agenda."""

    case: Case
    why: str
    todo: words.Todo

    @property
    def url(self) -> str:
        return words.sheet(self.case)

    @property
    def is_very_late(self) -> bool:
        return self.case.escalated_at is not None


@dataclass
class Tasks:
    """One group with its number and its first lines."""

    group: Group
    count: int
    lines: list[Line] = field(default_factory=list)

    @property
    def number(self) -> str:
        return f"{COUNTED}+" if self.count > COUNTED else str(self.count)


def tasks(user: User, today: date, *, only: Q | None = None, shown: int = SHOWN) -> list[Tasks]:
    """The groups that hold something for ``user``, with up to ``shown`` lines each.

    ``only`` narrows them down (``mine``). A case is shown once, in the most urgent of its groups, but for
    what was put off to a day. Raises ``PermissionDenied`` for everybody who does not coordinate.
    """
    cases = access.visible_to(user, access.Side.COORDINATOR)
    cases = cases.filter(only) if only is not None else cases
    found: list[tuple[Tasks, list[int]]] = []
    seen: set[int] = set()
    for group in GROUPS:
        keys = _first_keys(cases, group, today)
        if keys:
            picked = [key for key in keys if group.repeats or key not in seen][:shown]
            seen |= set(picked)
            found.append((Tasks(group, len(keys)), picked))
    loaded = load(seen)
    for group_tasks, picked in found:
        group_tasks.lines = [_line(group_tasks.group, loaded[key], today) for key in picked if key in loaded]
    return [group_tasks for group_tasks, _picked in found]


def among(cases: QuerySet[Case], statuses: Iterable[CaseStatus]) -> QuerySet[Case]:
    """Said by their states: so the partial indexes of the open cases are used."""
    return cases.filter(status__in=[str(status) for status in statuses])


def very_late(user: User, today: date, which: Q) -> list[Line]:
    """The cases that the whole coordination knows of, those among ``which``, the latest first."""
    cases = among(access.visible_to(user, access.Side.COORDINATOR), OPEN_STATUSES)
    cases = cases.filter(escalated_at__isnull=False)
    rows = cases.filter(overdue(today), which).order_by("due_on", "pk")
    keys = list(rows.values_list("pk", flat=True)[: COUNTED + 1])
    loaded = load(set(keys))
    return [_line(_LATE, loaded[key], today) for key in keys if key in loaded]


def _first_keys(cases: QuerySet[Case], group: Group, today: date) -> list[int]:
    rows = among(cases, group.statuses).filter(group.holds(today)).order_by(group.order, "pk")
    return list(rows.values_list("pk", flat=True)[: COUNTED + 1])


def load(keys: set[int]) -> dict[int, Case]:
    """The cases with what the words about them read, in three queries."""
    live = Assignment.objects.filter(status__in=[str(s) for s in LIVE_ASSIGNMENTS])
    cases = (
        Case.objects.filter(pk__in=keys)
        .select_related("municipality__successor", "preferred_advisor__user", "responsible")
        .prefetch_related("partners", Prefetch("assignments", live.select_related("advisor__user")))
        .defer("situation", "participants", "access_needs")
    )
    return {case.pk: case for case in cases}


def _line(group: Group, case: Case, today: date) -> Line:
    return Line(case, group.why(case, today), group.todo(case))
