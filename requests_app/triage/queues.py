"""The tabs over the list of cases, and how many cases wait in each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.admin import SimpleListFilter
from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from miglobe.accounts.models import User
from requests_app import access, agenda
from requests_app.models import OPEN_STATUSES, Case, CaseStatus

type AnyUser = User | AnonymousUser

PARAMETER = "liste"
CASES = "admin:requests_app_case_changelist"
S = CaseStatus


@dataclass(frozen=True)
class Queue:
    """One tab: its key in the address, its label, which cases it holds on a day, and its colour.

    ``among`` says of which states these are; the open ones, if nothing else is said.
    """

    key: str
    label: Promise
    holds: Callable[[date], Q]
    kind: str = "info"
    statuses: tuple[CaseStatus, ...] = ()  # which it holds, where it goes by the state alone
    among: tuple[CaseStatus, ...] = OPEN_STATUSES


def _in(key: str, label: Promise, *statuses: CaseStatus, kind: str = "info") -> Queue:
    condition = Q(status__in=[str(status) for status in statuses])
    return Queue(key, label, lambda today: condition, kind, statuses)


OVERDUE = "ueberfaellig"
QUEUES = (
    _in("neu", _("New"), S.SUBMITTED),
    Queue(OVERDUE, _("Overdue"), agenda.overdue, "danger"),
    _in("pruefung", _("In review"), S.IN_REVIEW),
    _in("rueckfrage", _("Query open"), S.QUERY_OPEN, kind="warning"),
    _in("gesucht", _("Advice wanted"), S.MATCHING, kind="warning"),
    _in("gefunden", _("Advisor found"), S.MATCHED, kind="success"),
    _in("dialog", _("In dialogue"), S.IN_DIALOGUE, S.OPTIONS_AGREED, kind="success"),
)
DEFAULT = QUEUES[0].key
EVERYTHING = "alle"
_TABS = {queue.key for queue in QUEUES}
# What the numbers of the day's page lead to; none of them has a tab until one stands on it.
AGENDA = tuple(
    Queue(group.key, group.title, group.holds, group.kind, among=group.statuses)
    for group in agenda.GROUPS
    if group.key not in _TABS
)
_BY_KEY = {queue.key: queue for queue in (*QUEUES, *AGENDA)}


def counts(user: AnyUser) -> dict[str, int]:
    """How many cases each tab holds, in one query that reads no more than the index of the tabs.

    A deadline pauses exactly while a query is open, so what is late needs no look at the pause.
    """
    open_cases = access.countable_by(user).filter(status__in=[str(s) for s in OPEN_STATUSES])
    rows = (
        open_cases.order_by()
        .values_list("status")
        .annotate(Count("pk"), late=Count("pk", filter=Q(due_on__lt=timezone.localdate())))
    )
    waiting = {status: (number, late) for status, number, late in rows}
    number = {queue.key: sum(waiting.get(s, (0, 0))[0] for s in queue.statuses) for queue in QUEUES}
    late = sum(late for status, (_number, late) in waiting.items() if status != S.QUERY_OPEN)
    return number | {OVERDUE: late}


def current(request: HttpRequest) -> str:
    """The key of the tab that is shown: the one asked for; all cases for a search; else the new ones."""
    asked = request.GET.get(PARAMETER, "")
    if asked in _BY_KEY or asked == EVERYTHING:
        return asked
    return EVERYTHING if request.GET.get("q", "").strip() else DEFAULT


def cases_in(key: str, cases: QuerySet[Case]) -> QuerySet[Case]:
    """Those of ``cases`` that stand on the tab ``key``; the tab of all cases holds every one."""
    queue = _BY_KEY.get(key)
    if queue is None:
        return cases
    return agenda.among(cases, queue.among).filter(queue.holds(timezone.localdate()))


def label(key: str) -> Promise:
    """What the tab ``key`` is called."""
    return _BY_KEY[key].label if key in _BY_KEY else _("All cases")


def address(key: str, cases: str = CASES) -> str:
    """Where the tab ``key`` is in the list ``cases``, the coordination's or the readers'."""
    return f"{reverse(cases)}?{PARAMETER}={key}"


def tabs(shown: str, user: AnyUser, cases: str = CASES) -> list[dict[str, Any]]:
    """The tabs as the template draws them; that of all cases has no count, nor has one of the agenda."""
    number = counts(user)
    everything = Queue(EVERYTHING, _("All"), lambda today: Q())
    return [
        {
            "key": queue.key,
            "label": queue.label,
            "url": address(queue.key, cases),
            "current": queue.key == shown,
            "count": number.get(queue.key),
        }
        for queue in (*QUEUES, *[q for q in AGENDA if q.key == shown], everything)
    ]


class QueueFilter(SimpleListFilter):
    """Keeps the list to one tab. The tabs stand over the list, so it draws no box of its own."""

    title = _("List")
    parameter_name = PARAMETER

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(queue.key, queue.label) for queue in (*QUEUES, *AGENDA)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Case]) -> QuerySet[Case]:
        return cases_in(current(request), queryset)
