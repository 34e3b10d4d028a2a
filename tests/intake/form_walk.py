"""Fills in the request form over HTTP, as a browser would."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client
from django.urls import reverse

from miglobe.mail.models import OutboxMessage
from requests_app.models import Case, RequestDraft

Answers = dict[str, dict[str, Any]]

PAGES = ("municipality", "concern", "wishes")


def answers(**changes: Any) -> Answers:
    """A request of Hattingen that is complete; ``changes`` go to the page that asks for them."""
    page_by_name = {
        "municipality": {
            "municipality": "05954016",
            "unit": "Fachbereich Soziales",
            "name": "Katrin Wellmann",
            "function": "Sachbearbeiterin Integration",
            "email": "katrin.wellmann@hattingen.example.org",
            "phone": "0221 4710-101",
        },
        "concern": {
            "title": "Migrantische Vereine gewinnen",
            "situation": "Die Steuerungsgruppe besteht aus elf Personen.",
            "guiding_question": "Wie gewinnen wir Vereine?",
            "goals": ["participation", "unsure"],
            "topics": ["fair_trade", "committees"],
        },
        "wishes": {
            "formats": ["initial_talk", "workshop"],
            "mode": "on_site",
            "earliest_begin_month": "",
            "earliest_begin_year": "",
            "period": "Ratssitzung am 14. April",
            "preferred_advisor": "",
            "advisor_wishes": "Erfahrung mit Fairem Handel",
            "participants": "Steuerungsgruppe, Integrationsrat",
            "access_needs": "Stufenloser Raum",
        },
    }
    for name, value in changes.items():
        page = next((page for page in page_by_name.values() if name in page), None)
        assert page is not None, name
        page[name] = value
    return page_by_name


def begin(client: Client) -> None:
    client.post(reverse("intake:start"))


def fill(client: Client, given: Answers) -> None:
    """Begin and send the three pages, each of which must be valid."""
    begin(client)
    for page in PAGES:
        response = client.post(reverse(f"intake:{page}"), given[page])
        assert response.status_code == 302, response.context["form"].errors


def send(client: Client, given: Answers | None = None) -> Case:
    """Walk the whole form up to the page that says that the request has arrived."""
    fill(client, given or answers())
    response = client.post(reverse("intake:check"))
    assert response.url == reverse("intake:sent")
    return Case.objects.get(submission_key=client.session["intake_sent"])


def draft_of(client: Client) -> RequestDraft:
    return RequestDraft.objects.get(pk=client.session["intake_draft"])


def mailed_code(case: Case) -> str:
    """The code of the latest mail to the contact person."""
    mails = OutboxMessage.objects.filter(
        reference=case.reference, kind__in=["request_received", "new_code"]
    ).order_by("pk")
    code = re.search(r"\b\d{6}\b", mails[len(mails) - 1].body)
    assert code is not None
    return code.group()
