"""Every kind of mail, in one table: whether it asks something of its reader, and whether it may wait.

A mail *asks* when its reader has something to do; all others are news. Who wants only what needs her or him
gets no news by mail, but for what *always* comes: nobody should learn by chance that a case has ended, or
that a page is closed to her or him. Who wants one mail a day waits for everything, but for what is *urgent*.
Mails that go *alone* wait for nothing and are joined with nothing: somebody sits at the screen for them, they
hold a code or a link that nobody else may read, or files.

A kind that has no row asks, and may wait: too much mail is better than a question that nobody gets.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Notice:
    """One row. ``links``: whether the page of the case is open to the reader, who can write there."""

    asks: bool = False
    always: bool = False
    urgent: bool = False
    alone: bool = False
    links: bool = True


ASKS = Notice(asks=True)
NEWS = Notice()
# News that end something, or that the coordination has worded for this one case.
DECISION = Notice(always=True)
# The same for somebody who does not see the case any more.
FAREWELL = Notice(always=True, links=False)
CALENDAR = Notice(always=True, alone=True)
ALONE = Notice(asks=True, alone=True, links=False)

# "kind", or "kind/side" where one mail means different things to the sides of a case.
NOTICES: dict[str, Notice] = {
    # To the municipality.
    "request_received": ALONE,  # holds a code, and somebody waits for it
    "new_code": ALONE,
    "request_entered": ALONE,  # holds a code or a link
    "draft_link": ALONE,
    "draft_reminder": ALONE,
    "contact_invited": ALONE,  # the address is not proven: nothing else goes with it
    "query_asked": ASKS,
    "options_proposed": ASKS,
    "dates_proposed": ASKS,
    "library_asked": ASKS,
    "change_accepted": NEWS,
    "session_logged": ASKS,
    "session_corrected": ASKS,
    "advisor_found": NEWS,
    "direct_came_to_nothing": NEWS,
    "contact_added": NEWS,
    "contact_left": NEWS,
    "contact_removed": FAREWELL,
    "request_declined": DECISION,
    "decline_taken_back": DECISION,
    "case_closed": DECISION,
    "case_reopened": DECISION,
    "follow_up_asked": ASKS,
    "follow_up_reminded": ASKS,
    "case_merged": DECISION,
    "merge_undone": DECISION,
    # To advisors.
    "offer_made": Notice(asks=True, links=False),  # before the yes there are no messages
    "offer_withdrawn": FAREWELL,
    "offer_lapsed": FAREWELL,
    "assignment_ended": FAREWELL,
    "option_commented": ASKS,
    "dates_refused": ASKS,
    "date_move_asked": ASKS,
    "option_changed": ASKS,
    "option_confirmed": NEWS,
    "profile_approved": NEWS,
    "profile_declined": ASKS,
    "profile_withdrawn": DECISION,
    # To the coordination. What asks something of it asks whoever looks after the case.
    "new_request": ASKS,
    "direct_kept": ASKS,
    "entry_confirmed": ASKS,
    "entry_disowned": ASKS,
    "query_answered": ASKS,
    "library_answered": ASKS,  # after a no: news
    "offer_answered": ASKS,
    "offer_expired": ASKS,
    "profile_waiting": ASKS,
    # To several sides.
    "message_written": ASKS,
    "talk_asked": ASKS,
    # With a file for the calendar, which a collective mail could not carry.
    "date_agreed": CALENDAR,
    "date_moved": CALENDAR,
    "date_cancelled": CALENDAR,
    "date_left": Notice(always=True, alone=True, links=False),
    "date_reminder": Notice(asks=True, urgent=True),
    "session_questioned": ASKS,
    "options_agreed/advisor": NEWS,
    "options_agreed/coordinator": ASKS,
    "case_withdrawn": DECISION,
    "handed_over/municipality": FAREWELL,
    "handed_over/advisor": ASKS,  # to write to somebody else from now on
    "document_harmful/municipality": Notice(asks=True, urgent=True),  # somebody's computer is at risk
    "document_harmful/advisor": Notice(asks=True, urgent=True),
    "document_harmful/coordinator": NEWS,
    "daily_mail": Notice(asks=True, urgent=True),
    # To the operator, and by the room of the accounts.
    "barrier_report": ALONE,
    "invitation": ALONE,
    # What others have been joined into.
    "bundle": ALONE,
}


def notice(kind: str, side: str = "") -> Notice:
    """The row of a kind of mail to a side of a case."""
    return NOTICES.get(f"{kind}/{side}") or NOTICES.get(kind) or ASKS
