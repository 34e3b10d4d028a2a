"""Whoever is signed in with a test client is so in a browser, too: where the sign-in is not the story."""

from __future__ import annotations

from django.test import Client
from playwright.sync_api import BrowserContext


def admit(context: BrowserContext, client: Client, url: str) -> None:
    """Give the browser window the cookies of ``client`` for the portal at ``url``."""
    context.add_cookies([{"name": name, "value": c.value, "url": url} for name, c in client.cookies.items()])
