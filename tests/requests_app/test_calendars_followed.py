"""Whoever opens every calendar file has the dates of the case in the calendar, whatever has happened in it.

Cases of chance: people propose, pick, move and cancel dates, join and leave. Each person's files are followed
as RFC 5546 says: the newest SEQUENCE counts, a REQUEST puts the date there, a CANCEL takes it out.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

import icalendar
import pytest

from miglobe.mail.models import OutboxAttachment
from requests_app import workflow
from requests_app.access import Side
from requests_app.models import AppointmentStatus, Case, CaseStatus, RoundStatus
from tests import actors
from tests.actors import World

pytestmark = pytest.mark.django_db
STEPS = 16


class History:
    """One case to which something happens at random."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.world = World()
        self.case = self.world.case(CaseStatus.MATCHED)
        self.told: list[str] = []

    def step(self) -> None:
        case, lead, pick = Case.objects.get(pk=self.case.pk), self.world.lead.user, self.chance.choice
        contact = pick([c.user for c in case.contacts.filter(confirmed_at__isnull=False)])
        open_ = case.date_rounds.filter(status=RoundStatus.OPEN).first()
        agreed = list(case.appointments.filter(status=AppointmentStatus.AGREED))
        co = case.assignments.exclude(role="lead").first()
        can: dict[str, Callable[[], Any]] = {
            "propose": lambda: self._propose(case),
            "join": lambda: actors.colleague(case, f"Person {len(self.told)}"),
            "leave": lambda: workflow.leave_case(case, contact),
        }
        if open_:
            can["pick"] = lambda: workflow.pick_date(open_, contact, date=pick(list(open_.dates.all())))
            can["refuse"] = lambda: workflow.refuse_dates(open_, contact, suggestion="Später")
        if agreed:
            chosen = pick(agreed)
            can["move"] = lambda: self._propose(case, moves=chosen)
            can["cancel"] = lambda: workflow.cancel_date(chosen, lead, Side.ADVISOR, reason="Krank")
        if co and co.status == "offered":
            can["second joins"] = lambda: workflow.accept_offer(co, co.advisor.user)
        elif co and co.status == "accepted":
            can["second leaves"] = lambda: workflow.end_assignment(co, self.world.coordinator)
        name = pick([*can, *(["pick"] * 2 if open_ else [])])
        self.told.append(name)
        with suppress(workflow.InvalidTransition):  # two proposals at once, or nobody would be left
            can[name]()

    def _propose(self, case: Case, **more: Any) -> None:
        dates = actors.proposal(*self.chance.sample(range(2, 40), 2))
        workflow.propose_dates(case, self.world.lead.user, dates, form_key=uuid.uuid4(), **more)

    def people(self) -> set[str]:
        contacts = self.case.contacts.filter(confirmed_at__isnull=False).values_list("user__email", flat=True)
        advisors = self.case.assignments.filter(status="accepted")
        return {*contacts, *advisors.values_list("advisor__user__email", flat=True)}


def calendars() -> dict[str, dict[str, tuple[int, datetime | None]]]:
    """By address and UID: the SEQUENCE of the last file, and the start; None where it took the date out."""
    known: dict[str, dict[str, tuple[int, datetime | None]]] = {}
    for file in OutboxAttachment.objects.select_related("message").order_by("pk"):
        calendar: Any = icalendar.Calendar.from_ical(bytes(file.content))
        [event] = calendar.events
        assert str(event["attendee"]) == f"mailto:{file.message.recipient}"
        own = known.setdefault(file.message.recipient, {})
        uid, sequence = str(event["uid"]), int(event["sequence"])
        assert sequence > own[uid][0] if uid in own else True, "A later file has a higher SEQUENCE."
        own[uid] = (sequence, None if calendar["method"] == "CANCEL" else event["dtstart"].dt)
    return known


@pytest.mark.parametrize("seed", [3, 11])
def test_calendars_of_everybody_hold_what_is_agreed_and_of_nobody_who_has_left(seed: int) -> None:
    history = History(seed)
    everybody = history.people()
    for _ in range(STEPS):
        history.step()
        people = history.people()
        everybody |= people
        agreed = history.case.appointments.filter(status=AppointmentStatus.AGREED)
        stands = dict(agreed.values_list("uid", "starts_at"))
        files = calendars()
        for address in everybody:
            own = {uid: start for uid, (_number, start) in files.get(address, {}).items() if start}
            assert own == (stands if address in people else {}), (history.told, address)
    assert {"pick", "move", "cancel", "leave"} <= {*history.told}
