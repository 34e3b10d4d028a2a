"""“My office is not in the list”: each way ends with an answer, one of them with a request."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext, override

from miglobe.site.models import PortalSettings
from requests_app.intake import not_listed
from requests_app.intake.prefill import known_answers
from requests_app.models import Case, Municipality, RequestDraft
from requests_app.request_form.pages import BY_KEY
from tests import actors
from tests.intake.form_walk import answers, begin, draft_of, send

pytestmark = pytest.mark.django_db

CHOOSE = reverse("intake:not_listed")
COMPANY = reverse("intake:not_listed_company")
PAGE = reverse("intake:municipality")
HATTINGEN = "05954016"


def errors(response: Any) -> dict[str, list[str]]:
    return {name: list(sentences) for name, sentences in response.context["form"].errors.items()}


@pytest.mark.parametrize(
    ("answer", "name"),
    [
        ("verein", "not_listed_association"),
        ("unternehmen", "not_listed_company"),
        ("ausserhalb", "not_listed_elsewhere"),
        ("andere", "not_listed_other"),
    ],
)
def test_each_answer_has_an_address_that_can_be_linked(client: Client, answer: str, name: str):
    response = client.get(CHOOSE, {"stelle": answer, "weiter": "1"})
    assert (response.status_code, response.url) == (302, reverse(f"intake:{name}"))
    assert client.get(response.url).status_code == 200
    assert not RequestDraft.objects.exists()


def test_no_answer_asks_again(client: Client):
    assert errors(client.get(CHOOSE)) == {}
    response = client.get(CHOOSE, {"weiter": "1"})
    assert errors(response) == {"stelle": [gettext("Choose for whom you would like to ask.")]}
    title = f"<title>{gettext('Error:')} {gettext('My office is not in the list')} "
    assert response.content.decode().count(title) == 1


def test_unknown_answer_asks_again(client: Client):
    assert errors(client.get(CHOOSE, {"stelle": "<b>"})) == {"stelle": [gettext("Choose from the list.")]}


def test_link_below_the_question_keeps_what_was_typed(client: Client):
    begin(client)
    response = client.post(PAGE, {"municipality": "", "name": "Katrin Wellmann", "go": CHOOSE})
    assert response.url == CHOOSE
    assert draft_of(client).data["municipality"]["name"] == ["Katrin Wellmann"]


def test_coming_back_shows_what_was_typed_and_no_complaint(client: Client):
    begin(client)
    client.post(PAGE, {"municipality": "", "name": "Katrin Wellmann", "email": "", "go": CHOOSE})
    back = client.get(client.get(CHOOSE).context["back_url"])
    assert errors(back) == {}
    assert 'value="Katrin Wellmann"' in back.content.decode()


# --- An association: not part of the municipality -------------------------------------------------


def test_association_reads_who_could_ask_whom_to_call_and_a_text_to_pass_on(client: Client):
    PortalSettings.shipped().save()
    page = client.get(reverse("intake:not_listed_association")).content.decode()
    for words in ("Integrationszentrum", "Integrationsrat", "Wir vermitteln", "0176 1230 7830"):
        assert words in page
    assert f"http://testserver{reverse('intake:start')}" in page
    assert 'href="mailto:?subject=Kostenfreie%20Beratung' in page
    assert not Case.objects.exists()


# --- Outside North Rhine-Westphalia ---------------------------------------------------------------


def test_municipality_outside_is_pointed_to_skew_and_nothing_is_stored(client: Client):
    page = client.get(reverse("intake:not_listed_elsewhere")).content.decode()
    assert "Servicestelle Kommunen in der Einen Welt (SKEW)" in page
    assert (Case.objects.count(), RequestDraft.objects.count()) == (0, 0)


def test_referral_is_the_portals_setting(client: Client):
    settings = PortalSettings.shipped()
    settings.referral_name = "Beratung Nord"
    settings.referral_website = "https://nord.example.org/"
    settings.save()
    page = client.get(reverse("intake:not_listed_elsewhere")).content.decode()
    assert "Beratung Nord" in page
    assert 'href="https://nord.example.org/"' in page


@pytest.mark.parametrize("way", ["association", "elsewhere", "other"])
def test_answers_are_there_in_english(client: Client, way: str):
    request = client.get(CHOOSE).wsgi_request
    with override("en"):
        response = not_listed.answer(request, way)
    heading = {
        "association": "Who in your municipality can ask",
        "elsewhere": "Who advises you",
        "other": "Ask us",
    }
    assert f"<h2>{heading[way]}</h2>" in response.content.decode()


def test_text_to_pass_on_is_german_on_the_english_page(client: Client):
    request = client.get(CHOOSE).wsgi_request
    with override("en"):
        page = not_listed.answer(request, "association").content.decode()
    assert 'class="app-forward" lang="de"' in page
    assert "Guten Tag," in page
    assert "http://testserver/anfrage/" in page


# --- A municipal company --------------------------------------------------------------------------


def test_company_goes_on_in_the_form_with_both_filled_in(client: Client):
    begin(client)
    client.post(PAGE, {"municipality": "", "name": "Katrin Wellmann", "email": "", "go": CHOOSE})
    response = client.post(COMPANY, {"municipality": HATTINGEN, "organisation": "Stadtwerke Hattingen"})
    page = client.get(response.url)
    assert errors(page) == {}
    html = page.content.decode()
    assert f'value="{HATTINGEN}" selected' in html
    for kept in ("Stadtwerke Hattingen", "Katrin Wellmann"):
        assert f'value="{kept}"' in html


def test_company_begins_a_draft_where_there_is_none(client: Client):
    client.post(COMPANY, {"municipality": HATTINGEN, "organisation": "Stadtwerke"})
    assert draft_of(client).data == {
        "municipality": {"municipality": [HATTINGEN], "organisation": ["Stadtwerke"]}
    }


def test_company_needs_a_municipality_and_a_name(client: Client):
    response = client.post(COMPANY, {"municipality": "09162000", "organisation": " "})
    assert errors(response) == {
        "municipality": [gettext("Choose the municipality from the list.")],
        "organisation": [gettext("Enter the name.")],
    }
    assert not RequestDraft.objects.exists()


def test_request_of_a_company_is_filed_for_the_municipality_with_the_unit_to_clarify(client: Client):
    given = answers()
    given["municipality"] |= {"organisation": "Stadtwerke Hattingen", "unit": ""}
    case = send(client, given)
    assert (case.place, case.organisation, case.lead_unit_open) == ("Hattingen", "Stadtwerke Hattingen", True)


def test_municipality_that_asks_itself_is_not_asked_for_a_company(client: Client):
    begin(client)
    assert "id_organisation" not in client.get(PAGE).content.decode()
    case = send(client)
    assert (case.organisation, case.lead_unit_open) == ("", False)


def test_company_name_taken_out_makes_it_the_municipalitys_own_request(client: Client):
    given = answers()
    given["municipality"]["organisation"] = ""
    assert send(client, given).lead_unit_open is False


def test_company_waits_while_requests_are_closed(client: Client):
    settings = PortalSettings.shipped()
    settings.is_open, settings.closed_text = False, "Zurzeit nicht."
    settings.save()
    assert client.get(COMPANY).url == reverse("intake:start")
    assert client.get(CHOOSE).status_code == 200


def test_merged_municipality_is_prefilled_as_the_one_it_is_part_of():
    case = actors.submitted()
    new = Municipality.objects.get(key="05954028")
    Municipality.objects.filter(key=HATTINGEN).update(is_active=False, successor=new)
    known = known_answers(BY_KEY["municipality"], actors.contact_of(case))
    assert known["municipality"] == ["05954028"]
