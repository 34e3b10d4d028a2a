"""Which advisors might fit a case, with reasons in words. A suggestion: people decide.

There is no score. The order follows from the reasons one by one (``_in_order``), and the page says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from math import asin, cos, radians, sin, sqrt

from django.db.models import Count, OuterRef, Prefetch, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from advisors.languages import language_name
from advisors.models import Absence, Advisor, AdvisorLanguage, Topic
from advisors.vocabulary import ConsultationFormat, LanguageLevel, Mode
from requests_app import conflicts, named
from requests_app.models import (
    TAKEN_ON,
    Assignment,
    AssignmentStatus,
    Case,
    Municipality,
)

EARTH_RADIUS_KM = 6371
# Levels that are not enough for a consultation.
_TOO_LITTLE = (LanguageLevel.A1, LanguageLevel.A2)


@dataclass
class Suggestion:
    """One advisor seen against one case."""

    advisor: Advisor
    load: int  # cases that are open and accepted
    last_case_at: datetime | None = None  # when the last case was taken on
    is_wished_for: bool = False
    topics: list[str] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    knows: list[str] = field(default_factory=list)  # municipalities that ask, and were advised before
    formats: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    obstacles: list[str] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)
    is_blocked: bool = False  # by a conflict of interest
    # Whether the workflow would take an offer: no conflict, not asked already, not absent.
    can_be_asked: bool = True

    @property
    def capacity(self) -> int:
        return self.advisor.capacity

    @property
    def free(self) -> int:
        """How many more cases the advisor takes."""
        return max(self.capacity - self.load, 0)


def suggest(case: Case) -> list[Suggestion]:
    """All active advisors, best fit first. Reads the case's topics, assignments, contacts and partners."""
    look = _Look(case)
    suggestions = [look.at(advisor) for advisor in _advisors(look.topics)]
    suggestions.sort(key=_in_order)
    return suggestions


def _in_order(seen: Suggestion) -> tuple:
    """Facts, one after the other: the next one counts only where those before it are the same.

    Nothing in the way; wished for; more topics that meet; a language that is wished for; a part of the
    world that is named; the municipality is known; more formats that meet; more room; longest without a
    new case.
    """
    return (
        bool(seen.obstacles),
        not seen.is_wished_for,
        -len(seen.topics),
        -len(seen.languages),
        not seen.places,
        not seen.knows,
        -len(seen.formats),
        -seen.free,
        seen.last_case_at.timestamp() if seen.last_case_at else 0,
        seen.advisor.name,
    )


def _advisors(topics: Iterable[Topic]) -> QuerySet[Advisor]:
    """The pool, with those of its topics that the case has, and when each took on a case last."""
    taken_on = Assignment.objects.filter(advisor=OuterRef("pk"), status__in=TAKEN_ON)
    ours = Topic.objects.filter(pk__in=[topic.pk for topic in topics])
    absences = Absence.objects.filter(last_day__gte=timezone.localdate()).select_related("substitute__user")
    return (
        Advisor.objects.active()
        .select_related("user")
        .prefetch_related(Prefetch("topics", ours), "world_regions", Prefetch("absences", absences))
        .annotate(last_case_at=Subquery(taken_on.order_by("-answered_at").values("answered_at")[:1]))
    )


