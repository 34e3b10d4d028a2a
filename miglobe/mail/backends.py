"""Where Django's mails go: into the outbox (``default``), and from there out (``transport``)."""

from __future__ import annotations

import os
import smtplib
import uuid
from collections.abc import Sequence
from email.policy import EmailPolicy
from pathlib import Path
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend as DjangoSmtpBackend
from django.db import transaction
from django.utils import timezone

from miglobe.mail import outbox

SECRET_HEADER = "X-MiGlobe-Secret"  # noqa: S105 -- a header's name
KIND_HEADER = "X-MiGlobe-Kind"


class OutboxBackend(BaseEmailBackend):
    """``MAILERS["default"]``: stores every mail of Django and allauth in the caller's transaction.

    A mail with the header ``X-MiGlobe-Secret`` (any value) is confidential; ``X-MiGlobe-Kind`` names
    its kind for the list in the admin. Both headers are taken off.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        with transaction.atomic():
            for email in email_messages:
                headers = {name.lower(): str(value) for name, value in email.extra_headers.items()}
                outbox.store(
                    email,
                    kind=headers.get(KIND_HEADER.lower(), "other"),
                    secret=SECRET_HEADER.lower() in headers,
                )
        return len(email_messages)


class FileBackend(BaseEmailBackend):
    """Writes each mail into a directory as one ``.eml`` file, umlauts readable; names sort by time."""

    # No line of a file is too long, so bodies need no transfer encoding.
    policy = EmailPolicy(utf8=True, cte_type="8bit", max_line_length=1_000_000)

    def __init__(self, *, file_path: str | os.PathLike[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.directory = Path(file_path)

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        for email in email_messages:
            name = f"{timezone.now():%Y%m%d-%H%M%S-%f}-{uuid.uuid4().hex[:8]}"
            unfinished = self.directory / f".{name}.part"
            unfinished.write_bytes(email.message(policy=self.policy).as_bytes())
            # Whoever lists the directory meanwhile sees whole mails only.
            unfinished.replace(self.directory / f"{name}.eml")
        return len(email_messages)


class PartlyRefused(Exception):
    """The server took the mail, but not for all recipients."""

    def __init__(self, refused: dict[str, tuple[int, bytes]]) -> None:
        super().__init__(
            "; ".join(
                f"{who}: {code} {reply.decode(errors='replace')}" for who, (code, reply) in refused.items()
            )
        )


class _TellsRefusals(smtplib.SMTP):
    """smtplib returns what the server refused, and Django throws it away."""

    def sendmail(self, *args: Any, **kwargs: Any) -> dict[str, tuple[int, bytes]]:
        refused = super().sendmail(*args, **kwargs)
        if refused:
            raise PartlyRefused(refused)
        return refused


class _TellsRefusalsSSL(_TellsRefusals, smtplib.SMTP_SSL):
    pass


class SmtpBackend(DjangoSmtpBackend):
    """Django's SMTP backend that raises PartlyRefused if only some recipients were taken."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _TellsRefusalsSSL if self.use_ssl else _TellsRefusals
