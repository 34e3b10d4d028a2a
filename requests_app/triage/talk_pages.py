"""What acts on the talk of a case: writing messages and notes, keeping drafts, noting what was read."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from miglobe.accounts.models import User
from miglobe.accounts.sign_in import signed_in_user
from requests_app import message_drafts, workflow, writing
from requests_app.forms import MessageForm
from requests_app.models import Audience, Case, MessageDraft
from requests_app.threads import advising
from requests_app.triage import sheet
from requests_app.triage.opening import open_case
from requests_app.triage.talk import NOTE, SIDE, NoteForm, address, bound_form, inserted
from requests_app.triage.texts import insertion
from requests_app.workflow import InvalidTransition


def urls(view: Callable[..., Any]) -> list[URLPattern]:
    """The paths below a case."""
    return [
        path("<int:pk>/nachricht/", view(write_message), name="requests_app_case_message"),
        path("<int:pk>/nachricht/entwurf/", view(keep_draft), name="requests_app_case_message_draft"),
        path("<int:pk>/notiz/", view(write_note), name="requests_app_case_note"),
        path("<int:pk>/notiz/entwurf/", view(keep_note_draft), name="requests_app_case_note_draft"),
        path("<int:pk>/gelesen/", view(mark_read), name="requests_app_case_mark_read"),
    ]


@require_POST
def write_message(request: HttpRequest, pk: int) -> HttpResponse:
    """Write to the municipality, the advisors or both, as the form says; or keep it so far."""
    case, user = open_case(request, pk), signed_in_user(request)
    wants_text = insertion.is_asked_for(request.POST)
    received = writing.receive(request, case, SIDE)
    if wants_text:
        return sheet.show(request, case, inserted(case, insertion.with_text(request.POST, case, user)))
    if received.is_done:
        return redirect(address(case, "#messages"))
    form = bound_form(case, request.POST)
    if form.has_error("audience") and not advising(case):
        # The last advisor has left meanwhile; a hidden field would refuse the message for ever.
        problem = gettext("There is no advisor any more. Your message now goes to the municipality only.")
        form = _to_send_again(case, request, problem, audience=Audience.MUNICIPALITY)
    form.refuse(received.outcome)
    if not form.is_valid():
        return sheet.show(request, case, form)
    sent = writing.sent_with(request.POST, user)
    if sent is None or sent.body != form.cleaned_data["body"]:
        try:
            _write(case, request, form.cleaned_data, received.draft)
        except InvalidTransition as error:
            form = _to_send_again(case, request, str(error.message), form_key=str(uuid.uuid4()))
            return sheet.show(request, case, form)
    messages.success(request, gettext("Your message is on its way."))
    return redirect(address(case, "#messages"))


def _write(case: Case, request: HttpRequest, typed: dict[str, Any], draft: MessageDraft | None) -> None:
    workflow.write_message(
        case,
        signed_in_user(request),
        SIDE,
        text=typed["body"],
        audience=typed["audience"],
        form_key=typed["form_key"],
        draft=draft,
        seen=writing.seen(case, SIDE, typed["seen"]),
    )


def _to_send_again(case: Case, request: HttpRequest, problem: str, **mended: str) -> MessageForm:
    """The form as it was typed, with what went wrong and a hidden field put right."""
    form = bound_form(case, request.POST.dict() | mended)
    form.add_error(None, problem)
    return form


@require_POST
def keep_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the message that somebody is typing."""
    return writing.keep_as_typed(request, open_case(request, pk), SIDE)


@require_POST
def mark_read(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that the messages were read. The sheet does it by itself where it may; else a button."""
    case = open_case(request, pk)
    if writing.mark_read(request, case, SIDE):
        return HttpResponse(status=204)
    return redirect(address(case, "#messages"))


# --- Notes ------------------------------------------------------------------------------------------


@require_POST
def write_note(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a note for the coordination. The same note twice in a row is a button pressed twice."""
    case, user = open_case(request, pk), signed_in_user(request)
    if _keeps_draft(request, case):
        return redirect(address(case, "#notes"))
    form = NoteForm(request.POST)
    if not form.is_valid():
        return sheet.show(request, case, note=form)
    text = form.cleaned_data["text"]
    if not _is_kept(case, user, text):
        workflow.write_note(case, user, text=text)
    messages.success(request, gettext("The note is kept."))
    return redirect(address(case, "#notes"))


def _is_kept(case: Case, user: User, text: str) -> bool:
    """Whether the newest note of the case is this one."""
    last = case.notes.last()
    return last is not None and (last.author_id, last.body) == (user.pk, text)


def _keeps_draft(request: HttpRequest, case: Case) -> bool:
    """Whether another button than the one that keeps the note was pressed; does what it says."""
    user = signed_in_user(request)
    if writing.DISCARD in request.POST:
        message_drafts.discard(case, user, is_note=True)
        messages.success(request, gettext("Your draft is deleted."))
        return True
    if writing.KEEP in request.POST:
        _keep_note(request, case)
        messages.success(request, gettext("Your draft is kept. Only you can see it."))
        return True
    return False


def _keep_note(request: HttpRequest, case: Case) -> None:
    text = request.POST.get(f"{NOTE}-text", "")
    message_drafts.keep(case, signed_in_user(request), body=text, is_note=True)


@require_POST
def keep_note_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the note that somebody is typing, unless the button that keeps the note itself was quicker."""
    case = open_case(request, pk)
    text = request.POST.get(f"{NOTE}-text", "").replace("\r\n", "\n").strip()
    if not _is_kept(case, signed_in_user(request), text):
        _keep_note(request, case)
    return HttpResponse(status=204)
