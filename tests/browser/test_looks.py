"""The looks themselves: what they must find, on a page of our own."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.looks import Looks

PAGE = """<!doctype html><html lang="de"><title>Seite</title><style>{style}</style>
<main><h1>Seite</h1><p>Ein Text, der sich lesen lässt. <a href="#">Mehr</a></p>{body}</main>"""
DARK, PHONE = "@media (prefers-color-scheme: dark)", "@media (max-width: 400px)"
# A style, what is on the page, and a part of what is to be found. On white nobody can read #aaa, and #888
# only where it is large.
FAULTS = {
    "pale text": ("i {color: #aaa}", "<i>Blass</i>", "color-contrast"),
    "pale text in the dark alone": (
        DARK + "{:root {color-scheme: dark} i {color: #444}}",
        "<i>Blass</i>",
        "dark: color-contrast",
    ),
    "pale text on a phone alone": (
        "b {display: none}" + PHONE + "{b {display: inline; color: #aaa}}",
        "<b>Blass</b>",
        "390 px, light: color-contrast",
    ),
    "dim ground of one among many": (
        "i {color: #555} section {background: #777}",
        "<p><i>Gut</i></p>" * 5 + "<section><i>Schlecht</i></section>",
        "color-contrast [['section > i']]",
    ),
    "pale value of a field": (
        "input {color: #aaa}",
        "<label>Name <input value='Blass'></label>",
        "color-contrast",
    ),
    "veil over a text": ("div {opacity: .3}", "<div><p>Verschleiert</p></div>", "color-contrast"),
    "pale text in a layer": ("em {position: absolute; color: #aaa}", "<em>Blass</em>", "color-contrast"),
    "small text as pale as a large one": (
        "h2, i {color: #888} h2 {font-size: 24px}",
        "<h2>Lesbar</h2><i>Zu klein</i>",
        "color-contrast [['i']]",
    ),
    "link that nothing tells from its text": (
        "p {color: #000} span a {text-decoration: none; color: #333}",
        "<p><a href='#'>Gut</a></p><p>Lesen Sie <span><a href='#'>alles</a></span> dazu.</p>",
        "link-in-text-block",
    ),
    "field without a name": ("", "<input>", "1280 px: label"),
    "line too long for a phone": ("", "<pre>" + "breit " * 100 + "</pre>", "wide on a screen of 320 px"),
}


@pytest.mark.parametrize("kind", FAULTS)
def test_a_fault_is_found_although_pages_before_were_good(page: Page, kind: str) -> None:
    style, content, fault = FAULTS[kind]
    looks = Looks()
    page.set_content(PAGE.format(style="", body="<p><b><i>Gut</i></b></p>"))
    looks.at(page, "before")
    assert looks.faults == []
    page.set_content(PAGE.format(style=style, body=content))
    looks.at(page, "page")
    assert [found for found in looks.faults if fault in found] != []
    again = Looks()
    again.at(page, "page")
    assert again.faults == looks.faults
