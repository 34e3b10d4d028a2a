"""Messages in the workspace: writing one, keeping a draft of it, and noting what was read."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from miglobe.accounts.sign_in import signed_in_user
from miglobe.site.methods import acts
from requests_app import workflow, writing
from requests_app.access import Side
from requests_app.forms import MessageForm
from requests_app.workspace.cases import show
from requests_app.workspace.lookups import advised_case

SIDE = Side.ADVISOR


def _to_messages(reference: str) -> HttpResponse:
    return redirect(reverse("workspace:case", args=[reference]) + "#messages")


@acts
def write(request: HttpRequest, reference: str) -> HttpResponse:
    """Send a message to the municipality, or to the coordination and the other advisor; or keep it so far."""
    found, user = advised_case(request, reference), signed_in_user(request)
    if request.method != "POST":
        return redirect("workspace:case", reference)
    received = writing.receive(request, found, SIDE)
    if received.is_done:
        return _to_messages(reference)
    form = MessageForm(request.POST, side=SIDE)
    form.refuse(received.outcome)
    if form.is_valid():
        sent = writing.sent_with(request.POST, user)
        if sent and sent.body == form.cleaned_data["body"]:
            return redirect("workspace:case", reference)  # sent twice: it is there
        try:
            seen = writing.seen(found, SIDE, form.cleaned_data["seen"])
            workflow.write_message(found, user, SIDE, **_fields(form), draft=received.draft, seen=seen)
        except workflow.InvalidTransition as error:
            form = _to_send_again(request, str(error.message))
        else:
            messages.success(request, _("Your message has been sent."))
            return redirect("workspace:case", reference)
    return show(request, found, form)


def _to_send_again(request: HttpRequest, problem: str) -> MessageForm:
    """The form as it was typed, under a key of its own: else another text could never be sent from it."""
    form = MessageForm(request.POST.dict() | {"form_key": str(uuid.uuid4())}, side=SIDE)
    form.add_error(None, problem)
    return form


def _fields(form: MessageForm) -> dict[str, Any]:
    return {"text": form.cleaned_data["body"]} | {k: form.cleaned_data[k] for k in ("audience", "form_key")}


@require_POST
def keep_draft(request: HttpRequest, reference: str) -> HttpResponse:
    """Keep what somebody is typing."""
    return writing.keep_as_typed(request, advised_case(request, reference), SIDE)


@acts
def mark_read(request: HttpRequest, reference: str) -> HttpResponse:
    """Note that the messages were read. The page does it by itself where it may; else a button."""
    case = advised_case(request, reference)
    if request.method == "POST" and writing.mark_read(request, case, SIDE):
        return HttpResponse(status=204)
    return _to_messages(reference)
