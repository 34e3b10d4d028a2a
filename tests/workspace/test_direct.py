"""A direct enquiry in the advisor's workspace."""

from __future__ import annotations

from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from requests_app.models import Case
from tests import actors
from tests.actors import World

MARK = "Direkt an Sie gerichtet"


def pages(browser: Client, case: Case) -> list[str]:
    addresses = [reverse("workspace:home"), reverse("workspace:case", args=[case.reference])]
    return [unescape(browser.get(address).content.decode()) for address in addresses]


def test_direct_enquiry_is_marked_in_the_list_and_on_its_page(world: World, lead: Client) -> None:
    case = actors.direct_enquiry(world.lead)
    assert [MARK in html for html in pages(lead, case)] == [True, True]
    contact = case.contacts.get()
    text = "".join(pages(lead, case))
    assert [word for word in (contact.name, contact.email, contact.phone) if word in text] == []


@pytest.mark.django_db
def test_offer_of_the_coordination_is_not_marked(lead: Client, offered: Case) -> None:
    assert [MARK in html for html in pages(lead, offered)] == [False, False]
