"""The order of the options: buttons that need no script, one button that saves."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext as _

from requests_app import workflow
from requests_app.models import ActionOption, Case, EventKind
from tests import actors
from tests.actors import World


def url(case: Case) -> str:
    return reverse("workspace:options_order", args=[case.reference])


@pytest.fixture
def options(talking: Case, world: World) -> list[int]:
    """Three drafts."""
    return [
        workflow.write_option(talking, world.lead.user, fields=actors.option_fields(title=title)).pk
        for title in "ABC"
    ]


def titles(case: Case) -> str:
    return "".join(case.options.values_list("title", flat=True))


def shown(response: Any) -> str:
    return "".join(option.title for option in response.context["rows"])


def test_buttons_move_on_the_page_and_nothing_is_kept_before_saving(
    talking: Case, lead: Client, options: list[int]
) -> None:
    a, b, c = options
    page = lead.post(url(talking), {"seen": options, "order": [a, b, c], "up": c})
    assert (shown(page), titles(talking)) == ("ACB", "ABC")
    page = lead.post(url(talking), {"seen": options, "order": [a, c, b], "down": a})
    assert (shown(page), titles(talking)) == ("CAB", "ABC")
    assert page.context["is_unsaved"] is True
    response = lead.post(url(talking), {"seen": page.context["seen"], "order": [c, a, b]})
    assert (response.status_code, titles(talking)) == (302, "CAB")


def test_an_end_of_the_list_is_an_end(talking: Case, lead: Client, options: list[int]) -> None:
    a, b, c = options
    assert shown(lead.post(url(talking), {"seen": options, "order": [a, b, c], "up": a})) == "ABC"
    assert shown(lead.post(url(talking), {"seen": options, "order": [a, b, c], "down": c})) == "ABC"


def test_saving_twice_saves_once(talking: Case, lead: Client, options: list[int]) -> None:
    a, b, c = options
    for _time in range(2):
        assert lead.post(url(talking), {"seen": options, "order": [b, a, c]}).status_code == 302
    assert talking.events.filter(kind=EventKind.OPTIONS_ORDERED).count() == 1


def test_an_order_of_a_colleague_in_between_is_told(
    talking: Case, lead: Client, co: Client, options: list[int]
) -> None:
    a, b, c = options
    co.post(url(talking), {"seen": options, "order": [b, a, c]})
    response = lead.post(url(talking), {"seen": options, "order": [c, b, a]}, follow=True)
    assert response.redirect_chain == [(url(talking), 302)]
    assert [str(m) for m in response.context["messages"]] == [
        _("The options have been changed in the meantime. Please order them anew.")
    ]
    assert titles(talking) == "BAC"


def test_an_option_that_came_in_between_is_told_at_the_next_button(
    talking: Case, world: World, lead: Client, options: list[int]
) -> None:
    a, b, c = options
    workflow.write_option(talking, world.lead.user, fields=actors.option_fields(title="D"))
    page = lead.post(url(talking), {"seen": options, "order": [a, b, c], "up": c})
    assert shown(page) == "ABCD"
    assert [str(m) for m in page.context["messages"]] == [
        _("The options have been changed in the meantime. Please order them anew.")
    ]


@pytest.mark.parametrize("order", [[], ["x"], ["999999999999"], ["1", "1", "1"]])
def test_nonsense_orders_nothing(order: list[str], talking: Case, lead: Client, options: list[int]) -> None:
    response = lead.post(url(talking), {"seen": options, "order": order}, follow=True)
    assert response.status_code == 200
    assert titles(talking) == "ABC"


def test_there_is_a_way_to_the_order_from_two_options_on(talking: Case, world: World, lead: Client) -> None:
    page = reverse("workspace:case", args=[talking.reference])
    for number, expected in ((1, False), (2, True)):
        workflow.write_option(talking, world.lead.user, fields=actors.option_fields(title=str(number)))
        assert (url(talking) in lead.get(page).content.decode()) is expected


@pytest.mark.parametrize("count", [1, 30])
def test_the_page_costs_the_same_with_one_option_and_with_thirty(
    count: int, talking: Case, lead: Client, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        fields = actors.option_fields(title=f"Option {number}")
        ActionOption.objects.create(case=talking, position=number, **fields)
    lead.get(url(talking))
    # session, user, roles; case, contacts, advisors; options
    with django_assert_num_queries(7):
        assert len(lead.get(url(talking)).context["rows"]) == count
