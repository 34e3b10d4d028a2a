"""The forms about offers: whom to ask now, and whom after that, with the text that they decide on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from advisors.models import Advisor
from miglobe.site.fields import LongTextField
from requests_app import matching, offer_facts, summary, workflow
from requests_app.models import AssignmentRole, Case, ShortlistEntry
from requests_app.triage import fitting
from requests_app.triage.step_forms import StepForm


class OfferTexts(StepForm):
    """What advisors read before they answer. It is searched for contact data and, maybe, for names."""

    summary = LongTextField(
        label=_("What the advisors read before they accept"),
        max_length=summary.MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_(
            "No names and no contact data, please: advisors see those once they have accepted. "
            "We have taken out what we found; check the rest. Topics, format, period and region are told "
            "beside it."
        ),
        error_messages={"required": _("Write what the advisors should know.")},
    )
    effort = LongTextField(
        label=_("Expected effort"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Unchanged, each advisor reads it in her or his language."),
    )
    no_names = forms.BooleanField(label=_("The marked words may stay"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("summary", summary.offer_summary(self.case))
        self.initial.setdefault("effort", offer_facts.default_effort(get_language() or "de"))
        # Asked for only when there is something to confirm.
        if not self.is_bound or not any(self.found(self._typed(name)) for name in ("summary", "effort")):
            del self.fields["no_names"]

    def hides_the_name(self) -> bool:
        """Whether the offers must not name the municipality."""
        return self.case.is_confidential

    def _typed(self, name: str) -> str:
        return str(self.data.get(self.add_prefix(name), ""))

    def found(self, text: str) -> list[str]:
        """What must not stand in an offer, as far as it can be found."""
        return summary.found_in(text, self.case, is_confidential=self.hides_the_name())

    def clean(self) -> None:
        if self.cleaned_data.get("no_names"):
            return
        for name in ("summary", "effort"):
            text = self.cleaned_data.get(name, "")
            contact_data = summary.contact_data_in(text, self.case)
            names = [word for word in self.found(text) if word not in contact_data]
            if contact_data:
                self.add_error(name, _looks_like_contact_data(contact_data))
            if names:
                self.add_error(name, _tells_the_municipality(names))

    def allowed_words(self) -> tuple[str, ...]:
        """The words that stay though they look like what should not stand here; for a valid form."""
        typed = self.cleaned_data
        return tuple(dict.fromkeys([*self.found(typed["summary"]), *self.found(typed["effort"])]))


def _quoted(words: list[str]) -> dict[str, str]:
    return {"words": ", ".join(f"„{word}“" for word in words)}


def _looks_like_contact_data(words: list[str]) -> str:
    text = ngettext(
        "This looks like contact data: %(words)s. Take it out, or tick below that it is none.",
        "These look like contact data: %(words)s. Take them out, or tick below that they are none.",
        len(words),
    )
    return text % _quoted(words)


def _tells_the_municipality(words: list[str]) -> str:
    text = ngettext(
        "This tells which municipality asks: %(words)s. Take it out, or tick below that it does not.",
        "These tell which municipality asks: %(words)s. Take them out, or tick below that they do not.",
        len(words),
    )
    return text % _quoted(words)


class OfferForm(OfferTexts):
    """Whom to ask in which role that is still free, and what they read before they say yes."""

    lead = forms.ChoiceField(
        label=_("Lead"), error_messages={"required": _("Choose who should take the lead.")}
    )
    co = forms.ChoiceField(
        label=_("Second advisor"), error_messages={"required": _("Choose a second advisor.")}
    )
    is_confidential = forms.BooleanField(
        label=_("Confidential: do not name the municipality"),
        required=False,
        help_text=_(
            "Offers then tell kind, size and region alone. Whoever accepts sees the name. Parts of the town, "
            "societies and persons we do not know: check the text."
        ),
    )
    field_order = ("lead", "co", "summary", "effort", "is_confidential", "no_names")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("is_confidential", self.case.is_confidential)
        self._begin_with_an_entry()
        self.pool = [s for s in matching.suggest(self.case) if s.can_be_asked]
        self._people: dict[str, Advisor] = {str(s.advisor.pk): s.advisor for s in self.pool}
        free = fitting.free_roles(self.case)
        for role in AssignmentRole:
            if role in free:
                self._offer_choice(role, required=role == AssignmentRole.LEAD or len(free) == 1)
            else:
                del self.fields[role]

    def hides_the_name(self) -> bool:
        return is_ticked(self.data, "is_confidential")

    def _begin_with_an_entry(self) -> None:
        """The text of whoever is next on the shortlist, when that is whom the page was opened for."""
        key = self.initial.pop("entry", "")
        entry = next((each for each in self.case.shortlist.all() if str(each.pk) == key), None)
        if entry:
            offer = workflow.offer_from(entry)
            self.initial.update(
                {
                    entry.role: str(entry.advisor_id),
                    "summary": offer.summary,
                    "effort": entry.effort,
                }
            )

    def _offer_choice(self, role: AssignmentRole, required: bool) -> None:
        field = self.fields[role]
        assert isinstance(field, forms.ChoiceField)
        field.required = required
        empty = gettext("Please choose") if required else gettext("Nobody")
        fitting_people = [(str(s.advisor.pk), in_short(s)) for s in self.pool if not s.obstacles]
        others = [(str(s.advisor.pk), in_short(s)) for s in self.pool if s.obstacles]
        groups = [(gettext("Fitting"), fitting_people), (gettext("With an obstacle"), others)]
        field.choices = [("", empty), *[group for group in groups if group[1]]]

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
        super().clean()

    def offers(self) -> list[workflow.Offer]:
        """The offers to be made, the lead's first; for a valid form."""
        typed = self.cleaned_data
        return [
            workflow.Offer(
                advisor,
                role,
                typed["summary"],
                effort=offer_facts.effort_for(advisor.user.language, typed["effort"]),
            )
            for role, advisor in ((role, typed.get(role)) for role in AssignmentRole)
            if advisor
        ]


