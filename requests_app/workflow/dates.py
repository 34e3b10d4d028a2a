"""Finding a date: an advisor proposes some, the municipality picks one or says that none fits.

What is agreed can be moved, through other dates that are proposed in its place, and cancelled, until it
begins. What was agreed stands until its successor is. Where nobody came, advisors cancel it afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from miglobe.accounts.models import User
from requests_app import access, dates, deadlines, notifications
from requests_app.models import (
    Appointment,
    AppointmentStatus,
    Audience,
    Case,
    CaseStatus,
    DateRound,
    EventKind,
    Message,
    ProposedDate,
    RoundStatus,
)
from requests_app.workflow.engine import InvalidTransition, Step, step, write


@dataclass(frozen=True)
class Proposal:
    """Up to five dates, and how the talk is to be held. ``minutes``: its length."""

    starts: Sequence[datetime]
    format: str
    mode: str
    minutes: int
    place: str = ""
    note: str = ""


# --- Proposing ------------------------------------------------------------------------------------


@transaction.atomic
def propose_dates(
    case: Case, actor: User, proposal: Proposal, *, form_key: UUID, moves: Appointment | None = None
) -> DateRound:
    """Propose dates to the municipality, for a new talk or in place of an agreed date (``moves``).

    ``form_key`` is the key of the form they were typed in: sent twice, it is one proposal.
    """
    Case.objects.select_for_update().get(pk=case.pk)  # the second of two sends waits for the first
    earlier = DateRound.objects.filter(form_key=form_key, case=case, proposed_by=actor).first()
    if earlier:
        return earlier
    with step("propose_dates", case, actor) as now:
        _check_starts(proposal, now.at)
        if now.case.date_rounds.filter(status=RoundStatus.OPEN).exists():
            raise InvalidTransition(
                _("Other dates wait for the municipality's answer already. Withdraw them first.")
            )
        moved = _ahead(now, moves) if moves else None
        made = _keep(now, actor, proposal, form_key, moved)
        if moved and moved.move_asked_at:
            moved.move_asked_at = None
            moved.save(update_fields=["move_asked_at"])
        now.data |= {"round": made.pk, "dates": [start.isoformat() for start in sorted(proposal.starts)]}
        notifications.dates_proposed(made)
    return made


def _keep(now: Step, actor: User, proposal: Proposal, form_key: UUID, moves: Appointment | None) -> DateRound:
    made = DateRound.objects.create(
        case=now.case,
        format=proposal.format,
        mode=proposal.mode,
        minutes=proposal.minutes,
        place=proposal.place,
        note=proposal.note,
        moves=moves,
        proposed_by=actor,
        proposed_at=now.at,
        form_key=form_key,
    )
    ProposedDate.objects.bulk_create(
        ProposedDate(round=made, starts_at=start) for start in sorted(proposal.starts)
    )
    return made


def _check_starts(proposal: Proposal, now: datetime) -> None:
    starts = set(proposal.starts)
    if not 1 <= len(starts) <= dates.MOST or len(starts) < len(proposal.starts):
        raise InvalidTransition(_("Propose one to five different dates."))
    if min(starts) <= now:
        raise InvalidTransition(_("A date must not be in the past."))
    if max(starts) > now + dates.FURTHEST:
        raise InvalidTransition(_("A date must be within a year."))


def withdraw_dates(round_: DateRound, actor: User) -> DateRound:
    """Take dates back that nobody has answered yet; either advisor may. An agreed date stays.

    When the municipality had asked to move it, that waits for the advisors again.
    """
    with step("withdraw_dates", round_.case, actor) as now:
        fresh = _open(now, round_)
        fresh.status = RoundStatus.WITHDRAWN
        fresh.save(update_fields=["status"])
        now.data["round"] = fresh.pk
        if fresh.moves and (asked_at := _move_asked_at(now, fresh.moves)):
            fresh.moves.move_asked_at = asked_at
            fresh.moves.save(update_fields=["move_asked_at"])
    return fresh


def _move_asked_at(now: Step, appointment: Appointment) -> datetime | None:
    """When the municipality last asked to move the date as it stands."""
    asked = now.case.events.filter(kind=EventKind.DATE_MOVE_ASKED, data__appointment=appointment.pk)
    return asked.filter(at__gt=appointment.changed_at).aggregate(last=Max("at"))["last"]


def _open(now: Step, round_: DateRound) -> DateRound:
    """``round_`` freshly read, if it still waits for an answer; else a sentence that says why not."""
    fresh = now.case.date_rounds.filter(pk=round_.pk).select_related("appointment", "moves").first()
    if fresh is None:
        raise InvalidTransition
    if fresh.status == RoundStatus.WITHDRAWN:
        raise InvalidTransition(_("These dates have been withdrawn in the meantime."))
    if fresh.status == RoundStatus.REFUSED:
        raise InvalidTransition(_("The municipality has answered already that none of these dates fits."))
    if fresh.status == RoundStatus.AGREED:
        raise InvalidTransition(_("One of these dates has been agreed already."))
    return fresh


# --- The municipality's answer ---------------------------------------------------------------------


def pick_date(round_: DateRound, actor: User, *, date: ProposedDate) -> Appointment:
    """Agree on one of the dates of a proposal. An appointment that it moves keeps its identity."""
    key = "pick_other_date" if round_.moves_id else "pick_date"
    with step(key, round_.case, actor) as now:
        fresh = _open(now, round_)
        chosen = fresh.dates.filter(pk=date.pk).first()
        if chosen is None:
            raise InvalidTransition
        if chosen.starts_at <= now.at:
            raise InvalidTransition(
                _("This date has passed. Choose another one, or write that none of the dates fits.")
            )
        before = _ahead(now, fresh.moves) if fresh.moves else None
        earlier_start = before.starts_at if before else None
        made = _moved(before, fresh, chosen, now) if before else _agreed(fresh, chosen, actor, now)
        fresh.status, fresh.answered_by, fresh.answered_at = RoundStatus.AGREED, actor, now.at
        fresh.appointment = made
        fresh.save(update_fields=["status", "answered_by", "answered_at", "appointment"])
        _expect_session(now)
        now.data |= {"appointment": made.pk, "starts_at": made.starts_at.isoformat()}
        if earlier_start:
            now.data["instead_of"] = earlier_start.isoformat()
            notifications.date_moved(made, earlier_start)
        else:
            notifications.date_agreed(made)
    return made


def _agreed(round_: DateRound, chosen: ProposedDate, actor: User, now: Step) -> Appointment:
    return Appointment.objects.create(
        case=now.case,
        starts_at=chosen.starts_at,
        minutes=round_.minutes,
        format=round_.format,
        mode=round_.mode,
        place=round_.place,
        agreed_by=actor,
        agreed_at=now.at,
        changed_at=now.at,
    )


def _moved(appointment: Appointment, round_: DateRound, chosen: ProposedDate, now: Step) -> Appointment:
    """The same appointment at another time: its UID stays, its SEQUENCE rises (RFC 5546, 2.1.4)."""
    for name in ("format", "mode", "minutes", "place"):
        setattr(appointment, name, getattr(round_, name))
    appointment.starts_at = chosen.starts_at
    appointment.sequence += 1
    appointment.changed_at, appointment.move_asked_at = now.at, None
    appointment.save()
    return appointment


def refuse_dates(round_: DateRound, actor: User, *, suggestion: str) -> DateRound:
    """Say that none of the dates fits, and what would. The advisors propose anew."""
    with step("refuse_dates", round_.case, actor) as now:
        fresh = _open(now, round_)
        fresh.status, fresh.answered_by, fresh.answered_at = RoundStatus.REFUSED, actor, now.at
        fresh.suggestion = suggestion
        fresh.save(update_fields=["status", "answered_by", "answered_at", "suggestion"])
        now.data["round"] = fresh.pk
        notifications.dates_refused(fresh)
    return fresh


# --- What is agreed -------------------------------------------------------------------------------


def ask_to_move(appointment: Appointment, actor: User, *, text: str, form_key: UUID) -> Appointment:
    """The municipality asks for another date, and says why and when: a message to everybody in the case.

    The agreed date stands until another one is.
    """
    with step("ask_to_move", appointment.case, actor) as now:
        if Message.objects.filter(form_key=form_key).exists():
            raise InvalidTransition(_("This message has been sent already."))
        fresh = _ahead(now, appointment)
        fresh.move_asked_at = now.at
        fresh.save(update_fields=["move_asked_at"])
        words = {"day": dates.span(fresh.starts_at, fresh.minutes), "text": text}
        body = gettext("Please let us find another date in place of %(day)s:\n%(text)s") % words
        message = write(now, actor, access.Side.MUNICIPALITY, body, Audience.EVERYONE, form_key=form_key)
        now.data |= {
            "appointment": fresh.pk,
            "starts_at": fresh.starts_at.isoformat(),
            "message": message.pk,
        }
        notifications.date_move_asked(fresh, text)
    return fresh


def cancel_date(appointment: Appointment, actor: User, side: access.Side, *, reason: str = "") -> Appointment:
    """Cancel an agreed date, from the advisors' or the municipality's side; other dates for it go, too.

    Advisors may say so afterwards, too, when nobody came: until a session of that date was logged.
    """
    by_advisor = side == access.Side.ADVISOR
    key = "cancel_date" if by_advisor else "cancel_date_as_contact"
    with step(key, appointment.case, actor) as now:
        fresh = _not_held(now, appointment) if by_advisor else _ahead(now, appointment)
        _cancel(now, fresh, actor, reason)
        _expect_session(now)
    return fresh


def drop_dates(outer: Step) -> None:
    """Withdraw what was proposed and cancel what lies ahead, as the case ends or its lead advisor goes."""
    if outer.actor is None:
        return
    for appointment in _agreed_ahead(outer):
        drop_date(appointment, outer.actor)
    for round_ in outer.case.date_rounds.filter(status=RoundStatus.OPEN):
        drop_round(round_, outer.actor)


def drop_date(appointment: Appointment, actor: User) -> None:
    """Cancel an agreed date because of what ``actor`` did to the case."""
    with step("drop_date", appointment.case, actor) as now:
        _cancel(now, _ahead(now, appointment), actor, "")


def drop_round(round_: DateRound, actor: User) -> None:
    """Withdraw a proposal because of what ``actor`` did to the case."""
    with step("drop_dates", round_.case, actor) as now:
        fresh = _open(now, round_)
        fresh.status = RoundStatus.WITHDRAWN
        fresh.save(update_fields=["status"])
        now.data["round"] = fresh.pk


def _cancel(now: Step, appointment: Appointment, actor: User, reason: str) -> None:
    now.case.date_rounds.filter(moves=appointment, status=RoundStatus.OPEN).update(
        status=RoundStatus.WITHDRAWN
    )
    appointment.status = AppointmentStatus.CANCELLED
    appointment.cancelled_by, appointment.cancel_reason = actor, reason
    appointment.sequence += 1
    appointment.changed_at, appointment.move_asked_at = now.at, None
    appointment.save()
    now.data |= {"appointment": appointment.pk, "starts_at": appointment.starts_at.isoformat()}
    notifications.date_cancelled(appointment)


def _ahead(now: Step, appointment: Appointment) -> Appointment:
    """``appointment`` freshly read, if it still lies ahead; else a sentence that says why not."""
    fresh = _standing(now, appointment)
    if fresh.starts_at <= now.at:
        raise InvalidTransition(
            _("This date has begun already, so that it can be neither moved nor cancelled.")
        )
    return fresh


def _not_held(now: Step, appointment: Appointment) -> Appointment:
    """``appointment`` freshly read, if no session of it was logged."""
    fresh = _standing(now, appointment)
    if dates.was_held(fresh):
        raise InvalidTransition(_("A session of this date has been logged, so that it cannot be cancelled."))
    return fresh


def _standing(now: Step, appointment: Appointment) -> Appointment:
    """``appointment`` freshly read, if it is agreed still."""
    fresh = now.case.appointments.filter(pk=appointment.pk).first()
    if fresh is None:
        raise InvalidTransition
    if fresh.status == AppointmentStatus.CANCELLED:
        raise InvalidTransition(_("This date has been cancelled already."))
    fresh.case = now.case
    return fresh


def _agreed_ahead(now: Step) -> QuerySet[Appointment]:
    return now.case.appointments.filter(status=AppointmentStatus.AGREED, starts_at__gt=now.at)


def _expect_session(now: Step) -> None:
    """Expect the first session on the first agreed day; without one, as after the advisors' yes."""
    if now.case.status != CaseStatus.MATCHED:
        return
    first = _agreed_ahead(now).order_by("starts_at").first()
    today = timezone.localdate(now.at)
    now.set(due_on=timezone.localdate(first.starts_at) if first else deadlines.first_session_due(today))


