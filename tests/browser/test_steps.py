"""How many clicks and keys a request costs that has only what must be filled in."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.intake.form_walk import answers

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MOST = 12


class Hands:
    """Counts what hands do besides typing."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.steps: list[str] = []

    def click(self, selector: str) -> None:
        self.steps.append(f"click {selector}")
        self.page.locator(selector).first.click()

    def press(self, key: str) -> None:
        self.steps.append(f"press {key}")
        self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def see(self, heading: str) -> None:
        expect(self.page.locator("h1")).to_have_text(heading)


def test_shortest_request_takes_at_most_twelve_steps(page: Page, live_server) -> None:
    given = answers()
    page.set_viewport_size({"width": 390, "height": 900})
    page.goto(live_server.url + reverse("intake:start"))
    hands = Hands(page)
    hands.click("main button[type=submit]")
    page.locator("#id_municipality-select").wait_for(state="attached")  # the type-ahead is there
    hands.click("#id_municipality")
    hands.type("Hatt")
    page.locator("#id_municipality__listbox [role=option]").first.wait_for()
    hands.press("Enter")
    hands.click("#id_name")
    hands.type(given["municipality"]["name"])
    hands.click("#id_email")
    hands.type(given["municipality"]["email"])
    hands.press("Enter")
    hands.see("Ihr Anliegen")
    hands.click("#id_title")
    hands.type(given["concern"]["title"])
    hands.click("#id_situation")
    hands.type(given["concern"]["situation"])
    hands.click(".app-buttons .kern-btn--primary")
    hands.see("Ihre Wünsche")
    hands.click(".app-buttons .kern-btn--primary")
    hands.see("Prüfen Sie Ihre Angaben")
    hands.click(".app-buttons .kern-btn--primary")
    expect(page.locator("main")).to_contain_text(re.compile(r"MG-\d{4}-\d{4}"))
    assert len(hands.steps) <= MOST, hands.steps
