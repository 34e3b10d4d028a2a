"""Direct enquiries: who is asked, when, and what happens when nobody answers."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
import time_machine
from django.utils import timezone, translation

from advisors.models import Absence, Advisor
from miglobe.mail.models import OutboxMessage
from requests_app import workflow
from requests_app.access import Side
from requests_app.jobs import expire_offers
from requests_app.models import (
    AssignmentRole,
    AssignmentStatus,
    Case,
    CaseStatus,
    ContactPerson,
    EventKind,
)
from tests import actors
from tests.actors import World
from tests.requests_app.test_workflow_double_sends import twice_at_once

S = CaseStatus


@pytest.fixture
def world(db: None) -> World:
    return World()


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def confirm(case: Case) -> None:
    workflow.confirm_by_sign_in(actors.contact_of(case))


def mails(kind: str, case: Case) -> list[OutboxMessage]:
    return list(OutboxMessage.objects.filter(kind=kind, reference=case.reference).order_by("pk"))


def kinds(case: Case) -> list[str]:
    return list(case.events.order_by("pk").values_list("kind", flat=True))


# --- The offer --------------------------------------------------------------------------------------


def test_nobody_is_asked_before_the_address_is_confirmed(world: World) -> None:
    case = actors.direct_enquiry(world.lead, confirmed=False)
    assert (case.status, case.assignments.count(), mails("offer_made", case)) == (S.SUBMITTED, 0, [])


def test_with_the_confirmation_the_advisor_is_asked_at_once(world: World) -> None:
    with time_machine.travel(dt.datetime(2026, 11, 25, 9, tzinfo=dt.UTC)):
        case = actors.direct_enquiry(world.lead)
    offer = case.assignments.get()
    assert (case.status, case.due_on) == (S.MATCHING, dt.date(2026, 11, 30))
    assert (offer.advisor, offer.role, offer.status) == (
        world.lead,
        AssignmentRole.LEAD,
        AssignmentStatus.OFFERED,
    )
    assert (offer.is_direct, offer.answer_due_on) == (True, dt.date(2026, 11, 30))
    assert [mail.to for mail in mails("offer_made", case)] == [[world.lead.user.email]]
    assert kinds(case) == [EventKind.SUBMITTED, EventKind.ADDRESS_CONFIRMED, EventKind.OFFERED]


def test_code_from_the_mail_does_the_same(world: World) -> None:
    case = actors.direct_enquiry(world.lead, confirmed=False)
    contact = case.contacts.get()
    code = workflow.intake.issue_code(contact)
    assert workflow.confirm_address(contact, code) is workflow.CodeResult.CONFIRMED
    assert fresh(case).status == S.MATCHING


def test_whoever_is_signed_in_with_the_address_has_nothing_to_confirm(world: World) -> None:
    known = actors.contact_of(actors.submitted())
    new = actors.request(
        is_direct=True, preferred_advisor=world.lead, contact={"email": known.email, "name": known.name}
    )
    case = workflow.submit_request(uuid.uuid4(), new, actor=known)
    assert (fresh(case).status, case.assignments.get().advisor) == (S.MATCHING, world.lead)


def test_summary_holds_no_contact_data_and_is_in_german(world: World) -> None:
    with translation.override("en"):
        case = actors.direct_enquiry(
            world.lead, situation="Rufen Sie Katrin Wellmann an: 02324 204-3300.", period="Mai"
        )
    summary = case.assignments.get().summary
    assert "Wellmann" not in summary
    assert "02324" not in summary
    [mail] = mails("offer_made", case)
    assert "Zeitraum: Mai\n" in mail.body
    contact = case.contacts.get()
    assert [w for w in (contact.name, contact.email, contact.phone) if w in mail.subject + mail.body] == []


def test_offer_mail_says_that_it_is_a_direct_enquiry(world: World) -> None:
    with time_machine.travel(dt.datetime(2026, 11, 25, 9, tzinfo=dt.UTC)):
        case = actors.direct_enquiry(world.lead)
    [mail] = mails("offer_made", case)
    assert mail.subject == (
        f"{case.reference}: Direktanfrage an Sie. Bitte antworten Sie bis Montag, 30. November"
    )
    assert "eine Kommune fragt Sie direkt an" in mail.body
    size = case.municipality.size_class
    assert f"\nKommune: Hattingen, Kreisangehörige Stadt, {size[0].upper()}{size[1:]}" in mail.body


def test_coordination_is_informed_once_and_need_not_act(world: World) -> None:
    case = actors.direct_enquiry(world.lead)
    [mail] = mails("new_request", case)
    assert mail.subject == f"{case.reference}: Direktanfrage an Amara Okafor, zur Information (Hattingen)"
    assert mail.body.startswith("Sie müssen jetzt nichts tun")
    assert {m.kind for m in OutboxMessage.objects.filter(to=[world.coordinator.email])} == {"new_request"}


def test_municipality_reads_in_the_first_mail_who_is_asked(world: World) -> None:
    case = actors.direct_enquiry(world.lead, confirmed=False)
    [mail] = mails("request_received", case)
    assert "Sobald Sie Ihre Adresse bestätigt haben, fragen wir Amara Okafor" in mail.body
    assert "innerhalb von 3 Arbeitstagen" in mail.body


def test_other_requests_are_offered_to_nobody(world: World) -> None:
    case = actors.submitted(preferred_advisor=world.lead)
    assert (case.status, case.assignments.count()) == (S.SUBMITTED, 0)
    assert mails("new_request", case)[0].subject == f"{case.reference}: Neue Anfrage: Hattingen"


# --- Confirmed more than once -------------------------------------------------------------------


def test_confirming_again_makes_no_second_offer(world: World) -> None:
    case = actors.direct_enquiry(world.lead)
    case.contacts.update(confirmed_at=None)
    confirm(case)
    assert (case.assignments.count(), len(mails("offer_made", case))) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_confirmed_twice_at_the_same_time_is_one_offer() -> None:
    world = World()
    case = actors.direct_enquiry(world.lead, confirmed=False)
    contact = actors.contact_of(case)
    twice_at_once(lambda: workflow.confirm_by_sign_in(contact))
    assert (fresh(case).status, case.assignments.count(), len(mails("offer_made", case))) == (
        S.MATCHING,
        1,
        1,
    )
    assert kinds(case).count(EventKind.ADDRESS_CONFIRMED) == 1


@pytest.mark.django_db(transaction=True)
def test_code_and_sign_in_at_the_same_time_are_one_offer() -> None:
    world = World()
    case = actors.direct_enquiry(world.lead, confirmed=False)
    contact = case.contacts.get()
    code = workflow.intake.issue_code(contact)
    calls = iter(
        [
            lambda: workflow.confirm_by_sign_in(contact.user),
            lambda: workflow.confirm_address(ContactPerson.objects.get(pk=contact.pk), code),
        ]
    )
    twice_at_once(lambda: next(calls)())
    assert (fresh(case).status, case.assignments.count(), len(mails("offer_made", case))) == (
        S.MATCHING,
        1,
        1,
    )


def test_colleague_who_confirms_later_asks_nobody_anew(world: World) -> None:
    away = Absence.objects.create(
        advisor=world.lead, first_day=timezone.localdate(), last_day=timezone.localdate()
    )
    case = actors.direct_enquiry(world.lead)
    away.delete()
    colleague = actors.person("Kim Kollege")
    ContactPerson.objects.create(case=case, user=colleague, name="Kim Kollege", email=colleague.email)
    workflow.confirm_by_sign_in(colleague)
    assert (fresh(case).status, case.assignments.count(), len(mails("direct_kept", case))) == (
        S.SUBMITTED,
        0,
        1,
    )


# --- The advisor cannot be asked any more ---------------------------------------------------------


def left_to_the_coordination(case: Case, reason: str) -> None:
    [mail] = mails("direct_kept", case)
    assert f"Grund: {reason}" in mail.body
    assert (case.assignments.count(), mails("offer_made", case)) == (0, [])
    assert case.contacts.get().confirmed_at is not None


def test_advisor_who_is_away_by_then_is_not_asked(world: World) -> None:
    case = actors.direct_enquiry(world.lead, confirmed=False)
    today = timezone.localdate()
    Absence.objects.create(advisor=world.lead, first_day=today, last_day=today)
    confirm(case)
    assert fresh(case).status == S.SUBMITTED
    left_to_the_coordination(case, "Eine der Beratungspersonen ist zurzeit abwesend.")


@pytest.mark.parametrize("status", [Advisor.Status.PAUSED, Advisor.Status.LEFT])
def test_advisor_who_takes_no_cases_by_then_is_not_asked(world: World, status: str) -> None:
    case = actors.direct_enquiry(world.lead, confirmed=False)
    Advisor.objects.filter(pk=world.lead.pk).update(status=status)
    confirm(case)
    assert fresh(case).status == S.SUBMITTED
    left_to_the_coordination(case, "Eine der Beratungspersonen ist zurzeit nicht aktiv.")


def test_advisor_who_asks_for_the_case_is_not_offered_it(world: World) -> None:
    case = actors.direct_enquiry(
        world.lead, confirmed=False, contact={"email": world.lead.user.email, "name": "Amara Okafor"}
    )
    confirm(case)
    assert fresh(case).status == S.SUBMITTED
    left_to_the_coordination(case, "Niemand kann einen Vorgang beraten, den sie oder er selbst anfragt.")


def test_advisor_who_asks_for_the_case_cannot_be_offered_it_by_hand_either(world: World) -> None:
    case = actors.submitted(contact={"email": world.lead.user.email, "name": "Amara Okafor"})
    workflow.start_review(case, world.coordinator)
    with pytest.raises(workflow.InvalidTransition):
        workflow.offer(fresh(case), world.coordinator, world.offers(AssignmentRole.LEAD))


def test_coordination_that_has_begun_keeps_the_case(world: World) -> None:
    case = actors.direct_enquiry(world.lead, confirmed=False)
    workflow.start_review(case, world.coordinator)
    confirm(case)
    assert fresh(case).status == S.IN_REVIEW
    left_to_the_coordination(case, "Die Koordination bearbeitet die Anfrage schon.")


def test_confirming_a_case_that_has_ended_asks_and_tells_nobody(world: World) -> None:
    case = actors.direct_enquiry(world.lead, confirmed=False)
    workflow.decline(case, world.coordinator, resolution="no_capacity", text="Leider.")
    confirm(case)
    assert (fresh(case).status, case.assignments.count(), mails("direct_kept", case)) == (S.DECLINED, 0, [])


# --- No, and no answer ------------------------------------------------------------------------------


def test_no_leads_back_to_review_and_the_municipality_is_told(world: World) -> None:
    case = actors.direct_enquiry(world.lead)
    workflow.decline_offer(world.offer_of(case, world.lead), world.lead.user, reason="Keine Zeit")
    case = fresh(case)
    [mail] = mails("direct_came_to_nothing", case)
    assert (case.status, case.direct_unanswered_at) == (S.IN_REVIEW, None)
    assert mail.to == [case.contacts.get().email]
    assert mail.subject == f"{case.reference}: Amara Okafor kann Sie nicht beraten – wir suchen weiter"
    assert "Keine Zeit" not in mail.body
    assert mails("offer_answered", case)[0].subject == f"{case.reference}: Absage von Amara Okafor"


def test_no_to_an_offer_of_the_coordination_is_not_told_to_the_municipality(world: World) -> None:
    case = world.case(S.MATCHING)
    workflow.decline_offer(world.offer_of(case, world.lead), world.lead.user)
    assert mails("direct_came_to_nothing", case) == []


def at(day: int, hour: int = 9, month: int = 12) -> Any:
    return time_machine.travel(dt.datetime(2026, month, day, hour, tzinfo=dt.UTC))


def test_alarm_is_raised_after_exactly_three_working_days_over_the_holidays(world: World) -> None:
    """From Wednesday 23 December: 24 is a working day in NRW, 25 to 27 are not, 28 and 29 are."""
    with at(23):
        case = actors.direct_enquiry(world.lead)
    assert case.assignments.get().answer_due_on == dt.date(2026, 12, 29)
    with at(29, 22):  # 23 o'clock in Germany
        assert expire_offers() == 0
    with at(29, 23):  # midnight in Germany
        assert expire_offers() == 1
        assert expire_offers() == 0
    case = fresh(case)
    assert (case.status, case.direct_unanswered_at) == (
        S.IN_REVIEW,
        case.events.get(kind=EventKind.DIRECT_UNANSWERED).at,
    )
    assert kinds(case)[-3:] == [
        EventKind.OFFER_EXPIRED,
        EventKind.DIRECT_UNANSWERED,
        EventKind.OFFERS_EXHAUSTED,
    ]


def test_alarm_tells_the_coordination_the_advisor_and_the_municipality(world: World) -> None:
    with at(1):
        case = actors.direct_enquiry(world.lead)
    with at(7):
        expire_offers()
    assert [m.subject for m in mails("offer_expired", case)] == [
        f"{case.reference}: Direktanfrage ohne Antwort von Amara Okafor"
    ]
    assert [m.to for m in mails("offer_lapsed", case)] == [[world.lead.user.email]]
    assert [m.subject for m in mails("direct_came_to_nothing", case)] == [
        f"{case.reference}: Noch keine Antwort von Amara Okafor – wir suchen weiter"
    ]


@pytest.mark.django_db(transaction=True)
def test_two_workers_raise_one_alarm() -> None:
    world = World()
    with at(1):
        case = actors.direct_enquiry(world.lead)
    with at(7):
        assert sorted(twice_at_once(expire_offers)) == [0, 1]
    assert kinds(case).count(EventKind.DIRECT_UNANSWERED) == 1
    assert len(mails("offer_expired", case)) == 1


def test_offer_of_the_coordination_that_lapses_raises_no_alarm(world: World) -> None:
    with at(1):
        case = world.case(S.MATCHING)
    with at(7):
        assert expire_offers() == 2
    case = fresh(case)
    assert (case.direct_unanswered_at, EventKind.DIRECT_UNANSWERED in kinds(case)) == (None, False)
    assert mails("offer_expired", case)[0].subject == f"{case.reference}: Keine Antwort von Amara Okafor"


def alarmed(world: World) -> Case:
    with at(1):
        case = actors.direct_enquiry(world.lead)
    with at(7):
        expire_offers()
    case = fresh(case)
    assert case.direct_unanswered_at is not None
    return case


ANSWERS = {
    "offer": lambda world, case: workflow.offer(
        case, world.coordinator, [workflow.Offer(world.co, AssignmentRole.LEAD, "x")]
    ),
    "same advisor": lambda world, case: workflow.offer(
        case, world.coordinator, world.offers(AssignmentRole.LEAD)
    ),
    "query": lambda world, case: workflow.ask_query(case, world.coordinator, text="Dürfen wir umplanen?"),
    "decline": lambda world, case: workflow.decline(
        case, world.coordinator, resolution="no_capacity", text="Leider."
    ),
    "withdraw": lambda world, case: workflow.withdraw(case, actors.contact_of(case)),
}


@pytest.mark.parametrize("step", ANSWERS)
def test_alarm_ends_with_the_next_step(world: World, step: str) -> None:
    case = alarmed(world)
    ANSWERS[step](world, case)
    assert fresh(case).direct_unanswered_at is None


def test_alarm_stays_while_people_only_write(world: World) -> None:
    case = alarmed(world)
    workflow.write_note(case, world.coordinator, text="Mailbox besprochen.")
    workflow.write_message(
        case, world.coordinator, Side.COORDINATOR, text="Wir kümmern uns.", audience="municipality"
    )
    assert fresh(case).direct_unanswered_at == case.direct_unanswered_at


def test_coordination_can_take_the_direct_offer_back(world: World) -> None:
    case = actors.direct_enquiry(world.lead)
    workflow.withdraw_offer(world.offer_of(case, world.lead), world.coordinator)
    case = fresh(case)
    assert (case.status, mails("direct_came_to_nothing", case)) == (S.IN_REVIEW, [])


def test_yes_leads_on_as_always(world: World) -> None:
    case = actors.direct_enquiry(world.lead)
    workflow.accept_offer(world.offer_of(case, world.lead), world.lead.user)
    assert fresh(case).status == S.MATCHED
    assert len(mails("advisor_found", case)) == 1
