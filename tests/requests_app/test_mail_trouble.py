"""Mails of a case that do not arrive: whose task it is, and what the coordination can do."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from miglobe.mail import outbox
from miglobe.mail.models import OutboxMessage, State
from miglobe.mail.signals import mail_arrived, mail_came_back
from requests_app import entry_links, mail_trouble, workflow
from requests_app.models import Case, CaseStatus, ContactPerson, EventKind
from requests_app.workflow import InvalidTransition, NotAllowed
from tests import actors
from tests.actors import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


REASON = "550 5.1.1 no such user"


def came_back(mail: OutboxMessage, state: State = State.BOUNCED) -> OutboxMessage:
    """The mail as the provider's report leaves it, and the signal that goes with it."""
    now = timezone.now()
    sent = {"sent_at": now, "bounced_at": now} if state == State.BOUNCED else {}
    empty = {"body": ""} if mail.is_secret else {}
    OutboxMessage.objects.filter(pk=mail.pk).update(state=state, next_attempt_at=None, **sent, **empty)
    mail.refresh_from_db()
    if state == State.BOUNCED:
        mail_came_back.send(OutboxMessage, message=mail, recipient=mail.recipient, at=now, reason=REASON)
    return mail


def mail_to(address: str, case: Case, kind: str) -> OutboxMessage:
    return OutboxMessage.objects.get(recipient=address, reference=case.reference, kind=kind)


def in_trouble() -> set[Case]:
    return set(mail_trouble.cases_in_trouble(Case.objects.all()))


def queried(world: World) -> tuple[Case, OutboxMessage]:
    """A case with a query out whose mail came back; the contact person is confirmed."""
    case = world.case(CaseStatus.QUERY_OPEN)
    return case, came_back(mail_to(actors.contact_of(case).email, case, "query_asked"))


def waiting(**changes: Any) -> tuple[Case, OutboxMessage]:
    """A request whose address nobody has confirmed; the mail with the code came back."""
    case = actors.submitted(confirmed=False, **changes)
    return case, came_back(mail_to(actors.contact_of(case).email, case, "request_received"))


# --- Whose task it is ------------------------------------------------------------------------------


def test_mail_that_came_back_marks_the_contact_and_raises_a_task(world: World) -> None:
    case, mail = queried(world)
    other = actors.submitted()
    contact = case.contacts.get()
    assert (contact.mail_bounced_at, contact.mail_bounce_reason) == (mail.bounced_at, REASON)
    event = case.events.get(kind=EventKind.MAIL_BOUNCED)
    assert (event.actor, event.data) == (
        None,
        {"mail": mail.pk, "mail_kind": "query_asked", "contact": contact.pk},
    )
    assert in_trouble() == {case}
    assert other not in in_trouble()


def test_address_is_marked_in_every_case_of_the_person(world: World) -> None:
    first = actors.submitted(contact={"email": "amt@hattingen.example.org"})
    second = actors.submitted(contact={"email": "amt@hattingen.example.org"})
    came_back(mail_to("amt@hattingen.example.org", first, "request_received"))
    assert [c.contacts.get().mail_bounce_reason for c in (first, second)] == [REASON, REASON]
    assert in_trouble() == {first}


def test_mail_of_an_advisor_that_came_back_is_a_task_too(world: World) -> None:
    case = world.case(CaseStatus.MATCHING)
    came_back(mail_to(world.lead.user.email, case, "offer_made"))
    assert in_trouble() == {case}
    data = case.events.get(kind=EventKind.MAIL_BOUNCED).data
    assert (data["advisor"], data["role"]) == ("Amara Okafor", "lead")
    assert case.contacts.get().mail_bounced_at is None


def test_mail_that_our_mail_server_refused_is_a_task_too(world: World) -> None:
    case = world.case(CaseStatus.QUERY_OPEN)
    came_back(mail_to(actors.contact_of(case).email, case, "query_asked"), State.FAILED)
    assert in_trouble() == {case}


def test_mail_to_somebody_who_has_left_is_nobodys_task(world: World) -> None:
    case = world.case(CaseStatus.QUERY_OPEN)
    former = actors.contact_of(case)
    mail = mail_to(former.email, case, "query_asked")
    workflow.hand_over(case, former, actors.colleague(case))
    came_back(mail)
    assert in_trouble() == set()
    assert case.events.filter(kind=EventKind.MAIL_BOUNCED).count() == 1


