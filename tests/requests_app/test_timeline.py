"""Two timelines of the same events: everything for the staff, the safe part for the municipality."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from requests_app import timeline, workflow
from requests_app.models import AssignmentStatus, CaseStatus, EventKind
from tests import actors
from tests.actors import World

pytestmark = pytest.mark.django_db

INTERNAL = {
    EventKind.REVIEW_RESUMED, EventKind.OFFER_WITHDRAWN, EventKind.OFFER_EXPIRED,
    EventKind.OFFERS_EXHAUSTED, EventKind.ASSIGNMENT_ENDED, EventKind.LEAD_RELEASED,
    EventKind.OPTION_WRITTEN, EventKind.OPTION_REMOVED,
    EventKind.MESSAGE_WRITTEN, EventKind.NOTE_WRITTEN, EventKind.CODE_SENT,
    EventKind.LEAD_UNIT_SETTLED, EventKind.CONTACT_CORRECTED,
    # The coordinators' desk, one a line:
    EventKind.RESPONSIBLE_CHANGED,
    EventKind.RESUBMISSION_SET,
    EventKind.RESUBMISSION_DONE,
    EventKind.TOPICS_CHANGED,
    EventKind.ESCALATED,
    EventKind.SHORTLIST_CHANGED,
    EventKind.CONFLICT_RECORDED,
    EventKind.CONFLICT_LIFTED,
    EventKind.CONFIDENTIAL_SET,
    EventKind.REDACTED,
    EventKind.MAIL_BOUNCED,
    EventKind.MAIL_SENT_AGAIN,
    EventKind.MAIL_SETTLED,
    # From the first talk to the follow-up, one a line:
    EventKind.OPTIONS_ORDERED,
    EventKind.FOLLOW_UP_REMINDED,
    EventKind.FOLLOW_UP_SKIPPED,
    EventKind.FOLLOW_UP_BACK,
    EventKind.FOLLOW_UP_RESTS,
}  # fmt: skip


def test_every_kind_of_event_is_either_public_or_named_internal() -> None:
    assert set(timeline._PUBLIC) == set(EventKind) - INTERNAL


def test_the_municipality_reads_neither_who_was_asked_nor_who_declined() -> None:
    world = World()
    case = world.case(CaseStatus.MATCHING)
    workflow.decline_offer(world.offer_of(case, world.co), world.co.user, reason="Zu weit weg")
    workflow.write_note(case, world.coordinator, text="Schwierig")
    text = repr(timeline.public_timeline(case))
    hidden = (world.co.name, world.lead.name, "Zu weit weg", "Schwierig", world.coordinator.name)
    assert [word for word in hidden if word in text] == []


def test_the_municipality_reads_the_name_it_chose_itself_and_no_reason() -> None:
    world = World()
    declined = actors.direct_enquiry(world.lead)
    workflow.decline_offer(world.offer_of(declined, world.lead), world.lead.user, reason="Zu weit weg")
    silent = actors.direct_enquiry(world.co)
    workflow.expire_offer(world.offer_of(silent, world.co))
    with override("de"):
        told = [[entry.what for entry in timeline.public_timeline(case)] for case in (declined, silent)]
    assert [lines[:2] for lines in told] == [
        ["Amara Okafor kann Sie nicht beraten", "Wir haben Amara Okafor gefragt"],
        ["Keine Antwort von Inés Carvajal", "Wir haben Inés Carvajal gefragt"],
    ]


def test_the_staff_reads_who_did_what_and_the_change_of_state() -> None:
    world = World()
    case = world.case(CaseStatus.MATCHED)
    with override("en"):
        entry = next(e for e in timeline.staff_timeline(case) if e.what == "Offer accepted")
    assert (entry.who, entry.detail) == (
        "Amara Okafor",
        "Amara Okafor (Lead) · Looking for an advisor → Advisor found",
    )


def test_the_newest_comes_first() -> None:
    world = World()
    case = world.case(CaseStatus.CLOSED)
    with override("en"):
        assert [entry.what for entry in timeline.public_timeline(case)][0] == "Case closed"
        assert [entry.what for entry in timeline.staff_timeline(case)][-1] == "Request received"


@pytest.mark.parametrize("read", [timeline.public_timeline, timeline.staff_timeline])
def test_a_long_timeline_costs_two_queries(read, django_assert_num_queries) -> None:
    world = World()
    case = world.case(CaseStatus.MATCHED)
    assert case.assignments.filter(status=AssignmentStatus.ACCEPTED).count() == 1
    for number in range(30):
        workflow.write_note(case, world.coordinator, text=str(number))
    with django_assert_num_queries(2):  # the events, and which cases were merged into this one
        read(case)
