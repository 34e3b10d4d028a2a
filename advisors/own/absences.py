"""The advisor's absences: when no requests come, and who stands in."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from advisors.models import Absence, Advisor
from advisors.own.forms import AbsenceForm
from advisors.own.lookups import own_advisor, posted
from miglobe.site.methods import acts


@acts
def listing(request: HttpRequest) -> HttpResponse:
    """The absences of now and later, the form for one more, and (folded) those that are over."""
    advisor = own_advisor(request)
    form = AbsenceForm(posted(request), instance=Absence(advisor=advisor))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("The absence has been noted."))
        return redirect("profile:absences")
    return render(request, "advisors/own/absences.html", {"form": form} | _rows(advisor))


def _rows(advisor: Advisor) -> dict[str, list[Absence]]:
    today = timezone.localdate()
    rows = list(advisor.absences.select_related("substitute__user"))
    return {
        "coming": [row for row in rows if row.last_day >= today],
        "past": [row for row in reversed(rows) if row.last_day < today],
    }


@acts
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change one of the reader's absences."""
    absence = get_object_or_404(own_advisor(request).absences, pk=pk)
    form = AbsenceForm(posted(request), instance=absence)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("The absence has been changed."))
        return redirect("profile:absences")
    return render(request, "advisors/own/absence.html", {"form": form, "absence": absence})


@acts
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove one of the reader's absences; whoever opens the address finds the list."""
    absence = get_object_or_404(own_advisor(request).absences, pk=pk)
    if request.method == "POST":
        absence.delete()
        messages.success(request, _("The absence has been removed."))
    return redirect("profile:absences")
