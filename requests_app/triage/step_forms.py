"""What a coordinator fills in for a step. The forms validate; they mail nothing and change nothing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from advisors.models import Advisor
from miglobe.site.fields import LongTextField
from miglobe.site.forms import KernForm
from requests_app import matching, summary, workflow
from requests_app.models import DECLINE_RESOLUTIONS, Assignment, AssignmentRole, Case, Resolution
from requests_app.triage import fitting


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


class CloseForm(StepForm):
    resolution = forms.ChoiceField(
        label=_("How did the case end?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how the case ended.")},
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

    def clean_resolution(self) -> Resolution:
        return Resolution(self.cleaned_data["resolution"])


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


class OfferForm(StepForm):
    """Whom to ask in which role that is still free, and what they read before they say yes."""

    lead = forms.ChoiceField(
        label=_("Lead"), error_messages={"required": _("Choose who should take the lead.")}
    )
    co = forms.ChoiceField(
        label=_("Second advisor"), error_messages={"required": _("Choose a second advisor.")}
    )
    summary = LongTextField(
        label=_("What the advisors read before they accept"),
        max_length=summary.MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_(
            "No names and no contact data, please: advisors see those once they have accepted. "
            "We have taken out what we found; check the rest."
        ),
        error_messages={"required": _("Write what the advisors should know.")},
    )
    no_names = forms.BooleanField(label=_("The marked words are no contact data"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("summary", summary.offer_summary(self.case))
        self.pool = [s for s in matching.suggest(self.case) if s.can_be_asked]
        self._people: dict[str, Advisor] = {str(s.advisor.pk): s.advisor for s in self.pool}
        free = fitting.free_roles(self.case)
        for role in AssignmentRole:
            if role in free:
                self._offer_choice(role, required=role == AssignmentRole.LEAD or len(free) == 1)
            else:
                del self.fields[role]
        # Asked for only when there is something to confirm.
        if not self.is_bound or not self._suspicious(self.data.get(self.add_prefix("summary"), "")):
            del self.fields["no_names"]

    def _offer_choice(self, role: AssignmentRole, required: bool) -> None:
        field = self.fields[role]
        assert isinstance(field, forms.ChoiceField)
        field.required = required
        empty = gettext("Please choose") if required else gettext("Nobody")
        fitting_people = [(str(s.advisor.pk), _in_short(s)) for s in self.pool if not s.obstacles]
        others = [(str(s.advisor.pk), _in_short(s)) for s in self.pool if s.obstacles]
        groups = [(gettext("Fitting"), fitting_people), (gettext("With an obstacle"), others)]
        field.choices = [("", empty), *[group for group in groups if group[1]]]

    def _suspicious(self, text: str) -> list[str]:
        return summary.contact_data_in(text, self.case)

    def _clean_person(self, role: AssignmentRole) -> Advisor | None:
        return self._people.get(self.cleaned_data[role])

    def clean_lead(self) -> Advisor | None:
        return self._clean_person(AssignmentRole.LEAD)

    def clean_co(self) -> Advisor | None:
        return self._clean_person(AssignmentRole.CO)

    def clean(self) -> None:
        lead, co = self.cleaned_data.get("lead"), self.cleaned_data.get("co")
        if lead and lead == co:
            self.add_error("co", gettext("Choose two different advisors."))
        words = self._suspicious(self.cleaned_data.get("summary", ""))
        if words and not self.cleaned_data.get("no_names"):
            found = ", ".join(f"„{word}“" for word in words)
            text = ngettext(
                "This looks like contact data: %(words)s. Take it out, or tick below that it is none.",
                "These look like contact data: %(words)s. Take them out, or tick below that they are none.",
                len(words),
            )
            self.add_error("summary", text % {"words": found})

    def people(self) -> list[tuple[AssignmentRole, Advisor]]:
        """Who is asked in which role; for a valid form."""
        chosen = [(role, self.cleaned_data.get(role)) for role in AssignmentRole]
        return [(role, advisor) for role, advisor in chosen if advisor]


def _in_short(suggestion: matching.Suggestion) -> str:
    text = gettext("%(name)s (%(load)d of %(capacity)d cases)") % {
        "name": suggestion.advisor.name,
        "load": suggestion.load,
        "capacity": suggestion.capacity,
    }
    return f"{text} – {'; '.join(suggestion.obstacles)}" if suggestion.obstacles else text
