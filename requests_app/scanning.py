"""The look for viruses: the worker hands every waiting document to a ClamAV daemon (``CLAMD_URL``).

A document leaves the waiting list by a clear answer alone. When the daemon is away, slow or cannot tell,
the document waits on, and nothing is lost.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import BinaryIO, cast
from urllib.parse import urlsplit

from clamav_client.clamd import ClamdError, ClamdNetworkSocket, ClamdUnixSocket
from django.conf import settings
from django.utils import timezone

from requests_app import documents, workflow
from requests_app.models import Document, ScanState

logger = logging.getLogger(__name__)

TIMEOUT = 30  # seconds that the daemon may be silent
RUN = timedelta(minutes=2)  # then the worker looks after other things, mails for example
BEHIND = timedelta(minutes=15)  # a document that waits longer is worth a look by the operators


def scan_waiting() -> int:
    """Have the waiting documents looked at; returns how many were settled.

    Two workers may do so at once: the first answer counts. Without a scanner in the settings, what still
    waits is handed out as it was before there was one.
    """
    started, settled = timezone.now(), 0
    for document in documents.waiting_for_scan():
        if timezone.now() - started > RUN:
            break
        is_harmful = _look_at(document) if settings.CLAMD_URL else False
        if is_harmful is not None:
            settled += _settle(document, is_harmful)
        elif not _answers():
            logger.warning("The virus scanner does not answer; documents wait, the next run tries again")
            break
    return settled


def is_behind() -> bool:
    """Whether a document has been waiting for the scanner for longer than a quarter of an hour."""
    before = timezone.now() - BEHIND
    return Document.objects.filter(scan_state=ScanState.PENDING, uploaded_at__lt=before).exists()


def _daemon() -> ClamdNetworkSocket:
    address = urlsplit(settings.CLAMD_URL)
    if address.scheme == "unix":
        return ClamdUnixSocket(address.path, timeout=TIMEOUT)
    return ClamdNetworkSocket(str(address.hostname), address.port or 3310, timeout=TIMEOUT)


def _answers() -> bool:
    try:
        return _daemon().ping() == "PONG"
    except (ClamdError, OSError):
        return False


def _look_at(document: Document) -> bool | None:
    """Whether the document is harmful; None when the daemon did not tell."""
    try:
        with document.file.open("rb") as content:
            answers = list(_daemon().instream(cast(BinaryIO, content)).values())
    except FileNotFoundError:
        logger.error("The file of document %s is missing", document.pk)
        answers = []
    except (ClamdError, OSError) as error:
        logger.warning("Document %s could not be looked at: %s", document.pk, type(error).__name__)
        answers = []
    status, signature = answers[0] if answers else ("", None)
    if status == "FOUND":
        logger.warning("Document %s is harmful: %s", document.pk, signature)
    elif status != "OK":
        # To the end of the list, so that one file cannot keep the others waiting.
        Document.objects.filter(pk=document.pk).update(scanned_at=timezone.now())
        return None
    return status == "FOUND"


def _settle(document: Document, is_harmful: bool) -> bool:
    """Write the answer down; False when the document was removed or settled meanwhile."""
    if not is_harmful:
        return documents.release(document)
    try:
        workflow.condemn_document(document)
    except workflow.InvalidTransition:
        return False
    return True
