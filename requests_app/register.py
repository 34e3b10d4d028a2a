"""The register of municipalities: from its data file into the database."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

from django.db import transaction
from django.dispatch import Signal

from requests_app.models import Municipality

# What a renewal never writes.
_KEPT = ("id", "key", "is_active", "successor")

# What Destatis' file, which `import_municipalities` reads, does not hold.
_NOT_RENEWED = ["plate", "latitude", "longitude"]

DATA_FILE = Path(__file__).parent / "data" / "nrw_municipalities.csv"

# Sent when the register has been renewed: rows are written in bulk, which sends no signal of its own.
loaded = Signal()

_KINDS = {
    "kreisfreie Stadt": Municipality.Kind.INDEPENDENT_CITY,
    "kreisangehörige Stadt": Municipality.Kind.DISTRICT_TOWN,
    "Gemeinde": Municipality.Kind.DISTRICT_MUNICIPALITY,
    "Kreis": Municipality.Kind.DISTRICT,
    "Städteregion": Municipality.Kind.CITY_REGION,
    "Landschaftsverband": Municipality.Kind.REGIONAL_ASSOCIATION,
}


def _municipality(row: dict[str, str]) -> Municipality:
    return Municipality(
        key=row["key"],
        name=row["name"],
        official_name=row["name_official"],
        kind=_KINDS[row["kind"]],
        district_key=row["district_key"],
        government_region=row["regierungsbezirk"],
        regional_association=row["landschaftsverband"],
        population=int(row["population"]),
        population_date=date.fromisoformat(row["population_date"]),
        postal_code=row["postal_code"],
        seat=row["seat"],
        plate=row["plate"],
        latitude=row["lat"],
        longitude=row["lon"],
    )


@transaction.atomic
def load(path: Path = DATA_FILE) -> int:
    """Write every row of the data file into the database, by key. Returns the number of rows.

    What `import_municipalities` has renewed since is newer than the file and stays; of those rows only
    what that command does not know is written.

    Raises ``KeyError`` or ``ValueError`` for a row that is not as the file promises; nothing is
    written then.
    """
    with path.open(encoding="utf-8", newline="") as file:
        rows = [_municipality(row) for row in csv.DictReader(file)]
    stored = dict(Municipality.objects.values_list("key", "population_date"))
    renewed = {row.key for row in rows if row.key in stored and stored[row.key] > row.population_date}
    fields = [f.name for f in Municipality._meta.concrete_fields if f.name not in _KEPT]
    for names, batch in (
        (fields, [row for row in rows if row.key not in renewed]),
        (_NOT_RENEWED, [row for row in rows if row.key in renewed]),
    ):
        Municipality.objects.bulk_create(
            batch, update_conflicts=True, unique_fields=["key"], update_fields=names
        )
    loaded.send(sender=Municipality)
    return len(rows)
