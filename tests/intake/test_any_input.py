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

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

# Bodies per page; together with those of the check page they are more than 500.
BODIES = 140

ODD = [
    "", " ", "0", "-1", "9" * 21, "\0", "\u202eumgekehrt", "a" * 30_000, "<script>", "05954016", "05954016 ",
    "LVR", "a@b.de", "ä@ö.de", "1", "13", "2027", "٢٠٢٧", "²", "fair_trade", "on_site", "none", "=1+1",
    "\r\n", "\ud83d", "🌍", "%s%(x)s{0}", "'; DROP TABLE", "../../etc/passwd",
]  # fmt: skip
VALUES = st.one_of(st.sampled_from(ODD), st.text(max_size=200))


def names_of(page: str) -> list[str]:
    return [*BY_KEY[page].form_class.posted_names(), "go", "remove", "csrfmiddlewaretoken", "unknown"]


def bodies(page: str) -> st.SearchStrategy[dict[str, Any]]:
    """What might be posted: valid values and odd ones, names left out, and names that came twice."""
    valid = answers()[page]
    per_name = {
        name: st.one_of(VALUES, st.lists(VALUES, max_size=4), st.just(valid.get(name, "")))
        for name in names_of(page)
    }
    return st.fixed_dictionaries({}, optional=per_name)


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
