"""The mails of a case, and the cases whose mails do not arrive: what the coordination has to see to."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from miglobe.mail.models import OutboxMessage, OutboxQuerySet
from requests_app.models import Case


def mails_of(case: Case) -> OutboxQuerySet:
    """All mails about ``case`` and about those that were merged into it, newest first."""
    cases = Case.objects.filter(Q(pk=case.pk) | Q(merged_into=case.pk)).order_by()
    return OutboxQuerySet(OutboxMessage).filter(reference__in=cases.values("reference")).order_by("-pk")


def mails_in_trouble() -> OutboxQuerySet:
    """The mails of cases that did not arrive and that nobody has dealt with (few, along an index)."""
    return OutboxQuerySet(OutboxMessage).in_trouble().exclude(reference="")


def cases_in_trouble(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Those of ``cases`` of which a mail did not arrive, to whomever, and nobody has dealt with it.

    Each comes up once. It leaves when the mail is sent again, to a corrected address perhaps, or settled.
    """
    return cases.filter(reference__in=mails_in_trouble().values("reference"))
