"""The line on top of a sheet and the pages behind it: responsibility, resubmission, topics."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from miglobe.accounts.models import User
from miglobe.accounts.sign_in import signed_in_user
from miglobe.site.forms import KernForm
from miglobe.site.methods import acts
from requests_app import workflow
from requests_app.agenda_words import short_day
from requests_app.models import Case
from requests_app.responsibility import NOBODY, roster
from requests_app.triage.desk_forms import ResponsibleForm, ResubmissionForm, TopicsForm
from requests_app.triage.in_charge import absence, in_charge, resubmission
from requests_app.triage.opening import note_read, open_case
from requests_app.workflow import InvalidTransition


def urls(view: Callable[..., Any]) -> list[URLPattern]:
    """The paths of this module; ``view`` is the admin's guard."""
    return [
        path("<int:pk>/uebernehmen/", view(take_over), name="requests_app_case_take_over"),
        path("<int:pk>/weitergeben/", view(pass_on), name="requests_app_case_pass_on"),
        path("<int:pk>/wiedervorlage/", view(resubmit), name="requests_app_case_resubmit"),
        path("<int:pk>/wiedervorlage/erledigt/", view(resubmitted), name="requests_app_case_resubmitted"),
        path("<int:pk>/themen/", view(correct_topics), name="requests_app_case_topics"),
    ]


def line(case: Case, user: User) -> dict[str, Any]:
    """What the line on top of the sheet says, and what its buttons carry along."""
    return {
        "who": in_charge(case, roster(timezone.localdate()) if case.responsible_id else NOBODY),
        "is_mine": case.responsible_id == user.pk,
        "seen": workflow.responsible_seen(case),
        "resubmission": resubmission(case),
        "may_come_up": workflow.can_come_up_again(case),
        "resubmission_seen": workflow.resubmission_seen(case),
    }


def _sheet_url(case: Case) -> str:
    return reverse("admin:requests_app_case_change", args=[case.pk])


def _page(request: HttpRequest, case: Case, form: KernForm, **texts: Any) -> HttpResponse:
    note_read(request, case)
    context = {
        **admin.site.each_context(request),
        "subtitle": case.reference,
        "opts": Case._meta,
        "case": case,
        "form": form,
        "sheet_url": _sheet_url(case),
        **texts,
    }
    return render(request, "admin/requests_app/case/desk_page.html", context)


# --- Responsibility -------------------------------------------------------------------------------


@require_POST
def take_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Become responsible."""
    case = open_case(request, pk)
    try:
        workflow.take_over(case, signed_in_user(request), seen=request.POST.get("seen"))
    except InvalidTransition as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("You are responsible for this case now."))
    return redirect(_sheet_url(case))


@acts
def pass_on(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a colleague responsible, or give the case back to all."""
    case = open_case(request, pk)
    form = ResponsibleForm(request.POST if request.method == "POST" else None, case=case)
    if request.method == "POST" and form.is_valid():
        to = form.person()
        try:
            workflow.assign_responsible(case, signed_in_user(request), to=to, seen=request.POST.get("seen"))
        except InvalidTransition as error:
            form.add_error(None, str(error.message))
        else:
            messages.success(request, _said_of(to))
            return redirect(_sheet_url(case))
    who = in_charge(case, roster(timezone.localdate()))
    return _page(
        request,
        case,
        form,
        title=_("Pass on the responsibility"),
        lead=_("Responsible now: %(name)s.") % {"name": who.name},
        button=_("Pass on"),
        seen=workflow.responsible_seen(case),
    )


def _said_of(to: User | None) -> str:
    """What is said after passing on, with a hint where the colleague is on leave."""
    if to is None:
        return _("Nobody is responsible for this case now.")
    said = _("%(name)s is responsible now.") % {"name": to}
    away = absence(to.pk, roster(timezone.localdate()))
    return f"{said} ({to}: {away})" if away else said


# --- Resubmission ---------------------------------------------------------------------------------


@acts
def resubmit(request: HttpRequest, pk: int) -> HttpResponse:
    """Have the case come up again on a day."""
    case = open_case(request, pk)
    form = ResubmissionForm(request.POST if request.method == "POST" else None, case=case)
    if request.method == "POST" and form.is_valid():
        day, note = form.chosen(), form.cleaned_data["note"]
        try:
            workflow.set_resubmission(
                case, signed_in_user(request), day=day, note=note, seen=request.POST.get("seen")
            )
        except InvalidTransition as error:
            form.add_error(None, str(error.message))
        else:
            messages.success(request, _("The case comes up again on %(day)s.") % {"day": short_day(day)})
            return redirect(_sheet_url(case))
    lead = _("Until then the case stays where it is in the lists, and so do its deadlines.")
    if case.resubmit_on:
        now = {"day": short_day(case.resubmit_on), "note": case.resubmission_note or "–"}
        lead = f"{_('Until now: %(day)s, %(note)s.') % now} {lead}"
    return _page(
        request,
        case,
        form,
        title=_("Resubmission"),
        lead=lead,
        button=_("Set the resubmission"),
        seen=workflow.resubmission_seen(case),
    )


@require_POST
def resubmitted(request: HttpRequest, pk: int) -> HttpResponse:
    """The resubmission is dealt with."""
    case = open_case(request, pk)
    try:
        workflow.finish_resubmission(case, signed_in_user(request), seen=request.POST.get("seen"))
    except InvalidTransition as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("The resubmission is done."))
    return redirect(_sheet_url(case))


# --- Topics ---------------------------------------------------------------------------------------


@acts
def correct_topics(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct what the case is about; matching, filters and reports go by it."""
    case = open_case(request, pk)
    form = TopicsForm(request.POST if request.method == "POST" else None, case=case)
    if request.method == "POST" and form.is_valid():
        add, remove = form.changes()
        try:
            workflow.change_topics(case, signed_in_user(request), add=add, remove=remove)
        except InvalidTransition as error:
            form.add_error(None, str(error.message))
        else:
            messages.success(request, _("The topics are corrected."))
            return redirect(_sheet_url(case))
    return _page(
        request,
        case,
        form,
        title=_("Correct the topics"),
        lead=_("The search for advisors, filters and reports go by them. The history keeps what was there."),
        button=_("Save"),
    )
