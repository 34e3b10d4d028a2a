"""Who gets the mails of a case. This is the one place that says it, for every mail and every reminder.

Nobody who has left the case, whose part in it is over, or whose account is locked; but whoever leaves is told
so (``Notice.is_farewell``). ``notices.send`` holds the last of it for all mails there
are. Codes and links that go to a bare address are none of this: somebody has just typed that address.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from miglobe.accounts.models import User
from miglobe.mail import kinds
from requests_app import access
from requests_app.access import Side
from requests_app.models import Assignment, AssignmentStatus, Case, ContactPerson


def contacts(case: Case) -> list[ContactPerson]:
    """The contact persons that the mails of ``case`` go to, the main one first. Reads prefetched contacts."""
    return case.correspondents


def confirmed(case: Case, but: Iterable[int] = ()) -> QuerySet[ContactPerson]:
    """The contact persons with a confirmed address, ``but`` for these accounts."""
    found = case.contacts.filter(confirmed_at__isnull=False, user__is_active=True)
    return found.exclude(user__in=list(but))


def advisors(case: Case) -> QuerySet[Assignment]:
    """The engagements of those who advise ``case``, or did to its end."""
    accepted = case.assignments.filter(status=AssignmentStatus.ACCEPTED, advisor__user__is_active=True)
    return accepted.select_related("advisor__user")


def coordination(but: int | None = None) -> list[User]:
    """Everybody of the coordination, ``but`` for this account."""
    return [user for user in access.coordinators() if user.pk != but]


def has_a_part(user: User, case: Case) -> bool:
    """Whether ``user`` speaks for the municipality in ``case``, advises it, was asked to, or coordinates."""
    if not user.is_active:
        return False
    return access.contact_of(user, case) is not None or access.stands_elsewhere(user, case)


def may_get_again(case: Case, address: str, kind: str) -> bool:
    """Whether a mail of this kind that went to ``address`` may go there once more.

    Somebody whose part is over gets again what told of that, and nothing else.
    """
    user = User.objects.filter(email=address, is_active=True).first()
    if user is None or has_a_part(user, case):
        return user is not None
    side, row = _former_side(user, case), kinds.find(kind)
    return side is not None and row is not None and row.notice_to(side).is_farewell


def _former_side(user: User, case: Case) -> Side | None:
    if case.assignments.filter(advisor__user=user).exists():
        return Side.ADVISOR
    if ContactPerson.everybody.filter(case=case, user=user).exists():
        return Side.MUNICIPALITY
    return None
