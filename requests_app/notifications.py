"""One function per mail about a case. Each stores its mails in the caller's transaction.

Where the coordination may edit a mail before it goes, a ``compose_…`` function gives the text that
is shown, and the sending function takes the edited one. Mails go only to people who need them.

Each mail speaks the language of whoever gets it (``User.language``). What the coordination edits
speaks that of the main contact person, or of the advisor.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Protocol

from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext

from miglobe.accounts.models import User
from miglobe.mail.outbox import MailText, queue, render
from requests_app import access, deadlines, entry_links, offer_facts
from requests_app.models import (
    ActionOption,
    Assignment,
    AssignmentStatus,
    Audience,
    Case,
    Channel,
    ContactPerson,
    Message,
    PassedOver,
    RequestDraft,
    Resolution,
    ShortlistEntry,
)


class NextTurn(Protocol):
    """Who comes after a no, as the workflow has found out (``workflow.shortlist.Turn``)."""

    asked: Assignment | None
    waiting: ShortlistEntry | None
    passed_over: list[tuple[str, PassedOver]]


# --- Texts that the coordination sees, and may edit, before they go -----------------------------


def language_of(case: Case) -> str:
    """What a mail to the municipality is composed in: the language of its main contact person."""
    return case.main_contact.user.language if case.main_contact else case.language


def compose_query(case: Case, text: str) -> MailText:
    due = deadlines.query_answer_due(timezone.localdate())
    return _for_contacts("query_asked", case, text=text, due_on=due)


def compose_offer(assignment: Assignment) -> MailText:
    """The mail for an offer, stored or not: it reads all that the offer freezes, and the case's facts.

    The template gets no municipality: what ``place`` and ``facts`` do not tell stays untold.
    """
    with translation.override(assignment.advisor.user.language):
        place, facts = offer_facts.place(assignment), offer_facts.in_lines(offer_facts.facts(assignment))
    return _for_advisor("offer_made", assignment, place=place, facts=facts)


def compose_offer_withdrawn(assignment: Assignment) -> MailText:
    return _for_advisor("offer_withdrawn", assignment)


def compose_assignment_ended(assignment: Assignment) -> MailText:
    return _for_advisor("assignment_ended", assignment)


def compose_declined(case: Case, text: str) -> MailText:
    return _for_contacts("request_declined", case, text=text)


def compose_closed(case: Case, resolution: Resolution, text: str) -> MailText:
    return _for_contacts("case_closed", case, text=text, resolution=resolution, resolutions=Resolution)


def compose_taken_back(case: Case, text: str) -> MailText:
    return _for_contacts("decline_taken_back", case, text=text)


def compose_merged(case: Case, into: Case) -> MailText:
    """The mail to the contact persons of ``case``, which goes on in ``into``."""
    return _for_contacts("case_merged", case, into=into)


def compose_reopened(case: Case, text: str) -> MailText:
    return _for_contacts("case_reopened", case, text=text)


# --- To the municipality ----------------------------------------------------------------------


def request_received(contact: ContactPerson, code: str | None) -> None:
    """Acknowledge a request; ``code`` confirms the address (None: nothing to confirm).

    It speaks the language of the request: whoever filed it may not be who owns the address.
    """
    case = contact.case
    text = render("request_received", {"case": case, "contact": contact, "code": code}, case.language)
    queue(
        kind="request_received",
        to=contact.user.email,
        text=text,
        reference=case.reference,
        secret=code is not None,
    )


def new_code(contact: ContactPerson, code: str) -> None:
    case = contact.case
    text = render("new_code", {"case": case, "contact": contact, "code": code}, case.language)
    queue(kind="new_code", to=contact.user.email, text=text, reference=case.reference, secret=True)


def request_entered(contact: ContactPerson, code: str | None) -> None:
    """Ask a contact person to confirm what was entered; ``code`` proves the address (None: it is proven)."""
    case = contact.case
    text = render(
        "request_entered",
        {
            "case": case,
            "contact": contact,
            "code": code,
            "token": entry_links.token_for(contact),
            "days": entry_links.LIFETIME.days,
            "by_advisor": case.channel == Channel.ADVISOR,
        },
        contact.user.language,
    )
    queue(kind="request_entered", to=contact.user.email, text=text, reference=case.reference, secret=True)


def query_asked(case: Case, text: str, mail: MailText | None) -> None:
    _edited_to_contacts("query_asked", case, mail or compose_query(case, text))


def advisor_found(case: Case, lead: Assignment) -> None:
    _to_contacts("advisor_found", case, lead=lead)


def options_proposed(case: Case, options: Iterable[ActionOption]) -> None:
    _to_contacts("options_proposed", case, options=list(options))


def request_declined(case: Case, text: str, mail: MailText | None) -> None:
    _edited_to_contacts("request_declined", case, mail or compose_declined(case, text))


def decline_taken_back(case: Case, text: str, mail: MailText | None) -> None:
    _edited_to_contacts("decline_taken_back", case, mail or compose_taken_back(case, text))


def case_closed(case: Case, resolution: Resolution, text: str, mail: MailText | None) -> None:
    _edited_to_contacts("case_closed", case, mail or compose_closed(case, resolution, text))


def direct_came_to_nothing(assignment: Assignment) -> None:
    """The advisor whom the municipality chose said no, or nothing: somebody else is looked for."""
    _to_contacts("direct_came_to_nothing", assignment.case, assignment=assignment)


def case_reopened(case: Case, text: str, mail: MailText | None) -> None:
    _edited_to_contacts("case_reopened", case, mail or compose_reopened(case, text))


def case_merged(case: Case, into: Case, mail: MailText | None) -> None:
    """Tell those who asked in ``case`` where it goes on; nobody, while it has no address yet."""
    if case.correspondents:
        _edited_to_contacts("case_merged", case, mail or compose_merged(case, into))


def merge_undone(case: Case, into: Case) -> None:
    """Tell those who asked in ``case`` that it goes on by itself again."""
    _to_contacts("merge_undone", case, into=into)


def draft_link(draft: RequestDraft, link: str, until: date) -> None:
    """Mail the link to an unfinished request. It opens all that was typed, so the mail is confidential."""
    _queue_draft_mail("draft_link", draft, link, until)


def draft_reminder(draft: RequestDraft, link: str, until: date) -> None:
    """Say that an unfinished request is about to be deleted."""
    _queue_draft_mail("draft_reminder", draft, link, until)


# --- About the contact persons ------------------------------------------------------------------


def contact_invited(contact: ContactPerson, *, by: str) -> None:
    """The invitation: number and municipality, nothing of what was asked. The address may be mistyped."""
    _to_contact(contact, "contact_invited", contact.case, by=by)


def contact_added(contact: ContactPerson, *, by: str, actor: User) -> None:
    """Tell the other contact persons whom ``by`` has invited."""
    _to_confirmed("contact_added", contact.case, but=[actor.pk, contact.user_id], added=contact, by=by)


def contact_left(contact: ContactPerson, *, by: str, actor: User) -> None:
    """Tell the other contact persons that somebody has left, was removed, or will not join."""
    by = "" if contact.user_id == actor.pk else by
    _to_confirmed("contact_left", contact.case, but=[actor.pk, contact.user_id], left=contact, by=by)


def contact_removed(contact: ContactPerson, *, by: str) -> None:
    """Tell somebody that ``by`` has taken her or him out of the case."""
    _to_contact(contact, "contact_removed", contact.case, by=by)


def handed_over(former: ContactPerson, successor: ContactPerson) -> None:
    """Tell everybody who deals with the case that somebody else speaks for the municipality now."""
    case = successor.case
    people: dict[str, Any] = {"former": former, "successor": successor}
    _to_contact(former, "handed_over", case, side=access.Side.MUNICIPALITY, **people)
    _to_confirmed("handed_over", case, side=access.Side.MUNICIPALITY, **people)
    _to_advisors("handed_over", case, **people)


# --- To the coordination ----------------------------------------------------------------------


def new_request(case: Case) -> None:
    _to_coordinators("new_request", case)


def direct_kept(case: Case, reason: str | Promise) -> None:
    """A direct enquiry could not be passed on, and why: the coordination goes on with it."""
    _to_coordinators("direct_kept", case, reason=reason)


def entry_confirmed(case: Case, *, corrected: bool) -> None:
    """Tell the coordination that a request it waited for can go on; ``corrected``: not as it was entered."""
    _to_coordinators("entry_confirmed", case, corrected=corrected)


def entry_disowned(case: Case, *, goes_on: bool) -> None:
    """Tell the coordination that an address has nothing to do with the request; ``goes_on``: with others."""
    _to_coordinators("entry_disowned", case, goes_on=goes_on)


def query_answered(case: Case, text: str) -> None:
    _to_coordinators("query_answered", case, text=text)


def offer_answered(assignment: Assignment, turn: NextTurn | None = None) -> None:
    """Tell the coordination yes or no, in the subject already; with a no, whose ``turn`` it is now."""
    accepted = assignment.status == AssignmentStatus.ACCEPTED
    _to_coordinators("offer_answered", assignment.case, assignment=assignment, accepted=accepted, turn=turn)


def offer_expired(assignment: Assignment, turn: NextTurn) -> None:
    """Tell the coordination whose ``turn`` it is, and the advisor that no answer is expected any more."""
    _to_coordinators("offer_expired", assignment.case, assignment=assignment, turn=turn)
    _to_advisor("offer_lapsed", assignment, _for_advisor("offer_lapsed", assignment))


# --- To advisors ------------------------------------------------------------------------------


def offer_made(assignment: Assignment, mail: MailText | None) -> None:
    _to_advisor("offer_made", assignment, mail or compose_offer(assignment))


def offer_withdrawn(assignment: Assignment, mail: MailText | None) -> None:
    _to_advisor("offer_withdrawn", assignment, mail or compose_offer_withdrawn(assignment))


def assignment_ended(assignment: Assignment, mail: MailText | None) -> None:
    _to_advisor("assignment_ended", assignment, mail or compose_assignment_ended(assignment))


def option_commented(option: ActionOption) -> None:
    _to_advisors("option_commented", option.case, option=option)


# --- To everybody, once a day ---------------------------------------------------------------------


def daily_mail(user: User, *, tasks: Sequence[Any], reminders: Sequence[Any]) -> None:
    """What is to do for ``user`` today: parts of the coordination's agenda, and answers that are due.

    Each part has a ``title`` and ``items`` with ``text`` and ``path``, in the language of ``user``.
    """
    parts = [*tasks, *reminders]
    items = [item for part in parts for item in part.items]
    context = {
        "user": user,
        "parts": parts,
        "is_agenda": bool(tasks),
        "number": len(items),
        "only": items[0] if len(items) == 1 and not tasks else None,
    }
    queue(kind="daily_mail", to=user.email, text=render("daily_mail", context, user.language))


# --- To several sides -------------------------------------------------------------------------


def options_agreed(case: Case) -> None:
    _to_advisors("options_agreed", case)
    _to_coordinators("options_agreed", case)


def case_withdrawn(case: Case, reason: str) -> None:
    _to_advisors("case_withdrawn", case)
    _to_coordinators("case_withdrawn", case, reason=reason)


def document_harmful(case: Case) -> None:
    """Tell the municipality and the coordination; without the file's name, which may name people."""
    _to_contacts("document_harmful", case, side=access.Side.MUNICIPALITY)
    _to_coordinators("document_harmful", case)


