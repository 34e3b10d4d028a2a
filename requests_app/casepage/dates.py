"""What the municipality does about dates: pick one, refuse them, ask for another, cancel, save it."""

from __future__ import annotations

import uuid
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from miglobe.accounts.sign_in import signed_in_user
from miglobe.site.methods import acts
from requests_app import calendars, dates, workflow
from requests_app.casepage.date_block import Bound, CancelForm, MoveForm, PickForm, RefuseForm
from requests_app.casepage.page import SIDE, case_of
from requests_app.casepage.views import show, to_case, works
from requests_app.models import AppointmentStatus, DateRound, Message, ProposedDate, RoundStatus

ANCHOR = "#dates"


def _told(request: HttpRequest, reference: str, sentence: str) -> HttpResponse:
    """It is done: say so at the dates of the case."""
    messages.success(request, sentence)
    return to_case(reference, ANCHOR)


def _told_before(request: HttpRequest, reference: str, sentence: str) -> HttpResponse:
    """It was done before, by a second press or a colleague: say so there."""
    messages.info(request, sentence)
    return to_case(reference, ANCHOR)


@acts
def pick(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Agree on one date of a proposal."""
    user = signed_in_user(request)
    round_ = get_object_or_404(case_of(user, reference).date_rounds, pk=pk)
    if request.method != "POST":
        return show(request, reference)
    form = PickForm(request.POST, round=round_)
    if works(form, lambda typed: workflow.pick_date(round_, user, date=_chosen(round_, **typed))):
        said = _("Agreed: %(when)s. You get a mail with a file for your calendar.")
        return _told(request, reference, said % {"when": _when(round_)})
    if _is_agreed(form, round_):
        said = _("This date is agreed already: %(when)s.")
        return _told_before(request, reference, said % {"when": _when(round_)})
    return show(request, reference, dates=Bound(pk, form))


def _chosen(round_: DateRound, *, date: int) -> ProposedDate:
    return round_.dates.get(pk=date)


def _when(round_: DateRound) -> str:
    made = DateRound.objects.select_related("appointment").get(pk=round_.pk).appointment
    return dates.span(made.starts_at, made.minutes) if made else ""


def _is_agreed(form: PickForm, round_: DateRound) -> bool:
    """Whether this very date was agreed: the button was pressed twice, or by two colleagues."""
    fresh = DateRound.objects.select_related("appointment").get(pk=round_.pk)
    chosen = round_.dates.filter(pk=form.cleaned_data.get("date") or 0).first()
    agreed = fresh.appointment if fresh.status == RoundStatus.AGREED else None
    return bool(chosen and agreed and agreed.starts_at == chosen.starts_at)


@acts
def refuse(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Say that none of the dates fits, and when it would suit."""
    user = signed_in_user(request)
    round_ = get_object_or_404(case_of(user, reference).date_rounds, pk=pk)
    if request.method != "POST":
        return show(request, reference)
    form = RefuseForm(request.POST, key=f"refuse_{pk}")
    if works(form, lambda typed: workflow.refuse_dates(round_, user, suggestion=typed["text"])):
        done = _("Your advisors have your answer and will propose other dates.")
        return _told(request, reference, done)
    text = form.cleaned_data.get("text")
    if text and DateRound.objects.filter(pk=pk, status=RoundStatus.REFUSED, suggestion=text).exists():
        return _told_before(request, reference, _("Your advisors have this answer already."))
    return show(request, reference, dates=Bound(pk, form))


@acts
def ask_to_move(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Ask for another date in place of an agreed one."""
    user = signed_in_user(request)
    appointment = get_object_or_404(case_of(user, reference).appointments, pk=pk)
    if request.method != "POST":
        return show(request, reference)
    form = MoveForm(request.POST, key=f"move_{pk}")
    if works(form, lambda typed: workflow.ask_to_move(appointment, user, **typed)):
        done = _("Your advisors have your request. The date stands until another is found.")
        return _told(request, reference, done)
    key, text = form.cleaned_data.get("form_key"), form.cleaned_data.get("text")
    sent = Message.objects.filter(form_key=key, author=user).first() if key and text else None
    if sent and sent.body.endswith(f"\n{text}"):
        return _told_before(request, reference, _("Your advisors have this request already."))
    return show(request, reference, dates=Bound(pk, _to_send_again(form, pk) if sent else form))


def _to_send_again(form: MoveForm, pk: int) -> MoveForm:
    """The form with what was typed, under a key of its own: else another text could never be sent from it."""
    data = cast(Any, form.data).copy()
    data["form_key"] = str(uuid.uuid4())
    mended = MoveForm(data, key=f"move_{pk}")
    mended.add_error(
        None, _("An earlier wording of this message has been sent already. Send this one as a new message?")
    )
    return mended


@acts
def cancel(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Cancel an agreed date."""
    user = signed_in_user(request)
    appointment = get_object_or_404(case_of(user, reference).appointments, pk=pk)
    if request.method != "POST":
        return show(request, reference)
    form = CancelForm(request.POST, key=f"cancel_{pk}")
    if works(form, lambda typed: workflow.cancel_date(appointment, user, SIDE, reason=typed["text"])):
        return _told(request, reference, _("The date is cancelled. Your advisors have been told."))
    appointment.refresh_from_db()
    if form.cleaned_data.get("text") and appointment.status == AppointmentStatus.CANCELLED:
        return _told_before(request, reference, _("This date has been cancelled already."))
    return show(request, reference, dates=Bound(pk, form))


@require_safe
def as_file(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """The calendar file of an agreed date."""
    case = case_of(signed_in_user(request), reference)
    appointment = get_object_or_404(case.appointments.filter(status=AppointmentStatus.AGREED), pk=pk)
    appointment.case = case
    url = settings.BASE_URL + reverse("casepage:case", args=[case.reference])
    return calendars.download(appointment, calendars.Reader(url))
