"""Who asks: the type-ahead by every key, further municipalities, and “not in the list”, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, expect

from requests_app.models import Case, RequestDraft
from tests.browser.looks import WITH_SCRIPT, WITHOUT_SCRIPT, Looks
from tests.browser.test_intake import field, press, suggests
from tests.intake.form_walk import answers

pytestmark = pytest.mark.django_db(transaction=True)
NOT_LISTED = "My office is not in the list"
ADD = "Add a further municipality"


@pytest.fixture(params=[WITH_SCRIPT, WITHOUT_SCRIPT], ids=str)
def way(request: pytest.FixtureRequest) -> tuple[bool, int]:
    script, width = request.param
    return script, width


@pytest.fixture
def script(way: tuple[bool, int]) -> bool:
    return way[0]


@pytest.fixture
def context(browser: Browser, live_server: Any, way: tuple[bool, int]) -> Iterator[BrowserContext]:
    context = browser.new_context(
        base_url=live_server.url,
        java_script_enabled=way[0],
        viewport={"width": way[1], "height": 900},
        locale="de-DE",
    )
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """At the first page of a new request; nothing may complain on the way."""
    page = context.new_page()
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.goto(reverse("intake:start"))
    press(page, "Begin the request")
    yield page
    assert errors == []


@pytest.fixture
def looks(script: bool) -> Iterator[Looks]:
    looks = Looks(on=script)
    yield looks
    assert looks.faults == []


def pick(page: Page, script: bool, typed: str, key: str, name: str = "municipality") -> None:
    """Choose a municipality: with script by typing, without from the list."""
    if script:
        field(page, name).fill("")
        field(page, name).press_sequentially(typed)
        page.locator(f"#id_{name}__listbox [role=option]").first.click()
    else:
        field(page, name).select_option(key)


def fill_in_contact(page: Page) -> None:
    for name in ("name", "email"):
        field(page, name).fill(answers()["municipality"][name])


def send_the_rest(page: Page) -> Case:
    """From the second page to the end."""
    for name in ("title", "situation"):
        field(page, name).fill(answers()["concern"][name])
    press(page, "Continue")
    press(page, "Continue")
    press(page, "Send the request")
    expect(page.locator(".app-confirm, h1").first).to_be_visible()
    return Case.objects.get()


def test_joint_request_with_two_partners_of_whom_one_was_taken_out(page: Page, script: bool, looks: Looks):
    pick(page, script, "Hattingen", "05954016")
    press(page, ADD)
    expect(field(page, "partners")).to_be_focused()
    expect(page.locator(".app-error-summary")).to_have_count(0)
    pick(page, script, "Sprock", "05954028", "partners")
    press(page, ADD)
    expect(page.get_by_label("Sprockhövel", exact=True)).to_be_checked()
    pick(page, script, "Herdecke", "05954020", "partners")
    press(page, ADD)
    page.get_by_label("Herdecke", exact=True).uncheck()
    pick(page, script, "Witten", "05954036", "partners")
    looks.at(page, "Weitere Kommunen")
    fill_in_contact(page)
    press(page, "Continue")
    case = send_the_rest(page)
    assert case.places == "Hattingen und 2 weitere"
    assert [str(partner) for partner in case.partners.order_by("name")] == ["Sprockhövel", "Witten"]


def test_association_is_told_who_could_ask(page: Page, script: bool, looks: Looks):
    field(page, "name").fill("Katrin Wellmann")
    press(page, NOT_LISTED)
    looks.at(page, "Nicht in der Liste")
    press(page, "Continue")
    expect(page.locator(".app-error-summary")).to_be_visible()
    looks.at(page, "Nicht in der Liste, ohne Antwort")
    page.locator('[name="stelle"][value="verein"]').check()
    press(page, "Continue")
    expect(page.locator("h1")).to_contain_text("Verein")
    looks.at(page, "Verein")
    expect(page.locator("button[data-copy]")).to_be_visible(visible=script)
    page.locator(".app-back a").click()
    page.locator(".app-back a").click()
    expect(field(page, "name")).to_have_value("Katrin Wellmann")
    assert Case.objects.count() == 0


def test_company_sends_a_request_for_its_municipality(page: Page, script: bool, looks: Looks):
    field(page, "name").fill("Katrin Wellmann")
    press(page, NOT_LISTED)
    page.locator('[name="stelle"][value="unternehmen"]').check()
    press(page, "Continue")
    looks.at(page, "Kommunales Unternehmen")
    pick(page, script, "MH", "05117000")
    field(page, "organisation").fill("Stadtwerke Mülheim")
    press(page, "Continue with the request")
    expect(page.locator(".app-error-summary")).to_have_count(0)
    expect(field(page, "name")).to_have_value("Katrin Wellmann")
    expect(field(page, "organisation")).to_have_value("Stadtwerke Mülheim")
    looks.at(page, "Formular eines Unternehmens")
    field(page, "email").fill("katrin@stadtwerke.example.org")
    press(page, "Continue")
    case = send_the_rest(page)
    assert (case.place, case.organisation) == ("Mülheim an der Ruhr", "Stadtwerke Mülheim")
    assert case.lead_unit_open is True


def test_everybody_else_is_pointed_on_and_no_case_is_made(page: Page, looks: Looks):
    press(page, NOT_LISTED)
    asked = page.url
    for asker, words in (("ausserhalb", "SKEW"), ("andere", "Privatperson")):
        page.goto(asked)
        page.locator(f'[name="stelle"][value="{asker}"]').check()
        press(page, "Continue")
        expect(page.locator("main")).to_contain_text(words)
        looks.at(page, asker)
    assert Case.objects.count() == 0
    assert RequestDraft.objects.count() == 1


@pytest.mark.parametrize("way", [WITH_SCRIPT], indirect=True)
def test_type_ahead_finds_by_plate_district_key_and_official_name(page: Page):
    expected = {
        "MH": "Mülheim an der Ruhr",
        "mh": "Mülheim an der Ruhr",
        "K": "Köln",
        "un": "Kreis Unna",
        "HSK": "Hochsauerlandkreis",
        "05954": "Ennepe-Ruhr-Kreis",
        "05117": "Mülheim an der Ruhr",
        "Hagen, Stadt der FernUniversität": "Hagen",
        "Hansestadt Attendorn": "Attendorn",
    }
    for typed, name in expected.items():
        field(page, "municipality").fill("")
        field(page, "municipality").press_sequentially(typed)
        suggests(page, name)
    field(page, "municipality").fill("Entenhausen")
    expect(page.locator("#id_municipality__listbox")).to_contain_text("Link darunter")
