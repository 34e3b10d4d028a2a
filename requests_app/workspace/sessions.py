"""Logging a session that was held, correcting one, and adding to one that the other advisor logged."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from miglobe.accounts.sign_in import signed_in_user
from miglobe.site.methods import acts
from requests_app import access, workflow
from requests_app.models import Case, CaseStatus, DialogueSession
from requests_app.workspace.lookups import advised_case, engagement, possible
from requests_app.workspace.session_form import AdditionForm, SessionForm


@acts
def log(request: HttpRequest, reference: str) -> HttpResponse:
    """Log a session. Sent twice it is one session; sent again with other words it is corrected."""
    case = advised_case(request, reference)
    me = engagement(request, case).advisor
    if request.method != "POST":
        if not possible(case, signed_in_user(request)) & {"hold_first_session", "log_session"}:
            messages.error(request, _("No session can be logged in this case at present."))
            return redirect("workspace:case", reference)
        return _page(request, case, SessionForm(case=case, me=me))
    form = SessionForm(request.POST, case=case, me=me)
    if form.is_valid():
        key = form.cleaned_data["form_key"]
        earlier = case.sessions.filter(form_key=key, recorded_by=signed_in_user(request)).first()
        if _save(request, case, form, earlier, {"form_key": key}):
            messages.success(
                request, _("The session has been logged. The municipality is asked to confirm it.")
            )
            return redirect("workspace:case", reference)
    return _page(request, case, form)


@acts
def correct(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Correct a session that the reader logged; those of the other advisor are not hers or his to change."""
    case = advised_case(request, reference)
    session = get_object_or_404(access.sessions_for(case), pk=pk)
    if session.recorded_by_id != request.user.pk:
        raise PermissionDenied
    me = engagement(request, case).advisor
    if request.method != "POST":
        if problem := _cannot_correct(case, session, signed_in_user(request)):
            messages.error(request, problem)
            return redirect("workspace:case", reference)
        return _page(request, case, SessionForm(case=case, me=me, session=session), session)
    form = SessionForm(request.POST, case=case, me=me, session=session)
    if form.is_valid():
        if form.cleaned_data["seen"] != session.wording and _differs(session, form):
            form = SessionForm(_renewed(form, session.wording), case=case, me=me, session=session)
            form.add_error(None, _changed())
        elif _save(request, case, form, session):
            messages.success(request, _("The session has been corrected."))
            return redirect(_to(case, session))
    return _page(request, case, form, session)


@acts
def add(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Add to a session that the other advisor has logged, or change one's own addition."""
    case, user = advised_case(request, reference), signed_in_user(request)
    session = get_object_or_404(access.sessions_for(case), pk=pk)
    if not access.may_add_to(user, session):
        raise PermissionDenied
    addition = next((each for each in session.additions.all() if each.author_id == user.pk), None)
    if request.method != "POST":
        if "add_to_session" not in possible(case, user):
            messages.error(request, _("Sessions of this case cannot be changed at present."))
            return redirect("workspace:case", reference)
        return _page(request, case, AdditionForm(addition=addition), session)
    form = AdditionForm(request.POST, addition=addition)
    if form.is_valid():
        try:
            workflow.add_to_session(session, user, **form.cleaned_data)
        except workflow.InvalidTransition as error:
            form = AdditionForm(_renewed(form, addition.wording if addition else ""), addition=addition)
            form.add_error(None, str(error.message))
        else:
            messages.success(request, _("Your addition has been saved."))
            return redirect(_to(case, session))
    return _page(request, case, form, session)


def _cannot_correct(case: Case, session: DialogueSession, user: Any) -> str:
    """Why a session cannot be corrected at present, in a sentence; else empty."""
    if "correct_session" not in possible(case, user):
        return _("Sessions of this case cannot be changed at present.")
    if case.status == CaseStatus.CLOSED and session.confirmed_at:
        return _("The case is closed and the municipality has confirmed this session.")
    return ""


def _changed() -> str:
    return _(
        "This record has been changed in the meantime, perhaps by yourself on another device. What you "
        "typed is kept below. Save it again to put it in place of what is stored."
    )


def _renewed(form: forms.Form, wording: str) -> Any:
    """What was typed, as if into a form that was opened now: else a hidden field would refuse it for ever."""
    data = cast(Any, form.data).copy()
    data["seen"] = wording
    return data


def _to(case: Case, session: DialogueSession) -> str:
    return f"{reverse('workspace:case', args=[case.reference])}#session-{session.pk}"


def _save(
    request: HttpRequest,
    case: Case,
    form: SessionForm,
    session: DialogueSession | None,
    new: dict[str, Any] | None = None,
) -> bool:
    """Log or correct by one call of the workflow, if anything is new; what it refuses is told in the form."""
    given: dict[str, Any] = {"fields": form.session_fields, "advisors": form.present}
    try:
        if session is None:
            workflow.log_session(case, signed_in_user(request), **given, **(new or {}))
        elif _differs(session, form):
            seen = form.cleaned_data.get("seen")
            workflow.correct_session(session, signed_in_user(request), **given, seen=seen)
    except workflow.InvalidTransition as error:
        form.add_error(None, str(error.message))
        return False
    return True


def _differs(session: DialogueSession, form: SessionForm) -> bool:
    present = {advisor.pk for advisor in session.advisors.all()}
    return present != {advisor.pk for advisor in form.present} or any(
        getattr(session, name) != value for name, value in form.session_fields.items()
    )


def _page(
    request: HttpRequest,
    case: Case,
    form: SessionForm | AdditionForm,
    session: DialogueSession | None = None,
) -> HttpResponse:
    logged = case.sessions.filter(recorded_by=request.user.pk) if session is None else case.sessions.none()
    context = {
        "case": case,
        "form": form,
        "session": session,
        "arrived": [str(key) for key in logged.values_list("form_key", flat=True)],
    }
    adds = isinstance(form, AdditionForm)
    return render(request, f"workspace/{'session_addition' if adds else 'session'}.html", context)
