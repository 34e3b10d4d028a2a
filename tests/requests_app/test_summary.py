"""What an advisor reads before saying yes names nobody."""

from __future__ import annotations

import pytest

from requests_app.summary import REMOVED, contact_data_in, offer_summary, without_contact_data
from tests import actors

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Frau Wellmann leitet sie.", f"Frau {REMOVED} leitet sie."),
        ("WELLMANN und Katrin", f"{REMOVED} und {REMOVED}"),
        ("Die Wellmannstraße bleibt.", "Die Wellmannstraße bleibt."),
        ("Fragen an info@verein.example.org bitte.", f"Fragen an {REMOVED} bitte."),
        ("Anruf unter 0221 4710-101 genügt.", f"Anruf unter {REMOVED} genügt."),
        ("Seit 2019 sind 24 Kommunen dabei.", "Seit 2019 sind 24 Kommunen dabei."),
        ("Am 17. und 18. April 2026", "Am 17. und 18. April 2026"),
    ],
)
def test_contact_data_is_taken_out_and_the_rest_stays(text: str, expected: str) -> None:
    assert without_contact_data(text, actors.submitted()) == expected


def test_titles_and_short_words_of_a_name_do_not_tear_holes_into_the_text() -> None:
    case = actors.submitted(contact={"name": "Dr. Li Wu"})
    assert without_contact_data("Dr. Li Wu kam. Li ist dort.", case) == f"{REMOVED} kam. Li ist dort."


def test_a_summary_holds_what_one_decides_on_and_nothing_personal() -> None:
    case = actors.submitted(
        guiding_question="Wie gewinnen wir Vereine?", advisor_wishes="Erfahrung mit Ghana"
    )
    summary = offer_summary(case)
    contact = case.contacts.get()
    assert "Wie gewinnen wir Vereine?" in summary
    assert "Wünsche: Erfahrung mit Ghana" in summary
    assert [
        word for word in (contact.name, "Wellmann", contact.email, contact.phone) if word in summary
    ] == []


def test_what_would_be_taken_out_is_listed_once_each() -> None:
    text = "Frau Wellmann schreibt von info@verein.example.org, Wellmann ist im Urlaub."
    assert contact_data_in(text, actors.submitted()) == ["Wellmann", "info@verein.example.org"]
    assert contact_data_in("Drei Vereine sind dabei.", actors.submitted()) == []


def test_name_of_a_shared_mailbox_tears_no_holes_into_the_text() -> None:
    case = actors.submitted()
    actors.invited(case, "Büro für Integration", is_shared_mailbox=True)
    text = "Integration ist uns wichtig. Das Büro für Integration hilft."
    assert without_contact_data(text, case) == f"Integration ist uns wichtig. Das {REMOVED} hilft."
