"""What an advisor does about dates: propose some, take them back, move or cancel what is agreed."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from miglobe.accounts.sign_in import signed_in_user
from miglobe.site.methods import acts
from requests_app import calendars, dates, workflow
from requests_app.access import Side
from requests_app.models import Appointment, AppointmentStatus, Case, RoundStatus
from requests_app.workspace.date_forms import CancelForm, ProposeForm
from requests_app.workspace.lookups import advised_case, possible


@acts
def propose(request: HttpRequest, reference: str) -> HttpResponse:
    """Propose dates for a talk."""
    return _propose(request, advised_case(request, reference), None)


@acts
def move(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Propose dates in place of an agreed one, which stands until another is picked."""
    case = advised_case(request, reference)
    return _propose(request, case, get_object_or_404(case.appointments, pk=pk))


def _propose(request: HttpRequest, case: Case, moves: Appointment | None) -> HttpResponse:
    user = signed_in_user(request)
    if request.method != "POST":
        if problem := _obstacle(request, case, moves):
            messages.error(request, problem)
            return _to_case(case)
        return _page(request, case, ProposeForm(case=case, moves=moves), moves)
    form = ProposeForm(request.POST, case=case, moves=moves)
    if form.is_valid():
        key = form.cleaned_data["form_key"]
        try:
            made = workflow.propose_dates(case, user, form.proposal, form_key=key, moves=moves)
        except workflow.InvalidTransition as error:
            form.add_error(None, str(error.message))
        else:
            kept = {each.starts_at for each in made.dates.all()}
            if kept == set(form.starts) and made.status == RoundStatus.OPEN:
                _say_proposed(request, form)
                return _to_case(case)
            form.add_error(None, _("Other dates were sent with this form already."))
    return _page(request, case, form, moves)


def _obstacle(request: HttpRequest, case: Case, moves: Appointment | None) -> str:
    """Why no dates can be proposed; empty if they can."""
    if "propose_dates" not in possible(case, signed_in_user(request)):
        return _("No dates can be proposed in this case at present.")
    if dates.search(case).open:
        return _("Other dates wait for the municipality's answer already. Withdraw them first.")
    if moves and moves.status == AppointmentStatus.CANCELLED:
        return _("This date has been cancelled already.")
    if moves and dates.has_begun(moves):
        return _("This date has begun already, so that it can be neither moved nor cancelled.")
    return ""


def _say_proposed(request: HttpRequest, form: ProposeForm) -> None:
    count = len(form.starts)
    text = ngettext("The municipality has your date.", "The municipality has your %(count)s dates.", count)
    messages.success(request, text % {"count": count})
    unusual = [dates.line(start) for start in form.starts if dates.remark(start)]
    if unusual:
        said = _("Did you mean that? %(dates)s. Otherwise withdraw the dates.")
        messages.warning(request, said % {"dates": "; ".join(unusual)})


@acts
def withdraw(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Take back dates that nobody has answered yet."""
    case = advised_case(request, reference)
    round_ = get_object_or_404(case.date_rounds, pk=pk)
    if request.method == "POST":
        try:
            workflow.withdraw_dates(round_, signed_in_user(request))
        except workflow.InvalidTransition as error:
            round_.refresh_from_db()
            is_done = round_.status == RoundStatus.WITHDRAWN
            (messages.info if is_done else messages.error)(request, str(error.message))
        else:
            messages.success(request, _("The dates are withdrawn."))
    return _to_case(case)


@acts
def cancel(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Cancel an agreed date, also one at which nobody came, on a page that asks why."""
    case = advised_case(request, reference)
    appointment = get_object_or_404(case.appointments, pk=pk)
    form = CancelForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            workflow.cancel_date(appointment, signed_in_user(request), Side.ADVISOR, **form.cleaned_data)
        except workflow.InvalidTransition as error:
            form.add_error(None, str(error.message))
        else:
            messages.success(request, _("The date is cancelled. The municipality has been told."))
            return _to_case(case)
    appointment.refresh_from_db()
    if appointment.status == AppointmentStatus.CANCELLED:
        messages.info(request, _("This date has been cancelled already."))
        return _to_case(case)
    if request.method != "POST" and dates.was_held(appointment):
        messages.error(request, _("A session of this date has been logged, so that it cannot be cancelled."))
        return _to_case(case)
    has_begun = dates.has_begun(appointment)
    context = {"case": case, "appointment": appointment, "form": form, "has_begun": has_begun}
    return render(request, "workspace/date_cancel.html", context)


@require_safe
def as_file(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """The calendar file of an agreed date."""
    case = advised_case(request, reference)
    appointment = get_object_or_404(case.appointments.filter(status=AppointmentStatus.AGREED), pk=pk)
    appointment.case = case
    return calendars.download(appointment, calendars.Reader(case_url(case)))


def case_url(case: Case) -> str:
    return settings.BASE_URL + reverse("workspace:case", args=[case.reference])


def _to_case(case: Case) -> HttpResponse:
    return redirect(reverse("workspace:case", args=[case.reference]) + "#dates")


def _page(request: HttpRequest, case: Case, form: ProposeForm, moves: Appointment | None) -> HttpResponse:
    search = dates.search(case)
    context = {"case": case, "form": form, "moves": moves, "refused": search.refused}
    return render(request, "workspace/dates.html", context)
