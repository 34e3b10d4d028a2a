"""A session is logged on a phone in a train: the network goes and comes back, and nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from playwright.sync_api import Browser, BrowserContext, Page, expect

from requests_app.models import Case, CaseStatus
from tests import actors
from tests.actors import World
from tests.browser.looks import Looks
from tests.sign_in import sign_in

pytestmark = pytest.mark.django_db(transaction=True)

PHONE = {"width": 390, "height": 844}
MINUTES = "Drei Themen gesammelt, eins davon zuerst."
KEPT = "Object.keys(localStorage).filter((key) => key.startsWith('kept:')).length"


@pytest.fixture
def world() -> World:
    return World()


def signed_in(client: Client, url: str, context: BrowserContext) -> None:
    cookie = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": url}])


@pytest.fixture
def client_of_lead(world: World) -> Client:
    client = Client()
    sign_in(client, world.lead.user)
    return client


@pytest.fixture
def phone(browser: Browser, live_server: Any, client_of_lead: Client) -> Iterator[BrowserContext]:
    context = browser.new_context(
        base_url=live_server.url, viewport=PHONE, locale="de-DE", timezone_id="Europe/Berlin"
    )
    signed_in(client_of_lead, live_server.url, context)
    yield context
    context.close()


def path(name: str, case: Case, *args: int) -> str:
    with override("de"):
        return reverse(f"workspace:{name}", args=[case.reference, *args])


def type_half(page: Page) -> None:
    page.fill("[name=start]", "10:00")
    page.fill("[name=participants_administration]", "3")
    page.locator("[name=shared_minutes]").press_sequentially(MINUTES[:20])


def save(page: Page) -> None:
    page.locator("main form button[type=submit]").click()


def test_nothing_is_lost_when_the_network_goes_and_comes_back(world: World, phone: BrowserContext) -> None:
    case = world.case(CaseStatus.MATCHED)
    page = phone.new_page()
    page.goto(path("session_new", case))
    type_half(page)
    line, said = page.locator("[data-keep-line]"), page.locator("[data-keep-said]")
    expect(line).to_contain_text("Entwurf auf diesem Gerät gesichert")
    looks = Looks()
    looks.at(page, "session form with a draft")
    assert looks.faults == []

    phone.set_offline(True)
    expect(said).to_have_text("Keine Verbindung. Ihr Text bleibt auf diesem Gerät.")
    page.locator("[name=shared_minutes]").press_sequentially(MINUTES[20:])
    save(page)
    expect(said).to_contain_text("Er wird gespeichert, sobald")
    assert page.input_value("[name=shared_minutes]") == MINUTES
    assert case.sessions.count() == 0

    phone.set_offline(False)  # it was pressed already: the text goes by itself
    page.wait_for_url(f"**{path('case', case)}")
    session = case.sessions.get()
    assert (session.shared_minutes, session.participants_administration) == (MINUTES, 3)
    assert page.evaluate(KEPT) == 0


def test_nothing_is_sent_in_the_middle_of_a_sentence(world: World, phone: BrowserContext) -> None:
    case = world.case(CaseStatus.MATCHED)
    page = phone.new_page()
    page.goto(path("session_new", case))
    type_half(page)
    phone.set_offline(True)
    save(page)
    page.locator("[name=private_notes]").press_sequentially("Noch etwas")
    phone.set_offline(False)
    expect(page.locator("[data-keep-said]")).to_have_text(
        "Die Verbindung ist wieder da. Sie können jetzt speichern."
    )
    assert case.sessions.count() == 0
    save(page)
    page.wait_for_url(f"**{path('case', case)}")
    assert [session.private_notes for session in case.sessions.all()] == ["Noch etwas"]


def test_a_closed_page_opens_again_as_it_was(world: World, phone: BrowserContext) -> None:
    case = world.case(CaseStatus.MATCHED)
    page = phone.new_page()
    page.goto(path("session_new", case))
    type_half(page)
    page.check("[name=mode][value=phone]")
    key = page.input_value("[name=form_key]")
    page.close()

    page = phone.new_page()
    page.goto(path("session_new", case))
    notice = page.locator("[data-keep-restored]")
    expect(notice).to_be_visible()
    assert page.input_value("[name=shared_minutes]") == MINUTES[:20]
    assert page.is_checked("[name=mode][value=phone]")
    assert page.input_value("[name=form_key]") == key  # so that it can never become two sessions
    looks = Looks()
    looks.at(page, "restored draft")
    assert looks.faults == []

    notice.locator("button").click()
    expect(notice).to_be_hidden()
    assert (page.input_value("[name=shared_minutes]"), page.evaluate(KEPT)) == ("", 0)
    assert page.input_value("[name=form_key]") != key


def test_an_answer_that_was_lost_leaves_one_session_with_the_last_words(
    world: World, phone: BrowserContext
) -> None:
    """The session reached the server, the train reached the tunnel before the answer came."""
    case = world.case(CaseStatus.MATCHED)
    page = phone.new_page()
    page.goto(path("session_new", case))
    type_half(page)
    sent: list[str] = []

    def lose_the_answer(route: Any) -> None:
        if route.request.method == "POST":
            sent.append(route.fetch(max_redirects=0).status_text)
            route.abort()
        else:
            route.continue_()

    page.route("**/sitzung/", lose_the_answer)
    with page.expect_event("requestfailed", lambda request: request.method == "POST"):
        save(page)
    assert (len(sent), case.sessions.count()) == (1, 1)
    page.unroute("**/sitzung/")

    page.goto(path("session_new", case))  # the server has it: nothing to restore
    expect(page.locator("[data-keep-restored]")).to_be_hidden()
    assert page.evaluate(KEPT) == 0


def test_text_comes_back_after_the_sign_in_ran_out_and_goes_with_the_sign_out(
    world: World, phone: BrowserContext, client_of_lead: Client, live_server: Any
) -> None:
    case = world.case(CaseStatus.MATCHED)
    page = phone.new_page()
    page.goto(path("session_new", case))
    type_half(page)
    phone.clear_cookies(name="sessionid")
    save(page)
    page.wait_for_url("**/konto/anmelden/**")
    assert case.sessions.count() == 0

    sign_in(client_of_lead, world.lead.user)
    signed_in(client_of_lead, live_server.url, phone)
    page.goto(path("session_new", case))
    assert page.input_value("[name=shared_minutes]") == MINUTES[:20]
    assert page.evaluate(KEPT) == 1
    page.locator("form[data-signs-out] button").click()
    page.wait_for_url(f"{live_server.url}/")
    assert page.evaluate(KEPT) == 0


@pytest.mark.parametrize("script", [False, True])
def test_an_error_keeps_everything_and_a_correction_is_asked_of_the_municipality(
    script: bool, world: World, browser: Browser, live_server: Any, client_of_lead: Client
) -> None:
    case = world.case(CaseStatus.MATCHED)
    context = browser.new_context(
        base_url=live_server.url, viewport=PHONE, locale="de-DE", java_script_enabled=script
    )
    signed_in(client_of_lead, live_server.url, context)
    page = context.new_page()
    page.goto(path("session_new", case))
    type_half(page)
    page.fill("[name=minutes]", "2")
    save(page)
    expect(page.locator("#error-summary")).to_be_visible()
    assert page.input_value("[name=shared_minutes]") == MINUTES[:20]
    page.fill("[name=minutes]", "90")
    save(page)
    page.wait_for_url(f"**{path('case', case)}")
    session = case.sessions.get()

    visitor = Client()
    sign_in(visitor, actors.contact_of(case))
    other = browser.new_context(
        base_url=live_server.url, viewport=PHONE, locale="de-DE", java_script_enabled=script
    )
    signed_in(visitor, live_server.url, other)
    theirs = other.new_page()
    theirs.goto(reverse("casepage:case", args=[case.reference]))
    theirs.locator(f"#session-{session.pk} summary").click()
    theirs.fill(f"#question_{session.pk}_text", "Es waren 60 Minuten.")
    theirs.locator(f"#session-{session.pk} details button").click()
    expect(theirs.locator(f"#session-{session.pk}")).to_contain_text("Es waren 60 Minuten.")

    page.reload()
    page.locator(f"a[href='{path('session', case, session.pk)}']").click()
    page.fill("[name=minutes]", "60")
    save(page)
    page.wait_for_url(f"**{path('case', case)}#session-{session.pk}")
    expect(page.locator(f"#session-{session.pk}")).to_contain_text("Minuten: 90 → 60")

    theirs.reload()
    if script:
        looks = Looks()
        looks.at(theirs, "case page with a session to confirm")
        assert looks.faults == []
    theirs.locator(f"#session-{session.pk} form[action$='bestaetigen/'] button").click()
    expect(theirs.locator(f"#session-{session.pk}")).to_contain_text("Bestätigt am")
    session.refresh_from_db()
    assert session.confirmed_by == actors.contact_of(case)
    for each in (context, other):
        each.close()
