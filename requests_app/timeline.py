"""A case's events as people read them: the staff's timeline, and the municipality's safe one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app import dates, merged, session_record
from requests_app.answers import field_label
from requests_app.models import (
    AssignmentRole,
    Audience,
    Case,
    CaseStatus,
    ContactPerson,
    Event,
    EventKind,
    PassedOver,
    Resolution,
)

K = EventKind

# What the municipality reads. Kinds that are not listed stay inside.
_PUBLIC = {
    K.SUBMITTED: lambda event: _("Request received"),
    K.CORRECTED: lambda event: _("Request corrected"),
    K.ADDRESS_CONFIRMED: lambda event: _("E-mail address confirmed"),
    K.ENTRY_CONFIRMED: lambda event: _("Entries confirmed"),
    K.REVIEW_STARTED: lambda event: _("We are checking your request"),
    K.QUERY_ASKED: lambda event: _("We asked you a question"),
    K.QUERY_ANSWERED: lambda event: _("You answered our question"),
    K.OFFERED: lambda event: _asked(event),
    K.OFFER_DECLINED: lambda event: _of_direct(event, _("%(name)s cannot advise you")),
    K.DIRECT_UNANSWERED: lambda event: _("No answer from %(name)s") % {"name": event.data["advisor"]},
    K.OFFER_ACCEPTED: lambda event: _("%(name)s advises you") % {"name": event.data.get("advisor", "")},
    K.DIALOGUE_STARTED: lambda event: _("First session held"),
    K.SESSION_LOGGED: lambda event: _("Session held"),
    K.SESSION_CORRECTED: lambda event: _corrected(event),
    K.SESSION_ADDED_TO: lambda event: _of_session(event, _("Minutes of the session of %(day)s added to")),
    K.SESSION_CONFIRMED: lambda event: _of_session(event, _("You confirmed the session of %(day)s")),
    K.SESSION_QUESTIONED: lambda event: _of_session(event, _("You wrote what was different on %(day)s")),
    K.OPTIONS_PROPOSED: lambda event: _("Action options put to you"),
    K.OPTION_CONFIRMED: lambda event: _("Option confirmed: %(title)s") % event.data,
    K.OPTION_COMMENTED: lambda event: _("Option commented: %(title)s") % event.data,
    K.OPTION_CHANGED: lambda event: _("Option changed by you: %(title)s") % event.data,
    K.CHANGE_ACCEPTED: lambda event: _("Your change accepted: %(title)s") % event.data,
    K.LIBRARY_ASKED: lambda event: _("Asked for our library: %(title)s") % event.data,
    K.LIBRARY_ANSWERED: lambda event: _("Answered for our library: %(title)s") % event.data,
    K.LIBRARY_TAKEN: lambda event: _("Taken into our library: %(title)s") % event.data,
    K.OPTIONS_AGREED: lambda event: _("Action options agreed"),
    K.DATES_PROPOSED: lambda event: _("Dates proposed to you"),
    K.DATES_REFUSED: lambda event: _("You said that none of the dates fits"),
    K.DATES_WITHDRAWN: lambda event: _("Proposal of dates withdrawn"),
    K.DATE_AGREED: lambda event: _of_date(event, _("Date agreed: %(when)s")),
    K.DATE_MOVED: lambda event: _of_date(event, _("Date moved to %(when)s")),
    K.DATE_MOVE_ASKED: lambda event: _of_date(event, _("You asked for another date than %(when)s")),
    K.DATE_CANCELLED: lambda event: _of_date(event, _("Date cancelled: %(when)s")),
    K.CLOSED: lambda event: _("Case closed"),
    K.REOPENED: lambda event: _("Case reopened"),
    K.DECLINED: lambda event: _("Request not possible"),
    K.DECLINE_TAKEN_BACK: lambda event: _("We are checking your request again"),
    K.WITHDRAWN: lambda event: _("You withdrew the request"),
    K.DOCUMENT_ADDED: lambda event: _("Document added"),
    K.DOCUMENT_HARMFUL: lambda event: _harmful(event),
    K.CONTACT_INVITED: lambda event: _("%(name)s invited as a contact person") % event.data,
    K.INVITATION_WITHDRAWN: lambda event: _("Invitation to %(name)s withdrawn") % event.data,
    K.CONTACT_LEFT: lambda event: _left(event),
    K.HANDED_OVER: lambda event: _("Handed over to %(name)s") % event.data,
    K.HAND_OVER_CANCELLED: lambda event: _("Hand-over to %(name)s cancelled") % event.data,
    K.MERGED: lambda event: _merged(event, "merged_into", _("Goes on in %(other)s")),
    K.TOOK_IN: lambda event: _merged(event, "took_in", _("%(other)s has been merged into this case")),
    K.MERGE_UNDONE: lambda event: _merge_undone(event),
    K.FEEDBACK_GIVEN: lambda event: _("You told us what you think of the consultation"),
    K.FOLLOW_UP_ASKED: lambda event: _("We asked you what became of the consultation"),
    K.FOLLOW_UP_ANSWERED: lambda event: _("You told us what became of the consultation"),
    K.TALK_ASKED: lambda event: _("You asked for another talk"),
}
_ABOUT_SESSIONS = (K.SESSION_CORRECTED, K.SESSION_ADDED_TO, K.SESSION_CONFIRMED, K.SESSION_QUESTIONED)
# What an option is about stays with the advisors until they put it to the municipality.
_OF_DRAFTS = (K.OPTION_WRITTEN, K.OPTION_REMOVED)
_TOLD = ("name", "title", "reason", "comment", "text")
_ABOUT_CONTACTS = (
    K.CONTACT_INVITED,
    K.INVITATION_WITHDRAWN,
    K.CONTACT_CORRECTED,
    K.CONTACT_LEFT,
    K.HANDED_OVER,
    K.HAND_OVER_CANCELLED,
    K.MAIL_BOUNCED,
)


def _asked(event: Event) -> str:
    """Whom the municipality chose itself is named; whom the coordination asks is not."""
    if event.data.get("is_direct"):
        return _("We have asked %(name)s") % {"name": event.data["offers"][0]["advisor"]}
    return _("We are asking advisors")


def _of_date(event: Event, sentence: str) -> str:
    starts_at = event.data.get("starts_at")
    return sentence % {"when": dates.short(datetime.fromisoformat(starts_at)) if starts_at else ""}


def _harmful(event: Event) -> str:
    """Empty where the file came with a message that the municipality does not read."""
    return "" if event.data.get("audience") == Audience.ADVISORS else _("Harmful document deleted")


def _of_session(event: Event, sentence: str) -> str:
    """Empty where an advisor has written something for herself or himself alone."""
    if "date" not in event.data or not event.data.get("shared", True):
        return ""
    return sentence % {"day": date_format(date.fromisoformat(event.data["date"]), "DATE_FORMAT")}


def _corrected(event: Event) -> str:
    """What was corrected of a session; empty where nobody else reads it."""
    changes = ", ".join(session_record.changes_in(event.data))
    if not changes or "date" not in event.data:  # events of before kept no day
        return changes and _("Session corrected")
    return f"{_of_session(event, _('Session of %(day)s corrected'))} ({changes})"


def _left(event: Event) -> str:
    """Empty where the name was deleted: it was never a contact person's."""
    return _("%(name)s is no longer a contact person") % event.data if event.data["name"] else ""


