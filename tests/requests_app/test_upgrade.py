"""What an upgrade does with cases of before: nobody is flooded with what is old."""

from __future__ import annotations

import datetime as dt
from importlib import import_module
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.apps import apps
from django.utils import timezone

from miglobe.mail.models import OutboxMessage
from requests_app import follow_ups, read_marks, workflow
from requests_app.access import Side
from requests_app.models import Audience, Case, CaseStatus, FollowUp
from requests_app.threads import Talk
from tests import actors
from tests.actors import World

pytestmark = pytest.mark.django_db
TODAY = dt.datetime(2027, 3, 3, 10, tzinfo=ZoneInfo("Europe/Berlin"))


@pytest.fixture
def world() -> World:
    return World()


def migrate(name: str, step: str) -> None:
    """One step of a migration, on the tables as they are now."""
    getattr(import_module(f"requests_app.migrations.{name}"), step)(apps, None)


# --- Messages -------------------------------------------------------------------------------------


def written(world: World, text: str, case: Case) -> None:
    to = Audience.EVERYONE
    workflow.write_message(case, world.lead.user, Side.ADVISOR, text=text, audience=to)


def new_to_the_coordination(world: World, case: Case) -> tuple[list[str], list[str]]:
    """What counts as unread in lists, and what stands there as new on the page."""
    counted = read_marks.unread(world.coordinator, Side.COORDINATOR).filter(case=case).order_by("pk")
    talk = Talk(case, Side.COORDINATOR, world.coordinator, query={}, url="/")
    return [message.body for message in counted], [message.body for message in talk.new]


def test_messages_of_before_count_as_read_and_those_after_it_are_new(world: World) -> None:
    case = world.case(CaseStatus.MATCHED)
    written(world, "Alt", case)
    migrate("0033_messages_from_before", "count_as_read")
    assert new_to_the_coordination(world, case) == ([], [])
    written(world, "Neu", case)
    assert new_to_the_coordination(world, case) == (["Neu"], ["Neu"])


def test_where_people_have_read_marks_already_nothing_is_taken_for_read(world: World) -> None:
    case = world.case(CaseStatus.MATCHED)
    written(world, "Ungelesen", case)
    read_marks.set_mark(case, actors.contact_of(case), timezone.now())
    migrate("0033_messages_from_before", "count_as_read")
    assert new_to_the_coordination(world, case) == (["Ungelesen"], ["Ungelesen"])


# --- Follow-ups -----------------------------------------------------------------------------------


def closed_before(world: World, resubmit_on: dt.date) -> Case:
    """A closed case as it was before there were follow-ups: with one day on which to ask."""
    case = world.case(CaseStatus.CLOSED)
    FollowUp.objects.all().delete()
    Case.objects.filter(pk=case.pk).update(resubmit_on=resubmit_on)
    OutboxMessage.objects.all().delete()
    return Case.objects.get(pk=case.pk)


def test_follow_up_that_lies_ahead_is_planned(world: World) -> None:
    with time_machine.travel(TODAY, tick=False):
        case = closed_before(world, TODAY.date())
        migrate("0029_plan_follow_ups", "plan")
        assert [row.status for row in case.follow_ups.all()] == ["planned"]
        assert Case.objects.get(pk=case.pk).resubmit_on is None
        assert follow_ups.send_due() == 1


def test_follow_up_that_is_overdue_asks_nobody_and_stays_a_task_of_the_coordination(world: World) -> None:
    yesterday = TODAY.date() - dt.timedelta(days=1)
    with time_machine.travel(TODAY, tick=False):
        case = closed_before(world, yesterday)
        migrate("0029_plan_follow_ups", "plan")
        assert follow_ups.send_due() == 0
        assert Case.objects.get(pk=case.pk).resubmit_on == yesterday
        # The coordination can still ask.
        workflow.restore_follow_up(case.follow_ups.get(), world.coordinator)
        assert follow_ups.send_due() == 1
    asked = OutboxMessage.objects.filter(kind="follow_up_asked")
    assert list(asked.values_list("recipient", flat=True)) == [actors.contact_of(case).email]
