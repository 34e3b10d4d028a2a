"""Every path × everybody: the table beside this file holds the status that each of them gets.

A path without a row fails, and so does a row without a path. Every row is asked by GET; paths that act
are asked by POST as well, with an empty form. A refusal is a 403 (wrong role) or a 404 (not yours); a
302 to the sign-in page is written ``sign``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from django.utils.translation import override

from advisors.models import Absence
from miglobe.accounts.models import User
from miglobe.mail.models import OutboxMessage
from miglobe.site.models import PortalSettings
from requests_app import library_names, workflow
from requests_app.models import (
    AssignmentRole,
    Case,
    CaseStatus,
    FollowUp,
    Leave,
    LibraryOption,
    LibraryRequest,
    Municipality,
    SavedFilter,
    ShortlistEntry,
    TextModule,
)
from tests import actors
from tests.actors import World
from tests.recordings import replayed
from tests.requests_app import files
from tests.sign_in import sign_in

ROLES = (
    "anonymous",
    "contact",
    "other_contact",
    "offered",
    "accepted",
    "other_advisor",
    "coordinator",
    "administrator",
)
TABLE = Path(__file__).with_name("url_matrix.txt")


@dataclass(frozen=True)
class Row:
    method: str
    route: str
    expected: tuple[str, ...]

    @property
    def room(self) -> str:
        """The first part of the path, and within the admin the second: what one test walks."""
        parts = self.route.strip("/").split("/")
        return "/".join(parts[:2]) if parts[0] == "admin" else parts[0]


def rows() -> list[Row]:
    lines = [line.split() for line in TABLE.read_text(encoding="utf-8").splitlines()]
    return [Row(line[0], line[1], tuple(line[2:])) for line in lines if line and not line[0].startswith("#")]


def routes(resolver: Any = None, prefix: str = "/") -> Iterator[str]:
    """Every path of the portal as it is written in the URLconf."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = prefix + str(pattern.pattern).replace(" ", "")
        if isinstance(pattern, URLResolver):
            yield from routes(pattern, route)
        elif isinstance(pattern, URLPattern):
            yield route


