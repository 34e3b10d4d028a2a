"""Messages on the case page: writing one, keeping a draft of it, and noting what was read."""

from __future__ import annotations

import uuid
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from miglobe.accounts.models import User
from miglobe.accounts.sign_in import signed_in_user
from miglobe.site.methods import acts
from requests_app import workflow, writing
from requests_app.casepage.page import SIDE, audiences, case_of
from requests_app.casepage.views import show, to_case, works
from requests_app.forms import MessageForm
from requests_app.models import Case, Message, MessageDraft

ANCHOR = "#messages"


@acts
def write(request: HttpRequest, reference: str) -> HttpResponse:
    """Write to the coordination, or to it and the advisors; or keep what was written so far."""
    user, case = signed_in_user(request), case_of(signed_in_user(request), reference)
    if request.method != "POST" or "write_as_contact" not in workflow.available_keys(case, user):
        return show(request, reference)
    received = writing.receive(request, case, SIDE)
    if received.is_done:
        return to_case(reference, ANCHOR)
    form = MessageForm(request.POST, side=SIDE, audiences=audiences(case))
    form.refuse(received.outcome)
    if works(form, lambda typed: _write(case, user, typed, received.draft)):
        messages.success(request, _("Your message has been sent."))
        return to_case(reference)
    sent = writing.sent_with(request.POST, user)
    if sent and sent.body == form.cleaned_data.get("body"):
        messages.info(request, _("This message has been sent already."))
        return to_case(reference)
    return show(request, reference, message=_to_send_again(form, case, sent))


def _write(case: Case, user: User, typed: dict[str, Any], draft: MessageDraft | None) -> None:
    workflow.write_message(
        case,
        user,
        SIDE,
        text=typed["body"],
        audience=typed["audience"],
        form_key=typed["form_key"],
        draft=draft,
        seen=writing.seen(case, SIDE, typed["seen"]),
    )


def _to_send_again(form: MessageForm, case: Case, sent: Message | None) -> MessageForm:
    """The form with everything typed, mended where a hidden field would refuse it for ever."""
    data = cast(Any, form.data).copy()
    error = ""
    if sent:  # somebody went back, changed the text and sent the same form once more
        data["form_key"] = str(uuid.uuid4())
        error = _("An earlier wording of this message has been sent already. Send this one as a new message?")
    if form.has_error("audience") and len(audiences(case)) == 1:
        data["audience"] = str(audiences(case)[0])
        error = _("There is no advisor any more. Your message now goes to the coordination only.")
    if not error:
        return form
    mended = MessageForm(data, side=SIDE, audiences=audiences(case))
    mended.add_error(None, error)
    return mended


@require_POST
def keep_draft(request: HttpRequest, reference: str) -> HttpResponse:
    """Keep what somebody is typing."""
    case = case_of(signed_in_user(request), reference)
    if "write_as_contact" not in workflow.available_keys(case, signed_in_user(request)):
        raise workflow.NotAllowed
    return writing.keep_as_typed(request, case, SIDE)


@acts
def mark_read(request: HttpRequest, reference: str) -> HttpResponse:
    """Note that the messages were read. The page does it by itself where it may; else a button."""
    case = case_of(signed_in_user(request), reference)
    if request.method == "POST" and writing.mark_read(request, case, SIDE):
        return HttpResponse(status=204)
    return to_case(case.reference, ANCHOR)
