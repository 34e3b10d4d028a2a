"""The advisor's form for declining an offer."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from miglobe.site.fields import LongTextField
from miglobe.site.forms import KernForm


class DeclineForm(KernForm):
    """An optional reason for declining an offer."""

    reason = LongTextField(
        label=_("Reason"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only the coordination reads it."),
    )
