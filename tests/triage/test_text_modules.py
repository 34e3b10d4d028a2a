"""Text modules: kept by the coordination, filled in with a case, inserted where one writes."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from requests_app.models import Case, CaseStatus, TextModule
from requests_app.triage.texts import filling
from tests import actors
from tests.actors import World
from tests.triage.desk import Desk, forms, sent, words

LIST = "/admin/requests_app/textmodule/"
NEW = f"{LIST}neu/"
KEEP, SHOW, INSERT = "Text speichern", "Vorschau", "Einfügen"
MONDAY = dt.datetime(2026, 11, 2, 10, tzinfo=dt.UTC)


def module(body: str = "Hallo [[Kommune]]", *, name: str = "Gruß", language: str = "de") -> TextModule:
    return TextModule.objects.create(name=name, language=language, body=body, changed_at=timezone.now())


def filled(body: str, case: Case, user: Any, language: str = "de") -> str:
    return filling.filled(TextModule(body=body, language=language), case, user)


def address(kept: TextModule) -> str:
    return f"{LIST}{kept.pk}/"


def fields(response: Any) -> dict[str, str]:
    return next(form.fields for form in forms(response) if "body" in form.fields)


# --- What is filled in ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("de", "Freitag, 6. November 2026"),
        ("en", "Friday, 6 November 2026"),
    ],
)
def test_text_is_filled_in_with_the_case_in_its_own_language(world: World, language: str, expected: str):
    case = world.case(CaseStatus.MATCHED)
    with time_machine.travel(MONDAY):
        text = filled(
            "[[Vorgangsnummer]] [[Kommune]] [[Anliegen]] [[Ansprechperson]] [[Beratungsperson]] "
            "[[Mein Name]]\n"
            "[[Link zum Vorgang]]\n[[ datum in 4 ARBEITSTAGEN ]]\n[[Telefon]]",
            case,
            world.coordinator,
            language,
        )
    path = "/en/vorgang/" if language == "en" else "/vorgang/"
    assert text.splitlines() == [
        f"{case.reference} Hattingen Migrantische Vereine gewinnen Katrin Wellmann Amara Okafor Lena Brandt",
        f"{settings.BASE_URL}{path}{case.reference}/",
        expected,
        "0176 1230 7830",
    ]


def test_what_a_case_does_not_have_is_seen_at_once(world: World):
    assert filled("Es berät [[Beratungsperson]].", world.case(), world.coordinator) == "Es berät …."


@pytest.mark.parametrize(
    "typed",
    [
        "{{ settings.SECRET_KEY }}",
        "{% load static %}",
        "{% include 'base.html' %}",
        "{case.__class__}",
        "{0.__globals__}",
        "%(case)s",
        "\\g<0>",
    ],
)
def test_what_looks_like_a_template_comes_out_as_typed(world: World, desk: Desk, typed: str):
    kept = module(f"{typed} [[Vorgangsnummer]] {typed}")
    case = world.case()
    page = desk.press(desk.sheet(case), INSERT, text_module=str(kept.pk))
    assert fields(page)["body"] == f"{typed} {case.reference} {typed}"
    assert settings.SECRET_KEY not in page.content.decode()


def test_value_that_holds_a_placeholder_is_not_filled_in_again(world: World):
    case = world.case(title="[[Mein Name]] {{ x }}")
    assert filled("[[Anliegen]]", case, world.coordinator) == "[[Mein Name]] {{ x }}"


def test_shipped_texts_are_there_in_both_languages_and_may_be_saved_as_they_are(world: World):
    texts = list(TextModule.objects.all())
    assert [sum(text.language == code for text in texts) for code in ("de", "en")] == [8, 8]
    assert [filling.problems(text.body) for text in texts] == [[]] * 16
    case = world.case(CaseStatus.MATCHED)
    assert [text.name for text in texts if "[[" in filling.filled(text, case, world.coordinator)] == []


# --- The pages ------------------------------------------------------------------------------------


def test_text_is_written_changed_and_deleted_and_the_page_says_by_whom(desk: Desk):
    answer = desk.press(desk.get(NEW), KEEP, name="Gruß", language="de", body="Hallo [[Kommune]]")
    assert desk.said(answer) == "Der Text ist gespeichert."
    kept = TextModule.objects.get(name="Gruß")
    assert (kept.body, kept.changed_by) == ("Hallo [[Kommune]]", desk.user)
    desk.press(desk.get(address(kept)), KEEP, body="Guten Tag [[Kommune]]")
    page = words(desk.get(address(kept)))
    assert "Lena Brandt – Geschrieben" in page
    assert "Lena Brandt – Geändert" in page
    question = desk.get(f"{address(kept)}loeschen/")
    assert "„Gruß“ löschen?" in words(question)
    assert desk.said(desk.press(question, "Text löschen")) == "Der Text ist gelöscht."
    assert not TextModule.objects.filter(name="Gruß").exists()


@pytest.mark.parametrize(
    "name", ["unbekannt", "Datum in 0 Arbeitstagen", "Datum in 61 Arbeitstagen", "case.pk"]
)
def test_unknown_placeholder_is_refused_and_those_that_there_are_are_named(desk: Desk, name: str):
    page = desk.press(desk.get(NEW), KEEP, name="Gruß", language="de", body=f"Hallo [[{name}]]")
    assert f"[[{name}]] kennen wir nicht." in words(page)
    assert "[[Vorgangsnummer]], [[Kommune]]" in words(page)
    assert fields(page)["body"] == f"Hallo [[{name}]]"
    assert not TextModule.objects.filter(name="Gruß").exists()


def test_name_that_is_taken_in_this_language_is_told(desk: Desk):
    module()
    page = desk.press(desk.get(NEW), KEEP, name="Gruß", language="de", body="Hallo")
    assert "In dieser Sprache gibt es schon einen Text mit diesem Namen." in words(page)
    answer = desk.press(page, KEEP, language="en")
    assert desk.said(answer) == "Der Text ist gespeichert."


def test_colleague_who_was_quicker_is_told_and_nothing_typed_is_lost(desk: Desk):
    kept = module()
    mine = desk.get(address(kept))
    theirs = Desk(actors.coordinator("Ulrike Voss"))
    theirs.press(theirs.get(address(kept)), KEEP, body="Ihrer")
    told = desk.press(mine, KEEP, body="Meiner")
    assert "Ulrike Voss hat diesen Text inzwischen geändert." in words(told)
    assert fields(told)["body"] == "Meiner"
    kept.refresh_from_db()
    assert kept.body == "Ihrer"
    desk.press(told, KEEP)
    kept.refresh_from_db()
    assert kept.body == "Meiner"


def test_text_that_a_colleague_has_changed_is_not_deleted(desk: Desk):
    kept = module()
    question = desk.get(f"{address(kept)}loeschen/")
    theirs = Desk(actors.coordinator("Ulrike Voss"))
    theirs.press(theirs.get(address(kept)), KEEP, body="Ihrer")
    told = desk.said(desk.press(question, "Text löschen"))
    assert told == "Jemand hat diesen Text inzwischen geändert. Sehen Sie ihn sich zuerst an."
    assert TextModule.objects.filter(pk=kept.pk).exists()


def test_preview_fills_in_what_is_typed_and_keeps_nothing(world: World, desk: Desk):
    case = world.case()
    page = desk.press(desk.get(NEW), SHOW, body="Zu [[Vorgangsnummer]]", language="de", name="Gruß")
    assert page.context["preview"] == f"Zu {case.reference}"
    assert not TextModule.objects.filter(name="Gruß").exists()


def test_list_costs_the_same_queries_with_few_texts_and_with_many(
    world: World, desk: Desk, django_assert_num_queries: Any
):
    TextModule.objects.all().delete()
    module()
    desk.get(LIST)
    with django_assert_num_queries(6):
        desk.get(LIST)
    for number in range(30):
        TextModule.objects.create(
            name=f"Text {number}", body="x", changed_at=timezone.now(), changed_by=actors.coordinator()
        )
    with django_assert_num_queries(6):
        desk.get(LIST)


# --- Inserting ------------------------------------------------------------------------------------


def test_text_is_inserted_into_a_message_at_its_end_and_nothing_typed_is_lost(world: World, desk: Desk):
    case = world.case(CaseStatus.MATCHED)
    kept = module()
    page = desk.press(
        desk.sheet(case), INSERT, body="Guten Tag,\r\n", audience="everyone", text_module=str(kept.pk)
    )
    typed = fields(page)
    assert typed["body"] == "Guten Tag,\r\n\r\nHallo Hattingen"
    assert typed["audience"] == "everyone"
    assert case.messages.count() == 0
    assert desk.said(desk.press(page, "Nachricht senden")) == "Ihre Nachricht ist unterwegs."
    assert case.messages.get().body == "Guten Tag,\n\nHallo Hattingen"


@pytest.mark.parametrize("choice", ["", "0", "999999", "²", "1 OR 1=1"])
def test_inserting_without_a_choice_brings_the_page_back_as_it_was(world: World, desk: Desk, choice: str):
    case = world.case()
    page = desk.press(desk.sheet(case), INSERT, body="Guten Tag", text_module=choice)
    assert page.status_code == 200
    assert fields(page)["body"] == "Guten Tag"


def test_text_is_inserted_into_the_text_of_a_step_and_the_step_goes_on(world: World, desk: Desk):
    case = world.case(CaseStatus.IN_REVIEW)
    kept = module("Passt leider nicht.")
    page = desk.press(
        desk.step(case, "decline"),
        INSERT,
        resolution="out_of_scope",
        text="Erstens.",
        text_module=str(kept.pk),
    )
    form = next(form.fields for form in forms(page) if "resolution" in form.fields)
    assert (form["text"], form["resolution"]) == ("Erstens.\r\n\r\nPasst leider nicht.", "out_of_scope")
    mail = desk.press(page, "Weiter zur E-Mail")
    desk.press(mail, "Senden und ablehnen")
    assert "Erstens.\n\nPasst leider nicht." in sent("request_declined")[0].body


def test_texts_in_the_language_of_the_case_are_offered_first(world: World, desk: Desk):
    english = world.case(language="en")
    page = desk.sheet(english).content.decode()
    assert page.index('<optgroup label="English">') < page.index('<optgroup label="Deutsch">')
    page = desk.sheet(world.case()).content.decode()
    assert page.index('<optgroup label="Deutsch">') < page.index('<optgroup label="English">')


def test_script_gets_the_text_filled_in_as_plain_text(world: World, desk: Desk):
    case = world.case()
    kept = module("<b>[[Kommune]]</b>")
    answer = desk.get(reverse("admin:requests_app_case_text", args=[case.pk, kept.pk]))
    assert (answer["Content-Type"], answer.content.decode()) == (
        "text/plain; charset=utf-8",
        "<b>Hattingen</b>",
    )


def test_without_any_text_the_forms_offer_none(world: World, desk: Desk):
    TextModule.objects.all().delete()
    assert INSERT not in words(desk.sheet(world.case()))
