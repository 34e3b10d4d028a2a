"""Whether an advisor can be asked now, when not, and who stands in."""

import datetime as dt

import pytest

from advisors import availability
from advisors.models import Absence, Advisor
from tests import actors

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 25)
UNTIL = dt.date(2026, 11, 30)


def away(advisor: Advisor, first: int, last: int, substitute: Advisor | None = None) -> Absence:
    return Absence.objects.create(
        advisor=advisor,
        first_day=TODAY + dt.timedelta(days=first),
        last_day=TODAY + dt.timedelta(days=last),
        substitute=substitute,
    )


def seen(advisor: Advisor) -> availability.Availability:
    return availability.of(advisor, until=UNTIL, today=TODAY)


@pytest.mark.parametrize(
    ("first", "last", "told", "absent"),
    [(-3, -1, False, False), (-3, 0, True, True), (0, 0, True, True), (1, 3, True, False),
     (5, 9, True, False), (6, 9, False, False)],
)  # fmt: skip
def test_absence_is_told_from_its_first_day_to_its_last_and_when_it_is_near(first, last, told, absent):
    amara = actors.advisor()
    absence = away(amara, first, last)
    found = seen(amara)
    assert (found.absence, found.is_absent) == (absence if told else None, absent)
    assert found.can_be_asked is not absent


@pytest.mark.parametrize("fields", [{"status": "paused"}, {"status": "left"}, {"published": False}])
def test_advisor_who_is_not_public_cannot_be_asked(fields):
    amara = actors.advisor(**fields)
    away(amara, 0, 1)
    found = seen(amara)
    assert (found.is_open, found.can_be_asked, found.absence) == (False, False, None)


def test_substitute_is_named_while_she_can_be_asked():
    amara, ines = actors.advisor("Amara Okafor"), actors.advisor("Inés Carvajal")
    away(amara, 0, 3, ines)
    assert seen(amara).substitute == ines


def test_substitute_who_is_absent_or_not_public_is_not_named():
    amara, absent = actors.advisor("Amara Okafor"), actors.advisor("Inés Carvajal")
    away(amara, 0, 3, absent)
    away(absent, 0, 0)
    thuha, hidden = actors.advisor("Thu-Hà Nguyễn"), actors.advisor("Lea Ott", published=False)
    away(thuha, 0, 3, hidden)
    assert (seen(amara).substitute, seen(thuha).substitute) == (None, None)
