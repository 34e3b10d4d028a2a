"""Which options belong together: an agreed one, and the new version that is to replace it."""

from __future__ import annotations

from collections.abc import Iterable

from requests_app import access
from requests_app.access import Side
from requests_app.models import ActionOption, Case


def shown(case: Case, side: Side) -> list[ActionOption]:
    """The current options as one side reads them, with their numbers and earlier versions.

    One query, and one more where an option replaces another.
    """
    return with_versions(access.options_for(case, side))


def with_versions(options: Iterable[ActionOption]) -> list[ActionOption]:
    """``options`` of one case, each with its number, its version's number and the versions before it.

    A new version bears the number of the option that it is to replace, while both stand there.
    """
    found = list(options)
    own = {option.pk for option in places(found)}
    replacing = {option.replaces_id for option in found if option.replaces_id}
    before = _all_of(found[0].case_id) if replacing else {}
    number = 0
    for option in found:
        number += option.pk in own
        option.place, option.has_new_version = number, option.pk in replacing
        option.earlier = _chain(option, before)
        option.edition = len(option.earlier) + 1
    return found


def places(options: Iterable[ActionOption]) -> list[ActionOption]:
    """Those that have a place of their own; a new version stands beside the one that it changes."""
    found = list(options)
    keys = {option.pk for option in found}
    return [option for option in found if option.replaces_id not in keys]


def _all_of(case_id: int) -> dict[int, ActionOption]:
    return ActionOption.objects.filter(case=case_id).in_bulk()


def _chain(option: ActionOption, before: dict[int, ActionOption]) -> list[ActionOption]:
    """The versions before ``option``, the newest first, each with its own number."""
    chain = []
    while option.replaces_id:
        option = before[option.replaces_id]
        chain.append(option)
    for distance, earlier in enumerate(chain):
        earlier.edition = len(chain) - distance
    return chain
