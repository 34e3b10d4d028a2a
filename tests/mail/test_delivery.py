"""Claiming, sending, and what is written down afterwards; against a mail server that listens."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.utils import timezone

from miglobe.mail import delivery
from miglobe.mail.delivery import LEASE, claim, deliver, deliver_due, wait_after
from miglobe.mail.models import OutboxAttachment, OutboxMessage, State

pytestmark = pytest.mark.django_db


def outcomes(message: OutboxMessage) -> list[str]:
    return [line["outcome"] for line in message.history]


def test_deliver_due_hands_the_mail_to_the_mail_server(sink, a_mail):
    message = a_mail("Kim Öztürk <kim@städte.example>")
    assert deliver_due() == 1
    message.refresh_from_db()
    assert (message.state, message.attempts, message.last_error) == (State.SENT, 1, "")
    assert message.sent_at is not None
    assert outcomes(message) == ["sent"]
    (mail,) = sink.mails
    assert (mail["Message-ID"], mail["Auto-Submitted"]) == (message.message_id, "auto-generated")
    assert mail["Subject"] == "Ihre Anfrage MG-2026-0001"
    assert mail.get_content() == "Guten Tag Frau Öztürk,\r\n\r\nvielen Dank.\r\n"
    assert sink.accepted[0].rcpt_tos == ["kim@xn--stdte-hra.example"]
    assert deliver_due() == 0


def test_deliver_due_never_takes_the_text_for_a_template(sink, a_mail):
    a_mail()
    body = "{{ settings.SECRET_KEY }} {% load nothing %}\n"
    OutboxMessage.objects.update(body=body)
    deliver_due()
    assert sink.mails[0].get_content() == body.replace("\n", "\r\n")


def test_deliver_due_tries_again_later_when_the_server_says_4xx(sink, a_mail):
    sink.answer = "451 4.3.0 try again later"
    message = a_mail()
    deliver_due()
    message.refresh_from_db()
    assert (message.state, message.attempts) == (State.WAITING, 1)
    assert message.last_error == "451 4.3.0 try again later"
    assert outcomes(message) == ["delayed"]
    assert deliver_due() == 0  # not yet
    sink.answer = "250 OK"
    with time_machine.travel(timezone.now() + timedelta(minutes=1, seconds=1)):
        deliver_due()
    message.refresh_from_db()
    assert (message.state, message.attempts, message.last_error) == (State.SENT, 2, "")
    assert outcomes(message) == ["delayed", "sent"]
    assert sink.mails[0]["Message-ID"] == message.message_id
    assert sink.mails[0]["Date"].datetime == message.created_at.replace(microsecond=0)


def test_deliver_due_gives_up_at_once_when_the_server_says_5xx(sink, a_mail):
    sink.answers["kim@stadt.example"] = "550 5.1.1 no such user"
    refused, fine = a_mail(), a_mail("lee@stadt.example")
    deliver_due()
    refused.refresh_from_db()
    fine.refresh_from_db()
    assert (refused.state, refused.next_attempt_at, fine.state) == (State.FAILED, None, State.SENT)
    assert refused.last_error == "kim@stadt.example: 550 5.1.1 no such user"
    assert sink.accepted[0].rcpt_tos == ["lee@stadt.example"]


def test_deliver_due_tells_which_of_several_recipients_was_refused(sink):
    sink.answers["lee@stadt.example"] = "550 no such user"
    EmailMessage("a", "b", to=["kim@stadt.example", "lee@stadt.example"]).send()
    deliver_due()
    message = OutboxMessage.objects.get()
    assert (message.state, message.last_error) == (State.SENT, "lee@stadt.example: 550 no such user")
    assert sink.accepted[0].rcpt_tos == ["kim@stadt.example"]


@pytest.mark.parametrize(
    "fields",
    [{"to": ["not an address"]}, {"subject": "two\nlines"}, {"headers": {"X-Note": "two\nlines"}}],
    ids=["address", "subject", "header"],
)
def test_deliver_due_gives_up_on_a_mail_that_cannot_be_written(sink, a_mail, fields):
    a_mail()
    OutboxMessage.objects.update(**fields)
    deliver_due()
    message = OutboxMessage.objects.get()
    assert (message.state, message.attempts) == (State.FAILED, 1)
    assert message.last_error != ""
    assert sink.accepted == []


def test_deliver_due_delivers_after_ten_attempts_when_the_server_is_back(sink, a_mail):
    sink.stop()
    message = a_mail()
    with time_machine.travel(timezone.now()) as clock:
        for attempt in range(1, 11):
            assert deliver_due() == 1
            message.refresh_from_db()
            assert (message.state, message.attempts) == (State.WAITING, attempt)
            assert message.last_error.startswith("ConnectionRefusedError")
            assert deliver_due() == 0
            clock.move_to(message.next_attempt_at + timedelta(seconds=1))
        sink.start()
        assert deliver_due() == 1
    message.refresh_from_db()
    assert (message.state, message.attempts) == (State.SENT, 11)
    assert [mail["Message-ID"] for mail in sink.mails] == [message.message_id]


def test_deliver_due_gives_up_after_about_three_days(sink, a_mail):
    sink.stop()
    message = a_mail()
    with time_machine.travel(timezone.now()) as clock:
        while message.state == State.WAITING:
            clock.move_to(message.next_attempt_at + timedelta(seconds=1))
            deliver_due()
            message.refresh_from_db()
        lived = timezone.now() - message.created_at
    assert (message.state, message.attempts) == (State.FAILED, 16)
    assert timedelta(days=3) < lived < timedelta(days=3, hours=6)


def test_wait_after_doubles_up_to_twelve_hours():
    minutes = [wait_after(attempts) / timedelta(minutes=1) for attempts in range(1, 16)]
    assert minutes == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 720, 720, 720, 720, 720]
    assert wait_after(16) is None


def test_deliver_due_erases_a_confidential_mail_once_it_is_delivered(sink, a_mail):
    message = a_mail(secret=True)
    OutboxMessage.objects.update(body="Ihr Code: 123456", alternatives=[["<p>123456</p>", "text/html"]])
    OutboxAttachment.objects.create(
        message=message, filename="a.txt", mimetype="text/plain", content=b"123456"
    )
    deliver_due()
    message.refresh_from_db()
    assert (message.state, message.body, message.alternatives) == (State.SENT, "", [])
    assert OutboxAttachment.objects.count() == 0
    assert b"123456" in sink.accepted[0].content


def test_deliver_due_erases_a_confidential_mail_that_failed_for_good(sink, a_mail):
    sink.answer = "554 no"
    message = a_mail(secret=True)
    deliver_due()
    message.refresh_from_db()
    assert (message.state, message.body, message.last_error) == (State.FAILED, "", "554 no")


def test_deliver_due_keeps_a_confidential_text_while_it_waits(sink, a_mail):
    sink.answer = "451 later"
    message = a_mail(secret=True)
    deliver_due()
    body = message.body
    message.refresh_from_db()
    assert (message.state, message.body) == (State.WAITING, body)


def test_deliver_due_takes_the_mail_that_waits_longest_first(sink, a_mail):
    later, sooner = a_mail("later@stadt.example"), a_mail("sooner@stadt.example")
    OutboxMessage.objects.filter(pk=sooner.pk).update(
        next_attempt_at=later.next_attempt_at - timedelta(hours=1)
    )
    deliver_due()
    assert [envelope.rcpt_tos[0] for envelope in sink.accepted] == [
        "sooner@stadt.example",
        "later@stadt.example",
    ]


def test_deliver_due_stops_between_two_mails_when_told_to(sink, a_mail):
    for _ in range(3):
        a_mail()
    assert deliver_due(should_stop=lambda: len(sink.accepted) == 2) == 2
    assert deliver_due(limit=0) == 0
    assert OutboxMessage.objects.filter(state=State.WAITING).count() == 1


def test_deliver_due_retries_when_the_transport_is_configured_wrongly(settings, a_mail):
    settings.MAILERS = settings.MAILERS | {
        "transport": {"BACKEND": "anymail.backends.brevo.EmailBackend"}  # without a key
    }
    message = a_mail()
    deliver_due()
    message.refresh_from_db()
    assert message.state == State.WAITING
    assert "api_key" in message.last_error


def test_deliver_due_sends_through_a_provider_of_anymail(settings, a_mail):
    settings.MAILERS = settings.MAILERS | {"transport": {"BACKEND": "anymail.backends.test.EmailBackend"}}
    message = a_mail()
    deliver_due()
    message.refresh_from_db()
    assert (message.state, message.last_error) == (State.SENT, "")


@pytest.mark.parametrize(
    ("filters", "index"),
    [
        ({"state": State.WAITING, "next_attempt_at__lte": datetime(2026, 3, 2, tzinfo=UTC)}, "mail_due"),
        ({"state": State.SENDING, "lease_until__lt": datetime(2026, 3, 2, tzinfo=UTC)}, "mail_leased"),
    ],
)
def test_claim_finds_mails_by_an_index(filters, index):
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")  # it is cheaper on an empty table
    assert index in OutboxMessage.objects.filter(**filters).order_by().explain()


def test_claim_refuses_to_run_inside_a_transaction(a_mail):
    a_mail()
    with pytest.raises(RuntimeError), transaction.atomic():
        claim()


def test_claim_leaves_a_mail_alone_while_another_worker_has_it(a_mail):
    a_mail()
    first = claim()
    assert (first.state, first.attempts) == (State.SENDING, 1)
    assert claim() is None
    assert deliver_due() == 0


def test_deliver_due_takes_a_mail_back_when_the_lease_ran_out(sink, a_mail):
    message = a_mail()
    claim()  # and the worker dies
    with time_machine.travel(timezone.now() + LEASE + timedelta(seconds=1)):
        assert deliver_due() == 1
    message.refresh_from_db()
    assert (message.state, message.attempts, outcomes(message)) == (State.SENT, 2, ["interrupted", "sent"])
    assert [mail["Message-ID"] for mail in sink.mails] == [message.message_id]


def test_deliver_due_gives_up_on_a_mail_that_kills_every_worker(a_mail):
    message = a_mail()
    with time_machine.travel(datetime(2026, 3, 2, 9, tzinfo=UTC)) as clock:
        OutboxMessage.objects.update(next_attempt_at=timezone.now())
        while claim():
            clock.shift(LEASE + timedelta(seconds=1))
            delivery.take_back_lapsed()
    message.refresh_from_db()
    assert (message.state, message.attempts) == (State.FAILED, 16)
    assert message.last_error != ""


def test_deliver_writes_nothing_when_the_lease_went_to_another_worker(sink, a_mail):
    message = a_mail()
    slow = claim()
    with time_machine.travel(timezone.now() + LEASE + timedelta(seconds=1)):
        delivery.take_back_lapsed()
        quick = claim()
        sink.answer = "554 no"
        deliver(slow)
        message.refresh_from_db()
        assert (message.state, message.lease_token) == (State.SENDING, quick.lease_token)
        sink.answer = "250 OK"
        deliver(quick)
    message.refresh_from_db()
    assert (message.state, outcomes(message)) == (State.SENT, ["interrupted", "sent"])
