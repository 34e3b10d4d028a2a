"""Contact persons of a case as the coordination keeps them: add one, correct, invite again, remove.

For the day when somebody calls, or a mailbox does not exist any more.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from miglobe.accounts.sign_in import signed_in_user
from miglobe.site.forms import KernForm
from miglobe.site.methods import acts
from requests_app import workflow
from requests_app.models import Case, ContactPerson
from requests_app.request_form.contacts import ContactDataForm, ContactForm
from requests_app.triage.opening import note_read, open_case
from requests_app.workflow import InvalidTransition


def urls(view: Callable[..., Any]) -> list[URLPattern]:
    """The paths of this module; ``view`` is the admin's guard."""
    people = "<int:pk>/ansprechpersonen/"
    return [
        path(f"{people}neu/", view(add), name="requests_app_case_contact_add"),
        path(f"{people}<int:contact_pk>/", view(correct), name="requests_app_case_contact"),
        path(f"{people}<int:contact_pk>/erneut/", view(resend), name="requests_app_case_contact_resend"),
        path(f"{people}<int:contact_pk>/entfernen/", view(remove), name="requests_app_case_contact_remove"),
    ]


def _sheet_url(case: Case) -> str:
    return reverse("admin:requests_app_case_change", args=[case.pk])


def _to_sheet(case: Case) -> HttpResponse:
    return redirect(f"{_sheet_url(case)}#people-title")


def _page(request: HttpRequest, case: Case, form: KernForm | None, **texts: Any) -> HttpResponse:
    """A page with a form, or with a question alone."""
    note_read(request, case)
    context = {
        **admin.site.each_context(request),
        "subtitle": case.reference,
        "opts": Case._meta,
        "case": case,
        "form": form,
        "sheet_url": _sheet_url(case),
        **texts,
    }
    return render(request, "admin/requests_app/case/contact.html", context)


@acts
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a contact person: she or he gets an invitation."""
    case = open_case(request, pk)
    form = ContactForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        new = form.new_contact()
        try:
            workflow.invite_contact(case, signed_in_user(request), new)
        except InvalidTransition as error:
            form.add_error(None, str(error.message))
        else:
            messages.success(request, _("The invitation to %(name)s is on its way.") % {"name": new.name})
            return _to_sheet(case)
    return _page(
        request,
        case,
        form,
        title=_("Add a contact person"),
        lead=_(
            "The person gets a mail with an invitation and signs in with a code. The other contact persons "
            "are told."
        ),
        button=_("Send the invitation"),
    )


@acts
def correct(request: HttpRequest, pk: int, contact_pk: int) -> HttpResponse:
    """Correct what is known about a contact person."""
    case = open_case(request, pk)
    contact = get_object_or_404(case.contacts, pk=contact_pk)
    names = ("name", "is_shared_mailbox", "function", "phone")
    form = ContactDataForm(
        request.POST if request.method == "POST" else None,
        initial={name: getattr(contact, name) for name in names},
    )
    if request.method == "POST" and form.is_valid():
        try:
            workflow.correct_contact(contact, signed_in_user(request), fields=form.cleaned_data)
        except InvalidTransition as error:
            form.add_error(None, str(error.message))
        else:
            messages.success(request, _("The contact data are corrected."))
            return _to_sheet(case)
    return _page(
        request,
        case,
        form,
        title=_("Correct the contact data"),
        lead=_(
            "The address %(email)s stays: the person signs in with it. Is it wrong? Then add the contact "
            "person with the right one and remove this one."
        )
        % {"email": contact.user.email},
        button=_("Save"),
    )


@require_POST
def resend(request: HttpRequest, pk: int, contact_pk: int) -> HttpResponse:
    """Mail an invitation once more."""
    case = open_case(request, pk)
    contact = get_object_or_404(case.contacts, pk=contact_pk)
    try:
        workflow.resend_invitation(contact, signed_in_user(request))
    except InvalidTransition as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("The invitation to %(name)s is on its way.") % {"name": contact.name})
    return _to_sheet(case)


@acts
def remove(request: HttpRequest, pk: int, contact_pk: int) -> HttpResponse:
    """Remove a contact person, or withdraw an invitation: a page that asks, then the step."""
    case = open_case(request, pk)
    contact: ContactPerson = get_object_or_404(case.contacts, pk=contact_pk)
    if request.method == "POST":
        try:
            workflow.remove_contact(contact, signed_in_user(request))
        except InvalidTransition as error:
            messages.error(request, str(error.message))
        else:
            text = _("%(name)s is no longer a contact person.")
            messages.success(request, text % {"name": contact.name})
        return _to_sheet(case)
    if contact.confirmed_at:
        lead = _(
            "%(name)s then no longer sees the case and gets no more mails about it. "
            "Everybody is told, %(name)s, too."
        )
    else:
        lead = _("The link of the invitation then no longer leads to the case.")
    return _page(
        request,
        case,
        None,
        title=_("Remove %(name)s") % {"name": contact.name},
        lead=lead % {"name": contact.name},
        button=_("Remove the contact person"),
        danger=True,
    )
