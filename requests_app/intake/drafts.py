"""What was typed so far: kept on the server, its key in the session."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from django.contrib.sessions.backends.base import SessionBase
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from advisors.models import Advisor
from miglobe.accounts.carrying import OF_THE_BROWSER
from miglobe.accounts.models import User
from miglobe.mail import outbox
from requests_app import documents, held
from requests_app.models import Case, Document, HeldReason, RequestDraft
from requests_app.request_form import submission
from requests_app.request_form.pages import Page, Typed

LIFETIME = timedelta(days=30)
# Far beyond what any field allows: longer texts come from programs and are not worth the room.
LONGEST_KEPT = 20_000
MOST_VALUES_KEPT = 100

_DRAFT = "intake_draft"
_OTHERS = "intake_others"  # drafts begun in this browser before the one that is written now
_SENT = "intake_sent"
MOST_OTHERS = 10
# Nobody needs an account to write a draft, so it does not go with one either.
OF_THE_BROWSER.update({_DRAFT, _OTHERS})


class Missing(Exception):
    """There is nothing (any more) to go on with. ``message`` is a sentence for the person."""

    def __init__(self, message: str | Promise) -> None:
        self.message = message
        super().__init__(str(message))


class Sent(Exception):
    """What this session had begun has become a case."""


def begin(session: SessionBase, data: dict[str, Typed] | None = None, stopped_at: str = "") -> RequestDraft:
    """A new draft for this session; the former one, if there is one, stays for the clean-up."""
    draft = RequestDraft.objects.create(data=data or {}, last_page=stopped_at, language=get_language())
    session[_DRAFT] = str(draft.key)
    return draft


def find(session: SessionBase) -> RequestDraft | None:
    """The unfinished draft of this session, if there is one."""
    try:
        return current(session)
    except (Missing, Sent):
        return None


def current(session: SessionBase, *, lock: bool = False) -> RequestDraft:
    """The unfinished draft of this session; with ``lock`` nobody else changes it in this transaction.

    Raises ``Missing`` when there is none or it ran out, ``Sent`` when it has become a case.
    """
    key = session.get(_DRAFT)
    if key is None:
        if _SENT in session:
            raise Sent
        raise Missing(_("Please begin here. What you type is then kept for 30 days."))
    drafts = RequestDraft.objects.select_for_update() if lock else RequestDraft.objects.all()
    draft = drafts.filter(pk=key, changed_at__gt=_oldest()).first()
    if draft is None:
        raise Missing(
            _(
                "Your draft is not there any more: we delete drafts 30 days after the last change. "
                "Please begin anew."
            )
        )
    if draft.case_id or draft.held_at:
        raise Sent
    return draft


def direct(session: SessionBase, asked: Advisor | None) -> RequestDraft:
    """Let the draft of this session, or a new one, go to ``asked``; to the coordination when that is None.

    What was typed stays; only a wish for somebody else falls away.
    """
    begun = find(session) or begin(session)
    with transaction.atomic():
        draft = RequestDraft.objects.select_for_update().get(pk=begun.pk)
        draft.directed_to = asked
        if asked:
            _forget_wish(draft.data.get("wishes", {}))
        draft.save(update_fields=["directed_to", "data", "changed_at"])
    return draft


def follow(session: SessionBase, case: Case) -> RequestDraft:
    """The draft of a request that goes on from ``case``: a new one, unless this session writes it already."""
    begun = find(session)
    if begun and begun.follows_id == case.pk:
        return begun
    draft = RequestDraft.objects.create(follows=case, language=get_language())
    take_up(session, draft)
    return draft


def _forget_wish(wishes: Typed) -> None:
    wishes.pop("preferred_advisor", None)


def typed(page: Page, post: QueryDict) -> Typed:
    """What was typed on ``page``, valid or not – but for NUL characters, which no database takes."""
    return {
        name: [value.replace("\0", "")[:LONGEST_KEPT] for value in post.getlist(name)[:MOST_VALUES_KEPT]]
        for name in page.form_class.posted_names()
        if name in post
    }


def keep(session: SessionBase, page: Page, answers: Typed, stopped_at: str = "") -> RequestDraft:
    """Keep what was typed on ``page``. Pages that are saved at the same time do not overwrite each other.

    ``stopped_at``: the key of the page to go on with later; none: the first one that is not complete.
    Raises ``Missing`` and ``Sent`` like ``current``.
    """
    with transaction.atomic():
        draft = current(session, lock=True)
        if draft.directed_to_id:  # a page left open may still ask for somebody else
            _forget_wish(answers)
        draft.data[page.key] = answers
        draft.last_page = stopped_at
        draft.language = get_language()
        draft.save(update_fields=["data", "last_page", "language", "changed_at"])
    session.modified = True  # the session lives as long as its draft
    return draft


def fill_in(session: SessionBase, page: Page, answers: Typed) -> RequestDraft:
    """Put ``answers`` over what was typed on ``page``; begins a draft where there is none."""
    with transaction.atomic():
        try:
            draft = current(session, lock=True)
        except (Missing, Sent):
            return begin(session, {page.key: answers})
        return keep(session, page, draft.data.get(page.key, {}) | answers)


def add_document(draft: RequestDraft, upload: UploadedFile) -> Document:
    """Keep a file with the draft. Raises ``documents.Refused``, and ``Sent`` when it has become a case."""
    checked = documents.check(upload)
    with documents.stored(checked) as file, transaction.atomic():
        locked = _unfinished(draft.pk)
        if locked is None:
            raise Sent
        return documents.add(file, draft=locked)


@transaction.atomic
def remove_document(draft: RequestDraft, key: int) -> Document | None:
    """Delete a file of the draft, if it is there. Raises ``Sent`` when it has become a case."""
    if _unfinished(draft.pk) is None:
        raise Sent
    document = draft.documents.filter(pk=key).first()
    if document:
        document.delete()
    return document


def _unfinished(key: UUID | str) -> RequestDraft | None:
    """The draft with this key, locked; None when it is sent, held back or gone."""
    return RequestDraft.objects.select_for_update().filter(pk=key, case=None, held_at=None).first()


def send(session: SessionBase, actor: User | None) -> Case:
    """Make a case of the draft; what was typed is then in the case alone.

    Raises ``submission.Incomplete``, and ``Missing`` and ``Sent`` like ``current``.
    """
    with transaction.atomic():
        case = submission.submit_draft(current(session, lock=True), actor)
    session[_SENT] = session.pop(_DRAFT)
    return case


def hold(session: SessionBase, reason: HeldReason) -> None:
    """Hold the draft back until the coordination has looked at it. Raises ``Missing`` and ``Sent``."""
    with transaction.atomic():
        held.hold(current(session, lock=True), reason)
    session[_SENT] = session.pop(_DRAFT)


def is_held(session: SessionBase) -> bool:
    """Whether what this session sent last waits for the coordination's look."""
    return held.waiting().filter(pk__in=keys(session)).exists()


