"""The coordinators' first page."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from advisors.models import Absence
from miglobe.accounts.roles import Role
from miglobe.mail import outbox
from miglobe.mail.models import OutboxMessage, State
from requests_app import agenda, workflow
from requests_app.models import Case, CaseStatus
from requests_app.triage import queues
from requests_app.triage.overview import overview
from tests import actors
from tests.actors import World
from tests.triage.desk import Desk, words

S = CaseStatus
MONDAY = dt.datetime(2026, 11, 2, 10, tzinfo=dt.UTC)
NEW_YEAR = dt.datetime(2027, 1, 4, 10, tzinfo=dt.UTC)


def first_page(desk: Desk) -> Any:
    return desk.get(reverse("admin:index"))


def test_tiles_lead_to_exactly_what_they_count(world: World, desk: Desk) -> None:
    for status in CaseStatus:
        world.case(status)
    tiles = overview(world.coordinator)["tiles"]
    page = first_page(desk).content.decode()
    assert [tile["url"] for tile in tiles] == [queues.address(queue.key) for queue in queues.QUEUES]
    for tile in tiles:
        assert f'href="{tile["url"]}"><strong>{tile["count"]}</strong>' in page
        assert len(desk.get(tile["url"]).context["cl"].result_list) == tile["count"]


def sections(desk: Desk, query: str = "") -> dict[str, Any]:
    page = desk.get(reverse("admin:index") + query)
    return {section.tasks.group.key: section for section in page.context["overview"]["sections"]}


def one_of_each(world: World) -> None:
    """Something in every group of the agenda, on Monday, 4 January 2027."""
    with time_machine.travel(MONDAY):
        for status in CaseStatus:
            world.case(status, title=status)
        direct = actors.direct_enquiry(world.other_advisor, title="direkt")
        answered = world.case(S.QUERY_OPEN, title="beantwortet")
        workflow.answer_query(answered, actors.contact_of(answered), text="Drei.")
        proposed = world.case(S.IN_DIALOGUE, title="Optionen")
        actors.propose_option(world, proposed)
        Case.objects.filter(pk=answered.pk).update(resubmit_on=MONDAY.date())
        fail(OutboxMessage.objects.filter(reference=direct.reference).order_by("pk")[0])
    with time_machine.travel(MONDAY + dt.timedelta(days=7)):
        workflow.expire_offer(direct.assignments.get())
    with time_machine.travel(NEW_YEAR - dt.timedelta(days=3)):
        world.case(S.MATCHING, title="Angebot")
        actors.submitted(title="neu")
        for title in ("Nachgespräch", "noch eins"):
            closed = world.case(S.CLOSED, title=title)
            workflow.ask_for_talk(closed, actors.contact_of(closed))


@pytest.mark.parametrize("scope", ["alle", "mich"])
def test_each_number_of_the_page_leads_to_exactly_that_list(world: World, scope: str) -> None:
    one_of_each(world)
    mine = Case.objects.filter(title__in=["neu", "beantwortet", S.IN_REVIEW, S.MATCHED])
    mine.update(responsible=world.coordinator)
    Case.objects.exclude(pk__in=mine).update(responsible=actors.coordinator("Deniz Yılmaz"))
    with time_machine.travel(NEW_YEAR):
        desk = Desk(world.coordinator)
        found = sections(desk, f"?fuer={scope}")
        numbers = {key: section.tasks.count for key, section in found.items()}
        listed = {key: len(desk.get(section.url).context["cl"].result_list) for key, section in found.items()}
    assert numbers == listed
    expected = {group.key for group in agenda.GROUPS}
    if scope == "mich":
        expected = {"ueberfaellig", "antworten", "wiedervorlage", "neue", "angebote", "ohne-gespraech"}
    assert set(numbers) == expected


def test_list_behind_a_number_says_where_one_is(world: World, desk: Desk) -> None:
    tabs = desk.list("?liste=wiedervorlage&fuer=mich").context["tabs"]
    assert [(str(tab["label"]), tab["count"]) for tab in tabs if tab["current"]] == [("Wiedervorlage", None)]


def test_page_opens_on_my_tasks_once_i_am_in_charge_of_a_case(world: World, desk: Desk) -> None:
    case = actors.submitted(title="ihrer")
    assert first_page(desk).context["overview"]["is_mine"] is False
    Case.objects.filter(pk=case.pk).update(responsible=world.coordinator)
    page = first_page(desk)
    assert page.context["overview"]["is_mine"] is True
    assert [tab["current"] for tab in page.context["overview"]["switch"]] == [True, False]
    assert first_page(desk).context["overview"]["is_mine"] is True
    assert desk.get("/admin/?fuer=alle").context["overview"]["is_mine"] is False


def test_lines_say_where_why_and_lead_to_the_one_action(world: World, desk: Desk) -> None:
    Case.objects.all().delete()
    case = world.case(S.IN_REVIEW, title="Vereine gewinnen")
    Case.objects.filter(pk=case.pk).update(due_on=dt.date(2026, 11, 2))
    with time_machine.travel(dt.datetime(2026, 11, 4, 10, tzinfo=dt.UTC)):
        page = first_page(Desk(world.coordinator))
    told = "Vereine gewinnen Hattingen · " + case.reference + " Nächster Schritt der Prüfung: 2 Arbeitstage"
    assert told in words(page)
    step = reverse("admin:requests_app_case_step", args=[case.pk, "offer"])
    assert f'<a class="app-task__do" href="{step}">Beratende anfragen<' in page.content.decode()


def test_load_of_the_pool_counts_open_cases_and_offers(world: World, desk: Desk) -> None:
    world.case(S.IN_DIALOGUE)
    world.case(S.CLOSED)
    world.case(S.MATCHING)
    today = timezone.localdate()
    Absence.objects.create(advisor=world.other_advisor, first_day=today, last_day=today)
    loads = first_page(desk).context["overview"]["pool"]
    assert [(load.advisor.name, load.cases, load.offers, load.absent_until) for load in loads] == [
        ("Amara Okafor", 1, 1, None),
        ("Inés Carvajal", 0, 2, None),
        ("Thu-Hà Nguyễn", 0, 0, today),
    ]


def test_reader_sees_numbers_and_neither_cases_nor_names(world: World) -> None:
    with time_machine.travel(MONDAY):
        world.case(S.IN_REVIEW, title="Vereine gewinnen")
    reader = Desk(actors.person("Lea Lesener", Role.READER))
    page = first_page(reader)
    assert set(page.context["overview"]) == {"reading", "is_done"}
    told = words(page)
    for name in ("Vereine gewinnen", "Hattingen", "Amara Okafor", world.coordinator.name, "MG-"):
        assert name not in told


def fail(mail: OutboxMessage) -> OutboxMessage:
    OutboxMessage.objects.filter(pk=mail.pk).update(state=State.FAILED, next_attempt_at=None, body="")
    return mail


def test_mail_about_a_case_that_did_not_arrive_is_a_task_of_that_case(world: World, desk: Desk) -> None:
    assert "mails" not in sections(desk)
    case = world.case(S.IN_REVIEW, title="Vereine gewinnen")
    fail(OutboxMessage.objects.filter(reference=case.reference).order_by("pk")[0])
    section = sections(desk)["mails"]
    [row] = section.rows
    sheet = reverse("admin:requests_app_case_change", args=[case.pk])
    assert (row.line.case, row.line.todo.url) == (case, f"{sheet}#mails-title")
    assert 'id="mails-title"' in desk.sheet(case).content.decode()
    assert (section.tasks.count, desk.rows(section.url.partition("/case/")[2])) == (1, ["Vereine gewinnen"])


def test_other_mails_that_did_not_arrive_are_told_and_linked(world: World, desk: Desk) -> None:
    mail = fail(outbox.queue(kind="invitation", to="neu@example.org", text=outbox.MailText("Einladung", "x")))
    case = world.case(S.IN_REVIEW)
    fail(OutboxMessage.objects.filter(reference=case.reference).order_by("pk")[0])
    settled = fail(outbox.queue(kind="invitation", to="alt@example.org", text=outbox.MailText("Alt", "x")))
    outbox.settle(settled, by="Lena Brandt")
    page = first_page(desk)
    assert "Andere nicht angekommene E-Mails (1) Postausgang ansehen Einladung neu@example.org" in words(page)
    assert reverse("admin:mail_outboxmessage_change", args=[mail.pk]) in page.content.decode()
    listed = desk.get(overview(world.coordinator)["mails"]["url"])
    assert [row.pk for row in listed.context["cl"].result_list] == [mail.pk]


def test_first_page_without_a_task_says_so_kindly(world: World, desk: Desk) -> None:
    Case.objects.all().delete()
    assert "Für heute ist nichts zu tun." in words(first_page(desk))
    actors.submitted()
    assert "Für heute ist nichts zu tun." not in words(first_page(desk))


@pytest.mark.parametrize("count", [1, 30])
def test_first_page_asks_the_same_number_of_queries(
    world: World, desk: Desk, count: int, django_assert_num_queries: Any
) -> None:
    for _ in range(count):
        actors.submitted()
    first_page(desk)  # fills the caches
    with django_assert_num_queries(31):
        first_page(desk)
