"""What the worker does after the end of a case: it asks what became of it, reminds once, and lets it rest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from miglobe.site.models import PortalSettings
from miglobe.site.working_days import add_working_days, is_working_day
from requests_app import workflow
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
    remind_after = PortalSettings.load().follow_up_reminder_days
    return (
        _take(workflow.ask_follow_up, _due(today))
        + _take(workflow.remind_follow_up, _since("asked_at", FollowUpStatus.ASKED, today, remind_after))
        + _take(workflow.rest_follow_up, _since("reminded_at", FollowUpStatus.REMINDED, today, RESTS_AFTER))
    )


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


def _take(act: Callable[[FollowUp], FollowUp], rows: list[FollowUp]) -> int:
    taken = 0
    for row in rows:
        try:
            act(row)
        except workflow.InvalidTransition:  # answered, skipped or reopened at this moment; or another worker
            continue
        taken += 1
    return taken
