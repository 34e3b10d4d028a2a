"""The list of cases as a CSV file that German Excel opens with a double click, and never runs."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from requests_app.models import Case

CHUNK = 500  # cases that are read at a time
BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"  # tells Excel that this is UTF-8
_FORMULA = tuple("=+-@\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}\N{FULLWIDTH HYPHEN-MINUS}"
                 "\N{FULLWIDTH COMMERCIAL AT}")  # fmt: skip


def csv_of(cases: QuerySet[Case]) -> StreamingHttpResponse:
    """All of ``cases``, row by row. Holds contact data: who may have it was asked before."""
    language = get_language() or "de"  # the rows are made after the middleware has gone home
    response = StreamingHttpResponse(_lines(cases, language), content_type="text/csv; charset=utf-8")
    name = f"vorgaenge-{timezone.localdate():%Y-%m-%d}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def cell(value: object) -> str:
    """``value`` as text. One that a spreadsheet would take for a formula gets an apostrophe before it.

    The apostrophe is the spreadsheets' own sign for "this is text"; the text after it is as it was typed.
    """
    text = "" if value is None else str(value)
    is_formula = text.lstrip().startswith(_FORMULA) or text.startswith(("\t", "\r", "\n"))
    return f"'{text}" if is_formula else text


class _Line:
    """What csv.writer writes to: hands each line back."""

    def write(self, line: str) -> str:
        return line


def _lines(cases: QuerySet[Case], language: str) -> Iterator[str]:
    writer = csv.writer(_Line(), delimiter=";")
    with override(language):
        head = writer.writerow(_headings())
    yield f"{BYTE_ORDER_MARK}{head}"
    for case in cases.iterator(chunk_size=CHUNK):
        with override(language):
            line = writer.writerow([cell(value) for value in _row(case)])
        yield str(line)


def _headings() -> list[str]:
    return [
        _("Case number"),
        _("Status"),
        _("Resolution"),
        _("Received on"),
        _("Due on"),
        _("Municipality"),
        _("Government region"),
        _("Channel"),
        _("Subject"),
        _("Topics"),
        _("Formats"),
        _("Advice"),
        _("Contact"),
        _("E-mail"),
        _("Telephone"),
    ]


def _row(case: Case) -> list[object]:
    """Dates as 2026-11-25: every spreadsheet takes them for dates, and they sort as text, too."""
    contacts = case.contacts.all()
    return [
        case.reference,
        case.get_status_display(),
        case.get_resolution_display(),
        timezone.localdate(case.submitted_at).isoformat(),
        case.due_on.isoformat() if case.due_on else "",
        case.place,
        case.municipality.government_region if case.municipality else "",
        case.get_channel_display(),
        case.headline,
        _joined(topic.label for topic in case.topics.all()),
        _joined(case._meta.get_field("formats").labels(case)),
        _joined(str(assignment.advisor) for assignment in case.assignments.all() if assignment.is_live),
        _joined(contact.name for contact in contacts),
        _joined(contact.email for contact in contacts),
        _joined(contact.phone for contact in contacts if contact.phone),
    ]


def _joined(texts: Iterable[object]) -> str:
    return ", ".join(str(text) for text in texts)
