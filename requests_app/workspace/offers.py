"""An offer: what an advisor reads before the answer, and saying yes or no."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from miglobe.accounts.sign_in import signed_in_user
from miglobe.site.methods import acts
from requests_app import offer_facts, workflow
from requests_app.models import Assignment, AssignmentRole, AssignmentStatus, Case
from requests_app.summary import as_shown
from requests_app.workspace.forms import DeclineForm
from requests_app.workspace.lookups import latest_offer, possible


def show(request: HttpRequest, case: Case, offer: Assignment) -> HttpResponse:
    """The page of an offer. It gets facts, never the case: what is not here cannot slip out."""
    keys = possible(case, signed_in_user(request))
    offer.case = case
    context = {
        "offer": offer,
        "summary": as_shown(offer),
        "reference": case.reference,
        "place": "" if offer.is_confidential else case.place,
        "facts": offer_facts.facts(offer),
        "can_accept": _accept_key(offer) in keys,
        "can_decline": "decline_offer" in keys,
    }
    return render(request, "workspace/offer.html", context)


def _accept_key(offer: Assignment) -> str:
    return "accept_lead" if offer.role == AssignmentRole.LEAD else "accept_co"


@acts
def accept(request: HttpRequest, reference: str) -> HttpResponse:
    """Say yes to an offer; the case opens."""
    offer = latest_offer(request, reference)
    if request.method != "POST" or offer.status == AssignmentStatus.ACCEPTED:  # or pressed twice
        return redirect("workspace:case", reference)
    if not _answer(request, offer, accepted=True):
        return redirect("workspace:home")
    messages.success(request, _("You have accepted. Thank you! Here is the whole case."))
    return redirect("workspace:case", reference)


@acts
def decline(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask for a reason, which may stay empty, and say no to an offer."""
    offer = latest_offer(request, reference)
    if offer.status != AssignmentStatus.OFFERED:
        if offer.status != AssignmentStatus.DECLINED or request.method != "POST":
            messages.error(request, _("This offer is no longer open."))
        return redirect("workspace:home")
    form = DeclineForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if _answer(request, offer, accepted=False, reason=form.cleaned_data["reason"]):
            messages.success(request, _("You have declined. The coordination has been told."))
        return redirect("workspace:home")
    place = "" if offer.is_confidential else offer.case.place
    return render(request, "workspace/decline.html", {"form": form, "reference": reference, "place": place})


def _answer(request: HttpRequest, offer: Assignment, *, accepted: bool, reason: str = "") -> bool:
    """Answer an offer to the reader. When it is not open any more, say so and return False."""
    try:
        if accepted:
            workflow.accept_offer(offer, signed_in_user(request))
        else:
            workflow.decline_offer(offer, signed_in_user(request), reason=reason)
    except (workflow.InvalidTransition, workflow.NotAllowed) as error:
        # It is the reader's own offer, so "not allowed" means that there is nothing to answer any more.
        gone = _("This offer is no longer open.")
        messages.error(request, str(error.message) if isinstance(error, workflow.InvalidTransition) else gone)
        return False
    return True
