"""The coordinators' list of cases, and the paths of the pages around a case."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import F, Prefetch, QuerySet
from django.db.models.expressions import Combinable
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from miglobe.accounts.admin_lists import ActingList
from miglobe.accounts.sign_in import signed_in_user
from requests_app import access
from requests_app.models import LIVE_ASSIGNMENTS, Assignment, Case, ContactPerson, Municipality
from requests_app.triage import (
    bulk_pages,
    case_mails,
    columns,
    conflicts,
    contacts,
    desk,
    documents,
    duplicates,
    ending,
    entry,
    export_pages,
    follow_ups,
    held,
    in_charge,
    library,
    merging,
    my_desk,
    papers,
    queues,
    redaction,
    saved,
    sheet,
    shortlist,
    steps,
    talk_pages,
    unread,
    words,
)
from requests_app.triage.changelist import FILTERS, AskingFilter, CaseList, RegisterRegionFilter
from requests_app.triage.opening import PERMISSION
from requests_app.triage.search import search
from requests_app.triage.texts import insertion

# Each of these modules has pages below the list or below a case, and lists them in ``urls``.
ROOMS = (
    sheet,
    talk_pages,
    steps,
    desk,
    entry,
    contacts,
    documents,
    insertion,
    papers,
    case_mails,
    shortlist,
    library,
    conflicts,
    merging,
    redaction,
    ending,
    held,
    follow_ups,
    bulk_pages,
    saved,
    my_desk,
)
# What a list tells of who was asked, or advises.
ASKED = ("case", "role", "status", "answer_due_on", "advisor__user__name", "advisor__user__email")
# What no list shows.
LONG_TEXTS = ("situation", "guiding_question", "advisor_wishes", "participants", "access_needs")


class ReadOnlyAdmin(admin.ModelAdmin):
    """Nothing is added, changed or deleted by a form of Django's."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Case)
class CaseAdmin(ReadOnlyAdmin, ActingList):
    """The list is Django's; the sheet of a case and the steps from it are pages of our own."""

    list_display = ("in_short", "waits", "state", "subject", "advice")
    list_display_links = None
    list_filter = FILTERS
    list_per_page = 25
    list_select_related = ("municipality__successor", "responsible")
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    sortable_by = ()  # there is one order that makes sense
    actions = bulk_pages.actions()
    search_fields = ("reference",)  # what is searched stands in get_search_results
    search_help_text = _(
        "Words from anywhere in the case, in any order: number, place, people, texts, messages"
    )

    def has_view_permission(self, request: HttpRequest, obj: Case | None = None) -> bool:
        return request.user.has_perm(PERMISSION)

    def has_change_permission(self, request: HttpRequest, obj: Case | None = None) -> bool:
        return self.has_view_permission(request)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """The filters alone narrow the list by its address; what is no column of a case leads back to it."""
        columns = {"pk", *(field.name for field in Case._meta.get_fields())}
        return lookup in saved.KNOWN or lookup.partition("__")[0] not in columns

    # --- Paths: the list, the sheet, and what acts on a case ---

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("", view(self.changelist_view), name="requests_app_case_changelist"),
            *export_pages.urls(self, personal=True),
            *(page for room in ROOMS for page in room.urls(view)),
        ]

    # --- The list ---

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return CaseList

    def get_list_display(self, request: HttpRequest) -> tuple[Any, ...]:
        return (*self.list_display, in_charge.column())

    def get_queryset(self, request: HttpRequest) -> QuerySet[Case]:
        live = Assignment.objects.filter(status__in=[str(status) for status in LIVE_ASSIGNMENTS])
        cases = access.visible_to(request.user, access.Side.COORDINATOR)
        return cases.defer(*LONG_TEXTS).prefetch_related(
            "topics",
            "partners",
            # Whether somebody has confirmed the address is all that a list tells of them.
            Prefetch("contacts", ContactPerson.objects.select_related(None).only("case", "confirmed_at")),
            Prefetch("assignments", live.select_related("advisor__user").only(*ASKED)),
        )

    def get_ordering(self, request: HttpRequest) -> tuple[str | Combinable, ...]:
        """What is due first stands first; all cases together are read newest first, along their index."""
        if queues.current(request) == queues.EVERYTHING:
            return ("-submitted_at", "-pk")
        return (F("due_on").asc(nulls_last=True), "submitted_at", "pk")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Case], search_term: str
    ) -> tuple[QuerySet[Case], bool]:
        return search(queryset, search_term), False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        filters = list(saved.visible_to(signed_in_user(request)))
        if request.method != "POST" and not request.GET and (start := saved.start_query(filters)):
            return redirect(f"{request.path}?{start}")
        context = {
            "title": _("Cases"),
            "tabs": queues.tabs(queues.current(request), request.user),
            "saved_filters": filters,
        }
        response = super().changelist_view(request, context | (extra_context or {}))
        if isinstance(response, TemplateResponse):  # not yet drawn
            shown = (response.context_data or {})["cl"].result_list
            duplicates.mark(shown)
            unread.mark(shown, signed_in_user(request))
        return response

    # --- Columns ---

    def action_checkbox(self, obj: Case) -> SafeString:
        return columns.checkbox(obj)

    @admin.display(description=_("case"))
    def in_short(self, case: Case) -> SafeString:
        return columns.in_short(case)

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
        topics = words.first_of([topic.label for topic in case.topics.all()])
        formats = words.first_of(case._meta.get_field("formats").labels(case))
        return format_html('{}<span class="app-sub">{}</span>', topics or "–", formats)

    @admin.display(description=_("advice"))
    def advice(self, case: Case) -> SafeString:
        return columns.advice(case)


@admin.register(Municipality)
class MunicipalityAdmin(ReadOnlyAdmin):
    """The register, to look things up. It is renewed as a whole, by a command."""

    list_display = ("name", "kind", "government_region", "inhabitants", "key")
    list_filter = ("kind", RegisterRegionFilter, AskingFilter)
    list_per_page = 50
    search_fields = ("name", "official_name", "key")
    search_help_text = _("Name or key (AGS)")
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    actions = None

    @admin.display(description=_("population"), ordering="population")
    def inhabitants(self, municipality: Municipality) -> str:
        """The number with its dots: 73.456."""
        return number_format(municipality.population, force_grouping=True)

    def has_change_permission(self, request: HttpRequest, obj: Municipality | None = None) -> bool:
        return False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().changelist_view(
            request, {"title": _("Register of municipalities")} | (extra_context or {})
        )
