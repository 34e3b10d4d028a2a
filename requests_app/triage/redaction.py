"""Blackening words of a case: give them, see where they stand, act. They never travel in an address."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from miglobe.accounts.sign_in import signed_in_user
from miglobe.site.fields import LongTextField
from miglobe.site.forms import KernForm
from miglobe.site.methods import acts
from requests_app import merged, workflow
from requests_app.models import Case, ContactPerson, Redaction
from requests_app.triage.opening import note_read, open_case, seen_version
from requests_app.workflow import InvalidTransition, Place
from requests_app.workflow.redaction import pattern_of, problem_of

EVERYWHERE = "all"
EXCERPTS_SHOWN = 3


class PassageForm(KernForm):
    """The words that are to go."""

    passage = LongTextField(
        label=_("Which words are to go?"),
        max_length=5000,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off", "spellcheck": "false"}),
        help_text=_("Copy them from the text. Upper and lower case and line breaks do not matter."),
        error_messages={"required": _("Enter the words that are to go.")},
    )

    def clean_passage(self) -> str:
        passage = str(self.cleaned_data["passage"])
        if problem := problem_of(passage):
            raise forms.ValidationError(problem)
        return passage


class RedactForm(PassageForm):
    """Where they are to go, and why."""

    scope = forms.ChoiceField(
        label=_("Where?"), widget=forms.RadioSelect, error_messages={"required": _("Choose where.")}
    )
    reason = forms.CharField(
        label=_("Why?"),
        max_length=300,
        help_text=_(
            "For example: names somebody who has nothing to do with it. Without the words themselves."
        ),
        error_messages={"required": _("Say why.")},
    )

    def __init__(self, *args: Any, places: list[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passage"].widget = forms.HiddenInput()
        field = self.fields["scope"]
        assert isinstance(field, forms.ChoiceField)
        count = sum(place.count for place in places)
        everywhere = ngettext(
            "Everywhere in the case (%(count)d place)", "Everywhere in the case (%(count)d places)", count
        )
        field.choices = [
            (EVERYWHERE, everywhere % {"count": count}),
            *(
                (place.key, gettext("Only here: %(where)s") % {"where": place.where})
                for place in places
                if not place.in_mail
            ),
        ]
        self.initial.setdefault("scope", EVERYWHERE)
        if len(field.choices) == 1:
            field.widget = forms.HiddenInput()

    def clean_reason(self) -> str:
        reason = str(self.cleaned_data["reason"])
        passage = self.cleaned_data.get("passage")
        if passage and pattern_of(passage).search(reason):
            raise forms.ValidationError(gettext("The reason must not hold the words themselves."))
        return reason


@acts
def redact(request: HttpRequest, pk: int) -> HttpResponse:
    """GET asks for the words; POST shows where they stand, and from that page blackens them."""
    case = open_case(request, pk)
    goes_on = merged.case_that_goes_on(case)
    if goes_on.pk != case.pk:
        return redirect("admin:requests_app_case_redact", goes_on.pk)
    if request.method != "POST":
        return _ask(request, case, PassageForm())
    asked = PassageForm(request.POST)
    if not asked.is_valid():
        return _ask(request, case, asked)
    passage = asked.cleaned_data["passage"]
    places = workflow.find_passage(case, passage)
    if not places:
        asked.add_error("passage", _not_found(case, passage))
        return _ask(request, case, asked)
    if "scope" not in request.POST:
        return _show(request, case, RedactForm(initial={"passage": passage}, places=places), places)
    form = RedactForm(request.POST, places=places)
    if form.is_valid():
        return _act(request, case, form, places)
    return _show(request, case, form, places)


def _not_found(case: Case, passage: str) -> str:
    if _contacts_holding(case, passage):
        return gettext("These words stand in the contact data only. Correct those on the sheet.")
    return gettext("These words stand in no text of this case. Copy them exactly.")


def _contacts_holding(case: Case, passage: str) -> list[str]:
    """Contact persons whose data hold the words: those are corrected, not redacted."""
    found = pattern_of(passage)
    people = ContactPerson.everybody.filter(case=case).select_related("user")
    return [
        contact.name
        for contact in people
        if any(found.search(text) for text in (contact.name, contact.phone, contact.email))
    ]


def _act(request: HttpRequest, case: Case, form: RedactForm, places: list[Place]) -> HttpResponse:
    typed = form.cleaned_data
    only = "" if typed["scope"] == EVERYWHERE else typed["scope"]
    try:
        done = workflow.redact(
            case,
            signed_in_user(request),
            passage=typed["passage"],
            reason=typed["reason"],
            only=only,
            seen=seen_version(request),
        )
    except InvalidTransition as error:
        form.add_error(None, str(error.message))
        case = open_case(request, case.pk)
        return _show(request, case, form, workflow.find_passage(case, typed["passage"]))
    text = ngettext("Redacted in %(count)d text.", "Redacted in %(count)d texts.", len(done))
    messages.success(request, text % {"count": len(done)})
    return redirect(_sheet(case))


def _ask(request: HttpRequest, case: Case, form: PassageForm) -> HttpResponse:
    return _page(request, case, "redact_ask", form=form)


def _show(request: HttpRequest, case: Case, form: RedactForm, places: list[Place]) -> HttpResponse:
    passage = form["passage"].value() or ""
    return _page(
        request,
        case,
        "redact_preview",
        form=form,
        places=[(place, place.excerpts[:EXCERPTS_SHOWN]) for place in places if not place.in_mail],
        count=sum(place.count for place in places),
        contacts=_contacts_holding(case, passage),
        in_mails=sum(place.count for place in places if place.in_mail),
    )


def _page(request: HttpRequest, case: Case, template: str, **context: Any) -> HttpResponse:
    note_read(request, case)
    everything = {
        **admin.site.each_context(request),
        "title": gettext("Redact a passage"),
        "subtitle": case.reference,
        "opts": Case._meta,
        "case": case,
        "sheet_url": _sheet(case),
        **context,
    }
    return render(request, f"admin/requests_app/case/{template}.html", everything)


def _sheet(case: Case) -> str:
    return reverse("admin:requests_app_case_change", args=[case.pk])


def redactions_of(case: Case, taken_in: Iterable[Case]) -> list[Redaction]:
    """What was redacted in the case and in those that were merged into it, the last one first."""
    return list(Redaction.objects.filter(case__in=[case, *taken_in]).select_related("by"))


def urls(view: Any) -> list[URLPattern]:
    """The path of this page; ``view`` wraps it as a page of the admin."""
    return [path("<int:pk>/schwaerzen/", view(redact), name="requests_app_case_redact")]
