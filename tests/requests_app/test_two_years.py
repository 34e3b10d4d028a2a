"""Two years, day by day: what the portal sends by itself goes out once, whatever happens to the workers.

Thirty cases are taken through offers, queries, dates and ends. Every day, weekends and holidays too, two
workers do the same work at once; on many days another one is killed between what it has written and its end,
or between a mail that went out and the note of that. The mails go out as files, which are counted: each once,
but for those after which a worker was killed. They come again, as the outbox says, under the same Message-ID.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import re
import subprocess
import sys
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connections
from django.utils import timezone

from miglobe.mail.models import OutboxMessage, State
from requests_app import workflow
from requests_app.models import (
    Case,
    CaseStatus,
    FollowUp,
    FollowUpStatus,
    RequestDraft,
    Resolution,
)
from tests import actors
from tests.actors import World
from tests.mail.test_workers import database_url
from tests.requests_app import two_years_work

pytestmark = [
    pytest.mark.slow,
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
]
BERLIN = ZoneInfo("Europe/Berlin")
FIRST, LAST = dt.date(2027, 1, 4), dt.date(2028, 12, 31)
TICKS = (dt.time(6, 5), dt.time(14))
AT_WORK = dt.time(10)
ROOT = Path(__file__).resolve().parents[2]
MESSAGE_ID = re.compile(rb"^Message-ID:\s*(<[^>]+>)", re.MULTILINE | re.IGNORECASE)

# The public holidays of North Rhine-Westphalia that are no Saturday or Sunday, by hand.
HOLIDAYS = [dt.date(2027, *day) for day in ((1, 1), (3, 26), (3, 29), (5, 6), (5, 17), (5, 27), (11, 1))] + [
    dt.date(2028, *day)
    for day in ((4, 14), (4, 17), (5, 1), (5, 25), (6, 5), (6, 15), (10, 3), (11, 1), (12, 25), (12, 26))
]

# What happens on a day (at ten), and on which days the portal then writes by itself.
# offer: to the advisor on its last day · then that it has lapsed · query: to the municipality the working
# day before, and the one after · date: agreed for a start, the working day before · closed, talk: the
# follow-ups after 3, 6, 12 (talk: 6) months, each with its reminder ten working days later · answered: the
# first question is answered, so nothing reminds of it · draft: 27 days after it was left.
STORY = """
offer    2027-01-11  2027-01-14 2027-01-15
offer    2027-03-24  2027-03-31 2027-04-01
offer    2027-05-04  2027-05-10 2027-05-11
offer    2027-12-22  2027-12-27 2027-12-28
offer    2028-04-12  2028-04-19 2028-04-20
offer    2028-05-24  2028-05-30 2028-05-31
query    2027-01-12  2027-01-25 2027-01-27
query    2027-03-15  2027-03-30 2027-04-01
query    2027-04-28  2027-05-12 2027-05-14
query    2027-10-18  2027-10-29 2027-11-03
query    2028-04-03  2028-04-18 2028-04-20
query    2028-12-08  2028-12-21 2028-12-27
date     2027-03-01  2027-03-25             2027-03-30T10:00
date     2027-10-04  2027-10-29             2027-11-02T07:00
date     2027-12-01  2027-12-31             2028-01-03T09:00
date     2028-03-01  2028-03-24             2028-03-27T08:00
date     2028-09-04  2028-10-02             2028-10-04T14:00
date     2028-10-02  2028-10-27             2028-10-30T06:30
closed   2027-01-05  2027-04-05 2027-04-19  2027-07-05 2027-07-19  2028-01-05 2028-01-19
closed   2027-01-29  2027-04-29 2027-05-14  2027-07-29 2027-08-12  2028-01-31 2028-02-14
closed   2027-02-26  2027-05-26 2027-06-10  2027-08-26 2027-09-09  2028-02-28 2028-03-13
closed   2027-07-30  2027-11-02 2027-11-16  2028-01-31 2028-02-14  2028-07-31 2028-08-14
closed   2027-09-25  2027-12-27 2028-01-10  2028-03-27 2028-04-10  2028-09-25 2028-10-10
closed   2027-12-15  2028-03-15 2028-03-29  2028-06-16 2028-06-30  2028-12-15 2029-01-02
talk     2027-03-27  2027-09-27 2027-10-11
talk     2027-11-17  2028-05-17 2028-06-01
talk     2028-01-14  2028-07-14 2028-07-28
answered 2027-08-31  2027-11-30             2028-02-29 2028-03-14  2028-08-31 2028-09-14
draft    2027-02-27  2027-03-26
draft    2028-03-01  2028-03-28
"""

type Sent = tuple[str, str, dt.date]  # kind of mail, address, day


def sent_mails(**which: str) -> Counter[Sent]:
    """What stands in the outbox, by the day on which it was written."""
    rows = OutboxMessage.objects.filter(**which).values_list("kind", "recipient", "created_at")
    return Counter((kind, to, timezone.localdate(at)) for kind, to, at in rows)


def is_working_day(day: dt.date) -> bool:
    return day.weekday() < 5 and day not in HOLIDAYS


def moment(day: dt.date, time: dt.time) -> dt.datetime:
    return dt.datetime.combine(day, time, BERLIN)


# --- What happens ---------------------------------------------------------------------------------


class Story:
    """Takes a case through what a line of the story says, and knows what must be sent for it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.expected: Counter[Sent] = Counter()
        self.gone: Counter[Sent] = Counter()
        self.later: dict[dt.date, Callable[[], object]] = {}
        self.lines: dict[dt.date, list[list[str]]] = {}
        for line in STORY.strip().splitlines():
            kind, day, *rest = line.split()
            self.lines.setdefault(dt.date.fromisoformat(day), []).append([kind, *rest])

    def act(self, day: dt.date) -> None:
        for kind, *rest in self.lines.get(day, []):
            getattr(self, f"_{kind}")(rest)
        if todo := self.later.pop(day, None):
            todo()

    def days(self) -> set[dt.date]:
        return {day for _kind, _address, day in self.expected}

    def _expect(self, kind: str, address: str, *days: str) -> None:
        self.expected.update((kind, address, dt.date.fromisoformat(day)) for day in days)

    def _contact(self, case: Case) -> str:
        return actors.contact_of(case).email

    def _offer(self, days: list[str]) -> None:
        self.world.walk(CaseStatus.IN_REVIEW)
        case = Case.objects.latest("pk")
        offers = [workflow.Offer(self.world.lead, "lead", "Zusammenfassung")]
        workflow.offer(case, self.world.coordinator, offers)
        self._expect("daily_mail", self.world.lead.user.email, days[0])
        self._expect("offer_expired", self.world.coordinator.email, days[1])

    def _query(self, days: list[str]) -> None:
        case = self.world.walk(CaseStatus.QUERY_OPEN)
        self._expect("daily_mail", self._contact(case), *days)

    def _date(self, days: list[str]) -> None:
        case = self.world.walk(CaseStatus.MATCHED)
        workflow.withdraw_offer(self.world.offer_of(case, self.world.co), self.world.coordinator)
        day, start = days
        proposal = workflow.Proposal(
            [dt.datetime.fromisoformat(start).replace(tzinfo=BERLIN)], "workshop", "online", 60
        )
        made = workflow.propose_dates(case, self.world.lead.user, proposal, form_key=uuid.uuid4())
        workflow.pick_date(made, actors.contact_of(case), date=made.dates.get())
        self._expect("date_reminder", self._contact(case), day)
        self._expect("date_reminder", self.world.lead.user.email, day)

    def _end(self, status: CaseStatus, resolution: Resolution) -> Case:
        case = self.world.walk(status)
        workflow.close(case, self.world.coordinator, resolution=resolution)
        return case

    def _closed(self, days: list[str]) -> Case:
        case = self._end(CaseStatus.OPTIONS_AGREED, Resolution.OPTIONS_AGREED)
        self._rounds(case, days)
        return case

    def _talk(self, days: list[str]) -> None:
        case = self._end(CaseStatus.IN_DIALOGUE, Resolution.INITIAL_TALK_SUFFICIENT)
        self._rounds(case, days)

    def _rounds(self, case: Case, days: list[str]) -> None:
        address = self._contact(case)
        self._expect("follow_up_asked", address, *days[::2])
        self._expect("follow_up_reminded", address, *[day for day in days[1::2] if day[:4] != "2029"])

    def _answered(self, days: list[str]) -> None:
        first, *rest = days
        case = self._closed(rest)
        self._expect("follow_up_asked", self._contact(case), first)
        said = workflow.Said(case.options.get().pk, "in_progress")
        day = dt.date.fromisoformat(first) + dt.timedelta(days=7)
        self.later[day] = lambda: workflow.answer_follow_up(
            Case.objects.get(pk=case.pk), actors.contact_of(case), [said]
        )

    def _draft(self, days: list[str]) -> None:
        draft = RequestDraft.objects.create(email=f"draft{len(self.expected)}@stadt.example.org")
        self._expect("draft_reminder", draft.email, *days)
        # With the draft its mails go, too: what was sent is noted the day before.
        day = timezone.localdate() + dt.timedelta(days=29)
        self.later[day] = lambda: self.gone.update(sent_mails(recipient=draft.email))


