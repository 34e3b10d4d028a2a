"""Requests entered for a municipality, in a real browser: with script and without, wide and narrow."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext
from playwright.sync_api import Browser, BrowserContext, Page, expect

from miglobe.accounts.models import User
from miglobe.mail.models import OutboxMessage
from requests_app.models import Case, EventKind
from tests.actors import World
from tests.browser.looks import WITH_SCRIPT, WITHOUT_SCRIPT, Looks
from tests.sign_in import sign_in

pytestmark = pytest.mark.django_db(transaction=True)

ADDRESS = "katrin.wellmann@hattingen.example.org"


@pytest.fixture
def world() -> World:
    return World()


class Browsers:
    """People at browsers of their own; ``errors`` is what their browsers complained about."""

    def __init__(self, browser: Browser, url: str, script: bool, width: int) -> None:
        self.browser, self.url = browser, url
        self.options: dict[str, Any] = {
            "java_script_enabled": script,
            "viewport": {"width": width, "height": 844},
        }
        self.looks = Looks(on=script)
        self.contexts: list[BrowserContext] = []
        self.errors: list[str] = []

    def of(self, user: User | None = None) -> Page:
        context = self.browser.new_context(base_url=self.url, locale="de-DE", **self.options)
        self.contexts.append(context)
        if user:
            client = Client()
            sign_in(client, user)
            session = client.cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": session, "url": self.url}])
        page = context.new_page()
        page.on("console", lambda m: self.errors.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        return page


@pytest.fixture
def browsers(browser: Browser, live_server: Any, request: pytest.FixtureRequest) -> Iterator[Browsers]:
    script, width = request.param
    people = Browsers(browser, live_server.url, script, width)
    yield people
    for context in people.contexts:
        context.close()
    assert people.errors == []
    assert "\n".join(people.looks.faults) == ""


def press(page: Page, name: str) -> None:
    page.locator("main").get_by_role("button", name=gettext(name), exact=True).last.click()
    page.wait_for_load_state()


def choose_municipality(page: Page, script: bool) -> None:
    if not script:
        page.locator("#id_municipality").select_option(label="Hattingen")
        return
    page.locator("#id_municipality-select").wait_for(state="attached")  # the type-ahead is there
    page.locator("#id_municipality").press_sequentially("Hatt")
    page.locator("#id_municipality__listbox [role=option]").first.click()


def mail_to(address: str) -> str:
    return OutboxMessage.objects.filter(recipient=address, kind="request_entered").latest("pk").body


def link_and_code(text: str) -> tuple[str, str]:
    link = re.search(r"https?://[^/]+(/\S+)", text)
    code = re.search(r"\b\d{6}\b", text)
    assert link and code
    return link.group(1), code.group()


@pytest.mark.parametrize("browsers", [WITH_SCRIPT, WITHOUT_SCRIPT], indirect=True)
def test_request_entered_by_an_advisor_is_confirmed_by_its_contact(browsers: Browsers, world: World) -> None:
    script = bool(browsers.options["java_script_enabled"])
    advisor = browsers.of(world.lead.user)
    advisor.goto(reverse("workspace:home"))
    browsers.looks.at(advisor, "Weitergegebene Anfragen, leer")
    advisor.get_by_role("link", name=gettext("Pass a request on"), exact=True).click()
    browsers.looks.at(advisor, "Anfrage weitergeben")
    press(advisor, "Pass the request on")  # nothing typed
    expect(advisor.locator("#error-summary")).to_contain_text(
        gettext("Fill in at least one entry: a name, a number or what it is about.")
    )
    choose_municipality(advisor, script)
    advisor.locator('[name="email"]').fill(ADDRESS)
    advisor.locator('[name="name"]').fill("Katrin Welmann")
    advisor.locator('[name="title"]').fill("Vereine gewinnen")
    advisor.locator('[name="remark"]').fill("Getroffen auf der Fairen Woche.")
    press(advisor, "Pass the request on")
    browsers.looks.at(advisor, "Weitergegeben")
    expect(advisor.locator("main")).not_to_contain_text("Welmann")
    case = Case.objects.get(entered_by=world.lead.user)

    link, code = link_and_code(mail_to(ADDRESS))
    contact = browsers.of()
    contact.goto(link)
    browsers.looks.at(contact, "Angaben prüfen")
    contact.locator('[name="name"]').fill("Katrin Wellmann")
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    contact.locator('[name="code"]').fill(wrong)
    press(contact, "Confirm the entries")
    browsers.looks.at(contact, "Angaben prüfen, falscher Code")
    expect(
        contact.locator("#error-summary a")
    ).to_have_text(  # no guess is lost as long as something is missing
        gettext("Describe the situation on the ground.")
    )
    contact.locator('[name="situation"]').fill("Kurz.")
    press(contact, "Confirm the entries")
    expect(contact.locator("#error-summary a")).to_have_text(
        gettext("This code is not right. Compare it with the latest e-mail and enter it again.")
    )
    expect(contact.locator('[name="name"]')).to_have_value("Katrin Wellmann")
    contact.locator('[name="code"]').fill(code)
    press(contact, "Confirm the entries")
    expect(contact).to_have_url(re.compile(re.escape(reverse("casepage:case", args=[case.reference]))))
    browsers.looks.at(contact, "Vorgang nach der Bestätigung")

    case.refresh_from_db()
    assert case.awaits_confirmation is False
    assert case.situation == "Kurz."
    assert case.contacts.get().name == "Katrin Wellmann"
    advisor.goto(reverse("workspace:home"))
    expect(advisor.locator("main")).to_contain_text(f"{case.reference}")
    expect(advisor.locator("main")).not_to_contain_text("Wellmann")


@pytest.mark.parametrize("browsers", [WITH_SCRIPT, WITHOUT_SCRIPT], indirect=True)
def test_request_by_telephone_with_almost_everything_waiting_is_completed(
    browsers: Browsers, world: World
) -> None:
    script = bool(browsers.options["java_script_enabled"])
    desk = browsers.of(world.coordinator)
    desk.goto(reverse("admin:requests_app_case_changelist"))
    desk.get_by_role("link", name=gettext("Enter a request"), exact=True).click()
    browsers.looks.at(desk, "Anfrage eintragen")
    desk.locator('[name="way"][value="phone"]').check()
    desk.locator('[name="name"]').fill("Frau Özkan")
    desk.locator('[name="phone"]').fill("02324 204-0")
    press(desk, "Enter the request")
    browsers.looks.at(desk, "Eingetragen ohne Adresse")
    expect(desk.locator("main")).to_contain_text(gettext("Request without a title"))
    expect(desk.locator("main")).to_contain_text("02324 204-0")
    desk.get_by_role("link", name=gettext("Complete the entries"), exact=True).click()
    expect(desk.locator('[name="name"]')).to_have_value("Frau Özkan")
    browsers.looks.at(desk, "Angaben ergänzen")
    choose_municipality(desk, script)
    desk.locator('[name="email"]').fill(ADDRESS)
    desk.locator('[name="title"]').fill("Vereine gewinnen")
    desk.locator('[name="situation"]').fill("Die Steuerungsgruppe sucht Mitglieder.")
    press(desk, "Save the entries")
    browsers.looks.at(desk, "Eingetragen mit Adresse")
    press(desk, "Send the link again")

    link, code = link_and_code(mail_to(ADDRESS))
    contact = browsers.of()
    contact.goto(link)
    contact.locator('[name="code"]').fill(code)
    press(contact, "Confirm the entries")
    case = Case.objects.get(entered_by=world.coordinator)
    expect(contact).to_have_url(re.compile(re.escape(reverse("casepage:case", args=[case.reference]))))
    assert case.awaits_confirmation is False
    assert list(case.events.filter(kind=EventKind.CORRECTED).values_list("actor", flat=True)) == [
        world.coordinator.pk
    ]
