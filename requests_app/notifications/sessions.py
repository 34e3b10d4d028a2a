"""Mails about the record of a session."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import translation

from requests_app import recipients, session_record
from requests_app.models import DialogueSession
from requests_app.notifications.sending import to_advisors, to_contact, to_contacts, to_coordinators


def session_logged(session: DialogueSession) -> None:
    """Ask the municipality to confirm what was held. The minutes stay in the portal."""
    to_contacts("session_logged", session.case, session=session)


def session_corrected(session: DialogueSession, data: Mapping[str, Any]) -> None:
    """Tell the municipality, which had confirmed or objected, what was corrected (``data`` of the event)."""
    for contact in recipients.contacts(session.case):
        with translation.override(contact.user.language):
            changes = session_record.changes_in(data)
        to_contact(contact, "session_corrected", session.case, session=session, changes=changes)


def session_questioned(session: DialogueSession) -> None:
    """What the municipality says was different goes to the advisors.

    Whoever logged it may have left, or have no account any more: then the coordination has to see to it.
    """
    to_advisors("session_questioned", session.case, session=session)
    if not recipients.advisors(session.case).filter(advisor__user=session.recorded_by_id).exists():
        to_coordinators("session_questioned", session.case, session=session)
