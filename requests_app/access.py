"""Who may see and do what: querysets for lists and lookups, predicates for single questions.

Views, templates and the admin all ask here. *Not yours* is a 404 (the thing is not in your
queryset), *wrong role* a 403 (``PermissionDenied``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, TypeGuard

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, Prefetch, Q, QuerySet, Subquery

from miglobe.accounts.models import User
from miglobe.accounts.roles import COORDINATION_ROLES, STAFF_ROLES, Role
from miglobe.accounts.team import coordinators as coordinators
from requests_app.models import (
    LIVE_ASSIGNMENTS,
    ActionOption,
    Assignment,
    AssignmentStatus,
    Audience,
    Case,
    CaseOverview,
    Channel,
    ContactPerson,
    DialogueSession,
    Document,
    LibraryRequest,
    Message,
    OptionStatus,
    SessionAddition,
)

if TYPE_CHECKING:
    AnyUser = User | AnonymousUser


class Side(StrEnum):
    """The three sides of a case."""

    MUNICIPALITY = "municipality"
    ADVISOR = "advisor"
    COORDINATOR = "coordinator"


READS = {
    Side.MUNICIPALITY: (Audience.MUNICIPALITY, Audience.EVERYONE),
    Side.ADVISOR: (Audience.ADVISORS, Audience.EVERYONE),
    Side.COORDINATOR: tuple(Audience),
}
# The first one is what a form offers first.
MAY_WRITE_TO = {
    Side.MUNICIPALITY: (Audience.EVERYONE, Audience.MUNICIPALITY),
    Side.ADVISOR: (Audience.EVERYONE, Audience.ADVISORS),
    Side.COORDINATOR: (Audience.MUNICIPALITY, Audience.ADVISORS, Audience.EVERYONE),
}
OPTIONS_FOR_MUNICIPALITY = (
    OptionStatus.PROPOSED,
    OptionStatus.COMMENTED,
    OptionStatus.CHANGED,
    OptionStatus.AGREED,
)


# --- Predicates -----------------------------------------------------------------------------


def is_coordinator(user: AnyUser | None) -> TypeGuard[User]:
    """Whether the person may coordinate cases (administrators may, too)."""
    return isinstance(user, User) and user.is_active and bool(user.roles & COORDINATION_ROLES)


def is_advisor(user: AnyUser | None) -> TypeGuard[User]:
    return isinstance(user, User) and user.is_active and Role.ADVISOR in user.roles


def is_municipality_contact(user: AnyUser | None) -> TypeGuard[User]:
    return isinstance(user, User) and user.is_active and Role.MUNICIPALITY_CONTACT in user.roles


def contact_of(user: AnyUser | None, case: Case) -> ContactPerson | None:
    """The contact person that ``user`` is in ``case``, if any."""
    if not isinstance(user, User):
        return None
    return next((c for c in case.contacts.all() if c.user_id == user.pk), None)


def has_to_join(user: AnyUser | None, case: Case) -> bool:
    """Whether ``user`` was invited to be a contact person of ``case`` and has not accepted yet."""
    contact = contact_of(user, case)
    return contact is not None and contact.invited_by_id is not None and contact.confirmed_at is None


def assignment_of(user: AnyUser | None, case: Case, *statuses: AssignmentStatus) -> Assignment | None:
    """The assignment of ``user`` in ``case`` that is in one of ``statuses`` (live ones by default)."""
    if not is_advisor(user):
        return None
    wanted = statuses or LIVE_ASSIGNMENTS
    return next(
        (a for a in case.assignments.all() if a.status in wanted and a.advisor.user_id == user.pk), None
    )


def advises(user: AnyUser | None, case: Case) -> bool:
    """Whether ``user`` has accepted to advise ``case``, and so may see names and messages."""
    return assignment_of(user, case, AssignmentStatus.ACCEPTED) is not None


def stands_elsewhere(user: User, case: Case) -> bool:
    """Whether ``user`` coordinates, or advises or was asked to: nobody is on two sides of a case."""
    return is_coordinator(user) or assignment_of(user, case) is not None


def contacts_for(case: Case, side: Side) -> list[ContactPerson]:
    """The contact persons that a side reads of, the main one first.

    Advisors read contact data of people who have confirmed their address, and of nobody else. Reads
    prefetched contacts.
    """
    current = list(case.contacts.all())
    return [c for c in current if c.confirmed_at] if side == Side.ADVISOR else current


def former_contacts(case: Case) -> QuerySet[ContactPerson]:
    """Those who have left, the last one first; for the coordination."""
    return ContactPerson.everybody.filter(case=case, left_at__isnull=False).order_by("-left_at", "-pk")


# --- Querysets ------------------------------------------------------------------------------


def visible_to(user: AnyUser, side: Side) -> QuerySet[Case]:
    """The cases that ``user`` may open on one ``side``.

    Raises ``PermissionDenied`` when the person does not stand on that side at all.
    """
    if side == Side.COORDINATOR and is_coordinator(user):
        return Case.objects.all()
    if side == Side.MUNICIPALITY and is_municipality_contact(user):
        own = Case.objects.filter(contacts__user=user, contacts__left_at=None)
        # Whoever advises a case, or was asked to, reads it on that side alone.
        return own.exclude(pk__in=_assigned_to(user)) if is_advisor(user) else own
    if side == Side.ADVISOR and is_advisor(user):
        return Case.objects.filter(pk__in=_assigned_to(user))
    raise PermissionDenied


def countable_by(user: AnyUser) -> QuerySet[CaseOverview]:
    """The cases that ``user`` may see in lists and numbers without personal data; it opens none of them.

    All of them for the coordination and for readers; raises ``PermissionDenied`` for everybody else.
    """
    if isinstance(user, User) and user.is_active and user.roles & STAFF_ROLES:
        return CaseOverview.objects.all()
    raise PermissionDenied


def _assigned_to(user: User) -> QuerySet[Assignment, int]:
    """The keys of the cases that ``user`` advises or was asked to advise."""
    live = Assignment.objects.filter(advisor__user=user, status__in=[str(s) for s in LIVE_ASSIGNMENTS])
    return live.values_list("case_id", flat=True)


def advised_by(user: User) -> QuerySet[Assignment, int]:
    """The keys of the cases that ``user`` has accepted to advise, and still advises or did to the end."""
    own = Assignment.objects.filter(advisor__user=user, status=AssignmentStatus.ACCEPTED)
    return own.values_list("case_id", flat=True)


def offers_to(user: AnyUser) -> QuerySet[Assignment]:
    """Every offer that was ever made to ``user``, whatever became of it, newest first.

    For answering one, and for saying that it is gone. Raises ``PermissionDenied`` for everybody
    who is no advisor.
    """
    if not is_advisor(user):
        raise PermissionDenied
    return Assignment.objects.filter(advisor__user=user).order_by("-pk")


def forwarded_by(user: AnyUser) -> QuerySet[Case]:
    """The requests that an advisor has passed on, newest first: no more than number, place and state.

    Having passed a request on opens nothing of the case. Raises ``PermissionDenied`` for everybody who
    is no advisor.
    """
    if not is_advisor(user):
        raise PermissionDenied
    cases = Case.objects.filter(entered_by=user, channel=Channel.ADVISOR).select_related("municipality")
    shown = ("reference", "status", "entered_by", "entry_confirmed_at", "municipality__name")
    return cases.only(*shown).order_by("-submitted_at", "-pk")


def messages_for(case: Case, side: Side) -> QuerySet[Message]:
    """The messages that a side reads, with what their ``signature`` needs."""
    author = ContactPerson.everybody.filter(case=OuterRef("case"), user=OuterRef("author"))
    messages = case.messages.filter(audience__in=[str(a) for a in READS[side]]).select_related("author")
    return messages.annotate(contact_name=Subquery(author.values("name")[:1]))


def documents_for(case: Case, side: Side) -> QuerySet[Document]:
    """The documents that a side may see and save: those of the case, and those of messages that it reads.

    What waits with a draft belongs to no case yet, and so is in nobody's list.
    """
    return case.documents.filter(Q(message=None) | Q(message__audience__in=[str(a) for a in READS[side]]))


def sessions_for(case: Case, *, with_private_notes: bool = True) -> QuerySet[DialogueSession]:
    """All sessions, for every side, with what was added to them.

    Private notes are asked for one by one (``may_read_private_notes``); without them they are not even read.
    """
    contact = ContactPerson.everybody.filter(case=OuterRef("case"), user=OuterRef("confirmed_by"))
    sessions, additions = case.sessions.all(), SessionAddition.objects.all()
    if not with_private_notes:
        sessions, additions = sessions.defer("private_notes"), additions.defer("private_notes")
    added = Prefetch("additions", additions.select_related("author"))
    sessions = sessions.select_related("recorded_by").prefetch_related("advisors__user", added)
    return sessions.annotate(confirmed_name=Subquery(contact.values("name")[:1]))


def sessions_held_by(user: AnyUser) -> QuerySet[DialogueSession]:
    """The sessions in which ``user`` was present as an advisor, newest first, without minutes and notes.

    Those of an engagement that has ended are there, too: the hours stay hers or his. Raises
    ``PermissionDenied`` for everybody who is no advisor.
    """
    if not is_advisor(user):
        raise PermissionDenied
    held = DialogueSession.objects.filter(advisors__user=user)
    return held.defer("shared_minutes", "private_notes").order_by("-date", "-start", "-pk")


def days_to_confirm(cases: Iterable[Case]) -> dict[int, list[date]]:
    """By the key of a case the days of its sessions that the municipality has said nothing to yet."""
    days: dict[int, list[date]] = defaultdict(list)
    keys = [case.pk for case in cases]
    waiting = DialogueSession.objects.filter(case__in=keys, confirmed_at=None, objection="")
    for key, day in waiting.values_list("case_id", "date"):
        days[key].append(day)
    return days


def may_read_private_notes(user: AnyUser, record: DialogueSession | SessionAddition) -> bool:
    """Private notes belong to the advisor who wrote them, and to nobody else."""
    author = record.author_id if isinstance(record, SessionAddition) else record.recorded_by_id
    return author == user.pk


def may_add_to(user: AnyUser, session: DialogueSession) -> bool:
    """Whether ``user`` was present as an advisor and has not logged the session. Reads its advisors."""
    present = {advisor.user_id for advisor in session.advisors.all()}
    return user.pk in present and session.recorded_by_id != user.pk


def options_for(case: Case, side: Side) -> QuerySet[ActionOption]:
    """The current options. Drafts are the advisors' own; the others see what was put to the municipality."""
    options = case.options.current()
    if side == Side.ADVISOR:
        return options
    if side == Side.COORDINATOR:  # reads beside each whether it may go into the library
        options = options.select_related("library_request")
    return options.filter(status__in=[str(s) for s in OPTIONS_FOR_MUNICIPALITY])


def library_questions(case: Case) -> QuerySet[LibraryRequest]:
    """What the municipality was asked about its agreed options, newest first, answered or not."""
    return LibraryRequest.objects.filter(option__case=case).select_related("option__case", "entry")
