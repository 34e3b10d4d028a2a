"""The workflow table: what can be done to a case, from which states, by whom, and where it leads.

Buttons in the admin, the workspace and the case page are drawn from this table. It is data only;
the modules beside this one hold one function per action and are the one place that applies it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from requests_app import dates
from requests_app.models import OPEN_STATUSES, CaseStatus, EventKind

S = CaseStatus


class Who(StrEnum):
    """Who may take an action."""

    COORDINATOR = "coordinator"
    CONTACT = "contact"  # a contact person of this case
    OFFERED = "offered"  # the advisor whom the offer was made to
    ADVISOR = "advisor"  # an advisor who has accepted
    SYSTEM = "system"  # follows from another action, or from the calendar


@dataclass(frozen=True)
class Action:
    """One row of the table. ``target`` None: the state stays."""

    key: str
    label: Promise
    sources: tuple[CaseStatus, ...]
    target: CaseStatus | None
    who: Who
    event: EventKind
    mails: tuple[str, ...] = ()
    # Whether forms that were opened before this action are out of date after it.
    moves: bool = True
    # True: only while an entered request waits for its contact's yes. False: only when none waits.
    unconfirmed: bool | None = None
    # Something came in that the coordination has to act on, or to know of.
    is_answer: bool = False
    # Whether it may be taken on a case that was merged into another one.
    when_merged: bool = False

    def allows(self, status: str) -> bool:
        return status in self.sources


_WITH_LEAD = (S.MATCHED, S.IN_DIALOGUE)
# A second advisor's offer may still be open, or accepted, in all of these. It must not get stuck.
_SECOND = (S.IN_REVIEW, S.MATCHING, *_WITH_LEAD, S.OPTIONS_AGREED)
_ALL = tuple(S)
_BEFORE_ADVICE = (S.SUBMITTED, S.IN_REVIEW, S.QUERY_OPEN)
# Once an advisor has said yes, a case is not merged into another one, but the other one into it.
_MERGEABLE = (*_BEFORE_ADVICE, S.MATCHING)
# While somebody advises, dates can be found.
_ADVISED = dates.ADVISED
# Where an agreed option can be.
_WITH_OPTIONS = (S.IN_REVIEW, S.MATCHING, S.MATCHED, S.IN_DIALOGUE, S.OPTIONS_AGREED, S.CLOSED)
# What was done is confirmed also after the case has ended, or while a new lead advisor is looked for.
_HELD = (S.IN_DIALOGUE, S.OPTIONS_AGREED, S.CLOSED)
_ONCE_HELD = (S.IN_REVIEW, S.QUERY_OPEN, S.MATCHING, S.MATCHED, *_HELD, S.DECLINED, S.WITHDRAWN)
_WITH_FOLLOW_UP = (*OPEN_STATUSES, S.CLOSED)

_ROWS = (
    Action("confirm_address", _("Confirm the address"), _ALL, None, Who.SYSTEM,
           EventKind.ADDRESS_CONFIRMED, moves=False),
    Action("send_code", _("Send a new code"), _ALL, None, Who.SYSTEM,
           EventKind.CODE_SENT, ("new_code",), moves=False),
    Action("offer_directly", _("Offer to the advisor who was asked directly"), (S.SUBMITTED,), S.MATCHING,
           Who.SYSTEM, EventKind.OFFERED, ("offer_made",), unconfirmed=False),
    Action("complete_entry", _("Complete the entries"), _BEFORE_ADVICE, None, Who.COORDINATOR,
           EventKind.CORRECTED, ("request_entered",), unconfirmed=True),
    Action("send_entry_link", _("Send the link again"), _BEFORE_ADVICE, None, Who.COORDINATOR,
           EventKind.CODE_SENT, ("request_entered",), moves=False, unconfirmed=True),
    Action("correct_entry", _("Correct the entries"), _BEFORE_ADVICE, None, Who.CONTACT,
           EventKind.CORRECTED, unconfirmed=True),
    Action("confirm_entry", _("Confirm the entries"), _BEFORE_ADVICE, None, Who.CONTACT,
           EventKind.ENTRY_CONFIRMED, ("entry_confirmed",), unconfirmed=True, is_answer=True),
    Action("disown_entry", _("This is not my request"), _BEFORE_ADVICE, S.WITHDRAWN, Who.SYSTEM,
           EventKind.WITHDRAWN, ("entry_disowned",), unconfirmed=True),
    # Somebody else speaks for the municipality already: the request goes on without this address.
    Action("disown_contact", _("This is not my request"), _BEFORE_ADVICE, None, Who.SYSTEM,
           EventKind.CONTACT_LEFT, ("entry_disowned",), moves=False, unconfirmed=True),
    Action("start_review", _("Start the review"), (S.SUBMITTED,), S.IN_REVIEW, Who.COORDINATOR,
           EventKind.REVIEW_STARTED),
    Action("ask_query", _("Ask a query"), (S.SUBMITTED, S.IN_REVIEW), S.QUERY_OPEN, Who.COORDINATOR,
           EventKind.QUERY_ASKED, ("query_asked",)),
    Action("answer_query", _("Answer the query"), (S.QUERY_OPEN,), S.IN_REVIEW, Who.CONTACT,
           EventKind.QUERY_ANSWERED, ("query_answered",), is_answer=True),
    Action("resume_review", _("Go on without a written answer"), (S.QUERY_OPEN,), S.IN_REVIEW,
           Who.COORDINATOR, EventKind.REVIEW_RESUMED),
    Action("settle_lead_unit", _("Settle the unit in charge"), OPEN_STATUSES, None, Who.COORDINATOR,
           EventKind.LEAD_UNIT_SETTLED),
    Action("offer", _("Offer to advisors"), (S.IN_REVIEW, S.MATCHING), S.MATCHING, Who.COORDINATOR,
           EventKind.OFFERED, ("offer_made",), unconfirmed=False),
    Action("offer_co", _("Ask a second advisor"), _WITH_LEAD, None, Who.COORDINATOR,
           EventKind.OFFERED, ("offer_made",)),
    Action("set_confidential", _("Change confidentiality"), OPEN_STATUSES, None, Who.COORDINATOR,
           EventKind.CONFIDENTIAL_SET),
    Action("change_shortlist", _("Change the shortlist"), (S.IN_REVIEW, S.MATCHING, *_WITH_LEAD), None,
           Who.COORDINATOR, EventKind.SHORTLIST_CHANGED, moves=False),
    Action("ask_next", _("Ask the next one"), (S.MATCHING, *_WITH_LEAD), None, Who.SYSTEM,
           EventKind.OFFERED, ("offer_made",)),
    Action("withdraw_offer", _("Withdraw the offer"), _SECOND, None,
           Who.COORDINATOR, EventKind.OFFER_WITHDRAWN, ("offer_withdrawn",)),
    Action("accept_lead", _("Accept"), (S.MATCHING,), S.MATCHED, Who.OFFERED,
           EventKind.OFFER_ACCEPTED, ("offer_answered", "advisor_found")),
    Action("accept_co", _("Accept"), _SECOND, None, Who.OFFERED,
           EventKind.OFFER_ACCEPTED, ("offer_answered",)),
    Action("decline_offer", _("Decline"), _SECOND, None, Who.OFFERED,
           EventKind.OFFER_DECLINED, ("offer_answered", "direct_came_to_nothing")),
    # The offer is declined by it, in the same transaction.
    Action("decline_for_conflict", _("I cannot advise impartially"), _SECOND, None, Who.OFFERED,
           EventKind.CONFLICT_RECORDED, ("offer_answered", "direct_came_to_nothing"), moves=False),
    Action("record_conflict", _("Record a conflict of interest"), _ALL, None, Who.COORDINATOR,
           EventKind.CONFLICT_RECORDED, moves=False),
    Action("lift_conflict", _("Lift a conflict of interest"), _ALL, None, Who.COORDINATOR,
           EventKind.CONFLICT_LIFTED, moves=False),
    Action("expire_offer", _("Let the offer expire"), _SECOND, None,
           Who.SYSTEM, EventKind.OFFER_EXPIRED, ("offer_expired",)),
    Action("alarm_unanswered", _("Report a direct enquiry without an answer"), (S.MATCHING,), None,
           Who.SYSTEM, EventKind.DIRECT_UNANSWERED, ("direct_came_to_nothing",)),
    Action("escalate", _("Tell the whole coordination"), (S.SUBMITTED, S.IN_REVIEW, S.MATCHING, S.MATCHED),
           None, Who.SYSTEM, EventKind.ESCALATED, moves=False),
    Action("exhaust_offers", _("No offer is open any more"), (S.MATCHING,), S.IN_REVIEW, Who.SYSTEM,
           EventKind.OFFERS_EXHAUSTED, is_answer=True),
    Action("end_assignment", _("End the second advisor's assignment"), _SECOND,
           None, Who.COORDINATOR, EventKind.ASSIGNMENT_ENDED, ("assignment_ended",)),
    Action("release_lead", _("Release the lead advisor"), _WITH_LEAD, S.IN_REVIEW, Who.COORDINATOR,
           EventKind.LEAD_RELEASED, ("assignment_ended",)),
    Action("propose_dates", _("Propose dates"), _ADVISED, None, Who.ADVISOR,
           EventKind.DATES_PROPOSED, ("dates_proposed",), moves=False),
    Action("withdraw_dates", _("Withdraw the dates"), _ADVISED, None, Who.ADVISOR,
           EventKind.DATES_WITHDRAWN, moves=False),
    Action("pick_date", _("Take this date"), _ADVISED, None, Who.CONTACT,
           EventKind.DATE_AGREED, ("date_agreed",), moves=False),
    # The same for dates that are proposed in place of an agreed one.
    Action("pick_other_date", _("Take this date"), _ADVISED, None, Who.CONTACT,
           EventKind.DATE_MOVED, ("date_moved",), moves=False),
    Action("refuse_dates", _("None of the dates fits"), _ADVISED, None, Who.CONTACT,
           EventKind.DATES_REFUSED, ("dates_refused",), moves=False),
    Action("ask_to_move", _("Ask for another date"), _ADVISED, None, Who.CONTACT,
           EventKind.DATE_MOVE_ASKED, ("date_move_asked",), moves=False),
    Action("cancel_date", _("Cancel the date"), _ADVISED, None, Who.ADVISOR,
           EventKind.DATE_CANCELLED, ("date_cancelled",), moves=False),
    Action("cancel_date_as_contact", _("Cancel the date"), _ADVISED, None, Who.CONTACT,
           EventKind.DATE_CANCELLED, ("date_cancelled",), moves=False),
    # With the end of the case, or when its lead advisor is released.
    Action("drop_dates", _("Withdraw the dates"), _ADVISED, None, Who.SYSTEM,
           EventKind.DATES_WITHDRAWN, moves=False),
    Action("drop_date", _("Cancel the date"), _ADVISED, None, Who.SYSTEM,
           EventKind.DATE_CANCELLED, ("date_cancelled",), moves=False),
    Action("hold_first_session", _("Log a session"), (S.MATCHED,), S.IN_DIALOGUE, Who.ADVISOR,
           EventKind.DIALOGUE_STARTED, ("session_logged",)),
    Action("log_session", _("Log a session"), (S.IN_DIALOGUE, S.OPTIONS_AGREED), None, Who.ADVISOR,
           EventKind.SESSION_LOGGED, ("session_logged",), moves=False),
    # A closed case: as long as the municipality has not confirmed the session.
    Action("correct_session", _("Correct the session"), _HELD, None, Who.ADVISOR,
           EventKind.SESSION_CORRECTED, ("session_corrected",), moves=False),
    Action("add_to_session", _("Add to the session"), _HELD, None, Who.ADVISOR,
           EventKind.SESSION_ADDED_TO, moves=False),
    Action("confirm_session", _("Confirm the session"), _ONCE_HELD, None, Who.CONTACT,
           EventKind.SESSION_CONFIRMED, moves=False),
    Action("question_session", _("Something was different"), _ONCE_HELD, None, Who.CONTACT,
           EventKind.SESSION_QUESTIONED, ("session_questioned",), moves=False),
    Action("write_option", _("Write an action option"), (S.IN_DIALOGUE, S.OPTIONS_AGREED), None, Who.ADVISOR,
           EventKind.OPTION_WRITTEN, moves=False),
    Action("remove_option", _("Remove the draft"), (S.IN_DIALOGUE, S.OPTIONS_AGREED), None, Who.ADVISOR,
           EventKind.OPTION_REMOVED, moves=False),
    Action("order_options", _("Change the order"), (S.IN_DIALOGUE, S.OPTIONS_AGREED), None, Who.ADVISOR,
           EventKind.OPTIONS_ORDERED, moves=False),
    Action("propose_options", _("Put it to the municipality"), (S.IN_DIALOGUE,), None, Who.ADVISOR,
           EventKind.OPTIONS_PROPOSED, ("options_proposed",)),
    Action("propose_more", _("Put it to the municipality"), (S.OPTIONS_AGREED,), S.IN_DIALOGUE, Who.ADVISOR,
           EventKind.OPTIONS_PROPOSED, ("options_proposed",)),
    Action("confirm_option", _("Confirm"), (S.IN_DIALOGUE,), None, Who.CONTACT,
           EventKind.OPTION_CONFIRMED),
    Action("comment_option", _("Comment"), (S.IN_DIALOGUE,), None, Who.CONTACT,
           EventKind.OPTION_COMMENTED, ("option_commented",), is_answer=True),
    Action("change_option", _("Change the wording"), (S.IN_DIALOGUE,), None, Who.CONTACT,
           EventKind.OPTION_CHANGED, ("option_changed",), is_answer=True),
    Action("accept_change", _("Accept the change"), (S.IN_DIALOGUE,), None, Who.ADVISOR,
           EventKind.CHANGE_ACCEPTED, ("change_accepted",)),
    Action("agree_options", _("All options confirmed"), (S.IN_DIALOGUE,), S.OPTIONS_AGREED, Who.SYSTEM,
           EventKind.OPTIONS_AGREED, ("options_agreed",), is_answer=True),
    Action("ask_for_library", _("Ask whether it may go into the library"), _WITH_OPTIONS, None,
           Who.COORDINATOR, EventKind.LIBRARY_ASKED, ("library_asked",), moves=False),
    Action("answer_for_library", _("Answer for the library"), _WITH_OPTIONS, None, Who.CONTACT,
           EventKind.LIBRARY_ANSWERED, ("library_answered",), moves=False),
    Action("take_into_library", _("Take into the library"), _WITH_OPTIONS, None, Who.COORDINATOR,
           EventKind.LIBRARY_TAKEN, moves=False),
    Action("decline", _("Decline the request"), (S.SUBMITTED, S.IN_REVIEW, S.QUERY_OPEN, S.MATCHING),
           S.DECLINED, Who.COORDINATOR, EventKind.DECLINED, ("request_declined", "offer_withdrawn")),
    Action("take_back", _("Take the decision back"), (S.DECLINED,), S.IN_REVIEW, Who.COORDINATOR,
           EventKind.DECLINE_TAKEN_BACK, ("decline_taken_back",)),
    # From review only after sessions were held: the lead has gone, and what there is, is enough.
    Action("close", _("Close the case"), (S.IN_REVIEW, S.MATCHED, S.IN_DIALOGUE, S.OPTIONS_AGREED), S.CLOSED,
           Who.COORDINATOR, EventKind.CLOSED, ("case_closed",)),
    Action("reopen", _("Reopen the case"), (S.CLOSED,), S.IN_DIALOGUE, Who.COORDINATOR,
           EventKind.REOPENED, ("case_reopened",)),
    # After the end: what the municipality thinks of it, and what became of the options.
    Action("give_feedback", _("Answer three questions"), (S.CLOSED,), None, Who.CONTACT,
           EventKind.FEEDBACK_GIVEN, moves=False),
    Action("ask_follow_up", _("Ask what became of it"), (S.CLOSED,), None, Who.SYSTEM,
           EventKind.FOLLOW_UP_ASKED, ("follow_up_asked",), moves=False),
    Action("miss_follow_up", _("Leave the follow-up out, as nobody can be reached"), (S.CLOSED,), None,
           Who.SYSTEM, EventKind.FOLLOW_UP_SKIPPED, moves=False),
    Action("remind_follow_up", _("Remind of the follow-up"), (S.CLOSED,), None, Who.SYSTEM,
           EventKind.FOLLOW_UP_REMINDED, ("follow_up_reminded",), moves=False),
    Action("rest_follow_up", _("Let the follow-up rest"), (S.CLOSED,), None, Who.SYSTEM,
           EventKind.FOLLOW_UP_RESTS, moves=False),
    Action("answer_follow_up", _("Say what became of it"), (S.CLOSED,), None, Who.CONTACT,
           EventKind.FOLLOW_UP_ANSWERED, moves=False),
    Action("skip_follow_up", _("Leave the follow-up out"), (S.CLOSED,), None, Who.COORDINATOR,
           EventKind.FOLLOW_UP_SKIPPED, moves=False),
    Action("restore_follow_up", _("Ask after all"), (S.CLOSED,), None, Who.COORDINATOR,
           EventKind.FOLLOW_UP_BACK, moves=False),
    # The municipality wants to go on: with its advisors, or with whom the coordination finds.
    Action("ask_for_talk", _("Ask for another talk"), (S.CLOSED,), S.IN_DIALOGUE, Who.CONTACT,
           EventKind.TALK_ASKED, ("talk_asked",), is_answer=True),
    Action("ask_for_advice_again", _("Ask for another talk"), (S.CLOSED,), S.IN_REVIEW, Who.CONTACT,
           EventKind.TALK_ASKED, ("talk_asked",), is_answer=True),
    Action("withdraw", _("Withdraw the request"), OPEN_STATUSES, S.WITHDRAWN, Who.CONTACT,
           EventKind.WITHDRAWN, ("case_withdrawn",)),
    Action("write_to_municipality", _("Write a message"), _ALL, None, Who.COORDINATOR,
           EventKind.MESSAGE_WRITTEN, ("message_written",), moves=False),
    Action("write_as_contact", _("Write a message"), _ALL, None, Who.CONTACT,
           EventKind.MESSAGE_WRITTEN, ("message_written",), moves=False),
    Action("write_as_advisor", _("Write a message"), _ALL, None, Who.ADVISOR,
           EventKind.MESSAGE_WRITTEN, ("message_written",), moves=False),
    Action("add_document", _("Add documents"), OPEN_STATUSES, None, Who.CONTACT,
           EventKind.DOCUMENT_ADDED, moves=False),
    # The same for the coordination, with what came by mail.
    Action("add_document_for", _("Add documents"), OPEN_STATUSES, None, Who.COORDINATOR,
           EventKind.DOCUMENT_ADDED, moves=False),
    Action("condemn_document", _("Delete a harmful document"), _ALL, None, Who.SYSTEM,
           EventKind.DOCUMENT_HARMFUL, ("document_harmful",), moves=False, when_merged=True),
    Action("invite_contact", _("Invite a colleague"), _ALL, None, Who.CONTACT,
           EventKind.CONTACT_INVITED, ("contact_invited",), moves=False),
    Action("resend_invitation", _("Send the invitation again"), _ALL, None, Who.CONTACT,
           EventKind.CONTACT_INVITED, ("contact_invited",), moves=False),
    Action("withdraw_invitation", _("Withdraw the invitation"), _ALL, None, Who.CONTACT,
           EventKind.INVITATION_WITHDRAWN, moves=False),
    Action("correct_contact", _("Change my data"), _ALL, None, Who.CONTACT,
           EventKind.CONTACT_CORRECTED, moves=False),
    Action("remove_contact", _("Remove the contact person"), _ALL, None, Who.CONTACT,
           EventKind.CONTACT_LEFT, ("contact_removed",), moves=False),
    Action("leave_case", _("Leave the case"), _ALL, None, Who.CONTACT,
           EventKind.CONTACT_LEFT, ("contact_left",), moves=False),
    # To somebody who is a contact already at once, to everybody else with the accepted invitation.
    Action("hand_over", _("Hand over"), _ALL, None, Who.CONTACT,
           EventKind.HANDED_OVER, ("handed_over",), moves=False),
    Action("begin_hand_over", _("Hand over"), _ALL, None, Who.CONTACT,
           EventKind.CONTACT_INVITED, ("contact_invited",), moves=False),
    Action("complete_hand_over", _("Hand over"), _ALL, None, Who.SYSTEM,
           EventKind.HANDED_OVER, ("handed_over",), moves=False),
    Action("cancel_hand_over", _("Do not hand over"), _ALL, None, Who.CONTACT,
           EventKind.HAND_OVER_CANCELLED, moves=False),
    # The same for the coordination, when somebody calls or a mailbox does not exist any more.
    Action("invite_contact_for", _("Add a contact person"), _ALL, None, Who.COORDINATOR,
           EventKind.CONTACT_INVITED, ("contact_invited",), moves=False),
    Action("resend_invitation_for", _("Send the invitation again"), _ALL, None, Who.COORDINATOR,
           EventKind.CONTACT_INVITED, ("contact_invited",), moves=False),
    Action("withdraw_invitation_for", _("Withdraw the invitation"), _ALL, None, Who.COORDINATOR,
           EventKind.INVITATION_WITHDRAWN, moves=False),
    Action("correct_contact_for", _("Correct the contact data"), _ALL, None, Who.COORDINATOR,
           EventKind.CONTACT_CORRECTED, moves=False),
    Action("remove_contact_for", _("Remove the contact person"), _ALL, None, Who.COORDINATOR,
           EventKind.CONTACT_LEFT, ("contact_removed",), moves=False),
    # What became of the case's mails.
    Action("note_bounce", _("Note that a mail came back"), _ALL, None, Who.SYSTEM,
           EventKind.MAIL_BOUNCED, moves=False),
    Action("send_mail_again", _("Send the mail again"), _ALL, None, Who.COORDINATOR,
           EventKind.MAIL_SENT_AGAIN, moves=False),
    Action("settle_mail", _("Dealt with"), _ALL, None, Who.COORDINATOR,
           EventKind.MAIL_SETTLED, moves=False),
    Action("send_code_for", _("Send a new code"), _ALL, None, Who.COORDINATOR,
           EventKind.CODE_SENT, ("new_code",), moves=False),
    # While nobody has shown that the address is theirs; afterwards its owner invites, or is invited anew.
    Action("correct_address", _("Correct the address"), _ALL, None, Who.COORDINATOR,
           EventKind.CONTACT_CORRECTED, moves=False),
    Action("write_note", _("Write an internal note"), _ALL, None, Who.COORDINATOR,
           EventKind.NOTE_WRITTEN, moves=False),
    # Responsibility and topics also of cases that have ended; a closed one comes up for the follow-up.
    Action("take_over", _("Take over"), _ALL, None, Who.COORDINATOR,
           EventKind.RESPONSIBLE_CHANGED, moves=False),
    Action("assign_responsible", _("Pass on"), _ALL, None, Who.COORDINATOR,
           EventKind.RESPONSIBLE_CHANGED, moves=False),
    Action("set_resubmission", _("Set the resubmission"), _WITH_FOLLOW_UP, None, Who.COORDINATOR,
           EventKind.RESUBMISSION_SET, moves=False),
    Action("finish_resubmission", _("Resubmission done"), _WITH_FOLLOW_UP, None, Who.COORDINATOR,
           EventKind.RESUBMISSION_DONE, moves=False),
    Action("change_topics", _("Correct the topics"), _ALL, None, Who.COORDINATOR,
           EventKind.TOPICS_CHANGED, moves=False),
    # Nobody has confirmed what was entered, so it cannot be closed as an advised case is.
    Action("merge", _("Merge into another case"), _MERGEABLE, S.CLOSED, Who.COORDINATOR,
           EventKind.MERGED, ("case_merged", "offer_withdrawn"), unconfirmed=False),
    Action("merge_entered", _("Merge into another case"), _BEFORE_ADVICE, S.DECLINED, Who.COORDINATOR,
           EventKind.MERGED, ("case_merged",), unconfirmed=True),
    Action("take_in", _("Take another case in"), OPEN_STATUSES, None, Who.SYSTEM,
           EventKind.TOOK_IN, unconfirmed=False),
    # Back to the state that the case had.
    Action("undo_merge", _("Undo the merge"), (S.CLOSED, S.DECLINED), None, Who.COORDINATOR,
           EventKind.MERGE_UNDONE, ("merge_undone",), when_merged=True),
    Action("give_back", _("Give a merged case back"), OPEN_STATUSES, None, Who.SYSTEM,
           EventKind.MERGE_UNDONE),
    Action("redact", _("Redact a passage"), _ALL, None, Who.COORDINATOR,
           EventKind.REDACTED),
)  # fmt: skip

ACTIONS = {action.key: action for action in _ROWS}
