"""What the municipality says to the record of a session: yes, or what was different."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from miglobe.accounts.sign_in import signed_in_user
from miglobe.site.methods import acts
from requests_app import workflow
from requests_app.casepage.forms import ConfirmForm, QuestionForm
from requests_app.casepage.page import case_of
from requests_app.casepage.views import show, to_case, works


@acts
def confirm(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Confirm one session as the record that was read says it was held."""
    user, case = signed_in_user(request), case_of(signed_in_user(request), reference)
    session = get_object_or_404(case.sessions, pk=pk)
    if request.method != "POST":
        return show(request, reference)
    form = ConfirmForm(request.POST)
    if works(form, lambda typed: workflow.confirm_session(session, user, version=typed["version"])):
        messages.success(request, _("The session is confirmed. Thank you."))
    elif case.sessions.filter(pk=pk, confirmed_at__isnull=False).exists():
        messages.info(request, _("This session has been confirmed already."))
    else:
        errors = form.non_field_errors() or [_("Please open the page again and read the record once more.")]
        messages.error(request, str(errors[0]))
    return to_case(reference, f"#session-{pk}")


@acts
def question(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Say what was different about a session."""
    user, case = signed_in_user(request), case_of(signed_in_user(request), reference)
    session = get_object_or_404(case.sessions, pk=pk)
    if request.method != "POST":
        return show(request, reference, open_session=pk)
    form = QuestionForm(request.POST, session=pk)
    if works(form, lambda typed: workflow.question_session(session, user, **typed)):
        messages.success(request, _("Your advisors know what was different."))
        return to_case(reference, f"#session-{pk}")
    text = form.cleaned_data.get("text")
    if text and case.sessions.filter(pk=pk, objection=text).exists():
        messages.info(request, _("Your advisors have this already."))
        return to_case(reference, f"#session-{pk}")
    return show(request, reference, question=(pk, form))
