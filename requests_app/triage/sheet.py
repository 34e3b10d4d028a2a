"""The sheet of a case: everything on one page, nothing on it editable; what acts is a form of its own."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from miglobe.accounts.sign_in import signed_in_user
from requests_app import access, merged, option_versions, session_record
from requests_app.access import Side
from requests_app.forms import MessageForm
from requests_app.models import Case
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
    user = signed_in_user(request)
    can = next_steps.step_keys(case, user)
    taken_in = merged.taken_in(case) if has(case, "taken_in") else []
    fits = fitting.fits(case, can)
    others = duplicates.others(case, user)
    documents = list(access.documents_for(case, Side.COORDINATOR)) if has(case, "documents") else []
    timeline = [_line(entry) for entry in staff_timeline(case, taken_in)]
    records = session_record.records(case) if has(case, "sessions") else []
    options = option_versions.shown(case, Side.COORDINATOR) if has(case, "options") else []
    context = {
        **admin.site.each_context(request),
        "title": case.headline,
        "subtitle": case.reference,
        "opts": Case._meta,
        "case": case,
        "state": words.state(case),
        "place": words.place(case),
        "waiting": words.waiting(case),
        "desk": desk.line(case, user),
        "what_to_do": next_steps.what_to_do(case),
        "dates_line": dates.line(case),
        "call": next_steps.to_call(case),
        "buttons": next_steps.buttons(case, can),
        "offers": asked.groups(case, can),
        "shortlist": asked.shortlist(case, can),
        "is_advised": bool(advising(case)),
        "fits": fits[:FITS_SHOWN],
        "more_fits": fits[FITS_SHOWN:],
        "others": others,
        "hint": duplicates.hint(case, can, others),
        "merges": merging.merges_of(case, taken_in),
        "can_merge": merging.can_merge(can),
        "can_redact": "redact" in can,
        "redactions": redaction.redactions_of(case, taken_in) if taken_in or has(case, "redactions") else [],
        "documents": documents,
        "can_add_documents": "add_document_for" in can,
        "conflict_warnings": conflicts.warnings(case),
        "contacts": access.contacts_for(case, Side.COORDINATOR),
        "former_contacts": list(access.former_contacts(case)) if has(case, "former_contacts") else [],
        "records": records,
        "options": options,
        "can_ask_for_library": "ask_for_library" in can,
        "papers": papers.links(case, options, [record.session for record in records]),
        **ending.part(case, can),
        **talk.context(request, case, documents, message, note),
        "mails": case_mails.mails_on_sheet(case, taken_in),
        "timeline": timeline[:TIMELINE_SHOWN],
        "more_timeline": timeline[TIMELINE_SHOWN:],
        "insert_form": insertion.InsertForm(case=case),
    }
    return render(request, "admin/requests_app/case/sheet.html", context)


def _line(entry: Entry) -> dict[str, Any]:
    return {"label": entry.what, "time": entry.at, "text": entry.detail, "actor": entry.who}
