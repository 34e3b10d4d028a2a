"""Working days in NRW: weekends and public holidays do not count."""

from datetime import date

import pytest

from miglobe.site.working_days import add_working_days, is_working_day, working_days_between

DEADLINES = [
    # a plain week: Monday and five working days
    (date(2026, 11, 2), 5, date(2026, 11, 9)),
    # from a Friday
    (date(2026, 11, 6), 1, date(2026, 11, 9)),
    # from a weekend
    (date(2026, 11, 7), 1, date(2026, 11, 9)),
    (date(2026, 11, 8), 5, date(2026, 11, 13)),
    # nothing to add
    (date(2026, 11, 7), 0, date(2026, 11, 7)),
    # Good Friday and Easter Monday 2026: 3 and 6 April
    (date(2026, 4, 2), 1, date(2026, 4, 7)),
    # Labour Day 2026 is a Friday
    (date(2026, 4, 30), 1, date(2026, 5, 4)),
    # Ascension 14 May, Whit Monday 25 May, Corpus Christi 4 June 2026 (a holiday in NRW, not everywhere)
    (date(2026, 5, 13), 1, date(2026, 5, 15)),
    (date(2026, 5, 22), 1, date(2026, 5, 26)),
    (date(2026, 6, 3), 1, date(2026, 6, 5)),
    # All Saints 2027 is a Monday (a holiday in NRW, not in the north)
    (date(2027, 10, 29), 1, date(2027, 11, 2)),
    # Epiphany is none in NRW
    (date(2027, 1, 5), 1, date(2027, 1, 6)),
    # Reformation Day is none in NRW
    (date(2028, 10, 30), 1, date(2028, 10, 31)),
    # German Unity 2029 is a Wednesday
    (date(2029, 10, 2), 1, date(2029, 10, 4)),
    # over the end of the year: 25 December is a Friday, 1 January a Friday
    (date(2026, 12, 23), 1, date(2026, 12, 24)),
    (date(2026, 12, 23), 2, date(2026, 12, 28)),
    (date(2026, 12, 30), 2, date(2027, 1, 4)),
    (date(2026, 12, 18), 10, date(2027, 1, 5)),
    # a leap day
    (date(2028, 2, 28), 1, date(2028, 2, 29)),
]


@pytest.mark.parametrize(("start", "days", "end"), DEADLINES)
def test_add_working_days_skips_weekends_and_holidays_of_nrw(start, days, end):
    assert add_working_days(start, days) == end


@pytest.mark.parametrize(("start", "days", "end"), DEADLINES)
def test_working_days_between_is_the_way_back(start, days, end):
    assert working_days_between(start, end) == days


def test_working_days_between_is_negative_when_the_end_comes_first():
    assert working_days_between(date(2026, 11, 9), date(2026, 11, 2)) == -5


def test_add_working_days_refuses_a_negative_number():
    with pytest.raises(ValueError, match="negative"):
        add_working_days(date(2026, 11, 2), -1)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 11, 2), True),
        (date(2026, 11, 7), False),
        (date(2026, 12, 24), True),
        (date(2026, 12, 25), False),
    ],
)
def test_is_working_day_knows_the_calendar(day, expected):
    assert is_working_day(day) is expected