def document_of_draft_harmful(draft: RequestDraft) -> None:
    """Tell the address that a draft has; the coordination does not know the draft yet."""
    queue(
        kind="document_harmful",
        to=draft.email,
        text=render("document_harmful", {"case": None}, draft.language),
        reference=draft.mail_reference,
    )


def message_written(message: Message) -> None:
    """Tell everybody a message goes to, but for its author, that it is there."""
    case, kind = message.case, "message_written"
    message = access.messages_for(case, access.Side.COORDINATOR).get(pk=message.pk)  # with its signature
    if message.audience in (Audience.MUNICIPALITY, Audience.EVERYONE):
        for contact in case.correspondents:
            if contact.user_id != message.author_id:
                _to_contact(contact, kind, case, message=message, side=access.Side.MUNICIPALITY)
    if message.audience in (Audience.ADVISORS, Audience.EVERYONE):
        for advisor in _advising(case).exclude(advisor__user=message.author_id):
            _queue_for(advisor.advisor.user, kind, case, message=message, side=access.Side.ADVISOR)
    for user in access.coordinators().exclude(pk=message.author_id):
        _queue_for(user, kind, case, message=message, side=access.Side.COORDINATOR)


# --- How ----------------------------------------------------------------------------------------


def _for_contacts(kind: str, case: Case, **context: Any) -> MailText:
    """One text for everybody whom it goes to: it greets them all, in the language of the main one."""
    language = language_of(case)
    with translation.override(language):
        greeted = {"name": gettext(" and ").join(contact.name for contact in case.correspondents)}
    return render(kind, {"case": case, "contact": greeted, **context}, language)


