"""What the worker does for the cases when nobody is at a desk."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import timedelta

from django.db import DatabaseError
from django.db.models import F
from django.utils import timezone

from requests_app import workflow
from requests_app.models import Appointment, AppointmentStatus, Assignment, AssignmentStatus, Case

logger = logging.getLogger(__name__)

# No two working days in a row are further apart.
_REMINDED_WITHIN = timedelta(days=10)


def each[Row](act: Callable[[Row], object], rows: Iterable[Row]) -> int:
    """Do ``act``, a transaction of its own, to each of ``rows``. Returns how often there was something to do.

    What has changed at this very moment is left as it is. A row that fails holds up no other: its error is
    raised at the end, so that the job counts as failed and comes again. Those of the database are raised at
    once. A worker that is killed in between leaves the rest to the next one.
    """
    done = 0
    failed: Exception | None = None
    for row in rows:
        try:
            done += act(row) is not False
        except workflow.InvalidTransition:
            continue
        except DatabaseError:
            raise
        except Exception as error:
            logger.exception("A step of a job failed, the job goes on with the next one")
            failed = error
    if failed:
        raise failed
    return done


def expire_offers() -> int:
    """Let every offer lapse whose answer was due before today. Returns how many there were."""
    late = Assignment.objects.filter(
        status=AssignmentStatus.OFFERED, answer_due_on__lt=timezone.localdate()
    ).select_related("case", "advisor__user")
    return each(workflow.expire_offer, late)


def escalate() -> int:
    """Note every case that has become very late. Returns how many there were."""
    late = Case.objects.filter(
        closed_at__isnull=True, escalate_on__lte=timezone.localdate(), escalated_at__isnull=True
    )
    return each(workflow.escalate, late)


def remind_of_dates() -> int:
    """Remind of agreed dates one working day before, from six in the morning. Returns how many there were."""
    now = timezone.now()
    ahead = Appointment.objects.filter(
        status=AppointmentStatus.AGREED, starts_at__gt=now, starts_at__lt=now + _REMINDED_WITHIN
    ).exclude(reminded_of=F("starts_at"))
    return each(workflow.remind_of_date, ahead)
