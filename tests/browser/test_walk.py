"""One case, the whole way, by three kinds of people, each in a browser of their own.

Nobody takes a shortcut: accounts begin with invitations, codes come out of mails, and everything else
is done on the pages – with script and without, on a desk and on a phone.
"""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Locator, expect

from tests.browser.looks import Looks
from tests.browser.people import Person
from tests.browser.portal import Portal, body, link_in

PHONE = {"width": 390, "height": 844}
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

    def errors(self) -> list[str]:
        """What the browsers complained about: failed scripts, blocked styles."""
        return [f"{person.name}: {error}" for person in self.people for error in person.errors]

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
        # Walks share a portal, and so its pool: whom one asks must be somebody of one's own.
        person = self.person(email, f"{name}-{self.tag.title()}", **context)
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
        municipality.press(re.compile("^Weiter$"))
        expect(page).to_have_title(re.compile(r"^Fehler: "))
        municipality.look("Anfrage: Kommune, Fehler")
        self._pick_municipality(municipality)
        municipality.fill(
            unit="Fachbereich Bürgerservice", function="Sachbearbeiterin",
            email=municipality.email, phone="0221 4710-101",
        )  # fmt: skip
        municipality.press(re.compile("^Weiter$"))
        municipality.look("Anfrage: Anliegen")
        municipality.fill(title=title)
        municipality.press(re.compile("^Weiter$"))
        municipality.look("Anfrage: Anliegen, Fehler")
        municipality.fill(situation=SITUATION)
        municipality.choose("goals", "participation")
        municipality.choose("topics", "fair_trade")
        municipality.press(re.compile("^Weiter$"))
        municipality.look("Anfrage: Wünsche")
        municipality.choose("formats", "initial_talk", "workshop")
        municipality.choose("mode", "on_site")
        municipality.press(re.compile("^Weiter$"))
        municipality.look("Anfrage: Prüfen")
        self._change_an_answer(municipality)
        municipality.press("Anfrage absenden")
        expect(page.get_by_role("heading", level=1)).to_contain_text("Ihre Anfrage ist eingegangen")
        municipality.look("Anfrage: gesendet")
        municipality.sees(re.compile(r"MG-\d{4}-\d{4}"))
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

    # --- Triage ---------------------------------------------------------------------------------

    def open_sheet(self, coordinator: Person) -> None:
        """From the overview to the list to the sheet, as on every morning."""
        coordinator.page.goto("/admin/")
        coordinator.follow("Vorgänge")
        coordinator.look("Liste der Vorgänge")
        coordinator.follow(re.compile("^Alle"))
        row = coordinator.page.locator("#result_list tr", has_text=self.reference)
        row.get_by_role("link").first.click()
        coordinator.sees(self.reference)

    def review(self, coordinator: Person) -> None:
        self.open_sheet(coordinator)
        coordinator.look("Vorgangsblatt: neu")
        coordinator.press("Prüfung beginnen")
        coordinator.sees("In Prüfung")

    def ask_back(self, coordinator: Person, municipality: Person) -> None:
        """A query, its mail edited before it goes; the answer comes on the case page."""
        coordinator.step("Rückfrage stellen")
        coordinator.press("Weiter zur E-Mail")
        coordinator.look("Rückfrage, Fehler")
        coordinator.fill(text="Welche Vereine sind schon beteiligt?")
        coordinator.press("Weiter zur E-Mail")
        coordinator.look("Rückfrage: E-Mail")
        text = coordinator.page.locator("main textarea, #content textarea").first
        text.fill(text.input_value().replace("Freundliche Grüße", "Eilt nicht.\n\nFreundliche Grüße"))
        coordinator.page.locator("#content button[type=submit]").last.click()
        coordinator.sees("Rückfrage offen")
        coordinator.look("Vorgangsblatt: Rückfrage offen")
        assert "Eilt nicht." in body(self.portal.mail(municipality.email, "Wir haben eine Frage"))
        municipality.page.goto(f"/vorgang/{self.reference}/")
        municipality.sees("Welche Vereine sind schon beteiligt?")
        municipality.look("Vorgang: Rückfrage")
        municipality.press("Antwort senden")
        municipality.look("Vorgang: Rückfrage, Fehler")
        municipality.page.locator("main textarea").first.fill("Drei Kulturvereine.")
        municipality.press("Antwort senden")
        municipality.sees("In Prüfung")
        self.open_sheet(coordinator)
        coordinator.sees("Drei Kulturvereine.")

    def offer(self, coordinator: Person, lead: Person, co: Person) -> None:
        """To two advisors in one step; both mails are shown before they go."""
        coordinator.step("Beratende anfragen")
        coordinator.look("Beratende anfragen")
        page = coordinator.page
        for field, person in (("lead", lead), ("co", co)):
            select = page.locator(f'select[name="{field}"]')
            value = select.locator("option", has_text=person.name).first.get_attribute("value")
            select.select_option(value)
        coordinator.press("Weiter zur E-Mail")
        coordinator.look("Beratende anfragen: E-Mails")
        page.locator("#content button[type=submit]").last.click()
        coordinator.sees("Beratung wird gesucht")
        coordinator.look("Vorgangsblatt: Beratung wird gesucht")

    # --- Workspace ------------------------------------------------------------------------------

    def accept(self, advisor: Person, municipality: Person) -> None:
        """Before the yes no name is to be seen, afterwards it is."""
        mail = body(self.portal.mail(advisor.email, "Können Sie beraten?"))
        advisor.page.goto(link_in(mail, "/beratung/"))
        expect(advisor.page.get_by_role("button", name="Zusagen")).to_be_visible()
        page_text = advisor.page.locator("main").inner_text()
        hidden = (municipality.name, municipality.email, "0221 4710-101")
        assert [word for word in hidden if word in mail + page_text] == []
        advisor.look("Beratung: Anfrage")
        advisor.press("Zusagen")
        advisor.sees(municipality.name)
        advisor.look("Beratung: zugesagt")

    def refuse(self, advisor: Person) -> None:
        advisor.page.goto("/beratung/")
        advisor.look("Beratung: Übersicht mit Anfrage")
        advisor.page.locator("main").get_by_role("link", name=re.compile("Hattingen")).first.click()
        advisor.follow("Absagen")
        advisor.look("Beratung: absagen")
        advisor.page.locator("main textarea").first.fill("In diesem Monat leider ausgebucht.")
        advisor.press("Absagen")
        advisor.look("Beratung: Übersicht leer")
        response = advisor.page.goto(f"/beratung/{self.reference}/")
        assert response is not None and response.status == 404
        advisor.look("Fehlerseite 404")
        advisor.errors.clear()  # the browser notes the 404 that we asked for

    def talk(self, advisor: Person, municipality: Person) -> None:
        """A message each way, then the session is logged."""
        advisor.page.goto(f"/beratung/{self.reference}/")
        advisor.page.locator('main textarea[name="body"]').fill("Passt Ihnen Dienstag um 10 Uhr?")
        advisor.press("Nachricht senden")
        municipality.page.goto(f"/vorgang/{self.reference}/")
        municipality.sees("Passt Ihnen Dienstag um 10 Uhr?")
        municipality.look("Vorgang: Beratung steht fest")
        municipality.page.locator('main textarea[name="body"]').fill("Ja, gern.")
        municipality.press("Nachricht senden")
        municipality.sees("Ja, gern.")
        advisor.page.goto(f"/beratung/{self.reference}/")
        advisor.sees("Ja, gern.")
        advisor.follow("Gespräch festhalten")
        advisor.look("Gespräch festhalten")
        advisor.fill(minutes="0")
        advisor.page.locator("main form button[type=submit]").last.click()
        expect(
            advisor.page.locator("#error-summary")
        ).to_be_visible()  # it asks first whether the server is there
        advisor.look("Gespräch festhalten, Fehler")
        advisor.fill(
            start="10:00", minutes="90", participants_administration="3", participants_associations="4",
            shared_minutes="Ziele geklärt: <b>zwei</b> Sitze & ein Fest.",
            private_notes="Leise Skepsis im Amt.",
        )  # fmt: skip
        advisor.choose("mode", "on_site")
        advisor.page.locator("main form button[type=submit]").last.click()
        advisor.sees("Ziele geklärt: <b>zwei</b> Sitze & ein Fest.")
        municipality.page.reload()
        municipality.sees("Ziele geklärt: <b>zwei</b> Sitze & ein Fest.")
        assert "Leise Skepsis" not in municipality.page.content()

    def write_options(self, advisor: Person, *titles: str) -> None:
        for title in titles:
            advisor.page.goto(f"/beratung/{self.reference}/")
            advisor.follow("Handlungsoption schreiben")
            if title == titles[0]:
                advisor.look("Handlungsoption schreiben")
                advisor.page.locator("main form button[type=submit]").last.click()
                advisor.look("Handlungsoption schreiben, Fehler")
            advisor.choose("goal", "participation")
            advisor.fill(
                title=title, description="Zwei feste Sitze mit Stimmrecht.", first_step="Satzung ergänzen.",
                responsible_unit="Fachbereich Soziales", indicator="Anteil der Sitzungen",
            )  # fmt: skip
            advisor.choose("horizon", "short")
            advisor.choose("effort", "low")
            advisor.page.locator("main form button[type=submit]").last.click()
            advisor.sees(title)
        advisor.look("Beratung: Entwürfe")
        advisor.follow("Der Kommune vorlegen")
        advisor.look("Der Kommune vorlegen")
        advisor.page.locator("main form button[type=submit]").last.click()
        advisor.sees("Der Kommune vorgelegt")

    # --- Case page ------------------------------------------------------------------------------

    def agree(self, municipality: Person, advisor: Person, first: str, second: str) -> None:
        """The first option is confirmed, the second commented, changed, and confirmed."""
        page = municipality.page
        page.goto(
            link_in(
                body(self.portal.mail(municipality.email, "bestätigen Sie die Handlungsoptionen")),
                "/vorgang/",
            )
        )
        municipality.look("Vorgang: Handlungsoptionen")
        self._option(municipality, first).get_by_role(
            "button", name=re.compile("bestätigen", re.I)
        ).first.click()
        option = self._option(municipality, second)
        option.locator("summary", has_text="Anmerken oder ändern").click()
        option.locator("textarea").first.fill("Bitte mit Datum.")
        option.get_by_role("button", name="Senden, noch nicht bestätigen").click()
        municipality.sees("Bitte mit Datum.")
        municipality.look("Vorgang: Handlungsoption kommentiert")
        advisor.page.goto(f"/beratung/{self.reference}/")
        advisor.sees("Bitte mit Datum.")
        self._option(advisor, second).get_by_role("link", name=re.compile("ändern")).click()
        advisor.fill(due_on=str(timezone.localdate() + dt.timedelta(days=60)))  # within the horizon
        advisor.page.locator("main form button[type=submit]").first.click()
        advisor.follow("Der Kommune vorlegen")
        advisor.page.locator("main form button[type=submit]").last.click()
        page.goto(f"/vorgang/{self.reference}/")
        self._option(municipality, second).get_by_role(
            "button", name=re.compile("bestätigen", re.I)
        ).first.click()
        municipality.sees("Handlungsoptionen vereinbart")
        municipality.look("Vorgang: vereinbart")

    def _option(self, person: Person, title: str) -> Locator:
        return person.page.locator("main .app-record").filter(has_text=title).last

    def close(self, coordinator: Person, resolution: str) -> None:
        self.open_sheet(coordinator)
        coordinator.look("Vorgangsblatt vor dem Abschluss")
        coordinator.step("Vorgang abschließen")
        coordinator.look("Vorgang abschließen")
        coordinator.choose("resolution", resolution)
        coordinator.press("Weiter zur E-Mail")
        coordinator.page.locator("#content button[type=submit]").last.click()
        coordinator.sees("Abgeschlossen")
        coordinator.look("Vorgangsblatt: abgeschlossen")


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_one_case_from_the_form_to_agreed_options(portal: Portal, browser: Browser, script: bool) -> None:
    walk = Walk(portal, browser, script)
    coordinator = walk.coordinator()
    lead = walk.advisor(coordinator, "amara.okafor@example.org", "Amara Okafor", viewport=PHONE)
    co = walk.advisor(coordinator, "ines.carvajal@example.org", "Inés Carvajal", viewport=PHONE)
    municipality = walk.person("katrin.wellmann@hattingen.example.org", "Katrin Wellmann")
    first, second = "Zwei feste Sitze in der Steuerungsgruppe", "Ein Fest gemeinsam planen"

    walk.file(municipality, "Steuerungsgruppe Fairer Handel: Vereine gewinnen")
    walk.confirm(municipality)
    walk.review(coordinator)
    walk.ask_back(coordinator, municipality)
    walk.offer(coordinator, lead, co)
    walk.refuse(co)
    walk.accept(lead, municipality)
    walk.talk(lead, municipality)
    walk.write_options(lead, first, second)
    walk.agree(municipality, lead, first, second)
    walk.close(coordinator, "options_agreed")

    municipality.page.goto("/meine-vorgaenge/")
    municipality.sees("Abgeschlossen")
    municipality.look("Meine Vorgänge")
    municipality.page.goto(f"/vorgang/{walk.reference}/")
    municipality.sees("Handlungsoptionen vereinbart")
    municipality.look("Vorgang: abgeschlossen")
    assert "\n".join(walk.looks.faults) == ""
    assert walk.errors() == []
