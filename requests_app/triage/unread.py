"""New messages in a coordinator's own cases: on the first page, and at their rows in the list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Max
from django.urls import reverse

from miglobe.accounts.models import User
from requests_app import read_marks
from requests_app.access import Side
from requests_app.models import OPEN_STATUSES, Case

SHOWN = 5


@dataclass(frozen=True)
class Row:
    """A case with new messages."""

    case: Case
    number: int

    @property
    def url(self) -> str:
        return reverse("admin:requests_app_case_change", args=[self.case.pk]) + "#messages"


def of_own_cases(user: User) -> list[Row]:
    """The open cases that ``user`` is responsible for with messages not read yet, the latest first."""
    own = {"case__responsible": user, "case__status__in": [str(s) for s in OPEN_STATUSES]}
    unread = read_marks.unread(user, Side.COORDINATOR).filter(**own).values("case")
    latest = unread.annotate(number=Count("pk"), last=Max("created_at")).order_by("-last", "-case_id")[:SHOWN]
    numbers = dict(latest.values_list("case", "number"))
    cases = Case.objects.select_related("municipality").in_bulk(numbers) if numbers else {}
    return [Row(cases[key], number) for key, number in numbers.items()]


def mark(cases: Iterable[Case], user: User) -> None:
    """Note at the rows of a list how many new messages the person's own cases have."""
    read_marks.note_unread([case for case in cases if case.responsible_id == user.pk], user, Side.COORDINATOR)
