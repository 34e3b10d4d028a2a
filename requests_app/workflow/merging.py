"""Two cases about the same thing become one, and apart again within a day.

What belongs to a case moves: contact persons, messages, notes, files, drafts of messages, sessions, options,
answered offers, conflicts. Its events stay its own, since nothing writes them anew; the timeline of the other
case reads them along. What moved is written down by its keys, so that undoing it is exact.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, cast

from django.db import transaction
from django.db.models import Field, Max, Model
from django.utils import timezone
from django.utils.translation import gettext as _

from miglobe.accounts.models import User
from miglobe.mail.outbox import MailText
from requests_app import access, notifications
from requests_app.conflicts import conflict_between
from requests_app.models import (
    LIVE_ASSIGNMENTS,
    SETTLED_OPTIONS,
    ActionOption,
    Appointment,
    Assignment,
    AssignmentStatus,
    Case,
    CaseMerge,
    CaseStatus,
    ConflictOfInterest,
    ContactPerson,
    DateRound,
    DialogueSession,
    Document,
    InternalNote,
    Message,
    Resolution,
)
from requests_app.workflow import own_things
from requests_app.workflow.dates import join_dates, leave_dates
from requests_app.workflow.engine import InvalidTransition, NotAllowed, Step, step
from requests_app.workflow.offers import drop_offers, return_to_review
from requests_app.workflow.table import ACTIONS

UNDO_WITHIN = timedelta(days=1)

# What moves as it is, by the name under which the keys are written down.
_MOVES_WHOLE: dict[str, type[Model]] = {
    "messages": Message,
    "notes": InternalNote,
    "sessions": DialogueSession,
    "appointments": Appointment,
    "date_rounds": DateRound,
    "conflicts": ConflictOfInterest,
}
# What merging changes in the case that is merged; undoing it puts it back.
_STANDING = (
    "status",
    "status_changed_at",
    "resolution",
    "due_on",
    "answer_due_on",
    "escalate_on",
    "escalated_at",
    "answer_kind",
    "answer_at",
    "paused_on",
    "closed_at",
    "direct_unanswered_at",
    "responsible_id",
)


def merge(
    case: Case,
    into: Case,
    actor: User,
    *,
    mail: MailText | None = None,
    offer_mails: Mapping[int, MailText] | None = None,
    seen: int | None = None,
    seen_into: int | None = None,
) -> CaseMerge:
    """Merge ``case`` into ``into``: it ends as a duplicate, and all that belongs to it goes on there.

    ``mail`` goes to the contact persons of ``case``; with ``offer_mails`` (by the assignment's key) it
    replaces the composed ones. ``seen`` and ``seen_into`` are the versions that the person looked at.
    """
    with transaction.atomic():
        _lock(case.pk, into.pk)
        case, into = Case.objects.get(pk=case.pk), Case.objects.get(pk=into.pk)
        if not access.is_coordinator(actor):
            raise NotAllowed
        if problem := obstacle_to_merging(case, into):
            raise InvalidTransition(problem)
        key = "merge_entered" if case.awaits_confirmation else "merge"
        with step("take_in", into, actor, seen_into) as there, step(key, case, actor, seen) as here:
            made = _move_all(here, there, mail, offer_mails)
    return made


def _move_all(
    here: Step, there: Step, mail: MailText | None, offer_mails: Mapping[int, MailText] | None
) -> CaseMerge:
    case, into = here.case, there.case
    was = {name: _plain(getattr(case, name)) for name in _STANDING}
    out = list(case.assignments.filter(status=AssignmentStatus.OFFERED).values_list("pk", flat=True))
    drop_offers(here, offer_mails)
    notifications.case_merged(case, into, mail)
    moved: dict[str, Any] = {"was": was, "withdrawn": out} | own_things.join(case, into)
    for name, model in _MOVES_WHOLE.items():
        moved[name] = _move(model._base_manager.filter(case=case), into)
    moved["assignments"] = _move(case.assignments.exclude(pk__in=out), into)
    moved["documents"] = _move(_documents_to_move(case, into), into)
    moved["options"] = _move_options(case, into)
    were_there = _confirmed(into)
    moved |= _move_contacts(case, into)
    for key, contact in _confirmed(into).items():
        if key not in were_there:
            join_dates(there, contact.user, contact.name, access.Side.MUNICIPALITY)
    moved["partner"] = _ask_along(case, into)
    here.set(
        merged_into=into,
        resolution=Resolution.DUPLICATE,
        # It ends with other cases; here it must be there again after an undo.
        resubmit_on=here.case.resubmit_on,
        resubmission_note=here.case.resubmission_note,
    )
    here.data["merged_into"] = into.reference
    there.data["took_in"] = case.reference
    assert here.actor is not None
    return CaseMerge.objects.create(case=case, into=into, by=here.actor, at=here.at, moved=moved)


def undo_merge(case: Case, actor: User, *, seen: int | None = None) -> Case:
    """Take the two cases apart again: everything that moved goes back, ``case`` stands where it stood.

    What was written in the other case since stays there. Offers that were withdrawn are out again, and
    the advisors get the offer anew; where none can be, the case goes back to review.
    """
    with transaction.atomic():
        case = Case.objects.get(pk=case.pk)
        if not access.is_coordinator(actor):
            raise NotAllowed
        if case.merged_into_id is None:
            raise InvalidTransition
        _lock(case.pk, case.merged_into_id)
        made = CaseMerge.objects.filter(case=case, undone_at=None).select_related("into").first()
        if made is None:
            raise InvalidTransition
        if problem := obstacle_to_undoing(made):
            raise InvalidTransition(problem)
        with step("give_back", made.into, actor) as there, step("undo_merge", case, actor, seen) as here:
            were_there = _confirmed(made.into)
            _give_all_back(made, here)
            for key in were_there.keys() - _confirmed(made.into).keys():
                gone = were_there[key]
                leave_dates(there, gone.user, gone.name, access.Side.MUNICIPALITY)
            there.data["gave_back"] = case.reference
        case.refresh_from_db()
        return_to_review(case)
    return case


def _give_all_back(made: CaseMerge, here: Step) -> None:
    case, moved = here.case, made.moved
    models: dict[str, type[Model]] = _MOVES_WHOLE | {"assignments": Assignment, "documents": Document}
    for name, model in models.items():
        model._base_manager.filter(pk__in=moved.get(name, []), case=made.into).update(case=case)
    own_things.part(moved, case, made.into)
    for pk, (position, _status, _version) in moved["options"].items():
        ActionOption.objects.filter(pk=pk, case=made.into).update(case=case, position=position)
    _give_contacts_back(made, case)
    if moved["partner"]:
        made.into.partners.remove(moved["partner"])
    here.set(merged_into=None, **_read(Case, moved["was"]))
    here.data["was_in"] = made.into.reference
    made.undone_by, made.undone_at = here.actor, here.at
    made.save(update_fields=["undone_by", "undone_at"])
    _offer_again(case, moved["withdrawn"])
    notifications.merge_undone(case, made.into)


# --- What stands against it ---------------------------------------------------------------------


def obstacle_to_merging(case: Case, into: Case) -> str:
    """Why ``case`` cannot be merged into ``into``, in a sentence; else empty."""
    names = {"case": case.reference, "other": into.reference}
    if case.pk == into.pk:
        return _("A case cannot be merged into itself.")
    for each in (case, into):
        if each.merged_into:
            known = {"case": each.reference, "other": each.merged_into.reference}
            return _("%(case)s has been merged into %(other)s. Go on there, please.") % known
    if not case.is_open:
        return _("%(case)s has ended. Only an open case can be merged.") % names
    if not into.is_open:
        return _("%(other)s has ended. Reopen it first if the matter goes on there.") % names
    if into.awaits_confirmation:
        return (
            _("Nobody has confirmed the entries of %(other)s yet. Merge the other way round, or wait.")
            % names
        )
    return _obstacle_of_advice(case, into, names)


def _obstacle_of_advice(case: Case, into: Case, names: dict[str, str]) -> str:
    if _is_advised(case):
        if into.assignments.filter(status__in=[str(s) for s in LIVE_ASSIGNMENTS]).exists():
            return _("Advisors are at work on both cases, or asked. End one of the two first.") % names
        return (
            _("An advisor has said yes to %(case)s. Merge the other way round: %(other)s into %(case)s.")
            % names
        )
    if case.status not in ACTIONS["merge"].sources:
        return _("%(case)s is too far on. Merge the other way round: %(other)s into %(case)s.") % names
    asking = {contact.user_id for contact in case.contacts.all()}
    for assignment in into.assignments.select_related("advisor__user"):
        if assignment.is_live and assignment.advisor.user_id in asking:
            return _("%(name)s asks in %(case)s and advises in %(other)s. Nobody is on two sides.") % (
                names | {"name": assignment.advisor.name}
            )
    if into.status == CaseStatus.OPTIONS_AGREED and case.options.unsettled().exists():
        return _("In %(other)s all options are agreed, in %(case)s some are not.") % names
    return ""


def _is_advised(case: Case) -> bool:
    return case.assignments.filter(status=AssignmentStatus.ACCEPTED).exists()


def obstacle_to_undoing(made: CaseMerge) -> str:
    """Why a merge cannot be undone (any more), in a sentence; else empty."""
    into = Case.objects.select_related("merged_into").get(pk=made.into_id)
    names = {"case": made.case.reference, "other": into.reference}
    if timezone.now() > made.at + UNDO_WITHIN:
        return _("A merge can be undone for 24 hours. They are over.")
    if into.merged_into:
        names |= {"third": into.merged_into.reference}
        return _("%(other)s has been merged into %(third)s meanwhile. Undo that first.") % names
    if not into.is_open:
        return _("%(other)s has ended meanwhile. What moved cannot be taken out of it any more.") % names
    if _options_changed(made):
        return _("The action options that came from %(case)s have been changed meanwhile.") % names
    came = ContactPerson.everybody.filter(pk__in=made.moved["contacts"])
    stayed = ContactPerson.objects.filter(case=made.case_id)  # they are in both
    if made.moved["contacts"] and not came.filter(left_at=None).exists() and not stayed.exists():
        return _("The contact persons that came from %(case)s have left meanwhile.") % names
    return ""


def _options_changed(made: CaseMerge) -> bool:
    """Whether an option that moved was reworded, agreed or replaced since, or is being replaced."""
    came = {int(pk): row for pk, row in made.moved["options"].items()}
    there = ActionOption.objects.filter(case=made.into_id)
    now = {pk: (_settled(status), version) for pk, status, version in there.values_list(*_OPTION_STANDING)}
    if any(now.get(pk) != (_settled(row[1]), row[2]) for pk, row in came.items()):
        return True
    return there.filter(replaces__in=came).exclude(pk__in=came).exists()


_OPTION_STANDING = ("pk", "status", "version")


def _settled(status: str) -> str:
    """``status`` where an option is agreed or replaced; the others count as one."""
    return status if status in SETTLED_OPTIONS else ""


# --- How things move ----------------------------------------------------------------------------


def _lock(*keys: int) -> None:
    """Lock both cases, always in the order of their keys: two merges at once cannot block each other."""
    list(Case.objects.select_for_update().filter(pk__in=keys).order_by("pk"))


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _read(model: type[Model], values: dict[str, Any]) -> dict[str, Any]:
    """Fields as they were written down by ``_plain``."""
    return {
        name: cast("Field[Any, Any]", model._meta.get_field(name)).to_python(value)
        for name, value in values.items()
    }


def _move(rows: Any, into: Case) -> list[int]:
    keys = list(rows.order_by("pk").values_list("pk", flat=True))
    rows.model._base_manager.filter(pk__in=keys).update(case=into)
    return keys


def _documents_to_move(case: Case, into: Case) -> Any:
    """All but those that ``into`` has already: a file is kept once, but for what came with a message."""
    there = into.documents.filter(message=None).values("sha256")
    return case.documents.exclude(message=None, sha256__in=there)


def _move_options(case: Case, into: Case) -> dict[str, list[Any]]:
    """Options go behind those that are there. Returns place, state and version that each had, by its key."""
    last = into.options.aggregate(last=Max("position"))["last"] or 0
    had = {}
    for option in case.options.all():
        had[str(option.pk)] = [option.position, option.status, option.version]
        option.case, option.position = into, last + option.position
        option.save(update_fields=["case", "position"])
    return had


def _move_contacts(case: Case, into: Case) -> dict[str, Any]:
    """Contact persons join behind the ones that are there; whoever is in both stays once.

    Returns what changed: whose row moved (with the place it had), and what changed for those in both.
    """
    there = {c.user_id: c for c in ContactPerson.everybody.filter(case=into)}
    last = max((contact.position for contact in there.values()), default=0)
    moved, changed = {}, {}
    for contact in ContactPerson.everybody.filter(case=case).order_by("position", "pk"):
        twin = there.get(contact.user_id)
        if twin is None:
            moved[str(contact.pk)] = contact.position
            contact.case, contact.position = into, last + 1 + contact.position
            contact.save(update_fields=["case", "position"])
        elif contact.left_at is None and (before := _join_twin(contact, twin)):
            changed[str(twin.pk)] = before
    return {"contacts": moved, "twins": changed}


def _confirmed(case: Case) -> dict[int, ContactPerson]:
    """The contact persons with a confirmed address, by their accounts."""
    found = case.contacts.filter(confirmed_at__isnull=False).select_related("user")
    return {contact.user_id: contact for contact in found}


def _join_twin(contact: ContactPerson, twin: ContactPerson) -> dict[str, Any]:
    """Somebody is in both cases: who had left the other is back, and a confirmed address counts in both."""
    before: dict[str, Any] = {}
    if twin.left_at:
        before["left_at"] = _plain(twin.left_at)
        twin.left_at = None
    if contact.confirmed_at and not twin.confirmed_at:
        before["confirmed_at"] = None
        twin.confirmed_at = contact.confirmed_at
    if before:
        twin.save(update_fields=list(before))
    return before


def _give_contacts_back(made: CaseMerge, case: Case) -> None:
    for pk, position in made.moved["contacts"].items():
        ContactPerson.everybody.filter(pk=pk, case=made.into).update(case=case, position=position)
    for pk, before in made.moved["twins"].items():
        ContactPerson.everybody.filter(pk=pk, case=made.into).update(**_read(ContactPerson, before))


def _ask_along(case: Case, into: Case) -> int | None:
    """When another municipality asked, it asks along from now on. Returns its key if it was not there yet."""
    asks = case.municipality
    if asks is None or asks.pk == into.municipality_id or into.partners.filter(pk=asks.pk).exists():
        return None
    into.partners.add(asks)
    return asks.pk


def _offer_again(case: Case, keys: Iterable[int]) -> None:
    """Put offers out once more that were withdrawn because of the merge, with a day left to answer.

    Not to whom a conflict of interest, or the pool, has put aside meanwhile.
    """
    today = timezone.localdate()
    withdrawn = Assignment.objects.filter(pk__in=list(keys), status=AssignmentStatus.WITHDRAWN)
    for assignment in withdrawn.select_related("advisor__user", "case__municipality"):
        advisor = assignment.advisor
        if not advisor.is_in_the_pool or conflict_between(advisor, case):
            continue
        assignment.status = AssignmentStatus.OFFERED
        assignment.answer_due_on = max(assignment.answer_due_on, today)
        assignment.save(update_fields=["status", "answer_due_on"])
        notifications.offer_made(assignment, None)