def test_later_mail_that_arrives_takes_the_mark_away_and_an_earlier_one_does_not(world: World) -> None:
    case, mail = queried(world)
    address, at = mail.recipient, mail.bounced_at
    assert at is not None
    for moment, marked in ((at - timedelta(hours=1), True), (at + timedelta(hours=1), False)):
        mail_arrived.send(OutboxMessage, message=mail, recipient=address, at=moment)
        assert (case.contacts.get().mail_bounced_at is not None) is marked


# --- Send again, dealt with ------------------------------------------------------------------------


def test_mail_is_sent_again_and_the_task_is_gone(world: World) -> None:
    case, mail = queried(world)
    workflow.send_mail_again(case, world.coordinator, mail)
    mail.refresh_from_db()
    assert (mail.state, in_trouble()) == (State.WAITING, set())
    event = case.events.get(kind=EventKind.MAIL_SENT_AGAIN)
    assert (event.actor, event.data) == (world.coordinator, {"mail": mail.pk, "mail_kind": "query_asked"})
    with pytest.raises(InvalidTransition, match="unterwegs"):
        workflow.send_mail_again(case, world.coordinator, mail)


def test_mail_of_another_case_is_not_sent_from_this_one(world: World) -> None:
    case, mail = queried(world)
    other = actors.submitted()
    for act in (workflow.send_mail_again, workflow.settle_mail):
        with pytest.raises(InvalidTransition):
            act(other, world.coordinator, mail)
    assert in_trouble() == {case}


def test_mails_of_a_merged_case_are_seen_and_sent_from_the_one_that_took_it_in(world: World) -> None:
    case, mail = queried(world)
    into = actors.submitted()
    workflow.merge(case, into, world.coordinator)
    assert mail in mail_trouble.mails_of(into)
    workflow.send_mail_again(into, world.coordinator, mail)


def test_settled_mail_is_no_task_and_is_settled_once(world: World) -> None:
    case, mail = queried(world)
    workflow.settle_mail(case, world.coordinator, mail)
    assert in_trouble() == set()
    assert case.events.get(kind=EventKind.MAIL_SETTLED).actor == world.coordinator
    with pytest.raises(InvalidTransition):
        workflow.settle_mail(case, world.coordinator, mail)


@pytest.mark.parametrize("who", ["contact", "advisor"])
def test_nobody_else_acts_on_mails(world: World, who: str) -> None:
    case, mail = queried(world)
    person = actors.contact_of(case) if who == "contact" else world.lead.user
    for act in (workflow.send_mail_again, workflow.settle_mail):
        with pytest.raises(NotAllowed):
            act(case, person, mail)
    with pytest.raises(NotAllowed):
        workflow.correct_address(case.contacts.get(), person, "neu@hattingen.example.org")


# --- Another address -----------------------------------------------------------------------------


def test_code_goes_to_the_corrected_address_and_the_former_one_is_worth_nothing(world: World) -> None:
    case, mail = waiting()
    contact = case.contacts.get()
    link, wrong = entry_links.token_for(contact), contact.user
    workflow.correct_address(contact, world.coordinator, "Katrin.Wellmann@hattingen.example.org")
    contact = case.contacts.get()
    assert contact.user.email == contact.email == "katrin.wellmann@hattingen.example.org"
    assert mail_to(contact.email, case, "new_code").state == State.WAITING
    assert in_trouble() == set()
    assert entry_links.contact_of(link) is None
    assert contact.codes.filter(attempts_left__gt=0).count() == 1
    workflow.confirm_by_sign_in(wrong)
    assert case.contacts.get().confirmed_at is None
    workflow.confirm_by_sign_in(contact.user)
    assert case.contacts.get().confirmed_at is not None


