"""The municipality's pages in a real browser: axe, phone, keyboard, paper, without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, expect

from miglobe.accounts.models import User
from requests_app import workflow
from requests_app.access import Side
from requests_app.models import Audience, Case, CaseStatus, OptionStatus
from tests import actors
from tests.actors import World
from tests.browser.admission import admit
from tests.browser.looks import Looks
from tests.sign_in import sign_in

pytestmark = pytest.mark.django_db(transaction=True)

DESK = {"width": 1280, "height": 900}
EMAIL = "katrin.wellmann@hattingen.example.org"


@pytest.fixture
def world() -> World:
    return World()


class Contact:
    """The contact person of all cases made here, at a browser."""

    def __init__(self, browser: Browser, url: str, world: World) -> None:
        self.browser, self.url, self.world = browser, url, world
        self.contexts: list[BrowserContext] = []

    def case(self, status: CaseStatus, **changes: str) -> Case:
        return self.world.case(status, contact={"email": EMAIL}, **changes)

    def page(self, path: str, **options: Any) -> Page:
        client = Client()
        sign_in(client, User.objects.get_by_natural_key(EMAIL))
        context = self.browser.new_context(**{"viewport": DESK, "locale": "de-DE"} | options)
        self.contexts.append(context)
        admit(context, client, self.url)
        page = context.new_page()
        page.goto(self.url + path)
        return page

    def case_page(self, case: Case, **options: Any) -> Page:
        return self.page(path(case), **options)


@pytest.fixture
def contact(browser: Browser, live_server: Any, world: World) -> Iterator[Contact]:
    someone = Contact(browser, live_server.url, world)
    yield someone
    for context in someone.contexts:
        context.close()


def path(case: Case, name: str = "case", *args: int) -> str:
    return reverse(f"casepage:{name}", args=[case.reference, *args])


def full_case(contact: Contact) -> Case:
    """A case with everything on its page: a long title, messages, options in each state."""
    world = contact.world
    title = "Vernetzung von Verwaltung, Eine-Welt-Gruppen und Kooperationspartnerschaften"
    case = contact.case(CaseStatus.IN_DIALOGUE, title=title)
    user = actors.contact_of(case)
    options = [actors.propose_option(world, case, title=f"Handlungsoption {n}") for n in range(4)]
    workflow.confirm_option(options[0], user, version=1)
    workflow.comment_option(options[1], user, text="Bitte drei Sitze.", version=1)
    workflow.write_message(case, user, Side.MUNICIPALITY, text="Guten Tag", audience=Audience.EVERYONE)
    workflow.write_message(case, world.lead.user, Side.ADVISOR, text="Antwort", audience=Audience.EVERYONE)
    return case


def test_every_page_is_accessible_light_and_dark_wide_and_narrow(contact: Contact) -> None:
    looks, case, asked = Looks(), full_case(contact), contact.case(CaseStatus.QUERY_OPEN)
    pages = {
        "list": reverse("casepage:list"),
        "dialogue": path(case),
        "query": path(asked),
        "closed": path(contact.case(CaseStatus.CLOSED)),
        "withdraw": path(asked, "withdraw"),
    }
    page = contact.page(pages["list"])
    for name, address in pages.items():
        page.goto(contact.url + address)
        looks.at(page, name)
    assert looks.faults == []


def test_every_error_state_is_accessible_and_takes_the_focus(contact: Contact) -> None:
    looks, case, asked = Looks(), full_case(contact), contact.case(CaseStatus.QUERY_OPEN)
    option = case.options.filter(status=OptionStatus.PROPOSED)[0]
    forms = {
        path(asked): path(asked, "answer_query"),
        path(case): path(case, "message"),
        path(case, "comment_option", option.pk): path(case, "comment_option", option.pk),
    }
    page = contact.page(path(case))
    for address, action in forms.items():
        page.goto(contact.url + address)
        page.locator(f"form[action='{action}'] button.kern-btn:not([formaction])").click()
        expect(page.locator("#error-summary")).to_be_focused()
        looks.at(page, action)
    assert looks.faults == []


def test_a_question_is_answered_and_options_are_agreed_on_without_script(contact: Contact) -> None:
    asked = contact.case(CaseStatus.QUERY_OPEN)
    page = contact.case_page(asked, java_script_enabled=False)
    form = page.locator(f"form[action='{path(asked, 'answer_query')}']")
    form.locator("textarea").fill("Drei Vereine.")
    form.locator("button").click()
    expect(page.locator(".app-msgs")).to_contain_text("Drei Vereine.")

    case = full_case(contact)
    waiting = case.options.filter(status=OptionStatus.PROPOSED)[0]
    page.goto(contact.url + path(case))
    record = page.locator(f"#option-{waiting.pk}")
    record.locator("summary").click()
    record.locator("textarea").fill("Bitte mit Datum.")
    record.locator("details button:not([formaction])").click()
    expect(record).to_contain_text("Bitte mit Datum.")
    for option in case.options.exclude(status=OptionStatus.AGREED):
        page.locator(f"form[action='{path(case, 'confirm_option', option.pk)}'] button").click()
    expect(page.locator('[aria-labelledby="options"] .app-decide')).to_have_count(0)
    assert Case.objects.get(pk=case.pk).status == CaseStatus.OPTIONS_AGREED


def test_an_option_is_commented_by_keyboard_alone(contact: Contact) -> None:
    case = full_case(contact)
    option = case.options.filter(status=OptionStatus.PROPOSED)[0]
    page = contact.case_page(case)
    summary = page.locator(f"#option-{option.pk} summary")
    page.locator(f"form[action='{path(case, 'confirm_option', option.pk)}'] button").focus()
    page.keyboard.press("Tab")
    expect(summary).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("Bitte mit Datum.")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(f"#option-{option.pk}")).to_contain_text("Bitte mit Datum.")


def test_on_paper_the_page_is_a_record_without_forms(contact: Contact) -> None:
    case = full_case(contact)
    page = contact.case_page(case)
    page.emulate_media(media="print")
    for selector in ("main form", "main button", "main summary", "nav", "footer"):
        for element in page.locator(selector).all():
            expect(element).not_to_be_visible()
    for option in case.options.agreed():  # on paper the page is its result
        record = page.locator(f"#option-{option.pk}")
        for text in (option.title, option.description, option.first_step, option.responsible_unit):
            expect(record.get_by_text(text, exact=True)).to_be_visible()
    expect(page.get_by_role("heading", name="Auftaktgespräch")).to_be_visible()
