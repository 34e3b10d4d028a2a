"""Direct enquiries: with the confirmed address, the offer goes to the advisor whom the municipality chose."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from requests_app import deadlines, notifications, offer_facts
from requests_app.models import (
    Assignment,
    AssignmentRole,
    Case,
    CaseStatus,
    ContactPerson,
    EventKind,
)
from requests_app.summary import offer_summary
from requests_app.workflow.engine import InvalidTransition, step
from requests_app.workflow.offers import ConflictStands, Offer, check_offers, make_offers

_UNDER_REVIEW = (CaseStatus.IN_REVIEW, CaseStatus.QUERY_OPEN)


def pass_on(case: Case, contact: ContactPerson) -> None:
    """Offer a direct enquiry to its advisor, now that ``contact`` has confirmed the address.

    Only the first confirmation does so. When it cannot be (the advisor is away now, say), the case
    stays with the coordination, which is told why. The caller holds the lock of the case.
    """
    confirmations = case.events.filter(kind=EventKind.ADDRESS_CONFIRMED).count()
    if not case.is_direct or confirmations > 1 or case.assignments.exists():
        return
    if case.status in _UNDER_REVIEW:
        notifications.direct_kept(case, _("The coordination is at work on the request already."))
        return
    try:
        offer_directly(case, contact)
    except ConflictStands:  # which one is nothing for a mail
        notifications.direct_kept(case, _("There is a conflict of interest. The case says which."))
    except InvalidTransition as refusal:
        if case.is_open:
            notifications.direct_kept(case, refusal.message)


def offer_directly(case: Case, contact: ContactPerson) -> Assignment:
    """Offer ``case`` to the advisor it is directed to, as the lead, on behalf of ``contact``."""
    with step("offer_directly", case, contact.user) as now:
        advisor = now.case.preferred_advisor
        if advisor is None:
            raise InvalidTransition(_("The advisor is not in the pool any more."))
        with override(advisor.user.language):  # whatever the municipality reads
            effort = offer_facts.default_effort(advisor.user.language)
            offer = Offer(advisor, AssignmentRole.LEAD, offer_summary(now.case), effort=effort)
        check_offers(now, [offer])
        due = deadlines.offer_answer_due(timezone.localdate(now.at))
        now.data["is_direct"] = True
        return make_offers(now, contact.user, [offer], due, is_direct=True)[0]
