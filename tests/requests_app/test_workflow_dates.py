"""Finding a date: proposed, refused, agreed, moved, cancelled; who is told, with which calendar file."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import SMTP
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
import time_machine
from django.utils import timezone
from django.utils.translation import override

from miglobe.mail import delivery
from miglobe.mail.models import OutboxMessage
from miglobe.ops.jobs import JOBS
from requests_app import dates, deadlines, jobs, workflow
from requests_app.access import Side
from requests_app.models import (
    Appointment,
    AppointmentStatus,
    Case,
    CaseStatus,
    DateRound,
    DialogueSession,
    EventKind,
    Message,
    RoundStatus,
)
from requests_app.workflow import InvalidTransition
from tests import actors
from tests.actors import World

pytestmark = pytest.mark.django_db

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture(autouse=True)
def _refusals_in_english() -> Iterator[None]:
    with override("en"):
        yield


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def case(world: World) -> Case:
    """A case that both advisors have accepted."""
    found = world.case(CaseStatus.MATCHED)
    workflow.accept_offer(world.offer_of(found, world.co), world.co.user)
    OutboxMessage.objects.all().delete()
    return Case.objects.get(pk=found.pk)


def propose(world: World, case: Case, *days: int, **changes: Any) -> DateRound:
    moves = changes.pop("moves", None)
    return workflow.propose_dates(
        case, world.lead.user, actors.proposal(*days, **changes), form_key=uuid.uuid4(), moves=moves
    )


def agree(world: World, case: Case, *days: int, **changes: Any) -> Appointment:
    asked = propose(world, case, *days, **changes)
    return workflow.pick_date(asked, actors.contact_of(case), date=asked.dates.first())


def mails(kind: str) -> dict[str, OutboxMessage]:
    return {mail.recipient: mail for mail in OutboxMessage.objects.filter(kind=kind)}


def file_of(mail: OutboxMessage) -> tuple[str, icalendar.Event]:
    """The method that the mail names, and the event in its file, which names the same one."""
    attached = mail.attachments.get()
    calendar = icalendar.Calendar.from_ical(bytes(attached.content))
    assert attached.mimetype == f"text/calendar; method={calendar['METHOD']}; charset=utf-8"
    return str(calendar["METHOD"]), calendar.events[0]


def everybody(world: World, case: Case) -> set[str]:
    return {actors.contact_of(case).email, world.lead.user.email, world.co.user.email}


# --- Proposing ---------------------------------------------------------------------------------------


def test_proposed_dates_are_mailed_to_the_municipality_alone(world: World, case: Case) -> None:
    asked = propose(world, case, 10, 11, note="Ich bringe Beispiele mit.")
    sent = mails("dates_proposed")
    assert set(sent) == {actors.contact_of(case).email}
    [mail] = sent.values()
    with override("de"):
        assert [dates.spoken(each.starts_at) in mail.body for each in asked.dates.all()] == [True, True]
    assert "Ich bringe Beispiele mit." in mail.body
    assert case.events.filter(kind=EventKind.DATES_PROPOSED).count() == 1


def test_either_advisor_may_propose_and_withdraw(world: World, case: Case) -> None:
    asked = propose(world, case)
    withdrawn = workflow.withdraw_dates(asked, world.co.user)
    assert withdrawn.status == RoundStatus.WITHDRAWN
    workflow.propose_dates(case, world.co.user, actors.proposal(), form_key=uuid.uuid4())
    assert [str(each.status) for each in case.date_rounds.all()] == ["withdrawn", "open"]


def test_dates_sent_twice_are_one_proposal(world: World, case: Case) -> None:
    key = uuid.uuid4()
    first, second = (
        workflow.propose_dates(case, world.lead.user, actors.proposal(), form_key=key) for _time in range(2)
    )
    assert first == second
    assert len(mails("dates_proposed")) == OutboxMessage.objects.filter(kind="dates_proposed").count() == 1


@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        ((-1, 5), "A date must not be in the past."),
        ((5, 400), "A date must be within a year."),
        ((5, 5), "Propose one to five different dates."),
        ((1, 2, 3, 4, 5, 6), "Propose one to five different dates."),
    ],
)
def test_dates_that_make_no_sense_are_refused(
    days: tuple[int, ...], sentence: str, world: World, case: Case
) -> None:
    with pytest.raises(InvalidTransition, match=sentence):
        propose(world, case, *days)
    assert case.date_rounds.count() == 0


def test_while_dates_wait_for_an_answer_no_others_are_proposed(world: World, case: Case) -> None:
    propose(world, case)
    with pytest.raises(InvalidTransition, match="Withdraw them first"):
        propose(world, case, 20)


# --- The answer --------------------------------------------------------------------------------------


def test_a_date_is_found_at_the_second_round(world: World, case: Case) -> None:
    contact = actors.contact_of(case)
    workflow.refuse_dates(propose(world, case, 8), contact, suggestion="Lieber ab 16 Uhr.")
    assert set(mails("dates_refused")) == {world.lead.user.email, world.co.user.email}
    assert "Lieber ab 16 Uhr." in mails("dates_refused")[world.lead.user.email].body
    made = agree(world, case, 12, 13)
    assert (made.status, made.starts_at, made.sequence) == ("agreed", actors.in_days(12), 0)
    assert [str(each.status) for each in case.date_rounds.all()] == ["refused", "agreed"]


def test_what_is_agreed_reaches_everybody_in_the_case_with_a_file_of_their_own(
    world: World, case: Case
) -> None:
    made = agree(world, case)
    sent = mails("date_agreed")
    assert set(sent) == everybody(world, case)
    for address, mail in sent.items():
        method, event = file_of(mail)
        assert (method, str(event["UID"]), event["SEQUENCE"]) == ("REQUEST", made.uid, 0)
        assert str(event["ATTENDEE"]) == f"mailto:{address}"
        others = everybody(world, case) - {address}
        text = bytes(mail.attachments.get().content).decode()
        assert [other for other in others if other in text] == []
        assert case.title not in text


def test_the_file_goes_over_the_line_as_the_format_asks(world: World, case: Case) -> None:
    """RFC 6047: the method stands in the part's type; RFC 5545, 3.1: lines end in CR and LF."""
    agree(world, case, place="Büro für Übergänge, Raum 3")
    wire = delivery.build(mails("date_agreed")[world.lead.user.email]).message().as_bytes(policy=SMTP)
    [part] = [
        p for p in message_from_bytes(wire, policy=SMTP).walk() if p.get_content_type() == "text/calendar"
    ]
    assert part["Content-Type"].params == {"method": "REQUEST", "charset": "utf-8"}
    assert part.get_filename() == "termin.ics"
    content = part.get_payload(decode=True)
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert "Büro für Übergänge" in str(icalendar.Calendar.from_ical(content).events[0]["LOCATION"])


