"""Follow-ups: planned with the end of a case, asked by the calendar, answered by the municipality.

A case is asked once for each round. Every function locks the case and looks at the round again under that
lock, so that two workers, or a worker that is started again, ask and remind once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from miglobe.accounts.models import User
from requests_app import deadlines, notifications, recipients
from requests_app.models import (
    ActionOption,
    Case,
    FollowUp,
    FollowUpStatus,
    OptionReport,
    OptionStatus,
    Resolution,
)
from requests_app.workflow.engine import InvalidTransition, Step, step

F = FollowUpStatus
# Sent, and not answered; what rests can still be answered.
UNANSWERED = (F.ASKED, F.REMINDED, F.RESTS)


class NothingNew(InvalidTransition):
    """This was said already: the form was sent twice."""


@dataclass(frozen=True)
class Said:
    """What the municipality says about one option: its key, the state, and a word."""

    option: int
    implementation: str
    note: str = ""


# --- Planning -------------------------------------------------------------------------------------


def plan(now: Step, resolution: Resolution, left_out: Collection[int] = ()) -> list[FollowUp]:
    """Plan the rounds of a case that is being closed; those ``left_out`` (months) can be brought back.

    Returns those in which the municipality will be asked.
    """
    due = deadlines.follow_ups_due(resolution, timezone.localdate(now.at))
    rows = [
        FollowUp.objects.create(
            case=now.case, months=months, due_on=day, status=F.SKIPPED if months in left_out else F.PLANNED
        )
        for months, day in due.items()
    ]
    return [row for row in rows if row.status == F.PLANNED]


def cancel(now: Step) -> None:
    """The case goes on: nobody is asked any more what became of it, and no answer is expected."""
    pending = [F.PLANNED, F.SKIPPED, *UNANSWERED]
    now.case.follow_ups.filter(status__in=pending).update(status=F.CANCELLED)


def skip_follow_up(follow_up: FollowUp, actor: User) -> FollowUp:
    """Leave a planned round out."""
    return _switch("skip_follow_up", follow_up, actor, F.PLANNED, F.SKIPPED)


def restore_follow_up(follow_up: FollowUp, actor: User) -> FollowUp:
    """Ask in a round after all that was left out; where its day has passed, on the next working day."""
    return _switch("restore_follow_up", follow_up, actor, F.SKIPPED, F.PLANNED)


def _switch(
    key: str, follow_up: FollowUp, actor: User, before: FollowUpStatus, after: FollowUpStatus
) -> FollowUp:
    with step(key, follow_up.case, actor) as now:
        row = _fresh(now, follow_up, before)
        row.status = after
        row.save(update_fields=["status"])
        now.data |= _about(row)
    return row


def _fresh(now: Step, follow_up: FollowUp, *statuses: FollowUpStatus) -> FollowUp:
    """The round as it is under the lock; ``InvalidTransition`` unless it is in one of ``statuses``."""
    row = now.case.follow_ups.filter(pk=follow_up.pk, status__in=statuses).first()
    if row is None:
        raise InvalidTransition
    return row


def _about(row: FollowUp) -> dict[str, object]:
    return {"follow_up": row.pk, "months": row.months, "day": row.due_on.isoformat()}


# --- By the calendar ------------------------------------------------------------------------------


@transaction.atomic
def ask_follow_up(follow_up: FollowUp) -> FollowUp:
    """Ask the contact persons what became of it. Rounds before this one that wait for an answer rest.

    Where every address is dead, the coordination finds the case on its agenda instead.
    """
    case = Case.objects.select_for_update().get(pk=follow_up.case_id)
    key = "ask_follow_up" if is_reachable(case) else "miss_follow_up"
    with step(key, case, None) as now:
        row = _fresh(now, follow_up, F.PLANNED)
        if row.due_on > timezone.localdate(now.at):
            raise InvalidTransition
        now.data |= _about(row)
        _pass_over_earlier(now, row)
        if key == "miss_follow_up":
            row.status = F.SKIPPED
            now.set(**_to_the_coordination(now))
        else:
            row.status, row.asked_at = F.ASKED, now.at
            notifications.follow_up_asked(now.case, current_options(now.case))
        row.save(update_fields=["status", "asked_at"])
    return row


def is_reachable(case: Case) -> bool:
    """Whether somebody of the municipality has an address that takes mails."""
    return any(contact.mail_bounced_at is None for contact in recipients.contacts(case))


def _to_the_coordination(now: Step) -> dict[str, object]:
    """A resubmission for today; a note that stands there already stays behind the new one."""
    note = _(
        "Follow-up: nobody of the municipality can be reached. Find a contact person, then ask after all."
    )
    there = now.case.resubmission_note
    if there:
        note = there if there.startswith(note) else f"{note} · {there}"
    return {"resubmit_on": timezone.localdate(now.at), "resubmission_note": note[:300]}


def _pass_over_earlier(now: Step, row: FollowUp) -> None:
    """One question at a time: rounds before ``row`` rest, or fall away when they were not asked yet."""
    earlier = now.case.follow_ups.filter(due_on__lt=row.due_on)
    earlier.filter(status__in=[F.ASKED, F.REMINDED]).update(status=F.RESTS)
    earlier.filter(status=F.PLANNED).update(status=F.SKIPPED)


def remind_follow_up(follow_up: FollowUp) -> FollowUp:
    """Remind once of a round that was asked."""
    with step("remind_follow_up", follow_up.case, None) as now:
        row = _fresh(now, follow_up, F.ASKED)
        row.status, row.reminded_at = F.REMINDED, now.at
        row.save(update_fields=["status", "reminded_at"])
        now.data |= _about(row)
        notifications.follow_up_reminded(now.case, current_options(now.case))
    return row


def rest_follow_up(follow_up: FollowUp) -> FollowUp:
    """Stop waiting for the answer to a round that was reminded of."""
    with step("rest_follow_up", follow_up.case, None) as now:
        row = _fresh(now, follow_up, F.REMINDED)
        row.status = F.RESTS
        row.save(update_fields=["status"])
        now.data |= _about(row)
    return row


# --- The answer -----------------------------------------------------------------------------------


def current_options(case: Case) -> list[ActionOption]:
    """What was agreed, in its newest version; each with ``said``, the key of its newest report."""
    newest = OptionReport.objects.filter(option=OuterRef("pk")).order_by("-reported_at", "-pk")
    agreed = case.options.filter(status=OptionStatus.AGREED)
    return list(agreed.annotate(said=Subquery(newest.values("pk")[:1])))


def waiting_round(case: Case) -> FollowUp | None:
    """The round that an answer belongs to: the last one that was asked, or is due, and has none.

    Who has answered a later one is not asked for an earlier one any more.
    """
    since = case.follow_ups.filter(answered_at__gt=OuterRef("asked_at"))
    asked = case.follow_ups.filter(~Exists(since), status__in=UNANSWERED)
    due = case.follow_ups.filter(status=F.PLANNED, due_on__lte=timezone.localdate())
    return (asked | due).order_by("-due_on", "-pk").first()


def newest_reports(options: Iterable[ActionOption]) -> dict[int, OptionReport]:
    """The newest report of each of ``options`` that has one, by the option's key; see ``current_options``."""
    # ``said`` is annotated by ``current_options``.
    keys = [option.said for option in options if option.said]  # type: ignore[attr-defined]
    return {report.option_id: report for report in OptionReport.objects.filter(pk__in=keys)}


