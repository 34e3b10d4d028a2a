"""The people of a walk, each with a browser of their own, and what they do in it."""

from __future__ import annotations

import re
import time
from typing import Any

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser.looks import Looks
from tests.browser.portal import Portal, body, code_in, link_in

PASSWORD = "ein-langes-Kennwort-2026"
ALL = re.compile(".")


class Person:
    """Somebody at a browser. Errors of scripts and of the content security policy are kept."""

    def __init__(
        self, portal: Portal, browser: Browser, looks: Looks, email: str, name: str, **context: Any
    ) -> None:
        self.portal, self.looks, self.email, self.name = portal, looks, email, name
        self.context: BrowserContext = browser.new_context(
            base_url=portal.url, locale="de-DE", timezone_id="Europe/Berlin", **context
        )
        self.page: Page = self.context.new_page()
        self.errors: list[str] = []
        self.page.on("console", lambda m: self.errors.append(m.text) if m.type == "error" else None)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def press(self, name: str | re.Pattern[str], within: Locator | None = None) -> None:
        (within or self.page).get_by_role("button", name=name).first.click()

    def follow(self, name: str | re.Pattern[str]) -> None:
        self.page.get_by_role("link", name=name).first.click()

    def step(self, name: str) -> None:
        """Take a next step on the sheet, be it a button or a link."""
        self.page.locator("#content").get_by_text(name, exact=True).first.click()

    def fill(self, **values: str) -> None:
        """Type into the fields by their names."""
        for name, value in values.items():
            self.page.locator(f'[name="{name}"]').first.fill(value)

    def choose(self, name: str, *values: str) -> None:
        """Tick boxes or choose a radio button of a group by their values."""
        for value in values:
            self.page.locator(f'[name="{name}"][value="{value}"]').check()

    def sees(self, text: str | re.Pattern[str]) -> None:
        expect(self.page.locator("main").first).to_contain_text(text)

    def look(self, name: str) -> None:
        self.looks.at(self.page, name)

    def begin(self, link: str) -> None:
        """Follow an invitation: choose a password, set up the second factor with an app."""
        self.page.goto(link)
        self.look("Einladung")
        self.page.locator("input[type=password]").first.fill(PASSWORD)
        for field in self.page.locator("input[type=password]").all()[1:]:
            field.fill(PASSWORD)
        self.page.locator("main form button[type=submit]").first.click()
        self.page.goto("/konto/zweiter-faktor/app/einrichten/")
        self.look("Zweiten Faktor einrichten")
        secret = self.page.locator("code.app-code").first.text_content()
        assert secret is not None
        counter = int(time.time()) // 30
        self.page.locator('input[name="code"]').fill(format_hotp_value(hotp_value(secret.strip(), counter)))
        self.page.locator("main form button[type=submit]").first.click()
        expect(self.page).not_to_have_url(re.compile("/einrichten/$"))

    def read_invitation(self) -> str:
        """The link of the invitation in one's mailbox."""
        return link_in(body(self.portal.mail(self.email, "")), "/konto/einladung/")

    def code_from(self, subject: str) -> str:
        return code_in(self.portal.mail(self.email, subject))

    def close(self) -> None:
        self.context.close()
