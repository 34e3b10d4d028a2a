"""The one mail of a working day: what stands in it, who gets it, and that nobody gets it twice."""

from __future__ import annotations

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.conf import settings
from django.db import connection, transaction

from miglobe.accounts.models import User
from miglobe.mail import outbox
from miglobe.mail.models import OutboxMessage, State
from requests_app import daily, jobs, workflow
from requests_app.models import Case, CaseStatus, DailyMail, DeskSettings, Leave
from tests import actors
from tests.actors import World

pytestmark = pytest.mark.django_db
S = CaseStatus


def at(day: int, month: int = 11, hour: int = 7) -> time_machine.travel:
    """A time of day in Berlin, in the winter of 2026."""
    return time_machine.travel(dt.datetime(2026, month, day, hour - 1, 5, tzinfo=dt.UTC), tick=True)


@pytest.fixture
def world(db: None) -> World:
    """The people of Monday, 16 November, without the outsider's case."""
    with at(16):
        made = World()
    Case.objects.all().delete()
    return made


def made(world: World, status: CaseStatus, title: str = "Vereine gewinnen", **fields: object) -> Case:
    """A case that came to ``status`` on Monday, 16 November."""
    with at(16, hour=10):
        case = world.case(status, title=title)
    Case.objects.filter(pk=case.pk).update(**fields) if fields else None
    case.refresh_from_db()
    return case


def mails(user: User | None = None) -> list[OutboxMessage]:
    """The daily mails, to everybody or to one person."""
    sent = OutboxMessage.objects.filter(kind="daily_mail").order_by("pk")
    return list(sent.filter(recipient=user.email) if user else sent)


def sent_on(day: int, month: int = 11, hour: int = 7) -> list[OutboxMessage]:
    """What the worker sends on a day."""
    before = {mail.pk for mail in mails()}
    with at(day, month, hour):
        jobs.escalate()
        daily.send()
    return [mail for mail in mails() if mail.pk not in before]


def to(sent: list[OutboxMessage]) -> list[str]:
    return [mail.recipient for mail in sent]


# --- The coordination -----------------------------------------------------------------------------


def test_coordinator_reads_what_is_to_do_and_why_with_a_link_for_each(world: World) -> None:
    late = made(world, S.IN_REVIEW)
    with at(25, hour=10):
        new = world.case(S.SUBMITTED, title="Leitbild Agenda 2030")
    [mail] = sent_on(26)
    assert (mail.recipient, mail.subject) == (world.coordinator.email, "Heute zu tun: 2 Aufgaben")
    base = settings.BASE_URL
    text = mail.body.partition("\n\nForum")[0]
    assert (
        text[: text.index("\n\nMöchten")]
        == f"""Ihre Aufgaben von heute stehen hier:
{base}/admin/

Überfällig (1)

- {late.reference}, Hattingen: Vereine gewinnen
  sehr spät · Nächster Schritt der Prüfung: 3 Arbeitstage zu spät
  {base}/admin/requests_app/case/{late.pk}/schritt/offer/

Neue Anfragen (1)

- {new.reference}, Hattingen: Leitbild Agenda 2030
  Erste Antwort fällig Mi, 02.12.2026
  {base}/admin/requests_app/case/{new.pk}/change/"""
    )
    desk = f"{base}/admin/requests_app/case/mein-platz/"
    assert f"Möchten Sie diese E-Mail nicht mehr? Hier schalten Sie sie ab:\n{desk}\n" in mail.body


def test_mail_names_no_contact_person(world: World) -> None:
    case = made(world, S.IN_REVIEW)
    [mail] = sent_on(26)
    contact = case.contacts.get()
    for personal in (contact.name, contact.email, contact.phone):
        assert personal not in mail.subject + mail.body


def test_english_coordinator_reads_it_in_english(world: World) -> None:
    made(world, S.IN_REVIEW)
    User.objects.filter(pk=world.coordinator.pk).update(language="en")
    [mail] = sent_on(26)
    assert mail.subject == "To do today: 1 task"
    assert "Next step of the review: 3 working days late" in mail.body


def test_no_mail_on_a_day_with_nothing_to_do(world: World) -> None:
    assert sent_on(17) == []


def test_mail_goes_out_from_six_in_the_morning_on_working_days_once(world: World) -> None:
    made(world, S.SUBMITTED)
    counted = [len(sent_on(20, hour=hour)) for hour in (5, 6, 7, 12)]
    assert counted == [0, 1, 0, 0]
    # A weekend, Christmas with the day after, and working days between.
    assert [len(sent_on(day)) for day in (21, 22, 23)] == [0, 0, 1]
    assert [len(sent_on(day, 12)) for day in (24, 25, 26, 27, 28)] == [1, 0, 0, 0, 1]


