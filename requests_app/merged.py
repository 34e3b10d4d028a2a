"""Cases that were merged: which case goes on, which ones it has taken in, under which numbers its mails lie.

A case may be merged into one that is merged on later, so all of this follows the chain.
"""

from __future__ import annotations

from collections.abc import Iterable

from requests_app.models import Case


def case_that_goes_on(case: Case) -> Case:
    """The case in which ``case`` goes on: itself, or the last one of the chain."""
    while case.merged_into is not None:
        case = case.merged_into
    return case


def taken_in(case: Case) -> list[Case]:
    """Every case that was merged into ``case``, directly or by way of others; one query for each level."""
    found: list[Case] = []
    level = [case]
    while level:
        level = list(Case.objects.filter(merged_into__in=level).order_by("reference"))
        found += level
    return found


def family(case: Case) -> list[Case]:
    """``case`` and every case that was merged into it: what happened in them stays in their events."""
    return [case, *taken_in(case)]


def case_references(case: Case, others: Iterable[Case] | None = None) -> list[str]:
    """The numbers under which mails of ``case`` lie: its own first, then those of the cases it took in.

    ``others``: those, where they are known already.
    """
    others = taken_in(case) if others is None else others
    return [case.reference, *(other.reference for other in others)]
