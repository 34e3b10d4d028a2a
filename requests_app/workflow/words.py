"""Messages between the sides of a case, and the coordination's own notes."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from miglobe.accounts.models import User
from miglobe.mail import outbox
from requests_app import merged, message_drafts, notifications, read_marks
from requests_app.access import MAY_WRITE_TO, Side
from requests_app.models import Audience, Case, InternalNote, Message, MessageDraft
from requests_app.workflow.engine import InvalidTransition, Step, step, write

_KEYS = {
    Side.COORDINATOR: "write_to_municipality",
    Side.MUNICIPALITY: "write_as_contact",
    Side.ADVISOR: "write_as_advisor",
}


def write_message(
    case: Case,
    actor: User,
    side: Side,
    *,
    text: str,
    audience: Audience,
    form_key: UUID | None = None,
    draft: MessageDraft | None = None,
    seen: Message | None = None,
) -> Message:
    """Write a message from one side of the case; everybody it goes to gets a mail.

    ``form_key`` is the key of the form it was typed in: sent twice, it is one message. The files of
    ``draft`` go with it, and the draft is gone. Whoever writes has read what stood there up to ``seen``.
    """
    with step(_KEYS[side], case, actor) as now:
        earlier = Message.objects.filter(form_key=form_key).first() if form_key else None
        if earlier:
            raise InvalidTransition(_("This message has been sent already."))
        if audience not in MAY_WRITE_TO[side]:
            raise InvalidTransition(_("A message cannot go to these people."))
        message = write(now, actor, side, text, audience, form_key=form_key)
        now.data |= {"message": message.pk, "audience": audience}
        if draft and (count := message_drafts.hand_over(draft, message)):
            now.data["documents"] = count
        if seen:
            read_marks.set_mark(now.case, actor, seen.created_at)
        notifications.message_written(message)
    return message


def forget_unsent(now: Step, user: User) -> None:
    """Throw away what somebody who leaves the case has begun, and mails about it that still wait for others.

    What such a mail tells is not for her or him any more, and its link leads nowhere.
    """
    message_drafts.forget(now.case, user)
    outbox.redirect_waiting(merged.case_references(now.case), user.email)


def write_note(case: Case, actor: User, *, text: str) -> InternalNote:
    """Keep a note that only the coordination reads."""
    with step("write_note", case, actor) as now:
        note = InternalNote.objects.create(case=now.case, author=actor, body=text, created_at=now.at)
        now.data["note"] = note.pk
        message_drafts.discard(now.case, actor, is_note=True)
    return note
