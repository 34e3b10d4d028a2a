"""The sheet of a case: everything on one page, nothing on it editable; what acts is a form of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.functional import cached_property
from django.views.decorators.http import require_safe

from miglobe.accounts.sign_in import signed_in_user
from requests_app import access, merged, option_versions, session_record
from requests_app.access import Side
from requests_app.forms import MessageForm
from requests_app.models import Case, Document
from requests_app.threads import advising
from requests_app.timeline import Entry, staff_timeline
from requests_app.triage import (
    asked,
    case_mails,
    conflicts,
    dates,
    desk,
    duplicates,
    ending,
    fitting,
    merging,
    next_steps,
    papers,
    redaction,
    talk,
    words,
)
from requests_app.triage.opening import has, note_read, open_case
from requests_app.triage.texts import insertion

TIMELINE_SHOWN = 8
FITS_SHOWN = 3


def urls(view: Callable[..., Any]) -> list[URLPattern]:
    """The path of this module; ``view`` is the admin's guard."""
    return [path("<int:pk>/change/", view(case_sheet), name="requests_app_case_change")]


@require_safe
def case_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet. It shows; every button on it leads elsewhere."""
    case = open_case(request, pk)
    return show(request, case)


def show(
    request: HttpRequest, case: Case, message: MessageForm | None = None, note: talk.NoteForm | None = None
) -> HttpResponse:
    """The sheet of ``case``, with forms that were sent in place of the empty ones."""
    note_read(request, case)
    sheet = _Sheet(request, case, message, note)
    context = {**admin.site.each_context(request), "opts": Case._meta}
    for part in PARTS:
        context |= part(sheet)
    return render(request, "admin/requests_app/case/sheet.html", context)


class _Sheet:
    """A case before whoever looks at it, and what several parts of the sheet read of it.

    Nothing is asked of the database for what the case has none of.
    """

    def __init__(
        self, request: HttpRequest, case: Case, message: MessageForm | None, note: talk.NoteForm | None
    ) -> None:
        self.request, self.case, self.message, self.note = request, case, message, note
        self.user = signed_in_user(request)
        self.can = next_steps.step_keys(case, self.user)
        self.taken_in = merged.taken_in(case) if has(case, "taken_in") else []

    @cached_property
    def documents(self) -> list[Document]:
        return list(access.documents_for(self.case, Side.COORDINATOR)) if has(self.case, "documents") else []


# --- The parts: what each gives to the page -------------------------------------------------------


def _head(sheet: _Sheet) -> dict[str, Any]:
    """What the case is, and what to do with it."""
    case, can = sheet.case, sheet.can
    return {
        "title": case.headline,
        "subtitle": case.reference,
        "case": case,
        "state": words.state(case),
        "place": words.place(case),
        "waiting": words.waiting(case),
        "desk": desk.line(case, sheet.user),
        "what_to_do": next_steps.what_to_do(case),
        "dates_line": dates.line(case),
        "call": next_steps.to_call(case),
        "buttons": next_steps.buttons(case, can),
        "conflict_warnings": conflicts.warnings(case),
    }


def _advice(sheet: _Sheet) -> dict[str, Any]:
    """Who was asked, who is next, who fits."""
    case, can = sheet.case, sheet.can
    fits = fitting.fits(case, can)
    return {
        "offers": asked.groups(case, can),
        "shortlist": asked.shortlist(case, can),
        "is_advised": bool(advising(case)),
        "fits": fits[:FITS_SHOWN],
        "more_fits": fits[FITS_SHOWN:],
    }


def _other_cases(sheet: _Sheet) -> dict[str, Any]:
    """Other cases of the municipality, and what was merged or redacted."""
    case, can, taken_in = sheet.case, sheet.can, sheet.taken_in
    others = duplicates.others(case, sheet.user)
    may_be_redacted = taken_in or has(case, "redactions")
    return {
        "others": others,
        "hint": duplicates.hint(case, can, others),
        "merges": merging.merges_of(case, taken_in),
        "can_merge": merging.can_merge(can),
        "can_redact": "redact" in can,
        "redactions": redaction.redactions_of(case, taken_in) if may_be_redacted else [],
    }


def _people(sheet: _Sheet) -> dict[str, Any]:
    case = sheet.case
    return {
        "contacts": access.contacts_for(case, Side.COORDINATOR),
        "former_contacts": list(access.former_contacts(case)) if has(case, "former_contacts") else [],
    }


def _files(sheet: _Sheet) -> dict[str, Any]:
    return {"documents": sheet.documents, "can_add_documents": "add_document_for" in sheet.can}


def _result(sheet: _Sheet) -> dict[str, Any]:
    """Sessions, options, and the papers that are made of them."""
    case = sheet.case
    records = session_record.records(case) if has(case, "sessions") else []
    options = option_versions.shown(case, Side.COORDINATOR) if has(case, "options") else []
    return {
        "records": records,
        "options": options,
        "can_ask_for_library": "ask_for_library" in sheet.can,
        "papers": papers.links(case, options, [record.session for record in records]),
    }


def _end(sheet: _Sheet) -> dict[str, Any]:
    return ending.part(sheet.case, sheet.can)


def _talk(sheet: _Sheet) -> dict[str, Any]:
    """Messages, notes, and what is put into both."""
    shown = talk.context(sheet.request, sheet.case, sheet.documents, sheet.message, sheet.note)
    return {**shown, "insert_form": insertion.InsertForm(case=sheet.case)}


def _history(sheet: _Sheet) -> dict[str, Any]:
    timeline = [_line(entry) for entry in staff_timeline(sheet.case, sheet.taken_in)]
    return {
        "mails": case_mails.mails_on_sheet(sheet.case, sheet.taken_in),
        "timeline": timeline[:TIMELINE_SHOWN],
        "more_timeline": timeline[TIMELINE_SHOWN:],
    }


def _line(entry: Entry) -> dict[str, Any]:
    return {"label": entry.what, "time": entry.at, "text": entry.detail, "actor": entry.who}


# A new part of the sheet is a function here, and a template that the sheet includes.
PARTS = (_head, _advice, _other_cases, _people, _files, _result, _end, _talk, _history)