def test_an_agreed_date_is_the_day_on_which_the_first_session_is_due(world: World, case: Case) -> None:
    made = agree(world, case)
    case.refresh_from_db()
    assert case.due_on == timezone.localdate(made.starts_at)


@pytest.mark.parametrize(
    ("end", "sentence"),
    [
        ("withdraw", "These dates have been withdrawn in the meantime."),
        ("refuse", "The municipality has answered already that none of these dates fits."),
        ("pick", "One of these dates has been agreed already."),
    ],
)
def test_a_date_of_a_round_that_is_over_is_refused_in_a_sentence(
    end: str, sentence: str, world: World, case: Case
) -> None:
    contact, asked = actors.contact_of(case), propose(world, case)
    chosen = asked.dates.all()
    {
        "withdraw": lambda: workflow.withdraw_dates(asked, world.lead.user),
        "refuse": lambda: workflow.refuse_dates(asked, contact, suggestion="Nein"),
        "pick": lambda: workflow.pick_date(asked, contact, date=chosen[0]),
    }[end]()
    before = case.appointments.count()
    with pytest.raises(InvalidTransition) as refusal:
        workflow.pick_date(asked, contact, date=chosen[1])
    assert refusal.value.message == sentence
    assert case.appointments.count() == before


def test_a_date_that_has_passed_meanwhile_cannot_be_picked(world: World, case: Case) -> None:
    asked = propose(world, case, 1, 9)
    with time_machine.travel(actors.in_days(2), tick=False), pytest.raises(InvalidTransition, match="passed"):
        workflow.pick_date(asked, actors.contact_of(case), date=asked.dates.first())


def test_a_date_of_another_round_is_no_answer(world: World, case: Case) -> None:
    first = propose(world, case)
    stray = first.dates.first()
    workflow.withdraw_dates(first, world.lead.user)
    second = propose(world, case, 20)
    with pytest.raises(InvalidTransition):
        workflow.pick_date(second, actors.contact_of(case), date=stray)


# --- Moving and cancelling ---------------------------------------------------------------------------


