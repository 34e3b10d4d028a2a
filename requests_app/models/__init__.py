"""The data of a case. Every model and every word of its vocabulary can be imported from here."""

from requests_app.models.assignment import Assignment, ConflictOfInterest, ShortlistEntry
from requests_app.models.choices import (
    CLOSE_RESOLUTIONS,
    DECLINE_RESOLUTIONS,
    FINAL_STATUSES,
    LIVE_ASSIGNMENTS,
    OPEN_STATUSES,
    WITHOUT_ADVICE,
    AppointmentStatus,
    AssignmentRole,
    AssignmentStatus,
    Audience,
    CaseStatus,
    Channel,
    ConflictKind,
    Effort,
    EventKind,
    FollowUpStatus,
    Goal,
    HeldReason,
    Helped,
    Horizon,
    Implementation,
    MessageKind,
    OptionStatus,
    PassedOver,
    Recommends,
    Resolution,
    RoundStatus,
    ScanState,
    SessionMode,
)
from requests_app.models.contacts import AddressCode, ContactPerson, ExpectedContact
from requests_app.models.dates import Appointment, CalendarFeed, DateRound, ProposedDate
from requests_app.models.desk import (
    DailyMail,
    DeskSettings,
    Leave,
    ListExport,
    SavedFilter,
    TextModule,
)
from requests_app.models.dialogue import DialogueSession, SessionAddition
from requests_app.models.document import Document, DocumentType
from requests_app.models.ending import Feedback, FollowUp, OptionReport
from requests_app.models.events import Event
from requests_app.models.library import LibraryOption
from requests_app.models.mending import CaseMerge, Redaction
from requests_app.models.messages import InternalNote, Message, MessageDraft, ReadMark
from requests_app.models.municipality import Municipality
from requests_app.models.options import ActionOption, LibraryRequest
from requests_app.models.reading import CaseOverview
from requests_app.models.request import Case, ReferenceCounter, RequestDraft
from requests_app.models.search import CaseWords
from requests_app.models.tally import Tally

__all__ = [
    "CLOSE_RESOLUTIONS",
    "DECLINE_RESOLUTIONS",
    "FINAL_STATUSES",
    "LIVE_ASSIGNMENTS",
    "OPEN_STATUSES",
    "WITHOUT_ADVICE",
    "ActionOption",
    "AddressCode",
    "Appointment",
    "AppointmentStatus",
    "Assignment",
    "AssignmentRole",
    "AssignmentStatus",
    "Audience",
    "CalendarFeed",
    "Case",
    "CaseMerge",
    "CaseOverview",
    "CaseStatus",
    "CaseWords",
    "Channel",
    "ConflictKind",
    "ConflictOfInterest",
    "ContactPerson",
    "DailyMail",
    "DateRound",
    "DeskSettings",
    "DialogueSession",
    "Document",
    "DocumentType",
    "Effort",
    "Event",
    "EventKind",
    "ExpectedContact",
    "Feedback",
    "FollowUp",
    "FollowUpStatus",
    "Goal",
    "HeldReason",
    "Helped",
    "Horizon",
    "Implementation",
    "InternalNote",
    "Leave",
    "LibraryOption",
    "LibraryRequest",
    "ListExport",
    "Message",
    "MessageDraft",
    "MessageKind",
    "Municipality",
    "OptionReport",
    "OptionStatus",
    "PassedOver",
    "ProposedDate",
    "ReadMark",
    "Recommends",
    "Redaction",
    "ReferenceCounter",
    "RequestDraft",
    "Resolution",
    "RoundStatus",
    "SavedFilter",
    "ScanState",
    "SessionAddition",
    "SessionMode",
    "ShortlistEntry",
    "Tally",
    "TextModule",
]
