"""Papers as PDF: A4, tagged for screen readers (PDF/UA-1), made by typst within a blink."""

from __future__ import annotations

import json
import logging
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from miglobe.site.models import PortalSettings
from requests_app.models import Case
from requests_app.papers.blocks import Block, Typed

logger = logging.getLogger(__name__)

TEMPLATE = settings.BASE_DIR / "templates/pdf/paper.typ"
# In letters; what is longer may be broken.
LONGEST_WORD, LONGEST_IN_TABLE = 40, 30
BREAK = "\N{ZERO WIDTH SPACE}"  # where a line may break
# What the compiler's own fonts surely have: letters of Europe, Hebrew and Arabic ones, usual signs.
_UNSURE = re.compile(
    "[^\n\u0020-\u007e\u00a0-\u024f\u02bb-\u02dd\u0300-\u036f\u0370-\u03ff\u0400-\u045f\u05d0-\u05ea"
    "\u0621-\u063a\u0641-\u0652\u1e00-\u1eff\u200b-\u200f\u2010-\u2027\u2030-\u203a\u20ac\u2116\u2122"
    "\u2190-\u2193\u2212\u2264\u2265\u2022]"
)


@dataclass(frozen=True)
class Paper:
    """One paper about a case, in the language of the reader."""

    case: Case
    # What kind of paper it is ("Result note"): the heading, and a part of the file's name.
    name: str
    blocks: list[Block]
    # What follows the number of the case in the name of the file.
    suffix: str = ""

    @property
    def title(self) -> str:
        return f"{self.name} {self.case.reference}"

    @property
    def file_name(self) -> str:
        return "-".join(filter(None, [self.case.reference, slugify(self.suffix)])) + ".pdf"


def download(paper: Paper) -> HttpResponse:
    """The paper to be saved. Who may have it was asked before."""
    response = HttpResponse(compiled(paper), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{paper.file_name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response


def compiled(paper: Paper) -> bytes:
    """The paper as a PDF. A sign that no font has is written as its number."""
    data = _data(paper)
    import typst  # large; only who asks for a PDF needs it

    try:
        return _compile(data, _clean)
    except typst.TypstError:  # a sign that no font has
        logger.info("A paper of %s holds signs that cannot be printed", paper.case.reference)
    return _compile(data, _printable)


def _compile(data: dict[str, Any], change: Callable[[str], str]) -> bytes:
    import typst

    # No system fonts: the page looks the same on every machine.
    made = typst.compile(
        TEMPLATE,
        root=TEMPLATE.parent,
        format="pdf",
        sys_inputs={"data": json.dumps(_ready(data, change))},
        pdf_standards=["ua-1"],
        ignore_system_fonts=True,
    )
    assert isinstance(made, bytes)
    return made


def _data(paper: Paper) -> dict[str, Any]:
    host = PortalSettings.load().host_name
    return {
        "title": paper.title,
        "subject": paper.case.headline,
        "author": host,
        "issuer": f"MiGlobe · {host}",
        "reference": paper.title,
        # Translators: {number} and {total} stay as they are
        "page": _("Page {number} of {total}"),
        "language": get_language() or settings.LANGUAGE_CODE,
        "typed_language": paper.case.language,
        "heading": paper.title,
        "blocks": paper.blocks,
    }


def _ready(value: Any, change: Callable[[str], str], longest: int = LONGEST_WORD) -> Any:
    """``value`` as it goes to the compiler, with every text in it changed; typed ones say that they are.

    Words longer than ``longest`` may be broken.
    """
    if isinstance(value, dict):
        longest = LONGEST_IN_TABLE if value.get("kind") == "table" else longest
        return {key: _ready(each, change, longest) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_ready(each, change, longest) for each in value]
    if isinstance(value, int):
        return value
    text = _breakable(change(str(value)), longest)
    return {"typed": text} if isinstance(value, Typed) else text


def _breakable(text: str, longest: int) -> str:
    """``text`` whose very long words, addresses for example, may be broken."""
    return re.sub(rf"\S{{{longest}}}(?=\S)", lambda word: word[0] + BREAK, text)


def _clean(text: str) -> str:
    """``text`` without control characters."""
    return "".join(
        sign for sign in text.replace("\t", " ") if sign == "\n" or unicodedata.category(sign) != "Cc"
    )


def _printable(text: str) -> str:
    """The same with the number of every sign that may be missing: [U+1F600] for a smiling face."""
    return _UNSURE.sub(lambda sign: f"[U+{ord(sign[0]):04X}]", _clean(text))
