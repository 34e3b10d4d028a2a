"""A passage is blackened: in the texts of a case, in those of cases merged into it, and in its stored mails.

The one place that rewrites what people wrote, events among it. The passage itself is kept nowhere, not even
as a check sum: only that, where, by whom and why something was taken out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, cast

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import F
from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from miglobe.accounts.models import User
from miglobe.mail import outbox
from miglobe.mail.models import OutboxAttachment, OutboxMessage
from requests_app import calendars, merged
from requests_app.documents import clean_name
from requests_app.models import (
    ActionOption,
    Appointment,
    Assignment,
    Case,
    ConflictOfInterest,
    ContactPerson,
    DateRound,
    DialogueSession,
    Document,
    DocumentType,
    Event,
    ExpectedContact,
    Feedback,
    FollowUp,
    InternalNote,
    LibraryRequest,
    Message,
    MessageDraft,
    OptionReport,
    Redaction,
    RequestDraft,
    SessionAddition,
    ShortlistEntry,
)
from requests_app.workflow.engine import InvalidTransition, step

# Always the same, so that it does not tell how long the passage was; and never longer than a passage.
MARK = "███"
SHORTEST = len(MARK)
_AROUND = 40


@dataclass(frozen=True)
class Place:
    """A text in which the passage stands: its key, where that is, and the passage among its words."""

    key: str
    where: str
    excerpts: tuple[tuple[str, str, str], ...]
    in_mail: bool = False

    @property
    def count(self) -> int:
        return len(self.excerpts)


@dataclass(frozen=True)
class _Kind:
    """One kind of text: the model with its path to the case, the fields, and what a row is called."""

    model: type[models.Model]
    fields: tuple[str, ...]
    name: Promise | str
    day: str = ""
    number: str = ""
    private: bool = False
    path: str = "case"

    def rows(self, cases: list[Case]) -> Iterator[models.Model]:
        yield from self.model._base_manager.filter(**{f"{self.path}__in": [c.pk for c in cases]}).order_by(
            "pk"
        )

    def words(self, row: models.Model, field: str) -> str:
        name = str(self.name)
        if self.day:
            name = _("%(what)s of %(day)s") % {"what": name, "day": _day(getattr(row, self.day))}
        if self.number:
            name = f"{name} {getattr(row, self.number)}"
        if len(self.fields) == 1:
            return name
        label = cast("models.Field[Any, Any]", self.model._meta.get_field(field)).verbose_name
        return f"{name}: {label}"[:200]


_OPTION_TEXTS = (
    "title",
    "description",
    "first_step",
    "responsible_unit",
    "partners",
    "financial_effects",
    "indicator",
)
_KINDS = (
    _Kind(
        Case,
        (
            "title", "situation", "guiding_question", "unit", "organisation", "period", "advisor_wishes",
            "participants", "access_needs", "resubmission_note",
        ),
        gettext_lazy("Request"), path="pk",
    ),
    _Kind(ContactPerson, ("function", "mail_bounce_reason"), gettext_lazy("Contact person")),
    _Kind(ExpectedContact, ("function",), gettext_lazy("Function of a contact person")),
    _Kind(Message, ("body",), gettext_lazy("Message"), day="created_at"),
    _Kind(InternalNote, ("body",), gettext_lazy("Internal note"), day="created_at"),
    _Kind(MessageDraft, ("body",), gettext_lazy("Draft of a message"), private=True),
    _Kind(
        DialogueSession, ("shared_minutes", "objection"), gettext_lazy("Minutes of the session"), day="date"
    ),
    _Kind(
        SessionAddition, ("shared_minutes",), gettext_lazy("Addition to the minutes"), day="added_at",
        path="session__case",
    ),
    _Kind(
        SessionAddition, ("private_notes",), gettext_lazy("Private notes on the session"), day="added_at",
        private=True, path="session__case",
    ),
    _Kind(
        DialogueSession, ("private_notes",), gettext_lazy("Private notes on the session"), day="date",
        private=True,
    ),
    _Kind(ActionOption, (*_OPTION_TEXTS, "comment"), gettext_lazy("Action option"), number="position"),
    _Kind(LibraryRequest, ("wording",), gettext_lazy("Wording for the library"), path="option__case"),
    _Kind(
        OptionReport, ("note",), gettext_lazy("State of an option"), day="reported_at", path="option__case"
    ),
    _Kind(FollowUp, ("word",), gettext_lazy("Follow-up"), day="due_on"),
    _Kind(Feedback, ("missing",), gettext_lazy("Answers at the end")),
    _Kind(DateRound, ("place", "note", "suggestion"), gettext_lazy("Proposal of dates"), day="proposed_at"),
    _Kind(Appointment, ("place", "cancel_reason"), gettext_lazy("Appointment"), day="starts_at"),
    _Kind(Assignment, ("summary", "effort", "decline_reason"), gettext_lazy("Offer"), day="offered_at"),
    _Kind(ShortlistEntry, ("summary", "effort", "allowed_words"), gettext_lazy("Shortlist")),
    _Kind(ConflictOfInterest, ("note",), gettext_lazy("Conflict of interest")),
    _Kind(Document, ("name",), gettext_lazy("Name of a document"), day="uploaded_at"),
    _Kind(
        Document, ("name",), gettext_lazy("Name of a document"), day="uploaded_at", private=True,
        path="message_draft__case",
    ),
    _Kind(Event, ("data",), gettext_lazy("Entry in the history"), day="at"),
    _Kind(RequestDraft, ("data",), gettext_lazy("What was typed into the form")),
    _Kind(Redaction, ("reason",), gettext_lazy("Reason of a redaction"), day="at"),
)  # fmt: skip


# In events and drafts: names under which people's words stand, those under which the portal's keys do,
# and what a key looks like under any other name.
_WRITTEN = {"text", "reason", "comment", "note", "remark", *_KINDS[0].fields, *_OPTION_TEXTS}
_KEYS = {
    "role",
    "resolution",
    "audience",
    "channel",
    "form_key",
    "changed",
    "kind",
    "topics",
    "goals",
    "formats",
    "goal",
    "effort",
    "horizon",
    "due_on",
}
_KEY = re.compile(r"[a-z0-9_]*|[\d.:T+-]*|[0-9a-f-]{36}|MG-\d+-\d+")


@dataclass(frozen=True)
class _Text:
    """One stored text, or a tree of texts, and the way to write it anew."""

    key: str
    where: str
    value: Any
    write: Callable[[Any], None]
    private: bool = False
    in_mail: bool = False


def pattern_of(passage: str) -> re.Pattern[str]:
    """What counts as ``passage``: upper or lower case, with any blanks and line breaks between its words.

    Quotation marks of mails (">") at the beginning of a line do not matter either. It is found within
    words, too: "Meier" in "Meiers".
    """
    gap = r"\s+(?:>\s*)*"
    return re.compile(gap.join(re.escape(word) for word in passage.split()), re.IGNORECASE)


def problem_of(passage: str) -> str:
    """Why ``passage`` cannot be looked for, in a sentence; else empty."""
    plain = " ".join(passage.split())
    if len(plain) < SHORTEST:
        return _("Give at least %(count)d characters.") % {"count": SHORTEST}
    if MARK[0] in plain:
        return _("This is redacted already.")
    return ""


def find_passage(case: Case, passage: str) -> list[Place]:
    """The texts in which ``passage`` stands, as far as the coordination reads them.

    What an advisor noted for nobody else is not told of, and redacted along nevertheless.
    """
    found = pattern_of(passage)
    places = []
    for text in _texts(merged.case_that_goes_on(case)):
        excerpts = () if text.private else tuple(_excerpts(found, text.value))
        if excerpts:
            places.append(Place(text.key, text.where, excerpts, text.in_mail))
    return places


def redact(
    case: Case, actor: User, *, passage: str, reason: str, only: str = "", seen: int | None = None
) -> list[Redaction]:
    """Blacken ``passage`` in all texts of ``case``, or in the one whose key is ``only``.

    Cases that were merged share their texts, so it is done in all of them. Open forms are out of date
    after it. Raises ``InvalidTransition`` also when the passage does not stand there (any more), and when
    ``reason`` holds it.
    """
    with step("redact", merged.case_that_goes_on(case), actor, seen) as now:
        found = pattern_of(passage)
        if problem := problem_of(passage):
            raise InvalidTransition(problem)
        if found.search(reason):
            raise InvalidTransition(_("The reason must not hold the passage itself."))
        outbox.keep_from_joining(merged.case_references(now.case))
        texts = [t for t in _texts(now.case) if _excerpts(found, t.value) and only in ("", t.key)]
        if all(text.private for text in texts):
            raise InvalidTransition(_("This passage does not stand there any more."))
        for text in texts:
            text.write(_without(found, text.value))
        now.data |= {"reason": reason, "texts": len(texts)}
        length = len(" ".join(passage.split()))
        now.case.refresh_from_db()
        return [
            Redaction.objects.create(
                case=now.case, by=actor, at=now.at, place=text.where, reason=reason, length=length
            )
            for text in texts
        ]


def check_marks(before: str, after: str) -> None:
    """Raise ``InvalidTransition`` when a change would undo a redaction.

    A form that was opened before holds the old text; where marks went missing, it is not taken.
    """
    if after.count(MARK) < before.count(MARK):
        text = _("A passage of this text was redacted. Open the page anew, and leave “%(mark)s” where it is.")
        raise InvalidTransition(text % {"mark": MARK})


# --- The texts ----------------------------------------------------------------------------------


def _texts(case: Case) -> Iterator[_Text]:
    """Every text of ``case`` and of the cases that were merged into it."""
    cases = merged.family(case)
    for kind in _KINDS:
        for row in kind.rows(cases):
            for field in kind.fields:
                yield _Text(
                    key=f"{kind.model._meta.model_name}-{row.pk}-{field}",
                    where=kind.words(row, field),
                    value=getattr(row, field),
                    write=_writer(row, field),
                    private=kind.private,
                )
    yield from _texts_of_mails(cases)
    yield from _texts_of_log(cases)


def _texts_of_mails(cases: list[Case]) -> Iterator[_Text]:
    """Mails keep their text after they were sent. What has reached a mailbox stays there."""
    references = [case.reference for case in cases]
    references += [draft.mail_reference for draft in RequestDraft.objects.filter(case__in=cases)]
    for mail in [*outbox.stored_under(references), *outbox.stored_naming([c.reference for c in cases])]:
        for field in outbox.TEXTS:
            yield _Text(
                key=f"mail-{mail.pk}-{field}",
                where=_("%(what)s of %(day)s") % {"what": _("Mail"), "day": _day(mail.created_at)},
                in_mail=True,
                value=getattr(mail, field),
                write=_into_mail(mail, field),
            )
    yield from _texts_of_calendar_files(references)


def _texts_of_calendar_files(references: list[str]) -> Iterator[_Text]:
    """The place is what somebody typed of a calendar file that went with a mail."""
    for kept in outbox.files_under(references, "text/calendar"):
        yield _Text(
            key=f"mailfile-{kept.pk}",
            where=_("%(what)s of %(day)s") % {"what": _("Mail"), "day": _day(kept.message.created_at)},
            in_mail=True,
            value=calendars.place_in(bytes(kept.content)),
            write=_into_calendar_file(kept),
        )


def _into_mail(mail: OutboxMessage, field: str) -> Callable[[Any], None]:
    return lambda value: outbox.rewrite(mail, **{field: value})


def _into_calendar_file(kept: OutboxAttachment) -> Callable[[Any], None]:
    return lambda value: outbox.rewrite_file(kept, calendars.with_place(bytes(kept.content), value))


def _texts_of_log(cases: list[Case]) -> Iterator[_Text]:
    about = ContentType.objects.get_for_model(Case)
    for entry in LogEntry.objects.filter(content_type=about, object_id__in=[str(c.pk) for c in cases]):
        for field in ("object_repr", "change_message"):
            yield _Text(
                key=f"log-{entry.pk}-{field}",
                where=_("Log of the admin"),
                value=getattr(entry, field),
                write=_writer(entry, field),
            )


def _writer(row: models.Model, field: str) -> Callable[[Any], None]:
    """How one field of one row is written: past the model, since nobody else may change most of these."""

    def write(value: Any) -> None:
        changes: dict[str, Any] = {field: value}
        if isinstance(row, ActionOption):
            changes["version"] = F("version") + 1  # nobody confirms, or changes, a wording of before
        if isinstance(row, Document):
            changes[field] = clean_name(value, DocumentType(row.content_type))
        type(row)._base_manager.filter(pk=row.pk).update(**changes)

    return write


def _day(value: Any) -> str:
    local = timezone.localtime(value) if hasattr(value, "hour") else value
    return formats.date_format(local, "DATE_FORMAT")


# --- Finding and replacing ----------------------------------------------------------------------


def _is_key(name: str, value: Any) -> bool:
    """Whether ``value`` in an event or a draft is a key, a date or a number and no text of a person."""
    if name in _KEYS:
        return True
    return name not in _WRITTEN and isinstance(value, str) and bool(_KEY.fullmatch(value))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, each in value.items():
            if not _is_key(name, each):
                yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)


def _excerpts(found: re.Pattern[str], value: Any) -> list[tuple[str, str, str]]:
    """Each place where the passage stands: what comes before, the passage, what comes after."""
    return [
        (text[max(0, hit.start() - _AROUND) : hit.start()], hit[0], text[hit.end() : hit.end() + _AROUND])
        for text in _strings(value)
        for hit in found.finditer(text)
    ]


def _without(found: re.Pattern[str], value: Any) -> Any:
    if isinstance(value, str):
        return found.sub(MARK, value)
    if isinstance(value, dict):
        return {name: each if _is_key(name, each) else _without(found, each) for name, each in value.items()}
    if isinstance(value, list):
        return [_without(found, each) for each in value]
    return value
