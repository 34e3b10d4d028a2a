"""Which advisors might fit a case, with reasons in words. A suggestion: people decide."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import asin, cos, radians, sin, sqrt

from django.db.models import Count, Prefetch, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from advisors.models import Absence, Advisor
from advisors.vocabulary import ConsultationFormat, Mode
from requests_app.models import FINAL_STATUSES, LIVE_ASSIGNMENTS, AssignmentStatus, Case, Municipality

EARTH_RADIUS_KM = 6371


@dataclass
class Suggestion:
    """One advisor seen against one case."""

    advisor: Advisor
    load: int  # cases that are open and accepted
    reasons: list[str] = field(default_factory=list)
    obstacles: list[str] = field(default_factory=list)
    topics_met: int = 0

    @property
    def capacity(self) -> int:
        return self.advisor.capacity


def suggest(case: Case) -> list[Suggestion]:
    """All active advisors, best fit first: no obstacle, wished for, topics met, reasons, free capacity."""
    topics = {topic.pk: topic.label for topic in case.topics.all()}
    asked = {a.advisor_id: a for a in case.assignments.all()}
    places = _places(case)
    suggestions = [
        _look_at(advisor, case, topics, places, asked_as=asked.get(advisor.pk)) for advisor in _advisors()
    ]
    asking = who_ask(case)
    for suggestion in suggestions:
        if suggestion.advisor.user_id in asking:
            suggestion.obstacles.insert(0, _("conflict of interest: contact person of this case"))
    suggestions.sort(
        key=lambda s: (
            bool(s.obstacles),
            s.advisor.pk != case.preferred_advisor_id,
            -s.topics_met,
            -len(s.reasons),
            s.load / s.capacity,
            s.advisor.name,
        )
    )
    return suggestions


def who_ask(case: Case) -> set[int]:
    """The accounts on the municipality's side: whoever asks cannot advise. Reads prefetched contacts."""
    return {contact.user_id for contact in case.contacts.all()}


def _advisors() -> list[Advisor]:
    busy = Q(assignments__status=AssignmentStatus.ACCEPTED) & ~Q(
        assignments__case__status__in=[str(s) for s in FINAL_STATUSES]
    )
    return list(
        Advisor.objects.active()
        .select_related("user")
        .prefetch_related("topics", "languages", Prefetch("absences", Absence.objects.all()))
        .annotate(load=Count("assignments", filter=busy, distinct=True))
    )


def _places(case: Case) -> dict[str, Municipality]:
    """The register's rows of all base towns, by key."""
    keys = Advisor.objects.exclude(base_key="").values_list("base_key", flat=True)
    return {m.key: m for m in Municipality.objects.filter(key__in=list(keys))}


def _look_at(advisor: Advisor, case: Case, topics: dict, places: dict, asked_as: object) -> Suggestion:
    found = Suggestion(advisor, load=advisor.load)  # type: ignore[attr-defined]
    met = [topics[t.pk] for t in advisor.topics.all() if t.pk in topics]
    found.topics_met = len(met)
    if advisor.pk == case.preferred_advisor_id:
        found.reasons.append(_("wished for by the municipality"))
    if met:
        found.reasons.append(_("topics: %(topics)s") % {"topics": ", ".join(met)})
    formats = [str(ConsultationFormat(f).label) for f in case.formats if f in advisor.formats]
    if formats:
        found.reasons.append(_("formats: %(formats)s") % {"formats": ", ".join(formats)})
    _look_at_place(found, case, places)
    _look_at_time(found, asked_as)
    return found


def _look_at_place(found: Suggestion, case: Case, places: dict) -> None:
    """How far away, and whether the way of meeting fits."""
    advisor = found.advisor
    base = places.get(advisor.base_key)
    if base and case.municipality:
        km = distance_km(base, case.municipality)
        found.reasons.append(_("%(km)d km from %(town)s") % {"km": km, "town": advisor.base_town})
        if case.mode == Mode.ON_SITE and advisor.travel_radius_km and km > advisor.travel_radius_km:
            found.obstacles.append(
                _("further than the %(km)d km that suit") % {"km": advisor.travel_radius_km}
            )
    if case.mode in (Mode.ON_SITE, Mode.ONLINE) and advisor.modes and case.mode not in advisor.modes:
        found.obstacles.append(_("does not advise in this way: %(mode)s") % {"mode": case.get_mode_display()})


def _look_at_time(found: Suggestion, asked_as: object) -> None:
    """Free, absent, full, or asked before."""
    absence = found.advisor.absence_on(timezone.localdate())
    if absence:
        found.obstacles.append(_("absent until %(day)s") % {"day": f"{absence.last_day:%d.%m.%Y}"})
    if found.load >= found.capacity:
        found.obstacles.append(
            _("has %(load)d of %(capacity)d cases") % {"load": found.load, "capacity": found.capacity}
        )
    status = getattr(asked_as, "status", "")
    if status in LIVE_ASSIGNMENTS:
        found.obstacles.append(_("has been asked already"))
    elif status == AssignmentStatus.DECLINED:
        found.obstacles.append(_("declined before"))


def distance_km(a: Municipality, b: Municipality) -> int:
    """Straight-line distance between two places of the register, in kilometres."""
    lat_a, lon_a, lat_b, lon_b = (
        radians(float(x)) for x in (a.latitude, a.longitude, b.latitude, b.longitude)
    )
    h = sin((lat_b - lat_a) / 2) ** 2 + cos(lat_a) * cos(lat_b) * sin((lon_b - lon_a) / 2) ** 2
    return round(2 * EARTH_RADIUS_KM * asin(sqrt(h)))
