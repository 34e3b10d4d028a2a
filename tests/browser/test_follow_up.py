"""Six months after the end: the mail's link, one line per option on a phone, another talk asked for."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import time_machine
from django.urls import reverse
from playwright.sync_api import Browser, expect

from miglobe.mail.models import OutboxMessage
from requests_app import follow_ups, workflow
from requests_app.models import Case, CaseStatus, FollowUp, OptionReport, Resolution
from tests import actors
from tests.actors import World
from tests.browser.looks import Looks
from tests.browser.test_day import desk_of, errors_of

pytestmark = pytest.mark.django_db(transaction=True)
HALF_A_YEAR = dt.timedelta(days=183)


def closed_half_a_year_ago(world: World) -> tuple[Case, str]:
    """A case with two agreed options that the worker asks about after six months; and the mail's link."""
    with time_machine.travel(dt.datetime.now(dt.UTC) - HALF_A_YEAR, tick=True):
        case = world.walk(CaseStatus.IN_DIALOGUE)
        titles = ("Zwei feste Sitze in der Steuerungsgruppe", "Ein Fest der Vereine am Rathaus")
        for option in [actors.propose_option(world, case, title=title) for title in titles]:
            workflow.confirm_option(option, actors.contact_of(case), version=option.version)
        workflow.close(case, world.coordinator, resolution=Resolution.OPTIONS_AGREED)
    due = FollowUp.objects.filter(case=case, months__lte=6)
    due.filter(months=3).update(status="skipped")
    day = due.get(months=6).due_on
    with time_machine.travel(dt.datetime(day.year, day.month, day.day, 8, tzinfo=dt.UTC), tick=True):
        assert follow_ups.send_due() == 1
    mail = OutboxMessage.objects.get(kind="follow_up_asked")
    link = re.search(r"/vorgang/\S+/nachfrage/", mail.body)
    assert link is not None
    return Case.objects.get(pk=case.pk), link[0]


@pytest.mark.parametrize("script", [True, False])
def test_municipality_says_partly_on_a_phone_and_asks_for_another_talk(
    browser: Browser, live_server, script: bool
) -> None:
    world = World()
    case, link = closed_half_a_year_ago(world)
    phone = {"java_script_enabled": script, "viewport": {"width": 390, "height": 844}}
    context = desk_of(browser, live_server.url, actors.contact_of(case), **phone)
    page, looks = context.new_page(), Looks(script)
    errors = errors_of(page)
    page.goto(link)
    looks.at(page, "Was ist daraus geworden?")
    first, second = page.locator(".app-line").all()
    first.get_by_label("Wie steht es?").select_option("Verworfen")
    page.get_by_role("button", name="Antwort senden").click()
    expect(page.locator(".app-error-summary")).to_contain_text("Schreiben Sie, warum")
    looks.at(page, "Ein Grund fehlt")
    first.get_by_label("Wie steht es?").select_option("Teilweise umgesetzt")
    first.get_by_label("Ein Wort dazu").fill("Ein Sitz ist besetzt.")
    second.get_by_label("Wie steht es?").select_option("In Arbeit")
    page.get_by_role("button", name="Antwort senden").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vielen Dank")
    looks.at(page, "Vielen Dank")
    said = list(OptionReport.objects.values_list("implementation", "note"))
    assert said == [("partly_done", "Ein Sitz ist besetzt."), ("in_progress", "")]
    page.get_by_role("link", name="Um ein weiteres Gespräch bitten").click()
    looks.at(page, "Ein weiteres Gespräch")
    page.get_by_label("Dasselbe Anliegen").check()
    page.get_by_label("Worum geht es?").fill("Der zweite Sitz.")
    page.get_by_role("button", name="Um ein weiteres Gespräch bitten").click()
    expect(page.locator("main")).to_contain_text("Ihr Vorgang ist wieder offen.")
    case.refresh_from_db()
    assert (case.status, case.messages.get().body) == (CaseStatus.IN_DIALOGUE, "Der zweite Sitz.")
    assert (looks.faults, errors) == ([], [])


def test_coordination_and_municipality_see_what_comes_after_the_end(browser: Browser, live_server) -> None:
    world = World()
    case, _link = closed_half_a_year_ago(world)
    looks = Looks()
    contact = desk_of(browser, live_server.url, actors.contact_of(case)).new_page()
    contact.goto(reverse("casepage:case", args=[case.reference]))
    looks.at(contact, "Vorgang nach dem Abschluss")
    contact.goto(reverse("casepage:feedback", args=[case.reference]))
    looks.at(contact, "Drei Fragen")
    contact.get_by_label("Ja", exact=True).first.check()
    contact.get_by_role("button", name="Antworten senden").click()
    expect(contact.locator("main")).to_contain_text("Vielen Dank für Ihre Antworten.")
    desk = desk_of(browser, live_server.url, world.coordinator).new_page()
    errors = errors_of(desk)
    desk.goto(reverse("admin:requests_app_case_follow_ups"))
    looks.at(desk, "Was aus den Optionen wurde")
    desk.get_by_role("link", name=case.reference).click()
    expect(desk.get_by_role("heading", name="Nach dem Abschluss")).to_be_visible()
    looks.at(desk, "Vorgang der Koordination nach dem Abschluss")
    assert (looks.faults, errors) == ([], [])
