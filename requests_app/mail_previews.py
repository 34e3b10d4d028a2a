"""What a mail would fill in for a real case. What that case does not have yet stands there as an example."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from advisors.vocabulary import ConsultationFormat
from miglobe.accounts.models import User
from miglobe.mail.kinds import Scene, Values
from miglobe.site.working_days import add_working_days
from requests_app import (
    access,
    dates,
    deadlines,
    library_names,
    notifications,
    offer_facts,
    session_record,
)
from requests_app.models import AssignmentRole, Case, Channel, OptionStatus, Resolution, SessionMode
from requests_app.option_words import Change

# Nobody's code, and nobody's link.
CODE = "123456"
EXAMPLE = "beispiel"


def cases_for(user: User) -> QuerySet[Case]:
    """The cases that may be looked at, newest first, with what mails read of them."""
    cases = access.visible_to(user, access.Side.COORDINATOR)
    return (
        cases.select_related("municipality", "preferred_advisor__user", "entered_by", "expected_contact")
        .prefetch_related("contacts__user", "partners", "assignments__advisor__user", "options")
        .order_by("-submitted_at", "-pk")
    )


# --- What every mail about a case may fill in -----------------------------------------------------


def text(scene: Scene) -> Values | None:
    """The case, whom the mail greets, and a text."""
    if scene.case is None:
        return None
    with override(scene.language):
        names = _(" and ").join(contact.name for contact in scene.case.correspondents)
    return {
        "case": scene.case,
        "contact": {"name": names or scene.stranger()},
        "user": scene.user,
        "text": scene.example(),
        "reason": scene.example(),
        "side": access.Side.MUNICIPALITY,
    }


def query(scene: Scene) -> Values | None:
    values = text(scene)
    return values and values | {"due_on": deadlines.query_answer_due(timezone.localdate())}


def with_code(scene: Scene) -> Values | None:
    values = text(scene)
    return values and values | {"code": CODE}


def closed(scene: Scene) -> Values | None:
    values = text(scene)
    if values is None:
        return None
    ended = Resolution(scene.case.resolution) if scene.case.resolution else Resolution.OPTIONS_AGREED
    due = deadlines.follow_ups_due(ended, timezone.localdate())
    return values | notifications.about_end(ended) | {"asked_on": min(due.values(), default=None)}


def merged(scene: Scene) -> Values | None:
    """With the case that it was merged into, else as if that were the newest other one."""
    values = text(scene)
    if values is None:
        return None
    into = scene.case.merged_into or cases_for(scene.user).exclude(pk=scene.case.pk).first()
    return values | {"into": into} if into else None


def entered(scene: Scene) -> Values | None:
    """For a request that somebody else has entered."""
    values = text(scene)
    if values is None or scene.case.entered_by is None:
        return None
    by_advisor = scene.case.channel == Channel.ADVISOR
    return values | {"code": CODE, "token": EXAMPLE, "days": 30, "by_advisor": by_advisor, "goes_on": True}


def direct(scene: Scene) -> Values | None:
    """For a request that names an advisor."""
    return text(scene) if scene.case and scene.case.preferred_advisor else None


def people(scene: Scene) -> Values | None:
    """Somebody comes, somebody leaves."""
    values = text(scene)
    if values is None or not scene.case.correspondents:
        return None
    contact = scene.case.correspondents[0]
    new = SimpleNamespace(name=scene.stranger(), is_taking_over=False, confirmed_at=timezone.now(), pk=0)
    return values | {
        "by": str(scene.user),
        "added": new,
        "left": new,
        "former": contact,
        "successor": new,
        "contact": contact,
    }


# --- Advice ---------------------------------------------------------------------------------------


def assignment(scene: Scene) -> Values | None:
    """For a case in which somebody was asked: the last one."""
    values = text(scene)
    asked = sorted(scene.case.assignments.all(), key=lambda each: each.pk) if values else []
    if values is None or not asked:
        return None
    return values | {"assignment": asked[-1], "accepted": True}


def offer(scene: Scene) -> Values | None:
    """For a case in which somebody was asked, with the facts that an offer gives."""
    values = assignment(scene)
    if values is None:
        return None
    asked = values["assignment"]
    with override(scene.language):
        facts = offer_facts.in_lines(offer_facts.facts(asked))
        return values | {"place": offer_facts.place(asked), "facts": facts}


def lead(scene: Scene) -> Values | None:
    """For a case in which somebody was asked to lead."""
    values = assignment(scene)
    leading = [a for a in scene.case.assignments.all() if a.role == AssignmentRole.LEAD] if values else []
    return values | {"lead": leading[-1]} if values and leading else None


def options(scene: Scene) -> Values | None:
    """With what was put to the municipality: drafts are the advisors' own."""
    values = text(scene)
    there = list(scene.case.options.all()) if values else []
    shown = [option for option in there if option.status in access.OPTIONS_FOR_MUNICIPALITY]
    return values | {"options": shown} if values and shown else None


