"""Further municipalities that ask together with the first one: ticked ones, and a row to add another.

Those that were chosen stand as ticked boxes; taking the tick away takes the municipality out. A button
asks for one more row, a select of the register. So it works without script, and keeps what was chosen.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app.request_form.choices import Choices
from requests_app.request_form.fields import MunicipalitySelect, not_found

MOST = 10
# Posted besides the field itself: the text in its type-ahead, and the button that asks for one more row.
PARTNER_TYPED = "partner_typed"
ADD_PARTNER = "add_partner"


def is_lead(name: str) -> str:
    """The sentence for a further municipality that is the first one already."""
    return _("%(name)s has the lead already. Choose other municipalities here.") % {"name": name}


class PartnersInput(MunicipalitySelect):
    """Draws the chosen municipalities and, when asked for, the row to add one."""

    kern_template = "components/case/partners_field.html"
    chosen: tuple[tuple[str, str], ...] = ()  # keys and names
    adding = False
    has_focus = False
    add_name = ADD_PARTNER

    def __init__(self) -> None:
        super().__init__({"data-typeahead": PARTNER_TYPED})

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        return [key for key in data.getlist(name) if key]

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> Any:
        """The empty row: what was chosen stands above it."""
        focus = {"autofocus": True} if self.has_focus else {}
        return super().render(name, "", {**(attrs or {}), **focus}, renderer)

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        """Where a link to the field leads: the row, else the first chosen one, else the button."""
        if self.adding:
            return id_
        return f"{id_}_0" if self.chosen else f"{id_}_add"

    @property
    def is_full(self) -> bool:
        return len(self.chosen) >= MOST


class PartnersField(forms.Field):
    """A list of municipalities of the register, by key, each once. Needs `offer()` before use."""

    widget = PartnersInput
    default_error_messages = {
        "unknown": gettext_lazy("Choose from the list."),
    }

    def offer(self, choices: Choices, chosen: Iterable[str], *, typed: str, adding: bool) -> None:
        """Give the field the register and what was ``chosen`` so far.

        ``typed`` is text in the type-ahead that led to no municipality, ``adding`` whether one more row
        was asked for.
        """
        self.names = choices.municipalities
        widget = self.widget
        widget.municipality_options = choices.municipality_options
        known = [key for key in dict.fromkeys(chosen) if key in self.names]
        widget.chosen = tuple((key, self.names[key]) for key in known)
        # The text of a row that was chosen from comes along, too.
        typed = "" if typed in dict(widget.chosen).values() else typed
        self.typed = typed
        widget.adding = (adding or bool(typed)) and len(widget.chosen) < MOST
        if typed:
            widget.attrs["data-typed"] = typed

    def validate(self, value: list[str]) -> None:
        super().validate(value)
        for key in value:
            if key not in self.names:
                raise ValidationError(self.error_messages["unknown"], code="unknown")
            if value.count(key) > 1:
                name = self.names[key]
                raise ValidationError(_("You have chosen %(name)s already.") % {"name": name}, code="double")
        if len(value) > MOST:
            raise ValidationError(_("Choose at most %(most)d municipalities.") % {"most": MOST}, code="many")
        if self.typed:
            raise ValidationError(not_found(self.typed), code="unknown")
