"""Who speaks for the municipality: invite a colleague, hand over, leave.

The last confirmed contact person cannot leave. Nothing here tells whether an address has an account.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from miglobe.accounts.models import User
from requests_app import access, notifications
from requests_app.models import AssignmentStatus, Case, ContactPerson, Event, EventKind
from requests_app.workflow import joining
from requests_app.workflow.engine import InvalidTransition, NotAllowed, Step, step
from requests_app.workflow.redaction import check_marks
from requests_app.workflow.table import Who

# Each invitation is a mail to an address that somebody typed. The coordination is not counted.
INVITATIONS_PER_CASE_AND_DAY = 5
INVITATIONS_PER_PERSON_AND_DAY = 20


@dataclass(frozen=True)
class NewContact:
    """Who is to become a contact person, as typed."""

    name: str
    email: str
    function: str = ""
    phone: str = ""
    is_shared_mailbox: bool = False


# --- Invite ---------------------------------------------------------------------------------------


def invite_contact(
    case: Case, actor: User, new: NewContact, *, takes_over_from: ContactPerson | None = None
) -> ContactPerson:
    """Invite somebody to the case; the other contact persons are told. Signing in accepts.

    Somebody who has left can be invited again. ``takes_over_from``: who leaves when the invitation is
    accepted; only the coordination says so.
    """
    with step(_key("invite_contact", actor), case, actor) as now:
        _confirmed_own(now)
        former = takes_over_from if now.action.who == Who.COORDINATOR else None
        contact = _invited(now, new, takes_over_from=former and current(now, former))
        notifications.contact_invited(contact, by=_name(now))
        notifications.contact_added(contact, by=_name(now), actor=actor)
    return contact


def resend_invitation(contact: ContactPerson, actor: User) -> ContactPerson:
    """Mail the invitation once more."""
    with step(_key("resend_invitation", actor), contact.case, actor) as now:
        _confirmed_own(now)
        contact = current(now, contact)
        if contact.confirmed_at:
            raise InvalidTransition(_("This person has accepted the invitation already."))
        _check_limits(now)
        now.data |= {"contact": contact.pk, "again": True}
        notifications.contact_invited(contact, by=_name(now))
    return contact


def _key(key: str, actor: User) -> str:
    """The row of the table: the contact persons' own, or the one of the coordination."""
    return f"{key}_for" if access.is_coordinator(actor) else key


def _name(now: Step) -> str:
    """The name of who acts, as the municipality knows it."""
    own = access.contact_of(now.actor, now.case) if now.action.who == Who.CONTACT else None
    return own.name if own else str(now.actor)


def _confirmed_own(now: Step) -> ContactPerson | None:
    """The contact person who acts, if it is one. An invitation must be accepted first."""
    if now.action.who != Who.CONTACT:
        return None
    own = access.contact_of(now.actor, now.case)
    if own is None:
        raise NotAllowed
    if own.confirmed_at is None:
        raise InvalidTransition(_("Please accept your invitation first."))
    return own


def current(now: Step, contact: ContactPerson) -> ContactPerson:
    """``contact`` freshly read; ``InvalidTransition`` when it has left meanwhile."""
    fresh = now.case.contacts.select_related("user", "takes_over_from").filter(pk=contact.pk).first()
    if fresh is None:
        raise InvalidTransition(_("This person is no longer a contact person of the case."))
    fresh.case = now.case
    return fresh


