"""Inserting a text module where the coordination writes: with script at the cursor, without it at the end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from miglobe.accounts.models import Language, User
from miglobe.accounts.sign_in import signed_in_user
from miglobe.site.forms import KernForm
from requests_app import notifications
from requests_app.models import Case, TextModule
from requests_app.triage.opening import note_read, open_case
from requests_app.triage.texts import filling

# The name of the button that inserts; its value is the name of the field that the text goes into.
BUTTON = "insert"


def urls(view: Callable[..., Any]) -> list[URLPattern]:
    """The paths of this module; ``view`` is the admin's guard."""
    return [
        path("<int:pk>/textbaustein/<int:module_pk>/", view(text_for_case), name="requests_app_case_text")
    ]


class InsertForm(KernForm):
    """Which text is inserted; those in the language of the case stand first."""

    mark_optional = False

    text_module = forms.ChoiceField(label=gettext_lazy("Text module"), required=False)

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["text_module"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Please choose")), *_groups(notifications.language_of(case))]
        self.has_any = len(field.choices) > 1


def _groups(first: str) -> list[tuple[str, list[tuple[int, str]]]]:
    rows = list(TextModule.objects.values_list("language", "pk", "name"))
    languages = sorted(Language, key=lambda language: language != first)
    groups = [
        (str(each.label), [(pk, name) for code, pk, name in rows if code == each]) for each in languages
    ]
    return [group for group in groups if group[1]]


def is_asked_for(data: Mapping[str, Any]) -> bool:
    """Whether the button that inserts was pressed, and no other."""
    return BUTTON in data


def with_text(data: Any, case: Case, user: User) -> dict[str, Any]:
    """What was typed, with the chosen text at the end of its field; nothing else of it changes."""
    typed: dict[str, Any] = {
        name: values if len(values) > 1 else values[0] for name, values in data.lists() if values
    }
    field = str(typed[BUTTON])
    key = str(typed.get("text_module", ""))
    module = TextModule.objects.filter(pk=key).first() if key.isascii() and key.isdecimal() else None
    if module:
        before = str(typed.get(field, "")).rstrip()
        text = filling.filled(module, case, user)
        typed[field] = f"{before}\n\n{text}" if before else text
    return typed


@require_safe
def text_for_case(request: HttpRequest, pk: int, module_pk: int) -> HttpResponse:
    """A text module filled in for a case, for the script that inserts it at the cursor."""
    case = open_case(request, pk)
    module = get_object_or_404(TextModule, pk=module_pk)
    note_read(request, case)
    text = filling.filled(module, case, signed_in_user(request))
    return HttpResponse(text, content_type="text/plain; charset=utf-8")
