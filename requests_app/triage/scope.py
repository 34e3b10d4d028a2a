"""Mine or all: whose cases the day's page and the lists show."""

from __future__ import annotations

from django.db.models import Q
from django.utils import timezone

from miglobe.accounts.models import User
from requests_app import agenda

PARAMETER = "fuer"
MINE = "mich"
ALL = "alle"


def condition(value: str, user: User) -> Q:
    """What ``user`` looks after today: own cases, those of whom she stands in for, and those of nobody."""
    return agenda.whose(user, timezone.localdate()).mine
