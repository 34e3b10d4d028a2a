"""The form in English in a real browser, from the German home page to the case, with and without script."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from miglobe.mail.models import OutboxMessage
from requests_app.models import Case
from tests.browser.looks import WAYS, Looks
from tests.intake.form_walk import answers

pytestmark = pytest.mark.django_db(transaction=True)
GIVEN = answers(
    title="Win migrant associations for our steering group",
    situation="The steering group has eleven members.",
)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()
    page.wait_for_load_state()


def choose_municipality(page: Page, with_script: bool) -> None:
    if with_script:
        page.locator("#id_municipality-select").wait_for(state="attached")  # the type-ahead is there
        page.locator("#id_municipality").press_sequentially("Hatt")
        page.locator("#id_municipality__listbox [role=option]").first.click()
    else:
        page.locator("select#id_municipality").select_option(label="Hattingen")


def heading(page: Page) -> str:
    expect(page.locator("html")).to_have_attribute("lang", "en")
    return page.locator("h1").inner_text().replace("\u00ad", "")


def new_context(browser: Browser, url: str, width: int, with_script: bool) -> BrowserContext:
    """A German browser, as in every town hall: it must not matter."""
    context = browser.new_context(
        base_url=url,
        java_script_enabled=with_script,
        locale="de-DE",
        viewport={"width": width, "height": 900},
    )
    return context


def walk_to_the_reference(page: Page, looks: Looks, with_script: bool) -> Case:
    page.goto("/")
    page.get_by_role("link", name="English", exact=True).click()
    page.wait_for_url("**/en/")
    page.locator("header").get_by_role("link", name="Request a consultation").click()
    looks.at(page, "start")
    press(page, "Begin the request")
    choose_municipality(page, with_script)
    for name in ("name", "email"):
        page.locator(f"#id_{name}").fill(GIVEN["municipality"][name])
    looks.at(page, "municipality")
    press(page, "Continue")
    press(page, "Continue")
    expect(page).to_have_title(re.compile("^Error: "))
    looks.at(page, "concern with errors")
    for name in ("title", "situation"):
        page.locator(f"#id_{name}").fill(GIVEN["concern"][name])
    press(page, "Continue")
    looks.at(page, "wishes")
    press(page, "Continue")
    assert heading(page) == "Check your answers"
    looks.at(page, "check")
    press(page, "Send the request")
    assert heading(page) == "Your request has arrived"
    case = Case.objects.get()
    expect(page.locator("main")).to_contain_text(case.reference)
    looks.at(page, "sent")
    return case


@pytest.mark.parametrize(("with_script", "width"), WAYS)
def test_request_in_english_leads_to_the_case_in_english(
    browser: Browser, live_server, width: int, with_script: bool
):
    context = new_context(browser, live_server.url, width, with_script)
    page = context.new_page()
    looks = Looks(on=with_script)
    case = walk_to_the_reference(page, looks, with_script)

    mail = OutboxMessage.objects.get(kind="request_received")
    assert mail.subject == f"{case.reference}: We have received your request – please confirm your address"
    code = re.search(r"with this code: (\d{6})", mail.body)
    assert code is not None
    page.locator("#id_code").fill(code[1])
    press(page, "Confirm the address")
    page.wait_for_url(f"**/en/vorgang/{case.reference}/")
    expect(page.locator("main")).to_contain_text("We are checking your request")
    looks.at(page, "case")

    page.get_by_role("link", name="Deutsch", exact=True).click()
    page.wait_for_url(f"**/vorgang/{case.reference}/")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    expect(page.locator("main")).to_contain_text("Wir prüfen Ihre Anfrage")
    context.close()
    assert looks.faults == []
