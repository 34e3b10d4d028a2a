"""Offers, answers, and what happens when nobody is asked any more."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from advisors.models import Absence
from miglobe.mail.models import OutboxMessage
from miglobe.mail.outbox import MailText
from requests_app import workflow
from requests_app.models import AssignmentRole, AssignmentStatus, Case, CaseStatus
from requests_app.workflow import InvalidTransition, Offer
from tests import actors
from tests.actors import World
from tests.mail.texts import text_of

pytestmark = pytest.mark.django_db
LEAD, CO = AssignmentRole.LEAD, AssignmentRole.CO


@pytest.fixture
def world() -> World:
    return World()


def mails(kind: str) -> list[OutboxMessage]:
    return list(OutboxMessage.objects.filter(kind=kind).order_by("pk"))


def refused(world: World, case: Case, offers: list[Offer]) -> str:
    with pytest.raises(InvalidTransition) as error:
        workflow.offer(case, world.coordinator, offers)
    assert case.assignments.count() == 0
    return str(error.value.message)


def test_an_offer_mail_holds_no_contact_data(world: World) -> None:
    case = world.case(CaseStatus.MATCHING)
    contact = case.contacts.get()
    for mail in mails("offer_made"):
        text = mail.subject + mail.body
        assert [w for w in (contact.name, contact.email, contact.phone, case.title) if w in text] == []


def test_an_edited_mail_goes_out_as_edited(world: World) -> None:
    case = world.case(CaseStatus.IN_REVIEW)
    offer = Offer(world.lead, LEAD, "Kurz", MailText("Mein Betreff", "Mein Text {{ nicht ersetzt }}"))
    workflow.offer(case, world.coordinator, [offer])
    assert [(m.subject, text_of(m)) for m in mails("offer_made")] == [
        ("Mein Betreff", "Mein Text {{ nicht ersetzt }}\n")
    ]


def test_offers_that_cannot_be_made_are_refused_whole(world: World) -> None:
    case = world.case(CaseStatus.IN_REVIEW)
    today = timezone.localdate()
    Absence.objects.create(advisor=world.other_advisor, first_day=today, last_day=today)
    paused = actors.advisor("Pausiert", status="paused")
    sentences = [
        refused(world, case, []),
        refused(world, case, world.offers(CO)),
        refused(world, case, [Offer(world.lead, LEAD, "x"), Offer(world.lead, CO, "x")]),
        refused(world, case, [Offer(world.lead, LEAD, "x"), Offer(world.co, LEAD, "x")]),
        refused(world, case, [Offer(world.other_advisor, LEAD, "x")]),
        refused(world, case, [Offer(paused, LEAD, "x")]),
    ]
    assert len(set(sentences)) == 6


def test_the_answer_stands_in_the_subject(world: World) -> None:
    case = world.case(CaseStatus.MATCHING)
    workflow.accept_offer(world.offer_of(case, world.lead), world.lead.user)
    workflow.decline_offer(world.offer_of(case, world.co), world.co.user)
    subjects = [mail.subject for mail in mails("offer_answered")]
    assert subjects == [
        f"{case.reference}: Zusage von Amara Okafor",
        f"{case.reference}: Absage von Inés Carvajal",
    ]


def test_when_everybody_declines_the_case_is_back_in_review(world: World) -> None:
    case = world.case(CaseStatus.MATCHING)
    workflow.decline_offer(world.offer_of(case, world.lead), world.lead.user)
    case.refresh_from_db()
    assert case.status == CaseStatus.MATCHING
    workflow.decline_offer(world.offer_of(case, world.co), world.co.user)
    case.refresh_from_db()
    assert case.status == CaseStatus.IN_REVIEW


def test_a_second_advisor_alone_does_not_make_the_advice(world: World) -> None:
    case = world.case(CaseStatus.MATCHING)
    workflow.decline_offer(world.offer_of(case, world.lead), world.lead.user)
    workflow.accept_offer(world.offer_of(case, world.co), world.co.user)
    case.refresh_from_db()
    assert case.status == CaseStatus.IN_REVIEW
    new_lead = Offer(world.other_advisor, LEAD, "x")
    workflow.offer(case, world.coordinator, [new_lead])
    workflow.accept_offer(world.offer_of(case, world.other_advisor), world.other_advisor.user)
    case.refresh_from_db()
    assert case.status == CaseStatus.MATCHED


def test_an_offer_of_somebody_else_cannot_be_answered(world: World) -> None:
    case = world.case(CaseStatus.MATCHING)
    with pytest.raises(workflow.NotAllowed):
        workflow.accept_offer(world.offer_of(case, world.lead), world.co.user)


def test_an_offer_is_answered_once(world: World) -> None:
    case = world.case(CaseStatus.MATCHING)
    offer = world.offer_of(case, world.co)
    workflow.decline_offer(offer, world.co.user)
    with pytest.raises(workflow.NotAllowed):
        workflow.accept_offer(offer, world.co.user)
    assert mails("advisor_found") == []


def test_an_offer_without_an_answer_expires_and_both_sides_are_told(world: World) -> None:
    case = world.case(CaseStatus.MATCHING)
    for assignment in case.assignments.all():
        workflow.expire_offer(assignment)
    case.refresh_from_db()
    assert case.status == CaseStatus.IN_REVIEW
    assert {a.status for a in case.assignments.all()} == {AssignmentStatus.EXPIRED}
    assert (len(mails("offer_expired")), len(mails("offer_lapsed"))) == (2, 2)


def test_the_worker_lets_offers_expire_on_the_day_after_they_were_due(world: World) -> None:
    from requests_app.jobs import expire_offers

    with time_machine.travel(dt.datetime(2026, 11, 16, 9, tzinfo=dt.UTC)):
        case = world.case(CaseStatus.MATCHING)
    with time_machine.travel(dt.datetime(2026, 11, 19, 20, tzinfo=dt.UTC)):
        assert expire_offers() == 0
    with time_machine.travel(dt.datetime(2026, 11, 20, 6, tzinfo=dt.UTC)):
        assert expire_offers() == 2
        assert expire_offers() == 0
    assert {a.status for a in case.assignments.all()} == {AssignmentStatus.EXPIRED}


def test_releasing_the_lead_puts_the_case_back_to_review(world: World) -> None:
    case = world.case(CaseStatus.IN_DIALOGUE)
    workflow.end_assignment(case.assignments.get(role=LEAD), world.coordinator)
    case.refresh_from_db()
    assert case.status == CaseStatus.IN_REVIEW
    assert workflow.available_actions(case, world.lead.user) == []


def test_a_form_that_was_open_while_a_colleague_acted_is_refused(world: World) -> None:
    case = world.case()
    seen = case.version
    workflow.start_review(case, world.coordinator)
    with pytest.raises(InvalidTransition) as error:
        workflow.ask_query(case, actors.coordinator("Kim Kollege"), text="Frage", seen=seen)
    assert str(error.value.message) != ""
    assert case.messages.count() == 0


def test_withdrawing_takes_the_offers_back_and_tells_the_advisors(world: World) -> None:
    case = world.case(CaseStatus.MATCHING)
    workflow.withdraw(case, actors.contact_of(case), reason="Haushalt")
    assert {a.status for a in case.assignments.all()} == {AssignmentStatus.WITHDRAWN}
    assert len(mails("offer_withdrawn")) == 2


def agreed_while_an_offer_is_open(world: World) -> Case:
    """The options are agreed, and the second advisor has not answered yet."""
    case = world.case(CaseStatus.OPTIONS_AGREED)
    assert world.offer_of(case, world.co).status == AssignmentStatus.OFFERED
    return case


def test_an_open_offer_can_be_answered_after_the_options_were_agreed(world: World) -> None:
    case = agreed_while_an_offer_is_open(world)
    workflow.decline_offer(world.offer_of(case, world.co), world.co.user)
    case.refresh_from_db()
    assert (case.status, case.assignments.get(role=CO).status) == (
        CaseStatus.OPTIONS_AGREED,
        AssignmentStatus.DECLINED,
    )


def test_an_open_offer_expires_after_the_options_were_agreed(world: World) -> None:
    from requests_app.jobs import expire_offers

    case = agreed_while_an_offer_is_open(world)
    case.assignments.filter(role=CO).update(answer_due_on=dt.date(2026, 1, 2))
    assert expire_offers() == 1
    assert case.assignments.get(role=CO).status == AssignmentStatus.EXPIRED


def test_a_further_offer_moves_the_deadline_of_the_case(world: World) -> None:
    with time_machine.travel(dt.datetime(2026, 11, 16, 9, tzinfo=dt.UTC)):
        case = world.case(CaseStatus.MATCHING)
        workflow.decline_offer(world.offer_of(case, world.lead), world.lead.user)
    with time_machine.travel(dt.datetime(2026, 11, 18, 9, tzinfo=dt.UTC)):
        workflow.offer(case, world.coordinator, [Offer(world.other_advisor, LEAD, "x")])
    case.refresh_from_db()
    assert (case.status, case.due_on) == (CaseStatus.MATCHING, dt.date(2026, 11, 23))


def test_an_offer_to_a_second_advisor_leaves_the_deadline_of_the_case(world: World) -> None:
    with time_machine.travel(dt.datetime(2026, 11, 16, 9, tzinfo=dt.UTC)):
        case = world.case(CaseStatus.MATCHED)
        workflow.decline_offer(world.offer_of(case, world.co), world.co.user)
    before = Case.objects.get(pk=case.pk).due_on
    workflow.offer(case, world.coordinator, [Offer(world.other_advisor, CO, "x")])
    case.refresh_from_db()
    assert case.due_on == before
