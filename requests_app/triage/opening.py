"""Opening a case in the admin: who may, which one, in which version, and the line in the log."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Prefetch
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from miglobe.accounts.models import User
from miglobe.accounts.sign_in import signed_in_user
from miglobe.site.audit import log_read
from requests_app import access
from requests_app.models import (
    ActionOption,
    Appointment,
    AppointmentStatus,
    Assignment,
    Case,
    ConflictOfInterest,
    ContactPerson,
    DateRound,
    DialogueSession,
    Document,
    Feedback,
    FollowUp,
    InternalNote,
    MessageDraft,
    Redaction,
    ShortlistEntry,
)

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
        .annotate(**_what_there_is(user))
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


def _what_there_is(user: User) -> dict[str, Any]:
    """Whether there is any of what many cases have none of: the sheet then need not ask for it.

    Drafts are those of ``user``, since nobody reads those of others.
    """
    of_case = {"case": OuterRef("pk")}
    return {
        "has_taken_in": Exists(Case.objects.filter(merged_into=OuterRef("pk"))),
        "has_redactions": Exists(Redaction.objects.filter(**of_case)),
        "has_former_contacts": Exists(ContactPerson.everybody.filter(left_at__isnull=False, **of_case)),
        "has_documents": Exists(Document.objects.filter(**of_case)),
        "has_drafts": Exists(MessageDraft.objects.filter(user=user, **of_case)),
        "has_notes": Exists(InternalNote.objects.filter(**of_case)),
        "has_sessions": Exists(DialogueSession.objects.filter(**of_case)),
        "has_follow_ups": Exists(FollowUp.objects.filter(**of_case)),
        "has_feedback": Exists(Feedback.objects.filter(**of_case)),
        "has_successors": Exists(Case.objects.filter(follows=OuterRef("pk"))),
        "has_dates": Exists(Appointment.objects.filter(status=AppointmentStatus.AGREED, **of_case))
        | Exists(DateRound.objects.filter(**of_case)),
        "has_options": Exists(ActionOption.objects.filter(**of_case)),
    }


def has(case: Case, what: str) -> bool:
    """Whether a case that was opened here has any of ``what``: "notes", "documents" …"""
    return bool(getattr(case, f"has_{what}"))


def note_read(request: HttpRequest, case: Case) -> None:
    """Log that this person was shown the case with its contact data."""
    log_read(signed_in_user(request), case.reference)
