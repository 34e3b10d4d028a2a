"""Conflicts of interest: who cannot advise a case, and why; and what is only worth a hint.

A conflict with a municipality holds wherever that municipality asks, alone or along with others, and
goes with it into the one it was merged into. It does not spread: who works for the Kreis may advise a
town in it. That is told as a hint, and people decide.

This is personal. The coordination reads it, and each advisor her or his own; it stands in no mail and
on no page of the municipality.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from advisors.models import Advisor
from requests_app.models import Case, ConflictKind, ConflictOfInterest, Municipality


@dataclass(frozen=True)
class Conflict:
    """Why ``name`` cannot advise a case. Without a ``record`` it follows from being its contact person."""

    name: str
    record: ConflictOfInterest | None = None
    place: str = ""  # the municipality that asks along, when it is not the one in the lead

    @property
    def sentence(self) -> str:
        """For the coordination: "Amara Okafor ist bei der Kommune beschäftigt."."""
        if self.record is None:
            return _("Nobody can advise a case that they ask for themselves.")
        names = {"name": self.name, "place": self.place}
        if self.record.kind == ConflictKind.EMPLOYED:
            if self.place:
                return _("%(name)s works for a municipality that asks along (%(place)s).") % names
            return _("%(name)s works for the municipality.") % names
        if self.record.kind == ConflictKind.COUNCILLOR:
            if self.place:
                return (
                    _("%(name)s sits on the council of a municipality that asks along (%(place)s).") % names
                )
            return _("%(name)s sits on the council of the municipality.") % names
        if self.place:
            return _(
                "%(name)s has a conflict of interest with a municipality that asks along (%(place)s)."
            ) % (names)
        if self.record.case_id:
            return _("%(name)s has a conflict of interest in this case.") % names
        return _("%(name)s has a conflict of interest with this municipality.") % names

    @property
    def in_short(self) -> str:
        """As an obstacle in a list, where the name stands already."""
        if self.record is None:
            return _("conflict of interest: contact person of this case")
        why = {
            str(ConflictKind.EMPLOYED): _("works for the municipality"),
            str(ConflictKind.COUNCILLOR): _("sits on the municipality's council"),
        }.get(self.record.kind, self.record.note)
        where = f" ({self.place})" if self.place else ""
        if not why:
            return _("conflict of interest") + where
        return _("conflict of interest: %(why)s") % {"why": why} + where


@dataclass
class Standing:
    """What stands in one case, by the advisor's key: what blocks an offer, and what is a hint."""

    blocks: dict[int, Conflict] = field(default_factory=dict)
    hints: dict[int, str] = field(default_factory=dict)


def conflict_between(advisor: Advisor, case: Case) -> Conflict | None:
    """Why ``advisor`` cannot advise ``case``; None when nothing is known."""
    if advisor.user_id in who_asks(case):
        return Conflict(advisor.name)
    return standing(case, advisor).blocks.get(advisor.pk)


def who_asks(case: Case) -> set[int]:
    """The accounts on the municipality's side: whoever asks cannot advise. Reads prefetched contacts."""
    return {contact.user_id for contact in case.contacts.all()}


def standing(case: Case, advisor: Advisor | None = None) -> Standing:
    """The recorded conflicts that touch ``case``, of the whole pool or of one ``advisor``: one query.

    Reads the case's municipality and prefetched partners. Contact persons are asked for by ``who_asks``.
    """
    asking = _asking(case)
    found = Standing()
    for record in _touching(case, asking, advisor):
        municipality = record.municipality
        if municipality is None or {municipality.pk, municipality.successor_id} & _keys(asking):
            found.blocks.setdefault(record.advisor_id, _conflict(record, case))
        else:
            found.hints.setdefault(record.advisor_id, _hint(record, municipality))
    return found


def recorded(advisor: Advisor) -> QuerySet[ConflictOfInterest]:
    """Everything that was ever recorded about an advisor, newest first, with who did it."""
    return advisor.conflicts.select_related("municipality", "case", "recorded_by", "lifted_by")


def _asking(case: Case) -> list[Municipality]:
    lead = [case.municipality] if case.municipality else []
    return [*lead, *case.partners.all()]


def _keys(asking: list[Municipality]) -> set[int]:
    """The rows of the register that a conflict may name: of now, and those they were merged into."""
    return {key for each in asking for key in (each.pk, each.successor_id) if key}


def _touching(
    case: Case, asking: list[Municipality], advisor: Advisor | None
) -> QuerySet[ConflictOfInterest]:
    """What is recorded on the case, on who asks, and on the Kreis and the Landschaftsverband around them."""
    above = {key for each in asking for key in (each.district_key, each.regional_association) if key}
    below = [each.key for each in asking if each.kind in _DISTRICTS]
    rows = ConflictOfInterest.objects.filter(lifted_at=None)
    if advisor is not None:
        rows = rows.filter(advisor=advisor)
    ours = _keys(asking)
    return rows.filter(
        Q(case=case)
        | Q(municipality__in=ours)
        | Q(municipality__successor__in=ours)
        | Q(municipality__key__in=above)
        | Q(municipality__district_key__in=below)
    ).select_related("advisor__user", "municipality")


_DISTRICTS = (Municipality.Kind.DISTRICT, Municipality.Kind.CITY_REGION)


def _conflict(record: ConflictOfInterest, case: Case) -> Conflict:
    lead, municipality = case.municipality, record.municipality
    if municipality is None or lead is None:
        return Conflict(record.advisor.name, record)
    is_lead = bool({municipality.pk, municipality.successor_id} & _keys([lead]))
    return Conflict(record.advisor.name, record, "" if is_lead else municipality.name)


def _hint(record: ConflictOfInterest, municipality: Municipality) -> str:
    where = {"place": municipality.name}
    if record.kind == ConflictKind.EMPLOYED:
        return _("works close to the municipality (%(place)s)") % where
    if record.kind == ConflictKind.COUNCILLOR:
        return _("sits on a council close to the municipality (%(place)s)") % where
    return _("conflict of interest close to the municipality (%(place)s)") % where
