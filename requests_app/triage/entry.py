"""Requests that the coordination enters for a municipality: it came by call, mail, event or SKEW."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from miglobe.accounts.sign_in import signed_in_user
from miglobe.site.methods import acts
from requests_app import workflow
from requests_app.models import Case, Channel
from requests_app.request_form.entry import CoordinatorOriginForm, Entry, SeenForm
from requests_app.triage.opening import PERMISSION, note_read, open_case


def urls(view: Callable[..., Any]) -> list[URLPattern]:
    """The paths of this module; ``view`` is the admin's guard."""
    return [
        path("eintragen/", view(enter), name="requests_app_case_enter"),
        path("<int:pk>/angaben/", view(complete), name="requests_app_case_complete"),
    ]


@acts
def enter(request: HttpRequest) -> HttpResponse:
    """Enter a request. Nearly everything can wait; the contact person gets a mail to confirm it."""
    user = signed_in_user(request)
    if not user.has_perm(PERMISSION):
        raise PermissionDenied
    if request.method != "POST":
        return _show(request, Entry(CoordinatorOriginForm(), can_wait=True), _("Enter a request"))
    form = Entry(CoordinatorOriginForm(request.POST), request.POST, can_wait=True)
    if form.asks_for_a_row() or not form.is_valid() or form.is_own_address(user):
        return _show(request, form, _("Enter a request"))
    origin = form.about.cleaned_data
    try:
        case = workflow.enter_request(
            origin["form_key"], form.request(Channel(origin["way"])), user, remark=origin["remark"]
        )
    except workflow.InvalidTransition as error:
        form.add_error(None, str(error.message))
        return _show(request, form, _("Enter a request"))
    messages.success(request, _what_follows(case))
    return redirect("admin:requests_app_case_change", case.pk)


def _what_follows(case: Case) -> str:
    contact = case.main_contact
    if contact is None:
        return _("The request is entered. No mail went out: there is no e-mail address yet.")
    return _("The request is entered. %(email)s gets a mail to confirm it.") % {"email": contact.email}


@acts
def complete(request: HttpRequest, pk: int) -> HttpResponse:
    """Add what was missing, or correct it, until the contact person has confirmed."""
    case, user = open_case(request, pk), signed_in_user(request)
    if not workflow.is_available("complete_entry", case, user):
        messages.error(request, _("The entries of this request need no confirmation any more."))
        return redirect("admin:requests_app_case_change", pk)
    note_read(request, case)
    if request.method != "POST":
        about = SeenForm(initial={"seen": case.version})
        return _show(request, Entry(about, case=case, can_wait=True), _title(), case)
    form = Entry(SeenForm(request.POST), request.POST, case=case, can_wait=True)
    if (
        form.asks_for_a_row()
        or not form.is_valid()
        or form.is_own_address(user)
        or (case.main_contact and form.misses_address())
    ):
        return _show(request, form, _title(), case)
    try:
        workflow.complete_entry(
            case, user, form.request(Channel(case.channel)), seen=form.about.cleaned_data["seen"]
        )
    except workflow.InvalidTransition as error:
        return _changed_meanwhile(request, pk, str(error.message))
    messages.success(request, _("The entries are saved."))
    return redirect("admin:requests_app_case_change", pk)


def _title() -> str:
    return str(workflow.ACTIONS["complete_entry"].label)


def _changed_meanwhile(request: HttpRequest, pk: int, problem: str) -> HttpResponse:
    """What was typed stays, on the case as it is now."""
    case = open_case(request, pk)
    typed = request.POST.copy()
    typed["seen"] = str(case.version)
    form = Entry(SeenForm(typed), typed, case=case, can_wait=True)
    form.add_error(None, problem)
    return _show(request, form, _title(), case)


def _show(request: HttpRequest, form: Entry, title: str, case: Case | None = None) -> HttpResponse:
    cases = reverse("admin:requests_app_case_changelist")
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": title,
        "opts": Case._meta,
        "form": form,
        "case": case,
        "sheet_url": reverse("admin:requests_app_case_change", args=[case.pk]) if case else "",
        "back_url": reverse("admin:requests_app_case_change", args=[case.pk]) if case else cases,
    }
    return render(request, "admin/requests_app/case/entry.html", context)
