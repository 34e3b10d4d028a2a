"""Pages of a list, cut without counting."""

import pytest
from django.test import RequestFactory

from advisors.models import Topic
from miglobe.site.paging import Page, page_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def topics():
    Topic.objects.all().delete()
    Topic.objects.bulk_create(Topic(key=f"t{n}", label=f"{n}", position=n) for n in range(5))
    return Topic.objects.all()


def page(topics, query: str) -> Page[Topic]:
    return page_of(topics, RequestFactory().get(f"/?{query}"), size=2)


def labels(page: Page[Topic]) -> list[str]:
    return [topic.label for topic in page.rows]


def test_first_page_leads_to_the_next_only(topics):
    first = page(topics, "")
    assert (labels(first), first.previous_url, first.next_url) == (["0", "1"], "", "?seite=2")


def test_page_in_the_middle_leads_both_ways(topics):
    second = page(topics, "seite=2")
    assert (labels(second), second.previous_url, second.next_url) == (["2", "3"], "?seite=1", "?seite=3")


def test_last_page_leads_back_only(topics):
    last = page(topics, "seite=3")
    assert (labels(last), last.previous_url, last.next_url) == (["4"], "?seite=2", "")


def test_page_behind_the_end_is_empty(topics):
    assert labels(page(topics, "seite=9")) == []


@pytest.mark.parametrize("number", ["", "0", "-1", "x", "²", "9999999999999999999999"])
def test_nonsense_is_the_first_page(topics, number):
    assert labels(page(topics, f"seite={number}")) == ["0", "1"]


def test_a_page_is_one_query_and_no_count(topics, django_assert_num_queries):
    with django_assert_num_queries(1) as queries:
        page(topics, "seite=2")
    assert "COUNT" not in queries[0]["sql"]


def test_lists_of_one_page_have_parameters_of_their_own(topics):
    request = RequestFactory().get("/?seite=2&ende=3")
    assert labels(page_of(topics, request, parameter="ende", size=2)) == ["4"]
