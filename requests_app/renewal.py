"""Renewing the register of municipalities: what would change, and changing it.

A municipality keeps its row as long as its key stays, so it stays with its cases whatever its name
becomes. One that is not in the new register is kept, too: it can no longer be chosen, and when it was
merged, it knows into which one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date

from django.db import transaction
from django.db.models import Q

from requests_app import register
from requests_app.models import Case, Municipality
from requests_app.register_file import Broken, Facts

# Fewer municipalities than this part of the present ones: half of the file is missing.
LEAST_PART = 0.9
_NAMES = [each.name for each in fields(Facts)]
_COUNTED = ("population", "population_date")
_TOWNS = (
    Municipality.Kind.INDEPENDENT_CITY,
    Municipality.Kind.DISTRICT_TOWN,
    Municipality.Kind.DISTRICT_MUNICIPALITY,
)
_DISTRICTS = (Municipality.Kind.DISTRICT, Municipality.Kind.CITY_REGION)


@dataclass(frozen=True)
class Change:
    """A municipality that is in the register and in the file, and what differs: name, old, new."""

    row: Municipality
    differences: tuple[tuple[str, object, object], ...]

    @property
    def is_only_counted_anew(self) -> bool:
        return all(name in _COUNTED for name, _old, _new in self.differences)


@dataclass
class Plan:
    """What a renewal does. Made by `plan`, done by `apply`."""

    day: date
    new: list[Facts] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    back: list[Municipality] = field(default_factory=list)  # gone once, now in the file again
    gone: list[Municipality] = field(default_factory=list)
    merged: dict[str, str] = field(default_factory=dict)  # old key: new key

    @property
    def renamed(self) -> list[Change]:
        return [each for each in self.changed if "name" in [name for name, _old, _new in each.differences]]

    @property
    def is_empty(self) -> bool:
        return not (self.new or self.changed or self.back or self.gone or self.merged)


def plan(facts: Mapping[str, Facts], merged: Mapping[str, str] | None = None) -> Plan:
    """Compare the register with the ``facts`` of a file. Reads only.

    ``merged``: for municipalities that are not in the file any more, the key of the one that they are
    part of now. Raises ``Broken`` when the file or ``merged`` does not fit the register.
    """
    rows = {row.key: row for row in Municipality.objects.select_related("successor")}
    _check_size(facts, rows)
    everything = dict(facts) | _associations(facts, rows)
    made = Plan(next(iter(facts.values())).population_date)
    for key, each in everything.items():
        row = rows.get(key)
        if row is None:
            made.new.append(each)
            continue
        if not row.is_active:
            made.back.append(row)
        if differences := _differences(row, each):
            made.changed.append(Change(row, differences))
    made.gone = [row for row in rows.values() if row.is_active and row.key not in everything]
    made.merged = _mergers(merged or {}, rows, everything)
    return made


def _check_size(facts: Mapping[str, Facts], rows: Mapping[str, Municipality]) -> None:
    present = [row for row in rows.values() if row.is_active]
    if not present:
        raise Broken("The register is empty. Run load_municipalities first.")
    newest = max(row.population_date for row in present)
    day = next(iter(facts.values())).population_date
    if day < newest:
        raise Broken(f"The file is of {day}, the register is newer: {newest}.")
    for kinds, word in ((_TOWNS, "municipalities"), (_DISTRICTS, "districts")):
        before = sum(row.kind in kinds for row in present)
        after = sum(each.kind in kinds for each in facts.values())
        if after < before * LEAST_PART:
            raise Broken(f"The file holds {after} {word}, the register {before}: it is not complete.")


def _associations(facts: Mapping[str, Facts], rows: Mapping[str, Municipality]) -> dict[str, Facts]:
    """The regional associations, which the file does not know: as they are, with the sum of their members."""
    found = {}
    for row in rows.values():
        if row.kind != Municipality.Kind.REGIONAL_ASSOCIATION:
            continue
        members = [f for f in facts.values() if f.regional_association == row.key and f.kind in _TOWNS]
        found[row.key] = Facts(
            **{name: getattr(row, name) for name in _NAMES}
            | {
                "population": sum(member.population for member in members),
                "population_date": members[0].population_date,
            }
        )
    return found


def _differences(row: Municipality, facts: Facts) -> tuple[tuple[str, object, object], ...]:
    if row.kind in _TOWNS:
        facts = replace(facts, seat=row.seat)  # the file names the seats of districts only
    pairs = ((name, getattr(row, name), getattr(facts, name)) for name in _NAMES)
    return tuple(pair for pair in pairs if pair[1] != pair[2])


def _mergers(
    merged: Mapping[str, str], rows: Mapping[str, Municipality], facts: Mapping[str, Facts]
) -> dict[str, str]:
    wanted = {}
    for old, new in merged.items():
        if old not in rows:
            raise Broken(f"{old} is not in the register, so it cannot be merged.")
        if old in facts:
            raise Broken(f"{rows[old].name} ({old}) is still in the file, so it was not merged.")
        if new not in facts:
            raise Broken(f"{new}, which {rows[old].name} is said to be part of, is not in the file.")
        successor = rows[old].successor
        if successor is None or successor.key != new:
            wanted[old] = new
    return wanted


def with_cases(rows: list[Municipality]) -> list[Municipality]:
    """Those of ``rows`` that ask in a case, alone or with others."""
    keys = [row.pk for row in rows]
    asking = Q(pk__in=Case.objects.filter(municipality__in=keys).values("municipality"))
    along = Q(pk__in=Case.partners.through.objects.filter(municipality__in=keys).values("municipality"))
    return list(Municipality.objects.filter(asking | along, pk__in=keys))


@transaction.atomic
def apply(made: Plan) -> None:
    """Write the plan, all of it or nothing."""
    for change in made.changed:
        for name, _old, new in change.differences:
            setattr(change.row, name, new)
        change.row.save(update_fields=[name for name, _old, _new in change.differences])
    for row in made.back:
        row.is_active, row.successor = True, None
        row.save(update_fields=["is_active", "successor"])
    for facts in made.new:
        place = _place(facts, made)
        Municipality.objects.create(
            **{name: getattr(facts, name) for name in _NAMES},
            latitude=place.latitude,
            longitude=place.longitude,
        )
    for row in made.gone:
        row.is_active = False
        row.save(update_fields=["is_active"])
    for old, new in made.merged.items():
        _merge(Municipality.objects.get(key=old), Municipality.objects.get(key=new))
    register.loaded.send(sender=Municipality)


def _place(facts: Facts, made: Plan) -> Municipality:
    """Where a new municipality lies, until somebody knows better: as one it was made of, or its district."""
    parts = [old for old, new in made.merged.items() if new == facts.key]
    near = Municipality.objects.filter(key__in=parts).order_by("-population").first()
    around = Municipality.objects.filter(government_region=facts.government_region)
    found = near or around.filter(district_key=facts.district_key).order_by("key").first() or around.first()
    assert found is not None  # every region has municipalities
    return found


def _merge(old: Municipality, new: Municipality) -> None:
    """``old`` is part of ``new`` now, and so is what had become part of ``old`` before."""
    for row in (old, *old.predecessors.all()):
        row.successor = new
        row.save(update_fields=["successor"])
