"""Documents that come to a case after the request, and those that turn out to be harmful."""

from __future__ import annotations

from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from miglobe.accounts.models import User
from requests_app import access, documents, notifications
from requests_app.models import Case, Document, MessageDraft, RequestDraft, ScanState
from requests_app.workflow.engine import InvalidTransition, step


def add_document(case: Case, actor: User, upload: UploadedFile) -> Document:
    """Keep an uploaded file with the case; the coordination and the case's advisors may read it.

    A contact person adds it, or the coordination for the municipality: it came by mail, say.
    Raises ``documents.Refused`` when the file is not taken, besides what every action raises. The file
    is read and written before the case is locked, so that a large one keeps nobody waiting.
    """
    key = "add_document_for" if access.is_coordinator(actor) else "add_document"
    checked = documents.check(upload)
    with documents.stored(checked) as file, step(key, case, actor) as now:
        document = documents.add(file, case=now.case, by=actor)
        # No name: it may say more than the record of a case needs to keep.
        now.data["document"] = document.pk
    return document


@transaction.atomic
def condemn_document(document: Document) -> None:
    """Delete the file of a document that the scanner found harmful; its row stays and says so.

    The municipality and the coordination are told, of a message's file its author. What came with a draft
    is shown there, and told to the address that the draft has, if any. Raises ``InvalidTransition`` when the
    document has been removed or settled meanwhile.
    """
    # Whoever sends the draft waits for us, or we find the document with its case.
    draft = _locked_draft(document.draft_id)
    if document.message_draft_id:
        list(MessageDraft.objects.select_for_update().filter(pk=document.message_draft_id))
    waiting = Document.objects.filter(pk=document.pk, scan_state=ScanState.PENDING)
    found = waiting.select_for_update(of=("self",)).select_related("case", "message").first()
    if found is None:
        raise InvalidTransition
    if found.case is None:
        documents.condemn(found)
        if draft and draft.email:
            notifications.document_of_draft_harmful(draft)
        return
    with step("condemn_document", found.case, None) as now:
        documents.condemn(found)
        now.data["document"] = found.pk
        if found.message:
            now.data["audience"] = found.message.audience
        notifications.document_harmful(now.case, found.message)


def _locked_draft(key: UUID | None) -> RequestDraft | None:
    return RequestDraft.objects.select_for_update().filter(pk=key).first() if key else None