def _invited(now: Step, new: NewContact, takes_over_from: ContactPerson | None = None) -> ContactPerson:
    """A contact person who waits for the invitation to be accepted: a new one, or one who had left."""
    _check_limits(now)
    user, _is_new = User.objects.get_or_create_by_email(new.email, new.name, _language(now))
    check_other_sides(now, user)
    contact = ContactPerson.everybody.filter(case=now.case, user=user).first()
    if contact is None:
        contact = ContactPerson(case=now.case, user=user)
    elif contact.left_at is None:
        raise InvalidTransition(_("This address belongs to a contact person of the case already."))
    last = now.case.contacts.aggregate(last=Max("position"))["last"]
    contact.name, contact.email = new.name, user.email
    contact.function, contact.phone = new.function, new.phone
    contact.is_shared_mailbox = new.is_shared_mailbox
    contact.confirmed_at = contact.left_at = None
    contact.added_at, contact.invited_by = now.at, now.actor
    contact.takes_over_from = takes_over_from
    contact.position = 0 if last is None else last + 1
    contact.case = now.case
    contact.save()
    now.data |= {"contact": contact.pk}
    return contact


def _language(now: Step) -> str:
    """What the invitation is written in when the address is new: as its sender writes to the portal."""
    by_contact = now.action.who == Who.CONTACT and now.actor
    return by_contact.language if by_contact else notifications.language_of(now.case)


def _check_limits(now: Step) -> None:
    """Raise ``InvalidTransition`` when contact persons have sent the day's invitations already."""
    if now.action.who != Who.CONTACT:
        return
    lately = Event.objects.filter(kind=EventKind.CONTACT_INVITED, at__gt=now.at - timedelta(days=1))
    if (
        lately.filter(case=now.case, actor__contact_for__case=now.case).count()
        >= INVITATIONS_PER_CASE_AND_DAY
        or lately.filter(actor=now.actor).count() >= INVITATIONS_PER_PERSON_AND_DAY
    ):
        raise InvalidTransition(
            _("That is enough invitations for today. Please try again tomorrow, or call us.")
        )


def check_other_sides(now: Step, user: User) -> None:
    """Nobody speaks for the municipality and advises it at the same time.

    The municipality knows who advises it, so that this may be said. That somebody was merely asked, or
    coordinates, is not hers to learn: such an invitation goes out and is never accepted (``joining``).
    """
    advises = now.case.assignments.filter(status=AssignmentStatus.ACCEPTED, advisor__user=user).exists()
    knows_all = now.action.who == Who.COORDINATOR
    if advises or (knows_all and access.stands_elsewhere(user, now.case)):
        raise InvalidTransition(
            _("Whoever advises or coordinates this case cannot be its contact person as well.")
        )


def accept_invitation(case: Case, actor: User) -> bool:
    """Accept an invitation to ``case``, or an entered request's address, while signed in already.

    False when there is nothing to accept.
    """
    contact = access.contact_of(actor, case)
    if contact is None:
        raise NotAllowed
    return joining.confirm(contact)


# --- Correct --------------------------------------------------------------------------------------


def correct_contact(contact: ContactPerson, actor: User, *, fields: dict[str, Any]) -> ContactPerson:
    """Correct name, function, telephone, or whether it is a shared mailbox; never the address.

    A contact person corrects her or his own data only, the coordination everybody's.
    """
    with step(_key("correct_contact", actor), contact.case, actor) as now:
        contact = current(now, contact)
        if now.action.who == Who.CONTACT and contact.user_id != actor.pk:
            raise NotAllowed
        changed = [name for name, value in fields.items() if getattr(contact, name) != value]
        if "function" in changed:
            check_marks(contact.function, fields["function"])
        for name in changed:
            setattr(contact, name, fields[name])
        contact.save(update_fields=changed)
        now.data |= {"contact": contact.pk, "changed": changed}
    return contact


# --- Leave ----------------------------------------------------------------------------------------


def leave_case(case: Case, actor: User) -> ContactPerson:
    """Leave the case oneself, or decline an invitation. The last one who is confirmed cannot."""
    with step("leave_case", case, actor) as now:
        own = access.contact_of(actor, now.case)
        if own is None:
            raise NotAllowed
        own.case = now.case
        _check_somebody_stays(now, own)
        joining.leave(now, own)
        now.data["contact"] = own.pk
        notifications.contact_left(own, by=own.name, actor=actor)
    return own


