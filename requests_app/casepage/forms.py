"""The forms of the case page. Hidden versions are written by the templates from what the page shows."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from miglobe.site.fields import LongTextField
from miglobe.site.forms import KernForm
from requests_app.forms import NO_THIRD_PARTIES


class AnswerForm(KernForm):
    """The answer to a query. ``seen`` is the version of the case that the question was read in."""

    text = LongTextField(
        label=_("Your answer"),
        help_text=NO_THIRD_PARTIES,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Write an answer.")},
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="answer_%s", **kwargs)


class ConfirmForm(forms.Form):
    """The yes to one option, in the wording of ``version``, with a remark if there is one."""

    version = forms.IntegerField()
    text = LongTextField(required=False, max_length=2000)


class CommentForm(KernForm):
    """A remark on an option, in the wording of ``version``: along with the yes, or instead of it."""

    text = LongTextField(
        label=_("Your remark"),
        help_text=_(
            "Your advisors read it. If you do not confirm yet, they change the option and put it to you "
            "again. Please do not give names or personal details of third parties."
        ),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write what should be different.")},
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, option: int, **kwargs: Any) -> None:
        """``option`` is the key of the option: every form on the page needs ids of its own."""
        super().__init__(*args, auto_id=f"comment_{option}_%s", **kwargs)


class QuestionForm(KernForm):
    """What was different about a session, as the record of ``version`` says it was held."""

    text = LongTextField(
        label=_("What was different?"),
        help_text=_(
            "Your advisors read this, and correct the record or write to you. Please do not give names or "
            "personal details of third parties."
        ),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write what was different.")},
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, session: int, **kwargs: Any) -> None:
        """``session`` is the key of the session: every form on the page needs ids of its own."""
        super().__init__(*args, auto_id=f"question_{session}_%s", **kwargs)


class _Wordings(forms.Field):
    """Options as the page showed them: a hidden input each, with key and version ("12:3")."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> list[tuple[int, int]]:
        try:
            return [(int(key), int(version)) for key, version in (each.split(":") for each in value or [])]
        except ValueError as error:
            raise forms.ValidationError(_("Please open the page again.")) from error


class ConfirmAllForm(forms.Form):
    """The yes to several options at once, each in the wording that the page showed."""

    option = _Wordings()


class WithdrawForm(KernForm):
    """Taking the request back. ``seen`` is the version of the case that was looked at."""

    reason = LongTextField(
        label=_("Why do you withdraw the request?"),
        help_text=_(
            "Only the coordination reads this. Please do not give names or personal details of third parties."
        ),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)
