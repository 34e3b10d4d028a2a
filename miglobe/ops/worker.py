"""The worker: one loop that delivers mail, runs due jobs and says that it is alive."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import close_old_connections, connection
from django.utils import timezone

from miglobe.mail.bundling import join_due
from miglobe.mail.delivery import deliver_due
from miglobe.ops.jobs import run_due
from miglobe.ops.models import Heartbeat

logger = logging.getLogger(__name__)

BEAT_EVERY = timedelta(seconds=15)
# One mail to a mail server that does not answer may take this long.
SILENT_FOR = timedelta(minutes=10)
REST_AFTER_ERROR = 10.0  # seconds
BATCH = 100  # mails between two looks at the jobs
NAME = "worker"


def last_beat() -> datetime | None:
    """When a worker last said that it is alive; None if there never was one."""
    return Heartbeat.objects.filter(name=NAME).values_list("beat_at", flat=True).first()


def is_alive(within: timedelta = SILENT_FOR) -> bool:
    """Whether a worker gave a sign of life ``within`` this time."""
    beat = last_beat()
    return beat is not None and beat > timezone.now() - within


class Worker:
    """Runs until ``stop`` is called, from a signal for example; the mail in hand is finished."""

    def __init__(self, interval: float = 2.0, sleep: Callable[[float], None] = time.sleep) -> None:
        """``interval``: seconds between two looks at an empty outbox."""
        self.interval = interval
        self.stopping = False
        self._sleep = sleep
        self._beaten_at: float | None = None

    def stop(self) -> None:
        self.stopping = True

    def run(self) -> None:
        """Work until stopped. A lost database is logged and tried again after a longer rest."""
        while not self.stopping:
            try:
                close_old_connections()
                if not self.turn():
                    self._rest(self.interval)
            except Exception:  # the database is away, or a bug: a later turn may go well
                logger.exception("The worker could not finish its turn, it tries again")
                _drop_connection()
                self._rest(REST_AFTER_ERROR)

    def turn(self) -> bool:
        """Deliver mails and run the jobs that are due. Returns whether more mails may be waiting.

        Mails that have waited for others are let go after the jobs, which may write one more of them: that of
        the morning. Errors of the database are raised.
        """
        self._beat()
        tried = deliver_due(limit=BATCH, should_stop=self._should_stop)
        run_due(should_stop=self._should_stop)
        ready = join_due(should_stop=self._should_stop)
        return tried == BATCH or ready > 0

    def _should_stop(self) -> bool:
        """Asked between two mails or jobs: a good moment for a sign of life."""
        if not self.stopping:
            self._beat()
        return self.stopping

    def _beat(self) -> None:
        if self._beaten_at is None or time.monotonic() - self._beaten_at >= BEAT_EVERY.total_seconds():
            Heartbeat.objects.update_or_create(name=NAME, defaults={"beat_at": timezone.now()})
            self._beaten_at = time.monotonic()

    def _rest(self, seconds: float) -> None:
        """Sleep in short naps: Python takes up an interrupted sleep again after a signal."""
        end = time.monotonic() + seconds
        while not self.stopping and (left := end - time.monotonic()) > 0:
            self._sleep(min(left, 0.2))


def _drop_connection() -> None:
    """Close a connection that may be broken; the next query opens a new one."""
    try:
        connection.close()
    except Exception:
        logger.exception("The database connection did not close")
