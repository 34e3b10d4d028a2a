"""The block about dates on the case page: what is proposed, what is agreed, and what one may do about it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from miglobe.site.fields import LongTextField
from miglobe.site.forms import KernForm
from miglobe.site.widgets import RadioSelect
from requests_app import dates
from requests_app.forms import NO_THIRD_PARTIES
from requests_app.models import Appointment, Case, DateRound


class PickForm(KernForm):
    """The choice of one of the dates of a proposal."""

    date = forms.TypedChoiceField(
        label=_("Which date suits you?"),
        coerce=int,
        widget=RadioSelect,
        error_messages={"required": _("Choose a date.")},
    )

    def __init__(self, *args: Any, round: DateRound, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="pick_%s", **kwargs)
        offered = list(round.dates.all())
        choice: Any = self.fields["date"]
        choice.choices = [(each.pk, dates.spoken(each.starts_at)) for each in offered]
        choice.widget.hints = {str(each.pk): dates.remark(each.starts_at) for each in offered}


class _TextForm(KernForm):
    """One text. ``key`` tells the forms of a page apart."""

    question = _("What would you like to write?")
    missing = _("Write a text.")
    most = 1000

    def __init__(self, *args: Any, key: str, **kwargs: Any) -> None:
        super().__init__(*args, auto_id=f"{key}_%s", **kwargs)
        self.fields["text"] = LongTextField(
            label=self.question,
            help_text=NO_THIRD_PARTIES,
            max_length=self.most,
            widget=forms.Textarea(attrs={"rows": 3}),
            error_messages={"required": self.missing},
        )


class RefuseForm(_TextForm):
    question = _("When would it suit you?")
    missing = _("Write when it would suit you.")


class MoveForm(_TextForm):
    """``form_key`` makes a request that is sent twice one request."""

    question = _("Why, and when would it suit you better?")
    missing = _("Write why, and when it would suit you better.")
    form_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, key: str, **kwargs: Any) -> None:
        super().__init__(*args, key=key, initial={"form_key": uuid.uuid4()}, **kwargs)


class CancelForm(_TextForm):
    question = _("Why do you cancel the date?")
    missing = _("Write why you cancel the date.")
    most = 500


@dataclass
class Bound:
    """What was typed into one of the forms, so that nothing is lost. ``pk``: of the round or the date."""

    pk: int
    form: KernForm


@dataclass
class Row:
    """An agreed date with what may be done about it."""

    appointment: Appointment
    can_change: bool
    move_form: MoveForm
    cancel_form: CancelForm
    move_open: bool = False
    cancel_open: bool = False


@dataclass
class Block:
    """What the template of the block draws."""

    standing: dates.Search
    round: DateRound | None
    refused: DateRound | None
    rows: list[Row]
    pick_form: PickForm | None = None
    refuse_form: RefuseForm | None = None
    refuse_open: bool = False
    # A form that was sent, and that the page has no place for any more.
    homeless: KernForm | None = None

    def __bool__(self) -> bool:
        return bool(self.round or self.rows or self.refused)


def block(case: Case, can: frozenset[str], bound: Bound | None = None) -> Block:
    """The block of ``case`` for somebody who may take the actions ``can``; ``bound`` replaces a form."""
    found = dates.search(case)
    rows = [_row(appointment, can, bound) for appointment in found.ahead]
    made = Block(found, found.open, found.refused if not found.open else None, rows)
    if found.open and "pick_date" in can:
        taken = bound.form if bound and bound.pk == found.open.pk else None
        made.pick_form = taken if isinstance(taken, PickForm) else PickForm(round=found.open)
        key = f"refuse_{found.open.pk}"
        made.refuse_form = taken if isinstance(taken, RefuseForm) else RefuseForm(key=key)
        made.refuse_open = isinstance(taken, RefuseForm)
    if bound and not _is_shown(made, bound.form):
        made.homeless = bound.form
    return made


def _row(appointment: Appointment, can: frozenset[str], bound: Bound | None) -> Row:
    pk = appointment.pk
    taken = bound.form if bound and bound.pk == pk else None
    return Row(
        appointment,
        "ask_to_move" in can and not dates.has_begun(appointment),
        taken if isinstance(taken, MoveForm) else MoveForm(key=f"move_{pk}"),
        taken if isinstance(taken, CancelForm) else CancelForm(key=f"cancel_{pk}"),
        move_open=isinstance(taken, MoveForm),
        cancel_open=isinstance(taken, CancelForm),
    )


def _is_shown(made: Block, form: KernForm) -> bool:
    shown: list[Any] = [made.pick_form, made.refuse_form]
    shown += [each for row in made.rows if row.can_change for each in (row.move_form, row.cancel_form)]
    return any(each is form for each in shown)
