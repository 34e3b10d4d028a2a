"""The coordinators' desk: responsibility, resubmission, topics – and two people at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import time_machine
from django.db import connection
from django.utils import timezone
from django.utils.translation import override

from advisors.models import Topic
from miglobe.accounts.models import User
from requests_app import timeline, workflow
from requests_app.models import Case, CaseStatus, EventKind, Resolution
from tests import actors
from tests.actors import World

pytestmark = pytest.mark.django_db

WEDNESDAY = dt.datetime(2026, 11, 25, 10, tzinfo=dt.UTC)
MONDAY = dt.date(2026, 11, 30)


@pytest.fixture
def world() -> World:
    return World()


def history(case: Case, kind: EventKind) -> list[str]:
    """What the staff reads of one kind of event, newest first."""
    with override("de"):
        return [entry.detail for entry in timeline.staff_timeline(case) if entry.what == kind.label]


def problem(act: Callable[[], object]) -> str:
    with override("de"), pytest.raises(workflow.InvalidTransition) as refused:
        act()
    return str(refused.value.message)


# --- Responsibility -------------------------------------------------------------------------------


def test_responsibility_goes_from_hand_to_hand_and_back_to_all(world: World) -> None:
    lena, jonas = world.coordinator, actors.coordinator("Jonas Weber")
    case = world.case()
    assert workflow.take_over(case, lena).responsible == lena
    assert workflow.assign_responsible(case, lena, to=jonas).responsible == jonas
    assert workflow.assign_responsible(case, jonas, to=None).responsible is None
    assert history(case, EventKind.RESPONSIBLE_CHANGED) == [
        "Jonas Weber → niemand",
        "Lena Brandt → Jonas Weber",
        "niemand → Lena Brandt",
    ]


def test_responsibility_leaves_open_forms_as_they_are(world: World) -> None:
    case = world.case()
    workflow.take_over(case, world.coordinator)
    workflow.start_review(case, world.coordinator, seen=case.version)
    assert Case.objects.get(pk=case.pk).status == CaseStatus.IN_REVIEW


def test_whoever_saw_somebody_else_is_told_who_is_responsible_now(world: World) -> None:
    lena, jonas = world.coordinator, actors.coordinator("Jonas Weber")
    case = world.case()
    seen = workflow.responsible_seen(case)
    workflow.take_over(case, jonas, seen=seen)
    sentence = "Inzwischen ist Jonas Weber zuständig."
    assert problem(lambda: workflow.take_over(case, lena, seen=seen)) == sentence
    assert problem(lambda: workflow.assign_responsible(case, lena, to=lena, seen=seen)) == sentence
    workflow.assign_responsible(case, jonas, to=None)
    assert "niemand" in problem(lambda: workflow.take_over(case, lena, seen=str(jonas.pk)))
    assert Case.objects.get(pk=case.pk).responsible is None


@pytest.mark.parametrize("who", ["advisor", "contact", "inactive"])
def test_only_the_coordination_can_be_responsible(world: World, who: str) -> None:
    case = world.case()
    inactive = actors.coordinator("Inaktive Person")
    inactive.is_active = False
    inactive.save()
    people = {"advisor": world.lead.user, "contact": actors.contact_of(case), "inactive": inactive}
    told = problem(lambda: workflow.assign_responsible(case, world.coordinator, to=people[who]))
    assert "gehört nicht (mehr) zur Koordination" in told


def test_the_same_once_more_is_no_change(world: World) -> None:
    case = world.case()
    workflow.take_over(case, world.coordinator)
    assert problem(lambda: workflow.take_over(case, world.coordinator)) == "Lena Brandt ist schon zuständig."
    assert len(history(case, EventKind.RESPONSIBLE_CHANGED)) == 1


def test_whoever_moves_a_case_on_that_nobody_has_becomes_responsible(world: World) -> None:
    case = world.case(CaseStatus.IN_REVIEW)
    assert case.responsible == world.coordinator
    assert history(case, EventKind.REVIEW_STARTED) == ["ist ab jetzt zuständig · Eingegangen → In Prüfung"]


def test_a_colleagues_step_leaves_the_responsible_person(world: World) -> None:
    jonas = actors.coordinator("Jonas Weber")
    case = world.case(CaseStatus.IN_REVIEW)
    workflow.ask_query(case, jonas, text="Welche Vereine?")
    assert Case.objects.get(pk=case.pk).responsible == world.coordinator


def test_a_message_makes_nobody_responsible(world: World) -> None:
    case = world.case()
    workflow.write_note(case, world.coordinator, text="Anruf")
    assert Case.objects.get(pk=case.pk).responsible is None


@pytest.mark.parametrize("how", ["deactivated", "without the role"])
def test_a_step_replaces_somebody_who_has_left(world: World, how: str) -> None:
    jonas = actors.coordinator("Jonas Weber")
    case = world.case()
    workflow.take_over(case, jonas)
    if how == "deactivated":
        User.objects.filter(pk=jonas.pk).update(is_active=False)
    else:
        jonas.set_roles([])
    workflow.start_review(case, world.coordinator)
    assert Case.objects.get(pk=case.pk).responsible == world.coordinator


# --- Resubmission ---------------------------------------------------------------------------------


def test_resubmission_is_set_changed_and_finished(world: World) -> None:
    case, lena = world.case(), world.coordinator
    with time_machine.travel(WEDNESDAY):
        workflow.set_resubmission(case, lena, day=MONDAY, note="Frau Wellmann anrufen")
        changed = workflow.set_resubmission(case, lena, day=dt.date(2026, 11, 25))
        assert (changed.resubmit_on, changed.resubmission_note) == (dt.date(2026, 11, 25), "")
        done = workflow.finish_resubmission(case, lena)
    assert (done.resubmit_on, done.resubmission_note) == (None, "")
    assert history(case, EventKind.RESUBMISSION_SET) == [
        "25. November 2026",
        "30. November 2026 · Frau Wellmann anrufen",
    ]
    assert history(case, EventKind.RESUBMISSION_DONE) == ["25. November 2026"]


def test_resubmission_cannot_lie_in_the_past(world: World) -> None:
    case = world.case()
    yesterday = timezone.localdate() - dt.timedelta(1)
    told = problem(lambda: workflow.set_resubmission(case, world.coordinator, day=yesterday))
    assert told == "Wählen Sie heute oder einen späteren Tag."


def test_resubmission_of_a_colleague_is_not_overwritten(world: World) -> None:
    case, lena = world.case(), world.coordinator
    seen = workflow.resubmission_seen(case)
    day = timezone.localdate()
    set_ = workflow.set_resubmission(case, actors.coordinator("Jonas Weber"), day=day, note="A", seen=seen)
    sentence = "Inzwischen wurde die Wiedervorlage geändert."
    assert problem(lambda: workflow.set_resubmission(case, lena, day=day, note="B", seen=seen)) == sentence
    assert problem(lambda: workflow.finish_resubmission(case, lena, seen=seen)) == sentence
    assert workflow.finish_resubmission(case, lena, seen=workflow.resubmission_seen(set_)).resubmit_on is None
    assert "keine Wiedervorlage" in problem(lambda: workflow.finish_resubmission(case, lena))


def test_resubmission_ends_with_its_case(world: World) -> None:
    case, lena = world.case(), world.coordinator
    workflow.set_resubmission(case, lena, day=timezone.localdate(), note="Anrufen")
    ended = workflow.withdraw(case, actors.contact_of(case))
    assert (ended.resubmit_on, ended.resubmission_note) == (None, "")
    told = problem(lambda: workflow.set_resubmission(ended, lena, day=timezone.localdate()))
    assert told == "Dieser Vorgang ist schon beendet."


def test_closed_case_can_be_put_off_until_it_is_reopened(world: World) -> None:
    lena = world.coordinator
    with time_machine.travel(WEDNESDAY):
        case = world.case(CaseStatus.OPTIONS_AGREED)
        workflow.set_resubmission(case, lena, day=MONDAY, note="Anrufen")
        closed = workflow.close(case, lena, resolution=Resolution.OPTIONS_AGREED)
        assert (closed.resubmit_on, closed.resubmission_note) == (None, "")
        put_off = workflow.set_resubmission(closed, lena, day=MONDAY, note="Nach der Ratssitzung fragen")
        assert (put_off.resubmit_on, put_off.status) == (MONDAY, CaseStatus.CLOSED)
        reopened = workflow.reopen(closed, lena)
    assert (reopened.resubmit_on, reopened.resubmission_note) == (None, "")


# --- Topics ---------------------------------------------------------------------------------------


def test_topics_are_added_and_removed_and_both_are_told(world: World) -> None:
    case = world.case()
    add, remove = (Topic.objects.filter(key=key) for key in ("strategy", "fair_trade"))
    workflow.change_topics(case, world.coordinator, add=add, remove=remove)
    assert [topic.key for topic in case.topics.all()] == ["strategy"]
    assert history(case, EventKind.TOPICS_CHANGED) == [f"+ {add[0].label} · − {remove[0].label}"]
    workflow.change_topics(case, actors.coordinator(), add=remove)
    assert case.topics.count() == 2


def test_topics_that_change_nothing_are_told(world: World) -> None:
    case = world.case()
    there, not_there = Topic.objects.filter(key="fair_trade"), Topic.objects.filter(key="strategy")
    told = problem(lambda: workflow.change_topics(case, world.coordinator, add=there, remove=not_there))
    assert told == "Der Vorgang hat diese Themen schon so."
    assert history(case, EventKind.TOPICS_CHANGED) == []


def test_nothing_of_the_desk_is_told_to_the_municipality(world: World) -> None:
    case, lena = world.case(), world.coordinator
    before = timeline.public_timeline(case)
    workflow.take_over(case, lena)
    workflow.set_resubmission(case, lena, day=timezone.localdate(), note="Anrufen")
    workflow.finish_resubmission(case, lena)
    workflow.change_topics(case, lena, add=Topic.objects.filter(key="strategy"))
    assert timeline.public_timeline(case) == before


# --- At once --------------------------------------------------------------------------------------


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_two_who_reassign_at_once_one_wins_and_the_other_reads_who() -> None:
    world = World()
    people = [world.coordinator, actors.coordinator("Jonas Weber")]
    case = world.case()
    seen = workflow.responsible_seen(case)
    both = Barrier(2, timeout=30)

    def take(person: User) -> str:
        try:
            both.wait()
            with override("de"):
                workflow.take_over(case, person, seen=seen)
        except workflow.InvalidTransition as refused:
            return str(refused.message)
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(take, people))
    winner = people[said.index("")]
    assert Case.objects.get(pk=case.pk).responsible == winner
    assert sorted(said) == ["", f"Inzwischen ist {winner.name} zuständig."]
    assert case.events.filter(kind=EventKind.RESPONSIBLE_CHANGED).count() == 1
