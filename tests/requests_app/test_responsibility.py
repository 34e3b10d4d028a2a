"""Who looks after whose cases: leave, substitutes of substitutes, circles, people who have left."""

from __future__ import annotations

import datetime as dt

import pytest

from miglobe.accounts.models import User
from requests_app.models import Case, Leave
from requests_app.responsibility import roster, team
from tests import actors

pytestmark = pytest.mark.django_db

DAY = dt.date(2026, 11, 25)


def stands_in_for(user: User) -> set[int]:
    return roster(DAY).stands_in_for(user.pk)


def leave(user: User, substitute: User | None = None, first: int = 0, last: int = 0) -> Leave:
    """A leave from ``first`` to ``last`` days after DAY."""
    days = {"first_day": DAY + dt.timedelta(first), "last_day": DAY + dt.timedelta(last)}
    return Leave.objects.create(user=user, substitute=substitute, **days)


@pytest.fixture
def three() -> list[User]:
    return [actors.coordinator(name) for name in ("Anna Arndt", "Bela Busch", "Cem Can")]


def test_nobody_stands_in_while_everybody_is_there(three: list[User]) -> None:
    assert [stands_in_for(user) for user in three] == [set(), set(), set()]
    assert [roster(DAY).looked_after_by(user.pk) for user in three] == [user.pk for user in three]


@pytest.mark.parametrize(
    ("first", "last", "stands_in"), [(0, 0, True), (-3, 3, True), (1, 2, False), (-2, -1, False)]
)
def test_substitute_stands_in_from_the_first_day_to_the_last(
    three: list[User], first: int, last: int, stands_in: bool
) -> None:
    a, b, c = three
    leave(a, b, first, last)
    assert stands_in_for(b) == ({a.pk} if stands_in else set())
    assert stands_in_for(c) == set()


def test_substitute_on_leave_passes_on_to_the_next_one(three: list[User]) -> None:
    a, b, c = three
    leave(a, b)
    leave(b, c)
    assert stands_in_for(b) == set()
    assert stands_in_for(c) == {a.pk, b.pk}


def test_substitutes_in_a_circle_stand_in_for_nobody(three: list[User]) -> None:
    a, b, c = three
    leave(a, b)
    leave(b, a)
    assert [stands_in_for(user) for user in three] == [set(), set(), set()]
    assert [roster(DAY).looked_after_by(user.pk) for user in three] == [None, None, c.pk]


def test_leave_without_a_substitute_leaves_the_cases_to_nobody(three: list[User]) -> None:
    leave(three[0])
    assert roster(DAY).looked_after_by(three[0].pk) is None


def test_substitute_who_has_left_the_coordination_does_not_count(three: list[User]) -> None:
    a, b, _c = three
    leave(a, b)
    b.set_roles([])
    assert roster(DAY).looked_after_by(a.pk) is None
    assert stands_in_for(b) == set()


def test_two_leaves_at_once_count_the_named_substitute(three: list[User]) -> None:
    a, b, _c = three
    leave(a)
    leave(a, b)
    assert stands_in_for(b) == {a.pk}


def test_team_are_active_coordinators_and_administrators(three: list[User]) -> None:
    a, b, c = three
    boss = actors.administrator("Ada Minsky")
    actors.advisor("Amara Okafor")
    b.is_active = False
    b.save()
    c.set_roles([])
    assert [user.name for user in team()] == [boss.name, a.name]


def test_in_charge_of_are_ones_own_cases_and_those_of_the_absent(three: list[User]) -> None:
    a, b, c = three
    for user in (*three, None):
        Case.objects.filter(pk=actors.submitted(title=user.name if user else "niemand").pk).update(
            responsible=user
        )
    leave(a, b)

    def titles(condition: object) -> list[str]:
        return list(Case.objects.filter(condition).order_by("title").values_list("title", flat=True))

    assert titles(roster(DAY).in_charge_of(a.pk)) == ["Anna Arndt"]
    assert titles(roster(DAY).in_charge_of(b.pk)) == ["Anna Arndt", "Bela Busch"]
    assert titles(roster(DAY).in_charge_of(c.pk)) == ["Cem Can"]
    assert titles(roster(DAY).looked_after_by_nobody()) == ["niemand"]
    c.set_roles([])
    leave(b)
    assert titles(roster(DAY).looked_after_by_nobody()) == ["Anna Arndt", "Bela Busch", "Cem Can", "niemand"]
