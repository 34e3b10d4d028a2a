"""Requests that were sent and held back: the coordination takes them in or throws them away."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone, translation

from miglobe.mail import outbox
from requests_app.models import Case, HeldReason, RequestDraft, Tally
from requests_app.request_form import submission

TALLIES_KEPT = timedelta(days=2)


class Gone(Exception):
    """A colleague has dealt with the request already."""


def hold(draft: RequestDraft, reason: HeldReason) -> None:
    """Hold a draft back. The caller has locked its row."""
    draft.held_at, draft.held_reason = timezone.now(), reason
    draft.save(update_fields=["held_at", "held_reason", "changed_at"])


def waiting() -> QuerySet[RequestDraft]:
    """What is held back and not decided yet, newest first."""
    return RequestDraft.objects.filter(held_at__isnull=False, case=None).order_by("-held_at", "pk")


@transaction.atomic
def take_in(key: UUID) -> Case:
    """Make a case of a request that was held back, as if it had been sent now.

    Raises ``Gone``, and ``submission.Incomplete`` when the form would refuse it by now.
    """
    draft = _locked(key)
    with translation.override(draft.language):
        return submission.submit_draft(draft)


@transaction.atomic
def throw_away(key: UUID) -> None:
    """Delete a request that was held back, its documents too. Raises ``Gone``."""
    draft = _locked(key)
    outbox.forget([draft.mail_reference])
    draft.delete()


def _locked(key: UUID) -> RequestDraft:
    draft = waiting().select_for_update().filter(pk=key).first()
    if draft is None:
        raise Gone
    return draft


def forget_tallies() -> int:
    """Delete counts that count no more. Returns how many there were."""
    return Tally.objects.filter(begun__lt=timezone.now() - TALLIES_KEPT).delete()[0]
