"""Asking an advisor by name: what is said before, and the way into the form and back out of it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from advisors.models import Advisor
from miglobe.site.models import PortalSettings
from requests_app.intake import direction, drafts, resume
from requests_app.intake.doors import public, while_open


@public
@while_open
def direct(request: HttpRequest, slug: str) -> HttpResponse:
    """Say who will be asked and what happens; the button begins the form, or gives the draft this turn."""
    asked = get_object_or_404(Advisor.objects.published().select_related("user"), slug=slug)
    if request.method == "POST":
        return _into_the_form(request, asked)
    context = {
        "asked": asked,
        "availability": direction.look_at(asked),
        "draft": drafts.find(request.session),
        "answer_days": PortalSettings.load().offer_answer_days,
    }
    return render(request, "intake/direct.html", context)


@public
@while_open
def to_coordination(request: HttpRequest) -> HttpResponse:
    """Let the coordination suggest somebody; the draft stays as it is, or begins."""
    if request.method != "POST":
        return redirect("intake:start")
    return _into_the_form(request, None)


def _into_the_form(request: HttpRequest, asked: Advisor | None) -> HttpResponse:
    draft = drafts.direct(request.session, asked)
    return redirect(resume.place(draft))
