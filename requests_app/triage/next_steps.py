"""What a coordinator can do with a case now: the workflow's rows as buttons, and a sentence on what to do."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from miglobe.accounts.models import User
from requests_app import workflow
from requests_app.models import (
    Assignment,
    AssignmentRole,
    AssignmentStatus,
    Case,
    CaseStatus,
    ExpectedContact,
)
from requests_app.triage import direct, fitting
from requests_app.triage.pages import DIRECT, PAGES

S = CaseStatus

# Rows that stand elsewhere on the sheet: beside an offer, a contact person or the documents, or as a form.
BESIDE_AN_ASSIGNMENT = ("withdraw_offer", "end_assignment", "release_lead")
AS_A_FORM = ("write_to_municipality", "write_note")
BESIDE_A_CONTACT = (
    "invite_contact_for",
    "resend_invitation_for",
    "withdraw_invitation_for",
    "correct_contact_for",
    "remove_contact_for",
)
BESIDE_THE_DOCUMENTS = ("add_document_for",)
BESIDE_AN_OPTION = ("ask_for_library", "take_into_library")
ABOUT_OFFERS = ("set_confidential", "change_shortlist")
ON_TOP = ("take_over", "assign_responsible", "set_resubmission", "finish_resubmission", "change_topics")
BESIDE_A_MAIL = ("send_mail_again", "settle_mail", "send_code_for", "correct_address")
BESIDE_AN_ADVISOR = ("record_conflict", "lift_conflict")
BESIDE_A_FOLLOW_UP = ("skip_follow_up", "restore_follow_up")
# Rarely needed: at the end of the sheet.
MENDING = ("merge", "merge_entered", "undo_merge", "redact")
WITHOUT_A_BUTTON = (
    *MENDING,
    *BESIDE_A_MAIL,
    *BESIDE_AN_ADVISOR,
    *BESIDE_A_FOLLOW_UP,
    *ON_TOP,
    *ABOUT_OFFERS,
    *BESIDE_A_CONTACT,
    *BESIDE_THE_DOCUMENTS,
    *BESIDE_AN_OPTION,
    *AS_A_FORM,
)
ELSEWHERE = (*WITHOUT_A_BUTTON, *BESIDE_AN_ASSIGNMENT)

# Steps with a page of their own.
PAGE_NAMES = {"complete_entry": "admin:requests_app_case_complete"}

# What one usually does next; the button that stands out.
_USUAL = {
    S.SUBMITTED: "start_review",
    S.IN_REVIEW: "offer",
    S.QUERY_OPEN: "resume_review",
    S.MATCHING: "offer",
    S.OPTIONS_AGREED: "close",
}
_WHAT_TO_DO = {
    S.SUBMITTED: _(
        "Does the request fit? A municipality in NRW, a subject of the offer, no open case for the same."
    ),
    S.IN_REVIEW: _(
        "Look for one or two fitting advisors and offer them the case. If something is unclear, ask back."
    ),
    S.QUERY_OPEN: _(
        "The municipality has to answer. If it did so by telephone, go on without a written answer."
    ),
    S.MATCHING: _("The advisors have to answer. You get a mail as soon as one of them does."),
    S.MATCHED: _("The advisors agree on a first session with the municipality."),
    S.IN_DIALOGUE: _("The advisors log sessions and write action options; the municipality confirms them."),
    S.OPTIONS_AGREED: _("All options are confirmed. Close the case."),
    S.CLOSED: _("Nothing is left to do. If the dialogue goes on, reopen the case."),
    S.DECLINED: _("Nothing is left to do. If the decision was wrong, take it back."),
    S.WITHDRAWN: _("The municipality has withdrawn its request. Nothing is left to do."),
}


_CLARIFY_LEAD_UNIT = _(
    "A municipal company asks. Clarify first which unit of the municipality is in charge: ask back, or write "
    "it down if you know it."
)


@dataclass(frozen=True)
class Button:
    """One step: ``direct`` ones act by POST at once, the others lead to a page."""

    key: str
    label: Promise | str
    url: str
    direct: bool
    primary: bool
    danger: bool


# A request of fewer characters says too little to look for advice.
VERY_SHORT = 60


def what_to_do(case: Case) -> Promise | str:
    if case.merged_into_id:
        return _MERGED
    if case.is_open and case.awaits_confirmation:
        return _("Ask for what is missing.") if _is_unreachable(case) else _WAITS_FOR_CONTACT
    if case.lead_unit_open and case.is_open and not case.direct_unanswered_at:  # the alarm comes first
        return _CLARIFY_LEAD_UNIT
    if is_very_short(case):
        return _TOO_LITTLE
    return direct.what_to_do(case) or _WHAT_TO_DO[case.state]


_WAITS_FOR_CONTACT = _(
    "The contact person has to confirm the entries; until then nothing goes to advisors. "
    "Send the link again, or call."
)
_MERGED = _("Nothing is left to do here: the matter goes on in the other case.")
_TOO_LITTLE = _("A very short request: ask back, or call.")


def _is_unreachable(case: Case) -> bool:
    """Whether nobody has an address that a mail could go to."""
    return case.main_contact is None


def is_very_short(case: Case) -> bool:
    """Whether a new request says so little that one has to ask back first."""
    return case.status == S.SUBMITTED and not case.is_direct and len(case.situation) < VERY_SHORT


def to_call(case: Case) -> str:
    """The telephone number to call, where calling is what one does next; else empty."""
    waits = case.is_open and case.awaits_confirmation
    if not waits and not is_very_short(case):
        return ""
    contact = case.main_contact or ExpectedContact.objects.filter(case=case).first()
    return contact.phone if contact else ""


def _usual(case: Case) -> str | None:
    """The step that stands out."""
    if case.is_open and case.awaits_confirmation:
        return "complete_entry" if _is_unreachable(case) else "send_entry_link"
    if direct.is_on_its_way(case):
        return None
    return "ask_query" if is_very_short(case) else _USUAL.get(case.state)


def step_keys(case: Case, user: User) -> list[str]:
    """The coordinator's rows that ``user`` may take on ``case`` now, in the table's order."""
    coordinator = workflow.Who.COORDINATOR
    return [action.key for action in workflow.available_actions(case, user) if action.who == coordinator]


def buttons(case: Case, can: Collection[str]) -> list[Button]:
    """The steps of the whole case, but for those that would lead nowhere now. ``can``: from ``step_keys``."""
    keys = [key for key in can if key not in ELSEWHERE]
    made = [_button(case, key) for key in keys if _leads_somewhere(case, key)]
    made = sorted(made, key=lambda button: (not button.primary, button.danger))
    following = _next_one(case, can)
    return [following, *(replace(button, primary=False) for button in made)] if following else made


def _next_one(case: Case, can: Collection[str]) -> Button | None:
    """Ask who comes next on the shortlist: once a role is free, that is what one usually does."""
    key = fitting.offer_step(case, can)
    entry = fitting.next_entry(case) if key else None
    if entry is None:
        return None
    label = gettext("Ask the next one: %(name)s") % {"name": entry.advisor.name}
    return replace(_button(case, key, entry=entry.pk), label=label, primary=True)


def _leads_somewhere(case: Case, key: str) -> bool:
    """Whether somebody is missing who could be asked, there was a dialogue to close, the unit is open."""
    if key == "settle_lead_unit":
        return case.lead_unit_open
    if key in ("ask_query", "send_entry_link") and _is_unreachable(case):
        return False
    if key in fitting.OFFER_STEPS:
        return bool(fitting.free_roles(case))
    if key == "close" and case.status == S.IN_REVIEW:
        return any(assignment.status == AssignmentStatus.ENDED for assignment in case.assignments.all())
    return True


def assignment_button(case: Case, can: Collection[str], assignment: Assignment) -> Button | None:
    """What can be done about one offer or engagement."""
    if assignment.status == AssignmentStatus.OFFERED:
        key = "withdraw_offer"
    elif assignment.status == AssignmentStatus.ACCEPTED:
        key = "release_lead" if assignment.role == AssignmentRole.LEAD else "end_assignment"
    else:
        return None
    return _button(case, key, assignment=assignment.pk) if key in can else None


def _button(case: Case, key: str, **query: int) -> Button:
    url = reverse("admin:requests_app_case_step", args=[case.pk, key])
    if key in PAGE_NAMES:
        url = reverse(PAGE_NAMES[key], args=[case.pk])
    return Button(
        key=key,
        label=workflow.ACTIONS[key].label,
        url=f"{url}?{urlencode(query)}" if query else url,
        direct=key in DIRECT,
        primary=_usual(case) == key,
        danger=key in PAGES and PAGES[key].danger,
    )
