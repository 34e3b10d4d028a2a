"""Months after the end: asked once for each round, reminded once, answered, left out, or at rest."""

from __future__ import annotations

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from miglobe.accounts.models import User
from miglobe.mail.models import OutboxMessage
from miglobe.site.models import PortalSettings, check_months
from requests_app import follow_ups, workflow
from requests_app.models import (
    ActionOption,
    AssignmentRole,
    Case,
    CaseStatus,
    EventKind,
    Feedback,
    OptionReport,
    Resolution,
)
from requests_app.workflow import Said
from tests import actors
from tests.actors import World

pytestmark = pytest.mark.django_db
S = CaseStatus


def on(day: dt.date, hour: int = 7) -> time_machine.travel:
    """Five past an hour of a day; in winter that hour is Berlin's."""
    return time_machine.travel(
        dt.datetime(day.year, day.month, day.day, hour - 1, 5, tzinfo=dt.UTC), tick=True
    )


CLOSED_ON = dt.date(2026, 11, 25)
THREE, SIX, TWELVE = dt.date(2027, 2, 25), dt.date(2027, 5, 25), dt.date(2027, 11, 25)
ROUNDS = [(3, THREE, "planned"), (6, SIX, "planned"), (12, TWELVE, "planned")]


@pytest.fixture
def world(db: None) -> World:
    with on(CLOSED_ON):
        return World()


@pytest.fixture
def case(world: World) -> Case:
    """Closed on Wednesday, 25 November 2026, with one agreed option."""
    with on(CLOSED_ON):
        return world.case(S.CLOSED)


def rounds(case: Case) -> list[tuple[int, dt.date, str]]:
    return list(case.follow_ups.values_list("months", "due_on", "status"))


def states(case: Case) -> list[str]:
    return list(case.follow_ups.values_list("status", flat=True))


def sent(kind: str) -> list[str]:
    """To whom mails of a kind went."""
    return list(OutboxMessage.objects.filter(kind=kind).order_by("pk").values_list("recipient", flat=True))


def send(day: dt.date, hour: int = 7) -> int:
    with on(day, hour):
        return follow_ups.send_due()


def option_of(case: Case) -> ActionOption:
    return case.options.get()


def set_rounds(months: str) -> None:
    portal = PortalSettings.read()
    portal.follow_up_months = months
    portal.save()


# --- Planned ---------------------------------------------------------------------------------------


def test_closing_plans_three_rounds_on_working_days(case: Case) -> None:
    assert rounds(case) == ROUNDS


def test_round_on_a_holiday_falls_on_the_next_working_day(world: World) -> None:
    with on(dt.date(2026, 11, 16)):
        case = world.case(S.CLOSED)
    # 16 May 2027 is a Sunday, and the Monday after it is Whit Monday
    assert case.follow_ups.get(months=6).due_on == dt.date(2027, 5, 18)


def test_last_day_of_a_long_month_becomes_that_of_a_short_one(world: World) -> None:
    set_rounds("1")
    with on(dt.date(2028, 1, 31)):
        case = world.walk(S.CLOSED)
    assert rounds(case) == [(1, dt.date(2028, 2, 29), "planned")]


def test_rounds_left_out_at_the_end_are_not_asked_and_can_be_brought_back(world: World) -> None:
    with on(CLOSED_ON):
        case = world.case(S.OPTIONS_AGREED)
        workflow.close(case, world.coordinator, resolution=Resolution.OPTIONS_AGREED, left_out=[3, 6, 12])
    assert states(case) == ["skipped", "skipped", "skipped"]
    assert (send(THREE), sent("follow_up_asked")) == (0, [])
    workflow.restore_follow_up(case.follow_ups.get(months=6), world.coordinator)
    assert states(case) == ["skipped", "planned", "skipped"]
    assert send(SIX) == 1


