"""The municipality's pages: all its cases, one case, and what it can do there.

The views that act show the case page on GET, so that a reload, or signing in anew in between,
leads back to it; only POST changes anything.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from miglobe.accounts.models import User
from miglobe.accounts.sign_in import signed_in_user
from miglobe.site.methods import acts
from miglobe.site.paging import page_of
from requests_app import access, read_marks, workflow
from requests_app.casepage import next_steps
from requests_app.casepage.forms import AnswerForm, CommentForm, ConfirmAllForm, ConfirmForm, WithdrawForm
from requests_app.casepage.page import SIDE, CasePage, case_of
from requests_app.models import (
    ActionOption,
    Case,
    CaseStatus,
    DateRound,
    FollowUp,
    FollowUpStatus,
    MessageKind,
    OptionStatus,
    RoundStatus,
)
from requests_app.workflow import InvalidTransition

# Rounds of asking what became of the options that the list says so of.
NOT_ANSWERED = (str(FollowUpStatus.ASKED), str(FollowUpStatus.REMINDED))

# --- Pages -------------------------------------------------------------------------------------


@require_safe
def case_list(request: HttpRequest) -> HttpResponse:
    """All cases of the contact person, newest first. Somebody without any role yet has none."""
    user = signed_in_user(request)
    cases = access.visible_to(user, SIDE) if user.roles else Case.objects.none()
    proposed = Count("options", filter=Q(options__status=OptionStatus.PROPOSED))
    # Said once more: Django drops the model's own order where it counts.
    picks = Exists(DateRound.objects.filter(case=OuterRef("pk"), status=RoundStatus.OPEN))
    asked = Exists(FollowUp.objects.filter(case=OuterRef("pk"), status__in=NOT_ANSWERED))
    newest = cases.select_related("municipality").annotate(proposed=proposed, picks=picks, asked=asked)
    newest = newest.order_by("-submitted_at", "-pk")
    page = page_of(newest, request)
    read_marks.note_unread(page.rows, user, SIDE)
    days = access.days_to_confirm(page.rows)
    rows = [(case, _needed(case, days[case.pk])) for case in page.rows]
    return render(request, "casepage/list.html", {"page": page, "rows": rows})


def _needed(case: Any, held: list[date]) -> list[str]:
    """What is asked of a case of the list; ``held``: the days of its sessions to confirm."""
    first = min(held, default=None)
    return next_steps.needed(case, case.proposed, len(held), first, picks=case.picks, asked=case.asked)


@require_safe
def case_page(request: HttpRequest, reference: str) -> HttpResponse:
    """Where one case stands, and what the municipality can do. A merged case leads to where it goes on."""
    user = signed_in_user(request)
    case = case_of(user, reference)
    if case.reference != reference:
        return to_case(case.reference)
    return render(request, "casepage/case.html", CasePage(case, user, query=request.GET).context())


def show(request: HttpRequest, reference: str, **bound: Any) -> HttpResponse:
    """The case page, with ``bound`` forms in place of the empty ones (see ``CasePage``)."""
    # Read anew: what the workflow refused was done to a case that has changed since we read it.
    page = CasePage(case_of(signed_in_user(request), reference), signed_in_user(request), **bound)
    return render(request, "casepage/case.html", page.context())


def to_case(reference: str, anchor: str = "") -> HttpResponse:
    """Back to the case page."""
    return redirect(reverse("casepage:case", args=[reference]) + anchor)


def say_merged(request: HttpRequest, case: Case, reference: str) -> HttpResponse:
    """Back to the case page: what was meant for ``reference`` must not be done to the whole of ``case``."""
    text = _("Your case %(old)s was merged into this one meanwhile. Nothing has been changed.")
    messages.info(request, text % {"old": reference})
    return to_case(case.reference)


def works(form: forms.Form, act: Callable[[dict[str, Any]], object]) -> bool:
    """Take the workflow's step with what was typed. A refusal becomes an error of the form."""
    if not form.is_valid():
        return False
    try:
        act(form.cleaned_data)
    except InvalidTransition as error:
        form.add_error(None, str(error.message))
        return False
    return True


# --- Answer a query ------------------------------------------------------------------------------


@acts
def answer_query(request: HttpRequest, reference: str) -> HttpResponse:
    """Answer the question of the coordination."""
    user, case = signed_in_user(request), case_of(signed_in_user(request), reference)
    if request.method != "POST":
        return show(request, reference)
    form = AnswerForm(request.POST)
    if works(form, lambda typed: workflow.answer_query(case, user, **typed)):
        messages.success(request, _("Your answer has arrived. We will continue with your request."))
        return to_case(reference)
    if _is_answered(case, user, form):
        messages.info(request, _("Your answer has arrived already."))
        return to_case(reference)
    return show(request, reference, answer=form)


def _is_answered(case: Case, user: User, form: AnswerForm) -> bool:
    """Whether this very answer is the last thing said: the form was sent twice."""
    last = case.messages.filter(kind__in=[MessageKind.QUERY, MessageKind.ANSWER]).last()
    text = form.cleaned_data.get("text")
    return bool(last and last.kind == MessageKind.ANSWER and last.author_id == user.pk and last.body == text)


