"""Mails that came back, lists as files, and the readers' list, in a real browser."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from miglobe.accounts.roles import Role
from miglobe.mail.models import OutboxMessage
from requests_app.models import Case, CaseStatus
from tests import actors
from tests.actors import World
from tests.browser.looks import WITH_SCRIPT
from tests.browser.test_entry import Browsers
from tests.requests_app.test_mail_trouble import came_back, mail_to

pytestmark = pytest.mark.django_db(transaction=True)
RIGHT = "k.wellmann@hattingen.example.org"


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def browsers(browser: Browser, live_server: Any) -> Iterator[Browsers]:
    people = Browsers(browser, live_server.url, *WITH_SCRIPT)
    yield people
    for context in people.contexts:
        context.close()
    assert people.errors == []
    assert "\n".join(people.looks.faults) == ""


def sheet_of(page: Page, case: Case) -> None:
    page.goto(reverse("admin:requests_app_case_change", args=[case.pk]))


def test_address_is_corrected_from_the_sheet_by_keyboard(world: World, browsers: Browsers) -> None:
    case = actors.submitted(confirmed=False)
    came_back(mail_to(actors.contact_of(case).email, case, "request_received"))
    page = browsers.of(world.coordinator)
    sheet_of(page, case)
    browsers.looks.at(page, "sheet with a mail that came back")
    page.get_by_role("link", name="Adresse berichtigen und erneut senden").press("Enter")
    field = page.get_by_label("Dienstliche E-Mail-Adresse")
    field.fill("kein-at")
    field.press("Enter")
    expect(page.get_by_role("group", name="Bitte prüfen")).to_be_visible()
    browsers.looks.at(page, "wrong address")
    field.fill(RIGHT)
    field.press("Enter")
    expect(page.get_by_text("Die Adresse ist berichtigt")).to_be_visible()
    assert OutboxMessage.objects.filter(recipient=RIGHT, kind="new_code").count() == 1


def test_list_is_taken_as_a_workbook_and_a_reader_sees_facts_alone(world: World, browsers: Browsers) -> None:
    case = world.case(CaseStatus.MATCHED)
    page = browsers.of(world.coordinator)
    page.goto(f"{reverse('admin:requests_app_case_changelist')}?liste=alle")
    with page.expect_download() as taken:
        page.get_by_role("link", name="Diese Liste als XLSX").press("Enter")
    with zipfile.ZipFile(taken.value.path()) as book:
        assert case.reference in book.read("xl/worksheets/sheet1.xml").decode()
    page = browsers.of(actors.person("Mira Sand", Role.READER))
    page.goto(reverse("admin:index"))
    browsers.looks.at(page, "first page of a reader")
    page.get_by_role("link", name="Beratung gefunden").first.press("Enter")
    expect(page.get_by_text(case.reference)).to_be_visible()
    browsers.looks.at(page, "list of a reader")
    expect(page.get_by_text(case.title)).to_have_count(0)
