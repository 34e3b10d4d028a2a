"""Conflicts of interest at the coordinators' desk: recorded on the sheet or with the advisor, lifted."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from miglobe.accounts.roles import Role
from requests_app import workflow
from requests_app.models import Case, CaseStatus, ConflictKind, ConflictOfInterest, Municipality
from tests import actors
from tests.actors import World
from tests.sign_in import sign_in
from tests.triage.desk import Desk, words

pytestmark = pytest.mark.django_db
S = CaseStatus
HATTINGEN, BOCHUM = "05954016", "05911000"


def in_case(world: World, case: Case) -> str:
    return reverse("admin:requests_app_case_conflict", args=[case.pk, world.lead.pk])


def of_advisor(world: World) -> str:
    return reverse("admin:requests_app_advisor_conflicts", args=[world.lead.pk])


def test_a_conflict_is_recorded_on_the_sheet_and_blocks_the_offer(world: World, desk: Desk) -> None:
    case = world.case(S.IN_REVIEW)
    address = in_case(world, case)
    assert address in desk.sheet(case).content.decode()
    sent = desk.press(desk.get(address), "Vermerken", about=HATTINGEN, kind="employed", note="Bauamt")
    assert "Der Interessenkonflikt von Amara Okafor ist vermerkt." in desk.said(sent)
    page = desk.sheet(case)
    assert "Hindernis: Interessenkonflikt: bei der Kommune beschäftigt" in words(page)
    assert f"schritt/offer/?lead={world.lead.pk}" not in page.content.decode()
    step = desk.step(case, "offer")
    assert f'value="{world.lead.pk}"' not in step.content.decode()


def test_a_conflict_with_this_case_alone_names_no_municipality(world: World, desk: Desk) -> None:
    case = world.case(S.IN_REVIEW)
    desk.press(desk.get(in_case(world, case)), "Vermerken", about="case", kind="other")
    [made] = ConflictOfInterest.objects.all()
    assert (made.case, made.municipality, made.recorded_by) == (case, None, world.coordinator)


def test_the_municipalities_of_a_joint_request_are_offered_each(world: World, desk: Desk) -> None:
    case = world.case(S.IN_REVIEW)
    case.partners.add(Municipality.objects.get(key=BOCHUM))
    page = desk.get(in_case(world, case))
    assert "Alles mit Hattingen Alles mit Bochum Nur diesen Vorgang" in words(page)
    desk.press(page, "Vermerken", about=BOCHUM, kind="councillor")
    assert ConflictOfInterest.objects.get().municipality == Municipality.objects.get(key=BOCHUM)


def test_what_is_missing_is_asked_for_and_nothing_is_recorded(world: World, desk: Desk) -> None:
    case = world.case(S.IN_REVIEW)
    page = words(desk.press(desk.get(in_case(world, case)), "Vermerken"))
    assert "Wählen Sie, was es betrifft." in page
    assert "Wählen Sie einen Grund." in page
    assert ConflictOfInterest.objects.count() == 0


def test_a_conflict_that_stands_already_is_told(world: World, desk: Desk) -> None:
    case = world.case(S.IN_REVIEW)
    workflow.record_conflict(world.lead, world.lead.user, workflow.NewConflict("other", case.municipality))
    sent = desk.press(desk.get(in_case(world, case)), "Vermerken", about=HATTINGEN, kind="employed")
    assert "Dieser Interessenkonflikt ist schon vermerkt." in words(sent)


def test_the_sheet_warns_when_a_conflict_is_recorded_while_an_offer_is_out(world: World, desk: Desk) -> None:
    case = world.case(S.MATCHING)
    assert "conflict-title" not in desk.sheet(case).content.decode()
    workflow.record_conflict(world.lead, world.lead.user, workflow.NewConflict("employed", case.municipality))
    page = words(desk.sheet(case))
    assert "Amara Okafor ist bei der Kommune beschäftigt." in page
    assert "Nehmen Sie die Anfrage zurück" in page


def test_the_history_says_who_recorded_it_and_not_why(world: World, desk: Desk) -> None:
    case = world.case(S.IN_REVIEW)
    desk.press(desk.get(in_case(world, case)), "Vermerken", about="case", kind="employed", note="Bauamt")
    history = words(desk.sheet(case)).partition("Verlauf")[2]
    assert "Interessenkonflikt vermerkt" in history
    assert "Amara Okafor" in history
    assert "Bauamt" not in history


def test_the_conflicts_of_an_advisor_are_reached_from_her_page_recorded_and_lifted(
    world: World, desk: Desk
) -> None:
    profile = desk.get(reverse("admin:advisors_advisor_change", args=[world.lead.pk]))
    assert of_advisor(world) in profile.content.decode()
    desk.press(desk.get(of_advisor(world)), "Vermerken", municipality=BOCHUM, kind="councillor")
    page = desk.get(of_advisor(world))
    assert (
        "Bochum" in words(page).partition("Was vermerkt ist")[2].partition("Interessenkonflikt vermerken")[0]
    )
    assert "vermerkt von Lena Brandt" in words(page)
    sent = desk.press(page, "Aufheben Bochum")
    assert "Der Interessenkonflikt ist aufgehoben." in desk.said(sent)
    assert "Ein aufgehobener Interessenkonflikt" in words(desk.get(of_advisor(world)))


def test_a_municipality_that_is_not_in_the_register_is_refused(world: World, desk: Desk) -> None:
    sent = desk.press(desk.get(of_advisor(world)), "Vermerken", municipality="05000000", kind="other")
    assert "Wählen Sie die Kommune aus der Liste." in words(sent)
    assert ConflictOfInterest.objects.count() == 0


def test_a_conflict_of_somebody_else_is_not_found_under_an_advisor(world: World, desk: Desk) -> None:
    made = workflow.record_conflict(
        world.co, world.co.user, workflow.NewConflict("other", Municipality.objects.get(key=BOCHUM))
    )
    address = reverse("admin:requests_app_conflict_lift", args=[world.lead.pk, made.pk])
    assert desk.client.post(address).status_code == 404
    made.refresh_from_db()
    assert made.lifted_at is None


@pytest.mark.parametrize("who", ["reader", "advisor", "contact"])
def test_others_reach_none_of_these_pages(who: str, world: World) -> None:
    case = world.case(S.MATCHED)
    made = workflow.record_conflict(
        world.lead, world.lead.user, workflow.NewConflict("other", Municipality.objects.get(key=BOCHUM))
    )
    person = {
        "reader": actors.person("Rena Leser", Role.READER),
        "advisor": world.lead.user,
        "contact": actors.contact_of(case),
    }[who]
    browser = Client()
    sign_in(browser, person)
    lift = reverse("admin:requests_app_conflict_lift", args=[world.lead.pk, made.pk])
    answers = [browser.get(in_case(world, case)), browser.get(of_advisor(world)), browser.post(lift)]
    answers += [browser.post(in_case(world, case), {"about": "case", "kind": "other"})]
    assert [answer.status_code for answer in answers] == [403, 403, 403, 403]
    assert ConflictOfInterest.objects.filter(lifted_at=None, kind=ConflictKind.OTHER).count() == 1


def test_conflicts_cost_the_sheet_the_same_queries_for_one_and_for_thirty(
    world: World, desk: Desk, django_assert_num_queries
) -> None:
    case = world.case(S.MATCHING)
    places = list(Municipality.objects.order_by("key")[:30])
    workflow.record_conflict(world.lead, world.coordinator, workflow.NewConflict("other", case.municipality))
    desk.sheet(case)
    with CaptureQueriesContext(connection) as few:
        desk.sheet(case)
    for each in places:
        workflow.record_conflict(world.co, world.coordinator, workflow.NewConflict("other", each))
    with django_assert_num_queries(len(few)):
        desk.sheet(case)
