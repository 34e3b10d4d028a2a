"""The pages of the request form. Public: nobody needs an account to ask."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from miglobe.accounts.models import User
from miglobe.accounts.sign_in import sign_in_contact
from miglobe.site.models import PortalSettings
from requests_app import workflow
from requests_app.intake import direction, drafts, limits, not_listed, resume, uploads
from requests_app.intake.doors import public, while_open
from requests_app.intake.prefill import case_to_follow, known_answers
from requests_app.models import ContactPerson, RequestDraft
from requests_app.request_form import overview, pages
from requests_app.request_form.choices import Choices
from requests_app.request_form.forms import CodeForm, MunicipalityForm, PageForm, WishesForm
from requests_app.request_form.pages import Page
from requests_app.request_form.partners import ADD_PARTNER
from requests_app.request_form.submission import Incomplete

# A request that goes on from a case that has ended: ?folgt=MG-2026-0042
FOLLOWS = "folgt"

# --- Before ---------------------------------------------------------------------------------------


@public
def start(request: HttpRequest) -> HttpResponse:
    """Say what is needed; a button begins, goes on with the draft or throws it away."""
    follows = case_to_follow(request.GET.get(FOLLOWS, ""), request.user)
    if request.method != "POST" or not PortalSettings.load().is_open:
        return render(request, "intake/start.html", _begun(request) | {"follows": follows})
    if "discard" in request.POST:
        drafts.discard(request.session)
        messages.success(request, _("Your draft has been deleted."))
        return redirect("intake:start")
    if follows:
        return redirect(resume.place(drafts.follow(request.session, follows)))
    if other := next((each for each in drafts.others(request.session) if _is_chosen(request, each)), None):
        drafts.take_up(request.session, other)
    draft = drafts.find(request.session) or drafts.begin(request.session)
    return redirect(resume.place(draft))


def _begun(request: HttpRequest) -> dict[str, Any]:
    """The draft of this browser, and others that were put aside in it."""
    return {"draft": drafts.find(request.session), "others": drafts.others(request.session)}


def _is_chosen(request: HttpRequest, draft: RequestDraft) -> bool:
    return request.POST.get("draft") == str(draft.key)


# --- The pages ------------------------------------------------------------------------------------


@public
def page(request: HttpRequest, key: str) -> HttpResponse:
    """One page of the form: show it, or keep what was typed and go on when it is valid."""
    here = pages.BY_KEY[key]
    if not PortalSettings.load().is_open:
        return _put_by(request, here)
    if request.method == "POST":
        return _save(request, here)
    draft = drafts.current(request.session)
    answers = draft.data.get(key)
    known = known_answers(here, request.user, draft.follows) if answers is None else {}
    if answers is None and _from_check(request):
        answers = known
    choices = Choices.load()
    form = here.form(answers, choices, initial={name: values[0] for name, values in known.items()})
    tell_only = () if not_listed.COMING_BACK in request.GET else None
    return _show(request, here, form, draft, choices, tell_only=tell_only)


def _save(request: HttpRequest, here: Page) -> HttpResponse:
    answers = drafts.typed(here, request.POST)
    stopped_at = resume.stopped_at(here, request.POST)
    try:
        draft = drafts.keep(request.session, here, answers, stopped_at)
    except drafts.Missing:
        draft = drafts.begin(request.session, {here.key: answers}, stopped_at)
        messages.info(
            request,
            _(
                "Your draft had run out. What you have typed on this page is kept; "
                "please fill in the other pages again."
            ),
        )
    refused = uploads.receive(request, draft)
    if uploads.remove(request, draft) and not refused:
        return redirect(request.get_full_path() + uploads.ANCHOR)
    if "undirect" in request.POST and not refused:
        drafts.direct(request.session, None)
        return redirect(request.get_full_path())
    elsewhere = request.POST.get("go", "")
    if elsewhere == pages.url_of(resume.LATER):
        return _stop(request, refused)
    # Saved as it is; what is wrong is told before sending – but a file that is refused is not there then.
    if pages.is_place(elsewhere) and not refused:
        if elsewhere == pages.url_of("start"):
            messages.success(request, _("Your entries are saved."))
        return redirect(elsewhere)
    choices = Choices.load()
    form = here.form(answers, choices)
    if isinstance(form, MunicipalityForm) and ADD_PARTNER in request.POST:
        form.fields["partners"].widget.has_focus = "partners" not in form.errors
        return _show(request, here, form, draft, choices, tell_only=("partners",))
    if not form.is_valid() or refused:
        return _show(request, here, form, draft, choices, refused)
    return redirect("intake:check" if _from_check(request) else pages.after(here))


def _put_by(request: HttpRequest, here: Page) -> HttpResponse:
    """The portal has closed meanwhile: keep what was typed for when it opens again."""
    answers = drafts.typed(here, request.POST)
    if not answers or not drafts.find(request.session):
        return redirect("intake:start")
    draft = drafts.keep(request.session, here, answers, here.key)
    messages.info(request, _("No requests at the moment"))
    return _stop(request, uploads.receive(request, draft))


def _stop(request: HttpRequest, refused: Sequence[str] = ()) -> HttpResponse:
    """To the page that mails the link. A file that is refused is told there: it will not come back."""
    for sentence in refused:
        messages.warning(request, sentence)
    return redirect("intake:later")


def _from_check(request: HttpRequest) -> bool:
    return f"?{request.GET.urlencode()}" == overview.BACK_TO_CHECK


def _show(
    request: HttpRequest,
    here: Page,
    form: PageForm,
    draft: RequestDraft,
    choices: Choices,
    refused: Sequence[str] = (),
    tell_only: Sequence[str] | None = None,
) -> HttpResponse:
    """The page. ``tell_only``: the fields whose errors are shown, when the page was not sent off."""
    kept = list(draft.documents.all()) if isinstance(form, WishesForm) else []
    if isinstance(form, WishesForm):
        form.show_documents(kept, refused)
    if draft.directed_to:
        direction.leave_out_wish(form)
    answers = draft.data
    forms = pages.answered_forms(answers, choices) | {here: form}
    context = {
        "page": here,
        "form": form,
        "number": pages.PAGES.index(here) + 1,
        "total": pages.TOTAL,
        "steps": pages.steps(answers, forms, here.key),
        "back_to_check": _from_check(request),
        "back_url": _back_url(request, here, form, answers, choices),
        "directed_to": draft.directed_to,
        # Nothing was typed and nobody is known: the fields look the same for everybody …
        "untouched": not (form.is_bound or form.initial or draft.directed_to_id or kept),
        # … as long as the same advisors may be named.
        "offered": choices.advisors if isinstance(form, WishesForm) else "",
    }
    if isinstance(form, MunicipalityForm):
        form.point_elsewhere(pages.url_of("not_listed"))
    if tell_only is not None:
        form.tell_only(*tell_only)
    if request.method != "POST" and draft.last_page == here.key and not _from_check(request):
        form.hide_what_is_missing()
    return render(request, "intake/page.html", context)


def _back_url(
    request: HttpRequest, here: Page, form: PageForm, answers: dict[str, pages.Typed], choices: Choices
) -> str:
    """Back to the check for who came from there – unless it would only lead here again."""
    if _from_check(request):
        forms = pages.bound_forms(answers, choices) | {here: form}
        if pages.first_incomplete(forms) is None:
            return pages.url_of(pages.CHECK)
    return pages.before(here)


# --- Check and send -------------------------------------------------------------------------------


@public
@while_open
def check(request: HttpRequest) -> HttpResponse:
    """All answers to read once more, and the button that sends them."""
    draft = drafts.current(request.session)
    shown = request.POST.get("draft", str(draft.key))
    if shown != str(draft.key):  # from a page that was left open: its draft is sent or thrown away
        messages.info(request, _("You have begun another request since. Please check it before you send it."))
        return redirect("intake:check")
    if request.POST.get("go") == pages.url_of(resume.LATER):
        resume.stop_at_check(request.session)
        return _stop(request)
    forms = pages.bound_forms(draft.data, Choices.load())
    if incomplete := pages.first_incomplete(forms):
        return _back_to(request, incomplete)
    goes_to = direction.of(draft)
    if request.method == "POST" and request.POST.get("direction", "") != direction.key(goes_to):
        messages.warning(
            request, _("Your request now goes to somebody else. Please read it before you send it.")
        )
        return redirect("intake:check")
    if request.method == "POST":
        return _send(request, draft, forms[pages.PAGES[0]].cleaned_data["email"])
    if goes_to:
        direction.leave_out_wish(forms[pages.BY_KEY["wishes"]])
    context = {
        "draft": draft,
        "direction": goes_to,
        "moment": limits.moment(draft),
        "sections": overview.sections(forms, draft.documents.all()),
        "number": pages.TOTAL,
        "total": pages.TOTAL,
        "steps": pages.steps(draft.data, forms, pages.CHECK),
        "back_url": pages.PAGES[-1].url,
    }
    return render(request, "intake/check.html", context)


def _back_to(request: HttpRequest, incomplete: Page) -> HttpResponse:
    messages.warning(request, _("Please complete this page first. Then you can send the request."))
    return redirect(incomplete.url + overview.BACK_TO_CHECK)


def _send(request: HttpRequest, draft: RequestDraft, email: str) -> HttpResponse:
    try:
        if reason := limits.judge(request, draft, email):
            drafts.hold(request.session, reason)
        else:
            drafts.send(request.session, request.user if isinstance(request.user, User) else None)
    except limits.TooMany as too_many:
        messages.error(request, str(too_many.message))
        return redirect("intake:check")
    except Incomplete as incomplete:  # what the form offers has changed at this very moment
        return _back_to(request, incomplete.page)
    return redirect("intake:sent")


# --- After ----------------------------------------------------------------------------------------


@public
def sent(request: HttpRequest) -> HttpResponse:
    """The case number, what happens next, and the field for the code – or that it is looked at first."""
    try:
        contact = _contact(request)
    except drafts.Missing:
        if drafts.is_held(request.session):
            return render(request, "intake/held.html")
        raise
    return _show_sent(request, contact, CodeForm())


@public
def confirm(request: HttpRequest) -> HttpResponse:
    """Confirm the address with the code; whoever needs no second factor is signed in by it."""
    contact = _contact(request)
    if request.method != "POST" or contact.confirmed_at:
        return redirect("intake:sent")
    form = CodeForm(request.POST)
    if form.is_valid():
        result = workflow.confirm_address(contact, form.cleaned_data["code"])
        if result is workflow.CodeResult.CONFIRMED:
            return _welcome(request, contact)
        contact.refresh_from_db()  # the button may have been pressed twice
        if contact.confirmed_at:
            return redirect("intake:sent")
        form.add_error("code", code_error(result))
    return _show_sent(request, contact, form)


def code_error(result: workflow.CodeResult) -> str:
    if result is workflow.CodeResult.WRONG:
        return _("This code is not right. Compare it with the latest e-mail and enter it again.")
    return _("This code is no longer valid. Ask for a new one.")


def _welcome(request: HttpRequest, contact: ContactPerson) -> HttpResponse:
    if not sign_in_contact(request, contact.user):
        return redirect("intake:sent")
    messages.success(request, _("Your address is confirmed, and you are signed in."))
    return redirect("casepage:case", contact.case.reference)


@public
def new_code(request: HttpRequest) -> HttpResponse:
    """Mail another code; the former one stops working."""
    contact = _contact(request)
    if request.method == "POST":
        try:
            workflow.send_code(contact)
        except workflow.InvalidTransition as error:
            messages.error(request, str(error.message))
        else:
            messages.success(request, _("We have sent a new code to %(email)s.") % {"email": contact.email})
    return redirect("intake:sent")


def _contact(request: HttpRequest) -> ContactPerson:
    """The contact person of the request that this session has sent."""
    contact = (
        ContactPerson.objects.filter(case__submission_key__in=drafts.keys(request.session), invited_by=None)
        .select_related("case", "user")
        .order_by("-case_id", "pk")
        .first()
    )
    if contact is None:
        raise drafts.Missing(
            _("We cannot show this page any more. The e-mail to you tells how you come to your case.")
        )
    return contact


def _show_sent(request: HttpRequest, contact: ContactPerson, form: CodeForm) -> HttpResponse:
    context = {
        "case": contact.case,
        "contact": contact,
        "form": form,
        "is_own": request.user == contact.user,
        "case_url": reverse("casepage:case", args=[contact.case.reference]),
    }
    return render(request, "intake/sent.html", context)
