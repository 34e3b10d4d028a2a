"""The filters of the lists of cases: one table, and the panel that offers and applies them.

Each is one choice in the address. None counts anything, and a value that is not offered is no filter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.admin import ListFilter
from django.db.models import Q, QuerySet, Subquery
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from advisors.models import Topic
from miglobe.accounts.models import User
from miglobe.accounts.sign_in import signed_in_user
from requests_app import agenda
from requests_app.models import (
    OPEN_STATUSES,
    Assignment,
    AssignmentStatus,
    Case,
    CaseStatus,
    Channel,
    Goal,
    Municipality,
    Resolution,
)
from requests_app.triage import scope
from requests_app.triage.filter_choices import Choices

UNANSWERED = "ohne-antwort"
NOBODY, ME = "niemand", "ich"
REGIONS = ("Arnsberg", "Detmold", "Düsseldorf", "Köln", "Münster")
_OPEN = Q(status__in=[str(status) for status in OPEN_STATUSES])


@dataclass(frozen=True)
class Filter:
    """One row: its name in the address, its label, what it offers, and which cases a value leaves."""

    name: str
    label: Promise
    offers: Callable[[Choices], Any]
    holds: Callable[[str, User], Q]


# --- Which cases ----------------------------------------------------------------------------------


def _field(lookup: str) -> Callable[[str, User], Q]:
    return lambda value, user: Q(**{lookup: value})


def _asks(municipalities: Q) -> Q:
    """Cases of such municipalities, also where one asks along. By keys: no case comes up twice."""
    keys = Municipality.objects.filter(municipalities).values("pk")
    along = Case.partners.through.objects.filter(municipality__in=keys).values("case")
    return Q(municipality__in=keys) | Q(pk__in=along)


def _topic(value: str, user: User) -> Q:
    """The topic is looked up once, so that an index alone says of each case whether it has it."""
    topic = Topic.objects.filter(key=value).values("pk")[:1]
    return Q(pk__in=Case.topics.through.objects.filter(topic=Subquery(topic)).values("case"))


def _goal(value: str, user: User) -> Q:
    """The column is a list of keys as JSON, which both databases can read as text."""
    return Q(goals__icontains=f'"{value}"')


def _advised_by(value: str, user: User) -> Q:
    """Whoever was asked and has not answered, advises or has advised; a no is none of it."""
    theirs = [str(s) for s in (AssignmentStatus.OFFERED, AssignmentStatus.ACCEPTED, AssignmentStatus.ENDED)]
    return Q(pk__in=Assignment.objects.filter(advisor_id=int(value), status__in=theirs).values("case"))


def _responsible(value: str, user: User) -> Q:
    if value == NOBODY:
        return Q(responsible=None)
    return Q(responsible=user.pk if value == ME else value)


def _direct(value: str, user: User) -> Q:
    return Q(direct_unanswered_at__isnull=False) if value == UNANSWERED else Q(is_direct=True)


# --- Sizes and deadlines --------------------------------------------------------------------------

_K = Municipality.Kind
_TOWNS = Q(kind__in=[str(_K.INDEPENDENT_CITY), str(_K.DISTRICT_TOWN), str(_K.DISTRICT_MUNICIPALITY)])
# As ``Municipality.size_class`` says, from the smallest on.
SIZES: Mapping[str, tuple[Promise, Q]] = {
    "land": (gettext_lazy("under 5,000 inhabitants"), _TOWNS & Q(population__lt=5_000)),
    "klein": (
        gettext_lazy("5,000 to 19,999 inhabitants"),
        _TOWNS & Q(population__gte=5_000, population__lt=20_000),
    ),
    "mittel": (
        gettext_lazy("20,000 to 49,999 inhabitants"),
        _TOWNS & Q(population__gte=20_000, population__lt=50_000),
    ),
    "mittel-gross": (
        gettext_lazy("50,000 to 99,999 inhabitants"),
        _TOWNS & Q(population__gte=50_000, population__lt=100_000),
    ),
    "gross": (gettext_lazy("100,000 inhabitants and more"), _TOWNS & Q(population__gte=100_000)),
    "kreis": (gettext_lazy("districts and associations"), ~_TOWNS),
}


def _due_this_week(today: date) -> Q:
    """From today to Sunday."""
    return Q(due_on__gte=today, due_on__lte=today + timedelta(days=6 - today.weekday()), paused_on=None)


DEADLINES: Mapping[str, tuple[Promise, Callable[[date], Q]]] = {
    "ueberfaellig": (gettext_lazy("overdue"), agenda.overdue),
    "sehr-spaet": (
        gettext_lazy("very late"),
        lambda today: Q(escalate_on__lte=today, paused_on=None, due_on__lt=today),
    ),
    "diese-woche": (gettext_lazy("due this week"), _due_this_week),
    "pause": (gettext_lazy("deadline paused"), lambda today: Q(paused_on__isnull=False)),
}


def _labels(rows: Mapping[str, tuple[Promise, Any]]) -> Callable[[Choices], Any]:
    return lambda choices: [(key, row[0]) for key, row in rows.items()]


# --- The table ------------------------------------------------------------------------------------

FILTERS = {
    row.name: row
    for row in (
        Filter("stand", gettext_lazy("state"), lambda c: CaseStatus.choices, _field("status")),
        Filter("ergebnis", gettext_lazy("resolution"), lambda c: Resolution.choices, _field("resolution")),
        Filter("frist", gettext_lazy("deadline"), _labels(DEADLINES),
               lambda value, user: _OPEN & DEADLINES[value][1](timezone.localdate())),
        Filter("zustaendig", gettext_lazy("responsible"),
               lambda c: ((ME, _("me")), (NOBODY, _("nobody")), *c.team), _responsible),
        Filter(scope.PARAMETER, gettext_lazy("to look after"),
               lambda c: ((scope.MINE, _("My cases, and those of nobody")),), scope.condition),
        Filter("beratung", gettext_lazy("advisor"), lambda c: c.advisors, _advised_by),
        Filter("bezirk", gettext_lazy("government region"), lambda c: [(name, name) for name in REGIONS],
               lambda value, user: _asks(Q(government_region=value))),
        Filter("kreis", gettext_lazy("district"), lambda c: c.districts,
               lambda value, user: _asks(Q(district_key=value))),
        Filter("groesse", gettext_lazy("size"), _labels(SIZES),
               lambda value, user: _asks(SIZES[value][1])),
        Filter("thema", gettext_lazy("topic"), lambda c: c.topics, _topic),
        Filter("ziel", gettext_lazy("goal"), lambda c: Goal.choices, _goal),
        Filter("weg", gettext_lazy("channel"), lambda c: Channel.choices, _field("channel")),
        Filter("direkt", gettext_lazy("direct enquiry"),
               lambda c: (("ja", _("Direct enquiries")), (UNANSWERED, _("Without an answer"))), _direct),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Field:
    """A filter in the panel: what it offers, and which value is chosen ("" for none)."""

    row: Filter
    choices: tuple[tuple[str, str], ...]
    value: str

    @property
    def options(self) -> SafeString:
        """The <option>s, written here: a template takes ten times as long for a hundred of them."""
        rows = ((key, " selected" if key == self.value else "", label) for key, label in self.choices)
        return format_html_join("", '<option value="{}"{}>{}</option>', rows)

    @property
    def shown(self) -> str:
        return dict(self.choices).get(self.value, "")


class Panel(ListFilter):
    """All filters of a list at once. The list's template draws it; ``names`` says which ones, in order."""

    title = gettext_lazy("Filter")
    names: tuple[str, ...] = tuple(name for name in FILTERS if name != "ergebnis")

    def __init__(self, request: HttpRequest, params: dict[str, Any], model: Any, model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        self.user = signed_in_user(request)
        offered = Choices.load()
        self.fields = []
        for name in self.names:
            choices = tuple((str(key), str(label)) for key, label in FILTERS[name].offers(offered))
            typed = params.pop(name, [""])[-1]
            value = typed if typed in dict(choices) else ""
            self.fields.append(Field(FILTERS[name], choices, value))

    @property
    def active(self) -> list[Field]:
        return [field for field in self.fields if field.value]

    def has_output(self) -> bool:
        return True

    def expected_parameters(self) -> list[str | None]:
        return list(self.names)

    def choices(self, changelist: Any) -> Iterator[Mapping[str, object]]:
        """Nothing for Django's own boxes."""
        return iter(())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Case]) -> QuerySet[Case]:
        for field in self.active:
            queryset = queryset.filter(field.row.holds(field.value, self.user))
        return queryset
