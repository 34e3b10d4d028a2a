"""The way from a profile into the form: who is asked, what is said before, and how to leave it again."""

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext

from advisors.models import Absence, Advisor
from requests_app.models import RequestDraft
from tests import actors
from tests.intake.form_walk import answers, begin, draft_of
from tests.intake.test_start import close_portal

pytestmark = pytest.mark.django_db
TO_COORDINATION = reverse("intake:to_coordination")
WEDNESDAY = time_machine.travel(dt.datetime(2026, 11, 25, 9, tzinfo=dt.UTC))


@pytest.fixture
def amara() -> Advisor:
    return actors.advisor("Amara Okafor")


def url(advisor: Advisor) -> str:
    return reverse("intake:direct", args=[advisor.slug])


def away(advisor: Advisor, first: dt.date, last: dt.date, substitute: Advisor | None = None) -> None:
    Absence.objects.create(advisor=advisor, first_day=first, last_day=last, substitute=substitute)


def test_page_says_who_is_asked_and_by_when_an_answer_comes(client: Client, amara: Advisor):
    html = client.get(url(amara)).content.decode()
    assert "<h1" in html
    assert "Amara Okafor direkt anfragen" in html
    assert "innerhalb von 3 Arbeitstagen" in html


def test_looking_at_the_page_changes_nothing(client: Client, amara: Advisor):
    client.get(url(amara))
    assert RequestDraft.objects.count() == 0
    assert client.cookies.get("sessionid") is None


def test_button_begins_a_draft_for_this_advisor(client: Client, amara: Advisor):
    response = client.post(url(amara))
    assert response.url == reverse("intake:municipality")
    assert draft_of(client).directed_to == amara


def test_draft_that_is_there_keeps_its_answers(client: Client, amara: Advisor):
    begin(client)
    typed = answers()
    client.post(reverse("intake:municipality"), typed["municipality"])
    key = draft_of(client).pk
    response = client.post(url(amara))
    draft = draft_of(client)
    assert response.url == reverse("intake:concern")
    assert (draft.pk, draft.directed_to) == (key, amara)
    assert draft.data["municipality"]["name"] == ["Katrin Wellmann"]


def test_another_profile_redirects_the_draft(client: Client, amara: Advisor):
    ines = actors.advisor("Inés Carvajal")
    client.post(url(amara))
    client.post(url(ines))
    assert (draft_of(client).directed_to, RequestDraft.objects.count()) == (ines, 1)


def test_wish_for_somebody_else_falls_away_and_does_not_come_back(client: Client, amara: Advisor):
    ines = actors.advisor("Inés Carvajal")
    begin(client)
    wishes = answers(preferred_advisor=str(ines.pk))["wishes"]
    client.post(reverse("intake:wishes"), wishes)
    client.post(url(amara))
    assert "preferred_advisor" not in draft_of(client).data["wishes"]
    client.post(reverse("intake:wishes"), wishes)  # from a page that was left open
    draft = draft_of(client)
    assert "preferred_advisor" not in draft.data["wishes"]
    assert draft.data["wishes"]["period"] == ["Ratssitzung am 14. April"]


def test_coordination_is_one_button_away_and_nothing_is_lost(client: Client, amara: Advisor):
    client.post(url(amara))
    client.post(reverse("intake:municipality"), answers()["municipality"])
    response = client.post(TO_COORDINATION)
    draft = draft_of(client)
    assert response.url == reverse("intake:concern")
    assert (draft.directed_to, list(draft.data)) == (None, ["municipality"])


def test_looking_at_the_way_to_the_coordination_changes_nothing(client: Client, amara: Advisor):
    client.post(url(amara))
    assert client.get(TO_COORDINATION).url == reverse("intake:start")
    assert draft_of(client).directed_to == amara


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("fields", [{"status": "paused"}, {"status": "left"}, {"published": False}])
def test_advisor_who_is_not_public_is_not_there(client: Client, method: str, fields):
    hidden = actors.advisor("Lea Ott", **fields)
    assert getattr(client, method)(url(hidden)).status_code == 404
    assert RequestDraft.objects.count() == 0


def test_closed_portal_leads_to_the_start(client: Client, amara: Advisor):
    close_portal()
    for address in (url(amara), TO_COORDINATION):
        assert client.get(address).url == reverse("intake:start")
        assert client.post(address).url == reverse("intake:start")
    assert RequestDraft.objects.count() == 0


@WEDNESDAY
def test_absence_and_substitute_are_said(client: Client, amara: Advisor):
    ines = actors.advisor("Inés Carvajal")
    away(amara, dt.date(2026, 11, 20), dt.date(2026, 12, 4), ines)
    html = client.get(url(amara)).content.decode()
    assert "Amara Okafor ist bis Freitag, 4. Dezember 2026 abwesend" in html
    assert "Vertretung anfragen (Inés Carvajal)" in html
    assert f'action="{url(ines)}"' in html
    assert "Trotzdem Amara Okafor anfragen" in html
    assert gettext("Let the coordination suggest somebody") in html


@WEDNESDAY
def test_absence_without_a_substitute_leaves_two_ways(client: Client, amara: Advisor):
    away(amara, dt.date(2026, 11, 25), dt.date(2026, 12, 4))
    html = client.get(url(amara)).content.decode()
    assert "Vertretung" not in html
    assert "mit dem Wunsch nach Amara Okafor" in html


@WEDNESDAY
def test_absence_of_the_next_days_is_said_beforehand(client: Client, amara: Advisor):
    away(amara, dt.date(2026, 11, 30), dt.date(2026, 12, 4))
    html = client.get(url(amara)).content.decode()
    assert "von Montag, 30. November 2026 bis Freitag, 4. Dezember 2026 abwesend" in html
    assert "Trotzdem" not in html


@WEDNESDAY
def test_absence_far_ahead_is_not_said(client: Client, amara: Advisor):
    away(amara, dt.date(2026, 12, 21), dt.date(2027, 1, 4))
    assert "abwesend" not in client.get(url(amara)).content.decode()
