"""Documents: which files are taken, how they are stored, how they are handed out.

A file is written before its row: when the row cannot be stored, the file is taken away again. It is
deleted after its row (``models.document``). What a crash leaves in between is swept up by the worker.

Where a virus scanner is in use (``settings.CLAMD_URL``), nobody gets a file before the worker has had it
looked at (``requests_app.scanning``).
"""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from hashlib import sha256
from pathlib import PurePosixPath

from django.conf import settings
from django.contrib import messages
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F, QuerySet
from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from miglobe.accounts.models import User
from requests_app.filetypes import Problem, Unfit, recognise
from requests_app.models import Case, Document, DocumentType, MessageDraft, RequestDraft, ScanState
from requests_app.models.document import FOLDER, random_path

logger = logging.getLogger(__name__)

MAX_FILES = 5  # of a draft of a request or a message, and in one sending on the case page
MAX_FILES_OF_CASE = 25
MAX_NAME = 200
ORPHAN_AGE = timedelta(days=1)
# What the browser offers in its file picker. Everything is checked by content nevertheless.
ACCEPT = ",".join([*(ending for kind in DocumentType for ending in kind.extensions), *DocumentType.values])

_DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)\s*(\.|$)", re.IGNORECASE)

_SENTENCES: dict[Problem, str | Promise] = {
    Problem.UNKNOWN: gettext_lazy(
        "The file “%(name)s” is of a type that we cannot take. "
        "Save it as PDF, DOCX, ODT, XLSX, ODS, JPG or PNG."
    ),
    Problem.OLD_OFFICE: gettext_lazy(
        "The file “%(name)s” is in an old Office format or protected by a password. "
        "Save it without a password as PDF, DOCX or XLSX."
    ),
    Problem.BROKEN: gettext_lazy(
        "The file “%(name)s” is damaged or incomplete. Open it, save it anew and choose it again."
    ),
    Problem.MACROS: gettext_lazy(
        "The file “%(name)s” contains macros. Save it without macros, for example as PDF."
    ),
    Problem.LOCKED: gettext_lazy(
        "The file “%(name)s” is protected by a password. Save it without a password."
    ),
    Problem.BOMB: gettext_lazy(
        "The file “%(name)s” is too large when unpacked. Save it as PDF or divide it."
    ),
}
_HARMFUL = gettext_lazy(
    "The file “%(name)s” is harmful: our check for viruses has found something in it. We do not keep it. "
    "Please tell your IT department."
)


class Refused(Exception):
    """A file is not taken. ``message`` is a sentence for the person, with the file's name in it."""

    def __init__(self, message: str | Promise, name: str, **values: object) -> None:
        shown = Truncator(name).chars(60)
        self.message = str(message) % {"name": shown, **values}
        super().__init__(self.message)


class Duplicate(Refused):
    """The same content is there already, under whatever name; nothing is lost."""


# --- Checking -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Checked:
    """A file that may be stored, with the name that people will see."""

    name: str
    content_type: DocumentType
    content: bytes


def check(upload: UploadedFile) -> Checked:
    """Read an uploaded file and decide by its content whether it is taken. Raises ``Refused``."""
    typed = clean_name(upload.name or "")
    if (upload.size or 0) > settings.DOCUMENT_MAX_BYTES:
        limit = settings.DOCUMENT_MAX_BYTES // 1024**2
        raise Refused(
            _("The file “%(name)s” is larger than %(limit)s MB. Make it smaller or divide it."),
            typed,
            limit=limit,
        )
    upload.seek(0)
    content = upload.read()
    if not content:
        raise Refused(_("The file “%(name)s” is empty. Check it and choose it again."), typed)
    try:
        kind, kept = recognise(content)
    except Unfit as unfit:
        raise Refused(_SENTENCES[unfit.problem], typed) from unfit
    return Checked(clean_name(upload.name or "", kind), kind, kept)


