"""How the mails about a case are composed and queued: for whom, in which language."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils import translation
from django.utils.translation import gettext

from miglobe.accounts.models import User
from miglobe.mail.outbox import MailText, queue, render
from requests_app import access
from requests_app.models import Assignment, AssignmentStatus, Case, ContactPerson, RequestDraft


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
    queue(kind=kind, to=draft.email, text=text, reference=draft.mail_reference, secret=True)


def queue_for(user: User, kind: str, case: Case, **context: Any) -> None:
    text = render(kind, {"case": case, "user": user, **context}, user.language)
    queue(kind=kind, to=user.email, text=text, reference=case.reference)


def to_contact(contact: ContactPerson, kind: str, case: Case, **context: Any) -> None:
    text = render(kind, {"case": case, "contact": contact, **context}, contact.user.language)
    queue(kind=kind, to=contact.user.email, text=text, reference=case.reference)


def to_contacts(kind: str, case: Case, **context: Any) -> None:
    for contact in case.correspondents:
        to_contact(contact, kind, case, **context)


def to_confirmed(kind: str, case: Case, *, but: Iterable[int] = (), **context: Any) -> None:
    """A mail to each contact person with a confirmed address, ``but`` for these accounts."""
    for contact in case.contacts.filter(confirmed_at__isnull=False).exclude(user__in=list(but)):
        to_contact(contact, kind, case, **context)


def edited_to_contacts(kind: str, case: Case, text: MailText) -> None:
    """One text that the coordination has read goes to every contact person, whatever their language."""
    for contact in case.correspondents:
        queue(kind=kind, to=contact.user.email, text=text, reference=case.reference)


def to_coordinators(kind: str, case: Case, **context: Any) -> None:
    for user in access.coordinators():
        queue_for(user, kind, case, side=access.Side.COORDINATOR, **context)


def advising(case: Case) -> Any:
    return case.assignments.filter(status=AssignmentStatus.ACCEPTED).select_related("advisor__user")


def to_advisors(kind: str, case: Case, **context: Any) -> None:
    for assignment in advising(case):
        user: User = assignment.advisor.user
        queue_for(user, kind, case, side=access.Side.ADVISOR, **context)


def to_advisor(kind: str, assignment: Assignment, text: MailText) -> None:
    queue(kind=kind, to=assignment.advisor.user.email, text=text, reference=assignment.case.reference)
