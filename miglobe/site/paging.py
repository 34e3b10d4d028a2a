"""Pages of a list without counting it: one row more than a page is read, and tells if there is a next."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Model, QuerySet
from django.http import HttpRequest


@dataclass(frozen=True)
class Page[T]:
    """One page of a list. An address is empty where there is no page before or after."""

    rows: list[T]
    number: int
    previous_url: str
    next_url: str


def page_of[M: Model](
    rows: QuerySet[M], request: HttpRequest, *, parameter: str = "seite", size: int = 20
) -> Page[M]:
    """The page of ``rows`` that the query parameter names (the first one if it names none).

    ``parameter`` tells several lists of one page apart; ``size`` is the rows of a page. A number
    behind the end gives an empty page, nonsense the first.
    """
    number = _number(request.GET.get(parameter, ""))
    first = (number - 1) * size
    read = list(rows[first : first + size + 1])
    return Page(
        rows=read[:size],
        number=number,
        previous_url=f"?{parameter}={number - 1}" if number > 1 else "",
        next_url=f"?{parameter}={number + 1}" if len(read) > size else "",
    )


def _number(text: str) -> int:
    # Five digits are enough for every list, and keep the offset within the database's numbers.
    return max(1, int(text)) if text.isascii() and text.isdecimal() and len(text) <= 5 else 1
