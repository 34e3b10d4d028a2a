"""Papers say what was typed, sign by sign, whatever was typed."""

from __future__ import annotations

import unicodedata

import pytest

from requests_app.models import Case
from requests_app.papers import Paper, blocks, compiled
from requests_app.papers.blocks import Typed
from tests.requests_app.nasty import NASTY
from tests.requests_app.tags import Tagged

pytestmark = pytest.mark.django_db


def without_space(text: str) -> str:
    """Only what has a picture: no blanks and line breaks, no signs that steer writing; letters composed."""
    kept = (sign for sign in text if not sign.isspace() and unicodedata.category(sign) != "Cf")
    return unicodedata.normalize("NFC", "".join(kept))


@pytest.mark.parametrize(("typed", "read"), NASTY.values(), ids=list(NASTY))
def test_text_stands_on_paper_as_typed(typed: str, read: str | None) -> None:
    text = Typed(typed)
    made = [
        blocks.text(text),
        blocks.facts(("Feld", text)),
        blocks.heading(text),
        blocks.table((("Spalte", 1), ("Andere", 1)), [[text, "x"]]),
        blocks.items([text]),
    ]
    tags = Tagged(compiled(Paper(Case(reference="MG-2026-0001", title="x"), "Vermerk", made)))
    expected = without_space(typed if read is None else read)
    found = [without_space(each) for each in tags.texts("P", "LBody", "H2", "TD")]
    assert found[1:] == [expected, expected, expected, expected, "x", expected]
    assert "pdfuaid" in tags.xmp
