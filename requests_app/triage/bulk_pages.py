"""Many cases at once: chosen in the list, looked through on a page, done one by one, told one by one.

The list's bar of actions leads by GET to the page; only its POST acts. No script and no session is needed
until then: the cases travel along in hidden fields, each with what was seen of it. What became of each is
kept in the session, so that a reload of the result does nothing twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.http import urlencode
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from miglobe.accounts.admin_lists import good_keys
from miglobe.accounts.models import User
from miglobe.accounts.sign_in import signed_in_user
from miglobe.site.audit import log_read
from miglobe.site.forms import KernForm
from miglobe.site.methods import acts
from requests_app import access, workflow
from requests_app.models import Assignment, Case
from requests_app.triage import words
from requests_app.triage.bulk import LIMIT, MANY, Many
from requests_app.triage.export import FORMS, export_response
from requests_app.triage.mails import PlannedMail
from requests_app.triage.opening import check_permission

RESULT = "many_cases"  # the key in the session
FIELDS, SURE = "fields", "sure"


def urls(view: Callable[..., Any]) -> list[URLPattern]:
    """The paths of this module; ``view`` is the admin's guard."""
    return [
        path("mehrere/ergebnis/", view(result), name="requests_app_case_many_result"),
        path("mehrere/<slug:many>/", view(many_cases), name="requests_app_case_many"),
    ]


def actions() -> list[Callable[..., HttpResponseBase]]:
    """The rows as actions of the list's bar; each leads to its page. The files come at once."""
    return [*(_action(many) for many in MANY.values()), *(_export(form) for form in FORMS)]


def _action(many: Many) -> Callable[..., HttpResponse]:
    @admin.action(description=many.label, permissions=["change"])
    def begin(model_admin: Any, request: HttpRequest, chosen: QuerySet[Case]) -> HttpResponse:
        # Those that were ticked, even where a colleague has moved one to another tab since.
        keys = good_keys(request.POST.getlist(ACTION_CHECKBOX_NAME))
        if len(keys) > LIMIT:
            return _too_many(request, request.GET.urlencode())
        query = {"vorgaenge": ",".join(map(str, keys)), "liste": request.GET.urlencode()}
        return redirect(f"{reverse('admin:requests_app_case_many', args=[many.key])}?{urlencode(query)}")

    begin.__name__ = many.key
    return begin


def _export(form: str) -> Callable[..., HttpResponseBase]:
    @admin.action(
        description=format_lazy(gettext_lazy("Save as {form}"), form=FORMS[form]), permissions=["change"]
    )
    def save(model_admin: Any, request: HttpRequest, chosen: QuerySet[Case]) -> HttpResponseBase:
        user, keys = signed_in_user(request), good_keys(request.POST.getlist(ACTION_CHECKBOX_NAME))
        if len(keys) > LIMIT:
            return _too_many(request, request.GET.urlencode())
        cases = access.visible_to(user, access.Side.COORDINATOR).filter(pk__in=keys)
        return export_response(cases, form, user, filters=_("chosen one by one"))

    save.__name__ = f"als_{form}"
    return save


@dataclass(frozen=True)
class Row:
    """One case on the page: what stands there, and what travels along."""

    case: Case
    place: str
    state: words.Badge
    now: str
    carried: str
    warning: str = ""
    mails: tuple[PlannedMail, ...] = ()


@acts
def many_cases(request: HttpRequest, many: str) -> HttpResponse:
    """GET shows what would happen to which case, POST does it: with mails, after they were looked at."""
    user = check_permission(request)
    if many not in MANY:
        raise Http404
    row, posted = MANY[many], request.method == "POST"
    seen = (
        _carried(request) if posted else dict.fromkeys(good_keys(request.GET.get("vorgaenge", "").split(",")))
    )
    list_query = (request.POST if posted else request.GET).get("liste", "")
    if len(seen) > LIMIT:
        return _too_many(request, list_query)
    cases = _load(user, seen)
    if not cases:
        messages.warning(request, _("Choose cases in the list first."))
        return _to_list(list_query)
    page = _Page(request, user, row, cases, seen, list_query)
    return page.post() if posted else page.show(row.form())