class _Look:
    """Everything that is asked about the pool at once, and then seen per advisor without a query."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.today = timezone.localdate()
        self.topics = list(case.topics.all())
        self.asked = _latest(case.assignments.all())
        self.asking = conflicts.who_asks(case)
        self.standing = conflicts.standing(case)
        self.places = named.Places(case)
        self.bases = _bases()
        self.loads = loads()
        self.languages = _languages(named.languages(case))
        self.knows = _knows(case)

    def at(self, advisor: Advisor) -> Suggestion:
        """What speaks for ``advisor`` and what stands in the way."""
        case = self.case
        seen = Suggestion(
            advisor,
            load=self.loads.get(advisor.pk, 0),
            # Annotated where the pool is read.
            last_case_at=advisor.last_case_at,  # type: ignore[attr-defined]
            is_wished_for=advisor.pk == case.preferred_advisor_id,
            topics=[str(topic) for topic in advisor.topics.all()],
            languages=self.languages.get(advisor.pk, []),
            places=self.places.met(advisor.world_regions.all(), advisor.countries),
            knows=self.knows.get(advisor.pk, []),
            formats=[str(ConsultationFormat(f).label) for f in case.formats if f in advisor.formats],
        )
        km = self._distance(advisor)
        seen.reasons = _reasons(seen, km, self.today)
        asked, absence = self.asked.get(advisor.pk), advisor.absence_on(self.today)
        conflict = self._conflict(advisor)
        seen.is_blocked = conflict is not None
        seen.can_be_asked = not (conflict or absence or (asked and asked.is_live))
        seen.obstacles = [
            *([conflict.in_short] if conflict else []),
            *_answers(asked),
            *([_absent(absence)] if absence else []),
            *_full(seen),
            *_place(advisor, case, km),
        ]
        if hint := self.standing.hints.get(advisor.pk):
            seen.hints.append(hint)
        return seen

    def _conflict(self, advisor: Advisor) -> conflicts.Conflict | None:
        if advisor.user_id in self.asking:
            return conflicts.Conflict(advisor.name)
        return self.standing.blocks.get(advisor.pk)

    def _distance(self, advisor: Advisor) -> int | None:
        """Kilometres to the municipality in the lead; None where nobody travels, or a place is unknown."""
        base, there = self.bases.get(advisor.base_key), self.case.municipality
        if base is None or there is None or self.case.mode == Mode.ONLINE:
            return None
        return distance_km(base, there)


# --- What is asked once ------------------------------------------------------------------------


def _latest(assignments: Iterable[Assignment]) -> dict[int, Assignment]:
    """The last time each advisor was asked about the case."""
    return {each.advisor_id: each for each in sorted(assignments, key=lambda a: (a.offered_at, a.pk))}


def loads() -> dict[int, int]:
    """How many open cases advisors have accepted, by the advisor's key; whoever has none is left out."""
    accepted = Assignment.objects.filter(status=AssignmentStatus.ACCEPTED, case_ended=False)
    return dict(accepted.order_by().values_list("advisor").annotate(number=Count("*")))


def _bases() -> dict[str, Municipality]:
    """The register's rows of all base towns, by key."""
    keys = Advisor.objects.exclude(base_key="").values("base_key")
    return {m.key: m for m in Municipality.objects.filter(key__in=keys).only("key", "latitude", "longitude")}


def _languages(codes: list[str]) -> dict[int, list[str]]:
    """Who speaks which of the languages that are wished for, by the advisor's key."""
    if not codes:
        return {}
    spoken = AdvisorLanguage.objects.filter(code__in=codes).exclude(
        level__in=[str(level) for level in _TOO_LITTLE]
    )
    found: dict[int, list[str]] = {}
    for advisor, code in spoken.values_list("advisor", "code"):
        found.setdefault(advisor, []).append(language_name(code))
    return found


def _knows(case: Case) -> dict[int, list[str]]:
    """Who has advised which of the municipalities that ask, in another case, by the advisor's key."""
    asking = [case.municipality_id, *(partner.pk for partner in case.partners.all())]
    before = Assignment.objects.filter(
        case__municipality__in=[key for key in asking if key], status__in=TAKEN_ON
    ).exclude(case=case.pk)
    found: dict[int, list[str]] = {}
    rows = before.order_by("case__municipality__name").values_list("advisor", "case__municipality__name")
    for advisor, place in rows.distinct():
        found.setdefault(advisor, []).append(place)
    return found


# --- Words ---------------------------------------------------------------------------------------


