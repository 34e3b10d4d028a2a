"""Mails to the municipality."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.utils import timezone

from miglobe.mail.outbox import MailText, render
from requests_app import deadlines, entry_links, recipients
from requests_app.models import (
    ActionOption,
    Assignment,
    Case,
    Channel,
    ContactPerson,
    FollowUp,
    LibraryRequest,
    RequestDraft,
    Resolution,
)
from requests_app.notifications.sending import (
    edited_to_contacts,
    for_contacts,
    queue_draft_mail,
    queue_to_address,
    to_contacts,
)


def compose_query(case: Case, text: str) -> MailText:
    due = deadlines.query_answer_due(timezone.localdate())
    return for_contacts("query_asked", case, text=text, due_on=due)


def compose_declined(case: Case, text: str) -> MailText:
    return for_contacts("request_declined", case, text=text)


def compose_closed(case: Case, resolution: Resolution, text: str, asked_on: date | None = None) -> MailText:
    """``asked_on``: when the first follow-up asks what became of it, if any does."""
    return for_contacts("case_closed", case, text=text, asked_on=asked_on, **about_end(resolution))


def about_end(resolution: Resolution) -> dict[str, object]:
    """How a case ends, and whether the municipality is asked what it thinks of the consultation."""
    asks = resolution in deadlines.AFTER_ADVICE
    return {"resolution": resolution, "resolutions": Resolution, "asks": asks}


def compose_taken_back(case: Case, text: str) -> MailText:
    return for_contacts("decline_taken_back", case, text=text)


def compose_merged(case: Case, into: Case) -> MailText:
    """The mail to the contact persons of ``case``, which goes on in ``into``."""
    return for_contacts("case_merged", case, into=into)


def compose_reopened(case: Case, text: str) -> MailText:
    return for_contacts("case_reopened", case, text=text)


def request_received(contact: ContactPerson, code: str | None) -> None:
    """Acknowledge a request; ``code`` confirms the address (None: nothing to confirm).

    It speaks the language of the request: whoever filed it may not be who owns the address.
    """
    case = contact.case
    text = render("request_received", {"case": case, "contact": contact, "code": code}, case.language)
    queue_to_address(
        "request_received",
        contact.user.email,
        text,
        case.language,
        case.reference,
        secret=code is not None,
    )


def new_code(contact: ContactPerson, code: str) -> None:
    case = contact.case
    text = render("new_code", {"case": case, "contact": contact, "code": code}, case.language)
    queue_to_address("new_code", contact.user.email, text, case.language, case.reference, secret=True)


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
    user = contact.user
    queue_to_address("request_entered", user.email, text, user.language, case.reference, secret=True)


def query_asked(case: Case, text: str, mail: MailText | None) -> None:
    edited_to_contacts("query_asked", case, mail or compose_query(case, text))


def advisor_found(case: Case, lead: Assignment) -> None:
    to_contacts("advisor_found", case, lead=lead)


def options_proposed(case: Case, options: Iterable[ActionOption]) -> None:
    to_contacts("options_proposed", case, options=list(options))


def change_accepted(option: ActionOption) -> None:
    to_contacts("change_accepted", option.case, option=option)


def library_asked(asked: LibraryRequest) -> None:
    """Ask whether the wording, which stands in the mail, may go into the library."""
    option = asked.option
    to_contacts("library_asked", option.case, option=option, wording=asked.wording)


def request_declined(case: Case, text: str, mail: MailText | None) -> None:
    edited_to_contacts("request_declined", case, mail or compose_declined(case, text))


def decline_taken_back(case: Case, text: str, mail: MailText | None) -> None:
    edited_to_contacts("decline_taken_back", case, mail or compose_taken_back(case, text))


def case_closed(
    case: Case,
    resolution: Resolution,
    text: str,
    mail: MailText | None,
    follow_ups: Sequence[FollowUp] = (),
) -> None:
    asked_on = min((row.due_on for row in follow_ups), default=None)
    edited_to_contacts("case_closed", case, mail or compose_closed(case, resolution, text, asked_on))


def direct_came_to_nothing(assignment: Assignment) -> None:
    """The advisor whom the municipality chose said no, or nothing: somebody else is looked for."""
    to_contacts("direct_came_to_nothing", assignment.case, assignment=assignment)


def case_reopened(case: Case, text: str, mail: MailText | None) -> None:
    edited_to_contacts("case_reopened", case, mail or compose_reopened(case, text))


def case_merged(case: Case, into: Case, mail: MailText | None) -> None:
    """Tell those who asked in ``case`` where it goes on; nobody, while it has no address yet."""
    if recipients.contacts(case):
        edited_to_contacts("case_merged", case, mail or compose_merged(case, into))


def merge_undone(case: Case, into: Case) -> None:
    """Tell those who asked in ``case`` that it goes on by itself again."""
    to_contacts("merge_undone", case, into=into)


def draft_link(draft: RequestDraft, link: str, until: date) -> None:
    """Mail the link to an unfinished request. It opens all that was typed, so the mail is confidential."""
    queue_draft_mail("draft_link", draft, link, until)


def draft_reminder(draft: RequestDraft, link: str, until: date) -> None:
    """Say that an unfinished request is about to be deleted."""
    queue_draft_mail("draft_reminder", draft, link, until)
