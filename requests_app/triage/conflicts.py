"""Conflicts of interest for the coordination: beside an advisor on a case's sheet, and of one advisor."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from advisors.models import Advisor
from miglobe.accounts.sign_in import signed_in_user
from miglobe.site.audit import log_read
from miglobe.site.forms import KernForm
from miglobe.site.methods import acts
from requests_app import conflicts, workflow
from requests_app.conflict_forms import CaseConflictForm, ConflictForm
from requests_app.models import Case, ConflictOfInterest
from requests_app.triage.opening import check_permission, note_read, open_case


def urls(view: Any) -> list[URLPattern]:
    """The paths of these pages; ``view`` wraps each as a page of the admin."""
    return [
        path(
            "<int:pk>/interessenkonflikt/<int:advisor_pk>/", view(in_case), name="requests_app_case_conflict"
        ),
        path(
            "interessenkonflikte/<int:advisor_pk>/", view(of_advisor), name="requests_app_advisor_conflicts"
        ),
        path(
            "interessenkonflikte/<int:advisor_pk>/<int:conflict_pk>/aufheben/",
            view(lift),
            name="requests_app_conflict_lift",
        ),
    ]


def _advisor(pk: int) -> Advisor:
    advisor: Advisor = get_object_or_404(Advisor.objects.select_related("user"), pk=pk)
    return advisor


def _page(request: HttpRequest, advisor: Advisor, form: KernForm, **context: Any) -> HttpResponse:
    """The page: what stands, the form for one more, and (folded) what was lifted."""
    rows = list(conflicts.recorded(advisor))
    context = {
        **admin.site.each_context(request),
        "advisor": advisor,
        "opts": Case._meta,
        "form": form,
        "standing": [row for row in rows if row.lifted_at is None],
        "lifted": [row for row in rows if row.lifted_at is not None],
        **context,
    }
    return render(request, "admin/requests_app/case/conflicts.html", context)


@acts
def in_case(request: HttpRequest, pk: int, advisor_pk: int) -> HttpResponse:
    """Record that an advisor cannot advise this case, or a municipality that asks."""
    case, advisor = open_case(request, pk), _advisor(advisor_pk)
    form = CaseConflictForm(request.POST if request.method == "POST" else None, case=case)
    sheet_url = reverse("admin:requests_app_case_change", args=[case.pk])
    if request.method == "POST" and form.is_valid():
        try:
            workflow.record_conflict_in_case(case, signed_in_user(request), advisor, form.new_conflict())
        except workflow.InvalidTransition as error:
            form.add_error(None, str(error.message))
        else:
            messages.success(request, _("The conflict of interest of %(name)s is recorded.") % _name(advisor))
            return redirect(sheet_url)
    note_read(request, case)
    title = _("Conflict of interest: %(name)s") % _name(advisor)
    return _page(request, advisor, form, case=case, title=title, subtitle=case.reference, sheet_url=sheet_url)


@acts
def of_advisor(request: HttpRequest, advisor_pk: int) -> HttpResponse:
    """All conflicts of one advisor, and the form for one with a municipality of the register."""
    check_permission(request)
    advisor, user = _advisor(advisor_pk), signed_in_user(request)
    form = ConflictForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            workflow.record_conflict(advisor, user, form.new_conflict())
        except workflow.InvalidTransition as error:
            form.add_error(None, str(error.message))
        else:
            messages.success(request, _("The conflict of interest of %(name)s is recorded.") % _name(advisor))
            return redirect("admin:requests_app_advisor_conflicts", advisor.pk)
    log_read(user, f"conflicts of interest of advisor {advisor.pk}")
    return _page(request, advisor, form, title=_("Conflicts of interest: %(name)s") % _name(advisor))


@require_POST
def lift(request: HttpRequest, advisor_pk: int, conflict_pk: int) -> HttpResponse:
    """A conflict holds no longer; back to where the button was."""
    check_permission(request)
    found = ConflictOfInterest.objects.select_related("advisor__user", "case")
    conflict = get_object_or_404(found, pk=conflict_pk, advisor=advisor_pk)
    try:
        workflow.lift_conflict(conflict, signed_in_user(request))
    except workflow.InvalidTransition as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("The conflict of interest is lifted."))
    return redirect("admin:requests_app_advisor_conflicts", advisor_pk)


def warnings(case: Case) -> list[str]:
    """A sentence for each advisor who was asked, or advises, although a conflict stands by now.

    Reads the assignments as ``open_case`` fetches them; asks nothing where none of these advisors has a
    conflict at all.
    """
    live = [assignment for assignment in case.assignments.all() if assignment.is_live]
    # Annotated by ``open_case``.
    has_any = any(assignment.has_conflicts for assignment in live)  # type: ignore[attr-defined]
    blocks = conflicts.standing(case).blocks if has_any else {}
    asking = conflicts.who_asks(case)
    found = []
    for assignment in live:
        advisor = assignment.advisor
        if advisor.user_id in asking:
            found.append(_("%(name)s is a contact person of this case.") % _name(advisor))
        elif conflict := blocks.get(advisor.pk):
            found.append(conflict.sentence)
    return found


def _name(advisor: Advisor) -> dict[str, str]:
    return {"name": advisor.name}