def _for_advisor(kind: str, assignment: Assignment, **context: Any) -> MailText:
    language = assignment.advisor.user.language
    return render(kind, {"case": assignment.case, "assignment": assignment, **context}, language)


def _queue_draft_mail(kind: str, draft: RequestDraft, link: str, until: date) -> None:
    text = render(kind, {"link": link, "until": until}, draft.language)
    queue(kind=kind, to=draft.email, text=text, reference=draft.mail_reference, secret=True)


def _queue_for(user: User, kind: str, case: Case, **context: Any) -> None:
    text = render(kind, {"case": case, "user": user, **context}, user.language)
    queue(kind=kind, to=user.email, text=text, reference=case.reference)


def _to_contact(contact: ContactPerson, kind: str, case: Case, **context: Any) -> None:
    text = render(kind, {"case": case, "contact": contact, **context}, contact.user.language)
    queue(kind=kind, to=contact.user.email, text=text, reference=case.reference)


def _to_contacts(kind: str, case: Case, **context: Any) -> None:
    for contact in case.correspondents:
        _to_contact(contact, kind, case, **context)


def _to_confirmed(kind: str, case: Case, *, but: Iterable[int] = (), **context: Any) -> None:
    """A mail to each contact person with a confirmed address, ``but`` for these accounts."""
    for contact in case.contacts.filter(confirmed_at__isnull=False).exclude(user__in=list(but)):
        _to_contact(contact, kind, case, **context)


def _edited_to_contacts(kind: str, case: Case, text: MailText) -> None:
    """One text that the coordination has read goes to every contact person, whatever their language."""
    for contact in case.correspondents:
        queue(kind=kind, to=contact.user.email, text=text, reference=case.reference)


def _to_coordinators(kind: str, case: Case, **context: Any) -> None:
    for user in access.coordinators():
        _queue_for(user, kind, case, side=access.Side.COORDINATOR, **context)


def _advising(case: Case) -> Any:
    return case.assignments.filter(status=AssignmentStatus.ACCEPTED).select_related("advisor__user")


def _to_advisors(kind: str, case: Case, **context: Any) -> None:
    for assignment in _advising(case):
        user: User = assignment.advisor.user
        _queue_for(user, kind, case, side=access.Side.ADVISOR, **context)


def _to_advisor(kind: str, assignment: Assignment, text: MailText) -> None:
    queue(kind=kind, to=assignment.advisor.user.email, text=text, reference=assignment.case.reference)
