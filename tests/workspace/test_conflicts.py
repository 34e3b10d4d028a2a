"""Conflicts of interest in the workspace: an advisor's own, and saying no to an offer because of one."""

from __future__ import annotations

from html import unescape

from django.test import Client
from django.urls import reverse

from requests_app import workflow
from requests_app.models import AssignmentStatus, Case, ConflictOfInterest, Municipality
from tests.actors import World

LIST = "workspace:conflicts"
BOCHUM = "05911000"


def page(browser: Client, name: str = LIST, *args: object) -> str:
    response = browser.get(reverse(name, args=args))
    assert response.status_code == 200
    return unescape(response.content.decode())


def record(browser: Client, **typed: str) -> str:
    response = browser.post(reverse(LIST), {"municipality": BOCHUM, "kind": "employed"} | typed, follow=True)
    return unescape(response.content.decode())


def stands(world: World, by: str = "lead") -> ConflictOfInterest:
    actor = world.coordinator if by == "coordinator" else world.lead.user
    place = Municipality.objects.get(key=BOCHUM)
    return workflow.record_conflict(world.lead, actor, workflow.NewConflict("other", place, "Jugendamt"))


def test_an_advisor_notes_a_conflict_with_a_municipality(world: World, lead: Client) -> None:
    html = record(lead, note="Jugendamt")
    assert "Danke. Für diese Kommune werden Sie nicht angefragt." in html
    [made] = ConflictOfInterest.objects.all()
    assert (made.advisor, made.municipality.key, made.recorded_by) == (world.lead, BOCHUM, world.lead.user)
    assert "Jugendamt" in page(lead)


def test_home_profile_and_offer_lead_there(offered: Case, lead: Client) -> None:
    address = f'href="{reverse(LIST)}"'
    assert address in page(lead, "workspace:home")
    assert address in page(lead, "profile:edit")
    decline = reverse("workspace:decline_for_conflict", args=[offered.reference])
    assert f'href="{decline}"' in page(lead, "workspace:case", offered.reference)


def test_without_a_municipality_nothing_is_noted_and_all_is_kept(world: World, lead: Client) -> None:
    html = record(lead, municipality="", note="Jugendamt")
    assert "Wählen Sie die Kommune aus der Liste." in html
    assert 'value="Jugendamt"' in html
    assert ConflictOfInterest.objects.count() == 0


def test_an_advisor_lifts_her_own_and_reads_those_of_the_coordination(world: World, lead: Client) -> None:
    own = stands(world)
    lead.post(reverse("workspace:conflict_lift", args=[own.pk]))
    own.refresh_from_db()
    assert own.lifted_by == world.lead.user
    recorded = stands(world, by="coordinator")
    html = page(lead)
    assert "Jugendamt" in html
    assert reverse("workspace:conflict_lift", args=[recorded.pk]) not in html
    assert lead.post(reverse("workspace:conflict_lift", args=[recorded.pk])).status_code == 403


def test_the_conflicts_of_others_are_not_found(world: World, co: Client) -> None:
    made = stands(world)
    assert "Jugendamt" not in page(co)
    assert co.post(reverse("workspace:conflict_lift", args=[made.pk])).status_code == 404


def test_opening_the_address_of_a_button_lifts_nothing(world: World, lead: Client) -> None:
    made = stands(world)
    assert lead.get(reverse("workspace:conflict_lift", args=[made.pk])).status_code == 302
    made.refresh_from_db()
    assert made.lifted_at is None


def test_an_offer_is_declined_by_saying_that_one_is_not_impartial(
    world: World, offered: Case, lead: Client
) -> None:
    address = reverse("workspace:decline_for_conflict", args=[offered.reference])
    assert "Alles mit Hattingen" in page(lead, "workspace:decline_for_conflict", offered.reference)
    response = lead.post(address, {"about": "05954016", "kind": "employed"}, follow=True)
    assert "Danke, dass Sie das sagen." in unescape(response.content.decode())
    assert offered.assignments.get(advisor=world.lead).status == AssignmentStatus.DECLINED
    assert ConflictOfInterest.objects.get().municipality == offered.municipality
    again = lead.post(address, {"about": "05954016", "kind": "employed"}, follow=True)
    assert [str(message) for message in again.context["messages"]] == []


def test_a_confidential_offer_asks_without_the_municipality(
    world: World, offered: Case, lead: Client
) -> None:
    offered.assignments.update(is_confidential=True)
    html = page(lead, "workspace:decline_for_conflict", offered.reference)
    assert "Hattingen" not in html
    lead.post(reverse("workspace:decline_for_conflict", args=[offered.reference]), {"kind": "other"})
    [made] = ConflictOfInterest.objects.all()
    assert (made.case, made.municipality) == (offered, None)
    noted = page(lead).partition("<select")[0]
    assert (offered.reference in noted, "Hattingen" in noted) == (True, False)


def test_an_offer_that_is_gone_is_not_declined(world: World, offered: Case, lead: Client) -> None:
    workflow.withdraw_offer(world.offer_of(offered, world.lead), world.coordinator)
    response = lead.get(reverse("workspace:decline_for_conflict", args=[offered.reference]), follow=True)
    assert [str(m) for m in response.context["messages"]] == ["Diese Anfrage ist nicht mehr offen."]
    assert ConflictOfInterest.objects.count() == 0


def test_the_list_costs_the_same_queries_for_one_and_for_thirty(
    world: World, lead: Client, django_assert_num_queries
) -> None:
    stands(world)
    page(lead)
    with django_assert_num_queries(5):
        page(lead)
    for place in Municipality.objects.exclude(key=BOCHUM)[:29]:
        workflow.record_conflict(world.lead, world.lead.user, workflow.NewConflict("other", place))
    with django_assert_num_queries(5):
        page(lead)
