"""A list of cases as a file, and the administrators' list of who took which."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters, ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from miglobe.accounts.sign_in import signed_in_user
from requests_app.models import ListExport
from requests_app.triage import queues
from requests_app.triage.export import FORMS, export_response


def urls(of: ModelAdmin[Any], *, personal: bool) -> list[URLPattern]:
    """The paths of a list's files, below that of the list. ``personal``: with columns that name people."""
    list_name = of.opts.model_name

    def page(form: str) -> Callable[..., HttpResponseBase]:
        def download(request: HttpRequest) -> HttpResponseBase:
            return _file(of, request, form, personal=personal)

        return of.admin_site.admin_view(require_safe(download))

    return [path(f"liste.{form}", page(form), name=f"requests_app_{list_name}_{form}") for form in FORMS]


def _file(of: ModelAdmin[Any], request: HttpRequest, form: str, *, personal: bool) -> HttpResponseBase:
    """The list with its tab, filters and search, all pages of it."""
    if not of.has_view_permission(request):
        raise PermissionDenied
    try:
        changelist = of.get_changelist_instance(request)
    except IncorrectLookupParameters:
        return redirect(f"admin:requests_app_{of.opts.model_name}_changelist")
    filters = _in_words(request, changelist)
    by = signed_in_user(request)
    return export_response(changelist.queryset, form, by, filters=filters, personal=personal)


def _in_words(request: HttpRequest, changelist: Any) -> str:
    """What the list is narrowed to. That there was a search is said, not what for: it may be a name."""
    words: list[str | Promise] = [queues.label(queues.current(request))]
    words += [f"{field.row.label}: {field.shown}" for field in changelist.panel.active]
    if changelist.query and changelist.search_fields:
        words.append(_("with a search"))
    return "; ".join(str(word) for word in words)


@admin.register(ListExport)
class ListExportAdmin(admin.ModelAdmin):
    """Who took which list as a file; to read, for administrators."""

    list_display = ("at", "by", "form", "rows", "filters")
    list_display_links = None
    list_filter = ("form",)
    list_select_related = ("by",)
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    sortable_by = ()
    actions = None

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.changelist_view)
        return [path("", view, name="requests_app_listexport_changelist")]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        title = {"title": gettext_lazy("Lists taken as files")}
        return super().changelist_view(request, title | (extra_context or {}))