def test_mail_without_a_code_goes_to_the_corrected_address_as_it_was(world: World) -> None:
    case = actors.submitted(confirmed=False)
    text = outbox.MailText("Nachfrage", "Worum geht es?\n")
    address = actors.contact_of(case).email
    mail = came_back(outbox.queue(kind="query_asked", to=address, text=text, reference=case.reference))
    workflow.correct_address(case.contacts.get(), world.coordinator, "richtig@hattingen.example.org")
    mail.refresh_from_db()
    assert (mail.state, mail.to, mail.body) == (
        State.WAITING,
        ["richtig@hattingen.example.org"],
        "Worum geht es?\n",
    )
    kinds = list(case.events.values_list("kind", flat=True))[-2:]
    assert kinds == [EventKind.CONTACT_CORRECTED, EventKind.MAIL_SENT_AGAIN]


def test_account_of_the_wrong_address_stays_as_it_is(world: World) -> None:
    case, _mail = waiting()
    wrong = actors.contact_of(case)
    before = (wrong.email, wrong.name)
    workflow.correct_address(case.contacts.get(), world.coordinator, "richtig@hattingen.example.org")
    wrong.refresh_from_db()
    assert (wrong.email, wrong.name) == before
    assert not wrong.contact_for.exists()


@pytest.mark.parametrize("whose", ["own", "colleague", "advisor", "coordinator"])
def test_address_that_cannot_be_the_contacts_is_refused_and_nothing_changes(world: World, whose: str) -> None:
    case, mail = waiting()
    addresses = {
        "own": actors.contact_of(case).email,
        "colleague": actors.contact_of(case).email,
        "advisor": world.lead.user.email,
        "coordinator": world.coordinator.email,
    }
    if whose == "colleague":
        ContactPerson.objects.create(case=case, user=world.other_contact, name="Jonas", position=1)
        addresses["colleague"] = world.other_contact.email
    if whose == "advisor":
        workflow.confirm_by_sign_in(actors.contact_of(case))
        workflow.start_review(case, world.coordinator)
        workflow.offer(case, world.coordinator, world.offers())
        ContactPerson.objects.filter(case=case).update(confirmed_at=None)
    before = list(OutboxMessage.objects.order_by("pk").values())
    with pytest.raises(InvalidTransition):
        workflow.correct_address(case.contacts.first(), world.coordinator, addresses[whose])
    assert list(OutboxMessage.objects.order_by("pk").values()) == before
    assert mail.is_in_trouble


def test_confirmed_address_is_not_taken_over_but_the_person_is_invited_anew(world: World) -> None:
    case, mail = queried(world)
    contact = case.contacts.get()
    with pytest.raises(InvalidTransition):
        workflow.correct_address(contact, world.coordinator, "neu@hattingen.example.org")
    invited = workflow.invite_at_new_address(contact, world.coordinator, "neu@hattingen.example.org")
    assert (invited.name, invited.confirmed_at, invited.takes_over_from) == (contact.name, None, contact)
    assert mail_to("neu@hattingen.example.org", case, "contact_invited").state == State.WAITING
    mail.refresh_from_db()
    assert (mail.is_in_trouble, mail.to) == (False, [contact.user.email])  # not to an unproven address
    workflow.confirm_by_sign_in(invited.user)
    assert list(case.contacts.all()) == [invited]


def test_new_code_settles_the_mail_that_held_the_former_one(world: World) -> None:
    case, mail = waiting()
    with pytest.raises(InvalidTransition):
        workflow.send_mail_again(case, world.coordinator, mail)
    workflow.send_code_for(case.contacts.get(), world.coordinator)
    mail.refresh_from_db()
    assert (mail.state, mail.is_in_trouble) == (State.BOUNCED, False)
    assert mail_to(mail.recipient, case, "new_code").state == State.WAITING


def test_no_more_than_five_codes_go_to_an_address_a_day(world: World) -> None:
    case, _mail = waiting()
    contact = case.contacts.get()
    for _number in range(4):
        workflow.send_code_for(contact, world.coordinator)
    with pytest.raises(InvalidTransition, match="fünf"):
        workflow.send_code_for(contact, world.coordinator)


@pytest.mark.parametrize("count", [1, 30])
def test_cases_in_trouble_are_found_with_one_query(
    world: World, count: int, django_assert_num_queries
) -> None:
    for _number in range(count):
        waiting()
    with django_assert_num_queries(1):
        assert len(in_trouble()) == count
