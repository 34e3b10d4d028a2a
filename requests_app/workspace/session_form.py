"""The advisors' forms for the record of a session: logging it, correcting it, adding to it."""

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
from miglobe.site.widgets import CheckboxSelectMultiple, DateInput, TimeInput
from requests_app import dates
from requests_app.days import not_before_request
from requests_app.models import (
    TAKEN_ON,
    Appointment,
    Case,
    DialogueSession,
    SessionAddition,
    SessionMode,
)
from requests_app.workspace.layouts import People, Private
from requests_app.workspace.meeting_fields import (
    NUMERIC,
    format_field,
    minutes_field,
    mode_field,
    private_notes_field,
)

USUAL_MINUTES = 60
NOT_FIELDS = ("advisors", "form_key", "seen")


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
    minutes = minutes_field(_("Enter how many minutes the session lasted."))
    format = format_field()
    mode = mode_field(_("How did you meet?"), _("Choose how you met."))
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
    private_notes = private_notes_field()
    # A new session has a key of its own; a correction says to which state of the record it was made.
    form_key = forms.UUIDField(widget=forms.HiddenInput)
    seen = forms.CharField(widget=forms.HiddenInput)

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
        # The agreed date that a new form is filled in from.
        self.appointment = None if session or args else dates.appointment_to_log(case)
        initial = _stored(session) if session else _usual(case, me, self.appointment)
        super().__init__(*args, initial=initial, **kwargs)
        self.case = case
        self.advisors_of_case = {
            a.advisor_id: a.advisor for a in case.assignments.all() if a.status in TAKEN_ON
        }
        self._choose_advisors()
        key, other = ("seen", "form_key") if session else ("form_key", "seen")
        del self.fields[other]
        self.helper.layout = Layout(
            Div("date", "start", "minutes", css_class="app-when"),
            Field("format", css_class="app-w-30"),
            "mode",
            People(*self.PEOPLE),
            "advisors",
            "shared_minutes",
            Private("private_notes"),
            key,
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
        return {k: v for k, v in self.cleaned_data.items() if k not in NOT_FIELDS}

    @property
    def present(self) -> list[Advisor]:
        """The advisors who were present, once the form is valid."""
        return [self.advisors_of_case[pk] for pk in self.cleaned_data["advisors"]]


def _usual(case: Case, me: Advisor, agreed: Appointment | None) -> dict[str, Any]:
    """What a new session most likely is: the agreed date without a session.

    Without one the start stays open: a made-up time would be taken for a fact.
    """
    usual: dict[str, Any] = {"advisors": [me.pk], "form_key": uuid.uuid4()}
    if agreed:
        local = timezone.localtime(agreed.starts_at)
        facts = {"minutes": agreed.minutes, "format": agreed.format, "mode": agreed.mode}
        return usual | facts | {"date": local.date(), "start": local.time()}
    return usual | {
        "date": timezone.localdate(),
        "minutes": USUAL_MINUTES,
        "format": "" if case.sessions.exists() else ConsultationFormat.INITIAL_TALK,
        "mode": case.mode if case.mode in SessionMode else None,
    }


def _stored(session: DialogueSession) -> dict[str, Any]:
    names = [name for name in SessionForm.base_fields if name not in NOT_FIELDS]
    stored = {name: getattr(session, name) for name in names}
    present = [advisor.pk for advisor in session.advisors.all()]
    return stored | {"advisors": present, "seen": session.wording}


class AdditionForm(KernForm):
    """What an advisor adds to a session that the other one has logged."""

    shared_minutes = LongTextField(
        label=_("What would you like to add to the minutes?"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("The municipality, the coordination and all advisors read it. No names, please."),
    )
    private_notes = private_notes_field()
    # The wording that is changed; empty when there is none yet.
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, addition: SessionAddition | None, **kwargs: Any) -> None:
        """``addition`` is the one to change; then both texts may be emptied."""
        initial = {name: getattr(addition, name, "") for name in ("shared_minutes", "private_notes")}
        initial["seen"] = addition.wording if addition else ""
        super().__init__(*args, initial=initial, **kwargs)
        self.addition = addition
        self.helper.layout = Layout("shared_minutes", Private("private_notes"), "seen")

    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data
        if (
            not self.errors
            and self.addition is None
            and not (typed["shared_minutes"] or typed["private_notes"])
        ):
            self.add_error("shared_minutes", gettext("Write something, here or in your private notes."))
        return typed
