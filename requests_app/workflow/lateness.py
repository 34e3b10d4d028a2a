"""A case that is very late: the whole coordination is told, once for each deadline."""

from __future__ import annotations

from django.utils import timezone

from requests_app.models import Case
from requests_app.workflow.engine import InvalidTransition, step


def escalate(case: Case) -> Case:
    """Note that ``case`` is late by half of its time again. The daily mails of all tell of it.

    Raises ``InvalidTransition`` when it is not (any more), or when it has been noted already.
    """
    with step("escalate", case, None) as now:
        due = now.case.escalate_on
        if due is None or due > timezone.localdate(now.at) or now.case.escalated_at is not None:
            raise InvalidTransition
        now.set(escalated_at=now.at)
        now.data["due_on"] = now.case.due_on
    return now.case
