"""The mails that the demo has sent: the files that its mail transport wrote."""

from __future__ import annotations

import email
import re
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import default as policy
from pathlib import Path
from typing import Any, cast

from django.conf import settings
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

LATEST = 200  # how many the mailbox lists


@dataclass(frozen=True)
class DemoMail:
    """One mail as its file tells it. ``name`` is the file's name without its ending."""

    name: str
    sent_at: datetime | None
    to: str
    subject: str
    body: str

    @property
    def linked_body(self) -> SafeString:
        """The body, escaped, with addresses of the portal made into links."""
        link = re.compile(rf"{re.escape(escape(settings.BASE_URL))}(/[^\s<>]*)")
        return mark_safe(link.sub(r'<a class="kern-link app-break" href="\1">\g<0></a>', escape(self.body)))  # noqa: S308 - escaped first


def _read(path: Path) -> DemoMail:
    with path.open("rb") as file:
        message = cast(EmailMessage, email.message_from_binary_file(file, policy=cast(Any, policy)))
    date = message["Date"]
    part = message.get_body(("plain",))
    return DemoMail(
        name=path.stem,
        sent_at=date.datetime if date else None,
        to=str(message["To"] or ""),
        subject=str(message["Subject"] or ""),
        body=part.get_content() if part else "",
    )


def latest() -> list[DemoMail]:
    """The mails sent last, newest first."""
    files = sorted(Path(settings.MAIL_FILES_DIR).glob("*.eml"), reverse=True)
    return [_read(path) for path in files[:LATEST]]


def find(name: str) -> DemoMail | None:
    """The mail of a file. ``name`` comes out of an address: a slug, so no path."""
    path = Path(settings.MAIL_FILES_DIR) / f"{name}.eml"
    return _read(path) if path.is_file() else None