def clean_name(name: str, kind: DocumentType | None = None) -> str:
    """The name as given, without folders and without characters that one cannot see.

    A name that Windows keeps for a device (CON, LPT1) gets a stroke before it.

    With ``kind`` it ends as files of this type do, so that nobody's computer takes it for another. At
    most 200 characters; a name that is empty then becomes "Document".
    """
    name = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    name = "".join(c if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn") else " " for c in name)
    name = " ".join(name.split()).lstrip(". ")
    if _DEVICE.match(name):
        name = f"_{name}"
    ending = PurePosixPath(name).suffix if name else ""
    if kind and ending.lower() not in kind.extensions:
        ending = kind.extensions[0]
        name = (name.rstrip(". ") or _("Document")) + ending
    if len(name) > MAX_NAME:
        ending = ending[:20]
        name = name[: MAX_NAME - len(ending)].rstrip(". ") + ending
    return name or _("Document")


# --- Storing --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Stored:
    """A checked file at its place in the storage, as yet without a row."""

    checked: Checked
    path: str


@contextmanager
def stored(checked: Checked) -> Iterator[Stored]:
    """Write the file; it is taken away again when what follows fails. Open the transaction inside."""
    path = default_storage.save(random_path(), ContentFile(checked.content))
    try:
        yield Stored(checked, path)
    except BaseException:
        default_storage.delete(path)
        raise


def add(
    file: Stored,
    *,
    case: Case | None = None,
    draft: RequestDraft | None = None,
    message_draft: MessageDraft | None = None,
    by: User | None = None,
) -> Document:
    """Make the row of a stored file, in the transaction that holds the lock of what it belongs to.

    Raises ``Duplicate``, and ``Refused`` when there are too many already. What came with the messages of
    a case does not count: whoever adds a file to the case need not be able to read them.
    """
    checked = file.checked
    digest = sha256(checked.content).hexdigest()
    siblings = Document.objects.filter(case=case, draft=draft, message_draft=message_draft, message=None)
    known = siblings.filter(sha256=digest).first()
    if known and known.is_harmful:
        raise Refused(_HARMFUL, checked.name)
    if known:
        raise Duplicate(_("You have uploaded the file “%(name)s” already. We keep it once."), checked.name)
    limit = MAX_FILES_OF_CASE if case else MAX_FILES
    if siblings.exclude(scan_state=ScanState.INFECTED).count() >= limit:
        raise too_many(checked.name, limit)
    return Document.objects.create(
        case=case,
        draft=draft,
        message_draft=message_draft,
        name=checked.name,
        content_type=checked.content_type,
        size=len(checked.content),
        sha256=digest,
        file=file.path,
        uploaded_by=by,
        uploaded_at=timezone.now(),
        scan_state=ScanState.PENDING if settings.CLAMD_URL else ScanState.CLEAN,
    )


def too_many(name: str, limit: int = MAX_FILES) -> Refused:
    return Refused(
        _("The file “%(name)s” is not kept: at most %(limit)s files are possible."), name, limit=limit
    )


@dataclass
class Outcome:
    """What became of several files that were sent at once: sentences, and how many are kept."""

    kept: int = 0
    refused: list[str] = field(default_factory=list)
    known: list[str] = field(default_factory=list)

    def tell(self, request: HttpRequest) -> None:
        """Tell the person how many are kept, and which were there already."""
        if self.kept:
            text = ngettext(
                "The document is with the case.", "%(count)s documents are with the case.", self.kept
            )
            messages.success(request, text % {"count": self.kept})
        for sentence in self.known:
            messages.info(request, sentence)


def add_each(uploads: Iterable[UploadedFile], add_one: Callable[[UploadedFile], object]) -> Outcome:
    """Call ``add_one`` for each of at most five files; one that is refused does not hinder the others."""
    outcome = Outcome()
    for number, upload in enumerate(uploads):
        try:
            if number >= MAX_FILES:
                raise too_many(clean_name(upload.name or ""))
            add_one(upload)
        except Duplicate as duplicate:
            outcome.known.append(duplicate.message)
        except Refused as refused:
            outcome.refused.append(refused.message)
        else:
            outcome.kept += 1
    return outcome


def delete_orphans() -> int:
    """Delete files that no row knows of, a day after they were written. Returns how many there were."""
    if not default_storage.exists(FOLDER):
        return 0
    before = timezone.now() - ORPHAN_AGE
    paths = [f"{FOLDER}/{name}" for name in default_storage.listdir(FOLDER)[1]]
    old = [path for path in paths if default_storage.get_modified_time(path) < before]
    known = set(Document.objects.values_list("file", flat=True)) if old else set()
    orphans = [path for path in old if path not in known]
    for path in orphans:
        default_storage.delete(path)
    return len(orphans)


# --- What the virus scanner says ------------------------------------------------------------------


def waiting_for_scan() -> QuerySet[Document]:
    """Documents that nobody gets yet: never tried first, then those that were tried longest ago."""
    waiting = Document.objects.filter(scan_state=ScanState.PENDING)
    return waiting.order_by(F("scanned_at").asc(nulls_first=True), "uploaded_at", "pk")


def release(document: Document) -> bool:
    """Hand the document out from now on; whether it was still waiting."""
    waiting = Document.objects.filter(pk=document.pk, scan_state=ScanState.PENDING)
    return bool(waiting.update(scan_state=ScanState.CLEAN, scanned_at=timezone.now()))


def condemn(document: Document) -> None:
    """Delete the file and keep the row, in the caller's transaction (``workflow.condemn_document``)."""
    storage, path = document.file.storage, str(document.file.name)
    document.scan_state, document.scanned_at = ScanState.INFECTED, timezone.now()
    document.file = ""
    document.save(update_fields=["scan_state", "scanned_at", "file"])
    transaction.on_commit(partial(storage.delete, path), robust=True)


# --- Handing out ----------------------------------------------------------------------------------


def download(request: HttpRequest, document: Document) -> HttpResponseBase:
    """The file to be saved, never to be shown in the browser. Who may have it was asked before.

    One that was not looked at yet, or is harmful, is answered with a sentence (409). Raises ``Http404``
    when the file itself is missing.
    """
    if document.scan_state != ScanState.CLEAN:
        return render(request, "components/case/document_held.html", {"document": document}, status=409)
    try:
        content = document.file.open("rb")
    except FileNotFoundError as error:
        logger.error("The file of document %s is missing", document.pk)
        raise Http404 from error
    response = FileResponse(
        content, as_attachment=True, filename=document.name, content_type=document.content_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response
