"""Mails about dates: to the municipality's contact persons and the case's advisors, and to nobody else.

What is agreed comes with a calendar file of its own for each of them; so these mails stay single ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import translation

from miglobe.accounts.models import User
from miglobe.mail.outbox import MailFile, render
from requests_app import calendars, dates, recipients
from requests_app.access import Side
from requests_app.calendars import Method
from requests_app.models import Appointment, Case, DateRound
from requests_app.notifications.sending import page_of, send, to_advisors

FILE_NAME = "termin.ics"


@dataclass(frozen=True)
class _Person:
    user: User
    name: str
    side: Side


def _everybody(case: Case) -> Iterator[_Person]:
    """Who is to know of a date: whoever gets the case's mails, and who advises."""
    for contact in recipients.contacts(case):
        yield _Person(contact.user, contact.name, Side.MUNICIPALITY)
    for assignment in recipients.advisors(case):
        yield _Person(assignment.advisor.user, assignment.advisor.name, Side.ADVISOR)


def dates_proposed(round_: DateRound) -> None:
    """Ask the municipality to pick one of the dates. The links only lead to the page where it does."""
    case = round_.case
    for contact in recipients.contacts(case):
        with translation.override(contact.user.language):
            moved = dates.span(round_.moves.starts_at, round_.moves.minutes) if round_.moves else ""
            context = {
                "case": case,
                "contact": contact,
                "by": str(round_.proposed_by),
                "dates": [dates.line(each.starts_at) for each in round_.dates.all()],
                "frame": frame(round_),
                "text": round_.note,
                "instead_of": moved,
            }
            text = render("dates_proposed", context, contact.user.language)
        send(contact.user, Side.MUNICIPALITY, "dates_proposed", case, text)


def dates_refused(round_: DateRound) -> None:
    to_advisors("dates_refused", round_.case, text=round_.suggestion)


def date_move_asked(appointment: Appointment, text: str) -> None:
    for person in _everybody(appointment.case):
        if person.side == Side.ADVISOR:
            _tell("date_move_asked", person, appointment, None, text=text)


def date_agreed(appointment: Appointment) -> None:
    for person in _everybody(appointment.case):
        _tell("date_agreed", person, appointment, Method.REQUEST)


def date_moved(appointment: Appointment, before: datetime) -> None:
    for person in _everybody(appointment.case):
        with translation.override(person.user.language):
            earlier = dates.spoken(before)
        _tell("date_moved", person, appointment, Method.REQUEST, instead_of=earlier)


def date_cancelled(appointment: Appointment) -> None:
    for person in _everybody(appointment.case):
        _tell("date_cancelled", person, appointment, Method.CANCEL, reason=appointment.cancel_reason)


def date_joined(appointment: Appointment, user: User, name: str, side: Side) -> None:
    """The invitation for somebody who has joined the case since the date was agreed."""
    _tell("date_agreed", _Person(user, name, side), appointment, Method.REQUEST)


def date_left(appointment: Appointment, user: User, name: str, side: Side) -> None:
    """The cancellation for somebody who has left the case; the date stands."""
    _tell("date_left", _Person(user, name, side), appointment, Method.CANCEL)


def date_reminder(appointment: Appointment) -> None:
    for person in _everybody(appointment.case):
        _tell("date_reminder", person, appointment, None)


def _tell(
    kind: str, person: _Person, appointment: Appointment, method: Method | None, **context: Any
) -> None:
    """One mail to one person; with the calendar file for it, if there is a ``method``."""
    case, language = appointment.case, person.user.language
    link = page_of(case, person.side, language)
    with translation.override(language):
        told = {
            "case": case,
            "name": person.name,
            "side": person.side,
            "link": link,
            "when": dates.span(appointment.starts_at, appointment.minutes),
            "when_short": dates.short(appointment.starts_at),
            "frame": frame(appointment),
        }
        text = render(kind, told | context, language)
        files = []
        if method:
            reader = calendars.Reader(link, person.user.email, person.name)
            content = calendars.file(appointment, method, reader)
            files = [MailFile(FILE_NAME, content, calendars.content_type(method))]
    send(person.user, person.side, kind, case, text, files=files)


def frame(held: DateRound | Appointment) -> list[str]:
    """Format and length, how and where: the lines below a date."""
    lines = [f"{held.get_format_display()}, {dates.length(held.minutes)}", str(held.get_mode_display())]
    return [*lines, held.place] if held.place else lines
