"""The municipality's contact persons: invite a colleague, hand over, leave, correct one's own data."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from miglobe.accounts.models import User, normal_email
from miglobe.accounts.sign_in import signed_in_user
from miglobe.site.forms import KernForm
from miglobe.site.methods import acts
from requests_app import access, workflow
from requests_app.casepage.page import case_of
from requests_app.casepage.views import say_merged, to_case
from requests_app.models import Case, ContactPerson
from requests_app.request_form.contacts import ContactDataForm, ContactForm, HandOverForm
from requests_app.workflow import InvalidTransition

ANCHOR = "#contacts"


def _opened(request: HttpRequest, reference: str) -> tuple[User, Case, ContactPerson]:
    """Who asks, the case, and the contact person that she or he is in it."""
    user = signed_in_user(request)
    case = case_of(user, reference)
    own = access.contact_of(user, case)
    assert own is not None  # else the case is not visible
    return user, case, own


def _form_page(request: HttpRequest, case: Case, form: KernForm, **texts: str | Promise) -> HttpResponse:
    return render(request, "casepage/contact_form.html", {"case": case, "form": form, **texts})


def _confirm_page(request: HttpRequest, case: Case, **texts: str | Promise) -> HttpResponse:
    return render(request, "casepage/contact_confirm.html", {"case": case, **texts})


def _refused(request: HttpRequest, case: Case, error: InvalidTransition) -> HttpResponse:
    messages.error(request, str(error.message))
    return to_case(case.reference, ANCHOR)


# --- Invite ---------------------------------------------------------------------------------------


@acts
def invite(request: HttpRequest, reference: str) -> HttpResponse:
    """Invite a colleague. The answer does not tell whether the address has an account."""
    user, case, _own = _opened(request, reference)
    form = ContactForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        new = form.new_contact()
        try:
            workflow.invite_contact(case, user, new)
        except InvalidTransition as error:
            if _is_sent_twice(case, user, new.email):
                return to_case(reference, ANCHOR)
            form.add_error(None, str(error.message))
        else:
            messages.success(request, _say_invited(new.name))
            return to_case(reference, ANCHOR)
    return _form_page(
        request,
        case,
        form,
        title=_("Invite a colleague"),
        lead=_(
            "The person gets a mail with a link and signs in with a code; nobody needs an account. "
            "She or he then sees the same case as you do and gets the same mails."
        ),
        button=_("Send the invitation"),
    )


def _is_sent_twice(case: Case, user: User, email: str) -> bool:
    """Whether this very invitation waits for its answer: the button was pressed twice."""
    return case.contacts.filter(user__email=normal_email(email), invited_by=user, confirmed_at=None).exists()


def _say_invited(name: str) -> str:
    return _("The invitation to %(name)s is on its way.") % {"name": name}


@acts
def resend(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Mail an invitation once more."""
    user, case, _own = _opened(request, reference)
    contact = get_object_or_404(case.contacts, pk=pk)
    if request.method == "POST":
        try:
            workflow.resend_invitation(contact, user)
        except InvalidTransition as error:
            return _refused(request, case, error)
        messages.success(request, _say_invited(contact.name))
    return to_case(reference, ANCHOR)


@acts
def accept(request: HttpRequest, reference: str) -> HttpResponse:
    """Accept one's own invitation, being signed in already."""
    user, case, _own = _opened(request, reference)
    if request.method == "POST" and workflow.accept_invitation(case, user):
        messages.success(request, _("You are a contact person of this case now."))
    return to_case(reference)


# --- Own data -------------------------------------------------------------------------------------


@acts
def own_data(request: HttpRequest, reference: str) -> HttpResponse:
    """Correct one's own name, function and telephone."""
    user, case, own = _opened(request, reference)
    names = ("name", "is_shared_mailbox", "function", "phone")
    form = ContactDataForm(
        request.POST if request.method == "POST" else None,
        initial={name: getattr(own, name) for name in names},
    )
    if request.method == "POST" and form.is_valid():
        try:
            workflow.correct_contact(own, user, fields=form.cleaned_data)
        except InvalidTransition as error:
            return _refused(request, case, error)
        messages.success(request, _("Your data have been changed."))
        return to_case(reference, ANCHOR)
    return _form_page(
        request,
        case,
        form,
        title=_("Change my data"),
        lead=_(
            "Your address %(email)s stays: you sign in with it. If you have a new one, invite it and "
            "hand over."
        )
        % {"email": user.email},
        button=_("Save"),
    )


