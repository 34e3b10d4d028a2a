"""The worker's loop."""

from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from miglobe.mail.models import OutboxMessage, State
from miglobe.mail.outbox import MailText, queue
from miglobe.ops import worker as worker_module
from miglobe.ops.models import Heartbeat, JobRun
from miglobe.ops.worker import Worker, is_alive, last_beat

pytestmark = pytest.mark.django_db


def a_mail() -> OutboxMessage:
    return queue(kind="query_asked", to="kim@stadt.example", text=MailText("Betreff", "Text\n"))


def test_worker_once_delivers_what_is_due_and_runs_the_jobs(mailoutbox, monkeypatch):
    monkeypatch.setattr(worker_module, "BATCH", 2)
    for _ in range(5):
        a_mail()
    call_command("worker", "--once")
    assert set(OutboxMessage.objects.values_list("state", flat=True)) == {State.SENT}
    assert len(mailoutbox) == 5
    assert JobRun.objects.get(name="clear expired sessions").last_error == ""


@pytest.mark.django_db(transaction=True)
def test_worker_goes_on_when_the_database_connection_breaks(monkeypatch, mailoutbox, caplog):
    a_mail()
    worker = Worker(interval=0)
    deliver_due = worker_module.deliver_due
    turns = []

    def cut_off_at_first(**options: object) -> int:
        turns.append(1)
        if len(turns) == 1:
            connection.connection.close()  # as if the server had gone away
        else:
            worker.stop()
        return deliver_due(limit=10)

    monkeypatch.setattr(worker_module, "deliver_due", cut_off_at_first)
    monkeypatch.setattr(worker_module, "REST_AFTER_ERROR", 0)
    worker.run()
    assert (len(turns), len(mailoutbox)) == (2, 1)
    assert "closed" in caplog.text


def test_worker_rests_in_short_naps_so_that_a_signal_ends_it():
    naps = []

    def nap(seconds: float) -> None:
        naps.append(seconds)
        if len(naps) == 3:
            worker.stop()

    worker = Worker(interval=60, sleep=nap)
    worker._rest(60)
    assert naps == [0.2, 0.2, 0.2]


def test_worker_says_that_it_is_alive():
    assert (last_beat(), is_alive()) == (None, False)
    with time_machine.travel(timezone.now(), tick=False):
        Worker().turn()
        assert (last_beat(), is_alive()) == (timezone.now(), True)
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        assert is_alive() is False
        Worker().turn()
        assert is_alive() is True
    assert Heartbeat.objects.count() == 1


def test_worker_beats_between_two_mails(monkeypatch, mailoutbox):
    monkeypatch.setattr(worker_module, "BEAT_EVERY", timedelta(0))
    beats = []
    monkeypatch.setattr(Heartbeat.objects, "update_or_create", lambda **fields: beats.append(len(mailoutbox)))
    a_mail()
    a_mail()
    Worker().turn()
    assert beats[:4] == [0, 0, 1, 2]
