"""Mine or all: whose cases the day's page and the lists show."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from miglobe.accounts.sign_in import signed_in_user
from requests_app import agenda
from requests_app.models import Case

PARAMETER = "fuer"
MINE = "mich"
ALL = "alle"


class ScopeFilter(SimpleListFilter):
    """What I look after today: my cases, those of whom I stand in for, and those that are nobody's."""

    title = _("to look after")
    parameter_name = PARAMETER

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(MINE, _("My cases, and those of nobody"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Case]) -> QuerySet[Case]:
        if self.value() != MINE:
            return queryset
        return queryset.filter(agenda.whose(signed_in_user(request), timezone.localdate()).mine)
