"""What the case page shows: one place that reads the case for the municipality, and nothing beyond."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from miglobe.accounts.models import User
from miglobe.site.forms import KernForm
from requests_app import (
    access,
    merged,
    message_drafts,
    option_versions,
    papers,
    read_marks,
    session_record,
    threads,
    timeline,
    workflow,
    writing,
)
from requests_app.access import Side
from requests_app.casepage import date_block, ending, next_steps
from requests_app.casepage.forms import AnswerForm, CommentForm, QuestionForm
from requests_app.casepage.people import people
from requests_app.casepage.session_rows import session_rows
from requests_app.forms import DocumentsForm, MessageForm
from requests_app.models import (
    CHANGEABLE_OPTIONS,
    ActionOption,
    Assignment,
    AssignmentStatus,
    Audience,
    Case,
    CaseStatus,
    LibraryRequest,
    Message,
    MessageDraft,
    MessageKind,
    OptionStatus,
)
from requests_app.threads import advising

SIDE = Side.MUNICIPALITY
# Entries of "what happened so far" that stand open.
NEWEST = 6


def case_of(user: User, reference: str) -> Case:
    """The case with this reference, with what its page reads of it.

    A case that was merged leads to the one in which it goes on, so that a form that was opened before is
    not sent in vain. Raises ``PermissionDenied`` for other roles and ``Http404`` for other people's cases.
    """
    advisors = Prefetch("assignments", Assignment.objects.select_related("advisor__user"))
    cases = access.visible_to(user, SIDE).select_related("municipality", "preferred_advisor__user")
    cases = cases.prefetch_related("topics", "partners", "contacts", advisors)
    case = cases.filter(reference=reference).first()
    if case is None or case.merged_into_id is not None:
        case = _where_it_goes_on(cases, reference) or case
    if case is None:
        raise Http404
    return case


def _where_it_goes_on(cases: QuerySet[Case], reference: str) -> Case | None:
    old = Case.objects.filter(reference=reference, merged_into__isnull=False).first()
    return cases.filter(pk=merged.case_that_goes_on(old).pk).first() if old else None


def audiences(case: Case) -> tuple[Audience, ...]:
    """Whom the municipality can write to: without advisors there is only the coordination."""
    return (Audience.EVERYONE, Audience.MUNICIPALITY) if advising(case) else (Audience.MUNICIPALITY,)


@dataclass(frozen=True)
class OptionRow:
    """An option with what the municipality may do about it."""

    option: ActionOption
    can_confirm: bool
    can_change: bool
    comment_form: CommentForm | None
    comment_open: bool

    @property
    def is_commented(self) -> bool:
        return self.option.status == OptionStatus.COMMENTED


class CasePage:
    """The case page for one person. Bound forms replace the empty ones, so that nothing typed is lost."""

    def __init__(
        self,
        case: Case,
        user: User,
        *,
        answer: AnswerForm | None = None,
        message: MessageForm | None = None,
        comment: tuple[int, CommentForm] | None = None,
        open_option: int | None = None,
        question: tuple[int, QuestionForm] | None = None,
        open_session: int | None = None,
        upload: DocumentsForm | None = None,
        dates: date_block.Bound | None = None,
        query: Mapping[str, str] | None = None,
    ) -> None:
        """``query``: which messages the address asks for."""
        self.case, self.user, self.query = case, user, query or {}
        self.can = workflow.available_keys(case, user)
        self.thread = list(read_marks.with_marks(access.messages_for(case, SIDE), user))
        self.documents = list(access.documents_for(case, SIDE))
        self.session_rows = session_rows(session_record.records(case), self.can, question, open_session)
        self.sessions = [row.record.session for row in self.session_rows]
        self.visible = option_versions.shown(case, SIDE)
        self.answer, self.message, self.comment = answer, message, comment
        self.open_option = open_option
        self.question = question
        self.upload = upload
        self.dates = date_block.block(case, self.can, dates)
        self.dates_form = dates.form if dates else None

    def context(self) -> dict[str, Any]:
        """Everything the template needs."""
        standing, case = self._standing(), self.case
        proposed = [o for o in self.visible if o.status == OptionStatus.PROPOSED]
        can_confirm = "confirm_option" in self.can
        return {
            "case": case,
            "can": self.can,
            "dates": self.dates,
            "standing": standing,
            "needed": self._needed(len(proposed)),
            "next_step": next_steps.next_step(case, standing),
            "tasks": next_steps.tasks(case, standing),
            "query": self._query(),
            "answer_form": self._answer_form(),
            "advising": advising(case),
            "options": self._rows,
            "library_questions": self._library_questions(),
            "to_confirm": proposed if can_confirm and len(proposed) > 1 else [],
            "session_rows": self.session_rows,
            "papers": self._papers(),
            "result": papers.result(case, self.visible, self.sessions),
            "talk": self._talk,
            "side": SIDE,
            **self._writing(),
            "documents": self.documents,
            "upload_form": (self.upload or DocumentsForm()) if "add_document" in self.can else None,
            "people": people(case, self.user),
            "timeline": self._timeline(),
            "form": self._bound(),
            **ending.part(case),
        }

    def _needed(self, proposed: int) -> list[str]:
        picks = self.dates.pick_form is not None
        return next_steps.needed(self.case, proposed, *self._to_confirm(), picks=picks)

    def _to_confirm(self) -> tuple[int, date | None]:
        """How many sessions wait for the municipality's yes, and the day of the first of them."""
        days = [row.record.session.date for row in self.session_rows if row.waits]
        return len(days), min(days, default=None)

    def _standing(self) -> next_steps.Standing:
        states = [option.status for option in self.visible]
        return next_steps.Standing(
            asked=any(message.kind == MessageKind.QUERY for message in self.thread),
            sessions=len(self.sessions),
            unconfirmed=self._to_confirm()[0],
            questioned=sum(bool(s.objection and not s.confirmed_at) for s in self.sessions),
            proposed=states.count(OptionStatus.PROPOSED),
            commented=states.count(OptionStatus.COMMENTED),
            changed=states.count(OptionStatus.CHANGED),
            revised=self._is_revised(),
            dates=self.dates.standing,
            released=any(a.status == AssignmentStatus.ENDED for a in self.case.assignments.all()),
        )

    def _is_revised(self) -> bool:
        """Whether an option that the municipality commented on is with the advisors, and so out of sight."""
        return self.case.options.filter(status=OptionStatus.DRAFT).exclude(comment="").exists()

    def _query(self) -> Message | None:
        """The question that waits for an answer."""
        if self.case.state != CaseStatus.QUERY_OPEN:
            return None
        return next((m for m in reversed(self.thread) if m.kind == MessageKind.QUERY), None)

    def _answer_form(self) -> AnswerForm | None:
        return (self.answer or AnswerForm()) if "answer_query" in self.can else None

    @cached_property
    def _rows(self) -> list[OptionRow]:
        return [self._row(option) for option in self.visible]

    def _row(self, option: ActionOption) -> OptionRow:
        waits = option.status in (OptionStatus.PROPOSED, OptionStatus.COMMENTED)
        form = None
        is_open = option.pk == self.open_option
        if waits and "comment_option" in self.can:
            form = CommentForm(option=option.pk)
            if self.comment and self.comment[0] == option.pk:
                form, is_open = self.comment[1], True
        can_change = option.status in CHANGEABLE_OPTIONS and "change_option" in self.can
        return OptionRow(option, waits and "confirm_option" in self.can, can_change, form, is_open)

    def _library_questions(self) -> list[LibraryRequest]:
        """What waits for a yes or no; asked only about options that were agreed."""
        if "answer_for_library" not in self.can or not any(option.is_settled for option in self.visible):
            return []
        return list(access.library_questions(self.case).filter(is_granted=None))

    @cached_property
    def _talk(self) -> threads.Talk:
        return threads.Talk(
            self.case,
            SIDE,
            self.user,
            query=self.query,
            url=reverse("casepage:case", args=[self.case.reference]),
            documents=self.documents,
            messages=self.thread,
        )

    def _writing(self) -> dict[str, Any]:
        """The form for a message, with what was typed into it, or into a form that has no place any more."""
        if "write_as_contact" not in self.can:
            return {"message_form": None}
        draft, form = message_drafts.draft_of(self.case, self.user), self.message
        if form is None:
            form = writing.blank_form(SIDE, self._talk, draft, audiences(self.case), self._typed(draft))
        return {"message_form": form, **writing.writing(form, self.case, SIDE, self.user, draft)}

    def _typed(self, draft: MessageDraft | None) -> dict[str, str] | None:
        """The text of a form that has no place any more, above what was begun as a message before."""
        homeless = self._homeless()
        if homeless is None:
            return None
        texts = [homeless.data.get("text", ""), draft.body if draft else ""]
        return {"body": "\n\n".join(text for text in texts if text)}

    def _homeless(self) -> KernForm | None:
        """The bound form that the page has no place for any more, because the case went on meanwhile."""
        if self.answer and "answer_query" not in self.can:
            return self.answer
        if self.question and not any(row.form_open for row in self.session_rows):
            return self.question[1]
        if self.comment and not any(row.comment_open and row.comment_form for row in self._rows):
            return self.comment[1]
        return self.dates.homeless

    def _bound(self) -> KernForm | None:
        """The form whose errors the page tells on top."""
        homeless = self._homeless()
        if homeless:
            for name in homeless.fields:  # they stand nowhere on the page
                homeless.errors.pop(name, None)
            if not homeless.non_field_errors():
                homeless.add_error(None, str(workflow.InvalidTransition().message))
            if homeless.data.get("text"):
                homeless.add_error(None, _("Your text is kept below: you can send it as a message."))
        comment = self.comment[1] if self.comment else None
        question = self.question[1] if self.question else None
        typed = homeless or self.answer or self.message or comment or question
        return typed or self.upload or self.dates_form

    def _papers(self) -> list[papers.Link]:
        return papers.links(self.case, self.visible, self.sessions, self._paper_address)

    def _paper_address(self, name: str) -> str:
        return reverse(f"casepage:{name}", args=[self.case.reference])

    def _timeline(self) -> dict[str, list[dict[str, Any]]]:
        """The newest entries, and the earlier ones, which are folded away where there are many."""
        entries = timeline.public_timeline(self.case)
        rows = [{"label": e.what, "time": e.at, "current": n == 0} for n, e in enumerate(entries)]
        shown = NEWEST if len(rows) > NEWEST + 2 else len(rows)
        return {"newest": rows[:shown], "earlier": rows[shown:]}
