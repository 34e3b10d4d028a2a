"""The shortlist of a case: who is asked when those before have said no, or nothing.

The coordination writes it, each entry with the text of an offer made in advance. An entry ends when
its person is asked, when somebody accepts its role, and when the case ends.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from advisors.models import Advisor
from miglobe.accounts.models import User
from requests_app import deadlines, offer_facts, summary
from requests_app.conflicts import conflict_between
from requests_app.models import (
    FINAL_STATUSES,
    Assignment,
    AssignmentRole,
    AssignmentStatus,
    Case,
    CaseStatus,
    PassedOver,
    ShortlistEntry,
)
from requests_app.workflow.engine import InvalidTransition, Step, step
from requests_app.workflow.offers import Offer, check_offers, make_offers
from requests_app.workflow.redaction import check_marks
from requests_app.workflow.table import ACTIONS

# --- Writing the list -----------------------------------------------------------------------------


def add_to_shortlist(
    case: Case, actor: User, wanted: Offer, *, asks_by_itself: bool, seen: int | None = None
) -> ShortlistEntry:
    """Put somebody at the end of the list for a role. ``asks_by_itself`` then holds for the whole list.

    With ``seen`` a text that was drafted before a passage was redacted is not taken.
    """
    with step("change_shortlist", case, actor, seen) as now:
        if conflict := conflict_between(wanted.advisor, now.case):
            raise InvalidTransition(conflict.sentence)
        if now.case.shortlist.filter(advisor=wanted.advisor).exists():
            raise InvalidTransition(_("This person is on the shortlist already."))
        if _is_asked(now.case, wanted.advisor):
            raise InvalidTransition(_("This advisor has been asked already."))
        last = now.case.shortlist.aggregate(last=Max("position"))["last"] or 0
        now.case.shortlist.update(asks_by_itself=asks_by_itself)
        entry = ShortlistEntry.objects.create(
            case=now.case,
            advisor=wanted.advisor,
            role=wanted.role,
            position=last + 1,
            summary=wanted.summary,
            effort=wanted.effort,
            allowed_words=list(wanted.allowed_words),
            asks_by_itself=asks_by_itself,
            added_by=actor,
            added_at=now.at,
        )
        _note(now, entry, "added")
    return entry


def remove_from_shortlist(entry: ShortlistEntry, actor: User) -> None:
    with step("change_shortlist", entry.case, actor) as now:
        found = _still_there(now, entry)
        _note(now, found, "removed")
        found.delete()


def move_on_shortlist(entry: ShortlistEntry, actor: User, *, up: bool) -> ShortlistEntry:
    """Let an entry change places with the one before it, or behind it, for the same role."""
    with step("change_shortlist", entry.case, actor) as now:
        found = _still_there(now, entry)
        row = list(now.case.shortlist.filter(role=found.role))
        place = row.index(found) + (-1 if up else 1)
        if not 0 <= place < len(row):
            raise InvalidTransition
        other = row[place]
        found.position, other.position = other.position, found.position
        found.save(update_fields=["position"])
        other.save(update_fields=["position"])
        _note(now, found, "moved_up" if up else "moved_down")
    return found


def rewrite_entry(entry: ShortlistEntry, actor: User, wanted: Offer) -> ShortlistEntry:
    """Change what somebody on the list will be told, and in which role."""
    with step("change_shortlist", entry.case, actor) as now:
        found = _still_there(now, entry)
        check_marks(found.summary, wanted.summary)
        check_marks(found.effort, wanted.effort)
        found.role, found.summary, found.effort = wanted.role, wanted.summary, wanted.effort
        found.allowed_words = list(wanted.allowed_words)
        found.save(update_fields=["role", "summary", "effort", "allowed_words"])
        _note(now, found, "rewritten")
    return found


def set_asks_by_itself(case: Case, actor: User, *, asks_by_itself: bool) -> None:
    """Say whether the portal asks the next one without the coordination; for the whole list."""
    with step("change_shortlist", case, actor) as now:
        now.case.shortlist.update(asks_by_itself=asks_by_itself)
        now.data["change"] = "by_itself" if asks_by_itself else "by_hand"


def _still_there(now: Step, entry: ShortlistEntry) -> ShortlistEntry:
    found = now.case.shortlist.select_related("advisor__user").filter(pk=entry.pk).first()
    if found is None:
        raise InvalidTransition
    return found


def _note(now: Step, entry: ShortlistEntry, change: str) -> None:
    now.data |= {"advisor": entry.advisor.name, "role": entry.role, "change": change}


def _is_asked(case: Case, advisor: Advisor) -> bool:
    return any(a.is_live and a.advisor_id == advisor.pk for a in case.assignments.all())


# --- Whose turn it is -----------------------------------------------------------------------------


@dataclass
class Turn:
    """Who comes after a no: ``entry`` is asked by itself, or ``waiting`` waits for the coordination.

    ``asked`` is the offer, once it is made. ``passed_over``: names of those who could not be asked, and why.
    """

    entry: ShortlistEntry | None = None
    waiting: ShortlistEntry | None = None
    asked: Assignment | None = None
    passed_over: list[tuple[str, PassedOver]] = field(default_factory=list)


def whose_turn(now: Step, role: str) -> Turn:
    """Look who on the list for ``role`` comes next, in a step that just settled an offer of this role.

    The step's event says who was passed over. Without a lead nobody is asked to be the second one.
    """
    turn = Turn()
    if not ACTIONS["ask_next"].allows(now.case.status):
        return turn
    for entry in now.case.shortlist.filter(role=role).select_related("advisor__user", "added_by"):
        entry.case = now.case
        why = obstacle(entry)
        if why is None and not _is_possible(now, entry):
            break
        if why is None and entry.asks_by_itself:
            turn.entry = entry
            break
        if why is None or not entry.asks_by_itself:
            turn.waiting = entry
            break
        turn.passed_over.append((entry.advisor.name, why))
    if turn.passed_over:
        now.data["passed_over"] = [{"advisor": name, "why": why} for name, why in turn.passed_over]
    return turn


def ask_next(case: Case, turn: Turn) -> None:
    """Make the offer to whose turn it is; the caller has found that out in the same transaction."""
    entry = turn.entry
    if entry is None:
        return
    with step("ask_next", case, None) as now:
        offer = offer_from(entry)
        check_offers(now, [offer])
        due = deadlines.offer_answer_due(timezone.localdate(now.at))
        if now.case.status == CaseStatus.MATCHING:
            now.set(due_on=due)
        now.data["by_itself"] = True
        turn.asked = make_offers(now, entry.added_by, [offer], due)[0]


def offer_from(entry: ShortlistEntry) -> Offer:
    """The offer that an entry stands for, as it may go today: names that came up since are taken out."""
    case = entry.case
    text, effort = (
        summary.for_offer(typed, case, is_confidential=case.is_confidential, keep=entry.allowed_words)
        for typed in (entry.summary, entry.effort)
    )
    effort = offer_facts.effort_for(entry.advisor.user.language, effort)
    return Offer(entry.advisor, AssignmentRole(entry.role), text[: summary.MAX_LENGTH], effort=effort)


def obstacle(entry: ShortlistEntry) -> PassedOver | None:
    """Why nobody should ask this person today; None where nothing stands against it."""
    advisor = entry.advisor
    if conflict_between(advisor, entry.case):
        return PassedOver.CONFLICT
    if _is_asked(entry.case, advisor):
        return PassedOver.ASKED
    if not advisor.is_in_the_pool:
        return PassedOver.INACTIVE
    if advisor.absence_on(timezone.localdate()):
        return PassedOver.ABSENT
    return PassedOver.FULL if _load(advisor) >= advisor.capacity else None


def _is_possible(now: Step, entry: ShortlistEntry) -> bool:
    try:
        check_offers(now, [offer_from(entry)])
    except InvalidTransition:
        return False
    return True


def _load(advisor: Advisor) -> int:
    """How many open cases an advisor has accepted."""
    accepted = advisor.assignments.filter(status=AssignmentStatus.ACCEPTED)
    return accepted.exclude(case__status__in=[str(status) for status in FINAL_STATUSES]).count()
