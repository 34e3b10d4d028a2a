"""What the case page shows once a consultation has ended, and of the cases before and after it."""

from __future__ import annotations

from typing import Any

from requests_app import option_history, workflow
from requests_app.models import Case, Feedback


def part(case: Case) -> dict[str, Any]:
    """What the template of the case page reads. While a case is open it costs no query."""
    before = case.follows if case.follows_id else None
    if not workflow.ended_after_advice(case):
        return {"follows": before}
    waiting = workflow.waiting_round(case)
    return {
        "follows": before,
        "after_the_end": True,
        "is_asked": waiting is not None,
        "has_advisors": workflow.has_advisors(case),
        "feedback": Feedback.objects.filter(case=case).first(),
        "histories": option_history.of(case),
        "can_give_feedback": workflow.can_give_feedback(case),
        "successors": list(case.following_cases.order_by("pk")),
    }
