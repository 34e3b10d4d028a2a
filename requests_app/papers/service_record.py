"""The service record: which sessions the municipality has confirmed, and the hours that they make."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from advisors.models import Advisor
from miglobe.site.models import PortalSettings
from requests_app import access
from requests_app.models import Case, ContactPerson, DialogueSession
from requests_app.papers import blocks
from requests_app.papers.blocks import Block, Typed
from requests_app.papers.compiling import Paper
from requests_app.papers.result_note import municipalities
from requests_app.papers.sessions import when


def has_service(sessions: Iterable[DialogueSession], advisor: Advisor | None = None) -> bool:
    """Whether any of the sessions (at which ``advisor`` was present) is confirmed."""
    return any(session.confirmed_at for session in _of(sessions, advisor))


def service_record(case: Case, advisor: Advisor | None = None) -> Paper | None:
    """What the municipality has confirmed, for all advisors or for one; None as long as that is nothing.

    Sessions that are not confirmed are counted in one sentence, and prove nothing.
    """
    sessions = _of(
        access.sessions_for(case, with_private_notes=False)
        .defer("shared_minutes")
        .select_related("confirmed_by"),
        advisor,
    )
    confirmed = [session for session in sessions if session.confirmed_at]
    if not confirmed:
        return None
    made = [
        _head(case, advisor),
        blocks.heading(_("Confirmed sessions")),
        _table(case, confirmed),
        # The sum and what it rests on are read together.
        blocks.together(
            blocks.heading(_("Hours")),
            _hours(confirmed, advisor),
            *_waiting(len(sessions) - len(confirmed)),
            _issued(),
        ),
    ]
    name = _("Service record")
    return Paper(case, name, made, suffix=name)


def _of(sessions: Iterable[DialogueSession], advisor: Advisor | None) -> list[DialogueSession]:
    return [s for s in sessions if advisor is None or advisor in s.advisors.all()]


def _head(case: Case, advisor: Advisor | None) -> Block:
    return blocks.facts(
        (_("Municipality"), municipalities(case)),
        (_("Department or unit"), Typed(case.unit)),
        (pgettext("of a consultation", "Subject"), Typed(case.title)),
        (_("Advisor"), str(advisor) if advisor else ""),
    )


def _table(case: Case, sessions: Sequence[DialogueSession]) -> Block:
    columns = (
        (_("Date"), 4),
        (_("Minutes"), 0),
        (_("Format"), 4),
        (_("Advised by"), 5),
        (_("Confirmed by the municipality"), 4),
    )
    names = dict(ContactPerson.everybody.filter(case=case).values_list("user", "name"))
    rows = [
        [
            when(session),
            str(session.minutes),
            [str(session.get_format_display()), str(session.get_mode_display())],
            [str(each) for each in session.advisors.all()],
            _confirmed(session, names),
        ]
        for session in sessions
    ]
    return blocks.table(columns, rows)


def _confirmed(session: DialogueSession, names: dict[int, str]) -> list[str]:
    assert session.confirmed_at is not None
    assert session.confirmed_by_id is not None
    day = date_format(timezone.localtime(session.confirmed_at), "DATE_FORMAT")
    return [day, Typed(names.get(session.confirmed_by_id) or session.confirmed_by)]


def _hours(sessions: Sequence[DialogueSession], advisor: Advisor | None) -> Block:
    """Minutes of everybody who was present: those of a tandem count for both."""
    minutes: dict[Advisor, list[int]] = {}
    for session in sessions:
        for present in session.advisors.all():
            if advisor in (None, present):
                minutes.setdefault(present, []).append(session.minutes)
    rows = [
        [str(each), str(len(held)), str(sum(held)), number_format(sum(held) / 60, 2)]
        for each, held in minutes.items()
    ]
    columns = ((_("Advisor"), 5), (_("Sessions"), 2), (_("Minutes"), 2), (_("Hours"), 2))
    return blocks.table(columns, rows)


def _waiting(count: int) -> list[Block]:
    if not count:
        return []
    sentence = ngettext(
        "One more session is not confirmed yet and is no part of this record.",
        "%(count)d more sessions are not confirmed yet and are no part of this record.",
        count,
    )
    return [blocks.text(sentence % {"count": count})]


def _issued() -> Block:
    words = {
        "host": PortalSettings.load().host_name,
        "day": date_format(timezone.localdate(), "DATE_FORMAT"),
    }
    sentence = _(
        "The municipality confirmed each session in the portal of MiGlobe, signed in with the e-mail address "
        "that it named. Made on %(day)s by %(host)s. No signature is needed."
    )
    return blocks.small(sentence % words)
