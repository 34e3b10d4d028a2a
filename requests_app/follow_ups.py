"""What the worker does after the end of a case: it asks what became of it, reminds once, and lets it rest."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from miglobe.site.models import PortalSettings
from miglobe.site.working_days import add_working_days, is_working_day
from requests_app import workflow
from requests_app.jobs import each
from requests_app.models import CaseStatus, FollowUp, FollowUpStatus

FROM = time(6)
# After the reminder, in working days.
RESTS_AFTER = 20


def send_due() -> int:
    """Take every step that is due today; returns how many there were.

    Nothing happens on other days than working days, and before six in the morning. Each step is a transaction
    of its own and looks again under the lock of its case: a second worker finds nothing left to do.
    """
    now = timezone.localtime()
    today = now.date()
    if not is_working_day(today) or now.time() < FROM:
        return 0
    return each(lambda step: step[0](step[1]), _steps(today))


def _steps(today: date) -> Iterator[tuple[Callable[[FollowUp], FollowUp], FollowUp]]:
    """What is to be done with which round, looked for once what comes before is done."""
    remind_after = PortalSettings.load().follow_up_reminder_days
    for row in _due(today):
        yield workflow.ask_follow_up, row
    for row in _since("asked_at", FollowUpStatus.ASKED, today, remind_after):
        yield workflow.remind_follow_up, row
    for row in _since("reminded_at", FollowUpStatus.REMINDED, today, RESTS_AFTER):
        yield workflow.rest_follow_up, row


def _of_closed_cases(status: FollowUpStatus) -> QuerySet[FollowUp]:
    rows = FollowUp.objects.filter(status=status, case__status=CaseStatus.CLOSED)
    return rows.select_related("case")


def _due(today: date) -> list[FollowUp]:
    """The rounds whose day has come; of a case that has several, the last one: the others fall away."""
    due = _of_closed_cases(FollowUpStatus.PLANNED).filter(due_on__lte=today).order_by("due_on", "pk")
    return list({row.case_id: row for row in due}.values())


def _since(field: str, status: FollowUpStatus, today: date, days: int) -> list[FollowUp]:
    """The rounds in ``status`` since at least ``days`` working days."""
    latest = timezone.make_aware(datetime.combine(today - timedelta(days=days - 1), time.min))
    rows = _of_closed_cases(status).filter(**{f"{field}__lt": latest}).order_by(field, "pk")
    return [row for row in rows if add_working_days(timezone.localdate(getattr(row, field)), days) <= today]
