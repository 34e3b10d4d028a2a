"""What is measured: each page, how one comes to it, and what it should cost at most."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from tools.bench.words import COMMON_WORD, FIRST, JOBS, RARE_WORD

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
    """What the database holds.

    ``sessions``: of somebody signed in, by role. ``case``: the key of the one with much of everything.
    ``advisor``: the key of one whom many cases have. ``asked``, ``feed``: where a municipality is asked what
    became of its options, and where a calendar program reads.
    """

    sessions: dict[str, str]
    case: int
    advisor: int
    asked: str
    feed: str


@dataclass(frozen=True)
class Page:
    """``visit`` goes there once and gives all answers.

    ``target``: at most so many times the bare page; ``limit``: at most so many milliseconds until the answer.
    """

    name: str
    visit: Callable[[Browser], list[Reply]]
    target: float | None = None
    rounds: int = 40
    limit: float | None = None


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
    """Every page that is measured, and the worker's jobs."""
    yield Page("landing", _get("/"), 0.6)
    yield Page("form, first page", FirstPage(), 1.5)
    yield Page("submission, all its steps", Submission(), 12, rounds=15)
    yield from _of_coordinator(world, _cookie(world, "coordinator"))
    yield from _of_advisor(world, _cookie(world, "advisor"))
    yield from _of_contact(world, _cookie(world, "contact"))
    yield from _papers(world, _cookie(world, "coordinator"))
    for job in JOBS:
        yield Page(f"job: {job}", _get(f"/bench/job/{quote(job)}/"), rounds=20)


def _cookie(world: World, role: str) -> dict[str, str]:
    return {"Cookie": f"{SESSION_COOKIE}={world.sessions[role]}"}


def _get(path: str, headers: dict[str, str] | None = None) -> Callable[[Browser], list[Reply]]:
    return lambda browser: [browser.ask("GET", path, headers=headers)]


def _of_coordinator(world: World, cookie: dict[str, str]) -> Iterator[Page]:
    for name, key in TABS.items():
        yield Page(f"list: {name}", _get(f"{CASES}?liste={key}", cookie), 20)
    for name, query in _filters(world).items():
        yield Page(f"filter: {name}", _get(f"{CASES}?liste=alle&{query}", cookie), 20)
    yield Page("search: a rare word", _get(f"{CASES}?liste=alle&q={RARE_WORD}", cookie), 20)
    yield Page("search: a common word", _get(f"{CASES}?liste=alle&q={COMMON_WORD}", cookie), 20)
    yield Page("the day's page", _get("/admin/", cookie))
    yield Page("case with 50 messages", _get(f"{CASES}{world.case}/change/", cookie), 12)
    became = f"{CASES}was-daraus-wurde/"
    yield Page("what became of the options", _get(became, cookie), 20)
    yield Page("the same of one goal", _get(f"{became}?ziel=participation", cookie), 20)
    yield Page("who has not answered, page 3", _get(f"{became}?seite=3", cookie), 20)
    yield Page("library, as the admin keeps it", _get("/admin/requests_app/libraryoption/", cookie), 20)


def _of_advisor(world: World, cookie: dict[str, str]) -> Iterator[Page]:
    case = f"/beratung/{FIRST}/"
    yield Page("advisor: cases", _get("/beratung/", cookie), 20)
    yield Page("advisor: case, 12 options", _get(case, cookie), 12)
    yield Page("advisor: library of options", _get(f"{case}option/bibliothek/", cookie), 12)
    yield Page("advisor: form of a session", _get(f"{case}sitzung/", cookie), 12)
    yield Page("advisor: overview of a year", _get("/beratung/uebersicht/", cookie), 20)
    yield Page("advisor: the same as XLSX", _get("/beratung/uebersicht/liste.xlsx", cookie))
    yield Page("advisor: calendar feed", _get(world.feed))


def _of_contact(world: World, cookie: dict[str, str]) -> Iterator[Page]:
    yield Page("municipality: cases", _get("/meine-vorgaenge/", cookie), 12)
    yield Page("municipality: case, 12 options", _get(f"/vorgang/{FIRST}/", cookie), 12)
    yield Page("municipality: follow-up", _get(world.asked, cookie), 12)


def _papers(world: World, cookie: dict[str, str]) -> Iterator[Page]:
    """With twelve options and ten sessions."""
    for name, file in (("result note", "ergebnisvermerk"), ("service record", "leistungsnachweis")):
        yield Page(f"PDF: {name}", _get(f"{CASES}{world.case}/{file}.pdf", cookie), limit=500)
    yield Page("PDF: whole case", _get(f"{CASES}{world.case}/akte.pdf", cookie), limit=500)


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
