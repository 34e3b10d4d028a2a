"""What the coordination does, or need not do, about a direct enquiry."""

from __future__ import annotations

from django.utils.translation import gettext as _

from requests_app.models import AssignmentStatus, Case, CaseStatus

S = CaseStatus


def what_to_do(case: Case) -> str:
    """A sentence on what to do now; empty where a direct enquiry goes on like any other request.

    Reads prefetched contacts and assignments, and the preferred advisor's account.
    """
    if not case.is_direct or case.preferred_advisor is None:
        return ""
    name = {"name": str(case.preferred_advisor)}
    if case.direct_unanswered_at:
        return (
            _("%(name)s has not answered the municipality's direct enquiry. Call, or ask somebody else.")
            % name
        )
    if case.state == S.MATCHING and is_on_its_way(case):
        return _("The municipality has asked %(name)s directly. For now you need not do anything.") % name
    if case.state != S.SUBMITTED:
        return ""
    if not is_on_its_way(case):
        return _("The municipality wished to ask %(name)s, who could not be asked. Please take over.") % name
    return (
        _(
            "As soon as the address is confirmed, %(name)s gets the offer by itself. If you begin the review "
            "before, that is left to you."
        )
        % name
    )


def is_on_its_way(case: Case) -> bool:
    """Whether the advisor is asked, or will be by itself, and so the coordination need not do anything.

    Reads prefetched contacts and assignments.
    """
    if not case.is_direct:
        return False
    if case.state == S.SUBMITTED:
        return not any(contact.confirmed_at for contact in case.contacts.all())
    return any(each.is_direct and each.status == AssignmentStatus.OFFERED for each in case.assignments.all())
