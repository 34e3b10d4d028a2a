"""What an advisor is told to do next."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from miglobe.site.templatetags.kern import long_date
from requests_app import workflow
from requests_app.models import Case, CaseStatus
from requests_app.workspace.next_steps import NextStep, next_step
from tests import actors
from tests.actors import World


def step_of(world: World, case: Case, advisor=None) -> NextStep:
    case = Case.objects.get(pk=case.pk)
    return next_step(case, case.assignments.get(advisor=advisor or world.lead, status="accepted"))


def test_lead_agrees_on_the_first_session_by_a_date(world: World, matched: Case) -> None:
    step = step_of(world, matched)
    assert (step.yours, step.action, step.due_on) == (True, "propose_dates", matched.due_on)


def test_after_the_agreed_date_the_session_is_to_be_logged(world: World, matched: Case) -> None:
    actors.appointment(matched, actors.contact_of(matched), actors.in_days(-1))
    assert step_of(world, matched).action == "hold_first_session"


def test_a_wish_for_another_date_comes_before_the_date(world: World, matched: Case) -> None:
    actors.appointment(matched, actors.contact_of(matched), move_asked_at=timezone.now())
    step = step_of(world, matched)
    assert (step.yours, step.text) == (
        True,
        _("The municipality asks for another date. Please propose some."),
    )


def test_second_advisor_reads_who_has_the_lead(world: World, matched: Case) -> None:
    step = step_of(world, matched, world.co)
    assert (step.yours, step.due_on) == (False, None)
    assert world.lead.name in step.text


def test_second_advisor_waits_while_nobody_has_the_lead(world: World) -> None:
    case = world.case(CaseStatus.MATCHING)
    workflow.accept_offer(world.offer_of(case, world.co), world.co.user)
    assert step_of(world, case, world.co).yours is False


@pytest.mark.parametrize(("drafts", "expected"), [(0, "write_option"), (2, "propose_options")])
def test_dialogue_leads_to_options(drafts: int, expected: str, world: World, talking: Case) -> None:
    for _time in range(drafts):
        workflow.write_option(talking, world.lead.user, fields=actors.option_fields())
    step = step_of(world, talking)
    assert (step.yours, step.action) == (True, expected)


def test_waiting_for_the_municipality_is_nobodys_task(world: World, talking: Case) -> None:
    actors.propose_option(world, talking)
    assert step_of(world, talking).yours is False


def test_comment_goes_before_drafts(world: World, talking: Case) -> None:
    option = actors.propose_option(world, talking)
    workflow.comment_option(option, actors.contact_of(talking), text="Anders.", version=1)
    workflow.write_option(talking, world.lead.user, fields=actors.option_fields())
    assert step_of(world, talking).action == "revise"


def test_agreed_options_are_the_coordinations_turn(world: World) -> None:
    case = world.case(CaseStatus.OPTIONS_AGREED)
    assert step_of(world, case).yours is False
    workflow.write_option(case, world.lead.user, fields=actors.option_fields())
    assert step_of(world, case).action == "propose_more"


def test_ended_case_needs_nothing(world: World) -> None:
    assert step_of(world, world.case(CaseStatus.CLOSED)) == NextStep(_("The case has ended."), yours=False)


def test_an_objection_comes_first_for_whoever_logged_the_session(world: World, lead: Client) -> None:
    case = world.case(CaseStatus.IN_DIALOGUE)
    session = case.sessions.get()
    workflow.question_session(session, actors.contact_of(case), text="Es waren 60 Minuten.", version=1)
    page = lead.get(reverse("workspace:case", args=[case.reference]))
    assert page.context["step"].action == "answer_objection"
    rows = lead.get(reverse("workspace:home")).context["rows"]
    assert [step for _own, _case, step in rows] == [page.context["step"]]
    assert long_date(session.date) in page.context["step"].text


def test_the_other_advisor_is_not_asked_to_answer_the_objection(
    world: World, talking: Case, co: Client
) -> None:
    session = talking.sessions.get()
    workflow.question_session(session, actors.contact_of(talking), text="Anders.", version=1)
    page = co.get(reverse("workspace:case", args=[talking.reference]))
    assert page.context["step"].action != "answer_objection"
