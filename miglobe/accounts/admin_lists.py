"""What the lists of the admin share. It stands in the lowest room, since every room has lists."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse


def good_keys(values: Iterable[str]) -> list[int]:
    """Keys of rows, each once, in their order; what no row can have as its key is left out."""
    good = [int(value) for value in values if value.isascii() and value.isdecimal() and len(value) < 10]
    return list(dict.fromkeys(good))


class ActingList(admin.ModelAdmin):
    """A list with actions on numbered rows: Django's own stumbles over a forged key."""

    def response_action(
        self, request: HttpRequest, queryset: QuerySet[Any], *args: Any, **kwargs: Any
    ) -> HttpResponse | None:
        typed = request.POST.copy()
        typed.setlist(
            ACTION_CHECKBOX_NAME, [str(key) for key in good_keys(typed.getlist(ACTION_CHECKBOX_NAME))]
        )
        # The stubs know the fields of a request only as they came in.
        request.POST = typed  # type: ignore[assignment]
        return super().response_action(request, queryset, *args, **kwargs)
