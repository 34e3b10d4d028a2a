"""What an advisor does about dates: propose, withdraw, move, cancel – and the private calendar."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from ical.calendar_stream import IcsCalendarStream

from requests_app import workflow
from requests_app.access import Side
from requests_app.models import AppointmentStatus, CalendarFeed, Case, CaseStatus, DateRound, RoundStatus
from requests_app.workspace import calendar as own_calendar
from tests import actors
from tests.actors import World

BERLIN = ZoneInfo("Europe/Berlin")


def path(name: str, case: Case, *pk: int) -> str:
    return reverse(f"workspace:{name}", args=[case.reference, *pk])


def typed(*starts: dt.datetime | tuple[str, str], **changes: Any) -> dict[str, Any]:
    """The form for proposing dates as somebody fills it in: a row for each start."""
    given: dict[str, Any] = {
        "format": "initial_talk",
        "mode": "online",
        "minutes": "90",
        "place": "https://video.example.org/hattingen",
        "form_key": str(uuid.uuid4()),
    }
    for number, start in enumerate(starts, start=1):
        day, at = start if isinstance(start, tuple) else (f"{start:%Y-%m-%d}", f"{start:%H:%M}")
        given |= {f"date_{number}": day, f"time_{number}": at}
    return given | changes


def errors(answer: Any) -> dict[str, list[str]]:
    return {name: list(sentences) for name, sentences in answer.context["form"].errors.items()}


# --- Proposing ---------------------------------------------------------------------------------------


def test_dates_are_proposed_with_the_rows_that_are_filled_in(lead: Client, matched: Case) -> None:
    first, second = actors.in_days(10, 14), actors.in_days(12, 9)
    data = typed(first, ("", ""), second, note="Bis bald")
    answer = lead.post(path("dates_new", matched), data)
    assert answer["Location"] == path("case", matched) + "#dates"
    asked = matched.date_rounds.get()
    assert [each.starts_at for each in asked.dates.all()] == [first, second]
    assert (asked.minutes, asked.mode, asked.note) == (90, "online", "Bis bald")


def test_the_form_sent_twice_proposes_once(lead: Client, matched: Case) -> None:
    data = typed(actors.in_days(10))
    answers = [lead.post(path("dates_new", matched), data).status_code for _time in range(2)]
    assert (answers, matched.date_rounds.count()) == ([302, 302], 1)


@pytest.mark.parametrize(
    ("starts", "field", "sentence"),
    [
        ([], "date_1", "Enter at least one date."),
        ([("2026-12-03", "")], "time_1", "Enter a time for this date."),
        ([("", "14:00")], "date_1", "Enter a date for this time."),
        ([("2026-11-01", "14:00")], "date_1", "The date must not be in the past."),
        ([("2028-12-03", "14:00")], "date_1", "The date must be within a year."),
        ([("2026-12-03", "14:00"), ("2026-12-03", "14:00")], "date_2", "This date stands above already."),
        (
            [("2027-03-28", "02:30")],
            "time_1",
            "This time does not exist on that day: the clocks are put forward at 2 o'clock.",
        ),
    ],
)
def test_a_wrong_row_is_told_at_its_field(
    starts: list[tuple[str, str]], field: str, sentence: str, world: World, matched: Case
) -> None:
    with time_machine.travel(dt.datetime(2026, 11, 26, 12, tzinfo=BERLIN)):
        from tests.sign_in import sign_in

        client = Client()
        sign_in(client, world.lead.user)
        answer = client.post(path("dates_new", matched), typed(*starts))
    assert errors(answer) == {field: [_(sentence)]}
    assert matched.date_rounds.count() == 0


def test_an_unusual_date_is_taken_and_said(lead: Client, matched: Case) -> None:
    sunday = actors.in_days(14 - timezone.localdate().weekday() - 1)
    page = lead.post(path("dates_new", matched), typed(sunday), follow=True)
    assert matched.date_rounds.get().dates.get().starts_at == sunday
    assert any(_("at the weekend") in str(message) for message in page.context["messages"])


def test_after_a_refusal_the_form_begins_with_the_last_proposal_and_shows_what_suits(
    world: World, lead: Client, matched: Case
) -> None:
    asked = actors.date_round(matched, world.lead.user)
    workflow.refuse_dates(asked, actors.contact_of(matched), suggestion="Lieber nachmittags.")
    page = lead.get(path("dates_new", matched))
    assert page.context["form"].initial["place"] == asked.place
    assert "Lieber nachmittags." in page.content.decode()
    home = lead.get(reverse("workspace:home")).content.decode()
    assert _("None of the dates fits the municipality. Please propose others.") in home


def test_open_dates_stand_in_the_case_and_can_be_withdrawn_twice(
    world: World, lead: Client, matched: Case
) -> None:
    asked = actors.date_round(matched, world.lead.user)
    assert path("dates_withdraw", matched, asked.pk) in lead.get(path("case", matched)).content.decode()
    assert lead.get(path("dates_new", matched)).status_code == 302
    for _time in range(2):
        answer = lead.post(path("dates_withdraw", matched, asked.pk), follow=True)
    asked.refresh_from_db()
    assert asked.status == RoundStatus.WITHDRAWN
    assert [m.level_tag for m in answer.context["messages"]] == ["info"]


def test_an_agreed_date_is_moved_through_another_round(world: World, lead: Client, matched: Case) -> None:
    made = actors.appointment(matched, actors.contact_of(matched))
    lead.post(path("date_move", matched, made.pk), typed(actors.in_days(15)))
    asked = DateRound.objects.get(case=matched)
    assert asked.moves == made
    workflow.pick_date(asked, actors.contact_of(matched), date=asked.dates.get())
    made.refresh_from_db()
    assert (made.starts_at, made.sequence) == (actors.in_days(15), 1)


def test_an_agreed_date_is_cancelled_with_a_reason(lead: Client, matched: Case) -> None:
    made = actors.appointment(matched, actors.contact_of(matched))
    assert list(errors(lead.post(path("date_cancel", matched, made.pk)))) == ["reason"]
    lead.post(path("date_cancel", matched, made.pk), {"reason": "Krank"}, follow=True)
    made.refresh_from_db()
    assert (made.status, made.cancel_reason) == (AppointmentStatus.CANCELLED, "Krank")
    again = lead.post(path("date_cancel", matched, made.pk), {"reason": "Krank"}, follow=True)
    assert [str(m) for m in again.context["messages"]] == [_("This date has been cancelled already.")]


def test_the_form_of_a_session_leads_to_saying_that_it_did_not_take_place(
    world: World, lead: Client, matched: Case
) -> None:
    made = actors.appointment(matched, world.lead.user, actors.in_days(-1))
    url = path("date_cancel", matched, made.pk)
    assert f'href="{url}"' in lead.get(path("session_new", matched)).content.decode()
    assert lead.get(url).context["has_begun"] is True
    lead.post(url, {"reason": "Niemand kam."})
    made.refresh_from_db()
    assert made.status == AppointmentStatus.CANCELLED
    assert lead.get(path("session_new", matched)).context["form"].appointment is None


@pytest.mark.parametrize("name", ["dates_new", "date_cancel"])
def test_somebody_who_was_only_asked_does_nothing_about_dates(
    name: str, world: World, co: Client, lead: Client
) -> None:
    case = world.case(CaseStatus.MATCHED)  # the second advisor has not answered
    made = actors.appointment(case, actors.contact_of(case))
    target = path(name, case) if name == "dates_new" else path(name, case, made.pk)
    assert co.post(target, typed(actors.in_days(3), reason="x")).status_code == 403


def test_the_agreed_date_is_the_next_step_on_the_page_of_the_case_and_in_the_list(
    world: World, lead: Client, matched: Case
) -> None:
    actors.appointment(matched, actors.contact_of(matched))
    for page in (lead.get(path("case", matched)), lead.get(reverse("workspace:home"))):
        assert _("Your date: %(when)s. Log the session here once it was held.").split("%")[0] in (
            page.content.decode()
        )


# --- The private calendar ----------------------------------------------------------------------------


@pytest.fixture
def address(lead: Client, world: World) -> str:
    lead.post(reverse("workspace:calendar_renew"))
    return own_calendar.address_of(CalendarFeed.objects.get(advisor=world.lead))


def feed(address: str, **headers: Any) -> Any:
    return Client().get("/kalender/" + address.rpartition("/")[2], headers=headers)


def events(answer: Any) -> list[icalendar.Event]:
    return icalendar.Calendar.from_ical(answer.content).events


def test_the_feed_shows_agreed_dates_with_municipality_format_and_number_and_no_names(
    address: str, matched: Case
) -> None:
    contact = actors.contact_of(matched)
    made = actors.appointment(matched, contact)
    answer = feed(address)
    [event] = events(answer)
    assert (str(event["UID"]), event.start) == (made.uid, made.starts_at)
    assert matched.municipality is not None
    for part in (matched.place, matched.reference, made.get_format_display()):
        assert str(part) in str(event["SUMMARY"])
    text = answer.content.decode()
    hidden = (contact.email, contact.name, matched.title, matched.situation)
    assert [each for each in hidden if each in text] == []
    assert "ATTENDEE" not in text
    [strict] = IcsCalendarStream.from_ics(text).calendars
    assert len(strict.events) == 1


def test_the_feed_is_private_and_says_when_nothing_has_changed(address: str, matched: Case) -> None:
    actors.appointment(matched, actors.contact_of(matched))
    answer = feed(address)
    assert (answer["Cache-Control"], answer["X-Robots-Tag"]) == ("private, no-cache", "noindex, nofollow")
    again = feed(address, if_none_match=answer["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    actors.appointment(matched, actors.contact_of(matched), actors.in_days(20))
    assert feed(address, if_none_match=answer["ETag"]).status_code == 200


def test_a_cancelled_date_stays_in_the_feed_for_a_while(world: World, address: str, matched: Case) -> None:
    made = actors.appointment(matched, actors.contact_of(matched))
    workflow.cancel_date(made, world.lead.user, Side.ADVISOR, reason="Krank")
    [event] = events(feed(address))
    assert (event["STATUS"], event["SEQUENCE"]) == ("CANCELLED", 1)
    with time_machine.travel(timezone.now() + own_calendar.CANCELLED + dt.timedelta(days=1)):
        assert events(feed(address)) == []


def test_a_new_address_makes_the_old_one_worthless(lead: Client, address: str) -> None:
    lead.post(reverse("workspace:calendar_renew"))
    assert feed(address).status_code == 404


@pytest.mark.parametrize("token", ["abc", "abc.def", "a" * 32 + "." + "b" * 43])
def test_a_made_up_address_is_not_found_without_asking_the_database(
    token: str, address: str, django_assert_num_queries: Any
) -> None:
    feed("/x.ics")  # what the error page reads is kept from then on
    with django_assert_num_queries(0):
        assert feed(f"/{token}.ics").status_code == 404


def test_the_feed_ends_with_the_assignment_and_with_the_account(
    world: World, address: str, matched: Case
) -> None:
    actors.appointment(matched, actors.contact_of(matched), actors.in_days(-1))
    assert len(events(feed(address))) == 1
    lead = matched.assignments.get(advisor=world.lead)
    workflow.end_assignment(lead, world.coordinator)
    assert events(feed(address)) == []
    world.lead.user.is_active = False
    world.lead.user.save()
    assert feed(address).status_code == 404


def test_dates_of_a_case_that_is_only_on_offer_are_not_in_the_feed(
    world: World, address: str, offered: Case
) -> None:
    actors.appointment(offered, actors.contact_of(offered))
    assert events(feed(address)) == []


@pytest.mark.parametrize("number", [1, 30])
def test_the_feed_costs_the_same_queries_for_one_date_and_for_thirty(
    number: int, address: str, matched: Case, django_assert_num_queries: Any
) -> None:
    for day in range(number):
        actors.appointment(matched, actors.contact_of(matched), actors.in_days(day + 1))
    feed(address)
    with django_assert_num_queries(3):
        assert len(events(feed(address))) == number
