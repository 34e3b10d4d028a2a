"""Offers to advisors: making, withdrawing and ending them. Answers are in ``workflow.answers``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from advisors.models import Advisor
from miglobe.accounts.models import User
from miglobe.mail.outbox import MailText
from requests_app import access, deadlines, notifications
from requests_app.conflicts import conflict_between
from requests_app.models import Assignment, AssignmentRole, AssignmentStatus, Case, CaseStatus
from requests_app.workflow.confidential import set_confidential
from requests_app.workflow.dates import drop_dates, leave_dates
from requests_app.workflow.engine import InvalidTransition, NotAllowed, Step, step
from requests_app.workflow.table import ACTIONS, Who
from requests_app.workflow.words import forget_unsent


class ConflictStands(InvalidTransition):
    """The advisor has a conflict of interest. ``message`` says which: for the coordination's eyes alone."""


@dataclass(frozen=True)
class Offer:
    """One offer to be made: to whom, in which role, with which summary and which expected effort.

    ``mail`` replaces the composed one. ``allowed_words`` matter on the shortlist alone: words of summary and
    effort that look like contact data and are none.
    """

    advisor: Advisor
    role: AssignmentRole
    summary: str
    mail: MailText | None = None
    effort: str = ""
    allowed_words: tuple[str, ...] = ()


@transaction.atomic
def offer(
    case: Case,
    actor: User,
    offers: Iterable[Offer],
    *,
    is_confidential: bool | None = None,
    seen: int | None = None,
) -> list[Assignment]:
    """Offer the case to one or two advisors (a lead, a second one); to two at once, it is one tandem.

    ``is_confidential``: whether offers of this case name the municipality, from now on; None: as before.
    """
    offers = list(offers)
    if is_confidential is not None and is_confidential != case.is_confidential:
        set_confidential(case, actor, is_confidential=is_confidential, seen=seen)
        seen = None  # from here on the case is locked: nobody else changes it
    key = "offer_co" if case.status in ACTIONS["offer_co"].sources else "offer"
    with step(key, case, actor, seen) as now:
        check_offers(now, offers)
        answer_due_on = deadlines.offer_answer_due(timezone.localdate(now.at))
        if key == "offer":
            # Also when others are asked already: the case waits for the answer that is due last.
            now.set(due_on=answer_due_on)
        return make_offers(now, actor, offers, answer_due_on)


def make_offers(
    now: Step, by: User, offers: Iterable[Offer], answer_due_on: date, **fields: Any
) -> list[Assignment]:
    """Store offers that were checked, mail them, and note them for the event of the step under way.

    Two at once are a tandem. Whoever is asked stands on the shortlist no more.
    """
    offers = list(offers)
    tandem_key = uuid4() if len(offers) > 1 else None
    made = [
        Assignment.objects.create(
            case=now.case,
            advisor=each.advisor,
            role=each.role,
            summary=each.summary,
            effort=each.effort,
            is_confidential=now.case.is_confidential,
            tandem_key=tandem_key,
            offered_by=by,
            offered_at=now.at,
            answer_due_on=answer_due_on,
            **fields,
        )
        for each in offers
    ]
    now.case.shortlist.filter(advisor__in=[each.advisor for each in offers]).delete()
    for assignment, each in zip(made, offers, strict=True):
        notifications.offer_made(assignment, each.mail)
    _expect_answers(now)
    now.data["offers"] = [{"assignment": a.pk, "advisor": a.advisor.name, "role": a.role} for a in made]
    if tandem_key:
        now.data["tandem"] = True
    return made


