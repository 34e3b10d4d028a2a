"""The look for viruses: documents wait for it, and only a clear answer ends the waiting."""

from __future__ import annotations

import datetime as dt
import logging
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import default_storage
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from miglobe.mail.models import OutboxMessage
from miglobe.ops.jobs import JOBS
from miglobe.settings import clamd_address
from requests_app import documents, scanning, workflow
from requests_app.models import Case, CaseStatus, Document, Event, EventKind, RequestDraft, ScanState
from requests_app.timeline import public_timeline
from tests import actors
from tests.actors import World
from tests.intake.form_walk import answers, begin, draft_of, fill
from tests.requests_app import files, scanners
from tests.requests_app.scanners import EICAR, Scanner
from tests.sign_in import sign_in
from tools import clamd

pytestmark = pytest.mark.django_db
HARMFUL = files.pdf(EICAR.decode())
S = ScanState


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short path: sockets have no room for long ones."""
    with tempfile.TemporaryDirectory(prefix="clamd") as path:
        yield Path(path)


@pytest.fixture
def scanner(folder: Path, settings) -> Iterator[Scanner]:
    settings.CLAMD_URL = f"unix://{folder}/clamd"
    with scanners.scanner(folder) as running:
        yield running


@pytest.fixture
def no_scanner(folder: Path, settings) -> None:
    """One is set, and away."""
    settings.CLAMD_URL = f"unix://{folder}/clamd"


def add(case: Case, content: bytes = b"", name: str = "Konzept.pdf") -> Document:
    return workflow.add_document(case, actors.contact_of(case), files.upload(content or files.pdf(), name))


def add_to_draft(client: Client, content: bytes, name: str = "Konzept.pdf") -> RequestDraft:
    upload = {"documents": [files.upload(content, name)]}
    client.post(reverse("intake:wishes"), answers()["wishes"] | upload)
    return draft_of(client)


def state(document: Document) -> tuple[str, bool]:
    """What is known of the document, and whether its file is there."""
    document = Document.objects.get(pk=document.pk)
    return document.scan_state, bool(document.file) and default_storage.exists(document.file.name)


def statuses(world: World, case: Case, document: Document) -> dict[str, Any]:
    asked = {}
    for face, user, url in (
        (
            "casepage",
            actors.contact_of(case),
            reverse("casepage:document", args=[case.reference, document.pk]),
        ),
        ("workspace", world.lead.user, reverse("workspace:document", args=[case.reference, document.pk])),
        (
            "triage",
            world.coordinator,
            reverse("admin:requests_app_case_document", args=[case.pk, document.pk]),
        ),
    ):
        client = Client()
        sign_in(client, user)
        asked[face] = client.get(url)
    return asked


# --- Waiting ----------------------------------------------------------------------------------------


def test_without_a_scanner_a_document_is_there_at_once() -> None:
    assert state(add(actors.submitted())) == (S.CLEAN, True)


def test_nobody_gets_a_document_before_the_scanner_has_looked_at_it(scanner: Scanner) -> None:
    world = World()
    case = world.case(CaseStatus.MATCHED)
    document = add(case)
    assert state(document) == (S.PENDING, True)
    for response in statuses(world, case, document).values():
        assert response.status_code == 409
        assert "Konzept.pdf" in response.content.decode()
        assert "Content-Disposition" not in response
    assert scanning.scan_waiting() == 1
    assert state(document) == (S.CLEAN, True)
    assert [response.status_code for response in statuses(world, case, document).values()] == [200] * 3
    assert scanner.asked == ["nINSTREAM"]
    assert scanning.scan_waiting() == 0


def test_pages_say_that_a_document_is_being_checked(scanner: Scanner) -> None:
    world = World()
    case = world.case(CaseStatus.MATCHED)
    document = add(case)
    shown = {}
    for face, user, url in (
        ("casepage", actors.contact_of(case), reverse("casepage:case", args=[case.reference])),
        ("workspace", world.lead.user, reverse("workspace:case", args=[case.reference])),
        ("triage", world.coordinator, reverse("admin:requests_app_case_change", args=[case.pk])),
    ):
        client = Client()
        sign_in(client, user)
        html = client.get(url).content.decode()
        shown[face] = ("Wird geprüft" in html, f"unterlagen/{document.pk}/" in html)
    assert shown == dict.fromkeys(("casepage", "workspace", "triage"), (True, False))


def test_form_says_that_a_document_is_being_checked_and_goes_on(client: Client, scanner: Scanner) -> None:
    fill(client, answers())
    add_to_draft(client, files.pdf())
    assert "Wird geprüft" in client.get(reverse("intake:wishes")).content.decode()
    assert "Wird geprüft" in client.get(reverse("intake:check")).content.decode()
    client.post(reverse("intake:check"))
    document = Case.objects.latest("pk").documents.get()
    assert document.is_pending
    assert scanning.scan_waiting() == 1
    assert state(document) == (S.CLEAN, True)


# --- Harmful ----------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_harmful_document_is_deleted_named_and_told(scanner: Scanner, caplog) -> None:
    world = World()
    case = world.case(CaseStatus.MATCHED)
    document, good = add(case, HARMFUL, "Frau Muster.pdf"), add(case, files.png(), "Plan.png")
    before = set(OutboxMessage.objects.values_list("pk", flat=True))
    with caplog.at_level(logging.WARNING):
        assert scanning.scan_waiting() == 2
    assert (state(document), state(good)) == ((S.INFECTED, False), (S.CLEAN, True))
    assert len(files.on_disk() & {good.file.name.split("/")[1], document.file.name.split("/")[1]}) == 1
    assert {r.status_code for r in statuses(world, case, document).values()} == {409}
    mails = OutboxMessage.objects.exclude(pk__in=before)
    assert {(mail.kind, mail.to[0]) for mail in mails} == {
        ("document_harmful", case.contacts.get().email),
        ("document_harmful", world.coordinator.email),
    }
    assert not any("Muster" in mail.subject + mail.body for mail in mails)
    assert all(case.reference in mail.subject for mail in mails)
    assert "Muster" not in caplog.text
    event = Event.objects.filter(case=case).latest("pk")
    assert (event.kind, event.actor, event.data) == (
        EventKind.DOCUMENT_HARMFUL,
        None,
        {"document": document.pk},
    )
    assert "Schädliche Unterlage gelöscht" in [entry.what for entry in public_timeline(case)]


def test_pages_name_a_harmful_document_and_link_to_nothing(scanner: Scanner) -> None:
    case = actors.submitted()
    document = add(case, HARMFUL)
    scanning.scan_waiting()
    client = Client()
    sign_in(client, actors.contact_of(case))
    html = client.get(reverse("casepage:case", args=[case.reference])).content.decode()
    assert "Schädlich – gelöscht" in html
    assert f"unterlagen/{document.pk}/" not in html


def test_harmful_file_is_refused_when_it_comes_again(scanner: Scanner) -> None:
    case = actors.submitted()
    add(case, HARMFUL)
    scanning.scan_waiting()
    with pytest.raises(documents.Refused) as refused:
        add(case, HARMFUL, "Kopie.pdf")
    assert not isinstance(refused.value, documents.Duplicate)
    assert "Kopie.pdf" in refused.value.message


def test_harmful_document_of_a_draft_is_shown_there_and_makes_room(client: Client, scanner: Scanner) -> None:
    begin(client)
    for number in range(4):
        add_to_draft(client, files.pdf(str(number)))
    draft = add_to_draft(client, HARMFUL, "Schlimm.pdf")
    assert scanning.scan_waiting() == 5
    html = client.get(reverse("intake:wishes")).content.decode()
    assert "Schädlich – gelöscht" in html
    assert OutboxMessage.objects.filter(kind="document_harmful").count() == 0
    add_to_draft(client, files.png(), "Plan.png")
    assert draft.documents.exclude(scan_state=S.INFECTED).count() == 5


def test_address_of_a_draft_is_told_of_a_harmful_document(client: Client, scanner: Scanner) -> None:
    begin(client)
    draft = add_to_draft(client, HARMFUL)
    RequestDraft.objects.filter(pk=draft.pk).update(email="wer@example.org")
    scanning.scan_waiting()
    assert [mail.to for mail in OutboxMessage.objects.filter(kind="document_harmful")] == [
        ["wer@example.org"]
    ]


def test_mail_about_a_draft_goes_with_the_draft(client: Client, scanner: Scanner) -> None:
    begin(client)
    draft = add_to_draft(client, HARMFUL)
    RequestDraft.objects.filter(pk=draft.pk).update(email="wer@example.org")
    scanning.scan_waiting()
    client.post("/anfrage/", {"discard": "1"})
    assert RequestDraft.objects.filter(pk=draft.pk).exists() is False
    assert OutboxMessage.objects.filter(kind="document_harmful").exists() is False


def test_harmful_document_keeps_no_file_and_every_other_one_has_its_own() -> None:
    document = add(actors.submitted())
    for wrong in ({"scan_state": S.INFECTED}, {"file": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Document.objects.filter(pk=document.pk).update(**wrong)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_tell_of_a_harmful_document_once(scanner: Scanner) -> None:
    case = actors.submitted()
    bad = [add(case, files.pdf(f"{number} {EICAR.decode()}")) for number in range(3)]
    good = add(case)
    actors.coordinator()
    barrier = threading.Barrier(2)

    def work(_: int) -> int:
        barrier.wait(10)
        try:
            return scanning.scan_waiting()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        settled = sum(pool.map(work, range(2)))
    assert settled == 4
    assert [state(document) for document in bad] == [(S.INFECTED, False)] * 3
    assert state(good) == (S.CLEAN, True)
    assert case.events.filter(kind=EventKind.DOCUMENT_HARMFUL).count() == 3
    assert OutboxMessage.objects.filter(kind="document_harmful").count() == 6


# --- A scanner that is away, or does not tell ---------------------------------------------------------


def test_scanner_that_is_away_loses_nothing_and_is_logged(no_scanner: None, folder: Path, caplog) -> None:
    document, other = add(actors.submitted()), add(actors.submitted())
    with caplog.at_level(logging.WARNING):
        assert scanning.scan_waiting() == 0
    assert "The virus scanner does not answer" in caplog.text
    assert state(document) == (S.PENDING, True)
    with scanners.scanner(folder):
        assert scanning.scan_waiting() == 2
    assert (state(document), state(other)) == ((S.CLEAN, True), (S.CLEAN, True))


@pytest.mark.parametrize("said", [b"", b"stream: INSTREAM size limit exceeded. ERROR\n", b"nonsense\n"])
def test_answer_that_is_none_keeps_the_document_waiting_and_no_other(scanner: Scanner, said: bytes) -> None:
    case = actors.submitted()
    strange, good = add(case, files.pdf("strange")), add(case, files.pdf("good"))
    scanner.marked[b"strange"] = said
    assert scanning.scan_waiting() == 1
    assert (state(strange), state(good)) == ((S.PENDING, True), (S.CLEAN, True))
    late = add(case, files.pdf("late"))
    assert list(documents.waiting_for_scan()) == [late, strange]
    scanner.marked.clear()
    assert scanning.scan_waiting() == 2


def test_document_that_was_removed_or_settled_meanwhile_is_left_alone(scanner: Scanner) -> None:
    case = actors.submitted()
    document = add(case, HARMFUL)
    stale = Document.objects.get(pk=document.pk)
    scanning.scan_waiting()
    events = case.events.count()
    with pytest.raises(workflow.InvalidTransition):
        workflow.condemn_document(stale)
    assert documents.release(stale) is False
    assert (state(document), case.events.count()) == ((S.INFECTED, False), events)


def test_document_that_went_with_its_request_meanwhile_is_condemned_there(
    client: Client, scanner: Scanner
) -> None:
    fill(client, answers())
    stale = add_to_draft(client, HARMFUL).documents.get()
    client.post(reverse("intake:check"))
    workflow.condemn_document(stale)
    case = Case.objects.latest("pk")
    assert case.documents.get().is_harmful
    assert case.events.filter(kind=EventKind.DOCUMENT_HARMFUL).count() == 1


def test_what_waits_is_handed_out_once_the_scanner_is_taken_away(scanner: Scanner, settings) -> None:
    document = add(actors.submitted())
    settings.CLAMD_URL = ""
    assert scanning.scan_waiting() == 1
    assert (state(document), scanner.asked) == ((S.CLEAN, True), [])


def test_readiness_tells_of_a_scanner_that_is_behind(client: Client, scanner: Scanner, settings) -> None:
    def told() -> str | None:
        return client.get(reverse("ops:ready")).json().get("scanner")

    document = add(actors.submitted())
    assert told() == "ok"
    long_ago = timezone.now() - dt.timedelta(minutes=16)
    Document.objects.filter(pk=document.pk).update(uploaded_at=long_ago)
    assert told() == "behind"
    settings.CLAMD_URL = ""
    assert told() is None


@pytest.mark.parametrize("url", ["", "tcp://clamav:3310", "tcp://127.0.0.1:3310", "unix:///run/clamd.ctl"])
def test_address_of_the_scanner_is_taken(url: str) -> None:
    assert clamd_address(url) == url


@pytest.mark.parametrize("url", ["clamav:3310", "tcp://clamav", "http://clamav:3310", "unix://run/clamd.ctl"])
def test_wrong_address_of_the_scanner_stops_the_start_with_a_sentence(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="Set CLAMD_URL to the ClamAV daemon, tcp://host:3310 or"):
        clamd_address(url)


def test_worker_looks_every_minute() -> None:
    (job,) = [job for job in JOBS if job.run == scanning.scan_waiting]
    assert (job.every, job.limit) == (dt.timedelta(minutes=1), dt.timedelta(minutes=10))


# --- The real one -------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.clamav
@pytest.mark.django_db(transaction=True)
def test_clamav_finds_the_test_string_wherever_it_hides(folder: Path, settings) -> None:
    if clamd.find() is None:
        pytest.fail(clamd.MISSING)
    with clamd.daemon(folder, scanners.SIGNATURE) as settings.CLAMD_URL:
        case = actors.submitted()
        large = b"%PDF-1.7\n" + bytes(10 * 1024 * 1024 - 100) + b"\n%%EOF\n"
        sent = {
            "clean.pdf": (files.pdf(), S.CLEAN),
            "clean.docx": (files.docx(), S.CLEAN),
            "large.pdf": (large, S.CLEAN),
            "harmful.pdf": (HARMFUL, S.INFECTED),
            "harmful.docx": (files.docx(**{"word/media/a.bin": EICAR}), S.INFECTED),
            "harmful.odt": (files.odf("text", **{"Pictures/a.bin": EICAR}), S.INFECTED),
            "large and harmful.pdf": (large[:-8] + EICAR + b"\n%%EOF\n", S.INFECTED),
        }
        kept = {name: add(case, content, name) for name, (content, _state) in sent.items()}
        assert scanning.scan_waiting() == len(sent)
    assert {name: state(document)[0] for name, document in kept.items()} == {
        name: expected for name, (_content, expected) in sent.items()
    }
    assert len(files.on_disk()) >= 3
    assert case.events.filter(kind=EventKind.DOCUMENT_HARMFUL).count() == 4
