"""What an action option says in sentences: for its pages, its mails and its papers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from django.db.models import Field
from django.utils import formats
from django.utils.dateparse import parse_date
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from requests_app import merged
from requests_app.models import ActionOption, Case, Effort, Event, EventKind, LibraryOption, OptionStatus

# What an option says, in the order in which people read it.
WORDING = (
    "goal",
    "title",
    "description",
    "first_step",
    "responsible_unit",
    "partners",
    "horizon",
    "due_on",
    "effort",
    "financial_effects",
    "indicator",
)


def wording_of(option: ActionOption | LibraryOption) -> dict[str, Any]:
    """What ``option`` says, by its fields; an entry of the library has no date."""
    return {name: getattr(option, name) for name in WORDING if hasattr(option, name)}


def financial_effects(option: ActionOption | LibraryOption) -> str:
    """The line "financial effects" of a council paper: as written, else what follows from the effort.

    What follows is careful on purpose: whoever knows an amount writes it down.
    """
    if option.financial_effects:
        return option.financial_effects
    return {
        Effort.LOW: _("None. The existing means are enough."),
        Effort.MEDIUM: _("No additional funds. Some person-days of existing staff are needed."),
        Effort.HIGH: _("Funds or a resolution are needed. The amount is still to be determined."),
    }[Effort(option.effort)]


@dataclass(frozen=True)
class Change:
    """One part of an option that the municipality worded anew. Put into words in the reader's language."""

    name: str
    was: Any
    now: Any

    @property
    def label(self) -> str:
        return capfirst(str(_field(self.name).verbose_name))

    @property
    def before(self) -> str:
        return _shown(self.name, self.was)

    @property
    def after(self) -> str:
        return _shown(self.name, self.now)


def _shown(name: str, value: Any) -> str:
    """A stored value in words; dates come as texts from an event."""
    if name == "due_on":
        day = parse_date(value) if isinstance(value, str) else value
        return formats.date_format(day, "DATE_FORMAT") if isinstance(day, dt.date) else ""
    return str(dict(_field(name).flatchoices).get(value, value))


def _field(name: str) -> Field[Any, Any]:
    return cast("Field[Any, Any]", ActionOption._meta.get_field(name))


def changes(option: ActionOption, before: Mapping[str, Any]) -> list[Change]:
    """What differs between ``before`` (values by their fields) and what stands in ``option`` now."""
    told = [Change(name, before[name], getattr(option, name)) for name in WORDING if name in before]
    return [change for change in told if change.before != change.after]


def changes_of(case: Case, options: Iterable[ActionOption]) -> dict[int, list[Change]]:
    """What the municipality changed in each option since it was put to it, by the option's key.

    Nothing is read while no change waits for the advisors.
    """
    waiting = {option.pk: option for option in options if option.status == OptionStatus.CHANGED}
    if not waiting:
        return {}
    before: dict[int, dict[str, Any]] = {}
    kinds = [str(EventKind.OPTIONS_PROPOSED), str(EventKind.OPTION_CHANGED)]
    for event in Event.objects.filter(case__in=merged.family(case), kind__in=kinds).order_by("pk"):
        if event.kind == EventKind.OPTIONS_PROPOSED:
            for pk in event.data["options"]:
                before.pop(pk, None)
            continue
        since = before.setdefault(event.data["option"], {})
        since |= {name: value for name, value in event.data["before"].items() if name not in since}
    return {pk: changes(option, before.get(pk, {})) for pk, option in waiting.items()}
