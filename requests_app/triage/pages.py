"""The steps that write a mail: what is filled in, which mails follow from it, what the workflow does then."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from miglobe.accounts.models import User
from miglobe.mail.outbox import MailText
from requests_app import deadlines, notifications, workflow
from requests_app.models import Assignment, AssignmentStatus, Case
from requests_app.triage import offer_forms, step_forms
from requests_app.triage.mails import PlannedMail, to_advisor, to_contacts


@dataclass(frozen=True)
class Step:
    """A valid step on its way: who takes it, on which case in which version, with what filled in."""

    case: Case
    actor: User
    form: step_forms.StepForm
    seen: int

    @property
    def data(self) -> dict[str, Any]:
        return self.form.cleaned_data


Texts = Mapping[str, MailText]


@dataclass(frozen=True)
class Page:
    """One row: the form, the mails that follow from it, the call to the workflow, and the words around."""

    form: type[step_forms.StepForm]
    mails: Callable[[Step], list[PlannedMail]]
    act: Callable[[Step, Texts], object]
    lead: Promise
    send: Promise
    done: Promise
    danger: bool = False

    @property
    def writes_mails(self) -> bool:
        """Whether a page with the mails follows the one with the fields."""
        return self.mails is not _no_mails


# --- Mails ----------------------------------------------------------------------------------


def _query_mails(step: Step) -> list[PlannedMail]:
    return [to_contacts(step.case, notifications.compose_query(step.case, step.data["text"]))]


def _offer_mails(step: Step) -> list[PlannedMail]:
    assert isinstance(step.form, offer_forms.OfferForm)
    now = timezone.now()
    offers = step.form.offers()
    tandem_key = uuid4() if len(offers) > 1 else None
    planned = []
    for each in offers:
        offer = Assignment(
            case=step.case,
            advisor=each.advisor,
            role=each.role,
            summary=each.summary,
            effort=each.effort,
            is_confidential=step.data["is_confidential"],
            tandem_key=tandem_key,
            offered_at=now,
            answer_due_on=deadlines.offer_answer_due(timezone.localdate(now)),
        )
        text = notifications.compose_offer(offer)
        planned.append(to_advisor(each.role, each.advisor, text, step.form.found))
    return planned


def _withdrawal_mails(step: Step) -> list[PlannedMail]:
    """To the advisors whose offers fall away with this step."""
    return [
        to_advisor(_withdrawal(offer), offer.advisor, notifications.compose_offer_withdrawn(offer))
        for offer in step.case.assignments.all()
        if offer.status == AssignmentStatus.OFFERED
    ]


def _withdrawal(offer: Assignment) -> str:
    return f"offer-{offer.pk}"


def _withdrawal_texts(step: Step, texts: Texts) -> dict[int, MailText]:
    return {a.pk: texts[_withdrawal(a)] for a in step.case.assignments.all() if _withdrawal(a) in texts}


def _withdraw_mails(step: Step) -> list[PlannedMail]:
    offer = step.data["assignment"]
    return [to_advisor("advisor", offer.advisor, notifications.compose_offer_withdrawn(offer))]


def _end_mails(step: Step) -> list[PlannedMail]:
    ended = step.data["assignment"]
    return [to_advisor("advisor", ended.advisor, notifications.compose_assignment_ended(ended))]


def _decline_mails(step: Step) -> list[PlannedMail]:
    text = notifications.compose_declined(step.case, step.data["text"])
    return [*_to_anybody(step.case, text), *_withdrawal_mails(step)]


def _to_anybody(case: Case, text: MailText) -> list[PlannedMail]:
    """A mail to the contact persons; none while an entered request has no address yet."""
    return [to_contacts(case, text)] if case.main_contact else []


def _take_back_mails(step: Step) -> list[PlannedMail]:
    return _to_anybody(step.case, notifications.compose_taken_back(step.case, step.data["text"]))


def _close_mails(step: Step) -> list[PlannedMail]:
    assert isinstance(step.form, step_forms.CloseForm)
    resolution, asked_on = step.data["resolution"], step.form.asked_on
    text = notifications.compose_closed(step.case, resolution, step.data["text"], asked_on)
    return [to_contacts(step.case, text), *_withdrawal_mails(step)]


def _reopen_mails(step: Step) -> list[PlannedMail]:
    return [to_contacts(step.case, notifications.compose_reopened(step.case, step.data["text"]))]


def _no_mails(step: Step) -> list[PlannedMail]:
    return []


# --- Acts -----------------------------------------------------------------------------------


def _ask_query(step: Step, texts: Texts) -> object:
    return workflow.ask_query(
        step.case, step.actor, text=step.data["text"], mail=texts["contacts"], seen=step.seen
    )


def _settle_lead_unit(step: Step, texts: Texts) -> object:
    return workflow.settle_lead_unit(step.case, step.actor, unit=step.data["unit"], seen=step.seen)


def _offer(step: Step, texts: Texts) -> object:
    assert isinstance(step.form, offer_forms.OfferForm)
    offers = [replace(each, mail=texts[each.role]) for each in step.form.offers()]
    hides = step.data["is_confidential"]
    return workflow.offer(step.case, step.actor, offers, is_confidential=hides, seen=step.seen)


def _withdraw_offer(step: Step, texts: Texts) -> object:
    return workflow.withdraw_offer(step.data["assignment"], step.actor, mail=texts["advisor"], seen=step.seen)


def _end_assignment(step: Step, texts: Texts) -> object:
    return workflow.end_assignment(step.data["assignment"], step.actor, mail=texts["advisor"], seen=step.seen)


def _decline(step: Step, texts: Texts) -> object:
    return workflow.decline(
        step.case,
        step.actor,
        resolution=step.data["resolution"],
        text=step.data["text"],
        mail=texts.get("contacts"),
        offer_mails=_withdrawal_texts(step, texts),
        seen=step.seen,
    )


def _take_back(step: Step, texts: Texts) -> object:
    return workflow.take_back(
        step.case, step.actor, text=step.data["text"], mail=texts.get("contacts"), seen=step.seen
    )


def _close(step: Step, texts: Texts) -> object:
    assert isinstance(step.form, step_forms.CloseForm)
    return workflow.close(
        step.case,
        step.actor,
        resolution=step.data["resolution"],
        text=step.data["text"],
        mail=texts["contacts"],
        offer_mails=_withdrawal_texts(step, texts),
        left_out=step.form.months_left_out,
        seen=step.seen,
    )


def _reopen(step: Step, texts: Texts) -> object:
    return workflow.reopen(
        step.case, step.actor, text=step.data["text"], mail=texts["contacts"], seen=step.seen
    )


# --- The table ------------------------------------------------------------------------------

_OFFER = Page(
    offer_forms.OfferForm,
    _offer_mails,
    _offer,
    lead=_(
        "Two advisors are the rule: one leads, the other one joins, and both are asked together as a tandem. "
        "One alone is fine, too."
    ),
    send=_("Send and offer the case"),
    done=_("The offer is on its way."),
)

PAGES = {
    "ask_query": Page(
        step_forms.QueryForm,
        _query_mails,
        _ask_query,
        lead=_("The deadline pauses until the municipality has answered."),
        send=_("Send and ask the query"),
        done=_("The query is on its way. The deadline pauses until the municipality answers."),
    ),
    "settle_lead_unit": Page(
        step_forms.LeadUnitForm,
        _no_mails,
        _settle_lead_unit,
        lead=_(
            "A municipal company asked. Write down which unit of the municipality is in charge; the "
            "municipality reads it on its page."
        ),
        send=_("Keep the unit"),
        done=_("The unit in charge is settled."),
    ),
    "offer": _OFFER,
    "offer_co": _OFFER,
    "withdraw_offer": Page(
        step_forms.AssignmentForm,
        _withdraw_mails,
        _withdraw_offer,
        lead=_("The advisor can no longer accept, and no longer sees the case."),
        send=_("Send and withdraw the offer"),
        done=_("The offer is withdrawn."),
        danger=True,
    ),
    "end_assignment": Page(
        step_forms.SecondAdvisorForm,
        _end_mails,
        _end_assignment,
        lead=_("The lead goes on alone. You can ask somebody else to join."),
        send=_("Send and end the assignment"),
        done=_("The assignment has ended."),
        danger=True,
    ),
    "release_lead": Page(
        step_forms.LeadForm,
        _end_mails,
        _end_assignment,
        lead=_("The case goes back to review, and you look for a new lead."),
        send=_("Send and release the lead"),
        done=_("The lead is released. The case is in review again."),
        danger=True,
    ),
    "decline": Page(
        step_forms.DeclineForm,
        _decline_mails,
        _decline,
        lead=_("The municipality gets a mail with your reason. You can take the decision back later."),
        send=_("Send and decline"),
        done=_("The request is declined."),
        danger=True,
    ),
    "take_back": Page(
        step_forms.ReopenForm,
        _take_back_mails,
        _take_back,
        lead=_("The case is in review again, and the municipality gets a mail."),
        send=_("Send and take the decision back"),
        done=_("The decision is taken back. The case is in review again."),
    ),
    "close": Page(
        step_forms.CloseForm,
        _close_mails,
        _close,
        lead=_("Nobody can log sessions or options in a closed case. You can reopen it at any time."),
        send=_("Send and close the case"),
        done=_("The case is closed."),
    ),
    "reopen": Page(
        step_forms.ReopenForm,
        _reopen_mails,
        _reopen,
        lead=_("The case is in dialogue again, and the municipality gets a mail."),
        send=_("Send and reopen the case"),
        done=_("The case is open again."),
    ),
}

# Steps without a mail: the sheet's button acts at once.
DIRECT: dict[str, tuple[Callable[..., Case], Promise]] = {
    "start_review": (workflow.start_review, _("The review has begun.")),
    "send_entry_link": (workflow.send_entry_link, _("The mail with the link is on its way.")),
    "resume_review": (workflow.resume_review, _("The review goes on, and so does the deadline.")),
}
