"""Mails to advisors."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import translation

from miglobe.mail.outbox import MailText
from requests_app import offer_facts
from requests_app.models import ActionOption, Assignment
from requests_app.notifications.sending import for_advisor, to_advisor, to_advisors
from requests_app.option_words import Change


def compose_offer(assignment: Assignment) -> MailText:
    """The mail for an offer, stored or not: it reads all that the offer freezes, and the case's facts.

    The template gets no municipality: what ``place`` and ``facts`` do not tell stays untold.
    """
    with translation.override(assignment.advisor.user.language):
        place, facts = offer_facts.place(assignment), offer_facts.in_lines(offer_facts.facts(assignment))
    return for_advisor("offer_made", assignment, place=place, facts=facts)


def compose_offer_withdrawn(assignment: Assignment) -> MailText:
    return for_advisor("offer_withdrawn", assignment)


def compose_assignment_ended(assignment: Assignment) -> MailText:
    return for_advisor("assignment_ended", assignment)


def offer_made(assignment: Assignment, mail: MailText | None) -> None:
    to_advisor("offer_made", assignment, mail or compose_offer(assignment))


def offer_withdrawn(assignment: Assignment, mail: MailText | None) -> None:
    to_advisor("offer_withdrawn", assignment, mail or compose_offer_withdrawn(assignment))


def assignment_ended(assignment: Assignment, mail: MailText | None) -> None:
    to_advisor("assignment_ended", assignment, mail or compose_assignment_ended(assignment))


def option_confirmed(option: ActionOption) -> None:
    """The municipality said yes, and something along with it."""
    to_advisors("option_confirmed", option.case, option=option)


def option_changed(option: ActionOption, changes: Sequence[Change]) -> None:
    """The municipality worded an option anew: what stood there before, and what stands there now."""
    to_advisors("option_changed", option.case, option=option, changes=changes)


def option_commented(option: ActionOption) -> None:
    to_advisors("option_commented", option.case, option=option)
