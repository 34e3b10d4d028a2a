"""The demo: a sample world made by the forms and the workflow, and never anywhere near production."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from advisors import availability
from miglobe.accounts.models import User
from miglobe.mail.models import MailWording, OutboxMessage
from miglobe.ops.demo import loader, mails, people, views
from miglobe.ops.demo.further import Further
from requests_app import held, option_numbers
from requests_app.models import (
    ActionOption,
    Case,
    ConflictOfInterest,
    DialogueSession,
    Event,
    ShortlistEntry,
)
from requests_app.triage import saved
from requests_app.triage.overview import overview

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
    assert loader.load() == 21
    assert Counter(Case.objects.values_list("status", flat=True)) == {
        "submitted": 1 + 3,
        "in_review": 0 + 1,
        "query_open": 1,
        "matching": 1 + 1,
        "matched": 1,
        "in_dialogue": 7,
        "closed": 5,
    }  # of the samples, and of the further stories
    assert DialogueSession.objects.count() == 19
    assert DialogueSession.objects.dates("date", "year").count() > 1  # advisors look back on a year
    assert ActionOption.objects.filter(status="agreed").count() == 11
    assert Event.objects.filter(kind="submitted").count() == 21
    days = Case.objects.order_by("reference").values_list("submitted_at__date", flat=True)
    assert list(days) == sorted(days)
    states = Counter(OutboxMessage.objects.values_list("state", flat=True))
    assert (states["bounced"], states["sent"]) == (1, OutboxMessage.objects.count() - 1)
    gone_alone = OutboxMessage.objects.filter(joined_into=None)
    assert len(list(tmp_path.glob("*.eml"))) == gone_alone.count() == OutboxMessage.objects.count() - 2
    assert any("Code" in mail.body for mail in mails.latest())
    lena = User.objects.get(name="Lena Brandt")
    groups = [section.tasks.group.key for section in overview(lena)["sections"] if section.tasks.count]
    sometimes = {"angebote"}  # whether an answer is due tomorrow depends on the day of the week
    assert [group for group in groups if group not in sometimes] == [
        "ohne-antwort",
        "mails",
        "wiedervorlage",
        "neue",
        "rueckfragen",
        "unbestaetigt",
        "ruhend",
    ]
    assert Case.objects.filter(responsible=None).count() == 4
    assert list(ShortlistEntry.objects.values_list("role", "asks_by_itself")) == [
        ("lead", True),
        ("co", True),
        ("co", True),
    ]
    museum = Case.objects.get(is_confidential=True)
    conflict = ConflictOfInterest.objects.get()
    assert (conflict.advisor.name, conflict.municipality) == ("Adjoa Mensah-Krüger", museum.municipality)
    assert [(row.name, row.is_shared) for row in saved.visible_to(lena)] == [
        ("Im Regierungsbezirk Arnsberg", True)
    ]
    assert list(MailWording.objects.values_list("kind", "language")) == [("case_closed", "de")]
    numbers_of_options_are_those_counted_one_by_one()


def numbers_of_options_are_those_counted_one_by_one() -> None:
    """What became of the options of the sample world, by month: by the database, and one by one."""
    months = months_until(timezone.localdate(), 24)
    numbers = option_numbers.states_by_month(ActionOption.objects.all(), months)
    by_hand = []
    for month in months:
        end = timezone.make_aware(dt.datetime.combine(option_numbers.next_month(month), dt.time.min))
        states = dict.fromkeys(option_numbers.STATES, 0)
        for option in ActionOption.objects.exclude(confirmed_at=None):
            newer = ActionOption.objects.filter(replaces=option).exclude(confirmed_at=None)
            if option.confirmed_at < end and not any(each.confirmed_at < end for each in newer):
                said = [row for row in option.reports.order_by("reported_at", "pk") if row.reported_at < end]
                states[said[-1].implementation if said else ""] += 1
        by_hand.append(states)
    assert list(numbers.values()) == by_hand
    assert sum(by_hand[0].values()) == 0
    now = {state: number for state, number in by_hand[-1].items() if number}
    assert now == {
        "": 5,
        "planned": 1,
        "resolved": 1,
        "in_progress": 1,
        "partly_done": 1,
        "done": 1,
        "dropped": 1,
    }


def months_until(day: dt.date, count: int) -> list[dt.date]:
    """The first days of so many months, that of ``day`` the last."""
    last = day.year * 12 + day.month - 1
    return [dt.date(n // 12, n % 12 + 1, 1) for n in range(last - count + 1, last + 1)]


@pytest.fixture
def further() -> Further:
    """The further stories, told without the samples."""
    today = timezone.localdate()
    coordinator = people.make_staff()[0]
    data = json.loads(loader.SAMPLES.read_text(encoding="utf-8"))
    pool = {sample["id"]: people.make_advisor(sample) for sample in data["advisors"]}
    for sample in data["advisors"]:
        if sample["profile_public"]:
            people.publish(pool[sample["id"]], coordinator)
    told = Further(coordinator, pool, today)
    for story in told.requests():
        story.file()
    told.tell()
    return told


@pytest.mark.django_db
def test_further_stories_show_what_waits_for_whom(further: Further) -> None:
    shown = overview(further.coordinator)
    alarms = shown["sections"][0].tasks
    assert (alarms.group.key, alarms.count) == ("ohne-antwort", 1)
    assert (shown["held"]["count"], shown["profiles"]["count"]) == (1, 1)
    waiting = Case.objects.get(is_direct=True, direct_unanswered_at=None)
    assert waiting.status == "matching"
    assert [(each.advisor.name, each.status) for each in waiting.assignments.all()] == [
        ("Ramón Echeverría", "offered")
    ]
    late = Case.objects.get(direct_unanswered_at__isnull=False)
    assert [(each.advisor.name, each.status) for each in late.assignments.all()] == [
        ("Jean-Baptiste Kabongo", "expired")
    ]
    company = Case.objects.get(lead_unit_open=True)
    assert (company.place, company.organisation) == ("Ahlen", "Servicebetriebe Ahlen")


@pytest.mark.django_db
def test_further_stories_enter_requests_that_wait_for_their_contact(further: Further) -> None:
    entered = Case.objects.filter(entered_by__isnull=False, entry_confirmed_at=None).order_by("pk")
    assert [(case.channel, case.entered_by.name) for case in entered] == [
        ("advisor", "Fatoumata Barry"),
        ("phone", "Lena Brandt"),
    ]
    for case in entered:
        kinds = set(OutboxMessage.objects.filter(reference=case.reference).values_list("kind", flat=True))
        told = {"new_request"} if case.channel == "advisor" else set()
        assert kinds == {"request_entered"} | told


@pytest.mark.django_db
def test_absence_of_further_stories_names_a_substitute_who_can_be_asked(further: Further) -> None:
    standing = availability.of(further.pool["SA08"])
    assert (standing.is_absent, standing.substitute) == (True, further.pool["SA04"])


@pytest.mark.django_db
def test_request_that_is_held_back_in_the_demo_can_be_taken_in(further: Further) -> None:
    draft = held.waiting().get()
    case = held.take_in(draft.pk)
    assert (case.place, case.title) == ("Herford", "Klimapartnerschaft: Wer kennt die Region?")


def test_a_link_in_a_mail_of_the_mailbox_can_be_followed_and_markup_cannot(settings) -> None:
    settings.BASE_URL = "http://127.0.0.1:8000"
    mail = mails.DemoMail("x", None, "a@b", "s", "Hier: http://127.0.0.1:8000/vorgang/MG-1/ <script>")
    expected = '<a class="kern-link app-break" href="/vorgang/MG-1/">http://127.0.0.1:8000/vorgang/MG-1/</a>'
    assert mail.linked_body == f"Hier: {expected} &lt;script&gt;"


def test_nobody_becomes_anybody_by_a_get(rf) -> None:
    assert views.become(rf.get("/demo/werden/1/"), pk=1).status_code == 405
