"""The way back to a draft: a mailed link that works on every device until the draft runs out.

The link is signed and stored nowhere. It names the draft and a mark of the address that it was mailed to,
so it stops working when the link is sent to another address.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto
from uuid import UUID

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.core import signing
from django.db import models, transaction
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.crypto import constant_time_compare, salted_hmac

from miglobe.accounts.models import normal_email
from miglobe.mail import outbox
from requests_app import notifications
from requests_app.intake import drafts
from requests_app.models import Case, RequestDraft
from requests_app.request_form import pages
from requests_app.request_form.choices import Choices
from requests_app.request_form.pages import Page

SALT = "requests_app.intake.resume"
REMIND_BEFORE = timedelta(days=3)
LATER = "later"
_MARK_LENGTH = 16


class State(Enum):
    """What became of the draft that a link leads to."""

    OPEN = auto()
    SENT = auto()
    GONE = auto()  # it ran out, or somebody has deleted it
    REPLACED = auto()  # the link was sent to another address since
    UNKNOWN = auto()  # not a link of ours, or not all of it


@dataclass(frozen=True)
class Target:
    """Where a link leads; ``draft`` is there only while it is open."""

    state: State
    key: UUID | None = None
    draft: RequestDraft | None = None


# --- The link -------------------------------------------------------------------------------------


def link(draft: RequestDraft) -> str:
    """The address that is mailed to ``draft.email``."""
    token = _signer().sign(f"{draft.key.hex}{_mark(draft)}")
    with translation.override(draft.language):
        return settings.BASE_URL + reverse("intake:resume", args=[token])


def target(token: str) -> Target:
    """Where the link with this ``token`` leads. Reads, and changes nothing."""
    try:
        signed = _signer().unsign(token)
    except signing.BadSignature:
        return Target(State.UNKNOWN)
    key, mark = UUID(signed[:-_MARK_LENGTH]), signed[-_MARK_LENGTH:]
    draft = RequestDraft.objects.filter(pk=key).first()
    if Case.objects.filter(submission_key=key).exists() or (draft and draft.held_at):
        return Target(State.SENT, key)
    if draft is None or draft.changed_at <= timezone.now() - drafts.LIFETIME:
        return Target(State.GONE, key)
    if not constant_time_compare(mark, _mark(draft)):
        return Target(State.REPLACED, key)
    return Target(State.OPEN, key, draft)


def send_link(session: SessionBase, email: str, language: str) -> RequestDraft:
    """Mail the link to this session's draft. The address is kept with the draft, and deleted with it.

    Raises ``drafts.Missing`` and ``drafts.Sent`` like ``drafts.current``.
    """
    with transaction.atomic():
        draft = drafts.current(session, lock=True)
        if normal_email(draft.email) != normal_email(email):
            outbox.forget([draft.mail_reference])  # perhaps it was somebody else's
        draft.email = email
        draft.language = language
        draft.save(update_fields=["email", "language"])
        notifications.draft_link(draft, link(draft), drafts.last_day(draft))
    return draft


def _signer() -> signing.Signer:
    return signing.Signer(salt=SALT, sep=".")


def _mark(draft: RequestDraft) -> str:
    return salted_hmac(SALT, normal_email(draft.email), algorithm="sha256").hexdigest()[:_MARK_LENGTH]


# --- Where one stopped ----------------------------------------------------------------------------


def stopped_at(here: Page, post: QueryDict) -> str:
    """The page to go on with later, from what was pressed on ``here``; see ``drafts.keep``."""
    elsewhere = post.get("go", "")
    if post.get("remove") or elsewhere in (pages.url_of(LATER), pages.url_of("start")):
        return here.key
    return next((key for key in (*pages.BY_KEY, pages.CHECK) if pages.url_of(key) == elsewhere), "")


def stop_at_check(session: SessionBase) -> None:
    """Remember that the check page is the one to go on with. Raises like ``drafts.current``."""
    with transaction.atomic():
        draft = drafts.current(session, lock=True)
        draft.last_page = pages.CHECK
        draft.save(update_fields=["last_page"])


def place(draft: RequestDraft) -> str:
    """The address of the page where one stopped, else of the first page that is not complete."""
    if draft.last_page in (*pages.BY_KEY, pages.CHECK):
        return pages.url_of(draft.last_page)
    return pages.where_to_go_on(draft.data, pages.bound_forms(draft.data, Choices.load()))


# --- The reminder ---------------------------------------------------------------------------------


def remind() -> int:
    """Mail everybody whose draft is deleted in three days or sooner, once. Returns how many.

    Only who has had a link sent has given an address for it.
    """
    sent = 0
    for key in _to_remind().values_list("pk", flat=True):
        with transaction.atomic():
            draft = _to_remind().select_for_update().filter(pk=key).first()
            if draft is None:  # somebody writes on, or another worker was quicker
                continue
            draft.reminded_at = timezone.now()
            draft.save(update_fields=["reminded_at"])
            notifications.draft_reminder(draft, link(draft), drafts.last_day(draft))
        sent += 1
    return sent


def _to_remind() -> models.QuerySet[RequestDraft]:
    oldest = timezone.now() - drafts.LIFETIME
    soon = RequestDraft.objects.filter(changed_at__gt=oldest, changed_at__lte=oldest + REMIND_BEFORE)
    return soon.filter(case=None, held_at=None, reminded_at=None).exclude(email="")
