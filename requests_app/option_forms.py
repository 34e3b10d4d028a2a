"""The form of an action option, as far as advisors and municipality share it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from crispy_forms.layout import Field, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from miglobe.site.fields import LongTextField
from miglobe.site.forms import KernForm
from miglobe.site.widgets import DateInput, RadioSelect
from requests_app.days import not_before_request
from requests_app.models import OPTION_GOALS, Case, Effort, Horizon
from requests_app.option_words import WORDING

# How many days from today on a horizon reaches, with some patience: a date beyond it contradicts it.
_REACH = {Horizon.SHORT: 92, Horizon.MEDIUM: 366}
_PATIENCE = 31


def horizon_of(day: dt.date) -> Horizon:
    """The horizon that a date belongs to."""
    days = (day - timezone.localdate()).days
    return next((horizon for horizon, reach in _REACH.items() if days <= reach), Horizon.LONG)


def _is_beyond(day: dt.date, horizon: Horizon) -> bool:
    """Whether ``day`` lies so far behind ``horizon`` that one of the two must be wrong."""
    reach = _REACH.get(horizon)
    return reach is not None and (day - timezone.localdate()).days > reach + _PATIENCE


class OptionWordingForm(KernForm):
    """What an action option says. Horizon or date: where there is a date, it decides."""

    goal = forms.ChoiceField(
        label=_("Goal"),
        choices=OPTION_GOALS,
        widget=RadioSelect,
        error_messages={"required": _("Choose a goal.")},
    )
    title = forms.CharField(
        label=_("Title"),
        max_length=160,
        error_messages={"required": _("Give the action option a title.")},
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
    partners = forms.CharField(
        label=_("Partners"),
        required=False,
        max_length=300,
        help_text=_("Organisations and units, no persons. For example: integration council, library"),
    )
    horizon = forms.ChoiceField(
        label=_("Horizon"),
        choices=Horizon.choices,
        widget=RadioSelect,
        required=False,
        help_text=_("You can leave it open if you enter a date."),
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
    financial_effects = forms.CharField(
        label=_("Financial effects"),
        required=False,
        max_length=300,
        help_text=_("The line for a council paper. If it stays empty, a sentence follows from the effort."),
    )
    indicator = forms.CharField(
        label=_("How will you notice that it works?"),
        required=False,
        max_length=300,
        help_text=_("For example: number of meetings with both seats taken"),
    )

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case = case
        hidden = [name for name, field in self.fields.items() if field.widget.is_hidden]
        asked = [name for name in WORDING if name in self.fields]
        wording = [Field(name, css_class="app-w-20") if name == "due_on" else name for name in asked]
        self.helper.layout = Layout(*wording, *hidden)

    def clean_due_on(self) -> dt.date | None:
        day: dt.date | None = self.cleaned_data["due_on"]
        if day:
            not_before_request(day, self.case)
        return day

    def clean(self) -> dict[str, Any]:
        """A horizon follows from the date where none was chosen, and does not contradict it."""
        typed = self.cleaned_data
        day, horizon = typed.get("due_on"), typed.get("horizon")
        if "due_on" in self.errors or "horizon" in self.errors:
            return typed
        if not day and not horizon:
            self.add_error("horizon", gettext("Choose a horizon, or enter a date."))
        elif day and not horizon:
            typed["horizon"] = str(horizon_of(day))
        elif day and _is_beyond(day, Horizon(str(horizon))):
            text = gettext(
                "This date is beyond the horizon you chose. Choose a longer one, or an earlier date."
            )
            self.add_error("due_on", ValidationError(text, code="beyond_horizon"))
        return typed

    @property
    def option_fields(self) -> dict[str, Any]:
        """The fields of the option, once the form is valid."""
        return {name: self.cleaned_data[name] for name in WORDING if name in self.fields}