def keys(session: SessionBase) -> list[str]:
    """The keys that the session holds: of the draft it sent last, and of the one it writes.

    A case carries the key of its draft. The second may have become a case, too: of two requests at
    the same time the slower one writes the session.
    """
    return [session[name] for name in (_SENT, _DRAFT) if name in session]


@transaction.atomic
def discard(session: SessionBase) -> None:
    """Delete the unfinished draft of this session, if there is one."""
    key = session.pop(_DRAFT, None)
    draft = _unfinished(key) if key else None
    if draft:
        _delete([draft])


def last_day(draft: RequestDraft) -> date:
    """The last day on which the draft is there from morning till night, unless it is changed again."""
    return timezone.localdate(draft.changed_at + LIFETIME) - timedelta(days=1)


def delete_old() -> int:
    """Delete drafts, sent or not, that nobody has changed for 30 days, and their files. Returns how many.

    A request that is held back stays until the coordination has looked at it.
    """
    old = RequestDraft.objects.filter(changed_at__lte=_oldest(), held_at=None)
    with transaction.atomic():
        # Locked first: a page that is saved at this very moment keeps its draft.
        gone = list(old.select_for_update().only("key"))
        _delete(gone)
    return len(gone)


@transaction.atomic
def _delete(gone: list[RequestDraft]) -> None:
    """Delete drafts, their files, and what the outbox knows of the addresses for their links."""
    outbox.forget(draft.mail_reference for draft in gone)
    RequestDraft.objects.filter(pk__in=[draft.pk for draft in gone]).delete()


def _oldest() -> datetime:
    return timezone.now() - LIFETIME


# --- Several drafts in one browser ----------------------------------------------------------------


def take_up(session: SessionBase, draft: RequestDraft) -> RequestDraft | None:
    """Go on with ``draft`` in this session. Returns the draft that it puts aside, if there is one."""
    before = find(session)
    others = [key for key in session.get(_OTHERS, []) if key != str(draft.key)]
    aside = before if before and before.key != draft.key and holds_something(before) else None
    if aside:
        others.append(str(aside.key))
    session[_OTHERS] = others[-MOST_OTHERS:]
    session[_DRAFT] = str(draft.key)
    return aside


def others(session: SessionBase) -> list[RequestDraft]:
    """The unfinished drafts that were put aside in this session, newest change first."""
    keys = session.get(_OTHERS)
    if not keys:
        return []
    waiting = RequestDraft.objects.filter(pk__in=keys, case=None, held_at=None, changed_at__gt=_oldest())
    return list(waiting.order_by("-changed_at"))


def holds_something(draft: RequestDraft) -> bool:
    """Whether anything was saved in the draft."""
    return bool(draft.data) or draft.documents.exists()
