"""Who gets to the coordinators' pages: the coordination, and nobody else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from miglobe.accounts.models import User
from miglobe.accounts.roles import Role
from requests_app.models import Case, CaseStatus
from tests import actors
from tests.actors import World
from tests.sign_in import sign_in
from tests.triage.desk import Desk, words

PATHS = [
    ("changelist", None, "get"),
    ("change", None, "get"),
    ("message", None, "post"),
    ("note", None, "post"),
    ("step", "ask_query", "get"),
    ("step", "ask_query", "post"),
    ("step", "start_review", "post"),
]


def address(case: Case, name: str, key: str | None) -> str:
    args = [] if name == "changelist" else [case.pk, *([key] if key else [])]
    return reverse(f"admin:requests_app_case_{name}", args=args)


def ask(user: User | None, path: str, method: str) -> int:
    client = Client()
    if user:
        sign_in(client, user)
    return getattr(client, method)(path, follow=True).status_code


def without_permission(world: World) -> User:
    """Somebody of the coordination from whom the permissions for cases were taken."""
    group = world.coordinator.groups.get(name=Role.COORDINATOR)
    group.permissions.remove(*Permission.objects.filter(codename__in=["coordinate_case", "read_cases"]))
    return world.coordinator


@pytest.mark.parametrize(("name", "key", "method"), PATHS)
@pytest.mark.parametrize(
    "who",
    [
        lambda world, case: actors.contact_of(case),
        lambda world, case: world.other_contact,
        lambda world, case: world.lead.user,
        lambda world, case: world.other_advisor.user,
        lambda world, case: without_permission(world),
    ],
    ids=["contact", "other contact", "advisor asked", "outsider", "coordinator without permission"],
)
def test_others_are_refused_and_nothing_changes(
    world: World, who: Callable[[World, Case], User], name: str, key: str | None, method: str
) -> None:
    case = world.case(CaseStatus.MATCHING)
    events = case.events.count()
    assert ask(who(world, case), address(case, name, key), method) == 403
    assert case.events.count() == events


@pytest.mark.parametrize(("name", "key", "method"), PATHS)
def test_strangers_are_led_to_the_sign_in(world: World, name: str, key: str | None, method: str) -> None:
    case = world.case(CaseStatus.SUBMITTED)
    answer = getattr(Client(), method)(address(case, name, key))
    assert answer.status_code == 302
    assert "/konto/" in answer["Location"] or "login" in answer["Location"]


def test_administrators_coordinate_as_well(world: World) -> None:
    desk = Desk(actors.administrator())
    case = world.case(CaseStatus.SUBMITTED)
    desk.press(desk.sheet(case), "Prüfung beginnen")
    assert Case.objects.get(pk=case.pk).status == CaseStatus.IN_REVIEW


@pytest.mark.parametrize("name", ["change", "step"])
def test_unknown_case_is_not_found(world: World, desk: Desk, name: str) -> None:
    key = ["ask_query"] if name == "step" else []
    assert desk.get(reverse(f"admin:requests_app_case_{name}", args=[999999, *key])).status_code == 404


def test_first_page_leaves_out_what_one_may_not_see(world: World) -> None:
    desk = Desk(without_permission(world))
    page = desk.get(reverse("admin:index"))
    assert page.status_code == 200
    assert "Offene Vorgänge" not in words(page)
