"""Documents in a real browser: on the form's third page and on the case page, with and without script."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils.translation import gettext
from playwright.sync_api import Browser, Page, expect

from requests_app import scanning, workflow
from requests_app.models import Case, CaseStatus, Document
from tests import actors
from tests.actors import World
from tests.browser.looks import Looks
from tests.intake.form_walk import answers
from tests.requests_app import files, scanners
from tests.sign_in import sign_in

pytestmark = pytest.mark.django_db(transaction=True)


def chosen(name: str, content: bytes) -> dict[str, object]:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=re.compile(f"^{re.escape(gettext(name))}")).last.click()
    page.wait_for_load_state()


def to_wishes(page: Page, url: str) -> None:
    page.goto(url + reverse("intake:start"))
    press(page, "Begin the request")
    given = answers()
    page.select_option("select[name=municipality]", "05954016")
    for name in ("name", "email"):
        page.fill(f"[name={name}]", given["municipality"][name])
    press(page, "Continue")
    for name in ("title", "situation"):
        page.fill(f"[name={name}]", given["concern"][name])
    press(page, "Continue")


def test_files_come_along_without_script(browser: Browser, live_server):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    to_wishes(page, live_server.url)
    page.fill("[name=period]", "Ratssitzung am 14. April")
    wrong = chosen("Plan.pdf", b"<html>")
    page.set_input_files("[name=documents]", [chosen("Konzept Steuerungsgruppe.pdf", files.pdf()), wrong])
    press(page, "Continue")
    expect(page.locator("#error-summary")).to_contain_text("Plan.pdf")
    expect(page.locator("#id_documents_error")).to_contain_text("Plan.pdf")
    expect(page.locator("[name=period]")).to_have_value("Ratssitzung am 14. April")
    expect(page.locator(".app-upload__kept")).to_contain_text("Konzept Steuerungsgruppe.pdf")
    page.set_input_files("[name=documents]", [chosen("Rathaus.jpg", files.jpeg(files.exif()))])
    page.fill("[name=period]", "Ratssitzung am 5. Mai")
    page.get_by_role("button", name=gettext("Remove")).first.click()
    expect(page.locator(".app-upload__kept li")).to_have_count(1)
    expect(page.locator(".app-upload__kept")).to_contain_text("Rathaus.jpg")
    expect(page.locator("[name=period]")).to_have_value("Ratssitzung am 5. Mai")
    press(page, "Continue")
    expect(page.locator("main")).to_contain_text("Rathaus.jpg")
    press(page, "Send the request")
    expect(page).to_have_url(live_server.url + reverse("intake:sent"))
    assert [document.name for document in Case.objects.get().documents.all()] == ["Rathaus.jpg"]
    context.close()


def test_enter_in_a_text_goes_on_and_removes_nothing(browser: Browser, live_server):
    page = browser.new_page(java_script_enabled=False)
    to_wishes(page, live_server.url)
    page.set_input_files("[name=documents]", [chosen("Konzept.pdf", files.pdf())])
    press(page, "Continue")
    page.goto(live_server.url + reverse("intake:wishes"))
    page.locator("[name=period]").press("Enter")
    expect(page).to_have_url(live_server.url + reverse("intake:check"))
    assert Document.objects.count() == 1
    page.close()


@pytest.fixture
def looks():
    seen = Looks()
    yield seen
    assert seen.faults == []


def test_page_of_the_form_is_accessible_with_files_and_with_an_error(
    browser: Browser, live_server, looks: Looks
):
    page = browser.new_page(java_script_enabled=True, bypass_csp=True)
    page.route("**/js/municipality.js", lambda route: route.abort())
    to_wishes(page, live_server.url)
    page.set_input_files(
        "[name=documents]",
        [
            chosen("Konzept Steuerungsgruppe.pdf", files.pdf()),
            chosen("a_sehr_langer_name_ohne_luecken_" * 5 + ".odt", files.odf("text")),
            chosen("Rathaus.jpg", files.jpeg()),
        ],
    )
    press(page, "Continue")
    page.goto(live_server.url + reverse("intake:wishes"))
    looks.at(page, "Wünsche mit Unterlagen")
    wrong = [chosen("Plan.svg", b"<svg/>"), chosen("leer.pdf", b"")]
    page.set_input_files("[name=documents]", wrong)
    press(page, "Continue")
    looks.at(page, "Wünsche mit falscher Unterlage")
    page.close()


def test_case_page_takes_and_hands_out_files(browser: Browser, live_server, client, looks: Looks):
    world = World()
    case = world.case(CaseStatus.IN_DIALOGUE)
    sign_in(client, actors.contact_of(case))
    context = browser.new_context(bypass_csp=True, accept_downloads=True)
    context.add_cookies(
        [{"name": k, "value": m.value, "url": live_server.url} for k, m in client.cookies.items()]
    )
    page = context.new_page()
    page.goto(live_server.url + reverse("casepage:case", args=[case.reference]))
    page.set_input_files(
        "[name=documents]", [chosen("Beschluss Köln.pdf", files.pdf()), chosen("x.exe", b"MZ")]
    )
    press(page, "Upload")
    expect(page.locator("#error-summary")).to_contain_text("x.exe")
    looks.at(page, "Vorgang mit falscher Unterlage")
    page.goto(live_server.url + reverse("casepage:case", args=[case.reference]))
    looks.at(page, "Vorgang mit Unterlagen")
    with page.expect_download() as download:
        page.get_by_role("link", name="Beschluss Köln.pdf").click()
    assert download.value.suggested_filename == "Beschluss Köln.pdf"
    assert download.value.path().read_bytes() == files.pdf()
    context.close()


@pytest.fixture
def scanner(settings) -> Iterator[None]:
    with tempfile.TemporaryDirectory(prefix="clamd") as folder:
        settings.CLAMD_URL = f"unix://{folder}/clamd"
        with scanners.scanner(Path(folder)):
            yield


def test_pages_say_what_is_being_checked_and_what_was_harmful(
    browser: Browser, live_server, client, looks: Looks, scanner: None
):
    world = World()
    case = world.case(CaseStatus.IN_DIALOGUE)
    contact = actors.contact_of(case)
    harmful = files.pdf(scanners.EICAR.decode())
    workflow.add_document(case, contact, files.upload(harmful, "Rechnung.pdf"))
    workflow.add_document(case, contact, files.upload(files.pdf("alt"), "Leitbild.pdf"))
    scanning.scan_waiting()
    people = {
        "casepage:case": (contact, case.reference),
        "workspace:case": (world.lead.user, case.reference),
        "admin:requests_app_case_change": (world.coordinator, case.pk),
    }
    workflow.add_document(case, contact, files.upload(files.odf("text"), "Beschlussvorlage.odt"))
    for name, (user, key) in people.items():
        client.logout()
        sign_in(client, user)
        context = browser.new_context(bypass_csp=True)
        context.add_cookies(
            [{"name": k, "value": m.value, "url": live_server.url} for k, m in client.cookies.items()]
        )
        page = context.new_page()
        page.goto(live_server.url + reverse(name, args=[key]))
        listed = page.locator(".app-files li:not(:has([hreflang]))")
        expect(listed).to_have_count(3)
        expect(listed.filter(has_text="Rechnung.pdf")).to_contain_text(gettext("Harmful – deleted"))
        expect(listed.filter(has_text="Beschlussvorlage.odt")).to_contain_text("Wird geprüft")
        expect(listed.get_by_role("link")).to_have_text(["Leitbild.pdf"])
        looks.at(page, name)
        context.close()


def test_form_takes_a_file_that_is_being_checked(browser: Browser, live_server, looks: Looks, scanner: None):
    page = browser.new_page(java_script_enabled=True, bypass_csp=True)
    page.route("**/js/municipality.js", lambda route: route.abort())
    to_wishes(page, live_server.url)
    page.set_input_files("[name=documents]", [chosen("Konzept.pdf", files.pdf())])
    press(page, "Continue")
    expect(page.locator("main")).to_contain_text("Wird geprüft")
    page.goto(live_server.url + reverse("intake:wishes"))
    expect(page.locator(".app-upload__kept")).to_contain_text("Wird geprüft")
    looks.at(page, "Wünsche mit Unterlage, die geprüft wird")
    page.close()
