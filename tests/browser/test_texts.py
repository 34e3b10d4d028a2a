"""The coordination's texts in a real browser: a mail worded anew, a text inserted; without script, too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from miglobe.mail.models import MailWording
from requests_app.models import Case, CaseStatus, TextModule
from tests.actors import World
from tests.browser.looks import WITH_SCRIPT, WITHOUT_SCRIPT, Looks
from tests.sign_in import sign_in

pytestmark = pytest.mark.django_db(transaction=True)
MAIL = "/admin/mail/mailwording/query_asked/de/"


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def case(world: World) -> Case:
    return world.case(CaseStatus.IN_REVIEW)


@pytest.fixture(params=[WITH_SCRIPT, WITHOUT_SCRIPT], ids=str)
def way(request: pytest.FixtureRequest) -> tuple[bool, int]:
    script, width = request.param
    return script, width


@pytest.fixture
def script(way: tuple[bool, int]) -> bool:
    return way[0]


@pytest.fixture
def page(browser: Browser, live_server: Any, world: World, way: tuple[bool, int]) -> Iterator[Page]:
    """The coordinator's browser; nothing may complain on the way."""
    client = Client()
    sign_in(client, world.coordinator)
    context = browser.new_context(
        base_url=live_server.url,
        java_script_enabled=way[0],
        viewport={"width": way[1], "height": 900},
        locale="de-DE",
    )
    session = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page = context.new_page()
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert errors == []


@pytest.fixture
def looks(script: bool) -> Iterator[Looks]:
    looks = Looks(on=script)
    yield looks
    assert looks.faults == []


def kept(body: str = "Hallo [[Kommune]]") -> TextModule:
    return TextModule.objects.create(name="Gruß", language="de", body=body, changed_at=timezone.now())


def test_mail_is_worded_anew_and_set_back(page: Page, case: Case, looks: Looks) -> None:
    page.goto("/admin/")
    page.locator(".app-admin-nav summary").click()
    page.get_by_role("link", name="E-Mail-Texte").click()
    looks.at(page, "E-Mail-Texte")
    page.get_by_role("link", name=re.compile("Rückfrage der Koordination, Deutsch")).click()
    expect(page.locator(".app-texts-preview")).to_contain_text(f"{case.reference}: Wir haben eine Frage")
    looks.at(page, "Ein E-Mail-Text")

    page.locator("#id_subject").fill("Frage zu [[Vorgangsnumer]]")
    page.locator("#id_subject").press("Enter")  # shows the preview, keeps nothing
    expect(page.locator("#error-summary")).to_contain_text("Meinen Sie [[Vorgangsnummer]]?")
    expect(page).to_have_title(re.compile("^Fehler: "))
    looks.at(page, "Ein E-Mail-Text mit Fehler")
    assert MailWording.objects.count() == 0

    page.locator("#id_subject").fill("{{ settings.SECRET_KEY }} [[Vorgangsnummer]]")
    page.get_by_role("button", name="Vorschau").click()
    subject = page.locator(".app-texts-preview__subject")
    expect(subject).to_have_text(f"{{{{ settings.SECRET_KEY }}}} {case.reference}")
    page.get_by_role("button", name="Text speichern").click()
    expect(page.locator(".messagelist")).to_contain_text("Der Text ist gespeichert.")
    looks.at(page, "E-Mail-Texte mit einem eigenen")
    page.get_by_role("link", name=re.compile("eigener Text.*Rückfrage")).click()
    page.get_by_role("button", name="Auf den gelieferten Text zurücksetzen").click()
    expect(page.locator(".messagelist")).to_contain_text("Der gelieferte Text gilt wieder.")
    assert MailWording.objects.count() == 0


def test_placeholder_is_inserted_at_the_cursor_with_the_keyboard_alone(
    page: Page, case: Case, script: bool
) -> None:
    page.goto(MAIL)
    insert = page.locator(".app-placeholders button")
    if not script:
        assert [button.is_visible() for button in insert.all()] == [False] * insert.count()
        return
    page.locator("#id_subject").fill("Zu : Frage")
    page.locator("#id_subject").press("Home")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    button = page.get_by_role("button", name="Einfügen [[Vorgangsnummer]]")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#id_subject")).to_have_value("Zu [[Vorgangsnummer]]: Frage")
    expect(page.locator("#id_subject")).to_be_focused()


@pytest.mark.parametrize("way", [WITH_SCRIPT], ids=str, indirect=True)
def test_text_module_is_written_and_deleted(page: Page, case: Case, looks: Looks) -> None:
    page.goto("/admin/requests_app/textmodule/")
    looks.at(page, "Textbausteine")
    page.get_by_role("link", name="Textbaustein schreiben").click()
    page.locator("#id_name").fill("Kurzer Gruß")
    page.locator("#id_body").fill("Guten Tag [[Ansprechperson]]")
    page.get_by_role("button", name="Vorschau").click()
    expect(page.locator(".app-texts-preview")).to_have_text("Guten Tag Katrin Wellmann")
    looks.at(page, "Ein Textbaustein")
    page.get_by_role("button", name="Text speichern").click()
    page.get_by_role("link", name="Kurzer Gruß").click()
    page.get_by_role("link", name="Diesen Text löschen").click()
    looks.at(page, "Textbaustein löschen")
    page.get_by_role("button", name="Text löschen").click()
    expect(page.locator(".messagelist")).to_contain_text("Der Text ist gelöscht.")


def test_text_module_is_inserted_into_a_message_and_nothing_typed_is_lost(
    page: Page, case: Case, script: bool
) -> None:
    module = kept()
    page.goto(reverse("admin:requests_app_case_change", args=[case.pk]))
    body = page.locator("#id_body")
    body.fill("Guten Tag,\n\nEnde")
    if script:  # at the cursor, behind the first line
        body.press("Control+Home")
        body.press("End")
    page.locator("#id_text_module").select_option(str(module.pk))
    page.get_by_role("button", name="Einfügen").click()
    expected = "Guten Tag,\n\nHallo Hattingen\n\nEnde" if script else "Guten Tag,\n\nEnde\n\nHallo Hattingen"
    expect(body).to_have_value(expected)
    expect(body).to_be_focused()
    page.get_by_role("button", name="Nachricht senden").last.click()
    expect(page.locator(".messagelist")).to_contain_text("Ihre Nachricht ist unterwegs.")
    assert case.messages.get().body == expected


def test_text_module_is_inserted_into_a_step_and_the_enter_key_goes_on_with_the_step(
    page: Page, case: Case, looks: Looks
) -> None:
    module = kept("Ihr Thema passt nicht zu [[Träger]].")
    page.goto(reverse("admin:requests_app_case_step", args=[case.pk, "decline"]))
    page.locator('[name="resolution"][value="out_of_scope"]').check()
    page.locator("#id_text_module").select_option(str(module.pk))
    looks.at(page, "Schritt mit Textbaustein")
    page.get_by_role("button", name="Einfügen").click()
    text = "Ihr Thema passt nicht zu Forum für soziale Innovation (FSI)."
    expect(page.locator("#id_text")).to_have_value(text)
    expect(page.locator('[name="resolution"][value="out_of_scope"]')).to_be_checked()
    page.locator('[name="resolution"][value="out_of_scope"]').press("Enter")
    expect(page.locator("#id_mail-contacts-body")).to_have_value(re.compile(re.escape(text)))
