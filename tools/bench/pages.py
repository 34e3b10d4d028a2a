"""What is measured: each page, how one comes to it, and what it should cost at most."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from tools.bench.words import COMMON_WORD, RARE_WORD

if TYPE_CHECKING:
    from tools.bench.measuring import Browser

CASES = "/admin/requests_app/case/"
SESSION_COOKIE, CSRF_COOKIE = "sessionid", "csrftoken"


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    location: str
    queries: int
    milliseconds: float
    content: bytes
    cookies: dict[str, str]


@dataclass(frozen=True)
class World:
    """What the database holds: a session of a coordinator's, the case with fifty messages, an advisor."""

    session: str
    case: int
    advisor: int
    cases: int


@dataclass(frozen=True)
class Page:
    """``visit`` goes there once and gives all answers; ``target``: at most so many times the bare page."""

    name: str
    visit: Callable[[Browser], list[Reply]]
    target: float | None = None
    rounds: int = 40


TABS = {
    "new": "neu",
    "overdue": "ueberfaellig",
    "in review": "pruefung",
    "query open": "rueckfrage",
    "advice wanted": "gesucht",
    "advisor found": "gefunden",
    "in dialogue": "dialog",
    "all": "alle",
}


def _filters(world: World) -> dict[str, str]:
    """Every filter of the list, with a value that some cases have."""
    return {
        "state": "stand=closed",
        "resolution": "ergebnis=options_agreed",
        "overdue": "frist=ueberfaellig",
        "very late": "frist=sehr-spaet",
        "nobody responsible": "zustaendig=niemand",
        "mine": "fuer=mich",
        "advisor": f"beratung={world.advisor}",
        "region": "bezirk=Arnsberg",
        "district": "kreis=05954",
        "size": "groesse=klein",
        "topic": "thema=fair_trade",
        "goal": "ziel=participation",
        "channel": "weg=portal",
        "direct enquiry": "direkt=ja",
        "three at once": "bezirk=Arnsberg&thema=fair_trade&stand=closed",
    }


def all_pages(world: World) -> Iterator[Page]:
    """Every page that is measured."""
    cookie = {"Cookie": f"{SESSION_COOKIE}={world.session}"}

    def get(path: str, headers: dict[str, str] | None = None) -> Callable[[Browser], list[Reply]]:
        return lambda browser: [browser.ask("GET", path, headers=headers)]

    yield Page("landing", get("/"), 0.6)
    yield Page("form, first page", FirstPage(), 1.5)
    yield Page("submission, all its steps", Submission(), 12, rounds=15)
    for name, key in TABS.items():
        yield Page(f"list: {name}", get(f"{CASES}?liste={key}", cookie), 20)
    for name, query in _filters(world).items():
        yield Page(f"filter: {name}", get(f"{CASES}?liste=alle&{query}", cookie), 20)
    yield Page("search: a rare word", get(f"{CASES}?liste=alle&q={RARE_WORD}", cookie), 20)
    yield Page("search: a common word", get(f"{CASES}?liste=alle&q={COMMON_WORD}", cookie), 20)
    yield Page("the day's page", get("/admin/", cookie))
    yield Page("case with 50 messages", get(f"{CASES}{world.case}/change/", cookie), 12)


def _begin(browser: Browser) -> tuple[dict[str, str], Reply, Reply]:
    """Press the button that begins a request; the cookies that come with it."""
    begun = browser.ask("POST", "/anfrage/", headers=_csrf({}))
    cookies = dict(begun.cookies)
    page = browser.ask("GET", begun.location, headers=_csrf(cookies))
    return cookies | page.cookies, begun, page


class FirstPage:
    """The first page of the form, in a request that was begun before the measuring."""

    def __init__(self) -> None:
        self.cookies: dict[str, str] = {}
        self.path = ""

    def __call__(self, browser: Browser) -> list[Reply]:
        if not self.path:
            self.cookies, begun, _ = _begin(browser)
            self.path = begun.location
        return [browser.ask("GET", self.path, headers=_csrf(self.cookies))]


def _csrf(cookies: dict[str, str]) -> dict[str, str]:
    token = cookies.get(CSRF_COOKIE, "a" * 32)
    every = {CSRF_COOKIE: token} | cookies
    return {"Cookie": "; ".join(f"{name}={value}" for name, value in every.items()), "X-CSRFToken": token}


class Submission:
    """A whole request, from the button that begins it to the page that says that it has arrived."""

    def __init__(self) -> None:
        self.number = 0

    def __call__(self, browser: Browser) -> list[Reply]:
        self.number += 1
        cookies, *replies = _begin(browser)
        path = replies[0].location
        for answers in self._answers():
            sent = browser.ask("POST", path, urlencode(answers, doseq=True), _csrf(cookies))
            cookies |= sent.cookies
            path = sent.location
            shown = browser.ask("GET", path, headers=_csrf(cookies))
            cookies |= shown.cookies
            replies += [sent, shown]
        check = re.findall(rb'<input type="hidden" name="([\w-]+)" value="([^"]*)"', _text(shown))
        sent = browser.ask("POST", path, urlencode(check), _csrf(cookies))
        arrived = browser.ask("GET", sent.location, headers=_csrf(cookies | sent.cookies))
        if b"MG-" not in _text(arrived):
            raise RuntimeError("The request did not become a case.")
        return [*replies, sent, arrived]

    def _answers(self) -> Iterator[dict[str, str | list[str]]]:
        yield {
            "municipality": "05954016",
            "unit": "Fachbereich Soziales",
            "name": "Katrin Wellmann",
            "email": f"katrin.wellmann{self.number}@hattingen.example.org",
        }
        yield {
            "title": "Migrantische Vereine gewinnen",
            "situation": "Die Steuerungsgruppe besteht aus elf Personen und sucht Vereine. " * 6,
            "goals": ["participation"],
            "topics": ["fair_trade"],
        }
        yield {"formats": ["initial_talk"], "mode": "on_site"}


def _text(reply: Reply) -> bytes:
    if reply.content[:2] != b"\x1f\x8b":
        return reply.content
    import gzip  # only some pages come compressed

    return gzip.decompress(reply.content)
