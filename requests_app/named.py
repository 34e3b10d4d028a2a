"""What a request names in plain words: languages that it wishes for, and parts of the world.

Both are read from what the municipality wrote, and are compared with what advisors say of their work.
Nothing here is about anybody's origin.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from django.utils.translation import override

from advisors.languages import LANGUAGES
from advisors.models import WorldRegion
from requests_app.models import Case

# German is what everybody in the pool advises in; naming it tells nothing.
_TAKEN_FOR_GRANTED = "de"
# What people write for a region of the pool's list, beside its name. Keys: those of ``WorldRegion``.
_ALSO_CALLED = {
    "latin_america": ("Mittelamerika", "Zentralamerika", "Südamerika", "Central America", "South America"),
    "north_africa": ("Maghreb",),
    "southern_africa": ("Südlichen Afrika", "südliches Afrika", "südlichen Afrika"),
    "west_asia": ("Nahost", "Naher Osten", "Nahen Osten", "Middle East"),
    "southeastern_europe": ("Balkan", "Westbalkan"),
}
# "westafrikanisch", "ostasiatisch", "osteuropäisch": the end of a region's name and of its adjective.
_ADJECTIVES = (
    ("afrika", "afrikanisch"),
    ("amerika", "amerikanisch"),
    ("asien", "asiatisch"),
    ("europa", "europäisch"),
    ("karibik", "karibisch"),
    ("ozeanien", "ozeanisch"),
)

# Where the situation tells where people come from: "Menschen aus Syrien und dem Irak", "mit Familie in
# Kamerun", "mit lateinamerikanischer Einwanderungsgeschichte". That is no reason for anybody.
_LISTED = r"(?:\s+(?:d(?:em|er|en)\s+)?[A-ZÄÖÜ][\w-]+(?:,|\s+und|\s+oder)?)+"
_ORIGIN = re.compile(
    rf"\b(?:aus|Familien?\s+in|Wurzeln\s+in){_LISTED}"
    r"|\w+(?:isch|äisch)e[rnms]?\s+(?:\w+geschichte|\w*[Hh]erkunft|Wurzeln|Familien?)\b"
)


def languages(case: Case) -> list[str]:
    """The codes of the languages that the wishes of a request name ("Arabisch oder Dari erwünscht").

    Only where wishes are written, not in the text on the situation: that tells of leaflets and
    neighbours, too. A request that was written in English wishes for English.
    """
    wishes = f"{case.advisor_wishes}\n{case.access_needs}"
    found = [code for code, pattern in _language_patterns().items() if pattern.search(wishes)]
    if case.language == "en" and "en" not in found:
        found.append("en")
    return found


@lru_cache
def _language_patterns() -> dict[str, re.Pattern[str]]:
    """By code: the language as a noun of its own, or as the beginning of "-kenntnisse" and the like.

    "Arabisch" and "arabischsprachig" are wishes for the language, "arabische Vereine" is none.
    """
    patterns = {}
    for code, name in LANGUAGES.items():
        if code == _TAKEN_FOR_GRANTED:
            continue
        with override("de"):
            german = str(name)
        with override("en"):
            english = str(name)
        names = "|".join(re.escape(n) for n in (german.removeprefix("Deutsche "), english))
        small = re.escape(german[0].lower() + german[1:])
        patterns[code] = re.compile(
            rf"\b(?:(?:{names})(?:[Kk]enntniss\w*|[Ss]prach\w*|-\w+)?|{small}sprach\w*|{small}sprech\w*)\b"
        )
    return patterns


class Places:
    """Looks up countries and regions of the world in what a request says, quickly for a whole pool."""

    def __init__(self, case: Case) -> None:
        situation = _ORIGIN.sub(" ", case.situation)
        self._text = "\n".join((case.title, situation, case.guiding_question, case.advisor_wishes))
        self._lower = self._text.lower()
        self._known: dict[str, bool] = {}

    def met(self, regions: Iterable[WorldRegion], countries: str) -> list[str]:
        """Those of an advisor's ``regions`` and ``countries`` (a list in words) that the request names."""
        found = [str(region) for region in regions if self._names_region(region)]
        return found + [country for country in _split(countries) if self._names_country(country)]

    def _names_region(self, region: WorldRegion) -> bool:
        names = (region.label, region.label_en, *_ALSO_CALLED.get(region.key, ()))
        if any(name and self._has(name) for name in names):
            return True
        label = region.label.lower()
        return any(
            label.endswith(noun) and label.removesuffix(noun) + adjective in self._lower
            for noun, adjective in _ADJECTIVES
        )

    def _names_country(self, country: str) -> bool:
        """By its name; a republic by the last word of it, too ("Demokratische Republik Kongo")."""
        last = country.rpartition(" ")[2]
        return self._has(country) or ("Republik " in country and self._has(last))

    def _has(self, name: str) -> bool:
        """Whether ``name`` stands in the text as a word, also as a genitive or before a hyphen."""
        if name not in self._known:
            self._known[name] = name in self._text and bool(
                # "Guinea" is not named where "Guinea-Bissau" is, nor where "Äquatorial-Guinea" is.
                re.search(rf"(?<![\w-]){re.escape(name)}s?(?!\w|-Bissau)", self._text)
            )
        return self._known[name]


def _split(countries: str) -> list[str]:
    """ "Ghana, Togo und Benin" as a list."""
    return [
        part for part in re.split(r"\s*(?:[,;/\n]|\bund\b|\band\b)\s*", countries.strip()) if len(part) > 2
    ]
