"""Saved filters: kept under a name, shared, set as the start; one's own are nobody else's to change."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from requests_app.models import CaseStatus, DeskSettings, SavedFilter
from requests_app.triage.saved import known
from tests import actors
from tests.actors import World
from tests.triage.desk import Desk, words

LIST = reverse("admin:requests_app_case_changelist")
PAGE = reverse("admin:requests_app_case_filters")


def saved(
    desk: Desk, name: str = "Köln", query: str = "liste=alle&bezirk=Köln", **fields: Any
) -> SavedFilter:
    return SavedFilter.objects.create(user=desk.user, name=name, query=known(query), **fields)


@pytest.fixture
def colleague(world: World) -> Desk:
    return Desk(actors.coordinator("Murat Aydin"))


def post(desk: Desk, path: str, row: SavedFilter | None = None, **data: str) -> Any:
    return desk.client.post(reverse(f"admin:requests_app_case_{path}", args=[row.pk] if row else []), data)


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("liste=alle&bezirk=K%C3%B6ln&q=Beirat", "liste=alle&bezirk=K%C3%B6ln&q=Beirat"),
        ("q=Beirat&liste=alle", "liste=alle&q=Beirat"),
        ("p=3&next=//evil.example&_popup=1&liste=dialog&stand=", "liste=dialog"),
        ("", "liste=neu"),
        (f"q={'x' * 3000}", f"q={'x' * 100}"),
    ],
)
def test_only_what_the_list_knows_is_kept(address: str, kept: str) -> None:
    assert known(address) == kept


def test_what_is_shown_is_saved_under_a_name(world: World, desk: Desk) -> None:
    page = desk.list("?liste=alle&bezirk=Köln&p=1")
    answer = desk.press(page, "Speichern", name="Köln, alle", is_shared="on")
    assert desk.said(answer) == "Der Filter „Köln, alle“ ist gespeichert."
    row = SavedFilter.objects.get()
    assert (row.user, row.name, row.query, row.is_shared) == (
        world.coordinator, "Köln, alle", "liste=alle&bezirk=K%C3%B6ln", True,
    )  # fmt: skip
    assert answer["Location"] == f"{LIST}?{row.query}"
    assert "Gespeicherte Filter: Köln, alle" in words(desk.list(f"?{row.query}"))


def test_search_in_no_list_is_kept_as_one_in_all(world: World, desk: Desk) -> None:
    desk.press(desk.list("?q=Wellmann"), "Speichern", name="Wellmann")
    assert SavedFilter.objects.get().query == "liste=alle&q=Wellmann"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("", "Bitte füllen Sie „Name“ aus."),
        ("Köln", "Sie haben schon einen Filter mit diesem Namen."),
        ("x" * 81, "höchstens 80"),
    ],
)
def test_name_that_will_not_do_is_said_and_everything_kept(
    world: World, desk: Desk, name: str, sentence: str
) -> None:
    saved(desk)
    page = desk.press(desk.list("?liste=dialog"), "Speichern", name=name, is_shared="on")
    assert page.status_code == 200
    assert sentence in words(page)
    assert (page.context["query"], page.context["new"]["is_shared"].value()) == ("liste=dialog", True)
    assert SavedFilter.objects.count() == 1


def test_colleagues_read_what_is_shared_and_whose_it_is(desk: Desk, colleague: Desk) -> None:
    saved(desk, "Gemeinsam", is_shared=True)
    saved(desk, "Für mich")
    page = words(colleague.list())
    assert "Gemeinsam von Lena Brandt" in page
    assert "Für mich" not in page
    assert "Gemeinsam von Lena Brandt" in words(colleague.get(PAGE))


def test_own_filter_is_renamed_shared_and_deleted(desk: Desk) -> None:
    row = saved(desk)
    prefix = f"filter{row.pk}"
    answer = post(desk, "filter", row, **{f"{prefix}-name": "Rheinland", f"{prefix}-is_shared": "on"})
    assert desk.said(answer) == "Der Filter „Rheinland“ ist geändert."
    row.refresh_from_db()
    assert (row.name, row.is_shared, row.query) == ("Rheinland", True, known("liste=alle&bezirk=Köln"))
    assert desk.said(post(desk, "filter_delete", row)) == "Der Filter „Rheinland“ ist gelöscht."
    assert SavedFilter.objects.count() == 0


def test_name_of_another_own_filter_is_refused(desk: Desk) -> None:
    saved(desk)
    row = saved(desk, "Rheinland")
    page = post(desk, "filter", row, **{f"filter{row.pk}-name": "Köln"})
    assert "Sie haben schon einen Filter mit diesem Namen." in words(page)
    row.refresh_from_db()
    assert row.name == "Rheinland"


@pytest.mark.parametrize("name", ["filter", "filter_delete"])
def test_filter_of_a_colleague_is_not_changed(desk: Desk, colleague: Desk, name: str) -> None:
    row = saved(desk, is_shared=True)
    assert post(colleague, name, row, name="Meiner").status_code == 404
    row.refresh_from_db()
    assert row.name == "Köln"


def test_list_without_anything_asked_shows_the_start(world: World, desk: Desk) -> None:
    actors.submitted(title="Neu")
    world.case(CaseStatus.CLOSED, title="Zu Ende")
    row = saved(desk, "Abgeschlossen", "liste=alle&stand=closed")
    assert desk.said(post(desk, "filter_start", row)) == "Ihre Liste beginnt jetzt mit „Abgeschlossen“."
    answer = desk.list()
    assert (answer.status_code, answer["Location"]) == (302, f"{LIST}?liste=alle&stand=closed")
    assert desk.rows(f"?{row.query}") == ["Zu Ende"]
    assert "Alle Vorgänge anzeigen" in words(desk.list(f"?{row.query}"))
    assert "Neu" in desk.rows("?liste=neu")
    assert desk.said(post(desk, "filter_no_start")) == "Ihre Liste beginnt wieder mit den neuen Anfragen."
    assert "Neu" in desk.rows()


def test_shared_filter_can_be_the_start_until_it_is_taken_back(desk: Desk, colleague: Desk) -> None:
    row = saved(desk, is_shared=True)
    post(colleague, "filter_start", row)
    assert colleague.list().status_code == 302
    SavedFilter.objects.update(is_shared=False)
    assert colleague.list().status_code == 200
    row.delete()
    assert DeskSettings.objects.get(user=colleague.user).start_filter is None


def test_filter_that_is_not_shared_is_nobody_elses_start(desk: Desk, colleague: Desk) -> None:
    assert post(colleague, "filter_start", saved(desk)).status_code == 404
    assert DeskSettings.objects.count() == 0


@pytest.mark.parametrize("count", [1, 30])
def test_list_and_page_ask_the_same_number_of_queries(
    desk: Desk, count: int, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        saved(desk, f"Filter {number}")
    desk.list("?liste=alle")
    with django_assert_num_queries(14):
        desk.list("?liste=alle")
    with django_assert_num_queries(6):
        desk.get(PAGE)
