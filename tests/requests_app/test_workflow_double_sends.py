"""A form sent twice over a bad line does its work once, also when both sends run at the same time."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from requests_app import workflow
from requests_app.models import CaseStatus, EventKind, OptionStatus
from requests_app.workflow import InvalidTransition
from tests import actors
from tests.actors import World


@pytest.fixture
def world(db: None) -> World:
    return World()


def twice_at_once(call: Callable[[], Any]) -> list[Any]:
    """What two calls return that run side by side, each with its own connection."""

    def run(_: int) -> Any:
        try:
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(run, range(2)))


@pytest.mark.django_db(transaction=True)
def test_session_sent_twice_at_the_same_time_is_one_session() -> None:
    world = World()
    case = world.case(CaseStatus.MATCHED)
    call = {"fields": actors.session_fields(), "advisors": [world.lead], "form_key": uuid.uuid4()}
    first, second = twice_at_once(lambda: workflow.log_session(case, world.lead.user, **call))
    assert first == second
    assert case.sessions.count() == 1


@pytest.mark.django_db(transaction=True)
def test_correction_and_yes_sent_twice_at_the_same_time_are_one_each() -> None:
    world = World()
    case = world.case(CaseStatus.IN_DIALOGUE)
    session, contact = case.sessions.get(), actors.contact_of(case)
    call = {"fields": actors.session_fields(minutes=60), "advisors": [world.lead], "seen": session.wording}
    twice_at_once(lambda: workflow.correct_session(session, world.lead.user, **call))
    said = twice_at_once(lambda: _or_refusal(workflow.confirm_session, session, contact, version=2))
    assert sum(isinstance(answer, InvalidTransition) for answer in said) == 1
    kinds = (EventKind.SESSION_CORRECTED, EventKind.SESSION_CONFIRMED)
    assert [case.events.filter(kind=kind).count() for kind in kinds] == [1, 1]
    assert case.sessions.get().version == 2


def _or_refusal(act: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    try:
        return act(*args, **kwargs)
    except InvalidTransition as refusal:
        return refusal


@pytest.mark.django_db(transaction=True)
def test_option_sent_twice_at_the_same_time_is_one_option() -> None:
    world = World()
    case = world.case(CaseStatus.IN_DIALOGUE)
    call = {"fields": actors.option_fields(), "form_key": uuid.uuid4()}
    first, second = twice_at_once(lambda: workflow.write_option(case, world.lead.user, **call))
    assert first == second
    assert case.options.count() == 1


def test_option_sent_twice_writes_one_event(world: World) -> None:
    case = world.case(CaseStatus.IN_DIALOGUE)
    call = {"fields": actors.option_fields(), "form_key": uuid.uuid4()}
    for _ in range(2):
        workflow.write_option(case, world.lead.user, **call)
    assert case.events.filter(kind=EventKind.OPTION_WRITTEN).count() == 1


def test_option_sent_again_with_another_text_changes_the_first(world: World) -> None:
    case = world.case(CaseStatus.IN_DIALOGUE)
    key = uuid.uuid4()
    workflow.write_option(case, world.lead.user, fields=actors.option_fields(), form_key=key)
    workflow.write_option(
        case, world.lead.user, fields=actors.option_fields(title="Drei Sitze"), form_key=key
    )
    option = case.options.get()
    assert (option.title, option.version, option.status) == ("Drei Sitze", 2, OptionStatus.DRAFT)


def test_option_changed_by_a_colleague_meanwhile_is_not_overwritten(world: World) -> None:
    case = world.case(CaseStatus.IN_DIALOGUE)
    option = workflow.write_option(case, world.lead.user, fields=actors.option_fields())
    workflow.write_option(
        case, world.lead.user, fields=actors.option_fields(title="Neu"), option=option, version=1
    )
    with pytest.raises(InvalidTransition):
        workflow.write_option(
            case, world.lead.user, fields=actors.option_fields(title="Alt"), option=option, version=1
        )
    assert case.options.get().title == "Neu"
