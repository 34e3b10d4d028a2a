"""The filters of the list of cases: each leaves the right cases, alone and with others."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from advisors.models import Topic
from requests_app import workflow
from requests_app.models import Case, CaseStatus, Channel, Municipality
from requests_app.triage.filter_choices import Choices
from requests_app.triage.filters import FILTERS, SIZES
from tests import actors
from tests.actors import World
from tests.recordings import replayed_next
from tests.triage.desk import Desk, forms, words

MONDAY = dt.datetime(2026, 11, 2, 10, tzinfo=dt.UTC)


def _municipality(name: str) -> Municipality:
    return Municipality.objects.get(name=name)


@pytest.fixture
def cases(world: World) -> Desk:
    """A town, a city and a district, in different states; the coordinator looks at them."""
    replayed_next("town, city and district", lambda: make_cases(world))
    Case.objects.filter(title="Andere Anfrage").delete()  # the world's own
    return Desk(world.coordinator)


def make_cases(world: World) -> None:
    with time_machine.travel(MONDAY):
        town = actors.submitted(title="Dorf", municipality=_municipality("Rheurdt"), goals=["quality"])
        city = world.case(
            CaseStatus.MATCHED, title="Stadt", municipality=_municipality("Köln"), goals=["participation"]
        )
        district = world.case(
            CaseStatus.QUERY_OPEN, title="Kreis", municipality=_municipality("Kreis Kleve"), goals=["unsure"]
        )
        closed = world.case(CaseStatus.CLOSED, title="Zu Ende", municipality=_municipality("Münster"))
    town.partners.set([_municipality("Bielefeld")])
    town.topics.set(Topic.objects.filter(key="strategy"))
    Case.objects.filter(pk=city.pk).update(channel=Channel.PHONE, responsible=world.coordinator)
    Case.objects.filter(pk=district.pk).update(responsible=actors.coordinator("Murat Aydin"))
    Case.objects.filter(pk=closed.pk).update(channel=Channel.EVENT, responsible=None)


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("stand=submitted", {"Dorf"}),
        ("stand=closed", {"Zu Ende"}),
        ("bezirk=Köln", {"Stadt"}),
        ("bezirk=Düsseldorf", {"Dorf", "Kreis"}),
        ("bezirk=Detmold", {"Dorf"}),  # Bielefeld asks along
        ("kreis=05154", {"Dorf", "Kreis"}),
        ("groesse=klein", {"Dorf"}),
        ("groesse=gross", {"Stadt", "Dorf", "Zu Ende"}),
        ("groesse=kreis", {"Kreis"}),
        ("thema=strategy", {"Dorf"}),
        ("thema=fair_trade", {"Stadt", "Kreis", "Zu Ende"}),
        ("ziel=quality", {"Dorf"}),
        ("ziel=participation", {"Stadt", "Zu Ende"}),
        ("weg=phone", {"Stadt"}),
        ("zustaendig=ich", {"Stadt"}),
        ("zustaendig=niemand", {"Dorf", "Zu Ende"}),
        ("zustaendig={colleague}", {"Kreis"}),
        ("beratung={lead}", {"Stadt", "Zu Ende"}),
        ("beratung={outsider}", set()),
        ("direkt=ja", set()),
        ("bezirk=Düsseldorf&stand=submitted&thema=strategy&zustaendig=niemand", {"Dorf"}),
        ("bezirk=Düsseldorf&stand=matched", set()),
        ("q=Wellmann&weg=phone", {"Stadt"}),
        # What is not offered is no filter.
        (
            "bezirk=Bayern&stand=gibtesnicht&zustaendig=99999&beratung=x",
            {"Dorf", "Stadt", "Kreis", "Zu Ende"},
        ),
    ],
)
def test_filter_leaves_the_cases_that_fit(cases: Desk, world: World, query: str, titles: set[str]) -> None:
    colleague = Case.objects.get(title="Kreis").responsible_id
    query = query.format(colleague=colleague, lead=world.lead.pk, outsider=world.other_advisor.pk)
    assert set(cases.rows(f"?liste=alle&{query}")) == titles


def test_advisor_who_said_no_does_not_count_as_advising(cases: Desk, world: World) -> None:
    case = Case.objects.get(title="Stadt")
    assert set(cases.rows(f"?liste=alle&beratung={world.co.pk}")) == {"Stadt"}
    workflow.decline_offer(world.offer_of(case, world.co), world.co.user)
    assert cases.rows(f"?liste=alle&beratung={world.co.pk}") == []


@pytest.mark.parametrize(
    ("day", "value", "titles"),
    [
        (0, "ueberfaellig", set()),
        (0, "diese-woche", set()),
        (7, "diese-woche", {"Dorf"}),
        (8, "ueberfaellig", {"Dorf"}),
        (8, "diese-woche", set()),
        (8, "sehr-spaet", set()),
        (14, "sehr-spaet", {"Dorf"}),
        (60, "pause", {"Kreis"}),
    ],
)
def test_deadline_filter_knows_late_very_late_due_and_paused(
    world: World, day: int, value: str, titles: set[str]
) -> None:
    """Five working days from Monday are due on the next Monday; half as many again make it very late."""
    Case.objects.all().delete()
    with time_machine.travel(MONDAY):
        actors.submitted(title="Dorf")
        world.case(CaseStatus.QUERY_OPEN, title="Kreis")
        world.case(CaseStatus.WITHDRAWN, title="Zurück")
    with time_machine.travel(MONDAY + dt.timedelta(days=day)):
        assert set(Desk(world.coordinator).rows(f"?liste=alle&frist={value}")) == titles


def test_sizes_are_those_that_a_municipality_says_of_itself() -> None:
    for population, key, said in (
        (4_999, "land", "unter 5.000"), (5_000, "klein", "5.000 bis"), (49_999, "mittel", "20.000 bis"),
        (99_999, "mittel-gross", "50.000 bis"), (100_000, "gross", "100.000"),
    ):  # fmt: skip
        town = Municipality(kind="district_town", population=population, latitude=0, longitude=0)
        assert said.replace("unter ", "") in town.size_class.replace("under ", ""), town.size_class
        assert str(SIZES[key][0]).partition(" ")[0] in town.size_class


def test_panel_says_what_is_chosen_and_takes_it_back(cases: Desk) -> None:
    page = cases.list("?liste=alle&bezirk=Köln&weg=phone&q=Wellmann")
    text = words(page)
    assert "Filter entfernen: Regierungsbezirk: Köln" in text
    assert "Filter entfernen: Weg: " + str(Channel.PHONE.label) in text
    chips = {chip["field"].row.name: chip["url"] for chip in page.context["cl"].chips}
    assert chips["bezirk"] == "?liste=alle&q=Wellmann&weg=phone"
    assert page.context["cl"].clear_all_filters_qs == "?liste=alle&q=Wellmann"


def test_forms_keep_what_was_chosen_before(cases: Desk) -> None:
    page = cases.list("?liste=gefunden&bezirk=Köln&q=Wellmann")
    search, panel = (form.fields for form in forms(page) if form.method == "get")
    assert search == {"q": "Wellmann", "bezirk": "Köln"}  # a search looks through all lists
    chosen = {name: value for name, value in panel.items() if value}
    assert chosen == {"q": "Wellmann", "liste": "gefunden", "bezirk": "Köln"}
    assert set(panel) == {"q", "liste", *(name for name in FILTERS if name != "ergebnis")}


def test_list_without_fitting_cases_says_so(cases: Desk) -> None:
    assert "Kein Vorgang auf dieser Liste passt zu diesen Filtern." in words(cases.list("?bezirk=Arnsberg"))
    nothing = words(cases.list("?bezirk=Arnsberg&q=Mwanza"))
    assert "Kein Vorgang mit diesen Filtern enthält diese Wörter." in nothing


def test_choices_follow_a_new_colleague_a_renamed_advisor_and_a_new_topic(world: World) -> None:
    Choices.load()
    colleague = actors.coordinator("Murat Aydin")
    assert (str(colleague.pk), "Murat Aydin") in Choices.load().team
    colleague.set_roles([])
    assert (str(colleague.pk), "Murat Aydin") not in Choices.load().team
    world.lead.user.name = "Amara Obi"
    world.lead.user.save()
    assert (str(world.lead.pk), "Amara Obi") in Choices.load().advisors
    Topic.objects.create(key="water", label="Wasser", position=99)
    assert ("water", "Wasser") in Choices.load().topics


@pytest.mark.parametrize("count", [1, 30])
def test_filtered_list_asks_the_same_number_of_queries(
    world: World, count: int, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        actors.submitted(title=f"Vorgang {number}")
    desk = Desk(world.coordinator)
    query = "?q=Vorgang&bezirk=Arnsberg&thema=fair_trade&ziel=participation&zustaendig=niemand&groesse=mittel-gross"  # noqa: E501
    desk.list(query)
    looked_up = int(connection.vendor == "postgresql")  # words, in their index, first
    with django_assert_num_queries(14 + looked_up):
        assert len(desk.rows(query)) == min(count, 25)


def test_no_filter_counts_cases(cases: Desk) -> None:
    cases.list("?liste=alle")
    with CaptureQueriesContext(connection) as captured:
        cases.list("?liste=alle&bezirk=Köln")
    # The numbers of the tabs; new messages are counted for the cases of a page alone.
    counts = [query["sql"] for query in captured.captured_queries if "COUNT(" in query["sql"]]
    assert ["requests_app_message" in sql for sql in counts] == [False, True]
