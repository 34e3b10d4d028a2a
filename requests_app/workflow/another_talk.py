"""A municipality whose case has ended asks for another talk: the case goes on."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from miglobe.accounts.models import User
from requests_app import access, deadlines, notifications
from requests_app.models import Assignment, AssignmentRole, AssignmentStatus, Audience, Case
from requests_app.workflow import follow_ups
from requests_app.workflow.engine import InvalidTransition, step, write


def ended_after_advice(case: Case) -> bool:
    """Whether the case has ended and somebody advised it: then one tells what became of it, or goes on."""
    return case.closed_at is not None and case.resolution in deadlines.AFTER_ADVICE


def has_advisors(case: Case) -> bool:
    """Whether the lead advisor still stands ready."""
    return _leads(case).filter(advisor__user__is_active=True).exists()


def _leads(case: Case) -> QuerySet[Assignment]:
    return case.assignments.filter(status=AssignmentStatus.ACCEPTED, role=AssignmentRole.LEAD)


@transaction.atomic
def ask_for_talk(case: Case, actor: User, *, text: str = "") -> Case:
    """Take the case up again at the municipality's wish; ``text`` becomes a message to all.

    With its advisors it is in dialogue again; where none is left, the coordination looks for one and the case
    is in review. Coordination and advisors get a mail.
    """
    locked = Case.objects.select_for_update().get(pk=case.pk)
    key = "ask_for_talk" if has_advisors(locked) else "ask_for_advice_again"
    with step(key, locked, actor) as now:
        if now.case.resolution not in deadlines.AFTER_ADVICE:
            raise InvalidTransition(_("Nobody advised this case. You can send a new request."))
        if key == "ask_for_advice_again":  # else nobody could be asked to take the lead
            _leads(now.case).update(status=AssignmentStatus.ENDED, ended_at=now.at)
        follow_ups.cancel(now)
        now.set(resubmit_on=None, resubmission_note="")
        if text := text.strip():
            write(now, actor, access.Side.MUNICIPALITY, text, Audience.EVERYONE)
        notifications.talk_asked(now.case, text, goes_on=key == "ask_for_talk")
    return now.case
