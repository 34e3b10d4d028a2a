"""What people see when something goes wrong: calm, with a way on, in the language of the path."""

import pytest
from django.conf.urls.i18n import i18n_patterns
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.template.loader import render_to_string
from django.test import Client
from django.urls import path

from miglobe import urls
from miglobe.accounts.roles import Role
from tests.actors import coordinator, person
from tests.sign_in import sign_in


@login_not_required
def breaks(request):
    raise RuntimeError("secret detail")


@login_not_required
def forbids(request):
    raise PermissionDenied("secret detail")


@login_not_required
def suspects(request):
    raise SuspiciousOperation("secret detail")


urlpatterns = [
    *i18n_patterns(
        path("bricht/", breaks),
        path("verbietet/", forbids),
        path("zweifelt/", suspects),
        prefix_default_language=False,
    ),
    *urls.urlpatterns,
]

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False)


@pytest.mark.parametrize(
    ("address", "status", "title", "advice"),
    [
        (
            "/bricht/",
            500,
            "Das hat nicht funktioniert",
            "Bitte versuchen Sie es in einigen Minuten noch einmal.",
        ),
        ("/zweifelt/", 400, "Das konnten wir nicht lesen", "Gehen Sie eine Seite zurück"),
        ("/verbietet/", 403, "Diese Seite ist für Sie nicht freigegeben", "Bitte melden Sie sich zuerst an."),
        ("/gibt-es-nicht/", 404, "Diese Seite gibt es nicht", "Sie suchen einen Vorgang?"),
    ],
)
def test_error_page_says_what_happened_and_what_to_do(client, address, status, title, advice):
    response = client.get(address)
    html = response.content.decode()
    assert response.status_code == status
    assert f"<title>{title} – MiGlobe</title>" in html
    assert html.count("<h1") == 1
    assert advice in html
    assert "secret detail" not in html
    assert " style=" not in html


@pytest.mark.parametrize(
    ("address", "status", "title"),
    [
        ("/en/bricht/", 500, "Something went wrong"),
        ("/en/zweifelt/", 400, "We could not read this request"),
        ("/en/%00", 400, "We could not read this request"),
        ("/en/verbietet/", 403, "This page is not open to you"),
        ("/en/gibt-es-nicht/", 404, "This page does not exist"),
    ],
)
def test_error_page_below_en_is_english(client, address, status, title):
    response = client.get(address)
    html = response.content.decode()
    assert response.status_code == status
    assert '<html lang="en">' in html
    assert f"<title>{title} – MiGlobe</title>" in html
    assert '<a class="app-logo" href="/en/">' in html


def test_not_found_tells_a_signed_in_person_which_address_they_use(client):
    contact = sign_in(client, person("Katrin Wellmann", Role.MUNICIPALITY_CONTACT))
    html = client.get("/gibt-es-nicht/").content.decode()
    assert f"die zu <strong>{contact.email}</strong> gehören" in html


def test_forbidden_tells_a_signed_in_person_who_they_are(client):
    contact = sign_in(client, person("Katrin Wellmann", Role.MUNICIPALITY_CONTACT))
    html = client.get("/verbietet/").content.decode()
    assert f"Sie sind als <strong>{contact.email}</strong> angemeldet." in html


@pytest.mark.parametrize(
    ("address", "title", "advice"),
    [
        ("/barriere-melden/", "Das Formular war zu lange geöffnet", "Laden Sie die Seite neu"),
        ("/en/barriere-melden/", "The form was open for too long", "Load the page again"),
    ],
)
def test_expired_form_is_refused_with_advice(address, title, advice):
    client = Client(enforce_csrf_checks=True)
    response = client.post(address, {"description": "Zu kleine Schrift."})
    html = response.content.decode()
    assert response.status_code == 403
    assert f"<title>{title} – MiGlobe</title>" in html
    assert advice in html


@pytest.mark.parametrize("template", ["400.html", "500.html"])
def test_page_for_deep_trouble_needs_neither_context_nor_database(template, django_assert_num_queries):
    with django_assert_num_queries(0):
        html = render_to_string(template)
    assert 'href="/"' in html


def test_error_pages_work_in_the_admin_too(client):
    sign_in(client, coordinator())
    response = client.get("/admin/gibt/es/nicht/")
    assert response.status_code == 404
    assert "Diese Seite gibt es nicht" in response.content.decode()
