"""Signing in with a real browser: passkeys, and pages that everybody can use."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from miglobe.accounts.roles import Role
from tests.accounts.support import with_password
from tests.actors import person
from tests.browser.looks import Looks
from tests.sign_in import sign_in


@pytest.fixture
def errors(page) -> list[str]:
    """What the browser complains about: scripts, files, the content security policy."""
    seen: list[str] = []
    page.on("console", lambda message: seen.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: seen.append(str(error)))
    return seen


@pytest.fixture
def coordinator(page, live_server):
    """Somebody who is signed in with this browser."""
    client = Client()
    user = sign_in(client, with_password(person("Lena Brandt", Role.COORDINATOR)))
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
    )
    return user


@pytest.fixture
def authenticator(page):
    """A device with a fingerprint reader, on which a finger always lies."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


@pytest.fixture
def looks() -> Iterator[Looks]:
    seen = Looks()
    yield seen
    assert seen.faults == []


def test_passkey_is_set_up_and_signs_in_alone(page, live_server, errors, coordinator, authenticator):
    page.goto(live_server.url + reverse("mfa_add_webauthn"))
    page.locator("#passkey-add").click()
    page.wait_for_url(f"**{reverse('mfa_view_recovery_codes')}")
    page.context.clear_cookies()

    page.goto(live_server.url + reverse("account_login"))
    page.locator("#passkey-login").click()
    page.wait_for_url(f"**{reverse('admin:index')}")

    assert errors == []


def test_passkey_button_is_hidden_where_no_script_runs(browser, live_server):
    page = browser.new_context(java_script_enabled=False).new_page()

    page.goto(live_server.url + reverse("account_login"))

    expect(page.locator("#passkey-login")).to_be_hidden()


def test_pages_for_signing_in_and_their_errors_are_accessible(page, live_server, errors, looks):
    for name in ("account_login", "account_login_password", "account_reset_password"):
        page.goto(live_server.url + reverse(name))
        looks.at(page, name)
        page.locator("main button.kern-btn--primary").click()
        page.locator("#error-summary").wait_for()
        looks.at(page, f"{name} with errors")
    page.goto(live_server.url + reverse("account_login"))
    page.locator("#id_login").fill("kim.muster@stadt.de")
    page.locator("main button.kern-btn--primary").click()
    page.locator("#id_code").wait_for()

    looks.at(page, "code")

    assert errors == []


def test_pages_of_the_account_are_accessible(page, live_server, errors, looks, coordinator):
    for name in (
        "account_second_factor",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_index",
        "account_change_password",
    ):
        page.goto(live_server.url + reverse(name))
        looks.at(page, name)
    assert errors == []


def test_choice_of_how_often_mails_come_is_made_with_the_keyboard_on_a_phone(
    page, live_server, errors, looks, coordinator
):
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(live_server.url + reverse("mfa_index"))
    page.get_by_role("link", name="Ändern, wie oft E-Mails kommen").click()
    page.get_by_label("Sofort").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.get_by_text("Ihre Wahl ist gespeichert: Einmal am Tag.").wait_for()
    page.goto(live_server.url + reverse("site:notices"))

    expect(page.get_by_label("Einmal am Tag")).to_be_checked()
    looks.at(page, "how often")
    assert errors == []
