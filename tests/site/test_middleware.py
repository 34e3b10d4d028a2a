"""Addresses that no person types."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.actors import World
from tests.sign_in import sign_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/beratung/%00/", "/beratung/a%00b/zusagen/", "/beratung/?anfragen=%00"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_nul_in_an_address_is_a_bad_request(client: Client, address: str, method: str):
    sign_in(client, World().lead.user)
    assert getattr(client, method)(address).status_code == 400


@pytest.mark.parametrize("parameter", ["bezirk", "weg", "thema", "liste", "q"])
def test_nul_in_a_filter_of_the_coordination_is_a_bad_request(client: Client, parameter: str):
    sign_in(client, World().coordinator)
    address = reverse("admin:requests_app_case_changelist")
    assert client.get(f"{address}?{parameter}=a%00b").status_code == 400
    assert client.get(f"{address}?{parameter}=a").status_code == 200


def test_damaged_address_is_answered_with_our_page(client: Client):
    response = client.get("/%00")
    assert response.status_code == 400
    assert "Das konnten wir nicht lesen" in response.content.decode()
    assert "default-src 'none'" in response["Content-Security-Policy"]
