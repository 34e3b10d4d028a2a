"""What is to do for the coordination: each group, whose tasks, and numbers that cost the same for many."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.utils import timezone, translation

from miglobe.accounts.models import User
from miglobe.accounts.roles import Role
from requests_app import agenda, workflow
from requests_app.models import Case, CaseStatus, Leave
from tests import actors
from tests.actors import World

pytestmark = pytest.mark.django_db
S = CaseStatus


@pytest.fixture(autouse=True)
def _german() -> Any:
    with translation.override("de"):
        yield


def on(day: int, month: int = 11) -> time_machine.travel:
    return time_machine.travel(dt.datetime(2026, month, day, 9, tzinfo=dt.UTC), tick=True)


@pytest.fixture
def world(db: None) -> World:
    """The people of Monday, 16 November, without the outsider's case."""
    with on(16):
        made = World()
    Case.objects.all().delete()
    return made


def told(world: World, **options: Any) -> dict[str, list[tuple[str, str, str]]]:
    """By group: the case's subject, why it stands there, what to do."""
    found = agenda.tasks(world.coordinator, timezone.localdate(), **options)
    return {
        each.group.key: [(line.case.title, line.why, line.todo.label) for line in each.lines]
        for each in found
    }


def reach(world: World, status: CaseStatus, title: str) -> Case:
    with on(16):
        return world.case(status, title=title)


# --- Each group -----------------------------------------------------------------------------------


def test_nothing_is_to_do_without_a_case(world: World) -> None:
    assert told(world) == {}


def test_new_request_says_until_when_it_is_to_be_answered(world: World) -> None:
    reach(world, S.SUBMITTED, "neu")
    with on(17):
        assert told(world) == {"neue": [("neu", "Erste Antwort fällig Mo, 23.11.2026", "Prüfung beginnen")]}
    with on(23):
        assert told(world) == {"neue": [("neu", "Erste Antwort heute fällig", "Prüfung beginnen")]}


def test_late_cases_say_by_how_much_and_who_is_waited_for(world: World) -> None:
    for status in (S.SUBMITTED, S.IN_REVIEW, S.MATCHING, S.MATCHED, S.QUERY_OPEN):
        reach(world, status, status)
    with on(3, month=12):
        late = told(world)["ueberfaellig"]
    assert late == [
        (
            "matching",
            "Antwort von Amara Okafor und Inés Carvajal auf unsere Anfrage: 10 Arbeitstage zu spät",
            "Ansehen, wer gefragt ist",
        ),
        ("submitted", "Erste Antwort an die Kommune: 8 Arbeitstage zu spät", "Prüfung beginnen"),
        ("in_review", "Nächster Schritt der Prüfung: 8 Arbeitstage zu spät", "Beratende anfragen"),
        ("matched", "Erstes Gespräch mit Amara Okafor: 3 Arbeitstage zu spät", "Nachricht schreiben"),
    ]


def test_a_case_due_on_friday_is_late_on_saturday_without_a_number_of_days(world: World) -> None:
    with on(13):
        world.case(S.SUBMITTED, title="Freitag")
    with on(21):
        assert told(world)["ueberfaellig"][0][1] == "Erste Antwort an die Kommune: fällig war Fr, 20.11.2026"


