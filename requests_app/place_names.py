"""The names that would tell which municipality asks: for offers that must not name it.

Whole words are looked for, with the endings that German gives them ("Hattinger", "Kölns") and with
"ae" for "ä". Names of parts of a town stand in no register: whoever offers a case reads the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.db.models import Q

from requests_app.models import Case, Municipality

_KIND_BEFORE = re.compile(r"^(?:Kreis|Städteregion|Landschaftsverband|Stadt|Gemeinde) ")
_KIND_BEHIND = re.compile(r"[ -]?[Kk]reis$")
_RIVER = re.compile(r" (?:an der|am|im|in|bei|vor) .*$")
_HEALTH_RESORT = re.compile(r"^(?:Bad|Sankt|St\.) ")
_PEOPLE = r"(?:an)?er(?:s|n|in|innen)?"  # Münsteraner, Kölnerin
_LETTERS = {"ä": "(?:ä|ae)", "ö": "(?:ö|oe)", "ü": "(?:ü|ue)", "ß": "(?:ß|ss)"}
# Shorter names are ordinary words when they begin with a small letter: Essen, Lage, Halle.
_ALSO_SMALL_FROM = 6
# A website tells whose it is.
_WEBSITE = r"(?:https?://\S+|(?<![\w@.-])(?:[\w-]+\.)+(?:de|org|com|net|eu|nrw|info|ruhr|koeln)\b(?:/\S*)?)"


def pattern_for(case: Case) -> re.Pattern[str]:
    """What finds every name of the municipality that asks, of those that ask along and of their districts."""
    places = _places(case)
    words = {spelling for place in places for spelling in _spellings(place)}
    alternatives = [_WEBSITE]
    if case.organisation:
        alternatives.append(rf"(?i:{re.escape(case.organisation)})")
    alternatives += [_inflected(word) for word in sorted(words, key=len, reverse=True)]
    numbers = {number for place in places for number in (place.postal_code, place.key) if number}
    # One letter alone tells nobody a town; "E" stands in every "E-Mail".
    numbers |= {place.plate for place in places if len(place.plate) > 1}
    alternatives += [re.escape(number) for number in sorted(numbers)]
    return re.compile(rf"(?<!\w)(?:{'|'.join(alternatives)})(?!\w)")


def _places(case: Case) -> list[Municipality]:
    """The municipalities that ask, their districts, the towns of a district, and what they were or became."""
    own = [place for place in (case.municipality, *case.partners.all()) if place]
    districts = [place.key for place in own if place.kind in _WITH_TOWNS]
    related = Municipality.objects.filter(
        Q(key__in=[place.district_key for place in own if place.district_key])
        | Q(district_key__in=districts)
        | Q(successor__in=own)
        | Q(pk__in=[place.successor_id for place in own if place.successor_id])
    )
    return [*own, *related]


_WITH_TOWNS = (Municipality.Kind.DISTRICT, Municipality.Kind.CITY_REGION)


def _spellings(place: Municipality) -> Iterable[str]:
    """The names of a place as people write them, the shortest being what tells it from others."""
    for name in filter(None, (place.name, place.official_name, place.seat)):
        plain = re.sub(r" *\(.*?\)", "", name).partition(",")[0].partition("/")[0].strip()
        yield plain
        short = _HEALTH_RESORT.sub("", _RIVER.sub("", _KIND_BEHIND.sub("", _KIND_BEFORE.sub("", plain))))
        yield short
        if place.kind not in _WITH_TOWNS:  # "Rheda-Wiedenbrück" is two names, "Rhein-Erft" two rivers
            yield from (part for part in short.split("-") if len(part) > 3)


def _inflected(word: str) -> str:
    """A pattern for a name with its endings."""
    if word.endswith("scher"):  # Märkischer Kreis
        stem, endings = word[:-2], "e[rnms]?"
    elif word.endswith("en"):
        stem, endings = word[:-2], rf"(?:en(?:s|{_PEOPLE})?|{_PEOPLE})"
    elif word.endswith("e"):  # Herdecker, Hallenser
        stem, endings = word[:-1], rf"(?:es?|(?:ens)?{_PEOPLE})"
    else:
        stem, endings = word, rf"(?:s|{_PEOPLE})?"
    pattern = _letters(stem) + endings
    if len(word) >= _ALSO_SMALL_FROM:
        return f"(?i:{pattern})"
    return f"{pattern}|{_letters(word.upper())}"


def _letters(word: str) -> str:
    spelled = "".join(_LETTERS.get(letter.lower(), re.escape(letter)) for letter in word)
    return spelled.replace(r"\ ", r"[\s-]+").replace(r"\-", r"[\s-]*")
