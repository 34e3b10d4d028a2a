"""Action options on a phone: from the library, ordered, confirmed with a remark, reworded, accepted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from miglobe.accounts.models import User
from requests_app.models import Case, CaseStatus, LibraryOption, OptionStatus
from tests import actors
from tests.actors import World
from tests.browser.admission import admit
from tests.browser.looks import Looks
from tests.sign_in import sign_in

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"width": 390, "height": 844}


class People:
    """Whoever takes part, each at a phone of her or his own."""

    def __init__(self, browser: Browser, url: str, **options: Any) -> None:
        self.browser, self.url, self.options = browser, url, options
        self.contexts: list[Any] = []

    def page(self, user: User) -> Page:
        client = Client()
        sign_in(client, user)
        context = self.browser.new_context(base_url=self.url, locale="de-DE", viewport=PHONE, **self.options)
        self.contexts.append(context)
        admit(context, client, self.url)
        return context.new_page()


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def people(request: pytest.FixtureRequest, browser: Browser, live_server: Any) -> Iterator[People]:
    some = People(browser, live_server.url, java_script_enabled=request.param, has_touch=request.param)
    yield some
    for context in some.contexts:
        context.close()


def places(page: Page, row: int, to: int) -> tuple[float, float, float]:
    """The middle of a row's handle, and the height of another row's."""
    grips = page.locator("[data-grip]")
    grips.nth(row).scroll_into_view_if_needed()
    start, end = grips.nth(row).bounding_box(), grips.nth(to).bounding_box()
    assert start is not None and end is not None
    return start["x"] + 22, start["y"] + 22, end["y"] + (40 if to > row else 4)


def drag_by_mouse(page: Page, row: int, to: int) -> None:
    """Drag one row of the order by its handle to the place of another."""
    x, y, target = places(page, row, to)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, target, steps=8)
    page.mouse.up()


def drag_by_finger(page: Page, row: int, to: int) -> None:
    """The same on a touch screen, where the page must not scroll instead."""
    x, y, target = places(page, row, to)
    before = page.evaluate("scrollY")
    screen = page.context.new_cdp_session(page)
    for kind, height in (
        ("Start", y),
        *(("Move", y + (target - y) * n / 8) for n in range(1, 9)),
        ("End", None),
    ):
        points = [] if height is None else [{"x": x, "y": height}]
        screen.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": points})
    assert page.evaluate("scrollY") == before


def take_from_library(page: Page, case: Case, words: str, looks: Looks) -> None:
    page.goto(reverse("workspace:case", args=[case.reference]))
    page.locator(f"a[href='{reverse('workspace:option_library', args=[case.reference])}']").click()
    page.fill("[name=q]", words)
    page.locator("form[role=search] button").click()
    looks.at(page, "library")
    page.locator(".app-entry > summary").first.click()
    page.locator(".app-entry a").first.click()
    looks.at(page, "option from the library")
    page.fill("[name=responsible_unit]", "Büro für Internationales")
    page.locator("main form button[type=submit]").click()


def test_options_from_the_library_are_ordered_put_confirmed_and_reworded(people: People) -> None:
    world = World()
    case = world.case(CaseStatus.IN_DIALOGUE)
    looks = Looks(people.options["java_script_enabled"])
    advisor, contact = people.page(world.lead.user), people.page(actors.contact_of(case))
    for words in ("Steuerungsgruppe feste Sitze", "Aufwandsentschädigung", "anschreiben"):
        take_from_library(advisor, case, words, looks)
    keys = ["SO01", "SO04", "SO03"]
    titles = [LibraryOption.objects.get(key=key).title for key in keys]
    assert [option.title for option in case.options.all()] == titles

    # The third one comes first: by dragging with script, by the buttons without.
    advisor.locator(f"a[href='{reverse('workspace:options_order', args=[case.reference])}']").click()
    looks.at(advisor, "order")
    if looks.on:
        drag_by_finger(advisor, 2, 0)
        expect(advisor.locator("[data-said]")).to_contain_text("1")
        drag_by_mouse(advisor, 0, 1)
        expect(advisor.locator("[data-said]")).to_contain_text("2")
        drag_by_mouse(advisor, 1, 0)
        expect(advisor.locator("[data-said]")).to_contain_text("1")
        advisor.locator("[name=down]").first.click()
        advisor.locator("[name=up]:not(:disabled)").first.click()
    else:
        for _place in range(2):
            advisor.locator(f"li[data-title='{titles[2]}'] [name=up]").click()
    assert case.options.first().title == titles[0]
    advisor.locator("main form .kern-btn--primary").click()
    expect(advisor.locator("#options ~ .app-records > li").first).to_contain_text(titles[2])
    assert [option.title for option in case.options.all()] == [titles[2], titles[0], titles[1]]

    advisor.locator(f"a[href='{reverse('workspace:propose', args=[case.reference])}']").first.click()
    advisor.locator("main form button[type=submit]").click()

    # The municipality: a plain yes, a yes with a remark, and a wording of its own.
    contact.goto(reverse("casepage:case", args=[case.reference]))
    first, second, third = case.options.all()
    contact.locator(f"#option-{first.pk} .app-decide > form button").click()
    record = contact.locator(f"#option-{second.pk}")
    record.locator("summary").click()
    looks.at(contact, "case page with a remark")
    record.locator("textarea").fill("Gern ab März.")
    record.locator("button[formaction]").click()
    expect(contact.locator(f"#option-{second.pk}")).to_contain_text("Gern ab März.")
    contact.locator(f"#option-{third.pk} summary").click()
    contact.locator(f"a[href='{reverse('casepage:change_option', args=[case.reference, third.pk])}']").click()
    looks.at(contact, "own wording")
    contact.fill("[name=title]", "Pauschale für Vereine")
    contact.locator("main form button[type=submit]").click()
    expect(contact.locator(f"#option-{third.pk}")).to_contain_text("Pauschale für Vereine")
    looks.at(contact, "case page with an own wording")

    advisor.goto(reverse("workspace:case", args=[case.reference]))
    expect(advisor.locator(f"#option-{third.pk} .app-changes")).to_contain_text(titles[1])
    looks.at(advisor, "change to accept")
    advisor.locator(f"form[action$='/option/{third.pk}/zustimmen/'] button").click()
    case.refresh_from_db()
    assert case.status == CaseStatus.OPTIONS_AGREED
    states = {option.pk: (option.status, option.comment) for option in case.options.all()}
    assert states == {
        first.pk: (OptionStatus.AGREED, ""),
        second.pk: (OptionStatus.AGREED, "Gern ab März."),
        third.pk: (OptionStatus.AGREED, ""),
    }

    # A later change is a new version; the agreed one holds meanwhile.
    advisor.locator(
        f"a[href='{reverse('workspace:option_version', args=[case.reference, first.pk])}']"
    ).click()
    advisor.fill("[name=partners]", "Integrationsrat")
    advisor.locator("main form button[type=submit]").click()
    looks.at(advisor, "a new version beside the agreed one")
    assert case.options.agreed().count() == 3
    assert looks.faults == []
