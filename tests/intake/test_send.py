"""Sending: one request, one case, one page that says so."""

import threading

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext

from miglobe.accounts.models import User
from miglobe.mail.models import OutboxMessage
from requests_app.models import Case, Event, RequestDraft
from tests import actors
from tests.intake.form_walk import answers, begin, draft_of, fill, send
from tests.sign_in import sign_in

CHECK, SENT = reverse("intake:check"), reverse("intake:sent")

pytestmark = pytest.mark.django_db


def sentences(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_sending_makes_a_case_and_empties_the_draft(client: Client):
    fill(client, answers())
    key = draft_of(client).key
    response = client.post(CHECK, {"draft": str(key)})
    assert response.url == SENT
    case = Case.objects.get()
    draft = RequestDraft.objects.get()
    assert (draft.case, draft.data, draft.key) == (case, {}, case.submission_key)
    assert client.session["intake_sent"] == str(key)
    assert "intake_draft" not in client.session


@time_machine.travel("2026-11-20 10:00+01:00")
def test_page_after_sending_says_number_address_and_date(client: Client):
    case = send(client)
    html = client.get(SENT).content.decode()
    assert case.reference in html
    assert "katrin.wellmann@hattingen.example.org" in html
    assert "Freitag, 27. November 2026" in html
    assert 'inputmode="numeric"' in html
    assert 'autocomplete="one-time-code"' in html


def test_sending_twice_makes_one_case(client: Client):
    fill(client, answers())
    data = {"draft": str(draft_of(client).key)}
    assert [client.post(CHECK, data).url for _ in range(2)] == [SENT, SENT]
    assert Case.objects.count() == 1
    assert Event.objects.count() == 1


def test_going_back_after_sending_leads_to_what_was_sent(client: Client):
    send(client)
    for page in ("municipality", "concern", "wishes", "check"):
        assert client.get(reverse(f"intake:{page}")).url == SENT
        assert client.post(reverse(f"intake:{page}"), {}).url == SENT


def test_another_request_can_follow(client: Client):
    first = send(client)
    second = send(client, answers(title="Zweites Anliegen"))
    assert Case.objects.count() == 2
    assert second.reference in client.get(SENT).content.decode()
    assert first.reference != second.reference


def test_page_left_open_does_not_send_another_request(client: Client):
    fill(client, answers())
    left_open = {"draft": str(draft_of(client).key)}
    client.post(CHECK, left_open)
    fill(client, answers(title="Zweites Anliegen"))
    response = client.post(CHECK, left_open)
    assert response.url == CHECK
    assert sentences(response) == [
        gettext("You have begun another request since. Please check it before you send it.")
    ]
    assert Case.objects.count() == 1


def test_incomplete_request_is_not_sent(client: Client):
    begin(client)
    client.post(reverse("intake:municipality"), answers()["municipality"])
    assert client.post(CHECK).url == reverse("intake:concern") + "?zurueck=pruefen"
    assert Case.objects.count() == 0


def test_begin_that_passed_meanwhile_leads_back_to_its_page(client: Client):
    with time_machine.travel("2026-11-22 12:00+01:00"):
        fill(client, answers(earliest_begin_month="11", earliest_begin_year="2026"))
    with time_machine.travel("2026-12-01 12:00+01:00"):
        response = client.post(CHECK)
    assert response.url == reverse("intake:wishes") + "?zurueck=pruefen"
    assert Case.objects.count() == 0


def test_topic_that_vanished_behind_the_cache_leads_back_to_its_page(client: Client):
    from advisors.models import Topic

    fill(client, answers())
    client.get(CHECK)
    Topic.objects.filter(key="fair_trade").update(is_active=False)
    assert client.post(CHECK).url == reverse("intake:concern") + "?zurueck=pruefen"
    assert draft_of(client).data["concern"]["title"] == ["Migrantische Vereine gewinnen"]


def test_signed_in_sender_is_confirmed_and_told_so(client: Client):
    user = actors.contact_of(actors.submitted())
    sign_in(client, user)
    case = send(client, answers(email=user.email))
    assert case.contacts.get().confirmed_at is not None
    assert Event.objects.filter(case=case).order_by("pk").first().actor == user
    html = client.get(SENT).content.decode()
    assert gettext("See where the request stands") in html
    assert reverse("casepage:case", args=[case.reference]) in html
    assert gettext("Confirm your address") not in html


def test_sender_signed_in_with_another_address_must_confirm(client: Client):
    sign_in(client, actors.contact_of(actors.submitted()))
    case = send(client)
    assert case.contacts.get().confirmed_at is None
    assert gettext("Confirm your address") in client.get(SENT).content.decode()


def page_after_sending(email: str) -> str:
    client = Client()
    case = send(client, answers(email=email))
    html = client.get(SENT).content.decode()
    return (
        html.replace(case.reference, "NUMBER")
        .replace(email, "ADDRESS")
        .split("<main", 1)[1]
        .split("<form")[0]
    )


def test_page_after_sending_is_the_same_for_known_and_unknown_addresses():
    known = [
        actors.contact_of(actors.submitted()),
        actors.coordinator(),
        actors.advisor().user,
        User.objects.create_user("locked@example.org", "Locked", is_active=False),
    ]
    pages = {page_after_sending(email) for email in ["neu@example.org", *(user.email for user in known)]}
    assert len(pages) == 1


def test_name_of_a_known_account_stays(client: Client):
    """Nobody renames somebody else's account by writing her address into the form."""
    coordinator = actors.coordinator("Lena Brandt")
    send(client, answers(email=coordinator.email, name="Jemand anderes"))
    coordinator.refresh_from_db()
    assert coordinator.name == "Lena Brandt"


def test_mails_are_stored_with_the_case(client: Client):
    actors.coordinator()
    case = send(client)
    kinds = (
        OutboxMessage.objects.filter(reference=case.reference).order_by("pk").values_list("kind", flat=True)
    )
    assert list(kinds) == ["request_received", "new_request"]


@pytest.mark.django_db(transaction=True)
def test_sending_twice_at_the_same_time_makes_one_case():
    client = Client()
    fill(client, answers())
    data = {"draft": str(draft_of(client).key)}
    start = threading.Barrier(4)
    answered: list[tuple[int, str]] = []

    def press() -> None:
        browser = Client()
        browser.cookies = client.cookies
        start.wait()
        response = browser.post(CHECK, data)
        answered.append((response.status_code, response.headers.get("Location", "")))
        connection.close()

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answered == [(302, SENT)] * 4
    case = Case.objects.get()
    assert Event.objects.filter(case=case).count() == 1
    assert OutboxMessage.objects.filter(kind="request_received").count() == 1
    assert case.reference in client.get(SENT).content.decode()
