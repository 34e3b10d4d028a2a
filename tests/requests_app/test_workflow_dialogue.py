"""Sessions and action options: logged once, agreed in the wording that was read."""

from __future__ import annotations

import uuid

import pytest

from miglobe.mail.models import OutboxMessage
from requests_app import workflow
from requests_app.access import Side
from requests_app.models import ActionOption, Audience, CaseStatus, OptionStatus, Resolution
from requests_app.workflow import InvalidTransition
from tests import actors
from tests.actors import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def test_a_session_saved_twice_is_one_session(world: World) -> None:
    case = world.case(CaseStatus.MATCHED)
    key = uuid.uuid4()
    call = {"fields": actors.session_fields(), "advisors": [world.lead], "form_key": key}
    first, second = (workflow.log_session(case, world.lead.user, **call) for _ in range(2))
    assert first == second
    assert case.sessions.count() == 1


def test_only_advisors_of_the_case_can_have_been_present(world: World) -> None:
    case = world.case(CaseStatus.MATCHED)
    for present in ([], [world.other_advisor], [world.co]):
        with pytest.raises(InvalidTransition):
            workflow.log_session(
                case, world.lead.user, fields=actors.session_fields(), advisors=present, form_key=uuid.uuid4()
            )
    case.refresh_from_db()
    assert (case.status, case.sessions.count()) == (CaseStatus.MATCHED, 0)


def test_a_correction_names_the_fields_that_changed(world: World) -> None:
    case = world.case(CaseStatus.IN_DIALOGUE)
    workflow.correct_session(
        case.sessions.get(), world.lead.user, fields=actors.session_fields(minutes=45), advisors=[world.lead]
    )
    assert case.sessions.get().minutes == 45
    assert case.events.get(kind="session_corrected").data["changed"] == ["minutes"]


def test_a_session_is_corrected_by_who_logged_it(world: World) -> None:
    case = world.case(CaseStatus.MATCHED)
    workflow.accept_offer(world.offer_of(case, world.co), world.co.user)
    session = actors.log_session(world, case)
    with pytest.raises(InvalidTransition):
        workflow.correct_session(session, world.co.user, fields={"minutes": 5}, advisors=[world.co])
    assert case.sessions.get().minutes == 90


def test_options_are_agreed_when_the_last_one_is_confirmed(world: World) -> None:
    case = world.case(CaseStatus.IN_DIALOGUE)
    contact = actors.contact_of(case)
    one, two = actors.propose_option(world, case), actors.propose_option(world, case, title="Zweite")
    assert workflow.confirm_option(one, contact, version=1).status == CaseStatus.IN_DIALOGUE
    assert workflow.confirm_option(two, contact, version=1).status == CaseStatus.OPTIONS_AGREED
    kinds = list(OutboxMessage.objects.filter(kind="options_agreed").values_list("to", flat=True))
    assert len(kinds) == 2


def test_a_wording_that_was_not_read_cannot_be_confirmed(world: World) -> None:
    case = world.case(CaseStatus.IN_DIALOGUE)
    option = actors.propose_option(world, case)
    workflow.write_option(case, world.lead.user, fields=actors.option_fields(title="Anders"), option=option)
    workflow.propose_options(case, world.lead.user)
    with pytest.raises(InvalidTransition):
        workflow.confirm_option(option, actors.contact_of(case), version=1)
    assert case.options.get().status == OptionStatus.PROPOSED


def test_a_comment_goes_to_the_advisors_and_can_still_become_a_yes(world: World) -> None:
    case = world.case(CaseStatus.IN_DIALOGUE)
    option, contact = actors.propose_option(world, case), actors.contact_of(case)
    workflow.comment_option(option, contact, text="Bitte mit Datum.", version=1)
    mail = OutboxMessage.objects.get(kind="option_commented")
    assert "Bitte mit Datum." in mail.body
    assert workflow.confirm_option(option, contact, version=1).status == CaseStatus.OPTIONS_AGREED


def test_a_comment_that_is_sent_twice_is_one_comment(world: World) -> None:
    case = world.case(CaseStatus.IN_DIALOGUE)
    option, contact = actors.propose_option(world, case), actors.contact_of(case)
    workflow.comment_option(option, contact, text="Bitte mit Datum.", version=1)
    with pytest.raises(InvalidTransition):
        workflow.comment_option(option, contact, text="Bitte mit Datum.", version=1)
    assert OutboxMessage.objects.filter(kind="option_commented").count() == 1
    assert case.events.filter(kind="option_commented").count() == 1


def test_an_agreed_option_stays_as_it_is(world: World) -> None:
    case = world.case(CaseStatus.OPTIONS_AGREED)
    option = case.options.get()
    with pytest.raises(InvalidTransition):
        workflow.write_option(case, world.lead.user, fields=actors.option_fields(title="Neu"), option=option)
    with pytest.raises(InvalidTransition):
        workflow.remove_option(option, world.lead.user)


