"""The result note: what was asked, held and agreed, on a few pages that can go to a council paper."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from miglobe.site.models import PortalSettings
from requests_app import access
from requests_app.models import ActionOption, Case, DialogueSession, OptionStatus, Resolution
from requests_app.option_words import financial_effects
from requests_app.papers import blocks
from requests_app.papers.blocks import Block, Typed, Value, typed_lines
from requests_app.papers.compiling import Paper
from requests_app.papers.sessions import advisors_of, session_table

# So many options are first listed in a table.
WITH_OVERVIEW = 4


def has_result(case: Case, options: Iterable[ActionOption], sessions: Sequence[DialogueSession]) -> bool:
    """Whether there is something to put down: an option was agreed, or a talk was held and enough."""
    was_enough = case.resolution == Resolution.INITIAL_TALK_SUFFICIENT
    return any(option.status == OptionStatus.AGREED for option in options) or (was_enough and bool(sessions))


@dataclass(frozen=True)
class Result:
    """What the case page shows on paper in place of the PDF."""

    head: list[tuple[str, Value]]
    options: int


def result(case: Case, options: Iterable[ActionOption], sessions: Sequence[DialogueSession]) -> Result | None:
    """The head of the result note and how many options are agreed; None as long as there is no result."""
    if not has_result(case, options, sessions):
        return None
    agreed = sum(option.status == OptionStatus.AGREED for option in options)
    rows = [
        *_head_rows(case, agreed, sessions),
        (_("As of"), date_format(timezone.localdate(), "DATE_FORMAT")),
    ]
    # The subject is the page's title.
    return Result([row for row in rows if row[1] != case.title], agreed)


def result_note(case: Case) -> Paper | None:
    """The result note of a case; None as long as there is no result.

    It names the advisors, and nobody of the municipality: free text of the request and of the sessions
    may, so that is left out. Only where a talk was enough, its shared minutes are the result.
    Reads the municipality and its partners.
    """
    options = list(case.options.agreed().select_related("replaces"))
    sessions = list(access.sessions_for(case, with_private_notes=False))
    if not has_result(case, options, sessions):
        return None
    made = [blocks.facts(*_head_rows(case, len(options), sessions)), *_sessions(sessions)]
    made += _options(options) if options else _what_was_said(sessions)
    made.append(blocks.together(*_contact(case), _issued()))
    name = _("Result note")
    return Paper(case, name, made, suffix=name)


def _head_rows(case: Case, options: int, sessions: Sequence[DialogueSession]) -> list[tuple[str, Value]]:
    return [
        (_("Municipality"), municipalities(case)),
        (_("Municipal company"), Typed(case.organisation)),
        (_("Department or unit"), Typed(case.unit)),
        (pgettext("of a consultation", "Subject"), Typed(case.title)),
        (_("Guiding question"), Typed(case.guiding_question)),
        (_("Advised by"), advisors_of(sessions)),
        (_("Period"), _period(sessions)),
        (_("Result"), _result(options)),
    ]


def municipalities(case: Case) -> list[str]:
    """Who asks, by its full name, and who asks along."""
    first = case.municipality.formal_name if case.municipality else case.place
    return [first, *(partner.formal_name for partner in case.partners.all())]


def _period(sessions: Sequence[DialogueSession]) -> str:
    if not sessions:
        return ""
    first, last = (date_format(each.date, "DATE_FORMAT") for each in (sessions[0], sessions[-1]))
    return first if first == last else _("%(first)s to %(last)s") % {"first": first, "last": last}


def _result(options: int) -> str:
    if options == 0:
        return _("The talk was enough; no further options were needed.")
    if options == 1:
        return _("One agreed action option")
    return _("%(count)d agreed action options") % {"count": options}


def _sessions(sessions: Sequence[DialogueSession]) -> list[Block]:
    return [blocks.heading(_("Sessions")), session_table(sessions)] if sessions else []


def _what_was_said(sessions: Sequence[DialogueSession]) -> list[Block]:
    """The shared minutes, with what other advisors have added to them. Reads the additions."""
    made: list[Block] = []
    for session in sessions:
        minutes = [session.shared_minutes, *(each.shared_minutes for each in session.additions.all())]
        if texts := typed_lines(*minutes):
            made.append(blocks.heading(date_format(session.date, "DATE_FORMAT"), 3))
            made += [blocks.text(each) for each in texts]
    return [blocks.heading(_("What was talked about")), *made] if made else []


def _options(options: Sequence[ActionOption]) -> list[Block]:
    made = [blocks.heading(_("Agreed action options"))]
    if len(options) >= WITH_OVERVIEW:
        columns = ((_("No."), 0), (_("Action option"), 5), (_("Responsible unit"), 3), (_("By when"), 3))
        rows = [
            [str(number), Typed(o.title), Typed(o.responsible_unit), by_when(o)]
            for number, o in enumerate(options, 1)
        ]
        made.append(blocks.table(columns, rows))
    for number, option in enumerate(options, 1):
        made.append(
            blocks.together(
                blocks.heading(Typed(f"{number}. {option.title}"), 3),
                blocks.text(Typed(option.description)),
                blocks.facts(*option_rows(option)),
            )
        )
    return made


def option_rows(option: ActionOption) -> list[tuple[str, str]]:
    """What stands below the description of an option. ``replaces`` is read along."""
    return [
        (_("Goal"), option.get_goal_display()),
        (_("First step"), Typed(option.first_step)),
        (_("Responsible unit"), Typed(option.responsible_unit)),
        (_("Partners"), Typed(option.partners)),
        (_("Horizon"), by_when(option, and_horizon=True)),
        (_("Effort"), option.get_effort_display()),
        (_("Financial effects"), Typed(option.financial_effects) or financial_effects(option)),
        (_("How you will notice"), Typed(option.indicator)),
        (_("Agreed"), _agreed_on(option)),
    ]


def by_when(option: ActionOption, *, and_horizon: bool = False) -> str:
    """The day by which, if one was named, else the horizon; or both."""
    horizon = str(option.get_horizon_display())
    if not option.due_on:
        return horizon
    day = _("by %(day)s") % {"day": date_format(option.due_on, "DATE_FORMAT")}
    return f"{horizon}, {day}" if and_horizon else day


def _agreed_on(option: ActionOption) -> str:
    if option.confirmed_at is None:
        return ""
    words = {"day": _day(option)}
    if option.replaces and option.replaces.confirmed_at:
        words["before"] = _day(option.replaces)
        return _("on %(day)s, in place of the version of %(before)s") % words
    return _("on %(day)s") % words


def _day(option: ActionOption) -> str:
    assert option.confirmed_at is not None
    return date_format(timezone.localtime(option.confirmed_at), "DATE_FORMAT")


def _contact(case: Case) -> list[Block]:
    portal = PortalSettings.load()
    coordination = [portal.host_name, portal.contact_name, portal.contact_phone, portal.contact_email]
    return [
        blocks.heading(_("Contact")),
        blocks.facts(
            (_("Municipality"), [*municipalities(case)[:1], *([Typed(case.unit)] if case.unit else [])]),
            (_("Coordination of MiGlobe"), [line for line in coordination if line]),
        ),
    ]


def _issued() -> Block:
    words = {
        "host": PortalSettings.load().host_name,
        "day": date_format(timezone.localdate(), "DATE_FORMAT"),
    }
    return blocks.small(_("Made on %(day)s from the portal of MiGlobe, %(host)s.") % words)
