"""The mails about requests and cases, by who gets them (see ``miglobe.mail.kinds``)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from miglobe.mail.kinds import (
    ALONE,
    ASKS,
    CALENDAR,
    DECISION,
    FAREWELL,
    NEWS,
    TODAY,
    Kind,
    Notice,
    Reader,
    register,
)
from requests_app import mail_previews as previews
from requests_app.access import Side

_TO = Reader.MUNICIPALITY
_ADV = Reader.ADVISORS
_COORD = Reader.COORDINATION
_ALL = Reader.SEVERAL

register(
    # Somebody waits for its code.
    Kind("request_received", _TO, _("The request has come in"), ALONE, previews.with_code),
    Kind("new_code", _TO, _("New code to confirm the address"), ALONE, previews.with_code),
    Kind(
        "request_entered",
        _TO,
        _("Somebody else has entered the request: please confirm"),
        ALONE,
        previews.entered,
    ),
    Kind("query_asked", _TO, _("Query of the coordination"), ASKS, previews.query),
    Kind("advisor_found", _TO, _("The advisors are found"), NEWS, previews.lead),
    Kind("direct_came_to_nothing", _TO, _("The direct enquiry came to nothing"), NEWS, previews.assignment),
    Kind("options_proposed", _TO, _("Action options to confirm"), ASKS, previews.options),
    Kind("dates_proposed", _TO, _("Dates are proposed: please choose"), ASKS, previews.proposed_dates),
    Kind("change_accepted", _TO, _("The advisors accept the municipality's change"), NEWS, previews.option),
    Kind("library_asked", _TO, _("May an option go into the library?"), ASKS, previews.library),
    Kind("session_logged", _TO, _("A session to confirm"), ASKS, previews.session),
    Kind("session_corrected", _TO, _("A session is corrected"), ASKS, previews.corrected),
    Kind("request_declined", _TO, _("The request is declined"), DECISION, previews.text),
    Kind("decline_taken_back", _TO, _("The decline is taken back"), DECISION, previews.text),
    Kind("case_closed", _TO, _("The case is closed"), DECISION, previews.closed),
    Kind("follow_up_asked", _TO, _("Months later: what has become of it?"), ASKS, previews.follow_up),
    Kind("follow_up_reminded", _TO, _("Reminder of the follow-up"), ASKS, previews.follow_up),
    Kind("case_reopened", _TO, _("The case is open again"), DECISION, previews.text),
    Kind("case_merged", _TO, _("The case is merged into another"), DECISION, previews.merged),
    Kind("merge_undone", _TO, _("The merge of two cases is undone"), DECISION, previews.merged),
    Kind("draft_link", _TO, _("Link to an unfinished request"), ALONE, previews.draft, without_case=True),
    Kind(
        "draft_reminder",
        _TO,
        _("An unfinished request is about to be deleted"),
        ALONE,
        previews.draft,
        without_case=True,
    ),
    # The address is not proven.
    Kind("contact_invited", _TO, _("Invitation of a contact person"), ALONE, previews.people),
    Kind("contact_added", _TO, _("A contact person was invited, to the others"), NEWS, previews.people),
    Kind("contact_left", _TO, _("A contact person has left, to the others"), NEWS, previews.people),
    Kind(
        "contact_removed", _TO, _("A contact person was removed, to this person"), FAREWELL, previews.people
    ),
)

register(
    # Before the yes there are no messages.
    Kind("offer_made", _ADV, _("Offer to advise"), Notice(asks=True, links=False), previews.offer),
    Kind("offer_withdrawn", _ADV, _("The offer is withdrawn"), FAREWELL, previews.assignment),
    Kind("offer_lapsed", _ADV, _("The offer has lapsed"), FAREWELL, previews.assignment),
    Kind("assignment_ended", _ADV, _("The assignment has ended"), FAREWELL, previews.assignment),
    Kind(
        "option_commented", _ADV, _("The municipality would like to change an option"), ASKS, previews.option
    ),
    Kind("dates_refused", _ADV, _("None of the proposed dates fits"), ASKS, previews.text),
    Kind("date_move_asked", _ADV, _("The municipality asks for another date"), ASKS, previews.date),
    Kind("option_changed", _ADV, _("The municipality has changed an option"), ASKS, previews.changed_option),
    Kind("option_confirmed", _ADV, _("An option is confirmed, with a remark"), NEWS, previews.option),
)

# What asks something of the coordination asks whoever looks after the case.
register(
    Kind("new_request", _COORD, _("A new request"), ASKS, previews.text),
    Kind("direct_kept", _COORD, _("A direct enquiry could not be passed on"), ASKS, previews.direct),
    Kind(
        "entry_confirmed", _COORD, _("The contact person has confirmed the entries"), ASKS, previews.entered
    ),
    Kind("entry_disowned", _COORD, _("“This is not my request”"), ASKS, previews.entered),
    Kind("query_answered", _COORD, _("Answer to a query"), ASKS, previews.text),
    Kind("offer_answered", _COORD, _("Yes or no to an offer"), ASKS, previews.assignment),
    Kind("offer_expired", _COORD, _("An offer without an answer"), ASKS, previews.assignment),
    # After a no: news.
    Kind("library_answered", _COORD, _("Yes or no to the library"), ASKS, previews.library),
)

register(
    Kind("message_written", _ALL, _("A new message"), ASKS, previews.message),
    Kind("date_agreed", _ALL, _("A date is agreed"), CALENDAR, previews.date),
    Kind("date_moved", _ALL, _("A date is moved"), CALENDAR, previews.date),
    Kind("date_cancelled", _ALL, _("A date is cancelled"), CALENDAR, previews.date),
    Kind(
        "date_left",
        _ALL,
        _("A date takes place without somebody who has left"),
        Notice(always=True, alone=True, links=False),
        previews.date,
    ),
    Kind("date_reminder", _ALL, _("Reminder of a date, one working day before"), TODAY, previews.date),
    Kind(
        "options_agreed", _ALL, _("All options are confirmed"), ASKS, previews.text, but={Side.ADVISOR: NEWS}
    ),
    Kind(
        "session_questioned",
        _ALL,
        _("The municipality says that a session was different"),
        ASKS,
        previews.questioned,
    ),
    Kind("case_withdrawn", _ALL, _("The municipality has withdrawn the request"), DECISION, previews.text),
    Kind("talk_asked", _ALL, _("The municipality would like another talk"), ASKS, previews.talk),
    # It asks the advisors: they write to somebody else from now on.
    Kind(
        "handed_over",
        _ALL,
        _("The case is handed over to another contact person"),
        ASKS,
        previews.people,
        but={Side.MUNICIPALITY: FAREWELL},
    ),
    Kind(
        "daily_mail",
        _ALL,
        _("The mail of the morning: tasks, and answers that are due"),
        TODAY,
        previews.daily,
    ),
    # Somebody's computer is at risk.
    Kind(
        "document_harmful",
        _ALL,
        _("A harmful file was deleted"),
        TODAY,
        previews.text,
        but={Side.COORDINATOR: NEWS},
    ),
)
