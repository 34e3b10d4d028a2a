"""Documents that come to a case after the request."""

from __future__ import annotations

from django.core.files.uploadedfile import UploadedFile

from miglobe.accounts.models import User
from requests_app import documents
from requests_app.models import Case, Document
from requests_app.workflow.engine import step


def add_document(case: Case, actor: User, upload: UploadedFile) -> Document:
    """Keep an uploaded file with the case; the coordination and the case's advisors may read it.

    Raises ``documents.Refused`` when the file is not taken, besides what every action raises. The file
    is read and written before the case is locked, so that a large one keeps nobody waiting.
    """
    checked = documents.check(upload)
    with documents.stored(checked) as file, step("add_document", case, actor) as now:
        document = documents.add(file, case=now.case, by=actor)
        # No name: it may say more than the record of a case needs to keep.
        now.data["document"] = document.pk
    return document
