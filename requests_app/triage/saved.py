"""Filters of the list of cases under a name: kept, shared with the coordination, set as one's start."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from miglobe.accounts.models import User
from miglobe.site.forms import KernModelForm
from miglobe.site.methods import acts
from requests_app.models import Case, DeskSettings, SavedFilter
from requests_app.triage import queues
from requests_app.triage.filters import Panel
from requests_app.triage.opening import check_permission

# What of an address is kept; no page, and no address to go on to.
KNOWN = (queues.PARAMETER, *Panel.names, "q")
_LONGEST_VALUE = 100
LONGEST_QUERY = 1000  # of what is stored


def urls(view: Callable[..., Any]) -> list[URLPattern]:
    """The paths of this module; ``view`` is the admin's guard."""
    return [
        path("filter/", view(saved_filters), name="requests_app_case_filters"),
        path("filter/ohne-start/", view(forget_start), name="requests_app_case_filter_no_start"),
        path("filter/<int:pk>/", view(change), name="requests_app_case_filter"),
        path("filter/<int:pk>/loeschen/", view(delete), name="requests_app_case_filter_delete"),
        path("filter/<int:pk>/start/", view(start_with), name="requests_app_case_filter_start"),
    ]


def known(query: str) -> str:
    """Of a list's address what may be kept: parameters that the list knows, in one order."""
    given = QueryDict(query[:2000])
    kept = {name: value[:_LONGEST_VALUE] for name in KNOWN if (value := given.get(name, "").strip())}
    return urlencode(kept or {queues.PARAMETER: queues.DEFAULT})


def visible_to(user: User) -> QuerySet[SavedFilter]:
    """One's own filters, and those that colleagues share, by name; ``is_start`` marks one's own start."""
    start = DeskSettings.objects.filter(user=user, start_filter=OuterRef("pk"))
    filters = SavedFilter.objects.filter(Q(user=user) | Q(is_shared=True, user__is_active=True))
    return filters.select_related("user").annotate(is_start=Exists(start)).order_by("name", "pk")


def start_query(filters: list[SavedFilter]) -> str:
    """What a list without parameters shows, or nothing in particular."""
    return next((known(row.query) for row in filters if getattr(row, "is_start", False)), "")


class FilterForm(KernModelForm):
    """Name of a filter, and whether it is shared. ``query`` makes a new one."""

    class Meta:
        model = SavedFilter
        fields = ("name", "is_shared")

    def __init__(self, *args: Any, user: User, query: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.user = user
        if self.instance.pk is None:
            self.instance.query = query

    def clean(self) -> dict[str, Any]:
        if len(self.instance.query) > LONGEST_QUERY:
            self.add_error(None, _("These are too many filters to keep."))
        return self.cleaned_data

    def keep(self) -> bool:
        """Save what is valid; False when there is a filter of this name already, and said at the name."""
        if not self.is_valid():
            return False
        try:
            with transaction.atomic():
                self.save()
        except IntegrityError:
            self.add_error("name", _("You have a filter of this name already."))
            return False
        return True


# --- Pages ----------------------------------------------------------------------------------------


@acts
def saved_filters(request: HttpRequest) -> HttpResponse:
    """One's own filters and those of colleagues; keeps a new one."""
    user = check_permission(request)
    if request.method != "POST":
        return _page(request, user)
    query = known(request.POST.get("query", ""))
    form = FilterForm(request.POST, user=user, query=query)
    if not form.keep():
        return _page(request, user, wrong=form, query=query)
    messages.success(request, _("The filter “%(name)s” is saved.") % {"name": form.instance.name})
    return redirect(f"{reverse(queues.CASES)}?{query}")


@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Give one's own filter another name, share it or keep it to oneself."""
    user = check_permission(request)
    row = get_object_or_404(SavedFilter, pk=pk, user=user)
    form = FilterForm(request.POST, instance=row, user=user, prefix=_prefix(row))
    if not form.keep():
        return _page(request, user, wrong=form)
    messages.success(request, _("The filter “%(name)s” is changed.") % {"name": form.instance.name})
    return redirect("admin:requests_app_case_filters")


@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(SavedFilter, pk=pk, user=check_permission(request))
    row.delete()
    messages.success(request, _("The filter “%(name)s” is deleted.") % {"name": row.name})
    return redirect("admin:requests_app_case_filters")


@require_POST
def start_with(request: HttpRequest, pk: int) -> HttpResponse:
    """From now on the list shows this when one comes to it without asking for anything else."""
    user = check_permission(request)
    row = get_object_or_404(visible_to(user), pk=pk)
    DeskSettings.objects.update_or_create(user=user, defaults={"start_filter": row})
    messages.success(request, _("Your list begins with “%(name)s” now.") % {"name": row.name})
    return redirect("admin:requests_app_case_filters")


@require_POST
def forget_start(request: HttpRequest) -> HttpResponse:
    DeskSettings.objects.filter(user=check_permission(request)).update(start_filter=None)
    messages.success(request, _("Your list begins with the new requests again."))
    return redirect("admin:requests_app_case_filters")


def _prefix(row: SavedFilter) -> str:
    return f"filter{row.pk}"


def _page(request: HttpRequest, user: User, wrong: FilterForm | None = None, query: str = "") -> HttpResponse:
    """All filters with their forms. ``wrong`` is the one with an error; ``query`` is what a new one keeps."""
    rows = list(visible_to(user))
    wrong_pk = wrong.instance.pk if wrong else None
    own = [
        {
            "row": row,
            "form": wrong if row.pk == wrong_pk else FilterForm(instance=row, user=user, prefix=_prefix(row)),
        }
        for row in rows
        if row.user_id == user.pk
    ]
    context = {
        **admin.site.each_context(request),
        "title": _("Saved filters"),
        "opts": Case._meta,
        "own": own,
        "shared": [row for row in rows if row.user_id != user.pk],
        "has_start": bool(start_query(rows)),
        "form": wrong,
        "new": wrong if wrong and wrong_pk is None else None,
        "query": query,
    }
    return render(request, "admin/requests_app/case/saved_filters.html", context)
