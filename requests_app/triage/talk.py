"""The talk on the sheet: messages with the form for a new one, and, apart from them, the internal notes.

The two forms share no address and no name of a field: what was typed as a note can never go out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from miglobe.accounts.models import User
from miglobe.accounts.sign_in import signed_in_user
from miglobe.site.fields import LongTextField
from miglobe.site.forms import KernForm
from requests_app import message_drafts, threads, writing
from requests_app.access import Side
from requests_app.forms import MessageForm
from requests_app.models import Audience, Case, Document, MessageDraft
from requests_app.triage.opening import has

SIDE = Side.COORDINATOR
# In front of every name of the form for notes.
NOTE = "note"


class NoteForm(KernForm):
    """A note for the coordination: a form of its own, which knows no audience."""

    text = LongTextField(
        label=_("New note"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write a note.")},
    )

    def __init__(self, data: Any = None, *, draft: MessageDraft | None = None) -> None:
        super().__init__(data, prefix=NOTE, initial={"text": draft.body} if draft else None)


def audiences(case: Case) -> tuple[Audience, ...] | None:
    """Whom a message can go to; without advisors there is nobody to choose between."""
    return None if threads.advising(case) else (Audience.MUNICIPALITY,)


def bound_form(case: Case, data: Any) -> MessageForm:
    """The form for a message, with what was sent."""
    return MessageForm(data, side=SIDE, audiences=audiences(case))


def inserted(case: Case, typed: dict[str, Any]) -> MessageForm:
    """The form with a text that was inserted: the page opens where it stands."""
    form = MessageForm(side=SIDE, audiences=audiences(case), initial=typed)
    form.fields["body"].widget.attrs["autofocus"] = True
    return form


def address(case: Case, fragment: str = "") -> str:
    """The address of the sheet."""
    return reverse("admin:requests_app_case_change", args=[case.pk]) + fragment


def context(
    request: HttpRequest,
    case: Case,
    documents: Sequence[Document],
    message: MessageForm | None,
    note: NoteForm | None,
) -> dict[str, Any]:
    """What the sheet shows of the talk; forms that were sent stand in place of the empty ones."""
    user = signed_in_user(request)
    talk = threads.Talk(case, SIDE, user, query=request.GET, url=address(case), documents=documents)
    # A page that answers a POST may show a draft that was not there when the case was opened.
    may_be = has(case, "drafts") or request.method == "POST"
    draft, note_draft = _drafts(case, user) if may_be else (None, None)
    message = message or writing.blank_form(SIDE, talk, draft, audiences(case))
    note = note or NoteForm(draft=note_draft)
    return {
        "side": SIDE,
        "talk": talk,
        "message_form": message,
        **writing.writing(message, case, SIDE, user, draft),
        "notes": _notes(case, user) if has(case, "notes") else [],
        "note_form": note,
        "note_draft": note_draft,
        # The error summary and the page's title speak of the form that was sent.
        "form": next((form for form in (message, note) if form.errors), message),
    }


def _drafts(case: Case, user: User) -> tuple[MessageDraft | None, MessageDraft | None]:
    """What ``user`` has begun as a message, and as a note."""
    return message_drafts.draft_of(case, user), message_drafts.draft_of(case, user, is_note=True)


def _notes(case: Case, user: User) -> list[dict[str, Any]]:
    return [
        {"author": n.author, "time": n.created_at, "text": n.body, "own": n.author_id == user.pk}
        for n in case.notes.select_related("author")
    ]
