"""The coordination keeps the library, and takes agreed options in after the municipality's yes."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from miglobe.accounts.roles import Role
from requests_app import library_names, workflow
from requests_app.models import ActionOption, CaseStatus, LibraryOption, LibraryRequest
from requests_app.triage.texts.keeping import stamp
from tests import actors
from tests.actors import World
from tests.sign_in import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def desk(client: Client, world: World) -> Client:
    sign_in(client, world.coordinator)
    return client


@pytest.fixture
def option(world: World) -> ActionOption:
    return world.case(CaseStatus.OPTIONS_AGREED).options.select_related("case").get()


def page(option: ActionOption, name: str = "library") -> str:
    return reverse(f"admin:requests_app_case_{name}", args=[option.case_id, option.pk])


def test_an_agreed_option_goes_into_the_library_step_by_step(
    world: World, desk: Client, option: ActionOption
) -> None:
    sheet = reverse("admin:requests_app_case_change", args=[option.case_id])
    assert page(option) in desk.get(sheet).content.decode()
    form = desk.get(page(option)).context["form"]
    wording = {name: form[name].value() for name in library_names.FIELDS} | {"title": "Feste Sitze"}
    desk.post(page(option), wording)
    asked = LibraryRequest.objects.get(option=option)
    assert asked.wording == wording
    assert desk.get(page(option)).context["asked"] == asked
    workflow.answer_for_library(asked, actors.contact_of(option.case), granted=True)
    desk.post(page(option, "library_take"))
    asked.refresh_from_db()
    assert (asked.entry.title, asked.entry.is_active) == ("Feste Sitze", True)
    again = desk.post(page(option, "library_take"), follow=True)
    assert len(list(again.context["messages"])) == 1


def test_a_draft_is_not_to_be_read_here(world: World, desk: Client) -> None:
    case = world.case(CaseStatus.IN_DIALOGUE)
    draft = workflow.write_option(case, world.lead.user, fields=actors.option_fields())
    assert desk.get(page(draft)).status_code == 404
    workflow.propose_options(case, world.lead.user)
    assert desk.get(page(draft)).status_code == 200


def test_a_wording_with_names_is_told_and_kept(desk: Client, option: ActionOption) -> None:
    wording = library_names.draft(option) | {"title": "Sitze in Hattingen"}
    response = desk.post(page(option), wording)
    [said] = response.context["form"].non_field_errors()
    assert "Hattingen" in said
    assert response.context["form"]["title"].value() == "Sitze in Hattingen"
    assert LibraryRequest.objects.count() == 0


def test_a_date_is_no_part_of_the_library(desk: Client, option: ActionOption) -> None:
    assert "due_on" not in desk.get(page(option)).context["form"].fields


def test_asking_twice_asks_once(desk: Client, option: ActionOption) -> None:
    for _time in range(2):
        response = desk.post(page(option), library_names.draft(option), follow=True)
        assert response.status_code == 200
    assert LibraryRequest.objects.count() == 1
    said = [str(message) for message in response.context["messages"]]
    assert said == ["Die Kommune wurde zu dieser Option schon gefragt."]


# --- The list ------------------------------------------------------------------------------------


def entry_data(entry: LibraryOption, **changes: Any) -> dict[str, Any]:
    names = [*library_names.FIELDS, "example"]
    data = {name: getattr(entry, name) for name in names}
    data |= {"topics": [topic.pk for topic in entry.topics.all()], "seen": stamp(entry.changed_at)}
    return data | {"is_active": "on"} | changes


def test_an_entry_is_changed_and_switched_off_but_never_deleted(world: World, desk: Client) -> None:
    entry = LibraryOption.objects.get(key="SO01")
    change = reverse("admin:requests_app_libraryoption_change", args=[entry.pk])
    assert desk.post(change, entry_data(entry, title="Neu", is_active="")).status_code == 302
    entry.refresh_from_db()
    assert (entry.title, entry.is_active, entry.changed_by) == ("Neu", False, world.coordinator)
    delete = reverse("admin:requests_app_libraryoption_delete", args=[entry.pk])
    assert desk.post(delete, {"post": "yes"}).status_code == 403


def test_an_entry_that_a_colleague_changed_meanwhile_is_not_overwritten(desk: Client) -> None:
    entry = LibraryOption.objects.get(key="SO01")
    change = reverse("admin:requests_app_libraryoption_change", args=[entry.pk])
    data = entry_data(entry, title="Zuerst")
    desk.post(change, data)
    response = desk.post(change, data | {"title": "Danach"})
    assert response.status_code == 200
    entry.refresh_from_db()
    assert entry.title == "Zuerst"


def test_a_new_entry_is_offered_to_advisors(desk: Client) -> None:
    entry = LibraryOption.objects.get(key="SO01")
    add = reverse("admin:requests_app_libraryoption_add")
    assert desk.post(add, entry_data(entry, title="Ganz neu", seen="")).status_code == 302
    assert LibraryOption.objects.get(title="Ganz neu").is_active is True


def test_readers_see_nothing_of_it(client: Client) -> None:
    sign_in(client, actors.person("Rita Leser", Role.READER))
    assert client.get(reverse("admin:requests_app_libraryoption_changelist")).status_code == 403


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_costs_the_same_with_one_entry_and_with_thirty(
    count: int, desk: Client, django_assert_num_queries: Any
) -> None:
    keep = list(LibraryOption.objects.values_list("pk", flat=True)[:count])
    LibraryOption.objects.exclude(pk__in=keep).delete()
    url = reverse("admin:requests_app_libraryoption_changelist")
    desk.get(url)
    with django_assert_num_queries(8):
        assert len(desk.get(url).context["cl"].result_list) == count
