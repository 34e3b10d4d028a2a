"""Dates, sessions, options and what became of them, as the whole case tells them."""

from __future__ import annotations

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from miglobe.site.templatetags.kern import long_datetime
from requests_app import access, option_versions
from requests_app.models import (
    ActionOption,
    Appointment,
    Case,
    DateRound,
    DialogueSession,
    Feedback,
    FollowUp,
    OptionStatus,
)
from requests_app.papers import blocks
from requests_app.papers.blocks import Block, Typed, Value, typed_lines
from requests_app.papers.result_note import option_rows
from requests_app.papers.sessions import when
from requests_app.templatetags.cases import participant_groups, session_length

# Drafts are the advisors' own.
_SHOWN_OPTIONS = [str(status) for status in (*access.OPTIONS_FOR_MUNICIPALITY, OptionStatus.REPLACED)]


# --- Dates ----------------------------------------------------------------------------------------


def appointments(case: Case) -> list[Block]:
    """What was agreed, and the proposals that led there."""
    made: list[Block] = []
    if agreed := [_appointment(each) for each in case.appointments.all()]:
        labels = ((_("When"), 5), (_("Format"), 4), (_("Place or link"), 6), (_("State"), 4))
        made.append(blocks.table(labels, agreed))
    rounds = case.date_rounds.select_related("proposed_by").prefetch_related("dates")
    if proposed := [_round(each) for each in rounds]:
        columns = ((_("Proposed"), 5), (_("Dates"), 6), (_("What came of it"), 6))
        made += [blocks.heading(_("Proposals of dates"), 3), blocks.table(columns, proposed)]
    return made


def _appointment(each: Appointment) -> list[Value]:
    return [
        [long_datetime(each.starts_at), _("%(count)s minutes") % {"count": each.minutes}],
        [str(each.get_format_display()), str(each.get_mode_display())],
        Typed(each.place) or "–",
        [str(each.get_status_display()), *typed_lines(each.cancel_reason)],
    ]


def _round(each: DateRound) -> list[Value]:
    return [
        [long_datetime(each.proposed_at), str(each.proposed_by), *typed_lines(each.note)],
        [long_datetime(proposed.starts_at) for proposed in each.dates.all()],
        [str(each.get_status_display()), *typed_lines(each.suggestion)],
    ]


# --- Sessions -------------------------------------------------------------------------------------


def sessions(case: Case) -> list[Block]:
    """Each session with its shared minutes and what the municipality said to it."""
    held = access.sessions_for(case, with_private_notes=False).select_related("confirmed_by", "recorded_by")
    made: list[Block] = []
    for session in held:
        made += _session(session)
    return made


def _session(session: DialogueSession) -> list[Block]:
    confirmed = {"time": long_datetime(session.confirmed_at), "name": str(session.confirmed_by)}
    made = [
        blocks.together(
            blocks.heading(f"{session.get_format_display()}, {date_format(session.date, 'DATE_FORMAT')}", 3),
            blocks.facts(
                (_("Time"), f"{when(session)[1]}, {session_length(session)}"),
                (_("Where"), str(session.get_mode_display())),
                (_("Advised by"), [str(advisor) for advisor in session.advisors.all()]),
                (_("Took part"), participant_groups(session)),
                (_("Logged by"), str(session.recorded_by)),
                (_("Confirmed"), _("on %(time)s by %(name)s") % confirmed if session.confirmed_at else ""),
                (_("What was different"), Typed(session.objection)),
            ),
        )
    ]
    if session.shared_minutes:
        made += [blocks.small(_("Shared minutes")), blocks.text(Typed(session.shared_minutes))]
    for addition in session.additions.all():
        if addition.shared_minutes:
            words = _("Addition to the minutes by %(name)s") % {"name": addition.author}
            made += [blocks.small(words), blocks.text(Typed(addition.shared_minutes))]
    return made


# --- Options --------------------------------------------------------------------------------------


def options(case: Case) -> list[Block]:
    """Each option with its state, and those that a newer version has replaced."""
    made: list[Block] = []
    found = case.options.filter(status__in=_SHOWN_OPTIONS).select_related("replaces", "confirmed_by")
    for option in option_versions.with_versions(found):
        made.append(
            blocks.together(
                blocks.heading(Typed(f"{option.place}. {option.title}"), 3),
                blocks.text(Typed(option.description)),
                blocks.facts(
                    (_("State"), _state(option)),
                    *option_rows(option),
                    (_("Comment of the municipality"), Typed(option.comment)),
                ),
            )
        )
    return made


def _state(option: ActionOption) -> str:
    words = {"state": option.get_status_display(), "version": option.edition}
    state = _("%(state)s, version %(version)d") % words
    return f"{state} ({option.confirmed_by})" if option.confirmed_by else state


# --- Afterwards -----------------------------------------------------------------------------------


def afterwards(case: Case) -> list[Block]:
    """What the municipality thinks of it, and what became of the options."""
    return [*_feedback(case), *_follow_ups(case), *_reports(case)]


def _feedback(case: Case) -> list[Block]:
    given = Feedback.objects.filter(case=case).select_related("given_by").first()
    if given is None:
        return []
    words = {"time": long_datetime(given.given_at), "name": str(given.given_by)}
    return [
        blocks.heading(_("Answers at the end"), 3),
        blocks.facts(
            (_("Did it help?"), str(given.get_helped_display())),
            (_("Would you recommend it?"), str(given.get_recommends_display())),
            (_("What was missing?"), Typed(given.missing)),
            (_("Answered"), _("on %(time)s by %(name)s") % words),
        ),
    ]


def _follow_ups(case: Case) -> list[Block]:
    rows = [_follow_up(each) for each in case.follow_ups.select_related("answered_by")]
    columns = ((_("Follow-up"), 4), (_("State"), 6), (_("A word of the municipality"), 8))
    return [blocks.heading(_("Follow-ups"), 3), blocks.table(columns, rows)] if rows else []


def _follow_up(each: FollowUp) -> list[Value]:
    answer = [long_datetime(each.answered_at), str(each.answered_by or "")] if each.answered_at else []
    return [
        date_format(each.due_on, "DATE_FORMAT"),
        [str(each.get_status_display()), *filter(None, answer)],
        Typed(each.word) or "–",
    ]


def _reports(case: Case) -> list[Block]:
    found = case.options.filter(reports__isnull=False).distinct().prefetch_related("reports__reported_by")
    rows: list[list[Value]] = [
        [
            date_format(timezone.localtime(report.reported_at), "DATE_FORMAT"),
            Typed(option.title),
            [str(report.get_implementation_display()), *typed_lines(report.note)],
            str(report.reported_by),
        ]
        for option in found
        for report in option.reports.all()
    ]
    columns = ((_("Date"), 4), (_("Action option"), 6), (_("State"), 6), (_("Said by"), 4))
    return [blocks.heading(_("What became of the options"), 3), blocks.table(columns, rows)] if rows else []
