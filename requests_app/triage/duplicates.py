"""Whether a municipality has asked before: the hint on the sheet, and the mark in the list."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Prefetch
from django.urls import reverse
from django.utils.translation import gettext as _

from miglobe.accounts.models import User
from requests_app import access
from requests_app.access import Side
from requests_app.models import OPEN_STATUSES, Case, CaseStatus, ContactPerson

SHOWN = 5
# While nobody advises yet, one looks whether it is the same request.
_BEFORE_ADVICE = (CaseStatus.SUBMITTED, CaseStatus.IN_REVIEW, CaseStatus.QUERY_OPEN)
_OPEN = [str(status) for status in OPEN_STATUSES]


@dataclass(frozen=True)
class Similar:
    """Another case of the same municipality, or of one that asks along, and what it has in common."""

    case: Case
    common: list[str]


@dataclass(frozen=True)
class Hint:
    """What stands over a new case: the cases that there are, and where to close this one as a duplicate."""

    similar: list[Similar]
    any_open: bool
    close_url: str


def others(case: Case, user: User, limit: int = SHOWN) -> list[Similar]:
    """Further cases in which the municipality, or one that asks along here, has the lead or asks along.

    A few: open ones first, then those that ended last. Cases that were merged are no cases of their own.
    """
    asking = [partner.pk for partner in case.partners.all()]
    if case.municipality_id is not None:
        asking.append(case.municipality_id)
    if not asking:
        return []
    lead = Case.objects.filter(municipality__in=asking).order_by().values("pk")
    along = Case.partners.through.objects.filter(municipality__in=asking).values("case")
    people = ContactPerson.objects.select_related(None).only("case", "user")
    cases = (
        access.visible_to(user, Side.COORDINATOR)
        .filter(pk__in=lead.union(along), merged_into=None)  # two indexes; an "or" would read all cases
        .exclude(pk=case.pk)
        .select_related("municipality")
        .only("reference", "title", "status", "submitted_at", "municipality__name")
        .prefetch_related("partners", Prefetch("contacts", people), "topics")
        .order_by(F("closed_at").desc(nulls_first=True), "-pk")[:limit]
    )
    return [Similar(other, in_common(case, other)) for other in cases]


def in_common(case: Case, other: Case) -> list[str]:
    """What two cases have in common, in words. Reads prefetched contacts and topics."""
    words = []
    people = {contact.user_id for contact in case.contacts.all()}
    if people & {contact.user_id for contact in other.contacts.all()}:
        words.append(_("same contact person"))
    if _are_alike(case.title, other.title):
        words.append(_("similar subject"))
    theirs = {topic.pk for topic in other.topics.all()}
    same = [topic.label for topic in case.topics.all() if topic.pk in theirs]
    if same:
        words.append(_("same topic: %(topics)s") % {"topics": ", ".join(same)})
    return words


def _are_alike(one: str, other: str) -> bool:
    """Whether two subjects share at least half of their longer words."""
    words, theirs = (set(re.findall(r"\w{4,}", text.casefold())) for text in (one, other))
    shorter = min(len(words), len(theirs))
    return bool(shorter) and 2 * len(words & theirs) >= shorter


def hint(case: Case, can: Collection[str], found: list[Similar]) -> Hint | None:
    """What the sheet says on top while a case is new; None where there is nothing to say.

    Of ended cases only as long as nobody has begun to look at the request.
    """
    if case.status not in _BEFORE_ADVICE or case.merged_into_id:
        return None
    is_new = case.status == CaseStatus.SUBMITTED
    shown = [each for each in found if each.case.is_open or is_new]
    if not shown:
        return None
    close_url = ""
    if "decline" in can:
        path = reverse("admin:requests_app_case_step", args=[case.pk, "decline"])
        close_url = f"{path}?resolution=duplicate"
    return Hint(shown, any(each.case.is_open for each in shown), close_url)


def mark(cases: Iterable[Case]) -> None:
    """Set ``has_open_sibling`` on the new ones of a page of cases: one query, whatever their number."""
    cases = list(cases)
    new = [case.pk for case in cases if case.status == CaseStatus.SUBMITTED]
    found = set(_with_open_sibling(new)) if new else set()
    for case in cases:
        # A note for the row of the list, no column.
        case.has_open_sibling = case.pk in found  # type: ignore[attr-defined]


def _with_open_sibling(keys: list[int]) -> Iterable[int]:
    here = OuterRef("municipality")
    leads = Case.objects.filter(municipality=here, status__in=_OPEN).exclude(pk=OuterRef("pk"))
    along = Case.partners.through.objects.filter(municipality=here, case__status__in=_OPEN)
    also = along.exclude(case=OuterRef("pk"))
    return Case.objects.filter(Exists(leads) | Exists(also), pk__in=keys).values_list("pk", flat=True)
