"""Action options: what the advisors write, and the yes or the comment of the municipality."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from miglobe.accounts.models import User
from requests_app import deadlines, notifications
from requests_app.models import (
    ActionOption,
    Case,
    CaseStatus,
    EventKind,
    LibraryOption,
    OptionStatus,
)
from requests_app.workflow.engine import InvalidTransition, Step, step


@transaction.atomic
def write_option(
    case: Case,
    actor: User,
    *,
    fields: dict[str, Any],
    option: ActionOption | None = None,
    form_key: UUID | None = None,
    version: int | None = None,
    taken_from: LibraryOption | None = None,
    replaces: ActionOption | None = None,
) -> ActionOption:
    """Write a new action option as a draft, or change one that is not agreed yet.

    A change to an option that the municipality has seen makes it a draft again. ``form_key`` is the
    key of the form that a new option was typed in: saved twice, it is one option. ``version`` is the
    wording that a change was made to: if a colleague changed it since, that is told. A new option may
    be ``taken_from`` the library, or be the new version of an agreed one that it ``replaces`` once it is
    agreed itself; until then that one stays as it is.
    """
    if option is None and form_key:
        option = _written_with(case, actor, form_key)
        if option and all(getattr(option, name) == value for name, value in fields.items()):
            return option
    with step("write_option", case, actor) as now:
        if option is None:
            option = _new(now, replaces, taken_from=taken_from, **fields)
            now.data |= {"form_key": form_key} if form_key else {}
        else:
            option = _changed(not_agreed(now.case, option), fields, version)
            wait_on(now)
        now.data |= {"option": option.pk, "title": option.title}
    return option


def _new(now: Step, replaces: ActionOption | None, **fields: Any) -> ActionOption:
    """A new draft: at the end, or beside the agreed option that it is to replace."""
    if replaces is None:
        last = now.case.options.aggregate(last=Max("position"))["last"] or 0
        return ActionOption.objects.create(case=now.case, position=last + 1, **fields)
    before = now.case.options.filter(pk=replaces.pk).first()
    if before is None or before.status != OptionStatus.AGREED:
        raise InvalidTransition(_("Only an agreed option gets a new version."))
    if ActionOption.objects.filter(replaces=before).exists():
        raise InvalidTransition(_("A new version of this option is being written already."))
    now.data["replaces"] = before.pk
    return ActionOption.objects.create(case=now.case, position=before.position, replaces=before, **fields)


def _changed(option: ActionOption, fields: dict[str, Any], version: int | None) -> ActionOption:
    """Save ``fields`` to an option; it is a draft then."""
    if version not in (None, option.version):
        raise InvalidTransition(_("The option has been changed in the meantime. Please read it again."))
    for name, value in fields.items():
        setattr(option, name, value)
    option.status = OptionStatus.DRAFT
    option.version += 1
    option.save()
    return option


def _written_with(case: Case, actor: User, form_key: UUID) -> ActionOption | None:
    """The option that was written in the form with this key, if there is one already."""
    Case.objects.select_for_update().get(pk=case.pk)  # the second of two sends waits for the first
    event = case.events.filter(
        kind=EventKind.OPTION_WRITTEN, actor=actor, data__form_key=str(form_key)
    ).first()
    return case.options.filter(pk=event.data["option"]).first() if event else None


@transaction.atomic
def remove_option(option: ActionOption, actor: User) -> Case:
    """Remove a draft. When it was the last thing to agree on, the options are agreed."""
    with step("remove_option", option.case, actor) as now:
        option = not_agreed(now.case, option)
        if option.status != OptionStatus.DRAFT:
            raise InvalidTransition(_("The municipality has this option already."))
        now.data["title"] = option.title
        option.delete()
    return agree_if_complete(now.case, actor)


def not_agreed(case: Case, option: ActionOption) -> ActionOption:
    """``option`` freshly read, or ``InvalidTransition`` when it is agreed or gone."""
    fresh = case.options.filter(pk=option.pk).first()
    if fresh is None:
        raise InvalidTransition
    if fresh.is_settled:
        raise InvalidTransition(_("This option is agreed and stays as it is."))
    return fresh


def propose_options(case: Case, actor: User) -> Case:
    """Put all drafts to the municipality. Options beyond agreed ones take the case back into dialogue."""
    key = "propose_more" if case.status == CaseStatus.OPTIONS_AGREED else "propose_options"
    with step(key, case, actor) as now:
        drafts = list(now.case.options.filter(status=OptionStatus.DRAFT))
        if not drafts:
            raise InvalidTransition(_("There is no draft to put to the municipality."))
        for option in drafts:
            option.status = OptionStatus.PROPOSED
            option.save(update_fields=["status"])
        now.set(answer_due_on=deadlines.query_answer_due(timezone.localdate(now.at)))
        now.data["options"] = [option.pk for option in drafts]
        notifications.options_proposed(now.case, drafts)
    return now.case


@transaction.atomic
def confirm_option(option: ActionOption, actor: User, *, version: int, remark: str = "") -> Case:
    """The municipality confirms an option in the wording it read (``version``).

    A ``remark`` goes along to the advisors and stays with the option; it opens nothing again. With the
    last open one, the options are agreed.
    """
    with step("confirm_option", option.case, actor) as now:
        fresh = waiting(now, option, version)
        fresh.comment = remark  # an earlier comment is settled with the yes
        agree(now, fresh, actor)
        wait_on(now)
        now.data |= {"option": fresh.pk, "title": fresh.title}
        if remark:
            now.data["comment"] = remark
            notifications.option_confirmed(fresh)
    return agree_if_complete(now.case, actor)


def agree(now: Step, option: ActionOption, by: User) -> None:
    """``option`` is agreed, and frozen with it; what it replaces gives way in the same transaction."""
    option.status, option.confirmed_by, option.confirmed_at = OptionStatus.AGREED, by, now.at
    option.save(update_fields=["status", "comment", "confirmed_by", "confirmed_at"])
    if before := option.replaces:
        before.status = OptionStatus.REPLACED
        before.save(update_fields=["status"])
        now.data["replaces"] = before.pk


def agree_if_complete(case: Case, actor: User) -> Case:
    """Move on once every option is agreed. Drafts count: the advisors are still at work on them."""
    states = set(case.options.current().values_list("status", flat=True))
    if case.status != CaseStatus.IN_DIALOGUE or states != {OptionStatus.AGREED}:
        return case
    with step("agree_options", case, actor) as now:
        notifications.options_agreed(now.case)
    return now.case


def comment_option(option: ActionOption, actor: User, *, text: str, version: int) -> Case:
    """The municipality says what should be different; the advisors get a mail.

    Sent twice, it is one comment.
    """
    with step("comment_option", option.case, actor) as now:
        fresh = waiting(now, option, version)
        if (fresh.status, fresh.comment) == (OptionStatus.COMMENTED, text):
            raise InvalidTransition(_("This comment has been sent already."))
        fresh.status, fresh.comment = OptionStatus.COMMENTED, text
        fresh.save(update_fields=["status", "comment"])
        wait_on(now)
        now.data |= {"option": fresh.pk, "title": fresh.title, "comment": text}
        notifications.option_commented(fresh)
    return now.case


def wait_on(now: Step) -> None:
    """Expect no answer of the municipality any more once nothing lies before it."""
    if not now.case.options.filter(status=OptionStatus.PROPOSED).exists():
        now.set(answer_due_on=None)


def waiting(
    now: Step,
    option: ActionOption,
    version: int,
    statuses: tuple[OptionStatus, ...] = (OptionStatus.PROPOSED, OptionStatus.COMMENTED),
) -> ActionOption:
    """``option`` freshly read, if it still stands in one of ``statuses`` in the wording that was read."""
    fresh = not_agreed(now.case, option)
    if fresh.version != version or fresh.status not in statuses:
        raise InvalidTransition(_("The option has been changed in the meantime. Please read it again."))
    return fresh
