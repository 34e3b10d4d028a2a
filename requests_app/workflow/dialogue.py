"""The dialogue: sessions that were held, what is added to them, and the municipality's word on them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from advisors.models import Advisor
from miglobe.accounts.models import User
from requests_app import notifications
from requests_app.models import (
    TAKEN_ON,
    Appointment,
    AppointmentStatus,
    Case,
    CaseStatus,
    DialogueSession,
    SessionAddition,
)
from requests_app.workflow.engine import InvalidTransition, Step, step
from requests_app.workflow.redaction import check_marks

# Of these an event names the fields alone: their words are kept once, in the record itself.
TEXTS = ("shared_minutes", "private_notes")
_CHANGED = _("This record has been changed in the meantime.")


@transaction.atomic
def log_session(
    case: Case, actor: User, *, fields: dict[str, Any], advisors: Iterable[Advisor], form_key: UUID
) -> DialogueSession:
    """Log a session that was held. The first one starts the dialogue; the municipality is asked to confirm.

    ``fields`` are those of ``DialogueSession``; ``form_key`` is the key of the form it was typed
    in: saved twice over a bad line, it is one session. It belongs to the appointment of its day.
    """
    # Under the lock: the second of two sends waits here until the first has logged its session.
    status = Case.objects.select_for_update().get(pk=case.pk).status
    earlier = DialogueSession.objects.filter(form_key=form_key, case=case, recorded_by=actor).first()
    if earlier:
        return earlier
    key = "hold_first_session" if status == CaseStatus.MATCHED else "log_session"
    with step(key, case, actor) as now:
        if DialogueSession.objects.filter(form_key=form_key).exists():
            raise InvalidTransition(_("This session has been logged already."))
        present = _check_present(now.case, advisors)
        session = DialogueSession.objects.create(
            case=now.case,
            recorded_by=actor,
            form_key=form_key,
            appointment=_appointment_of(now.case, fields["date"], fields["start"]),
            **fields,
        )
        session.advisors.set(present)
        now.data |= {"session": session.pk, "date": session.date}
        notifications.session_logged(session)
    return session


def _appointment_of(
    case: Case, day: dt.date, start: dt.time, session: DialogueSession | None = None
) -> Appointment | None:
    """The agreed date of that day without another session; of several, the one that begins nearest."""
    free = Q(session=None) | Q(session=session) if session else Q(session=None)
    agreed = case.appointments.filter(free, status=AppointmentStatus.AGREED)
    of_day = [a for a in agreed if timezone.localtime(a.starts_at).date() == day]
    held = timezone.make_aware(dt.datetime.combine(day, start))
    return min(of_day, key=lambda a: abs(a.starts_at - held), default=None)


@transaction.atomic
def correct_session(
    session: DialogueSession,
    actor: User,
    *,
    fields: dict[str, Any],
    advisors: Iterable[Advisor],
    seen: str | None = None,
) -> DialogueSession:
    """Correct a logged session. Only who logged it may.

    The event keeps what facts were before and after, and of texts that they changed. What others read
    needs the municipality's yes anew: it is told when it had confirmed, or said what was different.
    ``seen`` is the ``wording`` that the correction was made to; sent twice, it is one correction.
    """
    locked = Case.objects.select_for_update().get(pk=session.case_id)
    session = DialogueSession.objects.select_related("case").get(pk=session.pk)
    present = list(advisors)
    changed = _changed(session, fields, present)
    if not changed and session.recorded_by_id == actor.pk:
        return session
    with step("correct_session", locked, actor) as now:
        is_private = changed == ["private_notes"]
        _check_correction(session, now.case, actor, seen, is_private)
        for name in set(TEXTS).intersection(changed):
            check_marks(getattr(session, name), fields[name])
        now.data |= {"session": session.pk, "date": session.date, "changed": changed}
        now.data["facts"] = _facts(session, fields, _check_present(now.case, present), changed)
        asked = session.confirmed_at is not None or bool(session.objection)
        _write(session, fields, present, is_private)
        if asked and not is_private:
            notifications.session_corrected(session, now.data)
    return session


def _check_correction(
    session: DialogueSession, case: Case, actor: User, seen: str | None, is_private: bool
) -> None:
    """Raise InvalidTransition unless ``actor`` may correct it. ``is_private``: only her or his notes."""
    if session.recorded_by_id != actor.pk:
        raise InvalidTransition(_("Only the person who logged a session can correct it."))
    if seen not in (None, session.wording):
        raise InvalidTransition(_CHANGED)
    if case.status == CaseStatus.CLOSED and session.confirmed_at and not is_private:
        raise InvalidTransition(_("The case is closed and the municipality has confirmed this session."))


def _changed(session: DialogueSession, fields: dict[str, Any], present: list[Advisor]) -> list[str]:
    """The names of what a correction would change, in the order of the form."""
    names = [name for name, value in fields.items() if getattr(session, name) != value]
    if {advisor.pk for advisor in session.advisors.all()} != {advisor.pk for advisor in present}:
        names.append("advisors")
    return names


def _facts(
    session: DialogueSession, fields: dict[str, Any], present: list[Advisor], changed: list[str]
) -> dict[str, dict[str, Any]]:
    """What facts are before and after a correction; texts are left out."""
    before_after = {
        name: {"before": _plain(getattr(session, name)), "after": _plain(fields[name])}
        for name in changed
        if name in fields and name not in TEXTS
    }
    if "advisors" in changed:
        names = ", ".join(sorted(advisor.name for advisor in session.advisors.all()))
        after = ", ".join(sorted(advisor.name for advisor in present))
        before_after["advisors"] = {"before": names, "after": after}
    return before_after


def _plain(value: Any) -> Any:
    """A fact as an event keeps it."""
    if isinstance(value, dt.time):
        return f"{value:%H:%M}"
    return value.isoformat() if isinstance(value, dt.date) else value


def _write(
    session: DialogueSession, fields: dict[str, Any], present: list[Advisor], is_private: bool
) -> None:
    """Save a correction. Private notes are nobody's to confirm: they leave the rest as it is.

    At another time it is the session of another agreed date, or of none.
    """
    began = session.date, session.start
    for name, value in fields.items():
        setattr(session, name, value)
    if (session.date, session.start) != began:
        session.appointment = _appointment_of(session.case, session.date, session.start, session)
    if not is_private:
        session.version += 1
        session.confirmed_by, session.confirmed_at, session.objection = None, None, ""
    session.save()
    session.advisors.set(present)


def _check_present(case: Case, advisors: Iterable[Advisor]) -> list[Advisor]:
    present = list(advisors)
    engaged = set(case.assignments.filter(status__in=TAKEN_ON).values_list("advisor_id", flat=True))
    if not present or {advisor.pk for advisor in present} - engaged:
        raise InvalidTransition(_("Choose who of the case's advisors was present."))
    return present


# --- What the other advisor adds ------------------------------------------------------------------


@transaction.atomic
def add_to_session(
    session: DialogueSession,
    actor: User,
    *,
    shared_minutes: str,
    private_notes: str,
    seen: str | None = None,
) -> SessionAddition | None:
    """Add to the record of a session that somebody else logged, or change one's own addition.

    Only who was present may. Two empty texts take the addition away (None is returned). ``seen`` is the
    ``wording`` of the addition that was changed, empty for a new one; sent twice, it is one addition.
    """
    locked = Case.objects.select_for_update().get(pk=session.case_id)
    addition = SessionAddition.objects.filter(session=session, author=actor).first()
    texts = {"shared_minutes": shared_minutes, "private_notes": private_notes}
    before = {name: getattr(addition, name) if addition else "" for name in TEXTS}
    if texts == before:
        return addition
    with step("add_to_session", locked, actor) as now:
        if session.recorded_by_id == actor.pk or not session.advisors.filter(user=actor).exists():
            raise InvalidTransition(_("Only who was present, and has not logged the session, can add to it."))
        if seen not in (None, addition.wording if addition else ""):
            raise InvalidTransition(_CHANGED)
        for name in TEXTS:
            check_marks(before[name], texts[name])
        is_shared = texts["shared_minutes"] != before["shared_minutes"]
        now.data |= {"session": session.pk, "date": session.date, "shared": is_shared}
        return _keep(now, session, actor, addition, texts)


def _keep(
    now: Step, session: DialogueSession, actor: User, addition: SessionAddition | None, texts: dict[str, str]
) -> SessionAddition | None:
    if addition and not any(texts.values()):
        addition.delete()
        return None
    addition = addition or SessionAddition(session=session, author=actor, added_at=now.at)
    for name, value in texts.items():
        setattr(addition, name, value)
    addition.changed_at = now.at
    addition.save()
    return addition


# --- The municipality's word ----------------------------------------------------------------------


@transaction.atomic
def confirm_session(session: DialogueSession, actor: User, *, version: int) -> DialogueSession:
    """The municipality confirms that a session was held as the record that it read (``version``) says.

    Any contact person may, also after the case has ended. Raises ``InvalidTransition`` when it is
    confirmed already, and when the record was corrected since.
    """
    with step("confirm_session", session.case, actor) as now:
        fresh = _unconfirmed(session, version)
        fresh.confirmed_by, fresh.confirmed_at, fresh.objection = actor, now.at, ""
        fresh.save(update_fields=["confirmed_by", "confirmed_at", "objection"])
        now.data |= {"session": fresh.pk, "date": fresh.date}
    return fresh


@transaction.atomic
def question_session(session: DialogueSession, actor: User, *, text: str, version: int) -> DialogueSession:
    """The municipality says what was different. The advisors get a mail, and correct or answer.

    When nobody who advises logged it, the coordination gets the mail, too. Sent twice, it is one objection.
    """
    with step("question_session", session.case, actor) as now:
        fresh = _unconfirmed(session, version)
        if fresh.objection == text:
            raise InvalidTransition(_("Your advisors have this already."))
        fresh.objection = text
        fresh.save(update_fields=["objection"])
        now.data |= {"session": fresh.pk, "date": fresh.date, "text": text}
        notifications.session_questioned(fresh)
    return fresh


def _unconfirmed(session: DialogueSession, version: int) -> DialogueSession:
    """``session`` freshly read, if nobody has confirmed it and it still says what was read."""
    fresh = DialogueSession.objects.select_related("case").filter(pk=session.pk).first()
    if fresh is None:
        raise InvalidTransition
    if fresh.version != version:
        raise InvalidTransition(_("The record has been corrected in the meantime. Please read it again."))
    if fresh.confirmed_at:
        raise InvalidTransition(_("This session has been confirmed already."))
    return fresh
