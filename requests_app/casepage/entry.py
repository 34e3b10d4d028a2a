"""What somebody entered for the municipality: its contact person, signed in, corrects and confirms it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from miglobe.accounts.sign_in import signed_in_user
from miglobe.site.methods import acts
from requests_app import access, workflow
from requests_app.casepage.page import case_of
from requests_app.casepage.views import to_case
from requests_app.models import Case, Channel, ContactPerson
from requests_app.request_form.entry import Entry, contact_entry, entry_after_change


@acts
def confirm(request: HttpRequest, reference: str) -> HttpResponse:
    """The entries as a form, and the button that confirms them. Signing in has proven the address."""
    user, case = signed_in_user(request), case_of(signed_in_user(request), reference)
    contact = access.contact_of(user, case)
    if contact is None or not workflow.is_available("confirm_entry", case, user):
        messages.info(request, _("There is nothing left to confirm here."))
        return to_case(reference)
    contact.case = case
    if request.method != "POST":
        return _show(request, case, contact_entry(contact, with_code=False))
    form = contact_entry(contact, request.POST, with_code=False)
    if form.asks_for_a_row() or not form.is_valid():
        return _show(request, case, form)
    workflow.accept_invitation(case, user)  # whoever was signed in before the mail came has proven it, too
    try:
        workflow.confirm_entry(
            contact, form.request(Channel(case.channel)), seen=form.about.cleaned_data["seen"]
        )
    except workflow.InvalidTransition:
        return _changed_meanwhile(request, contact)
    messages.success(request, _("Thank you. Your entries are confirmed."))
    return to_case(reference)


def _changed_meanwhile(request: HttpRequest, contact: ContactPerson) -> HttpResponse:
    """Somebody corrected the request, or the button was pressed twice. What was typed stays."""
    user, case = signed_in_user(request), case_of(signed_in_user(request), contact.case.reference)
    if not workflow.is_available("confirm_entry", case, user):
        return to_case(case.reference)
    contact.case = case
    return _show(request, case, entry_after_change(contact, request.POST, with_code=False))


def _show(request: HttpRequest, case: Case, form: Entry) -> HttpResponse:
    context = {"case": case, "form": form, "by_advisor": case.channel == Channel.ADVISOR}
    return render(request, "casepage/entry.html", context)
