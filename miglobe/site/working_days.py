"""Working days in North Rhine-Westphalia: Monday to Friday, without the public holidays.

24 and 31 December are working days by law, so they count here.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from holidays import HolidayBase

_ONE_DAY = timedelta(days=1)


@cache
def _public_holidays() -> HolidayBase:
    # Imported where it is used: the library costs 100 ms that most requests need not pay.
    from holidays import country_holidays

    return country_holidays("DE", subdiv="NW")


def is_working_day(day: date) -> bool:
    """Whether people in an administration in NRW are at work on that day."""
    return day.weekday() < 5 and day not in _public_holidays()


def add_working_days(day: date, days: int) -> date:
    """The date `days` working days after `day`; `day` itself does not count.

    Zero days give `day` unchanged. Raises ValueError for a negative number.
    """
    if days < 0:
        raise ValueError("days must not be negative")
    while days:
        day += _ONE_DAY
        days -= is_working_day(day)
    return day


def working_days_between(start: date, end: date) -> int:
    """How many working days lie after `start`, up to and including `end`.

    The reverse of `add_working_days`; negative when `end` is before `start`.
    """
    if end < start:
        return -working_days_between(end, start)
    span = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
    return sum(is_working_day(day) for day in span)
