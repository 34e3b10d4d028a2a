"""An agreed option goes into the library, after the municipality has read the wording and said yes."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from miglobe.accounts.models import User
from requests_app import library_names, notifications
from requests_app.models import ActionOption, LibraryOption, LibraryRequest, OptionStatus
from requests_app.workflow.engine import InvalidTransition, step
from requests_app.workflow.redaction import MARK


def ask_for_library(option: ActionOption, actor: User, *, wording: dict[str, str]) -> LibraryRequest:
    """Show the municipality the ``wording`` for the library and ask for its yes; once for an option.

    ``wording``: by the fields of ``LibraryOption``. Raises ``InvalidTransition`` also while it names the
    municipality or somebody.
    """
    with step("ask_for_library", option.case, actor) as now:
        fresh = now.case.options.filter(pk=option.pk).first()
        if fresh is None or fresh.status != OptionStatus.AGREED:
            raise InvalidTransition(_("Only an agreed option can go into the library."))
        if LibraryRequest.objects.filter(option=fresh).exists():
            raise InvalidTransition(_("The municipality has been asked about this option already."))
        if names := library_names.found_in(wording, now.case):
            text = _("The wording still says: %(names)s.")
            raise InvalidTransition(text % {"names": ", ".join(names)})
        asked = LibraryRequest.objects.create(option=fresh, wording=wording, asked_by=actor, asked_at=now.at)
        now.data |= {"option": fresh.pk, "title": fresh.title}
        notifications.library_asked(asked)
    return asked


def answer_for_library(asked: LibraryRequest, actor: User, *, granted: bool) -> LibraryRequest:
    """The municipality says whether the wording may go into the library. It may say so once."""
    with step("answer_for_library", asked.option.case, actor) as now:
        fresh = LibraryRequest.objects.select_related("option__case", "asked_by").get(pk=asked.pk)
        if fresh.is_granted is not None:
            raise InvalidTransition(_("This question has been answered already."))
        fresh.is_granted, fresh.answered_by, fresh.answered_at = granted, actor, now.at
        fresh.save(update_fields=["is_granted", "answered_by", "answered_at"])
        now.data |= {"option": fresh.option_id, "title": fresh.option.title, "granted": granted}
        notifications.library_answered(fresh)
    return fresh


def take_into_library(asked: LibraryRequest, actor: User) -> LibraryOption:
    """Make an entry of the library, word for word as the municipality read it."""
    with step("take_into_library", asked.option.case, actor) as now:
        fresh = LibraryRequest.objects.select_related("option").get(pk=asked.pk)
        if not fresh.is_granted:
            raise InvalidTransition(_("The municipality has not agreed to it."))
        if fresh.entry_id:
            raise InvalidTransition(_("The library has this option already."))
        if any(MARK in text for text in fresh.wording.values()):
            raise InvalidTransition(_("A passage of this wording was redacted; it cannot be taken in."))
        fresh.entry = LibraryOption.objects.create(**fresh.wording, changed_by=actor, changed_at=now.at)
        fresh.entry.topics.set(now.case.topics.all())
        fresh.save(update_fields=["entry"])
        now.data |= {"option": fresh.option_id, "title": fresh.option.title}
    return fresh.entry
