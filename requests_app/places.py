"""Places of the register for the advisors' directory, which knows nothing of municipalities itself."""

from __future__ import annotations

from typing import Any

from django.core.cache import caches
from django.dispatch import receiver

from advisors.search import Place
from advisors.sorting import fold
from requests_app import register
from requests_app.matching import distance_km
from requests_app.models import Municipality

cache = caches["local"]
CACHE_KEY = "requests_app.places"
CACHE_SECONDS = 600


def find_place(typed: str) -> Place | None:
    """The place that somebody typed: by its name, the beginning or a word of it, its AGS or postal code."""
    rows = _rows()
    wanted = _plain(typed)
    if not wanted:
        return None
    for fits in (
        lambda row: wanted in (_plain(row.name), row.key, row.postal_code),
        lambda row: _plain(row.name).startswith(wanted),
        lambda row: wanted in _plain(row.name).split(),
    ):
        if found := [row for row in rows if fits(row)]:
            place = min(found, key=lambda row: (len(row.name), row.name))
            return Place(place.name, {row.key: distance_km(place, row) for row in rows})
    return None


def how_many_alike(municipality: Municipality) -> int:
    """How many municipalities are of the same kind, size class and government region, this one included."""
    told = (municipality.kind, municipality.government_region, municipality.size_class)
    return sum((row.kind, row.government_region, row.size_class) == told for row in _rows())


def key_of(typed: str) -> str:
    """The key of the town or municipality with exactly this name, or nothing."""
    wanted = _plain(typed)
    return next((row.key for row in _rows() if wanted and _plain(row.name) == wanted), "")


def _rows() -> list[Municipality]:
    rows: list[Municipality] | None = cache.get(CACHE_KEY)
    if rows is None:
        fields = ["key", "name", "postal_code", "latitude", "longitude"]
        fields += ["kind", "government_region", "population"]
        rows = list(Municipality.objects.filter(is_active=True).only(*fields).order_by("key"))
        cache.set(CACHE_KEY, rows, CACHE_SECONDS)
    return rows


def _plain(text: str) -> str:
    """Without marks; what people write instead of umlauts counts as the umlaut."""
    folded = fold(text)
    for pair, letter in (("ae", "a"), ("oe", "o"), ("ue", "u")):
        folded = folded.replace(pair, letter)
    return folded


@receiver(register.loaded)
def forget(**kwargs: Any) -> None:
    cache.delete(CACHE_KEY)
