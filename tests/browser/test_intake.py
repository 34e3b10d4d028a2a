"""The request form in a real browser: the type-ahead, the keyboard, what is kept, what is announced."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.urls import reverse
from django.utils.translation import gettext
from playwright.sync_api import Locator, Page, expect

from requests_app.models import Case, RequestDraft
from tests.browser.looks import Looks
from tests.intake.form_walk import answers

pytestmark = pytest.mark.django_db(transaction=True)
PAGES = ("municipality", "concern", "wishes")


@pytest.fixture
def page(page: Page, live_server) -> Iterator[Page]:
    """At the first page of a new request; nothing may complain on the way."""
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(live_server.url + reverse("intake:start"))
    press(page, "Begin the request")
    yield page
    assert errors == []


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=gettext(name), exact=True).click()
    page.wait_for_load_state()


def field(page: Page, name: str) -> Locator:
    return page.locator(f"#id_{name}")


def suggests(page: Page, name: str) -> None:
    """Wait until the type-ahead suggests ``name`` before all others; its district stands below it."""
    first = page.locator("#id_municipality__listbox [role=option]").first
    expect(first).to_have_text(re.compile(rf"^\s*{re.escape(name)}\s*(\n|$)"), use_inner_text=True)


def fill_in(page: Page, name: str) -> None:
    """Fill in the page of this name as a person does."""
    for entry, value in answers()[name].items():
        if entry == "municipality":
            field(page, entry).fill("")
            field(page, entry).press_sequentially("Hatt")
            page.locator("#id_municipality__listbox [role=option]").first.click()
        elif isinstance(value, list) or entry == "mode":
            for one in [value] if isinstance(value, str) else value:
                page.locator(f'[name="{entry}"][value="{one}"]').check()
        elif value:
            page.locator(f'[name="{entry}"]').fill(value)


def test_type_ahead_finds_names_however_they_are_written_and_numbers(page: Page):
    expected = {
        "mülheim": "Mülheim an der Ruhr",
        "mulheim": "Mülheim an der Ruhr",
        "muelheim": "Mülheim an der Ruhr",
        "köln": "Köln",
        "koeln": "Köln",
        "Rheda Wiedenbr": "Rheda-Wiedenbrück",
        "schloss holte": "Schloß Holte-Stukenbrock",
        "st. augustin": "Sankt Augustin",
        "Stadt Hagen": "Hagen",
        "unna": "Unna",
        "kreis unna": "Kreis Unna",
        "45525": "Hattingen",
        "05954016": "Hattingen",
        "LWL": "Landschaftsverband Westfalen-Lippe (LWL)",
    }
    for typed, name in expected.items():
        field(page, "municipality").fill("")
        field(page, "municipality").press_sequentially(typed)
        suggests(page, name)


def test_page_is_filled_in_by_keyboard_alone(page: Page):
    field(page, "municipality").focus()
    page.keyboard.type("Hatt")
    suggests(page, "Hattingen")
    page.keyboard.press("Enter")
    expect(field(page, "municipality")).to_have_value("Hattingen")
    # Past the way for who is not in the list, and past the unit.
    for text in ("", "", "Katrin Wellmann", "", "katrin.wellmann@hattingen.example.org"):
        page.keyboard.press("Tab")
        page.keyboard.type(text)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(gettext("Your concern"))
    assert RequestDraft.objects.get().data["municipality"]["municipality"] == ["05954016"]


def test_leaving_the_type_ahead_takes_the_suggestion(page: Page):
    field(page, "municipality").press_sequentially("Hatt")
    suggests(page, "Hattingen")
    field(page, "name").focus()
    expect(field(page, "municipality")).to_have_value("Hattingen")
    expect(page.locator("#id_municipality-select")).to_have_value("05954016")


def test_name_typed_over_an_earlier_choice_replaces_it(page: Page):
    """What does not lead to a municipality is named, and the earlier choice is not sent in its place."""
    field(page, "municipality").press_sequentially("Hattingen")
    field(page, "name").focus()
    expect(page.locator("#id_municipality-select")).to_have_value("05954016")
    field(page, "municipality").fill("Entenhausen")
    press(page, "Continue")
    expect(page.locator("#id_municipality_error")).to_contain_text("Entenhausen")
    expect(field(page, "municipality")).to_have_value("Entenhausen")


def test_type_ahead_stays_described_by_hint_and_error(page: Page):
    press(page, "Continue")
    municipality = field(page, "municipality")
    expect(municipality).to_have_attribute("aria-invalid", "true")
    municipality.press_sequentially("Hatt")
    suggests(page, "Hattingen")
    described_by = municipality.get_attribute("aria-describedby") or ""
    assert "id_municipality_helptext" in described_by
    assert "id_municipality_error" in described_by


def test_chosen_municipality_is_there_again_on_coming_back(page: Page):
    fill_in(page, "municipality")
    press(page, "Continue")
    page.locator(".app-back a").click()
    expect(field(page, "municipality")).to_have_value("Hattingen")


def test_error_summary_has_the_focus_and_leads_to_the_field(page: Page):
    press(page, "Continue")
    expect(page.locator("#error-summary")).to_be_focused()
    page.locator("#error-summary a").first.click()
    expect(field(page, "municipality")).to_be_focused()


def test_link_beside_the_form_keeps_what_was_typed(page: Page):
    fill_in(page, "municipality")
    press(page, "Continue")
    field(page, "situation").fill("Halb fertig")
    page.locator(".app-steps a").first.click()
    expect(page.locator("h1")).to_have_text(gettext("Your municipality and your contact data"))
    assert RequestDraft.objects.get().data["concern"]["situation"] == ["Halb fertig"]


def test_every_page_of_the_form_looks_right_with_and_without_errors(page: Page, live_server):
    looks = Looks()
    page.goto(live_server.url + reverse("intake:start"))
    looks.at(page, "start with a draft")
    press(page, "Continue the request")
    for name in PAGES:
        looks.at(page, name)
        if name == "wishes":
            field(page, "earliest_begin_1").fill("2024")
        press(page, "Continue")
        expect(page.locator("#error-summary")).to_be_visible()
        looks.at(page, f"{name} with errors")
        if name == "municipality":
            field(page, name).press_sequentially("Hatt")
            suggests(page, "Hattingen")
            looks.at(page, "type-ahead")
        if name == "wishes":
            field(page, "earliest_begin_1").fill("")
        fill_in(page, name)
        press(page, "Continue")
    looks.at(page, "check")
    press(page, "Send the request")
    looks.at(page, "sent")
    press(page, "Confirm the address")
    looks.at(page, "sent with an error")
    assert looks.faults == []
    assert Case.objects.get().municipality.name == "Hattingen"
