"""The page before the form."""

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext

from miglobe.site.models import PortalSettings
from requests_app.models import RequestDraft
from tests.intake import form_walk
from tests.intake.form_walk import answers, begin, draft_of

pytestmark = pytest.mark.django_db
START = reverse("intake:start")


def close_portal() -> None:
    settings = PortalSettings.read()
    settings.is_open = False
    settings.closed_text = "Wir sind im Januar wieder für Sie da."
    settings.save()


def sentences(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_start_shows_the_button_and_makes_no_draft(client: Client):
    response = client.get(START)
    assert response.status_code == 200
    assert gettext("Begin the request") in response.content.decode()
    assert RequestDraft.objects.count() == 0
    assert client.cookies.get("sessionid") is None


def test_start_costs_no_query_in_the_steady_state(client: Client, django_assert_num_queries):
    client.get(START)
    with django_assert_num_queries(0):
        client.get(START)


def test_beginning_makes_one_draft_and_leads_to_the_first_page(client: Client):
    response = client.post(START)
    assert response.url == reverse("intake:municipality")
    assert RequestDraft.objects.get().data == {}


def test_beginning_again_continues_where_something_is_missing(client: Client):
    begin(client)
    client.post(reverse("intake:municipality"), answers()["municipality"])
    response = client.post(START)
    assert response.url == reverse("intake:concern")
    assert RequestDraft.objects.count() == 1


def test_beginning_again_with_everything_filled_in_leads_to_the_check(client: Client):
    form_walk.fill(client, answers())
    assert client.post(START).url == reverse("intake:check")


def test_start_offers_the_draft_that_is_there(client: Client):
    begin(client)
    page = client.get(START).content.decode()
    assert gettext("Continue the request") in page
    assert gettext("Begin the request") not in page


def test_discarding_deletes_the_draft(client: Client):
    begin(client)
    response = client.post(START, {"discard": "1"})
    assert response.url == START
    assert RequestDraft.objects.count() == 0
    assert gettext("Begin the request") in client.get(START).content.decode()


def test_discarding_nothing_is_no_error(client: Client):
    assert client.post(START, {"discard": "1"}).url == START


def test_discarding_leaves_the_draft_of_a_case(client: Client):
    form_walk.send(client)
    client.post(START, {"discard": "1"})
    assert RequestDraft.objects.count() == 1


def test_closed_portal_says_why_and_takes_no_request(client: Client):
    form_walk.fill(client, answers())
    close_portal()
    page = client.get(START).content.decode()
    assert "Wir sind im Januar wieder für Sie da." in page
    assert gettext("Continue the request") not in page
    assert client.post(START).status_code == 200
    for name in ("municipality", "concern", "wishes", "check"):
        assert client.get(reverse(f"intake:{name}")).url == START
        assert client.post(reverse(f"intake:{name}"), {}).url == START
    assert draft_of(client).case is None


def test_closed_portal_still_confirms_what_was_sent(client: Client):
    case = form_walk.send(client)
    close_portal()
    assert client.get(reverse("intake:sent")).status_code == 200
    client.post(reverse("intake:confirm"), {"code": form_walk.mailed_code(case)})
    assert case.contacts.get().confirmed_at is not None


@pytest.mark.parametrize("name", ["municipality", "concern", "wishes", "check"])
def test_page_without_a_draft_leads_to_the_start_with_a_sentence(client: Client, name: str):
    response = client.get(reverse(f"intake:{name}"))
    assert response.url == START
    assert sentences(response) == [gettext("Please begin here. What you type is then kept for 30 days.")]
