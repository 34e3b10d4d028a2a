"""Scheduled work: what runs by itself, how often, and never twice at once."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from advisors import photos
from miglobe.ops.models import JobRun
from requests_app import daily, follow_ups, message_drafts
from requests_app.documents import delete_orphans
from requests_app.held import forget_tallies
from requests_app.intake import drafts, resume
from requests_app.jobs import escalate, expire_offers, remind_of_dates
from requests_app.scanning import scan_waiting

logger = logging.getLogger(__name__)

# A run that has not come back by then is taken for dead, and the job starts again; a job may set another.
RUN_LIMIT = timedelta(hours=1)
# A job that failed is tried again after this time, or after its period if that is shorter.
RETRY_AFTER = timedelta(minutes=15)


@dataclass(frozen=True)
class Job:
    """Something to do once per period.

    ``run`` is called outside a transaction and without arguments; it must do no harm when it is
    called again (after a crash it is) and be done within ``limit``. ``name`` is a stable key.
    """

    name: str
    every: timedelta
    run: Callable[[], object]
    limit: timedelta = RUN_LIMIT


def clear_expired_sessions() -> None:
    """Delete the sessions that ran out, and the drafts in them."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()


JOBS: list[Job] = [
    Job("clear expired sessions", timedelta(days=1), clear_expired_sessions),
    Job("expire offers", timedelta(hours=1), expire_offers),
    Job("note cases that are very late", timedelta(hours=1), escalate),
    Job("send the daily mails", timedelta(minutes=15), daily.send),
    Job("ask what became of the options", timedelta(minutes=15), follow_ups.send_due),
    Job("remind of agreed dates", timedelta(minutes=15), remind_of_dates),
    Job("remind of drafts that run out", timedelta(hours=6), resume.remind),
    Job("delete old drafts of requests", timedelta(days=1), drafts.delete_old),
    Job("delete old drafts of messages", timedelta(days=1), message_drafts.delete_old),
    Job("look for viruses", timedelta(minutes=1), scan_waiting, limit=timedelta(minutes=10)),
    Job("forget counts of requests", timedelta(days=1), forget_tallies),
    Job("delete files without a document", timedelta(days=1), delete_orphans),
    Job("delete photos without a profile", timedelta(days=1), photos.delete_orphans),
]


def run_due(jobs: Iterable[Job] | None = None, should_stop: Callable[[], bool] = lambda: False) -> list[str]:
    """Run every job that is due and that no other worker has taken; returns their names.

    ``jobs``: JOBS, unless told otherwise. A job's error is logged and kept at its row; errors of
    the database are raised.
    """
    wanted = list(JOBS if jobs is None else jobs)
    waiting = set(JobRun.objects.filter(next_run_at__gt=timezone.now()).values_list("name", flat=True))
    done = []
    for job in wanted:
        if job.name in waiting or should_stop():
            continue
        if started := _take(job):
            _run(job, started)
            done.append(job.name)
    return done


def _take(job: Job) -> datetime | None:
    """Mark the job as started under a row lock; None if another worker was quicker."""
    JobRun.objects.get_or_create(name=job.name)
    now = timezone.now()
    with transaction.atomic():
        rows = JobRun.objects.filter(name=job.name, next_run_at__lte=now)
        if connection.features.has_select_for_update_skip_locked:
            rows = rows.select_for_update(skip_locked=True)
        row = rows.first()
        if row is None:
            return None
        row.started_at = now
        row.next_run_at = now + job.limit
        row.save(update_fields=["started_at", "next_run_at"])
    return now


def _run(job: Job, started: datetime) -> None:
    error = ""
    try:
        job.run()
    except Exception as problem:  # one broken job must not keep the others from running
        logger.exception("Job %r failed", job.name)
        error = f"{type(problem).__name__}: {problem}".replace("\0", "")[:2000]
    now = timezone.now()
    # Only if the run is still ours: after its limit another worker may have taken the job.
    JobRun.objects.filter(name=job.name, started_at=started).update(
        finished_at=now,
        last_error=error,
        next_run_at=now + min(job.every, RETRY_AFTER) if error else started + job.every,
    )
    if not error:
        logger.info("Job %r done", job.name)
