"""Finding a case by what one remembers of it: number, municipality, people, words of any of its texts.

PostgreSQL keeps the words of each case in an index (``CaseWords``, migrations 0018, 0027 and 0034, ADR 23):
each word typed is found by its beginning or in another form, without accents. SQLite looks through the same
texts one by one, for the words as they are typed. Private notes of a session and drafts of messages belong
to their author alone, drafts of options to the advisors: no case is found by them on either.
"""

from __future__ import annotations

from django.db import connection
from django.db.models import BooleanField, F, Func, Q, QuerySet, Value

from requests_app.models import (
    ActionOption,
    Appointment,
    Assignment,
    Case,
    CaseWords,
    ContactPerson,
    DateRound,
    DialogueSession,
    Document,
    ExpectedContact,
    Feedback,
    FollowUp,
    InternalNote,
    Message,
    Municipality,
    OptionReport,
    OptionStatus,
    SessionAddition,
    ShortlistEntry,
)

FEW = 500  # cases that are looked up by their keys
WORDS = 8  # as many as are looked at; whoever types more knows the case well enough

_CASE = (
    "title", "organisation", "unit", "situation", "guiding_question", "period", "advisor_wishes",
    "participants", "access_needs", "resubmission_note",
)  # fmt: skip
_ROWS = (
    (ContactPerson.everybody, ("name", "function", "email", "phone")),  # those who have left, too
    (ExpectedContact.objects, ("name", "function", "phone")),
    (Message.objects, ("body",)),
    (InternalNote.objects, ("body",)),
    (DialogueSession.objects, ("shared_minutes", "objection")),
    (
        ActionOption.objects.exclude(status=OptionStatus.DRAFT),
        (
            "title", "description", "first_step", "responsible_unit", "partners", "financial_effects",
            "indicator", "comment",
        ),
    ),
    (DateRound.objects, ("place", "note", "suggestion")),
    (Appointment.objects, ("place", "cancel_reason")),
    (Feedback.objects, ("missing",)),
    (FollowUp.objects, ("word",)),
    (Assignment.objects, ("summary", "effort", "decline_reason", "advisor__user__name")),
    (ShortlistEntry.objects, ("summary", "effort")),
    (Document.objects.filter(case__isnull=False), ("name",)),
)  # fmt: skip
# What belongs to a part of a case, and by which path.
_PARTS = (
    (SessionAddition.objects, "session__case", ("shared_minutes",)),
    (OptionReport.objects, "option__case", ("note",)),
)


def search(cases: QuerySet[Case], text: str, *, persons: bool = True) -> QuerySet[Case]:
    """Those of ``cases`` in which every word of ``text`` occurs somewhere, in any order.

    ``persons=False`` is for those who read no personal data: numbers and municipalities alone are searched,
    as every other text may name somebody. A text without letters and digits finds nothing, none at all
    everything.
    """
    words = text.replace("\0", "").split()[:WORDS]
    if not words:
        return cases
    if not any(sign.isalnum() for word in words for sign in word):
        return cases.none()
    if persons and connection.vendor == "postgresql":
        return _in_index(cases, " ".join(words))
    for word in words:
        cases = cases.filter(_holding(word) if persons else _number_or_place(word))
    return cases


def _in_index(cases: QuerySet[Case], typed: str) -> QuerySet[Case]:
    """The same by the index of words.

    The database cannot tell how rare the beginning of a word is, and would read all cases, newest first,
    for the few that hold it. So a few are looked up by their words; of many it finds the newest soon.
    """
    holding = CaseWords.objects.filter(_Holds(F("words"), Value(typed)))
    few = list(holding.values_list("case", flat=True)[: FEW + 1])
    if len(few) <= FEW:
        return cases.filter(pk__in=few)
    return cases.filter(_Holds(F("search__words"), Value(typed)))


class _Holds(Func):
    """Whether the words of a case answer what is typed; migration 0018 says how that is read."""

    template = "%(expressions)s"
    output_field = BooleanField()
    conditional = True

    def __init__(self, words: F, typed: Value) -> None:
        super().__init__(words, Func(typed, function="case_search_query"), arg_joiner=" @@ ")


def _number_or_place(word: str) -> Q:
    """Keys of other tables only, so no case comes up twice."""
    named = Municipality.objects.filter(_any_of(("name", "official_name"), word))
    # Also what has become part of such a municipality, or what such a one has become part of.
    places = Municipality.objects.filter(
        Q(pk__in=named.values("pk"))
        | Q(successor__in=named.values("pk"))
        | Q(pk__in=named.filter(successor__isnull=False).values("successor"))
    ).values("pk")
    along = Case.partners.through.objects.filter(municipality__in=places)
    return Q(reference__startswith=word.upper()) | Q(municipality__in=places) | Q(pk__in=along.values("case"))


def _holding(word: str) -> Q:
    found = _number_or_place(word) | _any_of(_CASE, word)
    for rows, columns in _ROWS:
        found |= Q(pk__in=rows.filter(_any_of(columns, word)).values("case"))
    for parts, path, columns in _PARTS:
        found |= Q(pk__in=parts.filter(_any_of(columns, word)).values(path))
    return found


def _any_of(columns: tuple[str, ...], word: str) -> Q:
    found = Q()
    for column in columns:
        found |= Q(**{f"{column}__icontains": word})
    return found
