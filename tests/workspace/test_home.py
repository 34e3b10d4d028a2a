"""The advisor's list."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from requests_app import workflow
from requests_app.access import Side
from requests_app.models import Audience, Case, CaseStatus
from requests_app.workspace.home import ENDED_PER_PAGE
from tests import actors
from tests.actors import World

HOME = "/beratung/"


def listed(browser: Client, query: str = "") -> dict[str, list[str]]:
    """The references on the list, part by part."""
    context = browser.get(HOME + query).context
    return {
        "offers": [offer.case.reference for offer, _place, _opening in context["offer_rows"]],
        "cases": [case.reference for _own, case, _step in context["rows"]],
        "ended": [own.case.reference for own in context["ended"].rows],
    }


def closed(world: World) -> Case:
    return world.case(CaseStatus.CLOSED)


def test_list_has_offers_cases_and_ended_cases(world: World, lead: Client) -> None:
    cases = [
        world.case(status) for status in (CaseStatus.MATCHING, CaseStatus.IN_DIALOGUE, CaseStatus.CLOSED)
    ]
    references = [case.reference for case in cases]
    assert listed(lead) == {"offers": references[:1], "cases": references[1:2], "ended": references[2:]}


def test_list_of_somebody_new_says_what_will_happen(world: World, lead: Client) -> None:
    response = lead.get(HOME)
    assert "components/empty.html" in [template.name for template in response.templates]
    assert listed(lead) == {"offers": [], "cases": [], "ended": []}


def test_list_holds_nothing_of_others(world: World, co: Client) -> None:
    world.case(CaseStatus.CLOSED)
    case = world.case(CaseStatus.MATCHED)
    workflow.decline_offer(world.offer_of(case, world.co), world.co.user)
    assert listed(co) == {"offers": [], "cases": [], "ended": []}


def test_urgent_offers_come_first(world: World, lead: Client) -> None:
    late, soon = world.case(CaseStatus.MATCHING), world.case(CaseStatus.MATCHING)
    offer = world.offer_of(soon, world.lead)
    offer.answer_due_on = timezone.localdate() - dt.timedelta(days=1)
    offer.save()
    assert listed(lead)["offers"] == [soon.reference, late.reference]


def test_cases_with_a_comment_come_first(world: World, lead: Client) -> None:
    commented = world.case(CaseStatus.IN_DIALOGUE)
    option = actors.propose_option(world, commented)
    workflow.comment_option(option, actors.contact_of(commented), text="Bitte anders.", version=1)
    dated, quiet = world.case(CaseStatus.MATCHED), world.case(CaseStatus.IN_DIALOGUE)
    assert listed(lead)["cases"] == [case.reference for case in (commented, dated, quiet)]


def test_case_says_who_wrote_last(world: World, lead: Client) -> None:
    case = world.case(CaseStatus.IN_DIALOGUE)
    contact = actors.contact_of(case)
    workflow.write_message(case, contact, Side.MUNICIPALITY, text="Guten Tag", audience=Audience.EVERYONE)
    workflow.write_message(case, contact, Side.MUNICIPALITY, text="Intern", audience=Audience.MUNICIPALITY)
    own, _case, _step = lead.get(HOME).context["rows"][0]
    assert own.wrote_last == Side.MUNICIPALITY
    assert own.written_at == case.messages.get(body="Guten Tag").created_at


def test_markup_in_a_title_stays_text(world: World, lead: Client) -> None:
    for status in (CaseStatus.MATCHED, CaseStatus.CLOSED):
        world.case(status, title="<b onclick=x>Titel</b>")
    html = lead.get(HOME).content.decode()
    assert html.count("&lt;b onclick=x&gt;Titel&lt;/b&gt;") == 2
    assert "<b onclick" not in html


def test_ended_cases_are_folded_until_asked_for(world: World, lead: Client) -> None:
    closed(world)
    assert "<details" in lead.get(HOME).content.decode()
    assert lead.get(HOME).context["show_ended"] is False
    assert lead.get(HOME + "?beendet=1").context["show_ended"] is True


def test_ended_cases_come_page_by_page(world: World, lead: Client) -> None:
    copy(closed(world), ENDED_PER_PAGE)
    first = lead.get(HOME).context["ended"]
    assert (len(first.rows), first.next_url) == (ENDED_PER_PAGE, "?beendet=2")
    assert len(listed(lead, "?beendet=2")["ended"]) == 1


def copy(case: Case, times: int) -> None:
    """Put ``times`` copies of a case and its parts beside it, past the workflow."""
    for number in range(times):
        twin = Case.objects.get(pk=case.pk)
        twin.pk, twin.submission_key = None, uuid.uuid4()
        twin.reference = f"MG-{case.pk}-{number:03}"
        twin.save(force_insert=True)
        for part in (*case.assignments.all(), *case.options.all()):
            part.pk, part.case = None, twin
            part.save(force_insert=True)


@pytest.mark.parametrize("times", [0, 29])
def test_list_costs_the_same_with_one_row_and_with_thirty(
    times: int, world: World, lead: Client, django_assert_num_queries
) -> None:
    talking = world.case(CaseStatus.IN_DIALOGUE)
    actors.propose_option(world, talking)
    for case in (world.case(CaseStatus.MATCHING), talking, closed(world)):
        copy(case, times)
    lead.get(HOME)  # fills the caches
    # session, user, roles; the pool's entry; offers and their contacts, cases, ended ones, requests passed
    # on; partners, options
    with django_assert_num_queries(14) as queries:
        assert lead.get(HOME).status_code == 200
    # New messages alone are counted, those of the rows that are shown.
    counted = [query["sql"] for query in queries if "COUNT(" in query["sql"]]
    assert ["requests_app_message" in sql for sql in counted] == [True]


@pytest.mark.parametrize("name", ["home", "overview", "calendar", "conflicts", "forward"])
def test_every_page_has_the_script_that_clears_the_device_at_the_sign_out(name: str, lead: Client) -> None:
    assert "js/keep." in lead.get(reverse(f"workspace:{name}")).content.decode()
