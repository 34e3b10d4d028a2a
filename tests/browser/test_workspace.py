"""The advisors' pages in a real browser: on a phone, in dark, by keyboard, without JavaScript, with axe."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect

from requests_app import workflow
from requests_app.access import Side
from requests_app.models import Case, CaseStatus, OptionStatus
from tests import actors
from tests.actors import World
from tests.browser.admission import admit
from tests.browser.looks import Looks
from tests.sign_in import sign_in

pytestmark = pytest.mark.django_db(transaction=True)

PHONE, DESK = ({"width": width, "height": 844} for width in (390, 1280))


@pytest.fixture
def world() -> World:
    return World()


class Advisor:
    """The lead advisor of the world at a browser."""

    def __init__(self, browser: Browser, url: str, world: World) -> None:
        self.browser, self.url = browser, url
        self.client = Client()
        sign_in(self.client, world.lead.user)
        self.contexts: list[BrowserContext] = []

    def page(self, **options: Any) -> Page:
        context = self.browser.new_context(locale="de-DE", timezone_id="Europe/Berlin", **options)
        self.contexts.append(context)
        admit(context, self.client, self.url)
        return context.new_page()


@pytest.fixture
def advisor(browser: Browser, live_server: Any, world: World) -> Iterator[Advisor]:
    someone = Advisor(browser, live_server.url, world)
    yield someone
    for context in someone.contexts:
        context.close()


@pytest.fixture
def paths(world: World) -> dict[str, str]:
    """Every page of the workspace, with something on it."""
    offered = world.case(CaseStatus.MATCHING)
    matched = world.case(CaseStatus.MATCHED)
    talking = world.case(CaseStatus.IN_DIALOGUE)
    contact = actors.contact_of(talking)
    world.case(CaseStatus.CLOSED)
    commented, agreed = actors.propose_option(world, talking), actors.propose_option(world, talking)
    workflow.comment_option(commented, contact, text="Bitte drei Sitze.", version=1)
    workflow.confirm_option(agreed, contact, version=1)
    draft = workflow.write_option(talking, world.lead.user, fields=actors.option_fields())
    workflow.write_message(talking, contact, Side.MUNICIPALITY, text="Guten Tag", audience="everyone")

    def path(name: str, case: Case, *pk: int) -> str:
        return reverse(f"workspace:{name}", args=[case.reference, *pk])

    return {
        "home": reverse("workspace:home"),
        "overview": reverse("workspace:overview"),
        "offer": path("case", offered),
        "decline": path("decline", offered),
        "matched": path("case", matched),
        "talking": path("case", talking),
        "session": path("session_new", matched),
        "correction": path("session", talking, talking.sessions.get().pk),
        "option": path("option_new", talking),
        "commented": path("option", talking, commented.pk),
        "draft": path("option", talking, draft.pk),
        "agreed": path("option", talking, agreed.pk),
        "propose": path("propose", talking),
    }


def test_every_page_is_accessible_light_and_dark_wide_and_narrow(
    advisor: Advisor, paths: dict[str, str]
) -> None:
    page, looks = advisor.page(), Looks()
    for name, path in paths.items():
        response = page.goto(advisor.url + path)
        assert response is not None and response.status == 200, name
        looks.at(page, name)
    assert looks.faults == []


def test_every_error_state_is_accessible_and_takes_the_focus(advisor: Advisor, paths: dict[str, str]) -> None:
    page, looks = advisor.page(viewport=PHONE), Looks()
    for name in ("session", "option", "talking"):
        page.goto(advisor.url + paths[name])
        if name == "session":
            page.fill("[name=minutes]", "2")
            page.fill("[name=participants_politics]", "-3")
        send = ".app-send button" if name == "talking" else "main form button[type=submit]"
        page.locator(send).first.click()
        expect(page.locator("#error-summary")).to_be_focused()
        looks.at(page, name)
    assert looks.faults == []


def test_buttons_and_ways_to_reach_people_fit_a_thumb(advisor: Advisor, paths: dict[str, str]) -> None:
    page = advisor.page(viewport=PHONE)
    for name in ("offer", "talking", "session"):
        page.goto(advisor.url + paths[name])
        for target in page.locator("main .kern-btn, main .app-taps a").filter(visible=True).all():
            box = target.bounding_box()
            assert box is not None and box["height"] >= 44, (name, target.inner_text())


def test_advisor_accepts_logs_a_session_and_puts_an_option_without_script(
    advisor: Advisor, world: World
) -> None:
    case = world.case(CaseStatus.MATCHING)
    page = advisor.page(viewport=PHONE, java_script_enabled=False)
    page.goto(advisor.url + reverse("workspace:home"))
    page.locator(".app-list--offers a").click()
    page.locator(f"form[action$='{case.reference}/zusagen/'] button").click()
    expect(page.locator("h1")).to_contain_text(case.title)

    page.locator(f"a[href='{reverse('workspace:session_new', args=[case.reference])}']").click()
    page.fill("[name=start]", "10:00")
    page.fill("[name=participants_administration]", "3")
    page.fill("[name=private_notes]", "Nur für mich")
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(f"**{reverse('workspace:case', args=[case.reference])}")
    session = case.sessions.get()
    assert (session.date, session.minutes, session.participants) == (timezone.localdate(), 60, 3)

    page.locator(f"a[href='{reverse('workspace:option_new', args=[case.reference])}']").click()
    for name, value in actors.option_fields().items():
        if name in ("goal", "horizon", "effort"):
            page.check(f"[name={name}][value={value}]")
        else:
            page.fill(f"[name={name}]", value)
    page.locator("main form button[type=submit]").click()
    page.locator(f"a[href='{reverse('workspace:propose', args=[case.reference])}']").click()
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(f"**{reverse('workspace:case', args=[case.reference])}")
    assert case.options.get().status == OptionStatus.PROPOSED


def test_session_is_logged_by_keyboard_alone(advisor: Advisor, world: World) -> None:
    case = world.case(CaseStatus.MATCHED)
    page = advisor.page(viewport=DESK)
    page.goto(advisor.url + reverse("workspace:session_new", args=[case.reference]))
    page.locator("[name=start]").focus()
    page.keyboard.type("1015AM")
    reached = []
    for _press in range(40):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.name || document.activeElement.type || ''"))
        if reached[-1] == "submit":
            break
    wanted = ["minutes", "format", "mode", "participants_administration", "shared_minutes", "private_notes"]
    assert [name for name in reached if name in wanted] == wanted
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{reverse('workspace:case', args=[case.reference])}")
    assert case.sessions.get().start.minute == 15
