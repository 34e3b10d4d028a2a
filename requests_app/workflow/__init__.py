"""Every change of a case's state. Nothing else writes a state or an event.

Each function takes the case (or a part of it) and the actor, locks the case's row, checks the row
of the table (``workflow.table``) that it stands for, changes what it must, writes the event and
stores the mails – in one transaction. It returns what it changed, freshly read.

All of them raise ``InvalidTransition`` when the case does not allow the action (any more) and
``NotAllowed`` when the actor may not take it; nothing has changed then. ``seen`` is the version of
the case that the person was looking at: if a colleague changed the state since, that is an
``InvalidTransition`` too.
"""

from requests_app.workflow.another_talk import ask_for_talk, ended_after_advice, has_advisors
from requests_app.workflow.answers import accept_offer, decline_offer, expire_offer
from requests_app.workflow.confidential import set_confidential
from requests_app.workflow.conflicts import (
    NewConflict,
    decline_for_conflict,
    lift_conflict,
    record_conflict,
    record_conflict_in_case,
)
from requests_app.workflow.contacts import (
    NewContact,
    accept_invitation,
    cancel_hand_over,
    correct_contact,
    hand_over,
    invite_contact,
    leave_case,
    remove_contact,
    resend_invitation,
)
from requests_app.workflow.dates import (
    Proposal,
    ask_to_move,
    cancel_date,
    pick_date,
    propose_dates,
    refuse_dates,
    remind_of_date,
    withdraw_dates,
)
from requests_app.workflow.desk import (
    assign_responsible,
    can_come_up_again,
    change_topics,
    close_as_duplicate,
    finish_resubmission,
    responsible_seen,
    resubmission_seen,
    set_resubmission,
    take_over,
)
from requests_app.workflow.dialogue import (
    add_to_session,
    confirm_session,
    correct_session,
    log_session,
    question_session,
)
from requests_app.workflow.direct import offer_directly
from requests_app.workflow.documents import add_document, condemn_document
from requests_app.workflow.ending import close, possible_resolutions, reopen, withdraw
from requests_app.workflow.engine import (
    InvalidTransition,
    NotAllowed,
    available_actions,
    available_keys,
    is_available,
)
from requests_app.workflow.entry import (
    complete_entry,
    confirm_entry,
    disown_entry,
    enter_request,
    send_entry_link,
)
from requests_app.workflow.feedback import can_give_feedback, give_feedback
from requests_app.workflow.follow_ups import (
    NothingNew,
    Said,
    answer_follow_up,
    ask_follow_up,
    current_options,
    last_word,
    newest_reports,
    remind_follow_up,
    rest_follow_up,
    restore_follow_up,
    skip_follow_up,
    waiting_round,
)
from requests_app.workflow.intake import (
    CodeResult,
    NewRequest,
    confirm_address,
    confirm_by_sign_in,
    send_code,
    submit_request,
)
from requests_app.workflow.lateness import escalate
from requests_app.workflow.library import answer_for_library, ask_for_library, take_into_library
from requests_app.workflow.mails import (
    correct_address,
    invite_at_new_address,
    lock_case_of,
    note_arrival,
    note_bounce,
    note_sent_again,
    send_code_for,
    send_mail_again,
    settle_mail,
)
from requests_app.workflow.merging import merge, obstacle_to_merging, obstacle_to_undoing, undo_merge
from requests_app.workflow.offers import (
    ConflictStands,
    Offer,
    end_assignment,
    offer,
    withdraw_offer,
)
from requests_app.workflow.option_changes import accept_change, change_option, order_options
from requests_app.workflow.options import (
    comment_option,
    confirm_option,
    propose_options,
    remove_option,
    write_option,
)
from requests_app.workflow.redaction import MARK, Place, find_passage, redact
from requests_app.workflow.review import (
    answer_query,
    ask_query,
    decline,
    resume_review,
    settle_lead_unit,
    start_review,
    take_back,
)
from requests_app.workflow.shortlist import (
    Turn,
    add_to_shortlist,
    move_on_shortlist,
    obstacle,
    offer_from,
    remove_from_shortlist,
    rewrite_entry,
    set_asks_by_itself,
)
from requests_app.workflow.table import ACTIONS, Action, Who
from requests_app.workflow.words import write_message, write_note

__all__ = [
    "take_into_library",
    "order_options",
    "change_option",
    "ask_for_library",
    "answer_for_library",
    "accept_change",
    "ACTIONS",
    "Action",
    "CodeResult",
    "ConflictStands",
    "InvalidTransition",
    "MARK",
    "NewConflict",
    "NewContact",
    "NewRequest",
    "NotAllowed",
    "NothingNew",
    "Offer",
    "Place",
    "Said",
    "Proposal",
    "Turn",
    "Who",
    "accept_invitation",
    "accept_offer",
    "add_document",
    "add_to_session",
    "add_to_shortlist",
    "answer_follow_up",
    "answer_query",
    "ask_follow_up",
    "ask_for_talk",
    "ask_query",
    "ask_to_move",
    "assign_responsible",
    "available_actions",
    "available_keys",
    "ended_after_advice",
    "can_come_up_again",
    "can_give_feedback",
    "cancel_date",
    "cancel_hand_over",
    "change_topics",
    "close",
    "close_as_duplicate",
    "comment_option",
    "complete_entry",
    "condemn_document",
    "confirm_address",
    "confirm_by_sign_in",
    "confirm_entry",
    "confirm_option",
    "confirm_session",
    "correct_address",
    "correct_contact",
    "correct_session",
    "current_options",
    "decline",
    "decline_for_conflict",
    "decline_offer",
    "disown_entry",
    "end_assignment",
    "enter_request",
    "escalate",
    "expire_offer",
    "find_passage",
    "finish_resubmission",
    "give_feedback",
    "hand_over",
    "has_advisors",
    "invite_at_new_address",
    "invite_contact",
    "is_available",
    "last_word",
    "leave_case",
    "lift_conflict",
    "lock_case_of",
    "log_session",
    "merge",
    "move_on_shortlist",
    "newest_reports",
    "note_arrival",
    "note_bounce",
    "note_sent_again",
    "obstacle",
    "obstacle_to_merging",
    "obstacle_to_undoing",
    "offer",
    "offer_directly",
    "offer_from",
    "pick_date",
    "possible_resolutions",
    "propose_dates",
    "propose_options",
    "question_session",
    "record_conflict",
    "record_conflict_in_case",
    "redact",
    "remind_follow_up",
    "refuse_dates",
    "remind_of_date",
    "remove_contact",
    "remove_from_shortlist",
    "remove_option",
    "reopen",
    "resend_invitation",
    "responsible_seen",
    "rest_follow_up",
    "restore_follow_up",
    "resubmission_seen",
    "resume_review",
    "rewrite_entry",
    "send_code",
    "send_code_for",
    "send_entry_link",
    "send_mail_again",
    "set_asks_by_itself",
    "set_confidential",
    "set_resubmission",
    "settle_lead_unit",
    "settle_mail",
    "skip_follow_up",
    "start_review",
    "submit_request",
    "take_back",
    "take_over",
    "undo_merge",
    "waiting_round",
    "withdraw",
    "withdraw_dates",
    "withdraw_offer",
    "write_message",
    "write_note",
    "write_option",
]
