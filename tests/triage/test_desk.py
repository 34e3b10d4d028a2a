"""Responsibility, resubmission and topics on the sheet, in the list, and on their pages."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from advisors.models import Topic
from miglobe.accounts.models import User
from miglobe.accounts.roles import Role
from requests_app import workflow
from requests_app.models import Case, CaseStatus, Leave
from tests import actors
from tests.actors import World
from tests.triage.desk import Desk, forms, words

WEDNESDAY = dt.datetime(2026, 11, 25, 10, tzinfo=dt.UTC)
TODAY = WEDNESDAY.date()
# Of a list of cases, the column that says who is responsible.
LIST = "?liste=alle"


@pytest.fixture(autouse=True)
def _on_a_wednesday() -> Any:
    with time_machine.travel(WEDNESDAY):
        yield


@pytest.fixture
def colleague(world: World) -> Desk:
    return Desk(actors.coordinator("Jonas Weber"))


def page(desk: Desk, name: str, case: Case) -> Any:
    return desk.get(reverse(f"admin:requests_app_case_{name}", args=[case.pk]))


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


# --- Responsibility -------------------------------------------------------------------------------


def test_a_button_on_the_sheet_takes_the_case_over(world: World, desk: Desk) -> None:
    case = world.case()
    sheet = desk.sheet(case)
    assert "Zuständig niemand Übernehmen Weitergeben" in words(sheet)
    assert desk.said(desk.press(sheet, "Übernehmen")) == "Sie sind jetzt für diesen Vorgang zuständig."
    assert "Zuständig Lena Brandt Weitergeben" in words(desk.sheet(case))
    assert "Lena Brandt" in words(desk.list(LIST))


def test_who_was_slower_reads_who_is_responsible_now(world: World, desk: Desk, colleague: Desk) -> None:
    case = world.case()
    sheet = desk.sheet(case)
    colleague.press(colleague.sheet(case), "Übernehmen")
    assert desk.said(desk.press(sheet, "Übernehmen")) == "Inzwischen ist Jonas Weber zuständig."
    assert fresh(case).responsible == colleague.user


def test_a_case_is_passed_on_and_given_back(world: World, desk: Desk, colleague: Desk) -> None:
    case = world.case(CaseStatus.IN_REVIEW)
    shown = page(desk, "pass_on", case)
    assert "Bisher zuständig: Lena Brandt." in words(shown)
    assert list(shown.context["form"].fields["to"].choices) == [
        (str(colleague.user.pk), "Jonas Weber"),
        ("nobody", "Niemand: an alle zurückgeben"),
    ]
    done = desk.press(shown, "Weitergeben", to=str(colleague.user.pk))
    assert desk.said(done) == "Jonas Weber ist jetzt zuständig."
    done = desk.press(page(desk, "pass_on", case), "Weitergeben", to="nobody")
    assert desk.said(done) == "Für diesen Vorgang ist jetzt niemand zuständig."
    assert fresh(case).responsible is None


def test_passing_on_needs_somebody_of_the_coordination(world: World, desk: Desk) -> None:
    case = world.case(CaseStatus.IN_REVIEW)
    shown = page(desk, "pass_on", case)
    assert "Wählen Sie aus, wer übernimmt." in words(desk.press(shown, "Weitergeben"))
    for nonsense in (str(world.lead.user.pk), "x"):
        assert desk.press(shown, "Weitergeben", to=nonsense).status_code == 200
    assert fresh(case).responsible == world.coordinator


def test_passing_on_after_a_colleague_tells_and_then_works(world: World, desk: Desk, colleague: Desk) -> None:
    case = world.case(CaseStatus.IN_REVIEW)
    ada = actors.administrator()
    shown = page(desk, "pass_on", case)
    workflow.take_over(case, colleague.user)
    told = desk.press(shown, "Weitergeben", to=str(ada.pk))
    assert "Inzwischen ist Jonas Weber zuständig." in words(told)
    desk.press(told, "Weitergeben", to=str(ada.pk))
    assert fresh(case).responsible == ada


def test_passing_on_to_somebody_on_leave_says_who_stands_in(
    world: World, desk: Desk, colleague: Desk
) -> None:
    case = world.case(CaseStatus.IN_REVIEW)
    until = TODAY + dt.timedelta(5)
    Leave.objects.create(
        user=colleague.user, first_day=TODAY, last_day=until, substitute=actors.administrator()
    )
    hint = "abwesend bis Mo, 30.11.2026, Ada Minsky vertritt"
    shown = page(desk, "pass_on", case)
    assert hint in words(shown)
    done = desk.press(shown, "Weitergeben", to=str(colleague.user.pk))
    assert desk.said(done) == f"Jonas Weber ist jetzt zuständig. (Jonas Weber: {hint})"
    assert f"Jonas Weber ({hint})" in words(desk.sheet(case))
    assert f"Jonas Weber {hint}" in words(desk.list(LIST))


@pytest.mark.parametrize("how", ["deactivated", "without the role"])
def test_cases_of_somebody_who_has_left_belong_to_nobody(
    world: World, desk: Desk, colleague: Desk, how: str
) -> None:
    case = world.case()
    workflow.take_over(case, colleague.user)
    if how == "deactivated":
        User.objects.filter(pk=colleague.user.pk).update(is_active=False)
    else:
        colleague.user.set_roles([Role.ADVISOR])
    assert "niemand (früher: Jonas Weber)" in words(desk.sheet(case))
    assert "niemand früher: Jonas Weber" in words(desk.list(LIST))


# --- Resubmission ---------------------------------------------------------------------------------


def test_working_days_are_suggested_and_one_click_is_enough(world: World, desk: Desk) -> None:
    case = world.case()
    shown = page(desk, "resubmit", case)
    for choice in (
        "In einem Arbeitstag: Do, 26.11.2026", "In 3 Arbeitstagen: Mo, 30.11.2026",
        "In 5 Arbeitstagen: Mi, 02.12.2026", "In 10 Arbeitstagen: Mi, 09.12.2026",
    ):  # fmt: skip
        assert choice in words(shown)
    done = desk.press(shown, "Auf Wiedervorlage legen", note="  Frau Wellmann\r\nanrufen ")
    assert desk.said(done) == "Der Vorgang kommt am Mi, 02.12.2026 wieder auf den Tisch."
    assert fresh(case).resubmission_note == "Frau Wellmann anrufen"
    assert "Wiedervorlage Mi, 02.12.2026 Frau Wellmann anrufen Erledigt" in words(desk.sheet(case))
    assert "Wiedervorlage Mi, 02.12.2026" in words(desk.list(LIST))


def test_another_day_replaces_the_resubmission(world: World, desk: Desk) -> None:
    case = world.case()
    workflow.set_resubmission(case, world.coordinator, day=TODAY, note="Anrufen")
    shown = page(desk, "resubmit", case)
    assert "Bisher: Mi, 25.11.2026 („Anrufen“)." in words(shown)
    assert {"when": "other", "day": "2026-11-25"}.items() <= forms(shown)[-1].fields.items()
    desk.press(shown, "Auf Wiedervorlage legen", day="2026-12-24")
    assert (fresh(case).resubmit_on, fresh(case).resubmission_note) == (dt.date(2026, 12, 24), "Anrufen")
    # A quick choice counts although the earlier date still stands in its field.
    desk.press(page(desk, "resubmit", case), "Auf Wiedervorlage legen", when="1")
    assert fresh(case).resubmit_on == dt.date(2026, 11, 26)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"when": "other", "day": ""}, "Geben Sie ein Datum ein, zum Beispiel 3.12.2026."),
        ({"when": "other", "day": "morgen"}, "Geben Sie ein Datum ein, zum Beispiel 3.12.2026."),
        ({"when": "other", "day": "2026-11-24"}, "Wählen Sie heute oder einen späteren Tag."),
        ({"when": "other", "day": "2062-11-26"}, "Wählen Sie einen Tag in den nächsten drei Jahren."),
        ({"when": "5", "day": "2026-12-24"}, "Sie haben auch ein Datum eingetragen."),
        ({"when": "2"}, "gültige Auswahl"),
        ({"note": "x" * 301}, "300"),
    ],
)
def test_a_wrong_day_gets_a_sentence_and_keeps_the_note(
    world: World, desk: Desk, typed: dict[str, str], said: str
) -> None:
    case = world.case()
    told = desk.press(page(desk, "resubmit", case), "Auf Wiedervorlage legen", **{"note": "Anrufen"} | typed)
    assert said in words(told)
    assert forms(told)[-1].fields["note"] == typed.get("note", "Anrufen")
    assert fresh(case).resubmit_on is None


def test_resubmission_of_a_colleague_is_told_not_overwritten(
    world: World, desk: Desk, colleague: Desk
) -> None:
    case = world.case()
    shown = page(desk, "resubmit", case)
    workflow.set_resubmission(case, colleague.user, day=TODAY, note="Meine")
    told = desk.press(shown, "Auf Wiedervorlage legen", note="Deine")
    assert "Inzwischen wurde die Wiedervorlage geändert." in words(told)
    assert forms(told)[-1].fields["note"] == "Deine"
    assert fresh(case).resubmission_note == "Meine"
    desk.press(told, "Auf Wiedervorlage legen")
    assert fresh(case).resubmission_note == "Deine"


def test_a_resubmission_is_done_with_one_button(world: World, desk: Desk, colleague: Desk) -> None:
    case = world.case()
    workflow.set_resubmission(case, world.coordinator, day=TODAY)
    sheet = desk.sheet(case)
    workflow.set_resubmission(case, colleague.user, day=TODAY, note="Doch noch")
    button = "Erledigt: Wiedervorlage"
    assert desk.said(desk.press(sheet, button)) == "Inzwischen wurde die Wiedervorlage geändert."
    assert desk.said(desk.press(desk.sheet(case), button)) == "Die Wiedervorlage ist erledigt."
    assert "Wiedervorlage keine Setzen" in words(desk.sheet(case))


# --- Topics ---------------------------------------------------------------------------------------


def test_topics_are_corrected_and_a_colleagues_ones_stay(world: World, desk: Desk, colleague: Desk) -> None:
    case = world.case()
    shown = page(desk, "topics", case)
    assert forms(shown)[-1].fields["shown"] == "fair_trade"
    workflow.change_topics(case, colleague.user, add=Topic.objects.filter(key="youth"))
    done = desk.press(shown, "Speichern", topics="strategy")
    assert desk.said(done) == "Die Themen sind berichtigt."
    assert {topic.key for topic in case.topics.all()} == {"strategy", "youth"}
    assert "Themen" in words(desk.sheet(case))


def test_the_same_topics_are_told(world: World, desk: Desk) -> None:
    case = world.case()
    told = desk.press(page(desk, "topics", case), "Speichern", topics="fair_trade")
    assert "Der Vorgang hat diese Themen schon so." in words(told)


# --- Who may --------------------------------------------------------------------------------------

ACTING = ["take_over", "pass_on", "resubmit", "resubmitted", "topics"]


@pytest.mark.parametrize("name", ACTING)
@pytest.mark.parametrize("who", ["advisor", "contact", "reader"])
def test_nobody_else_acts_at_the_desk(world: World, name: str, who: str) -> None:
    case = world.case(CaseStatus.MATCHED)
    people = {
        "advisor": world.lead.user,
        "contact": actors.contact_of(case),
        "reader": actors.person("Rita Leser", Role.READER),
    }
    visitor = Desk(people[who])
    address = reverse(f"admin:requests_app_case_{name}", args=[case.pk])
    assert [visitor.get(address).status_code, visitor.client.post(address).status_code] in (
        [403, 403],
        [405, 403],
    )
    assert fresh(case).responsible == world.coordinator


@pytest.mark.parametrize("name", ACTING)
def test_a_case_that_is_not_there_is_not_found(desk: Desk, name: str) -> None:
    address = reverse(f"admin:requests_app_case_{name}", args=[999_999])
    assert desk.client.post(address).status_code == 404
