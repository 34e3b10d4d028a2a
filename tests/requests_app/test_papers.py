"""The request as a PDF: readable by screen readers, whatever was typed, and only for who may."""

from __future__ import annotations

import io
import logging
import re
import time
from collections.abc import Iterator
from copy import copy
from itertools import pairwise
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from pypdf import PdfReader

from requests_app import papers
from requests_app.models import ActionOption, Case, CaseStatus, OptionStatus
from requests_app.papers import blocks
from tests import actors
from tests.actors import World
from tests.requests_app.full_case import full
from tests.requests_app.tags import Tagged
from tests.requests_app.test_typed_text import reading, signed_in, without_space

pytestmark = pytest.mark.django_db


def every_paper(world: World) -> dict[str, papers.Paper | None]:
    """One of each, about a case with something of everything."""
    case = full(world)
    session = case.sessions.get()
    session.confirmed_at, session.confirmed_by = timezone.now(), actors.contact_of(case)
    session.save()
    options = ActionOption.objects.filter(case=case, status=OptionStatus.AGREED)
    for number in range(4):  # so many that they are listed first
        ActionOption.objects.bulk_create([copy_of(options[0], f"Option {number}")])
    return {
        "Anfrage": papers.request(case),
        "Ergebnisvermerk": papers.result_note(case),
        "Leistungsnachweis": papers.service_record(case),
        "Akte": papers.whole_case(case, world.coordinator),
    }


def copy_of(option: ActionOption, title: str) -> ActionOption:
    made = copy(option)
    made.pk, made.title, made.replaces = None, title, None
    return made


def test_every_paper_is_tagged_for_screen_readers() -> None:
    for name, paper in every_paper(World()).items():
        assert paper is not None
        tags = Tagged(papers.compiled(paper))
        root = tags.root
        assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712 - a number object of its own
        assert root["/Lang"] == "de"
        assert root["/ViewerPreferences"]["/DisplayDocTitle"] == True  # noqa: E712
        assert re.search(r"<pdfuaid:part>1</pdfuaid:part>", tags.xmp)
        assert tags.reader.metadata is not None
        assert tags.reader.metadata.title == f"{name} {paper.case.reference}"
        assert tags.texts("H1") == [tags.reader.metadata.title]
        # Headings: one first, and none left out on the way down.
        levels = [int(element.role[1]) for element in tags.document.all("H1", "H2", "H3", "H4", "H5")]
        assert levels[0] == 1
        assert all(below - above <= 1 for above, below in pairwise(levels))
        # Tables: a header cell above every column, and each cell names its own.
        for table in tags.document.all("Table"):
            rows = [[cell.role for cell in row.children] for row in table.all("TR")]
            assert rows[0] == ["TH"] * len(rows[0])
            assert rows[1:] == [["TD"] * len(rows[0])] * (len(rows) - 1)
            assert {str(cell.attributes["/Scope"]) for cell in table.all("TH")} == {"/Column"}
        # Nothing is drawn that is neither read nor an artifact, and what is read is read as it stands.
        assert tags.document.marks == list(tags.drawn)
        assert tags.document.all("Figure", "Formula") == []
        # Every heading is a bookmark.
        assert list(bookmarks(tags.reader.outline)) == tags.texts("H1", "H2", "H3", "H4")
        width, height = tags.reader.pages[0].mediabox[2:]
        assert (round(width), round(height)) == (595, 842)  # A4


def bookmarks(entries: Any) -> Iterator[str]:
    for entry in entries:
        if isinstance(entry, list):
            yield from bookmarks(entry)
        else:
            yield entry["/Title"]


@pytest.mark.parametrize("text", ["Ein Satz mit Wörtern. " * 400, "a\n" * 300])
def test_row_longer_than_a_page_goes_on_on_the_next(text: str) -> None:
    made = [blocks.table((("Was", 1), ("Wert", 1)), [["kurz", "1"], [text, "2"], ["Ende", "3"]])]
    document = papers.compiled(papers.Paper(Case(reference="MG-2026-0001"), "Vermerk", made))
    pages = PdfReader(io.BytesIO(document)).pages
    bottoms = [min(lines_of(page), default=0) for page in pages]
    assert len(pages) > 2
    assert min(bottoms) > 40  # in points: nothing runs out of the page
    assert "Ende" in pages[-1].extract_text()


def lines_of(page: Any) -> list[float]:
    """How far above the edge of the paper each piece of text stands."""
    found: list[float] = []

    def visit(text: str, cm: Any, tm: Any, font: Any, size: Any) -> None:
        if text.strip():
            found.append(cm[3] * tm[5] + cm[5])

    page.extract_text(visitor_text=visit)
    return found


def test_short_row_stays_on_one_page() -> None:
    rows = [["eins\nzwei\ndrei\nvier", str(number)] for number in range(60)]
    made = [blocks.table((("Was", 1), ("Wert", 1)), rows)]
    document = papers.compiled(papers.Paper(Case(reference="MG-2026-0001"), "Vermerk", made))
    for page in PdfReader(io.BytesIO(document)).pages:
        text = page.extract_text()
        assert text.count("eins") == text.count("vier") > 0


def test_header_of_a_table_is_repeated_on_every_page_and_read_once() -> None:
    rows = [[str(number), "x"] for number in range(100)]
    made = [blocks.table((("Nummer", 1), ("Wert", 1)), rows)]
    document = papers.compiled(papers.Paper(Case(reference="MG-2026-0001"), "Vermerk", made))
    reader = PdfReader(io.BytesIO(document))
    assert len(reader.pages) == 3
    assert ["Nummer" in page.extract_text() for page in reader.pages] == [True, True, True]
    assert Tagged(document).texts("TH") == ["Nummer", "Wert"]


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
