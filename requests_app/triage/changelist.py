"""The list of cases: filters, and pages that are read without counting the table."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import SimpleListFilter
from django.contrib.admin.views.main import PAGE_VAR, ChangeList
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from advisors.models import Topic
from requests_app.models import Case, Channel
from requests_app.triage import queues
from requests_app.triage.scope import ScopeFilter

UNANSWERED = "ohne-antwort"


class CaseList(ChangeList):
    """Reads one row more than a page; whether there is a next page is all that anybody needs to know."""

    # Later pages than these are not leafed through but searched.
    MAX_PAGE = 1000

    def get_results(self, request: HttpRequest) -> None:
        size = self.list_per_page
        self.page_num = min(max(1, self.page_num), self.MAX_PAGE)
        first = (self.page_num - 1) * size
        rows = list(self.queryset[first : first + size + 1])
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
        """Filters can be taken back as a whole; the tab is not one of them."""
        cases = super().get_queryset(request, exclude_parameters)
        names = [spec.parameter_name for spec in FILTERS if spec is not queues.QueueFilter]
        self.has_active_filters = any(name in request.GET for name in names)
        self.clear_all_filters_qs = self.get_query_string(remove=names)
        return cases


class _Filter(SimpleListFilter):
    """One choice of a fixed list; ``field`` is what it is compared with."""

    field = ""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Case]) -> QuerySet[Case]:
        value = self.value()
        return queryset.filter(**{self.field: value}) if value else queryset


class RegionFilter(_Filter):
    title = _("government region")
    parameter_name = "bezirk"
    field = "municipality__government_region"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(name, name) for name in ("Arnsberg", "Detmold", "Düsseldorf", "Köln", "Münster")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Case]) -> QuerySet[Case]:
        """The municipality that asks, or one that asks along. By keys: no case comes up twice."""
        value = self.value()
        if not value:
            return queryset
        along = Case.partners.through.objects.filter(municipality__government_region=value)
        return queryset.filter(Q(**{self.field: value}) | Q(pk__in=along.values("case")))


class RegisterRegionFilter(_Filter):
    """The same choice for the register itself."""

    title = RegionFilter.title
    parameter_name = RegionFilter.parameter_name
    lookups = RegionFilter.lookups
    field = "government_region"


class ChannelFilter(_Filter):
    title = _("channel")
    parameter_name = "weg"
    field = "channel"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(Channel.choices)


class DirectFilter(SimpleListFilter):
    """Direct enquiries, and those of them that nobody has answered (the alarm)."""

    title = _("direct enquiry")
    parameter_name = "direkt"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("ja", _("Direct enquiries")), (UNANSWERED, _("Without an answer"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Case]) -> QuerySet[Case]:
        if self.value() == UNANSWERED:
            return queryset.filter(direct_unanswered_at__isnull=False)
        return queryset.filter(is_direct=True) if self.value() else queryset


class TopicFilter(SimpleListFilter):
    """By keys of the join table: a case with two topics comes up once, without DISTINCT."""

    title = _("topic")
    parameter_name = "thema"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(Topic.objects.values_list("key", "label"))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Case]) -> QuerySet[Case]:
        value = self.value()
        if not value:
            return queryset
        return queryset.filter(pk__in=Case.topics.through.objects.filter(topic__key=value).values("case"))


FILTERS = (queues.QueueFilter, ScopeFilter, RegionFilter, ChannelFilter, DirectFilter, TopicFilter)
