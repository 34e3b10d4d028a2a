"""Renewing the register from Destatis' file: what is shown, what is written, what is refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from requests_app import register
from requests_app.models import Case, Municipality
from requests_app.request_form.choices import Choices
from tests import actors
from tests.requests_app import gv100ad_file
from tests.requests_app.gv100ad_file import District, Town

pytestmark = pytest.mark.django_db

HATTINGEN, SPROCKHOEVEL, HERDECKE = "05954016", "05954028", "05954020"
Change = Callable[[list[Town], list[District]], tuple[Iterable[Town], Iterable[District]]]
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a file of the whole register, changed as asked for."""

    def written(change: Change | None = None, day: date = gv100ad_file.DAY, **options: Any) -> Path:
        towns, districts = gv100ad_file.of_the_register()
        changed = change(towns, districts) if change else (towns, districts)
        return gv100ad_file.write(tmp_path / "GV100AD.txt", gv100ad_file.lines(*changed, day), **options)

    return written


def run(path: Path, *options: str) -> str:
    out = StringIO()
    call_command("import_municipalities", str(path), *options, stdout=out)
    return out.getvalue()


def refused(path: Path, *options: str) -> str:
    before = snapshot()
    with pytest.raises(CommandError) as error:
        run(path, "--apply", *options)
    assert error.value.returncode == 1
    assert snapshot() == before
    return str(error.value)


def snapshot() -> list[dict[str, Any]]:
    return list(Municipality.objects.order_by("pk").values())


def with_town(key: str, **fields: Any) -> Change:
    """One municipality is written otherwise."""

    def change(towns: list[Town], districts: list[District]) -> Any:
        return [replace(t, **fields) if t.key == key else t for t in towns], districts

    return change


def without(*keys: str) -> Change:
    return lambda towns, districts: ([t for t in towns if t.key not in keys], districts)


def town(key: str) -> Municipality:
    return Municipality.objects.get(key=key)


# --- The same register ----------------------------------------------------------------------------


def test_file_of_our_own_register_changes_nothing_but_the_day(write: Write):
    before = snapshot()
    run(write(), "--apply")
    expected = [row | {"population_date": gv100ad_file.DAY} for row in before]
    assert snapshot() == expected


def test_same_day_changes_nothing_at_all(write: Write):
    path = write(day=date(2022, 12, 31))
    assert run(path) == "The register is as the file says: nothing to change.\n"


def test_second_run_finds_nothing_to_change(write: Write):
    def change(towns: list[Town], districts: list[District]) -> Any:
        changed, _same = with_town(HATTINGEN, name="Hattingen an der Ruhr, Stadt")(towns, districts)
        return [t for t in changed if t.key != HERDECKE] + [Town("05954040", "Neustadt, Stadt")], districts

    path = write(change)
    run(path, "--apply", "--merged", f"{HERDECKE}={SPROCKHOEVEL}")
    again = run(path, "--apply", "--merged", f"{HERDECKE}={SPROCKHOEVEL}")
    assert again == "The register is as the file says: nothing to change.\n"


# --- What changes ---------------------------------------------------------------------------------


def test_without_apply_everything_is_shown_and_nothing_written(write: Write):
    actors.submitted()  # of Hattingen

    def change(towns: list[Town], districts: list[District]) -> Any:
        changed, _same = with_town(SPROCKHOEVEL, name="Sprockhövel-Haßlinghausen, Stadt")(towns, districts)
        changed = [replace(t, postal_code="58312") if t.key == "05954024" else t for t in changed]
        changed = [replace(t, population=40_000) if t.key == "05954012" else t for t in changed]
        kept = [t for t in changed if t.key not in (HATTINGEN, HERDECKE)]
        return [*kept, Town("05954040", "Neustadt, Stadt")], districts

    before = snapshot()
    told = run(write(change), "--merged", f"{HERDECKE}={SPROCKHOEVEL}")
    assert snapshot() == before
    for line in (
        "New: 1\n  Neustadt (05954040)",
        "Sprockhövel (05954028): name: Sprockhövel → Sprockhövel-Haßlinghausen",
        "postal_code: 58313 → 58312" if town("05954024").postal_code == "58313" else "→ 58312",
        f"Merged: 1\n  {HERDECKE} into {SPROCKHOEVEL}",
        "Gone, can no longer be chosen: 2",
        "Hattingen (05954016)\n",
        "Nothing was changed yet. Run the command again with --apply to write this.",
    ):
        assert line in told
    assert re.search(r"\(05954012\): population: \d+ → 40000", told)
    with_cases = told.split("Gone, but with cases.")[1]
    assert "Hattingen (05954016)" in with_cases
    assert HERDECKE not in with_cases


