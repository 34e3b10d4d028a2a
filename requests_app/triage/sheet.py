"""The sheet of a case: everything on one page, nothing on it editable; what acts is a form of its own."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from miglobe.accounts.sign_in import signed_in_user
from miglobe.site.fields import LongTextField
from miglobe.site.forms import KernForm
from requests_app import access, merged, workflow
from requests_app.access import Side
from requests_app.forms import MessageForm
from requests_app.models import AssignmentStatus, Audience, Case
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
    words,
)
from requests_app.triage.opening import has, note_read, open_case
from requests_app.triage.texts import insertion

TIMELINE_SHOWN = 8
FITS_SHOWN = 3
MESSAGES_SHOWN = 12
# All messages of a case: ?nachrichten=alle
MESSAGES, ALL = "nachrichten", "alle"


class NoteForm(KernForm):
    body = LongTextField(
        label=_("New note"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write a note.")},
    )


@require_safe
def case_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet. It shows; every button on it leads elsewhere."""
    case = open_case(request, pk)
    return _sheet(request, case, message_form(case), note_form())


@require_POST
def write_message(request: HttpRequest, pk: int) -> HttpResponse:
    """Write to the municipality, the advisors or both, as the form says."""
    case = open_case(request, pk)
    if insertion.is_asked_for(request.POST):
        typed = insertion.with_text(request.POST, case, signed_in_user(request))
        return _sheet(request, case, message_form(case, initial=typed), note_form())
    form = message_form(case, request.POST)
    if form.has_error("audience") and not _is_advised(case):
        # The last advisor has left meanwhile; a hidden field would refuse the message for ever.
        problem = gettext("There is no advisor any more. Your message now goes to the municipality only.")
        form = _to_send_again(case, request, problem, audience=Audience.MUNICIPALITY)
    if not form.is_valid():
        return _sheet(request, case, form, note_form())
    typed, user = form.cleaned_data, signed_in_user(request)
    sent = case.messages.filter(form_key=typed["form_key"], author=user).first()
    if sent is None or sent.body != typed["body"]:
        try:
            workflow.write_message(
                case,
                user,
                Side.COORDINATOR,
                text=typed["body"],
                audience=typed["audience"],
                form_key=typed["form_key"],
            )
        except workflow.InvalidTransition as error:
            form = _to_send_again(case, request, str(error.message), form_key=str(uuid.uuid4()))
            return _sheet(request, case, form, note_form())
    messages.success(request, gettext("Your message is on its way."))
    return redirect(_address(case, "messages"))


def _to_send_again(case: Case, request: HttpRequest, problem: str, **mended: str) -> MessageForm:
    """The form as it was typed, with what went wrong and a hidden field put right."""
    form = message_form(case, request.POST.dict() | mended)
    form.add_error(None, problem)
    return form


@require_POST
def write_note(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a note for the coordination. The same note twice in a row is a button pressed twice."""
    case = open_case(request, pk)
    user = signed_in_user(request)
    form = note_form(request.POST)
    if not form.is_valid():
        return _sheet(request, case, message_form(case), form)
    text = form.cleaned_data["body"]
    last = case.notes.last()
    if last is None or (last.author_id, last.body) != (user.pk, text):
        workflow.write_note(case, user, text=text)
    messages.success(request, gettext("The note is kept."))
    return redirect(_address(case, "notes"))


def message_form(case: Case, data: Any = None, initial: dict[str, Any] | None = None) -> MessageForm:
    """The form for a message; without advisors in the case there is nobody to choose between."""
    audiences = None if _is_advised(case) else (Audience.MUNICIPALITY,)
    form = MessageForm(data, side=Side.COORDINATOR, audiences=audiences, initial=initial)
    if initial:  # a text was inserted: the page opens where it stands
        form.fields["body"].widget.attrs["autofocus"] = True
    return form


def _is_advised(case: Case) -> bool:
    return any(assignment.status == AssignmentStatus.ACCEPTED for assignment in case.assignments.all())


def note_form(data: Any = None) -> NoteForm:
    return NoteForm(data, prefix="note")


def _address(case: Case, fragment: str) -> str:
    return f"{reverse('admin:requests_app_case_change', args=[case.pk])}#{fragment}"


def _sheet(request: HttpRequest, case: Case, message: MessageForm, note: NoteForm) -> HttpResponse:
    note_read(request, case)
    user = signed_in_user(request)
    can = next_steps.step_keys(case, user)
    taken_in = merged.taken_in(case) if has(case, "taken_in") else []
    fits = fitting.fits(case, can)
    others = duplicates.others(case, user)
    timeline = [_line(entry) for entry in staff_timeline(case, taken_in)]
    sessions = list(access.sessions_for(case).defer("private_notes")) if has(case, "sessions") else []
    options = list(access.options_for(case, Side.COORDINATOR)) if has(case, "options") else []
    context = {
        **admin.site.each_context(request),
        "title": case.headline,
        "subtitle": case.reference,
        "opts": Case._meta,
        "case": case,
        "side": Side.COORDINATOR,
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
        "is_advised": _is_advised(case),
        "fits": fits[:FITS_SHOWN],
        "more_fits": fits[FITS_SHOWN:],
        "others": others,
        "hint": duplicates.hint(case, can, others),
        "merges": merging.merges_of(case, taken_in),
        "can_merge": merging.can_merge(can),
        "can_redact": "redact" in can,
        "redactions": redaction.redactions_of(case, taken_in) if taken_in or has(case, "redactions") else [],
        "documents": case.documents.all() if has(case, "documents") else [],
        "can_add_documents": "add_document_for" in can,
        "conflict_warnings": conflicts.warnings(case),
        "contacts": access.contacts_for(case, Side.COORDINATOR),
        "former_contacts": list(access.former_contacts(case)) if has(case, "former_contacts") else [],
        "sessions": sessions,
        "options": options,
        "papers": papers.links(case, options, sessions),
        **ending.part(case, can),
        **_thread(request, case),
        "notes": [
            {"author": n.author, "time": n.created_at, "text": n.body, "own": n.author_id == user.pk}
            for n in (case.notes.select_related("author") if has(case, "notes") else ())
        ],
        "mails": case_mails.mails_on_sheet(case, taken_in),
        "timeline": timeline[:TIMELINE_SHOWN],
        "more_timeline": timeline[TIMELINE_SHOWN:],
        "message_form": message,
        "insert_form": insertion.InsertForm(case=case),
        "note_form": note,
        # The error summary and the page's title speak of the form that was sent.
        "form": next((form for form in (message, note) if form.errors), message),
    }
    return render(request, "admin/requests_app/case/sheet.html", context)


def _thread(request: HttpRequest, case: Case) -> dict[str, Any]:
    """The newest messages, or all when they are asked for, oldest first; and where older ones are shown."""
    thread = access.messages_for(case, Side.COORDINATOR)
    if request.GET.get(MESSAGES) == ALL:
        return {"thread": list(thread)}
    newest = list(thread.reverse()[: MESSAGES_SHOWN + 1])
    url = f"{reverse('admin:requests_app_case_change', args=[case.pk])}?{MESSAGES}={ALL}#messages"
    return {
        "thread": newest[MESSAGES_SHOWN - 1 :: -1],
        "all_messages_url": url if len(newest) > MESSAGES_SHOWN else "",
    }


def _line(entry: Entry) -> dict[str, Any]:
    return {"label": entry.what, "time": entry.at, "text": entry.detail, "actor": entry.who}
