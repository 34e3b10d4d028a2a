"""Counting that holds across processes."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
import time_machine
from django.db import connection

from requests_app import held
from requests_app.models import Tally

pytestmark = pytest.mark.django_db
AT = dt.datetime(2026, 11, 20, 10, 59, tzinfo=dt.UTC)


def test_count_rises_by_one_and_begins_anew_with_the_hour() -> None:
    counts = []
    for minutes in (0, 0, 1):
        with time_machine.travel(AT + dt.timedelta(minutes=minutes)):
            counts.append(Tally.objects.count_one("request", "192.0.2.7"))
    assert counts == [1, 2, 1]


def test_count_of_a_day_begins_anew_at_midnight_in_germany() -> None:
    counts = []
    for hours in (0, 11, 13):
        with time_machine.travel(AT + dt.timedelta(hours=hours)):
            counts.append(Tally.objects.count_one("link", "a", a_day=True))
    assert counts == [1, 2, 1]


def test_each_subject_and_each_matter_is_counted_apart() -> None:
    with time_machine.travel(AT):
        counted = [("request", "a"), ("request", "b"), ("code", "a"), ("request", "a")]
        assert [Tally.objects.count_one(what, who) for what, who in counted] == [1, 1, 1, 2]


def test_network_is_not_kept_in_the_clear() -> None:
    Tally.objects.count_one("request", "192.0.2.7")
    assert "192.0.2.7" not in str(Tally.objects.values().get())


def test_counts_are_forgotten_after_two_days() -> None:
    for hours in (0, 20):
        with time_machine.travel(AT + dt.timedelta(hours=hours)):
            Tally.objects.count_one("request", "a")
    with time_machine.travel(AT + dt.timedelta(hours=50)):
        assert held.forget_tallies() == 1
    assert Tally.objects.get().begun == dt.datetime(2026, 11, 21, 6, tzinfo=dt.UTC)


@pytest.mark.django_db(transaction=True)
def test_no_two_callers_get_the_same_number() -> None:
    start = threading.Barrier(4)
    numbers: list[int] = []

    def count() -> None:
        start.wait()
        for _ in range(5):
            numbers.append(Tally.objects.count_one("request", "a"))
        connection.close()

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers) == list(range(1, 21))
