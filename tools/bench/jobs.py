"""The worker's jobs, to be measured again and again: each finds the same work every time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

from django.core.mail import EmailMessage
from django.utils import timezone

from miglobe.mail import bundling, delivery, outbox
from miglobe.ops import jobs
from miglobe.site.working_days import add_working_days, is_working_day
from requests_app import daily, follow_ups
from requests_app.jobs import remind_of_dates
from requests_app.models import (
    Appointment,
    AppointmentStatus,
    CaseStatus,
    DailyMail,
    FollowUp,
    FollowUpStatus,
)
from tools.bench.words import JOBS

_JOINED = 10


def working_hours() -> datetime:
    """Ten o'clock of this day, or of the next one on which the worker mails."""
    today = timezone.localdate()
    day = today if is_working_day(today) else add_working_days(today, 1)
    return timezone.make_aware(datetime.combine(day, time(10)))


def _daily_mails() -> None:
    DailyMail.objects.filter(day=timezone.localdate()).delete()
    daily.send()


def _one_follow_up() -> None:
    planned = FollowUp.objects.filter(case__status=CaseStatus.CLOSED).order_by("-pk")[0]
    fields: dict[str, Any] = {"status": FollowUpStatus.PLANNED, "due_on": timezone.localdate()}
    fields |= dict.fromkeys(("asked_at", "reminded_at", "answered_at", "answered_by"))
    FollowUp.objects.filter(pk=planned.pk).update(**fields)
    follow_ups.send_due()


def _one_date() -> None:
    ahead = Appointment.objects.filter(status=AppointmentStatus.AGREED).order_by("-pk")[0]
    tomorrow = timezone.now() + timedelta(days=1)
    Appointment.objects.filter(pk=ahead.pk).update(starts_at=tomorrow, reminded_of=None)
    remind_of_dates()


def _ten_mails() -> None:
    for number in range(_JOINED):
        mail = EmailMessage(
            f"Neue Nachricht {number}", "Guten Tag,\n\nes gibt Neues.\n", to=["a@example.org"]
        )
        outbox.store(mail, kind="message", is_held=True, next_attempt_at=timezone.now())
    _nothing()


def _nothing() -> None:
    """One turn of the worker: every job that is due, and the outbox."""
    jobs.run_due()
    bundling.join_due()
    while delivery.deliver_due():
        pass


RUN: dict[str, Callable[[], None]] = dict(
    zip(JOBS, (_daily_mails, _one_follow_up, _one_date, _ten_mails, _nothing), strict=True)
)
