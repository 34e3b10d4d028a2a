"""Up to when somebody has read the messages of a case, and how many have come since."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery

from miglobe.accounts.models import User
from requests_app.access import READS, Side
from requests_app.models import Case, Message, ReadMark


def set_mark(case: Case, user: User, read_at: datetime) -> None:
    """Note that ``user`` has read everything up to ``read_at``. A mark never goes back."""
    mark, made = ReadMark.objects.get_or_create(case=case, user=user, defaults={"read_at": read_at})
    if not made:
        ReadMark.objects.filter(pk=mark.pk, read_at__lt=read_at).update(read_at=read_at)


def with_marks(messages: QuerySet[Message], user: User) -> QuerySet[Message]:
    """``messages``, each with ``read_at``: up to when ``user`` has read its case, or None."""
    mark = ReadMark.objects.filter(case=OuterRef("case"), user=user)
    return messages.annotate(read_at=Subquery(mark.values("read_at")[:1]))


def unread(user: User, side: Side) -> QuerySet[Message]:
    """What others have written on one ``side`` since ``user`` read last."""
    readable = Message.objects.filter(audience__in=[str(a) for a in READS[side]])
    there = readable.filter(counts_as_read=False).exclude(author=user)
    read = ReadMark.objects.filter(case=OuterRef("case"), user=user, read_at__gte=OuterRef("created_at"))
    return there.filter(~Exists(read)).order_by()


def note_unread(cases: Sequence[Case], user: User, side: Side) -> None:
    """Note at each of ``cases`` how many unread messages it has, as ``new_messages``."""
    counts = count_unread(cases, user, side)
    for case in cases:
        case.new_messages = counts.get(case.pk, 0)


def count_unread(cases: Iterable[Case], user: User, side: Side) -> dict[int, int]:
    """How many unread messages each of ``cases`` has, by its key, in one query; none: left out."""
    keys = [case.pk for case in cases]
    if not keys:
        return {}
    counted = unread(user, side).filter(case__in=keys).values("case").annotate(number=Count("pk"))
    return dict(counted.values_list("case", "number"))
