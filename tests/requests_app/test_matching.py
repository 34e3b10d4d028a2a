"""Suggestions of advisors carry their reasons and obstacles in words."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.utils import timezone
from django.utils.translation import override

from advisors.models import Absence, Advisor, AdvisorLanguage, Topic, WorldRegion
from advisors.vocabulary import ConsultationFormat, Mode
from requests_app import matching, named, workflow
from requests_app.models import AssignmentRole, Case, CaseStatus, ConflictOfInterest, Municipality
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
        "topics: Fair trade (Fairtrade Towns, Fair Week)",
        "formats: First talk",
        "50 km from Köln",
        "free: 3 of 3",
        "no case yet",
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
        "advises this case already",
        f"absent until {last_day:%d.%m.%Y}",
        "has 1 of 1 cases",
        "further than the 20 km that suit",
    ]
    assert look_at(case, "Inés Carvajal").obstacles == [f"declined this case on {today:%d.%m.%Y}"]


def test_an_offer_that_is_out_or_has_lapsed_is_an_obstacle(world: World) -> None:
    case = world.case(CaseStatus.IN_REVIEW)
    with time_machine.travel(dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)):
        workflow.offer(case, world.coordinator, world.offers())
        assert look_at(case, "Amara Okafor").obstacles == ["has been asked already"]
        workflow.expire_offer(world.offer_of(case, world.lead))
    assert look_at(case, "Amara Okafor").obstacles == ["let the offer of 02.03.2026 lapse"]


def test_an_absence_names_the_substitute(world: World) -> None:
    today = timezone.localdate()
    Absence.objects.create(advisor=world.lead, first_day=today, last_day=today, substitute=world.co)
    found = look_at(world.case(), "Amara Okafor")
    assert found.obstacles == [f"absent until {today:%d.%m.%Y}, substitute: Inés Carvajal"]
    assert found.can_be_asked is False


# --- Language and places ------------------------------------------------------------------------


def speaks(advisor: Advisor, code: str, level: str = "C1") -> None:
    AdvisorLanguage.objects.create(advisor=advisor, code=code, level=level)


@pytest.mark.parametrize(
    ("wish", "named_languages"),
    [
        ("Arabisch oder Dari erwünscht.", ["ar", "prs"]),
        ("Spanischkenntnisse und Erfahrung mit Konfliktmoderation erforderlich.", ["es"]),
        ("Bitte arabischsprachig", ["ar"]),
        ("Jemand mit Gebärdensprache", ["gsg"]),
        ("French would help", ["fr"]),
        ("Kontakt zu arabischen Vereinen", []),
        ("Türkische Vereine nehmen teil", []),
        ("Gutes Deutsch", []),
        ("", []),
    ],
)
def test_a_language_counts_where_the_wishes_name_it(wish: str, named_languages: list[str]) -> None:
    assert named.languages(Case(advisor_wishes=wish)) == named_languages


def test_a_request_in_english_wishes_for_english() -> None:
    assert named.languages(Case(language="en")) == ["en"]


def test_the_situation_is_no_wish_for_a_language() -> None:
    assert named.languages(Case(situation="Die Plakate gab es auch auf Türkisch.")) == []


def test_a_language_that_is_wished_for_is_a_reason_without_its_level(world: World) -> None:
    speaks(world.lead, "ar", "first")
    speaks(world.co, "ar", "A2")
    case = world.case(advisor_wishes="Gern Arabisch", access_needs="Französisch für zwei Gäste")
    assert "speaks Arabic, as wished" in look_at(case, "Amara Okafor").reasons
    assert look_at(case, "Inés Carvajal").languages == []


@pytest.mark.parametrize(
    ("situation", "places"),
    [
        ("Wir haben Post aus einer Verwaltung in Ghana.", ["Ghana"]),
        ("Die Ghana-Partnerschaft lebt.", ["Ghana"]),
        ("Ghanas Städte sind jung.", ["Ghana"]),
        ("Vereine mit Schulprojekten in Westafrika", ["West Africa"]),
        ("Kenntnis westafrikanischer Verwaltungen", ["West Africa"]),
        ("Ein Verein reist nach Guinea-Bissau.", []),
        ("Kontakte in die Demokratische Republik Kongo", ["Demokratische Republik Kongo"]),
        ("Der Kongo ist weit.", ["Demokratische Republik Kongo"]),
        ("Hier leben Menschen aus Ghana, Togo und dem Kongo.", []),
        ("Eine Kollegin mit Familie in Ghana", []),
        ("Menschen mit westafrikanischer Einwanderungsgeschichte", []),
        ("Der Ghanaplatz wird neu.", []),
    ],
)
def test_places_are_met_where_they_are_named_and_never_as_an_origin(
    situation: str, places: list[str]
) -> None:
    region = WorldRegion.objects.get(key="west_africa")
    with override("en"):
        met = named.Places(Case(situation=situation)).met(
            [region], "Ghana, Guinea und Demokratische Republik Kongo"
        )
    assert met == places


def test_a_place_that_the_request_names_is_a_reason(world: World) -> None:
    world.lead.countries = "Ghana"
    world.lead.save()
    case = world.case(title="Partnerschaftsanfrage aus Ghana")
    assert "works on Ghana, named in the request" in look_at(case, "Amara Okafor").reasons


# --- What was before ----------------------------------------------------------------------------


def test_having_advised_the_municipality_before_is_a_reason(world: World) -> None:
    world.case(CaseStatus.CLOSED)
    other = actors.submitted(municipality=Municipality.objects.get(key="05911000"))
    case = actors.submitted()
    assert "has advised Hattingen before" in look_at(case, "Amara Okafor").reasons
    assert look_at(other, "Amara Okafor").knows == []
    other.partners.add(Municipality.objects.get(key="05954016"))
    assert look_at(other, "Amara Okafor").knows == ["Hattingen"]


def test_days_since_the_last_case_are_told(world: World) -> None:
    with time_machine.travel(dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)):
        world.case(CaseStatus.MATCHED)
    with time_machine.travel(dt.datetime(2026, 5, 25, 9, tzinfo=dt.UTC)):
        case = world.case()
        reasons = look_at(case, "Amara Okafor").reasons
        assert reasons[-2:] == ["free: 2 of 3", "last case taken on 84 days ago"]
        assert look_at(case, "Thu-Hà Nguyễn").reasons[-1] == "no case yet"


def test_nobody_travels_to_a_request_for_talks_online(world: World) -> None:
    assert [r for r in look_at(world.case(mode=Mode.ONLINE), "Amara Okafor").reasons if "km" in r] == []


def test_a_recorded_conflict_is_an_obstacle_and_the_district_around_a_hint(world: World) -> None:
    for advisor, key in ((world.lead, "05954016"), (world.co, "05954")):
        ConflictOfInterest.objects.create(
            advisor=advisor,
            kind="employed",
            municipality=Municipality.objects.get(key=key),
            recorded_by=world.coordinator,
            recorded_at=timezone.now(),
        )
    case = world.case()
    blocked, hinted = look_at(case, "Amara Okafor"), look_at(case, "Inés Carvajal")
    assert (blocked.obstacles, blocked.can_be_asked) == (
        ["conflict of interest: works for the municipality"],
        False,
    )
    assert (hinted.obstacles, hinted.hints, hinted.can_be_asked) == (
        [],
        ["works close to the municipality (Ennepe-Ruhr-Kreis)"],
        True,
    )


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


def test_closed_cases_do_not_count_as_load_until_they_are_reopened(world: World) -> None:
    closed = world.case(CaseStatus.CLOSED)
    case = world.case(CaseStatus.MATCHED)
    assert look_at(case, "Amara Okafor").load == 1
    workflow.reopen(closed, world.coordinator)
    assert look_at(case, "Amara Okafor").load == 2


def test_who_has_more_room_comes_first_among_equals(world: World) -> None:
    world.case(CaseStatus.MATCHED)
    case = world.case(municipality=Municipality.objects.get(key="05911000"))
    names = [s.advisor.name for s in matching.suggest(case)]
    assert names == ["Inés Carvajal", "Thu-Hà Nguyễn", "Amara Okafor"]


def test_who_has_waited_longer_comes_first_among_those_with_the_same_room(world: World) -> None:
    with time_machine.travel(dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)):
        world.case(CaseStatus.CLOSED)
    with time_machine.travel(dt.datetime(2026, 4, 2, 9, tzinfo=dt.UTC)):
        case = world.case(CaseStatus.IN_REVIEW)
        workflow.offer(case, world.coordinator, [workflow.Offer(world.co, AssignmentRole.LEAD, "x")])
        workflow.accept_offer(world.offer_of(case, world.co), world.co.user)
        workflow.withdraw(case, actors.contact_of(case))
    case = world.case(municipality=Municipality.objects.get(key="05911000"))
    names = [s.advisor.name for s in matching.suggest(case)]
    assert names == ["Thu-Hà Nguyễn", "Amara Okafor", "Inés Carvajal"]


def test_suggestions_cost_the_same_queries_for_three_and_for_thirty_advisors(
    world: World, django_assert_num_queries
) -> None:
    case = Case.objects.select_related("municipality").get(pk=world.case().pk)
    with django_assert_num_queries(13):
        matching.suggest(case)
    for number in range(27):
        actors.advisor(f"Beratung {number}")
    case = Case.objects.select_related("municipality").get(pk=case.pk)
    with django_assert_num_queries(13):
        matching.suggest(case)


def test_distance_is_that_of_the_map() -> None:
    koeln, dortmund = (Municipality.objects.get(key=key) for key in ("05315000", "05913000"))
    assert 70 <= matching.distance_km(koeln, dortmund) <= 76
