"""Redacting at the desk: the words in, where they stand, gone – and never in an address or a log."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from django.urls import reverse

from requests_app import workflow
from requests_app.models import Case, CaseStatus, Redaction
from tests import actors
from tests.actors import World
from tests.triage.desk import Desk, forms, words

PASSAGE = "Torben Quastenberg"
SHOW, REDACT = "Zeigen, wo sie stehen", "Endgültig schwärzen"


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def address(case: Case) -> str:
    return reverse("admin:requests_app_case_redact", args=[case.pk])


@pytest.fixture
def case(world: World) -> Case:
    return actors.submitted(title=f"Wegen {PASSAGE}", situation=f"Es geht um {PASSAGE} <b>und</b> mehr.")


def preview(desk: Desk, case: Case, passage: str = PASSAGE) -> Any:
    return desk.press(desk.get(address(case)), SHOW, passage=passage)


def test_preview_shows_the_places_and_changes_nothing(desk: Desk, case: Case) -> None:
    page = preview(desk, case)
    text = words(page)
    assert "Anfrage: Worum es geht … Wegen Torben Quastenberg …" in text
    assert "… Es geht um Torben Quastenberg <b>und</b> mehr. …" in text
    assert fresh(case).title == f"Wegen {PASSAGE}"
    labels = [label for _value, label in page.context["form"].fields["scope"].choices]
    assert labels[0] == f"Überall im Vorgang ({page.context['count']} Stellen)"
    assert labels[1:3] == ["Nur hier: Anfrage: Worum es geht", "Nur hier: Anfrage: Situation vor Ort"]


def test_words_are_redacted_everywhere_and_the_sheet_tells_of_it(desk: Desk, case: Case) -> None:
    answer = desk.press(preview(desk, case), REDACT, reason="Unbeteiligte Person")
    assert desk.said(answer).startswith("In ")
    page = desk.sheet(case)
    assert PASSAGE not in page.content.decode()
    assert "Anfrage: Worum es geht" in words(page).partition("In Ordnung bringen")[2]
    assert "Unbeteiligte Person" in words(page)


def test_words_are_redacted_in_one_text_alone(desk: Desk, case: Case) -> None:
    page = preview(desk, case)
    key = next(key for key, label in page.context["form"].fields["scope"].choices if "Worum es geht" in label)
    desk.press(page, REDACT, reason="Name", scope=key)
    assert (fresh(case).title, PASSAGE in fresh(case).situation) == ("Wegen ███", True)


@pytest.mark.parametrize(
    ("passage", "sentence"),
    [
        ("", "Geben Sie die Wörter an, die weg sollen."),
        ("ab", "Geben Sie mindestens 3 Zeichen an."),
        ("Steht nirgends", "Diese Wörter stehen in keinem Text dieses Vorgangs. Kopieren Sie sie genau."),
    ],
)
def test_words_that_cannot_be_redacted_are_told(desk: Desk, case: Case, passage: str, sentence: str) -> None:
    assert sentence in words(preview(desk, case, passage))


def test_words_of_the_contact_data_are_corrected_and_not_redacted(desk: Desk, case: Case) -> None:
    phone = case.contacts.get().phone
    sentence = "Diese Wörter stehen nur in den Kontaktdaten. Berichtigen Sie sie auf dem Blatt des Vorgangs."
    assert sentence in words(preview(desk, case, phone))
    page = preview(desk, actors.submitted(situation="Frau Wellmann fragt."), "Wellmann")
    assert "Sie stehen auch in den Kontaktdaten von Katrin Wellmann." in words(page)


def test_a_reason_is_needed_and_must_not_hold_the_words(desk: Desk, case: Case) -> None:
    page = preview(desk, case)
    assert "Sagen Sie, warum." in words(desk.press(page, REDACT))
    page = desk.press(page, REDACT, reason=f"nennt {PASSAGE.lower()}")
    assert "Im Grund dürfen die Wörter selbst nicht stehen." in words(page)
    assert Redaction.objects.count() == 0


def test_a_colleague_who_was_quicker_is_told(world: World, desk: Desk, case: Case) -> None:
    page = preview(desk, case)
    workflow.start_review(case, actors.coordinator("Timo Adler"))
    page = desk.press(page, REDACT, reason="Name")
    assert "Der Vorgang wurde inzwischen geändert." in words(page)
    assert fresh(case).title == f"Wegen {PASSAGE}"
    desk.press(page, REDACT)
    assert fresh(case).title == "Wegen ███"


def test_a_merged_case_leads_to_where_its_texts_are_redacted(world: World, desk: Desk, case: Case) -> None:
    into = actors.submitted()
    workflow.merge(case, into, world.coordinator)
    assert desk.get(address(case))["Location"] == address(into)
    assert f"… Wegen {PASSAGE} …" in words(preview(desk, into))


def test_the_sheet_tells_what_was_redacted_before_the_merge(world: World, desk: Desk, case: Case) -> None:
    workflow.redact(case, world.coordinator, passage=PASSAGE, reason="Unbeteiligte Person")
    into = actors.submitted()
    workflow.merge(fresh(case), into, world.coordinator)
    assert "Unbeteiligte Person" in words(desk.sheet(into)).partition("In Ordnung bringen")[2]


def test_the_words_stand_in_no_address_and_no_log(
    desk: Desk, case: Case, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, logger="miglobe"):
        page = preview(desk, case)
        answer = desk.press(page, REDACT, reason="Name")
    assert [form.method for form in forms(page)[-1:]] == ["post"]
    assert PASSAGE not in answer["Location"]
    assert PASSAGE not in caplog.text


def test_private_notes_are_not_told_of(world: World, desk: Desk) -> None:
    case = world.case(CaseStatus.IN_DIALOGUE)
    assert "Diese Wörter stehen in keinem Text" in words(preview(desk, case, "Leise Skepsis"))
