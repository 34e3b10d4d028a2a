"""Sessions as papers show them."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _

from requests_app.models import DialogueSession
from requests_app.papers import blocks
from requests_app.papers.blocks import Block
from requests_app.templatetags.cases import participant_groups, session_length


def advisors_of(sessions: Iterable[DialogueSession]) -> list[str]:
    """Who advised in them, each once, in the order in which they came."""
    return list(dict.fromkeys(str(advisor) for session in sessions for advisor in session.advisors.all()))


def when(session: DialogueSession) -> list[str]:
    """Day and time of the beginning, a line each."""
    start = time_format(session.start, "H:i")
    return [date_format(session.date, "DATE_FORMAT"), _("%(start)s o'clock") % {"start": start}]


def session_table(sessions: Iterable[DialogueSession]) -> Block:
    """When, in which format, how long, who advised, and how many took part."""
    columns = ((_("Date"), 5), (_("Format"), 5), (_("Advised by"), 5), (_("Took part"), 5))
    rows = [
        [
            [*when(session), session_length(session)],
            [str(session.get_format_display()), str(session.get_mode_display())],
            [str(advisor) for advisor in session.advisors.all()],
            participant_groups(session) or "–",
        ]
        for session in sessions
    ]
    return blocks.table(columns, rows)
