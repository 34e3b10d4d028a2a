"""The list of a contact person's cases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import gettext as _

from requests_app import workflow
from requests_app.casepage import next_steps
from requests_app.models import Case, CaseStatus
from tests import actors
from tests.actors import World
from tests.casepage.pages import Visitor, contact, proposed, url, words

EMAIL = "katrin.wellmann@hattingen.example.org"


def own(world: World, status: CaseStatus = CaseStatus.SUBMITTED, **changes: str) -> Case:
    """A case of one and the same person."""
    return world.case(status, contact={"email": EMAIL}, **changes)


def titles(response: object) -> list[str]:
    return [case.title for case, _needed in response.context["rows"]]  # type: ignore[attr-defined]


def test_the_newest_case_comes_first(world: World) -> None:
    for number, title in enumerate(["Erste", "Dritte", "Zweite"]):
        case = own(world, title=title)
        Case.objects.filter(pk=case.pk).update(submitted_at=timezone.now() + timedelta(days=number % 2))
    assert titles(contact(case).get(None, "list")) == ["Dritte", "Zweite", "Erste"]


def test_nobody_sees_other_peoples_cases(world: World) -> None:
    own(world, title="Unsere")
    assert titles(Visitor(world.other_contact).get(None, "list")) == ["Andere Anfrage"]


@pytest.mark.parametrize("status", list(CaseStatus))
def test_every_case_tells_its_state_in_plain_words(world: World, status: CaseStatus) -> None:
    case = own(world, status)
    page = contact(case).get(None, "list")
    assert status.public_label in words(page)
    assert url(case) in page.content.decode()


def test_a_case_tells_what_is_needed(world: World) -> None:
    own(world)
    asked = own(world, CaseStatus.QUERY_OPEN)
    options = own(world, CaseStatus.IN_DIALOGUE)
    proposed(world, options, "Eins", "Zwei")
    option = proposed(world, options, "Drei")[0]
    workflow.comment_option(option, actors.contact_of(options), text="Anders.", version=1)
    held = options.sessions.get().date
    needed = {case.pk: lines for case, lines in contact(asked).get(None, "list").context["rows"]}
    assert sorted(filter(None, needed.values())) == sorted(
        [next_steps.needed(asked, 0), next_steps.needed(Case.objects.get(pk=options.pk), 2, 1, held)]
    )


def test_without_a_case_the_list_shows_the_way_to_ask(world: World) -> None:
    for user in (actors.person("Nora Neu", actors.Role.MUNICIPALITY_CONTACT), actors.person("Ohne Rolle")):
        page = Visitor(user).get(None, "list")
        assert _("There is no case here yet.") in words(page)
        assert "/anfrage/" in page.content.decode()


def test_the_list_turns_pages_without_counting(world: World) -> None:
    for number in range(21):
        case = own(world, title=f"Anfrage {number}")
    visitor = contact(case)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        first = visitor.get(None, "list")
    assert (len(titles(first)), first.context["page"].next_url) == (20, "?seite=2")
    assert not [q for q in queries if q["sql"].startswith("SELECT COUNT(*)")]
    second = visitor.client.get(url(None, "list") + "?seite=2")
    assert (titles(second), second.context["page"].next_url) == (["Anfrage 0"], "")


def test_a_page_behind_the_end_leads_back(world: World) -> None:
    page = contact(own(world)).client.get(url(None, "list") + "?seite=7")
    assert page.status_code == 200
    assert _("There are no more cases.") in words(page)


@pytest.mark.parametrize("rows", [1, 30])
def test_the_list_asks_the_same_number_of_queries_however_long_it_is(
    world: World, rows: int, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    for _number in range(rows):
        case = own(world)
    visitor = contact(case)
    visitor.get(None, "list")  # fills the caches
    with django_assert_num_queries(6):  # type: ignore[operator]
        visitor.get(None, "list")
