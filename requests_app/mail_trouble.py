"""The mails of a case, and the cases whose mails do not arrive: what the coordination has to see to."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from miglobe.mail.models import OutboxMessage, OutboxQuerySet
from requests_app import merged
from requests_app.models import Case

# More than these are no list to go through one by one, but a mail server to look after.
LISTED = 100


def mails_of(case: Case, taken_in: Iterable[Case] | None = None) -> OutboxQuerySet:
    """All mails about ``case`` and about those that were merged into it, newest first.

    ``taken_in``: those, where they are known already.
    """
    references = merged.case_references(case, taken_in)
    return OutboxQuerySet(OutboxMessage).filter(reference__in=references).order_by("-pk")


def mails_in_trouble() -> OutboxQuerySet:
    """The mails of cases that did not arrive and that nobody has dealt with (few, along an index)."""
    return OutboxQuerySet(OutboxMessage).in_trouble().exclude(reference="")


def other_mails_in_trouble() -> OutboxQuerySet:
    """The same for mails about no case: invitations, drafts, daily mails. Newest first, at most a hundred."""
    about = Case.objects.filter(reference=OuterRef("reference")).order_by()
    return OutboxQuerySet(OutboxMessage).in_trouble().filter(~Exists(about)).order_by("-pk")[:LISTED]


def address_of(mails: Iterable[OutboxMessage]) -> str:
    """Where the outbox shows exactly these mails, as long as an address may be."""
    keys = ",".join(str(mail.pk) for mail in mails)
    return f"{reverse('admin:mail_outboxmessage_changelist')}?id__in={keys}"


def cases_in_trouble(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Those of ``cases`` of which a mail did not arrive, to whomever, and nobody has dealt with it.

    Each comes up once. It leaves when the mail is sent again, to a corrected address perhaps, or settled.
    """
    return cases.filter(in_trouble())


def in_trouble() -> Q:
    """The same as a condition on cases."""
    return Q(reference__in=mails_in_trouble().values("reference"))