def test_answers_lead_to_where_they_are_read_or_acted_on(world: World) -> None:
    answered = reach(world, S.QUERY_OPEN, "Rückfrage")
    declined = reach(world, S.MATCHING, "Absagen")
    commented = reach(world, S.IN_DIALOGUE, "Anmerkung")
    with on(17):
        workflow.answer_query(answered, actors.contact_of(answered), text="Drei.")
        for advisor in (world.lead, world.co):
            workflow.decline_offer(world.offer_of(declined, advisor), advisor.user)
        option = actors.propose_option(world, commented)
        workflow.comment_option(option, actors.contact_of(commented), text="Kürzer.", version=1)
        world.case(S.OPTIONS_AGREED, title="Vereinbart")
        found = agenda.tasks(world.coordinator, timezone.localdate())
        lines = next(each.lines for each in found if each.group.key == "antworten")
    assert [(line.case.title, line.why, line.todo.label) for line in lines] == [
        ("Rückfrage", "Die Kommune hat auf die Rückfrage geantwortet", "Antwort lesen"),
        ("Absagen", "Wer gefragt wurde, hat abgesagt oder nicht geantwortet", "Beratende anfragen"),
        ("Anmerkung", "Die Kommune wünscht eine Änderung an einer Handlungsoption", "Anmerkung lesen"),
        ("Vereinbart", "Alle Handlungsoptionen sind bestätigt", "Vorgang abschließen"),
    ]
    sheet = f"/admin/requests_app/case/{answered.pk}/change/"
    assert (lines[0].url, lines[0].todo.url) == (sheet, f"{sheet}#messages")
    assert lines[1].todo.url == f"/admin/requests_app/case/{declined.pk}/schritt/offer/"


def test_offers_stand_there_from_the_working_day_before_their_answer_is_due(world: World) -> None:
    reach(world, S.MATCHING, "Angebot")
    seen = []
    for day in (17, 18, 19):
        with on(day):
            seen.append([why for _title, why, _todo in told(world).get("angebote", [])])
    names = "Antwort von Amara Okafor und Inés Carvajal auf unsere Anfrage: "
    assert seen == [[], [f"{names}fällig Do, 19.11.2026"], [f"{names}heute fällig"]]


def test_queries_and_options_stand_there_once_their_answer_was_due(world: World) -> None:
    reach(world, S.QUERY_OPEN, "Rückfrage")
    case = reach(world, S.IN_DIALOGUE, "Optionen")
    with on(16):
        actors.propose_option(world, case)
    with on(30):
        assert told(world) == {}
    with on(2, month=12):
        assert told(world) == {
            "rueckfragen": [
                (
                    "Rückfrage",
                    "Antwort der Kommune auf die Rückfrage: 2 Arbeitstage zu spät",
                    "Nachricht schreiben",
                )
            ],
            "unbestaetigt": [
                (
                    "Optionen",
                    "Antwort der Kommune auf die Handlungsoptionen: 2 Arbeitstage zu spät",
                    "Nachricht schreiben",
                )
            ],
        }


def test_direct_enquiry_that_lapsed_comes_first(world: World) -> None:
    with on(16):
        case = actors.direct_enquiry(world.lead, title="direkt")
    with on(20):
        workflow.expire_offer(case.assignments.get())
        assert told(world) == {
            "ohne-antwort": [
                (
                    "direkt",
                    "Amara Okafor hat auf die Direktanfrage der Kommune nicht geantwortet",
                    "Beratende anfragen",
                )
            ]
        }


def test_what_was_put_off_stands_there_on_its_day_with_its_note_though_it_is_late_as_well(
    world: World,
) -> None:
    case = reach(world, S.IN_REVIEW, "zurückgestellt")
    Case.objects.filter(pk=case.pk).update(
        resubmit_on=dt.date(2026, 11, 25), resubmission_note="Nach der Ratssitzung anrufen"
    )
    with on(24):
        assert set(told(world)) == {"ueberfaellig"}
    with on(25):
        both = told(world)
    assert both["wiedervorlage"] == [("zurückgestellt", "Nach der Ratssitzung anrufen", "Vorgang öffnen")]
    assert [title for title, _why, _todo in both["ueberfaellig"]] == ["zurückgestellt"]


def test_sessions_are_missed_a_week_after_their_day_and_a_dialogue_is_quiet_after_six(world: World) -> None:
    reach(world, S.MATCHED, "gefunden")  # first session by Monday, 30 November
    reach(world, S.IN_DIALOGUE, "im Dialog")  # a session on 12 November, logged on the 16th
    with on(6, month=12):
        assert {"ohne-gespraech", "ruhend"}.isdisjoint(told(world))
    with on(7, month=12):
        found = agenda.tasks(world.coordinator, timezone.localdate())
    missed = next(each for each in found if each.group.key == "ohne-gespraech")
    assert (missed.count, missed.lines) == (1, [])  # the case stands among the late ones already
    with on(29, month=12):
        assert told(world)["ruhend"] == [
            (
                "im Dialog",
                "Seit sechs Wochen ist kein Gespräch mit Amara Okafor festgehalten",
                "Nachricht schreiben",
            )
        ]


