"""How somebody becomes a contact person who counts: by showing that the mailbox is hers or his."""

from __future__ import annotations

from django.db import transaction

from miglobe.accounts.roles import Role
from requests_app import access, notifications
from requests_app.models import Case, ContactPerson
from requests_app.workflow import direct
from requests_app.workflow.dates import join_dates, leave_dates
from requests_app.workflow.engine import Step, step
from requests_app.workflow.words import forget_unsent


@transaction.atomic
def confirm(contact: ContactPerson) -> bool:
    """Confirm the address of ``contact``. Whoever hands over to this person leaves the case with it.

    Returns False, and does nothing, when the address is confirmed already, when the contact person has
    left meanwhile, and for an invited person who stands on another side of this case. Nor in a case that
    was merged: who is in the other case as well is confirmed there.
    """
    Case.objects.select_for_update().get(pk=contact.case_id)
    contact.refresh_from_db(fields=["case", "confirmed_at", "left_at", "takes_over_from"])
    if contact.confirmed_at or contact.left_at or contact.case.merged_into_id:
        return False
    if contact.invited_by_id and access.stands_elsewhere(contact.user, contact.case):
        return False
    with step("confirm_address", contact.case, contact.user) as now:
        contact.confirmed_at = now.at
        contact.save(update_fields=["confirmed_at"])
        now.data["contact"] = contact.pk
        contact.user.add_role(Role.MUNICIPALITY_CONTACT)
        _remember_language(contact)
        join_dates(now, contact.user, contact.name, access.Side.MUNICIPALITY)
    direct.pass_on(now.case, contact)
    former = contact.takes_over_from
    if former and former.left_at is None:
        with step("complete_hand_over", contact.case, contact.user) as now:
            pass_on(now, former, contact)
    return True


def _remember_language(contact: ContactPerson) -> None:
    """Who has filed a request in a language gets her mails in it; what others entered says nothing of her."""
    case, user = contact.case, contact.user
    if case.entered_by_id or contact.invited_by_id or user.language == case.language:
        return
    user.language = case.language
    user.save(update_fields=["language"])


def pass_on(now: Step, former: ContactPerson, successor: ContactPerson) -> None:
    """``former`` leaves the case, ``successor`` takes the place; everybody is told."""
    leave(now, former)
    successor.takes_over_from = former
    successor.position = min(successor.position, former.position)
    successor.save(update_fields=["takes_over_from", "position"])
    now.data |= {"contact": successor.pk, "takes_over_from": former.pk}
    notifications.handed_over(former, successor)


def leave(now: Step, contact: ContactPerson) -> None:
    """End the period of ``contact``; nobody waits to take over from somebody who has left.

    What they had begun to write and not sent goes with them, and mails that still wait for others.
    """
    contact.left_at = now.at
    contact.save(update_fields=["left_at"])
    contact.successors.filter(confirmed_at=None).update(takes_over_from=None)
    forget_unsent(now, contact.user)
    if contact.confirmed_at:
        leave_dates(now, contact.user, contact.name, access.Side.MUNICIPALITY)