def _merged(event: Event, name: str, sentence: str) -> str:
    return sentence % {"other": event.data.get(name, "")}


def _merge_undone(event: Event) -> str:
    """On either of the two cases."""
    if other := event.data.get("gave_back"):
        return _("%(other)s is a case of its own again") % {"other": other}
    return _("No longer part of %(other)s") % {"other": event.data.get("was_in", "")}


def _of_direct(event: Event, sentence: str) -> str:
    """``sentence`` on a direct enquiry; empty on what is between the coordination and its advisors."""
    return sentence % {"name": event.data["advisor"]} if event.data.get("is_direct") else ""


@dataclass(frozen=True)
class Entry:
    """One line of a timeline. ``who`` is empty on the municipality's."""

    at: datetime
    what: str
    who: str = ""
    detail: str = ""


def public_timeline(case: Case) -> list[Entry]:
    """What happened, newest first, with nothing in it that is not the municipality's to know."""
    family = _family(case)
    events = _events(case, family).filter(kind__in=[str(kind) for kind in _PUBLIC])
    told = [
        Entry(event.at, _of_merged(case, event, family, _PUBLIC[EventKind(event.kind)](event)))
        for event in _with_names(family, events)
    ]
    return [entry for entry in told if entry.what]


def staff_timeline(case: Case, taken_in: Iterable[Case] | None = None) -> list[Entry]:
    """Everything that happened, newest first, with who did it.

    ``taken_in``: the cases that were merged into this one, where they are known already.
    """
    family = _family(case, taken_in)
    events = _with_names(family, _events(case, family).select_related("actor"))
    return [
        Entry(
            event.at,
            _of_merged(case, event, family, str(event.get_kind_display())),
            str(event.actor or _("Portal")),
            _detail(event),
        )
        for event in events
    ]


def _family(case: Case, taken_in: Iterable[Case] | None = None) -> dict[int, str]:
    """The case and those that were merged into it: their numbers by their keys."""
    others = merged.taken_in(case) if taken_in is None else taken_in
    return {each.pk: each.reference for each in (case, *others)}


def _events(case: Case, family: dict[int, str]) -> QuerySet[Event]:
    """What happened in the cases of a family, newest first. That they were merged is told once."""
    others = [key for key in family if key != case.pk]
    events = Event.objects.filter(case__in=family)
    if others:
        events = events.exclude(kind=K.MERGED, case__in=others)
    return events.order_by("-at", "-pk")