def test_talk_that_was_enough_is_followed_by_one_question_in_the_middle(world: World) -> None:
    with on(CLOSED_ON):
        case = world.case(S.IN_DIALOGUE)
        workflow.close(case, world.coordinator, resolution=Resolution.INITIAL_TALK_SUFFICIENT)
    assert rounds(case) == [(6, SIX, "planned")]


def test_case_without_advice_or_where_the_host_asks_nobody_has_no_rounds(world: World) -> None:
    lena = world.coordinator
    referred = workflow.close(world.case(S.MATCHED), lena, resolution=Resolution.REFERRED)
    set_rounds("")
    agreed = workflow.close(world.case(S.OPTIONS_AGREED), lena, resolution=Resolution.OPTIONS_AGREED)
    assert (rounds(referred), rounds(agreed)) == ([], [])


def test_reopening_cancels_and_closing_again_plans_anew_even_on_the_same_day(
    world: World, case: Case
) -> None:
    with on(CLOSED_ON):
        workflow.skip_follow_up(case.follow_ups.get(months=3), world.coordinator)
        reopened = workflow.reopen(case, world.coordinator)
        assert states(reopened) == ["cancelled"] * 3
        workflow.close(reopened, world.coordinator, resolution=Resolution.OPTIONS_AGREED)
    assert [row for row in rounds(case) if row[2] == "planned"] == ROUNDS


@pytest.mark.parametrize("months", ["3, 6, 12", "3,6,12", "1", "36", "1, 2, 3, 4, 5, 6"])
def test_months_with_commas_are_taken(months: str) -> None:
    check_months(months)


@pytest.mark.parametrize(
    "months", ["0", "37", "6, 3", "3, 3", "3;6", "drei", "3,", ",", "1.5", "-3", "1,2,3,4,5,6,7", "²", "9999"]
)
def test_anything_else_is_refused(months: str) -> None:
    with pytest.raises(ValidationError):
        check_months(months)


class Killed(Exception):
    """The worker dies here."""


# --- Asked -----------------------------------------------------------------------------------------


def test_round_is_asked_on_its_day_from_six_o_clock_and_once(case: Case) -> None:
    contact = actors.contact_of(case).email
    assert send(THREE - dt.timedelta(days=1)) == 0
    assert send(THREE, hour=5) == 0
    assert [send(THREE, hour=hour) for hour in (6, 7, 12)] == [1, 0, 0]
    assert sent("follow_up_asked") == [contact]
    assert states(case) == ["asked", "planned", "planned"]


def test_mail_lists_the_options_with_first_step_and_leads_to_the_page(case: Case) -> None:
    ActionOption.objects.update(due_on=dt.date(2027, 3, 31))
    send(THREE)
    mail = OutboxMessage.objects.get(kind="follow_up_asked")
    assert mail.subject == f"{case.reference}: Was ist aus der Beratung geworden?"
    assert f"/vorgang/{case.reference}/nachfrage/" in mail.body
    assert (
        "– Zwei feste Sitze in der Steuerungsgruppe\n"
        "  Erster Schritt: Geschäftsordnung ergänzen. (bis 31. März 2027)\n" in mail.body
    )


def test_nothing_is_asked_on_a_day_off_but_on_the_next_working_day(case: Case) -> None:
    saturday = dt.date(2027, 2, 27)
    assert [send(saturday), send(saturday + dt.timedelta(days=2))] == [0, 1]


def test_every_contact_person_is_asked_and_nobody_who_has_left(world: World, case: Case) -> None:
    colleague = actors.colleague(case)
    left = actors.colleague(case, "Mara Linden")
    workflow.leave_case(case, left.user)
    send(THREE)
    assert set(sent("follow_up_asked")) == {actors.contact_of(case).email, colleague.user.email}


def test_where_nobody_can_be_reached_the_coordination_gets_the_task(world: World, case: Case) -> None:
    case.contacts.update(mail_bounced_at=dt.datetime(2026, 12, 1, tzinfo=dt.UTC))
    assert (send(THREE), sent("follow_up_asked")) == (1, [])
    case.refresh_from_db()
    assert (case.resubmit_on, states(case)) == (THREE, ["skipped", "planned", "planned"])
    assert case.resubmission_note.startswith("Nachfrage: Niemand in der Kommune ist erreichbar.")
    assert send(THREE) == 0


