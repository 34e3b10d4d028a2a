"""A process whose children do a worker's work and are killed in the middle of it.

``python -m tests.requests_app.mortal_worker FOLDER`` reads one line for each: the time, what it does, and at
which write it dies. It answers ``killed``, or ``finished`` where there was less to write. Mails go into
FOLDER. It forks while it has no thread and no connection, so that no child waits for what only its parent
could let go.
"""

from __future__ import annotations

import datetime as dt
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

import django
import time_machine
from django.conf import settings
from django.db import connection

PATIENCE = 60  # seconds, then it has hung


class Killer:
    """Ends the process once a number of writes of a kind have come up; before or after the last of them."""

    def __init__(self, number: int, is_meant: Callable[[str, Any], bool], *, before: bool) -> None:
        self.left, self.is_meant, self.before = number, is_meant, before

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.left -= self.is_meant(sql, params)
        if not self.left and self.before:
            os.kill(os.getpid(), signal.SIGKILL)
        result = execute(sql, params, many, context)
        if not self.left:
            os.kill(os.getpid(), signal.SIGKILL)
        return result


def writes(sql: str, params: Any) -> bool:
    return sql.startswith(("INSERT", "UPDATE", "DELETE"))


def notes_that_a_mail_went_out(sql: str, params: Any) -> bool:
    return sql.startswith('UPDATE "mail_outboxmessage"') and "sent" in params


def live(at: dt.datetime, task: Callable[[], None], number: int, *, delivers: bool) -> None:
    """Work as told, at that time; comes back only if there was too little to do."""
    signal.alarm(PATIENCE)
    if delivers:
        killer = Killer(number, notes_that_a_mail_went_out, before=True)
    else:
        killer = Killer(number, writes, before=False)
    with time_machine.travel(at, tick=False), connection.execute_wrapper(killer):
        task()


def answer(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def main(folder: str) -> None:
    django.setup()
    from miglobe.site.working_days import is_working_day
    from tests.requests_app import two_years_work

    settings.MAILERS["transport"]["OPTIONS"]["file_path"] = folder
    for year in (2027, 2028):  # the holidays are read once, not by each child
        is_working_day(dt.date(year, 1, 4))
    answer("ready")
    for line in sys.stdin:
        at, task, number = line.split()
        child = os.fork()
        if not child:
            try:
                act = getattr(two_years_work, task)
                live(dt.datetime.fromisoformat(at), act, int(number), delivers=task == "deliver")
            finally:
                os._exit(0)
        status = os.waitpid(child, 0)[1]
        was_killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        answer("killed" if was_killed else "hung" if status else "finished")


if __name__ == "__main__":
    main(sys.argv[1])
