"""On the sheet, after the end: follow-ups, what became of each option, the three answers, cases around it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from miglobe.accounts.models import User
from miglobe.accounts.sign_in import signed_in_user
from requests_app import option_history, workflow
from requests_app.models import Case, Feedback, FollowUp, FollowUpStatus
from requests_app.triage.opening import has, open_case

# The step that a coordinator may take on a round, and its path.
_STEPS = {
    FollowUpStatus.PLANNED: ("skip_follow_up", "admin:requests_app_case_follow_up_skip"),
    FollowUpStatus.SKIPPED: ("restore_follow_up", "admin:requests_app_case_follow_up_restore"),
}


def urls(view: Callable[..., Any]) -> list[URLPattern]:
    """The paths of this module; ``view`` is the admin's guard."""
    of_round = "<int:pk>/nachfrage/<int:follow_up_pk>"
    return [
        path(f"{of_round}/auslassen/", view(skip), name="requests_app_case_follow_up_skip"),
        path(f"{of_round}/doch/", view(restore), name="requests_app_case_follow_up_restore"),
    ]


@dataclass(frozen=True)
class Round:
    """One follow-up, and the button beside it; without one, ``url`` is empty."""

    row: FollowUp
    label: str = ""
    url: str = ""


def part(case: Case, can: Collection[str]) -> dict[str, Any]:
    """What the sheet shows; nothing is asked of the database for what the case has none of."""
    return {
        "rounds": _rounds(case, can) if has(case, "follow_ups") else [],
        "histories": option_history.of(case) if has(case, "options") and has(case, "follow_ups") else [],
        "feedback": Feedback.objects.filter(case=case).first() if has(case, "feedback") else None,
        "follows": case.follows if case.follows_id else None,
        "successors": list(case.following_cases.order_by("pk")) if has(case, "successors") else [],
    }


def _rounds(case: Case, can: Collection[str]) -> list[Round]:
    return [_round(row, can) for row in case.follow_ups.select_related("answered_by")]


def _round(row: FollowUp, can: Collection[str]) -> Round:
    key, name = _STEPS.get(FollowUpStatus(row.status), ("", ""))
    if key not in can:
        return Round(row)
    return Round(row, str(workflow.ACTIONS[key].label), reverse(name, args=[row.case_id, row.pk]))


@require_POST
def skip(request: HttpRequest, pk: int, follow_up_pk: int) -> HttpResponse:
    """Leave a planned follow-up out."""
    return _switch(request, pk, follow_up_pk, workflow.skip_follow_up, _("This follow-up is left out."))


@require_POST
def restore(request: HttpRequest, pk: int, follow_up_pk: int) -> HttpResponse:
    """Ask after all."""
    return _switch(
        request, pk, follow_up_pk, workflow.restore_follow_up, _("The municipality will be asked.")
    )


def _switch(
    request: HttpRequest, pk: int, follow_up_pk: int, act: Callable[[FollowUp, User], object], done: str
) -> HttpResponse:
    case = open_case(request, pk)
    try:
        act(get_object_or_404(case.follow_ups, pk=follow_up_pk), signed_in_user(request))
    except workflow.InvalidTransition as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, done)
    return redirect(f"{reverse('admin:requests_app_case_change', args=[case.pk])}#ending-title")
