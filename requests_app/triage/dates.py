"""The line about dates on the sheet: what is agreed, or what the municipality is asked."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from requests_app import dates
from requests_app.models import Appointment, Case
from requests_app.triage.opening import has


def line(case: Case) -> str:
    """Empty where there is nothing to say about dates. ``case``: as ``open_case`` gives it."""
    if not has(case, "dates"):
        return ""
    search = dates.search(case)
    parts = [_agreed(appointment) for appointment in search.ahead]
    if search.open:
        count = search.open.dates.count()
        text = ngettext(
            "Proposed: %(count)s date, the municipality chooses",
            "Proposed: %(count)s dates, the municipality chooses",
            count,
        )
        parts.append(text % {"count": count})
    elif search.refused:
        parts.append(_("None of the proposed dates fits the municipality"))
    return " · ".join(parts)


def _agreed(appointment: Appointment) -> str:
    words = {
        "when": dates.span(appointment.starts_at, appointment.minutes),
        "format": appointment.get_format_display(),
    }
    text = _("Agreed: %(when)s, %(format)s") % words
    return text + " " + _("(the municipality asks for another date)") if appointment.move_asked_at else text
