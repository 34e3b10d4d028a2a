"""What the municipality writes: the answer to a query, messages, and taking the request back."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.utils.translation import gettext as _

from miglobe.mail.models import OutboxMessage
from requests_app import workflow
from requests_app.models import Audience, Case, CaseStatus, EventKind, Message, MessageKind, Resolution
from tests.actors import World
from tests.casepage.pages import contact, errors, notices, url, words

CHANGED = "The case has been changed in the meantime."


def current(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


# --- Answer a query ------------------------------------------------------------------------------


@pytest.fixture
def asked(world: World) -> Case:
    return world.case(CaseStatus.QUERY_OPEN)


def test_an_answer_takes_the_case_back_to_review(asked: Case) -> None:
    page = contact(asked).post(asked, "answer_query", text="Drei Vereine.", seen=asked.version)
    assert current(asked).status == CaseStatus.IN_REVIEW
    message = asked.messages.get(kind=MessageKind.ANSWER)
    assert (message.body, message.audience) == ("Drei Vereine.", Audience.MUNICIPALITY)
    assert OutboxMessage.objects.filter(kind="query_answered").count() == 1
    assert notices(page) == [_("Your answer has arrived. We will continue with your request.")]
    assert "Drei Vereine." in words(page)


def test_an_empty_answer_is_told_at_its_field(asked: Case) -> None:
    page = contact(asked).post(asked, "answer_query", text="", seen=asked.version)
    body = page.content.decode()
    assert errors(page) == [_("Write an answer.")]
    assert 'href="#answer_text"' in body
    assert "<title>" + _("Error:") in body
    assert current(asked).status == CaseStatus.QUERY_OPEN


def test_an_answer_sent_twice_arrives_once(asked: Case) -> None:
    visitor = contact(asked)
    for _time in range(2):
        page = visitor.post(asked, "answer_query", text="Drei Vereine.", seen=asked.version)
    assert notices(page) == [_("Your answer has arrived already.")]
    assert asked.messages.filter(kind=MessageKind.ANSWER).count() == 1


def test_an_answer_that_comes_too_late_can_be_sent_as_a_message(world: World, asked: Case) -> None:
    workflow.resume_review(asked, world.coordinator)
    page = contact(asked).post(asked, "answer_query", text="Drei Vereine.", seen=asked.version)
    assert errors(page) == [_(CHANGED), _("Your text is kept below: you can send it as a message.")]
    assert "Drei Vereine.</textarea>" in page.content.decode()
    assert not asked.messages.filter(kind=MessageKind.ANSWER).exists()


def test_an_empty_answer_that_comes_too_late_leads_nowhere_else(world: World, asked: Case) -> None:
    workflow.resume_review(asked, world.coordinator)
    page = contact(asked).post(asked, "answer_query", text="", seen=asked.version)
    assert errors(page)[0] == _(CHANGED)
    assert 'href="#answer_text"' not in page.content.decode()


def test_an_answer_to_an_older_question_is_kept_beside_the_new_one(world: World, asked: Case) -> None:
    workflow.resume_review(asked, world.coordinator)
    workflow.ask_query(asked, world.coordinator, text="Und wer leitet die Gruppe?")
    visitor = contact(asked)
    page = visitor.post(asked, "answer_query", text="Drei Vereine.", seen=asked.version)
    body = page.content.decode()
    assert errors(page) == [_(CHANGED)]
    assert "Und wer leitet die Gruppe?" in words(page)
    assert "Drei Vereine.</textarea>" in body
    version = current(asked).version
    assert f'name="seen" value="{version}"' in body
    visitor.post(asked, "answer_query", text="Drei Vereine.", seen=version)
    assert current(asked).status == CaseStatus.IN_REVIEW


# --- Write a message -----------------------------------------------------------------------------


def typed(**changes: Any) -> dict[str, Any]:
    return {"body": "Guten Tag.", "audience": "municipality", "form_key": str(uuid.uuid4())} | changes


@pytest.mark.parametrize("status", list(CaseStatus))
def test_a_message_can_be_written_in_every_state(world: World, status: CaseStatus) -> None:
    case = world.case(status)
    page = contact(case).post(case, "message", **typed())
    assert notices(page) == [_("Your message has been sent.")]
    assert "Guten Tag." in words(page)
    assert case.messages.get(body="Guten Tag.").audience == Audience.MUNICIPALITY


def test_a_message_reaches_the_advisors_who_have_accepted(world: World) -> None:
    case = world.case(CaseStatus.MATCHED)
    contact(case).post(case, "message", **typed(audience="everyone"))
    to = {to for mail in OutboxMessage.objects.filter(kind="message_written") for to in mail.to}
    assert to == {world.lead.user.email, world.coordinator.email}


def test_before_acceptance_no_message_goes_beyond_the_coordination(world: World) -> None:
    case = world.case(CaseStatus.MATCHING)
    page = contact(case).post(case, "message", **typed(audience="everyone"))
    assert not case.messages.exists()
    assert page.context["form"].errors


def test_a_message_to_the_advisors_alone_is_refused(world: World) -> None:
    case = world.case(CaseStatus.MATCHED)
    page = contact(case).post(case, "message", **typed(audience="advisors"))
    assert list(page.context["form"].errors) == ["audience"]
    assert not case.messages.exists()


def test_an_empty_message_is_told_and_the_choice_kept(world: World) -> None:
    case = world.case(CaseStatus.MATCHED)
    page = contact(case).post(case, "message", **typed(body=""))
    assert errors(page) == [_("Write a message.")]
    assert page.context["message_form"]["audience"].value() == "municipality"


def test_a_message_sent_twice_is_one_message(world: World) -> None:
    case, once = world.case(), typed()
    visitor = contact(case)
    for _time in range(2):
        page = visitor.post(case, "message", **once)
    assert notices(page) == [_("This message has been sent already.")]
    assert case.messages.filter(body="Guten Tag.").count() == 1
    assert OutboxMessage.objects.filter(kind="message_written").count() == 1


def test_a_changed_message_from_the_same_form_is_kept_and_can_be_sent(world: World) -> None:
    case, once = world.case(), typed()
    visitor = contact(case)
    visitor.post(case, "message", **once)
    page = visitor.post(case, "message", **once | {"body": "Guten Abend."})
    form = page.context["message_form"]
    assert form["body"].value() == "Guten Abend."
    assert form["form_key"].value() != once["form_key"]
    visitor.post(case, "message", **typed(body="Guten Abend.", form_key=form["form_key"].value()))
    assert [message.body for message in case.messages.all()] == ["Guten Tag.", "Guten Abend."]


def test_a_message_is_kept_when_the_advisor_leaves_meanwhile(world: World) -> None:
    case = world.case(CaseStatus.MATCHED)
    visitor, data = contact(case), typed(audience="everyone")
    workflow.end_assignment(case.assignments.get(advisor=world.lead), world.coordinator)
    page = visitor.post(case, "message", **data)
    assert errors(page) == [
        _("There is no advisor any more. Your message now goes to the coordination only.")
    ]
    form = page.context["message_form"]
    assert (form["body"].value(), form["audience"].value()) == ("Guten Tag.", "municipality")
    assert Message.objects.filter(case=case).count() == 0


# --- Withdraw --------------------------------------------------------------------------------------


def test_withdrawing_asks_first(world: World) -> None:
    case = world.case(CaseStatus.MATCHING)
    page = contact(case).get(case, "withdraw")
    assert case.title in words(page)
    assert _("Do not withdraw") in words(page)
    assert current(case).status == CaseStatus.MATCHING


@pytest.mark.parametrize("reason", ["", "Der Rat hat anders entschieden."])
def test_withdrawing_ends_the_case(world: World, reason: str) -> None:
    case = world.case(CaseStatus.MATCHING)
    page = contact(case).post(case, "withdraw", reason=reason, seen=current(case).version)
    case = current(case)
    assert (case.status, case.resolution) == (CaseStatus.WITHDRAWN, Resolution.WITHDRAWN)
    assert case.events.get(kind=EventKind.WITHDRAWN).data["reason"] == reason
    assert notices(page) == [_("You have withdrawn the request.")]
    assert OutboxMessage.objects.filter(kind="offer_withdrawn").count() == 2


def test_a_case_that_changed_meanwhile_is_asked_about_again(world: World) -> None:
    case = world.case()
    seen = current(case).version
    workflow.start_review(case, world.coordinator)
    visitor = contact(case)
    page = visitor.post(case, "withdraw", reason="Zu spät.", seen=seen)
    body = page.content.decode()
    assert errors(page) == [_(CHANGED)]
    assert "Zu spät.</textarea>" in body
    assert f'name="seen" value="{current(case).version}"' in body
    assert current(case).status == CaseStatus.IN_REVIEW


def test_a_reason_that_is_too_long_is_kept(world: World) -> None:
    case = world.case()
    page = contact(case).post(case, "withdraw", reason="x" * 501, seen=current(case).version)
    assert page.context["form"].has_error("reason")
    assert "x" * 501 in page.content.decode()
    assert current(case).status == CaseStatus.SUBMITTED


@pytest.mark.parametrize("status", [CaseStatus.CLOSED, CaseStatus.DECLINED, CaseStatus.WITHDRAWN])
def test_a_case_that_has_ended_cannot_be_withdrawn(world: World, status: CaseStatus) -> None:
    case = world.case(status)
    visitor = contact(case)
    assert visitor.get(case, "withdraw").redirect_chain == [(url(case), 302)]
    page = visitor.post(case, "withdraw", reason="", seen=current(case).version)
    assert notices(page) == [_("This case has ended already.")]
    assert current(case).status == status
