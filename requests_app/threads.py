"""The talk of a case as one person reads it: its threads, who reads each of them, and what is new.

A thread is made of the messages with one audience. All threads together are the first tab; a link leads
to each alone. Without advisors there is only one, and so no tab.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from miglobe.accounts.models import User
from requests_app import access, read_marks
from requests_app.access import READS, Side
from requests_app.models import Assignment, AssignmentStatus, Audience, Case, Document, Message

SHOWN = 12
# In the address: ?faden=kommune, and all messages in place of the newest: ?nachrichten=alle
THREAD, MESSAGES, ALL = "faden", "nachrichten", "alle"
KEYS = {"gemeinsam": Audience.EVERYONE, "kommune": Audience.MUNICIPALITY, "beratung": Audience.ADVISORS}
LABELS: dict[Audience, Promise] = {
    Audience.EVERYONE: gettext_lazy("Everybody"),
    Audience.MUNICIPALITY: gettext_lazy("Municipality and coordination"),
    Audience.ADVISORS: gettext_lazy("Advisors and coordination"),
}


# --- Who reads ------------------------------------------------------------------------------------


def readers(case: Case, audience: Audience, side: Side, but: Sequence[int] = ()) -> list[str]:
    """Who reads what goes to ``audience``, by name and role, as one ``side`` may know them.

    ``but``: the accounts that are left out, of whoever writes or reads it. Contact persons are those that the
    case's mails go to; advisors read the names of confirmed ones alone. Reads prefetched contacts and
    assignments.
    """
    found = []
    if audience in READS[Side.MUNICIPALITY]:
        found += _municipality(case, side, but)
    if audience in READS[Side.ADVISOR]:
        found += [
            _("%(name)s (advisor)") % {"name": assignment.advisor.name}
            for assignment in advising(case)
            if assignment.advisor.user_id not in but
        ]
    if side != Side.COORDINATOR:
        found.append(_("the coordination"))
    return found


def _municipality(case: Case, side: Side, but: Sequence[int]) -> list[str]:
    named = {contact.pk for contact in access.contacts_for(case, side)}
    reading = [c for c in case.correspondents if c.user_id not in but]
    names = [c.name or case.place for c in reading if c.pk in named]
    if side == Side.MUNICIPALITY:
        return names
    return [f"{', '.join(names)} ({case.place})" if names else case.place]


def advising(case: Case) -> list[Assignment]:
    """Who has accepted to advise, and still reads (``recipients.advisors``). Reads prefetched assignments."""
    accepted = [a for a in case.assignments.all() if a.status == AssignmentStatus.ACCEPTED]
    return [a for a in accepted if a.advisor.user.is_active]


def also_read(audience: Audience, answered: Audience | None) -> str:
    """Who reads what goes to ``audience`` and has not read the thread that is answered, in a sentence."""
    if answered is None or audience == answered or answered == Audience.EVERYONE:
        return ""
    if audience == Audience.EVERYONE:
        if answered == Audience.MUNICIPALITY:
            return _("The advisors read this message, too.")
        return _("The municipality reads this message, too.")
    if audience == Audience.ADVISORS:
        return _("The advisors read this message; the municipality does not.")
    return _("The municipality reads this message; the advisors do not.")


# --- The threads ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Tab:
    """A link to one thread, or to all of them."""

    label: str | Promise
    url: str
    current: bool


def asked_for(query: Mapping[str, str], side: Side) -> Audience | None:
    """The thread that an address asks for, if ``side`` reads it; None: all of them."""
    thread = KEYS.get(query.get(THREAD, ""))
    return thread if thread in READS[side] else None


class Talk:
    """The messages of a case for one reader, oldest first, with the links around them.

    ``url`` is the page's address; ``messages`` are those that were read already (all that the side reads).
    Without them only what is shown is read. ``documents`` are those of the case that the side may see.
    """

    def __init__(
        self,
        case: Case,
        side: Side,
        user: User,
        *,
        query: Mapping[str, str],
        url: str,
        documents: Iterable[Document] = (),
        messages: list[Message] | None = None,
    ) -> None:
        self.case, self.side, self.user, self.url = case, side, user, url
        self.thread = asked_for(query, side)
        self.shows_all = query.get(MESSAGES) == ALL
        read = self._newest(messages)
        is_cut = not self.shows_all and len(read) > SHOWN
        self.messages = read[-SHOWN:] if is_cut else read
        self.all_url = self._address(messages=ALL) if is_cut else ""
        self.tabs = self._tabs(messages if messages is not None else read)
        for message in self.messages:
            message.is_new = self._is_new(message)
            message.files = [d for d in documents if d.message_id == message.pk]
        self.new = [message for message in self.messages if self._is_new(message)]
        self.has_older_new = is_cut and self._is_new(read[-SHOWN - 1])

    def _newest(self, messages: list[Message] | None) -> list[Message]:
        """What is shown, and one more that tells whether there are older ones."""
        if messages is not None:
            return [m for m in messages if self.thread in (None, m.audience)]
        found = read_marks.with_marks(access.messages_for(self.case, self.side), self.user)
        if self.thread:
            found = found.filter(audience=self.thread)
        if self.shows_all:
            return list(found)
        return list(found.reverse()[: SHOWN + 1])[::-1]

    def _is_new(self, message: Message) -> bool:
        if message.counts_as_read or message.author_id == self.user.pk:
            return False
        # Annotated by ``read_marks.with_marks``.
        read_at = message.read_at  # type: ignore[attr-defined]
        return read_at is None or message.created_at > read_at

    def _address(self, thread: str = "", messages: str = "") -> str:
        chosen = {THREAD: thread or self._key, MESSAGES: messages}
        query = urlencode({name: value for name, value in chosen.items() if value})
        return f"{self.url}?{query}#messages" if query else f"{self.url}#messages"

    @property
    def _key(self) -> str:
        return next((key for key, audience in KEYS.items() if audience == self.thread), "")

    def _tabs(self, messages: list[Message]) -> list[Tab]:
        there = {message.audience for message in messages}
        if not advising(self.case) and len(there) < 2 and self.thread is None:
            return []
        tabs = [Tab(_("All messages"), f"{self.url}#messages", self.thread is None)]
        return tabs + [
            Tab(LABELS[audience], self._address(thread=key), audience == self.thread)
            for key, audience in KEYS.items()
            if audience in READS[self.side]
        ]

    @property
    def last_new(self) -> Message | None:
        """The newest of the new ones: up to it everything is read."""
        return self.new[-1] if self.new else None

    @property
    def can_mark(self) -> bool:
        """Whether everything that is new stands on the page, so that it can be marked as read."""
        return bool(self.new) and not self.has_older_new and self.thread is None

    @property
    def seen(self) -> Message | None:
        """The newest message, where nothing new to the reader stands on another page or in another thread."""
        return self.messages[-1] if self.messages and not self.has_older_new and self.thread is None else None

    @property
    def answered(self) -> Audience | None:
        """The thread that the form answers: the one that is shown alone, else that of the last message."""
        if self.thread:
            return self.thread
        return Audience(self.messages[-1].audience) if self.messages else None

    @property
    def goes_to(self) -> str:
        """Who reads the thread that is shown alone."""
        if not self.thread:
            return ""
        return ", ".join(readers(self.case, self.thread, self.side, [self.user.pk]))
