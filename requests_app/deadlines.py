"""By when a case must have moved on, in working days of NRW. The numbers are portal settings."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from miglobe.site.models import PortalSettings
from miglobe.site.working_days import add_working_days, working_days_between
from requests_app.models import Case, CaseStatus


def first_answer_due(day: date) -> date:
    """When a request that came in on ``day`` must have its first answer."""
    return add_working_days(day, PortalSettings.load().first_answer_days)


def query_answer_due(day: date) -> date:
    """By when we ask the municipality to answer a query put on ``day``."""
    return add_working_days(day, PortalSettings.load().query_answer_days)


def offer_answer_due(day: date) -> date:
    """By when an advisor must answer an offer made on ``day``."""
    return add_working_days(day, PortalSettings.load().offer_answer_days)


def due_on_entering(status: CaseStatus, case: Case) -> date | None:
    """The deadline that ``case`` has once it enters ``status``, or None where nothing is due from us.

    Coming back from an open query adds the working days of the pause to the deadline that ran before.
    """
    today = timezone.localdate()
    if status == CaseStatus.IN_REVIEW:
        if case.status == CaseStatus.SUBMITTED:
            return case.due_on
        if case.status == CaseStatus.QUERY_OPEN and case.due_on and case.paused_on:
            return add_working_days(case.due_on, working_days_between(case.paused_on, today))
        return first_answer_due(today)
    if status == CaseStatus.QUERY_OPEN:
        return case.due_on
    if status == CaseStatus.MATCHING:
        return offer_answer_due(today)
    if status == CaseStatus.MATCHED:
        return add_working_days(today, PortalSettings.load().first_session_days)
    return None
