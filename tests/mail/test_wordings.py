"""Mails in the coordination's own words: what may be typed, and what comes out."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from miglobe.mail import kinds, placeholders, wordings
from miglobe.mail.models import MailWording
from miglobe.mail.outbox import MailText, render
from miglobe.mail.vocabulary import VARIABLES, VOCABULARY
from tests import actors

LANGUAGES = [code for code, _name in settings.LANGUAGES]
KINDS = [kind.name for kind in kinds.wordable()]
CASE = {"reference": "MG-2026-0001", "headline": "Vereine & Sitze", "place": "Hattingen", "pk": 1}
QUERY = {
    "case": CASE,
    "contact": {"name": "Kim Öz"},
    "due_on": timezone.datetime(2026, 11, 16),
    "text": "Wer leitet?",
}
SUBJECT, BODY = (
    "Frage zu [[Vorgangsnummer]]",
    "Hallo [[Ansprechperson]], [[Text]]\n[[Link]] bis [[Antwort bis]]",
)


def word(
    subject: str = SUBJECT, body: str = BODY, kind: str = "query_asked", language: str = "de"
) -> MailWording:
    return MailWording.objects.create(
        kind=kind,
        language=language,
        subject=subject,
        body=body,
        changed_by=actors.coordinator(),
        changed_at=timezone.now(),
    )


# --- What may be typed ----------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_shipped_mail_is_text_and_parts_alone_and_may_be_saved_as_it_is(kind: str, language: str):
    shipped = wordings.editable(kind, language)
    subject, body = shipped.words
    assert shipped.problems(subject, body) == {"subject": [], "body": []}
    assert "{{" not in subject + body
    assert "{%" not in subject + body


@pytest.mark.parametrize("kind", KINDS)
def test_mail_has_the_same_placeholders_in_every_language(kind: str):
    def names(language: str) -> list[set[str]]:
        return [set(placeholders.used_in(text)) for text in wordings.editable(kind, language).words]

    assert names("en") == names("de")


def test_each_name_of_a_part_stands_for_one_thing():
    names = [placeholders.same(part.name) for part in VOCABULARY.values()]
    assert len(set(names)) == len(names)
    assert set(VARIABLES.values()) <= set(VOCABULARY)


def test_unknown_placeholder_is_named_with_those_that_there_are():
    problems = wordings.editable("query_asked", "de").problems(SUBJECT, BODY + " [[unbekannt]]")
    assert problems["body"] == [
        "[[unbekannt]] kennen wir nicht. Möglich sind: [[Antwort bis]], [[Link]], [[Ansprechperson]], "
        "[[Anliegen]], [[Text]], [[Unterschrift]], [[Vorgangsnummer]]."
    ]


def test_mail_to_a_mistyped_address_can_be_made_to_say_no_more_than_it_does():
    shipped = wordings.editable("contact_invited", "de")
    [problem] = shipped.problems("[[Vorgangsnummer]]", shipped.words[1] + "\n[[Anliegen]]")["body"]
    assert problem.startswith("[[Anliegen]] kennen wir nicht.")


def test_misspelt_placeholder_is_answered_with_the_one_that_was_meant():
    [problem] = wordings.editable("query_asked", "de").problems("[[Vorgangsnumer]]", BODY)["subject"]
    assert problem.startswith("[[Vorgangsnumer]] kennen wir nicht. Meinen Sie [[Vorgangsnummer]]?")


@pytest.mark.parametrize("text", ["[[Link", "Link]]", "[[Link]", "[[Li\nnk]]"])
def test_bracket_without_a_partner_is_told(text: str):
    problems = placeholders.problems(text, ["Link"])
    assert problems == [
        "Ein Klammerpaar ist nicht geschlossen oder hat kein Gegenstück. "
        "So sieht ein Platzhalter aus: [[Link]]."
    ]


@pytest.mark.parametrize(
    ("kind", "left_out", "why"),
    [
        ("query_asked", "Link", "Ohne ihn findet niemand die Seite, um die es in der E-Mail geht."),
        ("query_asked", "Antwort bis", "Ohne diese Angabe weiß niemand, bis wann die Antwort kommen soll."),
        ("query_asked", "Text", "Ohne diesen Teil fehlt, was zu diesem Vorgang geschrieben wurde."),
        ("new_code", "Code", "Ohne ihn lässt sich die Adresse nicht bestätigen."),
        (
            "request_received",
            "Was zu tun ist",
            "Ohne diesen Teil sagt die E-Mail weder, was zu tun ist, noch wo.",
        ),
    ],
)
def test_what_a_mail_cannot_do_without_may_not_be_left_out(kind: str, left_out: str, why: str):
    shipped = wordings.editable(kind, "de")
    subject, body = shipped.words
    problems = shipped.problems(subject, body.replace(f"[[{left_out}]]", ""))
    assert problems["body"] == [f"[[{left_out}]] fehlt. {why}"]


def test_large_and_small_letters_and_blanks_make_no_difference():
    body = "[[ vorgangsnummer ]] [[LINK]] [[antwort  bis]] [[text]]"
    assert wordings.editable("query_asked", "de").problems("x", body) == {"subject": [], "body": []}


# --- What comes out -------------------------------------------------------------------------------


@pytest.mark.django_db
def test_mail_goes_out_in_the_coordinations_words():
    word()
    assert render("query_asked", QUERY, "de") == MailText(
        "Frage zu MG-2026-0001",
        "Hallo Kim Öz, Wer leitet?\n"
        f"{settings.BASE_URL}/vorgang/MG-2026-0001/ bis Montag, 16. November 2026\n",
    )
    assert render("query_asked", QUERY, "en").subject == "MG-2026-0001: We have a question about your request"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "typed",
    [
        "{{ settings.SECRET_KEY }}",
        "{{ case.reference }}",
        "{% load static %}{% include 'base.html' %}",
        "{% debug %}",
        "{case.__class__}",
        "{0.__init__.__globals__}",
        "%(case)s %s",
        "${case} $case",
        "\\1 \\g<0>",
    ],
)
def test_what_looks_like_a_template_comes_out_as_typed(typed: str):
    word(f"[[Vorgangsnummer]] {typed}", f"{typed}\n{BODY}\n{typed}")
    text = render("query_asked", QUERY, "de")
    assert text.subject == f"MG-2026-0001 {typed}"
    assert (text.body.splitlines()[0], text.body.splitlines()[-1]) == (typed, typed)


@pytest.mark.django_db
def test_value_that_holds_a_placeholder_is_not_filled_in_again():
    word()
    text = render("query_asked", QUERY | {"text": "[[Link]] {{ portal }} \\1"}, "de")
    assert "Hallo Kim Öz, [[Link]] {{ portal }} \\1\n" in text.body


@pytest.mark.django_db
def test_wording_that_no_longer_goes_with_the_shipped_mail_is_not_used():
    shipped = render("query_asked", QUERY, "de")
    word(body="Hallo [[Ansprechperson]], [[Text]]")  # without link and date
    assert render("query_asked", QUERY, "de") == shipped


@pytest.mark.django_db
def test_wordings_cost_one_query_for_many_mails_and_a_change_is_seen_at_once():
    render("query_asked", QUERY, "de")
    with CaptureQueriesContext(connection) as queries:
        for _ in range(30):
            render("query_asked", QUERY, "de")
            render("new_code", QUERY | {"code": "123456"}, "de")
    assert len(queries) == 0
    wording = word()
    assert render("query_asked", QUERY, "de").subject == "Frage zu MG-2026-0001"
    wording.delete()
    assert render("query_asked", QUERY, "de").subject == "MG-2026-0001: Wir haben eine Frage zu Ihrer Anfrage"


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("A\n\n[[x]]\n\nB", "A\n\nB"),
        ("A\n[[x]]\nB", "A\nB"),
        ("A\n[[x]]\n\nB", "A\n\nB"),
        ("A\n\n[[x]]\nB", "A\n\nB"),
        ("A\n\n[[x]]\n\n[[x]]\n\nB", "A\n\nB"),
        ("[[x]]\n\nA", "A"),
        ("A\n\n[[x]]", "A"),
        ("A [[x]] B", "A  B"),
        ("A\n\n\n\nB", "A\n\n\n\nB"),
    ],
)
def test_line_of_a_placeholder_without_a_value_goes_with_it(text: str, filled: str):
    assert placeholders.fill(text, lambda _name: "\n") == filled
