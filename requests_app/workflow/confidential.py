"""Whether the offers of a case name the municipality."""

from __future__ import annotations

from miglobe.accounts.models import User
from requests_app.models import Case
from requests_app.workflow.engine import InvalidTransition, step


def set_confidential(case: Case, actor: User, *, is_confidential: bool, seen: int | None = None) -> Case:
    """Offers from now on name the municipality, or do not. Offers that are out stay as they were made."""
    with step("set_confidential", case, actor, seen) as now:
        if now.case.is_confidential == is_confidential:
            raise InvalidTransition
        now.set(is_confidential=is_confidential)
        now.data["is_confidential"] = is_confidential
    return now.case
