"""What an advisor decides on, beside the situation: the same facts in the mail and on the page of an offer.

They name nobody; and where the offer is confidential, not the municipality either. They speak the
language that is switched on.
"""

from __future__ import annotations

from django.utils import formats
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from miglobe.accounts.models import Language
from miglobe.site.models import PortalSettings
from requests_app import places
from requests_app.models import Assignment, AssignmentRole, AssignmentStatus, Municipality
from requests_app.summary import for_offer

Facts = list[tuple[str, str]]
Kind = Municipality.Kind


def facts(offer: Assignment) -> Facts:
    """Labels and values, some of several lines; an empty value is not told. ``offer`` may be unsaved."""
    case = offer.case
    portal = PortalSettings.load()
    begin = formats.date_format(case.earliest_begin, "YEAR_MONTH_FORMAT") if case.earliest_begin else ""
    period = for_offer(case.period, case, is_confidential=offer.is_confidential)
    found = [
        (_("Your role"), str(offer.get_role_display())),
        (_("Tandem") if offer.tandem_key else _("Two advisors"), tandem(offer)),
        (_("Municipality"), "\n".join(_municipality(offer))),
        (_("Further municipalities"), _partners(offer)),
        (_("Municipal company"), _organisation(offer)),
        (_("Topics"), ", ".join(str(topic) for topic in case.topics.all())),
        (_("Formats"), ", ".join(case._meta.get_field("formats").labels(case))),
        (_("On site or online"), str(case.get_mode_display())),
        (_("Earliest start"), begin),
        (_("Period"), period),
        (_("Expected effort"), offer.effort),
        (_("Fee"), portal.written("fee_rule")[0]),
    ]
    return [(label, value) for label, value in found if value]


def in_lines(rows: Facts) -> str:
    """The same for a mail, a line each."""
    return "\n".join(f"{label}: {', '.join(value.splitlines())}" for label, value in rows)


def place(offer: Assignment) -> str:
    """Who asks, for a heading or a row: the name, or what may be known of it."""
    if not offer.is_confidential:
        return offer.case.place
    return ", ".join(_municipality(offer))


def default_effort(language: str) -> str:
    """The expected effort of the portal's settings, in the language of whoever is asked."""
    with override(language):
        return PortalSettings.load().written("expected_effort")[0]


def effort_for(language: str, typed: str) -> str:
    """``typed``, unless it is the portal's own text: that goes to each advisor in her language."""
    shipped = {default_effort(str(each)).strip() for each in Language.values}
    return default_effort(language) if typed.strip() in shipped else typed


def _municipality(offer: Assignment) -> list[str]:
    """Name, kind, size and region; without the name where the offer is confidential."""
    municipality = offer.case.municipality
    if municipality is None:
        return []
    if offer.is_confidential:
        return _unnamed(municipality)
    return [municipality.name, *_kind_and_size(municipality), *_region(municipality)]


def _unnamed(municipality: Municipality) -> list[str]:
    """Kind, size and region; the region only where more than one municipality fits all that is told.

    There is one city region: it is told as the district that it is in law.
    """
    if municipality.kind == Kind.CITY_REGION:
        return [str(Kind.DISTRICT.label), *_region(municipality)]
    several = places.how_many_alike(municipality) > 1
    return _kind_and_size(municipality) + (_region(municipality) if several else [])


def _kind_and_size(municipality: Municipality) -> list[str]:
    kind, size = str(municipality.get_kind_display()), municipality.size_class
    return [kind] if size == kind else [kind, capfirst(size)]  # districts have no size class of their own


def _region(municipality: Municipality) -> list[str]:
    region = municipality.government_region
    return [_("Government region %(region)s") % {"region": region}] if region else []


def _partners(offer: Assignment) -> str:
    partners = list(offer.case.partners.all())
    if not offer.is_confidential:
        return "\n".join(str(partner) for partner in partners)
    if not partners:
        return ""
    return ngettext("%(count)d more", "%(count)d more", len(partners)) % {"count": len(partners)}


def _organisation(offer: Assignment) -> str:
    company = offer.case.organisation
    if company and offer.is_confidential:
        return _("It asks for the municipality")
    return for_offer(company, offer.case, is_confidential=False)


# --- Two advisors -------------------------------------------------------------------------------


def tandem(offer: Assignment) -> str:
    """How it stands with the other advisor, in words that name nobody. Reads prefetched assignments."""
    leads = offer.role == AssignmentRole.LEAD
    other = _other(offer)
    if other is None and offer.tandem_key is None:
        return "" if leads else _("The lead is looked for.")
    if other is None or other.status == AssignmentStatus.OFFERED:
        if offer.tandem_key and (other is None or other.tandem_key == offer.tandem_key):
            return _asked_together(leads)
        return _("A second advisor is being asked, too.") if leads else _("The lead is being asked, too.")
    if other.status == AssignmentStatus.ACCEPTED:
        return _("A second advisor has said yes.") if leads else _("The lead has said yes.")
    return _came_to_nothing(leads)


def partner_missing(own: Assignment) -> str:
    """After the yes: where the other one of a tandem is; empty once both are there, or for one alone."""
    other = _other(own)
    if own.tandem_key is None or (other and other.status == AssignmentStatus.ACCEPTED):
        return ""
    leads = own.role == AssignmentRole.LEAD
    if other and other.status == AssignmentStatus.OFFERED:
        waits, lead_waits = _("The second advisor has not answered yet."), _("The lead has not answered yet.")
        return waits if leads else lead_waits
    if leads:
        return _("The second advisor is not available. Your yes stays; the coordination looks on.")
    return _("The lead is not available. Your yes stays; the coordination looks on.")


def _asked_together(leads: bool) -> str:
    if leads:
        return _("A second advisor is being asked together with you. Each of you answers alone.")
    return _("The lead is being asked together with you. Each of you answers alone.")


def _came_to_nothing(leads: bool) -> str:
    if leads:
        return _(
            "The second advisor who was asked together with you is not available. Your answer counts all the "
            "same: the coordination looks for somebody else."
        )
    return _(
        "The lead who was asked together with you is not available. Your answer counts all the same: the "
        "coordination looks for somebody else."
    )


def _other(offer: Assignment) -> Assignment | None:
    """Who has, or was last asked for, the other role: live ones first, then the other half of a tandem."""
    others = [each for each in offer.case.assignments.all() if each.role != offer.role]
    live = next((each for each in others if each.is_live), None)
    same = (each for each in others if offer.tandem_key and each.tandem_key == offer.tandem_key)
    return live or next(same, None)
