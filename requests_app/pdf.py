"""The request as a PDF: A4, tagged for screen readers (PDF/UA-1), made by typst within a blink."""

from __future__ import annotations

import json
import logging
import re
import unicodedata
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from miglobe.site.models import PortalSettings
from miglobe.site.templatetags.kern import long_datetime
from requests_app.answers import request_sections
from requests_app.models import Case

logger = logging.getLogger(__name__)

TEMPLATE = settings.BASE_DIR / "templates/pdf/request.typ"
LONG_WORD = re.compile(r"\S{40}(?=\S)")
BREAK = "\N{ZERO WIDTH SPACE}"  # where a line may break
# What the compiler's own fonts surely have: letters of Europe, Hebrew and Arabic ones, usual signs.
_UNSURE = re.compile(
    "[^\n\u0020-\u007e\u00a0-\u024f\u02bb-\u02dd\u0300-\u036f\u0370-\u03ff\u0400-\u045f\u05d0-\u05ea"
    "\u0621-\u063a\u0641-\u0652\u1e00-\u1eff\u200b-\u200f\u2010-\u2027\u2030-\u203a\u20ac\u2116\u2122"
    "\u2190-\u2193\u2212\u2264\u2265\u2022]"
)


def download(case: Case) -> HttpResponse:
    """The PDF to be saved, in the language of the reader. Who may have it was asked before."""
    response = HttpResponse(request_pdf(case), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{case.reference}.pdf"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response


def request_pdf(case: Case) -> bytes:
    """What the municipality wrote, with its contact persons and the names of its documents.

    Reads what ``answers.request_sections`` reads, and the documents.
    """
    data = _data(case)
    import typst  # large; only who asks for a PDF needs it

    try:
        return _compile(data)
    except typst.TypstError:  # a sign that no font has
        logger.info("The request of %s holds signs that cannot be printed", case.reference)
    return _compile(_each(data, _printable))


def _compile(data: Any) -> bytes:
    import typst

    # No system fonts: the page looks the same on every machine.
    made = typst.compile(
        TEMPLATE,
        root=TEMPLATE.parent,
        format="pdf",
        sys_inputs={"data": json.dumps(_each(data, _breakable))},
        pdf_standards=["ua-1"],
        ignore_system_fonts=True,
    )
    assert isinstance(made, bytes)
    return made


def _data(case: Case) -> dict[str, Any]:
    sections = [
        {"title": section.title, "rows": section.rows}
        for section in request_sections(case, with_contact=True)
    ]
    documents = [
        f"{document.name} ({document.get_content_type_display()}, {filesizeformat(document.size)})"
        for document in case.documents.all()
        if not document.is_harmful
    ]
    if documents:
        sections.append({"title": _("Documents"), "rows": [(_("Documents"), documents)]})
    received = long_datetime(case.submitted_at)
    printed = date_format(timezone.localdate(), "DATE_FORMAT")
    return {
        "title": _("Request %(reference)s") % {"reference": case.reference},
        "author": PortalSettings.load().host_name,
        "reference": case.reference,
        "page": _("Page"),
        "language": get_language() or settings.LANGUAGE_CODE,
        "lead": [
            str(case.place),
            _("Received: %(received)s") % {"received": received},
            _("As of: %(date)s") % {"date": printed},
        ],
        "sections": sections,
    }


def _each(value: Any, change: Any) -> Any:
    """``value`` with every text in it changed."""
    if isinstance(value, dict):
        return {key: _each(each, change) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_each(each, change) for each in value]
    return change(str(value))


def _breakable(text: str) -> str:
    """``text`` whose very long words, addresses for example, may be broken; without control characters."""
    text = "".join(
        sign for sign in text.replace("\t", " ") if sign == "\n" or unicodedata.category(sign) != "Cc"
    )
    return LONG_WORD.sub(lambda word: word[0] + BREAK, text)


def _printable(text: str) -> str:
    """``text`` with the number of every sign that may be missing: [U+1F600] for a smiling face."""
    return _UNSURE.sub(lambda sign: f"[U+{ord(sign[0]):04X}]", text)