# --- Workers --------------------------------------------------------------------------------------


class Mortal:
    """A worker in a process of its own, which is killed at a certain write (``mortal_worker``)."""

    def __init__(self, mails: Path) -> None:
        environment = os.environ | {"TESTING": "1", "DATABASE_URL": database_url()}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.requests_app.mortal_worker", str(mails)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment,
        )  # fmt: skip
        assert self._answer() == "ready"

    def _answer(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def dies(self, task: str, write: int) -> bool:
        """Whether it was killed at that write; False if there was not so much to do."""
        assert self.process.stdin is not None
        print(timezone.now().isoformat(), task, write, file=self.process.stdin, flush=True)
        answer = self._answer()
        assert answer in ("killed", "finished")
        return answer == "killed"


@pytest.fixture
def mails(tmp_path: Path, settings: Any) -> Path:
    """Where the mails go that the outbox carries out."""
    transport = {"BACKEND": "miglobe.mail.backends.FileBackend", "OPTIONS": {"file_path": str(tmp_path)}}
    settings.MAILERS = settings.MAILERS | {"transport": transport}
    return tmp_path


@pytest.fixture
def mortal(mails: Path, transactional_db: None) -> Iterator[Mortal]:
    worker = Mortal(mails)
    yield worker
    worker.process.kill()
    worker.process.communicate()


class TwoWorkers:
    """Two threads that begin at the same moment, each with a connection of its own."""

    def __init__(self) -> None:
        self.pool, self.gate = ThreadPoolExecutor(2), threading.Barrier(2)

    def at_once(self, task: Callable[[], object]) -> None:
        def run() -> None:
            self.gate.wait()
            task()

        for done in [self.pool.submit(run) for _worker in range(2)]:
            done.result()


@contextmanager
def two_workers() -> Iterator[TwoWorkers]:
    workers = TwoWorkers()
    try:
        yield workers
    finally:
        workers.at_once(connections.close_all)
        workers.pool.shutdown()


# --- The two years --------------------------------------------------------------------------------


def test_everything_goes_out_exactly_once_in_two_years(mortal: Mortal, mails: Path) -> None:
    chance = random.Random(1926)
    killed: Counter[str] = Counter()
    with time_machine.travel(moment(FIRST, dt.time(5)), tick=False) as clock, two_workers() as workers:
        story = Story(World())
        assert sum(map(len, story.lines.values())) == 30
        for number in range((LAST - FIRST).days + 1):
            day = FIRST + dt.timedelta(days=number)
            is_busy = day in story.days() or chance.random() < 0.06
            for tick in TICKS if is_busy else TICKS[:1]:
                clock.move_to(moment(day, tick))
                if is_busy and tick == TICKS[0]:
                    killed["work"] += mortal.dies("work", chance.randint(1, 5))
                workers.at_once(two_years_work.work)
                if is_busy and tick == TICKS[0]:
                    killed["deliver"] += mortal.dies("deliver", chance.randint(1, 2))
                if OutboxMessage.objects.filter(state__in=[State.WAITING, State.SENDING]).exists():
                    workers.at_once(two_years_work.deliver)
            clock.move_to(moment(day, AT_WORK))
            story.act(day)
        clock.move_to(moment(LAST, dt.time(23)))
        workers.at_once(two_years_work.deliver)
    assert min(killed["work"], killed["deliver"]) > 40
    check(story)
    check_deliveries(story, mails, killed["deliver"])


def check_deliveries(story: Story, mails: Path, killed: int) -> None:
    """Each mail that was written went out, once; again only where a worker could not note it any more."""
    assert set(OutboxMessage.objects.values_list("state", flat=True)) == {State.SENT}
    written = set(OutboxMessage.objects.values_list("message_id", flat=True))
    files = [path.read_bytes() for path in mails.glob("*.eml")]
    carried = Counter(found[1].decode() for file in files if (found := MESSAGE_ID.search(file)))
    assert len(files) == carried.total()
    assert written - carried.keys() == set()
    # Those about drafts of requests were deleted with these.
    assert len(carried.keys() - written) == story.gone.total()
    assert max(carried.values()) == 2
    assert carried.total() - len(carried) == killed


def check(story: Story) -> None:
    sent = sent_mails() + story.gone
    digests = {day for kind, to, day in sent if to == story.world.coordinator.email and kind == "daily_mail"}
    kinds = {kind for kind, _to, _day in story.expected}
    ours = Counter(
        {
            key: count
            for key, count in sent.items()
            if key[0] in kinds and key[:2] != ("daily_mail", story.world.coordinator.email)
        }
    )
    assert sorted((ours - story.expected).elements()) == []  # nothing twice, nothing on another day
    assert sorted((story.expected - ours).elements()) == []  # nothing left out
    # The coordination reads of a day's work once, on working days alone; once something is late, on all.
    assert max(count for (kind, *_rest), count in sent.items() if kind == "daily_mail") == 1
    every_day = {FIRST + dt.timedelta(days=n) for n in range((LAST - FIRST).days + 1)}
    late_from = dt.date(2027, 1, 25)
    assert {day for day in digests if not is_working_day(day)} == set()
    assert {day for day in every_day if day >= late_from and is_working_day(day)} - digests == set()
    assert FollowUp.objects.exclude(status__in=[FollowUpStatus.RESTS, FollowUpStatus.ANSWERED]).count() == 1
    assert RequestDraft.objects.count() == 0  # gone after thirty days
