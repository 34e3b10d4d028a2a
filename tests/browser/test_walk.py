"""One case, the whole way, by three kinds of people, each in a browser of their own.

Nobody takes a shortcut: accounts begin with invitations, codes come out of mails, and everything else
is done on the pages – with script and without, on a desk and on a phone.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.looks import Looks
from tests.browser.people import Person
from tests.browser.portal import Portal, link_in

SITUATION = (
    "Unsere Stadt trägt seit Jahren den Titel Fairtrade-Town. Die Steuerungsgruppe tagt viermal im Jahr.\n"
    "Kein einziges Mitglied hat selbst eine Einwanderungsgeschichte; das möchten wir ändern."
)


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory):
    portal = Portal(tmp_path_factory.mktemp("portal"))
    portal.start()
    yield portal
    portal.stop()


class Walk:
    """The people of one walk. ``script`` False: their browsers run no script."""

    def __init__(self, portal: Portal, browser: Browser, script: bool) -> None:
        self.portal, self.browser, self.script = portal, browser, script
        self.looks = Looks(on=script)
        self.people: list[Person] = []
        self.tag = "mit" if script else "ohne"
        self.reference = ""

    def person(self, email: str, name: str, **context: object) -> Person:
        email = email.replace("@", f".{self.tag}@")
        person = Person(
            self.portal, self.browser, self.looks, email, name, java_script_enabled=self.script, **context
        )
        self.people.append(person)
        return person

    # --- Accounts -------------------------------------------------------------------------------

    def coordinator(self) -> Person:
        """The first administrator, who coordinates as well, begins with the link of the command."""
        person = self.person("lena.brandt@example.org", "Lena Brandt")
        printed = self.portal.manage("create_admin", person.email, person.name)
        person.begin(link_in(printed, "/konto/einladung/"))
        person.page.goto("/admin/")
        person.look("Übersicht der Koordination")
        return person

    def advisor(self, coordinator: Person, email: str, name: str, **context: object) -> Person:
        """The coordination takes somebody into the pool; the invitation comes by mail."""
        person = self.person(email, name, **context)
        page = coordinator.page
        page.goto("/admin/advisors/advisor/add/")
        coordinator.look("Beratungsperson aufnehmen")
        coordinator.fill(name=person.name, email=person.email, base_town="Köln", base_key="05315000")
        page.get_by_label("Fairer Handel").first.check()
        page.locator('input[name="_save"]').click()
        person.begin(person.read_invitation())
        page.goto("/admin/advisors/advisor/")
        coordinator.look("Pool der Beratenden")
        return person

    # --- Intake ---------------------------------------------------------------------------------

    def file(self, municipality: Person, title: str) -> None:
        """Through the three pages, with one mistake on the first, to the case number."""
        page = municipality.page
        page.goto("/")
        municipality.look("Startseite")
        municipality.follow("Beratung anfragen")
        municipality.press("Anfrage beginnen")
        municipality.look("Anfrage: Kommune")
        municipality.fill(name=municipality.name, email="keine-adresse")
        municipality.press("Weiter")
        expect(page).to_have_title(re.compile(r"^Fehler: "))
        municipality.look("Anfrage: Kommune, Fehler")
        self._pick_municipality(municipality)
        municipality.fill(
            unit="Fachbereich Bürgerservice", function="Sachbearbeiterin",
            email=municipality.email, phone="0221 4710-101",
        )  # fmt: skip
        municipality.press("Weiter")
        municipality.look("Anfrage: Anliegen")
        municipality.fill(title=title)
        municipality.press("Weiter")
        municipality.look("Anfrage: Anliegen, Fehler")
        municipality.fill(situation=SITUATION)
        municipality.choose("goals", "participation")
        municipality.choose("topics", "fair_trade")
        municipality.press("Weiter")
        municipality.look("Anfrage: Wünsche")
        municipality.choose("formats", "initial_talk", "workshop")
        municipality.choose("mode", "on_site")
        municipality.press("Weiter")
        municipality.look("Anfrage: Prüfen")
        self._change_an_answer(municipality)
        municipality.press("Anfrage absenden")
        expect(page.get_by_role("heading", level=1)).to_contain_text("Ihre Anfrage ist eingegangen")
        municipality.look("Anfrage: gesendet")
        found = re.search(r"MG-\d{4}-\d{4}", page.content())
        assert found is not None
        self.reference = found.group()

    def _pick_municipality(self, municipality: Person) -> None:
        page = municipality.page
        if self.script:
            field = page.get_by_role("combobox").first
            field.fill("hattin")
            page.get_by_role("option", name=re.compile("Hattingen")).first.click()
        else:
            page.locator('select[name="municipality"]').select_option("05954016")

    def _change_an_answer(self, municipality: Person) -> None:
        """Follow an "ändern" link, change one word, come back to the check."""
        municipality.page.locator("main").get_by_role("link", name=re.compile("ändern")).first.click()
        municipality.fill(unit="Fachbereich Soziales")
        municipality.press("Speichern und zurück zur Prüfung")
        municipality.sees("Fachbereich Soziales")

    def confirm(self, municipality: Person) -> None:
        """The code of the mail: first mistyped, then right. It signs the contact person in."""
        code = municipality.code_from(self.reference)
        municipality.fill(code="000000" if code != "000000" else "111111")
        municipality.press("Adresse bestätigen")
        municipality.look("Anfrage: Code falsch")
        municipality.fill(code=f"{code[:3]} {code[3:]}")
        municipality.press("Adresse bestätigen")
        expect(municipality.page).to_have_url(re.compile(f"/vorgang/{self.reference}/$"))
        municipality.look("Vorgang: eingegangen")


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_one_case_from_the_form_to_agreed_options(portal: Portal, browser: Browser, script: bool, tmp_path: Path) -> None:
    walk = Walk(portal, browser, script)
    coordinator = walk.coordinator()
    municipality = walk.person("katrin.wellmann@hattingen.example.org", "Katrin Wellmann")
    walk.file(municipality, "Steuerungsgruppe Fairer Handel: Vereine gewinnen")
    walk.confirm(municipality)
    assert walk.looks.faults == []
    assert [error for person in walk.people for error in person.errors] == []
