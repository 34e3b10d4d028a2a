"""The public pages: landing, help, legal texts, easy language, the report of a barrier."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe


def _show_text(request: HttpRequest, name: str) -> HttpResponse:
    """A long text: one template per language, German where there is no other."""
    return render(request, [f"site/{get_language()}/{name}.html", f"site/de/{name}.html"])


@login_not_required
@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    """What the offer is, how it runs, what it costs, who may ask, whom to call."""
    return _show_text(request, "landing")


@login_not_required
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    return _show_text(request, "help")


@login_not_required
@require_safe
def imprint(request: HttpRequest) -> HttpResponse:
    return _show_text(request, "imprint")


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return _show_text(request, "privacy")


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return _show_text(request, "accessibility")


@login_not_required
@require_safe
def easy_language(request: HttpRequest) -> HttpResponse:
    return _show_text(request, "easy_language")


@login_not_required
@require_safe
def report_barrier(request: HttpRequest) -> HttpResponse:
    return _show_text(request, "report_barrier")
