"""What the admin's first page shows: how much waits where, what is due next, which mails failed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from advisors.models import Publication
from miglobe.accounts.models import User
from miglobe.mail.models import OutboxMessage, State
from requests_app import access, held
from requests_app.models import OPEN_STATUSES, Case
from requests_app.reach import reached_municipalities
from requests_app.triage import queues, reading, words
from requests_app.triage.changelist import unanswered_address
from requests_app.triage.opening import PERMISSION

NEXT_SHOWN = 5
_OPEN = [str(status) for status in OPEN_STATUSES]


@dataclass(frozen=True)
class DueCase:
    """A case with its deadline, as a row of the first page."""

    case: Case
    place: str
    url: str
    waiting: words.Waiting
    state: words.Badge


def overview(user: User) -> dict[str, Any]:
    """The parts of the first page that ``user`` may see; empty for somebody without any of them."""
    parts: dict[str, Any] = {}
    if user.has_perm(PERMISSION):
        number = queues.counts(user)
        parts["tiles"] = [
            {"label": q.label, "count": number[q.key], "kind": q.kind, "url": queues.address(q.key)}
            for q in queues.QUEUES
        ]
        parts["unanswered"] = {"count": number[queues.UNANSWERED], "url": unanswered_address()}
        parts["due"] = _due_next(user)
        open_cases = access.visible_to(user, access.Side.COORDINATOR).filter(status__in=_OPEN)
        parts["reached"] = reached_municipalities(open_cases).count()
        parts["held"] = {
            "count": held.waiting().count(),
            "url": reverse("admin:requests_app_case_held"),
        }
    elif user.has_perm(reading.PERMISSION):
        parts["reading"] = reading.numbers(user)
    if user.has_perm("mail.view_outboxmessage"):
        failed = OutboxMessage.objects.filter(state=State.FAILED).count()
        address = reverse("admin:mail_outboxmessage_changelist")
        parts["mails"] = {"count": failed, "url": f"{address}?state__exact={State.FAILED}"}
    if user.has_perm("advisors.review_publication"):
        parts["profiles"] = _profiles()
    return parts


def _profiles() -> dict[str, Any]:
    """How many public texts wait for approval, and where: the only one, else their list."""
    state = Publication.State.WAITING
    waiting = list(Publication.objects.filter(state=state).values_list("pk", flat=True))
    url = f"{reverse('admin:advisors_publication_changelist')}?state__exact={state}"
    if len(waiting) == 1:
        url = reverse("admin:advisors_publication_review", args=waiting)
    return {"count": len(waiting), "url": url}


def _due_next(user: User) -> list[DueCase]:
    """Open cases with a running deadline, the most urgent first."""
    cases = (
        access.visible_to(user, access.Side.COORDINATOR)
        .filter(status__in=_OPEN, due_on__isnull=False, paused_on__isnull=True)
        .select_related("municipality__successor")
        .prefetch_related("partners")
    )
    return [
        DueCase(
            case,
            words.place(case),
            reverse("admin:requests_app_case_change", args=[case.pk]),
            words.waiting(case),
            words.state(case),
        )
        for case in cases.order_by("due_on", "submitted_at", "pk")[:NEXT_SHOWN]
    ]
