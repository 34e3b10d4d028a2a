"""The mails whose wording the coordination may change: what each is for, who gets it, what a preview needs.

Mails of the sign-in are not among them: what they say is part of how safe it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from requests_app.triage.texts import previews
from requests_app.triage.texts.previews import Scene, Values


class Reader(TextChoices):
    MUNICIPALITY = "municipality", _("To the municipality")
    ADVISORS = "advisors", _("To advisors")
    COORDINATION = "coordination", _("To the coordination")
    SEVERAL = "several", _("To several sides")


@dataclass(frozen=True)
class Kind:
    """One row. ``values``: what a preview fills in, from a case; None when that case has no such mail."""

    to: Reader
    title: Promise
    values: Callable[[Scene], Values | None]
    # No case belongs to it: the preview needs none.
    without_case: bool = False


_TO = Reader.MUNICIPALITY
_ADV = Reader.ADVISORS
_COORD = Reader.COORDINATION
_ALL = Reader.SEVERAL

KINDS = {
    "request_received": Kind(_TO, _("The request has come in"), previews.with_code),
    "new_code": Kind(_TO, _("New code to confirm the address"), previews.with_code),
    "request_entered": Kind(
        _TO, _("Somebody else has entered the request: please confirm"), previews.entered
    ),
    "query_asked": Kind(_TO, _("Query of the coordination"), previews.query),
    "advisor_found": Kind(_TO, _("The advisors are found"), previews.lead),
    "direct_came_to_nothing": Kind(_TO, _("The direct enquiry came to nothing"), previews.assignment),
    "options_proposed": Kind(_TO, _("Action options to confirm"), previews.options),
    "dates_proposed": Kind(_TO, _("Dates are proposed: please choose"), previews.proposed_dates),
    "change_accepted": Kind(_TO, _("The advisors accept the municipality's change"), previews.option),
    "library_asked": Kind(_TO, _("May an option go into the library?"), previews.library),
    "session_logged": Kind(_TO, _("A session to confirm"), previews.session),
    "session_corrected": Kind(_TO, _("A session is corrected"), previews.corrected),
    "request_declined": Kind(_TO, _("The request is declined"), previews.text),
    "decline_taken_back": Kind(_TO, _("The decline is taken back"), previews.text),
    "case_closed": Kind(_TO, _("The case is closed"), previews.closed),
    "follow_up_asked": Kind(_TO, _("Months later: what has become of it?"), previews.follow_up),
    "follow_up_reminded": Kind(_TO, _("Reminder of the follow-up"), previews.follow_up),
    "case_reopened": Kind(_TO, _("The case is open again"), previews.text),
    "case_merged": Kind(_TO, _("The case is merged into another"), previews.merged),
    "merge_undone": Kind(_TO, _("The merge of two cases is undone"), previews.merged),
    "draft_link": Kind(_TO, _("Link to an unfinished request"), previews.draft, without_case=True),
    "draft_reminder": Kind(
        _TO, _("An unfinished request is about to be deleted"), previews.draft, without_case=True
    ),
    "contact_invited": Kind(_TO, _("Invitation of a contact person"), previews.people),
    "contact_added": Kind(_TO, _("A contact person was invited, to the others"), previews.people),
    "contact_left": Kind(_TO, _("A contact person has left, to the others"), previews.people),
    "contact_removed": Kind(_TO, _("A contact person was removed, to this person"), previews.people),
    "offer_made": Kind(_ADV, _("Offer to advise"), previews.offer),
    "offer_withdrawn": Kind(_ADV, _("The offer is withdrawn"), previews.assignment),
    "offer_lapsed": Kind(_ADV, _("The offer has lapsed"), previews.assignment),
    "assignment_ended": Kind(_ADV, _("The assignment has ended"), previews.assignment),
    "option_commented": Kind(_ADV, _("The municipality would like to change an option"), previews.option),
    "dates_refused": Kind(_ADV, _("None of the proposed dates fits"), previews.text),
    "date_move_asked": Kind(_ADV, _("The municipality asks for another date"), previews.date),
    "option_changed": Kind(_ADV, _("The municipality has changed an option"), previews.changed_option),
    "option_confirmed": Kind(_ADV, _("An option is confirmed, with a remark"), previews.option),
    "profile_approved": Kind(_ADV, _("The profile is public"), previews.profile, without_case=True),
    "profile_declined": Kind(_ADV, _("The profile needs changes"), previews.profile, without_case=True),
    "profile_withdrawn": Kind(_ADV, _("The profile was taken down"), previews.profile, without_case=True),
    "new_request": Kind(_COORD, _("A new request"), previews.text),
    "direct_kept": Kind(_COORD, _("A direct enquiry could not be passed on"), previews.direct),
    "entry_confirmed": Kind(_COORD, _("The contact person has confirmed the entries"), previews.entered),
    "entry_disowned": Kind(_COORD, _("“This is not my request”"), previews.entered),
    "query_answered": Kind(_COORD, _("Answer to a query"), previews.text),
    "offer_answered": Kind(_COORD, _("Yes or no to an offer"), previews.assignment),
    "offer_expired": Kind(_COORD, _("An offer without an answer"), previews.assignment),
    "library_answered": Kind(_COORD, _("Yes or no to the library"), previews.library),
    "profile_waiting": Kind(_COORD, _("A profile waits for approval"), previews.profile, without_case=True),
    "message_written": Kind(_ALL, _("A new message"), previews.message),
    "date_agreed": Kind(_ALL, _("A date is agreed"), previews.date),
    "date_moved": Kind(_ALL, _("A date is moved"), previews.date),
    "date_cancelled": Kind(_ALL, _("A date is cancelled"), previews.date),
    "date_left": Kind(_ALL, _("A date takes place without somebody who has left"), previews.date),
    "date_reminder": Kind(_ALL, _("Reminder of a date, one working day before"), previews.date),
    "options_agreed": Kind(_ALL, _("All options are confirmed"), previews.text),
    "session_questioned": Kind(
        _ALL, _("The municipality says that a session was different"), previews.questioned
    ),
    "case_withdrawn": Kind(_ALL, _("The municipality has withdrawn the request"), previews.text),
    "talk_asked": Kind(_ALL, _("The municipality would like another talk"), previews.talk),
    "handed_over": Kind(_ALL, _("The case is handed over to another contact person"), previews.people),
    "daily_mail": Kind(_ALL, _("The mail of the morning: tasks, and answers that are due"), previews.daily),
    "document_harmful": Kind(_ALL, _("A harmful file was deleted"), previews.text),
}
