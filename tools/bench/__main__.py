"""Measures what pages cost and prints it as a table: `python -m tools.bench [NUMBER …]`.

PostgreSQL is filled with 1,000 and then with 100,000 cases, unless other numbers are named. The portal runs
under gunicorn with two workers and the settings of production. Cost is processor time, of the web
processes and of the database's together, as a multiple of that of a bare page (one row read, twenty lines
rendered), which is measured before and after each page. The numbers of the machine cancel out this way.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from tools import postgres
from tools.bench import measuring, pages, report

ROOT = Path(__file__).resolve().parent.parent.parent
PORT = int(os.environ.get("PORT", "8321"))


def environment(url: str, folder: str) -> dict[str, str]:
    """The settings of production; nothing of the shell's reaches the portal."""
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "TMPDIR"}}
    return kept | {
        "DJANGO_SETTINGS_MODULE": "tools.bench.settings",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "ALLOWED_HOSTS": "bench.example.org",
        "BASE_URL": "https://bench.example.org",
        "DATABASE_URL": url,
        "MAIL_TRANSPORT": "smtp",
        "SMTP_HOST": "mail.example.org",
        "DEFAULT_FROM_EMAIL": "beratung@bench.example.org",
        "VAR_DIR": folder,
        "FORM_MIN_SECONDS": "0",
        "LOG_LEVEL": "WARNING",
        "BIND": f"127.0.0.1:{PORT}",
        "WEB_CONCURRENCY": "2",
        "PGOPTIONS": "-c max_parallel_workers_per_gather=0",  # all work in one process, where it is counted
    }


@contextmanager
def portal(settings: dict[str, str]) -> Iterator[int]:
    """The portal under gunicorn; gives the process that the workers belong to."""
    command = [str(Path(sys.executable).parent / "gunicorn"), "miglobe.wsgi"]
    log = Path(settings["VAR_DIR"], "log")
    with log.open("a") as out, subprocess.Popen(command, cwd=ROOT, env=settings, stderr=out) as server:
        try:
            measuring.wait_for(PORT)
            yield server.pid
        finally:
            server.terminate()


def filled(number: int, settings: dict[str, str]) -> pages.World:
    """Fill the database up to ``number`` copied cases."""
    print(f"Filling the database: {number:,} cases …", flush=True)
    done = subprocess.run(
        [sys.executable, "-m", "tools.bench.fill", str(number)],
        cwd=ROOT, env=settings, check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    return pages.World(**json.loads(done.stdout.splitlines()[-1]))


def main(numbers: list[int]) -> int:
    results: list[dict[str, measuring.Cost]] = []
    with tempfile.TemporaryDirectory() as folder, postgres.server() as url:
        settings = environment(url, folder)
        database = urlsplit(url).path.strip("/")
        subprocess.run([sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity=0"],
                       cwd=ROOT, env=settings, check=True)  # fmt: skip
        for number in numbers:
            world = filled(number, settings)
            with portal(settings) as pid:
                results.append(
                    measuring.measure(pages.all_pages(world), PORT, measuring.Processes(pid, database))
                )
            report.print_table(number, results[-1])
    if len(results) > 1:
        report.print_growth(numbers, results)
    return 0


if __name__ == "__main__":
    sys.exit(main([int(number) for number in sys.argv[1:]] or [1_000, 100_000]))
