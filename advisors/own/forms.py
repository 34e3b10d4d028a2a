"""The advisor's own forms: the profile, the consent, an absence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from crispy_forms.layout import Div, Field, Fieldset, Layout
from django import forms
from django.conf import settings
from django.db import transaction
from django.utils.formats import date_format
from django.utils.module_loading import import_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from advisors.languages import LANGUAGES
from advisors.models import Absence, Advisor, AdvisorLanguage
from advisors.photos import ACCEPT
from advisors.sorting import fold, name_key
from advisors.vocabulary import LanguageLevel, Mode
from miglobe.site.fields import LongTextField
from miglobe.site.forms import KernForm, KernModelForm
from miglobe.site.widgets import CheckboxSelectMultiple, DateInput

FREE_LANGUAGES = 2  # empty lines after those that are there
MOST_LANGUAGES = 10


class PhotoInput(forms.FileInput):
    """The field for a photo, with the present one above and a box to remove it."""

    kern_template = "advisors/own/photo_field.html"
    photo_url = ""

    def use_required_attribute(self, initial: Any) -> bool:
        return False


class ProfileForm(KernModelForm):
    """Everything about the advisor that is her or his to say. Not the name: it is that of the account."""

    mark_optional = False

    profile = LongTextField(
        label=_("What do you bring?"),
        max_length=2000,
        required=False,
        widget=forms.Textarea({"rows": 6}),
        help_text=_("Profession, experience and what you have brought about. Write about your work."),
    )
    approach = LongTextField(
        label=_("A personal word"),
        max_length=600,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("How do you work with municipalities? Write as you would say it."),
    )
    new_photo = forms.FileField(
        label=_("Photo"),
        required=False,
        allow_empty_file=True,  # told by the sentence for wrong files
        widget=PhotoInput({"accept": ACCEPT}),
        help_text=_("JPG or PNG, at most 10 MB, upright if possible. We remove place and camera."),
    )

    class Meta:
        model = Advisor
        fields = (
            "profile",
            "approach",
            "topics",
            "formats",
            "modes",
            "countries",
            "world_regions",
            "experience_years",
            "base_town",
            "travel_radius_km",
            "capacity",
            "availability",
            "phone",
        )
        labels = {
            "topics": _("Topics"),
            "formats": _("Formats"),
            "modes": _("On site or online"),
            "countries": _("Countries in which you have professional experience"),
            "world_regions": _("World regions in which you have professional experience"),
            "experience_years": _("Years of experience"),
            "base_town": _("Town from which you travel"),
            "travel_radius_km": _("How far do you travel? (km)"),
            "capacity": _("How many municipalities at the same time?"),
            "availability": _("When are you usually available?"),
            "phone": _("Telephone"),
        }
        help_texts = {
            "countries": _("For example: Ghana, Togo. It is about your work, never about your origin."),
            "base_town": _("Only the town, never an address."),
            "travel_radius_km": _("Municipalities further away do not find you when they search by place."),
            "availability": _("For example: Mondays, about four days a month"),
        }
        widgets = {
            "topics": CheckboxSelectMultiple,
            "world_regions": CheckboxSelectMultiple,
            "phone": forms.TextInput({"type": "tel", "autocomplete": "tel"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        advisor: Advisor = self.instance
        # The stubs take every form field for a plain one; these are fields of choices.
        self.fields["modes"].choices = [(m.value, m.label) for m in (Mode.ON_SITE, Mode.ONLINE, Mode.HYBRID)]  # type: ignore[attr-defined]
        for name in ("formats", "modes"):
            self.fields[name].widget = CheckboxSelectMultiple(choices=self.fields[name].choices)  # type: ignore[attr-defined]
        spoken = list(advisor.languages.all())
        self.lines = min(MOST_LANGUAGES, max(len(spoken) + FREE_LANGUAGES, 3))
        self._offer_languages(spoken)
        self.helper.layout = self._layout()

    def show_photo(self, url: str) -> None:
        """Show the present photo above the field for a new one."""
        widget = self.fields["new_photo"].widget
        assert isinstance(widget, PhotoInput)
        widget.photo_url = url

    def _offer_languages(self, spoken: list[AdvisorLanguage]) -> None:
        """One line for each language: which one, and how well."""
        names = sorted(((code, str(name)) for code, name in LANGUAGES.items()), key=lambda row: fold(row[1]))
        for number in range(self.lines):
            line = spoken[number] if number < len(spoken) else None
            for part, label, choices, value in (
                ("language", gettext("Language"), names, line and line.code),
                ("level", gettext("Level"), LanguageLevel.choices, line and line.level),
            ):
                self.fields[f"{part}_{number}"] = forms.ChoiceField(
                    label=f"{label} {number + 1}",
                    choices=[("", "–"), *choices],
                    required=False,
                    initial=value or "",
                )

    def _layout(self) -> Layout:
        lines = [
            Div(f"language_{number}", f"level_{number}", css_class="app-pair") for number in range(self.lines)
        ]
        return Layout(
            Fieldset(_("What everybody reads"), "new_photo", "profile", "approach"),
            Fieldset(
                _("On what and how you advise"),
                Field("topics", wrapper_class="app-two-columns"),
                Field("formats", wrapper_class="app-two-columns"),
                "modes",
            ),
            Fieldset(
                _("Your experience"),
                "countries",
                Field("world_regions", wrapper_class="app-two-columns"),
            ),
            Fieldset(_("Languages"), *lines),
            Fieldset(
                _("Where from"),
                Field("base_town", css_class="app-w-30"),
                Field("travel_radius_km", css_class="app-w-10"),
            ),
            Fieldset(
                _("For the coordination only"),
                Field("capacity", css_class="app-w-10"),
                Field("experience_years", css_class="app-w-10"),
                "availability",
                Field("phone", css_class="app-w-20"),
            ),
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        seen: set[str] = set()
        for number in range(self.lines):
            code = cleaned.get(f"language_{number}")
            if code and code in seen:
                self.add_error(f"language_{number}", gettext("This language is listed already."))
            seen.add(code or "")
        return cleaned

    @property
    def languages(self) -> list[tuple[str, str]]:
        """Code and level of each language, for a valid form."""
        lines = (
            (self.cleaned_data[f"language_{n}"], self.cleaned_data[f"level_{n}"]) for n in range(self.lines)
        )
        return [(code, level) for code, level in lines if code]

    @transaction.atomic
    def save(self, commit: bool = True) -> Advisor:
        """Save what the form holds, and nothing else of the row."""
        advisor: Advisor = self.instance
        fields = [name for name in self.Meta.fields if name not in ("topics", "world_regions")]
        if "base_town" in self.changed_data:
            find_key: Callable[[str], str] = import_string(settings.FIND_TOWN_KEY)
            advisor.base_key = find_key(advisor.base_town)
            fields.append("base_key")
        advisor.save(update_fields=fields)
        advisor.topics.set(self.cleaned_data["topics"])
        advisor.world_regions.set(self.cleaned_data["world_regions"])
        if self.languages != list(advisor.languages.values_list("code", "level")):
            advisor.languages.all().delete()
            for code, level in self.languages:
                AdvisorLanguage.objects.create(advisor=advisor, code=code, level=level)
        return advisor


class ConsentForm(KernForm):
    """One box beside the whole sentence. ``shown`` names what was to be read."""

    agree = forms.BooleanField(
        label=_("I agree."), error_messages={"required": _("Tick the box if you agree. Otherwise cancel.")}
    )
    shown = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, consent: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agree"].label = consent


class AbsenceForm(KernModelForm):
    """Days without requests, and who can be asked instead."""

    class Meta:
        model = Absence
        fields = ("first_day", "last_day", "substitute", "note")
        labels = {
            "first_day": _("First day"),
            "last_day": _("Last day"),
            "substitute": _("Who can be asked instead?"),
            "note": _("Note for the coordination"),
        }
        widgets = {"first_day": DateInput(), "last_day": DateInput()}
        error_messages = {
            "first_day": {"required": _("Enter the first day."), "invalid": _("Enter a date.")},
            "last_day": {"required": _("Enter the last day."), "invalid": _("Enter a date.")},
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Advisor.objects.active().exclude(pk=self.instance.advisor_id).select_related("user")
        field = self.fields["substitute"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = others
        field.choices = [
            ("", gettext("Nobody in particular")),
            *((other.pk, other.name) for other in sorted(others, key=lambda other: name_key(other.name))),
        ]
        field.help_text = gettext(
            "Please agree on it with the person first. Municipalities read the name if the profile is public."
        )
        self.helper.layout = Layout(
            Div("first_day", "last_day", css_class="app-pair"),
            Field("substitute", css_class="app-w-30"),
            "note",
        )

    def clean(self) -> dict[str, Any]:
        """An absence ends after it begins, and overlaps no other one."""
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if not first or not last:
            return cleaned
        if last < first:
            self.add_error("last_day", gettext("The last day cannot be before the first."))
            return cleaned
        others = Absence.objects.filter(advisor_id=self.instance.advisor_id).exclude(pk=self.instance.pk)
        if other := others.filter(first_day__lte=last, last_day__gte=first).first():
            days = {
                "first": date_format(other.first_day, "DATE_FORMAT"),
                "last": date_format(other.last_day, "DATE_FORMAT"),
            }
            text = gettext("You have already noted an absence from %(first)s to %(last)s. Change that one.")
            self.add_error("first_day", text % days)
        return cleaned
