"""Sending what waits in the outbox: claim, commit, send, write down how it ended.

Several workers may run at once, and each may be killed at any moment. A claim is a lease that is
committed before the mail goes out; a lease that ran out is claimed again, so a mail is never lost.
It may go out twice if a worker dies between the mail server's "accepted" and our commit; then both
carry the same Message-ID, and mailboxes show one.
"""

from __future__ import annotations

import logging
import smtplib
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any

from django.core.mail import EmailMultiAlternatives, mailers
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from miglobe.mail.backends import PartlyRefused
from miglobe.mail.failures import is_permanent
from miglobe.mail.models import DONE, OutboxMessage, Outcome, State
from miglobe.mail.outbox import tell_parts

logger = logging.getLogger(__name__)

# Longer than the slowest dialogue with a mail server: a dozen steps of SMTP_TIMEOUT (30 s) each.
LEASE = timedelta(minutes=10)
# The wait doubles from one minute up to twelve hours: 1, 2, 4 … 512 minutes, then five times 12 hours.
# The sixteenth attempt, a bit more than three days after the first, is the last one.
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=12)
MAX_ATTEMPTS = 16


def wait_after(attempts: int) -> timedelta | None:
    """How long to wait after the given number of failed attempts; None: that was the last one."""
    if attempts >= MAX_ATTEMPTS:
        return None
    return min(FIRST_WAIT * 2 ** (attempts - 1), LONGEST_WAIT)


def deliver_due(limit: int = 100, should_stop: Callable[[], bool] = lambda: False) -> int:
    """Send mails that are due, up to ``limit``, one after the other; returns how many were tried.

    Must not run inside a transaction. ``should_stop`` is asked before each mail. Errors of the
    transport are written down at the mail; errors of the database are raised.
    """
    take_back_lapsed()
    tried = 0
    while tried < limit and not should_stop():
        message = claim()
        if message is None:
            break
        deliver(message)
        tried += 1
    return tried


def claim() -> OutboxMessage | None:
    """Take the mail that waited longest, with a lease on it; None if none is due.

    Mails that wait for each other are none of it: ``bundling.join_due`` lets them go first.

    Raises RuntimeError inside a transaction: the claim must be committed before the mail goes out.
    """
    due = OutboxMessage.objects.filter(
        state=State.WAITING, next_attempt_at__lte=timezone.now(), is_held=False
    )
    if not due.exists():  # asked without a lock: most of the time there is nothing to do
        return None
    with transaction.atomic(durable=True):
        message = _locked(due.order_by("next_attempt_at", "id")).first()
        if message is None:
            return None
        message.state = State.SENDING
        message.attempts += 1
        message.next_attempt_at = None
        message.lease_until = timezone.now() + LEASE
        message.lease_token = uuid.uuid4()
        message.save(update_fields=["state", "attempts", "next_attempt_at", "lease_until", "lease_token"])
    return message


def deliver(message: OutboxMessage) -> None:
    """Send a claimed mail and write down how it ended."""
    try:
        told, provider_id = send(message)
    except Exception as error:  # whatever a transport raises must not stop the other mails
        _write_failure(message, error)
    else:
        _write(
            message,
            Outcome.SENT,
            told,
            state=State.SENT,
            sent_at=timezone.now(),
            provider_id=provider_id,
        )


def send(message: OutboxMessage) -> tuple[str, str]:
    """Hand a mail to the transport.

    Returns what the transport told besides "accepted", and the provider's number for the mail; both
    may be "".
    """
    email = build(message)
    try:
        sent = mailers["transport"].send_messages([email])
    except PartlyRefused as refusal:
        return str(refusal), ""
    if sent == 0:
        raise ValueError("The transport did not take the mail.")
    status = getattr(email, "anymail_status", None)
    refused = [
        f"{address}: {recipient.status}"
        for address, recipient in (status.recipients if status else {}).items()
        if recipient.status in ("invalid", "rejected", "failed")
    ]
    return "; ".join(refused), _number_at_provider(status)


def _number_at_provider(status: Any) -> str:
    """By what number the provider will speak of a mail: that of its first recipient, if it counts them."""
    numbers = [recipient.message_id for recipient in (status.recipients if status else {}).values()]
    return str(next((number for number in numbers if number is not None), ""))[:255]


