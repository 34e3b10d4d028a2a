"""Scheduled work: due once per period, by one worker."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import close_old_connections
from django.utils import timezone

from miglobe.ops.jobs import JOBS, RETRY_AFTER, RUN_LIMIT, Job, _take, run_due
from miglobe.ops.models import JobRun

DAY = timedelta(days=1)
START = datetime(2026, 3, 2, 7, tzinfo=UTC)


@pytest.fixture
def clock():
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.mark.django_db
def test_run_due_runs_a_job_once_per_period(clock):
    runs = []
    jobs = [Job("count", DAY, lambda: runs.append(timezone.now()))]
    assert run_due(jobs) == ["count"]
    assert run_due(jobs) == []
    clock.shift(DAY - timedelta(seconds=1))
    assert run_due(jobs) == []
    clock.shift(timedelta(seconds=1))
    assert run_due(jobs) == ["count"]
    assert runs == [START, START + DAY]
    row = JobRun.objects.get()
    assert (row.started_at, row.finished_at, row.next_run_at) == (START + DAY, START + DAY, START + 2 * DAY)


@pytest.mark.django_db
def test_run_due_keeps_the_error_of_a_job_and_runs_the_others(clock):
    failing = [True]
    runs = []

    def fails_once() -> None:
        if failing.pop():
            raise RuntimeError("no")

    jobs = [Job("fails", DAY, fails_once), Job("works", DAY, lambda: runs.append(1))]
    assert run_due(jobs) == ["fails", "works"]
    row = JobRun.objects.get(name="fails")
    assert (row.last_error, row.next_run_at, runs) == ("RuntimeError: no", START + RETRY_AFTER, [1])
    clock.shift(RETRY_AFTER)
    failing.append(False)
    assert run_due(jobs) == ["fails"]
    row.refresh_from_db()
    assert (row.last_error, row.next_run_at) == ("", START + RETRY_AFTER + DAY)


@pytest.mark.django_db
def test_run_due_starts_a_job_again_when_its_worker_died(clock):
    job = Job("slow", DAY, lambda: None)
    assert _take(job) == START  # and the worker dies
    assert run_due([job]) == []
    clock.shift(RUN_LIMIT)
    assert run_due([job]) == ["slow"]


@pytest.mark.django_db
def test_run_due_stops_between_two_jobs_when_told_to():
    runs = []
    jobs = [Job("one", DAY, lambda: runs.append(1)), Job("two", DAY, lambda: runs.append(2))]
    assert run_due(jobs, should_stop=lambda: bool(runs)) == ["one"]


@pytest.mark.django_db(transaction=True)
def test_run_due_runs_a_job_once_when_two_workers_meet():
    meeting = threading.Barrier(4)
    runs = []
    jobs = [Job("count", DAY, lambda: runs.append(1))]

    def work() -> None:
        meeting.wait()
        try:
            run_due(jobs)
        finally:
            close_old_connections()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert runs == [1]


@pytest.mark.django_db
def test_jobs_clear_sessions_that_ran_out():
    for age in (-1, 3600):
        session = SessionStore()
        session.set_expiry(age)
        session.save()
    run_due([job for job in JOBS if job.name == "clear expired sessions"])
    assert Session.objects.count() == 1


def test_jobs_have_names_of_their_own():
    names = [job.name for job in JOBS]
    assert len(names) == len(set(names))
