"""Form fields that several rooms use."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from miglobe.site.widgets import HoneypotInput, MonthYearInput


class MonthYearField(forms.Field):
    """A month of a year; its value is the first day of that month.

    `in_future=True` refuses months before the current one.
    """

    widget = MonthYearInput
    default_error_messages = {
        "incomplete_month": _("Enter a month from 1 to 12."),
        "incomplete_year": _("Enter a year with four digits, for example 2027."),
        "month": _("The month must be a number from 1 to 12."),
        "year": _("The year must have four digits, for example 2027."),
        "past": _("The month must not be in the past."),
    }

    def __init__(self, *, in_future: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.in_future = in_future

    def to_python(self, value: Any) -> date | None:
        if isinstance(value, date):
            return value.replace(day=1)
        month, year = [str(part or "").strip() for part in (value or ["", ""])]
        if not month and not year:
            return None
        if not month:
            raise self._error("incomplete_month")
        if not year:
            raise self._error("incomplete_year")
        if not (month.isdecimal() and 1 <= int(month) <= 12):
            raise self._error("month")
        if not (year.isdecimal() and 1900 <= int(year) <= 2200):
            raise self._error("year")
        return date(int(year), int(month), 1)

    def validate(self, value: date | None) -> None:
        super().validate(value)
        this_month = timezone.localdate().replace(day=1)
        if value and self.in_future and value < this_month:
            # The code says which of the two fields is to be marked as wrong.
            part = "month" if value.year == this_month.year else "year"
            raise ValidationError(self.error_messages["past"], code=f"past_{part}")

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(data) != (self.to_python(initial) if initial else None))
        except ValidationError:
            return True

    def _error(self, code: str) -> ValidationError:
        return ValidationError(self.error_messages[code], code=code)


class LongTextField(forms.CharField):
    """A text of several lines; `max_length` counts a line break as the one character that browsers count."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> Any:
        """The text with plain line breaks: browsers post each as two characters."""
        text = super().to_python(value)
        return text.replace("\r\n", "\n") if isinstance(text, str) else text


class HoneypotField(forms.CharField):
    """Stays empty when a person sends the form; `form.cleaned_data` has the catch when a program does.

    It raises no error, so that a program does not learn to leave it out: the view asks
    `is_caught(form)` and answers as if all went well.
    """

    widget = HoneypotInput

    def __init__(self) -> None:
        super().__init__(required=False, label=_("Leave this field empty"), max_length=500)

    @staticmethod
    def is_caught(form: forms.BaseForm) -> bool:
        """Whether a program filled in the honeypot of this valid form."""
        return any(
            form.cleaned_data.get(name)
            for name, field in form.fields.items()
            if isinstance(field, HoneypotField)
        )