def test_invite_move_cancel_is_one_event_with_a_rising_sequence(world: World, case: Case) -> None:
    """RFC 5546, 2.1.4 and 3.2.2.1: the same UID; a new start raises SEQUENCE; so does the cancellation."""
    contact = actors.contact_of(case)
    made = agree(world, case, 5)
    moved = agree(world, case, 9, moves=made)
    workflow.cancel_date(moved, contact, Side.MUNICIPALITY, reason="Ratssitzung")
    told = [file_of(mails(kind)[contact.email]) for kind in ("date_agreed", "date_moved", "date_cancelled")]
    assert [method for method, _event in told] == ["REQUEST", "REQUEST", "CANCEL"]
    assert {str(event["UID"]) for _method, event in told} == {made.uid}
    assert [event["SEQUENCE"] for _method, event in told] == [0, 1, 2]
    assert [event["STATUS"] for _method, event in told] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    organizers = {str(event["ORGANIZER"]) for _method, event in told}
    assert len(organizers) == 1
    assert [event.start for _method, event in told] == [
        actors.in_days(5), actors.in_days(9), actors.in_days(9)
    ]  # fmt: skip
    assert case.appointments.count() == 1


def test_the_agreed_date_stands_until_another_one_is(world: World, case: Case) -> None:
    made = agree(world, case, 5)
    asked = propose(world, case, 9, moves=made)
    workflow.refuse_dates(asked, actors.contact_of(case), suggestion="Dann lieber der alte Termin.")
    made.refresh_from_db()
    assert (made.status, made.starts_at, made.sequence) == ("agreed", actors.in_days(5), 0)


def test_asking_for_another_date_is_a_message_and_a_mail_to_the_advisors(world: World, case: Case) -> None:
    made, contact, key = agree(world, case), actors.contact_of(case), uuid.uuid4()
    workflow.ask_to_move(made, contact, text="Ratssitzung, lieber am Freitag.", form_key=key)
    made.refresh_from_db()
    assert made.move_asked_at is not None
    assert "Ratssitzung, lieber am Freitag." in Message.objects.get(case=case, form_key=key).body
    assert set(mails("date_move_asked")) == {world.lead.user.email, world.co.user.email}
    with pytest.raises(InvalidTransition, match="sent already"):
        workflow.ask_to_move(made, contact, text="Ratssitzung, lieber am Freitag.", form_key=key)
    assert OutboxMessage.objects.filter(kind="date_move_asked").count() == 2


def test_other_dates_answer_the_wish_for_another_one(world: World, case: Case) -> None:
    made = agree(world, case)
    workflow.ask_to_move(made, actors.contact_of(case), text="Ratssitzung", form_key=uuid.uuid4())
    propose(world, case, 15, moves=made)
    made.refresh_from_db()
    assert made.move_asked_at is None


def test_the_wish_for_another_date_waits_again_once_the_other_dates_are_withdrawn(
    world: World, case: Case
) -> None:
    made = agree(world, case)
    workflow.withdraw_dates(propose(world, case, 15, moves=made), world.lead.user)
    made.refresh_from_db()
    assert made.move_asked_at is None  # nobody has asked
    workflow.ask_to_move(made, actors.contact_of(case), text="Ratssitzung", form_key=uuid.uuid4())
    made.refresh_from_db()
    asked_at = made.move_asked_at
    workflow.withdraw_dates(propose(world, case, 15, moves=made), world.lead.user)
    made.refresh_from_db()
    assert made.move_asked_at == asked_at


@pytest.mark.parametrize("what", ["move", "ask", "cancel", "pick"])
def test_what_has_begun_can_be_neither_moved_nor_cancelled(what: str, world: World, case: Case) -> None:
    made, contact = agree(world, case, 3), actors.contact_of(case)
    asked = propose(world, case, 9, moves=made) if what == "pick" else None
    act = {
        "move": lambda: propose(world, case, 20, moves=made),
        "ask": lambda: workflow.ask_to_move(made, contact, text="x", form_key=uuid.uuid4()),
        "cancel": lambda: workflow.cancel_date(made, contact, Side.MUNICIPALITY, reason="x"),
        "pick": lambda: asked and workflow.pick_date(asked, contact, date=asked.dates.first()),
    }[what]
    with time_machine.travel(made.starts_at, tick=False), pytest.raises(InvalidTransition, match="has begun"):
        act()
    made.refresh_from_db()
    assert (made.status, made.sequence) == ("agreed", 0)


