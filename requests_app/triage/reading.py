"""What readers see of the cases: a list and numbers without personal data. No case opens from here.

Readers get this list instead of the coordinators': what that one shows or searches one day does not
reach them by itself. Subjects and the names of organisations are left out, too: they may name people.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import F, QuerySet
from django.db.models.expressions import Combinable
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from miglobe.accounts.models import User
from requests_app import access
from requests_app.models import OPEN_STATUSES, Case, CaseOverview
from requests_app.reach import reached_municipalities
from requests_app.triage import export_pages, queues, words
from requests_app.triage.changelist import CaseList
from requests_app.triage.filters import Panel
from requests_app.triage.opening import PERMISSION as COORDINATE

PERMISSION = "requests_app.read_cases"
LIST = "admin:requests_app_caseoverview_changelist"


class ReadersPanel(Panel):
    """Nothing here narrows the list to a person: who advises, or who is responsible, is not asked for."""

    names = ("stand", "ergebnis", "bezirk", "kreis", "groesse", "thema", "ziel", "weg")


READERS_FILTERS = (queues.QueueFilter, ReadersPanel)
# What is read of a case at all.
COLUMNS = (
    "reference",
    "status",
    "resolution",
    "submitted_at",
    "due_on",
    "paused_on",
    "closed_at",
    "formats",
    "channel",
    "municipality__name",
    "municipality__government_region",
    "municipality__successor__name",
)


@admin.register(CaseOverview)
class CaseOverviewAdmin(admin.ModelAdmin):
    """A list and nothing else: it has no page for one case, and nothing on it acts."""

    change_list_template = "admin/requests_app/caseoverview/change_list.html"
    list_display = ("in_short", "waits", "state", "subject")
    list_display_links = None
    list_filter = READERS_FILTERS
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    sortable_by = ()
    search_fields: ClassVar[tuple[str, ...]] = ()
    actions = None

    # --- Who may do what ---

    def has_module_permission(self, request: HttpRequest) -> bool:
        """In the navigation of those alone who have no other list of cases."""
        return self.has_view_permission(request) and not request.user.has_perm(COORDINATE)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(PERMISSION)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """The filters alone: ``?title__startswith=A`` in the address would tell titles letter by letter."""
        return lookup in {queues.PARAMETER, *ReadersPanel.names}

    # --- The list ---

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.changelist_view)
        name = "requests_app_caseoverview_changelist"
        return [path("", view, name=name), *export_pages.urls(self, personal=False)]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return CaseList

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return cases_for(request.user)

    def get_ordering(self, request: HttpRequest) -> tuple[str | Combinable, ...]:
        if queues.current(request) == queues.EVERYTHING:
            return ("-submitted_at", "-pk")
        return (F("due_on").asc(nulls_last=True), "submitted_at", "pk")

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        tabs = queues.tabs(queues.current(request), request.user, LIST)
        return super().changelist_view(request, {"title": _("Cases"), "tabs": tabs} | (extra_context or {}))

    # --- Columns ---

    @admin.display(description=_("case"))
    def in_short(self, case: Case) -> SafeString:
        region = case.municipality.government_region if case.municipality else ""
        return format_html(
            '{}<span class="app-sub"><span class="app-ref">{}</span>{}</span>',
            words.place(case),
            case.reference,
            f" · {region}" if region else "",
        )

    @admin.display(description=_("waits"))
    def waits(self, case: Case) -> SafeString:
        waiting = words.waiting(case)
        return format_html('{}<span class="app-sub">{}</span>', waiting.badge.html, waiting.detail)

    @admin.display(description=_("status"))
    def state(self, case: Case) -> SafeString:
        return format_html(
            '{}<span class="app-sub">{}</span>', words.state(case).html, case.get_resolution_display()
        )

    @admin.display(description=_("topic and format"))
    def subject(self, case: Case) -> SafeString:
        topics = ", ".join(topic.label for topic in case.topics.all())
        formats = ", ".join(case._meta.get_field("formats").labels(case))
        return format_html('{}<span class="app-sub">{}</span>', topics or "–", formats)


def cases_for(user: queues.AnyUser) -> QuerySet[CaseOverview]:
    """The cases with the columns of this list; nothing else of a case leaves the database."""
    cases = access.countable_by(user).select_related("municipality__successor").only(*COLUMNS)
    return cases.prefetch_related("topics", "partners")


def numbers(user: User) -> dict[str, Any]:
    """What a reader sees first: open cases by tab, and how many came in and ended this year."""
    waiting = queues.counts(user)
    cases = access.countable_by(user)
    open_cases = cases.filter(status__in=[str(status) for status in OPEN_STATUSES])
    year = timezone.localdate().year
    return {
        "tiles": [
            {"label": q.label, "count": waiting[q.key], "kind": q.kind, "url": queues.address(q.key, LIST)}
            for q in queues.QUEUES
        ],
        "reached": reached_municipalities(open_cases).count(),
        "year": year,
        "received": cases.filter(submitted_at__year=year).count(),
        "ended": cases.filter(closed_at__year=year).count(),
    }
