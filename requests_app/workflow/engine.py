"""The one engine that applies a row of the table: lock, check, change, record."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from miglobe.accounts.models import User
from requests_app import access, deadlines
from requests_app.models import (
    FINAL_STATUSES,
    AssignmentStatus,
    Audience,
    Case,
    CaseStatus,
    Event,
    EventKind,
    Message,
    MessageKind,
)
from requests_app.workflow.table import ACTIONS, Action, Who

CHANGED_MEANWHILE = _("The case has been changed in the meantime.")
# What deals with an answer although the case stays in its state: it was revised, or put off to a day.
_DEALS_WITH_ANSWER = (EventKind.OPTIONS_PROPOSED, EventKind.CHANGE_ACCEPTED, EventKind.RESUBMISSION_SET)
# The same for the wish for another talk: a date is being found, or the talk was held.
_DEALS_WITH_TALK = (EventKind.DATES_PROPOSED, EventKind.DATE_AGREED, EventKind.SESSION_LOGGED)


class InvalidTransition(Exception):
    """The case does not allow this (any more). ``message`` is a sentence for the person."""

    def __init__(self, message: str | Promise = CHANGED_MEANWHILE) -> None:
        self.message = message
        super().__init__(str(message))


class NotAllowed(PermissionDenied):
    """The person may not do this to this case."""


@dataclass
class Step:
    """One action under way on a locked case."""

    action: Action
    case: Case
    actor: User | None
    at: datetime
    data: dict[str, Any] = field(default_factory=dict)
    fields: dict[str, Any] = field(default_factory=dict)

    def set(self, **fields: Any) -> None:
        """Fields of the case to be saved with the change of state."""
        self.fields |= fields

    def finish(self) -> None:
        before = self.case.status
        target = self.action.target
        if target and target != before:
            self.fields = {**self._entering(target), **self.fields}
        if "due_on" in self.fields and "escalate_on" not in self.fields:
            status = self.fields.get("status", before)
            self.fields |= deadlines.escalation(status, self.fields["due_on"])
        self._note_answer()
        if self.case.direct_unanswered_at and self._answers_the_alarm():
            self.fields["direct_unanswered_at"] = None
        if self._is_taken_on() and not self._has_somebody_responsible():
            self.fields["responsible"] = self.actor
            self.data["took_over"] = True
        if self.action.moves:
            self.fields["version"] = self.case.version + 1
        for name, value in self.fields.items():
            setattr(self.case, name, value)
        if self.fields:
            self.case.save(update_fields=list(self.fields))
        if (before in FINAL_STATUSES) != (self.case.status in FINAL_STATUSES):
            self.case.assignments.update(case_ended=self.case.status in FINAL_STATUSES)
        Event.objects.create(
            case=self.case,
            kind=self.action.event,
            actor=self.actor,
            at=self.at,
            from_status=before,
            to_status=self.case.status,
            data=self.data,
        )

    def _entering(self, target: CaseStatus) -> dict[str, Any]:
        """What changes of the case with its state. With the end of a case nobody is asked any more."""
        entered: dict[str, Any] = {"status": target, "status_changed_at": self.at}
        entered |= deadlines.on_entering(target, self.case, timezone.localdate(self.at))
        if target in FINAL_STATUSES:
            entered |= {"closed_at": self.at, "resubmit_on": None, "resubmission_note": ""}
            if self.action.event != EventKind.MERGED:  # a merge may be undone
                self.case.shortlist.all().delete()
        elif self.case.status in FINAL_STATUSES:
            entered |= {"closed_at": None, "resolution": ""}
        return entered

    def _note_answer(self) -> None:
        """Keep that something came in for the coordination, until a step of the case deals with it."""
        if self.action.is_answer:
            self.fields |= {"answer_kind": self.action.event, "answer_at": self.at}
        elif self.case.answer_at and self._deals_with(self.case.answer_kind):
            self.fields |= {"answer_kind": "", "answer_at": None}

    def _deals_with(self, answer_kind: str) -> bool:
        if answer_kind == EventKind.TALK_ASKED and self.action.event in _DEALS_WITH_TALK:
            return True
        return self.action.target is not None or self.action.event in _DEALS_WITH_ANSWER

    def _answers_the_alarm(self) -> bool:
        """Whether the coordination takes the case on with this step, or the case ends with it."""
        return self._is_taken_on() or self.action.target in FINAL_STATUSES

    def _is_taken_on(self) -> bool:
        """Whether a coordinator moves the case on with this step."""
        return self.action.who == Who.COORDINATOR and self.action.target is not None

    def _has_somebody_responsible(self) -> bool:
        """Whether somebody is responsible who still belongs to the coordination."""
        key = self.case.responsible_id
        if key is None or (self.actor and self.actor.pk == key):
            return key is not None
        return access.is_coordinator(self.case.responsible)


def _is_allowed(who: Who, actor: User | None, case: Case) -> bool:
    """Whether ``actor`` is who the table asks for."""
    match who:
        case Who.COORDINATOR:
            return access.is_coordinator(actor)
        case Who.CONTACT:
            return access.contact_of(actor, case) is not None
        case Who.OFFERED:
            return access.assignment_of(actor, case, AssignmentStatus.OFFERED) is not None
        case Who.ADVISOR:
            return access.advises(actor, case)
        case Who.SYSTEM:
            return True


def _fits_entry(action: Action, case: Case) -> bool:
    """Whether the action may be taken as far as it depends on the contact's yes to what was entered."""
    return action.unconfirmed is None or action.unconfirmed == case.awaits_confirmation


