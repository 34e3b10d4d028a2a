"""What every page of a walk must be: accessible, light and dark, wide and narrow, without a scroll bar."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

COLOURS = ["color-contrast", "link-in-text-block"]
EVERY_OTHER_RULE = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    "rules": {rule: {"enabled": False} for rule in COLOURS},
    "resultTypes": ["violations"],
}
RULES_OF_COLOUR = {
    "runOnly": {"type": "rule", "values": COLOURS},
    "resultTypes": ["violations", "passes"],
}
RUN = """options => axe.run(document, options).then(
    found => found.violations.map(v => [v.id, v.nodes.slice(0, 3).map(n => n.target)]))"""
RUN_COLOURS = Path(__file__).with_name("looks.js").read_text()
SCHEMES = ("light", "dark")
WIDTHS = (1280, 390)
NARROWEST = 320
# How a walk is taken: with script at a desk, without on a phone. Whether pages look right at every width is
# for ``Looks`` to say, which looks at each of them narrow and wide.
WITH_SCRIPT, WITHOUT_SCRIPT = (True, 1280), (False, 390)
WAYS = [
    pytest.param(*WITH_SCRIPT, id="with script, 1280 px"),
    pytest.param(*WITHOUT_SCRIPT, id="without script, 390 px"),
]


# Combinations of colours that axe has found good, on whichever page of this run; see looks.js.
_proven: set[str] = set()


class Looks:
    """Looks at pages; with ``on`` False (no script in the browser, so no axe) it asks for nothing."""

    def __init__(self, on: bool = True) -> None:
        self.on = on
        self.seen: list[str] = []
        self.faults: list[str] = []

    def at(self, page: Page, name: str) -> None:
        """Look at the page as it stands, under ``name``, and leave it as it was.

        A walk that comes by again looks only once: the name says which page it is, and in which state.
        """
        if not self.on or name in self.seen:
            return
        self.seen.append(name)
        size = page.viewport_size
        assert size is not None
        # A click returns when the answer begins to arrive; a script in the head may still hold back the body.
        page.wait_for_load_state()
        # Less motion: colours do not fade over from light to dark, so each is at once what it will be.
        page.emulate_media(reduced_motion="reduce")
        page.evaluate(AXE_SCRIPT)  # once for all that follows: it is large
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            self._note(f"{name}, {width} px", page.evaluate(RUN, EVERY_OTHER_RULE))
            # Dark, it is the same page in other colours: only rules about colours can find something new.
            for scheme in SCHEMES:
                page.emulate_media(color_scheme=scheme)
                faults, good = page.evaluate(RUN_COLOURS, [sorted(_proven), RULES_OF_COLOUR])
                self._note(f"{name}, {width} px, {scheme}", faults)
                _proven.update(good)
            page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": NARROWEST, "height": 900})
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > NARROWEST:
            self.faults.append(f"{name}: {wide} px wide on a screen of {NARROWEST} px")
        page.set_viewport_size(size)

    def _note(self, where: str, faults: list[tuple[str, list[str]]]) -> None:
        self.faults += [f"{where}: {rule} {targets}" for rule, targets in faults]
