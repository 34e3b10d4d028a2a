"""The pool seen from one case: who fits, who can be asked at all, and in which role."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.urls import reverse

from requests_app import workflow
from requests_app.matching import Suggestion, suggest
from requests_app.models import AssignmentRole, Case, ShortlistEntry

# The steps that offer a case; which one the state allows, the workflow's table says.
OFFER_STEPS = ("offer", "offer_co")


@dataclass(frozen=True)
class Fit:
    """One advisor of the pool; ``url`` leads to the offer, and is empty where she cannot be asked."""

    suggestion: Suggestion
    url: str


def free_roles(case: Case) -> list[AssignmentRole]:
    """The roles that nobody has, or has been asked to take; the lead comes first."""
    taken = {assignment.role for assignment in case.assignments.all() if assignment.is_live}
    return [role for role in AssignmentRole if role not in taken]


def _asked(case: Case) -> set[int]:
    return {assignment.advisor_id for assignment in case.assignments.all() if assignment.is_live}


def can_be_listed(suggestion: Suggestion, case: Case) -> bool:
    """Whether this advisor may be asked later: no conflict, neither asked nor on the shortlist yet."""
    advisor = suggestion.advisor
    listed = {entry.advisor_id for entry in case.shortlist.all()}
    return not suggestion.is_blocked and advisor.pk not in _asked(case) | listed


def next_entry(case: Case) -> ShortlistEntry | None:
    """Who on the shortlist is to be asked now: the first one for a free role whom one can ask."""
    for role in free_roles(case):
        for entry in case.shortlist.all():
            entry.case = case
            if entry.role == role and workflow.obstacle(entry) is None:
                return entry
    return None


def offer_step(case: Case, can: Collection[str]) -> str:
    """The step by which the case can be offered now, or "" when it cannot, or nobody is missing.

    ``can``: the keys of the workflow's rows that whoever looks may take now.
    """
    if not free_roles(case):
        return ""
    return next((key for key in OFFER_STEPS if key in can), "")


def fits(case: Case, can: Collection[str]) -> list[Fit]:
    """The pool but for those who are asked already, best first; empty when nobody can be asked now."""
    key = offer_step(case, can)
    if not key:
        return []
    address = reverse("admin:requests_app_case_step", args=[case.pk, key])
    role = free_roles(case)[0]
    asked = _asked(case)
    return [
        Fit(seen, f"{address}?{role}={seen.advisor.pk}" if seen.can_be_asked else "")
        for seen in suggest(case)
        if seen.advisor.pk not in asked
    ]
