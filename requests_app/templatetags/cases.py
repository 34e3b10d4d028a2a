"""Template tags and filters that put a case into words; the shared templates in components/case/ use them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import template
from django.db.models import Model
from django.utils.translation import gettext as _

from requests_app import answers, dates, option_words, threads
from requests_app.access import READS, Side
from requests_app.models import (
    ActionOption,
    Audience,
    Case,
    CaseStatus,
    DialogueSession,
    LibraryOption,
    LibraryRequest,
    Message,
    OptionStatus,
)
from requests_app.session_record import Record

register = template.Library()


@register.simple_tag
def request_sections(case: Case, with_contact: bool = False) -> list[answers.Section]:
    """What the municipality wrote, group by group; contact data only when asked for."""
    return answers.request_sections(case, with_contact=bool(with_contact))


@register.filter
def key_labels(instance: Model, field: str) -> list[str]:
    """The words for the keys in one of an instance's key lists (formats, goals, modes)."""
    # Only a KeyListField has labels; the stubs see any field there.
    labels: list[str] = instance._meta.get_field(field).labels(instance)  # type: ignore[union-attr]
    return labels


@register.filter
def side_label(side: str) -> str:
    """A side of a case as the others read it."""
    return {
        Side.MUNICIPALITY: _("Municipality"),
        Side.ADVISOR: _("Advisor"),
        Side.COORDINATOR: _("Coordination"),
    }[Side(side)]


@register.filter
def thread_label(audience: str) -> Any:
    """The thread that a message stands in, by who reads it."""
    return threads.LABELS[Audience(audience)]


@register.filter
def recipients(message: Message) -> str:
    """Whom a message goes to: the sides that read it, without its author's own."""
    sides = [side for side in Side if message.audience in READS[side] and side != message.author_side]
    words = {
        Side.MUNICIPALITY: _("municipality"),
        Side.ADVISOR: _("advisors"),
        Side.COORDINATOR: _("coordination"),
    }
    names = [words[side] for side in sides]
    if message.author_side == Side.ADVISOR and message.audience == Audience.ADVISORS:
        names.append(_("other advisors"))
    return _(" and ").join(names)


@register.filter
def participant_groups(session: DialogueSession) -> list[str]:
    """How many people of each group took part; groups with nobody are left out."""
    groups = (
        (session.participants_administration, _("%(count)s from the administration")),
        (session.participants_politics, _("%(count)s from politics")),
        (session.participants_associations, _("%(count)s from associations")),
        (session.participants_others, _("%(count)s others")),
    )
    return [text % {"count": count} for count, text in groups if count]


@register.filter
def session_length(session: DialogueSession) -> str:
    """The length of a session in words: minutes, from two hours on hours and minutes."""
    return dates.length(session.minutes)


@register.simple_tag
def option_badge(option: ActionOption, side: str = "") -> dict[str, Any]:
    """Kind and label of the badge of an option; the municipality reads its own words."""
    kind = {
        OptionStatus.PROPOSED: "warning",
        OptionStatus.COMMENTED: "info",
        OptionStatus.CHANGED: "info",
        OptionStatus.AGREED: "success",
    }.get(OptionStatus(option.status), "")
    label = str(option.get_status_display())
    if side == Side.MUNICIPALITY:
        label = {
            OptionStatus.PROPOSED: _("Not confirmed yet"),
            OptionStatus.COMMENTED: _("With your comment"),
            OptionStatus.CHANGED: _("Changed by you"),
        }.get(OptionStatus(option.status), label)
    return {"kind": kind, "label": label}


@register.filter
def of(by_key: Mapping[int, Any], key: int) -> Any:
    """What ``by_key`` holds under ``key``; None if nothing."""
    return by_key.get(key)


@register.simple_tag
def library_entry(asked: LibraryRequest) -> LibraryOption:
    """The entry that the library would get, not stored."""
    return LibraryOption(**asked.wording)


@register.filter
def financial_effects(option: ActionOption | LibraryOption) -> str:
    """The line "financial effects" of an option, as written or as it follows from the effort."""
    return option_words.financial_effects(option)


@register.simple_tag
def session_badge(record: Record, side: str = "") -> dict[str, str]:
    """Kind and label of the badge that tells what the municipality says to a session."""
    if record.session.confirmed_at:
        return {"kind": "success", "label": _("Confirmed")}
    if record.session.objection:
        return {"kind": "warning", "label": _("Something was different")}
    if side == Side.MUNICIPALITY:
        return {"kind": "warning", "label": _("Not confirmed yet")}
    return {"kind": "", "label": _("Not confirmed yet")}


@register.simple_tag
def state_badge(case: Case) -> dict[str, str]:
    """Kind and label of the badge that tells the municipality where its case stands."""
    kind = {
        CaseStatus.QUERY_OPEN: "warning",
        CaseStatus.OPTIONS_AGREED: "success",
        CaseStatus.CLOSED: "success",
        CaseStatus.DECLINED: "",
        CaseStatus.WITHDRAWN: "",
    }.get(case.state, "info")
    return {"kind": kind, "label": case.state.public_label}


@register.filter
def date_span(held: Any) -> str:
    """From when to when an appointment is."""
    return dates.span(held.starts_at, held.minutes)


@register.filter
def date_line(starts_at: datetime) -> str:
    """A proposed date, with what is unusual about it."""
    return dates.line(starts_at)


@register.filter
def date_length(held: Any) -> str:
    return dates.length(held.minutes)