def remove_contact(contact: ContactPerson, actor: User) -> ContactPerson:
    """Remove somebody else, or withdraw an invitation that was not accepted; everybody is told.

    The person is told, too, unless the address was never confirmed: it may be a stranger's.
    """
    was_invited = contact.confirmed_at is None
    key = "withdraw_invitation" if was_invited else "remove_contact"
    with step(_key(key, actor), contact.case, actor) as now:
        _confirmed_own(now)
        contact = current(now, contact)
        if (contact.confirmed_at is None) != was_invited:
            raise InvalidTransition(_("This person has accepted the invitation already."))
        if contact.user_id == actor.pk:
            raise InvalidTransition(_("You cannot remove yourself here. Hand over, or leave the case."))
        _check_somebody_stays(now, contact)
        joining.leave(now, contact)
        now.data["contact"] = contact.pk
        notifications.contact_left(contact, by=_name(now), actor=actor)
        if not was_invited:
            notifications.contact_removed(contact, by=_name(now))
    return contact


def _check_somebody_stays(now: Step, contact: ContactPerson) -> None:
    """Raise ``InvalidTransition`` when the case would be left without anybody to speak for it."""
    others = [other for other in now.case.contacts.all() if other.pk != contact.pk]
    needs_confirmed = contact.confirmed_at is not None and now.action.who == Who.CONTACT
    if not any(other.confirmed_at or not needs_confirmed for other in others):
        if now.action.who == Who.COORDINATOR:
            raise InvalidTransition(_("A case needs a contact person. Add another one first."))
        raise InvalidTransition(
            _("You are the only contact person. Please hand the case over to a colleague first.")
        )


# --- Hand over ------------------------------------------------------------------------------------


def hand_over(case: Case, actor: User, to: ContactPerson | NewContact) -> ContactPerson:
    """Hand the case over to a colleague and leave it.

    To a confirmed contact person at once. Everybody else gets an invitation, and until it is accepted
    nothing changes, so that nobody is locked out.
    """
    if isinstance(to, ContactPerson) and to.confirmed_at:
        return _hand_over_now(case, actor, to)
    with step("begin_hand_over", case, actor) as now:
        own = _confirmed_own(now)
        assert own is not None
        own.successors.filter(confirmed_at=None).update(takes_over_from=None)
        if isinstance(to, NewContact):
            successor = _invited(now, to, takes_over_from=own)
            notifications.contact_added(successor, by=own.name, actor=actor)
        else:
            successor = _waiting_successor(now, to, own)
        now.data |= {"contact": successor.pk, "takes_over_from": own.pk}
        notifications.contact_invited(successor, by=own.name)
    return successor


def _hand_over_now(case: Case, actor: User, to: ContactPerson) -> ContactPerson:
    with step("hand_over", case, actor) as now:
        own, successor = _confirmed_own(now), current(now, to)
        assert own is not None
        if successor.pk == own.pk or successor.confirmed_at is None:
            raise InvalidTransition
        own.case = now.case
        joining.pass_on(now, own, successor)
    return successor


def _waiting_successor(now: Step, to: ContactPerson, own: ContactPerson) -> ContactPerson:
    """Somebody who was invited already and has not accepted yet: with the yes, she or he takes over."""
    successor = current(now, to)
    if successor.confirmed_at:
        raise InvalidTransition
    _check_limits(now)
    successor.takes_over_from = own
    successor.save(update_fields=["takes_over_from"])
    return successor


def cancel_hand_over(case: Case, actor: User) -> None:
    """Stay after all. The invitation still counts: the colleague becomes one more contact person."""
    with step("cancel_hand_over", case, actor) as now:
        own = _confirmed_own(now)
        assert own is not None
        waiting = own.successors.filter(confirmed_at=None, left_at=None).first()
        if waiting is None:
            raise InvalidTransition(_("There is no hand-over any more that could be cancelled."))
        waiting.takes_over_from = None
        waiting.save(update_fields=["takes_over_from"])
        now.data["contact"] = waiting.pk
