"""What an advisor reads before saying yes: the case without names and contact data."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from requests_app import place_names
from requests_app.models import Assignment, Case, ContactPerson

MAX_LENGTH = 4000
# What stands in place of a word that would tell who the contact person is.
REMOVED = "[…]"
# Where a list of cases keeps everybody who is or was a contact person (a prefetch to this attribute).
FETCHED_ALONG = "everybody"


def _identifying_words(contact: ContactPerson) -> set[str]:
    """Words of a contact person that must not reach an advisor: name parts, address, telephone.

    The parts of a shared mailbox's name are words like "integration": they name nobody.
    """
    parts = [] if contact.is_shared_mailbox else re.split(r"[\s,]+", contact.name)
    name_parts = {part for part in parts if len(part) > 2 and not part.endswith(".")}
    return name_parts | {contact.name, contact.user.email, contact.phone} - {""}


def without_contact_data(text: str, case: Case) -> str:
    """``text`` with every contact person's name, address and number taken out (whole words, any case)."""
    return _take_out(text, case, names=False, keep=())[0]


def for_offer(text: str, case: Case, *, is_confidential: bool, keep: Iterable[str] = ()) -> str:
    """``text`` as it may stand in an offer: without contact data, and without the municipality's names too.

    ``keep``: words that look like it and are none, as somebody has said.
    """
    return _take_out(text, case, names=is_confidential, keep=keep)[0]


def as_shown(offer: Assignment) -> str:
    """The text of an offer on a page: without names of contact persons who have come since it was made."""
    return _take_out(offer.summary, offer.case, names=False, keep=(), since=offer.offered_at)[0]


def found_in(text: str, case: Case, *, is_confidential: bool) -> list[str]:
    """What ``for_offer`` would take out of ``text``, each once, as it stands there."""
    return list(dict.fromkeys(_take_out(text, case, names=is_confidential, keep=())[1]))


def contact_data_in(text: str, case: Case) -> list[str]:
    """What ``without_contact_data`` would take out of ``text``, each once, as it stands there."""
    return found_in(text, case, is_confidential=False)


def _everybody(case: Case) -> list[ContactPerson]:
    """Those who have left and those who have only been invited are people, too; maybe fetched along."""
    fetched: list[ContactPerson] | None = getattr(case, FETCHED_ALONG, None)
    if fetched is not None:
        return fetched
    return list(ContactPerson.everybody.filter(case=case).select_related("user"))


def _take_out(
    text: str, case: Case, *, names: bool, keep: Iterable[str], since: datetime | None = None
) -> tuple[str, list[str]]:
    """``text`` without what must not stand in it, and what was taken out.

    ``since``: only the names of contact persons who came later.
    """
    found: list[str] = []
    kept = set(keep)

    def remove(match: re.Match[str]) -> str:
        if match[0] in kept:
            return match[0]
        found.append(match[0])
        return REMOVED

    words: set[str] = set()
    for contact in _everybody(case):
        if since is None or contact.added_at > since:
            words |= _identifying_words(contact)
    for word in sorted(words, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", remove, text, flags=re.IGNORECASE)
    if since:
        return text, found
    # Other people's addresses and numbers, should somebody have written them down after all.
    text = re.sub(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", remove, text)
    text = re.sub(r"(?<!\w)(?:\+49|0)[\d /()-]{6,}\d", remove, text)
    if names:
        text = place_names.pattern_for(case).sub(remove, text)
    return text, found


def offer_summary(case: Case, *, is_confidential: bool | None = None) -> str:
    """The first draft of what an offer tells of the situation; the coordinator edits it before it goes.

    What is told in facts beside it (``requests_app.offer_facts``) does not stand here again.
    ``is_confidential``: without the municipality's names; as the case says, if nothing else is said.
    """
    wishes = f"{_('Wishes')}: {case.advisor_wishes}" if case.advisor_wishes else ""
    text = "\n\n".join(filter(None, [case.title, case.guiding_question, case.situation, wishes]))
    hides = case.is_confidential if is_confidential is None else is_confidential
    return for_offer(text, case, is_confidential=hides)[:MAX_LENGTH]
