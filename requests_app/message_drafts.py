"""Drafts of messages and notes: one per case, person and form, with files; nobody else reads them.

A draft changes nothing of a case, so it is no action of the workflow. Sending takes it along
(``workflow.write_message``); a file that was chosen is kept here before anything can go wrong with its text.
"""

from __future__ import annotations

from datetime import timedelta

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from miglobe.accounts.models import User
from requests_app import documents
from requests_app.models import Case, Document, Message, MessageDraft, ScanState

# Longer than a message may be: what is too long to be sent is not lost for that.
MAX_LENGTH = 20_000
KEPT_FOR = timedelta(days=90)


def draft_of(case: Case, user: User, *, is_note: bool = False) -> MessageDraft | None:
    """What ``user`` has begun to write in ``case``, with its files."""
    drafts = MessageDraft.objects.filter(case=case, user=user, is_note=is_note)
    return drafts.prefetch_related("documents").first()


@transaction.atomic
def keep(
    case: Case,
    user: User,
    *,
    body: str,
    audience: str = "",
    is_note: bool = False,
    with_files: bool = False,
) -> MessageDraft | None:
    """Keep what was typed so far in place of what was kept before.

    An empty text is kept only where there are files, or ``with_files`` says that some are coming; None: there
    is no draft (any more). What exceeds ``MAX_LENGTH`` characters is cut off.
    """
    body = body.replace("\0", "").replace("\r\n", "\n")[:MAX_LENGTH]
    if not body.strip() and not with_files:
        found = _locked(case, user, is_note)
        if found is None:
            return None
        if not found.documents.exists():
            found.delete()
            return None
    draft, _made = MessageDraft.objects.update_or_create(
        case=case,
        user=user,
        is_note=is_note,
        defaults={"body": body, "audience": audience, "saved_at": timezone.now()},
    )
    return draft


def _locked(case: Case, user: User, is_note: bool) -> MessageDraft | None:
    return MessageDraft.objects.select_for_update().filter(case=case, user=user, is_note=is_note).first()


def add_file(draft: MessageDraft, upload: UploadedFile) -> Document:
    """Keep a file with a draft. Raises ``documents.Refused``, ``DoesNotExist`` where it has gone."""
    checked = documents.check(upload)
    with documents.stored(checked) as file, transaction.atomic():
        locked = MessageDraft.objects.select_for_update().get(pk=draft.pk)
        return documents.add(file, message_draft=locked, by=draft.user)


def remove_file(draft: MessageDraft, key: str) -> None:
    """Throw one file of a draft away; ``key`` is what a page sent, and may be nonsense."""
    if key.isascii() and key.isdecimal() and len(key) < 19:
        draft.documents.filter(pk=int(key)).delete()


def discard(case: Case, user: User, *, is_note: bool = False) -> bool:
    """Throw a draft away, with its files. Whether there was one."""
    return bool(MessageDraft.objects.filter(case=case, user=user, is_note=is_note).delete()[0])


def forget(case: Case, user: User) -> None:
    """Throw away what somebody has begun in a case whom it does not concern any more."""
    MessageDraft.objects.filter(case=case, user=user).delete()


def hand_over(draft: MessageDraft, message: Message) -> int:
    """Give the files of a draft to the message that it became, in the caller's transaction; how many.

    A file that was found harmful meanwhile stays behind, and goes with the draft.
    """
    locked = MessageDraft.objects.select_for_update().filter(pk=draft.pk).first()
    if locked is None:
        return 0
    good = locked.documents.exclude(scan_state=ScanState.INFECTED)
    count = good.update(case=message.case, message=message, message_draft=None)
    locked.delete()
    return count


def delete_old() -> int:
    """Delete the drafts that nobody has touched for ``KEPT_FOR``. Returns how many there were."""
    old = MessageDraft.objects.filter(saved_at__lt=timezone.now() - KEPT_FOR)
    return old.delete()[1].get("requests_app.MessageDraft", 0)
