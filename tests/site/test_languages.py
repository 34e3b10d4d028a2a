"""The path decides the language of a page; the header leads to the same page in the other one."""

import re
from html import unescape

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils.translation import get_language, override

from miglobe.accounts.models import Language
from tests.actors import World, coordinator
from tests.sign_in import sign_in

pytestmark = pytest.mark.django_db


def other_language(html: str) -> tuple[str, str]:
    """Code and address of the link in the header that changes the language."""
    found = re.search(r'<a [^>]*href="([^"]*)" lang="(\w+)" hreflang="\2">', html)
    assert found
    return found[2], unescape(found[1])


def test_portal_and_accounts_know_the_same_languages():
    assert Language.choices == settings.LANGUAGES


@pytest.mark.parametrize(("path", "language"), [("/", "de"), ("/en/", "en"), ("/anfrage/", "de")])
@pytest.mark.parametrize("accepted", ["en", "de", "fr;q=0.9, en;q=0.8", "*"])
def test_path_alone_decides_the_language_of_a_page(client: Client, path: str, language: str, accepted: str):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en" if language == "de" else "de"
    response = client.get(path, headers={"accept-language": accepted})
    assert response.status_code == 200
    assert f'<html lang="{language}">' in response.content.decode()
    assert response["Content-Language"] == language
    assert "Accept-Language" not in response.get("Vary", "")


def test_language_of_a_page_ends_with_its_answer(client: Client):
    client.get("/en/")
    assert get_language() == "de"


def test_address_without_its_slash_stays_in_its_language(client: Client):
    assert client.get("/en")["Location"] == "/en/"


@pytest.mark.parametrize(
    ("path", "code", "url"),
    [
        ("/", "en", "/en/"),
        ("/en/", "de", "/"),
        ("/hilfe/?suche=a%26b&leer=", "en", "/en/hilfe/?suche=a%26b&leer="),
        ("/en/anfrage/", "de", "/anfrage/"),
        (
            "/konto/anmelden/?next=/meine-vorgaenge/",
            "en",
            "/en/konto/anmelden/?next=%2Fen%2Fmeine-vorgaenge%2F",
        ),
        ("/gibt-es-nicht/", "en", "/en/"),
    ],
)
def test_header_leads_to_the_same_page_in_the_other_language(client: Client, path: str, code: str, url: str):
    assert other_language(client.get(path).content.decode()) == (code, url)


def test_every_page_names_both_languages_to_search_engines(client: Client):
    html = client.get("/en/hilfe/?a=b").content.decode()
    assert f'<link rel="alternate" hreflang="de" href="{settings.BASE_URL}/hilfe/">' in html
    assert f'<link rel="alternate" hreflang="en" href="{settings.BASE_URL}/en/hilfe/">' in html


def test_page_of_one_language_offers_no_other(client: Client, settings):
    sign_in(client, World().lead.user)
    html = client.get("/admin/").content.decode()  # refused with a page of ours
    assert "hreflang" not in html
    assert '<html lang="de">' in html


def test_admin_speaks_german_and_has_no_english_path(client: Client):
    sign_in(client, coordinator())
    assert '<html lang="de"' in client.get("/admin/", headers={"accept-language": "en"}).content.decode()
    assert client.get("/en/admin/").status_code == 404


def test_form_goes_on_in_the_other_language_with_what_was_typed(client: Client):
    client.post(reverse("intake:start"))
    client.post(reverse("intake:municipality"), {"name": "Lena Brandt"})
    with override("en"):
        page = reverse("intake:municipality")
    assert 'value="Lena Brandt"' in client.get(page).content.decode()


@pytest.mark.parametrize(
    ("page", "sign_in_page"),
    [
        ("/meine-vorgaenge/", "/konto/anmelden/?next=/meine-vorgaenge/"),
        ("/en/meine-vorgaenge/", "/en/konto/anmelden/?next=/en/meine-vorgaenge/"),
        ("/en/vorgang/MG-2026-0001/", "/en/konto/anmelden/?next=/en/vorgang/MG-2026-0001/"),
    ],
)
def test_sign_in_is_asked_for_in_the_language_of_the_page(client: Client, page: str, sign_in_page: str):
    assert client.get(page)["Location"] == sign_in_page


def test_signing_out_leads_to_the_home_page_in_the_same_language(client: Client):
    sign_in(client, World().lead.user)
    assert client.post("/en/konto/abmelden/")["Location"] == "/en/"
