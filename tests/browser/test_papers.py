"""The result note in a real browser: saved on a phone, and printed from the case page."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, expect

from requests_app import workflow
from requests_app.access import Side
from requests_app.models import Audience, CaseStatus
from tests import actors
from tests.actors import World
from tests.browser.admission import admit
from tests.browser.looks import Looks
from tests.requests_app.tags import Tagged
from tests.sign_in import sign_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("script", [True, False])
def test_result_note_is_saved_on_a_phone_in_both_languages_and_printed(
    script: bool, browser: Browser, live_server: Any
) -> None:
    world = World()
    case = world.case(CaseStatus.OPTIONS_AGREED)
    agreed, session = case.options.get(), case.sessions.get()
    workflow.confirm_session(session, actors.contact_of(case), version=session.version)
    proposed = actors.propose_option(world, case, title="Nur vorgeschlagen")
    workflow.write_message(
        case, world.lead.user, Side.ADVISOR, text="Nur geschrieben", audience=Audience.EVERYONE
    )
    client, looks = Client(), Looks(on=script)
    sign_in(client, actors.contact_of(case))
    context = browser.new_context(
        viewport={"width": 390, "height": 800}, locale="de-DE", java_script_enabled=script
    )
    admit(context, client, live_server.url)
    page = context.new_page()
    page.goto(live_server.url + reverse("casepage:case", args=[case.reference]))
    papers = page.get_by_role("region", name="Zum Ausdrucken und Weitergeben")
    for link, title in (("Ergebnisvermerk", "Ergebnisvermerk"), ("auf Englisch", "Result note")):
        with page.expect_download() as waiting:
            papers.get_by_role("link", name=link).first.click()
        saved = Tagged(waiting.value.path().read_bytes())
        assert saved.reader.metadata is not None
        assert saved.reader.metadata.title == f"{title} {case.reference}"
        assert saved.texts("H3") == [f"1. {agreed.title}"]
    looks.at(page, "case with a result")
    assert looks.faults == []
    # On paper the page is the result note.
    page.emulate_media(media="print")
    for shown in (
        page.locator(f"#option-{agreed.pk}"),
        page.locator(f"#session-{session.pk} dl"),
        page.locator("#coordination"),
    ):
        expect(shown).to_be_visible()
    expect(page.locator(f"#option-{agreed.pk}")).to_contain_text("Finanzielle Auswirkungen")
    expect(page.locator(".app-result-head")).to_contain_text("Stadt Hattingen")
    hidden = (
        "form",
        "button",
        "summary",
        "#messages",
        "#request",
        "#contacts",
        "#papers",
        "#timeline",
        "[id^=session] .app-record__meta",
    )
    confirmed_by = f"#session-{session.pk} .app-record__meta"
    for selector in (f"#option-{proposed.pk}", confirmed_by, *hidden):
        for element in page.locator("main").locator(selector).all():
            expect(element).not_to_be_visible()
    context.close()
