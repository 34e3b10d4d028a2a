"""Merging at the desk: the hint over a new case, the choice, what will happen, and back again."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from advisors.models import Topic
from miglobe.mail.models import OutboxMessage
from requests_app import workflow
from requests_app.models import Case, CaseMerge, CaseStatus, Municipality
from tests import actors
from tests.actors import World
from tests.mail.texts import text_of
from tests.triage.desk import Desk, forms, words

S = CaseStatus
SHOW = "Zeigen, was geschieht"
SEND = "Senden und zusammenführen"


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def address(case: Case, query: str = "") -> str:
    return reverse("admin:requests_app_case_merge", args=[case.pk]) + query


def undo_address(case: Case) -> str:
    return reverse("admin:requests_app_case_merge_undo", args=[case.pk])


def of_bochum(**changes: Any) -> Case:
    """Cases of a municipality that the world has no other cases of."""
    return actors.submitted(municipality=Municipality.objects.get(name="Bochum"), **changes)


def preview(desk: Desk, case: Case, into: Case) -> Any:
    return desk.get(address(case, f"?into={into.reference}"))


# --- The hint -------------------------------------------------------------------------------------


def test_hint_says_in_words_what_two_cases_have_in_common(world: World, desk: Desk) -> None:
    email = "katrin.wellmann@bochum.example.org"
    other = of_bochum(title="Vereine in die Steuerungsgruppe holen", contact={"email": email})
    case = of_bochum(title="Wie holen wir Vereine in die Steuerungsgruppe?", contact={"email": email})
    for each in (case, other):
        each.topics.set(Topic.objects.filter(key="fair_trade"))
    topic = Topic.objects.get(key="fair_trade").label
    text = words(desk.sheet(case))
    assert "Für Bochum gibt es schon: Vereine in die Steuerungsgruppe holen" in text
    assert f"gleiche Ansprechperson · ähnlicher Betreff · gleiches Thema: {topic}" in text


def test_hint_claims_nothing_in_common_where_there_is_nothing(world: World, desk: Desk) -> None:
    of_bochum(title="Partnerschaft mit Accra").topics.clear()
    case = of_bochum(title="Migrantische Vereine gewinnen")
    assert [similar.common for similar in desk.sheet(case).context["hint"].similar] == [[]]


def test_hint_leads_to_merging_and_to_closing_as_a_duplicate(world: World, desk: Desk) -> None:
    other, case = of_bochum(title="Eins"), of_bochum(title="Zwei")
    content = desk.sheet(case).content.decode()
    assert f'href="{address(case)}?into={other.reference}"' in content
    step = desk.step(case, "decline", "?resolution=duplicate")
    assert forms(step)[-1].fields["resolution"] == "duplicate"


def test_hint_is_there_while_the_case_is_new_and_names_ended_cases_only_at_first(
    world: World, desk: Desk
) -> None:
    other, case = of_bochum(title="Eins"), of_bochum(title="Zwei")
    workflow.withdraw(other, actors.contact_of(other))
    hint = desk.sheet(case).context["hint"]
    assert ([similar.case for similar in hint.similar], hint.any_open) == ([other], False)
    workflow.start_review(case, world.coordinator)
    page = desk.sheet(case)
    assert page.context["hint"] is None
    assert "Weitere Vorgänge dieser Kommune" in words(page)


def test_merged_case_is_no_other_case(world: World, desk: Desk) -> None:
    one, two, case = of_bochum(title="Eins"), of_bochum(title="Zwei"), of_bochum(title="Drei")
    workflow.merge(one, two, world.coordinator)
    assert [similar.case for similar in desk.sheet(case).context["hint"].similar] == [two]


def test_list_marks_new_cases_whose_municipality_has_another_open_one(world: World, desk: Desk) -> None:
    def marked() -> set[str]:
        rows = desk.list("?liste=alle").context["cl"].result_list
        return {case.title for case in rows if case.has_open_sibling}

    Case.objects.all().delete()
    one, two = of_bochum(title="Eins"), of_bochum(title="Zwei")
    actors.submitted(title="Allein", municipality=Municipality.objects.get(name="Köln"))
    joint = actors.submitted(title="Gemeinsam", municipality=Municipality.objects.get(name="Herne"))
    assert marked() == {"Eins", "Zwei"}
    assert "Weiterer offener Vorgang" in words(desk.list())
    workflow.start_review(one, world.coordinator)
    assert marked() == {"Zwei"}
    workflow.withdraw(two, actors.contact_of(two))
    joint.partners.add(Municipality.objects.get(name="Köln"))
    assert marked() == {"Allein"}


# --- Choosing -------------------------------------------------------------------------------------


def test_open_cases_of_the_municipality_stand_to_choose_from(world: World, desk: Desk) -> None:
    other, ended, case = of_bochum(title="Eins"), of_bochum(title="Beendet"), of_bochum(title="Zwei")
    workflow.withdraw(ended, actors.contact_of(ended))
    page = desk.get(address(case))
    assert [value for value, _label in page.context["form"].fields["into"].choices] == [other.reference]


def test_any_case_can_be_given_by_its_number(world: World, desk: Desk) -> None:
    case = of_bochum()
    other = actors.submitted(title="Woanders")
    page = desk.get(address(case, f"?reference=+{other.reference.lower()}+"))
    assert page.context["into"] == other
    assert f"Bochum fragt dann in {other.reference} mit an." in words(page)


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("?into=", "Wählen Sie einen Vorgang oder geben Sie seine Nummer an."),
        ("?reference=MG-2026-9999", "Einen Vorgang MG-2026-9999 gibt es nicht."),
    ],
)
def test_a_wrong_choice_is_told(world: World, desk: Desk, query: str, sentence: str) -> None:
    of_bochum(title="Eins")
    assert sentence in words(desk.get(address(of_bochum(), query)))


def test_what_stands_against_it_is_told_with_the_way_round_it(world: World, desk: Desk) -> None:
    case, other = actors.submitted(title="Zwei"), world.case(S.MATCHING)
    waiting = actors.submitted(title="Eins")
    workflow.merge(waiting, other, world.coordinator)
    page = desk.get(address(case, f"?reference={waiting.reference}"))
    assert f"{waiting.reference} ist in {other.reference} aufgegangen." in words(page)
    advised = world.case(S.MATCHED)
    answer = desk.get(address(advised))
    assert desk.said(answer) == (
        "Hier hat die Beratung begonnen. "
        "Öffnen Sie den anderen Vorgang und führen Sie ihn mit diesem zusammen."
    )


# --- What will happen, and doing it ---------------------------------------------------------------


def test_preview_says_what_will_happen_and_changes_nothing(world: World, desk: Desk) -> None:
    case, into = world.case(S.MATCHING, title="Zwei"), world.case(S.IN_REVIEW)
    workflow.write_note(case, world.coordinator, text="Anruf")
    before = (OutboxMessage.objects.count(), fresh(case).version)
    page = preview(desk, case, into)
    assert page.context["happens"] == [
        f"{case.reference} endet als Dublette und verweist auf {into.reference}.",
        f"Nach {into.reference} kommen mit: eine Ansprechperson, eine Notiz.",
        "Erste Ansprechperson bleibt Katrin Wellmann.",
        "Die Anfrage an Amara Okafor, Inés Carvajal wird zurückgenommen.",
        "24 Stunden lang können Sie es rückgängig machen.",
    ]
    assert (OutboxMessage.objects.count(), fresh(case).version) == before


def test_merging_sends_the_mails_as_they_were_edited(world: World, desk: Desk) -> None:
    case, into = world.case(S.MATCHING, title="Zwei"), world.case(S.IN_REVIEW)
    offer = world.offer_of(case, world.lead)
    texts = {"mail__contacts-body": "Wie besprochen.", f"mail__offer__{offer.pk}-body": "Danke dennoch."}
    texts = {name.replace("-", "__"): text for name, text in texts.items()}
    answer = desk.press(preview(desk, case, into), SEND, **texts)
    assert desk.said(answer) == f"{case.reference} geht jetzt in {into.reference} weiter."
    assert answer["Location"] == reverse("admin:requests_app_case_change", args=[into.pk])
    assert fresh(case).merged_into == into
    assert text_of(OutboxMessage.objects.get(kind="case_merged")) == "Wie besprochen.\n"
    to_lead = OutboxMessage.objects.get(kind="offer_withdrawn", recipient=world.lead.user.email)
    assert text_of(to_lead) == "Danke dennoch.\n"


@pytest.mark.parametrize("which", ["case", "into"])
def test_a_colleague_who_was_quicker_is_told_and_nothing_typed_is_lost(
    world: World, desk: Desk, which: str
) -> None:
    case, into = actors.submitted(title="Zwei"), actors.submitted()
    page = preview(desk, case, into)
    workflow.start_review({"case": case, "into": into}[which], actors.coordinator("Timo Adler"))
    page = desk.press(page, SEND, mail__contacts__body="Mein Text")
    assert "Der Vorgang wurde inzwischen geändert." in words(page)
    assert fresh(case).merged_into is None
    assert forms(page)[-1].fields["mail-contacts-body"] == "Mein Text"
    desk.press(page, SEND)
    assert fresh(case).merged_into == into


def test_an_empty_mail_is_told(world: World, desk: Desk) -> None:
    case, into = actors.submitted(title="Zwei"), actors.submitted()
    page = desk.press(preview(desk, case, into), SEND, mail__contacts__body=" ")
    assert "Schreiben Sie, was in der E-Mail stehen soll." in words(page)
    assert fresh(case).merged_into is None


def test_both_sheets_tell_of_the_merge_and_lead_back(world: World, desk: Desk) -> None:
    case, into = actors.submitted(title="Zwei", situation="Was dort stand."), actors.submitted()
    workflow.merge(case, into, world.coordinator)
    merged, took_in = desk.sheet(case), desk.sheet(into)
    assert f"Dieser Vorgang geht in {into.reference} weiter" in words(merged)
    assert "Hier ist nichts mehr zu tun: Es geht im anderen Vorgang weiter." in words(merged)
    assert merged.context["buttons"] == []
    assert f"{case.reference} ist Teil dieses Vorgangs" in words(took_in)
    assert "Was dort stand." in words(took_in)
    for page in (merged, took_in):
        assert undo_address(case) in page.content.decode()


# --- Undoing --------------------------------------------------------------------------------------


def test_undoing_asks_first_and_then_takes_the_two_apart(world: World, desk: Desk) -> None:
    case, into = actors.submitted(title="Zwei"), actors.submitted()
    workflow.merge(case, into, world.coordinator)
    page = desk.get(undo_address(case))
    assert f"Lena Brandt hat {case.reference} am " in words(page)
    assert fresh(case).merged_into == into
    answer = desk.press(page, "Zusammenführen rückgängig machen")
    assert desk.said(answer) == f"{case.reference} geht wieder für sich weiter."
    assert fresh(case).status == S.SUBMITTED
    assert desk.said(desk.get(undo_address(case))) == "Dieser Vorgang ist nicht zusammengeführt."


def test_after_a_day_nothing_leads_to_undoing_and_the_page_says_why(world: World) -> None:
    with time_machine.travel(dt.datetime(2026, 11, 2, 10, tzinfo=dt.UTC)) as clock:
        case, into = actors.submitted(title="Zwei"), actors.submitted()
        workflow.merge(case, into, world.coordinator)
        clock.shift(dt.timedelta(days=1, minutes=1))
        desk = Desk(world.coordinator)
        assert undo_address(case) not in desk.sheet(case).content.decode()
        assert "Rückgängig machen geht 24 Stunden lang. Sie sind vorbei." in words(
            desk.get(undo_address(case))
        )
        assert desk.client.post(undo_address(case)).status_code == 200
        assert CaseMerge.objects.get().undone_at is None
