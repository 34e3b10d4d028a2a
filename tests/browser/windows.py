"""Browser contexts that are used again: a new one costs Chromium more than the pages that it then shows."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Error


class Windows:
    """Makes ``browser.new_context`` give out contexts of the same options again, after their ``close``.

    Nothing of an earlier test is left in one but the portal's files: its pages are closed; cookies, what
    scripts have stored, routes and permissions are gone. One that cannot be emptied is closed for good.
    """

    def __init__(self, browser: Browser) -> None:
        self._make = browser.new_context
        self._free: dict[str, list[BrowserContext]] = defaultdict(list)
        self._open: list[BrowserContext] = []
        browser.new_context = self.new_context

    def new_context(self, **options: Any) -> BrowserContext:
        free = self._free[repr(sorted(options.items()))]
        context = free.pop() if free else self._make(**options)

        def close(**_reason: Any) -> None:
            if context not in self._open:
                return
            self._open.remove(context)
            if _is_empty_now(context, script=options.get("java_script_enabled", True)):
                free.append(context)
            else:
                BrowserContext.close(context)

        context.close = close
        self._open.append(context)
        return context

    def close(self) -> None:
        """Close what a test has left open."""
        for context in list(self._open):
            context.close()


def _is_empty_now(context: BrowserContext, *, script: bool) -> bool:
    """Empty it; False where that is not possible."""
    pages = context.pages
    if not pages:
        return False  # only a page leads to what scripts have stored
    try:
        context.set_offline(False)
        context.unroute_all()
        context.clear_permissions()
        context.clear_cookies()
        if script:
            _forget_stored_texts(context)
        for page in pages:
            page.close()
    except Error:
        return False
    return True


def _forget_stored_texts(context: BrowserContext) -> None:
    devtools = context.new_cdp_session(context.pages[0])
    for scheme, host in {urlsplit(page.url)[:2] for page in context.pages if page.url.startswith("http")}:
        wanted = {"origin": f"{scheme}://{host}", "storageTypes": "local_storage,session_storage,indexeddb"}
        devtools.send("Storage.clearDataForOrigin", wanted)
