"""Every page of the admin that no walk of its own looks at: accessible, without a word on the console."""

from __future__ import annotations

import pytest
from django.test import Client
from playwright.sync_api import Browser

from tests.browser.looks import Looks
from tests.browser.test_day import desk_of, errors_of
from tests.test_url_matrix import Scene, routes

pytestmark = pytest.mark.django_db(transaction=True)

# All histories are one page.
HISTORY = "/admin/advisors/advisor/<path:object_id>/history/"
CASE = "/admin/requests_app/case/<int:pk>/"
# Seen by the walks beside this file: the day, desk, finding, offers, mending, texts, …
WALKED = {
    "/admin/",
    "/admin/advisors/publication/",
    "/admin/advisors/publication/<int:pk>/pruefen/",
    "/admin/mail/mailwording/",
    "/admin/mail/mailwording/<slug:kind>/<slug:language>/",
    "/admin/requests_app/case/",
    "/admin/requests_app/case/eintragen/",
    "/admin/requests_app/case/filter/",
    "/admin/requests_app/case/interessenkonflikte/<int:advisor_pk>/",
    "/admin/requests_app/case/mein-platz/",
    "/admin/requests_app/case/was-daraus-wurde/",
    "/admin/requests_app/caseoverview/",
    "/admin/requests_app/textmodule/",
    "/admin/requests_app/textmodule/<int:pk>/",
    "/admin/requests_app/textmodule/<int:pk>/loeschen/",
    "/admin/requests_app/textmodule/neu/",
    f"{CASE}ansprechpersonen/<int:contact_pk>/",
    f"{CASE}ansprechpersonen/<int:contact_pk>/entfernen/",
    f"{CASE}ansprechpersonen/neu/",
    f"{CASE}change/",
    f"{CASE}danach-fragen/",
    f"{CASE}danach-fragen/<int:entry_pk>/",
    f"{CASE}interessenkonflikt/<int:advisor_pk>/",
    f"{CASE}mails/<int:mail_pk>/adresse/",
    f"{CASE}schritt/<slug:key>/",
    f"{CASE}schwaerzen/",
    f"{CASE}weitergeben/",
    f"{CASE}wiedervorlage/",
}


def test_every_other_page_of_the_admin_is_accessible(browser: Browser, live_server) -> None:
    scene = Scene()
    administrator = scene.people["administrator"]
    assert administrator is not None
    context = desk_of(browser, live_server.url, administrator)
    page, looks = context.new_page(), Looks()
    errors = errors_of(page)
    asked = Client(raise_request_exception=False)
    asked.cookies = scene.cookies["administrator"]
    for route in sorted({route for route in routes() if route.startswith("/admin/")} - WALKED):
        if route.endswith("/history/") and route != HISTORY:
            continue
        answer = asked.get(scene.path(route))
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            page.goto(scene.path(route))
            looks.at(page, route)
    assert (looks.faults, errors) == ([], [])
    assert len(looks.seen) == 28
