"""Calendar files: read by three parsers, right over both changes of the clocks, and as RFC 5546 asks."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
import vobject
from ical.calendar_stream import IcsCalendarStream
from ical.event import Event as StrictEvent

from advisors.vocabulary import ConsultationFormat
from requests_app import calendars
from requests_app.calendars import Method, Reader
from requests_app.models import Appointment, AppointmentStatus, Case, SessionMode

pytestmark = pytest.mark.django_db

BERLIN = ZoneInfo("Europe/Berlin")
READER = Reader(
    "https://miglobe.example.org/vorgang/MG-2026-0042/", "k.wellmann@hattingen.de", "Katrin Wellmann"
)
PLACE = "Rathaus, Raum 3; 2. Stock"


def appointment(starts_at: dt.datetime, minutes: int = 90, **fields: Any) -> Appointment:
    now = dt.datetime(2026, 1, 5, 9, 30, 12, 345, tzinfo=dt.UTC)
    defaults = {
        "case": Case(reference="MG-2026-0042"),
        "format": ConsultationFormat.INITIAL_TALK,
        "mode": SessionMode.ON_SITE,
        "place": PLACE,
        "agreed_at": now,
        "changed_at": now,
        "uid": "0f1a4a0e-5d0c-4f6f-9c7e-1f7f0c1f3f11",
    }
    return Appointment(starts_at=starts_at, minutes=minutes, **(defaults | fields))


def berlin(*parts: int, fold: int = 0) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=BERLIN, fold=fold)  # type: ignore[misc,arg-type]


USUAL = berlin(2026, 12, 3, 14)


def event_of(content: bytes) -> icalendar.Event:
    return icalendar.Calendar.from_ical(content).events[0]


def read(content: bytes) -> StrictEvent:
    """What a strict parser makes of it; it raises where a rule of the format is broken."""
    [calendar] = IcsCalendarStream.from_ics(content.decode()).calendars
    [event] = calendar.events
    return event


def unfolded(content: bytes) -> list[str]:
    return content.decode().replace("\r\n ", "").split("\r\n")


# --- Three parsers ---------------------------------------------------------------------------------


@pytest.mark.parametrize("method", list(Method))
def test_three_parsers_read_the_same_from_every_kind_of_file(method: Method) -> None:
    content = calendars.file(appointment(USUAL), method, READER)
    ours, strict, other = event_of(content), read(content), vobject.readOne(content.decode())
    uid = "0f1a4a0e-5d0c-4f6f-9c7e-1f7f0c1f3f11"
    assert (str(ours["uid"]), strict.uid, other.vevent.uid.value) == (uid, uid, uid)
    starts = (ours.start, strict.dtstart, other.vevent.dtstart.value)
    assert [start.astimezone(dt.UTC) for start in starts] == [USUAL.astimezone(dt.UTC)] * 3
    assert (str(ours["location"]), strict.location, other.vevent.location.value) == (PLACE, PLACE, PLACE)
    assert other.method.value == method


def test_lines_end_and_fold_as_the_format_asks() -> None:
    content = calendars.file(
        appointment(USUAL, place="Straße der Übergänge 😀 " * 12), Method.REQUEST, READER
    )
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert max(len(line) for line in content.split(b"\r\n")) <= 75
    assert content.decode()  # no character is cut in two


# --- The clocks ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("starts_at", "offset"),
    [
        (berlin(2026, 3, 28, 14), "+0100"),  # the day before summer time
        (berlin(2026, 3, 29, 1, 59), "+0100"),  # the last minute before it
        (berlin(2026, 3, 29, 3), "+0200"),  # the first minute of it
        (berlin(2026, 3, 30, 14), "+0200"),
        (berlin(2026, 10, 24, 14), "+0200"),  # the day before winter time
        (berlin(2026, 10, 25, 1, 59), "+0200"),
        (berlin(2026, 10, 25, 3), "+0100"),
        (berlin(2026, 10, 26, 14), "+0100"),
        (berlin(2027, 7, 1, 9), "+0200"),
        (berlin(2030, 1, 1, 9), "+0100"),
    ],
)  # fmt: skip
def test_a_date_is_the_same_moment_by_the_zone_in_the_file_alone(starts_at: dt.datetime, offset: str) -> None:
    content = calendars.file(appointment(starts_at), Method.REQUEST, READER)
    assert starts_at.strftime("%z") == offset
    assert read(content).dtstart.astimezone(dt.UTC) == starts_at.astimezone(dt.UTC)
    # Without any knowledge of Berlin: vobject reads the rules that stand in the file.
    found = vobject.readOne(content.decode()).vevent.dtstart.value
    assert found.astimezone(dt.UTC) == starts_at.astimezone(dt.UTC)
    assert by_the_rules(content, starts_at.replace(tzinfo=None)) == offset


def by_the_rules(content: bytes, local: dt.datetime) -> str:
    """The offset of a local time by the onsets that the file's VTIMEZONE writes down."""
    zone = icalendar.Calendar.from_ical(content).walk("VTIMEZONE")[0]
    onsets = []
    for part in zone.subcomponents:
        assert part["RRULE"] == {"FREQ": ["YEARLY"], "BYDAY": ["-1SU"], "BYMONTH": part["RRULE"]["BYMONTH"]}
        at = part.decoded("DTSTART")
        last = local.replace(month=part["RRULE"]["BYMONTH"][0], day=31, hour=at.hour, minute=0)
        onset = last - dt.timedelta(days=(last.weekday() + 1) % 7)
        onsets.append((onset, part["TZOFFSETTO"].to_ical(), part["TZOFFSETFROM"].to_ical()))
    onsets.sort()
    if local < onsets[0][0]:
        return onsets[0][2]
    return onsets[0][1] if local < onsets[1][0] else onsets[1][1]


