"""Which municipalities are reached by cases. Reports and overviews count with it."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from requests_app.models import Case, Municipality


def reached_municipalities(cases: QuerySet[Case]) -> QuerySet[Municipality]:
    """The municipalities that ask in ``cases``, with those that ask along; each comes up once.

    A district that asks is one municipality: its towns are not reached by that.
    """
    asking = cases.order_by().values("municipality")
    along = Case.partners.through.objects.filter(case__in=cases.order_by().values("pk")).values(
        "municipality"
    )
    return Municipality.objects.filter(Q(pk__in=asking) | Q(pk__in=along))
