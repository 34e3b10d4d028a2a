"""The tabs over the list of cases."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.test import RequestFactory

from miglobe.accounts.roles import Role
from requests_app.models import OPEN_STATUSES, Case, CaseStatus
from requests_app.triage import queues
from tests import actors
from tests.actors import World
from tests.recordings import replayed_next
from tests.triage.desk import Desk

S = CaseStatus
FRIDAY = dt.datetime(2026, 11, 6, 10, tzinfo=dt.UTC)


def in_every_state(world: World) -> None:
    def walk_all() -> None:
        for status in CaseStatus:
            world.walk(status, title=status)

    replayed_next("every state", walk_all)


def tabs(desk: Desk, query: str = "") -> list[tuple[str, int | None, bool]]:
    return [(str(t["label"]), t["count"], t["current"]) for t in desk.list(query).context["tabs"]]


def test_tabs_count_the_open_cases_of_their_states(world: World, desk: Desk) -> None:
    in_every_state(world)
    # The world has brought one more request, which is new.
    assert tabs(desk) == [
        ("Neu", 2, True),
        ("Überfällig", 0, False),
        ("In Prüfung", 1, False),
        ("Rückfrage offen", 1, False),
        ("Beratung gesucht", 1, False),
        ("Beratung gefunden", 1, False),
        ("Im Dialog", 2, False),
        ("Alle", None, False),
    ]


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("neu", [S.SUBMITTED, "Andere Anfrage"]),
        ("pruefung", [S.IN_REVIEW]),
        ("rueckfrage", [S.QUERY_OPEN]),
        ("gesucht", [S.MATCHING]),
        ("gefunden", [S.MATCHED]),
        ("dialog", [S.IN_DIALOGUE, S.OPTIONS_AGREED]),
        ("alle", [*S, "Andere Anfrage"]),
    ],
)
def test_tab_lists_exactly_its_cases(world: World, desk: Desk, key: str, expected: list[str]) -> None:
    in_every_state(world)
    assert sorted(desk.rows(f"?liste={key}")) == sorted(expected)


def test_each_open_state_has_a_tab_of_its_own(world: World) -> None:
    today = dt.date(2026, 11, 6)
    in_every_state(world)
    found: list[str] = []
    for queue in queues.QUEUES:
        if queue.key != "ueberfaellig":
            found += Case.objects.filter(queue.holds(today)).values_list("status", flat=True)
    assert set(found) == set(OPEN_STATUSES)


def test_overdue_holds_what_was_due_before_today_unless_the_deadline_pauses(world: World) -> None:
    with time_machine.travel(FRIDAY):
        world.case(S.IN_REVIEW, title="prüfen")
        world.case(S.QUERY_OPEN, title="ruht")
        world.case(S.IN_DIALOGUE, title="ohne Frist")
    # Five working days: due on Friday the 13th.
    with time_machine.travel(FRIDAY + dt.timedelta(days=7)):
        desk = Desk(world.coordinator)
        assert desk.rows("?liste=ueberfaellig") == []
    with time_machine.travel(FRIDAY + dt.timedelta(days=10)):
        desk = Desk(world.coordinator)
        assert desk.rows("?liste=ueberfaellig") == ["prüfen"]
        assert [count for label, count, _ in tabs(desk) if label == "Überfällig"] == [1]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, "neu"),
        ({"liste": "unsinn"}, "neu"),
        ({"liste": "dialog"}, "dialog"),
        ({"q": "Hattingen"}, "alle"),
        ({"q": "Hattingen", "liste": "neu"}, "neu"),
        ({"q": "  "}, "neu"),
    ],
)
def test_list_opens_on_the_new_cases_and_searches_all(query: dict[str, str], expected: str) -> None:
    assert queues.current(RequestFactory().get("/", query)) == expected


def test_counting_takes_one_query_over_the_open_cases(world: World, django_assert_num_queries: Any) -> None:
    actors.submitted()
    assert world.coordinator.roles == {Role.COORDINATOR}  # read once per request, by the admin's own guard
    with django_assert_num_queries(1) as captured:
        queues.counts(world.coordinator)
    sql = captured.captured_queries[0]["sql"]
    assert all(f"'{status}'" in sql.partition("WHERE")[2] for status in OPEN_STATUSES)
    assert "'closed'" not in sql
