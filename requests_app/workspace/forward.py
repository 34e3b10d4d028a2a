"""Requests that came to an advisor: she passes them on to the coordination, which looks for advice.

What she has passed on she sees by number, municipality and state alone: the portal shows contact data to
advisors of the case only.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from miglobe.accounts.sign_in import signed_in_user
from miglobe.site.methods import acts
from miglobe.site.models import PortalSettings
from miglobe.site.paging import Page, page_of
from requests_app import access, workflow
from requests_app.models import Case, Channel
from requests_app.request_form.entry import AdvisorOriginForm, Entry

PER_PAGE = 10


@dataclass(frozen=True)
class Forwarded:
    """What an advisor sees of a request that she passed on."""

    reference: str
    place: str
    state: str
    is_waiting: bool


@acts
def new(request: HttpRequest) -> HttpResponse:
    """Write down a request; the contact person gets a mail to confirm it. Not while the portal is closed."""
    user = signed_in_user(request)
    access.forwarded_by(user)  # asks whether she is an advisor
    portal = PortalSettings.load()
    if request.method != "POST":
        if not portal.is_open:
            messages.info(request, portal.written("closed_text")[0])
            return redirect("workspace:home")
        return _show(request, Entry(AdvisorOriginForm(), can_wait=True))
    form = Entry(AdvisorOriginForm(request.POST), request.POST, can_wait=True)
    if form.asks_for_a_row() or not form.is_valid() or form.is_own_address(user):
        return _show(request, form)
    if not portal.is_open:  # since she began to write
        form.add_error(None, portal.written("closed_text")[0])
        return _show(request, form)
    origin = form.about.cleaned_data
    try:
        case = workflow.enter_request(
            origin["form_key"], form.request(Channel.ADVISOR), user, remark=origin["remark"]
        )
    except workflow.InvalidTransition as error:
        form.add_error(None, str(error.message))
        return _show(request, form)
    messages.success(request, _("Thank you. The request is with the coordination."))
    return redirect("workspace:forwarded", case.reference)


def _show(request: HttpRequest, form: Entry) -> HttpResponse:
    return render(request, "workspace/forward.html", {"form": form})


@require_safe
def forwarded(request: HttpRequest, reference: str) -> HttpResponse:
    """What happens with a request that the reader has passed on."""
    case = get_object_or_404(access.forwarded_by(signed_in_user(request)), reference=reference)
    return render(request, "workspace/forwarded.html", {"row": _row(case)})


def rows(request: HttpRequest) -> tuple[Page[Case], list[Forwarded]]:
    """A page of what the reader has passed on, newest first."""
    page = page_of(
        access.forwarded_by(signed_in_user(request)), request, parameter="weitergegeben", size=PER_PAGE
    )
    return page, [_row(case) for case in page.rows]


def _row(case: Case) -> Forwarded:
    waits = case.is_open and case.awaits_confirmation
    return Forwarded(case.reference, case.place, str(case.get_status_display()), waits)
