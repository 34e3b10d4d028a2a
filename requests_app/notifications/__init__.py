"""One function per mail about a case. Each stores its mails in the caller's transaction.

Where the coordination may edit a mail before it goes, a ``compose_…`` function gives the text that
is shown, and the sending function takes the edited one. Mails go only to people who need them.

Each mail speaks the language of whoever gets it (``User.language``). What the coordination edits
speaks that of the main contact person, or of the advisor.
"""

from requests_app.notifications.advisors import (
    assignment_ended,
    compose_assignment_ended,
    compose_offer,
    compose_offer_withdrawn,
    offer_made,
    offer_withdrawn,
    option_commented,
)
from requests_app.notifications.after_the_end import follow_up_asked, follow_up_reminded, talk_asked
from requests_app.notifications.contact_persons import (
    contact_added,
    contact_invited,
    contact_left,
    contact_removed,
    handed_over,
)
from requests_app.notifications.coordination import (
    NextTurn,
    direct_kept,
    entry_confirmed,
    entry_disowned,
    new_request,
    offer_answered,
    offer_expired,
    query_answered,
)
from requests_app.notifications.municipality import (
    about_end,
    advisor_found,
    case_closed,
    case_merged,
    case_reopened,
    compose_closed,
    compose_declined,
    compose_merged,
    compose_query,
    compose_reopened,
    compose_taken_back,
    decline_taken_back,
    direct_came_to_nothing,
    draft_link,
    draft_reminder,
    merge_undone,
    new_code,
    options_proposed,
    query_asked,
    request_declined,
    request_entered,
    request_received,
)
from requests_app.notifications.sending import language_of
from requests_app.notifications.several import (
    case_withdrawn,
    daily_mail,
    document_harmful,
    document_of_draft_harmful,
    message_written,
    options_agreed,
)

__all__ = [
    "NextTurn",
    "about_end",
    "advisor_found",
    "assignment_ended",
    "case_closed",
    "case_merged",
    "case_reopened",
    "case_withdrawn",
    "compose_assignment_ended",
    "compose_closed",
    "compose_declined",
    "compose_merged",
    "compose_offer",
    "compose_offer_withdrawn",
    "compose_query",
    "compose_reopened",
    "compose_taken_back",
    "contact_added",
    "contact_invited",
    "contact_left",
    "contact_removed",
    "daily_mail",
    "decline_taken_back",
    "direct_came_to_nothing",
    "direct_kept",
    "document_harmful",
    "document_of_draft_harmful",
    "draft_link",
    "draft_reminder",
    "entry_confirmed",
    "entry_disowned",
    "follow_up_asked",
    "follow_up_reminded",
    "handed_over",
    "language_of",
    "merge_undone",
    "message_written",
    "new_code",
    "new_request",
    "offer_answered",
    "offer_expired",
    "offer_made",
    "offer_withdrawn",
    "option_commented",
    "options_agreed",
    "options_proposed",
    "query_answered",
    "query_asked",
    "request_declined",
    "request_entered",
    "request_received",
    "talk_asked",
]
