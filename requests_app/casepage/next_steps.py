"""Where a case stands for the municipality: what happens next, what is asked of it, how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from miglobe.site.templatetags.kern import long_date
from requests_app import dates
from requests_app.casepage import direct
from requests_app.models import Case, CaseStatus, Resolution

S = CaseStatus
R = Resolution


@dataclass(frozen=True)
class Task:
    """One line of the task list. ``state`` is done, open, waiting (for somebody else) or later."""

    label: str
    state: str
    status: str
    url: str = ""

    @property
    def badge(self) -> str:
        return {"done": "success", "open": "warning", "waiting": "info"}.get(self.state, "")


@dataclass(frozen=True)
class Standing:
    """What the case page knows about the dialogue when it says what comes next."""

    asked: bool = False  # a query was put to the municipality at some time
    sessions: int = 0
    unconfirmed: int = 0  # sessions that the municipality is asked to confirm
    questioned: int = 0  # sessions that were different as the municipality says, and are not confirmed
    proposed: int = 0
    commented: int = 0
    changed: int = 0  # options that the municipality worded anew, and the advisors have not answered
    agreed: int = 0
    revised: bool = False  # an option that was commented is being rewritten
    dates: dates.Search | None = None
    released: bool = False  # an advisor had accepted and advises no longer


def ahead(day: date | None) -> date | None:
    """``day`` unless it has passed: nobody is told that something will happen by a day that is gone."""
    return day if day and day >= timezone.localdate() else None


# --- What happens next -------------------------------------------------------------------------


def next_step(case: Case, standing: Standing) -> str:
    """One or two sentences on what happens next, with a date where one is due."""
    if case.state in (S.CLOSED, S.DECLINED, S.WITHDRAWN):
        return how_it_ended(case)
    if of_direct_enquiry := direct.sentences(case):
        return _dated(case, *of_direct_enquiry, name=str(case.preferred_advisor))
    if case.state == S.IN_REVIEW and standing.released:
        return _dated(
            case,
            _("We are looking for a new advisor for you and will get in touch with you by %(day)s."),
            _("We are looking for a new advisor for you and will get in touch with you."),
        )
    if case.state in (S.SUBMITTED, S.IN_REVIEW):
        return _dated(
            case,
            _("We are checking your request and will get in touch with you by %(day)s."),
            _("We are checking your request. This is taking longer than we had promised, and we are sorry."),
        )
    if case.state == S.QUERY_OPEN:
        return _("As soon as you have answered, we will continue with your request.")
    if case.state == S.MATCHING:
        return _dated(
            case,
            _("We have asked advisors who fit your request. We expect their answer by %(day)s."),
            _("We have asked advisors who fit your request, and will tell you as soon as somebody accepts."),
        )
    if of_dates := _of_dates(case, standing.dates):
        return of_dates
    if case.state == S.MATCHED:
        return _dated(
            case,
            _("Your advisors will contact you to agree on a date. The first session should be by %(day)s."),
            _("Your advisors will contact you to agree on a date for the first session."),
        )
    return _in_dialogue(case, standing)


def _dated(case: Case, with_day: str, without: str, **words: str) -> str:
    day = ahead(case.due_on)
    return with_day % {"day": long_date(day), **words} if day else without % words


def _of_dates(case: Case, search: dates.Search | None) -> str:
    """What is agreed, or asked, about a date; empty where nothing is."""
    if search is None:
        return ""
    if search.next:
        return _("Your date: %(when)s.") % {"when": dates.short(search.next.starts_at)}
    if search.open:
        return _("As soon as you have chosen a date, it is agreed, and you get a file for your calendar.")
    if search.refused and case.state == S.MATCHED:
        return _("Your advisors will propose other dates to you.")
    return ""


def _in_dialogue(case: Case, standing: Standing) -> str:
    if case.state == S.OPTIONS_AGREED:
        return _(
            "All action options are agreed. The coordination will close the case. You need not do anything."
        )
    if standing.proposed:
        return _("As soon as all action options are confirmed, they are agreed.")
    if standing.changed:
        return _("Your advisors are reading your wording. They will accept it or get in touch with you.")
    if standing.commented or standing.revised:
        return _("Your advisors are working on your comment. You will get a mail when the option is back.")
    return _("You are in dialogue with your advisors. What you develop together will appear here.")


def how_it_ended(case: Case) -> str:
    """The end of a case in a sentence for the municipality; empty while it is open."""
    if not case.resolution:
        return ""
    return {
        R.OPTIONS_AGREED: _(
            "The action options are agreed. We wish you every success in putting them into practice."
        ),
        R.INITIAL_TALK_SUFFICIENT: _("The talk was enough: you can carry on with what was discussed."),
        R.REFERRED: _("Another programme fits your concern better. We have written to tell you which one."),
        R.NOT_ELIGIBLE: _("We can advise constituted municipalities in North Rhine-Westphalia only."),
        R.OUT_OF_SCOPE: _("The subject lies outside what we can advise on."),
        R.DUPLICATE: _("There is already a case for this concern. It goes on there."),
        R.NO_CAPACITY: _("We are sorry that we cannot offer you advice at present."),
        R.WITHDRAWN: _("You have withdrawn the request. You can send a new one at any time."),
    }[R(case.resolution)]


# --- What is asked of the municipality -----------------------------------------------------------


def needed(
    case: Case,
    proposed: int,
    unconfirmed: int = 0,
    first: date | None = None,
    *,
    picks: bool = False,
    asked: bool = False,
) -> list[str]:
    """What the municipality is asked to do now, a sentence for each; empty when that is nothing.

    ``proposed``: options to read. ``unconfirmed``: sessions to confirm, the first held on ``first``.
    ``picks``: whether dates wait to be chosen from. ``asked``: whether it was asked what became of the
    options; the page of the case has a panel of its own for that.
    """
    if case.is_open and case.awaits_confirmation:
        return [
            _("Please check what was entered for you, and confirm it. Until then nothing goes to advisors.")
        ]
    if case.state == S.QUERY_OPEN:
        return [_answer_by(case.answer_due_on)]
    lines = []
    if picks:
        lines.append(_("Please choose one of the proposed dates, or write when it would suit you."))
    if unconfirmed and first:
        lines.append(_confirm_sessions(unconfirmed, first))
    if case.state == S.IN_DIALOGUE and proposed:
        lines.append(_read_options(proposed))
    if asked:
        lines.append(_("Please tell us what has become of the consultation."))
    return lines


def _read_options(count: int) -> str:
    return ngettext(
        "Please read one action option and confirm it, or write what should be different.",
        "Please read %(count)s action options and confirm them, or write what should be different.",
        count,
    ) % {"count": count}


def _confirm_sessions(count: int, first: date) -> str:
    return ngettext(
        "Please confirm the session of %(day)s, or write what was different.",
        "Please confirm %(count)s sessions, or write what was different.",
        count,
    ) % {"count": count, "day": long_date(first)}


def _answer_by(due_on: date | None) -> str:
    if due := ahead(due_on):
        return _("Please answer our question by %(day)s.") % {"day": long_date(due)}
    return _("Please answer our question. You can still do so.")


def tasks(case: Case, standing: Standing) -> list[Task]:
    """The way through the case as a list of tasks, while the case is open."""
    if not case.is_open:
        return []
    rows = [Task(_("Send the request"), "done", pgettext("step", "done"), "#request")]
    if standing.asked:
        rows.append(_query_task(case))
    rows.append(_session_task(case, standing))
    if standing.sessions:
        rows.append(_confirm_task(standing))
    return [*rows, _options_task(case, standing)]


def _query_task(case: Case) -> Task:
    label = _("Answer our question")
    if case.state == S.QUERY_OPEN:
        return Task(label, "open", pgettext("step", "open"), "#query")
    return Task(label, "done", pgettext("step", "done"), "#messages")


def _session_task(case: Case, standing: Standing) -> Task:
    label = _("Hold the first session with your advisors")
    if standing.sessions:
        return Task(label, "done", pgettext("step", "done"), "#sessions")
    if case.state == S.MATCHED:
        return _agreeing_task(label, standing.dates)
    return Task(label, "later", _("Not possible yet"))


def _agreeing_task(label: str, search: dates.Search | None) -> Task:
    """The first session lies ahead: its date, the dates to choose from, or whom to write to."""
    if search and search.next:
        return Task(label, "waiting", dates.short(search.next.starts_at), "#dates")
    if search and search.open:
        return Task(label, "open", _("Please choose a date"), "#dates")
    return Task(label, "waiting", pgettext("step", "next"), "#messages")


def _confirm_task(standing: Standing) -> Task:
    label = _("Confirm the sessions")
    if standing.unconfirmed:
        return Task(label, "open", _("%(count)s open") % {"count": standing.unconfirmed}, "#sessions")
    if standing.questioned:
        return Task(label, "waiting", _("With your advisors"), "#sessions")
    return Task(label, "done", pgettext("step", "done"), "#sessions")


def _options_task(case: Case, standing: Standing) -> Task:
    label = _("Confirm the action options")
    if standing.proposed and case.state == S.IN_DIALOGUE:
        return Task(label, "open", _("%(count)s open") % {"count": standing.proposed}, "#options")
    if standing.commented or standing.changed or standing.revised:
        shown = standing.commented or standing.changed
        return Task(label, "waiting", _("With your advisors"), "#options" if shown else "")
    if case.state == S.OPTIONS_AGREED:
        return Task(label, "done", pgettext("step", "done"), "#options")
    return Task(label, "later", _("Not possible yet"))
