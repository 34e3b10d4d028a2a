"""Requests that somebody enters for a municipality, until its contact person has confirmed them.

They came by telephone, by mail, at an event, through the funder or an advisor. Everything may wait; the
contact person reads what was written, corrects it and confirms it. Until then no advisor is asked.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from miglobe.accounts.models import User
from miglobe.mail import outbox
from requests_app import access, notifications
from requests_app.models import (
    Case,
    CaseStatus,
    Channel,
    ContactPerson,
    Event,
    EventKind,
    ExpectedContact,
    InternalNote,
    Resolution,
)
from requests_app.workflow.engine import InvalidTransition, NotAllowed, step
from requests_app.workflow.intake import (
    CODES_PER_DAY,
    CodeResult,
    NewRequest,
    confirm_address,
    issue_code,
    next_reference,
    store_case,
    too_many_codes,
)

# What says how a request came, and not what was asked: no correction of it.
_ABOUT_THE_WAY = ("language",)


@transaction.atomic
def enter_request(submission_key: UUID, new: NewRequest, actor: User, *, remark: str = "") -> Case:
    """Make a case of a request that ``actor`` enters, and mail its contact person the link to confirm it.

    Municipality, title, situation and the whole contact may be missing in ``new``. ``remark`` goes to
    the coordination alone. The same ``submission_key`` makes one case, however often it is sent.
    Raises ``NotAllowed``: advisors enter what came through them, everything else the coordination.
    """
    by_advisor = new.channel == Channel.ADVISOR
    if not (access.is_advisor(actor) if by_advisor else access.is_coordinator(actor)):
        raise NotAllowed
    at = timezone.now()
    reference = next_reference(timezone.localdate(at).year)  # the second of two sends waits here
    earlier = Case.objects.filter(submission_key=submission_key).first()
    if earlier:
        if earlier.entered_by_id != actor.pk:
            raise InvalidTransition(_("This form has been sent already. Please open it again."))
        return earlier
    case = store_case(
        new,
        at,
        reference=reference,
        submission_key=submission_key,
        entered_by=actor,
        # What the portal speaks to whoever enters it says nothing of the contact person.
        language=settings.LANGUAGE_CODE,
    )
    if remark:
        InternalNote.objects.create(case=case, author=actor, body=remark, created_at=at)
    Event.objects.create(
        case=case,
        kind=EventKind.SUBMITTED,
        actor=actor,
        at=at,
        to_status=CaseStatus.SUBMITTED,
        data={"channel": new.channel, "entered_by": actor.pk},
    )
    contact = _keep_contact(case, new.contact)
    if contact:
        notifications.request_entered(contact, issue_code(contact))
    if by_advisor:
        notifications.new_request(case)
    return case


def complete_entry(case: Case, actor: User, new: NewRequest, *, seen: int | None = None) -> Case:
    """Add what was missing, or correct it, before the contact person has confirmed.

    An address that is new gets the mail with the link; the link of a former address stops working.
    """
    if not _change(case, new, save=False):
        return case
    with step("complete_entry", case, actor, seen) as now:
        former = _address(now.case)
        now.data["changed"] = _change(now.case, new)
        contact = _keep_contact(now.case, new.contact)
        if contact and contact.email != former:
            notifications.request_entered(contact, issue_code(contact))
    return now.case


def send_entry_link(case: Case, actor: User, *, seen: int | None = None) -> Case:
    """Mail the link once more, with a fresh code while the address is not confirmed; at most five a day."""
    with step("send_entry_link", case, actor, seen) as now:
        contact = now.case.main_contact
        if contact is None:
            raise InvalidTransition(_("There is no e-mail address yet. Add it first."))
        since = now.at - timedelta(days=1)
        mailed = now.case.events.filter(kind=EventKind.CODE_SENT, at__gt=since).count()
        if mailed >= CODES_PER_DAY or too_many_codes(contact, since):
            raise InvalidTransition(_("This address got five mails today. Call, or try again tomorrow."))
        notifications.request_entered(contact, None if contact.confirmed_at else issue_code(contact))
        now.data["contact"] = contact.pk
    return now.case


@transaction.atomic
def confirm_entry(
    contact: ContactPerson, new: NewRequest, *, code: str | None = None, seen: int | None = None
) -> CodeResult:
    """The contact person confirms what was entered, with her corrections.

    ``code`` proves the address; None where she is signed in with it. A wrong code changes nothing but
    the number of guesses left. ``seen`` is the version of the case that she read.
    """
    case = Case.objects.select_for_update().get(pk=contact.case_id)
    if not case.awaits_confirmation or (seen is not None and seen != case.version):
        raise InvalidTransition  # before the code: nothing that cannot work costs a guess
    if code is not None:
        result = confirm_address(contact, code)
        if result is not CodeResult.CONFIRMED:
            return result
    contact.refresh_from_db()
    if contact.confirmed_at is None:
        raise NotAllowed
    changed = _change(case, new, contact, save=False)
    if changed:
        with step("correct_entry", case, contact.user) as now:
            now.data["changed"] = _change(now.case, new, contact)
    with step("confirm_entry", case, contact.user) as now:
        now.set(entry_confirmed_at=now.at, language=new.case["language"])
        if contact.user.language != now.fields["language"]:  # she has read and answered in it
            contact.user.language = now.fields["language"]
            contact.user.save(update_fields=["language"])
        notifications.entry_confirmed(now.case, corrected=bool(changed))
    return CodeResult.CONFIRMED


@transaction.atomic
def disown_entry(contact: ContactPerson) -> Case:
    """Whoever reads the mail has nothing to do with the request: it ends, and the address is forgotten.

    Nobody has confirmed the address, so the contact person and an account made for it are deleted. The
    coordination is told: when only the address was wrong, it enters the request again. A request that
    somebody else has joined meanwhile is hers or his, and goes on.
    """
    case = Case.objects.select_for_update().get(pk=contact.case_id)
    goes_on = case.contacts.filter(confirmed_at__isnull=False).exists()
    with step("disown_contact" if goes_on else "disown_entry", case, None) as now:
        waiting = now.case.contacts.filter(pk=contact.pk, confirmed_at=None).select_related("user").first()
        if waiting is None:
            raise InvalidTransition
        if not goes_on:
            now.set(resolution=Resolution.WITHDRAWN)
        now.data["disowned"] = True
        waiting.delete()
        outbox.redirect_waiting([now.case.reference], waiting.user.email)
        _forget(waiting.user)
        notifications.entry_disowned(now.case, goes_on=goes_on)
    return now.case


def _forget(user: User) -> None:
    """Delete an account that was made for an entered request and never used."""
    if user.last_login or user.roles or ContactPerson.everybody.filter(user=user).exists():
        return
    user.delete()


# --- What is kept -----------------------------------------------------------------------------


def _address(case: Case) -> str:
    contact = case.main_contact
    return contact.email if contact else ""


def _change(
    case: Case, new: NewRequest, contact: ContactPerson | None = None, *, save: bool = True
) -> list[str]:
    """Write what is different in ``new``, and return the names of those fields.

    Of ``contact`` as well, if given; else of the contact person the names alone are told.
    """
    fields = {name: value for name, value in new.case.items() if name not in _ABOUT_THE_WAY}
    if fields.get("organisation", case.organisation) == case.organisation:
        fields.pop("lead_unit_open", None)  # the coordination may have settled it meanwhile
    changed = _differences(case, fields)
    lists = {"topics": new.topics, "partners": new.partners}
    others = [name for name, rows in lists.items() if set(rows) != set(getattr(case, name).all())]
    of_contact = _differences(contact or _known_contact(case), new.contact)
    if save:
        _write(case, fields, changed)
        for name in others:
            getattr(case, name).set(lists[name])
        if contact:
            _write(contact, new.contact, of_contact)
    return [*changed, *others, *of_contact]


def _differences(instance: Any, fields: dict[str, Any]) -> list[str]:
    return [name for name, value in fields.items() if getattr(instance, name, "") != value]


def _write(instance: Any, fields: dict[str, Any], names: list[str]) -> None:
    for name in names:
        setattr(instance, name, fields[name])
    if names:
        instance.save(update_fields=names)


def _known_contact(case: Case) -> ContactPerson | ExpectedContact | None:
    return case.main_contact or ExpectedContact.objects.filter(case=case).first()


def _keep_contact(case: Case, given: dict[str, Any]) -> ContactPerson | None:
    """Keep what is known of the contact person: with an address as contact of the case, else aside."""
    if not given["email"]:
        if any(given.values()):
            known = {name: given[name] for name in ("name", "function", "phone")}
            ExpectedContact.objects.update_or_create(case=case, defaults=known)
        return None
    ExpectedContact.objects.filter(case=case).delete()
    contact = case.main_contact
    if contact is None:
        user = _account(case, given)
        return ContactPerson.objects.create(case=case, user=user, **given)
    if contact.email != given["email"]:
        if contact.confirmed_at:
            raise InvalidTransition(_("The contact person has confirmed this address: it stays as it is."))
        former, contact.user = contact.user, _account(case, given)
        if ContactPerson.everybody.filter(case=case, user=contact.user).exclude(pk=contact.pk).exists():
            raise InvalidTransition(_("This address belongs to a contact person of the case already."))
        contact.codes.update(attempts_left=0)
        contact.save(update_fields=["user"])
        _write(contact, given, list(given))
        _forget(former)
    else:
        _write(contact, given, _differences(contact, given))
    return contact


def _account(case: Case, given: dict[str, Any]) -> User:
    user, _created = User.objects.get_or_create_by_email(given["email"], given["name"], case.language)
    return user
