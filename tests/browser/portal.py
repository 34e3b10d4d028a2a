"""A whole portal for the browser: web server, worker, database and mail transport, as in production.

Nothing here looks into the database. People begin with an invitation, and codes and links come out of
the mails that the transport wrote.
"""

from __future__ import annotations

import email
import email.policy
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from email.message import EmailMessage
from pathlib import Path
from urllib.error import URLError

from tools import test_database

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
PATIENCE = 60  # seconds, for a machine that has other things to do


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Portal:
    """Runs in ``home``; ``url`` has no trailing slash."""

    def __init__(self, home: Path) -> None:
        self.home = home
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        keep = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
        self.environment = keep | {
            "TESTING": "1",
            "VAR_DIR": str(home),
            "BASE_URL": self.url,
            "BIND": f"127.0.0.1:{port}",
            "MAIL_TRANSPORT": "files",
            "WEB_CONCURRENCY": "2",
            "PYTHONUNBUFFERED": "1",
        }
        self.programs: list[subprocess.Popen[bytes]] = []

    def manage(self, *command: str) -> str:
        """Run a management command and return what it printed."""
        done = subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT, env=self.environment, check=True, capture_output=True, text=True,
        )  # fmt: skip
        return done.stdout

    def start(self) -> None:
        shutil.copyfile(test_database.sqlite(), self.home / "miglobe.sqlite3")
        self.manage("collectstatic", "--noinput", "--verbosity=0")
        log = (self.home / "log.txt").open("wb")
        for command in (
            [str(BIN / "gunicorn"), "miglobe.wsgi"],
            [sys.executable, "manage.py", "worker", "--interval", "0.5"],
        ):
            self.programs.append(
                subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=log, stderr=log)
            )
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with suppress(URLError, OSError), urllib.request.urlopen(f"{self.url}/health/live", timeout=2):
                return
            time.sleep(0.1)
        raise AssertionError(f"The portal does not answer:\n{self.log()}")

    def stop(self) -> None:
        for program in self.programs:
            program.terminate()
        for program in self.programs:
            program.wait(PATIENCE)

    def log(self) -> str:
        return (self.home / "log.txt").read_text(errors="replace")

    # --- Mail -----------------------------------------------------------------------------------

    def mails(self, to: str) -> list[EmailMessage]:
        """The mails to an address, oldest first."""
        found = []
        for path in sorted((self.home / "mails").glob("*.eml")):
            with path.open("rb") as file:
                message = email.message_from_binary_file(file, policy=email.policy.default)
            if to.lower() in str(message["To"]).lower():
                found.append(message)
        return found

    def mail(self, to: str, subject: str) -> EmailMessage:
        """The newest mail to an address whose subject holds ``subject``; waits for the worker."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            for message in reversed(self.mails(to)):
                if subject in str(message["Subject"]):
                    return message
            time.sleep(0.1)
        subjects = [str(message["Subject"]) for message in self.mails(to)]
        raise AssertionError(f"No mail “{subject}” to {to}. There are: {subjects}")


def body(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def code_in(message: EmailMessage) -> str:
    """The six-digit code of a mail."""
    found = re.search(r"\b\d{6}\b", body(message))
    assert found is not None, body(message)
    return found.group()


def link_in(text: str, path: str) -> str:
    """The first link of a text whose path begins with ``path``."""
    found = re.search(rf"https?://[^/\s]+({re.escape(path)}\S*)", text)
    assert found is not None, text
    return found.group(1)
