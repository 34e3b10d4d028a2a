"""Mails of real cases to people who choose how often they come: joined, dropped, told of in every case."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from miglobe.accounts.models import Notices, User
from miglobe.mail.bundling import join_due
from miglobe.mail.delivery import deliver_due
from miglobe.mail.models import OutboxMessage, State
from miglobe.ops.worker import Worker
from requests_app import access, daily, mail_trouble, workflow
from requests_app.models import Audience, Case, CaseStatus, EventKind, Leave
from tests import actors
from tests.actors import World
from tests.mail.test_bundling import come_back

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def wants(user: User, choice: Notices) -> User:
    User.objects.filter(pk=user.pk).update(notices=choice)
    return user


def at(day: int, hour: int, minute: int) -> time_machine.travel:
    """A time in Berlin, in November 2026."""
    return time_machine.travel(dt.datetime(2026, 11, day, hour - 1, minute, tzinfo=dt.UTC), tick=True)


def kinds(user: User) -> list[str]:
    return list(
        OutboxMessage.objects.filter(recipient=user.email).order_by("pk").values_list("kind", flat=True)
    )


# --- Whom it asks ----------------------------------------------------------------------------------


def asked(case: Case, kind: str = "query_answered") -> set[str]:
    """The addresses of the coordination that a mail asks something of."""
    sent = OutboxMessage.objects.filter(reference=case.reference, kind=kind, asks=True)
    return set(sent.values_list("recipient", flat=True))


def answered(world: World, responsible: User | None) -> Case:
    case = world.case(CaseStatus.QUERY_OPEN)
    OutboxMessage.objects.all().delete()
    Case.objects.filter(pk=case.pk).update(responsible=responsible)
    case.refresh_from_db()
    workflow.answer_query(case, actors.contact_of(case), text="Der Integrationsrat.")
    return case


def test_what_the_coordination_is_asked_asks_whoever_is_in_charge_and_tells_the_others(world: World):
    colleague = actors.coordinator("Jan Peters")
    case = answered(world, colleague)
    assert asked(case) == {colleague.email}
    assert OutboxMessage.objects.filter(reference=case.reference, kind="query_answered").count() == 2


def test_case_that_nobody_looks_after_asks_everybody(world: World):
    colleague = actors.coordinator("Jan Peters")
    assert asked(answered(world, None)) == {world.coordinator.email, colleague.email}


def test_while_somebody_is_on_leave_whoever_stands_in_is_asked(world: World):
    colleague, today = actors.coordinator("Jan Peters"), timezone.localdate()
    Leave.objects.create(user=colleague, first_day=today, last_day=today, substitute=world.coordinator)
    assert asked(answered(world, colleague)) == {world.coordinator.email}


def test_colleague_who_wants_only_what_needs_her_is_not_told_of_somebody_elses_case(world: World):
    colleague = wants(actors.coordinator("Jan Peters"), Notices.NEEDS_ME)
    answered(world, world.coordinator)
    assert kinds(colleague) == []


@pytest.mark.parametrize("who", ["colleague", "second advisor"])
def test_who_leaves_a_case_gets_no_mail_about_it_that_still_waited(who: str, world: World):
    case = world.case(CaseStatus.MATCHED)
    workflow.accept_offer(world.offer_of(case, world.co), world.co.user)
    colleague = actors.colleague(case)
    gone = colleague.user if who == "colleague" else world.co.user
    User.objects.update(notices=Notices.DAILY)
    main = actors.contact_of(case)
    workflow.write_message(
        case, main, access.Side.MUNICIPALITY, text="Noch etwas", audience=Audience.EVERYONE
    )
    workflow.write_message(
        case,
        User.objects.get(pk=world.lead.user_id),
        access.Side.ADVISOR,
        text="Gut",
        audience=Audience.EVERYONE,
    )
    waiting = OutboxMessage.objects.filter(is_held=True, reference=case.reference)
    assert waiting.filter(recipient=gone.email, kind="message_written").exists()
    others = waiting.exclude(recipient=gone.email).filter(kind="message_written").count()
    if who == "colleague":
        workflow.remove_contact(colleague, main)
    else:
        workflow.end_assignment(case.assignments.get(advisor=world.co), world.coordinator)
    left = waiting.filter(recipient=gone.email).values_list("kind", flat=True)
    assert list(left) == ["contact_removed" if who == "colleague" else "assignment_ended"]
    assert waiting.exclude(recipient=gone.email).filter(kind="message_written").count() == others


def test_municipality_that_wants_only_what_needs_it_gets_the_question_and_not_the_news(world: World):
    case = world.case(CaseStatus.IN_REVIEW)
    contact = wants(actors.contact_of(case), Notices.NEEDS_ME)
    OutboxMessage.objects.all().delete()
    case.refresh_from_db()
    workflow.ask_query(case, world.coordinator, text="Welche Vereine?")
    workflow.invite_contact(case, contact, actors.new_contact("Ben Roth"))
    assert kinds(contact) == ["query_asked"]


# --- One mail --------------------------------------------------------------------------------------


def two_news(world: World, settings: Any) -> tuple[Case, Case, User]:
    """Two cases of one person, with a message in each, and the two as one mail at the provider."""
    settings.MAILERS = settings.MAILERS | {"transport": {"BACKEND": "anymail.backends.test.EmailBackend"}}
    settings.MAIL_BUNDLE_MINUTES = 10
    first = actors.submitted()
    contact = actors.contact_of(first)
    second = actors.submitted(contact={"email": contact.email})
    OutboxMessage.objects.all().delete()
    for case in (first, second):
        workflow.write_message(
            case,
            world.coordinator,
            access.Side.COORDINATOR,
            text="Bitte denken Sie daran.",
            audience=Audience.MUNICIPALITY,
        )
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=10)):
        join_due()
        deliver_due()
    return first, second, contact


def test_collective_mail_that_came_back_is_told_of_in_every_case_and_is_a_task_of_each(
    world: World, client: Any, settings: Any
):
    first, second, contact = two_news(world, settings)
    bundle = OutboxMessage.objects.get(kind="bundle", recipient=contact.email)
    come_back(client, settings, bundle)
    for case in (first, second):
        assert case.events.filter(kind=EventKind.MAIL_BOUNCED).count() == 1
        assert case.contacts.get().mail_bounced_at is not None
        [mail] = mail_trouble.mails_of(case).in_trouble()
        assert (mail.kind, mail.joined_into) == ("message_written", bundle)
    assert list(mail_trouble.other_mails_in_trouble()) == []


def test_passage_is_redacted_in_part_and_collective_mail(world: World, settings: Any):
    first, second, contact = two_news(world, settings)
    workflow.redact(first, world.coordinator, passage="denken Sie daran", reason="Auf Wunsch")
    bodies = OutboxMessage.objects.filter(recipient=contact.email).values_list("reference", "body")
    assert {reference: "denken Sie daran" in body for reference, body in bodies} == {
        first.reference: False,
        "": False,
        second.reference: True,
    }


def test_news_of_the_day_and_the_tasks_of_the_morning_are_one_mail(mailoutbox: list[Any]):
    with at(16, 9, 0):
        world = World()
        wants(world.coordinator, Notices.DAILY)
        world.case(CaseStatus.SUBMITTED)
    with at(17, 6, 5):
        deliver_due()
        mailoutbox.clear()
        assert daily.send() == 1
        assert (join_due(), deliver_due()) == (0, 0)
    with at(17, 6, 31):
        join_due()
        deliver_due()
    [mail] = mailoutbox
    assert mail.to == [world.coordinator.email]
    assert "Neue Anfrage" in mail.body
    assert "Ihre Aufgaben von heute stehen hier" in mail.body


def test_after_a_night_of_standstill_the_worker_joins_what_waited_with_the_mail_of_the_morning(
    mailoutbox: list[Any],
):
    with at(16, 9, 0):
        world = World()
        wants(world.coordinator, Notices.DAILY)
        world.case(CaseStatus.SUBMITTED)
        deliver_due()
    mailoutbox.clear()
    with at(17, 9, 0):
        worker = Worker()
        while worker.turn():
            pass
    assert [mail.to for mail in mailoutbox].count([world.coordinator.email]) == 1
    assert set(
        OutboxMessage.objects.filter(recipient=world.coordinator.email).values_list("state", flat=True)
    ) == {State.SENT}