def test_several_rounds_in_which_nobody_can_be_reached_are_one_task(case: Case) -> None:
    case.contacts.update(mail_bounced_at=dt.datetime(2026, 12, 1, tzinfo=dt.UTC))
    assert [send(SIX), send(SIX), send(TWELVE)] == [1, 0, 1]
    case.refresh_from_db()
    assert states(case) == ["skipped", "skipped", "skipped"]
    assert case.resubmission_note.count("Nachfrage") == 1


def test_silence_is_reminded_of_once_after_ten_working_days_and_rests_after_twenty_more(case: Case) -> None:
    send(THREE)
    # Easter: Good Friday is 26 March, Easter Monday 29 March 2027.
    told = {day: send(day) for n in range(1, 60) if (day := THREE + dt.timedelta(days=n))}
    assert [day for day, number in told.items() if number] == [dt.date(2027, 3, 11), dt.date(2027, 4, 12)]
    assert (len(sent("follow_up_reminded")), states(case)) == (1, ["rests", "planned", "planned"])
    assert [event.kind for event in case.events.order_by("pk")][-3:] == [
        EventKind.FOLLOW_UP_ASKED, EventKind.FOLLOW_UP_REMINDED, EventKind.FOLLOW_UP_RESTS,
    ]  # fmt: skip


def test_next_round_lets_the_unanswered_one_rest_and_several_due_at_once_are_one_mail(
    world: World, case: Case
) -> None:
    with on(CLOSED_ON):
        stood_still = world.walk(S.CLOSED)
    workflow.skip_follow_up(stood_still.follow_ups.get(months=3), world.coordinator)
    send(THREE)
    workflow.restore_follow_up(stood_still.follow_ups.get(months=3), world.coordinator)
    # The worker has been off for three months.
    assert send(SIX) == 2
    assert states(case) == ["rests", "asked", "planned"]
    assert states(stood_still) == ["skipped", "asked", "planned"]
    assert len(sent("follow_up_asked")) == 3


def test_answered_or_reopened_rounds_are_not_reminded_of(world: World, case: Case) -> None:
    with on(CLOSED_ON):
        other = world.walk(S.CLOSED)
    send(THREE)
    with on(THREE, hour=9):
        workflow.answer_follow_up(case, actors.contact_of(case), [Said(option_of(case).pk, "done")])
        workflow.reopen(other, world.coordinator)
    assert [send(THREE + dt.timedelta(days=n)) for n in range(1, 60)] == [0] * 59
    assert (sent("follow_up_reminded"), states(other)) == ([], ["cancelled"] * 3)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_ask_and_remind_once(world: World) -> None:
    with on(CLOSED_ON):
        cases = [world.walk(S.CLOSED) for _ in range(3)]
    barrier = threading.Barrier(2)

    def work(_: int) -> int:
        barrier.wait(10)
        try:
            return follow_ups.send_due()
        finally:
            connection.close()

    for day in (THREE, dt.date(2027, 3, 11)):
        with on(day), ThreadPoolExecutor(2) as pool:
            assert sum(pool.map(work, range(2))) == len(cases)
    contacts = sorted(actors.contact_of(case).email for case in cases)
    assert (sorted(sent("follow_up_asked")), sorted(sent("follow_up_reminded"))) == (contacts, contacts)


def test_worker_that_dies_in_the_middle_has_asked_nobody_and_asks_when_it_is_started_again(
    case: Case,
) -> None:
    with on(THREE), pytest.raises(Killed), transaction.atomic():
        follow_ups.send_due()
        raise Killed
    assert (states(case), sent("follow_up_asked")) == (["planned"] * 3, [])
    assert (send(THREE), len(sent("follow_up_asked"))) == (1, 1)


