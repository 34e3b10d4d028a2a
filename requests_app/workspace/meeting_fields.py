"""What dates and sessions are asked for alike: format, length, how one meets, notes for oneself."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from advisors.vocabulary import ConsultationFormat
from miglobe.site.fields import LongTextField
from miglobe.site.widgets import RadioSelect
from requests_app.models import SessionMode

NUMERIC = {"inputmode": "numeric", "autocomplete": "off"}


def format_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("Format"),
        choices=[("", _("Please choose")), *ConsultationFormat.choices],
        error_messages={"required": _("Choose a format.")},
    )


def minutes_field(missing: Any) -> forms.IntegerField:
    """How long it is; ``missing`` is said when nothing was entered."""
    return forms.IntegerField(
        label=_("Minutes"),
        min_value=5,
        max_value=960,
        widget=forms.NumberInput(attrs=NUMERIC),
        error_messages={
            "required": missing,
            "invalid": _("Enter the length in minutes, in digits."),
            "min_value": _("A session lasts at least 5 minutes."),
            "max_value": _("A session lasts at most 960 minutes (16 hours)."),
        },
    )


def mode_field(label: Any, missing: Any) -> forms.ChoiceField:
    """On site, online or by telephone; ``missing`` is said when nothing was chosen."""
    return forms.ChoiceField(
        label=label,
        choices=SessionMode.choices,
        widget=RadioSelect,
        error_messages={"required": missing},
    )


def private_notes_field() -> LongTextField:
    return LongTextField(
        label=_("Private notes"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Neither the municipality nor the coordination nor other advisors read them."),
    )
