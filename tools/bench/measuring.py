"""Asks pages one after the other and reads from the kernel what they cost."""

from __future__ import annotations

import http.client
import statistics
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tools.bench.middleware import HEADER
from tools.bench.pages import Page, Reply

WARM_UP = 6  # each of the two workers sees the page before it is measured
BARE_ROUNDS = 60


@dataclass(frozen=True)
class Cost:
    """What one page costs: queries, processor time in milliseconds, time until the answer, size."""

    queries: str
    web: float
    database: float
    median: float
    p95: float
    bare: float
    target: float | None
    limit: float | None = None

    @property
    def is_missed(self) -> bool:
        """Whether the page costs or takes more than it should."""
        costs_more = self.target is not None and self.multiple > self.target
        return costs_more or (self.limit is not None and self.median > self.limit)

    @property
    def multiple(self) -> float:
        """Of the bare page, web and database together."""
        return (self.web + self.database) / self.bare


class Browser:
    """Sends requests to one portal; every request as from another network, through our proxy."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.sent = 0

    def ask(self, method: str, path: str, body: str = "", headers: dict[str, str] | None = None) -> Reply:
        """One request. Raises ``RuntimeError`` for an answer that is an error."""
        self.sent += 1
        every = {
            "Host": "bench.example.org",
            "X-Forwarded-Proto": "https",
            "X-Forwarded-For": f"10.{self.sent >> 16 & 255}.{self.sent >> 8 & 255}.{self.sent & 255}",
            "Accept-Encoding": "gzip",
        }
        if method == "POST":
            every |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "Origin": "https://bench.example.org",
                "Referer": "https://bench.example.org/",
            }
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        start = time.perf_counter()
        connection.request(method, path, body or None, every | (headers or {}))
        answer = connection.getresponse()
        content = answer.read()
        took = (time.perf_counter() - start) * 1000
        connection.close()
        if answer.status >= 400:
            raise RuntimeError(f"{method} {path}: {answer.status} {content[:300]!r}")
        cookies = {}
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = line.split(";")[0].partition("=")
            cookies[name] = value
        return Reply(
            status=answer.status,
            location=answer.headers.get("Location", ""),
            queries=int(answer.headers.get(HEADER, 0)),
            milliseconds=took,
            content=content,
            cookies=cookies,
        )


def wait_for(port: int) -> None:
    """Return when the portal answers. Raises ``SystemExit`` when it does not within a minute."""
    for _ in range(240):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health/live", timeout=5)
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.25)
        else:
            return
    raise SystemExit("The portal did not start.")


def measure(pages: Iterable[Page], port: int, processes: Processes) -> dict[str, Cost]:
    """The cost of each page, by its name."""
    browser = Browser(port)
    bare = Page("bare", lambda b: [b.ask("GET", "/bare/")], rounds=BARE_ROUNDS)
    costs = {}
    for page in pages:
        before = _run(bare, browser, processes)
        this = _run(page, browser, processes)
        after = _run(bare, browser, processes)
        costs[page.name] = Cost(
            queries=this.queries,
            web=this.web,
            database=this.database,
            median=this.median,
            p95=this.p95,
            bare=(before.web + before.database + after.web + after.database) / 2,
            target=page.target,
            limit=page.limit,
        )
    return costs


def _run(page: Page, browser: Browser, processes: Processes) -> Cost:
    for _ in range(WARM_UP):
        page.visit(browser)
    times, queries = [], set()
    web, database = processes.spent()
    for _ in range(page.rounds):
        replies = page.visit(browser)
        times.append(sum(reply.milliseconds for reply in replies))
        queries.add(sum(reply.queries for reply in replies))
    web_after, database_after = processes.spent()
    low, high = min(queries), max(queries)
    return Cost(
        queries=str(low) if low == high else f"{low}–{high}",
        web=(web_after - web) / page.rounds,
        database=(database_after - database) / page.rounds,
        median=statistics.median(times),
        p95=statistics.quantiles(times, n=20)[-1],
        bare=1,
        target=None,
    )


@dataclass(frozen=True)
class Processes:
    """The web processes of one ``server`` and those that serve a connection to one ``database``.

    The database's processes that tidy up are not counted.
    """

    server: int
    database: str

    def spent(self) -> tuple[float, float]:
        """Processor time of web and of database so far, in milliseconds."""
        workers = Path(f"/proc/{self.server}/task/{self.server}/children").read_text().split()
        return _spent(Path("/proc") / worker for worker in workers), _spent(self._backends())

    def _backends(self) -> Iterator[Path]:
        for process in Path("/proc").glob("[0-9]*"):
            try:
                title = (process / "cmdline").read_bytes().decode(errors="replace").split()
            except OSError:
                continue
            if title[:1] == ["postgres:"] and title[2:4] == [self.database, "[local]"]:
                yield process


def _spent(processes: Iterable[Path]) -> float:
    """Processor time of all threads of these processes, in milliseconds."""
    nanoseconds = 0
    for process in processes:
        for thread in (process / "task").glob("*/schedstat"):
            nanoseconds += int(thread.read_text().split()[0])
    return nanoseconds / 1e6
