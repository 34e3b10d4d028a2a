"""Mails after the end of a case: what became of the options, and the wish for another talk."""

from __future__ import annotations

from collections.abc import Iterable

from requests_app.models import ActionOption, Case
from requests_app.notifications.sending import to_advisors, to_contacts, to_coordinators


def follow_up_asked(case: Case, options: Iterable[ActionOption]) -> None:
    """Ask every contact person what became of ``options``; after a talk that was enough there are none."""
    to_contacts("follow_up_asked", case, options=list(options))


def follow_up_reminded(case: Case, options: Iterable[ActionOption]) -> None:
    """Remind of it, once."""
    to_contacts("follow_up_reminded", case, options=list(options))


def talk_asked(case: Case, text: str, *, goes_on: bool) -> None:
    """Tell that the municipality would like another talk; ``goes_on``: with the advisors of before."""
    to_coordinators("talk_asked", case, text=text, goes_on=goes_on)
    to_advisors("talk_asked", case, text=text, goes_on=goes_on)
