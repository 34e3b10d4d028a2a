"""Mails to the coordination."""

from __future__ import annotations

from typing import Protocol

from django.utils.functional import Promise

from requests_app import access, recipients
from requests_app.models import (
    Assignment,
    AssignmentStatus,
    Case,
    LibraryRequest,
    PassedOver,
    ShortlistEntry,
)
from requests_app.notifications.sending import for_advisor, queue_for, to_advisor, to_coordinators


class NextTurn(Protocol):
    """Who comes after a no, as the workflow has found out (``workflow.shortlist.Turn``)."""

    asked: Assignment | None
    waiting: ShortlistEntry | None
    passed_over: list[tuple[str, PassedOver]]


def library_answered(asked: LibraryRequest) -> None:
    """To whoever asked; to the whole coordination when she or he has left it."""
    asker, option = asked.asked_by, asked.option
    for user in [asker] if access.is_coordinator(asker) else recipients.coordination():
        queue_for(
            user, "library_answered", option.case, side=access.Side.COORDINATOR,
            asks=bool(asked.is_granted), option=option, granted=asked.is_granted,
        )  # fmt: skip


def new_request(case: Case) -> None:
    to_coordinators("new_request", case)


def direct_kept(case: Case, reason: str | Promise) -> None:
    """A direct enquiry could not be passed on, and why: the coordination goes on with it."""
    to_coordinators("direct_kept", case, reason=reason)


def entry_confirmed(case: Case, *, corrected: bool) -> None:
    """Tell the coordination that a request it waited for can go on; ``corrected``: not as it was entered."""
    to_coordinators("entry_confirmed", case, corrected=corrected)


def entry_disowned(case: Case, *, goes_on: bool) -> None:
    """Tell the coordination that an address has nothing to do with the request; ``goes_on``: with others."""
    to_coordinators("entry_disowned", case, goes_on=goes_on)


def query_answered(case: Case, text: str) -> None:
    to_coordinators("query_answered", case, text=text)


def offer_answered(assignment: Assignment, turn: NextTurn | None = None) -> None:
    """Tell the coordination yes or no, in the subject already; with a no, whose ``turn`` it is now."""
    accepted = assignment.status == AssignmentStatus.ACCEPTED
    to_coordinators("offer_answered", assignment.case, assignment=assignment, accepted=accepted, turn=turn)


def offer_expired(assignment: Assignment, turn: NextTurn) -> None:
    """Tell the coordination whose ``turn`` it is, and the advisor that no answer is expected any more."""
    to_coordinators("offer_expired", assignment.case, assignment=assignment, turn=turn)
    to_advisor("offer_lapsed", assignment, for_advisor("offer_lapsed", assignment))