@dataclass
class _Page:
    """One request for many cases. ``seen`` is by the case's key; None where the page makes it now."""

    request: HttpRequest
    user: User
    many: Many
    cases: list[Case]
    seen: dict[int, str | None]
    list_query: str

    def post(self) -> HttpResponse:
        typed = self.request.POST
        form = self.many.form(typed)
        if not form.is_valid() or "back" in typed:
            return self.show(form)
        if self.many.mails and typed.get("stage") != SURE:
            return self.show(form, SURE)
        return self._act(form)

    def _act(self, form: KernForm) -> HttpResponse:
        by_key = {case.pk: case for case in self.cases}
        outcomes = [self._outcome(key, by_key.get(key), form) for key in self.seen]
        self.request.session[RESULT] = {
            "many": self.many.key,
            "outcomes": outcomes,
            "list_query": self.list_query,
        }
        return redirect("admin:requests_app_case_many_result")

    def _outcome(self, key: int, case: Case | None, form: KernForm) -> tuple[int, str]:
        """The case's key, and why nothing was done, or ""."""
        if case is None:
            return key, _("This case does not exist any more.")
        try:
            self.many.act(case, self.user, form, self.seen[key] or "")
        except workflow.InvalidTransition as error:
            return key, str(error.message)
        return key, ""

    def show(self, form: KernForm, stage: str = FIELDS) -> HttpResponse:
        rows = [self._row(case, form if stage == SURE else None) for case in self.cases]
        context = {
            **admin.site.each_context(self.request),
            "title": self.many.label,
            "opts": Case._meta,
            "many": self.many,
            "rows": rows,
            "form": form,
            "stage": stage,
            "list_query": self.list_query,
            "list_url": _list_url(self.list_query),
        }
        return render(self.request, "admin/requests_app/case/many.html", context)

    def _row(self, case: Case, form: KernForm | None) -> Row:
        seen = self.seen[case.pk]
        carried = f"{case.pk}:{self.many.seen(case) if seen is None else seen}"
        row = Row(case, words.place(case), words.state(case), self.many.now(case, self.user), carried)
        if form is None or self.many.mails is None:
            return row
        log_read(self.user, case.reference)
        mails = tuple(self.many.mails(case, form))
        return Row(row.case, row.place, row.state, row.now, carried, self.many.warning(case, form), mails)


@require_safe
def result(request: HttpRequest) -> HttpResponse:
    """What became of each case; a reload does nothing again."""
    user = check_permission(request)
    kept = request.session.get(RESULT)
    if not kept or kept["many"] not in MANY:
        return _to_list("")
    outcomes = {int(key): text for key, text in kept["outcomes"]}
    cases = {case.pk: case for case in _load(user, outcomes)}
    told = [(cases[key], words.place(cases[key]), text) for key, text in outcomes.items() if key in cases]
    context = {
        **admin.site.each_context(request),
        "title": _("Result"),
        "subtitle": MANY[kept["many"]].label,
        "opts": Case._meta,
        "many": MANY[kept["many"]],
        "done": [(case, place) for case, place, text in told if not text],
        "refused": [(case, place, text) for case, place, text in told if text],
        "gone": len(outcomes) - len(told),
        "list_url": _list_url(kept["list_query"]),
    }
    return render(request, "admin/requests_app/case/many_result.html", context)


def _carried(request: HttpRequest) -> dict[int, str | None]:
    """From the page's hidden fields: the keys of the cases, each with what was seen of it."""
    pairs = [value.partition(":") for value in request.POST.getlist("case")]
    seen = {key: text for key, _colon, text in pairs}
    return {key: seen[str(key)] for key in good_keys(seen) if str(key) in seen}


def _load(user: User, keys: Iterable[int]) -> list[Case]:
    """The cases in the order of their keys, with what the pages show and the mails need."""
    order = {key: place for place, key in enumerate(keys)}
    assignments = Assignment.objects.select_related("advisor__user", "case__municipality")
    cases = (
        access.visible_to(user, access.Side.COORDINATOR)
        .filter(pk__in=list(order))
        .select_related("municipality__successor", "responsible")
        .prefetch_related("topics", "partners", "contacts", Prefetch("assignments", assignments))
    )
    return sorted(cases, key=lambda case: order[case.pk])


def _list_url(query: str) -> str:
    address = reverse("admin:requests_app_case_changelist")
    return f"{address}?{query}" if query else address


def _to_list(query: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(_list_url(query))


def _too_many(request: HttpRequest, query: str) -> HttpResponse:
    text = _("That is more than %(limit)d cases at once. Choose fewer.") % {"limit": LIMIT}
    messages.error(request, text)
    return _to_list(query)