def test_what_comes_up_after_the_mail_waits_for_the_next_morning(world: World) -> None:
    assert sent_on(16) == []
    made(world, S.SUBMITTED)
    assert sent_on(16, hour=12) == []
    assert len(sent_on(17)) == 1


def test_mail_holds_my_cases_and_those_of_nobody_alone(world: World) -> None:
    deniz = actors.coordinator("Deniz Yılmaz")
    for title, responsible in (("meiner", world.coordinator), ("ihrer", deniz), ("niemandes", None)):
        made(world, S.SUBMITTED, title, responsible=responsible)
    sent_on(17)
    told = {
        user.name: {title for title in ("meiner", "ihrer", "niemandes") if title in mails(user)[0].body}
        for user in (world.coordinator, deniz)
    }
    assert told == {"Lena Brandt": {"meiner", "niemandes"}, "Deniz Yılmaz": {"ihrer", "niemandes"}}


def test_on_leave_nobody_gets_a_mail_and_the_substitute_reads_her_cases(world: World) -> None:
    deniz = actors.coordinator("Deniz Yılmaz")
    made(world, S.SUBMITTED, "ihrer", responsible=deniz)
    Leave.objects.create(
        user=deniz,
        substitute=world.coordinator,
        first_day=dt.date(2026, 11, 17),
        last_day=dt.date(2026, 11, 18),
    )
    assert [to(sent_on(day)) for day in (17, 18, 19)] == [
        [world.coordinator.email],
        [world.coordinator.email],
        [deniz.email],
    ]
    assert "ihrer" in mails(world.coordinator)[0].body


def test_without_the_tick_there_is_no_mail_until_a_case_becomes_very_late(world: World) -> None:
    DeskSettings.objects.create(user=world.coordinator, wants_daily_mail=False)
    made(world, S.SUBMITTED, "spät")  # due on the 23rd, very late from the 26th
    assert [len(sent_on(day)) for day in (17, 24, 25, 26, 27)] == [0, 0, 0, 1, 0]
    [mail] = mails()
    assert "Sehr spät, deshalb für die ganze Koordination (1)" not in mail.body
    assert "Sehr spät, deshalb für die ganze Koordination\n\n- " in mail.body


def test_very_late_cases_stand_in_the_mails_of_all_whoever_is_in_charge(world: World) -> None:
    deniz = actors.coordinator("Deniz Yılmaz")
    made(world, S.SUBMITTED, "ihrer", responsible=deniz)
    assert to(sent_on(25)) == [deniz.email]
    assert to(sent_on(26)) == [world.coordinator.email, deniz.email]
    assert "Sehr spät, deshalb für die ganze Koordination\n\n- " in mails(world.coordinator)[0].body
    assert "sehr spät · Erste Antwort an die Kommune" in mails(deniz)[-1].body


def test_administrator_gets_a_mail_only_with_a_case_of_her_own(world: World) -> None:
    ada = actors.administrator()
    case = made(world, S.SUBMITTED)
    assert to(sent_on(17)) == [world.coordinator.email]
    Case.objects.filter(pk=case.pk).update(responsible=ada)
    assert to(sent_on(18)) == [ada.email]


def test_mails_that_did_not_arrive_are_told_with_their_case_or_beside(world: World) -> None:
    case = made(world, S.SUBMITTED)
    outbox.queue(kind="invitation", to="neu@example.org", text=outbox.MailText("Einladung", "x"))
    about = OutboxMessage.objects.filter(reference=case.reference)[0]
    OutboxMessage.objects.filter(pk__in=[OutboxMessage.objects.latest("pk").pk, about.pk]).update(
        state=State.FAILED, next_attempt_at=None, body=""
    )
    [told] = sent_on(17)
    assert "Eine E-Mail zu diesem Vorgang ist nicht angekommen" in told.body
    assert "Außerdem\n\n- Eine andere E-Mail ist nicht angekommen" in told.body


# --- Advisors and municipalities ------------------------------------------------------------------


def test_advisor_is_reminded_once_on_the_last_day_of_an_offer(world: World) -> None:
    case = made(world, S.MATCHING)  # answers are due on Thursday the 19th
    Case.objects.filter(pk=case.pk).update(responsible=world.coordinator)
    reminded = {
        day: [m for m in sent_on(day) if m.recipient == world.lead.user.email] for day in (17, 18, 19)
    }
    assert [len(each) for each in reminded.values()] == [0, 0, 1]
    [mail] = reminded[19]
    assert mail.subject == f"{case.reference}: bitte sagen Sie heute zu oder ab"
    assert mail.body.startswith(
        "Bitte antworten Sie, Amara Okafor:\n\nIhre Antwort auf eine Beratungsanfrage\n\n- "
    )
    assert f"{settings.BASE_URL}/beratung/{case.reference}/" in mail.body
    assert "Hattingen" not in mail.body


