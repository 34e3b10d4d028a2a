"""Who is offered which rooms, and which one is marked as the current one."""

import pytest
from django.core.cache import caches
from django.urls import reverse

from miglobe.accounts.roles import Role
from tests.actors import advisor, coordinator, person
from tests.sign_in import sign_in

pytestmark = pytest.mark.django_db

PATHS = {
    "Start": "site:landing",
    "Beratung anfragen": "intake:start",
    "Beratende": "directory:list",
    "Meine Vorgänge": "casepage:list",
    "Meine Beratungen": "workspace:home",
    "Koordination": "admin:index",
    "Hilfe": "site:help",
}


def entries(client, path: str = "/hilfe/") -> dict[str, str]:
    """Label and address of each entry; the current one's label is marked with a star."""
    html = client.get(path).content.decode()
    navigation = html.partition('<nav class="app-nav"')[2].partition("</nav>")[0]
    links = navigation.split("<a href=")[1:]
    found = {}
    for link in links:
        address, _, rest = link.removeprefix('"').partition('"')
        label = rest.partition(">")[2].partition("</a>")[0]
        found[label + ("*" if "aria-current" in rest else "")] = address
    return found


def expected(*labels: str) -> dict[str, str]:
    return {label: reverse(PATHS[label.removesuffix("*")]) for label in labels}


def test_anonymous_is_offered_the_form_and_the_cases(client):
    assert entries(client) == expected("Start", "Beratung anfragen", "Beratende", "Meine Vorgänge", "Hilfe*")


def test_contact_is_offered_the_form_and_the_cases(client):
    sign_in(client, person("Katrin Wellmann", Role.MUNICIPALITY_CONTACT))
    assert entries(client) == expected("Start", "Beratung anfragen", "Beratende", "Meine Vorgänge", "Hilfe*")


def test_person_without_a_role_is_offered_the_cases(client):
    sign_in(client, person("Kim Muster"))
    assert entries(client) == expected("Start", "Beratung anfragen", "Beratende", "Meine Vorgänge", "Hilfe*")


def test_advisor_is_offered_the_workspace(client):
    sign_in(client, advisor().user)
    labels = ("Start", "Beratung anfragen", "Beratende", "Meine Beratungen", "Hilfe*")
    assert entries(client) == expected(*labels)


def test_coordinator_is_offered_the_coordination(client):
    sign_in(client, coordinator())
    assert entries(client) == expected("Start", "Beratung anfragen", "Beratende", "Koordination", "Hilfe*")


def test_person_with_two_roles_is_offered_both_rooms(client):
    sign_in(client, person("Lena Brandt", Role.COORDINATOR, Role.ADVISOR))
    labels = ("Start", "Beratung anfragen", "Beratende", "Meine Beratungen", "Koordination", "Hilfe*")
    assert entries(client) == expected(*labels)


def test_landing_is_current_on_itself_alone(client):
    assert "Start*" in entries(client, "/")
    assert not any(label.endswith("*") for label in entries(client, "/impressum/"))


def test_signed_in_person_sees_name_and_a_way_out_by_post(client):
    sign_in(client, person("Katrin Wellmann", Role.MUNICIPALITY_CONTACT))
    html = client.get("/").content.decode()
    assert "Katrin Wellmann" in html
    assert f'<form method="post" action="{reverse("account_logout")}" data-signs-out>' in html
    assert f'href="{reverse("account_login")}"' not in html


def test_anonymous_sees_the_sign_in(client):
    html = client.get("/").content.decode()
    assert f'href="{reverse("account_login")}"' in html
    assert f'action="{reverse("account_logout")}"' not in html


def test_demo_banner_stands_on_every_page_of_the_demo_alone(client, settings):
    assert "Beispieldaten" not in client.get("/").content.decode()
    settings.DEMO = True
    caches["local"].clear()  # a process is a demo from its start
    assert "Beispieldaten" in client.get("/").content.decode()
    assert "Beispieldaten" in client.get("/gibt-es-nicht/").content.decode()
    sign_in(client, coordinator())
    assert "Beispieldaten" in client.get("/admin/").content.decode()
