"""What the mail provider tells of a mail after it took it: that it arrived, or came back, and why.

Events come more than once and in any order. The latest by the provider's clock counts; an event that
is older than what we know, or says the same, changes nothing.
"""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from anymail.signals import AnymailTrackingEvent, EventType
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from miglobe.mail.models import GONE_OUT, OutboxMessage, Outcome, State
from miglobe.mail.outbox import bare_address, tell_parts
from miglobe.mail.signals import mail_arrived, mail_came_back, mail_is_told_of

logger = logging.getLogger(__name__)

ARRIVED = {EventType.DELIVERED}
# Did not arrive and will not: refused by the provider (an address it knows as dead), or by the mailbox.
CAME_BACK = {EventType.BOUNCED, EventType.REJECTED, EventType.FAILED}
# Kept in the mail's history; its state stays.
NOTED = {EventType.DEFERRED: Outcome.DEFERRED, EventType.COMPLAINED: Outcome.COMPLAINED}


def note_event(event: AnymailTrackingEvent, esp_name: str, **kwargs: Any) -> None:
    """Write down what the provider tells. What it tells of strange mails is logged and left alone."""
    if event.event_type not in ARRIVED | CAME_BACK | set(NOTED):
        return
    with transaction.atomic():
        message = _locked(_message_of(event))
        if message is None:
            logger.warning("%s tells of a mail that we do not know: %s", esp_name, event.event_type)
            return
        at = min(event.timestamp or timezone.now(), timezone.now())
        if event.event_type in ARRIVED:
            _arrived(message, event, at)
        elif event.event_type in CAME_BACK:
            _came_back(message, event, at)
        else:
            _noted(message, NOTED[event.event_type], _reason(event))


def _message_of(event: AnymailTrackingEvent) -> OutboxMessage | None:
    """The mail: found by the provider's number or our Message-ID; the address must be one of its."""
    number = str(event.message_id or "").strip()
    if not number:
        return None
    ours = [number, f"<{number}>"]
    found = OutboxMessage.objects.filter(Q(provider_id__in=ours) | Q(message_id__in=ours))
    recipient = _recipient(event)
    return next((m for m in found if not recipient or recipient in _addresses(m)), None)


def _locked(message: OutboxMessage | None) -> OutboxMessage | None:
    """The mail freshly read and locked, after whatever the rooms above lock for it."""
    if message is None:
        return None
    for told in message.told_of:
        mail_is_told_of.send(OutboxMessage, message=told)
    return OutboxMessage.objects.select_for_update().filter(pk=message.pk).first()


def _addresses(message: OutboxMessage) -> set[str]:
    return {bare_address(mailbox).lower() for mailbox in message.everybody}


def _recipient(event: AnymailTrackingEvent) -> str:
    return str(event.recipient or "").strip().lower()


def _latest(message: OutboxMessage) -> datetime | None:
    """When happened what we know of the mail's end."""
    return {State.DELIVERED: message.delivered_at, State.BOUNCED: message.bounced_at}.get(
        State(message.state)
    )


def _arrived(message: OutboxMessage, event: AnymailTrackingEvent, at: datetime) -> None:
    latest = _latest(message)
    if message.state == State.DELIVERED or (latest and at <= latest):
        return
    _write(message, Outcome.DELIVERED, "", at, state=State.DELIVERED, delivered_at=at, last_error="")
    mail_arrived.send(OutboxMessage, message=message, recipient=_whom(message, event), at=at)


def _came_back(message: OutboxMessage, event: AnymailTrackingEvent, at: datetime) -> None:
    """A mail that waits for its next attempt has been sent again since: what is told is of the one before."""
    latest = _latest(message)
    if message.state in (State.BOUNCED, State.WAITING) or (latest and at <= latest):
        return
    reason = _reason(event)
    _write(message, Outcome.BOUNCED, reason, at, state=State.BOUNCED, bounced_at=at, last_error=reason)
    for told in message.told_of:
        mail_came_back.send(
            OutboxMessage, message=told, recipient=_whom(message, event), at=at, reason=reason
        )


def _whom(message: OutboxMessage, event: AnymailTrackingEvent) -> str:
    return _recipient(event) or message.recipient


def _noted(message: OutboxMessage, outcome: Outcome, reason: str) -> None:
    """Once, however often a mailbox puts a mail off."""
    if any(line["outcome"] == outcome for line in message.history):
        return
    message.history = message.note(outcome, reason)
    message.save(update_fields=["history"])


def _write(message: OutboxMessage, outcome: Outcome, detail: str, at: datetime, **fields: Any) -> None:
    """The provider took the mail, whatever we thought: no worker sends it any more."""
    fields |= {
        "history": message.note(outcome, detail),
        "next_attempt_at": None,
        "lease_until": None,
        "lease_token": None,
        "settled_at": None,
    }
    if message.state not in GONE_OUT:
        fields["sent_at"] = at
    if message.is_secret:
        fields |= {"body": "", "alternatives": []}
        message.attachments.all().delete()
    for name, value in fields.items():
        setattr(message, name, value)
    message.save(update_fields=list(fields))
    tell_parts(message)
    logger.info("Mail %s (%s): %s", message.pk, message.kind, outcome)


def _reason(event: AnymailTrackingEvent) -> str:
    """Why, as the provider says it: one line for people to read."""
    said = event.mta_response or event.description or event.reject_reason or event.event_type
    return " ".join(str(said).replace("\0", "").split())[:500]
