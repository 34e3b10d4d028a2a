"""Who sees which cases, messages, options and notes."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied

from miglobe.accounts.roles import Role
from requests_app import access, workflow
from requests_app.access import Side
from requests_app.models import AssignmentStatus, Audience, CaseStatus
from tests import actors
from tests.actors import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def test_a_contact_sees_the_cases_of_that_contact_alone(world: World) -> None:
    case = world.case()
    assert list(access.visible_to(actors.contact_of(case), Side.MUNICIPALITY)) == [case]


@pytest.mark.parametrize(
    ("status", "sees"),
    [(s, s in (AssignmentStatus.OFFERED, AssignmentStatus.ACCEPTED)) for s in AssignmentStatus],
)
def test_an_advisor_sees_a_case_while_the_assignment_lives(
    world: World, status: AssignmentStatus, sees: bool
) -> None:
    from django.utils import timezone

    case = world.case(CaseStatus.MATCHING)
    answered = timezone.now() if status in ("accepted", "declined", "ended") else None
    ended = timezone.now() if status == "ended" else None
    case.assignments.filter(advisor=world.lead).update(status=status, answered_at=answered, ended_at=ended)
    assert list(access.visible_to(world.lead.user, Side.ADVISOR)) == ([case] if sees else [])


def test_a_coordinator_and_an_administrator_see_every_case(world: World) -> None:
    world.case()
    assert access.visible_to(world.coordinator, Side.COORDINATOR).count() == 2
    assert access.visible_to(actors.administrator(), Side.COORDINATOR).count() == 2


@pytest.mark.parametrize("side", Side)
def test_the_wrong_role_is_refused(world: World, side: Side) -> None:
    case = world.case(CaseStatus.MATCHED)
    people = {
        Side.MUNICIPALITY: actors.contact_of(case),
        Side.ADVISOR: world.lead.user,
        Side.COORDINATOR: world.coordinator,
    }
    for own_side, person in people.items():
        if own_side != side:
            with pytest.raises(PermissionDenied):
                access.visible_to(person, side)
    with pytest.raises(PermissionDenied):
        access.visible_to(AnonymousUser(), side)


def test_an_account_that_was_closed_sees_nothing(world: World) -> None:
    world.coordinator.is_active = False
    with pytest.raises(PermissionDenied):
        access.visible_to(world.coordinator, Side.COORDINATOR)


def test_each_side_reads_the_messages_that_go_to_it(world: World) -> None:
    case = world.case(CaseStatus.MATCHED)
    for audience in Audience:
        workflow.write_message(case, world.coordinator, Side.COORDINATOR, text=audience, audience=audience)
    texts = {side: [m.body for m in access.messages_for(case, side)] for side in Side}
    assert texts == {
        Side.MUNICIPALITY: ["municipality", "everyone"],
        Side.ADVISOR: ["advisors", "everyone"],
        Side.COORDINATOR: ["municipality", "advisors", "everyone"],
    }


def test_private_notes_are_read_by_their_author_alone(world: World) -> None:
    case = world.case(CaseStatus.IN_DIALOGUE)
    session = case.sessions.get()
    readers = [world.lead.user, world.co.user, world.coordinator, actors.contact_of(case)]
    assert [access.may_read_private_notes(u, session) for u in readers] == [True, False, False, False]


def test_drafts_of_options_are_seen_by_advisors_alone(world: World) -> None:
    case = world.case(CaseStatus.IN_DIALOGUE)
    workflow.write_option(case, world.lead.user, fields=actors.option_fields())
    assert [access.options_for(case, side).count() for side in Side] == [0, 1, 0]


def test_coordinators_are_the_active_members_of_the_group(world: World) -> None:
    gone = actors.coordinator("Weg Gegangen")
    gone.is_active = False
    gone.save()
    both = actors.person("Beides Zugleich", Role.COORDINATOR, Role.ADMINISTRATOR)
    assert set(access.coordinators()) == {world.coordinator, both}


def test_administrators_stand_in_while_there_is_no_coordinator(world: World) -> None:
    administrator = actors.administrator()
    assert set(access.coordinators()) == {world.coordinator}
    world.coordinator.is_active = False
    world.coordinator.save()
    assert list(access.coordinators()) == [administrator]
