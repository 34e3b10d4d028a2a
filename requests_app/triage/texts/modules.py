"""The pages of the text modules: all of them, write one, change one, delete one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import ADDITION, CHANGE, DELETION
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from miglobe.accounts.models import Language, User
from miglobe.site.audit import log_read
from miglobe.site.fields import LongTextField
from miglobe.site.methods import acts
from requests_app.mail_previews import cases_for
from requests_app.models import Case, TextModule
from requests_app.triage.opening import check_permission
from requests_app.triage.texts import filling, keeping


@admin.register(TextModule)
class TextModuleAdmin(keeping.KeptTextAdmin):
    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("", view(all_modules), name="requests_app_textmodule_changelist"),
            path("neu/", view(edit), name="requests_app_textmodule_new"),
            path("<int:pk>/", view(edit), name="requests_app_textmodule_edit"),
            path("<int:pk>/loeschen/", view(delete), name="requests_app_textmodule_drop"),
        ]


class TextModuleForm(keeping.KeptTextForm):
    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        help_text=_("Only the coordination reads the name."),
        error_messages={"required": _("Give the text a name.")},
    )
    language = forms.ChoiceField(
        label=_("Language"), choices=Language.choices, widget=forms.RadioSelect, initial=Language.GERMAN
    )
    body = LongTextField(
        label=_("Text"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 12}),
        error_messages={"required": _("Write the text.")},
    )
    reference = forms.CharField(
        label=_("Case for the preview"),
        required=False,
        max_length=20,
        help_text=_("A case number. Empty: the newest case."),
    )

    def clean_body(self) -> str:
        body: str = self.cleaned_data["body"]
        if found := filling.problems(body):
            raise forms.ValidationError(found)
        return body


@require_safe
def all_modules(request: HttpRequest) -> HttpResponse:
    """Every text with its beginning, by language."""
    check_permission(request)
    rows = list(TextModule.objects.select_related("changed_by").order_by("name", "pk"))
    context = {
        **admin.site.each_context(request),
        "title": gettext("Text modules"),
        "groups": [(each, [row for row in rows if row.language == each]) for each in Language],
    }
    return render(request, "admin/requests_app/texts/modules.html", context)


@acts
def edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Write a text, or change it. "Preview" keeps nothing."""
    user = check_permission(request)
    module = _module(pk)
    if request.method != "POST":
        return _page(request, module, _form(module))
    form = _form(module, request.POST)
    if "preview" in request.POST or not form.is_valid():
        return _page(request, module, form)
    if not _keep(form, pk, user):
        module = _module(pk)
        form.tell_of_colleague(_who(module), _version(module))
        return _page(request, module, form, theirs=module.body)
    if form.errors:
        return _page(request, module, form)
    messages.success(request, gettext("The text is kept."))
    return redirect("admin:requests_app_textmodule_changelist")


@acts
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """A page that asks, then the text is gone."""
    user = check_permission(request)
    module = _module(pk)
    if request.method == "POST":
        with transaction.atomic():
            locked = TextModule.objects.select_for_update().get(pk=pk)
            outdated = request.POST.get("seen", "") != _version(locked)
            if not outdated:
                keeping.log(user, TextModule, pk, locked.name, DELETION, gettext("Deleted"))
                locked.delete()
        if not outdated:
            messages.success(request, gettext("The text is deleted."))
            return redirect("admin:requests_app_textmodule_changelist")
        messages.error(request, gettext("A colleague has changed this text meanwhile. Look at it first."))
        return redirect("admin:requests_app_textmodule_edit", pk)
    context = {
        **admin.site.each_context(request),
        "title": gettext("Delete “%(name)s”?") % {"name": module.name},
        "module": module,
        "seen": _version(module),
        "list_url": reverse("admin:requests_app_textmodule_changelist"),
    }
    return render(request, "admin/requests_app/texts/delete.html", context)


# --- How ------------------------------------------------------------------------------------------


def _module(pk: int | None) -> TextModule:
    """The text, or a new one that is not stored. Raises Http404."""
    if pk is None:
        return TextModule()
    module: TextModule = get_object_or_404(TextModule.objects.select_related("changed_by"), pk=pk)
    return module


def _version(module: TextModule) -> str:
    return keeping.stamp(module.changed_at if module.pk else None)


def _who(module: TextModule) -> str:
    return str(module.changed_by) if module.changed_by else gettext("A colleague")


def _form(module: TextModule, data: Any = None) -> TextModuleForm:
    initial = {
        "name": module.name,
        "language": module.language,
        "body": module.body,
        "seen": _version(module),
    }
    return TextModuleForm(data, initial=initial)


def _keep(form: TextModuleForm, pk: int | None, user: User) -> bool:
    """Store what was typed, or say at the form that the name is taken; False: a colleague was quicker."""
    try:
        with transaction.atomic():
            module = TextModule.objects.select_for_update().get(pk=pk) if pk else TextModule()
            if form.is_outdated(_version(module)):
                return False
            for name in ("name", "language", "body"):
                setattr(module, name, form.cleaned_data[name])
            module.changed_by, module.changed_at = user, timezone.now()
            module.save()
            flag, words = (CHANGE, gettext("Changed")) if pk else (ADDITION, gettext("Written"))
            keeping.log(user, TextModule, module.pk, module.name, flag, words)
    except IntegrityError:
        form.add_error("name", gettext("There is a text of this name in this language already."))
    return True


def _page(request: HttpRequest, module: TextModule, form: TextModuleForm, theirs: str = "") -> HttpResponse:
    text, case, problem = _preview(form, module, check_permission(request))
    if case:
        log_read(check_permission(request), case.reference)
    context = {
        **admin.site.each_context(request),
        "title": module.name or gettext("New text module"),
        "module": module,
        "form": form,
        "placeholders": filling.PLACEHOLDERS,
        "preview": text,
        "preview_case": case,
        "preview_problem": problem,
        "theirs": theirs,
        "history": keeping.history(TextModule, module.pk) if module.pk else [],
        "list_url": reverse("admin:requests_app_textmodule_changelist"),
    }
    return render(request, "admin/requests_app/texts/module.html", context)


def _preview(form: TextModuleForm, module: TextModule, user: User) -> tuple[str, Case | None, str]:
    """The text filled in, the case it was filled in for, or why there is no preview."""
    if form.is_bound and not form.is_valid():
        return "", None, gettext("The preview comes up as soon as the text has no errors.")
    typed = form.cleaned_data if form.is_bound else {"body": module.body, "language": module.language}
    if not typed["body"]:
        return "", None, gettext("The preview comes up when there is a text.")
    reference = str(typed.get("reference", "")).strip().upper()
    cases = cases_for(user)
    case = (cases.filter(reference=reference) if reference else cases).first()
    if case is None:
        missing = gettext("There is no case %(reference)s. Enter another case number.")
        return "", None, missing % {"reference": reference} if reference else gettext("There is no case yet.")
    shown = TextModule(language=typed["language"], body=typed["body"])
    return filling.filled(shown, case, user), case, ""
