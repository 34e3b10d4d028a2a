"""What the coordination sees of joint requests and of municipal companies; settling the unit in charge."""

from __future__ import annotations

import html

import pytest
from django.urls import reverse

from miglobe.accounts.roles import Role
from requests_app import workflow
from requests_app.models import Case, CaseStatus, EventKind, Municipality
from requests_app.notifications import compose_offer
from requests_app.offer_facts import facts
from requests_app.triage.overview import overview
from tests import actors
from tests.actors import World
from tests.sign_in import sign_in
from tests.triage.desk import Desk, words

BADGE = "zu klären: federführende Dienststelle"
HERDECKE, SPROCKHOEVEL, KOELN = "05954020", "05954028", "05315000"


def municipality(key: str) -> Municipality:
    return Municipality.objects.get(key=key)


@pytest.fixture
def joint(world: World) -> Case:
    case = world.case()
    case.partners.set(Municipality.objects.filter(key__in=[SPROCKHOEVEL, KOELN]))
    return case


@pytest.fixture
def company(world: World) -> Case:
    return world.case(organisation="Stadtwerke Hattingen", lead_unit_open=True, unit="")


# --- Joint requests -------------------------------------------------------------------------------


def test_list_and_sheet_say_how_many_ask_along(joint: Case, desk: Desk) -> None:
    assert "Hattingen und 2 weitere" in words(desk.list())
    sheet = words(desk.sheet(joint))
    assert "Hattingen und 2 weitere" in sheet
    assert "Fragen mit an Köln, Stadt Sprockhövel, Stadt" in sheet


@pytest.mark.parametrize("word", ["Sprockhövel", "Hattingen", "hattingen sprockhövel"])
def test_search_finds_a_joint_request_by_each_of_its_municipalities_once(
    joint: Case, desk: Desk, word: str
) -> None:
    found = [row for row in desk.list(f"?q={word}").context["cl"].result_list if row.pk == joint.pk]
    assert found == [joint]


def test_search_finds_a_company(company: Case, desk: Desk) -> None:
    assert list(desk.list("?q=stadtwerke").context["cl"].result_list) == [company]


@pytest.mark.parametrize(("region", "found"), [("Arnsberg", True), ("Köln", True), ("Detmold", False)])
def test_region_filter_knows_those_that_ask_along(joint: Case, desk: Desk, region: str, found: bool) -> None:
    rows = desk.list(f"?liste=neu&bezirk={region}").context["cl"].result_list
    assert ([row for row in rows if row.pk == joint.pk] == [joint]) is found


def test_first_page_counts_reached_municipalities_and_leads_to_exactly_those(
    joint: Case, world: World
) -> None:
    world.case(CaseStatus.CLOSED, municipality=municipality("05911000"))
    told = overview(world.coordinator)
    assert told["reached"] == 3
    listed = Desk(world.coordinator).get(told["reached_url"]).context["cl"].result_list
    assert [place.name for place in listed] == ["Hattingen", "Köln", "Sprockhövel"]
    reader = Desk(actors.person("Lea Lesener", Role.READER))
    assert reader.get(told["reached_url"]).context["cl"].queryset.count() == Municipality.objects.count()


def test_advisors_read_who_asks_along_before_they_accept(joint: Case, world: World) -> None:
    workflow.start_review(joint, world.coordinator)
    workflow.offer(joint, world.coordinator, world.offers())
    offer = joint.assignments.get(role="lead")
    assert dict(facts(offer))["Weitere Kommunen"] == "Köln\nSprockhövel"
    assert "Weitere Kommunen: Köln, Sprockhövel\n" in compose_offer(offer).body


def test_list_names_what_a_merged_municipality_is_now(joint: Case, desk: Desk) -> None:
    Municipality.objects.filter(key="05954016").update(is_active=False, successor=municipality(HERDECKE))
    assert "Hattingen und 2 weitere (jetzt Herdecke)" in words(desk.list())
    assert "Hattingen und 2 weitere (jetzt Herdecke)" in words(desk.sheet(joint))


# --- Municipal companies --------------------------------------------------------------------------


def test_company_carries_the_badge_in_list_and_sheet(company: Case, desk: Desk) -> None:
    assert BADGE in words(desk.list())
    sheet = words(desk.sheet(company))
    assert BADGE in sheet
    assert "Klären Sie zuerst, welche Dienststelle der Kommune die Federführung hat" in sheet
    assert "Stadtwerke Hattingen" in sheet


def test_query_is_prepared_with_the_question_for_the_unit(company: Case, desk: Desk) -> None:
    page = desk.get(reverse("admin:requests_app_case_step", args=[company.pk, "ask_query"]))
    assert "Welche Dienststelle von Hattingen hat die Federführung" in html.unescape(page.content.decode())


def test_coordinator_settles_the_unit_in_one_step(company: Case, desk: Desk) -> None:
    url = reverse("admin:requests_app_case_step", args=[company.pk, "settle_lead_unit"])
    assert url in desk.sheet(company).content.decode()
    assert "Dienststelle festhalten" in words(desk.get(url))
    response = desk.client.post(
        url, {"unit": "Fachbereich Soziales", "seen": company.version, "stage": "fields"}
    )
    assert response.url == reverse("admin:requests_app_case_change", args=[company.pk])
    company.refresh_from_db()
    assert (company.unit, company.lead_unit_open) == ("Fachbereich Soziales", False)
    assert company.events.filter(kind=EventKind.LEAD_UNIT_SETTLED).count() == 1
    sheet = words(desk.sheet(company))
    assert BADGE not in sheet
    assert url not in desk.sheet(company).content.decode()


def test_unit_must_be_given(company: Case, desk: Desk) -> None:
    url = reverse("admin:requests_app_case_step", args=[company.pk, "settle_lead_unit"])
    response = desk.client.post(url, {"unit": " ", "seen": company.version, "stage": "fields"})
    assert "Geben Sie die Dienststelle ein." in words(response)
    company.refresh_from_db()
    assert company.lead_unit_open is True


def test_colleague_who_was_quicker_is_told(company: Case, world: World, desk: Desk) -> None:
    url = reverse("admin:requests_app_case_step", args=[company.pk, "settle_lead_unit"])
    workflow.settle_lead_unit(company, world.coordinator, unit="Amt 50")
    company.refresh_from_db()
    for seen in (company.version - 1, company.version):
        response = desk.client.post(url, {"unit": "Amt 51", "seen": seen, "stage": "fields"})
        assert "Der Vorgang wurde inzwischen geändert." in words(response)
    company.refresh_from_db()
    assert company.unit == "Amt 50"


def test_unit_is_settled_once(company: Case, world: World) -> None:
    workflow.settle_lead_unit(company, world.coordinator, unit="Amt 50")
    with pytest.raises(workflow.InvalidTransition):
        workflow.settle_lead_unit(company, world.coordinator, unit="Amt 51")
    company.refresh_from_db()
    assert company.unit == "Amt 50"


@pytest.mark.parametrize("status", [CaseStatus.SUBMITTED, CaseStatus.MATCHING, CaseStatus.IN_DIALOGUE])
def test_ended_or_clear_cases_carry_no_badge(world: World, desk: Desk, status: CaseStatus) -> None:
    world.case(status)
    assert BADGE not in words(desk.list("?liste=alle"))


def test_municipality_reads_kindly_that_the_unit_is_being_clarified(company: Case, client) -> None:
    sign_in(client, actors.contact_of(company))
    page = words(client.get(reverse("casepage:case", args=[company.reference])))
    assert "Sie fragen für Stadtwerke Hattingen an." in page
