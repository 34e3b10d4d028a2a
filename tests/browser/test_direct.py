"""Asking an advisor by name who is away, in a real browser, with and without scripts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from advisors.models import Absence, Advisor
from miglobe.site.templatetags.kern import long_date
from requests_app.models import Assignment, Case, CaseStatus
from tests import actors
from tests.browser.looks import Looks
from tests.intake.form_walk import answers, mailed_code

pytestmark = pytest.mark.django_db(transaction=True)
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 800}


@pytest.fixture(params=[(True, WIDE), (False, NARROW)], ids=str)
def page(request: pytest.FixtureRequest, browser: Browser, live_server) -> Iterator[Page]:
    """A browser of one width, with or without scripts; nothing may complain on the way."""
    script, size = request.param
    context = browser.new_context(
        base_url=live_server.url, viewport=size, java_script_enabled=script, locale="de-DE"
    )
    page = context.new_page()
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert errors == []


@pytest.fixture
def looks(request: pytest.FixtureRequest, page: Page) -> Iterator[Looks]:
    looks = Looks(on=request.node.callspec.params["page"][0])
    yield looks
    assert looks.faults == []


def away(advisor: Advisor, substitute: Advisor | None = None) -> dt.date:
    today = timezone.localdate()
    last = today + dt.timedelta(days=9)
    Absence.objects.create(advisor=advisor, first_day=today, last_day=last, substitute=substitute)
    return last


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def fill_in(page: Page, *, script: bool) -> None:
    """The pages of the form, with the required fields alone."""
    typed = answers()
    if script:
        page.locator("#id_municipality-select").wait_for(state="attached")  # the type-ahead is there
        page.locator("#id_municipality").press_sequentially("Hatt")
        page.locator("#id_municipality__listbox [role=option]").first.click()
    else:
        page.locator("[name=municipality]").select_option("05954016")
    page.locator("[name=name]").fill(typed["municipality"]["name"])
    page.locator("[name=email]").fill(typed["municipality"]["email"])
    press(page, "Weiter")
    page.locator("[name=title]").fill(typed["concern"]["title"])
    page.locator("[name=situation]").fill(typed["concern"]["situation"])
    press(page, "Weiter")
    expect(page.locator("[name=preferred_advisor]")).to_have_count(0)
    press(page, "Weiter")


def test_direct_enquiry_to_an_absent_advisor_goes_to_the_substitute(page: Page, looks: Looks) -> None:
    amara, ines = actors.advisor("Amara Okafor"), actors.advisor("Inés Carvajal")
    last = away(amara, substitute=ines)
    page.goto(reverse("intake:direct", args=[amara.slug]))
    expect(page.locator("main")).to_contain_text(f"Amara Okafor ist bis {long_date(last)} abwesend")
    looks.at(page, "Direkt anfragen")
    press(page, "Vertretung anfragen (Inés Carvajal)")
    expect(page.locator("main")).to_contain_text("Direktanfrage an Inés Carvajal")
    looks.at(page, "Formular")
    fill_in(page, script=looks.on)
    expect(page.locator("main")).to_contain_text("Geht an: Inés Carvajal")
    looks.at(page, "Prüfen")
    press(page, "Anfrage absenden")
    expect(page.locator("main")).to_contain_text("erhält Inés Carvajal eine Zusammenfassung ohne Namen")
    looks.at(page, "Gesendet")
    case = Case.objects.get()
    page.locator("[name=code]").fill(mailed_code(case))
    press(page, "Adresse bestätigen")
    expect(page.locator("main")).to_contain_text("Wir haben Inés Carvajal gefragt.")
    offer = Assignment.objects.get()
    assert (offer.case, offer.advisor, offer.is_direct) == (case, ines, True)


def test_whoever_waits_for_an_absent_advisor_reads_where_the_request_goes(page: Page, looks: Looks) -> None:
    amara = actors.advisor("Amara Okafor")
    away(amara)
    page.goto(reverse("intake:direct", args=[amara.slug]))
    press(page, "Trotzdem Amara Okafor anfragen")
    fill_in(page, script=looks.on)
    expect(page.locator("main")).to_contain_text(
        "Ihre Anfrage geht deshalb an die Koordination, mit dem Wunsch nach Amara Okafor."
    )
    looks.at(page, "Prüfen")
    press(page, "Anfrage absenden")
    expect(page.locator("h1")).to_have_text("Ihre Anfrage ist eingegangen")
    case = Case.objects.get()
    assert (case.status, case.is_direct, case.preferred_advisor) == (CaseStatus.SUBMITTED, False, amara)
    assert Assignment.objects.count() == 0
