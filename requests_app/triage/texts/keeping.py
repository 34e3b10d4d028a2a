"""What the pages of the coordination's texts share: who may, who was quicker, who changed what."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from miglobe.accounts.models import User
from miglobe.site.forms import KernForm
from requests_app.triage.opening import PERMISSION

HISTORY_SHOWN = 8


def stamp(changed_at: datetime | None) -> str:
    """What a page keeps to notice that a text was changed meanwhile; "" for a text that is not stored."""
    return changed_at.isoformat() if changed_at else ""


class KeptTextAdmin(admin.ModelAdmin):
    """Gives the pages of such texts their entry in the navigation; none of the pages is Django's."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(PERMISSION)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_change_permission(request)


class KeptTextForm(KernForm):
    """A text as it is typed, and which version of it the person has seen."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def is_outdated(self, now: str) -> bool:
        """Whether a colleague has changed the text since; the person is told, and may then go on."""
        return bool(self.data.get("seen", "") != now)

    def tell_of_colleague(self, name: str, now: str) -> None:
        """Say at the top that ``name`` was quicker, and let the next press of the button count."""
        self.add_error(
            None,
            _(
                "%(name)s has changed this text meanwhile. Yours is still here: keep it again and it "
                "replaces that one."
            )
            % {"name": name},
        )
        self.data = {**{name: self.data[name] for name in self.data}, "seen": now}

    def add_problems(self, field: str, problems: Iterable[str]) -> None:
        for problem in problems:
            self.add_error(field, problem)


def log(user: User, model: type[Model], key: object, shown: str, flag: int, message: str) -> None:
    """A line in the admin's log."""
    LogEntry.objects.create(
        user=user,
        content_type=ContentType.objects.get_for_model(model),
        object_id=str(key),
        object_repr=shown[:200],
        action_flag=flag,
        change_message=message,
    )


def history(model: type[Model], key: object) -> QuerySet[LogEntry]:
    """Who changed a text and when, newest first."""
    lines = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(model), object_id=str(key))
    return lines.select_related("user").order_by("-action_time")[:HISTORY_SHOWN]
