"""Writes GV100AD files as Destatis has them: fixed width, one record a line, 220 characters."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from requests_app.register import DATA_FILE

DAY = date(2024, 12, 31)
REGIONS = {"051": "Düsseldorf", "053": "Köln", "055": "Münster", "057": "Detmold", "059": "Arnsberg"}
WIDTH = 220


@dataclass(frozen=True)
class Town:
    key: str
    name: str
    population: int = 10_000
    postal_code: str = "45525"
    kind: int = 63  # Stadt


@dataclass(frozen=True)
class District:
    key: str
    name: str
    kind: int = 43  # Kreis
    seat: str = ""


def _record(kind: int, day: date, key: str, name: str, seat: str = "", mark: str = "", rest: str = "") -> str:
    association = "0000" if kind == 60 else ""
    head = f"{kind}{day:%Y%m%d}{key:<8}{association:<4}{name:<50}{seat:<50}{mark:<2}"
    assert len(head) == 124, name
    return f"{head}{rest}".ljust(WIDTH)


def town_line(town: Town, day: date = DAY) -> str:
    # From column 129 on: area, population, men; postal code and whether there are more; offices.
    figures = f"{12345:011d}{town.population:011d}{town.population // 2:011d}"
    offices = f"{'5345':<4}{'8':<1}{'1':<1}{'02':<2}{'34567':<5}"
    rest = f"    {figures}    {town.postal_code:<5}*****  {offices}"
    return _record(60, day, town.key, town.name, mark=str(town.kind), rest=rest)


def district_line(district: District, day: date = DAY) -> str:
    return _record(40, day, district.key, district.name, district.seat, str(district.kind))


def lines(towns: Iterable[Town], districts: Iterable[District], day: date = DAY) -> Iterator[str]:
    """A whole file: the state, its five regions, the districts with their towns."""
    of_district: dict[str, list[Town]] = {}
    for town in towns:
        of_district.setdefault(town.key[:5], []).append(town)
    yield _record(10, day, "05", "Nordrhein-Westfalen", "Düsseldorf")
    for key, name in REGIONS.items():
        yield _record(20, day, key, name, name)
    for district in districts:
        yield district_line(district, day)
        for town in of_district.get(district.key, ()):
            association = Town(town.key[:5], town.name)
            yield _record(50, day, association.key, town.name, mark="50")
            yield town_line(town, day)


def of_the_register(day: date = DAY) -> tuple[list[Town], list[District]]:
    """The municipalities and districts of our own data file, as the statistical office would write them."""
    with DATA_FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    kinds = {"kreisfreie Stadt": 61, "kreisangehörige Stadt": 63, "Gemeinde": 64}
    towns = [
        Town(r["key"], r["name_official"], int(r["population"]), r["postal_code"], kinds[r["kind"]])
        for r in rows
        if r["kind"] in kinds
    ]
    districts = [
        District(r["key"], r["name"].removeprefix("Kreis "), seat=r["seat"])
        for r in rows
        if r["kind"] in ("Kreis", "Städteregion")
    ]
    districts += [District(t.key[:5], t.name, 41) for t in towns if t.kind == 61]
    return towns, sorted(districts, key=lambda district: district.key)


def write(path: Path, content: Iterable[str], encoding: str = "utf-8") -> Path:
    path.write_bytes("".join(f"{line}\r\n" for line in content).encode(encoding))
    return path
