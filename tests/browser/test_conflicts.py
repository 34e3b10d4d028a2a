"""A conflict of interest in a real browser: an advisor notes it, the coordination cannot ask her any more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from miglobe.accounts.models import User
from requests_app.models import AssignmentStatus, CaseStatus, ConflictOfInterest
from tests.actors import World
from tests.browser.looks import Looks
from tests.sign_in import sign_in

pytestmark = pytest.mark.django_db(transaction=True)
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 800}


class Office:
    """Browsers of one width, with or without scripts, for whoever is signed in; nothing may complain."""

    def __init__(self, browser: Browser, url: str, script: bool, size: dict[str, int]) -> None:
        self.script, self.url = script, url
        self.errors: list[str] = []
        self._options: dict[str, Any] = {"viewport": size, "java_script_enabled": script}
        self._browser = browser
        self.contexts: list[Any] = []

    def of(self, user: User) -> Page:
        client = Client()
        sign_in(client, user)
        context = self._browser.new_context(base_url=self.url, locale="de-DE", **self._options)
        self.contexts.append(context)
        context.add_cookies(
            [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": self.url}]
        )
        page = context.new_page()
        page.on("console", lambda m: self.errors.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        return page


@pytest.fixture(params=[(True, WIDE), (False, NARROW)], ids=str)
def office(request: pytest.FixtureRequest, browser: Browser, live_server: Any) -> Iterator[Office]:
    office = Office(browser, live_server.url, *request.param)
    yield office
    for context in office.contexts:
        context.close()
    assert office.errors == []


@pytest.fixture
def looks(request: pytest.FixtureRequest, office: Office) -> Iterator[Looks]:
    looks = Looks(on=office.script)
    yield looks
    assert looks.faults == []


def note(page: Page, *, script: bool) -> None:
    """Note a conflict with Hattingen: typed into the type-ahead, or chosen from the list."""
    if script:
        page.get_by_label("Mit welcher Kommune?").fill("Hatting")
        page.get_by_role("option", name="Hattingen").click()
    else:
        page.get_by_label("Mit welcher Kommune?").select_option(label="Hattingen")
    page.get_by_label("Ich bin dort beschäftigt").check()
    page.get_by_role("button", name="Interessenkonflikt vermerken").click()


def test_an_advisor_notes_a_conflict_and_the_coordination_cannot_ask_her(
    office: Office, looks: Looks
) -> None:
    world = World()
    case = world.case(CaseStatus.IN_REVIEW)

    page = office.of(world.lead.user)
    page.goto(reverse("workspace:home"))
    page.get_by_role("link", name="Meine Interessenkonflikte").click()
    page.get_by_role("button", name="Interessenkonflikt vermerken").click()
    expect(page.locator("main")).to_contain_text("Wählen Sie die Kommune aus der Liste.")
    looks.at(page, "Interessenkonflikte mit Fehlern")
    note(page, script=office.script)
    expect(page.locator("main")).to_contain_text("Für diese Kommune werden Sie nicht angefragt.")
    looks.at(page, "Interessenkonflikte")

    desk = office.of(world.coordinator)
    desk.goto(reverse("admin:requests_app_case_change", args=[case.pk]))
    fits = desk.get_by_role("region", name="Passende Beratende")
    expect(fits).to_contain_text("Interessenkonflikt: bei der Kommune beschäftigt")
    expect(fits.get_by_role("link", name="Amara Okafor anfragen")).to_have_count(0)
    looks.at(desk, "Blatt mit Interessenkonflikt")
    fits.get_by_role("link", name="Interessenkonflikt ansehen Amara Okafor").click()
    looks.at(desk, "Interessenkonflikt im Vorgang")
    desk.get_by_role("button", name="Aufheben Hattingen").click()
    expect(desk.locator("main")).to_contain_text("Der Interessenkonflikt ist aufgehoben.")
    looks.at(desk, "Interessenkonflikte einer Beratungsperson")
    assert ConflictOfInterest.objects.get().lifted_by == world.coordinator


@pytest.mark.parametrize("office", [(True, WIDE)], ids=str, indirect=True)
def test_an_offer_is_declined_because_of_a_conflict(office: Office, looks: Looks) -> None:
    world = World()
    case = world.case(CaseStatus.MATCHING)
    page = office.of(world.lead.user)
    page.goto(reverse("workspace:case", args=[case.reference]))
    page.get_by_role("link", name="Ich kann nicht unbefangen beraten").click()
    looks.at(page, "Nicht unbefangen")
    page.get_by_label("Alles mit Hattingen").check()
    page.get_by_label("Ich gehöre dort dem Rat an").check()
    page.get_by_role("button", name="Absagen").click()
    expect(page.locator("main")).to_contain_text("Danke, dass Sie das sagen.")
    assert case.assignments.get(advisor=world.lead).status == AssignmentStatus.DECLINED
