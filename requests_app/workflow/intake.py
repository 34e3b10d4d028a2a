"""How a case begins: a request arrives, its address is confirmed."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet, prefetch_related_objects
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from miglobe.accounts.models import User
from requests_app import deadlines, notifications
from requests_app.models import (
    AddressCode,
    Case,
    CaseStatus,
    Channel,
    ContactPerson,
    Document,
    Event,
    EventKind,
    ReferenceCounter,
)
from requests_app.workflow.engine import InvalidTransition, step
from requests_app.workflow.joining import confirm
from requests_app.workflow.table import ACTIONS

# A shared mailbox is not read every hour; five guesses at a six-digit code are no danger.
CODE_LIFETIME = timedelta(days=7)
CODE_ATTEMPTS = 5
CODES_PER_DAY = 5
# Whoever files many requests with somebody's address must not get many guesses by it.
CODES_PER_ADDRESS_AND_DAY = 15


@dataclass(frozen=True)
class NewRequest:
    """What a municipality sends: fields of the case, its topics and partners, its contact person."""

    case: dict[str, Any]
    contact: dict[str, Any]
    topics: tuple[Any, ...] = ()
    partners: tuple[Any, ...] = ()  # further municipalities that ask together with the first
    channel: Channel = Channel.PORTAL


class CodeResult(Enum):
    CONFIRMED = "confirmed"
    WRONG = "wrong"
    USED_UP = "used_up"  # too many wrong guesses, or too old: a new code is needed


def next_reference(year: int) -> str:
    """The next free case number of ``year``. Its row lock holds until the case is stored."""
    counter, _created = ReferenceCounter.objects.select_for_update().get_or_create(year=year)
    counter.last += 1
    counter.save(update_fields=["last"])
    return f"MG-{year}-{counter.last:04d}"


def store_case(new: NewRequest, at: datetime, **fields: Any) -> Case:
    """Store what a municipality asks as a case that came in now; ``fields`` win over those of ``new``."""
    due_on = deadlines.first_answer_due(timezone.localdate(at))
    case = Case.objects.create(
        **new.case | fields,
        channel=new.channel,
        submitted_at=at,
        status_changed_at=at,
        due_on=due_on,
        **deadlines.escalation(CaseStatus.SUBMITTED, due_on),
    )
    case.topics.add(*new.topics)
    case.partners.add(*new.partners)
    return case


@transaction.atomic
def submit_request(
    submission_key: UUID,
    new: NewRequest,
    actor: User | None = None,
    documents: QuerySet[Document] | None = None,
) -> Case:
    """Make a case of a request, with its contact person, and mail the code that confirms the address.

    The same ``submission_key`` makes one case, however often it is sent. When ``actor`` is signed
    in with the address of the request, there is nothing left to confirm. ``documents`` of its draft become
    the case's; their files stay where they are.
    """
    at = timezone.now()
    reference = next_reference(timezone.localdate(at).year)
    earlier = Case.objects.filter(submission_key=submission_key).first()
    if earlier:
        return earlier
    case = store_case(new, at, reference=reference, submission_key=submission_key)
    if documents is not None:
        documents.update(case=case, draft=None)
    user, _created = User.objects.get_or_create_by_email(
        new.contact["email"], new.contact["name"], case.language
    )
    contact = ContactPerson.objects.create(case=case, user=user, **new.contact)
    known = actor is not None and actor.pk == user.pk
    Event.objects.create(
        case=case,
        kind=EventKind.SUBMITTED,
        actor=actor if known else None,
        at=at,
        to_status=CaseStatus.SUBMITTED,
        data={"channel": new.channel},
    )
    prefetch_related_objects([case], "partners")  # each mail names them
    notifications.request_received(contact, None if known else issue_code(contact))
    notifications.new_request(case)
    if known:
        confirm(contact)
    return case


def issue_code(contact: ContactPerson) -> str:
    """A fresh six-digit code for ``contact``; earlier ones stop working."""
    code = f"{secrets.randbelow(1_000_000):06d}"
    now = timezone.now()
    contact.codes.update(attempts_left=0)
    AddressCode.objects.create(
        contact=contact,
        code_hash=_hash(contact, code),
        created_at=now,
        expires_at=now + CODE_LIFETIME,
        attempts_left=CODE_ATTEMPTS,
    )
    return code


def _hash(contact: ContactPerson, code: str) -> str:
    value = f"{contact.pk}:{code}"
    return salted_hmac(
        "requests_app.AddressCode", value, secret=settings.SECRET_KEY, algorithm="sha256"
    ).hexdigest()


@transaction.atomic
def confirm_address(contact: ContactPerson, code: str) -> CodeResult:
    """Confirm the address of ``contact`` with the code that was mailed to it."""
    # The case first, as everywhere: whoever asks for a new code at this moment locks in the same order.
    Case.objects.select_for_update().get(pk=contact.case_id)
    latest = contact.codes.select_for_update().first()
    if latest is None or latest.attempts_left == 0 or latest.expires_at < timezone.now():
        return CodeResult.USED_UP
    if not constant_time_compare(latest.code_hash, _hash(contact, code.strip().replace(" ", ""))):
        latest.attempts_left -= 1
        latest.save(update_fields=["attempts_left"])
        return CodeResult.WRONG if latest.attempts_left else CodeResult.USED_UP
    latest.attempts_left = 0
    latest.save(update_fields=["attempts_left"])
    confirm(contact)
    return CodeResult.CONFIRMED


@transaction.atomic
def confirm_by_sign_in(user: User) -> int:
    """Confirm all that waits for ``user``, who has just proven the address: requests and invitations.

    Returns how many there were.
    """
    cases = user.contact_for.filter(confirmed_at__isnull=True).values_list("case_id", flat=True)
    # Of two sign-ins at the same time the second waits here, and finds nothing left to confirm.
    list(Case.objects.select_for_update().filter(pk__in=list(cases)).order_by("pk"))
    waiting = list(user.contact_for.filter(confirmed_at__isnull=True).select_related("case", "user"))
    return sum(confirm(contact) for contact in waiting)


def send_code(contact: ContactPerson) -> None:
    """Mail a new code, at most five a day. Raises ``InvalidTransition`` beyond that, or when confirmed."""
    with step("send_code", contact.case, None) as now:
        contact.refresh_from_db()
        if contact.confirmed_at:
            raise InvalidTransition(_("This address is confirmed already."))
        if too_many_codes(contact, now.at - timedelta(days=1)):
            raise InvalidTransition(
                _("We have sent five codes today. Please try again tomorrow, or call us.")
            )
        if now.case.awaits_confirmation:
            if not ACTIONS["confirm_entry"].allows(now.case.status):
                raise InvalidTransition(_("The entries of this request need no confirmation any more."))
            notifications.request_entered(contact, issue_code(contact))
        else:
            notifications.new_code(contact, issue_code(contact))
        now.data["contact"] = contact.pk


def too_many_codes(contact: ContactPerson, since: datetime) -> bool:
    """Whether this request, or its address in all its requests, has had its codes ``since`` then."""
    lately = AddressCode.objects.filter(contact__user=contact.user_id, created_at__gt=since)
    of_request = lately.filter(contact=contact).count()
    return of_request >= CODES_PER_DAY or lately.count() >= CODES_PER_ADDRESS_AND_DAY
