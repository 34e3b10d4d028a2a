"""A conflict of interest blocks an offer wherever its municipality asks, and says why."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from advisors.models import Advisor
from miglobe.accounts.roles import Role
from miglobe.mail.models import OutboxMessage
from requests_app import workflow
from requests_app.conflicts import conflict_between, standing
from requests_app.models import (
    AssignmentRole,
    AssignmentStatus,
    Case,
    CaseStatus,
    ConflictKind,
    ConflictOfInterest,
    Municipality,
)
from requests_app.timeline import public_timeline
from requests_app.workflow import ConflictStands, InvalidTransition, NotAllowed, Offer
from tests import actors
from tests.actors import World

pytestmark = pytest.mark.django_db
LEAD = AssignmentRole.LEAD
HATTINGEN, ENNEPE_RUHR, LWL, BOCHUM = "05954016", "05954", "LWL", "05911000"


@pytest.fixture
def world() -> World:
    return World()


def place(key: str) -> Municipality:
    return Municipality.objects.get(key=key)


def stands(advisor: Advisor, *, kind: str = ConflictKind.EMPLOYED, **about: Any) -> ConflictOfInterest:
    """A conflict that the advisor has recorded."""
    return ConflictOfInterest.objects.create(
        advisor=advisor, kind=kind, recorded_by=advisor.user, recorded_at=timezone.now(), **about
    )


def refusal(world: World, case: Case, advisor: Advisor) -> str:
    with pytest.raises(InvalidTransition) as error:
        workflow.offer(case, world.coordinator, [Offer(advisor, LEAD, "x")])
    assert case.assignments.count() == 0
    return str(error.value.message)


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        (ConflictKind.EMPLOYED, "Amara Okafor ist bei der Kommune beschäftigt."),
        (ConflictKind.COUNCILLOR, "Amara Okafor gehört dem Rat der Kommune an."),
        (ConflictKind.OTHER, "Amara Okafor hat einen Interessenkonflikt mit dieser Kommune."),
    ],
)
def test_an_offer_is_refused_with_the_reason(world: World, kind: str, sentence: str) -> None:
    case = world.case(CaseStatus.IN_REVIEW)
    stands(world.lead, kind=kind, municipality=place(HATTINGEN))
    assert refusal(world, case, world.lead) == sentence


def test_a_conflict_in_one_case_does_not_block_another_of_the_same_municipality(world: World) -> None:
    case, other = world.case(CaseStatus.IN_REVIEW), world.case(CaseStatus.IN_REVIEW)
    stands(world.lead, kind=ConflictKind.OTHER, case=case)
    assert refusal(world, case, world.lead) == "Amara Okafor hat in diesem Vorgang einen Interessenkonflikt."
    assert conflict_between(world.lead, other) is None


def test_a_conflict_with_a_municipality_that_asks_along_blocks_and_names_it(world: World) -> None:
    case = world.case(CaseStatus.IN_REVIEW)
    case.partners.add(place(BOCHUM))
    stands(world.lead, municipality=place(BOCHUM))
    assert refusal(world, case, world.lead) == (
        "Amara Okafor ist bei einer Kommune beschäftigt, die mit anfragt (Bochum)."
    )


def test_a_conflict_goes_with_the_municipality_into_the_one_it_was_merged_into(world: World) -> None:
    Municipality.objects.filter(key=BOCHUM).update(successor=place(HATTINGEN))
    stands(world.lead, municipality=place(BOCHUM))
    assert refusal(world, world.case(CaseStatus.IN_REVIEW), world.lead) == (
        "Amara Okafor ist bei der Kommune beschäftigt."
    )


def test_a_lifted_conflict_blocks_nothing(world: World) -> None:
    case = world.case(CaseStatus.IN_REVIEW)
    conflict = stands(world.lead, municipality=place(HATTINGEN))
    conflict.lifted_by, conflict.lifted_at = world.coordinator, timezone.now()
    conflict.save()
    workflow.offer(case, world.coordinator, [Offer(world.lead, LEAD, "x")])
    assert [a.advisor for a in case.assignments.all()] == [world.lead]


@pytest.mark.parametrize(
    ("key", "hint"),
    [
        (ENNEPE_RUHR, "beschäftigt im Umfeld der Kommune (Ennepe-Ruhr-Kreis)"),
        (LWL, "beschäftigt im Umfeld der Kommune (Landschaftsverband Westfalen-Lippe (LWL))"),
    ],
)
def test_the_district_around_a_town_is_a_hint_and_no_block(world: World, key: str, hint: str) -> None:
    case = world.case(CaseStatus.IN_REVIEW)
    stands(world.lead, municipality=place(key))
    found = standing(case)
    assert (found.blocks, found.hints) == ({}, {world.lead.pk: hint})


def test_a_town_in_the_district_that_asks_is_a_hint(world: World) -> None:
    case = world.case(CaseStatus.IN_REVIEW, municipality=place(ENNEPE_RUHR))
    stands(world.lead, municipality=place(HATTINGEN))
    found = standing(case)
    assert (found.blocks, found.hints) == (
        {},
        {world.lead.pk: "beschäftigt im Umfeld der Kommune (Hattingen)"},
    )


def test_a_district_with_a_conflict_is_blocked_for_itself(world: World) -> None:
    case = world.case(CaseStatus.IN_REVIEW, municipality=place(ENNEPE_RUHR))
    stands(world.lead, municipality=place(ENNEPE_RUHR))
    assert refusal(world, case, world.lead) == "Amara Okafor ist bei der Kommune beschäftigt."


def test_a_direct_enquiry_stays_with_the_coordination_and_no_mail_says_why(world: World) -> None:
    stands(world.lead, municipality=place(HATTINGEN))
    case = actors.direct_enquiry(world.lead)
    [mail] = OutboxMessage.objects.filter(kind="direct_kept")
    assert "Grund: Es besteht ein Interessenkonflikt. Welcher, steht im Vorgang." in mail.body
    assert (case.status, case.assignments.count()) == (CaseStatus.SUBMITTED, 0)
    texts = [message.subject + message.body for message in OutboxMessage.objects.all()]
    assert [text for text in texts if "beschäftigt" in text] == []


# --- Recording and lifting ------------------------------------------------------------------------


def kinds(case: Case) -> list[str]:
    return list(case.events.order_by("pk").values_list("kind", flat=True))


def new(key: str = HATTINGEN, kind: str = ConflictKind.EMPLOYED) -> workflow.NewConflict:
    return workflow.NewConflict(kind, place(key))


def test_the_coordination_records_a_conflict_in_a_case_and_the_event_gives_no_reason(world: World) -> None:
    case = world.case(CaseStatus.IN_REVIEW)
    made = workflow.record_conflict_in_case(case, world.coordinator, world.lead, new())
    event = case.events.latest("pk")
    assert (event.kind, event.actor, event.data) == (
        "conflict_recorded",
        world.coordinator,
        {"name": "Amara Okafor", "conflict": made.pk},
    )
    assert (made.municipality, made.case, made.recorded_by) == (place(HATTINGEN), None, world.coordinator)


def test_a_conflict_of_one_case_is_lifted_with_an_event_there(world: World) -> None:
    case = world.case(CaseStatus.IN_REVIEW)
    only_here = workflow.NewConflict(ConflictKind.OTHER)
    made = workflow.record_conflict_in_case(case, world.coordinator, world.lead, only_here)
    assert (made.municipality, made.case) == (None, case)
    lifted = workflow.lift_conflict(made, world.coordinator)
    assert (lifted.lifted_by, kinds(case)[-2:]) == (
        world.coordinator,
        ["conflict_recorded", "conflict_lifted"],
    )
    assert conflict_between(world.lead, case) is None


def test_neither_timeline_of_the_municipality_nor_its_mails_tell_of_a_conflict(world: World) -> None:
    case = world.case(CaseStatus.IN_REVIEW)
    mails = OutboxMessage.objects.count()
    workflow.record_conflict_in_case(case, world.coordinator, world.lead, new())
    assert [entry.what for entry in public_timeline(case) if "onflikt" in entry.what] == []
    assert OutboxMessage.objects.count() == mails


def test_the_same_conflict_stands_once_and_can_be_recorded_again_when_it_was_lifted(world: World) -> None:
    made = workflow.record_conflict(world.lead, world.lead.user, new())
    with pytest.raises(InvalidTransition):
        workflow.record_conflict(world.lead, world.coordinator, new(kind=ConflictKind.OTHER))
    workflow.lift_conflict(made, world.coordinator)
    with pytest.raises(InvalidTransition):
        workflow.lift_conflict(made, world.coordinator)
    workflow.record_conflict(world.lead, world.coordinator, new())
    assert ConflictOfInterest.objects.filter(advisor=world.lead, lifted_at=None).count() == 1


def test_others_than_the_coordination_and_the_advisor_record_nothing(world: World) -> None:
    for person in (world.co.user, world.other_contact, actors.person("Rena Leser", Role.READER)):
        with pytest.raises(NotAllowed):
            workflow.record_conflict(world.lead, person, new())
    assert ConflictOfInterest.objects.count() == 0


def test_an_advisor_lifts_what_she_recorded_about_a_municipality_and_nothing_else(world: World) -> None:
    case = world.case(CaseStatus.IN_REVIEW)
    own = workflow.record_conflict(world.lead, world.lead.user, new())
    by_others = workflow.record_conflict(world.lead, world.coordinator, new(BOCHUM))
    in_case = workflow.record_conflict_in_case(
        case, world.coordinator, world.lead, workflow.NewConflict(ConflictKind.OTHER)
    )
    for conflict, person in (
        (by_others, world.lead.user),
        (in_case, world.lead.user),
        (own, world.co.user),
        (own, world.other_contact),
    ):
        with pytest.raises(NotAllowed):
            workflow.lift_conflict(conflict, person)
    assert workflow.lift_conflict(own, world.lead.user).lifted_by == world.lead.user


def test_saying_that_one_is_not_impartial_declines_the_offer_and_keeps_the_reason_apart(world: World) -> None:
    case = world.case(CaseStatus.MATCHING)
    offer = world.offer_of(case, world.lead)
    workflow.decline_for_conflict(offer, world.lead.user, new(kind=ConflictKind.COUNCILLOR))
    offer.refresh_from_db()
    assert (offer.status, offer.decline_reason) == (AssignmentStatus.DECLINED, "")
    assert kinds(case)[-2:] == ["conflict_recorded", "offer_declined"]
    assert conflict_between(world.lead, case) is not None
    [mail] = OutboxMessage.objects.filter(kind="offer_answered")
    assert "Rat" not in mail.body
    assert "Interessenkonflikt" not in mail.body + mail.subject


def test_only_the_advisor_herself_declines_for_a_conflict(world: World) -> None:
    case = world.case(CaseStatus.MATCHING)
    offer = world.offer_of(case, world.lead)
    for person in (world.co.user, world.coordinator, actors.contact_of(case)):
        with pytest.raises(NotAllowed):
            workflow.decline_for_conflict(offer, person, new())
    assert ConflictOfInterest.objects.count() == 0


def test_an_offer_is_not_accepted_while_a_conflict_stands(world: World) -> None:
    case = world.case(CaseStatus.MATCHING)
    offer = world.offer_of(case, world.lead)
    made = workflow.record_conflict_in_case(case, world.coordinator, world.lead, new())
    with pytest.raises(ConflictStands) as error:
        workflow.accept_offer(offer, world.lead.user)
    assert "beschäftigt" not in str(error.value.message)
    workflow.lift_conflict(made, world.coordinator)
    workflow.accept_offer(offer, world.lead.user)
    offer.refresh_from_db()
    assert offer.status == AssignmentStatus.ACCEPTED
