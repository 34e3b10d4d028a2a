"""The coordinators' first page in a real browser: with and without script, by keyboard, wide and narrow."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect

from miglobe.accounts.models import User
from miglobe.mail import outbox
from miglobe.mail.models import OutboxMessage, State
from requests_app import workflow
from requests_app.models import Case, CaseStatus
from tests import actors
from tests.actors import World
from tests.browser.looks import WAYS, Looks
from tests.sign_in import sign_in

pytestmark = pytest.mark.django_db(transaction=True)
S = CaseStatus
LONG_AGO = 40  # days


@pytest.fixture
def looks():
    seen = Looks()
    yield seen
    assert seen.faults == []


def desk_of(browser: Browser, url: str, user: User, **options: object) -> BrowserContext:
    """A browser of its own for one person, signed in."""
    context = browser.new_context(base_url=url, locale="de-DE", **options)
    client = Client()
    sign_in(client, user)
    context.add_cookies([{"name": k, "value": m.value, "url": url} for k, m in client.cookies.items()])
    return context


def errors_of(page: Page) -> list[str]:
    """What scripts and the content security policy complain of, from now on."""
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    return errors


def morning() -> World:
    """A world in which every kind of task waits, and a case of the coordinator's own among them."""
    world = World()
    long_ago = timezone.now() - dt.timedelta(days=LONG_AGO)
    for status in (S.SUBMITTED, S.IN_REVIEW, S.MATCHED, S.MATCHING, S.IN_DIALOGUE, S.OPTIONS_AGREED):
        world.case(status, title=f"Vorgang {status}")
    late = Case.objects.filter(title__in=[f"Vorgang {S.IN_REVIEW}", f"Vorgang {S.MATCHED}"])
    late.update(due_on=long_ago.date(), escalated_at=timezone.now(), responsible=world.coordinator)
    Case.objects.filter(title=f"Vorgang {S.SUBMITTED}").update(
        resubmit_on=timezone.localdate(), resubmission_note="Nach der Ratssitzung anrufen"
    )
    query = world.case(S.QUERY_OPEN, title="Rückfrage")
    Case.objects.filter(pk=query.pk).update(answer_due_on=long_ago.date())
    direct = actors.direct_enquiry(world.other_advisor, title="Direktanfrage")
    workflow.expire_offer(direct.assignments.get())
    text = outbox.MailText("Ein langer Betreff " * 5, "x")
    mail = outbox.queue(kind="invitation", to="ein.langer.name@integrationszentrum.example.org", text=text)
    OutboxMessage.objects.filter(pk=mail.pk).update(state=State.FAILED, next_attempt_at=None, body="")
    return world


@pytest.mark.parametrize(("script", "width"), WAYS)
def test_morning_leads_from_a_line_to_the_action_and_from_a_number_to_its_list(
    browser: Browser, live_server, looks: Looks, width: int, script: bool
) -> None:
    world = morning()
    context = desk_of(
        browser,
        live_server.url,
        world.coordinator,
        java_script_enabled=script,
        viewport={"width": width, "height": 900},
    )
    page = context.new_page()
    errors = errors_of(page)
    page.goto(reverse("admin:index"))
    looks.on = script
    looks.at(page, "Meine Aufgaben")
    late = page.get_by_role("region", name="Überfällig")
    expect(late.get_by_role("listitem")).to_have_count(2)
    expect(late.get_by_text("sehr spät")).to_have_count(2)
    page.get_by_role("link", name="Alle Aufgaben").click()
    looks.at(page, "Alle Aufgaben")
    expect(page.get_by_role("region", name="Rückfragen ohne Antwort")).to_contain_text("Rückfrage")
    page.get_by_role("region", name="Wiedervorlage").get_by_role("link", name="Als Liste (1)").click()
    expect(page.locator("#result_list tbody tr")).to_have_count(1)
    page.go_back()
    page.get_by_role("region", name="Überfällig").get_by_role("link", name="Beratende anfragen").click()
    expect(page).to_have_url(f"{live_server.url}{_step(f'Vorgang {S.IN_REVIEW}')}")
    expect(page.locator("h1")).to_contain_text("Beratende anfragen")
    assert errors == []
    context.close()


def _step(title: str) -> str:
    return reverse("admin:requests_app_case_step", args=[Case.objects.get(title=title).pk, "offer"])


def test_first_task_is_reached_and_opened_by_keyboard_alone(browser: Browser, live_server) -> None:
    world = morning()
    context = desk_of(browser, live_server.url, world.coordinator)
    page = context.new_page()
    page.goto(reverse("admin:index"))
    wanted = page.locator(".app-tasks .app-task__do").first
    for _ in range(40):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            break
    expect(wanted).to_be_focused()
    assert wanted.evaluate("element => getComputedStyle(element).outlineStyle") != "none"
    address = wanted.get_attribute("href")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{live_server.url}{address}")
    context.close()


def test_empty_morning_is_kind(browser: Browser, live_server, looks: Looks) -> None:
    context = desk_of(browser, live_server.url, actors.coordinator())
    page = context.new_page()
    page.goto(reverse("admin:index"))
    expect(page.locator("main")).to_contain_text("Für heute ist nichts zu tun.")
    looks.at(page, "Nichts zu tun")
    context.close()
