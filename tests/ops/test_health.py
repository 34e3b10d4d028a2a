"""What machines are told, and whom it is told to."""

from datetime import timedelta

import pytest
import time_machine
from django.db import DatabaseError
from django.utils import timezone

from miglobe.mail.outbox import MailText, queue
from miglobe.ops import health, worker
from miglobe.ops.models import Heartbeat, JobRun

TOKEN = "a-token-for-the-numbers-page"


def test_live_asks_no_database(client):
    response = client.get("/health/live")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_ready_tells_of_a_silent_worker_and_stays_ready(client):
    response = client.get("/health/ready")
    assert response.status_code == 200
    assert response.json() == {"status": "ok", "database": "ok", "migrations": "ok", "worker": "silent"}


@pytest.mark.django_db
def test_ready_tells_of_a_living_worker(client):
    Heartbeat.objects.create(name=worker.NAME, beat_at=timezone.now())
    assert client.get("/health/ready").json()["worker"] == "ok"


@pytest.mark.django_db
def test_ready_is_503_when_migrations_are_missing(client, monkeypatch):
    monkeypatch.setattr(health, "_migrated", False)
    monkeypatch.setattr(health.MigrationExecutor, "migration_plan", lambda self, targets: ["one"])
    response = client.get("/health/ready")
    assert (response.status_code, response.json()["migrations"]) == (503, "missing")


def test_ready_is_503_when_the_database_is_away(client, monkeypatch):
    def away():
        raise DatabaseError("secret details")

    monkeypatch.setattr(health, "is_migrated", away)
    response = client.get("/health/ready")
    assert response.status_code == 503
    assert response.json() == {"status": "unavailable", "database": "unreachable"}


@pytest.mark.parametrize("path", ["/health/live", "/health/ready", "/metrics"])
def test_health_pages_are_read_only(client, path):
    assert client.post(path).status_code == 405


@pytest.mark.django_db
@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Bearer "}])
@pytest.mark.parametrize("token", ["", TOKEN])
def test_metrics_do_not_exist_without_the_token(client, settings, headers, token):
    settings.METRICS_TOKEN = token
    assert client.get("/metrics", headers=headers).status_code == 404


@pytest.mark.django_db
def test_metrics_are_plain_numbers(client, settings, django_assert_num_queries):
    settings.METRICS_TOKEN = TOKEN
    Heartbeat.objects.create(name=worker.NAME, beat_at=timezone.now() - timedelta(seconds=90))
    JobRun.objects.create(name="clear expired sessions", last_error="boom")
    with django_assert_num_queries(8):
        response = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    lines = response.text.splitlines()
    assert response.headers["Content-Type"].startswith("text/plain")
    assert 'miglobe_mails{state="waiting"} 0' in lines
    assert 'miglobe_open_cases{status="submitted"} 0' in lines
    assert "miglobe_worker_silent_seconds 90" in lines
    assert 'miglobe_job_failed{job="clear expired sessions"} 1' in lines
    assert response.text.endswith("\n")


@pytest.mark.django_db
@pytest.mark.parametrize(("due_in", "age"), [(timedelta(minutes=9), 0), (timedelta(minutes=-5), 300)])
def test_mail_that_waits_for_others_is_late_once_its_time_has_come(due_in, age):
    text = MailText("MG-2026-0001: Neue Nachricht", "Text")
    with time_machine.travel(timezone.now(), tick=False):
        queue(kind="message_written", to="a@stadt.example", text=text, held_until=timezone.now() + due_in)
        assert f"miglobe_mail_oldest_waiting_seconds {age}" in list(health.numbers())
