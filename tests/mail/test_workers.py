"""Real worker processes: killed, told to end, two at once."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from miglobe.mail.delivery import LEASE, deliver_due
from miglobe.mail.models import OutboxMessage, State

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60  # seconds; a machine may be slow


def database_url() -> str:
    """The test database, for another process."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


@pytest.fixture
def start_worker(sink):
    """Starts `manage.py worker` with the test's database and mail server; ends it after the test."""
    started = []

    def start(*arguments: str) -> subprocess.Popen:
        environment = os.environ | {
            "TESTING": "1",
            "DATABASE_URL": database_url(),
            "MAIL_TRANSPORT": "smtp",
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(sink.port),
            "SMTP_TLS": "none",
            "SMTP_TIMEOUT": str(PATIENCE),
        }
        process = subprocess.Popen(
            [sys.executable, ROOT / "manage.py", "worker", *arguments], env=environment, cwd=ROOT
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


def test_worker_killed_between_claim_and_sent_loses_no_mail(sink, a_mail, start_worker):
    sink.holding = True
    message = a_mail()
    worker = start_worker()
    assert sink.asked.wait(PATIENCE)
    worker.kill()
    worker.wait(PATIENCE)
    deadline = time.monotonic() + PATIENCE
    while sink.waiting and time.monotonic() < deadline:  # until the server knows that nobody listens
        time.sleep(0.02)
    sink.holding = False
    message.refresh_from_db()
    assert (message.state, message.attempts, sink.accepted) == (State.SENDING, 1, [])
    assert deliver_due() == 0  # the lease still holds
    with time_machine.travel(timezone.now() + LEASE + timedelta(seconds=1)):
        assert deliver_due() == 1
    message.refresh_from_db()
    assert (message.state, message.attempts) == (State.SENT, 2)
    assert [mail["Message-ID"] for mail in sink.mails] == [message.message_id]


def test_worker_killed_after_the_server_accepted_sends_the_same_message_id_again(sink, a_mail, start_worker):
    sink.holding = sink.keep_before_holding = True
    message = a_mail()
    worker = start_worker()
    assert sink.asked.wait(PATIENCE)
    worker.kill()
    worker.wait(PATIENCE)
    sink.holding = False
    with time_machine.travel(timezone.now() + LEASE + timedelta(seconds=1)):
        deliver_due()
    message.refresh_from_db()
    assert message.state == State.SENT
    assert [mail["Message-ID"] for mail in sink.mails] == [message.message_id] * 2


def test_worker_finishes_the_mail_in_hand_when_told_to_end(sink, a_mail, start_worker):
    sink.holding = True
    first, second = a_mail("one@stadt.example"), a_mail("two@stadt.example")
    worker = start_worker()
    assert sink.asked.wait(PATIENCE)
    worker.send_signal(signal.SIGTERM)
    sink.delay = 0.2  # time for the signal to arrive
    sink.holding = False
    assert worker.wait(PATIENCE) == 0
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == (State.SENT, State.WAITING)


def test_two_workers_at_once_send_every_mail_exactly_once(sink, a_mail, start_worker):
    expected = {a_mail(f"person{number}@stadt.example").message_id for number in range(40)}
    sink.holding = True
    workers = [start_worker("--once"), start_worker("--once")]
    end = time.monotonic() + PATIENCE
    while sink.waiting < 2 and time.monotonic() < end:
        time.sleep(0.05)
    assert sink.waiting == 2  # each has a mail in hand
    sink.holding = False
    assert [worker.wait(PATIENCE) for worker in workers] == [0, 0]
    sent = [mail["Message-ID"] for mail in sink.mails]
    assert (len(sent), set(sent)) == (40, expected)
    assert set(OutboxMessage.objects.values_list("state", "attempts")) == {(State.SENT, 1)}
