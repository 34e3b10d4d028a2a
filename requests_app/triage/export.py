"""The list of cases as a file: CSV that German Excel opens with a double click, and XLSX. Neither ever runs.

Both are made from the same rows, read a thousand at a time with a fixed number of queries each, so that
a hundred thousand cases take no more memory than a thousand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import batched
from typing import Any

from django.db.models import Model, QuerySet
from django.http import FileResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, override
from django.utils.translation import gettext_lazy as _

from advisors.vocabulary import ConsultationFormat
from miglobe.accounts.models import User
from miglobe.site.audit import log_read
from requests_app.models import (
    LIVE_ASSIGNMENTS,
    Assignment,
    Case,
    CaseStatus,
    Channel,
    ContactPerson,
    ListExport,
    Resolution,
)
from requests_app.sheets import XLSX_TYPE, Sheet, Value, csv_lines, workbook

CHUNK = 1000  # cases that are read at a time
FORMS = {"csv": "CSV", "xlsx": "XLSX"}


@dataclass
class Record:
    """One case of the list: its own columns, and the words of what belongs to it."""

    case: dict[str, Any]
    topics: list[str] = field(default_factory=list)
    partners: list[str] = field(default_factory=list)
    advisors: list[str] = field(default_factory=list)
    contacts: list[dict[str, Any]] = field(default_factory=list)

    def text(self, name: str) -> str:
        return self.case[name] or ""

    def day(self, name: str) -> date | None:
        """The day of a date or of a moment, as people here count it."""
        value = self.case[name]
        return timezone.localdate(value) if isinstance(value, datetime) else value

    def of_contacts(self, name: str) -> str:
        return _joined(contact[name] for contact in self.contacts if contact[name])


@dataclass(frozen=True)
class Column:
    """One column. ``personal``: it names people, or may, so readers do not get it."""

    heading: Promise
    value: Callable[[Record], Value]
    width: int = 16  # characters
    personal: bool = False


COLUMNS = (
    Column(_("Case number"), lambda r: r.text("reference")),
    Column(_("Status"), lambda r: str(CaseStatus(r.text("status")).label), 22),
    Column(_("Resolution"), lambda r: _label(Resolution, r.text("resolution")), 22),
    Column(_("Received on"), lambda r: r.day("submitted_at"), 14),
    Column(_("Due on"), lambda r: r.day("due_on"), 14),
    Column(_("Ended on"), lambda r: r.day("closed_at"), 14),
    Column(_("Responsible"), lambda r: r.text("responsible__name"), 22, personal=True),
    Column(_("Resubmission"), lambda r: r.day("resubmit_on"), 14),
    Column(_("Note for the resubmission"), lambda r: r.text("resubmission_note"), 30, personal=True),
    Column(
        _("Municipality"), lambda r: r.case["municipality__name"] or gettext("Municipality not known yet"), 24
    ),
    Column(_("Ask along"), lambda r: _joined(r.partners), 24),
    Column(_("Government region"), lambda r: r.text("municipality__government_region")),
    Column(_("Channel"), lambda r: _label(Channel, r.text("channel"))),
    Column(_("Subject"), lambda r: r.text("title") or gettext("Request without a title"), 50, personal=True),
    Column(_("Topics"), lambda r: _joined(r.topics), 40),
    Column(_("Formats"), lambda r: _joined(_formats(r.case["formats"])), 30),
    Column(_("Advice"), lambda r: _joined(r.advisors), 30, personal=True),
    Column(_("Contact"), lambda r: r.of_contacts("name"), 26, personal=True),
    Column(_("E-mail"), lambda r: r.of_contacts("email"), 34, personal=True),
    Column(_("Telephone"), lambda r: r.of_contacts("phone"), 20, personal=True),
)
FIELDS = (
    "pk",
    "reference",
    "status",
    "resolution",
    "submitted_at",
    "due_on",
    "closed_at",
    "resubmit_on",
    "municipality__name",
    "municipality__government_region",
    "channel",
    "formats",
)
PERSONAL_FIELDS = ("responsible__name", "resubmission_note", "title")


def export_response(
    cases: QuerySet[Any], form: str, by: User, *, filters: str = "", personal: bool = True
) -> HttpResponseBase:
    """All of ``cases`` as a file for ``by``, who may have it (that was asked before); noted who took what.

    ``form``: "csv" or "xlsx". ``filters``: what the list is narrowed to, in words; no search, which may
    be a person's name. ``personal``: with the columns that name people. Raises KeyError for another form.
    """
    taken = ListExport.objects.create(by=by, at=timezone.now(), form=form, filters=filters)
    log_read(by, f"list of cases as {FORMS[form]} (export {taken.pk})")
    columns = [column for column in COLUMNS if personal or not column.personal]
    language = get_language() or "de"  # rows of a CSV are made after the middleware has gone home
    rows = _counted(_rows(cases, columns, language, personal=personal), taken)
    name = f"vorgaenge-{timezone.localdate():%Y-%m-%d}.{form}"
    if form == "xlsx":
        headings, widths = [str(c.heading) for c in columns], [c.width for c in columns]
        file = workbook([Sheet(gettext("Cases"), headings, widths, rows)])
        response: HttpResponseBase = FileResponse(
            file, as_attachment=True, filename=name, content_type=XLSX_TYPE
        )
    else:
        lines = csv_lines([str(c.heading) for c in columns], rows)
        response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _counted(rows: Iterable[list[Value]], taken: ListExport) -> Iterator[list[Value]]:
    """``rows``; when the last one is out, the export says how many there were."""
    count = 0
    for row in rows:
        count += 1
        yield row
    ListExport.objects.filter(pk=taken.pk).update(rows=count)


# --- Rows -----------------------------------------------------------------------------------------


def _rows(
    cases: QuerySet[Any], columns: Sequence[Column], language: str, *, personal: bool
) -> Iterator[list[Value]]:
    names = (*FIELDS, *PERSONAL_FIELDS) if personal else FIELDS
    found = cases.prefetch_related(None).values(*names).iterator(chunk_size=CHUNK)
    for chunk in batched(found, CHUNK):
        with override(language):
            rows = [[column.value(record) for column in columns] for record in _records(chunk, personal)]
        yield from rows


def _records(chunk: Sequence[dict[str, Any]], personal: bool) -> Iterable[Record]:
    """The cases of one chunk with what belongs to them: two queries, or four with people."""
    records = {case["pk"]: Record(case) for case in chunk}
    for key, topic in _joins(Case.topics.through, records, "topic__label"):
        records[key].topics.append(topic)
    for key, name in _joins(Case.partners.through, records, "municipality__name"):
        records[key].partners.append(name)
    if personal:
        _add_people(records)
    return records.values()


def _joins(through: type[Model], records: dict[int, Record], name: str) -> Iterable[tuple[int, str]]:
    joins = through._default_manager.filter(case__in=list(records)).order_by("pk")
    return joins.values_list("case_id", name)


def _add_people(records: dict[int, Record]) -> None:
    live = Assignment.objects.filter(case__in=list(records), status__in=[str(s) for s in LIVE_ASSIGNMENTS])
    names = live.order_by("-offered_at", "pk").values_list(
        "case_id", "advisor__user__name", "advisor__user__email"
    )
    for key, name, email in names:
        records[key].advisors.append(name or email)
    contacts = ContactPerson.objects.filter(case__in=list(records)).order_by("position", "pk")
    for contact in contacts.select_related(None).values("case_id", "name", "email", "phone"):
        records[contact["case_id"]].contacts.append(dict(contact))


def _label(choices: Any, key: str) -> str:
    return str(choices(key).label) if key else ""


def _formats(keys: Iterable[str]) -> list[str]:
    return [_label(ConsultationFormat, key) for key in keys]


def _joined(texts: Iterable[object]) -> str:
    return ", ".join(str(text) for text in texts)
