"""Requests that were held back: the coordination reads them, takes them in or throws them away."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.contrib.admin.models import ADDITION, DELETION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from miglobe.accounts.models import User
from miglobe.accounts.sign_in import signed_in_user
from miglobe.site.audit import log_read
from requests_app import held
from requests_app.models import Case, Municipality, RequestDraft
from requests_app.request_form.submission import Incomplete
from requests_app.triage.opening import PERMISSION

SHOWN = 50


def urls(view: Callable[..., Any]) -> list[URLPattern]:
    """The paths of this module; ``view`` is the admin's guard."""
    return [
        path("zurueckgehalten/", view(held_list), name="requests_app_case_held"),
        path("zurueckgehalten/<uuid:key>/aufnehmen/", view(take_in), name="requests_app_case_take_in"),
        path("zurueckgehalten/<uuid:key>/loeschen/", view(throw_away), name="requests_app_case_throw_away"),
    ]


@dataclass(frozen=True)
class HeldRow:
    """A request that waits, in the words that decide whether a person meant it."""

    draft: RequestDraft
    municipality: str
    sender: str
    email: str
    title: str
    situation: str
    files: list[str]


@require_safe
def held_list(request: HttpRequest) -> HttpResponse:
    """What is held back, newest first, each with the reason and its two buttons."""
    user = _coordinator(request)
    drafts = list(held.waiting().prefetch_related("documents")[: SHOWN + 1])
    for draft in drafts[:SHOWN]:
        log_read(user, f"held request {draft.pk}")
    context = {
        **admin.site.each_context(request),
        "title": _("Requests held back"),
        "opts": Case._meta,
        "rows": _rows(drafts[:SHOWN]),
        "has_more": len(drafts) > SHOWN,
    }
    return render(request, "admin/requests_app/case/held.html", context)


@require_POST
def take_in(request: HttpRequest, key: UUID) -> HttpResponse:
    """Make a case of it; the sender gets the mail with case number and code."""
    user = _coordinator(request)
    try:
        case = held.take_in(key)
    except held.Gone:
        messages.error(request, _("A colleague has dealt with this request already."))
    except Incomplete as incomplete:
        problems = " ".join(str(error) for errors in incomplete.form.errors.values() for error in errors)
        text = _("The form does not take this request any more: %(problems)s Enter it for the municipality.")
        messages.error(request, text % {"problems": problems})
    else:
        _log(user, case, case.pk, case.reference, ADDITION)
        text = _("The request is case %(reference)s now. The sender gets the code by mail.")
        messages.success(request, text % {"reference": case.reference})
        return redirect("admin:requests_app_case_change", case.pk)
    return redirect("admin:requests_app_case_held")


@require_POST
def throw_away(request: HttpRequest, key: UUID) -> HttpResponse:
    """Delete it for good, its documents too."""
    user = _coordinator(request)
    try:
        held.throw_away(key)
    except held.Gone:
        messages.error(request, _("A colleague has dealt with this request already."))
    else:
        _log(user, RequestDraft, key, str(key), DELETION)
        messages.success(request, _("The request is deleted."))
    return redirect("admin:requests_app_case_held")


def _coordinator(request: HttpRequest) -> User:
    user = signed_in_user(request)
    if not user.has_perm(PERMISSION):
        raise PermissionDenied
    return user


def _log(user: User, model: Model | type[Model], key: object, shown: str, flag: int) -> None:
    LogEntry.objects.create(
        user=user,
        content_type=ContentType.objects.get_for_model(model),
        object_id=str(key),
        object_repr=shown,
        action_flag=flag,
        change_message="A request that was held back.",
    )


def _rows(drafts: Iterable[RequestDraft]) -> list[HeldRow]:
    drafts = list(drafts)
    keys = {_typed(draft.data, "municipality", "municipality") for draft in drafts}
    names = dict(Municipality.objects.filter(key__in=keys).values_list("key", "name"))
    return [_row(draft, names) for draft in drafts]


def _row(draft: RequestDraft, names: Mapping[str, str]) -> HeldRow:
    def typed(page: str, name: str) -> str:
        return _typed(draft.data, page, name)

    return HeldRow(
        draft=draft,
        municipality=names.get(typed("municipality", "municipality"), ""),
        sender=typed("municipality", "name"),
        email=typed("municipality", "email"),
        title=typed("concern", "title"),
        situation=typed("concern", "situation"),
        files=[document.name for document in draft.documents.all()],
    )


def _typed(data: Mapping[str, Mapping[str, list[str]]], page: str, name: str) -> str:
    return next(iter(data.get(page, {}).get(name, [])), "")
