"""Reading the mails that the portal has stored."""

from __future__ import annotations

from miglobe.mail.models import OutboxMessage
from miglobe.mail.outbox import FOOTER_LINE


def text_of(mail: OutboxMessage) -> str:
    """The text of a mail without the footer that the portal has put below it."""
    text, line, _footer = mail.body.rpartition(FOOTER_LINE)
    assert line
    return f"{text}\n"
