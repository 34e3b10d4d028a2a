"""What the mails fill in: the key in the templates, the name that the coordination types, what it stands for.

The names are German in both languages: the coordination, which types them, works in German, and one
name works in every text. The keys never change; a name may, together with the stored wordings.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Part:
    """One row. ``why``: what goes wrong without it; a shipped body that has it must keep it."""

    name: str
    what: Promise
    why: Promise | None = None


_NO_LINK = _("Without it nobody finds the page that the mail is about.")
_NO_DATE = _("Without it nobody knows by when to answer.")
_NO_TEXT = _("Without it what was written for this case is missing.")

VOCABULARY = {
    # About the case.
    "reference": Part("Vorgangsnummer", _("the number of the case")),
    "reference_first": Part("Vorgangsnummer vorn", _("the number of the case with a colon, if there is one")),
    "other_case": Part("Anderer Vorgang", _("the number of the case that this one was merged with")),
    "title": Part("Anliegen", _("what the request is about, in one sentence")),
    "municipality": Part("Kommune", _("who asks")),
    "municipalities": Part("Kommunen", _("who asks, and how many ask along")),
    "partners": Part("Fragt mit an", _("the municipalities that ask along, as a line of its own")),
    "company": Part("Unternehmen", _("the municipal company that asks, as a line of its own")),
    "channel": Part("Weg", _("how the request came")),
    # People.
    "contact": Part("Ansprechperson", _("the name of the contact person who is written to")),
    "greeting": Part("Anrede", _("the greeting, with the name if it is known")),
    "name": Part("Name", _("the name of whoever is written to")),
    "advisor": Part("Beratungsperson", _("the name of the advisor")),
    "wished_advisor": Part("Wunschperson", _("the advisor whom the municipality has named")),
    "by": Part("Von wem", _("the name of whoever has done it")),
    "new_contact": Part("Neue Ansprechperson", _("the name of the new contact person")),
    "former_contact": Part("Frühere Ansprechperson", _("the name of the former contact person")),
    "entered_by": Part("Eingetragen von", _("who has entered the request")),
    "entered_note": Part("Hinweis zum Eintrag", _("who has entered the request, as a line of its own")),
    "sender": Part("Absender", _("who writes, with role")),
    # What to do, and by when.
    "link": Part("Link", _("the address of the page that the mail is about"), _NO_LINK),
    "edit_link": Part("Link zum Bearbeiten", _("the address of the page to change the profile"), _NO_LINK),
    "code": Part("Code", _("the code of six digits"), _("Without it the address cannot be confirmed.")),
    "answer_by": Part("Antwort bis", _("the day by which an answer is asked for"), _NO_DATE),
    "valid_until": Part("Gültig bis", _("the last day"), _("Without it nobody knows until when it holds.")),
    "days": Part("Tage", _("a number of days")),
    "what_to_do": Part(
        "Was zu tun ist",
        _("what to do, with link, code and date; it differs from case to case"),
        _("Without it the mail says neither what to do nor where."),
    ),
    "next_steps": Part("Wie es weitergeht", _("what happens next; it differs from case to case")),
    "tasks": Part(
        "Aufgaben",
        _("what is to do or to answer, each with its link"),
        _("Without it the mail does not say what there is to do."),
    ),
    "tasks_in_short": Part("Aufgaben in Kürze", _("how many tasks there are, or which one")),
    # What has happened.
    "what_happened": Part("Was geschehen ist", _("what has happened; it differs from case to case")),
    "text": Part("Text", _("what was written for this case; a line of its own may stay empty"), _NO_TEXT),
    "message": Part("Nachricht", _("the message"), _NO_TEXT),
    "goes_to": Part("Geht an", _("who reads the message, by name and role")),
    "files": Part("Dateien", _("that files came with the message, if any did")),
    "reason": Part("Grund", _("the reason, if one was given")),
    "answer": Part("Ja oder Nein", _("the answer, yes or no")),
    "corrected": Part("berichtigt", _("that entries were corrected, if they were")),
    "handing_over": Part("Übergabe", _("that the case is to be handed over, if it is")),
    "note": Part("Hinweis", _("a further sentence that does not always apply")),
    "confirm_note": Part(
        "Bitte um Bestätigung", _("the request to confirm the address, if it is not confirmed")
    ),
    # Dates.
    "dates": Part("Vorgeschlagene Termine", _("the dates that are proposed, a line each"), _NO_TEXT),
    "date": Part("Termin", _("day and time of a date"), _("Without it nobody knows when to come.")),
    "date_in_short": Part("Termin in Kürze", _("day and time of a date, short")),
    "instead_of": Part("Bisheriger Termin", _("the date that another one takes the place of")),
    "frame": Part("Rahmen des Termins", _("format, length, how and where; a line each"), _NO_TEXT),
    # Advice.
    "introduction": Part("Einleitung", _("how the advisor is asked: by the coordination or directly")),
    "role": Part("Rolle", _("lead, or second advisor")),
    "asked_on": Part("Angefragt am", _("the day on which the advisor was asked")),
    "facts": Part(
        "Eckdaten",
        _("role, municipality, region, topics, format, period, effort and fee, a line each"),
        _("Without it nobody can decide."),
    ),
    "summary": Part(
        "Zusammenfassung",
        _("what the advisor reads before the yes: no names, no contact data"),
        _("Without it nobody can decide."),
    ),
    "number": Part("Anzahl", _("how many there are")),
    "options": Part("Liste der Optionen", _("the titles of the action options"), _NO_TEXT),
    "option": Part("Handlungsoption", _("the title of the action option")),
    "comment": Part("Kommentar", _("what the municipality writes about the action option"), _NO_TEXT),
    "changes": Part("Änderungen", _("what the municipality has changed: before, and now"), _NO_TEXT),
    "wording": Part("Wortlaut", _("the action option in the wording for the library"), _NO_TEXT),
    "session": Part("Gespräch", _("format, day, time, length and place of the session")),
    "session_day": Part("Tag des Gesprächs", _("the day of the session")),
    "corrections": Part("Korrekturen", _("what was corrected, a line each"), _NO_TEXT),
    "objection": Part("Was anders war", _("what the municipality says was different"), _NO_TEXT),
    # Below every mail.
    "signature": Part(
        "Unterschrift", _("who writes, with telephone and address, from the portal's settings")
    ),
}

# Variables of the templates that are a part by themselves, without a tag around them.
VARIABLES = {
    "case.reference": "reference",
    "into.reference": "other_case",
    "case.headline": "title",
    "case.place": "municipality",
    "case.places": "municipalities",
    "case.get_channel_display": "channel",
    "case.preferred_advisor.name": "wished_advisor",
    "case.entered_by": "entered_by",
    "contact.name": "contact",
    "user.name": "name",
    "lead.advisor.name": "advisor",
    "when": "date",
    "when_short": "date_in_short",
    "instead_of": "instead_of",
    "assignment.advisor.name": "advisor",
    "publication.name": "advisor",
    "by": "by",
    "added.name": "new_contact",
    "successor.name": "new_contact",
    "left.name": "former_contact",
    "former.name": "former_contact",
    "message.signature": "sender",
    "message.body": "message",
    "readers": "goes_to",
    "link": "link",
    "code": "code",
    "due_on": "answer_by",
    "assignment.answer_due_on": "answer_by",
    "until": "valid_until",
    "days": "days",
    "text": "text",
    "publication.review_note": "text",
    "reason": "reason",
    "assignment.get_role_display": "role",
    "assignment.offered_at": "asked_on",
    "assignment.summary": "summary",
    "facts": "facts",
    "option.title": "option",
    "option.comment": "comment",
    "session.objection": "objection",
}
