"""Readers see lists and numbers without personal data; every other page of the admin is closed to them."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import transaction
from django.test import Client
from django.urls import reverse

from miglobe.accounts.models import User
from miglobe.accounts.roles import Role
from requests_app.models import Case, CaseStatus, Municipality
from tests import actors
from tests.actors import World
from tests.sign_in import sign_in
from tests.test_url_matrix import Scene, routes, the_scene
from tests.triage.desk import words

pytestmark = pytest.mark.django_db
LIST = "admin:requests_app_caseoverview_changelist"
# The whole of the admin that is a reader's; everything else answers 403 or 404. The account's own pages
# (sign out, change the password) lead out of the admin.
APP_LIST = next(route for route in routes() if "(?P<app_label>" in route)
A_READERS = {
    "/admin/",
    "/admin/login/",
    "/admin/logout/",
    "/admin/password_change/",
    "/admin/password_change/done/",
    "/admin/jsi18n/",
    APP_LIST,  # shows the two lists below
    "/admin/requests_app/case/was-daraus-wurde/",  # numbers, and places that have not answered
    "/admin/requests_app/caseoverview/",
    "/admin/requests_app/caseoverview/liste.csv",
    "/admin/requests_app/caseoverview/liste.xlsx",
    "/admin/requests_app/municipality/",
    "/admin/requests_app/municipality/<path:object_id>/change/",
}


def reader() -> User:
    return actors.person("Mira Sand", Role.READER)


def browser(user: User) -> Client:
    client = Client(raise_request_exception=False)
    sign_in(client, user)
    return client


def admin_routes() -> list[str]:
    return sorted({route for route in routes() if route.startswith("/admin/")})


def opened(scene: Scene, user: User) -> set[str]:
    """The routes of the admin that answer ``user`` with anything but 403, 404 or 405, whatever the method."""
    client = browser(user)
    found = set()
    for route in admin_routes():
        for method in ("GET", "POST"):
            with transaction.atomic():
                answer = client.generic(method, scene.path(route))
                transaction.set_rollback(True)
            client = browser(user) if route.endswith("/logout/") else client
            if answer.status_code not in (403, 404, 405):
                found.add(route)
    return found


def test_reader_opens_her_own_pages_of_the_admin_and_no_other() -> None:
    scene = the_scene()
    theirs = opened(scene, reader())
    assert theirs == A_READERS


@pytest.mark.parametrize("who", ["accepted", "offered", "contact", "outsider"])
def test_nobody_else_opens_any_page_of_the_admin(who: str) -> None:
    scene = the_scene()
    user = actors.person("Otto Sander") if who == "outsider" else scene.people[who]
    assert user is not None
    assert opened(scene, User.objects.get(pk=user.pk)) == set()


def test_method_that_a_page_does_not_take_is_refused_to_a_reader_before_it_is_told(world: World) -> None:
    case = world.case(CaseStatus.IN_REVIEW)
    answers = [
        browser(reader()).generic(method, reverse(f"admin:requests_app_case_{name}", args=[case.pk]))
        for name in ("change", "message", "note")
        for method in ("GET", "POST")
    ]
    assert {answer.status_code for answer in answers} <= {403, 405}
    assert case.reference not in "".join(answer.content.decode() for answer in answers)


# --- The list -----------------------------------------------------------------------------------


def texts_about_people(case: Case) -> list[str]:
    contact = case.contacts.get()
    return [contact.name, contact.email, contact.phone, case.title, case.situation, case.unit, "Okafor"]


def test_list_shows_facts_and_no_personal_data(world: World) -> None:
    case = world.case(CaseStatus.MATCHED, municipality=Municipality.objects.get(name="Köln"))
    answer = browser(reader()).get(reverse(LIST), {"liste": "gefunden"})
    page, shown = answer.content.decode(), words(answer)
    for fact in (case.reference, "Köln", "Beratung gefunden", "Auftaktgespräch", case.topics.get().label):
        assert fact in shown
    assert [text for text in texts_about_people(case) if text in page] == []


def test_list_reads_nothing_else_of_a_case(world: World, django_assert_num_queries: Any) -> None:
    world.case(CaseStatus.MATCHED)
    client = browser(reader())
    client.get(reverse(LIST), {"liste": "alle"})
    with django_assert_num_queries(9) as asked:
        client.get(reverse(LIST), {"liste": "alle"})
    statements = " ".join(query["sql"] for query in asked.captured_queries)
    for column in ("title", "situation", "organisation", "participants", "requests_app_contactperson"):
        assert column not in statements


@pytest.mark.parametrize("count", [1, 30])
def test_list_asks_the_same_number_of_queries(
    world: World, count: int, django_assert_num_queries: Any
) -> None:
    for _number in range(count):
        actors.submitted()
    client = browser(reader())
    client.get(reverse(LIST))
    with django_assert_num_queries(9):
        client.get(reverse(LIST))


@pytest.mark.parametrize(
    "query", ["title__startswith=Migr", "situation__icontains=Wellmann", "contacts__name=Katrin", "pk=1"]
)
def test_address_of_the_list_asks_nothing_of_a_case(world: World, query: str) -> None:
    actors.submitted()
    assert browser(reader()).get(f"{reverse(LIST)}?liste=alle&{query}").status_code in (302, 400)


def test_register_tells_a_reader_nothing_of_the_cases_in_it(world: World) -> None:
    actors.submitted()
    url = reverse("admin:requests_app_municipality_changelist")
    for query in ("cases__title__startswith=Migr", "cases__contacts__email__startswith=katrin"):
        assert browser(reader()).get(f"{url}?{query}").status_code in (302, 400)


def test_list_is_not_searched(world: World) -> None:
    case = actors.submitted()
    url = reverse(LIST)
    for sought in (case.title, case.contacts.get().name, "gibt es nicht"):
        assert case.reference in browser(reader()).get(url, {"q": sought, "liste": "neu"}).content.decode()
    assert 'type="search"' not in browser(reader()).get(url).content.decode()


def test_list_is_narrowed_by_state_region_and_resolution(world: World) -> None:
    closed, open_case = world.case(CaseStatus.CLOSED), world.case(CaseStatus.IN_REVIEW)

    def listed(**query: str) -> set[str]:
        page = browser(reader()).get(reverse(LIST), {"liste": "alle", **query}).content.decode()
        return {case.reference for case in (closed, open_case) if case.reference in page}

    assert listed() == {closed.reference, open_case.reference}
    assert listed(stand="closed") == listed(ergebnis="options_agreed") == {closed.reference}
    assert listed(stand="in_review") == {open_case.reference}
    assert listed(bezirk="Köln") == set()


def test_reader_gets_no_link_to_a_case(world: World) -> None:
    case = actors.submitted()
    client = browser(reader())
    for url in (reverse(LIST), reverse("admin:index"), "/admin/requests_app/"):
        page = client.get(url).content.decode()
        assert f"/case/{case.pk}/" not in page
        assert reverse("admin:requests_app_case_changelist") + '"' not in page


def test_first_page_counts_for_a_reader_and_names_nobody(world: World) -> None:
    case = actors.submitted()
    page = browser(reader()).get(reverse("admin:index")).content.decode()
    assert f"{reverse(LIST)}?liste=neu" in page
    assert [text for text in texts_about_people(case) if text in page] == []
    assert reverse("admin:requests_app_case_enter") not in page


def test_coordinator_sees_one_list_of_cases_in_the_navigation(world: World) -> None:
    page = browser(world.coordinator).get(reverse("admin:index")).content.decode()
    assert reverse(LIST) not in page
    assert reverse("admin:requests_app_case_changelist") in page


# --- Roles ---------------------------------------------------------------------------------------


def test_reader_needs_a_second_factor() -> None:
    client = Client()
    user = reader()
    sign_in(client, user, second_factor=False)
    assert client.get(reverse(LIST))["Location"] == reverse("account_second_factor")


def test_administrator_gives_the_role(world: World) -> None:
    client = browser(actors.administrator())
    data = {"email": "mira@example.org", "name": "Mira Sand", "roles": ["reader"], "is_active": "on"}
    client.post(reverse("admin:accounts_user_add"), data)
    made = User.objects.get(email="mira@example.org")
    assert (made.roles, made.is_staff) == ({Role.READER}, True)


def test_no_role_may_delete_cases_or_what_belongs_to_them() -> None:
    kept = ("case", "contactperson", "event", "message", "assignment", "document", "listexport", "user")
    deleting = [f"delete_{model}" for model in kept]
    assert not Permission.objects.filter(codename__in=deleting, group__isnull=False).exists()


def test_no_button_of_the_admin_deletes_a_case(world: World) -> None:
    case = world.case(CaseStatus.CLOSED)
    client = browser(actors.administrator())
    urls = [f"/admin/requests_app/{name}/{case.pk}/delete/" for name in ("case", "caseoverview")]
    assert [client.post(url, {"post": "yes"}).status_code for url in urls] == [404, 404]
    assert Case.objects.filter(pk=case.pk).exists()
