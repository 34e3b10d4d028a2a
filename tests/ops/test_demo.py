"""The demo: a sample world made by the forms and the workflow, and never anywhere near production."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.urls import NoReverseMatch, reverse

from miglobe.mail.models import OutboxMessage
from miglobe.ops.demo import loader, mails, views
from requests_app.models import ActionOption, Case, DialogueSession, Event

ROOT = Path(__file__).resolve().parents[2]
PLAIN = {"PATH": os.environ["PATH"], "SECRET_KEY": "k" * 50, "ALLOWED_HOSTS": "example.org"}


def start(**environment: str) -> subprocess.CompletedProcess[str]:
    """Start Django with nothing but these variables."""
    command = [sys.executable, "manage.py", "check"]
    return subprocess.run(command, cwd=ROOT, env=PLAIN | environment, capture_output=True, text=True)


@pytest.mark.parametrize(
    "environment",
    [
        {"DEBUG": "0"},
        {"DEBUG": "1", "DATABASE_URL": "postgres://a:b@localhost/c"},
        {"DEBUG": "1", "BASE_URL": "https://example.org"},
        {},
    ],
)
def test_the_demo_refuses_to_start_with_settings_of_production(environment: dict[str, str]) -> None:
    needed = {
        "DEFAULT_FROM_EMAIL": "a@example.org",
        "MAIL_TRANSPORT": "files",
        "BASE_URL": "https://example.org",
        "DATABASE_URL": "sqlite:////tmp/never-made.sqlite3",
    }
    done = start(DEMO="1", **(environment if environment.get("DEBUG") == "1" else needed | environment))
    assert done.returncode != 0
    assert "DEMO=1 lets anybody become anybody" in done.stderr


def test_the_demo_starts_on_sqlite_without_https(tmp_path: Path) -> None:
    done = start(DEMO="1", DEBUG="1", VAR_DIR=str(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("name", ["demo:personas", "demo:mailbox"])
def test_the_pages_of_the_demo_do_not_exist_without_it(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(name)


@pytest.mark.parametrize("path", ["/demo/", "/demo/postfach/", "/demo/werden/1/"])
@pytest.mark.django_db
def test_the_paths_of_the_demo_lead_nowhere_without_it(client, path: str) -> None:
    assert client.get(path, follow=True).status_code == 404


@pytest.mark.django_db
def test_sample_data_are_loaded_into_a_demo_only() -> None:
    with pytest.raises(CommandError):
        call_command("load_samples")


@pytest.mark.django_db(transaction=True)
def test_the_sample_world_has_cases_with_events_and_mails(settings, tmp_path: Path) -> None:
    settings.DEMO = True
    settings.MAILERS = settings.MAILERS | {
        "transport": {"BACKEND": "miglobe.mail.backends.FileBackend", "OPTIONS": {"file_path": tmp_path}}
    }
    settings.MAIL_FILES_DIR = tmp_path
    assert loader.load() == 16
    assert Counter(Case.objects.values_list("status", flat=True)) == {
        "submitted": 1,
        "query_open": 1,
        "matching": 1,
        "matched": 1,
        "in_dialogue": 7,
        "closed": 5,
    }
    assert DialogueSession.objects.count() == 19
    assert ActionOption.objects.filter(status="agreed").count() == 11
    assert Event.objects.filter(kind="submitted").count() == 16
    assert OutboxMessage.objects.filter(state="sent").count() == OutboxMessage.objects.count()
    assert len(list(tmp_path.glob("*.eml"))) == OutboxMessage.objects.count()
    assert any("Code" in mail.body for mail in mails.latest())


def test_a_link_in_a_mail_of_the_mailbox_can_be_followed_and_markup_cannot(settings) -> None:
    settings.BASE_URL = "http://127.0.0.1:8000"
    mail = mails.DemoMail("x", None, "a@b", "s", "Hier: http://127.0.0.1:8000/vorgang/MG-1/ <script>")
    expected = '<a class="kern-link app-break" href="/vorgang/MG-1/">http://127.0.0.1:8000/vorgang/MG-1/</a>'
    assert mail.linked_body == f"Hier: {expected} &lt;script&gt;"


def test_nobody_becomes_anybody_by_a_get(rf) -> None:
    assert views.become(rf.get("/demo/werden/1/"), pk=1).status_code == 405
