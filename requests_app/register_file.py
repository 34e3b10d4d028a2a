"""Reading the register of municipalities from Destatis' GV100AD file.

The file is of fixed width: one record a line, its kind in the first two characters (10 state, 20
government region, 40 district, 50 association, 60 municipality), then the day of its borders and the
key. It names neither the regional associations nor number plates nor places on the map.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from gv100ad import (
    District,
    DistrictType,
    FederalState,
    GovernmentRegion,
    GV100ADReader,
    MunicipalityType,
)
from gv100ad import Municipality as MunicipalityRecord
from gv100ad.entities.base_record import BaseRecord

from requests_app.models import Municipality

STATE = "05"
_ENCODING = "utf-8-sig"
# A record of a municipality says in its last columns which offices are in charge; what is shorter is cut off.
_SHORTEST = 190

# The third digit of every key. The five of them have not changed since 1972.
REGIONS = {"1": "Düsseldorf", "3": "Köln", "5": "Münster", "7": "Detmold", "9": "Arnsberg"}
# Landschaftsverbandsordnung: the Rhineland are these two regions, Westphalia-Lippe the others.
_OF_LVR = ("Düsseldorf", "Köln")
_CITY_REGION = "05334"  # Städteregion Aachen; the file calls it a district

# Records of districts that stand for an independent city, which has a record of its own as well.
_CITIES = (DistrictType.KREISFREIE_STADT, DistrictType.STADTKREIS)

_KINDS = {
    MunicipalityType.KREISFREIE_STADT: Municipality.Kind.INDEPENDENT_CITY,
    MunicipalityType.STADTKREIS: Municipality.Kind.INDEPENDENT_CITY,
    MunicipalityType.STADT: Municipality.Kind.DISTRICT_TOWN,
    MunicipalityType.GROSSE_KREISSTADT: Municipality.Kind.DISTRICT_TOWN,
    MunicipalityType.MARKT: Municipality.Kind.DISTRICT_MUNICIPALITY,
    MunicipalityType.KREISANGEHOERIGE_GEMEINDE: Municipality.Kind.DISTRICT_MUNICIPALITY,
}


class Broken(Exception):
    """The file cannot be used. Its text is a sentence that says why."""


@dataclass(frozen=True)
class Facts:
    """What the file says of one municipality or district."""

    key: str
    name: str
    official_name: str
    kind: str
    district_key: str
    government_region: str
    regional_association: str
    population: int
    population_date: date
    postal_code: str
    seat: str


def read(path: Path) -> dict[str, Facts]:
    """The municipalities and districts of NRW in the file, by key.

    Raises ``Broken`` for a file that is not whole, not of NRW, or not a GV100AD file at all.
    """
    records = [record for record in _records(path) if record.regional_code.startswith(STATE)]
    if not records:
        raise Broken("The file holds nothing of North Rhine-Westphalia (key 05).")
    _check_whole(records)
    towns = [_town(record) for record in records if isinstance(record, MunicipalityRecord)]
    towns_known = [town for town in towns if town is not None]
    sums: Counter[str] = Counter()
    for town in towns_known:
        sums[town.district_key] += town.population
    districts = [
        _district(record, sums[record.regional_code])
        for record in records
        if isinstance(record, District) and record.type not in _CITIES
    ]
    return {facts.key: facts for facts in (*towns_known, *districts)}


def _records(path: Path) -> list[BaseRecord]:
    try:
        lines = path.read_text(encoding=_ENCODING).splitlines()
    except UnicodeDecodeError:
        raise Broken("The file is not written in UTF-8. Download it again from Destatis.") from None
    except OSError as error:
        raise Broken(f"The file cannot be read: {error.strerror}.") from None
    records = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        if line.startswith("60") and len(line) < _SHORTEST:
            raise Broken(f"Line {number} is cut off.")
        try:
            records += GV100ADReader(_OneLine(line)).read()
        except (ValueError, IndexError) as error:
            raise Broken(f"Line {number} is not as GV100AD has it: {error}.") from None
    return records


class _OneLine:
    """A reader of one line: so a mistake can be told with its number."""

    def __init__(self, line: str) -> None:
        self._lines = [line]

    def readline(self) -> str:
        return self._lines.pop() if self._lines else ""


def _check_whole(records: list[BaseRecord]) -> None:
    """Raise ``Broken`` unless state, regions, and districts with their municipalities fit together."""
    if not any(isinstance(record, FederalState) for record in records):
        raise Broken("The record of the state (10) is missing.")
    regions = {record.regional_code[2] for record in records if isinstance(record, GovernmentRegion)}
    if missing := [name for digit, name in REGIONS.items() if digit not in regions]:
        raise Broken(f"Government regions are missing: {', '.join(missing)}.")
    days = {record.timestamp for record in records}
    if len(days) > 1:
        raise Broken("The records are of different days.")
    towns = [record.regional_code for record in records if isinstance(record, MunicipalityRecord)]
    districts = [record.regional_code for record in records if isinstance(record, District)]
    for keys in (towns, districts):
        if double := [key for key, times in Counter(keys).items() if times > 1]:
            raise Broken(f"Keys stand there twice: {', '.join(double)}.")
    if any(not key.isdecimal() or key[2] not in REGIONS for key in (*towns, *districts)):
        raise Broken("A key is not one of North Rhine-Westphalia.")
    of_towns = {key[:5] for key in towns}
    if empty := sorted(set(districts) - of_towns):
        raise Broken(f"Districts have no municipality: {', '.join(empty)}.")
    if homeless := sorted(of_towns - set(districts)):
        raise Broken(f"The records of districts (40) are missing: {', '.join(homeless)}.")


def _town(record: MunicipalityRecord) -> Facts | None:
    """A city, town or municipality; None for an area that belongs to none."""
    kind = _KINDS.get(record.type)
    if kind is None:
        return None
    if kind == Municipality.Kind.INDEPENDENT_CITY and not record.regional_code.endswith("000"):
        kind = Municipality.Kind.DISTRICT_TOWN  # Aachen has the rights of one, but lies in the city region
    if not record.inhabitants:
        raise Broken(f"{record.name} has no population.")
    if len(record.postal_code) != 5 or not record.postal_code.isdecimal():
        raise Broken(f"{record.name} has no postal code.")
    return Facts(
        key=record.regional_code,
        name=_short(record.name),
        official_name=record.name,
        kind=kind,
        district_key=record.regional_code[:5],
        population=record.inhabitants,
        population_date=record.timestamp,
        postal_code=record.postal_code,
        seat="",
        **_above(record.regional_code),
    )


def _district(record: District, population: int) -> Facts:
    name, is_region = _short(record.name), record.regional_code == _CITY_REGION
    word = "Städteregion" if is_region else "Kreis"
    if word.lower() not in name.lower():
        name = f"{word} {name}"  # the file says "Unna"
    return Facts(
        key=record.regional_code,
        name=name,
        official_name=name,
        kind=Municipality.Kind.CITY_REGION if is_region else Municipality.Kind.DISTRICT,
        district_key=record.regional_code,
        population=population,
        population_date=record.timestamp,
        postal_code="",
        seat=_short(record.administrative_headquarters),
        **_above(record.regional_code),
    )


def _short(name: str) -> str:
    """The name without what it is: "Hattingen, Stadt" is "Hattingen"."""
    return name.split(",")[0].strip()


def _above(key: str) -> dict[str, str]:
    region = REGIONS[key[2]]
    return {"government_region": region, "regional_association": "LVR" if region in _OF_LVR else "LWL"}
