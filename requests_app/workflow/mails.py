"""What becomes of a case's mails: come back, sent again, to a corrected address; dealt with.

A contact person's address is the name of an account, with which people sign in. So what is corrected is
never an account: the contact person gets the account of the right address, and only while nobody has
shown that the wrong one is theirs. Afterwards the person is invited under the new address, and the former
leaves when the invitation is accepted.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from advisors.models import Advisor
from miglobe.accounts.models import User
from miglobe.mail import outbox
from miglobe.mail.models import OutboxMessage
from requests_app import mail_trouble, merged, notifications, recipients
from requests_app.models import Case, ContactPerson
from requests_app.workflow.contacts import NewContact, check_other_sides, current, invite_contact
from requests_app.workflow.engine import InvalidTransition, Step, step
from requests_app.workflow.intake import issue_code, too_many_codes

NOT_BOUNCED: dict[str, Any] = {"mail_bounced_at": None, "mail_bounce_reason": ""}
PORTAL = "Portal"


# --- What the mail provider tells -----------------------------------------------------------------


def lock_case_of(message: OutboxMessage) -> None:
    """Lock the case of a mail, in the caller's transaction, before the mail itself.

    Every step locks in this order. The other way round, a provider's report and somebody who sends the mail
    again would wait for each other for ever.
    """
    if case := _case_of(message):
        Case.objects.select_for_update().get(pk=case.pk)


def _case_of(message: OutboxMessage) -> Case | None:
    """The case in which the case of a mail goes on; None for a mail about no case."""
    case = Case.objects.filter(reference=message.reference).first() if message.reference else None
    return merged.case_that_goes_on(case) if case else None


@transaction.atomic
def note_bounce(message: OutboxMessage, recipient: str, at: datetime, reason: str) -> None:
    """Mark the people whose address takes no mail, and tell it in the case of the mail.

    ``recipient``: the address, lower case; ``at``: when it came back; ``reason``: as the provider says it.
    A mail to somebody who has left the case since is nobody's task.
    """
    if case := _case_of(message):
        with step("note_bounce", case, None) as now:
            now.data |= _about(message) | _who(now.case, recipient)
            if not _is_reached_here(now.case, recipient):
                outbox.settle(message, by=PORTAL)
    ContactPerson.objects.filter(user__email=recipient).update(mail_bounced_at=at, mail_bounce_reason=reason)
    Advisor.objects.filter(user__email=recipient).update(bounced_address=recipient, mail_bounced_at=at)


def note_arrival(recipient: str, at: datetime) -> None:
    """A mail has arrived at ``at``: the address takes mails (again)."""
    before = {"user__email": recipient, "mail_bounced_at__lt": at}
    ContactPerson.objects.filter(**before).update(**NOT_BOUNCED)
    Advisor.objects.filter(**before).update(bounced_address="", mail_bounced_at=None)


def _about(message: OutboxMessage) -> dict[str, Any]:
    """What an event keeps of a mail: no address, no subject and no text, so that names can go."""
    return {"mail": message.pk, "mail_kind": message.kind}


def _who(case: Case, recipient: str) -> dict[str, Any]:
    """Whom the mail was for: a contact person of the case, by key, or an advisor."""
    contact = ContactPerson.everybody.filter(case=case, user__email=recipient).first()
    if contact is not None:
        return {"contact": contact.pk}
    assignment = case.assignments.filter(advisor__user__email=recipient).first()
    return {"advisor": assignment.advisor.name, "role": assignment.role} if assignment else {}


def _is_reached_here(case: Case, recipient: str) -> bool:
    """Whether the address still stands for somebody of the case: a contact, an advisor, the coordination."""
    user = User.objects.filter(email=recipient).first()
    return user is not None and recipients.has_a_part(user, case)


# --- What the coordination does --------------------------------------------------------------------


def send_mail_again(case: Case, actor: User, mail: OutboxMessage) -> OutboxMessage:
    """Put a mail of ``case`` into the queue once more, to whom it went; not to somebody who has left."""
    with step("send_mail_again", case, actor) as now:
        return _sent_again(now, mail)


def _sent_again(now: Step, mail: OutboxMessage, to: str = "") -> OutboxMessage:
    found = _own(now.case, mail)
    if not recipients.may_get_again(now.case, to or found.recipient, found.kind):
        raise InvalidTransition(_("This person is not in the case any more, or the account is locked."))
    try:
        again = outbox.send_again(found, by=str(now.actor), to=to)
    except outbox.CannotSendAgain as error:
        raise InvalidTransition(_("This mail is on its way already, or it was confidential.")) from error
    now.data |= _about(mail)
    return again


def note_sent_again(mail: OutboxMessage, actor: User) -> None:
    """Tell in the case of ``mail``, if it is about one, that it is sent again from the outbox.

    Raises ``outbox.CannotSendAgain`` where it is not for its recipient any more.
    """
    if case := _case_of(mail):
        if not recipients.may_get_again(case, mail.recipient, mail.kind):
            raise outbox.CannotSendAgain
        with step("send_mail_again", case, actor) as now:
            now.data |= _about(mail)


def settle_mail(case: Case, actor: User, mail: OutboxMessage) -> None:
    """Note that somebody has dealt with a mail that did not arrive, on the telephone perhaps."""
    with step("settle_mail", case, actor) as now:
        if not outbox.settle(_own(now.case, mail), by=str(actor)):
            raise InvalidTransition(_("A colleague has dealt with this mail already."))
        now.data |= _about(mail)


def _own(case: Case, mail: OutboxMessage) -> OutboxMessage:
    """``mail`` as a mail of ``case``; nobody acts on those of another one."""
    found = mail_trouble.mails_of(case).filter(pk=mail.pk).first()
    if found is None:
        raise InvalidTransition(_("This mail does not belong to the case."))
    return found


def send_code_for(contact: ContactPerson, actor: User) -> None:
    """Mail a new code in place of a confidential mail that did not arrive; at most five a day."""
    with step("send_code_for", contact.case, actor) as now:
        contact = current(now, contact)
        if contact.confirmed_at:
            raise InvalidTransition(_("This address is confirmed already."))
        _new_code(now, contact)
        _settle_all(now, contact.user.email)


def _new_code(now: Step, contact: ContactPerson) -> None:
    if too_many_codes(contact, now.at - timedelta(days=1)):
        raise InvalidTransition(_("This address got five mails today. Call, or try again tomorrow."))
    mail = notifications.request_entered if now.case.awaits_confirmation else notifications.new_code
    mail(contact, issue_code(contact))
    now.data["contact"] = contact.pk


def _settle_all(now: Step, address: str) -> None:
    """Mails to ``address`` that cannot be sent again are dealt with by what was just sent instead."""
    for mail in mail_trouble.mails_of(now.case).in_trouble().filter(recipient=address):
        outbox.settle(mail, by=str(now.actor))


# --- Another address -------------------------------------------------------------------------------


@transaction.atomic
def correct_address(contact: ContactPerson, actor: User, email: str) -> ContactPerson:
    """Give a contact person whose address nobody has confirmed the right one, and send there what came back.

    Mails that hold a code are made anew; codes and links that went to the wrong address stop working.
    """
    with step("correct_address", contact.case, actor) as now:
        contact = current(now, contact)
        if contact.confirmed_at:
            raise InvalidTransition(_("This person has confirmed the address. Send an invitation instead."))
        wrong = contact.user.email
        _move(now, contact, email)
        outbox.redirect_waiting(merged.case_references(now.case), wrong, contact.user.email)
        again = list(mail_trouble.mails_of(now.case).in_trouble().filter(recipient=wrong))
        if any(mail.is_secret for mail in again):
            _new_code(now, contact)
        now.data |= {"contact": contact.pk, "changed": ["email"]}
    for mail in again:
        if mail.is_secret:
            outbox.settle(mail, by=str(actor))
        else:
            with step("send_mail_again", contact.case, actor) as now:
                _sent_again(now, mail, to=contact.user.email)
    return contact


def _move(now: Step, contact: ContactPerson, email: str) -> None:
    """The contact person gets the account of ``email``."""
    user, _is_new = User.objects.get_or_create_by_email(email, contact.name, contact.user.language)
    if user == contact.user:
        raise InvalidTransition(_("This is the address that we have already."))
    if ContactPerson.everybody.filter(case=now.case, user=user).exists():
        raise InvalidTransition(_("This address belongs to a contact person of the case already."))
    check_other_sides(now, user)
    contact.codes.update(attempts_left=0)
    contact.user, contact.email = user, user.email
    contact.mail_bounced_at, contact.mail_bounce_reason = None, ""
    contact.save()


@transaction.atomic
def invite_at_new_address(contact: ContactPerson, actor: User, email: str) -> ContactPerson:
    """Invite a contact person whose confirmed address is dead under another one.

    Who accepts the invitation takes the place; until then nothing changes. What came back is dealt with:
    the case's page shows all of it.
    """
    if not contact.confirmed_at:
        raise InvalidTransition
    new = NewContact(
        contact.name, email, contact.function, contact.phone, is_shared_mailbox=contact.is_shared_mailbox
    )
    invited = invite_contact(contact.case, actor, new, takes_over_from=contact)
    for mail in mail_trouble.mails_of(contact.case).in_trouble().filter(recipient=contact.user.email):
        settle_mail(contact.case, actor, mail)
    return invited