def test_very_late_cases_are_marked(world: World) -> None:
    case = reach(world, S.SUBMITTED, "sehr spät")
    reach(world, S.IN_REVIEW, "spät")
    with on(30):
        workflow.escalate(case)
        found = agenda.tasks(world.coordinator, timezone.localdate())
    assert {line.case.title: line.is_very_late for line in found[0].lines} == {
        "sehr spät": True,
        "spät": False,
    }


def test_closed_case_comes_up_only_when_somebody_has_put_it_off_to_a_day(world: World) -> None:
    case = reach(world, S.CLOSED, "abgeschlossen")
    with time_machine.travel(dt.datetime(2027, 5, 18, 9, tzinfo=dt.UTC)):
        assert told(world) == {}
        workflow.set_resubmission(case, world.coordinator, day=timezone.localdate(), note="Anrufen")
        assert told(world) == {"wiedervorlage": [("abgeschlossen", "Anrufen", "Vorgang öffnen")]}
        workflow.finish_resubmission(case, world.coordinator)
        assert told(world) == {}


def test_wish_for_another_talk_stands_there_until_a_talk_is_held(world: World) -> None:
    case = reach(world, S.CLOSED, "abgeschlossen")
    with time_machine.travel(dt.datetime(2027, 5, 18, 9, tzinfo=dt.UTC)):
        workflow.ask_for_talk(case, actors.contact_of(case))
        line = ("abgeschlossen", "Die Kommune wünscht ein weiteres Gespräch", "Nachricht schreiben")
        assert told(world) == {"nachgespraech": [line]}
        actors.log_session(world, case)
        assert told(world) == {}


def test_wish_for_another_talk_without_an_advisor_asks_for_one(world: World) -> None:
    case = reach(world, S.CLOSED, "abgeschlossen")
    with time_machine.travel(dt.datetime(2027, 5, 18, 9, tzinfo=dt.UTC)):
        User.objects.filter(pk__in=[world.lead.user_id, world.co.user_id]).update(is_active=False)
        workflow.ask_for_talk(case, actors.contact_of(case))
        line = ("abgeschlossen", "Die Kommune wünscht ein weiteres Gespräch", "Beratende anfragen")
        assert told(world) == {"nachgespraech": [line]}


def test_other_ended_cases_never_stand_there(world: World) -> None:
    for status in (S.DECLINED, S.WITHDRAWN):
        case = reach(world, status, status)
        Case.objects.filter(pk=case.pk).update(resubmit_on=dt.date(2026, 11, 16))
    with on(1, month=12):
        assert told(world) == {}


# --- Whose ----------------------------------------------------------------------------------------


def titles(world: World, user: Any) -> set[str]:
    only = agenda.whose(user, timezone.localdate()).mine
    found = agenda.tasks(user, timezone.localdate(), only=only)
    return {line.case.title for each in found for line in each.lines}


def test_mine_are_my_cases_and_those_that_nobody_has_taken_over(world: World) -> None:
    deniz = actors.coordinator("Deniz Yılmaz")
    for name, responsible in (("meiner", world.coordinator), ("ihrer", deniz), ("niemandes", None)):
        case = reach(world, S.SUBMITTED, name)
        Case.objects.filter(pk=case.pk).update(responsible=responsible)
    with on(17):
        assert titles(world, world.coordinator) == {"meiner", "niemandes"}
        assert titles(world, deniz) == {"ihrer", "niemandes"}
        assert {t for t, _w, _d in told(world)["neue"]} == {"meiner", "ihrer", "niemandes"}


