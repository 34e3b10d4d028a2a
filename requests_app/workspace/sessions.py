"""Logging a session that was held, and correcting one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from miglobe.accounts.sign_in import signed_in_user
from miglobe.site.methods import acts
from requests_app import access, workflow
from requests_app.models import Case, DialogueSession
from requests_app.workspace.forms import SessionForm
from requests_app.workspace.lookups import advised_case, engagement, possible


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
            messages.success(request, _("The session has been logged."))
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
        if "correct_session" not in possible(case, signed_in_user(request)):
            messages.error(request, _("Sessions of this case cannot be changed at present."))
            return redirect("workspace:case", reference)
        return _page(request, case, SessionForm(case=case, me=me, session=session), session)
    form = SessionForm(request.POST, case=case, me=me, session=session)
    if form.is_valid() and _save(request, case, form, session):
        messages.success(request, _("The session has been corrected."))
        return redirect("workspace:case", reference)
    return _page(request, case, form, session)


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
            workflow.correct_session(session, signed_in_user(request), **given)
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
    request: HttpRequest, case: Case, form: SessionForm, session: DialogueSession | None = None
) -> HttpResponse:
    return render(request, "workspace/session.html", {"case": case, "form": form, "session": session})