# --- Answered --------------------------------------------------------------------------------------


def reports(case: Case) -> list[tuple[str, str]]:
    return list(OptionReport.objects.filter(option__case=case).values_list("implementation", "note"))


def test_answer_keeps_a_report_for_each_line_and_the_word(case: Case) -> None:
    contact, option = actors.contact_of(case), option_of(case)
    send(THREE)
    with on(THREE, hour=9):
        row = workflow.answer_follow_up(
            case, contact, [Said(option.pk, "partly_done", "Ein Sitz")], word="Gut."
        )
    assert row is not None
    assert (row.months, row.status, row.answered_by, row.word) == (3, "answered", contact, "Gut.")
    assert reports(case) == [("partly_done", "Ein Sitz")]
    assert OptionReport.objects.get().follow_up == row


def test_same_answer_sent_twice_is_one(case: Case) -> None:
    contact, said = actors.contact_of(case), [Said(option_of(case).pk, "done")]
    send(THREE)
    with on(THREE, hour=9):
        workflow.answer_follow_up(case, contact, said, word="Gut.")
        with pytest.raises(workflow.NothingNew):
            workflow.answer_follow_up(case, contact, said, word="Gut.")
    assert (reports(case), states(case)) == ([("done", "")], ["answered", "planned", "planned"])


def test_next_round_keeps_what_is_said_again(case: Case) -> None:
    contact, said = actors.contact_of(case), [Said(option_of(case).pk, "in_progress")]
    for day in (THREE, SIX):
        send(day)
        with on(day, hour=9):
            workflow.answer_follow_up(case, contact, said)
    assert reports(case) == [("in_progress", ""), ("in_progress", "")]


def test_what_is_told_between_the_rounds_is_kept_if_it_is_new(case: Case) -> None:
    contact, option = actors.contact_of(case), option_of(case)
    with on(dt.date(2027, 1, 11)):
        workflow.answer_follow_up(case, contact, [Said(option.pk, "planned")])
        workflow.answer_follow_up(case, contact, [Said(option.pk, "planned")], word="Im März im Rat.")
        workflow.answer_follow_up(case, contact, [Said(option.pk, "resolved")], word="Im März im Rat.")
    assert reports(case) == [("planned", ""), ("resolved", "")]
    assert [row for row in rounds(case) if row[0] == 0] == [(0, dt.date(2027, 1, 11), "answered")]
    assert len(case.follow_ups.filter(status="planned")) == 3


def test_round_that_rests_can_still_be_answered(case: Case) -> None:
    for day in (THREE, dt.date(2027, 3, 11), dt.date(2027, 4, 12)):
        send(day)
    with on(dt.date(2027, 5, 3)):
        workflow.answer_follow_up(case, actors.contact_of(case), [Said(option_of(case).pk, "done")])
    assert states(case) == ["answered", "planned", "planned"]


def test_answer_sent_twice_leaves_an_earlier_round_that_rests_as_it_is(case: Case) -> None:
    contact, said = actors.contact_of(case), [Said(option_of(case).pk, "done")]
    send(THREE)
    send(SIX)
    with on(SIX, hour=9):
        workflow.answer_follow_up(case, contact, said, word="Gut.")
        with pytest.raises(workflow.NothingNew):
            workflow.answer_follow_up(case, contact, said, word="Gut.")
    assert (reports(case), states(case)) == ([("done", "")], ["rests", "answered", "planned"])


def test_option_of_another_case_and_an_option_that_was_replaced_are_refused(world: World, case: Case) -> None:
    other = option_of(world.walk(S.CLOSED))
    with pytest.raises(workflow.InvalidTransition):
        workflow.answer_follow_up(case, actors.contact_of(case), [Said(other.pk, "done")])
    option = option_of(case)
    ActionOption.objects.filter(pk=option.pk).update(status="replaced")
    with pytest.raises(workflow.InvalidTransition):
        workflow.answer_follow_up(case, actors.contact_of(case), [Said(option.pk, "done")])
    assert OptionReport.objects.count() == 0