def test_an_advisor_says_afterwards_that_nobody_came_unless_a_session_was_logged(
    world: World, case: Case
) -> None:
    missed, held = (actors.appointment(case, world.lead.user, actors.in_days(-d)) for d in (2, 1))
    DialogueSession.objects.filter(pk=actors.log_session(world, case).pk).update(appointment=held)
    workflow.cancel_date(missed, world.lead.user, Side.ADVISOR, reason="Niemand kam.")
    with pytest.raises(InvalidTransition, match="has been logged"):
        workflow.cancel_date(held, world.lead.user, Side.ADVISOR, reason="x")
    missed.refresh_from_db()
    held.refresh_from_db()
    assert [(each.status, each.sequence) for each in (missed, held)] == [("cancelled", 1), ("agreed", 0)]
    assert {file_of(mail)[0] for mail in mails("date_cancelled").values()} == {"CANCEL"}


def test_a_cancelled_date_is_told_with_its_reason_and_cannot_be_cancelled_again(
    world: World, case: Case
) -> None:
    made = agree(world, case)
    workflow.cancel_date(made, world.lead.user, Side.ADVISOR, reason="Ich bin krank.")
    sent = mails("date_cancelled")
    assert set(sent) == everybody(world, case)
    assert all("Ich bin krank." in mail.body for mail in sent.values())
    assert all("Ich bin krank." not in bytes(m.attachments.get().content).decode() for m in sent.values())
    with pytest.raises(InvalidTransition, match="cancelled already"):
        workflow.cancel_date(made, actors.contact_of(case), Side.MUNICIPALITY, reason="x")
    case.refresh_from_db()
    assert case.due_on == deadlines.first_session_due(timezone.localdate())


def test_with_a_cancelled_date_the_dates_in_its_place_are_withdrawn(world: World, case: Case) -> None:
    made = agree(world, case)
    asked = propose(world, case, 15, moves=made)
    workflow.cancel_date(made, actors.contact_of(case), Side.MUNICIPALITY, reason="x")
    asked.refresh_from_db()
    assert asked.status == RoundStatus.WITHDRAWN


@pytest.mark.parametrize("end", ["withdraw", "close", "release"])
def test_with_the_advice_what_lies_ahead_ends_too(end: str, world: World, case: Case) -> None:
    contact = actors.contact_of(case)
    made = agree(world, case)
    held = actors.appointment(case, contact, actors.in_days(-3))
    asked = propose(world, case, 20)
    told = everybody(world, case)
    lead = case.assignments.get(advisor=world.lead)
    {
        "withdraw": lambda: workflow.withdraw(case, contact),
        "close": lambda: workflow.close(
            case, world.coordinator, resolution=workflow.possible_resolutions(case)[0]
        ),
        "release": lambda: workflow.end_assignment(lead, world.coordinator),
    }[end]()
    for each in (made, held, asked):
        each.refresh_from_db()
    assert [str(each.status) for each in (made, held, asked)] == ["cancelled", "agreed", "withdrawn"]
    sent = mails("date_cancelled")
    assert set(sent) == told
    assert {file_of(mail)[0] for mail in sent.values()} == {"CANCEL"}
    assert case.events.filter(kind=EventKind.DATE_CANCELLED).count() == 1


# --- Who joins, and who leaves ----------------------------------------------------------------------


def test_whoever_joins_gets_the_agreed_date(world: World) -> None:
    case = world.case(CaseStatus.MATCHED)
    appointment = agree(world, case, 9)
    OutboxMessage.objects.all().delete()
    workflow.accept_offer(world.offer_of(case, world.co), world.co.user)
    colleague = actors.colleague(case)
    sent = mails("date_agreed")
    assert set(sent) == {world.co.user.email, colleague.user.email}
    for mail in sent.values():
        method, event = file_of(mail)
        assert (method, str(event["UID"]), event["SEQUENCE"]) == ("REQUEST", appointment.uid, 0)


def test_an_invitation_that_nobody_has_accepted_brings_no_date(world: World, case: Case) -> None:
    agree(world, case, 9)
    OutboxMessage.objects.all().delete()
    new = workflow.NewContact(name="Timo Rath", email="rath@hattingen.example.org")
    invited = workflow.invite_contact(case, actors.contact_of(case), new)
    workflow.remove_contact(invited, actors.contact_of(case))
    assert mails("date_agreed") == mails("date_left") == {}


