"""Two coordinators at one case: nothing is overwritten, nothing typed is lost."""

from __future__ import annotations

import dataclasses
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from requests_app import workflow
from requests_app.models import Case, CaseStatus, EventKind
from requests_app.triage import pages
from tests import actors
from tests.actors import World
from tests.mail.texts import text_of
from tests.triage.desk import Desk, forms, sent, words

S = CaseStatus
ON = "Weiter zur E-Mail"
SENTENCE = "Der Vorgang wurde inzwischen geändert."


@pytest.fixture
def colleague(world: World) -> Desk:
    return Desk(actors.coordinator("Jonas Weber"))


def test_colleague_between_fields_and_mail_is_told_and_the_text_stays(
    world: World, desk: Desk, colleague: Desk
) -> None:
    case = world.case(S.SUBMITTED)
    page = desk.step(case, "ask_query")
    colleague.press(colleague.sheet(case), "Prüfung beginnen")
    told = desk.press(page, ON, text="Welche Vereine?")
    assert SENTENCE in words(told)
    assert "Zuletzt geschehen: Prüfung begonnen (Jonas Weber," in words(told)
    assert "Passt es weiterhin, machen Sie weiter." in words(told)
    # The page now stands on the case as it is: going on works.
    desk.press(desk.press(told, ON), "Senden und Rückfrage stellen")
    assert case.messages.get().body == "Welche Vereine?"


def test_colleague_before_sending_is_told_and_the_edited_mail_stays(
    world: World, desk: Desk, colleague: Desk
) -> None:
    case = world.case(S.SUBMITTED)
    mail = desk.press(desk.step(case, "ask_query"), ON, text="Welche Vereine?")
    colleague.press(colleague.sheet(case), "Prüfung beginnen")
    told = desk.press(mail, "Senden und Rückfrage stellen", mail__contacts__body="Mein Text")
    assert SENTENCE in words(told)
    assert sent("query_asked") == []
    assert forms(told)[-1].fields["mail-contacts-body"].strip() == "Mein Text"
    desk.press(told, "Senden und Rückfrage stellen")
    assert [text_of(mail) for mail in sent("query_asked")] == ["Mein Text\n"]


def test_step_that_is_no_longer_possible_keeps_the_text_without_a_button(
    world: World, desk: Desk, colleague: Desk
) -> None:
    case = world.case(S.IN_REVIEW)
    mail = desk.press(desk.step(case, "ask_query"), ON, text="Welche Vereine?")
    workflow.decline(case, colleague.user, resolution="duplicate", text="Gibt es schon.")
    told = desk.press(mail, "Senden und Rückfrage stellen")
    assert SENTENCE in words(told)
    assert "Dieser Schritt ist nicht mehr möglich." in words(told)
    assert "Welche Vereine?" in forms(told)[-1].fields["mail-contacts-body"]
    assert "Senden und Rückfrage stellen" not in words(told)


def test_button_of_an_old_sheet_is_told(world: World, desk: Desk, colleague: Desk) -> None:
    case = world.case(S.SUBMITTED)
    page = desk.sheet(case)
    colleague.press(colleague.sheet(case), "Prüfung beginnen")
    assert desk.said(desk.press(page, "Prüfung beginnen")) == SENTENCE
    assert case.events.filter(kind=EventKind.REVIEW_STARTED).count() == 1


def test_advisor_who_answered_meanwhile_is_told(world: World, desk: Desk) -> None:
    case = world.case(S.MATCHING)
    offer = world.offer_of(case, world.lead)
    mail = desk.step(case, "withdraw_offer", f"?assignment={offer.pk}")
    workflow.accept_offer(offer, world.lead.user)
    told = desk.press(mail, "Senden und Anfrage zurücknehmen")
    assert SENTENCE in words(told)
    offer.refresh_from_db()
    assert offer.status == "accepted"


@pytest.mark.parametrize("seen", ["", "0", "-1", "x", "99999999999", "²"])
def test_nonsense_for_the_version_is_a_conflict(world: World, desk: Desk, seen: str) -> None:
    case = world.case(S.IN_REVIEW)
    told = desk.press(desk.step(case, "ask_query"), ON, text="Welche Vereine?", seen=seen)
    assert SENTENCE in words(told)


def test_refusal_of_the_workflow_is_told_and_the_mail_stays(world: World, desk: Desk) -> None:
    case = world.case(S.IN_REVIEW)
    page = desk.press(desk.step(case, "offer"), ON, lead=str(world.lead.pk))
    world.lead.user.is_active = False
    world.lead.user.save()
    told = desk.press(page, "Senden und anfragen")
    assert told.status_code == 200
    assert case.assignments.count() == 0


@pytest.mark.django_db(transaction=True)
def test_of_two_coordinators_at_once_one_wins_and_the_other_reads_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Both have passed every check of the pages when the workflow is called, each on its own connection."""
    world = World()
    case = world.case(S.IN_REVIEW)
    desks = [Desk(world.coordinator), Desk(actors.coordinator("Jonas Weber"))]
    before_sending = [
        desk.press(desk.step(case, "ask_query"), ON, text=f"Frage {n}") for n, desk in enumerate(desks)
    ]
    both = Barrier(2, timeout=30)
    page = pages.PAGES["ask_query"]

    def act_together(step: pages.Step, texts: pages.Texts) -> object:
        both.wait()
        return page.act(step, texts)

    monkeypatch.setitem(pages.PAGES, "ask_query", dataclasses.replace(page, act=act_together))

    def send(number: int) -> Any:
        try:
            return desks[number].press(before_sending[number], "Senden und Rückfrage stellen")
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(send, range(2)))

    assert sorted(answer.status_code for answer in answers) == [200, 302]
    loser = next(number for number, answer in enumerate(answers) if answer.status_code == 200)
    assert SENTENCE in words(answers[loser])
    assert f"Frage {loser}" in forms(answers[loser])[-1].fields["mail-contacts-body"]
    assert Case.objects.get(pk=case.pk).status == S.QUERY_OPEN
    assert [message.body for message in case.messages.all()] == [f"Frage {1 - loser}"]
    assert len(sent("query_asked")) == 1
