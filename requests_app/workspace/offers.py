"""An offer: what an advisor reads before the answer, and saying yes or no."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import formats
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from miglobe.accounts.sign_in import signed_in_user
from miglobe.site.methods import acts
from requests_app import workflow
from requests_app.models import Assignment, AssignmentRole, AssignmentStatus, Case, Municipality
from requests_app.summary import without_contact_data
from requests_app.workspace.forms import DeclineForm
from requests_app.workspace.lookups import latest_offer, possible

Facts = list[tuple[str, str]]


def show(request: HttpRequest, case: Case, offer: Assignment) -> HttpResponse:
    """The page of an offer. It gets facts, never the case: what is not here cannot slip out."""
    keys = possible(case, signed_in_user(request))
    context = {
        "offer": offer,
        "reference": case.reference,
        "place": case.place,
        "facts": facts(case, offer),
        "can_accept": _accept_key(offer) in keys,
        "can_decline": "decline_offer" in keys,
    }
    return render(request, "workspace/offer.html", context)


def facts(case: Case, offer: Assignment) -> Facts:
    """Labels and values that tell the frame of a case and nobody's name."""
    wished = case._meta.get_field("formats").labels(case)
    begin = formats.date_format(case.earliest_begin, "YEAR_MONTH_FORMAT") if case.earliest_begin else ""
    return [
        (_("Your role"), str(offer.get_role_display())),
        (_("Municipality"), describe(case.municipality)),
        (_("Further municipalities"), "\n".join(str(partner) for partner in case.partners.all())),
        (_("Municipal company"), without_contact_data(case.organisation, case)),
        (_("Formats"), ", ".join(wished)),
        (_("On site or online"), str(case.get_mode_display())),
        (_("Earliest start"), begin),
        (_("Period"), without_contact_data(case.period, case)),
    ]


def describe(municipality: Municipality | None) -> str:
    """Name, kind, size and region of a municipality, a line each; empty where none is known yet."""
    if municipality is None:
        return ""
    kind, size = str(municipality.get_kind_display()), municipality.size_class
    region = municipality.government_region
    lines = [municipality.name, kind]
    if size != kind:  # districts have no size class of their own
        lines.append(capfirst(size))
    if region:
        lines.append(_("Government region %(region)s") % {"region": region})
    return "\n".join(lines)


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
    return render(request, "workspace/decline.html", {"form": form, "offer": offer, "case": offer.case})


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
