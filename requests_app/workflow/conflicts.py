"""Conflicts of interest: recording and lifting them, and saying no to an offer for one.

What concerns one case is an action of its own in the case; what concerns a municipality alone has no
case to stand in, so its row says who recorded and who lifted it, and when.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from advisors.models import Advisor
from miglobe.accounts.models import User
from requests_app import access
from requests_app.models import Assignment, AssignmentStatus, Case, ConflictOfInterest, Municipality
from requests_app.workflow.answers import decline_offer
from requests_app.workflow.engine import InvalidTransition, NotAllowed, Step, step

_ALREADY = _("This conflict of interest is recorded already.")
_NO_LONGER = _("This conflict of interest has been lifted already.")


@dataclass(frozen=True)
class NewConflict:
    """Why somebody cannot advise, and where: a ``municipality``, or (None) only the case at hand."""

    kind: str
    municipality: Municipality | None = None
    note: str = ""


def record_conflict_in_case(
    case: Case, actor: User, advisor: Advisor, new: NewConflict
) -> ConflictOfInterest:
    """The coordination records a conflict while it looks at a case: with this case, or a municipality."""
    with step("record_conflict", case, actor) as now:
        return _recorded(now, advisor, actor, new)


@transaction.atomic
def record_conflict(advisor: Advisor, actor: User, new: NewConflict) -> ConflictOfInterest:
    """Record a conflict with a municipality: the coordination for anybody, advisors for themselves.

    Raises ``InvalidTransition`` when it stands already.
    """
    if not (access.is_coordinator(actor) or (access.is_advisor(actor) and advisor.user_id == actor.pk)):
        raise NotAllowed
    assert new.municipality is not None, "Without a case it is about a municipality."
    return _store(advisor, actor, new, None, timezone.now())


def lift_conflict(conflict: ConflictOfInterest, actor: User) -> ConflictOfInterest:
    """Say that a conflict holds no longer.

    The coordination lifts any; advisors lift what they recorded themselves about a municipality. Raises
    ``InvalidTransition`` when it is lifted already.
    """
    if conflict.case is not None:
        with step("lift_conflict", conflict.case, actor) as now:
            now.data |= {"name": conflict.advisor.name, "conflict": conflict.pk}
            return _lifted(conflict, actor, now.at)
    own = access.is_advisor(actor) and conflict.advisor.user_id == actor.pk == conflict.recorded_by_id
    if not (access.is_coordinator(actor) or own):
        raise NotAllowed
    with transaction.atomic():
        return _lifted(conflict, actor, timezone.now())


@transaction.atomic
def decline_for_conflict(assignment: Assignment, actor: User, new: NewConflict) -> Assignment:
    """The advisor cannot advise impartially: the conflict is recorded, and the offer is declined by it.

    The reason stands with the conflict, not with the offer: it goes into no mail.
    """
    with step("decline_for_conflict", assignment.case, actor) as now:
        assignment.refresh_from_db()
        if assignment.advisor.user_id != actor.pk:
            raise NotAllowed
        if assignment.status != AssignmentStatus.OFFERED:
            raise InvalidTransition(_("This offer is no longer open."))
        _recorded(now, assignment.advisor, actor, new)
    return decline_offer(assignment, actor)


def _recorded(now: Step, advisor: Advisor, actor: User, new: NewConflict) -> ConflictOfInterest:
    """Store a conflict in a step under way. The event names the person, and no reason."""
    case = None if new.municipality else now.case
    made = _store(advisor, actor, new, case, now.at)
    now.data |= {"name": advisor.name, "conflict": made.pk}
    return made


def _store(
    advisor: Advisor, actor: User, new: NewConflict, case: Case | None, at: datetime
) -> ConflictOfInterest:
    Advisor.objects.select_for_update().get(pk=advisor.pk)  # pressed twice is recorded once
    standing = ConflictOfInterest.objects.filter(advisor=advisor, lifted_at=None)
    if standing.filter(municipality=new.municipality, case=case).exists():
        raise InvalidTransition(_ALREADY)
    return ConflictOfInterest.objects.create(
        advisor=advisor,
        municipality=new.municipality,
        case=case,
        kind=new.kind,
        note=new.note,
        recorded_by=actor,
        recorded_at=at,
    )


def _lifted(conflict: ConflictOfInterest, actor: User, at: datetime) -> ConflictOfInterest:
    locked = ConflictOfInterest.objects.select_for_update().get(pk=conflict.pk)
    if locked.lifted_at is not None:
        raise InvalidTransition(_NO_LONGER)
    locked.lifted_by, locked.lifted_at = actor, at
    locked.save(update_fields=["lifted_by", "lifted_at"])
    return locked
