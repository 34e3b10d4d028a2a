"""The advisors' forms for action options."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from crispy_forms.layout import Field, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from miglobe.site.fields import LongTextField
from miglobe.site.forms import KernForm
from miglobe.site.widgets import DateInput, RadioSelect
from requests_app.models import ActionOption, Case, Effort, Goal, Horizon
from requests_app.workspace.days import not_before_request


class OptionForm(KernForm):
    """An action option: concrete enough that the municipality can begin with it tomorrow."""

    goal = forms.ChoiceField(
        label=_("Which goal does it serve?"),
        choices=[(value, label) for value, label in Goal.choices if value != Goal.UNSURE],
        widget=RadioSelect,
        error_messages={"required": _("Choose a goal.")},
    )
    title = forms.CharField(
        label=_("Title"),
        max_length=160,
        help_text=_("What is to be done, in one line. For example: Two seats in the steering group"),
        error_messages={"required": _("Enter a title.")},
    )
    description = LongTextField(
        label=_("Description"),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Describe the action option.")},
    )
    first_step = LongTextField(
        label=_("First step"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("What the municipality can do at once."),
        error_messages={"required": _("Enter the first step.")},
    )
    responsible_unit = forms.CharField(
        label=_("Responsible unit"),
        max_length=160,
        help_text=_("In the municipality, without names. For example: Department of Social Affairs"),
        error_messages={"required": _("Enter the unit that is responsible in the municipality.")},
    )
    horizon = forms.ChoiceField(
        label=_("Horizon"),
        choices=Horizon.choices,
        widget=RadioSelect,
        error_messages={"required": _("Choose a horizon.")},
    )
    due_on = forms.DateField(
        label=_("By which date?"),
        required=False,
        widget=DateInput(),
        error_messages={"invalid": _("Enter a date.")},
    )
    effort = forms.ChoiceField(
        label=_("Effort"),
        choices=Effort.choices,
        widget=RadioSelect,
        error_messages={"required": _("Choose how much effort it takes.")},
    )
    indicator = forms.CharField(
        label=_("How will you notice that it works?"),
        required=False,
        max_length=300,
        help_text=_("For example: number of meetings with both seats taken"),
    )
    form_key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    HIDDEN = ("form_key", "version")

    def __init__(self, *args: Any, case: Case, option: ActionOption | None = None, **kwargs: Any) -> None:
        initial = _option_stored(option) if option else {"form_key": uuid.uuid4()}
        super().__init__(*args, initial=initial, **kwargs)
        self.case = case
        self.helper.layout = Layout(
            "goal", "title", "description", "first_step", "responsible_unit", "horizon",
            Field("due_on", css_class="app-w-20"), "effort", "indicator", *self.HIDDEN,
        )  # fmt: skip

    def clean_due_on(self) -> dt.date | None:
        day: dt.date | None = self.cleaned_data["due_on"]
        if day:
            not_before_request(day, self.case)
        return day

    @property
    def option_fields(self) -> dict[str, Any]:
        """The fields of the option, once the form is valid."""
        return {k: v for k, v in self.cleaned_data.items() if k not in self.HIDDEN}


def _option_stored(option: ActionOption) -> dict[str, Any]:
    names = [name for name in OptionForm.base_fields if name != "form_key"]
    return {name: getattr(option, name) for name in names}


class ProposeForm(forms.Form):
    """Carries the drafts that the advisor has read, each with its version."""

    drafts = forms.CharField(widget=forms.HiddenInput, max_length=2000)