def check_offers(now: Step, offers: list[Offer]) -> None:
    """Raise ``InvalidTransition`` unless these offers can be made together with those that live."""
    live = [a for a in now.case.assignments.all() if a.is_live]
    roles = [a.role for a in live] + [each.role for each in offers]
    people = [a.advisor_id for a in live] + [each.advisor.pk for each in offers]
    if not offers:
        raise InvalidTransition(_("Choose at least one advisor."))
    if now.case.municipality_id is None:
        raise InvalidTransition(_("Say first which municipality asks."))
    if len(set(people)) < len(people):
        raise InvalidTransition(_("An advisor can be asked only once for a case."))
    if len(set(roles)) < len(roles):
        raise InvalidTransition(_("There is already an advisor in this role."))
    if AssignmentRole.LEAD not in roles:
        raise InvalidTransition(_("Somebody must be asked to take the lead."))
    today = timezone.localdate(now.at)
    for each in offers:
        if conflict := conflict_between(each.advisor, now.case):
            refusal = ConflictStands if conflict.record else InvalidTransition
            raise refusal(conflict.sentence)
        if not each.advisor.is_in_the_pool:
            raise InvalidTransition(_("An advisor is not active at present."))
        if each.advisor.absence_on(today):
            raise InvalidTransition(_("An advisor is absent at present."))


@transaction.atomic
def withdraw_offer(
    assignment: Assignment, actor: User, *, mail: MailText | None = None, seen: int | None = None
) -> Assignment:
    with step("withdraw_offer", assignment.case, actor, seen) as now:
        settle(now, assignment, AssignmentStatus.WITHDRAWN)
        notifications.offer_withdrawn(assignment, mail)
    return_to_review(now.case)
    return assignment


def end_assignment(
    assignment: Assignment, actor: User, *, mail: MailText | None = None, seen: int | None = None
) -> Assignment:
    """End an engagement that was accepted. Without its lead, the case goes back to review."""
    key = "release_lead" if assignment.role == AssignmentRole.LEAD else "end_assignment"
    with step(key, assignment.case, actor, seen) as now:
        if key == "release_lead":
            drop_dates(now)  # first: whoever is released is told, too
        settle(now, assignment, AssignmentStatus.ENDED, was=AssignmentStatus.ACCEPTED, ended_at=now.at)
        advisor = assignment.advisor
        forget_unsent(now, advisor.user)
        leave_dates(now, advisor.user, advisor.name, access.Side.ADVISOR)
        notifications.assignment_ended(assignment, mail)
    return assignment


def settle(
    now: Step,
    assignment: Assignment,
    status: AssignmentStatus,
    was: AssignmentStatus = AssignmentStatus.OFFERED,
    **fields: Any,
) -> None:
    """Move ``assignment`` from ``was`` to ``status``; the case's lock guards it."""
    assignment.refresh_from_db()
    if assignment.status != was:
        raise InvalidTransition(_("This offer is no longer open."))
    if now.action.who == Who.OFFERED and now.actor and assignment.advisor.user_id != now.actor.pk:
        raise NotAllowed
    for name, value in {"status": status, **fields}.items():
        setattr(assignment, name, value)
    assignment.save(update_fields=["status", *fields])
    assignment.case = now.case
    _expect_answers(now)
    now.data |= {"assignment": assignment.pk, "advisor": assignment.advisor.name, "role": assignment.role}
    if assignment.is_direct:
        now.data["is_direct"] = True


def _expect_answers(now: Step) -> None:
    """The case waits for the answer that is due first; in the dialogue it waits for the municipality's."""
    if now.case.status in (CaseStatus.IN_DIALOGUE, CaseStatus.OPTIONS_AGREED):
        return
    open_offers = now.case.assignments.filter(status=AssignmentStatus.OFFERED)
    now.set(answer_due_on=open_offers.aggregate(first=Min("answer_due_on"))["first"])


def return_to_review(case: Case) -> None:
    """Put a case back to review when it looks for advice but nobody is asked any more."""
    waiting = case.assignments.filter(status=AssignmentStatus.OFFERED).exists()
    if case.status == CaseStatus.MATCHING and not waiting:
        with step("exhaust_offers", case, None):
            pass
        case.refresh_from_db()


def drop_offers(now: Step, mails: Mapping[int, MailText] | None = None) -> None:
    """Withdraw the offers that are still out, because the case has ended.

    ``mails`` replaces the composed mails, by the assignment's key.
    """
    for assignment in now.case.assignments.filter(status=AssignmentStatus.OFFERED).select_related(
        "advisor__user"
    ):
        assignment.status = AssignmentStatus.WITHDRAWN
        assignment.save(update_fields=["status"])
        notifications.offer_withdrawn(assignment, (mails or {}).get(assignment.pk))
