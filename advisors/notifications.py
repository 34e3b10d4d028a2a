"""The mails about public profiles, each stored in the caller's transaction."""

from __future__ import annotations

from typing import Any

from advisors.models import Advisor, Publication
from miglobe.accounts.models import User
from miglobe.accounts.team import coordinators
from miglobe.mail.outbox import render
from miglobe.site import notices


def profile_waiting(publication: Publication, is_change: bool) -> None:
    """Tell the coordination that a text waits for its approval."""
    for user in coordinators():
        _send("profile_waiting", user, publication=publication, is_change=is_change)


def profile_approved(publication: Publication) -> None:
    """Tell the advisor that her or his text is public now."""
    _send("profile_approved", publication.advisor.user, publication=publication)


def profile_declined(publication: Publication) -> None:
    """Tell the advisor what should be changed first."""
    _send("profile_declined", publication.advisor.user, publication=publication)


def profile_withdrawn(advisor: Advisor) -> None:
    """Tell the advisor that the coordination has taken her or his profile down."""
    _send("profile_withdrawn", advisor.user, advisor=advisor)


def _send(kind: str, user: User, **context: Any) -> None:
    notices.send(user, kind, render(kind, {"user": user, **context}, user.language))