def _of_merged(case: Case, event: Event, family: dict[int, str], what: str) -> str:
    """``what`` with the number of the merged case that it happened in."""
    return what if event.case_id == case.pk or not what else f"{what} ({family[event.case_id]})"


def _with_names(family: dict[int, str], events: QuerySet[Event]) -> list[Event]:
    """The events; those about contact persons hold keys alone, so that names can go, and get names here."""
    found = list(events)
    _name_contacts(family, found)
    return found


def _name_contacts(family: dict[int, str], events: list[Event]) -> None:
    about = [event for event in events if event.kind in _ABOUT_CONTACTS]
    if not about:
        return
    names = dict(ContactPerson.everybody.filter(case__in=family).values_list("pk", "name"))
    for event in about:
        event.data["name"] = names.get(event.data.get("contact", 0), "")


_SHORTLIST = {
    "added": gettext_lazy("added"),
    "removed": gettext_lazy("removed"),
    "moved_up": gettext_lazy("moved up"),
    "moved_down": gettext_lazy("moved down"),
    "rewritten": gettext_lazy("text changed"),
    "by_itself": gettext_lazy("the portal asks the next one by itself"),
    "by_hand": gettext_lazy("the coordination asks the next one"),
}


def _of_offers(event: Event) -> list[str]:
    """What an event about offers tells beside names: tandem, who was asked by itself, who was passed over."""
    data = event.data
    parts = [_("tandem")] if data.get("tandem") else []
    if data.get("by_itself"):
        parts.append(_("asked by itself, from the shortlist"))
    for each in data.get("passed_over", []):
        names = {"name": each["advisor"], "why": PassedOver(each["why"]).label}
        parts.append(_("passed over: %(name)s (%(why)s)") % names)
    if event.kind == K.SHORTLIST_CHANGED:
        parts.append(str(_SHORTLIST[data["change"]]))
    if event.kind == K.CONFIDENTIAL_SET:
        hidden, named = _("offers do not name the municipality"), _("offers name the municipality")
        parts.append(hidden if data["is_confidential"] else named)
    return parts


def _detail(event: Event) -> str:
    """The part of an event's data that tells more than its kind."""
    data = event.data
    parts = []
    if offers := data.get("offers"):
        parts.append(", ".join(f"{o['advisor']} ({AssignmentRole(o['role']).label})" for o in offers))
    if advisor := data.get("advisor"):
        parts.append(f"{advisor} ({AssignmentRole(data['role']).label})")
    if data.get("is_direct"):
        parts.append(_("direct enquiry"))
    parts += _of_offers(event)
    if resolution := data.get("resolution"):
        parts.append(str(Resolution(resolution).label))
    if event.kind == K.CORRECTED:  # the names of the fields alone: what stood there is nobody's business
        parts.append(", ".join(field_label(name) for name in data.get("changed", [])))
    if data.get("disowned"):
        parts.append(_("The address has nothing to do with this request."))
    if event.kind == K.LIBRARY_ANSWERED:
        parts.append(_("Yes") if data["granted"] else _("No"))
    if event.kind in _ABOUT_SESSIONS and "date" in data:
        parts.append(date_format(date.fromisoformat(data["date"]), "DATE_FORMAT"))
    if event.kind == K.SESSION_CORRECTED:
        parts += session_record.changes_in(data)
    parts += _at_the_desk(event)
    parts += [str(data[key]) for key in ("merged_into", "took_in", "was_in", "gave_back") if data.get(key)]
    hidden = "title" if event.kind in _OF_DRAFTS else ""
    parts += [str(data[key]) for key in _TOLD if data.get(key) and key != hidden]
    if at := data.get("starts_at"):
        before = data.get("instead_of")
        times = [dates.short(datetime.fromisoformat(each)) for each in (before, at) if each]
        parts.append(" → ".join(times))
    if event.from_status and event.from_status != event.to_status:
        parts.append(f"{CaseStatus(event.from_status).label} → {CaseStatus(event.to_status).label}")
    return " · ".join(parts)


def _at_the_desk(event: Event) -> list[str]:
    """What the coordination settled among itself: who is responsible, when the case comes up, its topics."""
    data, parts = event.data, []
    if event.kind == K.RESPONSIBLE_CHANGED:
        nobody = _("nobody")
        parts.append(f"{data['before'] or nobody} → {data['responsible'] or nobody}")
    if data.get("took_over"):
        parts.append(_("is responsible from now on"))
    if same_as := data.get("same_as"):
        parts.append(_("the same as %(reference)s") % {"reference": same_as})
    if event.kind in (K.RESUBMISSION_SET, K.RESUBMISSION_DONE):
        parts.append(date_format(date.fromisoformat(data["day"]), "DATE_FORMAT"))
    if event.kind == K.TOPICS_CHANGED:
        parts += [f"+ {label}" for label in data["added"]] + [f"− {label}" for label in data["removed"]]
    return parts
