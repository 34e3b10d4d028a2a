"""A mail server for tests: it listens for real, and says what the test wants it to say."""

from __future__ import annotations

import asyncio
import email
import email.policy
import socket
import threading
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Sink:
    """Takes mails on a port of its own. ``accepted`` holds those it answered with 250."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.accepted: list[Envelope] = []
        self.answer = "250 OK"  # to the mail as a whole
        self.answers: dict[str, str] = {}  # to single recipients
        self.delay = 0.0  # seconds before the answer
        self.holding = False  # answer only when this is False again
        self.keep_before_holding = False  # like a server whose "250" gets lost
        self.asked = threading.Event()  # a whole mail has arrived and waits for its answer
        self.waiting = 0  # mails that wait for their answer at this moment
        self._controller: Controller | None = None

    @property
    def mails(self) -> list[EmailMessage]:
        return [email.message_from_bytes(e.content, policy=email.policy.default) for e in self.accepted]

    def start(self) -> None:
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def stop(self) -> None:
        self.holding = False
        if self._controller:
            self._controller.stop(no_assert=True)
            self._controller = None

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.answers.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.keep_before_holding:
            self.accepted.append(envelope)
        self.asked.set()
        self.waiting += 1
        try:
            await asyncio.sleep(self.delay)
            while self.holding:
                await asyncio.sleep(0.02)
        finally:  # also when the other side is gone
            self.waiting -= 1
        if self.answer.startswith("250") and envelope not in self.accepted:
            self.accepted.append(envelope)
        return self.answer
