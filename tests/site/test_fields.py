"""Month and year in two fields, and the trap for programs."""

from datetime import date

import pytest
import time_machine

from miglobe.site.fields import HoneypotField, MonthYearField
from miglobe.site.forms import KernForm
from miglobe.site.templatetags.kern import error_target, kern_parts


class WishForm(KernForm):
    begin = MonthYearField(label="Beginn", in_future=True, required=False, help_text="Zum Beispiel: 3 2027")


class NeedForm(KernForm):
    begin = MonthYearField(label="Beginn")


def posted(month: str, year: str, form: type[KernForm] = WishForm) -> KernForm:
    return form({"begin_month": month, "begin_year": year})


def wrong_parts(form: KernForm) -> list[str]:
    return [part["part"] for part in kern_parts(form["begin"]) if part["attrs"].get("aria-invalid")]


@time_machine.travel("2026-11-22")
@pytest.mark.parametrize(
    ("month", "year", "expected"),
    [
        ("3", "2027", date(2027, 3, 1)),
        (" 03 ", " 2027 ", date(2027, 3, 1)),
        ("11", "2026", date(2026, 11, 1)),
        ("", "", None),
    ],
)
def test_month_and_year_give_the_first_day_of_the_month(month, year, expected):
    form = posted(month, year)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["begin"] == expected


@time_machine.travel("2026-11-22")
@pytest.mark.parametrize(
    ("month", "year", "wrong", "target"),
    [
        ("", "2027", ["month"], "id_begin_0"),
        ("3", "", ["year"], "id_begin_1"),
        ("13", "2027", ["month"], "id_begin_0"),
        ("März", "2027", ["month"], "id_begin_0"),
        ("3", "27", ["year"], "id_begin_1"),
        ("3", "²027", ["year"], "id_begin_1"),
        ("3", "2024", ["year"], "id_begin_1"),
        ("10", "2026", ["month"], "id_begin_0"),
    ],
)
def test_only_the_wrong_part_is_marked_and_linked(month, year, wrong, target):
    form = posted(month, year)
    assert len(form.errors["begin"]) == 1
    assert wrong_parts(form) == wrong
    assert error_target(form["begin"]) == target


def test_both_parts_are_marked_when_both_are_missing():
    form = posted("", "", NeedForm)
    assert form.errors["begin"] == ["Bitte füllen Sie „Beginn“ aus."]
    assert wrong_parts(form) == ["month", "year"]
    assert error_target(form["begin"]) == "id_begin_0"


def test_typed_text_is_kept_with_an_error():
    assert [part["value"] for part in kern_parts(posted("März", "27")["begin"])] == ["März", "27"]


@pytest.mark.parametrize("initial", [date(2027, 3, 1), "2027-03-01"])
def test_initial_date_fills_both_parts(initial):
    parts = kern_parts(WishForm(initial={"begin": initial})["begin"])
    assert [part["value"] for part in parts] == ["3", "2027"]


@pytest.mark.parametrize(
    ("month", "year", "changed"), [("3", "2027", False), ("4", "2027", True), ("x", "2027", True)]
)
def test_has_changed_compares_months(month, year, changed):
    form = WishForm({"begin_month": month, "begin_year": year}, initial={"begin": date(2027, 3, 1)})
    assert form.has_changed() is changed


class TrapForm(KernForm):
    website = HoneypotField()


@pytest.mark.parametrize(("typed", "caught"), [("", False), ("https://spam.example.org", True)])
def test_honeypot_catches_what_fills_it_without_an_error(typed, caught):
    form = TrapForm({"website": typed})
    assert form.is_valid()
    assert HoneypotField.is_caught(form) is caught
