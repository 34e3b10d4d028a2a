"""The shortlist at the coordinators' desk: as a part of the offer's page, and as a page of its own.

No script is needed: each button of the list is a submit button named ``list`` whose value says what
it does ("add", "up-7", "down-7", "remove-7", "by_itself", "by_hand").
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from miglobe.accounts.sign_in import signed_in_user
from miglobe.site.methods import acts
from requests_app import workflow
from requests_app.models import AssignmentRole, Case, ShortlistEntry
from requests_app.triage.offer_forms import EntryForm, EntryTextsForm
from requests_app.triage.opening import note_read, open_case, seen_version

BUTTON = "list"


@dataclass(frozen=True)
class Row:
    """One entry with the buttons that it has; ``obstacle`` says why she would be passed over today."""

    entry: ShortlistEntry
    number: int
    can_go_up: bool
    can_go_down: bool
    obstacle: str


def rows(case: Case) -> list[tuple[str, list[Row]]]:
    """The entries of each role that has some, in their order."""
    found = []
    for role in AssignmentRole:
        entries = [entry for entry in case.shortlist.all() if entry.role == role]
        for entry in entries:
            entry.case = case
        if entries:
            last = len(entries) - 1
            found.append(
                (
                    str(role.label),
                    [Row(e, n + 1, n > 0, n < last, _obstacle(e)) for n, e in enumerate(entries)],
                )
            )
    return found


def _obstacle(entry: ShortlistEntry) -> str:
    why = workflow.obstacle(entry)
    return str(why.label) if why else ""


def part(case: Case, form: EntryForm | None = None, *, is_open: bool = False) -> dict[str, Any]:
    """What the list's template reads."""
    entries = list(case.shortlist.all())
    return {
        "list_rows": rows(case),
        "list_count": len(entries),
        "list_asks_by_itself": any(entry.asks_by_itself for entry in entries),
        "entry_form": form or EntryForm(case=case),
        "list_is_open": is_open or bool(entries),
    }


def press(request: HttpRequest, case: Case) -> EntryForm | None:
    """Do what the pressed button says. Returns the form of a new entry when it must be put right."""
    what, _dash, key = request.POST.get(BUTTON, "").partition("-")
    user = signed_in_user(request)
    try:
        if what == "add":
            return _add(request, case)
        if what in ("by_itself", "by_hand"):
            workflow.set_asks_by_itself(case, user, asks_by_itself=what == "by_itself")
            return None
        entry = next((each for each in case.shortlist.all() if str(each.pk) == key), None)
        if entry is None:
            raise workflow.InvalidTransition
        if what == "remove":
            workflow.remove_from_shortlist(entry, user)
        else:
            workflow.move_on_shortlist(entry, user, up=what == "up")
    except workflow.InvalidTransition as error:
        messages.error(request, str(error.message))
    return None


def _add(request: HttpRequest, case: Case) -> EntryForm | None:
    form = EntryForm(request.POST, case=case)
    if not form.is_valid():
        return form
    try:
        workflow.add_to_shortlist(
            case,
            signed_in_user(request),
            form.offer(),
            asks_by_itself=form.cleaned_data["asks_by_itself"],
            seen=seen_version(request),
        )
    except workflow.InvalidTransition as error:
        form.add_error(None, str(error.message))
        return form
    return None


@acts
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """The list as a page of its own: for while offers are out and nobody else can be asked."""
    case = open_case(request, pk)
    form = None
    if request.method == "POST":
        form = press(request, case)
        if form is None:
            return redirect("admin:requests_app_case_shortlist", case.pk)
    return _show(request, case, "shortlist", _("Ask next"), part(case, form) | {"form": form})


@acts
def entry(request: HttpRequest, pk: int, entry_pk: int) -> HttpResponse:
    """Change what somebody on the list will be told."""
    case = open_case(request, pk)
    found: ShortlistEntry = get_object_or_404(case.shortlist.select_related("advisor__user"), pk=entry_pk)
    found.case = case
    form = EntryTextsForm(request.POST if request.method == "POST" else None, case=case, entry=found)
    if request.method == "POST" and form.is_valid():
        try:
            workflow.rewrite_entry(found, signed_in_user(request), form.offer())
        except workflow.InvalidTransition as error:
            form.add_error(None, str(error.message))
        else:
            messages.success(request, _("The text is kept."))
            return redirect("admin:requests_app_case_shortlist", case.pk)
    title = _("Text for %(name)s") % {"name": found.advisor.name}
    return _show(request, case, "shortlist_entry", title, {"form": form})


def _show(request: HttpRequest, case: Case, name: str, title: str, context: dict[str, Any]) -> HttpResponse:
    note_read(request, case)
    everything = context | {
        **admin.site.each_context(request),
        "title": title,
        "subtitle": case.reference,
        "opts": Case._meta,
        "case": case,
        "can_change": workflow.is_available("change_shortlist", case, signed_in_user(request)),
        "sheet_url": reverse("admin:requests_app_case_change", args=[case.pk]),
        "list_url": reverse("admin:requests_app_case_shortlist", args=[case.pk]),
    }
    return render(request, f"admin/requests_app/case/{name}.html", everything)


@acts
def confidential(request: HttpRequest, pk: int) -> HttpResponse:
    """Let offers name the municipality, or not; a button of the sheet."""
    case = open_case(request, pk)
    if request.method == "POST":
        hides = request.POST.get("is_confidential") == "on"
        try:
            workflow.set_confidential(case, signed_in_user(request), is_confidential=hides)
        except workflow.InvalidTransition as error:
            messages.error(request, str(error.message))
        else:
            said = _("From now on offers do not name the municipality.")
            messages.success(request, said if hides else _("From now on offers name the municipality."))
    return redirect("admin:requests_app_case_change", case.pk)


def urls(view: Any) -> list[URLPattern]:
    """The paths of this module; ``view`` wraps a page of the admin."""
    return [
        path("<int:pk>/danach-fragen/", view(page), name="requests_app_case_shortlist"),
        path("<int:pk>/danach-fragen/<int:entry_pk>/", view(entry), name="requests_app_case_shortlist_entry"),
        path("<int:pk>/vertraulich/", view(confidential), name="requests_app_case_confidential"),
    ]
