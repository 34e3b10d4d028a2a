"""A case is handed over to a colleague: two people at two browsers, and every page about contact persons."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, expect

from miglobe.accounts.models import User
from miglobe.mail.models import OutboxMessage
from requests_app.models import Case, CaseStatus
from tests import actors
from tests.actors import World
from tests.browser.looks import WAYS, Looks
from tests.sign_in import sign_in

pytestmark = pytest.mark.django_db(transaction=True)

JONAS = "jonas.reiter@hattingen.example.org"


class Desks:
    """Browsers of several people before one portal."""

    def __init__(self, browser: Browser, url: str) -> None:
        self.browser, self.url = browser, url
        self.contexts: list[BrowserContext] = []

    def of(self, user: User | None, path: str, **options: Any) -> Page:
        """A page of somebody who is signed in, or of a stranger."""
        options = {"viewport": {"width": 1280, "height": 900}, "locale": "de-DE"} | options
        context = self.browser.new_context(**options)
        self.contexts.append(context)
        if user:
            client = Client()
            sign_in(client, user)
            value = client.cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": value, "url": self.url}])
        page = context.new_page()
        page.goto(self.url + path)
        return page


@pytest.fixture
def desks(browser: Browser, live_server: Any) -> Iterator[Desks]:
    made = Desks(browser, live_server.url)
    yield made
    for context in made.contexts:
        context.close()


def path(case: Case, name: str = "case", *args: int) -> str:
    return reverse(f"casepage:{name}", args=[case.reference, *args])


def last_mail(email: str) -> str:
    return OutboxMessage.objects.filter(recipient=email).latest("pk").body


@pytest.mark.parametrize(("script", "width"), WAYS)
def test_a_case_is_handed_over_to_a_colleague(script: bool, width: int, desks: Desks) -> None:
    case = World().case(CaseStatus.IN_REVIEW)
    options: dict[str, Any] = {
        "java_script_enabled": script, "viewport": {"width": width, "height": 844},
    }  # fmt: skip
    katrin = desks.of(actors.contact_of(case), path(case), **options)
    katrin.get_by_role("link", name="An eine andere Person übergeben").click()
    katrin.locator("[name=name]").fill("Jonas Reiter")
    katrin.locator("[name=email]").fill(JONAS)
    katrin.get_by_role("button", name="Übergeben").click()
    expect(katrin.get_by_text("Sie übergeben an Jonas Reiter")).to_be_visible()

    invitation = last_mail(JONAS)
    link = re.search(r"https?://[^/\s]+(\S+)", invitation)
    assert link is not None
    jonas = desks.of(None, link[1], **options)
    jonas.locator("#id_login").fill(JONAS)
    jonas.locator("main button.kern-btn--primary").click()
    code = re.search(r"\b\d{6}\b", last_mail(JONAS))
    assert code is not None
    jonas.locator("#id_code").fill(code[0])
    jonas.locator("main button.kern-btn--primary").click()
    expect(jonas.locator("h1")).to_have_text(case.title)
    expect(jonas.locator("section[aria-labelledby=contacts]")).to_contain_text("Jonas Reiter (Sie)")
    expect(jonas.locator("section[aria-labelledby=contacts]")).not_to_contain_text("Katrin Wellmann")

    gone = katrin.goto(desks.url + path(case))
    assert gone is not None
    assert gone.status == 404
    katrin.goto(desks.url + reverse("casepage:list"))
    expect(katrin.locator("main")).to_contain_text("Hier gibt es noch keinen Vorgang.")


def test_every_page_about_contacts_is_accessible_light_and_dark_wide_and_narrow(desks: Desks) -> None:
    world, looks = World(), Looks()
    case = world.case(CaseStatus.IN_DIALOGUE)
    second = actors.colleague(case, "Maria-Theresia Schlüter-Brinkmann, Stabsstelle Internationales")
    waiting = actors.invited(case, "Integrationsbüro", is_shared_mailbox=True)
    page = desks.of(actors.contact_of(case), path(case))
    pages = {
        "case": path(case),
        "invite": path(case, "invite"),
        "own data": path(case, "own_data"),
        "hand over": path(case, "hand_over"),
        "leave": path(case, "leave"),
        "remove": path(case, "remove_contact", second.pk),
        "withdraw": path(case, "remove_contact", waiting.pk),
    }
    for name, address in pages.items():
        page.goto(desks.url + address)
        looks.at(page, name)
    page.goto(desks.url + path(case, "invite"))
    page.get_by_role("button", name="Einladung absenden").click()
    expect(page.locator("#error-summary")).to_be_focused()
    looks.at(page, "invite with errors")

    sheet = reverse("admin:requests_app_case_change", args=[case.pk])
    desk = desks.of(world.coordinator, sheet)
    for name, address in {
        "sheet": sheet,
        "add": reverse("admin:requests_app_case_contact_add", args=[case.pk]),
        "correct": reverse("admin:requests_app_case_contact", args=[case.pk, second.pk]),
        "remove by coordination": reverse(
            "admin:requests_app_case_contact_remove", args=[case.pk, second.pk]
        ),
    }.items():
        desk.goto(desks.url + address)
        looks.at(desk, name)
    assert looks.faults == []


def test_an_invitation_is_accepted_by_keyboard_alone(desks: Desks) -> None:
    case, other = actors.submitted(), actors.submitted(title="Zweiter Vorgang")
    user = actors.contact_of(case)
    page = desks.of(user, path(case))
    actors.invited(other, email=user.email)
    page.goto(desks.url + path(other))
    page.get_by_role("button", name="Einladung annehmen").focus()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("Sie sind jetzt Ansprechperson dieses Vorgangs.")
