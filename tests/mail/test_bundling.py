"""What happens within ten minutes to one person is one mail: what is joined, when, and how it reads."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import timezone

from miglobe.accounts.models import User
from miglobe.mail import bundling, outbox
from miglobe.mail.bundling import join_due
from miglobe.mail.delivery import claim, deliver_due
from miglobe.mail.models import OutboxMessage, State
from miglobe.mail.outbox import (
    FOOTER_LINE,
    CannotSendAgain,
    MailText,
    queue,
    rewrite,
    send_again,
    stored_naming,
)
from tests.mail.reports import basic_auth, postmark

pytestmark = pytest.mark.django_db
START = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
ANNA = "anna@stadt.example"
FOOTER = "Bitte antworten Sie nicht auf diese E-Mail."


@pytest.fixture(autouse=True)
def _ten_minutes(settings: Any) -> None:
    settings.MAIL_BUNDLE_MINUTES = 10


def after(minutes: float) -> time_machine.travel:
    return time_machine.travel(START + timedelta(minutes=minutes), tick=False)


def held(
    minutes: float = 0,
    subject: str = "MG-2026-0001: Neue Nachricht",
    body: str = "Text der Nachricht.\n",
    *,
    to: str = ANNA,
    reference: str = "MG-2026-0001",
    asks: bool = False,
    footer: str = FOOTER,
) -> OutboxMessage:
    """A mail that was written so many minutes after the start, and waits ten minutes for others."""
    with after(minutes):
        return queue(
            kind="message_written",
            to=to,
            text=MailText(subject, body),
            reference=reference,
            footer=footer,
            asks=asks,
            held_until=timezone.now() + bundling.window(),
        )


def sent_at(minutes: float, mailoutbox: list[Any]) -> list[Any]:
    """What the worker sends so many minutes after the start."""
    before = len(mailoutbox)
    with after(minutes):
        join_due()
        deliver_due()
    return mailoutbox[before:]


def states(*mails: OutboxMessage) -> list[str]:
    for mail in mails:
        mail.refresh_from_db()
    return [mail.state for mail in mails]


# --- How many, and when ---------------------------------------------------------------------------


def test_one_mail_goes_as_it_is_when_its_ten_minutes_are_over(mailoutbox):
    mail = held()
    assert sent_at(9.99, mailoutbox) == []
    [sent] = sent_at(10, mailoutbox)
    assert (sent.subject, sent.extra_headers["Message-ID"]) == (mail.subject, mail.message_id)
    assert sent.body == f"Text der Nachricht.{FOOTER_LINE}{FOOTER}\n"
    assert states(mail) == [State.SENT]


@pytest.mark.parametrize("number", [2, 5])
def test_several_mails_of_ten_minutes_are_one(number: int, mailoutbox):
    mails = [held(n * 9.9 / number, subject=f"MG-2026-0001: Nachricht {n}") for n in range(number)]
    [sent] = sent_at(10, mailoutbox)
    assert (sent.to, sent.subject) == ([ANNA], f"MG-2026-0001: {number} Neuigkeiten")
    assert [sent.body.count(mail.subject) for mail in mails] == [2] * number
    assert states(*mails) == [State.SENT] * number
    assert sent_at(60, mailoutbox) == []


def test_mail_at_9_59_still_comes_along_and_one_at_10_01_starts_anew(mailoutbox):
    held(0), held(9 + 59 / 60)
    [sent] = sent_at(10, mailoutbox)
    assert sent.subject == "MG-2026-0001: 2 Neuigkeiten"
    late = held(10 + 1 / 60)
    assert sent_at(20, mailoutbox) == []
    [alone] = sent_at(20.1, mailoutbox)
    assert alone.extra_headers["Message-ID"] == late.message_id


def test_mails_to_two_people_are_two(mailoutbox):
    held(0), held(1), held(2, to="ben@stadt.example")
    assert sorted(mail.to[0] for mail in sent_at(12, mailoutbox)) == [ANNA, "ben@stadt.example"]


def test_mails_that_cannot_be_joined_hold_up_nobody_else(mailoutbox):
    broken = [held(), held()]
    OutboxMessage.objects.filter(pk__in=[mail.pk for mail in broken]).update(to=[])
    held(to="zoe@stadt.example")
    assert ["zoe@stadt.example"] in [mail.to for mail in sent_at(10, mailoutbox)]
    assert OutboxMessage.objects.filter(is_held=True).count() == 0
    assert OutboxMessage.objects.filter(kind="bundle").count() == 0


def test_mails_without_a_footer_lose_no_text(mailoutbox):
    held(body="Das eine.\n", footer="")
    held(body="Das andere.\n", footer="")
    [sent] = sent_at(10, mailoutbox)
    assert "Das eine." in sent.body
    assert "Das andere." in sent.body


def test_what_waits_for_tomorrow_is_left_where_it_is(mailoutbox):
    tomorrow = held(0)
    OutboxMessage.objects.filter(pk=tomorrow.pk).update(next_attempt_at=START + timedelta(days=1))
    urgent = held(1)
    [sent] = sent_at(11, mailoutbox)
    assert sent.extra_headers["Message-ID"] == urgent.message_id
    assert states(tomorrow) == [State.WAITING]


def test_delivery_leaves_what_waits_for_others_alone():
    held()
    with after(600):
        assert claim() is None


# --- How it reads ---------------------------------------------------------------------------------


def test_text_lists_what_is_to_do_first_then_every_text_and_one_footer(mailoutbox):
    signature = "Freundliche Grüße\n" + outbox.shared_text("signature", "de")
    held(0, "MG-2026-0001: Ihre Beratung steht fest", f"Amara Okafor meldet sich.\n\n{signature}\n")
    held(1, "MG-2026-0001: Bitte bestätigen Sie", f"Bitte lesen Sie.\n\n{signature}\n", asks=True)
    [sent] = sent_at(10, mailoutbox)
    assert sent.subject == "MG-2026-0001: Bitte bestätigen Sie (und 1 weitere Nachricht)"
    assert sent.body == (
        "Bitte kümmern Sie sich darum:\n\n"
        "- MG-2026-0001: Bitte bestätigen Sie\n\n"
        "Außerdem ist neu:\n\n"
        "- MG-2026-0001: Ihre Beratung steht fest\n\n"
        "----------------------------------------\n"
        "1 von 2: MG-2026-0001: Bitte bestätigen Sie\n"
        "----------------------------------------\n\n"
        "Bitte lesen Sie.\n\n"
        "----------------------------------------\n"
        "2 von 2: MG-2026-0001: Ihre Beratung steht fest\n"
        "----------------------------------------\n\n"
        "Amara Okafor meldet sich.\n\n"
        "----------------------------------------\n\n"
        f"{signature}{FOOTER_LINE}{FOOTER}\n"
    )


def test_news_of_two_cases_say_so_and_the_footer_names_no_single_case(mailoutbox):
    held(0, footer="Zum ersten Vorgang")
    held(1, "MG-2026-0002: Neue Nachricht", reference="MG-2026-0002", footer="Zum zweiten Vorgang")
    held(2, "Ihr Profil ist öffentlich", reference="", footer="Ohne Vorgang")
    [sent] = sent_at(10, mailoutbox)
    assert sent.subject == "3 Neuigkeiten in 2 Vorgängen"
    text, _line, footer = sent.body.rpartition(FOOTER_LINE)
    assert text.startswith("Sie müssen nichts tun. Das ist neu:\n\n- MG-2026-0001: Neue Nachricht\n")
    assert footer == outbox.shared_text("footer", "de", many=True, choice=True) + "\n"
    assert "/konto/mails/" in footer


def test_frame_speaks_the_language_of_the_recipient(mailoutbox):
    User.objects.create_user(ANNA, "Anna Keller", language="en")
    held(0), held(1)
    [sent] = sent_at(10, mailoutbox)
    assert sent.subject == "MG-2026-0001: 2 updates"
    assert sent.body.startswith("You need not do anything. This is new:\n")


def test_line_names_the_case_where_a_subject_does_not(mailoutbox):
    held(0, "Eigener Betreff"), held(1)
    [sent] = sent_at(10, mailoutbox)
    assert "- MG-2026-0001: Eigener Betreff\n" in sent.body


@pytest.mark.parametrize(
    "typed",
    [
        "Text\n\n-- \nKim Öz\nStadt Hattingen",
        "{{ settings.SECRET_KEY }} {% include 'base.html' %}",
        "<b>&amp;</b>",
    ],
)
def test_text_stands_there_as_it_was_typed(typed: str, mailoutbox):
    held(0, body=f"{typed}\n"), held(1)
    [sent] = sent_at(10, mailoutbox)
    assert f"\n\n{typed}\n\n" in sent.body


def test_greeting_in_other_words_stays_whole(mailoutbox):
    signature = outbox.shared_text("signature", "de")
    held(0, body=f"Text.\n\nWir freuen uns auf Sie.\nHerzlich\n{signature}\n"), held(1)
    [sent] = sent_at(10, mailoutbox)
    assert f"Wir freuen uns auf Sie.\nHerzlich\n{signature}\n\n---" in sent.body


# --- What becomes of it ---------------------------------------------------------------------------


@pytest.fixture
def bundle(settings: Any) -> OutboxMessage:
    """A collective mail of two cases, in the hands of a provider."""
    settings.MAILERS = settings.MAILERS | {"transport": {"BACKEND": "anymail.backends.test.EmailBackend"}}
    held(0), held(1, reference="MG-2026-0002")
    with after(10):
        join_due()
        made = OutboxMessage.objects.get(kind="bundle")
        assert states(*made.parts.all()) == [State.JOINED] * 2
        deliver_due()
    made.refresh_from_db()
    return made


def come_back(client: Any, settings: Any, bundle: OutboxMessage) -> None:
    settings.ANYMAIL = {"WEBHOOK_SECRET": "postmark:zwanzig-zeichen-lang"}
    settings.ROOT_URLCONF = "tests.mail.reports"
    body = postmark("HardBounce", bundle.provider_id, START + timedelta(minutes=12), to=bundle.recipient)
    answer = client.post(
        "/mail/postmark/", body, content_type="application/json", headers={"Authorization": basic_auth()}
    )
    assert answer.status_code == 200


def test_bounce_of_it_is_a_bounce_of_each_part_and_the_whole_is_nobodys_task(client, settings, bundle):
    come_back(client, settings, bundle)
    parts = list(bundle.parts.order_by("pk"))
    assert states(bundle, *parts) == [State.BOUNCED] * 3
    assert [(part.is_in_trouble, part.last_error != "") for part in parts] == [(True, True)] * 2
    assert bundle.is_in_trouble is False


def test_part_that_came_back_is_sent_again_alone_and_keeps_its_own_footer(
    client, settings, bundle, mailoutbox
):
    come_back(client, settings, bundle)
    part, other = bundle.parts.order_by("pk")
    send_again(part, by="Lena Brandt", to="anna.keller@stadt.example")
    assert deliver_due() == 1
    sent = mailoutbox[-1]
    assert (sent.to, sent.body) == (
        ["anna.keller@stadt.example"],
        f"Text der Nachricht.{FOOTER_LINE}{FOOTER}\n",
    )
    assert states(part, other, bundle) == [State.SENT, State.BOUNCED, State.BOUNCED]
    assert part.joined_into is None


def test_failed_delivery_of_it_is_told_at_each_part(settings):
    settings.MAILERS = settings.MAILERS | {"transport": {"BACKEND": "tests.mail.no_such_backend.Backend"}}
    first, second = held(0), held(1)
    OutboxMessage.objects.filter(pk=first.pk).update(from_email="not an address")
    with after(10):
        join_due()
        bundle = OutboxMessage.objects.get(kind="bundle")
        OutboxMessage.objects.filter(pk=bundle.pk).update(attempts=15)
        deliver_due()
    assert states(first, second, bundle) == [State.FAILED] * 3
    assert (first.is_in_trouble, bundle.is_in_trouble) == (True, False)


def test_whole_mail_is_sent_again_and_its_parts_follow(bundle, mailoutbox):
    parts = list(bundle.parts.all())
    send_again(bundle, by="Lena Brandt")
    assert states(*parts) == [State.JOINED] * 2
    with pytest.raises(CannotSendAgain):
        send_again(parts[0], by="Lena Brandt")
    assert deliver_due() == 1
    assert mailoutbox[-1].subject == bundle.subject
    assert states(bundle, *parts) == [State.SENT] * 3


def test_redaction_reaches_part_and_whole(bundle):
    found = [*outbox.stored_under(["MG-2026-0001"]), *stored_naming(["MG-2026-0001"])]
    assert [(mail.kind, mail.pk) for mail in found] == [
        ("message_written", bundle.parts.get(reference="MG-2026-0001").pk),
        ("bundle", bundle.pk),
    ]
    for mail in found:
        rewrite(mail, body=mail.body.replace("Nachricht", "█"))
    bundle.refresh_from_db()
    assert "Text der Nachricht" not in bundle.body


def test_part_that_was_redacted_while_it_waited_is_joined_as_it_is_then(mailoutbox):
    mail = held(0)
    held(1)
    rewrite(mail, body=mail.body.replace("Nachricht", "█"))
    [sent] = sent_at(10, mailoutbox)
    assert "Text der █." in sent.body


def test_waiting_mail_goes_to_a_corrected_address_or_to_nobody():
    mail, elsewhere = held(0), held(2, to="ben@stadt.example")
    held(1, reference="MG-2026-0002")
    outbox.redirect_waiting(["MG-2026-0001"], ANNA, "anna.keller@stadt.example")
    outbox.redirect_waiting(["MG-2026-0002"], ANNA)
    mail.refresh_from_db()
    assert (mail.recipient, mail.to) == ("anna.keller@stadt.example", ["anna.keller@stadt.example"])
    assert set(OutboxMessage.objects.values_list("pk", flat=True)) == {mail.pk, elsewhere.pk}


# --- Two at once -----------------------------------------------------------------------------------


def joined_elsewhere() -> int:
    """What another worker joins, with a connection of its own."""
    try:
        return join_due()
    finally:
        connection.close()


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_make_one_mail_for_each_person():
    people = [f"person{n}@stadt.example" for n in range(8)]
    for address in people:
        for minutes in range(4):
            held(minutes, to=address)
    barrier = threading.Barrier(2)

    def work(_: int) -> int:
        barrier.wait(10)
        return joined_elsewhere()

    with after(10), ThreadPoolExecutor(2) as pool:
        list(pool.map(work, range(2)))
        join_due()  # what each has left to the other
    bundles = OutboxMessage.objects.filter(kind="bundle")
    assert sorted(bundles.values_list("recipient", flat=True)) == people
    assert [bundle.parts.count() for bundle in bundles] == [4] * 8


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_worker_that_is_cut_off_in_the_middle_leaves_the_joining_to_another(monkeypatch):
    held(0), held(1)
    stored, cut = threading.Event(), threading.Event()
    pids: list[int] = []
    store = bundling._store

    def stays_in_the_middle(address: str, mails: list[OutboxMessage]) -> None:
        store(address, mails)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            pids.append(cursor.fetchone()[0])
        stored.set()
        cut.wait(10)

    with after(10), ThreadPoolExecutor(1) as pool:
        monkeypatch.setattr(bundling, "_store", stays_in_the_middle)
        dying = pool.submit(joined_elsewhere)
        assert stored.wait(10)
        monkeypatch.setattr(bundling, "_store", store)
        assert join_due() == 0  # the rows are taken
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", pids)
        cut.set()
        assert dying.exception(10) is not None
        assert OutboxMessage.objects.filter(kind="bundle").count() == 0
        assert join_due() == 1
        assert deliver_due() == 1
    assert OutboxMessage.objects.get(kind="bundle").parts.count() == 2


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_mail_that_is_being_rewritten_is_joined_afterwards():
    mail = held(0)
    held(1)
    with after(10), ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            outbox.keep_from_joining([mail.reference])
            assert pool.submit(joined_elsewhere).result(10) == 0
            rewrite(mail, body=mail.body.replace("Nachricht", "█"))
        assert join_due() == 1
    assert "Text der █." in OutboxMessage.objects.get(kind="bundle").body
