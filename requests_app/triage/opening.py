"""Opening a case in the admin: who may, which one, in which version, and the line in the log."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Prefetch
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from miglobe.accounts.models import User
from miglobe.accounts.sign_in import signed_in_user
from miglobe.site.audit import log_read
from requests_app import access
from requests_app.models import Assignment, Case, ConflictOfInterest, ShortlistEntry

PERMISSION = "requests_app.coordinate_case"


def check_permission(request: HttpRequest) -> User:
    """The coordinator who asks. Raises ``PermissionDenied`` for everybody else."""
    user = signed_in_user(request)
    if not user.has_perm(PERMISSION):
        raise PermissionDenied
    return user


def open_case(request: HttpRequest, pk: int) -> Case:
    """The case with what its pages show. Raises ``PermissionDenied`` or ``Http404``."""
    user = check_permission(request)
    of_advisor = ConflictOfInterest.objects.filter(advisor=OuterRef("advisor"), lifted_at=None)
    assignments = (
        Assignment.objects.select_related("advisor__user")
        .annotate(has_conflicts=Exists(of_advisor))
        .order_by("-offered_at", "pk")
    )
    cases = (
        access.visible_to(user, access.Side.COORDINATOR)
        # What few cases have (a successor, a wished-for advisor) is read where it is there.
        .select_related("municipality")
        .prefetch_related(
            "topics",
            "partners",
            "contacts",
            Prefetch("assignments", assignments),
            Prefetch("shortlist", ShortlistEntry.objects.select_related("advisor__user", "added_by")),
        )
    )
    case: Case = get_object_or_404(cases, pk=pk)
    return case


def as_version(value: str) -> int:
    """A case's version as a page carries it along; 0, which no case has, for nonsense."""
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 10 else 0


def seen_version(request: HttpRequest, name: str = "seen") -> int:
    """The version that the page was made from."""
    return as_version(request.POST.get(name, ""))


def note_read(request: HttpRequest, case: Case) -> None:
    """Log that this person was shown the case with its contact data."""
    log_read(signed_in_user(request), case.reference)
