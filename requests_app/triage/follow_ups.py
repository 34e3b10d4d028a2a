"""What became of the options: a table of months and states, and the cases that have not answered.

Numbers are for readers, too; names of people, subjects and words stand on no such page.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, Min, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from miglobe.accounts.sign_in import signed_in_user
from miglobe.site.paging import page_of
from requests_app import access, option_numbers
from requests_app.models import (
    OPTION_GOALS,
    SETTLED_OPTIONS,
    ActionOption,
    Case,
    Feedback,
    Helped,
    Implementation,
    Municipality,
    Recommends,
)
from requests_app.triage.opening import PERMISSION

MONTHS = 12


def urls(view: Callable[..., Any]) -> list[URLPattern]:
    """The path of this module; ``view`` is the admin's guard."""
    return [path("was-daraus-wurde/", view(page), name="requests_app_case_follow_ups")]


class Filters(forms.Form):
    """Which options are counted, and over which months. Nonsense in the address filters nothing."""

    jahr = forms.TypedChoiceField(label=gettext_lazy("Year"), required=False, coerce=int, empty_value=None)
    ziel = forms.ChoiceField(label=gettext_lazy("Goal"), required=False)
    art = forms.ChoiceField(label=gettext_lazy("Kind of municipality"), required=False)

    def __init__(self, data: Any, years: list[int]) -> None:
        super().__init__(data, auto_id="filter-%s")
        every = ("", _("all"))
        fields: dict[str, Any] = self.fields  # of choices, all three
        fields["jahr"].choices = [("", _("the last twelve months")), *[(y, str(y)) for y in years]]
        fields["ziel"].choices = [every, *OPTION_GOALS]
        kinds: Any = Municipality._meta.get_field("kind")
        fields["art"].choices = [every, *kinds.flatchoices]

    def chosen(self, name: str) -> Any:
        self.is_valid()
        return self.cleaned_data.get(name) or None


@dataclass(frozen=True)
class Row:
    """One month of the table."""

    label: str
    numbers: list[int]

    @property
    def total(self) -> int:
        return sum(self.numbers)


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The numbers, and who has not answered."""
    user = signed_in_user(request)
    cases = access.countable_by(user)
    today = timezone.localdate()
    settled = ActionOption.objects.filter(status__in=SETTLED_OPTIONS)
    first = settled.aggregate(first=Min("confirmed_at"))["first"]
    began = timezone.localdate(first).year if first else today.year
    filters = Filters(request.GET, list(range(today.year, began - 1, -1)))
    narrowed = _narrowed(settled, filters)
    waiting = option_numbers.unanswered().filter(case__in=cases.values("pk"))
    waiting = waiting.select_related("case__municipality")
    rows = _rows(narrowed, _months(filters.chosen("jahr"), today))
    context = {
        **admin.site.each_context(request),
        "title": _("What has become of the options"),
        "opts": Case._meta,
        "filters": filters,
        "states": [_("no answer yet"), *[str(state.label) for state in Implementation]],
        "rows": rows,
        "newest": rows[0],
        "waiting": page_of(waiting, request),
        "opens_cases": user.has_perm(PERMISSION),
        "opinions": _opinions(),
    }
    return render(request, "admin/requests_app/case/follow_ups.html", context)


def _narrowed(options: QuerySet[ActionOption], filters: Filters) -> QuerySet[ActionOption]:
    if goal := filters.chosen("ziel"):
        options = options.filter(goal=goal)
    if kind := filters.chosen("art"):
        options = options.filter(case__municipality__kind=kind)
    return options


def _months(year: int | None, today: date) -> list[date]:
    """The first days of the months that are shown, the newest first."""
    if year:
        last = 12 if year < today.year else today.month
        return [date(year, month, 1) for month in range(last, 0, -1)]
    months = [today.replace(day=1)]
    while len(months) < MONTHS:
        months.append((months[-1] - timedelta(days=1)).replace(day=1))
    return months


def _rows(options: QuerySet[ActionOption], months: list[date]) -> list[Row]:
    numbers = option_numbers.states_by_month(options, months)
    return [
        Row(
            formats.date_format(month, "YEAR_MONTH_FORMAT"),
            [numbers[month][s] for s in option_numbers.STATES],
        )
        for month in months
    ]


def _opinions() -> list[tuple[str, list[tuple[str, int]]]]:
    """How the municipalities have answered the first two of the three questions."""
    answers = {
        name: dict(
            Feedback.objects.exclude(**{name: ""}).order_by().values_list(name).annotate(number=Count("pk"))
        )
        for name in ("helped", "recommends")
    }
    return [
        (_("Did the consultation help?"), [(str(a.label), answers["helped"].get(a, 0)) for a in Helped]),
        (_("Would you recommend it?"), [(str(a.label), answers["recommends"].get(a, 0)) for a in Recommends]),
    ]
