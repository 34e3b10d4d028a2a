"""What the advisors' pages are about: a case that the reader may see, and her or his own part in it."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from miglobe.accounts.models import User
from requests_app import access, workflow
from requests_app.access import Side
from requests_app.models import Assignment, AssignmentStatus, Case


def visible_case(request: HttpRequest, reference: str) -> Case:
    """A case that was offered to the reader and is still on offer, or that she or he advises.

    Raises ``PermissionDenied`` for everybody who is no advisor, ``Http404`` for other cases.
    """
    people = Prefetch("assignments", Assignment.objects.select_related("advisor__user"))
    cases = access.visible_to(request.user, Side.ADVISOR).select_related("municipality")
    return get_object_or_404(cases.prefetch_related("contacts", people), reference=reference)


def advised_case(request: HttpRequest, reference: str) -> Case:
    """A case that the reader has accepted. Raises ``PermissionDenied`` while it is only on offer."""
    case = visible_case(request, reference)
    if not access.advises(request.user, case):
        raise PermissionDenied
    return case


def latest_offer(request: HttpRequest, reference: str) -> Assignment:
    """The last offer of a case to the reader, whatever became of it; else ``Http404``."""
    offers = access.offers_to(request.user).filter(case__reference=reference)
    return get_object_or_404(offers.select_related("case__municipality", "advisor__user")[:1])


def engagement(request: HttpRequest, case: Case) -> Assignment:
    """The reader's own part in a case that she or he advises."""
    own = access.assignment_of(request.user, case, AssignmentStatus.ACCEPTED)
    if own is None:
        raise PermissionDenied
    return own


def possible(case: Case, user: User) -> frozenset[str]:
    """The keys of the workflow's actions that ``user`` may take on ``case`` now."""
    return workflow.available_keys(case, user)