class Scene:
    """A case with a lead who has accepted and a second advisor who was asked, and everybody else."""

    def __init__(self) -> None:
        self.world = World()
        self.case = self.world.case(CaseStatus.MATCHED)
        session = actors.log_session(self.world, self.case)
        self.case = Case.objects.get(pk=self.case.pk)
        option = actors.propose_option(self.world, self.case)
        asked = LibraryRequest.objects.create(
            option=option, wording=library_names.draft(option), asked_by=self.world.coordinator,
            asked_at=timezone.now(),
        )  # fmt: skip
        upload = files.upload(files.pdf())
        document = workflow.add_document(self.case, actors.contact_of(self.case), upload)
        listed = ShortlistEntry.objects.create(
            case=self.case, advisor=self.world.other_advisor, role=AssignmentRole.CO, position=1, summary="x",
            added_by=self.world.coordinator, added_at=timezone.now(),
        )  # fmt: skip
        planned = FollowUp.objects.create(case=self.case, months=3, due_on=dt.date(2027, 3, 1))
        agreed = actors.appointment(self.case, actors.contact_of(self.case))
        asked = actors.date_round(self.case, self.world.lead.user)
        invited = actors.invited(self.case)
        elsewhere = self.world.case(CaseStatus.IN_REVIEW, title="Anderer Vorgang")
        workflow.offer(
            elsewhere,
            self.world.coordinator,
            [workflow.Offer(self.world.other_advisor, AssignmentRole.LEAD, "Zusammenfassung")],
        )
        self.people: dict[str, User | None] = {
            "anonymous": None,
            "contact": actors.contact_of(self.case),
            "other_contact": self.world.other_contact,
            "offered": self.world.co.user,
            "accepted": self.world.lead.user,
            "other_advisor": self.world.other_advisor.user,
            "coordinator": self.world.coordinator,
            "administrator": actors.administrator(),
        }
        actors.give_photo(self.world.lead)
        publication = actors.publish(self.world.lead)
        day = dt.date(2026, 12, 24)
        leave = Leave.objects.create(user=self.world.coordinator, first_day=day, last_day=day)
        absence = Absence.objects.create(advisor=self.world.lead, first_day=day, last_day=day)
        elsewhere_employed = workflow.record_conflict(
            self.world.lead,
            self.world.lead.user,
            workflow.NewConflict("employed", Municipality.objects.get(key="05911000")),
        )
        mail = OutboxMessage.objects.latest("pk")
        saved = SavedFilter.objects.create(
            user=self.world.coordinator, name="Neue", query="liste=neu", is_shared=True
        )
        self.parts = {
            "<slug:reference>": self.case.reference,
            "<str:reference>": self.case.reference,
            "/sitzung/<int:pk>": f"/sitzung/{session.pk}",
            "/termin/<int:pk>": f"/termin/{agreed.pk}",
            "/termine/<int:pk>": f"/termine/{asked.pk}",
            "/gespraech/<int:pk>": f"/gespraech/{session.pk}",
            "/option/<int:pk>": f"/option/{option.pk}",
            "<int:option_pk>": str(option.pk),
            "/bibliothek/<int:pk>": f"/bibliothek/{asked.pk}",
            "/libraryoption/<path:object_id>": f"/libraryoption/{LibraryOption.objects.latest('pk').pk}",
            "/case/filter/<int:pk>": f"/case/filter/{saved.pk}",
            "/requests_app/case/<int:pk>": f"/requests_app/case/{self.case.pk}",
            "<slug:key>": "close",
            "<slug:many>": "uebernehmen",
            "<int:leave_pk>": str(leave.pk),
            "<slug:slug>": self.world.lead.slug,
            "/unterlagen/<int:pk>": f"/unterlagen/{document.pk}",
            "<int:document_pk>": str(document.pk),
            "/ansprechpersonen/<int:pk>": f"/ansprechpersonen/{invited.pk}",
            "<int:contact_pk>": str(invited.pk),
            "<int:mail_pk>": str(OutboxMessage.objects.get(kind="contact_invited").pk),
            "<int:entry_pk>": str(listed.pk),
            "<int:follow_up_pk>": str(planned.pk),
            "/outboxmessage/<int:pk>": f"/outboxmessage/{mail.pk}",
            "/outboxmessage/<path:object_id>": f"/outboxmessage/{mail.pk}",
            "/municipality/<path:object_id>": f"/municipality/{Municipality.objects.first().pk}",
            "/portalsettings/<path:object_id>": f"/portalsettings/{PortalSettings.load().pk or 1}",
            "/user/<path:object_id>": f"/user/{self.world.lead.user.pk}",
            "/user/<int:pk>": f"/user/{self.world.lead.user.pk}",
            "/advisor/<path:object_id>": f"/advisor/{self.world.lead.pk}",
            "/advisor/<int:pk>": f"/advisor/{self.world.lead.pk}",
            "<int:advisor_pk>": str(self.world.lead.pk),
            "<int:conflict_pk>": str(elsewhere_employed.pk),
            "/interessenkonflikte/<int:pk>": f"/interessenkonflikte/{elsewhere_employed.pk}",
            "/abwesenheiten/<int:pk>": f"/abwesenheiten/{absence.pk}",
            "/publication/<int:pk>": f"/publication/{publication.pk}",
            "/publication/<path:object_id>": f"/publication/{publication.pk}",
            "/topic/<path:object_id>": f"/topic/{self.world.lead.topics.first().pk}",
            "/worldregion/<path:object_id>": "/worldregion/1",
            "r/<path:content_type_id>/<path:object_id>": "r/1/1",
            "/passkeys/<int:pk>": "/passkeys/1",
            "/textmodule/<int:pk>": f"/textmodule/{TextModule.objects.latest('pk').pk}",
            "<int:module_pk>": str(TextModule.objects.latest("pk").pk),
            "<slug:kind>/<slug:language>": "query_asked/de",
            "<str:token>": "abc",
            "<uuid:key>": str(uuid4()),  # decided by a colleague already
        }
        self.cookies = {role: self._signed_in(role) for role in ROLES}
        # One for all who ask: each new one would load all middleware anew.
        self.client = Client(raise_request_exception=False)

    def path(self, route: str) -> str:
        """An address for a route, with the things of this scene in it."""
        if "(?P<app_label>" in route:
            return "/admin/requests_app/"
        if "(?P<url>" in route:
            return "/admin/gibt-es-nicht"
        if "(?P<uidb36>" in route:
            return "/konto/passwort/neu/1-set-password/"
        for part, value in self.parts.items():
            route = route.replace(part, value)
        assert "<" not in route, f"Say in the scene what stands for {route}."
        return route

    def _signed_in(self, role: str) -> SimpleCookie:
        client = Client()
        if user := self.people[role]:
            sign_in(client, User.objects.get(pk=user.pk))
        return client.cookies

    def ask(self, row: Row) -> tuple[str, ...]:
        """The status that each role gets; nothing of it stays in the database."""
        return tuple(self._status(row.method, self.path(row.route), role) for role in ROLES)

    def _status(self, method: str, path: str, role: str) -> str:
        cookies = {name: morsel.value for name, morsel in self.cookies[role].items()}
        self.client.cookies = SimpleCookie(cookies)
        with transaction.atomic():
            response = self.client.generic(method, path)
            transaction.set_rollback(True)
        sign_in_page = reverse("account_login") + "?next="
        to_sign_in = response.status_code == 302 and response["Location"].startswith(sign_in_page)
        return "sign" if to_sign_in else str(response.status_code)


def the_scene() -> Scene:
    """The scene, made once per worker and written again from the record. Its addresses and cookies stay."""
    scene: Scene = replayed("scene", Scene)
    return scene


def test_every_path_has_a_row_and_every_row_a_path() -> None:
    assert {row.route for row in rows()} == set(routes())


# What machines and the coordination open speaks one language.
ONE_LANGUAGE = ("admin", "health", "metrics")


def test_every_path_that_people_open_exists_in_english() -> None:
    with override("en"):
        english = set(routes())
    german = {row.route for row in rows()}
    assert english == {r if r.strip("/").split("/")[0] in ONE_LANGUAGE else f"/en{r}" for r in german}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "room", sorted({row.room for row in rows() if row.room.split("/")[0] not in ONE_LANGUAGE})
)
def test_english_paths_of_a_room_answer_each_role_as_the_german_ones(room: str) -> None:
    scene = the_scene()
    sample = [row for row in rows() if row.room == room][::5]
    with override("en"):  # the way to the sign-in page, too
        given = {row: scene.ask(replace(row, route=f"/en{row.route}")) for row in sample}
    assert given == {row: row.expected for row in sample}


@pytest.mark.django_db
@pytest.mark.parametrize("room", sorted({row.room for row in rows()}))
def test_each_path_of_a_room_answers_each_role_as_the_table_says(room: str) -> None:
    scene = the_scene()
    wrong = [
        f"{row.method} {row.route}: {' '.join(row.expected)} expected, {' '.join(given)} given"
        for row in rows()
        if row.room == room and (given := scene.ask(row)) != row.expected
    ]
    assert wrong == []
