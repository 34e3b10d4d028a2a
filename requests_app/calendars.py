"""Calendar files of agreed dates (RFC 5545), and which method each goes with (RFC 5546).

A file for somebody's mailbox is a REQUEST or, once the date is off, a CANCEL; one that is downloaded and the
feed that is subscribed to are PUBLISH. All files of one appointment carry its UID, and a SEQUENCE that rises
with each change. Nothing confidential stands in them: calendars are shared, and synchronised elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from miglobe.mail.outbox import bare_address
from miglobe.site.models import PortalSettings
from requests_app.models import Appointment, AppointmentStatus

if TYPE_CHECKING:
    from icalendar import Calendar, Event, Timezone, vCalAddress

ZONE = "Europe/Berlin"
CONTENT_TYPE = "text/calendar; charset=utf-8"
_BERLIN = ZoneInfo(ZONE)
_PRODUCT = "-//MiGlobe//Portal//DE"
# How often a calendar program should ask for the feed.
_REFRESH = timedelta(hours=1)
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\u0085\u2028\u2029]")


class Method(StrEnum):
    PUBLISH = "PUBLISH"
    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


@dataclass(frozen=True)
class Reader:
    """Whom a file is for, and the address of the case on her or his side. No address: nobody is invited."""

    url: str
    email: str = ""
    name: str = ""


def content_type(method: Method) -> str:
    """Of a file in a mail: it has to name the method that stands in the file, too (RFC 6047, 2.4)."""
    return f"text/calendar; method={method}; charset=utf-8"


def file(appointment: Appointment, method: Method, reader: Reader) -> bytes:
    """The file of one appointment, in the language that is switched on.

    Each recipient gets a file with herself or himself as the only attendee: addresses of others are not
    passed on, and everybody's yes is known already. The CANCEL of a date that stands is for whoever leaves:
    it has no state (RFC 5546, 3.2.5).
    """
    calendar = _calendar(method)
    event = _event(appointment, _titled(appointment), reader.url, timezone.now())
    if method == Method.CANCEL and appointment.status == AppointmentStatus.AGREED:
        del event["status"]
    if method != Method.PUBLISH:  # a published event has no attendees (RFC 5546, 3.2.1)
        event.add("attendee", _attendee(reader, method))
    calendar.add_component(event)
    return _written(calendar)


def download(appointment: Appointment, reader: Reader) -> HttpResponse:
    """The file of one appointment as an answer to who may see it."""
    answer = HttpResponse(file(appointment, Method.PUBLISH, reader), content_type=CONTENT_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="{appointment.case.reference}.ics"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


def feed(appointments: Iterable[Appointment], urls: dict[int, str]) -> bytes:
    """The appointments of an advisor, each with its municipality. ``urls``: of the cases, by their keys.

    It says the same as long as nothing changes, so that a program need not fetch it again.
    """
    calendar = _calendar(Method.PUBLISH)
    name = _clean(_("MiGlobe dates"))
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", _REFRESH, parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for appointment in appointments:
        title = f"{appointment.case.place}: {_titled(appointment)}"
        url = urls[appointment.case_id]
        calendar.add_component(_event(appointment, title, url, appointment.changed_at))
    return _written(calendar)


def place_in(content: bytes) -> str:
    """The place in a file that was made here."""
    from icalendar import Calendar

    return str(Calendar.from_ical(content).events[0].get("location", ""))


def with_place(content: bytes, place: str) -> bytes:
    """The same file with another place in it."""
    from icalendar import Calendar

    calendar = Calendar.from_ical(content)
    event = calendar.events[0]
    del event["location"]
    event.add("location", _clean(place))
    return _written(calendar)


def _titled(appointment: Appointment) -> str:
    """Format and number of the case; no name, and nothing of what it is about."""
    words = {"format": appointment.get_format_display(), "reference": appointment.case.reference}
    return _("%(format)s (MiGlobe, %(reference)s)") % words


def _calendar(method: Method) -> Calendar:
    # Imported where it is used: the library costs what most requests need not pay.
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", str(method))
    calendar.add_component(_timezone())
    return calendar


@cache
def _timezone() -> Timezone:
    """The clocks of Berlin by the rule that the European Union has had since 1996.

    Written by hand: the library's own puts the beginning of summer time an hour late.
    """
    from icalendar import Timezone

    zone = Timezone.from_ical(
        "BEGIN:VTIMEZONE\r\n"
        f"TZID:{ZONE}\r\n"
        "BEGIN:DAYLIGHT\r\nDTSTART:19960331T020000\r\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\r\n"
        "TZNAME:CEST\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nEND:DAYLIGHT\r\n"
        "BEGIN:STANDARD\r\nDTSTART:19961027T030000\r\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\r\n"
        "TZNAME:CET\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nEND:STANDARD\r\n"
        "END:VTIMEZONE\r\n"
    )
    assert isinstance(zone, Timezone)
    return zone


def _event(appointment: Appointment, title: str, url: str, stamp: datetime) -> Event:
    from icalendar import Event

    event = Event()
    event.add("uid", appointment.uid)
    event.add("sequence", appointment.sequence)
    event.add("dtstamp", _whole(stamp.astimezone(UTC)))
    event.add("created", _whole(appointment.agreed_at.astimezone(UTC)))
    event.add("last-modified", _whole(appointment.changed_at.astimezone(UTC)))
    event.add("dtstart", _at(appointment.starts_at))
    event.add("dtend", _at(appointment.ends_at))
    cancelled = appointment.status == AppointmentStatus.CANCELLED
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if cancelled else "OPAQUE")
    event.add("summary", _clean(title))
    if appointment.place:
        event.add("location", _clean(appointment.place))
    elif appointment.mode:
        event.add("location", _clean(appointment.get_mode_display()))
    text = _("Case %(reference)s. What is agreed, and how to move or cancel the date:\n%(url)s")
    event.add("description", text % {"reference": appointment.case.reference, "url": url})
    event.add("url", url)
    event.add("organizer", _organizer())
    return event


def _at(moment: datetime) -> datetime:
    """As clocks in Berlin show it; where that would mean another moment, in UTC.

    The hour that comes twice means the first one in a calendar file (RFC 5545, 3.3.5), so an end within the
    second one cannot be said by the clock.
    """
    local = moment.astimezone(_BERLIN)
    return moment.astimezone(UTC) if local.fold else local


def _whole(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)


def _organizer() -> vCalAddress:
    from icalendar import vCalAddress, vText

    organizer = vCalAddress(f"mailto:{bare_address(settings.DEFAULT_FROM_EMAIL)}")
    organizer.params["CN"] = vText(_named("MiGlobe, " + PortalSettings.load().host_name))
    return organizer


def _attendee(reader: Reader, method: Method) -> vCalAddress:
    """Who is invited: has said yes on the portal, and is asked for no answer by mail."""
    from icalendar import vCalAddress, vText

    attendee = vCalAddress(f"mailto:{reader.email}")
    attendee.params["CN"] = vText(_named(reader.name or reader.email))
    attendee.params["CUTYPE"] = vText("INDIVIDUAL")
    attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
    attendee.params["PARTSTAT"] = vText("ACCEPTED")
    if method == Method.REQUEST:
        attendee.params["RSVP"] = vText("FALSE")
    return attendee


def _clean(text: str) -> str:
    """In one line, without what no calendar file may hold."""
    return " ".join(_CONTROL.sub(" ", text).split())


def _named(name: str) -> str:
    """The same as a parameter, which knows no quotation marks that every program reads (RFC 6868)."""
    return _clean(name).replace('"', "'")


def _written(calendar: Calendar) -> bytes:
    written: bytes = calendar.to_ical()
    return written
