"""Writing a message on any face: its form, the draft that it goes on from, and what a POST of it asks.

Beside sending, the form keeps a draft, throws it away, or removes one of its files: each is a button of it.
Files are kept with the draft before the text is looked at, so that an error in the text loses none.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from miglobe.accounts.models import User
from miglobe.accounts.sign_in import signed_in_user
from requests_app import documents, message_drafts, read_marks, threads
from requests_app.access import MAY_WRITE_TO, Side, messages_for
from requests_app.documents import Outcome
from requests_app.forms import MessageForm
from requests_app.models import Audience, Case, Message, MessageDraft
from requests_app.threads import Talk

# The names of the form's buttons beside "send". The script that keeps a draft as one types sends KEEP, too.
KEEP, DISCARD, REMOVE = "keep", "discard", "remove"


# --- What a POST asks -----------------------------------------------------------------------------


@dataclass
class Received:
    """What was done before a message is sent. ``is_done``: nothing more was asked for."""

    draft: MessageDraft | None = None
    outcome: Outcome = field(default_factory=Outcome)
    is_done: bool = False


def receive(request: HttpRequest, case: Case, side: Side) -> Received:
    """Do what a button beside "send" asks; where files came along, keep them with the draft first."""
    user, data = signed_in_user(request), request.POST
    if DISCARD in data:
        message_drafts.discard(case, user)
        messages.success(request, _("Your draft is deleted."))
        return Received(is_done=True)
    uploads = [file for file in request.FILES.getlist("attachments") if isinstance(file, UploadedFile)]
    is_asked = KEEP in data or REMOVE in data
    if _is_sent(data, user) or not (is_asked or uploads):
        return Received(message_drafts.draft_of(case, user), is_done=is_asked)
    with_files = bool(uploads) or REMOVE in data
    draft = keep_draft(case, side, user, data, with_files=with_files)
    outcome = Outcome()
    if draft:
        outcome = documents.add_each(uploads, partial(message_drafts.add_file, draft))
        message_drafts.remove_file(draft, data.get(REMOVE, ""))
        draft = message_drafts.draft_of(case, user)
    if KEEP in data and not outcome.refused:
        messages.success(request, _("Your draft is kept. Only you can see it."))
    return Received(draft, outcome, is_done=is_asked and not outcome.refused)


def keep_draft(
    case: Case, side: Side, user: User, data: Mapping[str, Any], *, with_files: bool = False
) -> MessageDraft | None:
    """Keep what stands in a message form."""
    audience = data.get("audience", "")
    known = audience if audience in MAY_WRITE_TO[side] else ""
    return message_drafts.keep(case, user, body=data.get("body", ""), audience=known, with_files=with_files)


def sent_with(data: Mapping[str, Any], user: User) -> Message | None:
    """The message that was sent with the form of this POST already, if any."""
    try:
        key = uuid.UUID(data.get("form_key", ""))
    except ValueError:
        return None
    return Message.objects.filter(form_key=key, author=user).first()


def _is_sent(data: Mapping[str, Any], user: User) -> bool:
    """Whether this very text was sent with the form already: a button pressed twice."""
    sent = sent_with(data, user)
    return sent is not None and sent.body == data.get("body", "").replace("\r\n", "\n").strip()


def keep_as_typed(request: HttpRequest, case: Case, side: Side) -> HttpResponse:
    """Answer the script that keeps a draft as one types."""
    user = signed_in_user(request)
    if not sent_with(request.POST, user):
        keep_draft(case, side, user, request.POST)
    return HttpResponse(status=204)


def mark_read(request: HttpRequest, case: Case, side: Side) -> bool:
    """Note that everything up to the message ``until`` was read. Whether a script asked: it wants no page."""
    if last := seen(case, side, request.POST.get("until", "")):
        read_marks.set_mark(case, signed_in_user(request), last.created_at)
    return is_script(request)


def seen(case: Case, side: Side, key: str) -> Message | None:
    """The message that a form names as the newest on its page; None: it names none that ``side`` reads."""
    if not (key.isascii() and key.isdecimal() and len(key) < 19):
        return None
    return messages_for(case, side).filter(pk=int(key)).first()


def is_script(request: HttpRequest) -> bool:
    return request.headers.get("X-Requested-With") == "fetch"


# --- The form -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class GoesTo:
    """Whom a message goes to with one audience, and who reads it beyond the thread that is answered."""

    audience: Audience
    label: str
    names: str
    also: str


def blank_form(
    side: Side,
    talk: Talk,
    draft: MessageDraft | None,
    audiences: tuple[Audience, ...] | None = None,
    typed: Mapping[str, Any] | None = None,
) -> MessageForm:
    """The form below a thread, with what was typed, else the draft; it answers in the thread shown."""
    offered = [a for a in MAY_WRITE_TO[side] if audiences is None or a in audiences]
    initial: dict[str, Any] = {"thread": talk.answered or "", "seen": talk.seen.pk if talk.seen else ""}
    if talk.answered in offered:
        initial["audience"] = str(talk.answered)
    if draft:
        initial["body"] = draft.body
        if draft.audience in offered:
            initial["audience"] = draft.audience
    return MessageForm(side=side, audiences=audiences, initial=initial | dict(typed or {}))


def writing(
    form: MessageForm, case: Case, side: Side, user: User, draft: MessageDraft | None
) -> dict[str, Any]:
    """What the template of the form needs beside it. Shows the draft's files in the form."""
    form.show_files(list(draft.documents.all()) if draft else [])
    answered = _answered(form)
    choices: Any = form.fields["audience"]
    return {
        "draft": draft,
        "goes_to": [
            GoesTo(
                audience,
                str(label),
                ", ".join(threads.readers(case, audience, side, [user.pk])),
                threads.also_read(audience, answered),
            )
            for audience, label in ((Audience(value), label) for value, label in choices.choices)
        ],
    }


def _answered(form: MessageForm) -> Audience | None:
    value = form["thread"].value()
    return Audience(value) if value in Audience else None
