"""The list of cases as CSV and XLSX: what the list shows, noted who took it, and never a formula."""

from __future__ import annotations

import csv
import io
import logging
import zipfile
from datetime import date
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from miglobe.accounts.roles import Role
from requests_app import workflow
from requests_app.models import Case, CaseStatus, ListExport, Municipality
from requests_app.sheets import cell
from tests import actors
from tests.actors import World
from tests.sign_in import sign_in

pytestmark = pytest.mark.django_db
LIST = "admin:requests_app_case_csv"


def export(user: Any, form: str = "csv", of: str = "case", **query: str) -> Any:
    client = Client()
    sign_in(client, user)
    return client.get(reverse(f"admin:requests_app_{of}_{form}"), query)


def rows(response: Any) -> list[dict[str, str]]:
    content = b"".join(response.streaming_content)
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


def test_file_holds_the_list_with_readable_headings(world: World) -> None:
    case = world.case(CaseStatus.MATCHED, municipality=Municipality.objects.get(name="Köln"))
    contact = case.contacts.get()
    case.partners.add(Municipality.objects.get(name="Hattingen"))
    workflow.set_resubmission(case, world.coordinator, day=date(2026, 12, 1), note="Anrufen")
    response = export(world.coordinator, liste="gefunden")
    found = rows(response)
    assert found == [
        {
            "Vorgangsnummer": case.reference,
            "Status": "Beratung gefunden",
            "Ergebnis": "",
            "Eingegangen am": f"{timezone.localdate(case.submitted_at)}",
            "Frist": case.due_on.isoformat() if case.due_on else "",
            "Beendet am": "",
            "Zuständig": "Lena Brandt",
            "Wiedervorlage": "2026-12-01",
            "Notiz zur Wiedervorlage": "Anrufen",
            "Kommune": "Köln",
            "Fragen mit an": "Hattingen",
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


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_it_is_noted_who_took_which_list_and_no_name(world: World, caplog, form: str) -> None:
    actors.submitted()
    with caplog.at_level(logging.INFO, logger="miglobe.audit"):
        content = b"".join(
            export(world.coordinator, form, q="Wellmann", bezirk="Arnsberg", liste="alle").streaming_content
        )
    taken = ListExport.objects.get()
    assert (taken.by, taken.form, taken.rows) == (world.coordinator, form, 2)
    assert taken.filters == "Alle Vorgänge; Regierungsbezirk: Arnsberg; mit einer Suche"
    assert (
        f"user {world.coordinator.pk} read list of cases as {form.upper()} (export {taken.pk})" in caplog.text
    )
    assert "Wellmann" not in caplog.text + taken.filters
    assert content


def test_administrators_read_who_took_which_list_and_change_nothing(world: World) -> None:
    b"".join(export(world.coordinator).streaming_content)
    client = Client()
    sign_in(client, actors.administrator())
    page = client.get(reverse("admin:requests_app_listexport_changelist")).content.decode()
    assert "Lena Brandt" in page
    assert "CSV" in page
    sign_in(client, world.coordinator)
    assert client.get(reverse("admin:requests_app_listexport_changelist")).status_code == 403


def test_nobody_else_takes_the_list(world: World) -> None:
    people = (world.other_contact, world.lead.user, actors.person("Mira Sand", Role.READER))
    for form in ("csv", "xlsx"):
        assert [export(user, form).status_code for user in people] == [403, 403, 403]
    assert not ListExport.objects.exists()
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
    with django_assert_num_queries(17):
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


# --- XLSX -----------------------------------------------------------------------------------------

NS = {"x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
HOSTILE = ("=1+1", "+49 211", "-2", "@SUM(A1)", "\t=1", "https://example.org", "mailto:a@b.example", "0123")


def book(response: Any) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))


def sheet(response: Any) -> list[list[tuple[str, str]]]:
    """The cells of a workbook row by row: type and content."""
    root = ET.fromstring(book(response).read("xl/worksheets/sheet1.xml"))
    assert root.findall(".//x:f", NS) == []
    assert root.findall(".//x:hyperlink", NS) == []
    return [
        [(c.get("t", "n"), "".join(c.itertext())) for c in row.findall("x:c", NS)]
        for row in root.findall(".//x:row", NS)
    ]


def test_workbook_holds_text_as_text_and_dates_as_dates(world: World) -> None:
    case = actors.submitted()
    heads, *rows = sheet(export(world.coordinator, "xlsx", liste="alle", q=case.reference))
    cells = rows[0]
    assert [text for _kind, text in heads][:4] == ["Vorgangsnummer", "Status", "Ergebnis", "Eingegangen am"]
    assert cells[0] == ("inlineStr", case.reference)
    days = (timezone.localdate(case.submitted_at) - date(1899, 12, 30)).days
    assert ("n", str(days)) in cells


@pytest.mark.parametrize("typed", HOSTILE)
def test_workbook_holds_no_formula_and_no_link_whatever_was_typed(world: World, typed: str) -> None:
    case = actors.submitted(contact={"name": typed})
    Case.objects.filter(pk=case.pk).update(title=typed)
    rows = sheet(export(world.coordinator, "xlsx", liste="alle"))
    found = [cell for row in rows for cell in row if cell[1] == typed]
    assert found == [("inlineStr", typed)] * 2


def test_workbook_of_an_empty_list_opens(world: World) -> None:
    assert len(sheet(export(world.coordinator, "xlsx", liste="alle", bezirk="Köln"))) == 1


def test_signs_that_no_xml_can_hold_are_written_out(
    world: World,
) -> None:
    case = actors.submitted()
    Case.objects.filter(pk=case.pk).update(organisation="x", title="a\x01\x0bb\ud7ffc")
    root = book(export(world.coordinator, "xlsx", liste="alle")).read("xl/worksheets/sheet1.xml")
    assert b"a_x0001__x000B_b" in root


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_readers_get_the_list_without_the_columns_that_name_people(world: World, form: str) -> None:
    case = world.case(CaseStatus.MATCHED)
    response = export(actors.person("Mira Sand", Role.READER), form, of="caseoverview", liste="alle")
    if form == "csv":
        content = b"".join(response.streaming_content).decode("utf-8-sig")
    else:
        content = "\n".join(text for row in sheet(response) for _kind, text in row)
    assert case.reference in content
    assert "Regierungsbezirk" in content
    contact = case.contacts.get()
    for text in (
        contact.name,
        contact.email,
        contact.phone,
        case.title,
        "Amara Okafor",
        "Betreff",
        "Kontakt",
    ):
        assert text not in content


@pytest.mark.parametrize("count", [1, 30])
def test_workbook_asks_the_same_number_of_queries(
    world: World, count: int, django_assert_num_queries: Any
) -> None:
    for _number in range(count):
        actors.submitted()
    client = Client()
    sign_in(client, world.coordinator)
    url = reverse("admin:requests_app_case_xlsx")
    client.get(url)
    with django_assert_num_queries(17):
        client.get(url)
