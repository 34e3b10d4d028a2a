"""The whole case for the file: complete for the coordination, and nobody else's."""

from __future__ import annotations

import datetime as dt
import re
import time
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from requests_app import papers
from requests_app.models import (
    Audience,
    Case,
    CaseStatus,
    Message,
)
from tests import actors
from tests.actors import World
from tests.requests_app.full_case import full
from tests.requests_app.tags import Tagged
from tests.requests_app.test_typed_text import signed_in

pytestmark = pytest.mark.django_db
S = CaseStatus


@pytest.fixture
def world() -> World:
    return World()


def save(world: World, case: Case) -> Tagged:
    address = reverse("admin:requests_app_case_whole_case", args=[case.pk])
    return Tagged(signed_in(world.coordinator).get(address).content)


def test_whole_case_holds_everything_that_the_coordination_may_read_and_nothing_else(world: World) -> None:
    case = full(world)
    tags = save(world, case)
    assert tags.texts("H1") == [f"Akte {case.reference}"]
    parts = [
        "Anfrage, wie gesendet", "Ansprechpersonen", "Beratung", "Termine", "Gespräche", "Handlungsoptionen",
        "Nach der Beratung", "Nachrichten", "Interne Notizen", "Unterlagen", "E-Mails", "Verlauf",
    ]  # fmt: skip
    assert tags.texts("H2") == ["Inhalt", *parts]
    text = tags.document.text
    document = case.documents.get()
    for word in (
        case.situation, "Katrin Wellmann", "Jonas Reiter", "NOTIZ", "NACHRICHT1", "NACHRICHT2", "ERGÄNZUNG",
        "Rathaus", "Lieber abends", "MEHR ZEIT", "WORT", "ZUR HÄLFTE", "ALTE FASSUNG", "Ziele geklärt.",
        document.name, document.sha256[:16], "Vorgang abgeschlossen", "Lena Brandt",
    ):  # fmt: skip
        assert word in text
    assert {"Durch neue Fassung ersetzt, Fassung 1", "Vereinbart, Fassung 2"} <= _states(text)
    assert "Leise Skepsis" not in text
    assert "GEHEIM" not in text


def _states(text: str) -> set[str]:
    """What the paper says of the options' states."""
    return set(re.findall(r"(?:Vereinbart|Durch neue Fassung ersetzt), Fassung \d", text))


def test_whole_case_begins_with_its_contents_and_the_pages(world: World) -> None:
    tags = save(world, full(world))
    entries = tags.texts("TOCI")
    assert [re.sub(r"[ .\u2060]*\d+$", "", entry) for entry in entries] == tags.texts("H2")[1:]
    numbers = [int(re.findall(r"\d+$", entry)[0]) for entry in entries]
    assert numbers == sorted(numbers)
    assert numbers[-1] <= len(tags.reader.pages)
    # Each part is a bookmark, too.
    assert [entry["/Title"] for entry in tags.reader.outline[1] if isinstance(entry, dict)] == tags.texts(
        "H2"
    )


def test_messages_say_whom_they_went_to_and_notes_that_they_are_internal(world: World) -> None:
    case = full(world)
    tags = save(world, case)
    everything = [element.text for element in tags.document.walk() if element.role in ("H3", "P", "LBody")]
    note = everything.index("NOTIZ")
    assert everything[note - 1] == "Intern: nur für die Koordination"
    message = everything.index("NACHRICHT2")
    assert everything[message - 1] == "Beratende"
    assert everything[message - 2].startswith("Lena Brandt (Koordination), ")


def test_whole_case_of_a_new_request_has_no_empty_parts(world: World) -> None:
    tags = save(world, world.case(S.SUBMITTED))
    assert tags.texts("H2") == ["Inhalt", "Anfrage, wie gesendet", "Ansprechpersonen", "E-Mails", "Verlauf"]


def test_reading_the_whole_case_is_logged(world: World, caplog: Any) -> None:
    case = world.case(S.SUBMITTED)
    with caplog.at_level("INFO", logger="miglobe.audit"):
        save(world, case)
    assert f"read {case.reference}" in caplog.text


def test_whole_case_is_for_the_coordination_alone(world: World) -> None:
    case = world.case(S.MATCHED)
    address = reverse("admin:requests_app_case_whole_case", args=[case.pk])
    people = (actors.contact_of(case), world.lead.user, world.co.user, world.other_contact)
    assert [signed_in(user).get(address).status_code for user in people] == [403, 403, 403, 403]


def test_whole_case_of_fifty_messages_takes_less_than_two_seconds_and_no_more_queries(
    world: World, django_assert_num_queries: Any
) -> None:
    case, now = full(world), timezone.now()
    with CaptureQueriesContext(connection) as few:
        papers.compiled(papers.whole_case(Case.objects.get(pk=case.pk), world.coordinator))
    Message.objects.bulk_create(
        Message(
            case=case, author=world.coordinator, author_side="coordinator", audience=Audience.EVERYONE,
            body="Ein Satz mit einigen Wörtern. " * 30, created_at=now + dt.timedelta(minutes=number),
        )
        for number in range(50)
    )  # fmt: skip
    begun = time.process_time()
    with django_assert_num_queries(len(few)):
        made = papers.compiled(papers.whole_case(Case.objects.get(pk=case.pk), world.coordinator))
    assert time.process_time() - begun < 2  # some 0.2 s
    assert len([text for text in Tagged(made).texts("H3") if text.startswith("Lena Brandt (Koord")]) == 52