class EntryForm(OfferTexts):
    """Whom to ask next. On the page of an offer it reads the texts typed there."""

    next = forms.ChoiceField(label=_("Advisor"), error_messages={"required": _("Choose who is asked next.")})
    next_role = forms.ChoiceField(label=_("Role"), choices=AssignmentRole.choices)
    asks_by_itself = forms.BooleanField(
        label=_("Ask the next one without me when the first says no or lets the deadline pass"),
        required=False,
    )
    field_order = ("next", "next_role", "summary", "effort", "no_names", "asks_by_itself")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        listed = list(self.case.shortlist.all())
        self.initial.setdefault("next_role", str(AssignmentRole.LEAD))
        self.initial.setdefault("asks_by_itself", any(entry.asks_by_itself for entry in listed))
        pool = [s for s in matching.suggest(self.case) if fitting.can_be_listed(s, self.case)]
        self._people = {str(s.advisor.pk): s.advisor for s in pool}
        field = self.fields["next"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", gettext("Please choose")), *[(str(s.advisor.pk), in_short(s)) for s in pool]]

    def hides_the_name(self) -> bool:
        return self.case.is_confidential or is_ticked(self.data, "is_confidential")

    def clean_next(self) -> Advisor | None:
        return self._people.get(self.cleaned_data["next"])

    def offer(self) -> workflow.Offer:
        """The offer in advance; for a valid form."""
        typed = self.cleaned_data
        return workflow.Offer(
            typed["next"],
            AssignmentRole(typed["next_role"]),
            typed["summary"],
            effort=typed["effort"],
            allowed_words=self.allowed_words(),
        )


class EntryTextsForm(OfferTexts):
    """What somebody on the shortlist will be told, and in which role."""

    next_role = forms.ChoiceField(label=_("Role"), choices=AssignmentRole.choices)
    field_order = ("next_role", "summary", "effort", "no_names")

    def __init__(self, *args: Any, entry: ShortlistEntry, **kwargs: Any) -> None:
        initial = {
            "next_role": entry.role,
            "summary": workflow.offer_from(entry).summary,
            "effort": entry.effort,
        }
        self.entry = entry
        super().__init__(*args, initial=initial, **kwargs)

    def offer(self) -> workflow.Offer:
        typed = self.cleaned_data
        return workflow.Offer(
            self.entry.advisor,
            AssignmentRole(typed["next_role"]),
            typed["summary"],
            effort=typed["effort"],
            allowed_words=self.allowed_words(),
        )


def as_typed(case: Case, typed: Mapping[str, str]) -> OfferForm:
    """The form of an offer as it was typed so far, without judging it: something else was pressed."""
    names = ("lead", "co", "summary", "effort")
    initial: dict[str, Any] = {name: typed[name] for name in names if name in typed}
    return OfferForm(initial=initial | {"is_confidential": is_ticked(typed, "is_confidential")}, case=case)


def is_ticked(typed: Mapping[str, Any], name: str) -> bool:
    """Whether a box is ticked, also where the page carried it along as a hidden field."""
    return bool(forms.CheckboxInput().value_from_datadict(typed, MultiValueDict(), name))


def in_short(suggestion: matching.Suggestion) -> str:
    """An advisor in a list of choices: name, load, obstacles."""
    text = gettext("%(name)s (%(load)d of %(capacity)d cases)") % {
        "name": suggestion.advisor.name,
        "load": suggestion.load,
        "capacity": suggestion.capacity,
    }
    return f"{text} – {'; '.join(suggestion.obstacles)}" if suggestion.obstacles else text
