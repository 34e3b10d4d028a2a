"""How long a case has waited and what its state is, in words and with a badge's colour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from miglobe.site.working_days import working_days_between
from requests_app.agenda_words import short_day
from requests_app.models import Case, CaseStatus

S = CaseStatus
_KINDS = {
    S.SUBMITTED: "info",
    S.IN_REVIEW: "info",
    S.QUERY_OPEN: "warning",
    S.MATCHING: "warning",
    S.MATCHED: "success",
    S.IN_DIALOGUE: "success",
    S.OPTIONS_AGREED: "success",
}


@dataclass(frozen=True)
class Badge:
    """A word with a colour: info, success, warning, danger, or "" for quiet text."""

    label: str
    kind: str = ""

    @property
    def html(self) -> SafeString:
        css = f"app-badge app-badge--{self.kind}" if self.kind else "app-badge"
        return format_html('<span class="{}">{}</span>', css, self.label)


@dataclass(frozen=True)
class Waiting:
    """How long a case has waited: the badge, and a second line that says more."""

    badge: Badge
    detail: str = ""


def place(case: Case) -> str:
    """Who asks: how many ask along, and what the municipality has become part of since."""
    now = case.municipality.successor if case.municipality else None
    if now is None:
        return case.places
    return _("%(place)s (now %(successor)s)") % {"place": case.places, "successor": now.name}


def state(case: Case) -> Badge:
    return Badge(str(case.state.label), _KINDS.get(case.state, ""))


def first_of(texts: Sequence[str], shown: int = 2) -> str:
    """The first of several things, and how many there are besides: "Fairer Handel, Strategien, 3 more"."""
    more = len(texts) - shown
    if more <= 0:
        return ", ".join(texts)
    rest = ngettext("%(count)d more", "%(count)d more", more) % {"count": more}
    return ", ".join([*texts[:shown], rest])


def days(number: int) -> str:
    return ngettext("%(count)d day", "%(count)d days", number) % {"count": number}


def _since(number: int) -> str:
    if not number:
        return _("since today")
    return ngettext("for %(count)d day", "for %(count)d days", number) % {"count": number}


def waiting(case: Case, today: date | None = None) -> Waiting:
    """Age and deadline of ``case``; ages are calendar days since the request came in."""
    today = today or timezone.localdate()
    age = (today - timezone.localdate(case.submitted_at)).days
    if case.closed_at:
        return Waiting(Badge(_("ended")), short_day(timezone.localdate(case.closed_at)))
    if case.paused_on:
        return Waiting(Badge(_("deadline paused"), "info"), _since((today - case.paused_on).days))
    if case.due_on is None:
        return Waiting(Badge(_since(age)))
    due = _("due %(day)s") % {"day": short_day(case.due_on)}
    return Waiting(_deadline(case.due_on, today, age), due)


def _deadline(due_on: date, today: date, age: int) -> Badge:
    if due_on < today:
        return Badge(_("%(days)s, overdue") % {"days": days(age)}, "danger")
    if due_on == today:
        return Badge(_("due today"), "warning")
    left = working_days_between(today, due_on)
    text = ngettext("%(count)d working day left", "%(count)d working days left", left) % {"count": left}
    return Badge(text, "success" if left > 1 else "warning")
