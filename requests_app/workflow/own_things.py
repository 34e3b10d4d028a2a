"""What each person keeps to herself or himself in two cases that become one: read marks, and what was begun.

There is one of each per case and person. So where somebody has both, they are joined: nothing that is new to
her or him counts as read, and no text that was begun is lost. The rows of the merged case stay behind for the
undoing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from requests_app import access, read_marks
from requests_app.access import READS, Side
from requests_app.models import Audience, Case, Document, Message, MessageDraft, ReadMark

_MOMENT = timedelta(microseconds=1)


def join(case: Case, into: Case) -> dict[str, Any]:
    """Join them, before any message moves. Returns what is needed to part them again (``part``)."""
    return {"marks": _join_marks(case, into)} | _join_drafts(case, into)


def part(moved: dict[str, Any], case: Case, into: Case) -> None:
    """Give back what ``join`` has noted in ``moved``; what somebody has done since stays done."""
    # A merge of before this was kept has neither.
    for key, (before, joined) in moved.get("marks", {}).items():
        _part_mark(case, into, int(key), before, joined)
    MessageDraft.objects.filter(pk__in=moved.get("drafts", ()), case=into).update(case=case)
    for key, was in moved.get("joined_drafts", {}).items():
        _part_draft(int(key), was)


# --- Up to where somebody has read ----------------------------------------------------------------


def _join_marks(case: Case, into: Case) -> dict[str, list[str | None]]:
    """By account, as text: the mark in ``into`` before, and the one that holds for both from now on."""
    marks = {(mark.user_id, mark.case_id): mark for mark in _marks_in(case, into)}
    people = {mark.user for mark in marks.values()}
    messages = list(Message.objects.filter(case__in=[case, into], counts_as_read=False))
    moved = {}
    for user in people:
        there, here = marks.get((user.pk, into.pk)), marks.get((user.pk, case.pk))
        audiences = READS[_side_of(user, case, into)]
        to_read = [m for m in messages if m.audience in audiences and m.author_id != user.pk]
        read = {case.pk: here.read_at if here else None, into.pk: there.read_at if there else None}
        at = _joined(read, to_read)
        ReadMark.objects.update_or_create(case=into, user=user, defaults={"read_at": at})
        moved[str(user.pk)] = [there.read_at.isoformat() if there else None, at.isoformat()]
    return moved


def _marks_in(*cases: Case) -> QuerySet[ReadMark]:
    return ReadMark.objects.filter(case__in=cases).select_related("user")


def _side_of(user: Any, case: Case, into: Case) -> Side:
    if access.is_coordinator(user):
        return Side.COORDINATOR
    speaks = any(access.contact_of(user, each) for each in (case, into))
    return Side.MUNICIPALITY if speaks else Side.ADVISOR


def _joined(read: dict[int, datetime | None], messages: Iterable[Message]) -> datetime:
    """The latest moment before which nothing is new, of ``messages``: what was read later is new again."""
    unread = []
    for message in messages:
        until = read[message.case_id]
        if until is None or message.created_at > until:
            unread.append(message.created_at - _MOMENT)
    return min([max(at for at in read.values() if at), *unread])


def _part_mark(case: Case, into: Case, user: int, before: str | None, joined: str | None) -> None:
    """Whoever has read on since has read both."""
    mark = ReadMark.objects.filter(case=into, user=user).select_related("user").first()
    if mark is None:
        return
    if mark.read_at.isoformat() != joined:
        read_marks.set_mark(case, mark.user, mark.read_at)
    elif before:
        mark.read_at = datetime.fromisoformat(before)
        mark.save(update_fields=["read_at"])
    else:
        mark.delete()


# --- What somebody has begun to write -------------------------------------------------------------


def _join_drafts(case: Case, into: Case) -> dict[str, Any]:
    """A draft moves; where its author has begun one in ``into``, too, its text and files join that one."""
    twins = MessageDraft.objects.filter(case=into, user=OuterRef("user"), is_note=OuterRef("is_note"))
    drafts = MessageDraft.objects.filter(case=case).annotate(has_twin=Exists(twins)).order_by("pk")
    alone = [draft.pk for draft in drafts if not draft.has_twin]
    MessageDraft.objects.filter(pk__in=alone).update(case=into)
    joined = {}
    for draft in drafts:
        if draft.has_twin:
            twin = MessageDraft.objects.get(case=into, user=draft.user_id, is_note=draft.is_note)
            joined[str(draft.pk)] = _join_draft(draft, twin, case.reference)
    return {"drafts": alone, "joined_drafts": joined}


def _join_draft(draft: MessageDraft, twin: MessageDraft, reference: str) -> dict[str, Any]:
    tail = f"\n\n{reference}:\n" if twin.body and draft.body else ""
    was = {"twin": twin.pk, "audience": twin.audience, "tail": tail, "files": _give_files(draft, twin)}
    twin.body += tail + draft.body
    twin.audience = _narrower(twin.audience, draft.audience)
    twin.saved_at = max(twin.saved_at, draft.saved_at)
    twin.save(update_fields=["body", "audience", "saved_at"])
    return was


def _narrower(audience: str, other: str) -> str:
    """Nothing goes to more people than it was meant for."""
    return other if other and audience in ("", Audience.EVERYONE) else audience


def _give_files(draft: MessageDraft, twin: MessageDraft, keys: Sequence[int] | None = None) -> list[int]:
    files = Document.objects.filter(message_draft=draft)
    found = list((files if keys is None else files.filter(pk__in=keys)).values_list("pk", flat=True))
    Document.objects.filter(pk__in=found).update(message_draft=twin)
    return found


def _part_draft(key: int, was: dict[str, Any]) -> None:
    """Where its author has rewritten or sent the joined text, it stays as it is."""
    draft = MessageDraft.objects.filter(pk=key).first()
    twin = MessageDraft.objects.filter(pk=was["twin"]).first()
    if draft is None or twin is None or not twin.body.endswith(was["tail"] + draft.body):
        return
    twin.body = twin.body.removesuffix(was["tail"] + draft.body)
    twin.audience = was["audience"]
    twin.save(update_fields=["body", "audience"])
    _give_files(twin, draft, was["files"])
