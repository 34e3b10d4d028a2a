"""The advisors' forms: declining an offer, and a session that was held."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from advisors.models import Advisor
from advisors.vocabulary import ConsultationFormat
from miglobe.site.fields import LongTextField
from miglobe.site.forms import KernForm
from miglobe.site.widgets import CheckboxSelectMultiple, DateInput, RadioSelect, TimeInput
from requests_app.days import not_before_request
from requests_app.models import AssignmentStatus, Case, DialogueSession, SessionMode
from requests_app.workspace.layouts import People, Private

NUMERIC = {"inputmode": "numeric", "autocomplete": "off"}
USUAL_MINUTES = 60
ENGAGED = (AssignmentStatus.ACCEPTED, AssignmentStatus.ENDED)  # who can have been present


class DeclineForm(KernForm):
    """An optional reason for declining an offer."""

    reason = LongTextField(
        label=_("Reason"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only the coordination reads it."),
    )


def _number_of_people(label: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=0,
        max_value=9999,
        widget=forms.NumberInput(attrs=NUMERIC),
        error_messages={
            "invalid": _("Enter the number of people in digits."),
            "min_value": _("The number of people cannot be below 0."),
            "max_value": _("Enter a number of people below 10,000."),
        },
    )


class SessionForm(KernForm):
    """A session that was held. Made for two minutes on a phone: most of it is there already."""

    date = forms.DateField(
        label=_("Date"),
        widget=DateInput(),
        error_messages={"required": _("Enter the date of the session."), "invalid": _("Enter a date.")},
    )
    start = forms.TimeField(
        label=_("Start"),
        widget=TimeInput(),
        error_messages={
            "required": _("Enter when the session started."),
            "invalid": _("Enter a time, for example 14:30."),
        },
    )
    minutes = forms.IntegerField(
        label=_("Minutes"),
        min_value=5,
        max_value=960,
        widget=forms.NumberInput(attrs=NUMERIC),
        error_messages={
            "required": _("Enter how many minutes the session lasted."),
            "invalid": _("Enter the length in minutes, in digits."),
            "min_value": _("A session lasts at least 5 minutes."),
            "max_value": _("A session lasts at most 960 minutes (16 hours)."),
        },
    )
    format = forms.ChoiceField(
        label=_("Format"),
        choices=[("", _("Please choose")), *ConsultationFormat.choices],
        error_messages={"required": _("Choose a format.")},
    )
    mode = forms.ChoiceField(
        label=_("How did you meet?"),
        choices=SessionMode.choices,
        widget=RadioSelect,
        error_messages={"required": _("Choose how you met.")},
    )
    participants_administration = _number_of_people(_("From the administration"))
    participants_politics = _number_of_people(_("From politics"))
    participants_associations = _number_of_people(_("From associations"))
    participants_others = _number_of_people(_("Other people"))
    advisors = forms.TypedMultipleChoiceField(
        label=_("Which advisors were present?"),
        coerce=int,
        widget=CheckboxSelectMultiple,
        error_messages={"required": _("Choose which advisors were present.")},
    )
    shared_minutes = LongTextField(
        label=_("Shared minutes"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The municipality, the coordination and all advisors read them. No names, please."),
    )
    private_notes = LongTextField(
        label=_("Private notes"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Neither the municipality nor the coordination nor other advisors read them."),
    )
    form_key = forms.UUIDField(widget=forms.HiddenInput)

    PEOPLE = (
        "participants_administration",
        "participants_politics",
        "participants_associations",
        "participants_others",
    )

    def __init__(
        self, *args: Any, case: Case, me: Advisor, session: DialogueSession | None = None, **kwargs: Any
    ) -> None:
        """``case`` brings its assignments prefetched; ``session`` is the one to correct."""
        super().__init__(*args, initial=_stored(session) if session else _usual(case, me), **kwargs)
        self.case = case
        self.advisors_of_case = {
            a.advisor_id: a.advisor for a in case.assignments.all() if a.status in ENGAGED
        }
        self._choose_advisors()
        if session:
            del self.fields["form_key"]
        self.helper.layout = Layout(
            Div("date", "start", "minutes", css_class="app-when"),
            Field("format", css_class="app-w-30"),
            "mode",
            People(*self.PEOPLE),
            "advisors",
            "shared_minutes",
            Private("private_notes"),
            *([] if session else ["form_key"]),
        )

    def _choose_advisors(self) -> None:
        """Ask who was present, unless there is only one advisor."""
        field: Any = self.fields["advisors"]
        field.choices = [(pk, advisor.name) for pk, advisor in self.advisors_of_case.items()]
        if len(self.advisors_of_case) == 1:
            field.widget = forms.MultipleHiddenInput()

    def clean_date(self) -> dt.date:
        day: dt.date = self.cleaned_data["date"]
        if day > timezone.localdate():
            raise ValidationError(gettext("The date must not be in the future."), code="future")
        not_before_request(day, self.case)
        return day

    def clean(self) -> dict[str, Any]:
        """Groups that were left empty had nobody."""
        for name in self.PEOPLE:
            if name not in self.errors:
                self.cleaned_data[name] = self.cleaned_data.get(name) or 0
        return self.cleaned_data

    @property
    def session_fields(self) -> dict[str, Any]:
        """The fields of the session, once the form is valid."""
        return {k: v for k, v in self.cleaned_data.items() if k not in ("advisors", "form_key")}

    @property
    def present(self) -> list[Advisor]:
        """The advisors who were present, once the form is valid."""
        return [self.advisors_of_case[pk] for pk in self.cleaned_data["advisors"]]


def _usual(case: Case, me: Advisor) -> dict[str, Any]:
    """What a new session most likely is. The start stays open: a made-up time would be taken for a fact."""
    return {
        "date": timezone.localdate(),
        "minutes": USUAL_MINUTES,
        "format": "" if case.sessions.exists() else ConsultationFormat.INITIAL_TALK,
        "mode": case.mode if case.mode in SessionMode else None,
        "advisors": [me.pk],
        "form_key": uuid.uuid4(),
    }


def _stored(session: DialogueSession) -> dict[str, Any]:
    names = [name for name in SessionForm.base_fields if name not in ("advisors", "form_key")]
    stored = {name: getattr(session, name) for name in names}
    return stored | {"advisors": [advisor.pk for advisor in session.advisors.all()]}
