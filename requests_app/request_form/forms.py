"""The three pages of the request form, and the field for the code."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from crispy_forms.layout import HTML, Field, Layout
from django import forms
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from advisors.vocabulary import ConsultationFormat, Mode
from miglobe.site.fields import MonthYearField
from miglobe.site.forms import KernForm
from miglobe.site.widgets import CheckboxSelectMultiple, MonthYearInput, RadioSelect
from requests_app.forms import DocumentsField, DocumentsInput
from requests_app.models import Document, Goal
from requests_app.request_form.choices import Choices
from requests_app.request_form.fields import Code, Email, Line, MunicipalityField, Text
from requests_app.request_form.partners import ADD_PARTNER, PARTNER_TYPED, PartnersField, is_lead

# A field that people do not see. Programs know the name as one that is worth filling in.
HONEYPOT = "website"


class PageForm(KernForm):
    """One page of the form. What its fields offer comes from ``Choices``."""

    # Posted besides the fields, and kept in the draft with them.
    also_kept: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args: Any, choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer(choices)

    def offer(self, choices: Choices) -> None:
        """Give the fields what they offer."""

    def tell_only(self, *names: str) -> None:
        """Keep the errors of these fields alone: the page was not sent off, so nothing else is wrong yet."""
        for name in [name for name in self.errors if name not in names]:
            del self.errors[name]

    def hide_what_is_missing(self) -> None:
        """Say only what is wrong, not what is still to come: for who takes up a page half-way."""
        for name, errors in list(self.errors.items()):
            if all(error.code == "required" for error in errors.as_data()):
                del self.errors[name]

    @classmethod
    def posted_names(cls) -> Iterator[str]:
        """The names under which the page posts what was typed."""
        for name, field in cls.base_fields.items():
            if isinstance(field, DocumentsField):
                continue  # files are kept beside the draft
            if isinstance(field.widget, MonthYearInput):
                yield from (f"{name}_{part}" for part in field.widget.parts)
            else:
                yield name
        yield from cls.also_kept
        yield HONEYPOT


class MunicipalityForm(PageForm):
    """Which municipality asks, and who speaks for it."""

    also_kept = (
        "municipality_typed",  # into a type-ahead, and it did not lead to a municipality
        PARTNER_TYPED,
        ADD_PARTNER,
    )

    municipality = MunicipalityField(
        label=_("Municipality"),
        help_text=_("Cities, towns, districts and regional associations in North Rhine-Westphalia"),
        error_messages={"required": _("Choose your municipality from the list.")},
    )
    organisation = Line(
        label=_("Municipal company or special-purpose association"),
        max_length=200,
        required=False,
        help_text=_("Leave this empty if the municipality itself asks."),
    )
    partners = PartnersField(
        label=_("Do several municipalities ask together?"),
        required=False,
        help_text=_("The municipality named above has the lead. Choose the others here, ten at most."),
    )
    unit = Line(
        label=_("Department or unit"),
        max_length=160,
        required=False,
        help_text=_("For example: Municipal Integration Centre"),
    )
    name = Line(
        label=_("First and last name"),
        max_length=150,
        autocomplete="name",
        error_messages={"required": _("Enter your first and last name.")},
    )
    function = Line(label=_("Function"), max_length=160, required=False, autocomplete="organization-title")
    email = Email(
        label=_("Work e-mail address"),
        help_text=_("We send the confirmation to this address."),
        error_messages={
            "required": _("Enter your work e-mail address."),
            "invalid": _("Enter an e-mail address, for example name@stadt.de."),
        },
    )
    phone = Line(label=_("Telephone"), max_length=40, required=False, kind="tel", autocomplete="tel")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        company = ("organisation",) if "organisation" in self.fields else ()
        self.helper.layout = Layout(
            Field("municipality", css_class="app-w-30"),
            HTML('{% include "request_form/not_listed.html" %}'),
            *company,
            "unit",
            "name",
            "function",
            Field("email", css_class="app-w-30"),
            Field("phone", css_class="app-w-20"),
            "partners",  # few need it: not on the way of the others
        )

    def offer(self, choices: Choices) -> None:
        municipality, further = self.fields["municipality"], self.fields["partners"]
        data: Any = self.data
        assert isinstance(municipality, MunicipalityField)
        assert isinstance(further, PartnersField)
        municipality.offer(choices, self._typed("municipality_typed"))
        further.offer(
            choices,
            data.getlist("partners") if self.is_bound else self.initial.get("partners", ()),
            typed=self._typed(PARTNER_TYPED),
            adding=ADD_PARTNER in self.data,
        )
        # Only a company's request brings a name along, or whoever enters one; nobody else is asked for it.
        if "organisation" not in self.data and "organisation" not in self.initial:
            del self.fields["organisation"]

    def point_elsewhere(self, url: str) -> None:
        """Show who is not in the list of municipalities a way to ``url``; the page has to know it."""
        self.not_listed_url = url
        self.fields["municipality"].widget.attrs["data-none"] = _(
            "No municipality found. Is your office not in the list? Then go on with the link below."
        )

    def _typed(self, name: str) -> str:
        return Truncator(self.data.get(name, "").strip()).chars(80)

    def clean(self) -> None:
        lead, further = self.cleaned_data.get("municipality"), self.fields["partners"]
        if lead and lead in self.cleaned_data.get("partners", []):
            assert isinstance(further, PartnersField)
            self.add_error("partners", is_lead(further.names[lead]))


class ConcernForm(PageForm):
    """What it is about."""

    title = Line(
        label=_("What is it about, in one sentence?"),
        max_length=120,
        help_text=_("At most 120 characters. For example: Win migrant associations for our steering group"),
        error_messages={"required": _("Say in one sentence what it is about.")},
    )
    situation = Text(
        label=_("What is the situation on the ground?"),
        max_length=3000,
        tall=True,
        help_text=_(
            "For example: Which structures, partnerships or resolutions are there? Who is involved already? "
            "Please do not give names or personal details of third parties."
        ),
        error_messages={"required": _("Describe the situation on the ground.")},
    )
    guiding_question = Text(
        label=_("Which question would you like to work on?"), max_length=300, required=False
    )
    goals = forms.MultipleChoiceField(
        label=_("Which goals are you pursuing?"),
        choices=Goal,
        required=False,
        help_text=_("You can choose several."),
        widget=CheckboxSelectMultiple(
            hints={
                Goal.PARTICIPATION: _("Involve people with a migration history and their organisations"),
                Goal.UNSURE: _("No problem. We clarify the goals in the first talk."),
            }
        ),
        error_messages={"invalid_choice": _("Choose from the list.")},
    )
    topics = forms.MultipleChoiceField(
        label=_("Topics"),
        required=False,
        help_text=_("They help us to find the right advisor. You can choose several."),
        widget=CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("This topic is not offered any more. Choose from the list.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(
            "title",
            "situation",
            "guiding_question",
            "goals",
            Field("topics", wrapper_class="app-two-columns"),
        )

    def offer(self, choices: Choices) -> None:
        field = self.fields["topics"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = choices.topics


class WishesForm(PageForm):
    """How they would like it; nothing here must be filled in."""

    mark_optional = False

    formats = forms.MultipleChoiceField(
        label=_("Which format would you like?"),
        choices=ConsultationFormat,
        required=False,
        help_text=_("You can choose several. The format can still be changed later."),
        widget=CheckboxSelectMultiple(
            hints={
                ConsultationFormat.INITIAL_TALK: _("Online or on the phone, about 60 minutes"),
                ConsultationFormat.WORKSHOP: _("On site or online, half a day to a whole day"),
                ConsultationFormat.PROCESS_SUPPORT: _("Several meetings"),
            }
        ),
        error_messages={"invalid_choice": _("Choose from the list.")},
    )
    mode = forms.ChoiceField(
        label=_("Where should the consultation take place?"),
        choices=Mode,
        required=False,
        initial=Mode.ANY,
        widget=RadioSelect,
        error_messages={"invalid_choice": _("Choose from the list.")},
    )
    earliest_begin = MonthYearField(
        label=_("When could the consultation start at the earliest?"),
        required=False,
        in_future=True,
        help_text=_("For example: 3 2027"),
        error_messages={"past": _("The start must not be in the past.")},
    )
    period = Line(
        label=_("Is there a fixed date or period?"),
        max_length=200,
        required=False,
        help_text=_("For example: council meeting on 14 April"),
    )
    preferred_advisor = forms.ChoiceField(
        label=_("Would you like a particular advisor?"),
        required=False,
        help_text=_("We ask this person first."),
        error_messages={"invalid_choice": _("This person takes on no cases at the moment. Choose again.")},
    )
    advisor_wishes = Text(
        label=_("Wishes for the advisors"),
        max_length=300,
        required=False,
        help_text=_("For example: experience with fair trade, languages, travel time"),
    )
    participants = Text(
        label=_("Who else takes part?"),
        max_length=500,
        required=False,
        help_text=_(
            "For example: steering group, integration council, associations. Please do not give names or "
            "personal details of third parties."
        ),
    )
    access_needs = Text(
        label=_("What do you need so that everybody can take part?"),
        max_length=500,
        required=False,
        help_text=_(
            "For example: sign language, speech-to-text, a room without steps. You need not give reasons, "
            "nor the names of people."
        ),
    )
    documents = DocumentsField(label=_("Documents"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(
            Field("formats", wrapper_class="app-two-columns"),
            "mode",
            "earliest_begin",
            "period",
            Field("preferred_advisor", css_class="app-w-30"),
            "advisor_wishes",
            "participants",
            "access_needs",
            "documents",
        )

    def offer(self, choices: Choices) -> None:
        field = self.fields["preferred_advisor"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Please suggest somebody")), *choices.advisors]

    def show_documents(self, kept: Sequence[Document], refused: Sequence[str] = ()) -> None:
        """List the files that are kept with the draft, and say why others are not."""
        widget = self.fields["documents"].widget
        assert isinstance(widget, DocumentsInput)
        widget.kept = kept
        for sentence in refused:
            self.add_error("documents", sentence)

    def clean_mode(self) -> str:
        return self.cleaned_data["mode"] or Mode.ANY


class CodeForm(KernForm):
    """The field for the code that the mail brought."""

    code = Code(
        label=_("Code from the e-mail"),
        help_text=_("Six digits"),
        widget=forms.TextInput(
            {"inputmode": "numeric", "autocomplete": "one-time-code", "spellcheck": "false", "size": 8}
        ),
        error_messages={"required": _("Enter the six-digit code from the e-mail.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(Field("code", css_class="app-w-10"))
