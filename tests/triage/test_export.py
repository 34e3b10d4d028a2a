"""The list of cases as CSV: what the list shows, for the coordination alone, and noted in the log."""

from __future__ import annotations

import csv
import io
import logging
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from requests_app.models import Case, CaseStatus, Municipality
from requests_app.triage.export import cell
from tests import actors
from tests.actors import World
from tests.sign_in import sign_in

pytestmark = pytest.mark.django_db
LIST = "admin:requests_app_case_csv"


def export(user: Any, **query: str) -> Any:
    client = Client()
    sign_in(client, user)
    return client.get(reverse(LIST), query)


def rows(response: Any) -> list[dict[str, str]]:
    content = b"".join(response.streaming_content)
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


def test_file_holds_the_list_with_readable_headings(world: World) -> None:
    case = world.case(CaseStatus.MATCHED, municipality=Municipality.objects.get(name="Köln"))
    contact = case.contacts.get()
    response = export(world.coordinator, liste="gefunden")
    found = rows(response)
    assert found == [
        {
            "Vorgangsnummer": case.reference,
            "Status": "Beratung gefunden",
            "Ergebnis": "",
            "Eingegangen am": f"{case.submitted_at:%Y-%m-%d}",
            "Frist": case.due_on.isoformat() if case.due_on else "",
            "Kommune": "Köln",
            "Regierungsbezirk": "Köln",
            "Weg": "Portal",
            "Betreff": case.title,
            "Themen": case.topics.get().label,
            "Formate": "Auftaktgespräch",
            "Beratung": "Amara Okafor, Inés Carvajal",
            "Kontakt": contact.name,
            "E-Mail": contact.email,
            "Telefon": contact.phone,
        }
    ]
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"].startswith('attachment; filename="vorgaenge-')
    assert response["Content-Disposition"].endswith('.csv"')


def test_file_follows_tab_filter_and_search_and_knows_no_pages(world: World) -> None:
    for number in range(51):
        actors.submitted(title=f"Nummer {number}")
    world.case(CaseStatus.IN_REVIEW, title="In Prüfung")
    actors.submitted(title="Zwischenlager")
    user = world.coordinator
    assert len(rows(export(user))) == Case.objects.filter(status="submitted").count() > 50
    assert [row["Betreff"] for row in rows(export(user, liste="pruefung"))] == ["In Prüfung"]
    assert [row["Betreff"] for row in rows(export(user, q="Zwischenlager"))] == ["Zwischenlager"]
    assert rows(export(user, liste="alle", bezirk="Köln")) == []


def test_wrong_filter_leads_back_to_the_list(world: World) -> None:
    assert export(world.coordinator, gibtesnicht="1").url == reverse("admin:requests_app_case_changelist")


def test_log_says_who_took_the_list_and_no_name(world: World, caplog) -> None:
    with caplog.at_level(logging.INFO, logger="miglobe.audit"):
        export(world.coordinator, q="Wellmann")
    assert f"user {world.coordinator.pk} read list of cases as CSV (alle)" in caplog.text
    assert "Wellmann" not in caplog.text


def test_nobody_else_takes_the_list(world: World) -> None:
    people = (world.other_contact, world.lead.user)
    assert [export(user).status_code for user in people] == [403, 403]
    assert Client().get(reverse(LIST)).status_code == 302


@pytest.mark.parametrize("count", [1, 30])
def test_file_asks_the_same_number_of_queries(
    world: World, count: int, django_assert_num_queries: Any
) -> None:
    for _number in range(count):
        actors.submitted()
    client = Client()
    sign_in(client, world.coordinator)
    client.get(reverse(LIST))
    with django_assert_num_queries(16):
        b"".join(client.get(reverse(LIST)).streaming_content)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("+49 211", "'+49 211"),
        ("-2", "'-2"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("  =1", "'  =1"),
        ("＝1", "'＝1"),  # full width, as Japanese keyboards write it
        ("a=1", "a=1"),
        ("'=1", "'=1"),
        ("", ""),
        (None, ""),
    ],
)
def test_cell_is_never_a_formula(value: object, shown: str) -> None:
    assert cell(value) == shown
