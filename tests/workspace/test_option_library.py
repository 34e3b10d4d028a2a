"""Options from the library: found by words, goal and topic, and made fit for the place."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from advisors.models import Topic
from requests_app import option_words, workflow
from requests_app.models import OPTION_GOALS, Case, LibraryOption
from tests import actors
from tests.actors import World


def url(case: Case) -> str:
    return reverse("workspace:option_library", args=[case.reference])


def new(case: Case, key: Any) -> str:
    return f"{reverse('workspace:option_new', args=[case.reference])}?bibliothek={key}"


def found(browser: Client, case: Case, **asked: str) -> list[str]:
    """The keys of the entries that the page holds, folded ones included, in their order."""
    groups = browser.get(url(case), asked).context["groups"]
    return [entry.key for group in groups for entry in group.entries]


def test_what_shares_topics_with_the_case_stands_open_on_top_the_rest_folded_by_goal(
    talking: Case, lead: Client
) -> None:
    talking.topics.set(Topic.objects.filter(key__in=["fair_trade", "committees"]))
    first, *others = lead.get(url(talking)).context["groups"]
    assert (first.folds, first.entries[0].key, len(first.entries)) == (False, "SO01", 5)
    goals = [(group.folds, len({entry.goal for entry in group.entries})) for group in others]
    assert goals == [(True, 1)] * 4
    assert len(set(found(lead, talking))) == 30


def test_without_topics_everything_is_folded_by_goal_and_a_search_unfolds(
    talking: Case, lead: Client
) -> None:
    talking.topics.clear()
    goals = [group.label for group in lead.get(url(talking)).context["groups"]]
    assert goals == [str(label) for value, label in OPTION_GOALS]
    [group] = lead.get(url(talking), {"q": "pauschale"}).context["groups"]
    assert group.folds is False


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"q": "aufwandsentschädigung"}, ["SO04"]),
        ({"q": "AUFWANDSENTSCHADIGUNG"}, ["SO04"]),
        ({"q": "kämmerei pauschale"}, ["SO04"]),
        ({"q": "gibtesnicht"}, []),
        ({"topic": "fair_procurement"}, ["SO12"]),
        ({"topic": "unsinn"}, None),
        ({"goal": "unsinn"}, None),
    ],
)
def test_words_goal_and_topic_narrow_the_list(
    asked: dict[str, str], expected: list[str] | None, talking: Case, lead: Client
) -> None:
    keys = found(lead, talking, **asked)
    assert keys == expected if expected is not None else len(keys) == 30


def test_a_goal_narrows_the_list(talking: Case, lead: Client) -> None:
    assert len(found(lead, talking, goal="participation")) == 8


def test_what_is_switched_off_is_not_offered(talking: Case, lead: Client) -> None:
    LibraryOption.objects.filter(key="SO04").update(is_active=False)
    assert "SO04" not in found(lead, talking)


def test_choosing_one_opens_the_form_with_its_words(talking: Case, lead: Client) -> None:
    entry = LibraryOption.objects.get(key="SO01")
    form = lead.get(new(talking, entry.pk)).context["form"]
    words = option_words.wording_of(entry)
    assert {name: form[name].value() for name in words} == words
    typed = words | {"responsible_unit": "Büro für Internationales", "form_key": str(uuid.uuid4())}
    lead.post(new(talking, entry.pk), typed)
    option = talking.options.get()
    assert (option.taken_from, option.responsible_unit) == (entry, "Büro für Internationales")
    assert lead.get(url(talking)).context["used"] == {entry.pk}


@pytest.mark.parametrize("key", ["0", "x", "99999999999999999999", "²"])
def test_an_entry_that_is_none_is_not_found(key: str, talking: Case, lead: Client) -> None:
    assert lead.get(new(talking, key)).status_code == 404


def test_before_the_first_session_there_is_nothing_to_choose(matched: Case, lead: Client) -> None:
    assert lead.get(url(matched), follow=True).redirect_chain[-1][0] == reverse(
        "workspace:case", args=[matched.reference]
    )


@pytest.mark.parametrize("count", [1, 30])
def test_the_library_costs_the_same_with_one_entry_and_with_thirty(
    count: int, talking: Case, lead: Client, django_assert_num_queries: Any
) -> None:
    keep = LibraryOption.objects.order_by("pk").values_list("pk", flat=True)[:count]
    LibraryOption.objects.exclude(pk__in=list(keep)).delete()
    lead.get(url(talking))
    # session, user, roles; case, contacts, advisors; choice of topics; entries, their topics; used ones,
    # topics of the case
    with django_assert_num_queries(11):
        assert lead.get(url(talking)).context["number"] == count


# --- A new version of an agreed one --------------------------------------------------------------


@pytest.fixture
def agreed(talking: Case, world: World) -> Any:
    option = actors.propose_option(world, talking)
    workflow.confirm_option(option, actors.contact_of(talking), version=1)
    talking.refresh_from_db()
    return talking.options.get()


def version_url(case: Case, pk: int) -> str:
    return reverse("workspace:option_version", args=[case.reference, pk])


def typed(**changes: Any) -> dict[str, Any]:
    return actors.option_fields(form_key=str(uuid.uuid4())) | changes


def test_a_new_version_begins_with_the_agreed_words(talking: Case, lead: Client, agreed: Any) -> None:
    form = lead.get(version_url(talking, agreed.pk)).context["form"]
    assert form["title"].value() == agreed.title
    lead.post(version_url(talking, agreed.pk), typed(title="Drei Sitze"))
    draft = talking.options.get(status="draft")
    assert (draft.replaces, draft.title) == (agreed, "Drei Sitze")
    again = lead.get(version_url(talking, agreed.pk))
    assert again["Location"] == reverse("workspace:option", args=[talking.reference, draft.pk])


def test_a_new_version_that_says_the_same_is_none(talking: Case, lead: Client, agreed: Any) -> None:
    page = lead.post(version_url(talking, agreed.pk), typed())
    assert len(page.context["form"].non_field_errors()) == 1
    assert talking.options.count() == 1


def test_a_new_version_sent_twice_is_one(talking: Case, lead: Client, agreed: Any) -> None:
    data = typed(title="Drei Sitze")
    for _time in range(2):
        assert lead.post(version_url(talking, agreed.pk), data).status_code == 302
    assert talking.options.count() == 2


# --- The municipality's change -------------------------------------------------------------------


def test_a_change_is_shown_with_what_stood_there_and_accepted_with_one_button(
    talking: Case, world: World, lead: Client
) -> None:
    option = actors.propose_option(world, talking)
    person = actors.contact_of(talking)
    workflow.change_option(option, person, fields={"title": "Vier Sitze"}, version=1)
    page = lead.get(reverse("workspace:case", args=[talking.reference]))
    assert [c.after for c in page.context["changes"][option.pk]] == ["Vier Sitze"]
    assert option.title in page.content.decode()
    accept = reverse("workspace:option_accept", args=[talking.reference, option.pk])
    stale = lead.post(accept, {"version": 1}, follow=True)
    assert len(list(stale.context["messages"])) == 1
    assert talking.options.get().status == "changed"
    for _time in range(2):  # pressed twice
        assert lead.post(accept, {"version": 2}).status_code == 302
    assert talking.options.get().status == "agreed"
