"""What a coordinator fills in for a step. The forms validate; they mail nothing and change nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils import formats, timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from miglobe.site.fields import LongTextField
from miglobe.site.forms import KernForm
from miglobe.site.widgets import RadioSelect
from requests_app import deadlines, workflow
from requests_app.models import DECLINE_RESOLUTIONS, Assignment, AssignmentRole, Case, Resolution


class StepForm(KernForm):
    """A form about one case."""

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        self.case = case
        super().__init__(*args, **kwargs)

    def has_something_to_fill_in(self) -> bool:
        return any(not field.is_hidden for field in self)


class QueryForm(StepForm):
    text = LongTextField(
        label=_("Your question to the municipality"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("It also stands on the page of the case, where the municipality answers."),
        error_messages={"required": _("Write your question.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.case.lead_unit_open:
            self.initial.setdefault(
                "text",
                gettext(
                    "Which unit of %(municipality)s is in charge of the request of %(organisation)s? Please "
                    "give us the unit and, if you can, a contact person there."
                )
                % {"municipality": self.case.place, "organisation": self.case.organisation},
            )


class LeadUnitForm(StepForm):
    unit = forms.CharField(
        label=_("Which unit of the municipality is in charge?"),
        max_length=160,
        error_messages={"required": _("Enter the unit.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("unit", self.case.unit)


class DeclineForm(StepForm):
    resolution = forms.ChoiceField(
        label=_("Why is advice not possible?"),
        choices=[(str(r), r.label) for r in DECLINE_RESOLUTIONS],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a reason.")},
    )
    text = LongTextField(
        label=_("What you write to the municipality"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Give the reason in your own words, and say who could help instead."),
        error_messages={"required": _("Write why advice is not possible.")},
    )

    def clean_resolution(self) -> Resolution:
        return Resolution(self.cleaned_data["resolution"])


_WHAT_IT_MEANS = {
    Resolution.OPTIONS_AGREED: _("The municipality has confirmed what it will do."),
    Resolution.INITIAL_TALK_SUFFICIENT: _(
        "A good end: the municipality knows how to go on, without written options."
    ),
    Resolution.REFERRED: _("Another offer fits better; say in your text which one."),
    Resolution.DUPLICATE: _("It goes on in another case."),
    Resolution.NO_CAPACITY: _("Nobody can advise the municipality now."),
}


def _round_in_words(months: int, day: date) -> str:
    words = ngettext("after one month, on %(day)s", "after %(count)d months, on %(day)s", months)
    return words % {"count": months, "day": formats.date_format(day, "DATE_FORMAT")}


class CloseForm(StepForm):
    resolution = forms.ChoiceField(
        label=_("How did the case end?"),
        widget=RadioSelect(hints=_WHAT_IT_MEANS),
        error_messages={"required": _("Choose how the case ended.")},
    )
    left_out = forms.MultipleChoiceField(
        label=_("Which follow-ups are left out?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "On these days the portal asks the municipality what has become of it. You can still change "
            "that on the case's sheet."
        ),
    )
    text = LongTextField(
        label=_("A personal word to the municipality"),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Stands in the mail that tells that the case is closed."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        possible = workflow.possible_resolutions(self.case)
        field = self.fields["resolution"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(str(r), r.label) for r in possible]
        if len(possible) == 1:
            self.initial.setdefault("resolution", str(possible[0]))
        self.due = deadlines.follow_ups_due(possible[0] if possible else "", timezone.localdate())
        rounds = self.fields["left_out"]
        assert isinstance(rounds, forms.MultipleChoiceField)
        rounds.choices = [(str(months), _round_in_words(months, day)) for months, day in self.due.items()]
        if not self.due:
            del self.fields["left_out"]

    def clean_resolution(self) -> Resolution:
        return Resolution(self.cleaned_data["resolution"])

    @property
    def months_left_out(self) -> list[int]:
        """After how many months the municipality is not asked."""
        return [int(months) for months in self.cleaned_data.get("left_out", [])]

    @property
    def asked_on(self) -> date | None:
        """When it is asked for the first time; None: never."""
        if self.cleaned_data["resolution"] not in deadlines.AFTER_ADVICE:
            return None
        return min(
            (day for months, day in self.due.items() if months not in self.months_left_out), default=None
        )


class ReopenForm(StepForm):
    text = LongTextField(
        label=_("Why the case goes on"),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Stands in the mail to the municipality."),
    )


class AssignmentForm(StepForm):
    """Which offer or engagement a step is about; nothing is filled in."""

    assignment = forms.ModelChoiceField(queryset=Assignment.objects.none(), widget=forms.HiddenInput)
    roles: tuple[AssignmentRole, ...] = tuple(AssignmentRole)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["assignment"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Assignment.objects.filter(
            case=self.case, role__in=[str(role) for role in self.roles]
        ).select_related("case__municipality", "advisor__user")


class LeadForm(AssignmentForm):
    roles = (AssignmentRole.LEAD,)


class SecondAdvisorForm(AssignmentForm):
    roles = (AssignmentRole.CO,)
