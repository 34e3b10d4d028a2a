"""What the municipality fills in after the end: three questions, what became of the options, another talk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from miglobe.site.fields import LongTextField
from miglobe.site.forms import KernForm
from requests_app.forms import NO_THIRD_PARTIES
from requests_app.models import ActionOption, Helped, Implementation, OptionReport, Recommends
from requests_app.workflow import Said

SAME, NEW = "same", "new"


class FeedbackForm(KernForm):
    """Three questions; one answer is enough."""

    mark_optional = False

    helped = forms.ChoiceField(
        label=gettext_lazy("Did the consultation help you?"),
        choices=Helped.choices,
        required=False,
        widget=forms.RadioSelect,
    )
    recommends = forms.ChoiceField(
        label=gettext_lazy("Would you recommend it to another municipality?"),
        choices=Recommends.choices,
        required=False,
        widget=forms.RadioSelect,
    )
    missing = LongTextField(
        label=gettext_lazy("What was missing?"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=NO_THIRD_PARTIES,
    )

    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data
        if not self.errors and not any(typed.values()):
            raise forms.ValidationError(_("Please answer at least one of the questions."))
        return typed


class FollowUpForm(KernForm):
    """One line for each option: its state and a word; below a word for all of them together.

    ``before``: the newest reports by the options' keys; with them the form begins.
    """

    mark_optional = False

    word = LongTextField(
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "The coordination alone reads it. Please do not give names or personal details of third parties."
        ),
    )

    def __init__(
        self,
        *args: Any,
        options: Sequence[ActionOption],
        before: dict[int, OptionReport],
        word: str = "",
        **kwargs: Any,
    ) -> None:
        self.options = options
        super().__init__(*args, initial={"word": word}, **kwargs)
        about_all = _("Anything else you would like to say?")
        self.fields["word"].label = about_all if options else _("What has become of the consultation?")
        for option in options:
            self._add(option, before.get(option.pk))
        self.order_fields([name for name in self.fields if name != "word"])

    def _add(self, option: ActionOption, before: OptionReport | None) -> None:
        state, note = f"state_{option.pk}", f"note_{option.pk}"
        self.fields[state] = forms.ChoiceField(
            label=_("Where does it stand?"),
            choices=[("", _("No answer")), *Implementation.choices],
            required=False,
        )
        self.fields[note] = forms.CharField(label=_("A word on it"), max_length=500, required=False)
        if before:
            self.initial.update({state: before.implementation, note: before.note})

    @property
    def lines(self) -> list[tuple[ActionOption, BoundField, BoundField]]:
        """Each option with its two fields."""
        return [(o, self[f"state_{o.pk}"], self[f"note_{o.pk}"]) for o in self.options]

    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data
        for option in self.options:
            state, note = typed.get(f"state_{option.pk}"), typed.get(f"note_{option.pk}")
            if state == Implementation.DROPPED and not note:
                self.add_error(
                    f"note_{option.pk}", _("Say why “%(title)s” was dropped.") % {"title": option.title}
                )
            if note and not state and not self.has_error(f"state_{option.pk}"):
                self.add_error(
                    f"state_{option.pk}", _("Choose where “%(title)s” stands.") % {"title": option.title}
                )
        if not self.errors and not any(typed.values()):
            raise forms.ValidationError(_("Choose at least one state, or write a word."))
        return typed

    @property
    def said(self) -> list[Said]:
        """The lines that were answered."""
        typed = self.cleaned_data
        return [
            Said(option.pk, typed[f"state_{option.pk}"], typed[f"note_{option.pk}"])
            for option in self.options
            if typed[f"state_{option.pk}"]
        ]


class TalkForm(KernForm):
    """Whether the municipality goes on with its case, or asks for something new."""

    about = forms.ChoiceField(
        label=gettext_lazy("What would you like to talk about?"),
        choices=[
            (SAME, gettext_lazy("The same concern: your case is opened again")),
            (NEW, gettext_lazy("Something new: a new request, with your contact data filled in already")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what you would like to talk about.")},
    )
    text = LongTextField(
        label=gettext_lazy("What is it about?"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "Only for the same concern: the coordination and your advisors read it. Please do not give names "
            "or personal details of third parties."
        ),
    )

    def clean(self) -> dict[str, Any]:
        """A text for the same concern would be lost on the way to a new request: so that is said."""
        typed = self.cleaned_data
        if typed.get("about") == NEW and typed.get("text"):
            self.add_error(
                "text",
                _("This text does not go along. Copy it into the new request, and empty this field."),
            )
        return typed