def build(message: OutboxMessage) -> EmailMultiAlternatives:
    """The stored mail as Django's; the text goes out as it was stored."""
    email = EmailMultiAlternatives(
        message.subject,
        message.body,
        message.from_email,
        message.to,
        cc=message.cc,
        bcc=message.bcc,
        reply_to=message.reply_to,
        # The same at every attempt: a mail that was delayed says when it was written.
        headers={
            "Date": format_datetime(message.created_at),
            **message.headers,
            "Message-ID": message.message_id,
        },
        alternatives=message.alternatives,
        attachments=[
            (item.filename, bytes(item.content), item.mimetype) for item in message.attachments.all()
        ],
    )
    email.content_subtype = message.content_subtype
    return email


def take_back_lapsed() -> int:
    """Put mails whose worker died back into the queue; returns how many. Their history tells of it."""
    lapsed = OutboxMessage.objects.filter(state=State.SENDING, lease_until__lt=timezone.now())
    if not lapsed.exists():
        return 0
    with transaction.atomic(durable=True):
        messages = list(_locked(lapsed.order_by("lease_until")))
        for message in messages:
            # The lease was wait enough. The attempt counts, lest a mail that kills its worker
            # does so for ever.
            over = message.attempts >= MAX_ATTEMPTS
            _write(
                message,
                Outcome.INTERRUPTED,
                _("The worker stopped before the mail server's answer came."),
                state=State.FAILED if over else State.WAITING,
                next_attempt_at=None if over else timezone.now(),
            )
    return len(messages)


def _locked(queryset: QuerySet[OutboxMessage]) -> QuerySet[OutboxMessage]:
    """Rows that no other worker holds. SQLite has one writer at a time and needs no more."""
    if connection.features.has_select_for_update_skip_locked:
        return queryset.select_for_update(skip_locked=True)
    return queryset


def _write_failure(message: OutboxMessage, error: Exception) -> None:
    detail = describe(error)
    wait = None if is_permanent(error) else wait_after(message.attempts)
    if wait is None:
        _write(message, Outcome.FAILED, detail, state=State.FAILED)
    else:
        _write(message, Outcome.DELAYED, detail, state=State.WAITING, next_attempt_at=timezone.now() + wait)


def _write(
    message: OutboxMessage,
    outcome: Outcome,
    detail: str,
    *,
    state: State,
    next_attempt_at: datetime | None = None,
    sent_at: datetime | None = None,
    provider_id: str = "",
) -> None:
    """Write how an attempt ended, if the lease is still ours."""
    fields: dict[str, Any] = {
        "state": state,
        "next_attempt_at": next_attempt_at,
        "sent_at": sent_at,
        "provider_id": provider_id,
        "last_error": detail,
        "history": message.note(outcome, detail),
        "lease_until": None,
        "lease_token": None,
    }
    erase = message.is_secret and state in DONE
    if erase:
        fields |= {"body": "", "alternatives": []}
    with transaction.atomic():
        held = OutboxMessage.objects.filter(
            pk=message.pk, state=State.SENDING, lease_token=message.lease_token
        )
        if not held.update(**fields):
            logger.warning("Mail %s: the lease was lost, another worker has it", message.pk)
            return
        if erase:
            message.attachments.all().delete()
        if message.is_bundle:
            tell_parts(OutboxMessage.objects.get(pk=message.pk))
    log = logger.info if outcome == Outcome.SENT else logger.warning
    log("Mail %s (%s): attempt %s, %s", message.pk, message.kind, message.attempts, outcome)


def describe(error: Exception) -> str:
    """One error in a few words, for a person to read."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        text = str(PartlyRefused(error.recipients))
    elif isinstance(error, smtplib.SMTPResponseException):
        reply = error.smtp_error
        text = f"{error.smtp_code} {reply.decode(errors='replace') if isinstance(reply, bytes) else reply}"
    else:
        text = f"{type(error).__name__}: {error}"
    # A database keeps no NUL characters, and nobody reads more than this.
    return text.replace("\0", "")[:2000]
