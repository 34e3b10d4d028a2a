"""The public pages: landing, help, legal texts, easy language, the report of a barrier."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import select_template
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from miglobe.mail import outbox
from miglobe.site.fields import HoneypotField
from miglobe.site.forms import BarrierReportForm
from miglobe.site.kept_pages import kept_for_visitors
from miglobe.site.methods import acts
from miglobe.site.models import PortalSettings


def _show_text(request: HttpRequest, name: str, context: dict[str, Any] | None = None) -> HttpResponse:
    """A long text: one template per language; German, and marked as such, where there is no other."""
    german = f"site/{settings.LANGUAGE_CODE}/{name}.html"
    template = select_template([f"site/{get_language()}/{name}.html", german])
    in_german = template.template.name == german and get_language() != settings.LANGUAGE_CODE
    text_language = {"text_language": settings.LANGUAGE_CODE} if in_german else {}
    return HttpResponse(template.render(text_language | (context or {}), request))


@login_not_required
@require_safe
@kept_for_visitors
def landing(request: HttpRequest) -> HttpResponse:
    """What the offer is, how it runs, what it costs, who may ask, whom to call."""
    return _show_text(request, "landing")


@login_not_required
@require_safe
@kept_for_visitors
def before_asking(request: HttpRequest) -> HttpResponse:
    """Who may ask, what it costs, how long it takes, an example of a good description."""
    return _show_text(request, "before_asking")


@login_not_required
@require_safe
@kept_for_visitors
def process(request: HttpRequest) -> HttpResponse:
    """How a consultation runs, from the request to the action options."""
    return _show_text(request, "process")


@login_not_required
@require_safe
@kept_for_visitors
def faq(request: HttpRequest) -> HttpResponse:
    return _show_text(request, "faq")


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
    """The privacy notice; what it says about cookies comes from the settings that make them."""
    return _show_text(
        request,
        "privacy",
        {
            "session_cookie": settings.SESSION_COOKIE_NAME,
            "session_days": settings.SESSION_COOKIE_AGE // (24 * 60 * 60),
            "csrf_cookie": settings.CSRF_COOKIE_NAME,
        },
    )


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return _show_text(request, "accessibility")


@login_not_required
@require_safe
def easy_language(request: HttpRequest) -> HttpResponse:
    return _show_text(request, "easy_language")


@login_not_required
@acts
def report_barrier(request: HttpRequest) -> HttpResponse:
    """The form for people whom a page kept out; its report goes to the host's contact by mail."""
    form = BarrierReportForm(request.POST or None, initial={"page": _page_before(request)})
    if request.method == "POST" and form.is_valid():
        if not HoneypotField.is_caught(form):
            _mail_report(form.cleaned_data)
        messages.success(request, _("Thank you. Your report has been sent."))
        return redirect("site:report_barrier")
    return _show_text(request, "report_barrier", {"form": form})


def _page_before(request: HttpRequest) -> str:
    """The path of our own page that the person came from, if the browser tells."""
    came_from = urlsplit(request.headers.get("referer", ""))
    return came_from.path if came_from.netloc == request.get_host() else ""


def _mail_report(report: dict[str, Any]) -> None:
    outbox.queue(
        kind="barrier_report",
        to=PortalSettings.load().contact_email,
        text=outbox.render("barrier_report", report, settings.LANGUAGE_CODE),
    )
