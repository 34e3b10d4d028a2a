"""The list of cases: filters, and pages that are read without counting the table."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib.admin import SimpleListFilter
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import PAGE_VAR, ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from miglobe.accounts.sign_in import signed_in_user
from requests_app import reach
from requests_app.triage import filters, queues, saved
from requests_app.triage.opening import PERMISSION


class CaseList(ChangeList):
    """Reads one row more than a page; whether there is a next page is all that anybody needs to know."""

    # Later pages than these are not leafed through but searched.
    MAX_PAGE = 1000

    def get_results(self, request: HttpRequest) -> None:
        size = self.list_per_page
        self.page_num = min(max(1, self.page_num), self.MAX_PAGE)
        first = (self.page_num - 1) * size
        try:
            rows = list(self.queryset[first : first + size + 1])
        except OverflowError as error:  # a number in the address that no column holds
            raise IncorrectLookupParameters(error) from error
        self.result_list = rows[:size]
        self.result_count = first + len(self.result_list)
        self.full_result_count = None
        self.show_full_result_count = False
        self.show_admin_actions = bool(rows)
        self.can_show_all = False
        self.multi_page = True
        self.paginator = self.model_admin.get_paginator(request, self.queryset, size)
        self.previous_url = self._page(self.page_num - 1) if self.page_num > 1 else ""
        self.next_url = self._page(self.page_num + 1) if len(rows) > size else ""

    def _page(self, number: int) -> str:
        return self.get_query_string({PAGE_VAR: number})

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet:
        """Each filter can be taken back, and all of them as a whole; the tab is not one of them."""
        cases = super().get_queryset(request, exclude_parameters)
        self.panel = next(spec for spec in self.filter_specs if isinstance(spec, filters.Panel))
        self.has_active_filters = bool(self.panel.active)
        self.chips = [
            {"field": field, "url": self.get_query_string(remove=[field.row.name])}
            for field in self.panel.active
        ]
        chosen = {queues.PARAMETER: queues.current(request), **request.GET.dict()}
        self.known_query = saved.known(urlencode(chosen))
        self.clear_all_filters_qs = self.get_query_string(remove=list(self.panel.names))
        return cases


class RegisterRegionFilter(SimpleListFilter):
    """The government region, for the register itself."""

    title = _("government region")
    parameter_name = "bezirk"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(name, name) for name in filters.REGIONS]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(government_region=self.value()) if self.value() else queryset


class AskingFilter(SimpleListFilter):
    """Which municipalities ask in open cases; offered to the coordination alone."""

    title = _("open cases")
    parameter_name = "fragt"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("jetzt", _("asks, or asks along"))] if request.user.has_perm(PERMISSION) else []

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() != "jetzt" or not request.user.has_perm(PERMISSION):
            return queryset
        return queryset.filter(pk__in=reach.asking_now(signed_in_user(request)).values("pk"))


FILTERS = (queues.QueueFilter, filters.Panel)