def _check_entry(action: Action, case: Case) -> None:
    if _fits_entry(action, case):
        return
    if action.unconfirmed:
        raise InvalidTransition(_("The entries of this request need no confirmation any more."))
    raise InvalidTransition(_("The contact person has not confirmed the entries yet."))


def _check_merged(action: Action, case: Case) -> None:
    if case.merged_into is None or action.when_merged:
        return
    text = _("%(case)s has been merged into %(other)s. Go on there, please.")
    raise InvalidTransition(text % {"case": case.reference, "other": case.merged_into.reference})


def _asks_to_join_first(action: Action) -> bool:
    """Whoever was invited accepts, or declines, before anything else."""
    return action.who == Who.CONTACT and action.key != "leave_case"


@contextmanager
def step(key: str, case: Case, actor: User | None, seen: int | None = None) -> Iterator[Step]:
    """Lock ``case``, check the action ``key``, and on leaving write state, version and event."""
    action = ACTIONS[key]
    with transaction.atomic():
        locked = Case.objects.select_for_update().get(pk=case.pk)
        # First: whoever asked there is no contact person of it any more, and is told where to go on.
        _check_merged(action, locked)
        if not _is_allowed(action.who, actor, locked):
            raise NotAllowed
        if _asks_to_join_first(action) and access.has_to_join(actor, locked):
            raise InvalidTransition(_("Please accept your invitation first."))
        if not action.allows(locked.status) or (seen is not None and seen != locked.version):
            raise InvalidTransition
        _check_entry(action, locked)
        under_way = Step(action, locked, actor, timezone.now())
        yield under_way
        under_way.finish()


def available_actions(case: Case, actor: User) -> list[Action]:
    """The rows of the table that ``actor`` may take on ``case`` now; buttons are drawn from them.

    Who the actor is in the case is asked once, not for each of the hundred rows.
    """
    is_allowed = cache(lambda who: _is_allowed(who, actor, case))
    has_to_join = cache(lambda: access.has_to_join(actor, case))
    return [
        action
        for action in ACTIONS.values()
        if action.who != Who.SYSTEM
        and (case.merged_into_id is None or action.when_merged)
        and action.allows(case.status)
        and _fits_entry(action, case)
        and is_allowed(action.who)
        and not (_asks_to_join_first(action) and has_to_join())
    ]


def available_keys(case: Case, actor: User) -> frozenset[str]:
    """The keys of ``available_actions``: a page asks once and passes them on."""
    return frozenset(action.key for action in available_actions(case, actor))


def is_available(key: str, case: Case, actor: User) -> bool:
    return key in available_keys(case, actor)


def write(
    now: Step,
    actor: User,
    side: access.Side,
    text: str,
    audience: Audience,
    kind: MessageKind = MessageKind.MESSAGE,
    form_key: UUID | None = None,
) -> Message:
    """Add a message to the case of a step under way."""
    return Message.objects.create(
        case=now.case,
        author=actor,
        author_side=side,
        kind=kind,
        audience=audience,
        body=text,
        created_at=now.at,
        form_key=form_key,
    )
