"""Fields for what people write in their own words, and for picking the municipality."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import flatatt
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from requests_app.request_form.choices import Choices

# No person types these, and a database, a mail header or a PDF may choke on them.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
_LINE_BREAK = re.compile(r"\r\n?|[\x85\u2028\u2029]")
_GAPS = re.compile(r"[\n\t]+")


class Text(forms.CharField):
    """Text of several lines, kept as typed: a line break is one character, however the browser sends it.

    The server alone limits the length (`max_length`, in characters), so that nothing that somebody
    pastes is cut off in silence.
    """

    def __init__(self, *, max_length: int, tall: bool = False, **kwargs: Any) -> None:
        attrs = {"rows": 8, "class": "app-tall"} if tall else {"rows": 3}
        kwargs.setdefault("widget", forms.Textarea(attrs))
        super().__init__(**kwargs)
        self.max_length = max_length

    def to_python(self, value: Any) -> str:
        text = _LINE_BREAK.sub("\n", str(value or ""))
        return str(super().to_python(_CONTROLS.sub("", text)) or "")

    def validate(self, value: str) -> None:
        super().validate(value)
        if self.max_length is not None and len(value) > self.max_length:
            limit, count = (number_format(n, force_grouping=True) for n in (self.max_length, len(value)))
            raise ValidationError(
                _("Shorten the text to at most %(limit)s characters. At the moment there are %(count)s."),
                code="max_length",
                params={"limit": limit, "count": count},
            )

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """No `maxlength`: see above."""
        return {}


class Line(Text):
    """Text of one line; line breaks in it become blanks (they would break the subject of a mail).

    `kind` is the type of the input, `autocomplete` the token that lets browsers fill it in.
    """

    def __init__(self, *, max_length: int, kind: str = "text", autocomplete: str = "", **kwargs: Any) -> None:
        attrs = {"type": kind} | ({"autocomplete": autocomplete} if autocomplete else {})
        super().__init__(max_length=max_length, widget=forms.TextInput(attrs), **kwargs)

    def to_python(self, value: Any) -> str:
        return _GAPS.sub(" ", super().to_python(value))


class Email(Line):
    """An e-mail address."""

    default_validators = forms.EmailField.default_validators

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=254, kind="email", autocomplete="email", **kwargs)
        self.widget.attrs["spellcheck"] = "false"


class Code(forms.CharField):
    """Six digits; blanks and hyphens between them do not matter. Anything else counts as missing."""

    def clean(self, value: Any) -> str:
        code = re.sub(r"[\s-]", "", str(value or ""))
        if not re.fullmatch("[0-9]{6}", code):
            raise ValidationError(self.error_messages["required"], code="required")
        return code


class MunicipalitySelect(forms.Select):
    """A select of the whole register, drawn from ready options; a script makes a type-ahead of it."""

    municipality_options = SafeString()
    # What the type-ahead says, mostly to screen readers.
    words: ClassVar[dict[str, Promise]] = {
        "data-type": _("Type a name, postal code, number plate or AGS."),
        "data-hint": _(
            "While you type, suggestions appear below. Choose with the arrow keys and Enter, or by touch."
        ),
        "data-none": _(
            "No municipality found. Type the name, the postal code of the seat, the number plate or the AGS."
        ),
        "data-results": _("{length} suggestions."),
        "data-selected": _("{name}, {number} of {length}"),
    }

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        """``data-typeahead`` is the name under which the text in the type-ahead is posted."""
        super().__init__({"data-typeahead": "municipality_typed"} | (attrs or {}))

    def use_required_attribute(self, initial: Any) -> bool:
        return self.is_required

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        options = self.municipality_options
        if value and (own := format_html('value="{}"', value)) in options:
            options = mark_safe(options.replace(own, f"{own} selected", 1))  # noqa: S308 - our own options
        return format_html(
            '<select{}><option value="">{}</option>{}</select>',
            flatatt(self.build_attrs(self.words | self.attrs, {"name": name, **(attrs or {})})),
            _("Please choose"),
            options,
        )


def not_found(typed: str) -> str:
    """The sentence for text in the type-ahead that is no municipality's name."""
    return gettext("We do not find “%(typed)s”. Choose your municipality from the list.") % {"typed": typed}


class MunicipalityField(forms.Field):
    """A municipality of the register; its value is the key. Needs `offer()` before use."""

    widget = MunicipalitySelect

    def offer(self, choices: Choices, typed: str = "") -> None:
        """Give the field the register; ``typed`` is text in the type-ahead that led to no municipality."""
        self.names = choices.municipalities
        self.widget.municipality_options = choices.municipality_options
        if typed:
            self.widget.attrs["data-typed"] = typed
            self.error_messages["required"] = not_found(typed)

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value not in self.empty_values and value not in self.names:
            raise ValidationError(self.error_messages["required"], code="unknown")
