"""A coordinator's own page: the daily mail, leave, and who stands in."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from miglobe.accounts.models import User
from miglobe.accounts.roles import Role
from requests_app import workflow
from requests_app.models import CaseStatus, DeskSettings, Leave, SavedFilter
from requests_app.responsibility import roster
from tests import actors
from tests.actors import World
from tests.triage.desk import Desk, words

WEDNESDAY = dt.datetime(2026, 11, 25, 10, tzinfo=dt.UTC)
TODAY = WEDNESDAY.date()
ENTER = "Abwesenheit eintragen"
# Session, person, roles, permissions of the person and of the group; settings, the coordination to choose
# from, who is away today, and the leaves.
QUERIES = 9


@pytest.fixture(autouse=True)
def _on_a_wednesday() -> Any:
    with time_machine.travel(WEDNESDAY):
        yield


@pytest.fixture
def jonas(world: World) -> User:
    return actors.coordinator("Jonas Weber")


def page(desk: Desk) -> Any:
    return desk.get(reverse("admin:requests_app_case_my_desk"))


def enter(desk: Desk, **typed: Any) -> Any:
    """Type a leave of today and tomorrow, with what is given otherwise."""
    days = {"first_day": TODAY.isoformat(), "last_day": "2026-11-26"}
    return desk.press(page(desk), ENTER, **days | {name: str(value) for name, value in typed.items()})


def leave(user: User, first: int = 0, last: int = 1, substitute: User | None = None) -> Leave:
    days = {"first_day": TODAY + dt.timedelta(first), "last_day": TODAY + dt.timedelta(last)}
    return Leave.objects.create(user=user, substitute=substitute, **days)


def end(desk: Desk, leave: Leave) -> Any:
    return desk.client.post(reverse("admin:requests_app_case_leave_end", args=[leave.pk]))


def test_daily_mail_is_on_until_it_is_switched_off(desk: Desk) -> None:
    shown = page(desk)
    assert shown.context["settings_form"]["wants_daily_mail"].value() is True
    assert DeskSettings.objects.count() == 0  # looking changes nothing
    address = reverse("admin:requests_app_case_my_desk")
    assert desk.said(desk.client.post(address, {})) == "Ihre Einstellungen sind gespeichert."
    assert DeskSettings.objects.get(user=desk.user).wants_daily_mail is False
    desk.client.post(address, {"wants_daily_mail": "on"})
    assert DeskSettings.objects.get(user=desk.user).wants_daily_mail is True


def test_ones_page_is_linked_from_every_page_of_the_admin(desk: Desk) -> None:
    assert f'href="{reverse("admin:requests_app_case_my_desk")}">Mein Platz<' in desk.list().content.decode()


def test_a_leave_hands_the_cases_to_the_substitute_for_these_days(
    world: World, desk: Desk, jonas: User
) -> None:
    assert desk.said(enter(desk, substitute=jonas.pk)) == "Die Abwesenheit ist eingetragen."
    assert roster(TODAY).stands_in_for(jonas.pk) == {desk.user.pk}
    assert "25. November 2026 bis 26. November 2026 jetzt Jonas Weber vertritt" in words(page(desk))
    assert "Heute vertreten Sie Lena Brandt." in words(page(Desk(jonas)))
    case = world.case(CaseStatus.IN_REVIEW)
    assert "(abwesend bis Do, 26.11.2026, Jonas Weber vertritt)" in words(desk.sheet(case))


def test_a_colleague_who_fell_ill_is_entered_and_the_log_says_by_whom(desk: Desk, jonas: User) -> None:
    desk.said(enter(desk, user=jonas.pk))
    assert "Jonas Weber , 25. November 2026" in words(page(desk))
    assert "niemand vertritt: die Vorgänge werden allen gezeigt" in words(page(desk))
    assert LogEntry.objects.get().user == desk.user


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"first_day": ""}, "ersten Tag"),
        ({"last_day": ""}, "letzten Tag"),
        ({"last_day": "2026-11-24"}, "Der letzte Tag"),
        ({"first_day": "2026-11-02", "last_day": "2026-11-24"}, "Diese Abwesenheit ist schon vorbei."),
        ({"first_day": "2026-12-24", "last_day": "2027-01-04"}, "Lena Brandt ist schon vom 23. Dezember"),
        ({"user": "999999"}, "gültige"),
    ],
)
def test_a_leave_that_cannot_be_is_told_and_not_kept(desk: Desk, typed: dict[str, str], said: str) -> None:
    leave(desk.user, 28, 40)
    told = enter(desk, **typed)
    assert told.status_code == 200
    assert said in words(told)
    assert Leave.objects.count() == 1


def test_nobody_stands_in_for_oneself_or_comes_from_outside(world: World, desk: Desk) -> None:
    assert "Niemand vertritt sich selbst." in words(enter(desk, substitute=desk.user.pk))
    assert enter(desk, substitute=world.lead.user.pk).status_code == 200
    assert Leave.objects.count() == 0


def test_a_substitute_who_is_away_is_pointed_out(desk: Desk, jonas: User) -> None:
    leave(jonas, 1, 5)
    said = desk.said(enter(desk, substitute=jonas.pk))
    assert "Jonas Weber ist selbst vom 26. November 2026 bis 30. November 2026 abwesend" in said


@pytest.mark.parametrize(
    ("first", "last", "said", "left"),
    [
        (-3, 3, "Lena Brandt ist wieder da.", [TODAY - dt.timedelta(1)]),
        (0, 3, "Die Abwesenheit ist gelöscht.", []),
        (5, 6, "Die Abwesenheit ist gelöscht.", []),
        (-3, -2, "Diese Abwesenheit ist schon vorbei.", [TODAY - dt.timedelta(2)]),
    ],
)
def test_a_leave_ends_early_or_goes_away(
    desk: Desk, first: int, last: int, said: str, left: list[dt.date]
) -> None:
    assert desk.said(end(desk, leave(desk.user, first, last))) == said
    assert [row.last_day for row in Leave.objects.all()] == left
    assert roster(TODAY).stands_in_for(desk.user.pk) == set()


def test_past_leaves_and_those_of_people_who_left_are_not_shown(desk: Desk, jonas: User) -> None:
    leave(desk.user, -9, -1)
    leave(jonas)
    jonas.set_roles([])
    shown = page(desk).context
    assert (shown["own"], shown["others"]) == ([], [])


def test_a_leave_in_between_shows_who_stands_in_at_the_end_of_the_chain(desk: Desk, jonas: User) -> None:
    ada = actors.administrator()
    leave(desk.user, substitute=jonas)
    leave(jonas, substitute=ada)
    assert words(page(desk)).count("Ada Minsky vertritt") == 2


def test_looking_at_the_address_of_the_form_leads_to_the_page(desk: Desk) -> None:
    answer = desk.get(reverse("admin:requests_app_case_leave_add"))
    assert (answer.status_code, answer["Location"]) == (302, reverse("admin:requests_app_case_my_desk"))


@pytest.mark.parametrize("who", ["advisor", "contact", "reader"])
def test_nobody_else_has_a_desk(world: World, who: str) -> None:
    case = world.case(CaseStatus.MATCHED)
    workflow.take_over(case, actors.coordinator("Jonas Weber"))
    people = {
        "advisor": world.lead.user,
        "contact": actors.contact_of(case),
        "reader": actors.person("Rita Leser", Role.READER),
    }
    visitor, away = Desk(people[who]), leave(world.coordinator)
    for name, args in (("my_desk", []), ("leave_add", []), ("leave_end", [away.pk])):
        address = reverse(f"admin:requests_app_case_{name}", args=args)
        assert visitor.client.post(address).status_code == 403
    assert page(visitor).status_code == 403
    assert Leave.objects.count() == 1


@pytest.mark.parametrize("count", [1, 30])
def test_page_asks_the_same_number_of_queries(desk: Desk, count: int, django_assert_num_queries: Any) -> None:
    people = [actors.coordinator(f"Person {number}") for number in range(count)]
    for person in people:
        leave(person, substitute=desk.user)
    page(desk)
    with django_assert_num_queries(QUERIES):
        page(desk)


def test_settings_of_the_desk_leave_the_start_of_the_list_alone(world: World, desk: Desk) -> None:
    start = SavedFilter.objects.create(user=desk.user, name="Meine", query="liste=alle")
    page = desk.get(reverse("admin:requests_app_case_my_desk"))
    DeskSettings.objects.create(user=desk.user, start_filter=start)  # in another window
    desk.client.post(page.request["PATH_INFO"], {})
    kept = DeskSettings.objects.get(user=desk.user)
    assert (kept.start_filter, kept.wants_daily_mail) == (start, False)
