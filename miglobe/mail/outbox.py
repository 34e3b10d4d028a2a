"""Putting mails into the outbox: render a text, store it with the change it tells of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from email.utils import make_msgid, parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.db import transaction
from django.db.models import Q, QuerySet
from django.template import Context, Engine
from django.utils import timezone, translation
from django.utils.module_loading import import_string

from miglobe.accounts.models import User
from miglobe.mail import kinds, wordings
from miglobe.mail.models import DONE, OutboxAttachment, OutboxMessage, Outcome, State

# Asks mail robots not to answer (RFC 3834): no out-of-office replies to the portal.
AUTOMATIC = {"Auto-Submitted": "auto-generated"}
# Headers with this prefix speak to the outbox (see backends.py); they never leave the house.
OWN_HEADERS = "x-miglobe-"
# Parts the text of a mail from its footer: the line that mail programs know as the one before a signature.
FOOTER_LINE = "\n\n-- \n"


class CannotSendAgain(Exception):
    """The mail is still on its way, it was confidential and its text is gone, or nobody is to get it now."""


@dataclass(frozen=True)
class MailText:
    """What a mail says. Plain text; never taken for a template again."""

    subject: str
    body: str


def render(
    kind: str, context: Mapping[str, Any], language: str, words: wordings.Words | None = None
) -> MailText:
    """The text of one kind of mail in the language of whoever reads it; its links lead there, too.

    Reads ``templates/mail/<language>/<kind>_subject.txt`` and ``<kind>_body.txt``, or what the
    coordination has written in their place (see ``wordings``); ``words``, subject and body, tries
    out another text. Besides ``context`` they know ``base_url`` (no trailing slash) and what the
    function named by ``settings.MAIL_CONTEXT`` returns (``portal``: the portal's settings).

    Nothing is escaped: a mail is plain text.
    """
    values = _values(context)

    def text(part: str) -> str:
        template = Engine.get_default().get_template(f"mail/{language}/{kind}_{part}.txt")
        return template.render(Context(values, autoescape=False))

    with translation.override(language):
        filled = wordings.compose(kind, language, Context(values, autoescape=False), words)
        subject, body = filled or (text(wordings.SUBJECT), text(wordings.BODY))
        # What people typed may hold line breaks; a subject must not.
        return MailText(subject=" ".join(subject.split()), body=body.strip() + "\n")


def shared_text(name: str, language: str, **context: Any) -> str:
    """A piece that several mails have in common, ``templates/mail/<language>/_<name>.txt``: the footer."""
    template = Engine.get_default().get_template(f"mail/{language}/_{name}.txt")
    with translation.override(language):
        return template.render(Context(_values(context), autoescape=False)).strip()


def _values(context: Mapping[str, Any]) -> dict[str, Any]:
    shared: Callable[[], dict[str, Any]] = import_string(settings.MAIL_CONTEXT)
    return {"base_url": settings.BASE_URL, **shared(), **context}


@dataclass(frozen=True)
class MailFile:
    """A file that goes with a mail. ``content_type`` may carry parameters."""

    name: str
    content: bytes
    content_type: str


def queue(
    *,
    kind: str,
    to: str | Sequence[str],
    text: MailText,
    reference: str = "",
    secret: bool = False,
    footer: str = "",
    asks: bool = False,
    held_until: datetime | None = None,
    files: Sequence[MailFile] = (),
) -> OutboxMessage:
    """Store a mail in the caller's transaction; the worker sends it after the commit.

    ``to``: one address or several that may see each other. ``reference``: the case's reference, shown
    and searched in the admin. ``secret``: the text holds a sign-in code or a password link. ``footer``:
    what stands below the text, however the coordination has worded that. ``asks``: whether the mail asks
    its recipient to do something. ``held_until``: until when it waits, to be joined with whatever else
    comes for the recipient (None: it goes at once, and alone). ``files``: what goes with it.
    Raises ValueError if ``to`` is empty, and UnknownKind for a kind without a row (see ``kinds``).
    """
    kinds.get(kind)
    recipients = [to] if isinstance(to, str) else list(to)
    body = f"{text.body.rstrip()}{FOOTER_LINE}{footer}\n" if footer else text.body
    email = EmailMultiAlternatives(text.subject, body, to=recipients, headers=dict(AUTOMATIC))
    for file in files:
        email.attach(file.name, file.content, file.content_type)
    held = {} if held_until is None else {"is_held": True, "next_attempt_at": held_until}
    return store(email, kind=kind, reference=reference, secret=secret, asks=asks, **held)


def store(
    email: EmailMessage, *, kind: str, reference: str = "", secret: bool = False, **more: Any
) -> OutboxMessage:
    """Store a Django mail as it is. Raises ValueError if it has no recipient.

    A wrong address or header is no error here: it must not undo the change that the mail tells of.
    The delivery finds it and marks the mail as undeliverable. ``more``: further fields of the row.
    """
    if not email.recipients():
        raise ValueError(f"The mail {kind!r} has no recipient.")
    headers = {
        name: str(value)
        for name, value in email.extra_headers.items()
        if not name.lower().startswith(OWN_HEADERS)
    }
    message_id = next((headers.pop(name) for name in list(headers) if name.lower() == "message-id"), "")
    with transaction.atomic() if email.attachments else nullcontext():
        message = OutboxMessage.objects.create(
            kind=kind,
            reference=reference,
            recipient=bare_address(email.recipients()[0]).lower()[:254],
            from_email=str(email.from_email),
            to=_strings(email.to),
            cc=_strings(email.cc),
            bcc=_strings(email.bcc),
            reply_to=_strings(email.reply_to),
            subject=str(email.subject),
            body=str(email.body),
            content_subtype=email.content_subtype,
            alternatives=[
                [_text(content), mimetype] for content, mimetype in getattr(email, "alternatives", [])
            ],
            headers=headers,
            message_id=message_id or _new_message_id(str(email.from_email)),
            is_secret=secret,
            **more,
        )
        for attachment in email.attachments:
            _attach(message, attachment)
    return message


@transaction.atomic
def send_again(message: OutboxMessage, by: str, to: str = "") -> OutboxMessage:
    """Put a mail that is done, well or not, into the queue once more; its history stays.

    A mail that went out gets a new Message-ID, since mailboxes drop a second mail with an ID they
    know. One that failed keeps its ID: some mailbox may have it. ``by``: who asked for it. ``to``: the
    corrected address of a mail with one recipient; without it the mail goes to whom it went.
    A part of a collective mail goes alone, and has nothing more to do with that one.
    Raises CannotSendAgain for a mail that is on its way, and for a confidential one: its text is
    erased, and its code would have run out. Also for one to somebody whose account is locked.
    """
    message = OutboxMessage.objects.select_for_update().get(pk=message.pk)
    if not message.can_be_sent_again or is_locked_out(to or message.recipient):
        raise CannotSendAgain
    if message.state != State.FAILED or to:
        message.message_id = _new_message_id(message.from_email)
    if to:
        message.to, message.recipient = [to], to.lower()[:254]
    message.history = message.note(Outcome.READDRESSED if to else Outcome.REQUEUED, by)
    message.state = State.WAITING
    message.joined_into = None
    message.attempts = 0
    message.next_attempt_at = timezone.now()
    message.sent_at = message.delivered_at = message.bounced_at = message.settled_at = None
    message.provider_id = message.last_error = ""
    message.save()
    tell_parts(message)
    return message


def is_locked_out(address: str) -> bool:
    """Whether the account of this address is locked, so that nothing more is for whoever had it."""
    return User.objects.filter(email=address.lower(), is_active=False).exists()


# What a part of a collective mail has in common with it once it has gone out.
_TOLD = ("state", "sent_at", "delivered_at", "bounced_at", "settled_at", "last_error")


def tell_parts(bundle: OutboxMessage) -> None:
    """Write down at the parts of a collective mail what became of it; nothing for any other mail.

    What did not arrive is dealt with part by part, in the cases they belong to: the collective mail is
    nobody's task itself.
    """
    if not bundle.is_bundle:
        return
    told = {name: getattr(bundle, name) for name in _TOLD}
    if bundle.state not in DONE:
        told["state"] = State.JOINED
    bundle.parts.update(**told)
    if bundle.is_in_trouble:
        bundle.settled_at = timezone.now()
        bundle.save(update_fields=["settled_at"])


@transaction.atomic
def settle(message: OutboxMessage, by: str) -> bool:
    """Note that somebody has dealt with a mail that did not arrive; False when there is nothing to do."""
    message = OutboxMessage.objects.select_for_update().get(pk=message.pk)
    if not message.is_in_trouble:
        return False
    message.settled_at = timezone.now()
    message.history = message.note(Outcome.SETTLED, by)
    message.save(update_fields=["settled_at", "history"])
    return True


# Where a stored mail holds what somebody wrote.
TEXTS = ("subject", "body", "alternatives", "last_error", "history")


def stored_under(references: Iterable[str]) -> QuerySet[OutboxMessage]:
    """All mails under these references, sent or not, oldest first."""
    return OutboxMessage.objects.filter(reference__in=list(references)).order_by("pk")


def stored_naming(references: Iterable[str]) -> QuerySet[OutboxMessage]:
    """Mails that are about no one case, and name one of these in their text: a daily or collective mail."""
    named = Q()
    for reference in references:
        named |= Q(body__contains=reference)
    return OutboxMessage.objects.filter(named, reference="").order_by("pk")


def rewrite(message: OutboxMessage, **texts: Any) -> None:
    """Store other ``texts`` (see ``TEXTS``) in place of those of a mail: a passage was redacted.

    What is being sent right now goes out as it was.
    """
    OutboxMessage.objects.filter(pk=message.pk).update(**texts)


def keep_from_joining(references: Iterable[str]) -> None:
    """Until the caller's transaction ends, no mail that waits under these references is joined with others.

    Else a collective mail could be made of a text while that is rewritten.
    """
    about = Q(reference__in=list(references)) | Q(reference="")
    waiting = OutboxMessage.objects.filter(about, is_held=True).select_for_update()
    list(waiting.order_by("pk").values_list("pk", flat=True))


def redirect_waiting(references: Iterable[str], wrong: str, right: str = "") -> None:
    """Mails that still wait under these references go to the ``right`` address, or to nobody."""
    waiting = OutboxMessage.objects.filter(reference__in=list(references), recipient=wrong, is_held=True)
    if right:
        waiting.update(recipient=right, to=[right])
    else:
        waiting.delete()


def files_under(references: Iterable[str], content_type: str) -> QuerySet[OutboxAttachment]:
    """The files of mails under these references whose type begins like this, oldest first."""
    files = OutboxAttachment.objects.filter(message__reference__in=list(references))
    return files.filter(mimetype__startswith=content_type).select_related("message").order_by("pk")


def rewrite_file(file: OutboxAttachment, content: bytes) -> None:
    """Store other ``content`` in place of that of a file, as ``rewrite`` does with texts."""
    OutboxAttachment.objects.filter(pk=file.pk).update(content=content)


def forget(references: Iterable[str]) -> None:
    """Delete all mails under these references, sent or not, but for one that is being sent right now.

    For those of unfinished requests: they go alone, so that no collective mail holds their text.
    """
    OutboxMessage.objects.filter(reference__in=list(references)).exclude(state=State.SENDING).delete()


def _attach(message: OutboxMessage, attachment: Any) -> None:
    if not isinstance(attachment, tuple):
        raise TypeError("Attach files as name, content and content type.")
    filename, content, mimetype = attachment
    OutboxAttachment.objects.create(
        message=message,
        filename=filename or "",
        mimetype=mimetype,
        content=content.encode() if isinstance(content, str) else content,
    )


def bare_address(mailbox: str) -> str:
    """The bare address of ``Name <address>``; what cannot be read stays as it is."""
    return parseaddr(str(mailbox))[1] or str(mailbox)


def _new_message_id(from_email: str) -> str:
    domain = bare_address(from_email).rpartition("@")[2]
    return make_msgid(domain=domain or "localhost")


def _strings(values: Sequence[Any]) -> list[str]:
    return [str(value) for value in values]


def _text(content: Any) -> str:
    return content.decode() if isinstance(content, bytes) else str(content)