def test_substitute_looks_after_the_cases_of_whoever_is_on_leave_on_these_days_only(world: World) -> None:
    deniz = actors.coordinator("Deniz Yılmaz")
    case = reach(world, S.SUBMITTED, "ihrer")
    Case.objects.filter(pk=case.pk).update(responsible=deniz)
    days = {"first_day": dt.date(2026, 11, 18), "last_day": dt.date(2026, 11, 19)}
    Leave.objects.create(user=deniz, substitute=world.coordinator, **days)
    seen = []
    for day in (17, 18, 19, 20):
        with on(day):
            seen.append(titles(world, world.coordinator))
            assert titles(world, deniz) == {"ihrer"}
    assert seen == [set(), {"ihrer"}, {"ihrer"}, set()]


def test_cases_of_somebody_on_leave_without_a_substitute_are_everybodys(world: World) -> None:
    deniz = actors.coordinator("Deniz Yılmaz")
    case = reach(world, S.SUBMITTED, "ihrer")
    Case.objects.filter(pk=case.pk).update(responsible=deniz)
    Leave.objects.create(user=deniz, first_day=dt.date(2026, 11, 18), last_day=dt.date(2026, 11, 19))
    with on(18):
        assert titles(world, world.coordinator) == {"ihrer"}


@pytest.mark.parametrize("role", [Role.ADVISOR, Role.MUNICIPALITY_CONTACT, Role.READER])
def test_nobody_but_the_coordination_has_an_agenda(world: World, role: Role) -> None:
    with pytest.raises(PermissionDenied):
        agenda.tasks(actors.person("Otto Öhm", role), timezone.localdate())


# --- Numbers --------------------------------------------------------------------------------------


def test_a_group_shows_five_and_counts_no_further_than_it_must(world: World) -> None:
    with on(16):
        first = world.case(S.SUBMITTED)
        fields = {f.attname: getattr(first, f.attname) for f in Case._meta.concrete_fields}
        for unique in ("id", "submission_key", "reference"):
            del fields[unique]
        Case.objects.bulk_create([Case(reference=f"MG-2026-9{n:03}", **fields) for n in range(120)])
        new = agenda.tasks(world.coordinator, timezone.localdate())[0]
    assert (len(new.lines), new.number) == (5, "99+")


@pytest.mark.parametrize("count", [1, 30])
def test_agenda_asks_the_same_number_of_queries(
    world: World, count: int, django_assert_num_queries: Any
) -> None:
    for n in range(count):
        reach(world, S.SUBMITTED, f"neu {n}")
    assert world.coordinator.roles == {Role.COORDINATOR}
    # Twelve groups; the cases, those that ask along, and the offers.
    with on(17), django_assert_num_queries(15):
        agenda.tasks(world.coordinator, timezone.localdate())


def test_a_session_is_missed_a_week_past_its_agreed_date_and_a_date_ahead_is_no_quiet(world: World) -> None:
    case = reach(world, S.IN_DIALOGUE, "im Dialog")  # a session on 12 November
    berlin = timezone.get_default_timezone()
    actors.appointment(case, actors.contact_of(case), dt.datetime(2026, 12, 1, 14, tzinfo=berlin))
    with on(7, month=12):
        assert "ohne-gespraech" not in told(world)
    with on(8, month=12):
        assert told(world)["ohne-gespraech"] == [
            ("im Dialog", "Das vereinbarte Gespräch mit Amara Okafor ist nicht festgehalten",
             "Nachricht schreiben")
        ]  # fmt: skip
    ahead = actors.appointment(case, actors.contact_of(case), dt.datetime(2027, 2, 1, 14, tzinfo=berlin))
    with on(29, month=12):
        assert "ruhend" not in told(world)
    ahead.delete()
    with on(29, month=12):
        assert "ruhend" in told(world)


def test_a_session_logged_since_the_agreed_date_is_not_missed(world: World) -> None:
    case = reach(world, S.IN_DIALOGUE, "im Dialog")  # a session on 12 November
    berlin = timezone.get_default_timezone()
    actors.appointment(case, actors.contact_of(case), dt.datetime(2026, 11, 12, 10, tzinfo=berlin))
    with on(20):
        assert "ohne-gespraech" not in told(world)
