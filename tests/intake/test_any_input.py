"""Whatever is posted to the form: it answers, and no value that a field takes is lost."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from requests_app.request_form.choices import Choices
from requests_app.request_form.pages import BY_KEY
from tests.intake.form_walk import PAGES, answers, begin, draft_of
from tests.intake.resume_walk import LATER

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

# Bodies per page. Those of the three pages, the check page and that of companies are 700.
BODIES = 140
HATTINGEN, SPROCKHOEVEL, LVR = "05954016", "05954028", "LVR"

ODD = [
    "", " ", "0", "-1", "9" * 21, "\0", "\u202eumgekehrt", "a" * 30_000, "<script>", "a@b.de", "ä@ö.de", "1",
    HATTINGEN, f"{HATTINGEN} ", LVR, SPROCKHOEVEL, "13", "2027", "٢٠٢٧", "²", "fair_trade", "on_site", "none",
    "=1+1", "\r\n", "\ud83d", "🌍", "%s%(x)s{0}", "'; DROP TABLE", "../../etc/passwd",
]  # fmt: skip
VALUES = st.one_of(st.sampled_from(ODD), st.text(max_size=200))
# Buttons of the pages besides the one that goes on; what they do must not cost a value either.
BUTTONS = ["go", "remove", "undirect", "add_partner"]
PLACES = [
    LATER,
    *(reverse(f"intake:{name}") for name in ("start", "check", "concern", "not_listed")),
    "//x.de",
]


def names_of(page: str) -> list[str]:
    return [*BY_KEY[page].form_class.posted_names(), "csrfmiddlewaretoken", "unknown"]


def valid_answers(page: str) -> dict[str, Any]:
    """A valid page with all that it can hold: a company that asks, with others that ask along."""
    company = {"organisation": "Stadtwerke Hattingen", "partners": [SPROCKHOEVEL, LVR]}
    return answers()[page] | (company if page == "municipality" else {})


def bodies(page: str) -> st.SearchStrategy[dict[str, Any]]:
    """What might be posted: values left out, odd ones, and some that came twice; buttons of every kind."""
    valid = valid_answers(page)
    odd = st.one_of(VALUES, st.lists(VALUES, max_size=4))
    any_value = {name: st.one_of(odd, st.just(valid.get(name, ""))) for name in names_of(page)}
    few_odd = st.dictionaries(st.sampled_from(names_of(page)), odd, max_size=2).map(lambda few: valid | few)
    button = st.dictionaries(st.sampled_from(BUTTONS), st.one_of(st.sampled_from(PLACES), VALUES), max_size=1)
    body = st.one_of(st.fixed_dictionaries({}, optional=any_value), few_odd)
    return st.tuples(body, button).map(lambda both: both[0] | both[1])


def encodable(body: dict[str, Any]) -> dict[str, Any]:
    """Without lone surrogates, which no browser can send."""

    def clean(value: Any) -> Any:
        if isinstance(value, list):
            return [clean(each) for each in value]
        return value.encode("utf-8", "ignore").decode()

    return {name: clean(value) for name, value in body.items()}


@pytest.mark.parametrize("page", PAGES)
def test_any_body_is_answered_and_every_valid_value_is_kept(client: Client, page: str) -> None:
    begin(client)
    url = reverse(f"intake:{page}")
    choices = Choices.load()

    @settings(max_examples=BODIES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(body=bodies(page))
    def check(body: dict[str, Any]) -> None:
        sent = encodable(body)
        response = client.post(url, sent)
        assert response.status_code in (200, 302)
        kept = draft_of(client).data[page]
        form = BY_KEY[page].form(kept, choices)
        expected = BY_KEY[page].form(as_posted(sent, page), choices)
        expected.is_valid()
        form.is_valid()
        kept_values = {name: form.cleaned_data.get(name) for name in expected.cleaned_data}
        assert kept_values == expected.cleaned_data

    check()
    assert client.get(url).status_code == 200


def as_posted(body: dict[str, Any], page: str) -> dict[str, list[str]]:
    """The values as the form itself would read them, had nothing been kept in between."""
    names = set(BY_KEY[page].form_class.posted_names())
    return {
        name: value if isinstance(value, list) else [value]
        for name, value in body.items()
        if name in names and value != []
    }


def test_any_body_for_the_page_that_sends_is_answered(client: Client) -> None:
    begin(client)

    @settings(max_examples=BODIES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(body=st.dictionaries(st.sampled_from(["draft", "moment", "go", "x"]), VALUES))
    def check(body: dict[str, Any]) -> None:
        assert client.post(reverse("intake:check"), encodable(body)).status_code in (200, 302)

    check()


def test_any_body_for_the_page_of_companies_is_answered_and_never_spoils_the_draft(client: Client) -> None:
    begin(client)
    url = reverse("intake:not_listed_company")
    names = ["municipality", "municipality_typed", "organisation", "name", "unknown"]
    valid = {"municipality": HATTINGEN, "organisation": "Stadtwerke Hattingen"}
    client.post(reverse("intake:municipality"), {"name": "Katrin Wellmann", "unit": "Soziales"})
    outcomes = set()

    @settings(max_examples=BODIES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(odd=st.dictionaries(st.sampled_from(names), VALUES, max_size=2))
    def check(odd: dict[str, Any]) -> None:
        before = draft_of(client).data["municipality"]
        response = client.post(url, encodable(valid | odd))
        outcomes.add(response.status_code)
        kept = draft_of(client).data["municipality"]
        if response.status_code == 302:
            assert kept.keys() == before.keys() | {"municipality", "organisation"}
            assert kept["name"] == ["Katrin Wellmann"]
            return
        assert kept == before
        form = response.context["form"]
        for name, value in form.cleaned_data.items():
            assert form.fields[name].clean(form[name].value()) == value

    check()
    assert outcomes == {200, 302}
