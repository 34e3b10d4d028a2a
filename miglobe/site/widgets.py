"""Form widgets that the design system needs beyond Django's own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.forms import BoundField
from django.utils.functional import Promise


class DateInput(forms.DateInput):
    """The browser's own date field; it speaks ISO dates whatever the language."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class TimeInput(forms.TimeInput):
    """The browser's own time field, to the minute."""

    input_type = "time"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%H:%M")


class _OptionHints:
    """Gives single options of a group a hint below their label.

    `hints` maps an option's value to its text; options without one have none.
    """

    def __init__(self, *args: Any, hints: Mapping[Any, str | Promise] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hints = {str(value): hint for value, hint in (hints or {}).items()}

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option: dict[str, Any] = super().create_option(name, value, *args, **kwargs)  # type: ignore[misc]
        hint = self.hints.get(str(value), "")
        if hint and option["attrs"].get("id"):
            option["hint"] = hint
            option["attrs"]["aria-describedby"] = f"{option['attrs']['id']}_hint"
        return option


class RadioSelect(_OptionHints, forms.RadioSelect):
    """Radio buttons, each with an optional hint."""


class CheckboxSelectMultiple(_OptionHints, forms.CheckboxSelectMultiple):
    """Checkboxes, each with an optional hint."""


class MonthYearInput(forms.MultiWidget):
    """Two short fields, month and year, for one date: the first day of that month.

    The posted names are `<name>_month` and `<name>_year`; the ids end in `_0` and `_1`.
    """

    kern_template = "kern/fields/month_year.html"
    parts: ClassVar[tuple[str, str]] = ("month", "year")
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        number = {"inputmode": "numeric", "autocomplete": "off"}
        widgets: dict[str, forms.Widget | type[forms.Widget]] = {
            "month": forms.TextInput({**number, "maxlength": 2}),
            "year": forms.TextInput({**number, "maxlength": 4}),
        }
        super().__init__(widgets, attrs)

    def decompress(self, value: Any) -> list[Any]:
        if isinstance(value, str) and value:  # a draft kept as text
            value = date.fromisoformat(value)
        return [value.month, value.year] if value else [None, None]

    @staticmethod
    def wrong_parts(field: BoundField) -> set[str]:
        """Which of "month" and "year" the field's errors speak of: both, unless their codes name one."""
        codes = [error.code or "" for error in field.form.errors.as_data().get(field.name, [])]
        named = {part for part in MonthYearInput.parts for code in codes if code.endswith(part)}
        return named or (set(MonthYearInput.parts) if codes else set())

    def first_wrong_part(self, field: BoundField) -> str:
        """The id of the field that the error summary leads to."""
        wrong = self.wrong_parts(field)
        return f"{field.auto_id}_{1 if wrong == {'year'} else 0}"


class HoneypotInput(forms.TextInput):
    """A field that people neither see nor reach, and that programs fill in."""

    kern_template = "kern/fields/honeypot.html"
