"""Who reads what, where: the table ``audiences.txt`` says it for everything that is not meant for everybody.

One case holds something of each kind, each with a word of its own. Then everybody opens every page, file
and mail that there is, and each word must turn up exactly where the table allows it: a word that is
missing fails like one that slipped out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pytest
import time_machine
from django.db import transaction
from django.urls import reverse

from miglobe.mail.bundling import join_due
from miglobe.mail.models import BUNDLE
from requests_app import daily
from tests.requests_app import audience_places as places
from tests.requests_app.audience_world import MARKS, NEXT_MORNING, NOW, Story, mark

pytestmark = pytest.mark.django_db
TABLE = Path(__file__).with_name("audiences.txt")
ROLES = (
    "anonymous", "main", "second", "invited", "former", "outsider",
    "lead", "co", "asked", "ended", "other", "reader", "coordinator", "colleague", "link", "stale",
)  # fmt: skip
# They open what a link leads to, and nothing else.
BY_LINK = ("link", "stale")
PEOPLE = ROLES[: -len(BY_LINK)]
ADVISORS = ("lead", "co", "asked", "ended", "other")
NOWHERE = "-"
_MUNICIPALITY = {"main", "second", "invited"}
_CONTACTS = _MUNICIPALITY | {"former", "outsider"}
_ENGAGED = {"lead", "co"}
_COORDINATION = {"coordinator", "colleague"}
_CASE, _ADVICE, _ADMIN = "/vorgang/<slug:reference>", "/beratung/<str:reference>", "/admin/requests_app"
# Every file there is, and the pages in English: who gets it. What stands in them is in the table.
OPENED = {
    f"{_CASE}/anfrage.pdf": _MUNICIPALITY,
    f"{_CASE}/ergebnisvermerk.pdf": _MUNICIPALITY,
    f"{_CASE}/leistungsnachweis.pdf": _MUNICIPALITY,
    f"{_CASE}/termin/<int:pk>/termin.ics": _MUNICIPALITY,
    f"{_CASE}/unterlagen/<int:pk>/": _MUNICIPALITY,
    f"{_ADVICE}/ergebnisvermerk.pdf": _ENGAGED,
    f"{_ADVICE}/leistungsnachweis.pdf": {"lead"},  # the other one's session is not confirmed
    f"{_ADVICE}/termin/<int:pk>/termin.ics": _ENGAGED,
    f"{_ADVICE}/unterlagen/<int:pk>/": _ENGAGED,
    "/beratung/uebersicht/liste.xlsx": set(ADVISORS),
    f"{_ADMIN}/case/<int:pk>/akte.pdf": _COORDINATION,
    f"{_ADMIN}/case/<int:pk>/anfrage.pdf": _COORDINATION,
    f"{_ADMIN}/case/<int:pk>/ergebnisvermerk.pdf": _COORDINATION,
    f"{_ADMIN}/case/<int:pk>/leistungsnachweis.pdf": _COORDINATION,
    f"{_ADMIN}/case/<int:pk>/unterlagen/<int:document_pk>/": _COORDINATION,
    f"{_ADMIN}/case/liste.csv": _COORDINATION,
    f"{_ADMIN}/case/liste.xlsx": _COORDINATION,
    f"{_ADMIN}/caseoverview/liste.csv": _COORDINATION | {"reader"},
    f"{_ADMIN}/caseoverview/liste.xlsx": _COORDINATION | {"reader"},
    f"/en{_CASE}/": _MUNICIPALITY,
    "/en/meine-vorgaenge/": _CONTACTS,
    f"/en{_ADVICE}/": _ENGAGED | {"asked"},
    "/en/beratung/uebersicht/": set(ADVISORS),
}
# To whom mails came together in one, whoever else got such a mail.
JOINED = {"main", "second", "lead", "co", *_COORDINATION}

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


def marks_in(text: str) -> list[str]:
    return [item for item, words in MARKS.items() if any(word in text for word in words)]


class Findings:
    """Where each word was read, and by whom."""

    def __init__(self) -> None:
        self.seen: dict[Cell, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        self.routes = places.routes()
        self.public: set[str] = set()
        # What the collective mails say, by whom they go to.
        self.joined: dict[str, set[str]] = {}
        self.only_acts: set[str] = set()
        # Who gets each file, and the pages in English.
        self.opened: dict[str, set[str]] = defaultdict(set)

    def note(self, role: str, kind: str, where: str, text: str) -> None:
        for item in marks_in(text):
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
            if route in self.only_acts:
                continue
            if route.startswith("/admin/") and reader.role not in places.STAFF:
                continue
            for address in addresses.of(route, reader.role):
                answer = reader.fetch(address)
                if answer.status == 405:
                    self.only_acts.add(route)  # there is nothing to read, for nobody
                if answer.status in (403, 405) or reader.role == ROLES[0] and answer.status == 302:
                    break  # wrong role, or sign in first: whatever it is about
                if answer.status == 200 and (answer.kind != places.PAGE or route in places.IN_ENGLISH):
                    self.opened[route].add(reader.role)
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

    def follow_links(self, story: Story) -> None:
        """What somebody reads who has a link of a mail, and who has one that is wrong or has run out.

        With a request that was begun one goes on by a button, and reads it on the pages of the form.
        """
        answers = {"link": {200}, "stale": {404, 410}}
        for role, links in zip(BY_LINK, story.links(), strict=True):
            reader = places.Reader(role, None)
            for link in links:
                answer = reader.fetch(link)
                assert answer.status in answers[role], link
                self.note(role, answer.kind, link, answer.text)
                if "/fortsetzen/" in link:
                    reader.client.post(link)
            for route in ("intake:municipality", "intake:concern", "intake:wishes", "intake:check"):
                answer = reader.fetch(reverse(route))
                self.note(role, answer.kind, route, answer.text)

    def read_mails(self, story: Story) -> None:
        for role, user in story.people.items():
            for kind, name, text in places.mails_to(user):
                if name == BUNDLE:
                    self.joined[role] = self.joined.get(role, set()) | set(marks_in(text))
                else:
                    self.note(role, kind, name, text)

    def known(self) -> set[str]:
        """What somebody has read somewhere."""
        return {item for (item, _), kinds in self.seen.items() if kinds}

    def search(self, story: Story, items: Iterable[str]) -> None:
        """Look for what was not found before."""
        for role in places.STAFF:
            reader = places.Reader(role, story.people[role])
            without = reader.found_by("gibtesnicht")
            for item in items:
                if story.case.reference in reader.found_by(mark(item).strip("@")) - without:
                    self.seen[item, role][places.SEARCH].add("search")

    def differences(self, expected: dict[Cell, str]) -> Iterator[str]:
        for cell in expected:
            found = self.seen[cell]
            item, role = cell
            for kind in places.KINDS:
                if kind in found and kind not in expected[cell]:
                    yield f"{role} reads {item} {places.KINDS[kind]}: {', '.join(sorted(found[kind]))}"
                if kind not in found and kind in expected[cell]:
                    yield f"{role} does not read {item} {places.KINDS[kind]}"

    def only_joined(self) -> Iterator[str]:
        """What somebody read in a collective mail and in none of the mails that came together in it."""
        for role, items in self.joined.items():
            for item in items:
                if not self.seen[item, role].keys() & {places.MAIL, places.DAILY}:
                    yield f"{role} reads {item} in a collective mail alone"


def test_table_names_every_item_and_no_other() -> None:
    assert [item for item, role in table() if role == ROLES[0]] == list(MARKS)


def test_everything_is_read_exactly_where_the_table_allows_it(settings) -> None:
    settings.MAIL_BUNDLE_MINUTES = 10
    found = Findings()
    with time_machine.travel(NOW):
        story = Story()
        found.look(story, "asked")
        found.look(story, *sorted(_COORDINATION), below=places.SHORTLIST)
        story.second_advisor_comes()
        found.look(story, *PEOPLE)
        found.search(story, MARKS)
        found.read_feeds(story)
        found.follow_links(story)
        before = found.known()
    with time_machine.travel(NEXT_MORNING):
        daily.send()
        story.case_ends()
        found.look(story, *PEOPLE, below=places.OF_ONE_CASE)
        found.search(story, MARKS.keys() - before)
        join_due()
        found.read_mails(story)
    assert list(found.differences(table())) == []
    assert list(found.only_joined()) == []
    assert found.joined.keys() >= JOINED
    assert found.opened == OPENED