@pytest.mark.parametrize("who", ["second advisor", "colleague", "removed colleague"])
def test_whoever_leaves_is_taken_out_of_a_date_that_stands(who: str, world: World, case: Case) -> None:
    colleague = actors.colleague(case)
    appointment = agree(world, case, 9)
    gone = world.co.user if who == "second advisor" else colleague.user
    if who == "second advisor":
        workflow.end_assignment(case.assignments.get(advisor=world.co), world.coordinator)
    elif who == "colleague":
        workflow.leave_case(case, gone)
    else:
        workflow.remove_contact(colleague, actors.contact_of(case))
    [(recipient, mail)] = mails("date_left").items()
    assert recipient == gone.email
    assert case.reference not in mail.body  # no link to a page that is closed to her or him
    method, event = file_of(mail)
    assert (method, str(event["UID"]), event["SEQUENCE"]) == ("CANCEL", appointment.uid, 1)
    assert "STATUS" not in event  # RFC 5546, 3.2.5: it is cancelled for this person alone
    appointment.refresh_from_db()
    assert (str(appointment.status), appointment.sequence) == ("agreed", 1)


def test_who_hands_over_is_taken_out_and_the_successor_who_has_the_date_hears_nothing(
    world: World, case: Case
) -> None:
    agree(world, case, 9)
    main, successor = actors.contact_of(case), actors.colleague(case)
    OutboxMessage.objects.all().delete()
    workflow.hand_over(case, main, to=successor)
    assert (set(mails("date_left")), mails("date_agreed")) == ({main.email}, {})


def test_merging_invites_whoever_comes_along_and_undoing_it_takes_them_out(world: World, case: Case) -> None:
    agree(world, case, 9)
    other = world.case(CaseStatus.IN_REVIEW, title="Zwei")
    came = actors.contact_of(other)
    OutboxMessage.objects.all().delete()
    workflow.merge(other, case, world.coordinator)
    assert [set(mails(kind)) for kind in ("date_agreed", "date_left")] == [{came.email}, set()]
    workflow.undo_merge(Case.objects.get(pk=other.pk), world.coordinator)
    assert [set(mails(kind)) for kind in ("date_agreed", "date_left")] == [{came.email}, {came.email}]
    assert case.appointments.get().status == AppointmentStatus.AGREED


# --- The reminder ------------------------------------------------------------------------------------

FRIDAY = dt.date(2027, 1, 8)
MONDAY_AT_TWO = dt.datetime(2027, 1, 11, 14, tzinfo=BERLIN)


def at(day: dt.date, hour: int, minute: int = 0) -> Any:
    return time_machine.travel(
        timezone.make_aware(dt.datetime.combine(day, dt.time(hour, minute))), tick=False
    )


def long_agreed(case: Case, starts_at: dt.datetime) -> Appointment:
    before = starts_at - dt.timedelta(days=20)
    return actors.appointment(case, actors.contact_of(case), starts_at, agreed_at=before, changed_at=before)


def test_a_reminder_goes_out_one_working_day_before_from_six_o_clock_and_once(
    world: World, case: Case
) -> None:
    long_agreed(case, MONDAY_AT_TWO)
    sent = []
    for day, hour, minute in ((7, 12, 0), (8, 5, 59), (8, 6, 0), (8, 6, 15), (9, 10, 0), (11, 13, 0)):
        with at(dt.date(2027, 1, day), hour, minute):
            sent.append(jobs.remind_of_dates())
    assert sent == [0, 0, 1, 0, 0, 0]
    assert set(mails("date_reminder")) == everybody(world, case)
    assert OutboxMessage.objects.filter(kind="date_reminder").count() == 3


@pytest.mark.parametrize(
    ("starts_on", "day"),
    [
        (dt.date(2027, 1, 11), dt.date(2027, 1, 8)),  # a Monday: on Friday
        (dt.date(2027, 3, 30), dt.date(2027, 3, 25)),  # after Easter: on Maundy Thursday
        (dt.date(2026, 12, 28), dt.date(2026, 12, 24)),  # 24 December is a working day
        (dt.date(2027, 1, 10), dt.date(2027, 1, 8)),  # a Sunday
    ],
)
def test_one_working_day_before_is_counted_as_in_nrw(starts_on: dt.date, day: dt.date) -> None:
    assert dates.reminder_day(dt.datetime.combine(starts_on, dt.time(9), BERLIN)) == day


def test_whoever_agrees_on_that_very_day_is_not_reminded(world: World, case: Case) -> None:
    with at(FRIDAY, 5):
        actors.appointment(case, actors.contact_of(case), MONDAY_AT_TWO)
    with at(FRIDAY, 9):
        assert jobs.remind_of_dates() == 0
    assert mails("date_reminder") == {}


