"""What became of the options: the numbers by month and state, and who has not answered."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse

from miglobe.accounts.models import User
from miglobe.accounts.roles import Role
from requests_app import option_numbers
from requests_app.models import (
    ActionOption,
    Case,
    CaseStatus,
    FollowUp,
    Municipality,
    OptionReport,
)
from tests import actors
from tests.actors import World
from tests.triage.desk import Desk, words

pytestmark = pytest.mark.django_db
BERLIN = ZoneInfo("Europe/Berlin")
S = CaseStatus


def moment(text: str) -> dt.datetime:
    """ "2027-01-31 23:30" in Berlin."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=BERLIN)


# Options: key, when agreed, the key of the one it replaces; goal. Reports: option, when, state.
OPTIONS: list[tuple[str, str, str, str]] = [
    ("seats", "2026-11-10 10:00", "", "participation"),
    ("fund", "2026-11-30 23:59", "", "quality"),  # the last minute of November in Berlin
    ("forum", "2026-12-01 00:00", "", "participation"),  # the first of December
    ("guide", "2027-01-15 09:00", "", "appreciation"),
    ("fund again", "2027-02-10 09:00", "fund", "quality"),  # a new version of "fund"
]
REPORTS = [
    ("seats", "2026-12-20 08:00", "planned"),
    ("seats", "2027-01-05 08:00", "resolved"),
    ("seats", "2027-01-31 23:30", "in_progress"),  # twice in January: the last one counts
    ("fund", "2026-12-24 12:00", "planned"),
    ("forum", "2027-02-28 23:59", "dropped"),
    ("forum", "2027-03-01 00:00", "partly_done"),
    ("fund again", "2027-03-15 12:00", "done"),
]
MONTHS = [dt.date(2026, 10, 1), dt.date(2026, 11, 1), dt.date(2026, 12, 1), dt.date(2027, 1, 1)]
MONTHS += [dt.date(2027, 2, 1), dt.date(2027, 3, 1)]
# Counted by hand, month by month: where each option stood at its end.
BY_HAND: list[dict[str, int]] = [
    {},  # nothing was agreed yet
    {"": 2},  # seats, fund
    {"planned": 2, "": 1},  # seats, fund; forum has not been told of
    {"in_progress": 1, "planned": 1, "": 2},  # seats; fund; forum, guide
    {"in_progress": 1, "": 2, "dropped": 1},  # seats; guide, the new fund; forum
    {"in_progress": 1, "": 1, "partly_done": 1, "done": 1},  # seats; guide; forum; the new fund
]
FULL = [dict.fromkeys(option_numbers.STATES, 0) | month for month in BY_HAND]


@pytest.fixture
def world(db: None) -> World:
    return World()


@pytest.fixture
def told(world: World) -> dict[str, ActionOption]:
    """The options and reports above, in two cases, and drafts and proposals that never count."""
    cases = [world.case(S.IN_DIALOGUE), world.case(S.IN_DIALOGUE)]
    contact = actors.contact_of(cases[0])
    made: dict[str, ActionOption] = {}
    for place, (key, agreed, replaces, goal) in enumerate(OPTIONS):
        made[key] = ActionOption.objects.create(
            case=cases[place % 2] if not replaces else made[replaces].case,
            position=place,
            status="agreed",
            confirmed_at=moment(agreed),
            confirmed_by=contact,
            replaces=made.get(replaces),
            **actors.option_fields(title=key, goal=goal),
        )
        ActionOption.objects.filter(title=replaces).update(status="replaced")
    for status in ("draft", "proposed"):
        ActionOption.objects.create(case=cases[0], position=9, status=status, **actors.option_fields())
    for key, at, state in REPORTS:
        OptionReport.objects.create(
            option=made[key],
            implementation=state,
            note="Kein Geld" if state == "dropped" else "",
            reported_by=contact,
            reported_at=moment(at),
        )
    return made


