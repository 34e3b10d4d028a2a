"""Review: start it, ask back, decline, take a decision back."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from miglobe.accounts.models import User
from miglobe.mail.outbox import MailText
from requests_app import notifications
from requests_app.access import Side
from requests_app.models import Audience, Case, MessageKind, Resolution
from requests_app.workflow.engine import InvalidTransition, step, write
from requests_app.workflow.offers import drop_offers


def start_review(case: Case, actor: User, *, seen: int | None = None) -> Case:
    with step("start_review", case, actor, seen) as now:
        pass
    return now.case


def ask_query(
    case: Case, actor: User, *, text: str, mail: MailText | None = None, seen: int | None = None
) -> Case:
    """Ask the municipality something; the deadline pauses. ``mail`` replaces the composed mail."""
    with step("ask_query", case, actor, seen) as now:
        if now.case.main_contact is None:
            raise InvalidTransition(_("There is no e-mail address yet. Add it first, or call."))
        message = write(now, actor, Side.COORDINATOR, text, Audience.MUNICIPALITY, MessageKind.QUERY)
        now.data["message"] = message.pk
        notifications.query_asked(now.case, text, mail)
    return now.case


def answer_query(case: Case, actor: User, *, text: str, seen: int | None = None) -> Case:
    with step("answer_query", case, actor, seen) as now:
        message = write(now, actor, Side.MUNICIPALITY, text, Audience.MUNICIPALITY, MessageKind.ANSWER)
        now.data["message"] = message.pk
        notifications.query_answered(now.case, text)
    return now.case


def resume_review(case: Case, actor: User, *, seen: int | None = None) -> Case:
    """Go on although no written answer came (it came by telephone, say)."""
    with step("resume_review", case, actor, seen) as now:
        pass
    return now.case


def settle_lead_unit(case: Case, actor: User, *, unit: str, seen: int | None = None) -> Case:
    """Write down which unit of the municipality is in charge of what its company asked for.

    Raises ``InvalidTransition`` when that is not open (any more).
    """
    with step("settle_lead_unit", case, actor, seen) as now:
        if not now.case.lead_unit_open:
            raise InvalidTransition
        now.set(unit=unit, lead_unit_open=False)
        now.data["text"] = unit
    return now.case


def decline(
    case: Case,
    actor: User,
    *,
    resolution: Resolution,
    text: str,
    mail: MailText | None = None,
    offer_mails: Mapping[int, MailText] | None = None,
    same_as: Case | None = None,
    seen: int | None = None,
) -> Case:
    """Decline the request with a reason; offers that are out are withdrawn.

    ``mail`` and ``offer_mails`` (by the assignment's key) replace the composed mails. ``same_as`` is the
    case that this one is a duplicate of.
    """
    with step("decline", case, actor, seen) as now:
        now.set(resolution=resolution)
        now.data |= {"resolution": resolution, "text": text}
        if same_as:
            now.data["same_as"] = same_as.reference
        write(now, actor, Side.COORDINATOR, text, Audience.MUNICIPALITY)
        drop_offers(now, offer_mails)
        notifications.request_declined(now.case, text, mail)
    return now.case


def take_back(
    case: Case, actor: User, *, text: str = "", mail: MailText | None = None, seen: int | None = None
) -> Case:
    """Take a refusal back; the municipality, which has read "not possible", is told."""
    with step("take_back", case, actor, seen) as now:
        now.data["text"] = text
        notifications.decline_taken_back(now.case, text, mail)
    return now.case
