"""Why a case stands on the agenda, in words, and the one thing to do about it.

All read what ``agenda.load`` brings along: assignments with their advisors, the preferred advisor.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from miglobe.site.working_days import working_days_between
from requests_app.models import AssignmentStatus, Case, CaseStatus, EventKind

S = CaseStatus


@dataclass(frozen=True)
class Todo:
    """What one does about a case: a few words, and the page for it."""

    label: str
    url: str


def short_day(day: date) -> str:
    """A date with its weekday, short: "Fr 20.11.2026"."""
    # Translators: Django's date format for a short date with its weekday
    return formats.date_format(day, _("D m/d/Y"))


def sheet(case: Case, anchor: str = "") -> str:
    address = reverse("admin:requests_app_case_change", args=[case.pk])
    return f"{address}#{anchor}" if anchor else address


def _step(case: Case, key: str) -> str:
    return reverse("admin:requests_app_case_step", args=[case.pk, key])


def _late(due_on: date | None, today: date) -> str:
    """How late something is that was due on a day."""
    days = working_days_between(due_on, today) if due_on else 0
    if not days or due_on is None:  # due on a Friday, and today is Saturday
        return _("was due on %(day)s") % {"day": short_day(due_on)} if due_on else ""
    return ngettext("%(count)d working day late", "%(count)d working days late", days) % {"count": days}


def _names(case: Case, *statuses: AssignmentStatus) -> str:
    names = [a.advisor.name for a in case.assignments.all() if a.status in statuses]
    return _(" and ").join(names)


def _asked(case: Case) -> str:
    return _names(case, AssignmentStatus.OFFERED) or _("advisor")


def _advising(case: Case) -> str:
    return _names(case, AssignmentStatus.ACCEPTED) or _("advisor")


# --- Late ---------------------------------------------------------------------------------------


def why_late(case: Case, today: date) -> str:
    late = {"late": _late(case.due_on, today)}
    if case.state == S.MATCHING:
        return _("Answer of %(names)s to the offer: %(late)s") % {"names": _asked(case), **late}
    if case.state == S.MATCHED:
        return _("First session with %(names)s: %(late)s") % {"names": _advising(case), **late}
    if case.awaits_confirmation:
        return _("The contact person has not confirmed the entries: %(late)s") % late
    if case.state == S.SUBMITTED:
        return _("First answer to the municipality: %(late)s") % late
    step = _("Next step of the review: %(late)s") % late
    return f"{why_answered(case, today)}. {step}" if case.answer_at else step


def move_on(case: Case) -> Todo:
    """What moves a case on that waits for us."""
    if case.awaits_confirmation or case.state not in (S.SUBMITTED, S.IN_REVIEW, S.MATCHING, S.MATCHED):
        return Todo(_("Open the case"), sheet(case))
    return {
        S.SUBMITTED: lambda: Todo(_("Start the review"), sheet(case)),
        S.IN_REVIEW: lambda: Todo(_("Offer to advisors"), _step(case, "offer")),
        S.MATCHING: lambda: Todo(_("See who was asked"), sheet(case, "offers-title")),
        S.MATCHED: lambda: write(case),
    }[case.state]()


def write(case: Case) -> Todo:
    return Todo(_("Write a message"), sheet(case, "messages"))


# --- Answers, or none ---------------------------------------------------------------------------


def why_direct(case: Case, today: date) -> str:
    name = str(case.preferred_advisor or _("advisor"))
    return _("%(name)s has not answered the municipality's direct enquiry") % {"name": name}


def why_answered(case: Case, today: date) -> str:
    return {
        EventKind.QUERY_ANSWERED: _("The municipality has answered the query"),
        EventKind.ENTRY_CONFIRMED: _("The contact person has confirmed the entries"),
        EventKind.OFFERS_EXHAUSTED: _("Everybody who was asked has said no, or nothing"),
        EventKind.OPTION_COMMENTED: _("The municipality wishes for a change to an action option"),
        EventKind.OPTION_CHANGED: _("The municipality has changed an action option"),
        EventKind.OPTIONS_AGREED: _("All action options are confirmed"),
        EventKind.TALK_ASKED: _("The municipality would like another talk"),
    }[EventKind(case.answer_kind)]


def act_on_answer(case: Case) -> Todo:
    if case.answer_kind == EventKind.QUERY_ANSWERED:
        return Todo(_("Read the answer"), sheet(case, "messages"))
    if case.answer_kind == EventKind.OPTION_COMMENTED:
        return Todo(_("Read the comment"), sheet(case, "options-title"))
    if case.answer_kind == EventKind.OPTION_CHANGED:
        return Todo(_("Read the change"), sheet(case, "options-title"))
    if case.answer_kind == EventKind.OPTIONS_AGREED:
        return Todo(_("Close the case"), _step(case, "close"))
    if case.answer_kind == EventKind.TALK_ASKED and case.state != S.IN_REVIEW:
        return write(case)
    return move_on(case)


def why_offers(case: Case, today: date) -> str:
    due = case.answer_due_on
    words = {"names": _asked(case), "day": short_day(due) if due else "", "late": _late(due, today)}
    if due and due < today:
        return _("Answer of %(names)s to the offer: %(late)s") % words
    if due == today:
        return _("Answer of %(names)s to the offer: due today") % words
    return _("Answer of %(names)s to the offer: due on %(day)s") % words


def who_was_asked(case: Case) -> Todo:
    return Todo(_("See who was asked"), sheet(case, "offers-title"))


def why_query(case: Case, today: date) -> str:
    return _("The municipality's answer to the query: %(late)s") % {"late": _late(case.answer_due_on, today)}


def why_unconfirmed(case: Case, today: date) -> str:
    late = _late(case.answer_due_on, today)
    return _("The municipality's answer to the action options: %(late)s") % {"late": late}


# --- The rest -----------------------------------------------------------------------------------


def why_resubmitted(case: Case, today: date) -> str:
    if case.resubmission_note:
        return case.resubmission_note
    return _("Put off until %(day)s") % {"day": short_day(case.resubmit_on)} if case.resubmit_on else ""


def open_sheet(case: Case) -> Todo:
    return Todo(_("Open the case"), sheet(case))


def why_mail(case: Case, today: date) -> str:
    return _("A mail about this case did not arrive")


def see_mails(case: Case) -> Todo:
    return Todo(_("See the mails"), sheet(case, "mails-title"))


def why_new(case: Case, today: date) -> str:
    if case.awaits_confirmation:
        return _("The contact person has to confirm the entries")
    if case.due_on is None:
        return _("Not answered yet")
    if case.due_on == today:
        return _("First answer due today")
    return _("First answer due on %(day)s") % {"day": short_day(case.due_on)}


def why_no_session(case: Case, today: date) -> str:
    if case.status != S.MATCHED:
        return _("The agreed session with %(names)s has not been logged") % {"names": _advising(case)}
    late = {"names": _advising(case), "late": _late(case.due_on, today)}
    return _("First session with %(names)s: %(late)s") % late


def why_quiet(case: Case, today: date) -> str:
    return _("No session with %(names)s has been logged for six weeks") % {"names": _advising(case)}