# --- Hand over ------------------------------------------------------------------------------------


@acts
def hand_over(request: HttpRequest, reference: str) -> HttpResponse:
    """Hand the case over to a colleague and leave it."""
    user, case, own = _opened(request, reference)
    if case.reference != reference:
        return say_merged(request, case, reference)
    form = HandOverForm(request.POST if request.method == "POST" else None, case=case, own=own)
    if request.method == "POST" and form.is_valid():
        try:
            successor = workflow.hand_over(case, user, form.successor())
        except InvalidTransition as error:
            form.add_error(None, str(error.message))
        else:
            return _say_handed_over(request, case, successor)
    return _form_page(
        request,
        case,
        form,
        title=_("Hand over to a colleague"),
        lead=_(
            "To a confirmed contact person the case is handed over at once. Everybody else gets an "
            "invitation: until it is accepted, everything stays as it is. After that you no longer see "
            "the case."
        ),
        button=_("Hand over"),
    )


def _say_handed_over(request: HttpRequest, case: Case, successor: ContactPerson) -> HttpResponse:
    if successor.confirmed_at:
        text = _("The case %(reference)s is handed over to %(name)s. Thank you for your work.")
        messages.success(request, text % {"reference": case.reference, "name": successor.name})
        return redirect("casepage:list")
    text = _("%(name)s has an invitation. As soon as it is accepted, the case is handed over.")
    messages.success(request, text % {"name": successor.name})
    return to_case(case.reference, ANCHOR)


@acts
def cancel_hand_over(request: HttpRequest, reference: str) -> HttpResponse:
    """Stay after all."""
    user, case, _own = _opened(request, reference)
    if request.method == "POST":
        try:
            workflow.cancel_hand_over(case, user)
        except InvalidTransition as error:
            return _refused(request, case, error)
        messages.success(request, _("You stay a contact person. The invitation still counts."))
    return to_case(reference, ANCHOR)


# --- Leave and remove -----------------------------------------------------------------------------


@acts
def leave(request: HttpRequest, reference: str) -> HttpResponse:
    """Leave the case oneself, or decline an invitation: a page that asks once more, then the step."""
    user, case, own = _opened(request, reference)
    if case.reference != reference:
        return say_merged(request, case, reference)
    if request.method == "POST":
        try:
            workflow.leave_case(case, user)
        except InvalidTransition as error:
            return _refused(request, case, error)
        text = _("You are no longer a contact person of %(reference)s.")
        messages.success(request, text % {"reference": reference})
        return redirect("casepage:list")
    declines = own.confirmed_at is None
    return _confirm_page(
        request,
        case,
        title=_("Decline the invitation") if declines else _("Leave the case"),
        text=_(
            "You then no longer see the case “%(title)s” and get no more mails about it. "
            "The other contact persons are told."
        )
        % {"title": case.headline},
        button=_("Decline the invitation") if declines else _("Leave the case"),
    )


@acts
def remove(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Remove another contact person, or withdraw an invitation: a page that asks, then the step."""
    user, case, _own = _opened(request, reference)
    contact = get_object_or_404(case.contacts, pk=pk)
    if request.method == "POST":
        try:
            contact = workflow.remove_contact(contact, user)
        except InvalidTransition as error:
            return _refused(request, case, error)
        messages.success(request, _say_removed(contact))
        return to_case(reference, ANCHOR)
    return _confirm_page(request, case, **_removing(contact))


def _say_removed(contact: ContactPerson) -> str:
    if contact.confirmed_at:
        return _("%(name)s is no longer a contact person.") % {"name": contact.name}
    return _("The invitation to %(name)s is withdrawn.") % {"name": contact.name}


def _removing(contact: ContactPerson) -> dict[str, Any]:
    names = {"name": contact.name}
    if contact.confirmed_at:
        return {
            "title": _("Remove %(name)s") % names,
            "text": _(
                "%(name)s then no longer sees the case and gets no more mails about it. "
                "Everybody is told, %(name)s, too."
            )
            % names,
            "button": _("Remove the contact person"),
        }
    return {
        "title": _("Withdraw the invitation to %(name)s") % names,
        "text": _("The link of the invitation then no longer leads to the case.") % names,
        "button": _("Withdraw the invitation"),
    }
