"""The page behind the link of a mail: what somebody entered for the municipality, to correct and confirm.

The link alone shows what was written; the code of the mail proves the address. Opening the link changes
nothing: programs that look at mails open it as well.
"""

from __future__ import annotations

from contextlib import suppress

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from miglobe.accounts.sign_in import sign_in_contact
from requests_app import entry_links, workflow
from requests_app.intake.doors import public
from requests_app.intake.views import code_error
from requests_app.models import Case, Channel, ContactPerson
from requests_app.request_form.entry import Entry, contact_entry, entry_after_change


@public
def entry(request: HttpRequest, token: str) -> HttpResponse:
    """Show what was entered; one button confirms it, others mail a new code or say "not mine"."""
    contact = entry_links.contact_of(token)
    if contact is None:
        return _gone(request, token)
    if contact.confirmed_at or not _awaits_answer(contact.case):
        return render(request, "intake/entry_done.html", {"case": contact.case, "contact": contact})
    if request.method != "POST":
        return _show(request, contact, contact_entry(contact, with_code=True))
    if "disown" in request.POST:
        return _disown(request, contact, token)
    if "send_code" in request.POST:
        return _send_code(request, contact)
    return _confirm(request, contact, token)


def _awaits_answer(case: Case) -> bool:
    """Not once it has ended, nor when another contact person has confirmed the entries."""
    return case.awaits_confirmation and workflow.ACTIONS["confirm_entry"].allows(case.status)


def _gone(request: HttpRequest, token: str) -> HttpResponse:
    """The link is too old or wrong. A new one goes to the address that the old one went to, if to any.

    The answer is the same whatever the link: nobody learns from it whether an address is known.
    """
    if request.method == "POST":
        contact = entry_links.contact_of(token, however_old=True)
        if contact:
            with suppress(workflow.InvalidTransition):  # confirmed meanwhile, ended, or five times today
                workflow.send_code(contact)
        messages.info(
            request,
            _("If a request still waits for your answer, a new link is on its way to you by e-mail."),
        )
        return redirect("intake:entry", token)
    return render(request, "intake/entry_gone.html", status=410)


def _show(request: HttpRequest, contact: ContactPerson, form: Entry) -> HttpResponse:
    case = contact.case
    context = {
        "case": case,
        "contact": contact,
        "form": form,
        "by_advisor": case.channel == Channel.ADVISOR,
    }
    return render(request, "intake/entry.html", context)


def _confirm(request: HttpRequest, contact: ContactPerson, token: str) -> HttpResponse:
    form = contact_entry(contact, request.POST, with_code=True)
    if form.asks_for_a_row() or not form.is_valid():
        return _show(request, contact, form)
    typed = form.about.cleaned_data
    try:
        result = workflow.confirm_entry(
            contact, form.request(Channel(contact.case.channel)), code=typed["code"], seen=typed["seen"]
        )
    except workflow.InvalidTransition:
        return _changed_meanwhile(request, contact, token)
    if result is not workflow.CodeResult.CONFIRMED:
        form.about.add_error("code", code_error(result))
        return _show(request, contact, form)
    if not sign_in_contact(request, contact.user):
        return redirect("intake:entry", token)
    messages.success(request, _("Thank you. Your entries are confirmed, and you are signed in."))
    return redirect("casepage:case", contact.case.reference)


def _changed_meanwhile(request: HttpRequest, contact: ContactPerson, token: str) -> HttpResponse:
    """Somebody corrected the request, or it was confirmed in another window. What was typed stays."""
    contact = ContactPerson.objects.select_related("case__municipality", "user").get(pk=contact.pk)
    if contact.confirmed_at or not _awaits_answer(contact.case):
        return redirect("intake:entry", token)
    return _show(request, contact, entry_after_change(contact, request.POST, with_code=True))


def _send_code(request: HttpRequest, contact: ContactPerson) -> HttpResponse:
    """Mail a new code. What was typed stays, and nothing of it is judged yet."""
    try:
        workflow.send_code(contact)
    except workflow.InvalidTransition as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("We have sent a new code to %(email)s.") % {"email": contact.email})
    form = contact_entry(contact, request.POST, with_code=True)
    form.keep_quiet()
    return _show(request, contact, form)


def _disown(request: HttpRequest, contact: ContactPerson, token: str) -> HttpResponse:
    try:
        case = workflow.disown_entry(contact)
    except workflow.InvalidTransition:  # pressed twice, or confirmed meanwhile
        return redirect("intake:entry", token)
    return render(request, "intake/entry_disowned.html", {"case": case})