def test_after_a_move_it_is_reminded_anew(case: Case) -> None:
    made = long_agreed(case, MONDAY_AT_TWO)
    with at(FRIDAY, 7):
        assert jobs.remind_of_dates() == 1
        made.refresh_from_db()
        made.starts_at, made.changed_at = MONDAY_AT_TWO + dt.timedelta(days=7), timezone.now()
        made.save()
    with at(FRIDAY + dt.timedelta(days=7), 7):
        assert jobs.remind_of_dates() == 1


def test_a_worker_that_was_down_reminds_late_but_not_after_the_start(case: Case) -> None:
    long_agreed(case, MONDAY_AT_TWO)
    with at(dt.date(2027, 1, 11), 14):
        assert jobs.remind_of_dates() == 0
    with at(dt.date(2027, 1, 11), 13, 30):
        assert jobs.remind_of_dates() == 1


def test_nobody_is_reminded_of_a_cancelled_date_nor_who_has_left(world: World, case: Case) -> None:
    made = long_agreed(case, MONDAY_AT_TWO)
    co = case.assignments.get(advisor=world.co)
    workflow.end_assignment(co, world.coordinator)
    with at(FRIDAY, 7):
        jobs.remind_of_dates()
    assert world.co.user.email not in mails("date_reminder")
    Appointment.objects.filter(pk=made.pk).update(
        status=AppointmentStatus.CANCELLED, cancelled_by=world.coordinator, reminded_of=None
    )
    with at(FRIDAY, 8):
        assert jobs.remind_of_dates() == 0


def test_the_worker_looks_for_reminders_every_quarter_of_an_hour() -> None:
    [job] = [job for job in JOBS if job.run is jobs.remind_of_dates]
    assert job.every == dt.timedelta(minutes=15)


# --- What others ask ---------------------------------------------------------------------------------


def test_the_date_to_log_is_the_newest_past_one_without_a_session(world: World, case: Case) -> None:
    contact = actors.contact_of(case)
    assert dates.appointment_to_log(case) is None
    actors.appointment(case, contact, actors.in_days(-9))
    newest = actors.appointment(case, contact, actors.in_days(-2))
    actors.appointment(case, contact, actors.in_days(1))
    assert dates.appointment_to_log(case) == newest
    session = actors.log_session(world, case)
    session.appointment = newest
    session.save()
    assert dates.appointment_to_log(case) == case.appointments.earliest("starts_at")


def test_a_date_of_today_can_be_logged_before_it_begins(case: Case) -> None:
    today = actors.appointment(case, actors.contact_of(case), actors.in_days(0, 23))
    assert dates.appointment_to_log(case) == today


@pytest.mark.parametrize(
    ("starts_at", "remark"),
    [
        ((2026, 12, 3, 14), ""),
        ((2026, 12, 5, 14), "at the weekend"),
        ((2026, 12, 25, 14), "a public holiday in North Rhine-Westphalia"),
        ((2026, 12, 3, 6, 30), "outside usual hours"),
        ((2026, 12, 3, 22), "outside usual hours"),
    ],
)
def test_what_is_unusual_about_a_date_is_said(starts_at: tuple[int, ...], remark: str) -> None:
    assert dates.remark(dt.datetime(*starts_at, tzinfo=BERLIN)) == remark  # type: ignore[misc,arg-type]


def test_the_hour_that_is_left_out_in_spring_is_no_time_and_the_doubled_one_is_the_first() -> None:
    assert dates.on_the_clock(dt.date(2027, 3, 28), dt.time(2, 30)) is None
    doubled = dates.on_the_clock(dt.date(2026, 10, 25), dt.time(2, 30))
    assert doubled is not None
    assert doubled.astimezone(dt.UTC) == dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC)


def test_a_passage_that_is_redacted_goes_from_calendar_files_in_mails_too(world: World, case: Case) -> None:
    made = agree(world, case, place="Bei Frau Schmidt, Rathaus")
    workflow.redact(case, world.coordinator, passage="Frau Schmidt", reason="Name")
    made.refresh_from_db()
    assert "Schmidt" not in made.place
    for mail in mails("date_agreed").values():
        method, event = file_of(mail)
        assert (method, str(event["UID"]), str(event["LOCATION"])) == ("REQUEST", made.uid, made.place)
        assert "Schmidt" not in mail.body