def test_municipality_is_reminded_the_day_before_its_answer_is_due_and_the_day_after(world: World) -> None:
    case = made(world, S.QUERY_OPEN)  # the answer is due on Monday the 30th
    contact = actors.contact_of(case)
    days = [(26, 11), (27, 11), (28, 11), (30, 11), (1, 12), (2, 12)]
    got = [[m.subject for m in sent_on(*day) if m.recipient == contact.email] for day in days]
    before = f"{case.reference}: bitte beantworten Sie unsere Frage bis Mo, 30.11.2026"
    after = f"{case.reference}: wir warten auf Ihre Antwort"
    assert got == [[], [before], [], [], [after], []]
    assert "Sie können noch antworten." in mails(contact)[1].body


def test_nobody_is_reminded_once_the_query_is_answered(world: World) -> None:
    case = made(world, S.QUERY_OPEN)
    with at(26, hour=10):
        workflow.answer_query(case, actors.contact_of(case), text="Drei.")
    assert to(sent_on(27)) == [world.coordinator.email]


def test_contact_person_of_three_cases_gets_one_mail(world: World) -> None:
    first = made(world, S.QUERY_OPEN, "eins")
    contact = actors.contact_of(first)
    for title in ("zwei", "drei"):
        case = made(world, S.QUERY_OPEN, title)
        case.contacts.update(user=contact)
    sent = [mail for mail in sent_on(27) if mail.recipient == contact.email]
    assert [mail.subject for mail in sent] == ["Bitte antworten Sie: 3 Vorgänge"]
    assert [title in sent[0].body for title in ("eins", "zwei", "drei")] == [True, True, True]


def test_whoever_coordinates_and_was_asked_to_advise_gets_one_mail_with_both(world: World) -> None:
    both = world.lead.user
    both.add_role(actors.Role.COORDINATOR)
    made(world, S.MATCHING)
    made(world, S.SUBMITTED, "neu", responsible=both)
    [mail] = [m for m in sent_on(19) if m.recipient == both.email]
    assert "Neue Anfragen (1)" in mail.body
    assert "Ihre Antwort auf eine Beratungsanfrage" in mail.body


# --- Once, whatever happens ------------------------------------------------------------------------


class Killed(Exception):
    """The worker dies here."""


def test_mail_of_a_worker_that_died_is_sent_by_the_next_one(world: World) -> None:
    made(world, S.SUBMITTED)
    with at(17):
        with pytest.raises(Killed), transaction.atomic():
            daily.send()
            raise Killed
        assert (mails(), DailyMail.objects.count()) == ([], 0)
        assert daily.send() == 1
        assert daily.send() == 0
    assert to(mails()) == [world.coordinator.email]


def test_rows_of_last_month_are_deleted(world: World) -> None:
    made(world, S.SUBMITTED)
    sent_on(17)
    sent_on(28, 12)
    assert list(DailyMail.objects.values_list("day", flat=True)) == [dt.date(2026, 12, 28)]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_everybody_one_mail(world: World) -> None:
    team = [world.coordinator, *[actors.coordinator(f"Kollegin {n}") for n in range(5)]]
    made(world, S.SUBMITTED)
    barrier = threading.Barrier(2)

    def work(_: int) -> int:
        barrier.wait(10)
        try:
            return daily.send()
        finally:
            connection.close()

    with at(17), ThreadPoolExecutor(2) as pool:
        sent = sum(pool.map(work, range(2)))
    assert sent == len(team)
    assert sorted(to(mails())) == sorted(user.email for user in team)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_worker_whose_connection_is_cut_leaves_the_mail_to_the_one_that_waits(world: World) -> None:
    made(world, S.SUBMITTED)
    stored, cut = threading.Event(), threading.Event()
    pids: list[int] = []

    def dies() -> None:
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_backend_pid()")
                    pids.append(cursor.fetchone()[0])
                daily.send()
                stored.set()
                cut.wait(10)
                Case.objects.exists()  # finds that the connection is gone
        finally:
            connection.close()

    def waits() -> int:
        stored.wait(10)
        try:
            return daily.send()
        finally:
            connection.close()

    with at(17), ThreadPoolExecutor(2) as pool:
        dying, waiting = pool.submit(dies), pool.submit(waits)
        assert stored.wait(10)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", pids)
        cut.set()
        assert dying.exception(10) is not None
        assert waiting.result(10) == 1
    assert to(mails()) == [world.coordinator.email]
    assert DailyMail.objects.count() == 1