def test_renamed_municipality_stays_with_its_case(write: Write):
    case = actors.submitted()
    run(write(with_town(HATTINGEN, name="Hattingen an der Ruhr, Stadt", population=60_000)), "--apply")
    case = Case.objects.get(pk=case.pk)
    assert case.municipality is not None
    assert (case.municipality.key, case.place) == (HATTINGEN, "Hattingen an der Ruhr")
    assert case.municipality.official_name == "Hattingen an der Ruhr, Stadt"
    assert case.municipality.population == 60_000
    assert Choices.load().municipalities[HATTINGEN] == "Hattingen an der Ruhr"


def test_sums_of_district_and_association_follow_their_members(write: Write):
    before = {key: town(key).population for key in ("05954", "LWL", "LVR")}
    more = town(HATTINGEN).population + 1000
    run(write(with_town(HATTINGEN, population=more)), "--apply")
    after = {key: town(key).population for key in before}
    assert after == {"05954": before["05954"] + 1000, "LWL": before["LWL"] + 1000, "LVR": before["LVR"]}


def test_merged_municipality_knows_its_successor_and_keeps_its_case(write: Write):
    case = actors.submitted()
    run(write(without(HATTINGEN)), "--apply", "--merged", f"{HATTINGEN}={SPROCKHOEVEL}")
    old = town(HATTINGEN)
    assert (old.is_active, old.successor) == (False, town(SPROCKHOEVEL))
    assert Case.objects.get(pk=case.pk).municipality == old
    assert HATTINGEN not in Choices.load().municipalities


def test_what_was_merged_before_follows_on(write: Write):
    Municipality.objects.filter(key=HERDECKE).update(is_active=False, successor=town(HATTINGEN))
    path = write(without(HATTINGEN, HERDECKE))
    run(path, "--apply", "--merged", f"{HATTINGEN}={SPROCKHOEVEL}")
    assert town(HERDECKE).successor == town(SPROCKHOEVEL)


def test_gone_municipality_is_kept_and_can_no_longer_be_chosen(write: Write):
    case = actors.submitted()
    run(write(without(HATTINGEN)), "--apply")
    old = town(HATTINGEN)
    assert (old.is_active, old.successor) == (False, None)
    assert Case.objects.get(pk=case.pk).municipality == old


def test_municipality_that_is_there_again_can_be_chosen_again(write: Write):
    Municipality.objects.filter(key=HATTINGEN).update(is_active=False, successor=town(HERDECKE))
    assert "There again: 1\n  Hattingen (05954016)" in run(write(), "--apply")
    assert (town(HATTINGEN).is_active, town(HATTINGEN).successor) == (True, None)


def test_new_municipality_lies_in_its_district_and_can_be_chosen(write: Write):
    def change(towns: list[Town], districts: list[District]) -> Any:
        return [*towns, Town("05954040", "Neustadt, Stadt der Zukunft", 20_000, "58000")], districts

    run(write(change), "--apply")
    new, around = town("05954040"), town("05954")
    assert (new.name, new.official_name) == ("Neustadt", "Neustadt, Stadt der Zukunft")
    assert (new.kind, new.district_key) == (Municipality.Kind.DISTRICT_TOWN, "05954")
    assert (new.government_region, new.regional_association) == ("Arnsberg", "LWL")
    assert (new.latitude, new.longitude) == (around.latitude, around.longitude)
    assert Choices.load().municipalities["05954040"] == "Neustadt"


def test_plates_and_places_stay(write: Write):
    before = {row.key: (row.plate, row.latitude, row.longitude) for row in Municipality.objects.all()}
    run(write(), "--apply")
    assert {row.key: (row.plate, row.latitude, row.longitude) for row in Municipality.objects.all()} == before


def test_aachen_stays_a_town_of_its_city_region_whatever_rights_it_has(write: Write):
    run(write(with_town("05334002", kind=61)), "--apply")
    assert town("05334002").kind == Municipality.Kind.DISTRICT_TOWN
    assert town("05334").kind == Municipality.Kind.CITY_REGION


def test_file_of_all_of_germany_is_read_for_nrw_alone(tmp_path: Path):
    towns, districts = gv100ad_file.of_the_register()
    bavaria = gv100ad_file.town_line(Town("09162000", "München, Landeshauptstadt", 1_500_000, "80331", 61))
    path = gv100ad_file.write(tmp_path / "all.txt", [*gv100ad_file.lines(towns, districts), bavaria])
    run(path, "--apply")
    assert not Municipality.objects.filter(key="09162000").exists()


