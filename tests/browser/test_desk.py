"""The coordinators' desk in a browser: take over, put off, many at once, leave; keyboard alone, no script."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, expect

from miglobe.accounts.models import User
from requests_app.models import Case, CaseStatus, Leave
from tests import actors
from tests.actors import World
from tests.browser.admission import admit
from tests.browser.looks import Looks
from tests.sign_in import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LIST = "/admin/requests_app/case/?liste=alle"


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def context(request, browser: Browser, live_server) -> Iterator[BrowserContext]:
    made = browser.new_context(
        base_url=live_server.url,
        locale="de-DE",
        java_script_enabled=request.param,
        timezone_id="Europe/Berlin",
    )
    yield made
    made.close()


def opened(context: BrowserContext, user: User, live_server) -> tuple[Page, list[str]]:
    """A page of somebody who is signed in, and what the console complains of."""
    client = Client()
    sign_in(client, user)
    admit(context, client, live_server.url)
    page = context.new_page()
    errors: list[str] = []
    page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    return page, errors


def test_a_morning_at_the_desk(context: BrowserContext, world: World, live_server, request) -> None:
    has_script = "no script" not in request.node.name
    looks = Looks(has_script)
    case = world.case(CaseStatus.SUBMITTED, title="Vereine gewinnen")
    others = [world.case(title=f"Vorgang {number}") for number in range(2)]
    page, errors = opened(context, world.coordinator, live_server)
    # One case: take it over, put it off.
    page.goto(LIST)
    looks.at(page, "Liste")
    page.get_by_role("link", name="Vereine gewinnen").click()
    page.get_by_role("button", name="Übernehmen").click()
    expect(page.locator("main")).to_contain_text("Sie sind jetzt für diesen Vorgang zuständig.")
    page.get_by_role("link", name="Setzen").click()
    looks.at(page, "Wiedervorlage")
    page.get_by_label("Was ist dann zu tun?").fill("Frau Wellmann anrufen")
    page.get_by_role("button", name="Auf Wiedervorlage legen").click()
    expect(page.locator(".app-desk")).to_contain_text("Frau Wellmann anrufen")
    looks.at(page, "Blatt")
    page.get_by_role("link", name="Weitergeben").click()
    looks.at(page, "Weitergeben")
    # Several: close the duplicates.
    page.goto(LIST)
    for other in others:
        page.get_by_role("row", name=other.reference).get_by_role("checkbox").check()
    page.get_by_label("Ausgewählte Vorgänge:").select_option("dublette")
    page.get_by_role("button", name="Ausführen").click()
    page.get_by_label("Aktenzeichen des Vorgangs, der weitergeht").fill("MG-0000")
    page.get_by_role("button", name="Weiter zu den E-Mails").click()
    expect(page.locator("#error-summary")).to_contain_text(
        "Einen Vorgang mit diesem Aktenzeichen gibt es nicht."
    )
    looks.at(page, "Dubletten, falsches Aktenzeichen")
    page.get_by_label("Aktenzeichen des Vorgangs, der weitergeht").fill(case.reference)
    page.get_by_role("button", name="Weiter zu den E-Mails").click()
    page.get_by_text("E-Mail an Hattingen").first.click()
    looks.at(page, "Dubletten, E-Mails")
    page.get_by_role("button", name="Senden und schließen").click()
    expect(page.get_by_role("heading", name="2 Vorgänge sind erledigt")).to_be_visible()
    looks.at(page, "Ergebnis")
    # And a day off.
    page.get_by_role("link", name="Mein Platz").click()
    page.get_by_label("Erster Tag").fill("2099-12-23")
    page.get_by_label("Letzter Tag").fill("2099-12-31")
    page.get_by_role("button", name="Abwesenheit eintragen").click()
    expect(page.get_by_text("23. Dezember 2099 bis 31. Dezember 2099")).to_be_visible()
    looks.at(page, "Mein Platz")
    assert looks.faults == []
    assert errors == []
    assert [Case.objects.get(pk=other.pk).status for other in others] == ["declined", "declined"]
    assert Case.objects.get(pk=case.pk).resubmission_note == "Frau Wellmann anrufen"
    assert Leave.objects.get().user == world.coordinator


def test_a_first_talk_that_is_enough_closes_the_case(
    context: BrowserContext, browser: Browser, world: World, live_server
) -> None:
    case = world.case(CaseStatus.IN_DIALOGUE)
    page, errors = opened(context, world.coordinator, live_server)
    page.goto(reverse("admin:requests_app_case_change", args=[case.pk]))
    page.locator("#content").get_by_text("Vorgang abschließen", exact=True).first.click()
    page.locator("[name=resolution][value=initial_talk_sufficient]").check()
    page.get_by_role("button", name="Weiter zur E-Mail").click()
    page.locator("#content button[type=submit]").last.click()
    expect(page.locator("#content")).to_contain_text("Abgeschlossen")
    town = browser.new_context(base_url=live_server.url, locale="de-DE", java_script_enabled=False)
    theirs, errors_there = opened(town, actors.contact_of(case), live_server)
    theirs.goto(reverse("casepage:case", args=[case.reference]))
    expect(theirs.locator("main")).to_contain_text("Das Gespräch hat genügt")
    assert (errors, errors_there) == ([], [])


def test_many_cases_are_taken_over_by_keyboard_alone(browser: Browser, world: World, live_server) -> None:
    cases = [world.case(title=f"Vorgang {number}") for number in range(2)]
    context = browser.new_context(base_url=live_server.url, locale="de-DE")
    page, errors = opened(context, world.coordinator, live_server)
    page.goto(LIST)
    keyboard = page.keyboard

    def tab_to(selector: str) -> None:
        """Press Tab until the focus stands on what ``selector`` names."""
        for _times in range(80):
            keyboard.press("Tab")
            if page.evaluate("s => document.activeElement.matches(s)", selector):
                return
        raise AssertionError(f"The focus never comes to {selector}.")

    tab_to("select[name=action]")
    keyboard.press("ArrowDown")
    for case in reversed(cases):  # newest first
        tab_to(f"input.action-select[value='{case.pk}']")
        keyboard.press("Space")
    for _times in range(80):
        if page.evaluate("document.activeElement.matches('.actions button')"):
            break
        keyboard.press("Shift+Tab")
    keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Übernehmen")
    tab_to("form .app-buttons button")
    keyboard.press("Enter")
    expect(page.get_by_role("heading", name="2 Vorgänge sind erledigt")).to_be_visible()
    assert errors == []
    context.close()
    assert {Case.objects.get(pk=case.pk).responsible for case in cases} == {world.coordinator}


@pytest.mark.parametrize("width", [1280, 390])
def test_all_of_a_page_are_ticked_at_once_and_counted(
    browser: Browser, world: World, live_server, width: int
) -> None:
    actors.submitted()
    context = browser.new_context(
        base_url=live_server.url, locale="de-DE", viewport={"width": width, "height": 900}
    )
    page, errors = opened(context, world.coordinator, live_server)
    page.goto(LIST)
    rows = Case.objects.count()
    if width > 400:  # on a phone the rows stack, without the heads of the columns
        page.locator("#action-toggle").check()
        expect(page.locator(".action-counter")).to_have_text(f"{rows} von {rows} ausgewählt")
    else:
        page.locator("input.action-select").first.check()
        expect(page.locator(".action-counter")).to_have_text(f"1 von {rows} ausgewählt")
    expect(page.get_by_text("Alle auswählen")).to_have_count(0)
    assert errors == []
    context.close()
