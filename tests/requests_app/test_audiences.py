"""Who reads what, where: the table ``audiences.txt`` says it for everything that is not meant for everybody.

One case holds something of each kind, each with a word of its own. Then everybody opens every page, file
and mail that there is, and each word must turn up exactly where the table allows it: a word that is
missing fails like one that slipped out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import time_machine
from django.db import transaction

from requests_app import daily
from tests.requests_app import audience_places as places
from tests.requests_app.audience_world import MARKS, NEXT_MORNING, NOW, Story

pytestmark = pytest.mark.django_db
TABLE = Path(__file__).with_name("audiences.txt")
ROLES = (
    "anonymous", "main", "second", "invited", "former", "outsider",
    "lead", "co", "asked", "other", "reader", "coordinator",
)  # fmt: skip
ADVISORS = ("lead", "co", "asked", "other")
NOWHERE = "-"

type Cell = tuple[str, str]  # item and role


def table() -> dict[Cell, str]:
    """The kinds of places of each cell."""
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    rows = [line.rsplit(maxsplit=len(ROLES)) for line in lines if line and not line.startswith("#")]
    return {
        (item, role): cell.replace(NOWHERE, "")
        for item, *cells in rows
        for role, cell in zip(ROLES, cells, strict=True)
    }


class Findings:
    """Where each word was read, and by whom."""

    def __init__(self) -> None:
        self.seen: dict[Cell, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        self.routes = places.routes()
        self.public: set[str] = set()

    def note(self, role: str, kind: str, where: str, text: str) -> None:
        for item, words in MARKS.items():
            if any(word in text for word in words):
                self.seen[item, role][kind].add(where)

    def look(self, story: Story, *roles: str, below: Sequence[str] = ("",)) -> None:
        """Let people open every address there is at this point of the story, or those that begin so.

        Signing in alone changes things (who was invited comes in): of each of them nothing stays.
        """
        people = story.people
        addresses = places.Addresses(story.case, story.main, story.lead)
        for role in roles:
            with transaction.atomic():
                self._look_as(places.Reader(role, people[role]), addresses, below)
                transaction.set_rollback(True)

    def _look_as(self, reader: places.Reader, addresses: places.Addresses, below: Sequence[str]) -> None:
        for route in self.routes:
            if not route.startswith(tuple(below)) or route in self.public and reader.role != ROLES[0]:
                continue
            if route.startswith("/admin/") and reader.role not in places.STAFF:
                continue
            for address in addresses.of(route):
                answer = reader.fetch(address)
                if answer.status == 403:
                    break  # wrong role, whatever it is about
                if reader.role == ROLES[0] and answer.status == 200:
                    self.public.add(route)  # the same for everybody
                self.note(reader.role, answer.kind, route, answer.text)

    def read_feeds(self, story: Story) -> None:
        """The private addresses of the advisors' calendars: who knows one needs no sign-in."""
        nobody = places.Reader(ROLES[0], None)
        for role in ADVISORS:
            user = story.people[role]
            assert user is not None
            answer = nobody.fetch(places.feed_of(user))
            assert answer.kind == places.CALENDAR
            self.note(role, answer.kind, "feed", answer.text)

    def read_mails(self, story: Story) -> None:
        for role, user in story.people.items():
            for kind, name, text in places.mails_to(user):
                self.note(role, kind, name, text)

    def search(self, story: Story) -> None:
        """Look for what was not found before."""
        for role in places.STAFF:
            reader = places.Reader(role, story.people[role])
            without = reader.found_by("gibtesnicht")
            for item, words in MARKS.items():
                seen = self.seen[item, role]
                if places.SEARCH in seen:
                    continue
                if story.case.reference in reader.found_by(words[0].strip("@")) - without:
                    seen[places.SEARCH].add("search")

    def differences(self, expected: dict[Cell, str]) -> Iterator[str]:
        for cell in expected:
            found = self.seen[cell]
            item, role = cell
            for kind in places.KINDS:
                if kind in found and kind not in expected[cell]:
                    yield f"{role} reads {item} {places.KINDS[kind]}: {', '.join(sorted(found[kind]))}"
                if kind not in found and kind in expected[cell]:
                    yield f"{role} does not read {item} {places.KINDS[kind]}"


def test_table_names_every_item_and_no_other() -> None:
    assert [item for item, role in table() if role == ROLES[0]] == list(MARKS)


def test_everything_is_read_exactly_where_the_table_allows_it() -> None:
    found = Findings()
    with time_machine.travel(NOW):
        story = Story()
        found.look(story, "asked")
        found.look(story, "coordinator", below=places.SHORTLIST)
        story.second_advisor_comes()
        found.look(story, *ROLES)
        found.search(story)
        found.read_feeds(story)
    with time_machine.travel(NEXT_MORNING):
        daily.send()
        story.case_ends()
        found.look(story, *ROLES, below=places.OF_ONE_CASE)
        found.search(story)
        found.read_mails(story)
    assert list(found.differences(table())) == []
