"""The words of a case: states, roles and kinds, each a stable key with a staff label."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CaseStatus(models.TextChoices):
    SUBMITTED = "submitted", _("Received")
    IN_REVIEW = "in_review", _("In review")
    QUERY_OPEN = "query_open", _("Query open")
    MATCHING = "matching", _("Looking for an advisor")
    MATCHED = "matched", _("Advisor found")
    IN_DIALOGUE = "in_dialogue", _("In dialogue")
    OPTIONS_AGREED = "options_agreed", _("Action options agreed")
    CLOSED = "closed", _("Closed")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")

    @property
    def public_label(self) -> str:
        """What the municipality reads for this state."""
        return str(PUBLIC_LABELS.get(self, self.label))


PUBLIC_LABELS = {
    CaseStatus.QUERY_OPEN: _("We have a question for you"),
    CaseStatus.MATCHING: _("We are looking for the right advisor"),
    CaseStatus.MATCHED: _("Your advisors have been found"),
    CaseStatus.DECLINED: _("Not possible"),
    CaseStatus.WITHDRAWN: _("Withdrawn by you"),
}

FINAL_STATUSES = (CaseStatus.CLOSED, CaseStatus.DECLINED, CaseStatus.WITHDRAWN)
OPEN_STATUSES = tuple(status for status in CaseStatus if status not in FINAL_STATUSES)
# States in which no advisor is asked or at work.
WITHOUT_ADVICE = (
    CaseStatus.SUBMITTED,
    CaseStatus.IN_REVIEW,
    CaseStatus.QUERY_OPEN,
    CaseStatus.DECLINED,
    CaseStatus.WITHDRAWN,
)


class Resolution(models.TextChoices):
    """How a case ended, apart from its state."""

    OPTIONS_AGREED = "options_agreed", _("Action options agreed")
    INITIAL_TALK_SUFFICIENT = "initial_talk_sufficient", _("The first talk was enough")
    REFERRED = "referred", _("Referred to another offer")
    NOT_ELIGIBLE = "not_eligible", _("Not a constituted municipality in NRW")
    OUT_OF_SCOPE = "out_of_scope", _("Subject outside the offer")
    DUPLICATE = "duplicate", _("There is already a case for this")
    NO_CAPACITY = "no_capacity", _("No advice available at present")
    WITHDRAWN = "withdrawn", _("Withdrawn by the municipality")


# Which resolutions go with which final state.
DECLINE_RESOLUTIONS = (
    Resolution.REFERRED,
    Resolution.NOT_ELIGIBLE,
    Resolution.OUT_OF_SCOPE,
    Resolution.DUPLICATE,
    Resolution.NO_CAPACITY,
)
CLOSE_RESOLUTIONS = (
    Resolution.OPTIONS_AGREED,
    Resolution.INITIAL_TALK_SUFFICIENT,
    Resolution.REFERRED,
    Resolution.DUPLICATE,
    Resolution.NO_CAPACITY,
)


class Channel(models.TextChoices):
    PORTAL = "portal", _("Portal")
    PHONE = "phone", _("By telephone")
    MAIL = "mail", _("By e-mail")
    COORDINATION = "coordination", _("Coordination, by e-mail or telephone")
    ADVISOR = "advisor", _("Directly to an advisor")
    FUNDER = "funder", _("Through SKEW")
    EVENT = "event", _("After an event")


class Goal(models.TextChoices):
    """The four aims of the offer, and the honest fifth answer."""

    PARTICIPATION = "participation", _("Increase chances of participation")
    QUALITY = "quality", _("Raise the quality of municipal development policy")
    APPRECIATION = "appreciation", _("Increase appreciation")
    OPPORTUNITIES = "opportunities", _("Show the chances for society as a whole")
    UNSURE = "unsure", _("We are not sure yet")


# What an action option can aim at: whoever is not sure yet has no option yet.
OPTION_GOALS = [choice for choice in Goal.choices if choice[0] != Goal.UNSURE]


class AssignmentRole(models.TextChoices):
    LEAD = "lead", _("Lead")
    CO = "co", _("Second advisor")


class AssignmentStatus(models.TextChoices):
    OFFERED = "offered", _("Offered")
    ACCEPTED = "accepted", _("Said yes")
    DECLINED = "declined", _("Said no")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    EXPIRED = "expired", _("Expired without an answer")
    ENDED = "ended", _("Ended")


LIVE_ASSIGNMENTS = (AssignmentStatus.OFFERED, AssignmentStatus.ACCEPTED)
# Who has advised, whether she or he still does or not.
TAKEN_ON = (AssignmentStatus.ACCEPTED, AssignmentStatus.ENDED)


class SessionMode(models.TextChoices):
    """How a session was held."""

    ON_SITE = "on_site", _("On site")
    ONLINE = "online", _("Online")
    PHONE = "phone", _("By telephone")


class Effort(models.TextChoices):
    LOW = "low", _("Low (existing means)")
    MEDIUM = "medium", _("Medium (some person-days)")
    HIGH = "high", _("High (needs a resolution or budget)")


class Horizon(models.TextChoices):
    SHORT = "short", _("Short term (up to 3 months)")
    MEDIUM = "medium", _("Medium term (up to 12 months)")
    LONG = "long", _("Long term (over 12 months)")


class OptionStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PROPOSED = "proposed", _("Put to the municipality")
    COMMENTED = "commented", _("Commented by the municipality")
    CHANGED = "changed", _("Changed by the municipality")
    AGREED = "agreed", _("Agreed")
    REPLACED = "replaced", _("Replaced by a new version")


# Agreed once, and never changed since.
SETTLED_OPTIONS = (OptionStatus.AGREED, OptionStatus.REPLACED)
# What the municipality may word itself.
CHANGEABLE_OPTIONS = (OptionStatus.PROPOSED, OptionStatus.COMMENTED, OptionStatus.CHANGED)


class Implementation(models.TextChoices):
    """What became of an agreed option, as the municipality says."""

    PLANNED = "planned", _("Planned")
    RESOLVED = "resolved", _("Resolution passed")
    IN_PROGRESS = "in_progress", _("In progress")
    PARTLY_DONE = "partly_done", _("Partly implemented")
    DONE = "done", _("Implemented")
    DROPPED = "dropped", _("Dropped")


class RoundStatus(models.TextChoices):
    """Where the search for a date stands."""

    OPEN = "open", _("Waits for the municipality")
    AGREED = "agreed", _("Date found")
    REFUSED = "refused", _("None of the dates fits")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class AppointmentStatus(models.TextChoices):
    AGREED = "agreed", _("Agreed")
    CANCELLED = "cancelled", _("Cancelled")


class Helped(models.TextChoices):
    """Answers to: did the consultation help?"""

    YES = "yes", _("Yes")
    PARTLY = "partly", _("Partly")
    NO = "no", _("No")


class Recommends(models.TextChoices):
    """Answers to: would you recommend it?"""

    YES = "yes", _("Yes")
    PERHAPS = "perhaps", _("Perhaps")
    NO = "no", _("No")


class FollowUpStatus(models.TextChoices):
    """Where one round of asking what became of the options stands."""

    PLANNED = "planned", _("Planned")
    ASKED = "asked", _("Asked")
    REMINDED = "reminded", _("Reminded")
    ANSWERED = "answered", _("Answered")
    RESTS = "rests", _("No answer, rests")
    SKIPPED = "skipped", _("Left out")
    CANCELLED = "cancelled", _("Cancelled, as the case goes on")


class Audience(models.TextChoices):
    """Who reads a message, apart from its author."""

    MUNICIPALITY = "municipality", _("Municipality and coordination")
    ADVISORS = "advisors", _("Advisors and coordination")
    EVERYONE = "everyone", _("Municipality, advisors and coordination")


class MessageKind(models.TextChoices):
    MESSAGE = "message", _("Message")
    QUERY = "query", _("Query")
    ANSWER = "answer", _("Answer to the query")


class ConflictKind(models.TextChoices):
    """Why somebody cannot advise a municipality or a case."""

    EMPLOYED = "employed", _("Works for the municipality")
    COUNCILLOR = "councillor", _("Member of the municipality's council")
    OTHER = "other", _("Another reason")


class PassedOver(models.TextChoices):
    """Why the next one on a shortlist was not asked."""

    CONFLICT = "conflict", _("conflict of interest")
    ASKED = "asked", _("has been asked already")
    INACTIVE = "inactive", _("not active at present")
    ABSENT = "absent", _("absent at present")
    FULL = "full", _("no free capacity")


class EventKind(models.TextChoices):
    SUBMITTED = "submitted", _("Request received")
    CORRECTED = "corrected", _("Request corrected")
    ADDRESS_CONFIRMED = "address_confirmed", _("E-mail address confirmed")
    ENTRY_CONFIRMED = "entry_confirmed", _("Entries confirmed")
    REVIEW_STARTED = "review_started", _("Review started")
    QUERY_ASKED = "query_asked", _("Query asked")
    QUERY_ANSWERED = "query_answered", _("Query answered")
    REVIEW_RESUMED = "review_resumed", _("Review resumed without a written answer")
    OFFERED = "offered", _("Offered to an advisor")
    DIRECT_UNANSWERED = "direct_unanswered", _("Direct enquiry without an answer")
    OFFER_ACCEPTED = "offer_accepted", _("Offer accepted")
    OFFER_DECLINED = "offer_declined", _("Offer declined")
    OFFER_WITHDRAWN = "offer_withdrawn", _("Offer withdrawn")
    OFFER_EXPIRED = "offer_expired", _("Offer expired")
    OFFERS_EXHAUSTED = "offers_exhausted", _("No offer is open any more")
    ASSIGNMENT_ENDED = "assignment_ended", _("Assignment ended")
    LEAD_RELEASED = "lead_released", _("Lead advisor released")
    DIALOGUE_STARTED = "dialogue_started", _("First session held")
    SESSION_LOGGED = "session_logged", _("Session logged")
    SESSION_CORRECTED = "session_corrected", _("Session corrected")
    OPTION_WRITTEN = "option_written", _("Action option written")
    OPTION_REMOVED = "option_removed", _("Draft of an action option removed")
    OPTIONS_PROPOSED = "options_proposed", _("Action options put to the municipality")
    OPTION_CONFIRMED = "option_confirmed", _("Action option confirmed")
    OPTION_COMMENTED = "option_commented", _("Action option commented")
    OPTIONS_AGREED = "options_agreed", _("Action options agreed")
    CLOSED = "closed", _("Case closed")
    REOPENED = "reopened", _("Case reopened")
    DECLINED = "declined", _("Request declined")
    DECLINE_TAKEN_BACK = "decline_taken_back", _("Decision taken back")
    WITHDRAWN = "withdrawn", _("Request withdrawn")
    MESSAGE_WRITTEN = "message_written", _("Message written")
    NOTE_WRITTEN = "note_written", _("Internal note written")
    CODE_SENT = "code_sent", _("New code sent")
    DOCUMENT_ADDED = "document_added", _("Document added")
    DOCUMENT_HARMFUL = "document_harmful", _("Harmful document deleted")
    CONTACT_INVITED = "contact_invited", _("Contact person invited")
    CONTACT_LEFT = "contact_left", _("Contact person has left")
    INVITATION_WITHDRAWN = "invitation_withdrawn", _("Invitation of a contact person withdrawn")
    CONTACT_CORRECTED = "contact_corrected", _("Contact data corrected")
    HANDED_OVER = "handed_over", _("Handed over to a colleague")
    HAND_OVER_CANCELLED = "hand_over_cancelled", _("Hand-over cancelled")
    RESPONSIBLE_CHANGED = "responsible_changed", _("Responsibility changed")
    RESUBMISSION_SET = "resubmission_set", _("Resubmission set")
    RESUBMISSION_DONE = "resubmission_done", _("Resubmission done")
    TOPICS_CHANGED = "topics_changed", _("Topics changed")
    ESCALATED = "escalated", _("Told to the whole coordination: very late")
    SHORTLIST_CHANGED = "shortlist_changed", _("Shortlist changed")
    CONFLICT_RECORDED = "conflict_recorded", _("Conflict of interest recorded")
    CONFLICT_LIFTED = "conflict_lifted", _("Conflict of interest lifted")
    CONFIDENTIAL_SET = "confidential_set", _("Confidentiality changed")
    MERGED = "merged", _("Merged into another case")
    TOOK_IN = "took_in", _("Another case was merged into this one")
    MERGE_UNDONE = "merge_undone", _("Merge undone")
    REDACTED = "redacted", _("Passage redacted")
    MAIL_BOUNCED = "mail_bounced", _("Mail came back")
    MAIL_SENT_AGAIN = "mail_sent_again", _("Mail sent again")
    DATES_PROPOSED = "dates_proposed", _("Dates proposed")
    DATES_REFUSED = "dates_refused", _("None of the dates fits")
    DATES_WITHDRAWN = "dates_withdrawn", _("Proposal of dates withdrawn")
    DATE_AGREED = "date_agreed", _("Date agreed")
    DATE_MOVED = "date_moved", _("Date moved")
    DATE_CANCELLED = "date_cancelled", _("Date cancelled")
    DATE_MOVE_ASKED = "date_move_asked", _("Municipality asked to move a date")
    SESSION_ADDED_TO = "session_added_to", _("Session added to")
    SESSION_CONFIRMED = "session_confirmed", _("Session confirmed")
    SESSION_QUESTIONED = "session_questioned", _("Session said to be different")
    OPTION_CHANGED = "option_changed", _("Action option changed by the municipality")
    CHANGE_ACCEPTED = "change_accepted", _("Change of an action option accepted")
    OPTIONS_ORDERED = "options_ordered", _("Action options put into order")
    LIBRARY_ASKED = "library_asked", _("Municipality asked for the library")
    LIBRARY_ANSWERED = "library_answered", _("Municipality answered for the library")
    LIBRARY_TAKEN = "library_taken", _("Action option taken into the library")
    FEEDBACK_GIVEN = "feedback_given", _("Questions at the end answered")
    FOLLOW_UP_ASKED = "follow_up_asked", _("Asked what became of the options")
    FOLLOW_UP_REMINDED = "follow_up_reminded", _("Reminded of the follow-up")
    FOLLOW_UP_ANSWERED = "follow_up_answered", _("Told what became of the options")
    FOLLOW_UP_SKIPPED = "follow_up_skipped", _("Follow-up left out")
    FOLLOW_UP_BACK = "follow_up_back", _("Follow-up planned again")
    FOLLOW_UP_RESTS = "follow_up_rests", _("Follow-up rests without an answer")
    TALK_ASKED = "talk_asked", _("Another talk asked for")
    MAIL_SETTLED = "mail_settled", _("Undelivered mail dealt with")
    LEAD_UNIT_SETTLED = "lead_unit_settled", _("Lead unit clarified")


# What comes in for the coordination to act on, or to know of.
ANSWER_KINDS = (
    EventKind.QUERY_ANSWERED,
    EventKind.ENTRY_CONFIRMED,
    EventKind.OFFERS_EXHAUSTED,
    EventKind.OPTION_COMMENTED,
    EventKind.OPTION_CHANGED,
    EventKind.OPTIONS_AGREED,
    EventKind.TALK_ASKED,
)


class HeldReason(models.TextChoices):
    """Why a request was held back before it became a case."""

    HONEYPOT = "honeypot", _("A field that people do not see was filled in")
    TOO_FAST = "too_fast", _("Sent faster than a person can type, or not from our page")
    TOO_MANY = "too_many", _("Very many requests from one network")
    ADDRESS = "address", _("Many requests with this address wait to be confirmed")


class ScanState(models.TextChoices):
    """Whether a virus scanner has looked at a document."""

    CLEAN = "clean", _("Clean")  # or no scanner is in use
    PENDING = "pending", _("Being checked")
    INFECTED = "infected", _("Harmful – deleted")
