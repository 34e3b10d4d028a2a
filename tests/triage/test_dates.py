"""The line about dates on the sheet of a case."""

from __future__ import annotations

import pytest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from requests_app import dates, workflow
from requests_app.models import Case, CaseStatus
from tests import actors
from tests.actors import World
from tests.triage.desk import Desk, words


@pytest.fixture
def case(world: World) -> Case:
    return world.case(CaseStatus.MATCHED)


def test_sheet_says_what_is_agreed_and_that_another_date_is_asked_for(case: Case, desk: Desk) -> None:
    made = actors.appointment(case, actors.contact_of(case), move_asked_at=timezone.now())
    said = words(desk.sheet(case))
    assert dates.span(made.starts_at, made.minutes) in said
    assert _("(the municipality asks for another date)") in said


def test_sheet_says_what_is_proposed_and_that_none_fits(world: World, case: Case, desk: Desk) -> None:
    asked = actors.date_round(case, world.lead.user)
    proposed = ngettext(
        "Proposed: %(count)s date, the municipality chooses",
        "Proposed: %(count)s dates, the municipality chooses",
        2,
    )
    assert proposed % {"count": 2} in words(desk.sheet(case))
    workflow.refuse_dates(asked, actors.contact_of(case), suggestion="Lieber im Januar.")
    assert _("None of the proposed dates fits the municipality") in words(desk.sheet(case))
