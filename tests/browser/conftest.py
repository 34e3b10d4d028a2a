"""Everything in this folder runs in a real Chromium against a real server."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.windows import Windows
from tools import chromium

# Playwright's own event loop makes Django think that it is called from asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# A busy machine may be slow; what does not come at all costs the more only where a test fails.
expect.set_options(timeout=20_000)


def pytest_collection_modifyitems(items):
    # The longest ones first, so that no worker is left alone with them in the end.
    items.sort(key=lambda item: item.path.name != "test_walk.py")
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """Debian's Chromium instead of a browser of Playwright's own."""
    path = chromium.find()
    if path is None:
        pytest.fail(chromium.MISSING)
    return browser_type_launch_args | {"executable_path": path, "args": chromium.ARGS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    """A person in Germany; times on the pages do not depend on the machine's time zone."""
    return browser_context_args | {"locale": "de-DE", "timezone_id": "Europe/Berlin"}


@pytest.fixture(scope="session")
def windows(browser: Browser) -> Windows:
    return Windows(browser)


@pytest.fixture(autouse=True)
def _no_window_stays_open(windows: Windows) -> Iterator[None]:
    yield
    windows.close()
