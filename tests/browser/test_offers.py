"""Offers in a real browser: a confidential tandem, a list of whom to ask next, the advisor's yes and no."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from miglobe.accounts.models import User
from requests_app import workflow
from requests_app.models import AssignmentRole, AssignmentStatus, Case, CaseStatus
from requests_app.workflow import Offer
from tests.actors import World
from tests.browser.admission import admit
from tests.browser.looks import Looks
from tests.sign_in import sign_in

pytestmark = pytest.mark.django_db(transaction=True)
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 800}


@dataclass
class Desk:
    """Browsers of one width, with or without scripts, for whoever signs in."""

    browser: Browser
    url: str
    script: bool
    size: dict[str, int]
    looks: Looks
    errors: list[str] = field(default_factory=list)

    def of(self, user: User) -> Page:
        client = Client()
        sign_in(client, user)
        context = self.browser.new_context(
            base_url=self.url, viewport=self.size, java_script_enabled=self.script, locale="de-DE"
        )
        admit(context, client, self.url)
        page = context.new_page()
        page.on(
            "console", lambda message: self.errors.append(message.text) if message.type == "error" else None
        )
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        return page


@pytest.fixture(params=[(True, WIDE), (False, NARROW)], ids=["script, wide", "no script, narrow"])
def desk(request: pytest.FixtureRequest, browser: Browser, live_server) -> Iterator[Desk]:
    script, size = request.param
    desk = Desk(browser, live_server.url, script, size, Looks(on=script))
    yield desk
    assert (desk.errors, desk.looks.faults) == ([], [])


@pytest.fixture
def world() -> World:
    return World()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).last.click()


def test_confidential_tandem_with_a_list_of_whom_to_ask_next(desk: Desk, world: World) -> None:
    case = world.case(CaseStatus.IN_REVIEW)
    page = desk.of(world.coordinator)
    page.goto(reverse("admin:requests_app_case_step", args=[case.pk, "offer"]))
    desk.looks.at(page, "Anfragen")
    page.locator("[name=lead]").select_option(str(world.lead.pk))
    page.locator("[name=co]").select_option(str(world.co.pk))
    page.locator("[name=is_confidential]").check()
    page.locator("[name=summary]").fill("Hattinger Vereine suchen Rat.")
    page.locator("details#list > summary").click()
    page.locator("[name=next]").select_option(str(world.other_advisor.pk))
    page.locator("[name=asks_by_itself]").check()
    press(page, "Auf die Liste setzen")
    expect(page.locator("#error-summary")).to_contain_text("„Hattinger“")
    desk.looks.at(page, "Fehler")
    page.locator("[name=summary]").first.fill("Vereine suchen Rat.")
    page.locator("[name=next]").select_option(str(world.other_advisor.pk))
    press(page, "Auf die Liste setzen")
    expect(page.locator("#list")).to_contain_text("Thu-Hà Nguyễn")
    expect(page.locator("[name=lead]")).to_have_value(str(world.lead.pk))
    expect(page.locator("[name=is_confidential]")).to_be_checked()
    desk.looks.at(page, "Mit Liste")
    press(page, "Weiter zur E-Mail")
    expect(page.locator("main")).not_to_contain_text("Kommune: Hattingen")
    press(page, "Senden und anfragen")
    expect(page.locator("main")).to_contain_text("Tandem: Amara Okafor (Leitung) und Inés Carvajal")
    desk.looks.at(page, "Vorgang")
    assert Case.objects.get(pk=case.pk).is_confidential is True

    advisor = desk.of(world.lead.user)
    advisor.goto(reverse("workspace:home"))
    desk.looks.at(advisor, "Anfragen der Beratungsperson")
    expect(advisor.locator("main")).not_to_contain_text("Hattingen")
    advisor.goto(reverse("workspace:case", args=[case.reference]))
    expect(advisor.locator("h1")).to_have_text("Können Sie diese Kommune beraten?")
    desk.looks.at(advisor, "Anfrage")
    advisor.get_by_role("link", name="Absagen").click()
    expect(advisor.locator("h1")).to_have_text("Vertrauliche Anfrage absagen")
    desk.looks.at(advisor, "Absage")
    press(advisor, "Absagen")
    asked = case.assignments.get(status=AssignmentStatus.OFFERED, role=AssignmentRole.LEAD)
    assert asked.advisor == world.other_advisor

    page.goto(reverse("admin:requests_app_case_change", args=[case.pk]))
    expect(page.locator("main")).to_contain_text("Thu-Hà Nguyễn")
    other = desk.of(world.other_advisor.user)
    other.goto(reverse("workspace:case", args=[case.reference]))
    press(other, "Zusagen")
    expect(other.locator("main")).to_contain_text("Hattingen")


@pytest.mark.parametrize("desk", [(True, WIDE)], ids=["script, wide"], indirect=True)
def test_list_is_kept_by_its_buttons_alone(desk: Desk, world: World) -> None:
    case = world.case(CaseStatus.IN_REVIEW)
    workflow.offer(case, world.coordinator, world.offers(AssignmentRole.LEAD))
    for advisor in (world.co, world.other_advisor):
        wanted = Offer(advisor, AssignmentRole.LEAD, "Text")
        workflow.add_to_shortlist(case, world.coordinator, wanted, asks_by_itself=False)
    page = desk.of(world.coordinator)
    page.goto(reverse("admin:requests_app_case_change", args=[case.pk]))
    page.get_by_role("link", name="Liste ändern").click()
    desk.looks.at(page, "Danach fragen")
    up = page.get_by_role("button", name=re.compile("^Nach oben.*Thu-Hà Nguyễn"))
    up.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".app-shortlist li").first).to_contain_text("Thu-Hà Nguyễn")
    page.get_by_role("link", name=re.compile("^Text.*Thu-Hà Nguyễn")).click()
    desk.looks.at(page, "Text")
    page.locator("[name=summary]").fill("Ein anderer Text.")
    press(page, "Text speichern")
    press(page, "Das Portal von selbst anfragen lassen")
    page.get_by_role("button", name=re.compile("^Entfernen.*Inés Carvajal")).click()
    expect(page.locator(".app-shortlist li")).to_have_count(1)
    entry = case.shortlist.get()
    assert (entry.summary, entry.asks_by_itself) == ("Ein anderer Text.", True)
