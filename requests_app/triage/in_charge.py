"""Who is responsible for a case, in the words of the list and the sheet, and when it comes up again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from django.contrib import admin
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app.agenda_words import short_day
from requests_app.models import Case
from requests_app.responsibility import Roster, roster
from requests_app.triage import words


@dataclass(frozen=True)
class InCharge:
    """A name, or that there is nobody, and what one has to know about it."""

    name: str
    detail: str = ""


def in_charge(case: Case, here: Roster) -> InCharge:
    """Who is responsible for ``case``; ``here`` is the coordination on the day."""
    key = case.responsible_id
    if key is None:
        return InCharge(_("nobody"))
    if key not in here.names:
        return InCharge(_("nobody"), _("formerly %(name)s") % {"name": case.responsible})
    return InCharge(here.names[key], absence(key, here))


def absence(key: int, here: Roster) -> str:
    """That somebody of the coordination is on leave, until when, and who stands in; "" when not."""
    if key not in here.away:
        return ""
    until = short_day(here.away[key].until)
    substitute = here.looked_after_by(key)
    if substitute is None:
        return _("absent until %(day)s, nobody stands in") % {"day": until}
    return _("absent until %(day)s, %(name)s stands in") % {"day": until, "name": here.names[substitute]}


def resubmission(case: Case) -> words.Badge | None:
    """The day on which the case comes up again, louder when it has come."""
    if case.resubmit_on is None:
        return None
    day = short_day(case.resubmit_on)
    return words.Badge(day, "warning" if case.resubmit_on <= timezone.localdate() else "")


def column() -> Callable[[Case], SafeString]:
    """The column of the list of cases, made for one request: the coordination is read once, not per row."""
    here = cache(lambda: roster(timezone.localdate()))

    @admin.display(description=gettext_lazy("responsible"))
    def responsible(case: Case) -> SafeString:
        who, badge = in_charge(case, here()), resubmission(case)
        # A phone shows no heads of columns.
        label = format_html('<span class="app-phone-only">{}: </span>', _("Responsible"))
        html = format_html('<span class="app-who">{}{}</span>', label, who.name)
        if who.detail:
            html += format_html('<span class="app-sub">{}</span>', who.detail)
        if badge:
            text = format_html('<span class="app-sub">{}</span>', _("Resubmission"))
            html += text + badge.html
        return html

    return responsible
