"""The filter over the public directory."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from advisors.directory import Profile
from advisors.languages import language_name
from advisors.sorting import fold
from advisors.vocabulary import ConsultationFormat, Mode
from miglobe.site.forms import KernForm


@dataclass(frozen=True)
class Place:
    """A place of the register, and how far (in km) it is from others, by their keys."""

    name: str
    km: dict[str, int]


@dataclass(frozen=True)
class Hit:
    """A profile that fits, and how far its base town is from the place asked for (None: not known)."""

    profile: Profile
    km: int | None = None


class SearchForm(KernForm):
    """Offers only what somebody in the directory answers to. Nothing is required."""

    mark_optional = False

    topic = forms.ChoiceField(label=_("Topic"), required=False)
    region = forms.ChoiceField(label=_("Experience in"), required=False)
    language = forms.ChoiceField(label=_("Language"), required=False)
    format = forms.ChoiceField(label=_("Format"), required=False)
    place = forms.CharField(
        label=_("On site in"),
        required=False,
        max_length=120,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, profiles: Iterable[Profile], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        profiles = list(profiles)
        self._offer("topic", {pair for profile in profiles for pair in profile.topics})
        self._offer("region", {pair for profile in profiles for pair in profile.regions})
        spoken = {code for profile in profiles for code, _level in profile.languages}
        self._offer("language", {(code, language_name(code)) for code in spoken})
        formats = {key for profile in profiles for key in profile.formats}
        labels = {(key, str(ConsultationFormat(key).label)) for key in formats}
        self._offer("format", labels)

    def _offer(self, name: str, pairs: Iterable[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("All")), *sorted(pairs, key=lambda pair: fold(pair[1]))]
        field.error_messages["invalid_choice"] = _("Nobody in the directory offers this now. Choose again.")

    def clean_place(self) -> Place | None:
        """The place of the register that was typed, with the distances from it."""
        typed = self.cleaned_data["place"].strip()
        if not typed:
            return None
        find: Callable[[str], Place | None] = import_string(settings.FIND_PLACE)
        place = find(typed)
        if place is None:
            raise forms.ValidationError(
                _("We do not find this place in North Rhine-Westphalia. Try the name of the municipality.")
            )
        return place

    def hits(self, profiles: Iterable[Profile]) -> list[Hit]:
        """Those of ``profiles`` that fit; the nearest first where a place is asked for, else in their order.

        A filter that makes no sense is told at its field and filters nothing.
        """
        self.is_valid()
        wanted = self.cleaned_data
        fitting = [profile for profile in profiles if self._fits(profile)]
        place = wanted.get("place")
        if not isinstance(place, Place):
            return [Hit(profile) for profile in fitting]
        hits = [Hit(profile, place.km.get(profile.base_key)) for profile in fitting]
        return sorted((hit for hit in hits if _comes(hit)), key=lambda hit: (hit.km is None, hit.km or 0))

    def _fits(self, profile: Profile) -> bool:
        offered: dict[str, Iterable[str]] = {
            "topic": (key for key, _label in profile.topics),
            "region": (key for key, _label in profile.regions),
            "language": (code for code, _level in profile.languages),
            "format": profile.formats,
        }
        return all(
            not self.cleaned_data.get(name) or self.cleaned_data[name] in keys
            for name, keys in offered.items()
        )


def _comes(hit: Hit) -> bool:
    """Whether somebody comes to the place: as far as she or he travels, and unless only online.

    Who has not said how far, or where from, is shown: one can ask.
    """
    profile = hit.profile
    if profile.modes and not {Mode.ON_SITE, Mode.HYBRID, Mode.ANY} & set(profile.modes):
        return False
    return hit.km is None or profile.travels_km is None or hit.km <= profile.travels_km
