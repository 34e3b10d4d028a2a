"""The pages of a step: fill in, read the mail as it will go, send.

No script and no session is needed: what was filled in travels along in hidden fields. ``seen`` is
the case's version that the coordinator looked at; when a colleague was quicker, everything typed
comes back with a plain sentence.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse

from miglobe.accounts.models import User
from miglobe.accounts.sign_in import signed_in_user
from miglobe.site.methods import acts
from requests_app import workflow
from requests_app.models import Case
from requests_app.timeline import staff_timeline
from requests_app.triage import shortlist
from requests_app.triage.fitting import OFFER_STEPS
from requests_app.triage.mails import PREFIX, MailsForm
from requests_app.triage.offer_forms import as_typed
from requests_app.triage.opening import note_read, open_case, seen_version
from requests_app.triage.pages import DIRECT, PAGES, Page, Step
from requests_app.triage.step_forms import StepForm
from requests_app.triage.texts import insertion

FIELDS, MAIL = "fields", "mail"


def urls(view: Callable[..., Any]) -> list[URLPattern]:
    """The paths of this module; ``view`` is the admin's guard."""
    return [path("<int:pk>/schritt/<slug:key>/", view(step), name="requests_app_case_step")]


@acts
def step(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """One step on one case. GET shows the first page; POST leads through the pages and acts on the last."""
    case = open_case(request, pk)
    if key in DIRECT:
        return _act_directly(request, case, key)
    if key not in PAGES:
        raise Http404
    walk = _Walk(request, case, key)
    return walk.post() if request.method == "POST" else walk.start()


def _act_directly(request: HttpRequest, case: Case, key: str) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    act, done = DIRECT[key]
    try:
        act(case, signed_in_user(request), seen=seen_version(request))
    except workflow.InvalidTransition as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, str(done))
    return redirect(_sheet(case))


def _sheet(case: Case) -> str:
    return reverse("admin:requests_app_case_change", args=[case.pk])


class _Walk:
    """One request on the way through a step's two pages."""

    def __init__(self, request: HttpRequest, case: Case, key: str) -> None:
        self.request = request
        self.case = case
        self.key = key
        self.page: Page = PAGES[key]
        self.user: User = signed_in_user(request)
        self.listed: dict[str, Any] = {}  # what the shortlist's template reads

    # --- Where one is on the way ---

    def start(self) -> HttpResponse:
        """The first page: the fields, or the mail at once where nothing is to be filled in."""
        if not workflow.is_available(self.key, self.case, self.user):
            return self._too_late()
        given = self.request.GET.dict()
        form = self.page.form(initial=given, case=self.case)
        if form.has_something_to_fill_in():
            return self._show_fields(form)
        form = self.page.form(given, case=self.case)
        if not form.is_valid():
            return self._too_late()
        return self._show_mails(form, MailsForm(self.page.mails(self._step(form))))

    def post(self) -> HttpResponse:
        typed = self.request.POST
        if insertion.is_asked_for(typed):
            with_text = insertion.with_text(typed, self.case, self.user)
            return self._show_fields(self.page.form(initial=with_text, case=self.case))
        form = self.page.form(typed, case=self.case)
        if "back" in typed and form.has_something_to_fill_in():
            return self._show_fields(form)
        if shortlist.BUTTON in typed and self.key in OFFER_STEPS:
            return self._change_shortlist()
        conflict = self._conflict()
        if not form.is_valid():
            return self._show_fields(form, conflict) if form.has_something_to_fill_in() else self._too_late()
        if typed.get("stage") != MAIL:
            if conflict:
                return self._show_fields(form, conflict)
            planned = self.page.mails(self._step(form))
            if not planned:
                return self._act(form, MailsForm(planned, {}))
            return self._show_mails(form, MailsForm(planned, typed=typed.dict()))
        mails = MailsForm(self.page.mails(self._step(form)), typed)
        if not mails.is_valid() or conflict:
            return self._show_mails(form, mails, conflict)
        return self._act(form, mails)

    def _act(self, form: StepForm, mails: MailsForm) -> HttpResponse:
        try:
            self.page.act(self._step(form), mails.texts())
        except workflow.InvalidTransition as error:
            self.case = open_case(self.request, self.case.pk)
            if not mails.planned:
                return self._show_fields(form, str(error.message))
            return self._show_mails(form, mails, str(error.message))
        messages.success(self.request, str(self.page.done))
        return redirect(_sheet(self.case))

    # --- What is shown ---

    def _show_fields(self, form: StepForm, problem: str = "") -> HttpResponse:
        carried = [(n, v) for n, v in self.request.POST.items() if n.startswith(f"{PREFIX}-")]
        context: dict[str, Any] = {"form": form, "carried": carried}
        if "text" in form.fields:
            context["insert_form"] = insertion.InsertForm(case=self.case)
        if self.key in OFFER_STEPS:
            context |= self.listed or shortlist.part(self.case)
        return self._show("fields", form, context, problem)

    def _change_shortlist(self) -> HttpResponse:
        """Do what a button of the list says; what was typed for the offer stays."""
        conflict = self._conflict()
        to_mend = shortlist.press(self.request, self.case)
        if conflict and not to_mend:  # the page that comes up stands on the case as it is now
            messages.error(self.request, conflict)
        self.case = open_case(self.request, self.case.pk)
        self.listed = shortlist.part(self.case, to_mend, is_open=True)
        return self._show_fields(as_typed(self.case, self.request.POST.dict()))

    def _show_mails(self, form: StepForm, mails: MailsForm, problem: str = "") -> HttpResponse:
        context = {"form": mails, "filled_in": form, "can_go_back": form.has_something_to_fill_in()}
        return self._show("mail", mails, context, problem)

    def _show(self, stage: str, form: Any, context: dict[str, Any], problem: str) -> HttpResponse:
        """A page of the step. After a ``problem`` it stands on the case as it is now."""
        note_read(self.request, self.case)
        if problem:
            form.add_error(None, problem)
        action = workflow.ACTIONS[self.key]
        everything = context | {
            **admin.site.each_context(self.request),
            "title": action.label,
            "subtitle": self.case.reference,
            "opts": Case._meta,
            "case": self.case,
            "page": self.page,
            "possible": workflow.is_available(self.key, self.case, self.user),
            "latest": staff_timeline(self.case)[0] if problem else None,
            "sheet_url": _sheet(self.case),
        }
        return render(self.request, f"admin/requests_app/case/step_{stage}.html", everything)

    def _too_late(self) -> HttpResponse:
        messages.error(self.request, str(workflow.InvalidTransition().message))
        return redirect(_sheet(self.case))

    def _conflict(self) -> str:
        """The plain sentence when the case is not as this person saw it, or "" ."""
        if seen_version(self.request) == self.case.version and workflow.is_available(
            self.key, self.case, self.user
        ):
            return ""
        return str(workflow.InvalidTransition().message)

    def _step(self, form: StepForm) -> Step:
        return Step(self.case, self.user, form, seen_version(self.request))
