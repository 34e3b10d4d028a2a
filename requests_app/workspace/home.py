"""The advisor's list: offers to answer, cases under way, cases that have ended."""

from __future__ import annotations

from django.db.models import Exists, F, OuterRef, Prefetch, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from advisors.models import Advisor
from miglobe.accounts.sign_in import signed_in_user
from miglobe.site.paging import page_of
from requests_app import access, offer_facts, read_marks
from requests_app.access import READS, Side
from requests_app.models import (
    FINAL_STATUSES,
    OPEN_STATUSES,
    ActionOption,
    Assignment,
    AssignmentStatus,
    ContactPerson,
    DialogueSession,
    Message,
    OptionStatus,
)
from requests_app.summary import FETCHED_ALONG, as_shown
from requests_app.workspace import forward
from requests_app.workspace.next_steps import next_step

ENDED_PER_PAGE = 10
OPENING_LENGTH = 240  # characters of an offer's summary in the list
OPENING_REST = 60


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Offers first, then the reader's cases with what is next, then (folded) those that have ended."""
    user = signed_in_user(request)
    mine = access.offers_to(user).select_related("case__municipality")
    if not Advisor.objects.filter(user=user).exists():
        return render(request, "workspace/no_profile.html")
    offers = page_of(on_offer(mine), request, parameter="anfragen")
    cases = page_of(under_way(mine), request)
    read_marks.note_unread([own.case for own in cases.rows], user, Side.ADVISOR)
    forwarded, forwarded_rows = forward.rows(request)
    context = {
        "forwarded": forwarded,
        "forwarded_rows": forwarded_rows,
        "offers": offers,
        "offer_rows": [(offer, offer_facts.place(offer), opening(as_shown(offer))) for offer in offers.rows],
        "cases": cases,
        # ``questioned_on`` is annotated below.
        "rows": [(own, own.case, next_step(own.case, own, own.questioned_on)) for own in cases.rows],  # type: ignore[attr-defined]
        "ended": page_of(ended(mine), request, parameter="beendet", size=ENDED_PER_PAGE),
        "show_ended": "beendet" in request.GET,
    }
    return render(request, "workspace/home.html", context)


def opening(summary: str) -> str:
    """The beginning of a summary, cut between two words, or before a paragraph that hardly begins."""
    if len(summary) <= OPENING_LENGTH:
        return summary
    whole, _break, begun = summary[:OPENING_LENGTH].rpartition("\n")
    if whole.strip() and len(begun) < OPENING_REST:
        return whole.strip() + " …"
    return summary[:OPENING_LENGTH].rsplit(maxsplit=1)[0] + " …"


def on_offer(mine: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """Offers without an answer, the most urgent first."""
    everybody = Prefetch("case__contacts", ContactPerson.everybody.select_related("user"), FETCHED_ALONG)
    offers = mine.filter(status=AssignmentStatus.OFFERED).prefetch_related(everybody)
    return offers.order_by("answer_due_on", "pk")


def under_way(mine: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """Engagements in open cases: comments to read first, then dates to keep, then what moved last."""
    people = Prefetch("case__assignments", Assignment.objects.select_related("advisor__user"))
    options = Prefetch("case__options", ActionOption.objects.only("case", "status"))
    told = (str(OptionStatus.COMMENTED), str(OptionStatus.CHANGED))
    commented = ActionOption.objects.filter(case=OuterRef("case"), status__in=told)
    questioned = DialogueSession.objects.filter(
        case=OuterRef("case"), recorded_by=OuterRef("advisor__user")
    ).exclude(objection="")
    latest = Message.objects.filter(
        case=OuterRef("case"), audience__in=[str(audience) for audience in READS[Side.ADVISOR]]
    ).order_by("-created_at", "-pk")
    return (
        mine.filter(status=AssignmentStatus.ACCEPTED, case__status__in=[str(s) for s in OPEN_STATUSES])
        .prefetch_related(people, options, "case__date_rounds", "case__appointments")
        .annotate(
            commented=Exists(commented),
            questioned_on=Subquery(questioned.values("date")[:1]),
            wrote_last=Subquery(latest.values("author_side")[:1]),
            written_at=Subquery(latest.values("created_at")[:1]),
        )
        .order_by(
            "-commented",
            F("questioned_on").asc(nulls_last=True),
            F("case__due_on").asc(nulls_last=True),
            "-case__status_changed_at",
            "-pk",
        )
    )


def ended(mine: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """Engagements in cases that have ended, the last one first."""
    return mine.filter(
        status=AssignmentStatus.ACCEPTED, case__status__in=[str(s) for s in FINAL_STATUSES]
    ).order_by("-case__closed_at", "-pk")