# --- Who joins, and who leaves --------------------------------------------------------------------


def join_dates(now: Step, user: User, name: str, side: access.Side) -> None:
    """Give the dates that were agreed before to somebody who joins the case."""
    if now.case.status in dates.ADVISED:
        for appointment in _agreed_ahead(now):
            notifications.date_joined(appointment, user, name, side)


def leave_dates(now: Step, user: User, name: str, side: access.Side) -> None:
    """Take the agreed dates out of the calendar of somebody who leaves; for the others they stand.

    The SEQUENCE rises, so that no program takes the file for an older one.
    """
    if now.case.status in dates.ADVISED:
        for appointment in _agreed_ahead(now):
            appointment.sequence += 1
            appointment.save(update_fields=["sequence"])
            notifications.date_left(appointment, user, name, side)


# --- The reminder ---------------------------------------------------------------------------------


@transaction.atomic
def remind_of_date(appointment: Appointment) -> bool:
    """Remind everybody of a date, once; False when there is nothing to remind of (any more).

    A second worker waits at the case's row until the first is done, and finds the date reminded of.
    """
    Case.objects.select_for_update().get(pk=appointment.case_id)
    fresh = Appointment.objects.select_related("case").get(pk=appointment.pk)
    if not dates.is_to_be_reminded_of(fresh):
        return False
    fresh.reminded_of = fresh.starts_at
    fresh.save(update_fields=["reminded_of"])
    notifications.date_reminder(fresh)
    return True