def counted_again() -> list[dict[str, int]]:
    """The same without the database: minute by minute through the two lists above."""
    numbers = []
    for month in MONTHS:
        end = dt.datetime.combine(option_numbers.next_month(month), dt.time.min, BERLIN)
        there = {key: goal for key, agreed, _replaces, goal in OPTIONS if moment(agreed) < end}
        gone = {replaces for key, _agreed, replaces, _goal in OPTIONS if key in there and replaces}
        state = dict.fromkeys(there.keys() - gone, "")
        for key, at, said in sorted(REPORTS, key=lambda report: moment(report[1])):
            if key in state and moment(at) < end:
                state[key] = said
        numbers.append(dict.fromkeys(option_numbers.STATES, 0) | Counter(state.values()))
    return numbers


def test_numbers_by_month_and_state_are_those_counted_by_hand(told: dict[str, ActionOption]) -> None:
    numbers = option_numbers.states_by_month(ActionOption.objects.all(), MONTHS)
    assert list(numbers.values()) == FULL
    assert counted_again() == FULL


def test_one_month_alone_and_none_at_all_are_counted_too(told: dict[str, ActionOption]) -> None:
    options = ActionOption.objects.all()
    assert option_numbers.states_by_month(options, MONTHS[2:3]) == {MONTHS[2]: FULL[2]}
    assert option_numbers.states_by_month(options, []) == {}
    nothing = {MONTHS[2]: dict.fromkeys(option_numbers.STATES, 0)}
    assert option_numbers.states_by_month(options.none(), MONTHS[2:3]) == nothing


# --- The page --------------------------------------------------------------------------------------

PAGE = "admin:requests_app_case_follow_ups"
APRIL = dt.datetime(2027, 4, 1, 9, tzinfo=dt.UTC)


def page(user: User, query: str = "") -> Any:
    with time_machine.travel(APRIL):
        return Desk(user).get(reverse(PAGE) + query)


def table(response: Any) -> dict[str, list[int]]:
    return {row.label: row.numbers for row in response.context["rows"]}


def test_page_shows_the_last_twelve_months_newest_first(world: World, told: dict[str, ActionOption]) -> None:
    shown = page(world.coordinator)
    labels = list(table(shown))
    assert (len(labels), labels[0], labels[-1]) == (12, "April 2027", "Mai 2026")
    assert table(shown)["Februar 2027"] == [2, 0, 0, 1, 0, 0, 1]
    assert "noch keine Antwort" in words(shown)


@pytest.mark.parametrize(
    ("query", "march"),
    [
        ("?jahr=2027", [1, 0, 0, 1, 1, 1, 0]),
        ("?jahr=2027&ziel=participation", [0, 0, 0, 1, 1, 0, 0]),
        ("?jahr=2027&ziel=quality", [0, 0, 0, 0, 0, 1, 0]),
        ("?jahr=2027&art=district", [0, 0, 0, 0, 0, 0, 0]),
        ("?jahr=1&ziel=nix&art=xyz", [1, 0, 0, 1, 1, 1, 0]),  # nonsense filters nothing
    ],
)
def test_page_can_be_narrowed_down(
    world: World, told: dict[str, ActionOption], query: str, march: list[int]
) -> None:
    assert table(page(world.coordinator, query))["März 2027"] == march


def test_page_of_a_year_ends_with_the_month_that_it_is(world: World, told: dict[str, ActionOption]) -> None:
    assert list(table(page(world.coordinator, "?jahr=2027"))) == [
        "April 2027", "März 2027", "Februar 2027", "Januar 2027",
    ]  # fmt: skip
    assert len(table(page(world.coordinator, "?jahr=2026"))) == 12


def asked(case: Case, status: str, on: str, **fields: Any) -> FollowUp:
    at = moment(on)
    return FollowUp.objects.create(
        case=case, months=3, due_on=at.date(), status=status, asked_at=at, **fields
    )


def waiting(response: Any) -> list[tuple[str, str]]:
    return [(row.case.reference, row.status) for row in response.context["waiting"].rows]


