"""The reasons for the ten sample advisors and the sample requests, read side by side with what is expected.

``matching_samples.txt`` is meant to be read: would one explain it so? A line is one advisor seen against
one request, in the order in which the portal shows them. ``!`` stands before an obstacle, ``~`` before a
hint. The failing test prints what it found, to be read and kept after a change that is meant.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from advisors.models import Absence, Advisor
from miglobe.ops.demo import people
from miglobe.ops.demo.loader import SAMPLES
from miglobe.ops.demo.stories import answers
from requests_app import matching, workflow
from requests_app.models import (
    AssignmentRole,
    Case,
    Channel,
    ConflictKind,
    ConflictOfInterest,
    Municipality,
)
from requests_app.request_form import submission
from tests import actors

pytestmark = pytest.mark.django_db
EXPECTED = Path(__file__).parent / "matching_samples.txt"
TODAY = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)


class Samples:
    """The sample world on 2 March 2026, with a little of what happens in a pool."""

    def __init__(self) -> None:
        data = json.loads(SAMPLES.read_text(encoding="utf-8"))
        self.coordinator = actors.coordinator()
        self.pool = {sample["id"]: people.make_advisor(sample) for sample in data["advisors"]}
        told = {case["request"]: case["advisors"] for case in data["cases"]}
        self.cases: dict[str, Case] = {}
        for sample in sorted(data["requests"], key=lambda s: s["received_on"]):
            self.file(sample, told.get(sample["id"], []))
        self.happen()

    def file(self, sample: dict[str, Any], advised_by: list[str]) -> None:
        received = dt.datetime.fromisoformat(f"{sample['received_on']}T09:00+00:00")
        with time_machine.travel(received):
            case = submission.submit(answers(sample), key=uuid.uuid4(), channel=Channel(sample["channel"]))
            workflow.confirm_by_sign_in(actors.contact_of(case))
            workflow.start_review(case, self.coordinator)
            if advised_by:
                self.advise(case, [self.pool[key] for key in advised_by])
        self.cases[sample["id"]] = case

    def advise(self, case: Case, advisors: list[Advisor]) -> None:
        offers = [workflow.Offer(a, role, "x") for a, role in zip(advisors, AssignmentRole, strict=False)]
        for made in workflow.offer(case, self.coordinator, offers):
            workflow.accept_offer(made, made.advisor.user)

    def happen(self) -> None:
        """Somebody declined, somebody is away, somebody works for a municipality that asks."""
        with time_machine.travel(dt.datetime(2026, 2, 23, 9, tzinfo=dt.UTC)):
            offer = workflow.Offer(self.pool["SA02"], AssignmentRole.LEAD, "x")
            [made] = workflow.offer(self.cases["SR05"], self.coordinator, [offer])
            workflow.decline_offer(made, made.advisor.user)
        Absence.objects.create(
            advisor=self.pool["SA10"],
            first_day=dt.date(2026, 2, 1),
            last_day=dt.date(2026, 4, 12),
            substitute=self.pool["SA01"],
        )
        for key, place in (("SA05", "05114000"), ("SA06", "05962")):  # Krefeld; the district around Iserlohn
            advisor = self.pool[key]
            ConflictOfInterest.objects.create(
                advisor=advisor,
                kind=ConflictKind.EMPLOYED,
                municipality=Municipality.objects.get(key=place),
                recorded_by=advisor.user,
                recorded_at=timezone.now(),
            )


def table(samples: Samples) -> Iterator[str]:
    """A block per request, a line per advisor."""
    for name, filed in sorted(samples.cases.items()):
        case = Case.objects.select_related("municipality").get(pk=filed.pk)
        yield f"{name} {case.place}: {case.title}"
        yield f"   Themen: {', '.join(topic.label for topic in case.topics.all())}"
        yield f"   {case.get_mode_display()}. Wünsche: {case.advisor_wishes or 'keine'}"
        for seen in matching.suggest(case):
            words = [*seen.reasons, *(f"! {o}" for o in seen.obstacles), *(f"~ {h}" for h in seen.hints)]
            yield f"{seen.advisor.name}: {' · '.join(words)}"
        yield ""


def test_reasons_for_the_samples_are_as_one_would_explain_them() -> None:
    with time_machine.travel(TODAY, tick=False):
        found = list(table(Samples()))
    expected = EXPECTED.read_text(encoding="utf-8").splitlines()
    assert found == expected, "\n".join(found)
