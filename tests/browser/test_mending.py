"""Two cases are merged and taken apart, words are blackened: by keyboard, with and without script."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from requests_app.models import Case, Municipality
from tests import actors
from tests.actors import World
from tests.browser.looks import Looks
from tests.browser.test_contacts import Desks

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desks(browser: Browser, live_server: Any) -> Iterator[Desks]:
    made = Desks(browser, live_server.url)
    yield made
    for context in made.contexts:
        context.close()


def sheet(case: Case) -> str:
    return reverse("admin:requests_app_case_change", args=[case.pk])


def two_of_bochum() -> tuple[Case, Case]:
    bochum = Municipality.objects.get(name="Bochum")
    into = actors.submitted(title="Vereine in die Steuerungsgruppe", municipality=bochum)
    case = actors.submitted(title="Vereine für die Steuerungsgruppe gewinnen", municipality=bochum)
    return case, into


def go(page: Page, name: str, role: Any = "link") -> None:
    """Reach something with the tab key alone, and press Enter."""
    target = page.locator("main").get_by_role(role, name=name).first
    expect(target).to_be_visible()
    for _ in range(150):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"The tab key never reaches {name!r}.")


def test_two_cases_are_merged_and_taken_apart_by_keyboard(desks: Desks) -> None:
    world, looks = World(), Looks()
    case, into = two_of_bochum()
    page = desks.of(world.coordinator, sheet(case))
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    expect(page.locator("main")).to_contain_text("Für Bochum gibt es schon:")
    looks.at(page, "Blatt mit Hinweis")

    go(page, f"Zusammenführen {into.reference}")
    expect(page.locator("main")).to_contain_text(f"{case.reference} endet als Dublette")
    looks.at(page, "Was geschieht")
    go(page, "Senden und zusammenführen", "button")
    expect(page.locator("main")).to_contain_text(f"{case.reference} ist Teil dieses Vorgangs")
    looks.at(page, "Blatt des anderen Vorgangs")

    go(page, "Zusammenführen rückgängig machen")
    expect(page.locator("main")).to_contain_text(f"{case.reference} steht wieder, wo der Vorgang stand")
    looks.at(page, "Rückgängig machen")
    go(page, "Zusammenführen rückgängig machen", "button")
    expect(page.locator("main")).to_contain_text("Für Bochum gibt es schon:")
    case.refresh_from_db()
    assert case.merged_into is None
    assert errors == []
    assert looks.faults == []
    assert len(looks.seen) == 4


def test_two_cases_are_merged_without_script(desks: Desks) -> None:
    world = World()
    case, into = two_of_bochum()
    options = {"java_script_enabled": False, "viewport": {"width": 390, "height": 900}}
    page = desks.of(world.coordinator, sheet(case), **options)
    page.get_by_role("link", name="Mit einem anderen Vorgang zusammenführen").click()
    page.get_by_role("button", name="Zeigen, was geschieht").click()
    expect(page.locator("main")).to_contain_text("Wählen Sie einen Vorgang")
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="Zeigen, was geschieht").click()
    page.get_by_role("button", name="Senden und zusammenführen").click()
    expect(page.locator("main")).to_contain_text(f"{case.reference} geht jetzt in {into.reference} weiter.")
    # The contact person's old address leads to where it goes on.
    contact = actors.contact_of(Case.objects.get(pk=into.pk))
    theirs = desks.of(contact, reverse("casepage:case", args=[case.reference]), **options)
    assert theirs.url.endswith(reverse("casepage:case", args=[into.reference]))


def test_the_choice_looks_well_with_and_without_an_error(desks: Desks) -> None:
    world, looks = World(), Looks()
    case, _into = two_of_bochum()
    page = desks.of(world.coordinator, reverse("admin:requests_app_case_merge", args=[case.pk]))
    looks.at(page, "Auswahl")
    page.get_by_label("Oder seine Vorgangsnummer").fill("MG-2026-9999")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("Einen Vorgang MG-2026-9999 gibt es nicht.")
    looks.at(page, "Auswahl mit Fehler")
    assert looks.faults == []


def test_marked_words_are_taken_along_and_blackened(desks: Desks) -> None:
    world, looks = World(), Looks()
    case = actors.submitted(situation="Im Rat sitzt Quastenberg und sagt nein.")
    page = desks.of(world.coordinator, sheet(case))
    page.get_by_text("Im Rat sitzt Quastenberg").first.evaluate(
        """element => {
            const text = [...element.childNodes].find(node => node.textContent.includes("Quastenberg"));
            const range = document.createRange();
            const begin = text.textContent.indexOf("Quastenberg");
            range.setStart(text, begin);
            range.setEnd(text, begin + "Quastenberg".length);
            getSelection().removeAllRanges();
            getSelection().addRange(range);
        }"""
    )
    page.get_by_role("link", name="Stelle schwärzen").click()
    expect(page.locator("mark").first).to_have_text("Quastenberg")
    assert "Quastenberg" not in page.url
    looks.at(page, "Wo die Wörter stehen")
    page.get_by_role("button", name="Endgültig schwärzen").click()
    expect(page.locator("main")).to_contain_text("Sagen Sie, warum.")
    looks.at(page, "Ohne Grund")
    page.get_by_label("Warum?").fill("Unbeteiligte Person")
    page.get_by_role("button", name="Endgültig schwärzen").click()
    expect(page.locator("main")).to_contain_text("Im Rat sitzt ███ und sagt nein.")
    assert "Quastenberg" not in page.content()
    looks.at(page, "Blatt nach dem Schwärzen")
    assert looks.faults == []


def test_words_are_blackened_without_script(desks: Desks) -> None:
    world = World()
    case = actors.submitted(situation="Im Rat sitzt Quastenberg und sagt nein.")
    options = {"java_script_enabled": False, "viewport": {"width": 390, "height": 900}}
    page = desks.of(world.coordinator, sheet(case), **options)
    page.get_by_role("link", name="Stelle schwärzen").click()
    page.get_by_label("Welche Wörter sollen weg?").fill("quastenberg")
    page.get_by_role("button", name="Zeigen, wo sie stehen").click()
    page.get_by_label("Warum?").fill("Unbeteiligte Person")
    page.get_by_role("button", name="Endgültig schwärzen").click()
    expect(page.locator("main")).to_contain_text("Im Rat sitzt ███ und sagt nein.")
