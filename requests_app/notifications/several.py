"""Mails to several sides, and the one mail of a day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.functional import lazy
from django.utils.translation import gettext

from miglobe.accounts.models import User
from miglobe.mail.outbox import render
from miglobe.site import notices
from requests_app import access, recipients, threads
from requests_app.models import Audience, Case, Message, RequestDraft
from requests_app.notifications.sending import (
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


def document_harmful(case: Case, message: Message | None = None) -> None:
    """Tell the municipality and the coordination; without the file's name, which may name people.

    Of a file that came with ``message`` its author is told instead, unless she or he has left: others may
    not read that message.
    """
    if message is None:
        to_contacts("document_harmful", case, side=access.Side.MUNICIPALITY)
    elif message.author_side != access.Side.COORDINATOR and recipients.has_a_part(message.author, case):
        queue_for(message.author, "document_harmful", case, side=access.Side(message.author_side))
    to_coordinators("document_harmful", case)


def document_of_draft_harmful(draft: RequestDraft) -> None:
    """Tell the address that a draft has; the coordination does not know the draft yet."""
    text = render("document_harmful", {"case": None}, draft.language)
    queue_to_address("document_harmful", draft.email, text, draft.language, draft.mail_reference)


def message_written(message: Message) -> None:
    """Tell everybody a message goes to, but for its author, that it is there."""
    case = message.case
    message = access.messages_for(case, access.Side.COORDINATOR).get(pk=message.pk)  # with its signature
    prefetch_related_objects([case], "contacts", "assignments__advisor__user")
    told: dict[str, Any] = {"message": message, "files": message.documents.count()}
    if message.audience in (Audience.MUNICIPALITY, Audience.EVERYONE):
        for contact in recipients.contacts(case):
            if contact.user_id != message.author_id:
                side = access.Side.MUNICIPALITY
                readers = _goes_to(message, side, contact.user_id)
                to_contact(contact, "message_written", case, side=side, **told, readers=readers)
    if message.audience in (Audience.ADVISORS, Audience.EVERYONE):
        for advisor in recipients.advisors(case).exclude(advisor__user=message.author_id):
            side, user = access.Side.ADVISOR, advisor.advisor.user
            readers = _goes_to(message, side, user.pk)
            queue_for(user, "message_written", case, side=side, **told, readers=readers)
    readers = _goes_to(message, access.Side.COORDINATOR)
    to_coordinators("message_written", case, but=message.author_id, **told, readers=readers)


def _names(message: Message, side: access.Side, to: int = 0) -> str:
    """Whom a message goes to, as somebody on one side may know it."""
    but = (to, message.author_id)
    return ", ".join([gettext("you"), *threads.readers(message.case, Audience(message.audience), side, but)])


_goes_to = lazy(_names, str)  # in the language of the mail
