"""The one mail that somebody gets on a working day, early: what is to do, and what must be answered.

Coordinators read their agenda in it; advisors and municipalities are reminded of an answer that is due.
Whoever is several of these, or is asked in several cases, gets one mail with everything.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from miglobe.accounts.models import User
from miglobe.site.working_days import add_working_days, is_working_day
from requests_app import access, agenda, held, mail_trouble, notifications, recipients, responsibility
from requests_app.agenda_words import short_day
from requests_app.models import Assignment, AssignmentStatus, Case, CaseStatus, DailyMail, DeskSettings

FROM = time(6)
SHOWN = 10
KEPT = timedelta(days=30)


@dataclass(frozen=True)
class Item:
    """One thing to do, and the path of its page. ``reference`` and ``short``: for the subject."""

    text: str
    path: str
    reference: str = ""
    short: str = ""


@dataclass(frozen=True)
class Part:
    """A heading and what stands below it. ``more``: whether there is more than that."""

    title: str
    items: list[Item]
    more: bool = False


def send() -> int:
    """Send the mails of today that have not been sent yet; returns how many there were.

    Nothing happens on other days than working days, and before six in the morning.
    """
    now = timezone.localtime()
    today = now.date()
    if not is_working_day(today) or now.time() < FROM:
        return 0
    DailyMail.objects.filter(day__lt=today - KEPT).delete()
    away = responsibility.roster(today).away
    had = DailyMail.objects.filter(day=today).values("user")
    people = User.objects.filter(pk__in=_recipients(today), is_active=True).exclude(pk__in=had)
    return sum(_send(user, today) for user in people.order_by("pk") if user.pk not in away)


def _recipients(today: date) -> set[int]:
    """Whoever may have something to read today: the coordination, and those whose answer is due."""
    team = responsibility.team().values_list("pk", flat=True)
    advisors = _offers(today).values_list("advisor__user", flat=True)
    contacts = [c.user_id for case in _queries(today) for c in recipients.contacts(case)]
    return {*team, *advisors, *contacts}


@transaction.atomic
def _send(user: User, today: date) -> bool:
    """Settle the day's mail of ``user``: the row and the mail are stored together, or neither.

    A second worker waits at the row until the first is done, and finds that nothing is left to do. The row
    is kept, too, when there was nothing to say: what comes up later waits for the next morning.
    """
    _row, is_ours = DailyMail.objects.get_or_create(user=user, day=today)
    if not is_ours:
        return False
    with translation.override(user.language):
        tasks = _of_coordinator(user, today) if access.is_coordinator(user) else []
        reminders = [*_of_advisor(user, today), *_of_contact(user, today)]
    if not tasks and not reminders:
        return False
    notifications.daily_mail(user, tasks=tasks, reminders=reminders)
    return True


# --- The coordination -------------------------------------------------------------------------------


def _of_coordinator(user: User, today: date) -> list[Part]:
    """The agenda of ``user``, and what is very late whoever is in charge.

    Who has switched the mail off gets it only when a case has become very late since the last morning.
    """
    if DeskSettings.objects.filter(user=user, wants_daily_mail=False).exists():
        last = DailyMail.objects.filter(user=user, day__lt=today).order_by("day").last()
        return _very_late(user, Q(escalated_at__gt=last.at) if last else Q())
    whose = agenda.whose(user, today)
    if not access.coordinators().filter(pk=user.pk).exists() and not agenda.has_any(whose.own):
        return []  # an administrator beside a coordination that does the work
    groups = agenda.tasks(user, today, only=whose.mine, shown=SHOWN)
    return [*_very_late(user, ~whose.mine), *[_part(group) for group in groups if group.lines], *_beside()]


def _very_late(user: User, which: Q) -> list[Part]:
    lines = agenda.very_late(user, timezone.localdate(), which)
    title = _("Very late, so that the whole coordination knows")
    return [Part(title, [_item(line) for line in lines])] if lines else []


def _part(group: agenda.Tasks) -> Part:
    title = f"{group.group.title} ({group.number})"
    return Part(title, [_item(line) for line in group.lines], group.count > SHOWN)


def _item(line: agenda.Line) -> Item:
    late = _("very late") + " · " if line.is_very_late else ""
    head = f"{line.case.reference}, {line.case.places}: {line.case.headline}"
    return Item(f"{head}\n  {late}{line.why}", line.todo.url)


def _beside() -> list[Part]:
    """What waits beside the cases."""
    items = []
    if mails := list(mail_trouble.other_mails_in_trouble().only("pk")):
        number = len(mails)
        words = ngettext("One other mail did not arrive", "%(count)d other mails did not arrive", number) % {
            "count": number
        }
        items.append(Item(words, mail_trouble.address_of(mails)))
    if number := held.waiting().count():
        words = ngettext("One request is held back", "%(count)d requests are held back", number) % {
            "count": number
        }
        items.append(Item(words, reverse("admin:requests_app_case_held")))
    return [Part(_("Beside the cases"), items)] if items else []


# --- Advisors and municipalities --------------------------------------------------------------------


def _offers(today: date) -> QuerySet[Assignment]:
    """The offers that lapse at the end of today; not those that were made today."""
    return Assignment.objects.filter(
        status=AssignmentStatus.OFFERED,
        answer_due_on=today,
        offered_at__lt=timezone.make_aware(datetime.combine(today, time.min)),
    ).select_related("case").order_by("pk")  # fmt: skip


def _of_advisor(user: User, today: date) -> list[Part]:
    items = [
        Item(
            _("%(reference)s: please say yes or no today. Without an answer the offer lapses.")
            % {"reference": offer.case.reference},
            reverse("workspace:case", args=[offer.case.reference]),
            offer.case.reference,
            _("please say yes or no today"),
        )
        for offer in _offers(today).filter(advisor__user=user)
    ]
    return [Part(_("Your answer to an offer"), items)] if items else []


def _queries(today: date) -> QuerySet[Case]:
    """Cases in which the municipality's answer is due on the next working day, or was on the last one."""
    days = [add_working_days(today, 1), *_days_up_to(today)]
    return (
        Case.objects.filter(status=CaseStatus.QUERY_OPEN, answer_due_on__in=days, paused_on__lt=today)
        .prefetch_related("contacts")
        .order_by("pk")
    )


def _days_up_to(today: date) -> list[date]:
    """The last working day before ``today``, and the days since."""
    days = [today - timedelta(days=1)]
    while not is_working_day(days[-1]):
        days.append(days[-1] - timedelta(days=1))
    return days


def _of_contact(user: User, today: date) -> list[Part]:
    cases = _queries(today).filter(contacts__user=user, contacts__left_at=None)
    asked = [case for case in cases if user.pk in {c.user_id for c in recipients.contacts(case)}]
    items = [_query(case, today) for case in asked]
    return [Part(_("Our question to you"), items)] if items else []


def _query(case: Case, today: date) -> Item:
    words = {
        "reference": case.reference,
        "title": case.headline,
        "day": short_day(case.answer_due_on or today),
    }
    if case.answer_due_on and case.answer_due_on < today:
        text = _("%(reference)s, %(title)s: we had asked for your answer by %(day)s. You can still answer.")
        short = _("we are waiting for your answer")
    else:
        text = _("%(reference)s, %(title)s: please answer our question by %(day)s.")
        short = _("please answer our question by %(day)s") % words
    return Item(text % words, reverse("casepage:case", args=[case.reference]), case.reference, short)
