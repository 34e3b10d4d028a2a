"""Requests that nobody means: held back, kindly, and never lost."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext

from miglobe.mail.models import OutboxMessage
from requests_app.intake import drafts, limits
from requests_app.models import Case, HeldReason, RequestDraft
from tests import actors
from tests.intake.form_walk import PAGES, answers, begin, draft_of, fill, send
from tests.sign_in import sign_in

CHECK, SENT = reverse("intake:check"), reverse("intake:sent")
NOON = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)

pytestmark = pytest.mark.django_db


def press_send(client: Client) -> None:
    """Open the check page and press its button, with all that the page holds."""
    page = client.get(CHECK)
    data = {"draft": str(page.context["draft"].key), "moment": page.context["moment"]}
    assert client.post(CHECK, data).url == SENT


def held() -> list[str]:
    return list(RequestDraft.objects.exclude(held_at=None).values_list("held_reason", flat=True))


# --- What a program does -----------------------------------------------------------------------------


def fill_honeypot(client: Client) -> None:
    begin(client)
    for page in PAGES:
        client.post(reverse(f"intake:{page}"), answers()[page] | {"website": "https://example.com"})


def test_field_that_people_do_not_see_holds_the_request_back(client: Client) -> None:
    fill_honeypot(client)
    press_send(client)
    assert held() == [HeldReason.HONEYPOT]
    assert (Case.objects.count(), OutboxMessage.objects.count()) == (0, 0)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_has_that_field_out_of_sight_and_out_of_the_keyboards_way(
    client: Client, page: str
) -> None:
    begin(client)
    html = client.get(reverse(f"intake:{page}")).content.decode()
    field = html.partition('<div class="app-honeypot" aria-hidden="true">')[2].partition("</div>")[0]
    assert 'name="website"' in field
    assert 'tabindex="-1" autocomplete="off"' in field


@pytest.mark.parametrize(("seconds", "expected"), [(4, [HeldReason.TOO_FAST]), (5, [])])
def test_request_sent_sooner_than_somebody_can_type_is_held_back(
    client: Client, settings, seconds: int, expected: list[str]
) -> None:
    settings.FORM_MIN_SECONDS = 5
    with time_machine.travel(NOON, tick=False):
        fill(client, answers())
    with time_machine.travel(NOON + dt.timedelta(seconds=seconds), tick=False):
        press_send(client)
    assert held() == expected


@pytest.mark.parametrize("moment", ["", "nonsense", "W10:1vN:abc", "of another draft"])
def test_request_whose_page_was_not_ours_is_held_back(client: Client, settings, moment: str) -> None:
    settings.FORM_MIN_SECONDS = 5
    with time_machine.travel(NOON, tick=False):
        fill(client, answers())
        if moment == "of another draft":
            moment = limits.moment(RequestDraft.objects.create())
    with time_machine.travel(NOON + dt.timedelta(hours=1), tick=False):
        assert client.post(CHECK, {"draft": str(draft_of(client).key), "moment": moment}).url == SENT
    assert held() == [HeldReason.TOO_FAST]


def test_page_says_that_the_request_is_looked_at_first_and_nothing_of_why(client: Client) -> None:
    fill_honeypot(client)
    press_send(client)
    html = client.get(SENT).content.decode()
    assert gettext("Your request has arrived") in html
    assert [reason.label for reason in HeldReason if str(reason.label) in html] == []
    assert "katrin.wellmann" not in html


def test_request_that_is_held_back_can_neither_be_changed_nor_sent_again(client: Client) -> None:
    fill_honeypot(client)
    press_send(client)
    for page in (*PAGES, "check"):
        assert client.get(reverse(f"intake:{page}")).url == SENT
        assert client.post(reverse(f"intake:{page}"), {"title": "anders"}).url == SENT
    assert (RequestDraft.objects.count(), Case.objects.count()) == (1, 0)


def test_what_is_held_back_outlives_the_thirty_days_of_drafts(client: Client) -> None:
    fill_honeypot(client)
    press_send(client)
    fill(client, answers())
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(days=31)):
        assert drafts.delete_old() == 1
    assert held() == [HeldReason.HONEYPOT]


# --- Counts ------------------------------------------------------------------------------------------


def test_sixth_request_with_an_address_that_nobody_confirmed_is_held_back(client: Client) -> None:
    for _ in range(limits.UNCONFIRMED_PER_ADDRESS_A_DAY):
        send(client)
    fill(client, answers())
    press_send(client)
    assert held() == [HeldReason.ADDRESS]
    assert Case.objects.count() == limits.UNCONFIRMED_PER_ADDRESS_A_DAY


def test_other_addresses_are_not_held_up(client: Client) -> None:
    for _ in range(limits.UNCONFIRMED_PER_ADDRESS_A_DAY):
        send(client)
    assert send(client, answers(email="andere@hattingen.example.org")).pk


def test_whoever_is_signed_in_with_the_address_is_not_held_up(client: Client) -> None:
    for _ in range(limits.UNCONFIRMED_PER_ADDRESS_A_DAY):
        case = send(client)
    sign_in(client, actors.contact_of(case))
    assert send(client).pk


def test_one_network_sends_thirty_requests_an_hour_and_then_they_are_looked_at(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PER_NETWORK_AN_HOUR", 2)
    outcome = []
    for number, minute in enumerate(("10:05", "10:30", "10:59", "11:01")):
        with time_machine.travel(f"2026-11-20 {minute}+01:00"):
            fill(client, answers(email=f"stelle{number}@hattingen.example.org"))
            press_send(client)
            outcome.append((Case.objects.count(), len(held())))
    assert outcome == [(1, 0), (2, 0), (2, 1), (3, 1)]


def test_far_beyond_that_the_form_says_kindly_that_it_waits_and_keeps_everything(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "TAKEN_AN_HOUR", 1)
    send(client)
    fill(client, answers())
    response = client.post(CHECK)
    assert response.url == CHECK
    assert [str(message) for message in get_messages(response.wsgi_request)] == [
        str(limits.FROM_YOUR_NETWORK)
    ]
    assert client.get(CHECK).status_code == 200
    assert draft_of(client).data["concern"]["title"] == ["Migrantische Vereine gewinnen"]


@pytest.mark.parametrize(
    ("first", "second", "together"),
    [
        ("192.0.2.7", "192.0.2.7", True),
        ("192.0.2.7", "192.0.2.8", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
    ],
)
def test_network_is_one_address_or_what_one_customer_gets(
    monkeypatch: pytest.MonkeyPatch, first: str, second: str, together: bool
) -> None:
    monkeypatch.setattr(limits, "PER_NETWORK_AN_HOUR", 1)
    for number, address in enumerate((first, second)):
        client = Client(REMOTE_ADDR=address)
        fill(client, answers(email=f"stelle{number}@hattingen.example.org"))
        press_send(client)
    assert held() == ([HeldReason.TOO_MANY] if together else [])


# --- Nothing is to be learnt about addresses ----------------------------------------------------------


def test_form_answers_alike_whether_an_address_is_known_or_not() -> None:
    known = actors.coordinator("Lena Brandt").email
    pages = []
    for email in (known, "nobody.knows.me@example.org"):
        client = Client()
        case = send(client, answers(email=email))
        html = client.get(SENT).content.decode()
        for own in (email, case.reference, client.cookies["csrftoken"].value):
            html = html.replace(own, "")
        pages.append(html.partition("<main")[2].partition("csrfmiddlewaretoken")[0])
    assert pages[0] == pages[1]


def test_code_page_answers_alike_whether_an_address_is_known_or_not() -> None:
    known = actors.contact_of(actors.submitted()).email
    answered = []
    for email in (known, "nobody.knows.me@example.org"):
        client = Client()
        response = client.post(reverse("account_login"), {"login": email})
        page = client.get(response.url).content.decode().replace(email, "")
        answered.append((response.status_code, response.url, page.partition("<main")[2].partition("csrf")[0]))
    assert answered[0] == answered[1]
