"""What the worker's jobs have in common: one row that fails holds up no other."""

from __future__ import annotations

import pytest
from django.db import OperationalError

from requests_app.jobs import each
from requests_app.workflow import InvalidTransition


class Done:
    """Does something to numbers: fails as it is told, and notes what it was asked for."""

    def __init__(self, **fails: Exception) -> None:
        self.fails = fails
        self.asked: list[str] = []

    def __call__(self, row: str) -> bool:
        self.asked.append(row)
        if row in self.fails:
            raise self.fails[row]
        return row != "nothing"


def test_what_changed_meanwhile_and_what_needs_nothing_is_not_counted() -> None:
    assert each(Done(b=InvalidTransition()), ["a", "b", "nothing", "c"]) == 2


def test_row_that_fails_holds_up_no_other_and_is_told_at_the_end(caplog: pytest.LogCaptureFixture) -> None:
    act = Done(a=ValueError("boom"))
    with pytest.raises(ValueError, match="boom"):
        each(act, ["a", "b"])
    assert act.asked == ["a", "b"]
    assert [record.levelname for record in caplog.records] == ["ERROR"]


def test_database_that_has_gone_ends_the_job_at_once() -> None:
    act = Done(a=OperationalError("gone"))
    with pytest.raises(OperationalError):
        each(act, ["a", "b"])
    assert act.asked == ["a"]
