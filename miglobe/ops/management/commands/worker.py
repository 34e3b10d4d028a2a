"""``manage.py worker``: delivers mail and runs scheduled work until it is told to end."""

from __future__ import annotations

import signal
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand

from miglobe.ops.worker import Worker


class Command(BaseCommand):
    help = (
        "Delivers mail and runs scheduled work. Several workers may run at once. "
        "SIGTERM or Ctrl-C ends it after the mail in hand; a second one ends it at once."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="Do what is due, then end.")
        parser.add_argument(
            "--interval", type=float, default=2.0, help="Seconds between two looks at an empty outbox (2)."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        worker = Worker(interval=options["interval"])

        def end(signum: int, frame: FrameType | None) -> None:
            signal.signal(signum, signal.SIG_DFL)
            worker.stop()

        for signum in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signum, end)
        if options["once"]:
            while worker.turn():
                pass
        else:
            self.stdout.write("Worker is running.")
            worker.run()
            self.stdout.write("Worker has ended.")
