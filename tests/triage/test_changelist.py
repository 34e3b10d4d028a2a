"""The list of cases: order, columns, search, filters, pages."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse

from advisors.models import Topic
from requests_app.models import Case, CaseStatus, Channel, Municipality
from requests_app.triage.admin import CaseAdmin
from tests import actors
from tests.actors import World
from tests.triage.desk import Desk, words

MONDAY = dt.datetime(2026, 11, 2, 10, tzinfo=dt.UTC)
# Session, person, roles, permissions of the person and of the group, saved filters, counts of the tabs,
# cases, and along with these topics, partners, contacts, assignments; who is on leave. What the filters offer
# is in the cache.
QUERIES = 13
# PostgreSQL looks the words up in their index first.
WORDS_LOOKED_UP = int(connection.vendor == "postgresql")


def new_cases(count: int, status: CaseStatus = CaseStatus.SUBMITTED) -> None:
    """Rows with all that a row shows."""
    world = World()
    for number in range(count):
        world.case(status, title=f"Vorgang {number}")


@pytest.mark.parametrize("count", [1, 30])
@pytest.mark.parametrize(
    ("query", "status", "more"),
    [
        ("", CaseStatus.SUBMITTED, 1),  # new ones: whether the municipality has another open case
        ("?liste=gesucht", CaseStatus.MATCHING, 0),
        ("?liste=alle", CaseStatus.SUBMITTED, 1),
    ],
)
def test_list_asks_the_same_number_of_queries(
    desk: Desk, query: str, status: CaseStatus, more: int, count: int, django_assert_num_queries: Any
) -> None:
    new_cases(count, status)
    desk.list(query)  # fills the caches
    with django_assert_num_queries(QUERIES + more):
        desk.list(query)


@pytest.mark.parametrize("count", [1, 30])
def test_search_asks_the_same_number_of_queries(
    desk: Desk, count: int, django_assert_num_queries: Any
) -> None:
    new_cases(count)
    desk.list("?q=Vorgang")
    with django_assert_num_queries(QUERIES + 1 + WORDS_LOOKED_UP):
        assert len(desk.rows("?q=Vorgang")) == min(count, 25)


def test_no_query_counts_the_cases_but_the_one_of_the_tabs(desk: Desk) -> None:
    new_cases(2)
    with CaptureQueriesContext(connection) as captured:
        desk.list("?liste=alle")
    counting = [q["sql"] for q in captured.captured_queries if "COUNT(" in q["sql"]]
    assert len(counting) == 1
    assert '"status" IN' in counting[0]


def test_list_has_few_columns_with_what_one_decides_on(world: World, desk: Desk) -> None:
    with time_machine.travel(MONDAY):
        world.case(CaseStatus.MATCHING, title="Vereine gewinnen")
        page = words(Desk(world.coordinator).list("?liste=gesucht"))
    assert len(CaseAdmin.list_display) == 5  # and who is responsible
    for text in (
        "Vereine gewinnen", "Hattingen · MG-2026-000", "noch 3 Arbeitstage", "fällig Do, 05.11.2026",
        "Beratung wird gesucht", "Fairer Handel", "Auftaktgespräch", "Amara Okafor", "Leitung, angefragt",
        "Lena Brandt",
    ):  # fmt: skip
        assert text in page


def test_unconfirmed_address_is_marked_while_the_case_is_open(world: World, desk: Desk) -> None:
    actors.submitted(confirmed=False, title="Unbestätigt")
    assert words(desk.list()).count("Adresse nicht bestätigt") == 1


def test_what_is_due_first_stands_first(world: World, desk: Desk) -> None:
    for day, title in ((3, "zuletzt"), (0, "zuerst"), (1, "dann")):
        with time_machine.travel(MONDAY + dt.timedelta(days=day)):
            actors.submitted(title=title)
    assert [t for t in desk.rows() if t != "Andere Anfrage"] == ["zuerst", "dann", "zuletzt"]


def test_cases_without_a_deadline_stand_last(world: World, desk: Desk) -> None:
    with time_machine.travel(MONDAY):
        world.case(CaseStatus.OPTIONS_AGREED, title="älter, ohne Frist")
        world.case(CaseStatus.IN_DIALOGUE, title="ohne Frist")
    assert desk.rows("?liste=dialog") == ["älter, ohne Frist", "ohne Frist"]


def test_all_cases_stand_newest_first(world: World, desk: Desk) -> None:
    for title in ("alt", "neuer", "am neuesten"):
        actors.submitted(title=title)
    assert desk.rows("?liste=alle")[:3] == ["am neuesten", "neuer", "alt"]


@pytest.mark.parametrize(
    "text",
    [
        "MG-{year}-{number}",
        "mg-{year}-{number}",
        "Bocholt",
        "städtepartner",
        "Özgür",
        "oezguer@",
        "Özgür Bocholt",
    ],
)
def test_search_finds_by_number_municipality_subject_and_contact(world: World, desk: Desk, text: str) -> None:
    case = actors.submitted(
        title="Städtepartnerschaft neu denken",
        municipality=Municipality.objects.get(name="Bocholt"),
        contact={"name": "Özgür Çelik", "email": "oezguer@bocholt.example.org"},
    )
    _mg, year, number = case.reference.split("-")
    assert desk.rows(f"?q={text.format(year=year, number=number)}") == [case.title]


def test_search_needs_every_word_and_finds_a_case_once(world: World, desk: Desk) -> None:
    case = actors.submitted(title="Wellmann berät Hattingen")
    assert desk.rows("?q=Wellmann+Hattingen").count(case.title) == 1
    assert desk.rows("?q=Wellmann+Bocholt") == []
    assert "Kein Vorgang enthält diese Wörter." in words(desk.list("?q=Wellmann+Bocholt"))


def test_filters_narrow_the_list(world: World, desk: Desk) -> None:
    case = actors.submitted(title="Kölner Anfrage", municipality=Municipality.objects.get(name="Köln"))
    Case.objects.filter(pk=case.pk).update(channel=Channel.FUNDER)
    case.topics.set(Topic.objects.filter(key__in=["climate_partnership", "strategy"]))
    assert desk.rows("?bezirk=Köln") == ["Kölner Anfrage"]
    assert desk.rows("?weg=funder") == ["Kölner Anfrage"]
    assert desk.rows("?thema=strategy") == ["Kölner Anfrage"]
    assert desk.rows("?thema=strategy&bezirk=Münster") == []


def test_clearing_the_filters_keeps_the_tab(world: World, desk: Desk) -> None:
    cl = desk.list("?liste=dialog&bezirk=Köln&thema=strategy").context["cl"]
    assert cl.has_active_filters is True
    assert cl.clear_all_filters_qs == "?liste=dialog"
    assert desk.list("?liste=dialog").context["cl"].has_active_filters is False


def test_pages_are_leafed_through_without_a_count(world: World, desk: Desk) -> None:
    for number in range(26):
        actors.submitted(title=f"Vorgang {number:02d}")
    first = desk.list("?liste=alle").context["cl"]
    assert (len(first.result_list), first.previous_url, first.next_url) == (25, "", "?liste=alle&p=2")
    second = desk.list(first.next_url).context["cl"]
    assert (len(second.result_list), second.previous_url, second.next_url) == (2, "?liste=alle&p=1", "")
    assert desk.rows("?liste=alle&p=99") == []


@pytest.mark.parametrize(
    "query", ["?p=0", "?p=-3", "?p=viele", "?p=99999999999999999999", "?o=1", "?x=1", "?all="]
)
def test_nonsense_in_the_address_does_no_harm(world: World, desk: Desk, query: str) -> None:
    assert desk.list(query).status_code in (200, 302)


@pytest.mark.parametrize("name", ["add", "delete", "history"])
def test_cases_are_neither_added_nor_deleted_here(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(f"admin:requests_app_case_{name}", args=[] if name == "add" else [1])


def test_register_is_for_reading(world: World, desk: Desk) -> None:
    page = desk.get(reverse("admin:requests_app_municipality_changelist") + "?q=Bocholt")
    assert "Bocholt" in words(page)
    assert "Münster 71.930 05554008" in words(page)
    key = Municipality.objects.get(name="Bocholt").pk
    address = reverse("admin:requests_app_municipality_change", args=[key])
    assert desk.get(address).status_code == 200
    assert desk.client.post(address, {"name": "Anders"}).status_code == 403
    register = admin.site.get_model_admin(Municipality)
    request = desk.get(address).wsgi_request
    assert (register.has_add_permission(request), register.has_delete_permission(request)) == (False, False)
