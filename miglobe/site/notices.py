"""Mails to people who have an account: as often as each of them likes (``User.notices``).

Codes, links and whatever else goes to a bare address is queued in the outbox directly.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from django.utils import timezone

from miglobe.accounts.models import Notices, User
from miglobe.mail import bundling, kinds, outbox
from miglobe.mail.kinds import Notice
from miglobe.mail.outbox import MailFile, MailText
from miglobe.site.working_days import is_working_day

# The mails of the morning are written from six; half an hour later they go out, joined with what has waited
# for them since the day before.
MORNING = time(6, 30)
_ONE_DAY = timedelta(days=1)


def send(
    user: User,
    kind: str,
    text: MailText,
    *,
    reference: str = "",
    side: str = "",
    page: str = "",
    asks: bool | None = None,
    files: Sequence[MailFile] = (),
) -> None:
    """Queue a mail to ``user`` in the caller's transaction, or none: news, and only what asks is wanted.

    Nobody whose account is locked gets one.

    ``page``: the address of the case's page for this ``side``; the footer leads there. ``asks``: whether this
    one asks something of this person, where the row of the kind cannot know. With ``files`` it goes at
    once and alone. Costs no query but the mail's. Raises UnknownKind for a kind without a row.
    """
    row = kinds.get(kind).notice_to(side)
    if not user.is_active:
        return
    asks = row.asks if asks is None else asks
    if user.notices == Notices.NEEDS_ME and not (asks or row.always or row.urgent):
        return
    footer = outbox.shared_text(
        "footer", user.language, page=page if row.links else "", side=side, choice=not row.alone
    )
    outbox.queue(
        kind=kind,
        to=user.email,
        text=text,
        reference=reference,
        footer=footer,
        asks=asks,
        held_until=None if files else held_until(user, row, timezone.now()),
        files=files,
    )


def held_until(user: User, row: Notice, now: datetime) -> datetime | None:
    """Until when a mail of this kind waits for others that come for ``user``; None: it goes at once."""
    if row.alone:
        return None
    if user.notices == Notices.DAILY:
        return _this_morning(now) if row.urgent else next_morning(now)
    return now + bundling.window() if bundling.window() else None


def _this_morning(now: datetime) -> datetime:
    """Not before the morning's mails of today go; on other days, and later, after the usual few minutes."""
    today = _morning(timezone.localtime(now))
    return (
        max(now + bundling.window(), today) if today - now < timedelta(hours=1) else now + bundling.window()
    )


def next_morning(now: datetime) -> datetime:
    """When the mails of the next morning go out: half past six on a working day, in local time."""
    morning = _morning(timezone.localtime(now))
    while morning < now or not is_working_day(morning.date()):
        morning = _morning(morning + _ONE_DAY)
    return morning


def _morning(day: datetime) -> datetime:
    return timezone.make_aware(datetime.combine(day.date(), MORNING))
