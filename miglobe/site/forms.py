"""The base of every form of the portal, drawn by the crispy template pack `kern`."""

from __future__ import annotations

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from miglobe.site.fields import HoneypotField


class _Kern:
    """Adds `helper`: the template holds `<form>`, `{% csrf_token %}` and the buttons.

    Set `self.helper.layout` in `__init__` after `super().__init__()` to order or group fields.
    `mark_optional = False` leaves out "(optional)" where every field is optional.
    """

    mark_optional = True
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.mark_optional = self.mark_optional
        for field in self.fields.values():
            self._say_what_to_do(field)

    @staticmethod
    def _say_what_to_do(field: forms.Field) -> None:
        """Replace Django's "This field is required." by a sentence that names the field and what to do."""
        shipped = forms.Field.default_error_messages["required"]
        if not field.label or field.error_messages.get("required") != shipped:
            return
        if isinstance(field, forms.BooleanField):
            sentence = gettext("Please confirm: “%(label)s”.")
        elif isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
            sentence = gettext("Please choose an answer to “%(label)s”.")
        else:
            sentence = gettext("Please fill in “%(label)s”.")
        field.error_messages["required"] = sentence % {"label": field.label}


class KernForm(_Kern, forms.Form):
    """A form with the portal's look, error texts and crispy helper."""


class KernModelForm(_Kern, forms.ModelForm):
    """The same for a form of a model."""


class BarrierReportForm(KernForm):
    """Somebody could not use a page. The address is theirs to give."""

    description = forms.CharField(
        label=_("What does not work?"),
        help_text=_("For example: which page, what you wanted to do, which aids or programs you use."),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Describe what does not work.")},
    )
    page = forms.CharField(
        label=_("On which page?"),
        required=False,
        max_length=300,
        help_text=_("Address or title of the page."),
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        required=False,
        help_text=_("Only if you would like an answer."),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
        error_messages={"invalid": _("Enter an e-mail address, for example name@stadt.de.")},
    )
    website = HoneypotField()
