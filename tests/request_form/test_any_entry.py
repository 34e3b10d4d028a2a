"""Whatever is posted where a request is entered or confirmed for a municipality: it answers and keeps it."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from miglobe.accounts.models import User
from requests_app.models import Case
from requests_app.request_form.entry import Entry, SeenForm, written
from tests.actors import World
from tests.intake.form_walk import PAGES
from tests.intake.test_any_input import VALUES, encodable, names_of, valid_answers
from tests.requests_app.entered import enter, form_of, mailed
from tests.sign_in import sign_in

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

BODIES = 70
NAMES = [name for page in PAGES for name in names_of(page) if name != "website"]
VALID = {name: value for page in PAGES for name, value in valid_answers(page).items()}
any_bodies = settings(
    max_examples=BODIES, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)


def bodies(*more: str) -> st.SearchStrategy[dict[str, Any]]:
    """A few odd values, or very many, among valid ones. ``more``: names besides those of the pages."""
    names = st.sampled_from([*NAMES, *more])
    odd = st.one_of(VALUES, st.lists(VALUES, max_size=4))
    return st.one_of(st.dictionaries(names, odd, max_size=2), st.dictionaries(names, odd, min_size=5)).map(
        lambda typed: encodable(VALID | typed)
    )


def signed_in(user: User) -> Client:
    client = Client()
    sign_in(client, user)
    return client


def as_posted(body: dict[str, Any]) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, value in body.items():
        if value != []:  # which no browser posts
            data.setlist(name, value if isinstance(value, list) else [value])
    return data


def valid_values(data: QueryDict) -> dict[str, Any]:
    """What the fields take of ``data``; the others are not in it."""
    form = Entry(SeenForm(data), data, can_wait=True)
    form.is_valid()
    return {name: value for part in form.forms for name, value in part.cleaned_data.items()}


def shown_values(response: Any) -> dict[str, Any]:
    """What the fields take of what stands in the form of a page."""
    form, data = response.context["form"], as_posted(form_of(response).fields)
    for part in form.forms:
        for field in part:
            if isinstance(field.value(), list):  # boxes, and month with year
                data.setlist(field.html_name, [str(each) for each in field.value()])
    return valid_values(data)


def check_answer(response: Any, body: dict[str, Any], actor: User) -> int:
    """Every valid value stands on the page again, or in the case."""
    expected = valid_values(as_posted(body))
    if response.status_code == 200:
        found = shown_values(response)
    else:
        found = written(Case.objects.filter(entered_by=actor).latest("pk"))
    assert {name: plain(found.get(name)) for name in expected} == {n: plain(v) for n, v in expected.items()}
    return int(response.status_code)


def plain(value: Any) -> Any:
    """Nothing is nothing, and the order of boxes does not matter."""
    return sorted(value) if isinstance(value, list) else value or None


def test_any_body_of_a_coordinator_is_answered_and_every_valid_value_is_kept() -> None:
    actor = World().coordinator
    client, url, outcomes = signed_in(actor), reverse("admin:requests_app_case_enter"), set()

    @any_bodies
    @given(body=bodies("way", "remark", "form_key", "add_partner"))
    def check(body: dict[str, Any]) -> None:
        page = form_of(client.get(url)).fields
        body = {"way": "phone", "form_key": page["form_key"]} | body
        outcomes.add(check_answer(client.post(url, body), body, actor))

    check()
    assert outcomes == {200, 302}


def test_any_body_of_an_advisor_is_answered_and_every_valid_value_is_kept() -> None:
    actor = World().lead.user
    client, url, outcomes = signed_in(actor), reverse("workspace:forward"), set()

    @any_bodies
    @given(body=bodies("remark", "form_key", "add_partner"))
    def check(body: dict[str, Any]) -> None:
        body = {"form_key": form_of(client.get(url)).fields["form_key"]} | body
        outcomes.add(check_answer(client.post(url, body), body, actor))

    check()
    assert outcomes == {200, 302}


def test_any_body_of_the_contact_is_answered_and_every_valid_value_is_kept(client: Client) -> None:
    actor = World().coordinator
    case = enter(actor, organisation="Stadtwerke Hattingen", lead_unit_open=True)  # asked for where it is one
    link, _code = mailed(case)

    @any_bodies
    @given(body=bodies("code", "send_code", "add_partner"))
    def check(body: dict[str, Any]) -> None:
        body = {"seen": form_of(client.get(link)).fields["seen"]} | body
        response = client.post(link, body)
        assert response.status_code == 200  # nobody guesses the code
        check_answer(response, body | {"email": ""}, actor)

    check()
    case.refresh_from_db()
    assert case.awaits_confirmation is True
