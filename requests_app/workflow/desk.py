"""The coordinators' desk: who is responsible for a case, when it comes up again, what it is about.

None of this makes a colleague's open form out of date. Whoever changes it says instead what she or he was
looking at (``seen``), in the words of ``responsible_seen`` and ``resubmission_seen``: when a colleague was
quicker, nothing is overwritten.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from advisors.models import Topic
from miglobe.accounts.models import User
from requests_app import access
from requests_app.models import Case, Resolution
from requests_app.workflow.ending import close
from requests_app.workflow.engine import InvalidTransition, Step, step
from requests_app.workflow.review import decline
from requests_app.workflow.table import ACTIONS

# --- Responsibility -------------------------------------------------------------------------------


def responsible_seen(case: Case) -> str:
    """What a form carries along to notice that a colleague has changed who is responsible."""
    return str(case.responsible_id or "")


def take_over(case: Case, actor: User, *, seen: str | None = None) -> Case:
    """Become responsible oneself, whoever it was before."""
    with step("take_over", case, actor) as now:
        _make_responsible(now, actor, seen)
    return now.case


def assign_responsible(case: Case, actor: User, *, to: User | None, seen: str | None = None) -> Case:
    """Make a colleague responsible, or with None nobody: the case is given back to all."""
    with step("assign_responsible", case, actor) as now:
        _make_responsible(now, to, seen)
    return now.case


def _make_responsible(now: Step, to: User | None, seen: str | None) -> None:
    before = now.case.responsible
    if seen is not None and seen != responsible_seen(now.case):
        if before is None:
            raise InvalidTransition(_("In the meantime the case has been given back: nobody is responsible."))
        raise InvalidTransition(_("In the meantime %(name)s has become responsible.") % {"name": before})
    if before == to:
        if to is None:
            raise InvalidTransition(_("Nobody is responsible for this case anyway."))
        raise InvalidTransition(_("%(name)s is responsible already.") % {"name": to})
    if to is not None and not access.is_coordinator(to):
        raise InvalidTransition(_("%(name)s does not belong to the coordination (any more).") % {"name": to})
    now.set(responsible=to)
    now.data |= {"before": str(before or ""), "responsible": str(to or "")}


# --- Resubmission ---------------------------------------------------------------------------------


def resubmission_seen(case: Case) -> str:
    """The same for date and note of the resubmission."""
    return f"{case.resubmit_on or ''} {case.resubmission_note}".strip()


def can_come_up_again(case: Case) -> bool:
    """Whether a resubmission may be set: while the case is open, and for the follow-up once it is closed."""
    return ACTIONS["set_resubmission"].allows(case.status) and case.merged_into_id is None


def set_resubmission(case: Case, actor: User, *, day: date, note: str = "", seen: str | None = None) -> Case:
    """Have the case come up again on ``day``, today or later; an earlier resubmission is replaced."""
    if not can_come_up_again(case):
        raise InvalidTransition(_("This case has ended already."))
    with step("set_resubmission", case, actor) as now:
        _check_resubmission(now, seen)
        if day < timezone.localdate(now.at):
            raise InvalidTransition(_("Choose today or a later day."))
        now.set(resubmit_on=day, resubmission_note=note)
        now.data |= {"day": day.isoformat(), "text": note}
    return now.case


def finish_resubmission(case: Case, actor: User, *, seen: str | None = None) -> Case:
    """The case need not come up again: what there was to do is done."""
    with step("finish_resubmission", case, actor) as now:
        _check_resubmission(now, seen)
        if now.case.resubmit_on is None:
            raise InvalidTransition(_("This case has no resubmission (any more)."))
        now.data |= {"day": now.case.resubmit_on.isoformat(), "text": now.case.resubmission_note}
        now.set(resubmit_on=None, resubmission_note="")
    return now.case


def _check_resubmission(now: Step, seen: str | None) -> None:
    if seen is not None and seen != resubmission_seen(now.case):
        raise InvalidTransition(_("In the meantime a colleague has changed the resubmission."))


# --- Duplicates -----------------------------------------------------------------------------------


def close_as_duplicate(
    case: Case, actor: User, *, original: Case, text: str, seen: int | None = None
) -> Case:
    """End a case that is the same as ``original``: declined before anybody advises it, else closed.

    ``text`` goes to the municipality, in the mail of that step.
    """
    if case.pk == original.pk:
        raise InvalidTransition(_("This is the case that the others are the same as."))
    if not case.is_open:
        raise InvalidTransition(_("This case has ended already."))
    end = decline if ACTIONS["decline"].allows(case.status) else close
    return end(case, actor, resolution=Resolution.DUPLICATE, text=text, same_as=original, seen=seen)


# --- Topics ---------------------------------------------------------------------------------------


def change_topics(
    case: Case, actor: User, *, add: Iterable[Topic] = (), remove: Iterable[Topic] = ()
) -> Case:
    """Correct what the case is about. Additions and removals, so that a colleague's ones stay.

    Raises ``InvalidTransition`` when nothing would change.
    """
    with step("change_topics", case, actor) as now:
        there = set(now.case.topics.all())
        added = [topic for topic in add if topic not in there]
        removed = [topic for topic in remove if topic in there]
        if not added and not removed:
            raise InvalidTransition(_("The case has these topics already."))
        now.case.topics.remove(*removed)
        now.case.topics.add(*added)
        now.data |= {"added": [topic.label for topic in added], "removed": [topic.label for topic in removed]}
    return now.case
