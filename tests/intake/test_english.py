"""The form below /en/: what is filed there is remembered for the mails."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from tests.intake.form_walk import answers, begin, draft_of, mailed_code, send

pytestmark = pytest.mark.django_db


def test_request_filed_in_english_is_answered_in_english(client: Client):
    with override("en"):
        case = send(client)
        sent = reverse("intake:sent")
        confirm = reverse("intake:confirm")
        page = reverse("casepage:case", args=[case.reference])
    assert case.language == "en"
    assert case.contacts.get().user.language == "en"
    html = client.get(sent).content.decode()
    assert '<html lang="en">' in html
    assert case.reference in html
    assert client.post(confirm, {"code": mailed_code(case)}).url == page
    assert '<html lang="en">' in client.get(page).content.decode()


def test_draft_remembers_the_language_of_its_last_page(client: Client):
    with override("en"):
        begin(client)
    assert draft_of(client).language == "en"
    client.post(reverse("intake:municipality"), answers()["municipality"])
    assert draft_of(client).language == "de"


def test_request_has_the_language_of_the_page_that_sent_it(client: Client):
    with override("en"):
        begin(client)
    assert send(client).language == "de"
