"""Very many requests at once, against two real web processes that share one count."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlencode

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.urls import reverse
from django.utils import timezone

from requests_app.intake import limits
from requests_app.models import Case, HeldReason, RequestDraft
from tests.browser.portal import free_port
from tests.intake.form_walk import answers
from tests.mail.test_workers import database_url

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

ROOT = Path(__file__).resolve().parents[2]
SENDS = 200
CSRF = "a" * 32


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: object) -> None:
        """The answer itself is what is looked at."""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """The address of a gunicorn with two processes on the test's database."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environment = os.environ | {
        "TESTING": "1",
        "DATABASE_URL": database_url(),
        "VAR_DIR": str(tmp_path),
        "BASE_URL": url,
        "BIND": f"127.0.0.1:{port}",
        "WEB_CONCURRENCY": "2",
        "WEB_THREADS": "2",
        "FORM_MIN_SECONDS": "5",
        # A line for each request: which process answered it.
        "GUNICORN_CMD_ARGS": f"--access-logfile={tmp_path / 'access.txt'} --access-logformat=%(p)s",
    }
    with (tmp_path / "log.txt").open("wb") as log:
        program = subprocess.Popen(
            [Path(sys.executable).parent / "gunicorn", "miglobe.wsgi"],
            cwd=ROOT, env=environment, stdout=log, stderr=log,
        )  # fmt: skip
        try:
            for _ in range(300):
                with suppress(URLError, OSError), urllib.request.urlopen(f"{url}/health/live", timeout=2):
                    break
                time.sleep(0.1)
            yield url
        finally:
            program.terminate()
            program.wait(30)


def ready_to_send(number: int) -> tuple[str, str, str]:
    """A draft that is complete, in a session of its own: the session's key, the draft's, the moment."""
    data = {
        page: {name: value if isinstance(value, list) else [value] for name, value in typed.items()}
        for page, typed in answers(email=f"stelle{number}@hattingen.example.org").items()
    }
    draft = RequestDraft.objects.create(data=data)
    RequestDraft.objects.filter(pk=draft.pk).update(created_at=timezone.now() - timedelta(minutes=3))
    draft.refresh_from_db()
    session = SessionStore()
    session["intake_draft"] = str(draft.key)
    session.create()
    return str(session.session_key), str(draft.key), limits.moment(draft)


def send(url: str, session: str, draft: str, moment: str) -> tuple[int, str]:
    body = urlencode({"csrfmiddlewaretoken": CSRF, "draft": draft, "moment": moment}).encode()
    request = urllib.request.Request(url + reverse("intake:check"), data=body)
    request.add_header("Cookie", f"sessionid={session}; csrftoken={CSRF}")
    try:
        with urllib.request.build_opener(_Stay).open(request, timeout=60) as response:
            return response.status, ""
    except urllib.error.HTTPError as answer:
        return answer.code, answer.headers.get("Location", "")


def test_two_hundred_requests_in_a_minute_from_one_network_are_all_there(server: str, tmp_path: Path) -> None:
    """Thirty become cases at once, in whichever process; the others are held back, and every one is told."""
    prepared = [ready_to_send(number) for number in range(SENDS)]
    begun = time.monotonic()
    with ThreadPoolExecutor(8) as pool:
        answered = Counter(pool.map(lambda one: send(server, *one), prepared))
    seconds = time.monotonic() - begun
    assert answered == {(302, reverse("intake:sent")): SENDS}
    assert seconds < 60
    assert Case.objects.count() == limits.PER_NETWORK_AN_HOUR
    held = RequestDraft.objects.filter(held_reason=HeldReason.TOO_MANY, case=None)
    assert held.count() == SENDS - limits.PER_NETWORK_AN_HOUR
    assert all(draft.data["concern"]["title"] == ["Migrantische Vereine gewinnen"] for draft in held)
    assert len(set((tmp_path / "access.txt").read_text().split())) == 2
