"""Mails to several sides, and the one mail of a day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from miglobe.accounts.models import User
from miglobe.mail.outbox import render
from miglobe.site import notices
from requests_app import access
from requests_app.models import Audience, Case, Message, RequestDraft
from requests_app.notifications.sending import (
    advising,
    queue_for,
    queue_to_address,
    to_advisors,
    to_contact,
    to_contacts,
    to_coordinators,
)


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
    notices.send(user, "daily_mail", render("daily_mail", context, user.language))


def options_agreed(case: Case) -> None:
    to_advisors("options_agreed", case)
    to_coordinators("options_agreed", case)


def case_withdrawn(case: Case, reason: str) -> None:
    to_advisors("case_withdrawn", case)
    to_coordinators("case_withdrawn", case, reason=reason)


def document_harmful(case: Case) -> None:
    """Tell the municipality and the coordination; without the file's name, which may name people."""
    to_contacts("document_harmful", case, side=access.Side.MUNICIPALITY)
    to_coordinators("document_harmful", case)


def document_of_draft_harmful(draft: RequestDraft) -> None:
    """Tell the address that a draft has; the coordination does not know the draft yet."""
    text = render("document_harmful", {"case": None}, draft.language)
    queue_to_address("document_harmful", draft.email, text, draft.language, draft.mail_reference)


def message_written(message: Message) -> None:
    """Tell everybody a message goes to, but for its author, that it is there."""
    case, kind = message.case, "message_written"
    message = access.messages_for(case, access.Side.COORDINATOR).get(pk=message.pk)  # with its signature
    if message.audience in (Audience.MUNICIPALITY, Audience.EVERYONE):
        for contact in case.correspondents:
            if contact.user_id != message.author_id:
                to_contact(contact, kind, case, message=message, side=access.Side.MUNICIPALITY)
    if message.audience in (Audience.ADVISORS, Audience.EVERYONE):
        for advisor in advising(case).exclude(advisor__user=message.author_id):
            queue_for(advisor.advisor.user, kind, case, message=message, side=access.Side.ADVISOR)
    to_coordinators(kind, case, but=message.author_id, message=message)
