"""Save and resume in real browsers: half a page with files on one device, the rest of it on another."""

from __future__ import annotations

import urllib.request

import pytest
from django.urls import reverse
from django.utils.translation import gettext
from playwright.sync_api import Browser, BrowserContext, Page, expect

from requests_app.models import Case, RequestDraft
from tests.browser.looks import WAYS, Looks
from tests.intake.form_walk import answers
from tests.intake.resume_walk import ADDRESS, mailed_link
from tests.requests_app import files

pytestmark = pytest.mark.django_db(transaction=True)
TOO_LONG = "Die Steuerungsgruppe. " * 150


def device(browser: Browser, url: str, script: bool, width: int) -> BrowserContext:
    """Somebody's browser, with nothing in it yet."""
    context = browser.new_context(
        base_url=url,
        java_script_enabled=script,
        viewport={"width": width, "height": 900},
        locale="de-DE",
        timezone_id="Europe/Berlin",
    )
    return context


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=gettext(name), exact=True).last.click()
    page.wait_for_load_state()


def chosen(name: str, content: bytes) -> dict[str, object]:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def fill_in_municipality(page: Page, script: bool) -> None:
    if script:
        page.locator("#id_municipality-select").wait_for(state="attached")  # the type-ahead is there
        page.locator("#id_municipality").press_sequentially("Hatt")
        page.locator("#id_municipality__listbox [role=option]").first.click()
    else:
        page.select_option("select[name=municipality]", "05954016")
    for name in ("name", "email"):
        page.fill(f"[name={name}]", answers()["municipality"][name])


@pytest.mark.parametrize(("script", "width"), WAYS)
def test_one_goes_on_in_a_second_browser_after_an_invalid_page_with_a_file(
    browser: Browser, live_server, script: bool, width: int
):
    first = device(browser, live_server.url, script, width)
    page = first.new_page()
    page.goto(reverse("intake:start"))
    press(page, "Begin the request")
    fill_in_municipality(page, script)
    press(page, "Continue")
    page.fill("[name=title]", "Migrantische Vereine gewinnen")
    page.fill("[name=situation]", TOO_LONG)
    press(page, "Continue")
    page.goto(reverse("intake:wishes"))
    page.fill("[name=earliest_begin_month]", "13")
    page.fill("[name=period]", "Ratssitzung <b>im April</b>")
    page.set_input_files(
        "[name=documents]", [chosen("Konzept.pdf", files.pdf()), chosen("Plan.pdf", b"<html>")]
    )
    press(page, "Save and continue later")
    expect(page.locator("h1")).to_have_text(gettext("Your entries are saved"))
    expect(page.locator(".app-messages")).to_contain_text("Plan.pdf")
    expect(page.locator("[name=email]")).to_have_value(ADDRESS)
    press(page, "Send the link")
    expect(page.locator(".app-messages")).to_contain_text(ADDRESS)
    first.close()

    link = mailed_link()
    second = device(browser, live_server.url, script, width)
    page = second.new_page()
    page.goto(link)
    expect(page.locator("h1")).to_have_text(gettext("Continue your request"))
    press(page, "Continue the request")
    expect(page).to_have_url(live_server.url + reverse("intake:wishes"))
    expect(page.locator("[name=earliest_begin_month]")).to_have_value("13")
    expect(page.locator("[name=period]")).to_have_value("Ratssitzung <b>im April</b>")
    expect(page.locator(".app-upload__kept")).to_contain_text("Konzept.pdf")
    page.fill("[name=earliest_begin_month]", "")
    press(page, "Continue")
    expect(page.locator("[name=situation]")).to_have_value(TOO_LONG)
    page.fill("[name=situation]", TOO_LONG[:3000])
    press(page, "Continue" if page.url.endswith(reverse("intake:concern")) else "Save and back to the check")
    if page.url.endswith(reverse("intake:wishes")):
        press(page, "Continue")
    press(page, "Send the request")
    expect(page.locator("h1")).to_have_text(gettext("Your request has arrived"))
    case = Case.objects.get()
    assert (case.municipality.name, case.period) == ("Hattingen", "Ratssitzung <b>im April</b>")
    assert [document.name for document in case.documents.all()] == ["Konzept.pdf"]
    second.close()


def test_link_that_a_machine_has_fetched_twenty_times_works_for_the_person(browser: Browser, live_server):
    context = device(browser, live_server.url, True, 1280)
    page = context.new_page()
    page.goto(reverse("intake:start"))
    press(page, "Begin the request")
    page.fill("[name=email]", ADDRESS)
    press(page, "Save and continue later")
    press(page, "Send the link")
    context.close()
    before = RequestDraft.objects.values().get()
    for number in range(20):
        method = "GET" if number % 2 else "HEAD"
        request = urllib.request.Request(live_server.url + mailed_link(), method=method)
        with urllib.request.urlopen(request, timeout=10) as answer:
            assert answer.status == 200
    assert RequestDraft.objects.values().get() == before
    context = device(browser, live_server.url, True, 390)
    page = context.new_page()
    page.goto(mailed_link())
    press(page, "Continue the request")
    expect(page.locator("[name=email]")).to_have_value(ADDRESS)
    context.close()


def test_pages_of_save_and_resume_look_right(browser: Browser, live_server):
    looks = Looks()
    context = browser.new_context(base_url=live_server.url, bypass_csp=True)
    page = context.new_page()
    page.goto(reverse("intake:start"))
    press(page, "Begin the request")
    fill_in_municipality(page, True)
    press(page, "Save and continue later")
    looks.at(page, "later")
    page.fill("[name=email]", "katrin.wellmann")
    press(page, "Send the link")
    expect(page.locator("#error-summary")).to_be_focused()
    looks.at(page, "later with an error")
    page.fill("[name=email]", ADDRESS)
    press(page, "Send the link")
    looks.at(page, "later after sending")
    link = mailed_link()
    page.goto(link)
    looks.at(page, "link")
    other = browser.new_context(base_url=live_server.url, bypass_csp=True)
    page = other.new_page()
    page.goto(reverse("intake:start"))
    press(page, "Begin the request")
    press(page, "Save and continue later")
    page.goto(link)
    looks.at(page, "link beside another draft")
    press(page, "Continue the request")
    page.goto(reverse("intake:start"))
    looks.at(page, "start with two drafts")
    page.goto(link.rstrip("/")[:-3] + "/")
    looks.at(page, "link that is not whole")
    RequestDraft.objects.all().delete()
    page.goto(link)
    looks.at(page, "link to a draft that is gone")
    assert looks.faults == []
    other.close()
    context.close()