def last_word(case: Case) -> str:
    """What the municipality said last about all options together."""
    rows = case.follow_ups.filter(status=F.ANSWERED).exclude(word="").order_by("answered_at", "pk")
    last = rows.last()
    return last.word if last else ""


def answer_follow_up(case: Case, actor: User, said: Iterable[Said], *, word: str = "") -> FollowUp | None:
    """Keep what the municipality says about its options: each line is a report, none is ever changed.

    As the answer to a round that waits, all lines are kept, also those that say the same as before; between
    the rounds only what is new. Returns the round that it answers, if any.

    Raises ``NothingNew`` when this was said already, ``InvalidTransition`` when the options have changed.
    """
    said = list(said)
    with step("answer_follow_up", case, actor) as now:
        if now.case.resolution not in deadlines.AFTER_ADVICE:
            raise InvalidTransition
        options = current_options(now.case)
        if {each.option for each in said} - {option.pk for option in options}:
            raise InvalidTransition(_("The options have changed in the meantime. Please read them again."))
        waiting = waiting_round(now.case)
        word = word.strip()
        if waiting is None:
            said = _what_is_new(options, said)
            word = word if word != last_word(now.case) else ""
        if not said and not word:
            raise NothingNew(_("We have these answers already."))
        row = _answered(now, waiting, word) if waiting or word else None
        for each in said:
            OptionReport.objects.create(
                option_id=each.option,
                follow_up=row,
                implementation=each.implementation,
                note=each.note,
                reported_by=actor,
                reported_at=now.at,
            )
        now.data |= {"options": len(said)} | (_about(row) if row else {})
    return row


def _what_is_new(options: list[ActionOption], said: list[Said]) -> list[Said]:
    before = newest_reports(options)
    return [
        each
        for each in said
        if each.option not in before
        or (before[each.option].implementation, before[each.option].note) != (each.implementation, each.note)
    ]


def _answered(now: Step, waiting: FollowUp | None, word: str) -> FollowUp:
    """The round with its answer. What is told between the rounds has one of its own."""
    row = waiting or FollowUp(case=now.case, months=0, due_on=timezone.localdate(now.at))
    row.status, row.answered_by, row.answered_at, row.word = F.ANSWERED, now.actor, now.at, word
    row.save()
    return row
