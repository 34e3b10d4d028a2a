"""“My office is not in the list”: kind answers in place of a dead end.

Only a municipal company, or a special-purpose association, goes on with a request: it is filed for the
municipality that it belongs to. The other ways are pages to read and to pass on; no case comes of them.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from crispy_forms.layout import Field, Layout
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from miglobe.site.forms import KernForm
from miglobe.site.widgets import RadioSelect
from requests_app.intake import drafts
from requests_app.intake.doors import public, while_open
from requests_app.request_form import pages
from requests_app.request_form.choices import Choices
from requests_app.request_form.fields import Line, MunicipalityField

# Who comes back from here to the first page has not sent it off: nothing is wrong on it yet.
COMING_BACK = "ergaenzen"

ASSOCIATION, COMPANY, ELSEWHERE, OTHER = "association", "company", "elsewhere", "other"


class WayForm(KernForm):
    """For whom somebody asks. Sent by GET: the answers have addresses of their own."""

    stelle = forms.ChoiceField(
        label=gettext_lazy("For whom would you like to ask?"),
        choices=[
            ("verein", gettext_lazy("Association, initiative or religious community")),
            ("unternehmen", gettext_lazy("Municipal company or special-purpose association")),
            ("ausserhalb", gettext_lazy("Municipality outside North Rhine-Westphalia")),
            ("andere", gettext_lazy("Something else")),
        ],
        widget=RadioSelect(
            hints={
                "verein": gettext_lazy("For example a migrant organisation or a One World group"),
                "unternehmen": gettext_lazy("For example public utilities or an adult education centre"),
                "andere": gettext_lazy("For example a school, a university, a firm, a private person"),
            }
        ),
        error_messages={
            "required": gettext_lazy("Choose for whom you would like to ask."),
            "invalid_choice": gettext_lazy("Choose from the list."),
        },
    )


_WAYS = {"verein": ASSOCIATION, "unternehmen": COMPANY, "ausserhalb": ELSEWHERE, "andere": OTHER}


class CompanyForm(KernForm):
    """Which municipality a company belongs to, and what it is called."""

    municipality = MunicipalityField(
        label=gettext_lazy("To which municipality does it belong?"),
        help_text=gettext_lazy("If it belongs to several: the one that has the lead."),
        error_messages={"required": gettext_lazy("Choose the municipality from the list.")},
    )
    organisation = Line(
        label=gettext_lazy("Name of the company or special-purpose association"),
        max_length=200,
        autocomplete="organization",
        error_messages={"required": gettext_lazy("Enter the name.")},
    )

    def __init__(self, *args: Any, choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        municipality = self.fields["municipality"]
        assert isinstance(municipality, MunicipalityField)
        municipality.offer(choices, self.data.get("municipality_typed", "").strip()[:80])
        self.helper.layout = Layout(Field("municipality", css_class="app-w-30"), "organisation")


def back_url() -> str:
    """The first page of the form, as it was left."""
    return f"{pages.url_of('municipality')}?{urlencode({COMING_BACK: 1})}"


@login_not_required
@gzip_page
@never_cache
@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """One question; each answer leads to a page that can be linked to."""
    form = WayForm(request.GET if {"stelle", "weiter"} & set(request.GET) else None)
    if form.is_valid():
        return redirect(f"intake:not_listed_{_WAYS[form.cleaned_data['stelle']]}")
    return render(request, "intake/not_listed.html", {"form": form, "back_url": back_url()})


@login_not_required
@gzip_page
@never_cache
@require_safe
def answer(request: HttpRequest, way: str) -> HttpResponse:
    """A page to read: who could ask instead, and whom to call. Nothing is stored."""
    language = get_language()
    context: dict[str, Any] = {"back_url": pages.url_of("not_listed")}
    if way == ASSOCIATION:
        context["forward"] = forward = _text_to_forward(request)
        context["mailto"] = f"mailto:?subject={quote(forward['subject'])}&body={quote(forward['body'])}"
    return render(request, [f"intake/{language}/{way}.html", f"intake/de/{way}.html"], context)


def _text_to_forward(request: HttpRequest) -> dict[str, str]:
    """In German whatever the page speaks: a municipality reads it."""
    with override("de"):
        address = request.build_absolute_uri(pages.url_of("start"))
        return _words_to_forward(address)


def _words_to_forward(address: str) -> dict[str, str]:
    return {
        "subject": _("Free advice for our municipality: MiGlobe"),
        "body": _(
            "Dear Sir or Madam,\n\n"
            "MiGlobe advises municipalities in North Rhine-Westphalia on how people with a migration history "
            "can take part in municipal development policy. Advisors with experience of their own develop "
            "concrete options with the municipality. For the municipality this is free of charge.\n\n"
            "Only the municipality itself can ask. The form takes about five minutes, without an account:\n"
            "%(address)s\n\n"
            "We would be glad if you asked, and gladly take part.\n\n"
            "Kind regards"
        )
        % {"address": address},
    }


@public
@while_open
def company(request: HttpRequest) -> HttpResponse:
    """Municipality and name of a company; the form goes on with both filled in."""
    form = CompanyForm(request.POST if request.method == "POST" else None, choices=Choices.load())
    if not form.is_valid():
        context = {"form": form, "back_url": pages.url_of("not_listed")}
        return render(request, "intake/not_listed_company.html", context)
    drafts.fill_in(
        request.session,
        pages.BY_KEY["municipality"],
        {
            "municipality": [form.cleaned_data["municipality"]],
            "organisation": [form.cleaned_data["organisation"]],
        },
    )
    messages.success(request, _("Both are filled in. Please complete this page."))
    return redirect(back_url())
