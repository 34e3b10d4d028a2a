"""The steps from a sheet: filled in, the mail read as it will go, sent – and nothing before that."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from miglobe.mail.models import OutboxMessage
from requests_app import workflow
from requests_app.models import (
    AssignmentRole,
    AssignmentStatus,
    Case,
    CaseStatus,
    EventKind,
    MessageKind,
    Resolution,
)
from requests_app.triage.next_steps import PAGE_NAMES, WITHOUT_A_BUTTON
from requests_app.triage.pages import DIRECT, PAGES
from requests_app.workflow import ACTIONS, Who
from tests import actors
from tests.actors import World
from tests.mail.texts import text_of
from tests.triage.desk import Desk, forms, sent, words

S = CaseStatus
ON = "Weiter zur E-Mail"
MONDAY = dt.datetime(2026, 11, 2, 10, tzinfo=dt.UTC)


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def traces() -> tuple[int, int]:
    """How many events and mails there are: what a step that only shows must not change."""
    from requests_app.models import Event

    return Event.objects.count(), OutboxMessage.objects.count()


def fields(response: Any) -> dict[str, str]:
    """What the step's form would send; the page's last form, behind those of the frame."""
    return forms(response)[-1].fields


def test_each_step_of_the_coordination_has_a_page_or_acts_at_once() -> None:
    steps = {a.key for a in ACTIONS.values() if a.who == Who.COORDINATOR}
    elsewhere = {*WITHOUT_A_BUTTON, *PAGE_NAMES}
    assert set(PAGES) | set(DIRECT) == steps - elsewhere


# --- Steps that act at once -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "key", "button", "said"),
    [
        (S.SUBMITTED, "start_review", "Prüfung beginnen", "Die Prüfung hat begonnen."),
        (
            S.QUERY_OPEN,
            "resume_review",
            "Ohne schriftliche Antwort weiterprüfen",
            "Die Prüfung geht weiter, die Frist läuft wieder.",
        ),
    ],
)
def test_step_without_a_mail_acts_from_the_sheet(
    world: World, desk: Desk, status: CaseStatus, key: str, button: str, said: str
) -> None:
    case = world.case(status)
    _events, mails = traces()
    answer = desk.press(desk.sheet(case), button)
    assert desk.said(answer) == said
    assert fresh(case).status == S.IN_REVIEW
    assert traces()[1] == mails
    assert desk.step(case, key).status_code == 405


# --- Taking a decision back -----------------------------------------------------------------------


def test_decision_taken_back_is_told_to_the_municipality(world: World, desk: Desk) -> None:
    case = world.case(S.DECLINED)
    before = traces()
    mail = desk.press(desk.step(case, "take_back"), ON, text="Wir haben doch jemanden gefunden.")
    assert traces() == before
    assert "Wir haben doch jemanden gefunden." in fields(mail)["mail-contacts-body"]
    answer = desk.press(mail, "Senden und Entscheidung zurücknehmen")
    assert desk.said(answer) == "Die Entscheidung ist zurückgenommen. Der Vorgang ist wieder in Prüfung."
    assert fresh(case).status == S.IN_REVIEW
    [stored] = sent("decline_taken_back")
    assert stored.subject == f"{case.reference}: Wir prüfen Ihre Anfrage doch weiter"
    assert "Wir haben doch jemanden gefunden." in stored.body


# --- Query ----------------------------------------------------------------------------------------


def test_query_shows_its_mail_before_it_goes(world: World, desk: Desk) -> None:
    with time_machine.travel(MONDAY):
        case = world.case(S.IN_REVIEW)
        desk = Desk(world.coordinator)
        before = traces()
        mail = desk.press(desk.step(case, "ask_query"), ON, text="Welche Vereine?\r\nUnd wer leitet?")
        assert traces() == before
        assert fresh(case).status == S.IN_REVIEW
        text = fields(mail)
        assert text["mail-contacts-subject"] == f"{case.reference}: Wir haben eine Frage zu Ihrer Anfrage"
        assert "bis Montag, 16. November 2026" in text["mail-contacts-body"]
        assert "Welche Vereine?\r\nUnd wer leitet?" in text["mail-contacts-body"]
        assert f"An: Katrin Wellmann, {case.contacts.get().email}" in words(mail)

        answer = desk.press(mail, "Senden und Rückfrage stellen")
        assert desk.said(answer).startswith("Die Rückfrage ist unterwegs.")
    assert fresh(case).status == S.QUERY_OPEN
    [stored] = sent("query_asked")
    assert (stored.recipient, stored.subject) == (case.contacts.get().email, text["mail-contacts-subject"])
    assert text_of(stored) == text["mail-contacts-body"].replace("\r\n", "\n").strip() + "\n"
    message = case.messages.get()
    assert (message.kind, message.body) == (MessageKind.QUERY, "Welche Vereine?\nUnd wer leitet?")


def test_mail_goes_out_as_it_was_edited(world: World, desk: Desk) -> None:
    case = world.case(S.IN_REVIEW)
    mail = desk.press(desk.step(case, "ask_query"), ON, text="Welche Vereine?")
    body = "Guten Tag,\r\n\r\neine Frage: {{ case.reference }} & <b>mehr</b> – ß\r\n"
    desk.press(
        mail, "Senden und Rückfrage stellen", mail__contacts__subject="Kurze Frage", mail__contacts__body=body
    )
    [stored] = sent("query_asked")
    assert stored.subject == "Kurze Frage"
    assert text_of(stored) == "Guten Tag,\n\neine Frage: {{ case.reference }} & <b>mehr</b> – ß\n"


def test_empty_question_is_told_and_goes_nowhere(world: World, desk: Desk) -> None:
    case = world.case(S.IN_REVIEW)
    page = desk.press(desk.step(case, "ask_query"), ON, text="  ")
    assert "Schreiben Sie Ihre Frage." in words(page)
    assert "<title>Fehler:" in page.content.decode()
    assert "stage" in fields(page)
    assert fields(page)["stage"] == "fields"


@pytest.mark.parametrize("part", ["subject", "body"])
def test_empty_mail_is_told_and_not_sent(world: World, desk: Desk, part: str) -> None:
    case = world.case(S.IN_REVIEW)
    mail = desk.press(desk.step(case, "ask_query"), ON, text="Welche Vereine?")
    page = desk.press(mail, "Senden und Rückfrage stellen", **{f"mail__contacts__{part}": ""})
    told = {
        "subject": "Geben Sie der E-Mail einen Betreff.",
        "body": "Schreiben Sie, was in der E-Mail stehen soll.",
    }
    assert told[part] in words(page)
    assert fields(page)["text"] == "Welche Vereine?"
    assert sent("query_asked") == []


def test_back_keeps_what_was_typed_in_fields_and_mail(world: World, desk: Desk) -> None:
    case = world.case(S.IN_REVIEW)
    mail = desk.press(desk.step(case, "ask_query"), ON, text="Welche Vereine?")
    back = desk.press(mail, "Zurück zu den Angaben", mail__contacts__body="Mein eigener Text")
    assert fields(back)["text"] == "Welche Vereine?"
    again = desk.press(back, ON)
    assert fields(again)["mail-contacts-body"].strip() == "Mein eigener Text"
    assert sent("query_asked") == []


def test_changed_fields_make_a_new_mail_and_show_the_earlier_wording(world: World, desk: Desk) -> None:
    case = world.case(S.IN_REVIEW)
    mail = desk.press(desk.step(case, "ask_query"), ON, text="Welche Vereine?")
    back = desk.press(mail, "Zurück zu den Angaben", mail__contacts__body="Mein eigener Text")
    again = desk.press(back, ON, text="Welche Gruppen?")
    assert "Welche Gruppen?" in fields(again)["mail-contacts-body"]
    assert "Ihre frühere Fassung dieser E-Mail" in words(again)
    assert "Mein eigener Text" in words(again)


def test_unchanged_mail_leaves_no_earlier_wording(world: World, desk: Desk) -> None:
    case = world.case(S.IN_REVIEW)
    mail = desk.press(desk.step(case, "ask_query"), ON, text="Welche Vereine?")
    again = desk.press(desk.press(mail, "Zurück zu den Angaben"), ON, text="Welche Gruppen?")
    assert "frühere Fassung" not in words(again)


# --- Offers ---------------------------------------------------------------------------------------


def offer(world: World, desk: Desk, case: Case, **changes: str) -> Any:
    people = {"lead": str(world.lead.pk), "co": str(world.co.pk)}
    return desk.press(desk.step(case, "offer"), ON, **(people | changes))


def test_offer_to_two_shows_two_mails_and_sends_both(world: World, desk: Desk) -> None:
    case = world.case(S.IN_REVIEW)
    mail = offer(world, desk, case)
    text = fields(mail)
    assert "Guten Tag Amara Okafor" in text["mail-lead-body"]
    assert "Guten Tag Inés Carvajal" in text["mail-co-body"]
    assert "Diese 2 E-Mails gehen hinaus" in words(mail)
    desk.press(mail, "Senden und anfragen", mail__co__subject="Magst du?")
    assert fresh(case).status == S.MATCHING
    assert [(m.recipient, m.subject) for m in sent("offer_made")] == [
        (world.lead.user.email, text["mail-lead-subject"]),
        (world.co.user.email, "Magst du?"),
    ]
    assert {(a.role, a.advisor) for a in case.assignments.all()} == {("lead", world.lead), ("co", world.co)}


def test_offer_to_one_is_fine(world: World, desk: Desk) -> None:
    case = world.case(S.IN_REVIEW)
    desk.press(offer(world, desk, case, co=""), "Senden und anfragen")
    assert [a.advisor for a in case.assignments.all()] == [world.lead]


def test_summary_is_prefilled_without_names_and_goes_as_edited(world: World, desk: Desk) -> None:
    case = world.case(S.IN_REVIEW)
    page = desk.step(case, "offer", f"?lead={world.co.pk}")
    prefilled = fields(page)
    assert prefilled["lead"] == str(world.co.pk)
    assert "Frau […] leitet sie." in prefilled["summary"]
    mail = desk.press(page, ON, summary="Eine Kommune sucht Rat.")
    assert "Eine Kommune sucht Rat." in fields(mail)["mail-lead-body"]
    desk.press(mail, "Senden und anfragen")
    assert case.assignments.get().summary == "Eine Kommune sucht Rat."


def test_names_in_the_summary_are_told_and_may_be_confirmed(world: World, desk: Desk) -> None:
    case = world.case(S.IN_REVIEW)
    page = offer(world, desk, case, summary="Frau Wellmann fragt.")
    assert "Das sieht nach Kontaktdaten aus: „Wellmann“." in words(page)
    assert fields(page)["summary"].strip() == "Frau Wellmann fragt."
    mail = desk.press(page, ON, no_names="on")
    assert fields(mail)["stage"] == "mail"
    desk.press(mail, "Senden und anfragen")
    assert case.assignments.count() == 2


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"lead": ""}, "Wählen Sie, wer die Beratung leiten soll."),
        ({"summary": ""}, "Schreiben Sie, was die Beratenden wissen sollen."),
        ({"lead": "999999"}, "999999"),
    ],
)
def test_wrong_offers_are_told_at_the_field(
    world: World, desk: Desk, changes: dict[str, str], told: str
) -> None:
    case = world.case(S.IN_REVIEW)
    page = offer(world, desk, case, **changes)
    assert told in words(page)
    assert fields(page)["stage"] == "fields"


def test_one_person_cannot_take_both_roles(world: World, desk: Desk) -> None:
    page = offer(world, desk, world.case(S.IN_REVIEW), co=str(world.lead.pk))
    assert "Wählen Sie zwei verschiedene Personen." in words(page)


def test_absent_paused_and_asked_advisors_are_not_offered(world: World, desk: Desk) -> None:
    today = timezone.localdate()
    world.lead.absences.create(first_day=today, last_day=today)
    world.co.status = world.co.Status.PAUSED
    world.co.save()
    case = world.case(S.IN_REVIEW)
    form = desk.step(case, "offer").context["form"]
    assert [suggestion.advisor for suggestion in form.pool] == [world.other_advisor]


def test_second_advisor_is_asked_while_the_lead_stays(world: World, desk: Desk) -> None:
    case = world.case(S.MATCHED)
    workflow.decline_offer(world.offer_of(case, world.co), world.co.user)
    page = desk.step(case, "offer_co", f"?co={world.other_advisor.pk}")
    desk.press(desk.press(page, ON), "Senden und anfragen")
    assert fresh(case).status == S.MATCHED
    asked = case.assignments.get(status=AssignmentStatus.OFFERED)
    assert (asked.role, asked.advisor) == (AssignmentRole.CO, world.other_advisor)


# --- Withdraw, end, release -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "role", "kind", "button", "state", "status"),
    [
        (
            "withdraw_offer",
            "co",
            "offer_withdrawn",
            "Senden und Anfrage zurücknehmen",
            "withdrawn",
            S.MATCHED,
        ),
        ("release_lead", "lead", "assignment_ended", "Senden und Einsatz beenden", "ended", S.IN_REVIEW),
    ],
)
def test_mail_stands_there_at_once_where_nothing_is_filled_in(
    world: World, desk: Desk, key: str, role: str, kind: str, button: str, state: str, status: CaseStatus
) -> None:
    case = world.case(S.MATCHED)
    assignment = case.assignments.get(role=role)
    before = traces()
    mail = desk.step(case, key, f"?assignment={assignment.pk}")
    assert f"Guten Tag {assignment.advisor.name}" in fields(mail)["mail-advisor-body"]
    assert "Zurück zu den Angaben" not in words(mail)
    assert traces() == before
    desk.press(mail, button, mail__advisor__subject="Geändert")
    assert [(m.recipient, m.subject) for m in sent(kind)] == [(assignment.advisor.user.email, "Geändert")]
    assignment.refresh_from_db()
    assert (assignment.status, fresh(case).status) == (state, status)


def test_second_advisors_engagement_is_ended(world: World, desk: Desk) -> None:
    case = world.case(S.MATCHED)
    co = workflow.accept_offer(world.offer_of(case, world.co), world.co.user)
    desk.press(desk.step(case, "end_assignment", f"?assignment={co.pk}"), "Senden und Einsatz beenden")
    co.refresh_from_db()
    assert (co.status, fresh(case).status) == (AssignmentStatus.ENDED, S.MATCHED)


@pytest.mark.parametrize("query", ["", "?assignment=", "?assignment=999999", "?assignment=x"])
def test_unknown_assignment_leads_back_to_the_sheet(world: World, desk: Desk, query: str) -> None:
    case = world.case(S.MATCHING)
    assert desk.said(desk.step(case, "withdraw_offer", query)) == "Der Vorgang wurde inzwischen geändert."


def test_assignment_of_another_case_is_out_of_reach(world: World, desk: Desk) -> None:
    case = world.case(S.MATCHING)
    foreign = world.case(S.MATCHING).assignments.first()
    assert foreign is not None
    answer = desk.step(case, "withdraw_offer", f"?assignment={foreign.pk}")
    assert desk.said(answer) == "Der Vorgang wurde inzwischen geändert."
    lead = case.assignments.get(role="lead")
    answer = desk.step(case, "end_assignment", f"?assignment={lead.pk}")
    assert answer.status_code == 302


# --- Decline, close, reopen -----------------------------------------------------------------------


def test_declining_tells_municipality_and_the_advisors_who_were_asked(world: World, desk: Desk) -> None:
    case = world.case(S.MATCHING)
    offers = list(case.assignments.order_by("pk"))
    page = desk.step(case, "decline")
    mail = desk.press(page, ON, resolution="out_of_scope", text="Das Thema passt nicht.")
    text = fields(mail)
    assert "Das Thema passt nicht." in text["mail-contacts-body"]
    answer = desk.press(mail, "Senden und ablehnen", **{f"mail__offer__{offers[1].pk}__subject": "Erledigt"})
    assert desk.said(answer) == "Die Anfrage ist abgelehnt."
    declined = fresh(case)
    assert (declined.status, declined.resolution) == (S.DECLINED, Resolution.OUT_OF_SCOPE)
    [to_municipality] = sent("request_declined")
    assert to_municipality.subject == text["mail-contacts-subject"]
    assert {(m.recipient, m.subject) for m in sent("offer_withdrawn")} == {
        (offers[0].advisor.user.email, text[f"mail-offer-{offers[0].pk}-subject"]),
        (offers[1].advisor.user.email, "Erledigt"),
    }


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"text": "Leider."}, "Wählen Sie einen Grund."),
        ({"resolution": "duplicate", "text": ""}, "Schreiben Sie, warum keine Beratung möglich ist."),
    ],
)
def test_declining_needs_reason_and_text(
    world: World, desk: Desk, changes: dict[str, str], told: str
) -> None:
    page = desk.press(desk.step(world.case(S.SUBMITTED), "decline"), ON, **changes)
    assert told in words(page)


@pytest.mark.parametrize(
    ("status", "offered"),
    [
        (S.MATCHED, ["referred", "duplicate", "no_capacity"]),
        (S.IN_DIALOGUE, ["initial_talk_sufficient", "referred", "duplicate", "no_capacity"]),
        (S.OPTIONS_AGREED, ["options_agreed"]),
    ],
)
def test_closing_offers_what_fits_the_state(
    world: World, desk: Desk, status: CaseStatus, offered: list[str]
) -> None:
    case = world.case(status)
    page = desk.step(case, "close")
    values = [value for value, _label in page.context["form"].fields["resolution"].choices]
    assert values == offered
    mail = desk.press(page, ON, resolution=offered[0], text="Danke für das Gespräch.")
    assert "Danke für das Gespräch." in fields(mail)["mail-contacts-body"]
    desk.press(mail, "Senden und abschließen")
    assert (fresh(case).status, fresh(case).resolution) == (S.CLOSED, offered[0])
    assert len(sent("case_closed")) == 1


def test_only_possible_resolution_is_chosen_already(world: World, desk: Desk) -> None:
    page = desk.step(world.case(S.OPTIONS_AGREED), "close")
    assert fields(page)["resolution"] == "options_agreed"


def test_reopening_tells_the_municipality(world: World, desk: Desk) -> None:
    case = world.case(S.CLOSED)
    mail = desk.press(desk.step(case, "reopen"), ON, text="Ein zweites Gespräch folgt.")
    desk.press(mail, "Senden und wieder öffnen")
    assert fresh(case).status == S.IN_DIALOGUE
    assert "Ein zweites Gespräch folgt." in sent("case_reopened")[0].body


# --- What is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [*PAGES, *DIRECT])
def test_step_that_the_state_does_not_allow_changes_nothing(world: World, desk: Desk, key: str) -> None:
    case = world.case(S.WITHDRAWN)
    before = traces()
    if key in PAGES:
        assert desk.said(desk.step(case, key)) == "Der Vorgang wurde inzwischen geändert."
    answer = desk.client.post(
        desk.step(case, key).request["PATH_INFO"], {"seen": fresh(case).version, "text": "x"}
    )
    assert answer.status_code in (200, 302)
    assert traces() == before
    assert fresh(case).status == S.WITHDRAWN


@pytest.mark.parametrize("key", ["withdraw", "accept_lead", "expire_offer", "write_note", "unknown"])
def test_what_is_no_step_of_the_coordination_is_not_found(world: World, desk: Desk, key: str) -> None:
    case = world.case(S.MATCHING)
    assert desk.step(case, key).status_code == 404


def test_events_name_the_coordinator(world: World, desk: Desk) -> None:
    case = world.case(S.SUBMITTED)
    desk.press(desk.sheet(case), "Prüfung beginnen")
    event = case.events.get(kind=EventKind.REVIEW_STARTED)
    assert event.actor == world.coordinator


def test_contact_of_an_unconfirmed_address_is_asked_as_well(world: World, desk: Desk) -> None:
    case = actors.submitted(confirmed=False)
    desk.press(
        desk.press(desk.step(case, "ask_query"), ON, text="Sind Sie es?"), "Senden und Rückfrage stellen"
    )
    assert [mail.recipient for mail in sent("query_asked")] == [case.contacts.get().email]


def test_mail_to_somebody_who_reads_english_is_composed_in_english_and_says_so(
    desk: Desk, world: World
) -> None:
    english = world.case(S.IN_REVIEW, language="en")
    german = world.case(S.IN_REVIEW)
    told = "Diese E-Mail wird in einer anderen Sprache gelesen: English"
    for case, greeting, is_told in ((english, "Dear Katrin", True), (german, "Guten Tag Katrin", False)):
        mail = desk.press(desk.step(case, "ask_query"), ON, text="Who takes part?")
        assert greeting in fields(mail)["mail-contacts-body"]
        assert (told in words(mail)) is is_told
