"""The sessions of the case page, each with what the municipality may say to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from requests_app.casepage.forms import QuestionForm
from requests_app.session_record import Record


@dataclass(frozen=True)
class SessionRow:
    """A session with its yes, and the form for what was different."""

    record: Record
    can_confirm: bool
    form: QuestionForm | None
    form_open: bool

    @property
    def waits(self) -> bool:
        """Whether the municipality is asked to say something."""
        return self.can_confirm and self.record.is_to_confirm


def session_rows(
    records: Iterable[Record],
    can: frozenset[str],
    typed: tuple[int, QuestionForm] | None = None,
    open_session: int | None = None,
) -> list[SessionRow]:
    """``can``: what the reader may do. ``typed``: a form that was sent, by the key of its session."""
    rows = []
    for record in records:
        key = record.session.pk
        may_say = "confirm_session" in can and not record.session.confirmed_at
        form = QuestionForm(session=key) if may_say else None
        is_open = may_say and key == open_session
        if may_say and typed and typed[0] == key:
            form, is_open = typed[1], True
        rows.append(SessionRow(record, may_say, form, is_open))
    return rows
