"""Which files are taken, what of them is stored, under which names, and how they are handed out."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator

import pytest
from django.conf import settings as portal_settings
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.http import Http404
from django.test import RequestFactory
from django.utils import timezone
from django.utils.translation import gettext

from miglobe.ops.jobs import JOBS
from requests_app import documents, filetypes, workflow
from requests_app.filetypes import Problem, Unfit, recognise
from requests_app.models import CaseStatus, Document, DocumentType, Event, EventKind, RequestDraft
from tests import actors
from tests.actors import World
from tests.requests_app import files

T, P = DocumentType, Problem
HTML = b"<!DOCTYPE html><script>alert(1)</script>"


@pytest.fixture(autouse=True)
def own_folder(tmp_path, settings) -> None:
    default = settings.STORAGES["default"] | {"OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = settings.STORAGES | {"default": default}


# --- By content -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (files.pdf(), T.PDF),
        (files.docx(), T.DOCX),
        (files.xlsx(), T.XLSX),
        (files.odf("text"), T.ODT),
        (files.odf("spreadsheet"), T.ODS),
        (files.jpeg(), T.JPEG),
        (files.png(), T.PNG),
    ],
)
def test_every_type_is_told_by_its_content_and_kept_as_it_is(content: bytes, kind: DocumentType) -> None:
    assert recognise(content) == (kind, content)


BOMB = files.docx(**{"word/media/a.xml": bytes(filetypes.MAX_UNPACKED)})
LYING = files.docx().replace(b"word/document.xml", b"../../../etc/x.xm")
LOCKED_ENTRY = bytearray(files.docx())
LOCKED_ENTRY[LOCKED_ENTRY.index(b"PK\x01\x02") + 8] |= 1
HOSTILE = {
    "page of HTML": (HTML, P.UNKNOWN),
    "HTML after the first bytes of a PDF": (b"%PDF-1.7\n" + HTML, P.BROKEN),
    "HTML after a whole PDF": (files.pdf() + HTML * 50, P.BROKEN),
    "PDF after HTML": (HTML + files.pdf(), P.UNKNOWN),
    "PDF without a version": (b"%PDF-x\n%%EOF", P.BROKEN),
    "SVG": (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', P.UNKNOWN),
    "SVG with an XML head": (b'<?xml version="1.0"?><svg/>', P.UNKNOWN),
    "shell script": (b"#!/bin/sh\nrm -rf /\n", P.UNKNOWN),
    "program for Windows": (b"MZ\x90\0" + bytes(100), P.UNKNOWN),
    "program for Linux": (b"\x7fELF" + bytes(100), P.UNKNOWN),
    "GIF with a script in it": (b"GIF89a/*<script>*/", P.UNKNOWN),
    "text": (b"Nur Text", P.UNKNOWN),
    "archive of anything": (files.archive({"index.html": HTML}), P.UNKNOWN),
    "archive with word/ alone": (files.archive({"word/document.xml": "<w/>"}), P.UNKNOWN),
    "content types without a document": (files.archive({"[Content_Types].xml": "<Types/>"}), P.UNKNOWN),
    "Java archive": (files.archive({"META-INF/MANIFEST.MF": "x", "A.class": b"\xca\xfe"}), P.UNKNOWN),
    "e-book": (files.archive({"mimetype": "application/epub+zip"}, first_stored=True), P.UNKNOWN),
    "archive cut off": (files.docx()[:-30], P.BROKEN),
    "path out of the archive": (LYING, P.BROKEN),
    "backslashes in the archive": (files.docx(**{"..\\x.xml": "x"}), P.BROKEN),
    "zip bomb in a DOCX": (BOMB, P.BOMB),
    "too many entries": (files.docx(**{f"word/{n}.xml": "" for n in range(5000)}), P.BOMB),
    "DOCX with macros": (files.docx(**{"word/vbaProject.bin": b"x"}), P.MACROS),
    "DOCX with macros in capitals": (files.docx(**{"WORD/VBAPROJECT.BIN": b"x"}), P.MACROS),
    "DOCM by its content types": (
        files.docx(**{"[Content_Types].xml": "application/vnd.ms-word.document.macroEnabled.main+xml"}),
        P.MACROS,
    ),
    "ODT with macros": (files.odf("text", **{"Basic/Standard/script-lb.xml": "x"}), P.MACROS),
    "ODT with a password": (files.odf("text", "<manifest:encryption-data/>"), P.LOCKED),
    "DOCX with an encrypted entry": (bytes(LOCKED_ENTRY), P.LOCKED),
    "old Word, or DOCX with a password": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), P.OLD_OFFICE),
    "JPEG of three bytes": (b"\xff\xd8\xff", P.BROKEN),
    "script after the first bytes of a JPEG": (b"\xff\xd8\xff" + HTML, P.BROKEN),
    "JPEG cut off": (files.jpeg()[:-8], P.BROKEN),
    "JPEG without a picture": (b"\xff\xd8\xff\xe0\x00\x04ab\xff\xd9", P.BROKEN),
    "JPEG with a length beyond its end": (b"\xff\xd8\xff\xe0\xff\xffab", P.BROKEN),
    "script after the first bytes of a PNG": (b"\x89PNG\r\n\x1a\n" + HTML, P.BROKEN),
    "PNG with a wrong sum": (files.png().replace(b"IDAT", b"IDAT", 1)[:-2] + b"xx", P.BROKEN),
    "PNG without a picture": (b"\x89PNG\r\n\x1a\n" + files.chunk(b"IEND"), P.BROKEN),
}


@pytest.mark.parametrize(("content", "problem"), HOSTILE.values(), ids=list(HOSTILE))
def test_hostile_file_is_refused_with_its_reason(content: bytes, problem: Problem) -> None:
    with pytest.raises(Unfit) as refused:
        recognise(content)
    assert refused.value.problem == problem


@pytest.mark.parametrize("start", [files.pdf(), files.docx(), files.odf("text"), files.jpeg(), files.png()])
def test_no_file_cut_off_or_changed_at_any_place_is_an_error_of_ours(start: bytes) -> None:
    for place in range(len(start)):
        for broken in (start[:place], start[:place] + b"\xff" + start[place + 1 :]):
            try:
                recognise(broken)
            except Unfit:
                continue


# --- Pictures ---------------------------------------------------------------------------------------


def test_place_camera_and_comments_are_removed_from_a_jpeg_and_its_colours_kept() -> None:
    hidden = [
        files.exif(),
        files.segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + files.GPS),
        files.segment(0xED, b"Photoshop 3.0\0" + files.CAMERA),
        files.segment(0xFE, files.GPS),
        files.segment(0xE2, b"MPF\0" + files.GPS),
        files.segment(0xE5, files.CAMERA),
    ]
    kind, kept = recognise(files.jpeg(*hidden, files.ICC, after=HTML + files.pdf()))
    assert (kind, kept) == (T.JPEG, files.jpeg(files.ICC))


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("turn", [3, 6, 8])
def test_jpeg_keeps_how_the_camera_was_held_and_nothing_else(turn: int, order: str) -> None:
    _kind, kept = recognise(files.jpeg(files.exif(turn, order)))
    assert files.GPS not in kept
    assert files.CAMERA not in kept
    only_turn = files.segment(0xE1, filetypes._turn_alone(files.exif(turn, order)[4:])[4:])
    assert kept == files.jpeg(only_turn)
    assert recognise(kept) == (T.JPEG, kept)


@pytest.mark.parametrize("kind", [b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME", b"prVt"])
def test_texts_place_and_unknown_chunks_are_removed_from_a_png(kind: bytes) -> None:
    colours = files.chunk(b"iCCP", b"profile\0\0x")
    dirty = files.png(files.chunk(kind, files.GPS), colours, after=HTML)
    assert recognise(dirty) == (T.PNG, files.png(colours))


# --- Names, sizes, sentences ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("Konzept.pdf", "Konzept.pdf"),
        ("KONZEPT.PDF", "KONZEPT.PDF"),
        ("Leitbild Köln – Entwurf (2).pdf", "Leitbild Köln – Entwurf (2).pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\wellmann\\Konzept.pdf", "Konzept.pdf"),
        ("Kon\x00zept\r\nX-Header: 1.pdf", "Kon zept X-Header: 1.pdf"),
        ("rechnung\u202efdp.exe", "rechnung fdp.exe.pdf"),
        ("Konzept.html", "Konzept.html.pdf"),
        ("Konzept", "Konzept.pdf"),
        (".htaccess", "htaccess.pdf"),
        ("a" * 300 + ".pdf", "a" * 196 + ".pdf"),
        ("a" * 300, "a" * 196 + ".pdf"),
    ],
)
def test_name_is_kept_for_people_and_ends_as_its_content_is(given: str, name: str) -> None:
    assert documents.clean_name(given, T.PDF) == name


def test_empty_name_becomes_a_word() -> None:
    assert documents.clean_name("../", T.PDF) == gettext("Document") + ".pdf"


def refusal(content: bytes, name: str = "Konzept.pdf") -> str:
    with pytest.raises(documents.Refused) as refused:
        documents.check(files.upload(content, name))
    return refused.value.message


def test_file_of_no_bytes_is_refused() -> None:
    sentence = gettext("The file “%(name)s” is empty. Check it and choose it again.")
    assert refusal(b"") == sentence % {"name": "Konzept.pdf"}


def test_file_of_more_than_10_megabytes_is_refused_and_one_of_10_is_taken() -> None:
    largest = b"%PDF-1.7\n" + bytes(portal_settings.DOCUMENT_MAX_BYTES - 15) + b"%%EOF\n"
    assert len(documents.check(files.upload(largest)).content) == 10 * 1024 * 1024
    sentence = gettext("The file “%(name)s” is larger than %(limit)s MB. Make it smaller or divide it.")
    assert refusal(largest + b" ") == sentence % {"name": "Konzept.pdf", "limit": 10}


@pytest.mark.parametrize("problem", Problem)
def test_every_reason_has_a_sentence_that_names_the_file(problem: Problem, monkeypatch) -> None:
    def refuse(content: bytes) -> None:
        raise Unfit(problem)

    monkeypatch.setattr(documents, "recognise", refuse)
    assert "<b>100 %.pdf" in refusal(b"x", "<b>100 %.pdf")


def test_long_name_is_shortened_in_a_sentence() -> None:
    assert len(refusal(b"", "a" * 300 + ".pdf")) < 150


# --- Storing ----------------------------------------------------------------------------------------


def keep(content: bytes, name: str = "Konzept.pdf", **owner) -> Document:
    with documents.stored(documents.check(files.upload(content, name))) as file, transaction.atomic():
        return documents.add(file, **owner)


@pytest.fixture
def draft(db) -> RequestDraft:
    return RequestDraft.objects.create()


def test_stored_file_has_a_random_name_without_an_ending(draft: RequestDraft) -> None:
    document = keep(files.jpeg(files.exif()), "Rathaus.jpg", draft=draft)
    assert files.on_disk() == {document.file.name.removeprefix("documents/")}
    assert "Rathaus" not in document.file.name
    assert "." not in document.file.name
    assert document.file.open().read() == files.jpeg()
    assert (document.size, document.name) == (len(files.jpeg()), "Rathaus.jpg")


def test_same_content_is_kept_once_under_whatever_name(draft: RequestDraft) -> None:
    keep(files.pdf(), draft=draft)
    with pytest.raises(documents.Duplicate):
        keep(files.pdf(), "Anderer Name.pdf", draft=draft)
    assert len(files.on_disk()) == 1
    keep(files.pdf(), draft=RequestDraft.objects.create())  # somebody else's


def test_sixth_file_of_a_draft_is_refused(draft: RequestDraft) -> None:
    for number in range(5):
        keep(files.pdf(str(number)), draft=draft)
    with pytest.raises(documents.Refused, match="5"):
        keep(files.pdf("6"), draft=draft)
    assert len(files.on_disk()) == draft.documents.count() == 5


def test_document_belongs_to_exactly_one_of_case_and_draft(draft: RequestDraft) -> None:
    case = actors.submitted()
    document = keep(files.pdf(), draft=draft)
    for owners in ({"case": case}, {"draft": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Document.objects.filter(pk=document.pk).update(**owners)


@pytest.mark.django_db(transaction=True)
def test_transaction_that_is_rolled_back_leaves_no_file() -> None:
    draft = RequestDraft.objects.create()
    checked = documents.check(files.upload(files.pdf()))
    with pytest.raises(RuntimeError), documents.stored(checked) as file, transaction.atomic():
        documents.add(file, draft=draft)
        assert len(files.on_disk()) == 1
        raise RuntimeError
    assert (files.on_disk(), Document.objects.count()) == (set(), 0)


@pytest.mark.django_db(transaction=True)
def test_deleting_in_bulk_or_by_cascade_deletes_the_files() -> None:
    first, second = RequestDraft.objects.create(), RequestDraft.objects.create()
    for draft in (first, second):
        keep(files.pdf(), draft=draft)
        keep(files.png(), "x.png", draft=draft)
    Document.objects.filter(draft=first).delete()
    assert len(files.on_disk()) == 2
    RequestDraft.objects.all().delete()
    assert files.on_disk() == set()


@pytest.mark.django_db(transaction=True)
def test_deletion_that_is_rolled_back_loses_no_file() -> None:
    document = keep(files.pdf(), draft=RequestDraft.objects.create())
    with pytest.raises(RuntimeError), transaction.atomic():
        document.delete()
        raise RuntimeError
    assert Document.objects.get().file.open().read() == files.pdf()


def test_file_that_a_crash_left_behind_is_swept_up_after_a_day(draft: RequestDraft) -> None:
    known = keep(files.pdf(), draft=draft)
    paths = [default_storage.path(known.file.name)]
    for name in ("old", "young"):
        paths.append(default_storage.path(f"documents/{name}"))
        with open(paths[-1], "wb") as orphan:
            orphan.write(b"x")
    yesterday = (timezone.now() - dt.timedelta(days=1, minutes=1)).timestamp()
    for path in paths[:2]:
        os.utime(path, (yesterday, yesterday))
    assert documents.delete_orphans() == 1
    assert files.on_disk() == {known.file.name.removeprefix("documents/"), "young"}
    assert documents.delete_orphans in [job.run for job in JOBS]


# --- With a case ------------------------------------------------------------------------------------


def test_document_added_to_a_case_is_its_own_with_an_event(db) -> None:
    world = World()
    case = world.case(CaseStatus.IN_DIALOGUE)
    contact = actors.contact_of(case)
    document = workflow.add_document(case, contact, files.upload(files.pdf()))
    event = Event.objects.filter(case=case).latest("pk")
    assert (document.case, document.draft, document.uploaded_by) == (case, None, contact)
    assert (event.kind, event.data) == (EventKind.DOCUMENT_ADDED, {"document": document.pk})


def test_file_of_a_refused_action_is_gone(db) -> None:
    world = World()
    case = world.case(CaseStatus.WITHDRAWN)
    with pytest.raises(workflow.InvalidTransition):
        workflow.add_document(case, actors.contact_of(case), files.upload(files.pdf()))
    with pytest.raises(workflow.NotAllowed):
        workflow.add_document(case, world.other_contact, files.upload(files.pdf()))
    assert files.on_disk() == set()


def test_documents_of_the_draft_move_with_the_request(draft: RequestDraft) -> None:
    document = keep(files.pdf(), draft=draft)
    before = files.on_disk()
    case = workflow.submit_request(draft.key, actors.request(), documents=draft.documents.all())
    assert list(case.documents.all()) == [document]
    assert draft.documents.count() == 0
    assert files.on_disk() == before


# --- Handing out ------------------------------------------------------------------------------------


@pytest.fixture
def handed_out(draft: RequestDraft) -> Iterator[dict[str, str]]:
    response = documents.download(
        RequestFactory().get("/"), keep(files.pdf(), "Köln „neu“;\u00a0x=1.pdf", draft=draft)
    )
    yield dict(response.headers)
    response.close()


def test_file_is_handed_out_to_be_saved_never_to_be_shown(handed_out: dict[str, str]) -> None:
    assert handed_out["Content-Disposition"] == (
        "attachment; filename*=utf-8''K%C3%B6ln%20%E2%80%9Eneu%E2%80%9C%3B%20x%3D1.pdf"
    )
    assert handed_out["Content-Type"] == "application/pdf"
    assert handed_out["X-Content-Type-Options"] == "nosniff"
    assert handed_out["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert handed_out["Cache-Control"] == "private, no-store"


def test_missing_file_is_not_found(draft: RequestDraft) -> None:
    document = keep(files.pdf(), draft=draft)
    default_storage.delete(document.file.name)
    with pytest.raises(Http404):
        documents.download(RequestFactory().get("/"), document)