def _reasons(seen: Suggestion, km: int | None, today: date) -> list[str]:
    """What speaks for somebody, the weightiest first."""
    told = [
        (seen.is_wished_for, _("wished for by the municipality")),
        (seen.topics, _("topics: %(topics)s") % {"topics": ", ".join(seen.topics)}),
        (seen.languages, _("speaks %(languages)s, as wished") % {"languages": ", ".join(seen.languages)}),
        (seen.places, _("works on %(places)s, named in the request") % {"places": ", ".join(seen.places)}),
        (seen.knows, _("has advised %(places)s before") % {"places": ", ".join(seen.knows)}),
        (seen.formats, _("formats: %(formats)s") % {"formats": ", ".join(seen.formats)}),
        (km is not None, _distance(km or 0, seen.advisor.base_town)),
        (seen.free, _("free: %(free)d of %(all)d") % {"free": seen.free, "all": seen.capacity}),
        (True, _last_case(seen, today)),
    ]
    return [words for holds, words in told if holds]


def _distance(km: int, town: str) -> str:
    if km == 0:
        return _("based on site, in %(town)s") % {"town": town}
    return _("%(km)d km from %(town)s") % {"km": km, "town": town}


def _last_case(seen: Suggestion, today: date) -> str:
    """How long somebody has taken on no case."""
    if seen.last_case_at is None:
        return _("no case yet")
    days = (today - timezone.localdate(seen.last_case_at)).days
    if days < 1:
        return _("took on a case today")
    text = ngettext("last case taken on %(days)d day ago", "last case taken on %(days)d days ago", days)
    return text % {"days": days}


def _answers(asked: Assignment | None) -> list[str]:
    """What became of asking somebody about this case before."""
    if asked is None:
        return []
    if asked.status == AssignmentStatus.ACCEPTED:
        return [_("advises this case already")]
    if asked.status == AssignmentStatus.OFFERED:
        return [_("has been asked already")]
    if asked.status == AssignmentStatus.DECLINED and asked.answered_at:
        return [_("declined this case on %(day)s") % {"day": _day(timezone.localdate(asked.answered_at))}]
    if asked.status == AssignmentStatus.EXPIRED:
        return [_("let the offer of %(day)s lapse") % {"day": _day(timezone.localdate(asked.offered_at))}]
    return []


def _absent(absence: Absence) -> str:
    day = {"day": _day(absence.last_day)}
    if absence.substitute is None:
        return _("absent until %(day)s") % day
    return _("absent until %(day)s, substitute: %(name)s") % (day | {"name": absence.substitute.name})


def _full(seen: Suggestion) -> list[str]:
    if seen.free:
        return []
    return [_("has %(load)d of %(capacity)d cases") % {"load": seen.load, "capacity": seen.capacity}]


def _place(advisor: Advisor, case: Case, km: int | None) -> list[str]:
    """Too far, or another way of meeting."""
    found = []
    if case.mode == Mode.ON_SITE and advisor.travel_radius_km and km and km > advisor.travel_radius_km:
        found.append(_("further than the %(km)d km that suit") % {"km": advisor.travel_radius_km})
    if case.mode in (Mode.ON_SITE, Mode.ONLINE) and advisor.modes and case.mode not in advisor.modes:
        found.append(_("does not advise in this way: %(mode)s") % {"mode": case.get_mode_display()})
    return found


def _day(day: date) -> str:
    return f"{day:%d.%m.%Y}"


def distance_km(a: Municipality, b: Municipality) -> int:
    """Straight-line distance between two places of the register, in kilometres."""
    lat_a, lon_a, lat_b, lon_b = (
        radians(float(x)) for x in (a.latitude, a.longitude, b.latitude, b.longitude)
    )
    h = sin((lat_b - lat_a) / 2) ** 2 + cos(lat_a) * cos(lat_b) * sin((lon_b - lon_a) / 2) ** 2
    return round(2 * EARTH_RADIUS_KM * asin(sqrt(h)))
