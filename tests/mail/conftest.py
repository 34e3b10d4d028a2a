"""A mail server that listens, and mails to send through it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from tests.mail.smtp_sink import Sink

if TYPE_CHECKING:  # pytest reads this file before Django is set up
    from miglobe.mail.models import OutboxMessage


@pytest.fixture
def sink(settings) -> Iterator[Sink]:
    """A mail server; the transport leads to it."""
    server = Sink()
    settings.MAILERS = settings.MAILERS | {
        "transport": {
            "BACKEND": "miglobe.mail.backends.SmtpBackend",
            "OPTIONS": {"host": "127.0.0.1", "port": server.port, "timeout": 5},
        }
    }
    server.start()
    yield server
    server.stop()


@pytest.fixture
def a_mail() -> Callable[..., OutboxMessage]:
    """Queues a mail; whatever does not matter is filled in."""
    from miglobe.mail.outbox import MailText, queue

    def make(to: str = "kim@stadt.example", *, secret: bool = False, reference: str = "") -> OutboxMessage:
        text = MailText("Ihre Anfrage MG-2026-0001", "Guten Tag Frau Öztürk,\n\nvielen Dank.\n")
        return queue(kind="request_received", to=to, text=text, reference=reference, secret=secret)

    return make
