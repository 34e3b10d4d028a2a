"""Conflicts of interest as the advisors record them: with a municipality, or when a case is on offer."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from advisors.own.lookups import own_advisor, posted
from miglobe.accounts.sign_in import signed_in_user
from miglobe.site.methods import acts
from requests_app import conflicts, workflow
from requests_app.conflict_forms import CaseConflictForm, ConflictForm
from requests_app.models import AssignmentStatus, Case, ConflictOfInterest
from requests_app.workspace.lookups import latest_offer


@acts
def listing(request: HttpRequest) -> HttpResponse:
    """The reader's own conflicts, and the form for one more."""
    advisor = own_advisor(request)
    form = ConflictForm(posted(request), is_own=True)
    if request.method == "POST" and form.is_valid():
        try:
            workflow.record_conflict(advisor, signed_in_user(request), form.new_conflict())
        except workflow.InvalidTransition as error:
            form.add_error(None, str(error.message))
        else:
            messages.success(request, _("Thank you. You will not be asked for this municipality."))
            return redirect("workspace:conflicts")
    standing = [row for row in conflicts.recorded(advisor) if row.lifted_at is None]
    rows = [(row, _may_lift(row, advisor.user_id)) for row in standing]
    return render(request, "workspace/conflicts.html", {"form": form, "rows": rows})


def _may_lift(conflict: ConflictOfInterest, user_pk: int) -> bool:
    return conflict.case_id is None and conflict.recorded_by_id == user_pk


@acts
def lift(request: HttpRequest, pk: int) -> HttpResponse:
    """One of the reader's conflicts holds no longer; whoever opens the address finds the list."""
    conflict = get_object_or_404(own_advisor(request).conflicts.select_related("advisor", "case"), pk=pk)
    if request.method == "POST":
        try:
            workflow.lift_conflict(conflict, signed_in_user(request))
        except workflow.InvalidTransition as error:
            messages.error(request, str(error.message))
        else:
            messages.success(request, _("The conflict of interest is lifted. You can be asked again."))
    return redirect("workspace:conflicts")


@acts
def decline(request: HttpRequest, reference: str) -> HttpResponse:
    """Say no to an offer because of a conflict of interest, which is recorded with it."""
    offer = latest_offer(request, reference)
    if offer.status != AssignmentStatus.OFFERED:
        if offer.status != AssignmentStatus.DECLINED or request.method != "POST":  # or pressed twice
            messages.error(request, _("This offer is no longer open."))
        return redirect("workspace:home")
    case = Case.objects.select_related("municipality").prefetch_related("partners").get(pk=offer.case_id)
    form = CaseConflictForm(posted(request), case=case, is_own=True, is_confidential=offer.is_confidential)
    if request.method == "POST" and form.is_valid():
        try:
            workflow.decline_for_conflict(offer, signed_in_user(request), form.new_conflict())
        except workflow.InvalidTransition as error:
            messages.error(request, str(error.message))
        else:
            messages.success(
                request,
                _("Thank you for saying so. The offer is declined, and the coordination asks somebody else."),
            )
        return redirect("workspace:home")
    return render(request, "workspace/decline_for_conflict.html", {"form": form, "case": case})
