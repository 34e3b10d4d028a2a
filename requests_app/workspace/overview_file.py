"""The sheets of an advisor's overview as a workbook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from requests_app.sheets import Sheet, Value
from requests_app.workspace.due import Due
from requests_app.workspace.year import Engagement, Hours, Session, Year, decimal


def sheets(year: Year, due: Sequence[Due]) -> list[Sheet]:
    """Numbers, sessions, cases, and what is due; hours as numbers that can be added up."""
    return [_numbers(year), _sessions(year.sessions), _cases(year.engagements), _due(due)]


def _numbers(year: Year) -> Sheet:
    headings = [f"{_('Year')} {year.year}", _("Sessions"), _("Minutes"), _("Hours")]
    return Sheet(_("Overview"), headings, [36, 12, 12, 12], list(_lines(year)), has_filter=False)


def _lines(year: Year) -> Iterator[list[Value]]:
    yield from map(_numbers_of, [year.total, *year.by_confirmation])
    for heading, lines in ((_("By format"), year.by_format), (_("By place"), year.by_mode)):
        yield []
        yield [heading]
        yield from map(_numbers_of, lines)


def _numbers_of(hours: Hours) -> list[Value]:
    return [hours.label, hours.sessions, hours.minutes, hours.decimal]


def _sessions(sessions: Sequence[Session]) -> Sheet:
    columns = {
        _("Date"): 14,
        _("Start"): 8,
        _("Case number"): 16,
        _("Municipality"): 26,
        _("Format"): 22,
        _("Where"): 14,
        _("Minutes"): 10,
        _("Hours"): 10,
        _("Together with"): 26,
        _("Confirmed"): 16,
    }
    rows = [_session(session) for session in sessions]
    return Sheet(_("Sessions"), list(columns), list(columns.values()), rows)


def _session(session: Session) -> list[Value]:
    held = session.held
    return [
        held.date,
        f"{held.start:%H:%M}",
        held.case.reference,
        held.case.place,
        str(held.get_format_display()),
        str(held.get_mode_display()),
        held.minutes,
        decimal(held.minutes),
        ", ".join(session.others),
        session.confirmation,
    ]


def _cases(engagements: Sequence[Engagement]) -> Sheet:
    columns = {
        _("Case number"): 16,
        _("Municipality"): 26,
        _("Role"): 18,
        _("Status"): 26,
        _("Accepted on"): 14,
        _("Sessions"): 10,
        _("Minutes"): 10,
        _("Hours"): 10,
        _("Agreed options"): 16,
    }
    rows = [_case(engagement) for engagement in engagements]
    return Sheet(_("Cases"), list(columns), list(columns.values()), rows)


def _case(engagement: Engagement) -> list[Value]:
    return [
        engagement.case.reference,
        engagement.case.place,
        str(engagement.own.get_role_display()),
        engagement.state,
        engagement.accepted_on,
        engagement.hours.sessions,
        engagement.hours.minutes,
        engagement.hours.decimal,
        engagement.options_agreed,
    ]


def _due(due: Sequence[Due]) -> Sheet:
    columns = {_("By or on"): 14, _("Case number"): 16, _("Municipality"): 26, _("What"): 70}
    rows = [[entry.day, entry.reference, entry.place, entry.text] for entry in due]
    return Sheet(_("Due"), list(columns), list(columns.values()), rows)
