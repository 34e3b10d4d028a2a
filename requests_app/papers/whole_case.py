"""The whole case for the coordination's file: everything that is on its sheet, with a table of contents.

Internal notes are in it, each with a stroke and a word that says so. Advisors' private notes are not read
at all, and neither are drafts, of options and of messages.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from miglobe.accounts.models import User
from miglobe.site.templatetags.kern import long_datetime
from requests_app import access, mail_trouble, timeline
from requests_app.access import Side
from requests_app.models import Case, ContactPerson
from requests_app.papers import blocks
from requests_app.papers.blocks import Block, Typed, Value, typed_lines
from requests_app.papers.compiling import Paper
from requests_app.papers.dialogue import afterwards, appointments, options, sessions
from requests_app.papers.request import sections
from requests_app.papers.result_note import municipalities
from requests_app.templatetags.cases import recipients, side_label

# The beginning of a file's SHA-256, enough to tell it from every other one.
DIGITS = 16


def whole_case(case: Case, by: User) -> Paper:
    """Everything about ``case``, made by ``by``, in some 30 queries however much there is.

    Reads the municipality, its partners, the topics, contacts, assignments and advisors: fetch them along.
    """
    parts = [
        (_("Request as sent"), sections(case, 3, with_contact=False)),
        (_("Contact persons"), _contacts(case)),
        (_("Advice"), _advice(case)),
        (_("Appointments"), appointments(case)),
        (_("Sessions"), sessions(case)),
        (_("Action options"), options(case)),
        (_("After the consultation"), afterwards(case)),
        (_("Messages"), _messages(case)),
        (_("Internal notes"), _notes(case)),
        (_("Documents"), _documents(case)),
        (_("Mails"), _mails(case)),
        (_("History"), _history(case)),
    ]
    made = [_head(case, by), blocks.contents(_("Contents"))]
    for title, part in parts:
        if part:
            made += [blocks.heading(title), *part]
    return Paper(case, _("Case file"), made, suffix=_("Case file"))


def _head(case: Case, by: User) -> Block:
    made_on = {"time": long_datetime(timezone.now()), "name": str(by)}
    return blocks.facts(
        (_("Municipality"), municipalities(case)),
        (_("Municipal company"), Typed(case.organisation)),
        (pgettext("of a consultation", "Subject"), Typed(case.title)),
        (_("Received"), [long_datetime(case.submitted_at), str(case.get_channel_display())]),
        (_("Entered by"), str(case.entered_by or "")),
        (_("State"), str(case.get_status_display())),
        (_("Result"), str(case.get_resolution_display())),
        (_("Ended"), long_datetime(case.closed_at)),
        (_("In charge"), str(case.responsible or "")),
        (_("Confidential"), _("Yes: offers do not name the municipality") if case.is_confidential else ""),
        (_("Goes on from"), case.follows.reference if case.follows else ""),
        (_("Merged into"), case.merged_into.reference if case.merged_into else ""),
        (_("Made"), _("on %(time)s by %(name)s") % made_on),
        (_("For whom"), _("For the coordination alone: it holds internal notes and personal data.")),
    )


# --- People -------------------------------------------------------------------------------------


def _contacts(case: Case) -> list[Block]:
    """Those who speak for the municipality, and those who did."""
    everybody = [*access.contacts_for(case, Side.COORDINATOR), *access.former_contacts(case)]
    if not everybody:
        return []
    columns = ((_("Name"), 5), (_("E-mail address and telephone"), 7), (_("From and until"), 5))
    rows: list[list[Value]] = [
        [
            typed_lines(contact.name, contact.function),
            typed_lines(contact.email, contact.phone),
            _times(contact),
        ]
        for contact in everybody
    ]
    return [blocks.table(columns, rows)]


def _times(contact: ContactPerson) -> list[str]:
    confirmed = _("address confirmed on %(day)s") % {"day": _day(contact.confirmed_at)}
    lines = [
        _("since %(day)s") % {"day": _day(contact.added_at)},
        confirmed if contact.confirmed_at else _("address not confirmed"),
    ]
    if contact.left_at:
        lines.append(_("until %(day)s") % {"day": _day(contact.left_at)})
    return lines


def _advice(case: Case) -> list[Block]:
    """Who was asked, and what came of it."""
    rows: list[list[Value]] = [
        [
            [str(offer.advisor), str(offer.get_role_display())],
            [
                str(offer.get_status_display()),
                *typed_lines(offer.decline_reason),
            ],
            _day(offer.offered_at),
            [_day(moment) for moment in (offer.answered_at, offer.ended_at) if moment] or "–",
        ]
        for offer in sorted(case.assignments.all(), key=lambda each: (each.offered_at, each.pk))
    ]
    columns = ((_("Advisor"), 5), (_("State"), 5), (_("Offered"), 4), (_("Answered, ended"), 4))
    return [blocks.table(columns, rows)] if rows else []


# --- Written ------------------------------------------------------------------------------------


def _messages(case: Case) -> list[Block]:
    made: list[Block] = []
    for message in access.messages_for(case, Side.COORDINATOR).prefetch_related("documents"):
        kind = "" if message.kind == "message" else str(message.get_kind_display())
        made += [
            blocks.heading(
                _head_of(f"{message.signature} ({side_label(message.author_side)})", message.created_at), 3
            ),
            blocks.facts(
                (_("Goes to"), recipients(message)),
                (_("Kind"), kind),
                (_("Files"), [Typed(document.name) for document in message.documents.all()]),
            ),
            blocks.text(Typed(message.body)),
        ]
    return made


def _notes(case: Case) -> list[Block]:
    return [
        blocks.marked(
            blocks.heading(_head_of(note.author, note.created_at), 3),
            blocks.small(_("Internal: for the coordination alone")),
            blocks.text(Typed(note.body)),
        )
        for note in case.notes.select_related("author")
    ]


def _head_of(author: object, moment: datetime) -> str:
    return f"{author}, {long_datetime(moment)}"


# --- Lists --------------------------------------------------------------------------------------


def _documents(case: Case) -> list[Block]:
    """What was handed in: the files themselves are not part of this paper."""
    rows = [
        [
            [Typed(document.name), *([_("harmful, deleted")] if document.is_harmful else [])],
            [str(document.get_content_type_display()), filesizeformat(document.size)],
            [_day(document.uploaded_at), str(document.uploaded_by or _("with the request"))],
            document.sha256[:DIGITS],
        ]
        for document in case.documents.select_related("uploaded_by")
    ]
    columns = (
        (_("Name"), 6),
        (_("Type and size"), 4),
        (_("Uploaded"), 5),
        (_("SHA-256, first digits"), 5),
    )
    return [blocks.table(columns, rows)] if rows else []


def _mails(case: Case) -> list[Block]:
    """The mails of the case without their texts, the oldest first."""
    mails = mail_trouble.mails_of(case).only("subject", "recipient", "created_at", "state", "reference")
    rows = [
        [
            _moment(mail.created_at),
            [Typed(mail.subject), _("to %(address)s") % {"address": mail.recipient}],
            str(mail.get_state_display()),
        ]
        for mail in reversed(mails)
    ]
    columns = ((pgettext("of a mail", "Made"), 4), (pgettext("of a mail", "Subject"), 10), (_("State"), 4))
    return [blocks.table(columns, rows)] if rows else []


def _history(case: Case) -> list[Block]:
    rows = [
        [_moment(entry.at), entry.what, entry.who, Typed(entry.detail) or "–"]
        for entry in _oldest_first(timeline.staff_timeline(case))
    ]
    columns = ((_("When"), 4), (_("What"), 5), (_("Who"), 4), (pgettext("of an event", "More"), 6))
    return [blocks.table(columns, rows)]


def _oldest_first(entries: Iterable[timeline.Entry]) -> list[timeline.Entry]:
    return list(reversed(list(entries)))


def _moment(moment: datetime) -> list[str]:
    """Day and time, a line each: in a narrow column the last word would else stand alone."""
    return long_datetime(moment).split(", ")


def _day(moment: datetime | None) -> str:
    return date_format(timezone.localtime(moment), "DATE_FORMAT") if moment else ""