def follow_up(scene: Scene) -> Values | None:
    """With what was agreed; after a talk that was enough, that is nothing."""
    values = text(scene)
    if values is None:
        return None
    agreed = [option for option in scene.case.options.all() if option.status == OptionStatus.AGREED]
    return values | {"options": agreed}


def talk(scene: Scene) -> Values | None:
    values = text(scene)
    return values and values | {"side": access.Side.COORDINATOR, "goes_on": True}


def option(scene: Scene) -> Values | None:
    values = options(scene)
    if values is None:
        return None
    written = values["options"][-1]
    shown = SimpleNamespace(title=written.title, comment=written.comment or scene.example())
    return values | {"option": shown}


def changed_option(scene: Scene) -> Values | None:
    """The last option of the case, as if its title had been worded anew."""
    values = option(scene)
    if values is None:
        return None
    return values | {"changes": [Change("title", scene.example(), values["option"].title)]}


def library(scene: Scene) -> Values | None:
    """The last option of the case, as if it were asked for as it stands."""
    values = options(scene)
    if values is None:
        return None
    written = values["options"][-1]
    return values | {"option": written, "wording": library_names.draft(written), "granted": True}


def session(scene: Scene) -> Values | None:
    """For a case in which a session was held: the last one."""
    values = text(scene)
    last = scene.case.sessions.last() if values else None
    return values | {"session": last} if values and last else None


def corrected(scene: Scene) -> Values | None:
    """The last session, as if its length had been corrected."""
    values = session(scene)
    if values is None:
        return None
    minutes = values["session"].minutes
    fact = {"before": minutes, "after": minutes + 30}
    with override(scene.language):
        changes = session_record.changes_in({"changed": ["minutes"], "facts": {"minutes": fact}})
    return values | {"changes": changes}


def questioned(scene: Scene) -> Values | None:
    """The last session, with what the municipality wrote about it, or an example."""
    values = session(scene)
    if values is None:
        return None
    last = values["session"]
    shown = SimpleNamespace(pk=last.pk, date=last.date, objection=last.objection or scene.example())
    return values | {"session": shown, "side": access.Side.ADVISOR}


def message(scene: Scene) -> Values | None:
    """The last message of the case, else an example."""
    values = text(scene)
    if values is None:
        return None
    last = access.messages_for(scene.case, access.Side.COORDINATOR).last()
    example = SimpleNamespace(signature=str(scene.user), body=scene.example())
    return values | {"message": last or example, "readers": str(scene.user), "files": 0}


def daily(scene: Scene) -> Values | None:
    """The mail of a morning with one task: this case."""
    values = text(scene)
    if values is None:
        return None
    path = reverse("admin:requests_app_case_change", args=[scene.case.pk])
    task = SimpleNamespace(
        text=f"{scene.case.reference}, {scene.case.place}: {scene.case.headline}", path=path
    )
    with override(scene.language):
        part = SimpleNamespace(title=_("Late"), items=[task], more=False)
    return values | {"parts": [part], "is_agenda": True, "number": 1, "only": None}


# --- Dates ----------------------------------------------------------------------------------------


def date(scene: Scene) -> Values | None:
    """A date in two weeks, as an example."""
    values = text(scene)
    if values is None:
        return None
    starts_at = _in_two_weeks()
    with override(scene.language):
        frame = [str(ConsultationFormat.INITIAL_TALK.label), str(SessionMode.ONLINE.label)]
        return values | {
            "name": values["contact"]["name"],
            "by": scene.stranger(),
            "link": settings.BASE_URL + reverse("casepage:case", args=[scene.case.reference]),
            "when": dates.span(starts_at, 90),
            "when_short": dates.short(starts_at),
            "instead_of": dates.spoken(starts_at - dt.timedelta(days=7)),
            "frame": frame,
        }


def proposed_dates(scene: Scene) -> Values | None:
    """The same with two dates to choose from."""
    values = date(scene)
    if values is None:
        return None
    with override(scene.language):
        lines = [dates.spoken(_in_two_weeks() + dt.timedelta(days=days)) for days in (0, 1)]
    return values | {"dates": lines, "instead_of": ""}


def _in_two_weeks() -> dt.datetime:
    day = add_working_days(timezone.localdate(), 10)
    return timezone.make_aware(dt.datetime.combine(day, dt.time(14)))


# --- Without a case -------------------------------------------------------------------------------


def draft(scene: Scene) -> Values | None:
    """An unfinished request belongs to nobody but its writer: nothing real is shown."""
    with override(scene.language):
        link = settings.BASE_URL + reverse("intake:resume", args=[EXAMPLE])
    return {"link": link, "until": timezone.localdate() + dt.timedelta(days=30)}
