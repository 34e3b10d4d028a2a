"""The data of a case. Every model and every word of its vocabulary can be imported from here."""

from requests_app.models.assignment import Assignment, ConflictOfInterest, ShortlistEntry
from requests_app.models.choices import (
    CLOSE_RESOLUTIONS,
    DECLINE_RESOLUTIONS,
    FINAL_STATUSES,
    LIVE_ASSIGNMENTS,
    OPEN_STATUSES,
    WITHOUT_ADVICE,
    AssignmentRole,
    AssignmentStatus,
    Audience,
    CaseStatus,
    Channel,
    ConflictKind,
    Effort,
    EventKind,
    Goal,
    HeldReason,
    Horizon,
    MessageKind,
    OptionStatus,
    PassedOver,
    Resolution,
    ScanState,
    SessionMode,
)
from requests_app.models.contacts import AddressCode, ContactPerson, ExpectedContact
from requests_app.models.desk import (
    DailyMail,
    DeskSettings,
    Leave,
    ListExport,
    SavedFilter,
    TextModule,
)
from requests_app.models.dialogue import DialogueSession
from requests_app.models.document import Document, DocumentType
from requests_app.models.events import Event
from requests_app.models.mending import CaseMerge, Redaction
from requests_app.models.messages import InternalNote, Message
from requests_app.models.municipality import Municipality
from requests_app.models.options import ActionOption
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
    "Assignment",
    "AssignmentRole",
    "AssignmentStatus",
    "Audience",
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
    "DeskSettings",
    "DialogueSession",
    "Document",
    "DocumentType",
    "Effort",
    "Event",
    "EventKind",
    "ExpectedContact",
    "Goal",
    "HeldReason",
    "Horizon",
    "InternalNote",
    "Leave",
    "ListExport",
    "Message",
    "MessageKind",
    "Municipality",
    "OptionStatus",
    "PassedOver",
    "Redaction",
    "ReferenceCounter",
    "RequestDraft",
    "Resolution",
    "SavedFilter",
    "ScanState",
    "SessionMode",
    "ShortlistEntry",
    "Tally",
    "TextModule",
]
