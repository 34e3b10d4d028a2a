"""What comes of an offer: yes, no, or nothing – and who is asked next."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from miglobe.accounts.models import User
from requests_app import access, notifications
from requests_app.conflicts import conflict_between
from requests_app.models import Assignment, AssignmentRole, AssignmentStatus
from requests_app.workflow.dates import join_dates
from requests_app.workflow.engine import step
from requests_app.workflow.offers import ConflictStands, return_to_review, settle
from requests_app.workflow.shortlist import ask_next, whose_turn


@transaction.atomic
def accept_offer(assignment: Assignment, actor: User) -> Assignment:
    """The advisor says yes. When it is the lead, the advice is found. Nobody is asked next."""
    is_lead = assignment.role == AssignmentRole.LEAD
    with step("accept_lead" if is_lead else "accept_co", assignment.case, actor) as now:
        if conflict_between(assignment.advisor, now.case):
            raise ConflictStands(_("A conflict of interest stands in the way. Please call the coordination."))
        settle(now, assignment, AssignmentStatus.ACCEPTED, answered_at=now.at)
        now.case.shortlist.filter(role=assignment.role).delete()
        notifications.offer_answered(assignment)
        advisor = assignment.advisor
        join_dates(now, advisor.user, advisor.name, access.Side.ADVISOR)
        if is_lead:
            notifications.advisor_found(now.case, assignment)
    return_to_review(now.case)
    return assignment


@transaction.atomic
def decline_offer(assignment: Assignment, actor: User, *, reason: str = "") -> Assignment:
    """The advisor says no, with a reason or without. The next one on the shortlist may be asked by itself."""
    with step("decline_offer", assignment.case, actor) as now:
        settle(now, assignment, AssignmentStatus.DECLINED, answered_at=now.at, decline_reason=reason)
        if reason:
            now.data["reason"] = reason
        turn = whose_turn(now, assignment.role)
        if assignment.is_direct:
            notifications.direct_came_to_nothing(assignment)
    ask_next(now.case, turn)
    notifications.offer_answered(assignment, turn)
    return_to_review(now.case)
    return assignment


@transaction.atomic
def expire_offer(assignment: Assignment) -> Assignment:
    """Let an offer lapse whose answer was due before today. The next one may be asked by itself."""
    with step("expire_offer", assignment.case, None) as now:
        settle(now, assignment, AssignmentStatus.EXPIRED)
        turn = whose_turn(now, assignment.role)
    if assignment.is_direct:
        _raise_alarm(assignment)
    ask_next(now.case, turn)
    notifications.offer_expired(assignment, turn)
    return_to_review(now.case)
    return assignment


def _raise_alarm(assignment: Assignment) -> None:
    """A direct enquiry has lapsed: it stands out in triage until the coordination acts."""
    with step("alarm_unanswered", assignment.case, None) as now:
        now.set(direct_unanswered_at=now.at)
        now.data |= {"assignment": assignment.pk, "advisor": assignment.advisor.name, "role": assignment.role}
        notifications.direct_came_to_nothing(assignment)
