"""Finding a date, read: where the search stands, when a date is, and how a date is said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from miglobe.site.working_days import is_working_day
from requests_app.models import Appointment, AppointmentStatus, Case, CaseStatus, DateRound, RoundStatus

ADVISED = (CaseStatus.MATCHED, CaseStatus.IN_DIALOGUE, CaseStatus.OPTIONS_AGREED)
MOST = 5
# Further ahead, it is rather a wrong year.
FURTHEST = timedelta(days=366)
# Outside these hours a date is rather a wrong time: it is said, not refused.
DAY_BEGINS, DAY_ENDS = time(7), time(21)

REMINDERS_FROM = time(6)


@dataclass(frozen=True)
class Search:
    """What is agreed in a case, and what is asked. ``refused``: the last answer was that none fits."""

    open: DateRound | None
    refused: DateRound | None
    ahead: tuple[Appointment, ...]
    past: Appointment | None = None  # the last agreed date that is over, whether logged or not

    @property
    def next(self) -> Appointment | None:
        """The agreed date that comes first; one that is under way counts."""
        return self.ahead[0] if self.ahead else None


def search(case: Case) -> Search:
    """Where the search for a date stands. Reads ``date_rounds`` and ``appointments``, prefetched or not."""
    if case.status not in ADVISED:  # with the advice all of it ends
        return Search(None, None, ())
    rounds = sorted(case.date_rounds.all(), key=lambda each: each.pk)
    waiting = next((each for each in rounds if each.status == RoundStatus.OPEN), None)
    last = rounds[-1] if rounds else None
    refused = last if last and last.status == RoundStatus.REFUSED else None
    now = timezone.now()
    agreed = [a for a in case.appointments.all() if a.status == AppointmentStatus.AGREED]
    agreed.sort(key=lambda each: each.starts_at)
    over = [each for each in agreed if each.ends_at <= now]
    ahead = tuple(each for each in agreed if each.ends_at > now)
    return Search(waiting, refused, ahead, over[-1] if over else None)


def appointment_to_log(case: Case) -> Appointment | None:
    """The newest agreed date of today or earlier for which no session has been logged yet."""
    tomorrow = timezone.localdate() + timedelta(days=1)
    begins = timezone.make_aware(datetime.combine(tomorrow, time.min))
    held = case.appointments.filter(status=AppointmentStatus.AGREED, starts_at__lt=begins, session=None)
    return held.order_by("-starts_at", "-pk").first()


def has_begun(appointment: Appointment) -> bool:
    """Whether it is too late to move or cancel it."""
    return appointment.starts_at <= timezone.now()


def was_held(appointment: Appointment) -> bool:
    """Whether a session of this date was logged."""
    return hasattr(appointment, "session")


# --- The reminder ---------------------------------------------------------------------------------


def reminder_day(starts_at: datetime) -> date:
    """One working day before an appointment."""
    day = timezone.localdate(starts_at) - timedelta(days=1)
    while not is_working_day(day):
        day -= timedelta(days=1)
    return day


def is_to_be_reminded_of(appointment: Appointment) -> bool:
    """Whether it is time for the reminder, and it has not been sent yet for this start.

    Whoever agreed on that very day or later knows of the date. A reminder that is late still goes out.
    """
    now, day = timezone.localtime(), reminder_day(appointment.starts_at)
    return (
        appointment.status == AppointmentStatus.AGREED
        and appointment.reminded_of != appointment.starts_at
        and timezone.localdate(appointment.changed_at) < day
        and now >= timezone.make_aware(datetime.combine(day, REMINDERS_FROM))
        and now < appointment.starts_at
    )


# --- Time on the clock ----------------------------------------------------------------------------


def on_the_clock(day: date, at: time) -> datetime | None:
    """The moment at which clocks in Berlin show this time; None for the hour left out in spring.

    The hour that comes twice in autumn is meant the first time, as RFC 5545 reads it, too (3.3.5).
    """
    moment = timezone.make_aware(datetime.combine(day, at))
    back = moment.astimezone(UTC).astimezone(moment.tzinfo)
    return moment if back.time() == at else None


def remark(starts_at: datetime) -> str:
    """What is unusual about a date, for the eye of whoever proposes or picks it; empty if nothing is."""
    local = timezone.localtime(starts_at)
    if local.weekday() >= 5:
        return _("at the weekend")
    if not is_working_day(local.date()):
        return _("a public holiday in North Rhine-Westphalia")
    if not DAY_BEGINS <= local.time() <= DAY_ENDS:
        return _("outside usual hours")
    return ""


def spoken(starts_at: datetime) -> str:
    """A date in a line: "Donnerstag, 3. Dezember 2026, 14:00 Uhr"."""
    # Translators: Django's date format for the day and time of an appointment
    return formats.date_format(timezone.localtime(starts_at), _("l, j F Y, H:i"))


def short(starts_at: datetime) -> str:
    """The same where there is little room: "Do, 3. Dezember, 14:00 Uhr"."""
    # Translators: Django's date format for the day and time of an appointment, short
    return formats.date_format(timezone.localtime(starts_at), _("D, j F, H:i"))


def span(starts_at: datetime, minutes: int) -> str:
    """From when to when: "Donnerstag, 3. Dezember 2026, 14:00 bis 15:30 Uhr"."""
    start = timezone.localtime(starts_at)
    end = timezone.localtime(starts_at.astimezone(UTC) + timedelta(minutes=minutes))
    words = {
        # Translators: Django's date format for a day
        "day": formats.date_format(start, _("l, j F Y")),
        "start": f"{start:%H:%M}",
        "end": f"{end:%H:%M}",
    }
    return _("%(day)s, %(start)s to %(end)s") % words


def length(minutes: int) -> str:
    """A length in words: minutes, from two hours on hours and minutes."""
    hours, rest = divmod(minutes, 60)
    if hours < 2:
        return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}
    text = _("%(count)s hours") % {"count": hours}
    if rest:
        text += " " + ngettext("%(count)s minute", "%(count)s minutes", rest) % {"count": rest}
    return text


def line(starts_at: datetime) -> str:
    """A proposed date in a line, with what is unusual about it."""
    unusual = remark(starts_at)
    return f"{spoken(starts_at)} ({unusual})" if unusual else spoken(starts_at)
