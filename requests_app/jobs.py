"""What the worker does for the cases when nobody is at a desk."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import F
from django.utils import timezone

from requests_app import workflow
from requests_app.models import Appointment, AppointmentStatus, Assignment, AssignmentStatus, Case

# No two working days in a row are further apart.
_REMINDED_WITHIN = timedelta(days=10)


def expire_offers() -> int:
    """Let every offer lapse whose answer was due before today. Returns how many there were.

    Each in its own transaction: an offer that is answered at this very moment stays answered.
    """
    late = Assignment.objects.filter(
        status=AssignmentStatus.OFFERED, answer_due_on__lt=timezone.localdate()
    ).select_related("case", "advisor__user")
    expired = 0
    for assignment in late:
        try:
            workflow.expire_offer(assignment)
        except workflow.InvalidTransition:
            continue
        expired += 1
    return expired


def escalate() -> int:
    """Note every case that has become very late. Returns how many there were."""
    late = Case.objects.filter(
        closed_at__isnull=True, escalate_on__lte=timezone.localdate(), escalated_at__isnull=True
    )
    noted = 0
    for case in late:
        try:
            workflow.escalate(case)
        except workflow.InvalidTransition:
            continue
        noted += 1
    return noted


def remind_of_dates() -> int:
    """Remind of agreed dates one working day before, from six in the morning. Returns how many there were.

    Each in its own transaction: a worker that is killed in between leaves the rest to the next one.
    """
    now = timezone.now()
    ahead = Appointment.objects.filter(
        status=AppointmentStatus.AGREED, starts_at__gt=now, starts_at__lt=now + _REMINDED_WITHIN
    ).exclude(reminded_of=F("starts_at"))
    return sum(workflow.remind_of_date(appointment) for appointment in ahead)