# --- Action options ------------------------------------------------------------------------------


def _option(case: Case, pk: int) -> ActionOption:
    """An option of the case. Drafts are found, too: the workflow says that they have changed."""
    return get_object_or_404(case.options, pk=pk)


@acts
def confirm_option(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Confirm one option in the wording that was read."""
    user, case = signed_in_user(request), case_of(signed_in_user(request), reference)
    option = _option(case, pk)
    if request.method != "POST":
        return show(request, reference)
    form = ConfirmForm(request.POST)
    if works(form, lambda typed: _confirm(option, user, **typed)):
        return _say_confirmed(request, case, 1, f"#option-{pk}")
    if remark := _unsaid(case, pk, form):
        return show(request, reference, comment=(pk, remark))
    return _say_why_not(request, case, [pk], form)


def _confirm(option: ActionOption, user: User, *, version: int, text: str) -> None:
    workflow.confirm_option(option, user, version=version, remark=text)


def _unsaid(case: Case, pk: int, form: ConfirmForm) -> CommentForm | None:
    """The remark that was typed along with a yes which was not taken, so that it is not lost."""
    typed = form.data.get("text", "").replace("\r\n", "\n").strip()
    if not typed or case.options.filter(pk=pk, comment=typed).exists():
        return None
    remark = CommentForm(form.data, option=pk)
    for error in form.non_field_errors():
        remark.add_error(None, error)
    return remark


@acts
def confirm_options(request: HttpRequest, reference: str) -> HttpResponse:
    """Confirm all options that the page showed: all of them, or none when one has changed."""
    user, case = signed_in_user(request), case_of(signed_in_user(request), reference)
    if request.method != "POST":
        return show(request, reference)
    form = ConfirmAllForm(request.POST)
    if not works(form, lambda typed: _confirm_all(case, user, typed["option"])):
        return _say_why_not(request, case, [pk for pk, _version in form.cleaned_data.get("option", [])], form)
    return _say_confirmed(request, case, len(form.cleaned_data["option"]), "#options")


@transaction.atomic
def _confirm_all(case: Case, user: User, wordings: list[tuple[int, int]]) -> None:
    options = {option.pk: option for option in case.options.all()}
    for pk, version in wordings:
        if pk not in options:
            raise InvalidTransition
        workflow.confirm_option(options[pk], user, version=version)


def _say_confirmed(request: HttpRequest, case: Case, count: int, anchor: str) -> HttpResponse:
    case.refresh_from_db(fields=["status"])
    if case.status == CaseStatus.OPTIONS_AGREED:
        messages.success(request, _("All action options are confirmed. Thank you."))
        return to_case(case.reference)
    text = ngettext("The action option is confirmed.", "%(count)s action options are confirmed.", count)
    messages.success(request, text % {"count": count})
    return to_case(case.reference, anchor)


def _say_why_not(request: HttpRequest, case: Case, keys: list[int], form: forms.Form) -> HttpResponse:
    """Nothing was confirmed: because it is confirmed already, or because something has changed."""
    waiting = case.options.filter(pk__in=keys).unsettled()
    if keys and not waiting.exists():
        messages.info(request, _("This is confirmed already."))
        return to_case(case.reference)
    errors = form.non_field_errors() or [_("Please open the page again and read the options once more.")]
    messages.error(request, str(errors[0]))
    return to_case(case.reference)


@acts
def comment_option(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Say what should be different about an option."""
    user, case = signed_in_user(request), case_of(signed_in_user(request), reference)
    option = _option(case, pk)
    if request.method != "POST":
        return show(request, reference, open_option=pk)
    form = CommentForm(request.POST, option=pk)
    if works(form, lambda typed: workflow.comment_option(option, user, **typed)):
        messages.success(request, _("Your advisors have your comment."))
        return to_case(reference, f"#option-{pk}")
    text = form.cleaned_data.get("text")
    if text and case.options.filter(pk=pk, status=OptionStatus.COMMENTED, comment=text).exists():
        messages.info(request, _("Your advisors have this comment already."))
        return to_case(reference, f"#option-{pk}")
    return show(request, reference, comment=(pk, form))


# --- Withdraw --------------------------------------------------------------------------------------


@acts
def withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    """Take the request back: a page that asks once more, then the step."""
    user, case = signed_in_user(request), case_of(signed_in_user(request), reference)
    if case.reference != reference:
        return say_merged(request, case, reference)
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and works(form, lambda typed: workflow.withdraw(case, user, **typed)):
        messages.success(request, _("You have withdrawn the request."))
        return to_case(reference)
    case = case_of(user, reference)
    if not workflow.is_available("withdraw", case, user):
        if request.method == "POST":
            messages.info(request, _("This case has ended already."))
        return to_case(reference)
    return render(request, "casepage/withdraw.html", {"case": case, "form": form})
