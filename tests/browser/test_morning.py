"""A morning: a late case, a question, its answer, a tandem, a no, and the next one asked by itself.

Everybody begins on the portal's first page and goes on by links and buttons alone. Once without script,
with a mouse; once by keyboard.
"""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Locator, Page, expect

from miglobe.accounts.models import User
from requests_app.models import Case, CaseStatus, ConflictKind, ConflictOfInterest
from tests import actors
from tests.actors import World
from tests.browser.looks import Looks
from tests.sign_in import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

QUESTION = "Welche Vereine sind schon dabei?"
ANSWER = "Zwei Kulturvereine und eine Gemeinde."


class Hands:
    """Somebody at a browser, with a mouse or with a keyboard."""

    def __init__(self, browser: Browser, url: str, user: User, *, keyboard: bool) -> None:
        self.context = browser.new_context(
            base_url=url,
            locale="de-DE",
            java_script_enabled=keyboard,
            viewport={"width": 1280, "height": 900},
        )
        client = Client()
        sign_in(client, user)
        self.context.add_cookies(
            [{"name": k, "value": m.value, "url": url} for k, m in client.cookies.items()]
        )
        self.keyboard = keyboard
        self.page: Page = self.context.new_page()
        self.errors: list[str] = []
        self.page.on("console", lambda m: self.errors.append(m.text) if m.type == "error" else None)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.goto("/")

    def use(self, what: Locator) -> None:
        """Click a link or button – or come to it with the Tab key and press Enter – and wait for the page."""
        if not self.keyboard:
            what.click()
            return
        self._come_to(what)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def change(self, what: Locator) -> None:
        """Open what is folded, or tick a box: the page stays."""
        if self.keyboard:
            self._come_to(what)
            self.page.keyboard.press("Space")
        else:
            what.click()

    def _come_to(self, what: Locator) -> None:
        wanted = what.element_handle()
        for _ in range(250):
            if wanted.evaluate("element => element === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"The Tab key does not lead to {what}.")

    def follow(self, name: str | re.Pattern[str], within: Locator | None = None) -> None:
        self.use((within or self.page).get_by_role("link", name=name).first)

    def press(self, name: str | re.Pattern[str], within: Locator | None = None) -> None:
        self.use((within or self.page).get_by_role("button", name=name).first)

    def type(self, name: str, text: str) -> None:
        field = self.page.locator(f'[name="{name}"]').first
        if self.keyboard:
            self._come_to(field)
            self.page.keyboard.press("ControlOrMeta+a")
            self.page.keyboard.type(text)
        else:
            field.fill(text)

    def choose(self, name: str, label: str) -> None:
        """Choose from a list; with the keyboard by typing how the line begins."""
        field = self.page.locator(f'select[name="{name}"]')
        option = field.locator("option").filter(has_text=label).first
        if self.keyboard:
            self._come_to(field)
            self.page.keyboard.type((option.text_content() or "").strip()[:12])
        else:
            field.select_option(option.get_attribute("value"))
        expect(field.locator("option:checked")).to_contain_text(label)

    def task(self, group: str) -> Locator:
        return self.page.get_by_role("region", name=group)

    def sees(self, text: str | re.Pattern[str]) -> None:
        expect(self.page.locator("main, #main, #content").first).to_contain_text(text)


@pytest.fixture
def looks():
    seen = Looks()
    yield seen
    assert seen.faults == []


def late_case(world: World) -> Case:
    """A request that has waited for its first answer for weeks."""
    case = world.case(CaseStatus.SUBMITTED)
    long_ago = timezone.localdate() - dt.timedelta(days=40)
    Case.objects.filter(pk=case.pk).update(due_on=long_ago, escalate_on=long_ago + dt.timedelta(days=5))
    return case


def knows_too_well(world: World, case: Case) -> None:
    """The lead works for the municipality that asks."""
    ConflictOfInterest.objects.create(
        advisor=world.lead,
        municipality=case.municipality,
        kind=ConflictKind.EMPLOYED,
        recorded_by=world.coordinator,
        recorded_at=timezone.now(),
    )


@pytest.mark.parametrize("keyboard", [True, False], ids=["by keyboard", "without script"])
def test_late_case_is_asked_about_answered_offered_and_taken_by_the_next_one(
    browser: Browser, live_server, looks: Looks, keyboard: bool
) -> None:
    world = World()
    case = late_case(world)
    knows_too_well(world, case)
    next_one = actors.advisor("Maryam Haddad")
    looks.on = keyboard

    def at(user: User) -> Hands:
        return Hands(browser, live_server.url, user, keyboard=keyboard)

    desk = at(world.coordinator)
    desk.follow("Koordination")
    looks.at(desk.page, "Morgens")
    desk.follow(re.compile(case.reference), desk.task("Überfällig"))
    desk.follow("Rückfrage stellen")
    desk.type("text", QUESTION)
    desk.press("Weiter zur E-Mail")
    desk.press(re.compile("^Senden und"), desk.page.locator("#content-main"))
    desk.sees("Rückfrage offen")

    town = at(actors.contact_of(case))
    town.follow("Meine Vorgänge")
    town.follow(re.compile(re.escape(case.title)))
    town.sees(QUESTION)
    town.type("text", ANSWER)
    town.press(re.compile("Antwort senden|Antworten"))
    town.sees(ANSWER)

    desk.follow("Übersicht")
    looks.at(desk.page, "Eine Antwort ist da")
    line = desk.page.get_by_role("listitem").filter(has_text=case.reference)
    expect(line).to_contain_text("auf die Rückfrage geantwortet")
    desk.follow("Beratende anfragen", line)
    expect(desk.page.locator('select[name="lead"]')).not_to_contain_text(world.lead.name)
    desk.change(desk.page.locator("summary").filter(has_text="Wer passt, und warum"))
    desk.sees("Interessenkonflikt")
    desk.choose("lead", world.co.name)
    desk.choose("co", world.other_advisor.name)
    looks.at(desk.page, "Beratende anfragen")
    desk.change(desk.page.locator("#list > summary"))
    desk.choose("next", next_one.name)
    desk.change(desk.page.locator('[name="asks_by_itself"]'))
    desk.press("Auf die Liste setzen")
    desk.sees(next_one.name)
    desk.press("Weiter zur E-Mail")
    looks.at(desk.page, "Die Mails der Anfrage")
    desk.press(re.compile("^Senden und"), desk.page.locator("#content-main"))
    desk.sees("Tandem")

    first = at(world.co.user)
    first.follow("Meine Beratungen")
    first.follow(re.compile(case.municipality.name))
    first.follow("Absagen")
    first.press("Absagen")

    second = at(next_one.user)
    second.follow("Meine Beratungen")
    second.follow(re.compile(case.municipality.name))
    second.press("Zusagen")

    desk.follow("Übersicht")
    desk.follow("Vorgänge")
    desk.follow(re.compile("Beratung gefunden|Gefunden"))
    desk.follow(re.compile(re.escape(case.title)))
    looks.at(desk.page, "Die Nächste hat zugesagt")
    desk.sees("Beratung gefunden")
    desk.sees(next_one.name)
    for person in (desk, town, first, second):
        assert person.errors == []
        person.context.close()
