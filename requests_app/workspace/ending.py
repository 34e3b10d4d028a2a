"""What advisors read after the end: what became of the options, and whether the consultation helped."""

from __future__ import annotations

from typing import Any

from requests_app import option_history
from requests_app.models import SETTLED_OPTIONS, Case, Feedback


def part(case: Case) -> dict[str, Any]:
    """What the page of a case shows; its options are prefetched. What was missing, advisors never read."""
    agreed = any(option.status in SETTLED_OPTIONS for option in case.options.all())
    opinion = Feedback.objects.filter(case=case).defer("missing").first() if case.closed_at else None
    return {
        "histories": option_history.of(case) if agreed else [],
        "opinion": opinion if opinion and (opinion.helped or opinion.recommends) else None,
    }
