"""Who of the coordination looks after which cases on a day: those in charge, and who stands in for them.

A case's ``responsible`` is a wish on paper when that person is on leave, has left the coordination or
has no account any more. What follows from that is said here, once, for lists, mails and pages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import FilteredRelation, Q, QuerySet

from miglobe.accounts.models import User
from miglobe.accounts.roles import COORDINATION_ROLES


def team() -> QuerySet[User]:
    """Everybody who may be responsible for a case: active coordinators and administrators, by name."""
    roles = [str(role) for role in COORDINATION_ROLES]
    return User.objects.filter(is_active=True, groups__name__in=roles).distinct().order_by("name", "pk")


@dataclass(frozen=True)
class Away:
    """That somebody is on leave: the last day of it, and the key of who was named to stand in, if anybody."""

    until: date
    substitute: int | None


@dataclass(frozen=True)
class Roster:
    """The coordination on one day, by the keys of accounts: everybody's name, and who is on leave."""

    names: Mapping[int, str]
    away: Mapping[int, Away]

    def looked_after_by(self, key: int | None) -> int | None:
        """Who looks after the cases of ``key``: the person, or whoever stands in at the end of the chain.

        A substitute who is on leave as well passes on to the next one. None when there is nobody: without
        a substitute, with one who has left the coordination, and where substitutes stand in for each other.
        """
        passed: set[int] = set()
        while key is not None and key not in passed and key in self.names:
            if key not in self.away:
                return key
            passed.add(key)
            key = self.away[key].substitute
        return None

    def stands_in_for(self, key: int) -> set[int]:
        """Those on leave whose cases ``key`` looks after today."""
        return {absent for absent in self.away if self.looked_after_by(absent) == key}

    def in_charge_of(self, key: int) -> Q:
        """Of cases: those that are for ``key`` to look after, the own ones and as a substitute.

        One's own cases stay one's own while one is on leave: whoever looks nevertheless wants to see them.
        """
        return Q(responsible__in=[key, *sorted(self.stands_in_for(key))])

    def looked_after_by_nobody(self) -> Q:
        """Of cases: those that nobody looks after, so that everybody has to be told.

        Nobody is responsible, or somebody who has left the coordination, or who is on leave without a
        substitute who is there.
        """
        looked_after = [key for key in self.names if self.looked_after_by(key) is not None]
        return Q(responsible=None) | ~Q(responsible__in=sorted(looked_after))


# For cases that nobody is responsible for: whom the coordination consists of does not matter to them.
NOBODY = Roster({}, {})


def roster(day: date) -> Roster:
    """The coordination on ``day``, in one query. Of two leaves at once, one with a substitute counts."""
    today = Q(leaves__first_day__lte=day, leaves__last_day__gte=day)
    rows = (
        team()
        .annotate(leave=FilteredRelation("leaves", condition=today))
        .values_list("pk", "name", "email", "leave__last_day", "leave__substitute")
    )
    names: dict[int, str] = {}
    away: dict[int, Away] = {}
    for key, name, email, last_day, substitute in rows:
        names[key] = name or email
        if last_day and (key not in away or away[key].substitute is None):
            away[key] = Away(last_day, substitute)
    return Roster(names, away)