def test_case_that_was_not_advised_has_nothing_to_tell(world: World) -> None:
    case = workflow.close(world.case(S.MATCHED), world.coordinator, resolution=Resolution.REFERRED)
    contact = actors.contact_of(case)
    with pytest.raises(workflow.InvalidTransition):
        workflow.answer_follow_up(case, contact, [], word="Gut.")
    with pytest.raises(workflow.InvalidTransition):
        workflow.give_feedback(case, contact, helped="yes", recommends="", missing="")
    with pytest.raises(workflow.InvalidTransition):
        workflow.ask_for_talk(case, contact)


# --- Three questions -------------------------------------------------------------------------------


def give(case: Case, user: User | None = None, **answers: str) -> Feedback:
    everything = {"helped": "", "recommends": "", "missing": ""} | answers
    return workflow.give_feedback(case, user or actors.contact_of(case), **everything)


def test_answers_are_one_row_that_can_be_changed_until_the_first_follow_up(case: Case) -> None:
    with on(CLOSED_ON, hour=12):
        give(case, helped="yes")
        give(case, helped="partly", missing="Mehr Zeit")
    row = Feedback.objects.get()
    assert (row.helped, row.recommends, row.missing) == ("partly", "", "Mehr Zeit")
    send(THREE)
    with on(THREE, hour=9), pytest.raises(workflow.InvalidTransition):
        give(case, helped="no")


def test_answers_can_be_given_late_but_then_stay(case: Case) -> None:
    send(THREE)
    with on(THREE, hour=9):
        give(case, recommends="perhaps")
        with pytest.raises(workflow.InvalidTransition):
            give(case, recommends="no")
    assert Feedback.objects.get().recommends == "perhaps"


def test_same_answers_twice_and_no_answer_at_all_change_nothing(case: Case) -> None:
    with pytest.raises(workflow.InvalidTransition):
        give(case, missing="  ")
    give(case, helped="no")
    with pytest.raises(workflow.InvalidTransition):
        give(case, helped="no")
    assert case.events.filter(kind=EventKind.FEEDBACK_GIVEN).count() == 1


# --- Another talk ----------------------------------------------------------------------------------


def test_another_talk_takes_the_case_into_dialogue_again_with_its_advisors(world: World, case: Case) -> None:
    contact = actors.contact_of(case)
    with on(SIX):
        again = workflow.ask_for_talk(case, contact, text="Der Rat zögert.")
    assert (again.status, again.resolution, again.closed_at) == (S.IN_DIALOGUE, "", None)
    assert (again.answer_kind, states(again)) == (EventKind.TALK_ASKED, ["cancelled"] * 3)
    message = again.messages.get()
    assert (message.body, message.author, message.audience) == ("Der Rat zögert.", contact, "everyone")
    assert set(sent("talk_asked")) == {world.coordinator.email, world.lead.user.email}


def test_another_talk_without_advisors_puts_the_case_into_review(world: World, case: Case) -> None:
    User.objects.filter(pk__in=[world.lead.user_id, world.co.user_id]).update(is_active=False)
    with on(SIX):
        again = workflow.ask_for_talk(case, actors.contact_of(case))
    assert (again.status, again.due_on) == (S.IN_REVIEW, dt.date(2027, 6, 2))
    assert again.messages.count() == 0
    assert world.coordinator.email in sent("talk_asked")
    assert [str(a.status) for a in again.assignments.filter(role="lead")] == ["ended"]
    assert not workflow.has_advisors(again)
    offer = workflow.Offer(world.other_advisor, AssignmentRole.LEAD, "Es geht weiter.")
    with on(SIX):
        workflow.offer(again, world.coordinator, [offer])  # nobody stands in the way of a new lead
    assert sorted(again.assignments.filter(role="lead").values_list("status", flat=True)) == [
        "ended",
        "offered",
    ]
