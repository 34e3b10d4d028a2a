"""Joining what waits for one person: what happens within a few minutes is one mail.

A mail that may wait is stored with the time its waiting ends. When the first of a person's mails has waited
long enough, all that would go within the next minutes go with it: one goes as it is, several become the parts
of a collective mail. Each part keeps its own row, under its own case.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, OperationalError, connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from miglobe.accounts.models import User
from miglobe.mail import outbox
from miglobe.mail.models import BUNDLE, OutboxMessage, State
from miglobe.mail.outbox import FOOTER_LINE, MailText

logger = logging.getLogger(__name__)

# PostgreSQL's code for a row that somebody else holds.
LOCK_NOT_AVAILABLE = "55P03"


def window() -> timedelta:
    """How long the first mail to a person waits for others."""
    return timedelta(minutes=settings.MAIL_BUNDLE_MINUTES)


def join_due(should_stop: Callable[[], bool] = lambda: False) -> int:
    """Let go what has waited long enough; returns how many mails are ready to be sent by it.

    Must not run inside a transaction. ``should_stop`` is asked before each person.
    """
    due = OutboxMessage.objects.filter(is_held=True, next_attempt_at__lte=timezone.now())
    addresses = list(due.order_by("recipient").values_list("recipient", flat=True).distinct())
    ready = 0
    for address in addresses:
        if should_stop():
            break
        try:
            ready += _join(address)
        except DatabaseError:
            raise
        except Exception:  # whatever cannot be joined must not stop the mails to others
            logger.exception("Mails to one person cannot be joined: each goes by itself")
            ready += _let_go(address)
    return ready


def _let_go(address: str) -> int:
    """Let each mail that waits for one person go by itself; returns how many there are."""
    return _waiting(address).update(is_held=False, next_attempt_at=timezone.now())


def _waiting(address: str) -> QuerySet[OutboxMessage]:
    """What goes out to one person now: all that would go within the next minutes."""
    soon = timezone.now() + window()
    return OutboxMessage.objects.filter(recipient=address, is_held=True, next_attempt_at__lte=soon)


def _join(address: str) -> int:
    """Let go what waits for one person: as it is, or as parts of a collective mail.

    Nothing goes to somebody whose account was locked meanwhile: what waited is thrown away.

    The row locks make sure that one worker does it: another finds them taken, or finds nothing left. Whoever
    rewrites one of the mails just now (a redaction) has the locks as well; a later turn joins them.
    """
    waiting = _waiting(address)
    try:
        with transaction.atomic(durable=True):
            mails = list(_locked(waiting.order_by("pk")))
            if outbox.is_locked_out(address):
                waiting.delete()
                return 0
            if len(mails) > 1:
                _store(address, mails)
            elif mails:
                waiting.filter(pk=mails[0].pk).update(is_held=False, next_attempt_at=timezone.now())
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") != LOCK_NOT_AVAILABLE:
            raise
        return 0
    return min(len(mails), 1)


def _locked(mails: QuerySet[OutboxMessage]) -> QuerySet[OutboxMessage]:
    """All of them or none. SQLite has one writer at a time and needs no more."""
    return mails.select_for_update(nowait=True) if connection.features.has_select_for_update_nowait else mails


# --- The text -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Part:
    """One of several mails in a collective one: its line in the list, and its text without what ends it."""

    line: str
    text: str
    asks: bool


def _store(address: str, mails: list[OutboxMessage]) -> None:
    """Store the collective mail, and make ``mails`` its parts."""
    user = User.objects.filter(email=address).first()
    text, footer = compose(mails, user.language if user else settings.LANGUAGE_CODE)
    bundle = outbox.queue(
        kind=BUNDLE, to=mails[0].to, text=text, footer=footer, asks=any(mail.asks for mail in mails)
    )
    OutboxMessage.objects.filter(pk__in=[mail.pk for mail in mails]).update(
        is_held=False, state=State.JOINED, next_attempt_at=None, joined_into=bundle
    )


def compose(mails: Sequence[OutboxMessage], language: str) -> tuple[MailText, str]:
    """The collective mail of ``mails`` and its footer: what asks for something first, then as it came."""
    signature = outbox.shared_text("signature", language)
    ordered = sorted(mails, key=lambda mail: not mail.asks)
    parts = [Part(_line(mail), _text(mail, signature), mail.asks) for mail in ordered]
    references = {mail.reference for mail in mails if mail.reference}
    context = {
        "asked": [part for part in parts if part.asks],
        "told": [part for part in parts if not part.asks],
        "parts": parts,
        "first": parts[0] if parts[0].asks else None,
        "number": len(parts),
        "others": len(parts) - 1,
        "cases": len(references),
        "reference": next(iter(references)) if len(references) == 1 else "",
    }
    footers = {footer for _said, footer in map(_parted, mails) if footer}
    footer = (
        footers.pop() if len(footers) == 1 else outbox.shared_text("footer", language, many=True, choice=True)
    )
    return outbox.render(BUNDLE, context, language), footer


def _line(mail: OutboxMessage) -> str:
    """The subject, which says what it is about; with the case, should somebody have worded that away."""
    named = mail.reference in mail.subject
    return mail.subject if named else f"{mail.reference}: {mail.subject}"


def _text(mail: OutboxMessage, signature: str) -> str:
    """The text of a mail without footer, and without the last lines that greet and sign: one does for all."""
    text = _parted(mail)[0].rstrip()
    before, _, last = text.rpartition("\n\n")
    signed = last.removesuffix(signature)
    is_greeting = last != signed and len(signed.strip().splitlines()) <= 1
    return before.rstrip() if is_greeting else text


def _parted(mail: OutboxMessage) -> tuple[str, str]:
    """The text of a mail, and its footer if it has one."""
    text, line, footer = mail.body.rpartition(FOOTER_LINE)
    return (text, footer.strip()) if line else (mail.body, "")
