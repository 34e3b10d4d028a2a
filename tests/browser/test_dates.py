"""A date is found at the second round, moved and cancelled – on a phone, with script and without."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import icalendar
import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from miglobe.accounts.models import User
from requests_app.models import CaseStatus
from tests import actors
from tests.actors import World
from tests.browser.admission import admit
from tests.browser.looks import Looks
from tests.sign_in import sign_in

pytestmark = pytest.mark.django_db(transaction=True)

PHONE = {"width": 390, "height": 844}


class People:
    """Advisor and contact person of one case, each with a phone."""

    def __init__(self, browser: Browser, url: str, *, script: bool) -> None:
        self.browser, self.url, self.script = browser, url, script
        self.contexts: list[BrowserContext] = []
        self.errors: list[str] = []

    def page(self, user: User, path: str) -> Page:
        client = Client()
        sign_in(client, user)
        context = self.browser.new_context(
            viewport=PHONE, locale="de-DE", timezone_id="Europe/Berlin", java_script_enabled=self.script
        )
        self.contexts.append(context)
        admit(context, client, self.url)
        page = context.new_page()
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.goto(self.url + path)
        return page


@pytest.fixture(params=[True, False], ids=["script", "no-script"])
def people(request: pytest.FixtureRequest, browser: Browser, live_server: Any) -> Iterator[People]:
    both = People(browser, live_server.url, script=request.param)
    yield both
    for context in both.contexts:
        context.close()


def press(where: Page | Locator, name: str) -> None:
    where.get_by_role("button", name=name, exact=True).first.click()


def unfold(page: Page, name: str) -> None:
    page.locator("summary").filter(has_text=name).click()


def propose(advisor: Page, *starts: dt.datetime) -> None:
    for number, start in enumerate(starts, start=1):
        advisor.locator(f'[name="date_{number}"]').fill(f"{start:%Y-%m-%d}")
        advisor.locator(f'[name="time_{number}"]').fill(f"{start:%H:%M}")
    press(advisor, "Der Kommune vorschlagen")
    expect(advisor.get_by_text("Die Kommune hat Ihr", exact=False).first).to_be_visible()


def test_a_date_is_found_at_the_second_round_moved_and_cancelled(people: People) -> None:
    world = World()
    case = world.case(CaseStatus.MATCHED)
    looks = Looks(people.script)
    advisor = people.page(world.lead.user, reverse("workspace:case", args=[case.reference]))
    contact = people.page(actors.contact_of(case), reverse("casepage:case", args=[case.reference]))

    first_round(advisor, contact, looks)
    second_round(advisor, contact, looks)
    moved(advisor, contact, looks)
    cancelled(advisor, contact)

    appointment = case.appointments.get()
    assert (appointment.status, appointment.sequence) == ("cancelled", 2)
    assert [str(each.status) for each in case.date_rounds.all()] == ["refused", "agreed", "agreed"]
    assert looks.faults == []
    assert people.errors == []


def first_round(advisor: Page, contact: Page, looks: Looks) -> None:
    """Nothing was filled in at first; then two dates, of which none fits."""
    advisor.get_by_role("link", name="Termine vorschlagen").click()
    press(advisor, "Der Kommune vorschlagen")
    expect(advisor.get_by_role("link", name="Geben Sie mindestens einen Termin an.")).to_be_visible()
    looks.at(advisor, "Termine vorschlagen, mit Fehler")
    propose(advisor, actors.in_days(10), actors.in_days(11, 9))
    looks.at(advisor, "Vorgang mit vorgeschlagenen Terminen")

    contact.reload()
    expect(contact.get_by_text("Bitte wählen Sie einen der vorgeschlagenen Termine")).to_be_visible()
    looks.at(contact, "Fallseite mit vorgeschlagenen Terminen")
    unfold(contact, "Keiner der Termine passt")
    press(contact, "Antwort senden")
    expect(contact.get_by_role("link", name="Schreiben Sie, wann es Ihnen passt.")).to_be_visible()
    contact.get_by_label("Wann passt es Ihnen?").fill("Lieber in der Woche darauf, ab 14 Uhr.")
    press(contact, "Antwort senden")
    expect(contact.get_by_text("Ihre Beratung hat Ihre Antwort")).to_be_visible()


def second_round(advisor: Page, contact: Page, looks: Looks) -> None:
    """The advisor reads what suits and proposes anew; one date is picked, and saved as a file."""
    advisor.reload()
    expect(advisor.get_by_text("Lieber in der Woche darauf, ab 14 Uhr.")).to_be_visible()
    advisor.get_by_role("link", name="Termine vorschlagen").first.click()
    expect(advisor.locator('[name="minutes"]')).to_have_value("90")
    propose(advisor, actors.in_days(17), actors.in_days(18))

    contact.reload()
    contact.get_by_role("radio").nth(1).check()
    press(contact, "Diesen Termin vereinbaren")
    expect(contact.get_by_text("Vereinbart:").first).to_be_visible()
    looks.at(contact, "Fallseite mit vereinbartem Termin")
    with contact.expect_download() as download:
        contact.get_by_role("link", name="In den Kalender").click()
    calendar = icalendar.Calendar.from_ical(download.value.path().read_bytes())
    assert calendar.events[0].start == actors.in_days(18)


def moved(advisor: Page, contact: Page, looks: Looks) -> None:
    """The municipality asks for another date; the agreed one stands until it has picked it."""
    unfold(contact, "Termin verlegen")
    looks.at(contact, "Termin verlegen, aufgeklappt")
    contact.get_by_label("Warum, und wann passt es Ihnen besser?").fill(
        "Ratssitzung, lieber zwei Tage später."
    )
    press(contact, "Um einen anderen Termin bitten")
    expect(contact.get_by_text("Bis einer gefunden ist, bleibt es bei diesem.")).to_be_visible()

    advisor.reload()
    expect(advisor.get_by_text("Ratssitzung, lieber zwei Tage später.")).to_be_visible()
    advisor.get_by_role("link", name="Termin verlegen").click()
    propose(advisor, actors.in_days(20))
    looks.at(advisor, "Vorgang mit Termin, der verlegt wird")

    contact.reload()
    contact.get_by_role("radio").first.check()
    press(contact, "Diesen Termin vereinbaren")
    expect(contact.get_by_text("Vereinbart:").first).to_be_visible()


def cancelled(advisor: Page, contact: Page) -> None:
    """The municipality cancels; on the advisor's page there is no date any more."""
    unfold(contact, "Termin absagen")
    contact.get_by_label("Warum sagen Sie den Termin ab?").fill("Das Amt ist geschlossen.")
    press(contact, "Termin jetzt absagen")
    expect(contact.get_by_text("Der Termin ist abgesagt.").first).to_be_visible()
    expect(contact.get_by_role("link", name="In den Kalender")).to_have_count(0)
    advisor.reload()
    expect(advisor.get_by_role("link", name="In den Kalender")).to_have_count(0)


@pytest.mark.parametrize("people", [True], ids=["script"], indirect=True)
def test_an_advisor_makes_and_renews_the_private_address(people: People) -> None:
    world = World()
    advisor = people.page(world.lead.user, reverse("workspace:home"))
    advisor.get_by_role("link", name="Meine Termine abonnieren").click()
    press(advisor, "Meine Adresse erstellen")
    first = advisor.locator("#feed-address").inner_text()
    looks = Looks(people.script)
    looks.at(advisor, "Meine Termine abonnieren")
    assert looks.faults == []
    press(advisor, "Neue Adresse erstellen")
    expect(advisor.locator("#feed-address")).not_to_have_text(first)
