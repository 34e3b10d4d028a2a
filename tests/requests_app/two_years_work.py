"""What a worker does in the two years of ``test_two_years``, in threads and in processes that are killed."""

from __future__ import annotations

from miglobe.mail.bundling import join_due
from miglobe.mail.delivery import deliver_due
from miglobe.ops.jobs import JOBS

NAMES = {
    "expire offers",
    "note cases that are very late",
    "send the daily mails",
    "ask what became of the options",
    "remind of agreed dates",
    "remind of drafts that run out",
    "delete old drafts of requests",
}


def work() -> None:
    """What stands in the calendar, without asking whether another worker is at it."""
    for job in JOBS:
        if job.name in NAMES:
            job.run()


def deliver() -> None:
    """Carry out all mails that are there."""
    join_due()
    deliver_due(limit=1000)
