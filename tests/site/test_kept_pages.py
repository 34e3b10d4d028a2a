"""Pages that are made once a minute for everybody – and never for somebody."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils.translation import override

from miglobe.site.models import PortalSettings
from tests import actors
from tests.sign_in import sign_in

pytestmark = pytest.mark.django_db


def page(client, path: str = "/") -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def test_the_second_visitor_reads_the_same_page_without_a_query(client, django_assert_num_queries):
    first = page(client)
    with django_assert_num_queries(0):
        assert page(client) == first


def test_whoever_is_signed_in_reads_her_own_name_and_the_next_visitor_does_not(client):
    page(client)
    user = sign_in(client, actors.contact_of(actors.submitted()))
    assert user.name in page(client)
    client.logout()
    client.cookies.clear()
    assert user.name not in page(client)


def test_a_page_made_for_somebody_is_not_kept(client):
    user = sign_in(client, actors.contact_of(actors.submitted()))
    assert user.name in page(client)
    client.cookies.clear()
    assert user.name not in page(client)


def test_a_kept_page_says_that_it_depends_on_the_cookies(client):
    for _ in range(2):
        assert "Cookie" in client.get("/").headers["Vary"]


def test_saved_settings_are_read_at_once(client, django_capture_on_commit_callbacks):
    page(client)
    portal = PortalSettings.read()
    portal.notice_banner = "Am 24. Dezember ist niemand zu erreichen."
    with django_capture_on_commit_callbacks(execute=True):
        portal.save()
    assert portal.notice_banner in page(client)


def test_each_language_has_its_own_copy(client):
    with override("en"):
        english = reverse("site:landing")
    assert '<html lang="de">' in page(client)
    assert '<html lang="en">' in page(client, english)


def test_header_marks_the_room_of_the_page(client):
    page(client)
    faq = page(client, reverse("site:help"))
    assert f'<a href="{reverse("site:help")}" aria-current="page">' in faq
    assert '<a href="/" aria-current="page">' not in faq
