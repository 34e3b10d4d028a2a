"""The mails on the sheet of a case: what became of each; send again, correct the address, settle.

Mails that did not arrive stand on top with what can be done about them; all others are folded away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from miglobe.accounts.models import User
from miglobe.accounts.roles import SECOND_FACTOR_ROLES
from miglobe.accounts.sign_in import signed_in_user
from miglobe.mail import kinds
from miglobe.mail.models import OutboxMessage, State
from miglobe.site.forms import KernForm
from miglobe.site.methods import acts
from requests_app import mail_trouble, workflow
from requests_app.models import Case, ContactPerson
from requests_app.request_form.fields import Email
from requests_app.triage.opening import note_read, open_case
from requests_app.triage.words import Badge
from requests_app.workflow import InvalidTransition

SHOWN = 10
_KINDS = {State.DELIVERED: "success", State.BOUNCED: "danger", State.FAILED: "danger"}


@dataclass(frozen=True)
class CaseMail:
    """One mail of a case as the sheet shows it. ``contact``: whom it went to, if a contact of the case."""

    mail: OutboxMessage
    to: str
    state: Badge
    contact: ContactPerson | None
    is_staff: bool  # an advisor's account, or one of the coordination
    can_be_sent_again: bool

    @property
    def kind(self) -> str:
        """What the mail was about, in words."""
        known = kinds.find(self.mail.kind)
        return str(known.title) if known else self.mail.subject

    @property
    def when(self) -> datetime:
        """When what the state says came about, as far as it is known."""
        mail = self.mail
        if mail.state == State.BOUNCED and mail.bounced_at:
            return mail.bounced_at
        return mail.delivered_at or mail.sent_at or mail.created_at

    @property
    def needs_new_code(self) -> bool:
        """Whether it held a code that somebody still needs: it is not sent again but made anew."""
        return self.mail.is_secret and self.contact is not None and self.contact.confirmed_at is None


def mails_on_sheet(case: Case, taken_in: Iterable[Case]) -> dict[str, Any]:
    """The case's mails as on the sheet: what did not arrive, the newest others, whether more is left.

    ``taken_in``: the cases that were merged into this one.
    """
    found = list(mail_trouble.mails_of(case, taken_in).defer(*_NOT_SHOWN)[: READ + 1])
    trouble = [mail for mail in found if mail.is_in_trouble]
    others = [mail for mail in found if not mail.is_in_trouble]
    people = _People(case, {mail.recipient for mail in [*trouble, *others[:SHOWN]]})
    return {
        "trouble": [people.row(mail) for mail in trouble],
        "others": [people.row(mail) for mail in others[:SHOWN]],
        "has_more": len(others) > SHOWN,
    }


# How many mails are looked through for those that did not arrive.
READ = 100
_NOT_SHOWN = ("body", "alternatives", "headers", "history", "to", "cc", "bcc", "reply_to", "from_email")


class _People:
    """Who stands behind the addresses of a case's mails."""

    def __init__(self, case: Case, addresses: set[str]) -> None:
        works_here = Group.objects.filter(user=OuterRef("pk"), name__in=[str(r) for r in SECOND_FACTOR_ROLES])
        self.contacts = {contact.user.email: contact for contact in case.contacts.all()}
        others = addresses - set(self.contacts)
        users = User.objects.filter(email__in=others).values_list("email", "name", Exists(works_here))
        self.accounts = {email: (name, is_staff) for email, name, is_staff in users}

    def row(self, mail: OutboxMessage) -> CaseMail:
        contact = self.contacts.get(mail.recipient)
        name, is_staff = self.accounts.get(mail.recipient, ("", False))
        return CaseMail(
            mail=mail,
            to=contact.name if contact else name,
            state=_state(mail),
            contact=contact,
            is_staff=is_staff,
            # Not to somebody who is not in the case any more.
            can_be_sent_again=mail.can_be_sent_again and (contact is not None or is_staff),
        )


def _state(mail: OutboxMessage) -> Badge:
    """The state in words; one that was dealt with is calm."""
    if mail.is_held:
        return Badge(_("waits for further mails"))
    if mail.state == State.WAITING and mail.attempts:
        return Badge(_("delayed"), "warning")
    kind = "" if mail.settled_at else _KINDS.get(State(mail.state), "")
    return Badge(str(mail.get_state_display()), kind)


