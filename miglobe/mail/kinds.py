"""Every kind of mail, one row each: what the portal has to know of it, but for its words.

A new kind of mail is

1.  a row in ``mail_kinds.py`` of the app that sends it;
2.  its words, ``templates/mail/<language>/<name>_subject.txt`` and ``<name>_body.txt``, in each language;
3.  the function that sends it, in the app's notifications, which calls it by its name.

Should its words fill in what no mail has filled in yet, that gets its name in ``miglobe.mail.vocabulary``.
``manage.py check`` tells what is missing of 1 and 2, and what nobody may send any more; nothing is sent
without a row. Mails of Django and allauth, which bring templates of their own, are no kinds.

A mail *asks* when its reader has something to do; all others are news. Who wants only what needs her or him
gets no news by mail, but for what *always* comes: nobody should learn by chance that a case has ended, or
that a page is closed to her or him. Who wants one mail a day waits for everything, but for what is *urgent*.
Mails that go *alone* wait for nothing and are joined with nothing: somebody sits at the screen for them, they
hold a code or a link that nobody else may read, or files.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from miglobe.accounts.models import User
from miglobe.mail.models import BUNDLE


class Reader(TextChoices):
    MUNICIPALITY = "municipality", _("To the municipality")
    ADVISORS = "advisors", _("To advisors")
    COORDINATION = "coordination", _("To the coordination")
    SEVERAL = "several", _("To several sides")


# --- Whether it asks, and whether it may wait -----------------------------------------------------


@dataclass(frozen=True)
class Notice:
    """How a mail comes. ``links``: whether the case is open to its reader, who can write there."""

    asks: bool = False
    always: bool = False
    urgent: bool = False
    alone: bool = False
    links: bool = True

    @property
    def is_farewell(self) -> bool:
        """Whether it tells somebody that her or his part is over."""
        return self.always and not self.links


ASKS = Notice(asks=True)
# Of this day: it does not wait for the next morning.
TODAY = Notice(asks=True, urgent=True)
NEWS = Notice()
# News that end something, or that the coordination has worded for this one case.
DECISION = Notice(always=True)
# The same for somebody who does not see the case any more.
FAREWELL = Notice(always=True, links=False)
# With a file for the calendar, which a collective mail could not carry.
CALENDAR = Notice(always=True, alone=True)
# Holds a code or a link, or goes to an address that is not proven.
ALONE = Notice(asks=True, alone=True, links=False)


# --- How it looks with a real case ----------------------------------------------------------------

Values = dict[str, Any]


@dataclass(frozen=True)
class Scene:
    """Who looks at the preview of a mail in which language, and of which case (None: of no case)."""

    case: Any  # a case of requests_app, which this room does not know
    user: User
    language: str

    def example(self) -> str:
        """Stands where somebody writes something."""
        with override(self.language):
            return gettext("This is where the text stands that is written for this case.")

    def stranger(self) -> str:
        with override(self.language):
            return gettext("Kim Example")


# --- The rows -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Kind:
    """One row.

    ``name``: that of its templates, and that by which it is sent. ``title``: what it is about, for the
    coordination. ``notice``: how it comes; ``but``: how to those sides of a case to which it means something
    else. ``preview``: what it fills in for a scene, None when that scene has no such mail; without a preview
    its words are a matter of the sign-in, of the operator or of other mails, and nobody words it anew.
    ``without_case``: no case belongs to it, and its preview needs none.
    """

    name: str
    to: Reader
    title: Promise
    notice: Notice
    preview: Callable[[Scene], Values | None] | None = None
    but: Mapping[str, Notice] = field(default_factory=dict)
    without_case: bool = False

    def notice_to(self, side: str) -> Notice:
        """How it comes to a side of a case ("": to somebody who is on none)."""
        return self.but.get(side, self.notice)

    def values(self, scene: Scene) -> Values | None:
        """What it fills in for a scene; None: that scene has no such mail, or the kind has no preview."""
        return self.preview(scene) if self.preview else None


class UnknownKind(LookupError):
    """A mail of a kind that has no row."""


_ROWS: dict[str, Kind] = {}


def register(*rows: Kind) -> None:
    """Add the rows of an app. Raises ValueError for a name that has one already."""
    for row in rows:
        if row.name in _ROWS:
            raise ValueError(f"The kind of mail {row.name!r} has two rows.")
        _ROWS[row.name] = row


def find(name: str) -> Kind | None:
    """The row of a kind, for mails that are stored: among these are those of the sign-in, and old ones."""
    return _ROWS.get(name)


def get(name: str) -> Kind:
    """The row of a kind that is to be sent. Raises UnknownKind."""
    if name not in _ROWS:
        raise UnknownKind(f"The kind of mail {name!r} has no row (see miglobe.mail.kinds).")
    return _ROWS[name]


def every() -> list[Kind]:
    """All rows, as the apps have registered them."""
    return list(_ROWS.values())


def wordable() -> list[Kind]:
    """Those whose words the coordination may change."""
    return [row for row in every() if row.preview]


register(
    Kind(BUNDLE, Reader.SEVERAL, _("Several mails in one"), ALONE),
    # Sent by the accounts, which stand below and know no outbox.
    Kind("invitation", Reader.SEVERAL, _("Invitation to an account"), ALONE),
)
