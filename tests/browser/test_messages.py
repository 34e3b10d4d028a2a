"""Messages in a browser: threads, a draft that comes back, a file, what is new; and notes beside them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, expect

from miglobe.accounts.models import User
from requests_app import workflow
from requests_app.access import Side
from requests_app.models import Audience, Case, CaseStatus, MessageDraft, ReadMark
from tests import actors
from tests.actors import World
from tests.browser.admission import admit
from tests.browser.looks import Looks
from tests.requests_app import files
from tests.sign_in import sign_in

pytestmark = pytest.mark.django_db(transaction=True)

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def case(world: World) -> Case:
    """A case in which everybody has written to everybody, and the coordination to each side alone."""
    case = world.case(CaseStatus.MATCHED)
    contact = actors.contact_of(case)
    workflow.write_message(case, contact, Side.MUNICIPALITY, text="Guten Tag", audience=Audience.EVERYONE)
    workflow.write_message(
        case, world.lead.user, Side.ADVISOR, text="Ich freue mich.", audience=Audience.EVERYONE
    )
    for audience, text in ((Audience.ADVISORS, "Unter uns"), (Audience.MUNICIPALITY, "Nur an Sie")):
        workflow.write_message(case, world.coordinator, Side.COORDINATOR, text=text, audience=audience)
    workflow.write_note(case, world.coordinator, text="Rief am Montag an.")
    return case


class Browsers:
    """People at browsers of their own."""

    def __init__(self, browser: Browser, url: str) -> None:
        self.browser, self.url = browser, url
        self.contexts: list[BrowserContext] = []

    def open(self, user: User, path: str, *, script: bool = True, width: int = 390) -> Page:
        client = Client()
        sign_in(client, user)
        size = PHONE | {"width": width}
        context = self.browser.new_context(viewport=size, locale="de-DE", java_script_enabled=script)
        self.contexts.append(context)
        admit(context, client, self.url)
        page = context.new_page()
        page.goto(self.url + path)
        return page


@pytest.fixture
def browsers(browser: Browser, live_server: Any) -> Iterator[Browsers]:
    opened = Browsers(browser, live_server.url)
    yield opened
    for context in opened.contexts:
        context.close()


def a_file(name: str = "Konzept.pdf") -> str:
    path = Path(tempfile.mkdtemp()) / name
    path.write_bytes(files.pdf())
    return str(path)


def test_answer_stays_in_its_thread_and_wider_is_said_and_a_draft_comes_back(
    browsers: Browsers, case: Case
) -> None:
    contact = actors.contact_of(case)
    page = browsers.open(contact, reverse("casepage:case", args=[case.reference]))
    write = page.locator("form[data-draft-to]")
    expect(page.locator(".app-new")).to_have_count(2)
    expect(write.get_by_label("Nur an die Koordination")).to_be_checked()
    also = write.get_by_text("Diese Nachricht lesen auch die Beratenden.")
    expect(also).to_be_hidden()
    write.get_by_label("An die Koordination und Ihre Beratung").check()
    expect(also).to_be_visible()
    write.get_by_label("Ihre Nachricht").fill("Passt Ihnen der Montag?")
    expect(write.get_by_text("Ihr Entwurf ist gespeichert.")).to_be_visible()
    page.context.set_offline(True)
    write.get_by_label("Ihre Nachricht").fill("Passt Ihnen der Dienstag?")
    expect(write.get_by_role("status")).to_contain_text("Ihre letzten Wörter sind nicht gespeichert")
    page.context.set_offline(False)
    write.get_by_label("Ihre Nachricht").fill("Passt Ihnen der Montag?")
    expect(write.get_by_role("status")).to_have_text("Ihr Entwurf ist gespeichert. Nur Sie sehen ihn.")
    page.reload()
    expect(write.get_by_label("Ihre Nachricht")).to_have_value("Passt Ihnen der Montag?")
    write.get_by_role("button", name="Entwurf löschen").click()
    expect(page.get_by_text("Ihr Entwurf ist gelöscht.")).to_be_visible()
    assert not MessageDraft.objects.exists()


def test_what_is_new_is_marked_once_it_was_seen(browsers: Browsers, case: Case, world: World) -> None:
    page = browsers.open(world.lead.user, reverse("workspace:case", args=[case.reference]))
    assert not ReadMark.objects.filter(user=world.lead.user, read_at__gte=case.messages.last().created_at)
    page.locator("form[data-mark-read]").scroll_into_view_if_needed()
    expect(page.get_by_role("button", name="als gelesen markieren")).to_be_hidden()
    page.reload()
    expect(page.locator(".app-new")).to_have_count(0)


def test_without_script_a_thread_stands_alone_and_a_file_is_kept_with_an_error(
    browsers: Browsers, case: Case
) -> None:
    contact = actors.contact_of(case)
    page = browsers.open(contact, reverse("casepage:case", args=[case.reference]), script=False)
    page.get_by_role("button", name="2 neue Nachrichten als gelesen markieren").click()
    expect(page.locator(".app-new")).to_have_count(0)
    page.get_by_role("link", name="Alle Beteiligten").click()
    expect(
        page.get_by_text("Das lesen außer Ihnen: Amara Okafor (Beratung), die Koordination")
    ).to_be_visible()
    expect(page.get_by_text("Nur an Sie")).to_have_count(0)
    page.get_by_text("Dateien mitschicken").click()
    page.get_by_label("Dateien").set_input_files(a_file())
    page.get_by_role("button", name="Nachricht senden").click()
    expect(page.get_by_text("Schreiben Sie eine Nachricht.").first).to_be_visible()
    expect(page.get_by_role("button", name="Entfernen Konzept.pdf")).to_be_visible()
    page.get_by_label("Ihre Nachricht").fill("Anbei unser Konzept.")
    page.get_by_role("button", name="Nachricht senden").click()
    expect(page.locator(".app-msg").last).to_contain_text("Konzept.pdf")
    message = case.messages.get(body="Anbei unser Konzept.")
    assert (message.audience, message.documents.count()) == (Audience.EVERYONE, 1)


def test_sheet_tells_threads_and_notes_apart_and_is_accessible(
    browsers: Browsers, case: Case, world: World
) -> None:
    looks, path = Looks(), reverse("admin:requests_app_case_change", args=[case.pk])
    page = browsers.open(world.coordinator, path, width=1280)
    labels = page.locator(".app-audience").all_inner_texts()
    assert labels == [
        "Alle Beteiligten", "Alle Beteiligten", "Beratende und Koordination", "Kommune und Koordination",
    ]  # fmt: skip
    notes, write = page.locator("#notes"), page.locator("#messages form[data-draft-to]")
    expect(notes.get_by_text("Nur für die Koordination – geht an niemanden")).to_be_visible()
    # Told apart without colour, too: another frame, and another button.
    styles = [
        each.evaluate("node => [getComputedStyle(node).borderStyle, getComputedStyle(node).backgroundColor]")
        for each in (notes, page.locator("#messages"))
    ]
    assert styles[0][0] != styles[1][0]
    assert styles[0][1] != styles[1][1]
    expect(notes.get_by_role("button", name="Nachricht senden")).to_have_count(0)
    notes.get_by_label("Neue Notiz").fill("Noch ein Anruf")
    write.get_by_label("Ihre Nachricht").fill("Noch eine Nachricht")
    expect(notes.get_by_text("Ihr Entwurf ist gespeichert.")).to_be_visible()
    expect(write.get_by_text("Ihr Entwurf ist gespeichert.")).to_be_visible()
    kept = {draft.is_note: draft.body for draft in MessageDraft.objects.all()}
    assert kept == {True: "Noch ein Anruf", False: "Noch eine Nachricht"}
    looks.at(page, "sheet")
    contact = browsers.open(actors.contact_of(case), reverse("casepage:case", args=[case.reference]))
    looks.at(contact, "case page")
    assert looks.faults == []