def test_page_lists_who_has_not_answered_the_last_question(world: World) -> None:
    cases = [world.walk(S.CLOSED) for _ in range(4)]
    FollowUp.objects.all().delete()
    contact = actors.contact_of(cases[0])
    asked(cases[0], "rests", "2027-01-04 08:00")  # asked again since: the newer question counts
    asked(cases[0], "reminded", "2027-03-01 08:00", reminded_at=moment("2027-03-15 08:00"))
    asked(cases[1], "asked", "2027-02-01 08:00")
    asked(cases[2], "rests", "2027-01-04 08:00")
    FollowUp.objects.create(  # has told of its own accord since
        case=cases[2], months=0, due_on=dt.date(2027, 2, 1), status="answered", answered_by=contact,
        answered_at=moment("2027-02-01 08:00"),
    )  # fmt: skip
    asked(
        cases[3], "answered", "2027-01-04 08:00", answered_by=contact, answered_at=moment("2027-01-05 08:00")
    )
    assert waiting(page(world.coordinator)) == [
        (cases[1].reference, "asked"), (cases[0].reference, "reminded"),
    ]  # fmt: skip


def test_readers_see_numbers_and_places_but_no_way_into_a_case(
    world: World, told: dict[str, ActionOption]
) -> None:
    case = world.case(S.CLOSED)
    asked(case, "asked", "2027-02-01 08:00")
    reader = actors.person("Rita Leser", Role.READER)
    shown = page(reader)
    assert shown.status_code == 200
    text = words(shown)
    assert case.reference in text and "Hattingen" in text
    assert reverse("admin:requests_app_case_change", args=[case.pk]) not in shown.content.decode()
    assert case.title not in text and "Katrin Wellmann" not in text


def test_page_asks_the_same_number_of_queries_with_1_and_with_30_rows(
    world: World, django_assert_num_queries: Any
) -> None:
    desk = Desk(world.coordinator)
    case = world.case(S.CLOSED)
    asked(case, "asked", "2027-02-01 08:00")
    desk.get(reverse(PAGE))  # what is cached by the first request
    with django_assert_num_queries(10):
        desk.get(reverse(PAGE))
    for number in range(29):
        more = actors.submitted(title=f"Anfrage {number}")
        Case.objects.filter(pk=more.pk).update(
            status=S.CLOSED, resolution="options_agreed", closed_at=moment("2027-01-01 08:00")
        )
        asked(more, "asked", "2027-02-01 08:00")
    with django_assert_num_queries(10):
        shown = desk.get(reverse(PAGE))
    assert len(shown.context["waiting"].rows) == 20


# --- The sheet -------------------------------------------------------------------------------------


def test_sheet_leaves_a_round_out_and_brings_it_back(world: World) -> None:
    case, desk = world.case(S.CLOSED), Desk(world.coordinator)
    sheet = desk.sheet(case)
    first = case.follow_ups.first()
    assert first is not None
    button = f"Nachfrage auslassen: {first.due_on:%d.%m.%Y}"
    assert desk.said(desk.press(sheet, button)) == "Diese Nachfrage entfällt."
    again = f"Doch nachfragen: {first.due_on:%d.%m.%Y}"
    assert desk.said(desk.press(desk.sheet(case), again)) == "Die Kommune wird gefragt."
    assert list(case.follow_ups.values_list("status", flat=True)) == ["planned"] * 3


def test_closing_says_which_follow_ups_come_and_leaves_out_what_is_ticked(world: World) -> None:
    case, desk = world.case(S.OPTIONS_AGREED), Desk(world.coordinator)
    fields = desk.step(case, "close")
    assert "nach 3 Monaten, am" in words(fields)
    mail = desk.press(fields, "Weiter zur E-Mail", left_out="6")
    assert "Drei kurze Fragen" in mail.content.decode()
    assert desk.said(desk.press(mail, "Senden und abschließen")) == "Der Vorgang ist abgeschlossen."
    assert list(case.follow_ups.values_list("months", "status")) == [
        (3, "planned"), (6, "skipped"), (12, "planned"),
    ]  # fmt: skip


def test_municipality_kinds_of_the_filter_are_those_of_the_register(world: World) -> None:
    chosen = dict(page(world.coordinator).context["filters"].fields["art"].choices)
    assert set(chosen) - {""} == set(Municipality.objects.values_list("kind", flat=True))