def test_removing_the_last_open_draft_completes_the_agreement(world: World) -> None:
    case = world.case(CaseStatus.IN_DIALOGUE)
    option = actors.propose_option(world, case)
    draft = workflow.write_option(case, world.lead.user, fields=actors.option_fields(title="Doch nicht"))
    assert (
        workflow.confirm_option(option, actors.contact_of(case), version=1).status == CaseStatus.IN_DIALOGUE
    )
    assert workflow.remove_option(draft, world.lead.user).status == CaseStatus.OPTIONS_AGREED
    assert [o.title for o in ActionOption.objects.filter(case=case)] == [option.title]


def test_further_options_take_an_agreed_case_back_into_dialogue(world: World) -> None:
    case = world.case(CaseStatus.OPTIONS_AGREED)
    actors.propose_option(world, case, title="Noch eine")
    case.refresh_from_db()
    assert case.status == CaseStatus.IN_DIALOGUE


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (CaseStatus.MATCHED, ["referred", "duplicate", "no_capacity"]),
        (CaseStatus.IN_DIALOGUE, ["initial_talk_sufficient", "referred", "duplicate", "no_capacity"]),
        (CaseStatus.OPTIONS_AGREED, ["options_agreed"]),
    ],
)
def test_a_case_closes_with_a_resolution_that_fits(
    world: World, status: CaseStatus, expected: list[str]
) -> None:
    case = world.case(status)
    assert workflow.possible_resolutions(case) == expected
    for resolution in set(Resolution) - set(expected):
        with pytest.raises(InvalidTransition):
            workflow.close(case, world.coordinator, resolution=resolution)


def test_a_case_whose_lead_has_gone_can_be_closed_after_its_sessions(world: World) -> None:
    case = world.case(CaseStatus.IN_DIALOGUE)
    workflow.end_assignment(case.assignments.get(role="lead"), world.coordinator)
    workflow.close(case, world.coordinator, resolution=Resolution.INITIAL_TALK_SUFFICIENT)
    case.refresh_from_db()
    assert (case.status, case.resolution) == (CaseStatus.CLOSED, Resolution.INITIAL_TALK_SUFFICIENT)


def test_a_request_without_any_session_is_declined_and_not_closed(world: World) -> None:
    case = world.case(CaseStatus.IN_REVIEW)
    assert workflow.possible_resolutions(case) == []
    with pytest.raises(InvalidTransition):
        workflow.close(case, world.coordinator, resolution=Resolution.NO_CAPACITY)


def test_a_case_reopened_by_mistake_closes_again_with_what_was_agreed(world: World) -> None:
    case = world.case(CaseStatus.CLOSED)
    workflow.reopen(case, world.coordinator)
    case.refresh_from_db()
    assert workflow.possible_resolutions(case)[0] == Resolution.OPTIONS_AGREED
    workflow.close(case, world.coordinator, resolution=Resolution.OPTIONS_AGREED)
    case.refresh_from_db()
    assert (case.status, case.resolution) == (CaseStatus.CLOSED, Resolution.OPTIONS_AGREED)


def test_what_is_agreed_counts_although_another_option_came_to_nothing(world: World) -> None:
    case = world.case(CaseStatus.IN_DIALOGUE)
    option = actors.propose_option(world, case)
    workflow.write_option(case, world.lead.user, fields=actors.option_fields(title="Bleibt Entwurf"))
    workflow.confirm_option(option, actors.contact_of(case), version=1)
    workflow.close(case, world.coordinator, resolution=Resolution.OPTIONS_AGREED)
    case.refresh_from_db()
    assert case.resolution == Resolution.OPTIONS_AGREED


def test_a_session_with_the_form_key_of_another_case_is_refused(world: World) -> None:
    case, other = world.case(CaseStatus.IN_DIALOGUE), world.case(CaseStatus.MATCHED)
    key = case.sessions.get().form_key
    with pytest.raises(InvalidTransition):
        workflow.log_session(
            other, world.lead.user, fields=actors.session_fields(), advisors=[world.lead], form_key=key
        )
    assert other.sessions.count() == 0


def test_a_message_sent_twice_is_one_message(world: World) -> None:
    case = world.case(CaseStatus.MATCHED)
    call = {"text": "Guten Tag", "audience": Audience.EVERYONE, "form_key": uuid.uuid4()}
    workflow.write_message(case, world.lead.user, Side.ADVISOR, **call)
    with pytest.raises(InvalidTransition):
        workflow.write_message(case, world.lead.user, Side.ADVISOR, **call)
    assert case.messages.count() == 1


def test_a_message_reaches_everybody_it_goes_to_but_not_its_author(world: World) -> None:
    case = world.case(CaseStatus.MATCHED)
    workflow.write_message(
        case, world.lead.user, Side.ADVISOR, text="Passt Dienstag?", audience=Audience.EVERYONE
    )
    to = " ".join(str(m.to) for m in OutboxMessage.objects.filter(kind="message_written"))
    assert actors.contact_of(case).email in to
    assert world.coordinator.email in to
    assert world.lead.user.email not in to
    # The second advisor has not accepted yet.
    assert world.co.user.email not in to


def test_a_side_cannot_write_to_people_it_does_not_speak_with(world: World) -> None:
    case = world.case(CaseStatus.MATCHED)
    with pytest.raises(InvalidTransition):
        workflow.write_message(
            case, actors.contact_of(case), Side.MUNICIPALITY, text="x", audience=Audience.ADVISORS
        )
