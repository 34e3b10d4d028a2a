"""Parts of the advisors' forms that need a look of their own."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Div


class _Unmarked(Div):
    """Fields of which none is called optional, since it goes without saying."""

    def render(self, form: Any, context: Any, *args: Any, **kwargs: Any) -> str:
        """The fields in their frame."""
        # Not `context.push`: crispy leaves a layer behind for each field; its end would take one of those.
        before = context.get("mark_optional", True)
        context["mark_optional"] = False
        try:
            return str(super().render(form, context, *args, **kwargs))
        finally:
            context["mark_optional"] = before


class People(_Unmarked):
    """Small fields for numbers of people; an empty one is a zero."""

    template = "workspace/layout/people.html"


class Dates(_Unmarked):
    """Rows of a date and a time; empty rows do not count."""

    template = "workspace/layout/dates.html"


class Private(Div):
    """What only its author reads; it looks different from the rest."""

    template = "workspace/layout/private.html"
