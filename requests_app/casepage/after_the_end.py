"""The municipality's pages after the end: three questions, what became of the options, another talk."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from miglobe.accounts.models import User
from miglobe.accounts.sign_in import signed_in_user
from miglobe.site.methods import acts
from requests_app import workflow
from requests_app.casepage.ending_forms import NEW, FeedbackForm, FollowUpForm, TalkForm
from requests_app.casepage.page import case_of
from requests_app.casepage.views import say_merged, to_case, works
from requests_app.models import Case, EventKind, Feedback, FollowUpStatus
from requests_app.workflow import InvalidTransition

# The button below the lines that asks for another talk: what was typed is kept first.
TALK = "talk"
Page = Callable[[HttpRequest, str], HttpResponse]


def _after_the_end(view: Callable[[HttpRequest, User, Case], HttpResponse]) -> Page:
    """A page of a case that has ended; where there is nothing to say (any more), it leads to the case.

    What was sent to a case that a colleague has had opened meanwhile stays with its page, so that it is not
    lost: the workflow refuses it there.
    """

    @wraps(view)
    def page(request: HttpRequest, reference: str) -> HttpResponse:
        user = signed_in_user(request)
        case = case_of(user, reference)
        if case.reference != reference:
            return say_merged(request, case, reference)
        if workflow.ended_after_advice(case) or (case.is_open and request.method == "POST"):
            return view(request, user, case)
        if case.is_open:
            messages.info(request, _("This case is open: nothing has to be told yet."))
        return to_case(reference)

    return page


# --- Three questions ------------------------------------------------------------------------------


@acts
@_after_the_end
def feedback(request: HttpRequest, user: User, case: Case) -> HttpResponse:
    """Three questions about the consultation. What was answered can be changed for a while."""
    given = Feedback.objects.filter(case=case).first()
    if request.method != "POST" and not workflow.can_give_feedback(case):
        messages.info(request, _("Thank you. We have your answers; they cannot be changed any more."))
        return to_case(case.reference)
    names = ("helped", "recommends", "missing")
    initial = {name: getattr(given, name) for name in names} if given else {}
    form = FeedbackForm(request.POST if request.method == "POST" else None, initial=initial)
    if works(form, lambda typed: workflow.give_feedback(case, user, **typed)):
        messages.success(request, _("Thank you for your answers."))
        return to_case(case.reference)
    if given and form.is_bound and form.cleaned_data == initial:  # pressed twice
        messages.info(request, _("We have these answers already."))
        return to_case(case.reference)
    return render(request, "casepage/feedback.html", {"case": case, "form": form, "given": given})


# --- What became of the options -------------------------------------------------------------------


@acts
@_after_the_end
def follow_up(request: HttpRequest, user: User, case: Case) -> HttpResponse:
    """One line for each option, filled in with what was said last; another talk is asked for here, too."""
    form = _form(request, case)
    goes_on = "casepage:talk" if TALK in request.POST else "casepage:follow_up_thanks"
    if TALK in request.POST and not form.has_changed():
        return redirect(goes_on, case.reference)
    if request.method == "POST" and form.is_valid():
        try:
            workflow.answer_follow_up(case, user, form.said, word=form.cleaned_data["word"])
        except workflow.NothingNew as error:
            messages.info(request, str(error.message))
            return redirect(goes_on, case.reference)
        except InvalidTransition as error:
            form.add_error(None, str(error.message))
        else:
            messages.success(request, _("Thank you, that helps us."))
            return redirect(goes_on, case.reference)
    return render(request, "casepage/follow_up.html", {"case": case, "form": form})


def _form(request: HttpRequest, case: Case) -> FollowUpForm:
    options = workflow.current_options(case)
    waits = workflow.waiting_round(case) is not None
    return FollowUpForm(
        request.POST if request.method == "POST" else None,
        options=options,
        before=workflow.newest_reports(options),
        word="" if waits else workflow.last_word(case),
    )


@require_safe
@_after_the_end
def thanks(request: HttpRequest, _user: User, case: Case) -> HttpResponse:
    """What comes next: when we ask again, and how to ask for another talk."""
    planned = case.follow_ups.filter(status=FollowUpStatus.PLANNED).order_by("due_on").first()
    context = {"case": case, "next_on": planned.due_on if planned else None}
    return render(request, "casepage/follow_up_thanks.html", context)


# --- Another talk ---------------------------------------------------------------------------------


@acts
@_after_the_end
def talk(request: HttpRequest, user: User, case: Case) -> HttpResponse:
    """Ask for another talk: the case is opened again, or a new request begins that points to it."""
    form = TalkForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["about"] == NEW:
            return redirect(f"{reverse('intake:start')}?{urlencode({'folgt': case.reference})}")
        if works(form, lambda typed: workflow.ask_for_talk(case, user, text=typed["text"])):
            messages.success(request, _say_asked(case))
            return to_case(case.reference)
        if _has_asked(case, user, form.cleaned_data["text"]):
            messages.info(request, _say_asked(case))
            return to_case(case.reference)
    context = {"case": case, "form": form, "has_advisors": workflow.has_advisors(case)}
    return render(request, "casepage/talk.html", context)


def _has_asked(case: Case, user: User, text: str) -> bool:
    """Whether the case is open since ``user`` asked for it in these words: the button was pressed twice."""
    case.refresh_from_db()
    last = case.events.filter(kind=EventKind.TALK_ASKED).last()
    asked = case.is_open and last is not None and last.actor_id == user.pk
    return asked and (not text or case.messages.filter(author=user, body=text).exists())


def _say_asked(case: Case) -> str:
    if workflow.has_advisors(case):
        return _(
            "Your case is open again. The coordination and your advisors know, and get in touch with you."
        )
    return _("Your case is open again. The coordination looks for an advisor and gets in touch with you.")
