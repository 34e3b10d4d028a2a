"""Suggestions of advisors carry their reasons and obstacles in words."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone
from django.utils.translation import override

from advisors.models import Absence, Topic
from advisors.vocabulary import ConsultationFormat, Mode
from requests_app import matching, workflow
from requests_app.models import Case, CaseStatus, Municipality
from tests import actors
from tests.actors import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def look_at(case: Case, name: str) -> matching.Suggestion:
    case = Case.objects.get(pk=case.pk)
    with override("en"):
        return next(s for s in matching.suggest(case) if s.advisor.name == name)


def test_reasons_name_topics_formats_distance_and_the_wish(world: World) -> None:
    world.lead.formats = [ConsultationFormat.INITIAL_TALK]
    world.lead.save()
    case = world.case(preferred_advisor=world.lead)
    assert look_at(case, "Amara Okafor").reasons == [
        "wished for by the municipality",
        "topics: Fairer Handel (Fairtrade-Town, Faire Woche)",
        "formats: First talk",
        "50 km from Köln",
    ]


def test_obstacles_are_absence_a_full_load_distance_and_an_earlier_answer(world: World) -> None:
    today = timezone.localdate()
    Absence.objects.create(advisor=world.lead, first_day=today, last_day=today + dt.timedelta(days=3))
    world.lead.travel_radius_km = 20
    world.lead.capacity = 1
    world.lead.save()
    case = world.case(CaseStatus.IN_REVIEW)
    world.lead.absences.all().delete()
    workflow.offer(case, world.coordinator, world.offers())
    workflow.accept_offer(world.offer_of(case, world.lead), world.lead.user)
    workflow.decline_offer(world.offer_of(case, world.co), world.co.user)
    last_day = today + dt.timedelta(days=3)
    Absence.objects.create(advisor=world.lead, first_day=today, last_day=last_day)
    assert look_at(case, "Amara Okafor").obstacles == [
        "further than the 20 km that suit",
        f"absent until {last_day:%d.%m.%Y}",
        "has 1 of 1 cases",
        "has been asked already",
    ]
    assert look_at(case, "Inés Carvajal").obstacles == ["declined before"]


def test_a_mode_that_an_advisor_does_not_offer_is_an_obstacle(world: World) -> None:
    world.lead.modes = [Mode.ONLINE]
    world.lead.save()
    assert look_at(world.case(), "Amara Okafor").obstacles == ["does not advise in this way: On site"]


def test_whoever_asks_for_the_case_is_marked_and_comes_last(world: World) -> None:
    case = world.case(CaseStatus.IN_REVIEW, preferred_advisor=world.lead)
    actors.invited(case, email=world.lead.user.email)
    assert look_at(case, "Amara Okafor").obstacles == ["conflict of interest: contact person of this case"]
    assert matching.suggest(case)[-1].advisor == world.lead


def test_the_best_fit_comes_first_and_obstacles_last(world: World) -> None:
    world.other_advisor.topics.set(Topic.objects.filter(key="remembrance"))
    world.co.modes = [Mode.ONLINE]
    world.co.save()
    names = [s.advisor.name for s in matching.suggest(world.case())]
    assert names == ["Amara Okafor", "Thu-Hà Nguyễn", "Inés Carvajal"]


def test_paused_advisors_are_not_suggested(world: World) -> None:
    world.lead.status = world.lead.Status.PAUSED
    world.lead.save()
    assert "Amara Okafor" not in [s.advisor.name for s in matching.suggest(world.case())]


def test_closed_cases_do_not_count_as_load(world: World) -> None:
    world.case(CaseStatus.CLOSED)
    case = world.case(CaseStatus.MATCHED)
    assert look_at(case, "Amara Okafor").load == 1


def test_suggestions_cost_the_same_queries_for_three_and_for_thirty_advisors(
    world: World, django_assert_num_queries
) -> None:
    case = Case.objects.select_related("municipality").get(pk=world.case().pk)
    with django_assert_num_queries(9):
        matching.suggest(case)
    for number in range(27):
        actors.advisor(f"Beratung {number}")
    case = Case.objects.select_related("municipality").get(pk=case.pk)
    with django_assert_num_queries(9):
        matching.suggest(case)


def test_distance_is_that_of_the_map() -> None:
    koeln, dortmund = (Municipality.objects.get(key=key) for key in ("05315000", "05913000"))
    assert 70 <= matching.distance_km(koeln, dortmund) <= 76
