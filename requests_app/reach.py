"""Which municipalities are reached by cases. Reports and overviews count with it."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from miglobe.accounts.models import User
from requests_app import access
from requests_app.models import OPEN_STATUSES, Case, Municipality


def asking_now(user: User) -> QuerySet[Municipality]:
    """Those that ask in open cases, for somebody of the coordination; nobody else is told."""
    cases = access.visible_to(user, access.Side.COORDINATOR)
    return reached_municipalities(cases.filter(status__in=[str(status) for status in OPEN_STATUSES]))


def reached_municipalities(cases: QuerySet[Case]) -> QuerySet[Municipality]:
    """The municipalities that ask in ``cases``, with those that ask along; each comes up once.

    A district that asks is one municipality: its towns are not reached by that.
    """
    asking = cases.order_by().values("municipality")
    along = Case.partners.through.objects.filter(case__in=cases.order_by().values("pk")).values(
        "municipality"
    )
    return Municipality.objects.filter(Q(pk__in=asking) | Q(pk__in=along))
