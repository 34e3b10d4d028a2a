"""How the mails about a case are composed and queued: for whom, in which language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext

from miglobe.accounts.models import User
from miglobe.mail.outbox import MailFile, MailText, queue, render, shared_text
from miglobe.site import notices
from requests_app import access, recipients, responsibility
from requests_app.models import Assignment, Case, ContactPerson, RequestDraft


def language_of(case: Case) -> str:
    """What a mail to the municipality is composed in: the language of its main contact person."""
    return case.main_contact.user.language if case.main_contact else case.language


def for_contacts(kind: str, case: Case, **context: Any) -> MailText:
    """One text for everybody whom it goes to: it greets them all, in the language of the main one."""
    language = language_of(case)
    with translation.override(language):
        greeted = {"name": gettext(" and ").join(contact.name for contact in case.correspondents)}
    return render(kind, {"case": case, "contact": greeted, **context}, language)


def for_advisor(kind: str, assignment: Assignment, **context: Any) -> MailText:
    language = assignment.advisor.user.language
    return render(kind, {"case": assignment.case, "assignment": assignment, **context}, language)


def queue_draft_mail(kind: str, draft: RequestDraft, link: str, until: date) -> None:
    text = render(kind, {"link": link, "until": until}, draft.language)
    queue_to_address(kind, draft.email, text, draft.language, draft.mail_reference, secret=True)


def queue_to_address(
    kind: str, address: str, text: MailText, language: str, reference: str, *, secret: bool = False
) -> None:
    """A mail to a bare address: it goes at once and alone, and its footer leads to no page."""
    footer = shared_text("footer", language)
    queue(kind=kind, to=address, text=text, reference=reference, secret=secret, footer=footer)


# --- To people with an account, as often as they like -----------------------------------------------


def page_of(case: Case, side: access.Side, language: str) -> str:
    """The address of the case's page for one side."""
    with translation.override(language):
        if side == access.Side.COORDINATOR:
            return settings.BASE_URL + reverse("admin:requests_app_case_change", args=[case.pk])
        room = "workspace" if side == access.Side.ADVISOR else "casepage"
        return settings.BASE_URL + reverse(f"{room}:case", args=[case.reference])


def send(
    user: User,
    side: access.Side,
    kind: str,
    case: Case,
    text: MailText,
    asks: bool | None = None,
    files: Sequence[MailFile] = (),
) -> None:
    page = page_of(case, side, user.language)
    notices.send(user, kind, text, reference=case.reference, side=side, page=page, asks=asks, files=files)


def to_contact(contact: ContactPerson, kind: str, case: Case, **context: Any) -> None:
    text = render(kind, {"case": case, "contact": contact, **context}, contact.user.language)
    send(contact.user, access.Side.MUNICIPALITY, kind, case, text)


def to_contacts(kind: str, case: Case, **context: Any) -> None:
    for contact in recipients.contacts(case):
        to_contact(contact, kind, case, **context)


def to_confirmed(kind: str, case: Case, *, but: Iterable[int] = (), **context: Any) -> None:
    """A mail to each contact person with a confirmed address, ``but`` for these accounts."""
    for contact in recipients.confirmed(case, but):
        to_contact(contact, kind, case, **context)


def edited_to_contacts(kind: str, case: Case, text: MailText) -> None:
    """One text that the coordination has read goes to every contact person, whatever their language."""
    for contact in recipients.contacts(case):
        send(contact.user, access.Side.MUNICIPALITY, kind, case, text)


def to_coordinators(kind: str, case: Case, *, but: int | None = None, **context: Any) -> None:
    """A mail to everybody of the coordination, ``but`` for this account.

    What it asks, it asks whoever looks after the case; to the others it is news. When nobody does, or nobody
    of those who get it, it asks them all.
    """
    people = recipients.coordination(but)
    in_charge = _in_charge(case)
    is_here = in_charge in {user.pk for user in people}
    for user in people:
        asks = False if is_here and user.pk != in_charge else None
        queue_for(user, kind, case, asks=asks, side=access.Side.COORDINATOR, **context)


def _in_charge(case: Case) -> int | None:
    if case.responsible_id is None:
        return None
    return responsibility.roster(timezone.localdate()).looked_after_by(case.responsible_id)


def queue_for(
    user: User, kind: str, case: Case, *, side: access.Side, asks: bool | None = None, **context: Any
) -> None:
    text = render(kind, {"case": case, "user": user, "side": side, **context}, user.language)
    send(user, side, kind, case, text, asks)


def to_advisors(kind: str, case: Case, **context: Any) -> None:
    for assignment in recipients.advisors(case):
        queue_for(assignment.advisor.user, kind, case, side=access.Side.ADVISOR, **context)


def to_advisor(kind: str, assignment: Assignment, text: MailText) -> None:
    send(assignment.advisor.user, access.Side.ADVISOR, kind, assignment.case, text)
