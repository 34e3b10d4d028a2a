"""What an advisor reads before saying yes: the case without names and contact data."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from requests_app.models import Case, ContactPerson

MAX_LENGTH = 4000
# What stands in place of a word that would tell who the contact person is.
REMOVED = "[…]"


def _identifying_words(contact: ContactPerson) -> set[str]:
    """Words of a contact person that must not reach an advisor: name parts, address, telephone.

    The parts of a shared mailbox's name are words like "integration": they name nobody.
    """
    parts = [] if contact.is_shared_mailbox else re.split(r"[\s,]+", contact.name)
    name_parts = {part for part in parts if len(part) > 2 and not part.endswith(".")}
    return name_parts | {contact.name, contact.user.email, contact.phone} - {""}


def without_contact_data(text: str, case: Case) -> str:
    """``text`` with every contact person's name, address and number taken out (whole words, any case)."""
    return _take_out(text, case)[0]


def contact_data_in(text: str, case: Case) -> list[str]:
    """What ``without_contact_data`` would take out of ``text``, each once, as it stands there."""
    return list(dict.fromkeys(_take_out(text, case)[1]))


def _take_out(text: str, case: Case) -> tuple[str, list[str]]:
    found: list[str] = []

    def remove(match: re.Match[str]) -> str:
        found.append(match[0])
        return REMOVED

    words: set[str] = set()
    # Those who have left and those who have only been invited are people, too.
    for contact in ContactPerson.everybody.filter(case=case).select_related("user"):
        words |= _identifying_words(contact)
    for word in sorted(words, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", remove, text, flags=re.IGNORECASE)
    # Other people's addresses and numbers, should somebody have written them down after all.
    text = re.sub(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", remove, text)
    return re.sub(r"(?<!\w)(?:\+49|0)[\d /()-]{6,}\d", remove, text), found


def offer_summary(case: Case) -> str:
    """The first draft of what an offer tells; the coordinator edits it before it goes."""
    parts = [case.title, case.guiding_question, case.situation]
    details = [
        (_("Further municipalities"), ", ".join(str(partner) for partner in case.partners.all())),
        (_("Formats"), ", ".join(case._meta.get_field("formats").labels(case))),
        (_("On site or online"), case.get_mode_display()),
        (_("Earliest start"), f"{case.earliest_begin:%m/%Y}" if case.earliest_begin else ""),
        (_("Period"), case.period),
        (_("Wishes"), case.advisor_wishes),
    ]
    parts.append("\n".join(f"{label}: {value}" for label, value in details if value))
    text = "\n\n".join(part for part in parts if part)
    return without_contact_data(text, case)[:MAX_LENGTH]