def test_a_date_across_the_change_to_summer_time_lasts_as_long_as_agreed() -> None:
    event = read(calendars.file(appointment(berlin(2026, 3, 29, 1), 120), Method.PUBLISH, READER))
    assert event.dtend.astimezone(dt.UTC) - event.dtstart.astimezone(dt.UTC) == dt.timedelta(minutes=120)
    assert (event.dtend.hour, event.dtend.minute) == (4, 0)


def test_a_date_across_the_change_to_winter_time_lasts_as_long_as_agreed() -> None:
    event = read(calendars.file(appointment(berlin(2026, 10, 25, 1), 180), Method.PUBLISH, READER))
    assert event.dtend.astimezone(dt.UTC) - event.dtstart.astimezone(dt.UTC) == dt.timedelta(minutes=180)
    assert (event.dtend.hour, event.dtend.minute) == (3, 0)


def test_a_start_in_the_hour_that_comes_twice_is_the_first_one() -> None:
    starts_at = berlin(2026, 10, 25, 2, 30)
    content = calendars.file(appointment(starts_at, 30), Method.PUBLISH, READER)
    assert "DTSTART;TZID=Europe/Berlin:20261025T023000" in unfolded(content)
    assert read(content).dtstart.astimezone(dt.UTC) == dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC)


def test_an_end_in_the_second_of_the_two_hours_is_said_in_utc() -> None:
    """By the clock it would mean the first hour, and lie before the start."""
    content = calendars.file(appointment(berlin(2026, 10, 25, 2, 45), 45), Method.PUBLISH, READER)
    assert "DTEND:20261025T013000Z" in unfolded(content)
    assert read(content).dtend.astimezone(dt.UTC) == dt.datetime(2026, 10, 25, 1, 30, tzinfo=dt.UTC)


# --- RFC 5546 --------------------------------------------------------------------------------------


def test_an_invitation_has_organizer_one_attendee_and_a_status() -> None:
    """RFC 5546, 3.2.2: REQUEST needs ORGANIZER, ATTENDEE, DTSTAMP, DTSTART, SEQUENCE, SUMMARY, UID."""
    event = event_of(calendars.file(appointment(USUAL), Method.REQUEST, READER))
    needed = ("ORGANIZER", "ATTENDEE", "DTSTAMP", "DTSTART", "DTEND", "SEQUENCE", "SUMMARY", "UID")
    assert [name for name in needed if name not in event] == []
    assert event["STATUS"] == "CONFIRMED"
    attendee = event["ATTENDEE"]
    assert str(attendee) == "mailto:k.wellmann@hattingen.de"
    assert dict(attendee.params) == {
        "CN": "Katrin Wellmann",
        "CUTYPE": "INDIVIDUAL",
        "ROLE": "REQ-PARTICIPANT",
        "PARTSTAT": "ACCEPTED",
        "RSVP": "FALSE",
    }