# --- Pages ------------------------------------------------------------------------------------------


def urls(view: Callable[..., Any]) -> list[URLPattern]:
    """The paths of this module; ``view`` is the admin's guard."""
    mail = "<int:pk>/mails/<int:mail_pk>/"
    return [
        path(f"{mail}erneut/", view(send_again), name="requests_app_case_mail_again"),
        path(f"{mail}erledigt/", view(settle), name="requests_app_case_mail_settle"),
        path(f"{mail}neuer-code/", view(new_code), name="requests_app_case_mail_code"),
        path(f"{mail}adresse/", view(correct_address), name="requests_app_case_mail_address"),
    ]


def _open(request: HttpRequest, pk: int, mail_pk: int) -> tuple[Case, OutboxMessage]:
    """The case and one of its mails. Raises ``PermissionDenied`` or ``Http404``."""
    case = open_case(request, pk)
    mail: OutboxMessage = get_object_or_404(mail_trouble.mails_of(case), pk=mail_pk)
    return case, mail


def _to_sheet(case: Case) -> HttpResponse:
    return redirect(f"{reverse('admin:requests_app_case_change', args=[case.pk])}#mails-title")


def _contact_of(case: Case, mail: OutboxMessage) -> ContactPerson:
    """The contact person the mail went to. Raises ``Http404`` when it is none (any more)."""
    contact: ContactPerson = get_object_or_404(case.contacts, user__email=mail.recipient)
    return contact


@require_POST
def send_again(request: HttpRequest, pk: int, mail_pk: int) -> HttpResponse:
    """Send the mail once more to whom it went."""
    case, mail = _open(request, pk, mail_pk)
    try:
        workflow.send_mail_again(case, signed_in_user(request), mail)
    except InvalidTransition as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("The mail is on its way again."))
    return _to_sheet(case)


@require_POST
def settle(request: HttpRequest, pk: int, mail_pk: int) -> HttpResponse:
    """Somebody has called, or it does not matter any more."""
    case, mail = _open(request, pk, mail_pk)
    try:
        workflow.settle_mail(case, signed_in_user(request), mail)
    except InvalidTransition as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("The mail is dealt with."))
    return _to_sheet(case)


@require_POST
def new_code(request: HttpRequest, pk: int, mail_pk: int) -> HttpResponse:
    """A confidential mail is not kept, so it is made anew, with another code."""
    case, mail = _open(request, pk, mail_pk)
    try:
        workflow.send_code_for(_contact_of(case, mail), signed_in_user(request))
    except InvalidTransition as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("A new code is on its way."))
    return _to_sheet(case)


class AddressForm(KernForm):
    """The right address of a contact person."""

    email = Email(
        label=gettext_lazy("Work e-mail address"),
        error_messages={
            "required": gettext_lazy("Enter the work e-mail address."),
            "invalid": gettext_lazy("Enter an e-mail address, for example name@stadt.de."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].widget.attrs["autocomplete"] = "off"  # it is somebody else's


@acts
def correct_address(request: HttpRequest, pk: int, mail_pk: int) -> HttpResponse:
    """Correct the address that a mail went to, and send it there; a confirmed person is invited anew."""
    case, mail = _open(request, pk, mail_pk)
    contact = _contact_of(case, mail)
    given = request.POST if request.method == "POST" else None
    form = AddressForm(given, initial={"email": contact.user.email})
    if request.method == "POST" and form.is_valid():
        act = workflow.invite_at_new_address if contact.confirmed_at else workflow.correct_address
        try:
            act(contact, signed_in_user(request), form.cleaned_data["email"])
        except InvalidTransition as error:
            form.add_error(None, str(error.message))
        else:
            messages.success(request, _done(contact))
            return _to_sheet(case)
    note_read(request, case)
    context = {
        **admin.site.each_context(request),
        "title": _("Correct the address"),
        "subtitle": case.reference,
        "opts": Case._meta,
        "case": case,
        "form": form,
        "contact": contact,
        "mail": mail,
        "sheet_url": reverse("admin:requests_app_case_change", args=[case.pk]),
    }
    return render(request, "admin/requests_app/case/mail_address.html", context)


def _done(contact: ContactPerson) -> str:
    if contact.confirmed_at:
        return _("The invitation to %(name)s is on its way.") % {"name": contact.name}
    return _("The address is corrected, and the mail is on its way.")