def test_loading_our_data_file_again_does_not_take_the_renewal_back(write: Write):
    """The containers load it at every start."""
    path = write(
        lambda towns, districts: (
            [
                t
                for t in with_town(HATTINGEN, name="Neuer Name, Stadt")(towns, districts)[0]
                if t.key != HERDECKE
            ],
            districts,
        )
    )
    run(path, "--apply", "--merged", f"{HERDECKE}={SPROCKHOEVEL}")
    Municipality.objects.filter(key="05954").update(plate="X")
    register.load()
    assert (town(HATTINGEN).name, town(HATTINGEN).population_date) == ("Neuer Name", gv100ad_file.DAY)
    assert (town(HERDECKE).is_active, town(HERDECKE).successor) == (False, town(SPROCKHOEVEL))
    assert town("05954").plate == "EN"


# --- What is refused ------------------------------------------------------------------------------


def broken_lines(change: Callable[[list[str]], Iterable[str]]) -> Callable[[Path], Path]:
    def written(folder: Path) -> Path:
        all_lines = list(gv100ad_file.lines(*gv100ad_file.of_the_register()))
        return gv100ad_file.write(folder / "broken.txt", change(all_lines))

    return written


def swap(lines: list[str], found: str, column: int, text: str) -> list[str]:
    """Overwrite part of the first line of a municipality that holds ``found``."""
    number = next(n for n, line in enumerate(lines) if line.startswith("60") and found in line)
    line = lines[number]
    lines[number] = line[:column] + text + line[column + len(text) :]
    return lines


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (broken_lines(lambda lines: []), "The file holds nothing of North Rhine-Westphalia (key 05)."),
        (broken_lines(lambda lines: ["<html><body>404</body></html>"]), "Line 1 is not as GV100AD has it"),
        (
            broken_lines(lambda lines: [line[:10] + "09" + line[12:] for line in lines]),
            "The file holds nothing of North Rhine-Westphalia (key 05).",
        ),
        (broken_lines(lambda lines: lines[1:]), "The record of the state (10) is missing."),
        (
            broken_lines(
                lambda lines: [line for line in lines if not line.startswith("20") or "059" not in line[:13]]
            ),
            "Government regions are missing: Arnsberg.",
        ),
        (broken_lines(lambda lines: [*lines[:-1], lines[-1][:150]]), "is cut off."),
        (broken_lines(lambda lines: lines[: len(lines) // 2]), "it is not complete."),
        (
            broken_lines(lambda lines: [line for line in lines if not line.startswith("40")]),
            "The records of districts (40) are missing",
        ),
        (
            broken_lines(
                lambda lines: [line for line in lines if "05954" not in line[:18] or line[:2] != "60"]
            ),
            "Districts have no municipality: 05954.",
        ),
        (broken_lines(lambda lines: swap(lines, "Hattingen", 139, "viele")), "is not as GV100AD has it"),
        (broken_lines(lambda lines: swap(lines, "Hattingen", 139, "00000000000")), "has no population."),
        (broken_lines(lambda lines: swap(lines, "Hattingen", 165, "     ")), "has no postal code."),
        (
            broken_lines(lambda lines: swap(lines, "Hattingen", 2, "20230101")),
            "The records are of different days.",
        ),
        (broken_lines(lambda lines: [*lines, lines[-1]]), "Keys stand there twice"),
    ],
)
def test_broken_file_is_refused_whole(make: Callable[[Path], Path], sentence: str, tmp_path: Path):
    told = refused(make(tmp_path))
    assert sentence in told
    assert told.endswith("Nothing was changed.")


def test_file_in_another_encoding_is_refused(write: Write):
    assert "not written in UTF-8" in refused(write(encoding="cp1252"))


def test_file_that_is_not_there_is_refused(tmp_path: Path):
    assert "cannot be read" in refused(tmp_path / "nothing.txt")


def test_older_file_is_refused(write: Write):
    assert "the register is newer" in refused(write(day=date(2020, 12, 31)))


def test_empty_register_is_loaded_first(write: Write):
    Municipality.objects.all().delete()
    assert "Run load_municipalities first." in refused(write())


@pytest.mark.parametrize(
    ("merged", "sentence"),
    [
        (f"05999999={SPROCKHOEVEL}", "is not in the register"),
        (f"{HERDECKE}={SPROCKHOEVEL}", "is still in the file"),
        (f"{HATTINGEN}=05999999", "is not in the file"),
        (f"{HATTINGEN}", "Write OLD=NEW"),
    ],
)
def test_merger_that_cannot_be_is_refused(write: Write, merged: str, sentence: str):
    assert sentence in refused(write(without(HATTINGEN)), "--merged", merged)


def test_nothing_is_half_written(write: Write):
    """The list of choices is told at the very end; when that fails, everything is as before."""

    def fail(**kwargs: Any) -> None:
        raise RuntimeError("the disk is full")

    before = snapshot()
    register.loaded.connect(fail)
    try:
        with pytest.raises(RuntimeError):
            run(write(with_town(HATTINGEN, name="Neuer Name")), "--apply")
    finally:
        register.loaded.disconnect(fail)
    assert snapshot() == before