def test_the_organizer_is_the_portal() -> None:
    event = event_of(calendars.file(appointment(USUAL), Method.REQUEST, READER))
    assert str(event["ORGANIZER"]).startswith("mailto:")
    assert "@" in str(event["ORGANIZER"])
    assert event["ORGANIZER"].params["CN"].startswith("MiGlobe")


def test_a_cancellation_is_cancelled_for_whom_it_goes_to() -> None:
    """RFC 5546, 3.2.5: STATUS:CANCELLED, the same UID, ORGANIZER, the attendees who are told."""
    cancelled = appointment(USUAL, sequence=2, status=AppointmentStatus.CANCELLED)
    event = event_of(calendars.file(cancelled, Method.CANCEL, READER))
    assert (event["STATUS"], event["SEQUENCE"], str(event["UID"])) == ("CANCELLED", 2, cancelled.uid)
    assert str(event["ATTENDEE"]) == "mailto:k.wellmann@hattingen.de"
    assert event["TRANSP"] == "TRANSPARENT"
    assert "RSVP" not in event["ATTENDEE"].params
    assert "ORGANIZER" in event


def test_a_published_event_has_an_organizer_and_no_attendee() -> None:
    """RFC 5546, 3.2.1: ATTENDEE must not be present."""
    event = event_of(calendars.file(appointment(USUAL), Method.PUBLISH, READER))
    assert "ATTENDEE" not in event
    assert "ORGANIZER" in event


@pytest.mark.parametrize("method", list(Method))
def test_the_content_type_names_the_method_of_the_file(method: Method) -> None:
    """RFC 6047, 2.4: the parameter has to be the same as in the file."""
    content = calendars.file(appointment(USUAL), method, READER)
    assert f"METHOD:{method}" in unfolded(content)
    assert calendars.content_type(method) == f"text/calendar; method={method}; charset=utf-8"


# --- Text as typed ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "read_as"),
    [
        ("Köln, Büro für Übergänge; 3. Stock", "Köln, Büro für Übergänge; 3. Stock"),
        ("Backslash \\n bleibt", "Backslash \\n bleibt"),
        ("😀 Rathaus 🇩🇪", "😀 Rathaus 🇩🇪"),
        ("Raum\nATTENDEE:mailto:boese@example.org", "Raum ATTENDEE:mailto:boese@example.org"),
        ("Raum\r\nEND:VEVENT\r\nBEGIN:VALARM", "Raum END:VEVENT BEGIN:VALARM"),
        ("a\x00b\x0bc\u2028d", "a b c d"),
        ('"Anführung" und \'Apostroph\'', '"Anführung" und \'Apostroph\''),
        ("https://video.example.org/r?a=1&b=2,3;c", "https://video.example.org/r?a=1&b=2,3;c"),
        ("ü" * 300, "ü" * 300),
    ],
)  # fmt: skip
def test_what_was_typed_comes_out_as_it_went_in_and_nothing_else(place: str, read_as: str) -> None:
    content = calendars.file(appointment(USUAL, place=place), Method.REQUEST, READER)
    assert read(content).location == read_as
    assert str(event_of(content)["LOCATION"]) == read_as
    assert vobject.readOne(content.decode()).vevent.location.value == read_as
    names = [line.partition(":")[0].partition(";")[0] for line in unfolded(content)]
    assert (names.count("ATTENDEE"), names.count("END"), names.count("BEGIN")) == (1, 5, 5)


@pytest.mark.parametrize(
    "name", ['Dr. "Kati" Wellmann', "Wellmann; ROLE=CHAIR", "Zeile\nATTENDEE:mailto:x@y.de", "^n ^' 😀, ü:"]
)
def test_a_name_stays_within_its_parameter(name: str) -> None:
    content = calendars.file(appointment(USUAL), Method.REQUEST, Reader(READER.url, READER.email, name))
    attendee = event_of(content)["ATTENDEE"]
    assert str(attendee) == "mailto:k.wellmann@hattingen.de"
    assert attendee.params["ROLE"] == "REQ-PARTICIPANT"
    assert read(content).attendees[0].common_name is not None
    assert str(vobject.readOne(content.decode()).vevent.attendee.value) == "mailto:k.wellmann@hattingen.de"


def test_a_date_without_a_place_says_how_it_is_held() -> None:
    online = appointment(USUAL, place="", mode=SessionMode.PHONE)
    assert read(calendars.file(online, Method.PUBLISH, READER)).location == str(SessionMode.PHONE.label)
