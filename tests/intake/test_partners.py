"""Several municipalities ask together: one has the lead, the others are picked one by one."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext

from miglobe.mail.models import OutboxMessage
from requests_app.models import Municipality
from requests_app.request_form.partners import MOST
from tests import actors
from tests.intake.form_walk import answers, begin, draft_of, send

pytestmark = pytest.mark.django_db

PAGE = reverse("intake:municipality")
HATTINGEN, SPROCKHOEVEL, HERDECKE, KREIS = "05954016", "05954028", "05954020", "05954"


@pytest.fixture
def client(client: Client) -> Client:
    begin(client)
    return client


def typed(*partners: str, **more: Any) -> dict[str, Any]:
    return answers()["municipality"] | {"partners": list(partners)} | more


def errors(response: Any) -> dict[str, list[str]]:
    return {name: list(sentences) for name, sentences in response.context["form"].errors.items()}


def ticked(response: Any) -> list[str]:
    """The keys that stand as ticked boxes."""
    return re.findall(
        r'type="checkbox" name="partners" value="(\w+)"[^>]* checked', response.content.decode()
    )


def has_row(response: Any) -> bool:
    return 'id="id_partners"' in response.content.decode()


def test_first_look_asks_for_no_row(client: Client):
    response = client.get(PAGE)
    assert (ticked(response), has_row(response)) == ([], False)
    assert response.content.decode().count("<select") == 1


def test_button_brings_a_row_and_keeps_what_was_typed_without_complaining(client: Client):
    response = client.post(PAGE, {"municipality": HATTINGEN, "name": "", "unit": "KI", "add_partner": "1"})
    assert (response.status_code, errors(response), has_row(response)) == (200, {}, True)
    assert 'name="unit" value="KI"' in response.content.decode()
    assert draft_of(client).data["municipality"]["unit"] == ["KI"]


def test_chosen_municipality_becomes_a_ticked_box_above_the_next_row(client: Client):
    response = client.post(PAGE, typed(SPROCKHOEVEL, add_partner="1"))
    assert (ticked(response), has_row(response)) == ([SPROCKHOEVEL], True)
    response = client.post(PAGE, typed(SPROCKHOEVEL, HERDECKE, add_partner="1"))
    assert ticked(response) == [SPROCKHOEVEL, HERDECKE]


def test_partners_survive_in_the_draft(client: Client):
    assert client.post(PAGE, typed(SPROCKHOEVEL, HERDECKE)).url == reverse("intake:concern")
    assert draft_of(client).data["municipality"]["partners"] == [SPROCKHOEVEL, HERDECKE]
    assert ticked(client.get(PAGE)) == [SPROCKHOEVEL, HERDECKE]


def test_empty_row_adds_nobody(client: Client):
    assert client.post(PAGE, typed("")).url == reverse("intake:concern")
    assert ticked(client.get(PAGE)) == []


def test_lead_cannot_ask_along_with_itself(client: Client):
    response = client.post(PAGE, typed(HATTINGEN))
    sentence = gettext("%(name)s has the lead already. Choose other municipalities here.")
    assert errors(response) == {"partners": [sentence % {"name": "Hattingen"}]}


def test_same_municipality_twice_is_told_and_stands_once(client: Client):
    response = client.post(PAGE, typed(SPROCKHOEVEL, SPROCKHOEVEL, add_partner="1"))
    sentence = gettext("You have chosen %(name)s already.") % {"name": "Sprockhövel"}
    assert errors(response) == {"partners": [sentence]}
    assert ticked(response) == [SPROCKHOEVEL]


def test_municipality_that_is_not_in_the_register_is_refused(client: Client):
    response = client.post(PAGE, typed("09162000"))
    assert errors(response) == {"partners": [gettext("Choose from the list.")]}
    assert ticked(response) == []


def test_text_that_leads_to_no_municipality_is_named(client: Client):
    response = client.post(PAGE, typed("", partner_typed="Entenhausen"))
    sentence = gettext("We do not find “%(typed)s”. Choose your municipality from the list.")
    assert errors(response) == {"partners": [sentence % {"typed": "Entenhausen"}]}
    assert has_row(response)


def test_text_of_the_row_that_was_chosen_from_is_no_mistake(client: Client):
    response = client.post(PAGE, typed(SPROCKHOEVEL, partner_typed="Sprockhövel"))
    assert response.url == reverse("intake:concern")


@pytest.fixture
def many() -> list[str]:
    keys = Municipality.objects.exclude(key=HATTINGEN).order_by("key").values_list("key", flat=True)
    return list(keys[: MOST + 1])


def test_ten_ask_along_and_then_there_is_no_further_row(client: Client, many: list[str]):
    response = client.post(PAGE, typed(*many[:MOST], add_partner="1"))
    assert (errors(response), len(ticked(response)), has_row(response)) == ({}, MOST, False)
    assert "add_partner" not in response.content.decode()


def test_eleventh_is_refused(client: Client, many: list[str]):
    response = client.post(PAGE, typed(*many))
    assert errors(response) == {
        "partners": [gettext("Choose at most %(most)d municipalities.") % {"most": MOST}]
    }


def test_enter_key_goes_on_and_does_not_add_a_row(client: Client):
    html = client.get(PAGE).content.decode()
    first = re.search(r"<form[^>]*data-draft.*?<button([^>]*)>", html, re.DOTALL)
    assert first is not None
    assert "app-enter" in first[1]


def test_joint_request_is_one_case_with_its_partners(client: Client):
    given = answers()
    given["municipality"]["partners"] = [SPROCKHOEVEL, KREIS]
    client.post(PAGE, given["municipality"])
    client.post(reverse("intake:concern"), given["concern"])
    client.post(reverse("intake:wishes"), given["wishes"])
    check = client.get(reverse("intake:check"))
    rows = dict(check.context["sections"][0]["rows"])
    assert rows[gettext("Further municipalities")] == ["Sprockhövel", "Ennepe-Ruhr-Kreis"]
    case = send(client, given)
    assert case.municipality is not None
    assert case.municipality.key == HATTINGEN
    assert sorted(case.partners.values_list("key", flat=True)) == [KREIS, SPROCKHOEVEL]
    assert case.places == "Hattingen und 2 weitere"
    assert case.lead_unit_open is False


def test_coordination_reads_in_the_mail_who_asks_along(client: Client, coordinator: Any):
    given = answers()
    given["municipality"]["partners"] = [SPROCKHOEVEL, HERDECKE]
    case = send(client, given)
    mail = OutboxMessage.objects.get(kind="new_request", reference=case.reference)
    assert "Hattingen und 2 weitere" in mail.subject
    assert "Fragt mit an: Herdecke, Sprockhövel" in mail.body


@pytest.fixture
def coordinator(db: None) -> Any:
    return actors.coordinator()
