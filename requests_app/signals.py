"""What the rooms below tell: somebody has signed in, a mail has come back or was sent again.

Signing in proves the mailbox: requests that wait for their address to be confirmed are confirmed by it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver

from miglobe.accounts.models import User
from miglobe.mail.models import OutboxMessage
from miglobe.mail.signals import mail_arrived, mail_came_back, mail_is_told_of, mail_sent_again
from requests_app import workflow


@receiver(user_logged_in)
def confirm_waiting_requests(user: User, **kwargs: Any) -> None:
    workflow.confirm_by_sign_in(user)


@receiver(mail_is_told_of)
def lock_the_case_first(message: OutboxMessage, **kwargs: Any) -> None:
    workflow.lock_case_of(message)


@receiver(mail_came_back)
def mark_dead_address(
    message: OutboxMessage, recipient: str, at: datetime, reason: str, **kwargs: Any
) -> None:
    workflow.note_bounce(message, recipient, at, reason)


@receiver(mail_arrived)
def unmark_address(recipient: str, at: datetime, **kwargs: Any) -> None:
    workflow.note_arrival(recipient, at)


@receiver(mail_sent_again)
def tell_in_the_case(message: OutboxMessage, by: User, **kwargs: Any) -> None:
    workflow.note_sent_again(message, by)
