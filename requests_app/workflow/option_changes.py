"""Action options: the municipality's own wording, the advisors' yes to it, and the order of them all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from miglobe.accounts.models import User
from requests_app import merged, notifications
from requests_app.models import CHANGEABLE_OPTIONS, ActionOption, Case, Event, EventKind, OptionStatus
from requests_app.option_versions import places
from requests_app.option_words import changes
from requests_app.workflow.engine import InvalidTransition, step
from requests_app.workflow.options import agree, agree_if_complete, wait_on, waiting
from requests_app.workflow.redaction import check_marks


def change_option(option: ActionOption, actor: User, *, fields: dict[str, Any], version: int) -> Case:
    """The municipality words an option as it wants it; the advisors are asked for their yes.

    ``version`` is the wording that it read. What stood there before is kept in the event. Raises
    ``InvalidTransition`` also when ``fields`` change nothing.
    """
    with step("change_option", option.case, actor) as now:
        fresh = waiting(now, option, version, CHANGEABLE_OPTIONS)
        was = {name: getattr(fresh, name) for name in fields}
        before = {name: value for name, value in was.items() if value != fields[name]}
        if not before:
            raise InvalidTransition(_("Nothing has been changed."))
        for name, value in before.items():
            if isinstance(value, str):
                check_marks(value, fields[name])
            setattr(fresh, name, fields[name])
        fresh.status = OptionStatus.CHANGED
        fresh.version += 1
        fresh.save(update_fields=[*before, "status", "version"])
        wait_on(now)
        after = {name: fields[name] for name in before}
        now.data |= {"option": fresh.pk, "title": fresh.title, "before": before, "after": after}
        notifications.option_changed(fresh, changes(fresh, before))
    return now.case


@transaction.atomic
def accept_change(option: ActionOption, actor: User, *, version: int) -> Case:
    """An advisor agrees to the wording of the municipality (``version``): the option is agreed.

    It counts as confirmed by whoever worded it. With the last open one, the options are agreed.
    """
    with step("accept_change", option.case, actor) as now:
        fresh = waiting(now, option, version, (OptionStatus.CHANGED,))
        fresh.comment = ""
        agree(now, fresh, _who_changed(now.case, fresh))
        now.data |= {"option": fresh.pk, "title": fresh.title}
        notifications.change_accepted(fresh)
    return agree_if_complete(now.case, actor)


def _who_changed(case: Case, option: ActionOption) -> User:
    """The contact person whose wording stands there; maybe from before two cases were merged."""
    events = Event.objects.filter(case__in=merged.family(case), kind=EventKind.OPTION_CHANGED)
    event = events.filter(data__option=option.pk).select_related("actor").latest("pk")
    assert event.actor is not None
    return event.actor


def order_options(case: Case, actor: User, *, seen: Sequence[int], order: Sequence[int]) -> Case:
    """Put the options into ``order``, which is what the municipality and the papers show.

    Both hold the keys of all options with a place of their own; ``seen`` is the order that the person
    looked at. Raises ``InvalidTransition`` when it is another one by now.
    """
    with step("order_options", case, actor) as now:
        current = list(now.case.options.current())
        own = {option.pk: option for option in places(current)}
        if list(own) != list(seen):
            raise InvalidTransition(
                _("The options have been changed in the meantime. Please order them anew.")
            )
        if sorted(order) != sorted(seen):
            raise InvalidTransition(_("Each action option needs one place."))
        place = {pk: number for number, pk in enumerate(order, start=1)}
        for option in current:
            beside = option.replaces_id if option.pk not in own else None
            option.position = place[beside or option.pk]
            option.save(update_fields=["position"])
        now.data["options"] = list(order)
    return now.case
