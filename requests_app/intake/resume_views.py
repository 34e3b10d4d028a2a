"""Save and go on later: the page that mails the link, and the page that the link opens."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from miglobe.accounts.models import User
from requests_app.intake import drafts, limits, link_limits, resume
from requests_app.intake.doors import public
from requests_app.intake.forms import LinkForm
from requests_app.intake.resume import State
from requests_app.models import RequestDraft
from requests_app.request_form.choices import Choices

_STATUS = {State.SENT: 200, State.GONE: 410, State.REPLACED: 410, State.UNKNOWN: 404}


@public
def later(request: HttpRequest) -> HttpResponse:
    """Everything is saved; a button mails the link to go on with on any device."""
    draft = drafts.current(request.session)
    if request.method != "POST":
        return _show_later(request, draft, LinkForm(initial={"email": _known_address(request, draft)}))
    form = LinkForm(request.POST)
    if not form.is_valid():
        return _show_later(request, draft, form)
    email = form.cleaned_data["email"]
    try:
        link_limits.check(request, draft, email)
    except limits.TooMany as too_many:
        messages.warning(request, str(too_many.message))
    else:
        resume.send_link(request.session, email, get_language() or "de")
        messages.success(request, _("The link is on its way to %(email)s.") % {"email": email})
    return redirect("intake:later")


def _show_later(request: HttpRequest, draft: RequestDraft, form: LinkForm) -> HttpResponse:
    context = {
        "draft": draft,
        "form": form,
        "until": drafts.last_day(draft),
        "remind_days": resume.REMIND_BEFORE.days,
        "back_url": resume.place(draft),
    }
    return render(request, "intake/resume_later.html", context)


def _known_address(request: HttpRequest, draft: RequestDraft) -> str:
    """The address to suggest: the one that had the link already, the one typed, or the person's own."""
    typed = "".join(draft.data.get("municipality", {}).get("email", [])[:1]).strip()
    own = request.user.email if isinstance(request.user, User) else ""
    for address in (draft.email, typed, own):
        try:
            validate_email(address)
        except ValidationError:
            continue
        return address
    return ""


@public
def take_up(request: HttpRequest, token: str) -> HttpResponse:
    """Say which draft a link leads to; a button goes on with it. Opening the link changes nothing."""
    target = resume.target(token)
    if target.draft is None:
        return _show_gone(request, target)
    if request.method == "POST":
        return _go_on(request, target.draft)
    here = drafts.find(request.session)
    context = {
        "draft": target.draft,
        "until": drafts.last_day(target.draft),
        "municipality": _municipality(target.draft),
        "other": here if here and here.key != target.draft.key and drafts.holds_something(here) else None,
    }
    return render(request, "intake/resume.html", context)


def _go_on(request: HttpRequest, draft: RequestDraft) -> HttpResponse:
    if drafts.take_up(request.session, draft):
        sentence = _(
            "The other request that you have begun in this browser is kept. "
            "You find it under “Request a consultation”."
        )
        messages.info(request, sentence)
    return redirect(resume.place(draft))


def _show_gone(request: HttpRequest, target: resume.Target) -> HttpResponse:
    context = {
        "is_sent": target.state is State.SENT,
        "is_gone": target.state is State.GONE,
        "is_replaced": target.state is State.REPLACED,
        # Only who has written it sees the page with the case number.
        "is_own": target.key is not None and str(target.key) in drafts.keys(request.session),
    }
    return render(request, "intake/resume_gone.html", context, status=_STATUS[target.state])


def _municipality(draft: RequestDraft) -> str:
    """The name of the municipality that was chosen; nothing that a person has typed."""
    keys = draft.data.get("municipality", {}).get("municipality", [])
    return Choices.load().municipalities.get(keys[0], "") if keys else ""
