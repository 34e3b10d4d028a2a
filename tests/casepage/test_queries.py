"""The case page asks the same number of queries, however much there is to show."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.utils import timezone

from requests_app.models import (
    ActionOption,
    Audience,
    Case,
    CaseStatus,
    DialogueSession,
    Event,
    EventKind,
    Message,
)
from tests import actors
from tests.actors import World
from tests.casepage.pages import contact


def add_messages(world: World, case: Case, count: int) -> None:
    authors = [world.lead.user, world.coordinator]
    for number in range(count):
        Message.objects.create(
            case=case, author=authors[number % 2], author_side="advisor", audience=Audience.EVERYONE,
            body=f"Nachricht {number}", created_at=timezone.now(),
        )  # fmt: skip


def add_options(world: World, case: Case, count: int) -> None:
    for number in range(count):
        ActionOption.objects.create(
            case=case, position=number, status="proposed", **actors.option_fields(title=f"Option {number}")
        )


def add_sessions(world: World, case: Case, count: int) -> None:
    for number in range(count):
        session = DialogueSession.objects.create(
            case=case, recorded_by=world.lead.user, form_key=uuid.uuid4(),
            **actors.session_fields(start=dt.time(8, number)),
        )  # fmt: skip
        session.advisors.set([world.lead, world.co])


def add_confirmed_sessions(world: World, case: Case, count: int) -> None:
    add_sessions(world, case, count)
    case.sessions.update(confirmed_by=actors.contact_of(case), confirmed_at=timezone.now())


def add_events(world: World, case: Case, count: int) -> None:
    for number in range(count):
        Event.objects.create(
            case=case, kind=EventKind.OPTION_CONFIRMED, actor=world.coordinator, at=timezone.now(),
            to_status=case.status, data={"title": f"Option {number}"},
        )  # fmt: skip


@pytest.mark.parametrize("count", [1, 30])
@pytest.mark.parametrize("add", [add_messages, add_options, add_sessions, add_confirmed_sessions, add_events])
def test_the_page_asks_the_same_number_of_queries(
    world: World, add: Any, count: int, django_assert_num_queries: Any
) -> None:
    case = world.case(CaseStatus.IN_DIALOGUE)
    add(world, case, count)
    visitor = contact(case)
    visitor.get(case)  # fills the caches
    with django_assert_num_queries(21):
        visitor.get(case)
