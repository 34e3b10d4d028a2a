"""The record of a session as a side reads it: who wrote what, what was corrected, who confirmed it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _

from miglobe.accounts.models import User
from requests_app import access, merged
from requests_app.answers import label_of
from requests_app.models import Case, CaseStatus, DialogueSession, Event, EventKind, SessionAddition

PRIVATE = "private_notes"
TEXTS = ("shared_minutes", PRIVATE)


@dataclass(frozen=True)
class Words:
    """What one advisor wrote about a session. ``private_notes`` are empty unless the reader wrote them."""

    author: str
    shared_minutes: str
    private_notes: str
    is_own: bool = False


@dataclass(frozen=True)
class Correction:
    """When a record was corrected, and what, in words."""

    at: dt.datetime
    changes: list[str]


@dataclass(frozen=True)
class Record:
    """A session with all that belongs to it. ``words``: of who logged it first."""

    session: DialogueSession
    words: list[Words]
    corrections: list[Correction] = field(default_factory=list)
    is_own: bool = False
    own_addition: SessionAddition | None = None
    may_add: bool = False
    # The case is closed and the municipality has said yes: it stays as it is.
    is_final: bool = False

    @property
    def shared(self) -> list[Words]:
        return [words for words in self.words if words.shared_minutes]

    @property
    def private_notes(self) -> str:
        """The reader's own."""
        return next((words.private_notes for words in self.words if words.private_notes), "")

    @property
    def is_to_confirm(self) -> bool:
        """Whether the municipality has said neither yes nor what was different."""
        return not (self.session.confirmed_at or self.session.objection)


def records(case: Case, reader: User | None = None) -> list[Record]:
    """The sessions of ``case`` in order, each with what ``reader`` may read of it.

    ``reader``: an advisor, who reads her or his own private notes. For the other sides None.
    """
    sessions = list(access.sessions_for(case, with_private_notes=reader is not None))
    corrections = corrections_of(case) if any(session.version > 1 for session in sessions) else {}
    return [_record(case, session, reader, corrections.get(session.pk, [])) for session in sessions]


def questioned_on(records: Iterable[Record]) -> dt.date | None:
    """The day of the first session that the reader logged, and that the municipality says was different."""
    return next((r.session.date for r in records if r.is_own and r.session.objection), None)


def _record(
    case: Case, session: DialogueSession, reader: User | None, corrections: list[Correction]
) -> Record:
    additions = list(session.additions.all())
    words = [_words(session, str(session.recorded_by), reader)]
    words += [_words(addition, str(addition.author), reader) for addition in additions]
    own = next((addition for addition in additions if reader and addition.author_id == reader.pk), None)
    return Record(
        session,
        words,
        corrections,
        is_own=words[0].is_own,
        own_addition=own,
        may_add=reader is not None and access.may_add_to(reader, session),
        is_final=case.status == CaseStatus.CLOSED and session.confirmed_at is not None,
    )


def _words(written: DialogueSession | SessionAddition, author: str, reader: User | None) -> Words:
    is_own = reader is not None and access.may_read_private_notes(reader, written)
    return Words(author, written.shared_minutes, written.private_notes if is_own else "", is_own)


# --- Corrections ----------------------------------------------------------------------------------


def corrections_of(case: Case) -> dict[int, list[Correction]]:
    """What was corrected in the case's sessions, by their keys, oldest first. Private notes are left out."""
    found: dict[int, list[Correction]] = defaultdict(list)
    events = Event.objects.filter(case__in=merged.family(case), kind=EventKind.SESSION_CORRECTED)
    for event in events.order_by("at", "pk"):
        if changes := changes_in(event.data):
            found[event.data["session"]].append(Correction(event.at, changes))
    return found


def changes_in(data: Mapping[str, Any]) -> list[str]:
    """What the event of a correction tells: "Minutes: 60 → 90", and of texts that they changed."""
    facts = data.get("facts", {})
    return [_change(name, facts.get(name)) for name in data.get("changed", ()) if name != PRIVATE]


def _change(name: str, fact: Mapping[str, Any] | None) -> str:
    label = label_of(DialogueSession._meta.get_field(name))
    if fact is None:
        return _("%(field)s changed") % {"field": label}
    return f"{label}: {_shown(name, fact['before'])} → {_shown(name, fact['after'])}"


def _shown(name: str, value: Any) -> str:
    """A fact of an event in the words that people read."""
    if name == "date":
        return formats.date_format(dt.date.fromisoformat(value), "SHORT_DATE_FORMAT")
    choices: Iterable[Any] = getattr(DialogueSession._meta.get_field(name), "flatchoices", ())
    return str(dict(choices).get(value, value))
