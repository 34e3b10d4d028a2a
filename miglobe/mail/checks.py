"""No kind of mail without its words in every language, and no words without a kind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.template import Engine

from miglobe.mail import kinds

FOLDER = "templates/mail"
HINT = "What a kind of mail needs stands at the top of miglobe/mail/kinds.py."
_ENDINGS = ("_subject.txt", "_body.txt")


@register
def check_kinds(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """For ``manage.py check``: each file that a row wants and that is not there, each that no row wants."""
    wanted = {name for row in kinds.every() for name in _files(row.name)}
    shipped = set(_shipped())
    missing = [
        Error(
            f"{FOLDER}/{name} is missing, or its row in mail_kinds.py is too many.", hint=HINT, id="mail.E001"
        )
        for name in sorted(wanted - shipped)
    ]
    unknown = [
        Error(f"{FOLDER}/{name} belongs to no kind of mail.", hint=HINT, id="mail.E002")
        for name in sorted(shipped - wanted)
    ]
    return [*missing, *unknown]


def _files(kind: str) -> Iterator[str]:
    for language, _name in settings.LANGUAGES:
        for ending in _ENDINGS:
            yield f"{language}/{kind}{ending}"


def _shipped() -> Iterator[str]:
    """What lies in the folders of mails, but for the pieces that several of them share."""
    for folder in Engine.get_default().dirs:
        for file in Path(folder).glob("mail/*/*.txt"):
            if not file.name.startswith("_"):
                yield f"{file.parent.name}/{file.name}"
