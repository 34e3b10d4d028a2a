"""The forms about dates: proposing up to five of them, and cancelling an agreed one."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from advisors.vocabulary import ConsultationFormat
from miglobe.site.fields import LongTextField
from miglobe.site.forms import KernForm
from miglobe.site.widgets import DateInput, TimeInput
from requests_app import dates
from requests_app.models import Appointment, Case, DateRound, SessionMode
from requests_app.workflow import Proposal
from requests_app.workspace.layouts import Dates
from requests_app.workspace.meeting_fields import format_field, minutes_field, mode_field

USUAL_MINUTES = 90
ROWS = range(1, dates.MOST + 1)
HELD = ("format", "mode", "minutes", "place")


class ProposeForm(KernForm):
    """Up to five dates, each with day and time; rows that are left empty do not count."""

    format = format_field()
    minutes = minutes_field(_("Enter how many minutes it takes."))
    mode = mode_field(_("How do you meet?"), _("Choose how you meet."))
    place = forms.CharField(
        label=_("Place or link"),
        required=False,
        max_length=300,
        help_text=_("The address, the link to the video call, or who calls whom."),
    )
    note = LongTextField(
        label=_("A word to the municipality"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    form_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, case: Case, moves: Appointment | None = None, **kwargs: Any) -> None:
        """``moves``: the appointment for which another date is looked for."""
        super().__init__(*args, initial=_usual(case, moves), **kwargs)
        for number in ROWS:
            self.fields[f"date_{number}"] = forms.DateField(
                label=_("Date %(number)s") % {"number": number},
                required=False,
                widget=DateInput(),
                error_messages={"invalid": _("Enter a date.")},
            )
            self.fields[f"time_{number}"] = forms.TimeField(
                label=_("Time %(number)s") % {"number": number},
                required=False,
                widget=TimeInput(),
                error_messages={"invalid": _("Enter a time, for example 14:30.")},
            )
        # The error summary goes by this order: that of the page.
        self.order_fields([f"{part}_{n}" for n in ROWS for part in ("date", "time")])
        rows = [Div(f"date_{n}", f"time_{n}", css_class="app-when app-when--two") for n in ROWS]
        self.helper.layout = Layout(
            Dates(*rows),
            Field("format", css_class="app-w-30"),
            Field("minutes", css_class="app-w-10"),
            "mode",
            "place",
            "note",
            "form_key",
        )

    def clean(self) -> dict[str, Any]:
        """The rows that are filled in, as moments; each wrong one is told at its field."""
        self.starts: list[dt.datetime] = []
        for number in ROWS:
            if start := self._start(number):
                self.starts.append(start)
        if not self.starts and not any(
            self.has_error(f"{name}_{n}") for n in ROWS for name in ("date", "time")
        ):
            self.add_error("date_1", gettext("Enter at least one date."))
        return self.cleaned_data

    def _start(self, number: int) -> dt.datetime | None:
        date, time = f"date_{number}", f"time_{number}"
        day, at = self.cleaned_data.get(date), self.cleaned_data.get(time)
        if self.has_error(date) or self.has_error(time) or (day is None and at is None):
            return None
        if day is None:
            self.add_error(date, gettext("Enter a date for this time."))
            return None
        if at is None:
            self.add_error(time, gettext("Enter a time for this date."))
            return None
        start = dates.on_the_clock(day, at)
        if problem := self._problem(start):
            self.add_error(date if start else time, problem)
            return None
        return start

    def _problem(self, start: dt.datetime | None) -> str:
        now = timezone.now()
        if start is None:
            return gettext("This time does not exist on that day: the clocks are put forward at 2 o'clock.")
        if start <= now:
            return gettext("The date must not be in the past.")
        if start > now + dates.FURTHEST:
            return gettext("The date must be within a year.")
        if start in self.starts:
            return gettext("This date stands above already.")
        return ""

    @property
    def proposal(self) -> Proposal:
        """What is proposed, once the form is valid."""
        typed = {name: self.cleaned_data[name] for name in (*HELD, "note")}
        return Proposal(starts=self.starts, **typed)


def _usual(case: Case, moves: Appointment | None) -> dict[str, Any]:
    """What it most likely is: as agreed, as last proposed, or as the municipality wished."""
    like: Appointment | DateRound | None = moves or case.date_rounds.last()
    held = {name: getattr(like, name) for name in HELD} if like else _as_wished(case)
    return held | {"form_key": uuid.uuid4()}


def _as_wished(case: Case) -> dict[str, Any]:
    known = list(case.formats or [])
    return {
        "format": known[0] if len(known) == 1 else ConsultationFormat.INITIAL_TALK,
        "mode": case.mode if case.mode in SessionMode else None,
        "minutes": USUAL_MINUTES,
    }


class CancelForm(KernForm):
    """Why an agreed date is cancelled; the municipality reads it."""

    reason = LongTextField(
        label=_("Why do you cancel the date?"),
        help_text=_("The municipality and the other advisor read it in their mail."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write why you cancel the date.")},
    )
