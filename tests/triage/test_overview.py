"""The coordinators' first page."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from miglobe.mail.models import OutboxMessage, State
from requests_app.models import Case, CaseStatus
from requests_app.triage import queues
from requests_app.triage.overview import overview
from tests import actors
from tests.actors import World
from tests.triage.desk import Desk, words

S = CaseStatus
MONDAY = dt.datetime(2026, 11, 2, 10, tzinfo=dt.UTC)


def first_page(desk: Desk) -> Any:
    return desk.get(reverse("admin:index"))


def test_tiles_lead_to_exactly_what_they_count(world: World, desk: Desk) -> None:
    for status in CaseStatus:
        world.case(status)
    tiles = overview(world.coordinator)["tiles"]
    page = first_page(desk).content.decode()
    assert [tile["url"] for tile in tiles] == [queues.address(queue.key) for queue in queues.QUEUES]
    for tile in tiles:
        assert f'href="{tile["url"]}"><strong>{tile["count"]}</strong>' in page
        assert len(desk.get(tile["url"]).context["cl"].result_list) == tile["count"]


def test_five_most_urgent_cases_are_named(world: World) -> None:
    for day in range(7):
        with time_machine.travel(MONDAY + dt.timedelta(days=day, hours=day)):
            actors.submitted(title=f"Tag {day}")
    with time_machine.travel(MONDAY):
        world.case(S.QUERY_OPEN, title="ruht")
        world.case(S.IN_DIALOGUE, title="ohne Frist")
        rows = overview(world.coordinator)["due"]
        page = words(first_page(Desk(world.coordinator)))
    assert [row.case.title for row in rows] == [f"Tag {day}" for day in range(5)]
    assert "Tag 4" in page
    assert "noch 5 Arbeitstage" in page


def test_failed_mails_are_told_and_linked(world: World, desk: Desk) -> None:
    assert "Alle E-Mails sind zugestellt oder unterwegs." in words(first_page(desk))
    mail = OutboxMessage.objects.order_by("pk").first()
    assert mail is not None
    OutboxMessage.objects.filter(pk=mail.pk).update(state=State.FAILED, next_attempt_at=None, body="")
    page = first_page(desk)
    assert "Eine E-Mail konnte nicht zugestellt werden" in words(page)
    listed = desk.get(overview(world.coordinator)["mails"]["url"])
    assert [row.pk for row in listed.context["cl"].result_list] == [mail.pk]


def test_first_page_without_a_case_says_so(world: World, desk: Desk) -> None:
    Case.objects.all().delete()
    assert "Zurzeit ist nichts fällig." in words(first_page(desk))


@pytest.mark.parametrize("count", [1, 30])
def test_first_page_asks_the_same_number_of_queries(
    world: World, desk: Desk, count: int, django_assert_num_queries: Any
) -> None:
    for _ in range(count):
        actors.submitted()
    first_page(desk)  # fills the caches
    with django_assert_num_queries(12):
        first_page(desk)
