"""What an advisor does next in a case, in one or two sentences."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from miglobe.site.templatetags.kern import long_date
from requests_app import dates
from requests_app.models import Assignment, AssignmentRole, AssignmentStatus, Case, CaseStatus, OptionStatus


@dataclass(frozen=True)
class NextStep:
    """What comes next. ``yours`` is False while others are at work; ``action`` is the button to offer."""

    text: str
    yours: bool = True
    action: str = ""
    due_on: date | None = None


def next_step(case: Case, own: Assignment, questioned_on: date | None = None) -> NextStep:
    """What the advisor of ``own`` does next. Reads the case's prefetched options and assignments.

    ``questioned_on``: the day of a session that she or he logged, and that was different, as the
    municipality says. That waits for an answer also after the case has ended.
    """
    if questioned_on:
        return _questioned(questioned_on)
    search = dates.search(case)
    if of_dates := _dates_to_see_to(search):
        return of_dates
    if case.status == CaseStatus.MATCHED:
        return _appointed(search) or _held(search) or _first_session(case, own)
    if case.status == CaseStatus.IN_DIALOGUE:
        return _dialogue(case)
    if case.status == CaseStatus.OPTIONS_AGREED:
        return _agreed(case)
    if case.is_open:
        text = _("The coordination is looking for the lead advisor. You need not do anything.")
        return NextStep(text, yours=False)
    return NextStep(_("The case has ended."), yours=False)


def _questioned(day: date) -> NextStep:
    text = _(
        "The municipality says that something about the session of %(day)s was different. Please correct "
        "the session, or write to the municipality."
    )
    return NextStep(text % {"day": long_date(day)}, action="answer_objection")


def _dates_to_see_to(search: dates.Search) -> NextStep | None:
    """What waits for the advisors about dates; either of the two may see to it."""
    if search.open:
        return None
    if any(appointment.move_asked_at for appointment in search.ahead):
        return NextStep(_("The municipality asks for another date. Please propose some."))
    if search.refused:
        text = _("None of the dates fits the municipality. Please propose others.")
        return NextStep(text, action="propose_dates")
    return None


def _appointed(search: dates.Search) -> NextStep | None:
    """The agreed date, or that the municipality has to choose one; None while there is neither."""
    if search.next:
        when = {"when": dates.short(search.next.starts_at)}
        return NextStep(_("Your date: %(when)s. Log the session here once it was held.") % when, yours=False)
    if search.open:
        text = _("The municipality has your dates and chooses one. You need not do anything.")
        return NextStep(text, yours=False)
    return None


def _held(search: dates.Search) -> NextStep | None:
    """The first agreed date has passed, and nothing was logged."""
    if search.past is None:
        return None
    when = {"when": dates.short(search.past.starts_at)}
    text = _("Did the session take place (%(when)s)? Log it, or propose other dates.") % when
    return NextStep(text, action="hold_first_session")


def _first_session(case: Case, own: Assignment) -> NextStep:
    if own.role == AssignmentRole.LEAD:
        text = _("Propose dates to the municipality for the first session. Log it here once it was held.")
        return NextStep(text, action="propose_dates", due_on=case.due_on)
    text = _("%(name)s has the lead and agrees on the first session with the municipality.") % {
        "name": lead_name(case)
    }
    return NextStep(text, yours=False)


def _dialogue(case: Case) -> NextStep:
    states = _states(case)
    if count := states[OptionStatus.COMMENTED]:
        text = ngettext(
            "The municipality has commented on one action option. Please revise it.",
            "The municipality has commented on %(count)s action options. Please revise them.",
            count,
        ) % {"count": count}
        return NextStep(text, action="revise")
    if count := states[OptionStatus.CHANGED]:
        text = ngettext(
            "The municipality has changed one action option. Please read it and accept it, or reword it.",
            "The municipality has changed %(count)s action options. Please read them and accept them, or "
            "reword them.",
            count,
        ) % {"count": count}
        return NextStep(text, action="revise")
    if states[OptionStatus.DRAFT]:
        return NextStep(_drafts(states[OptionStatus.DRAFT]), action="propose_options")
    if count := states[OptionStatus.PROPOSED]:
        text = ngettext(
            "The municipality is reading one action option. You need not do anything.",
            "The municipality is reading %(count)s action options. You need not do anything.",
            count,
        ) % {"count": count}
        return NextStep(text, yours=False)
    if appointed := _appointed(dates.search(case)):
        return appointed
    text = _("Log every session, and write down the action options that you develop together.")
    return NextStep(text, action="write_option")


def _agreed(case: Case) -> NextStep:
    if drafts := _states(case)[OptionStatus.DRAFT]:
        return NextStep(_drafts(drafts), action="propose_more")
    text = _("The action options are agreed. The coordination will close the case.")
    return NextStep(text, yours=False)


def _drafts(count: int) -> str:
    return ngettext(
        "You have one draft of an action option. Put it to the municipality when it is ready.",
        "You have %(count)s drafts of action options. Put them to the municipality when they are ready.",
        count,
    ) % {"count": count}


def _states(case: Case) -> Counter[str]:
    return Counter(option.status for option in case.options.all())


def lead_name(case: Case) -> str:
    """The name of who has the lead, or an empty text while nobody has. Reads prefetched assignments."""
    accepted = (a for a in case.assignments.all() if a.status == AssignmentStatus.ACCEPTED)
    return next((a.advisor.name for a in accepted if a.role == AssignmentRole.LEAD), "")
