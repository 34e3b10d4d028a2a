"""Finding cases in a real browser: filters, chips and saved filters, by keyboard, with and without script."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from requests_app.models import CaseStatus, SavedFilter
from tests.actors import World
from tests.browser.looks import Looks
from tests.sign_in import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_coordinator_filters_searches_saves_and_begins_with_it(
    browser: Browser, live_server, settings, script: bool
) -> None:
    world = World()
    world.case(CaseStatus.MATCHED, title="Partnerschaft mit Mwanza")
    page = _at_the_desk(browser, world, live_server, settings, script)
    errors: list[str] = []
    page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    looks = Looks(script)

    page.goto(live_server.url + reverse("admin:requests_app_case_changelist"))
    _open_with_keys(page, "Filter")
    looks.at(page, "filters")
    page.get_by_label("Liste", exact=True).select_option("alle")
    page.get_by_label("Stand", exact=True).select_option("matched")
    page.get_by_label("Regierungsbezirk", exact=True).select_option("Arnsberg")
    page.get_by_role("button", name="Anzeigen").press("Enter")
    _rows(page, "Partnerschaft mit Mwanza")

    page.get_by_role("searchbox").fill("okafor mwanza")
    page.keyboard.press("Enter")
    _rows(page, "Partnerschaft mit Mwanza")
    page.get_by_role("link", name="Filter entfernen: Regierungsbezirk: Arnsberg").press("Enter")
    expect(page.locator(".app-chips a")).to_have_count(1)

    _open_with_keys(page, "Gespeicherte Filter")
    page.get_by_label("Diese Ansicht speichern unter dem Namen").fill("Mwanza")
    page.keyboard.press("Enter")
    expect(page.locator("summary", has_text="Gespeicherte Filter: Mwanza")).to_be_visible()
    looks.at(page, "list with chips and a saved filter")

    _open_with_keys(page, "Gespeicherte Filter")
    page.get_by_role("link", name="Umbenennen, löschen, Start wählen").press("Enter")
    page.get_by_role("button", name="Als meinen Start wählen").press("Enter")
    expect(page.locator("main")).to_contain_text("Ihre Liste beginnt jetzt mit „Mwanza“.")
    looks.at(page, "saved filters")
    page.get_by_label("Name").fill("")
    page.get_by_role("button", name="Speichern").press("Enter")
    expect(page.locator("main")).to_contain_text("Bitte füllen Sie „Name“ aus.")
    looks.at(page, "saved filter without a name")
    page.goto(live_server.url + reverse("admin:requests_app_case_changelist"))
    _rows(page, "Partnerschaft mit Mwanza")

    assert SavedFilter.objects.get().query == "liste=alle&stand=matched&q=okafor+mwanza"
    assert (looks.faults, errors) == ([], [])


def _at_the_desk(browser: Browser, world: World, live_server, settings, script: bool) -> Page:
    """The coordinator's window, signed in."""
    client = Client()
    sign_in(client, world.coordinator)
    context = browser.new_context(java_script_enabled=script, locale="de-DE")
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    return context.new_page()


def _open_with_keys(page: Page, name: str) -> None:
    page.locator("summary", has_text=name).first.focus()
    page.keyboard.press("Enter")


def _rows(page: Page, *titles: str) -> None:
    expect(page.locator(".app-row-title")).to_have_text(list(titles))
