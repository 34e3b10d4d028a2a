"""Many cases at once: each through the workflow, each with its result, nothing by GET."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from miglobe.accounts.roles import Role
from requests_app import workflow
from requests_app.models import Case, CaseStatus, Event, EventKind, ListExport, Municipality, Resolution
from requests_app.triage.bulk import LIMIT, MANY
from tests import actors
from tests.actors import World
from tests.triage.desk import Desk, sent, words

S = CaseStatus
WEDNESDAY = dt.datetime(2026, 11, 25, 10, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _on_a_wednesday() -> Any:
    with time_machine.travel(WEDNESDAY):
        yield


@pytest.fixture
def colleague(world: World) -> Desk:
    return Desk(actors.coordinator("Jonas Weber"))


def chosen(desk: Desk, key: str, *cases: Case, query: str = "?liste=alle") -> Any:
    """Tick cases in the list and run an action; the page that this leads to."""
    address = reverse("admin:requests_app_case_changelist") + query
    ticked = {"action": key, "index": "0", "_selected_action": [case.pk for case in cases]}
    return desk.client.post(address, ticked, follow=True)


def press(desk: Desk, page: Any, button: str, **typed: Any) -> Any:
    """Press a button of the page, with all its cases, and follow to where it leads."""
    rows = page.context["rows"]
    fields = {
        "case": [row.carried for row in rows],
        "liste": page.context["list_query"],
        "stage": page.context["stage"],
    }
    if page.context["stage"] == "sure":
        fields |= {field.html_name: field.value() for field in page.context["form"]}
    assert button in words(page)
    return desk.client.post(page.request["PATH_INFO"], fields | typed, follow=True)


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def test_actions_stand_above_the_list(world: World, desk: Desk) -> None:
    page = desk.list("?liste=alle")
    assert [key for key, _label in page.context["action_form"].fields["action"].choices] == [
        "",
        *MANY,
        "als_csv",
        "als_xlsx",
    ]
    assert "Ausgewählte Vorgänge:" in words(page)


def test_cases_are_taken_over_each_with_its_result(world: World, desk: Desk, colleague: Desk) -> None:
    nobodys, mine, theirs = (world.case(title=title) for title in ("Keins", "Meins", "Ihrs"))
    workflow.take_over(mine, desk.user)
    workflow.take_over(theirs, colleague.user)
    page = chosen(desk, "uebernehmen", nobodys, mine, theirs)
    assert "3 Vorgänge" in words(page)
    assert "Bisher zuständig: niemand." in words(page)
    assert "Sie sind schon zuständig." in words(page)
    assert "Bisher zuständig: Jonas Weber." in words(page)
    assert fresh(nobodys).responsible is None
    told = words(press(desk, page, "Übernehmen"))
    assert "Ein Vorgang bleibt, wie er war Meins" in told
    assert "Lena Brandt ist schon zuständig." in told
    assert "2 Vorgänge sind erledigt" in told
    assert {fresh(case).responsible for case in (nobodys, mine, theirs)} == {desk.user}


def test_a_colleague_in_between_is_told_and_not_overwritten(
    world: World, desk: Desk, colleague: Desk
) -> None:
    one, two = world.case(title="Eins"), world.case(title="Zwei")
    page = chosen(desk, "uebernehmen", one, two)
    workflow.take_over(one, colleague.user)
    told = words(press(desk, page, "Übernehmen"))
    assert "Inzwischen ist Jonas Weber zuständig." in told
    assert (fresh(one).responsible, fresh(two).responsible) == (colleague.user, desk.user)


def test_a_case_that_moved_to_another_tab_is_still_there(world: World, desk: Desk, colleague: Desk) -> None:
    case = world.case(title="Neu")
    desk.list("?liste=neu")
    workflow.start_review(case, colleague.user)
    page = chosen(desk, "uebernehmen", case, query="?liste=neu")
    assert "In Prüfung" in words(page)
    assert "Bisher zuständig: Jonas Weber." in words(page)


def test_a_reload_of_the_result_does_nothing_again(world: World, desk: Desk) -> None:
    case = world.case()
    result = press(desk, chosen(desk, "uebernehmen", case), "Übernehmen")
    events = Event.objects.count()
    again = desk.get(result.request["PATH_INFO"])
    assert "Ein Vorgang ist erledigt" in words(again)
    assert Event.objects.count() == events


def test_the_way_back_leads_to_the_same_list(world: World, desk: Desk) -> None:
    case = world.case()
    query = "?liste=neu&bezirk=Arnsberg"
    page = chosen(desk, "uebernehmen", case, query=query)
    back = reverse("admin:requests_app_case_changelist") + query
    assert page.context["list_url"] == back
    assert press(desk, page, "Übernehmen").context["list_url"] == back


def test_cases_are_passed_on(world: World, desk: Desk, colleague: Desk) -> None:
    cases = [world.case(), world.case(S.IN_REVIEW)]
    page = chosen(desk, "weitergeben", *cases)
    assert "Wählen Sie aus, wer übernimmt." in words(press(desk, page, "Weitergeben"))
    press(desk, page, "Weitergeben", to=str(colleague.user.pk))
    assert [fresh(case).responsible for case in cases] == [colleague.user, colleague.user]


def test_cases_are_put_off_to_the_same_day(world: World, desk: Desk, colleague: Desk) -> None:
    one, two, over = world.case(), world.case(), world.case(S.DECLINED)
    page = chosen(desk, "wiedervorlage", one, two, over)
    assert "Nicht möglich: Dieser Vorgang ist schon beendet." in words(page)
    wrong = press(desk, page, "Auf Wiedervorlage legen", when="other", day="", note="Nachfassen")
    assert "Geben Sie ein Datum ein" in words(wrong)
    workflow.set_resubmission(two, colleague.user, day=WEDNESDAY.date(), note="Meine")
    told = words(press(desk, wrong, "Auf Wiedervorlage legen", when="3", note="Nachfassen"))
    assert "Inzwischen wurde die Wiedervorlage geändert." in told
    assert "Dieser Vorgang ist schon beendet." in told
    assert [(fresh(c).resubmit_on, fresh(c).resubmission_note) for c in (one, two)] == [
        (dt.date(2026, 11, 30), "Nachfassen"),
        (dt.date(2026, 11, 25), "Meine"),
    ]


def test_topics_are_added_and_removed(world: World, desk: Desk) -> None:
    one, two = world.case(), world.case()
    two.topics.clear()
    page = chosen(desk, "themen", one, two)
    assert "Themen: Fairer Handel" in words(page)
    assert "Wählen Sie mindestens ein Thema." in words(press(desk, page, "Themen berichtigen"))
    both = {"add": ["youth"], "remove": ["youth"]}
    assert "dasselbe Thema" in words(press(desk, page, "Themen berichtigen", **both))
    press(desk, page, "Themen berichtigen", add=["strategy"], remove=["fair_trade"])
    assert [[t.key for t in case.topics.all()] for case in (one, two)] == [["strategy"], ["strategy"]]
    again = press(desk, page, "Themen berichtigen", add=["strategy"])
    assert "2 Vorgänge bleiben, wie sie waren" in words(again)


def test_duplicates_end_as_their_state_allows_with_the_mails_of_the_step(world: World, desk: Desk) -> None:
    original = world.case(S.IN_REVIEW, title="Das Original")
    new, asked, advised = (world.case(status) for status in (S.SUBMITTED, S.MATCHING, S.MATCHED))
    over, agreed = world.case(S.DECLINED), world.case(S.OPTIONS_AGREED)
    page = chosen(desk, "dublette", original, new, asked, advised, over, agreed)
    assert "Wird als Dublette abgeschlossen, obwohl schon beraten wird." in words(page)
    assert "Nicht möglich: Dieser Vorgang ist schon beendet." in words(page)
    mails = press(desk, page, "Weiter zu den E-Mails", original=original.reference.lower(), text="Doppelt.")
    assert fresh(new).status == S.SUBMITTED
    assert "Doppelt." in words(mails)
    assert "E-Mail an Amara Okafor" in words(mails)  # whose offer falls away
    before = len(sent("offer_withdrawn"))
    told = words(press(desk, mails, "Senden und schließen"))
    assert "3 Vorgänge bleiben, wie sie waren" in told
    for why in (
        "Das ist der Vorgang, der weitergeht.",
        "Dieser Vorgang ist schon beendet.",
        "Dieses Ergebnis passt nicht zum Stand des Vorgangs.",
    ):
        assert why in told
    ended = [(fresh(case).status, fresh(case).resolution) for case in (new, asked, advised)]
    duplicate = Resolution.DUPLICATE
    assert ended == [(S.DECLINED, duplicate), (S.DECLINED, duplicate), (S.CLOSED, duplicate)]
    assert ["Doppelt." in mail.body for mail in sent("request_declined")[-2:]] == [True, True]
    assert "Doppelt." in sent("case_closed")[-1].body
    assert len(sent("offer_withdrawn")) == before + 3
    data = new.events.get(kind=EventKind.DECLINED).data
    assert data["same_as"] == original.reference
    assert f"doppelt zu {original.reference}" in words(desk.sheet(new))


def test_a_duplicate_that_a_colleague_moved_on_is_told(world: World, desk: Desk, colleague: Desk) -> None:
    original, case = world.case(S.IN_REVIEW), world.case()
    page = chosen(desk, "dublette", case)
    mails = press(desk, page, "Weiter zu den E-Mails", original=original.reference, text="Doppelt.")
    workflow.start_review(case, colleague.user)
    told = words(press(desk, mails, "Senden und schließen"))
    assert "Der Vorgang wurde inzwischen geändert." in told
    assert fresh(case).status == S.IN_REVIEW


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("", "Geben Sie das Aktenzeichen ein."),
        ("MG-1999-0001", "Einen Vorgang mit diesem Aktenzeichen gibt es nicht."),
    ],
)
def test_a_wrong_number_is_told_and_the_text_stays(world: World, desk: Desk, number: str, said: str) -> None:
    page = chosen(desk, "dublette", world.case())
    told = press(desk, page, "Weiter zu den E-Mails", original=number, text="Mein Text")
    assert said in words(told)
    assert "Mein Text" in words(told)


def test_another_municipality_and_a_closed_duplicate_are_pointed_out(world: World, desk: Desk) -> None:
    bocholt = Municipality.objects.get(name="Bocholt")
    elsewhere, case = world.case(municipality=bocholt), world.case()
    page = chosen(desk, "dublette", case)
    mails = press(desk, page, "Weiter zu den E-Mails", original=elsewhere.reference, text="Doppelt.")
    assert f"Andere Kommune: {elsewhere.reference} gehört zu Bocholt." in words(mails)
    workflow.decline(elsewhere, desk.user, resolution=Resolution.DUPLICATE, text="Doppelt.")
    told = press(desk, page, "Weiter zu den E-Mails", original=elsewhere.reference, text="Doppelt.")
    assert "Dieser Vorgang wurde selbst als Dublette geschlossen." in words(told)


def test_back_keeps_what_was_typed(world: World, desk: Desk) -> None:
    original = world.case()
    page = chosen(desk, "dublette", world.case())
    mails = press(desk, page, "Weiter zu den E-Mails", original=original.reference, text="Mein Text")
    back = press(desk, mails, "Zurück zu den Angaben", back="1")
    assert (back.context["stage"], "Mein Text" in words(back)) == ("fields", True)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_chosen_cases_are_saved_as_a_file_and_it_is_noted(world: World, desk: Desk, form: str) -> None:
    cases = [world.case(title=f"Vorgang {number}") for number in range(3)]
    file = chosen(desk, f"als_{form}", *cases[:2])
    assert f".{form}" in file["Content-Disposition"]
    content = b"".join(file.streaming_content)
    if form == "csv":
        assert [case.reference in content.decode() for case in cases] == [True, True, False]
    taken = ListExport.objects.get()
    assert (taken.by, taken.form, taken.rows, taken.filters) == (desk.user, form, 2, "einzeln ausgewählt")


# --- Limits and nonsense --------------------------------------------------------------------------


def test_more_than_the_limit_is_refused_with_a_sentence(world: World, desk: Desk) -> None:
    address = reverse("admin:requests_app_case_many", args=["uebernehmen"])
    keys = [str(number) for number in range(1, LIMIT + 2)]
    sentence = "Das sind mehr als 100 Vorgänge auf einmal. Wählen Sie weniger aus."
    assert desk.said(desk.get(f"{address}?vorgaenge={','.join(keys)}")) == sentence
    assert desk.said(desk.client.post(address, {"case": [f"{key}:" for key in keys]})) == sentence
    for action in ("uebernehmen", "als_csv"):
        ticked = {"action": action, "index": "0", "_selected_action": keys}
        assert desk.said(desk.client.post(reverse("admin:requests_app_case_changelist"), ticked)) == sentence


@pytest.mark.parametrize("query", ["", "?vorgaenge=", "?vorgaenge=x,-1,²", "?vorgaenge=999999"])
def test_without_cases_the_way_leads_back_to_the_list(world: World, desk: Desk, query: str) -> None:
    address = reverse("admin:requests_app_case_many", args=["uebernehmen"])
    assert desk.said(desk.get(address + query)) == "Wählen Sie zuerst Vorgänge in der Liste aus."


def test_all_across_pages_takes_no_more_than_what_was_ticked(world: World, desk: Desk) -> None:
    case, other = world.case(), world.case()
    ticked = {"action": "uebernehmen", "index": "0", "select_across": "1", "_selected_action": [case.pk]}
    page = desk.client.post(reverse("admin:requests_app_case_changelist"), ticked, follow=True)
    assert [row.case for row in page.context["rows"]] == [case]
    assert "Alle" not in page.context["title"]
    assert fresh(other).responsible is None


def test_looking_changes_nothing(world: World, desk: Desk) -> None:
    case, events = world.case(), Event.objects.count()
    for key in MANY:
        assert chosen(desk, key, case).status_code == 200
    assert Event.objects.count() == events


def test_a_case_that_is_gone_is_told(world: World, desk: Desk) -> None:
    case = world.case()
    address = reverse("admin:requests_app_case_many", args=["uebernehmen"])
    told = desk.client.post(address, {"case": [f"{case.pk}:", "999999:"]}, follow=True)
    assert "Einen weiteren gibt es nicht mehr." in words(told)
    assert fresh(case).responsible == desk.user


def test_a_result_that_was_never_made_leads_to_the_list(desk: Desk) -> None:
    answer = desk.get(reverse("admin:requests_app_case_many_result"))
    assert (answer.status_code, answer["Location"]) == (302, reverse("admin:requests_app_case_changelist"))


@pytest.mark.parametrize("who", ["advisor", "contact", "reader"])
def test_nobody_else_acts_on_many_cases(world: World, who: str) -> None:
    case = world.case(S.MATCHED)
    people = {
        "advisor": world.lead.user,
        "contact": actors.contact_of(case),
        "reader": actors.person("Rita Leser", Role.READER),
    }
    visitor = Desk(people[who])
    for key in MANY:
        address = reverse("admin:requests_app_case_many", args=[key])
        asked = {"case": f"{case.pk}:{case.responsible_id}"}
        assert visitor.get(f"{address}?vorgaenge={case.pk}").status_code == 403
        assert visitor.client.post(address, asked).status_code == 403
    assert visitor.get(reverse("admin:requests_app_case_many_result")).status_code == 403
    assert fresh(case).responsible == world.coordinator


# --- Queries --------------------------------------------------------------------------------------


# Session, person, roles, permissions of the person and of the group; cases, and along with them topics,
# partners, contacts, assignments.
PAGE_QUERIES = 10


@pytest.mark.parametrize("count", [1, 30])
def test_page_asks_the_same_number_of_queries(
    world: World, desk: Desk, count: int, django_assert_num_queries: Any
) -> None:
    cases = [world.case() for _number in range(count)]
    address = reverse("admin:requests_app_case_many", args=["uebernehmen"])
    address += f"?vorgaenge={','.join(str(case.pk) for case in cases)}"
    desk.get(address)
    with django_assert_num_queries(PAGE_QUERIES):
        desk.get(address)


def test_each_case_costs_the_same_number_of_queries(
    world: World, desk: Desk, django_assert_max_num_queries: Any
) -> None:
    def queries(count: int) -> int:
        cases = [world.case() for _number in range(count)]
        page = chosen(desk, "uebernehmen", *cases)
        with django_assert_max_num_queries(1000) as asked:
            desk.client.post(page.request["PATH_INFO"], {"case": [r.carried for r in page.context["rows"]]})
        return len(asked)

    one, two, eleven = queries(1), queries(2), queries(11)
    assert eleven - two == 9 * (two - one)
