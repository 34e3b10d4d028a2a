"""The request as a PDF: readable by screen readers, whatever was typed, and only for who may."""

from __future__ import annotations

import io
import logging
import time

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from pypdf import PdfReader

from requests_app import papers
from requests_app.models import CaseStatus
from tests import actors
from tests.actors import World
from tests.requests_app.test_typed_text import reading, signed_in, without_space

pytestmark = pytest.mark.django_db


def test_pdf_is_tagged_and_says_title_and_language() -> None:
    case = actors.submitted()
    reader = PdfReader(io.BytesIO(papers.compiled(papers.request(case))))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712 - a number object of its own
    assert root["/Lang"] == "de"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"] == True  # noqa: E712
    assert root["/StructTreeRoot"]["/Type"] == "/StructTreeRoot"
    assert b"pdfuaid:part" in root["/Metadata"].get_data()
    assert reader.metadata is not None
    assert reader.metadata.title == f"Anfrage {case.reference}"
    width, height = reader.pages[0].mediabox[2:]
    assert (round(width), round(height)) == (595, 842)  # A4


def test_pdf_holds_every_answer_contact_and_document() -> None:
    case = actors.submitted(
        guiding_question="Wie gewinnen wir Vereine?",
        period="bis März",
        advisor_wishes="Erfahrung in Ghana",
        participants="Integrationsrat",
        access_needs="Gebärdensprache",
    )
    text = reading(papers.compiled(papers.request(case)))
    contact = case.contacts.get()
    for value in (
        case.reference, "Hattingen", case.title, case.situation, case.guiding_question, case.period,
        case.advisor_wishes, case.participants, case.access_needs, contact.name, contact.email, contact.phone,
        "Eingegangen", "Seite 1 von 1",
    ):  # fmt: skip
        assert without_space(value) in text


def test_pdf_is_in_the_language_of_the_reader() -> None:
    case = actors.submitted()
    with translation.override("en"):
        document = papers.compiled(papers.request(case))
    assert PdfReader(io.BytesIO(document)).trailer["/Root"]["/Lang"] == "en"
    assert f"Request{case.reference}" in reading(document)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Alles gut 😀", "Alles gut [U+1F600]"),
        ("中文", "[U+4E2D][U+6587]"),
        ("eins\x07zwei", "einszwei"),
    ],
)
def test_sign_without_a_picture_stands_by_its_number(typed: str, read: str) -> None:
    document = papers.compiled(papers.request(actors.submitted(situation=typed)))
    assert without_space(read) in reading(document)
    assert b"pdfuaid" in PdfReader(io.BytesIO(document)).trailer["/Root"]["/Metadata"].get_data()


def test_arabic_and_hebrew_are_printed() -> None:
    text = reading(papers.compiled(papers.request(actors.submitted(situation="مرحبا und שלום"))))
    assert set("مرحبا") <= set(text)
    assert set("שלום") <= set(text)


def test_long_words_stay_on_the_page() -> None:
    word = "Donaudampfschifffahrt" * 20
    document = papers.compiled(papers.request(actors.submitted(situation=word)))
    assert without_space(word) in reading(document)
    lines = PdfReader(io.BytesIO(document)).pages[0].extract_text().split("\n")
    assert max(map(len, lines)) < 110


def test_pdf_is_made_in_less_than_half_a_second() -> None:
    case = actors.submitted(situation="Ein Satz mit einigen Wörtern.\n" * 100)
    papers.compiled(papers.request(case))  # fonts are read once
    start = time.process_time()
    papers.compiled(papers.request(case))
    assert time.process_time() - start < 0.5


def test_municipality_and_coordination_save_the_pdf_and_nobody_else(caplog) -> None:
    world = World()
    case = world.case(CaseStatus.MATCHED)
    own = reverse("casepage:pdf", args=[case.reference])
    sheet = reverse("admin:requests_app_case_pdf", args=[case.pk])
    people = {
        "contact": actors.contact_of(case),
        "other": world.other_contact,
        "lead": world.lead.user,
        "coordinator": world.coordinator,
    }
    found = {}
    for name, user in people.items():
        client = signed_in(user)
        found[name] = (client.get(own).status_code, client.get(sheet).status_code)
    assert found == {
        "contact": (200, 403), "other": (404, 403), "lead": (403, 403), "coordinator": (403, 200),
    }  # fmt: skip
    assert Client().get(own).status_code == 302
    with caplog.at_level(logging.INFO, logger="miglobe.audit"):
        response = signed_in(world.coordinator).get(sheet)
    assert f"read {case.reference}" in caplog.text
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == f'attachment; filename="{case.reference}.pdf"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response.content.startswith(b"%PDF-")
