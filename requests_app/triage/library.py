"""The library of action options: kept in the admin, and taken into from an agreed option."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from miglobe.accounts.sign_in import signed_in_user
from miglobe.site.methods import acts
from requests_app import access, library_names, summary, workflow
from requests_app.models import ActionOption, Case, LibraryOption, LibraryRequest, OptionStatus
from requests_app.option_forms import OptionWordingForm
from requests_app.triage.opening import open_case
from requests_app.triage.texts.keeping import stamp

View = Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponseBase]]


def urls(view: View) -> list[URLPattern]:
    """The paths below a case; ``view`` wraps each."""
    here = "<int:pk>/option/<int:option_pk>/bibliothek/"
    return [
        path(here, view(ask), name="requests_app_case_library"),
        path(f"{here}aufnehmen/", view(take), name="requests_app_case_library_take"),
    ]


# --- From an agreed option ------------------------------------------------------------------------


class WordingForm(OptionWordingForm):
    """An option as it would stand in the library: for any place, so without a date."""

    due_on = None  # type: ignore[assignment]  # takes the field of the base away

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        horizon = self.fields["horizon"]
        horizon.required, horizon.help_text = True, ""
        horizon.error_messages["required"] = gettext("Choose a horizon.")
        self.fields["responsible_unit"].help_text = gettext("Such as it is called anywhere, without names.")
        self.fields["first_step"].help_text = ""


@acts
def ask(request: HttpRequest, pk: int, option_pk: int) -> HttpResponse:
    """Word an agreed option for the library and ask the municipality; later: where the question stands."""
    case = open_case(request, pk)
    # Drafts are the advisors' own.
    readable = case.options.exclude(status=OptionStatus.DRAFT).select_related("case")
    option = get_object_or_404(readable, pk=option_pk)
    asked = LibraryRequest.objects.filter(option=option).select_related("entry").first()
    if asked and request.method == "POST":  # pressed twice, or a colleague was quicker
        messages.info(request, gettext("The municipality has been asked about this option already."))
    if asked or request.method != "POST":
        form = None if asked else WordingForm(case=case, initial=library_names.draft(option))
        return _page(request, case, option, form, asked)
    form = WordingForm(request.POST, case=case)
    if form.is_valid():
        try:
            workflow.ask_for_library(option, signed_in_user(request), wording=form.option_fields)
        except workflow.InvalidTransition as error:
            form.add_error(None, str(error.message))
        else:
            messages.success(request, gettext("The municipality has been asked."))
            return redirect("admin:requests_app_case_library", pk, option_pk)
    return _page(request, case, option, form, None)


def _page(
    request: HttpRequest,
    case: Case,
    option: ActionOption,
    form: WordingForm | None,
    asked: LibraryRequest | None,
) -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        "title": gettext("Take into the library"),
        "subtitle": case.reference,
        "opts": Case._meta,
        "case": case,
        "option": option,
        "form": form,
        "asked": asked,
        "gap": summary.REMOVED,
        "can_ask": "ask_for_library" in workflow.available_keys(case, signed_in_user(request)),
    }
    return render(request, "admin/requests_app/case/library.html", context)


@acts
def take(request: HttpRequest, pk: int, option_pk: int) -> HttpResponse:
    """Take the wording that the municipality has agreed to into the library."""
    case = open_case(request, pk)
    asked = get_object_or_404(access.library_questions(case), option=option_pk)
    if request.method != "POST" or asked.entry_id:  # it is there: pressed twice
        return redirect("admin:requests_app_case_library", pk, option_pk)
    try:
        workflow.take_into_library(asked, signed_in_user(request))
    except workflow.InvalidTransition as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, gettext("The library has the option. Advisors find it from now on."))
    return redirect("admin:requests_app_case_library", pk, option_pk)


# --- The library itself ---------------------------------------------------------------------------


class EntryForm(forms.ModelForm):
    """An entry, and which state of it the person has seen."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = LibraryOption
        fields = (
            "title",
            "goal",
            "topics",
            "is_active",
            "description",
            "first_step",
            "responsible_unit",
            "partners",
            "effort",
            "financial_effects",
            "horizon",
            "indicator",
            "example",
        )
        widgets = {
            "topics": forms.CheckboxSelectMultiple,
            "first_step": AdminTextareaWidget(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["seen"].initial = stamp(self.instance.changed_at)

    def clean_seen(self) -> str:
        """Say when a colleague was quicker."""
        seen: str = self.cleaned_data["seen"]
        now = LibraryOption.objects.filter(pk=self.instance.pk).values_list("changed_at", flat=True).first()
        if self.instance.pk and seen != stamp(now):
            raise ValidationError(gettext("A colleague has changed this entry meanwhile. Open it anew."))
        return seen


class OfferFilter(admin.BooleanFieldListFilter):
    """The field's name is a sentence, which does not follow "by"."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = gettext("offer to advisors")


@admin.register(LibraryOption)
class LibraryOptionAdmin(admin.ModelAdmin):
    """Entries are switched off, never deleted: options were written from them."""

    form = EntryForm
    fieldsets = [
        (None, {"fields": ["title", "goal", "topics", "is_active"]}),
        (_("What it says"), {"fields": ["description", "first_step", "responsible_unit", "partners"]}),
        (
            _("How much, until when"),
            {"fields": ["effort", "financial_effects", "horizon", "indicator"]},
        ),
        (_("For advisors alone"), {"fields": ["example", "seen"]}),
    ]
    list_display = ("title", "goal", "effort", "is_active")
    list_filter = (("is_active", OfferFilter), "goal", "topics")
    search_fields = ("title", "description", "first_step")
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    actions = None
    filter_horizontal = ()

    def has_delete_permission(self, request: HttpRequest, obj: LibraryOption | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: LibraryOption, form: Any, change: bool) -> None:
        obj.changed_by, obj.changed_at = signed_in_user(request), timezone.now()
        super().save_model(request, obj, form, change)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {"title": _("Library of action options")} | (extra_context or {})
        return super().changelist_view(request, context)
