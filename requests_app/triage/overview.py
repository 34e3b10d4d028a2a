"""What the admin's first page shows: what is to do today, the load of the pool, how much waits where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.cache import caches
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from advisors.models import Publication
from miglobe.accounts.models import User
from requests_app import agenda, held, mail_trouble
from requests_app.reach import asking_now
from requests_app.triage import pool, queues, reading, scope, unread, words
from requests_app.triage.opening import PERMISSION

MAILS_SHOWN = 3
REACHED_SECONDS = 300


@dataclass(frozen=True)
class Row:
    """A line of the agenda as the page shows it."""

    line: agenda.Line
    place: str


@dataclass(frozen=True)
class Section:
    """One group of tasks, its rows, and the list of exactly what its number counts."""

    tasks: agenda.Tasks
    rows: list[Row]
    url: str


def overview(user: User, asked: str = "") -> dict[str, Any]:
    """The parts of the first page that ``user`` may see; empty for somebody without any of them.

    ``asked``: ``scope.MINE``, ``scope.ALL``, or anything else for what suits the person.
    """
    parts: dict[str, Any] = {}
    if user.has_perm(PERMISSION):
        parts |= _desk(user, asked)
    elif user.has_perm(reading.PERMISSION):
        parts["reading"] = reading.numbers(user)
    if user.has_perm("mail.view_outboxmessage"):
        parts["mails"] = _mails()
    if user.has_perm("advisors.review_publication"):
        parts["profiles"] = _profiles()
    parts["is_done"] = "sections" in parts and not any(
        [
            parts["sections"],
            parts["unread"],
            *[parts.get(name, {}).get("count") for name in ("mails", "profiles", "held")],
        ]
    )
    return parts


def _desk(user: User, asked: str) -> dict[str, Any]:
    """What the coordination alone sees."""
    today = timezone.localdate()
    whose = agenda.whose(user, today)
    is_mine = asked == scope.MINE or (asked != scope.ALL and agenda.has_any(whose.own))
    number = queues.counts(user)
    return {
        "switch": _switch(is_mine),
        "is_mine": is_mine,
        "sections": _sections(user, whose.mine if is_mine else None),
        "held": {"count": held.waiting().count(), "url": reverse("admin:requests_app_case_held")},
        "unread": unread.of_own_cases(user),
        "pool": pool.load(),
        "tiles": [
            {"label": q.label, "count": number[q.key], "kind": q.kind, "url": queues.address(q.key)}
            for q in queues.QUEUES
        ],
        "reached": _reached(user),
        "reached_url": reverse("admin:requests_app_municipality_changelist") + "?fragt=jetzt",
    }


def _switch(is_mine: bool) -> list[dict[str, Any]]:
    page = reverse("admin:index")
    choices = ((scope.MINE, _("My tasks"), is_mine), (scope.ALL, _("All tasks"), not is_mine))
    return [
        {"label": label, "url": f"{page}?{scope.PARAMETER}={key}", "current": current}
        for key, label, current in choices
    ]


def _sections(user: User, only: Q | None) -> list[Section]:
    narrowed = f"&{scope.PARAMETER}={scope.MINE}" if only is not None else ""
    return [
        Section(
            tasks,
            [Row(line, words.place(line.case)) for line in tasks.lines],
            f"{queues.address(tasks.group.key)}{narrowed}",
        )
        for tasks in agenda.tasks(user, timezone.localdate(), only=only)
    ]


def _reached(user: User) -> int:
    """How many municipalities ask in open cases. It changes slowly: counted every few minutes."""
    asking = asking_now(user)
    count = caches["local"].get_or_set("triage.reached", asking.count, REACHED_SECONDS)
    return int(count or 0)


def _mails() -> dict[str, Any]:
    """The mails about no case that did not arrive: how many, the newest of them, and the outbox."""
    trouble = list(mail_trouble.other_mails_in_trouble().defer("body", "alternatives"))
    newest = trouble[:MAILS_SHOWN]
    return {
        "count": len(trouble),
        "url": mail_trouble.address_of(trouble),
        "newest": [(mail, reverse("admin:mail_outboxmessage_change", args=[mail.pk])) for mail in newest],
    }


def _profiles() -> dict[str, Any]:
    """How many public texts wait for approval, and where: the only one, else their list."""
    state = Publication.State.WAITING
    waiting = list(Publication.objects.filter(state=state).values_list("pk", flat=True))
    url = f"{reverse('admin:advisors_publication_changelist')}?state__exact={state}"
    if len(waiting) == 1:
        url = reverse("admin:advisors_publication_review", args=waiting)
    return {"count": len(waiting), "url": url}
