"""A conflict of interest blocks an offer wherever its municipality asks, and says why."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from advisors.models import Advisor
from miglobe.mail.models import OutboxMessage
from requests_app import workflow
from requests_app.conflicts import conflict_between, standing
from requests_app.models import (
    AssignmentRole,
    Case,
    CaseStatus,
    ConflictKind,
    ConflictOfInterest,
    Municipality,
)
from requests_app.workflow import InvalidTransition, Offer
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
