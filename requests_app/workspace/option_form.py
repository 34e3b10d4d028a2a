"""The advisors' forms for action options."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms

from requests_app import option_words
from requests_app.models import ActionOption, LibraryOption
from requests_app.option_forms import OptionWordingForm


class OptionForm(OptionWordingForm):
    """Writing an option, or changing one."""

    form_key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        option: ActionOption | None = None,
        begin_with: ActionOption | LibraryOption | None = None,
        **kwargs: Any,
    ) -> None:
        """``option`` is the one to change; a new one may ``begin_with`` the words of another."""
        initial: dict[str, Any] = {"form_key": uuid.uuid4()}
        if option:
            initial = option_words.wording_of(option) | {"version": option.version}
        elif begin_with:
            initial |= option_words.wording_of(begin_with)
        super().__init__(*args, initial=initial, **kwargs)


class ProposeForm(forms.Form):
    """Carries the drafts that the advisor has read, each with its version."""

    drafts = forms.CharField(widget=forms.HiddenInput, max_length=2000)


class VersionForm(forms.Form):
    """The yes to one wording."""

    version = forms.IntegerField()


class _Keys(forms.Field):
    """Keys of options in their order, a hidden input each."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> list[int]:
        return [int(key) for key in value or [] if key.isascii() and key.isdecimal() and len(key) < 10]


class OrderForm(forms.Form):
    """An order of the options; ``seen`` is the one that the page began with."""

    seen = _Keys()
    order = _Keys()
