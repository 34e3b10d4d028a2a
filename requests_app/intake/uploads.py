"""Files that come with a page of the form: kept with the draft at once, whatever else is on the page."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from requests_app import documents
from requests_app.intake import drafts
from requests_app.models import RequestDraft

FIELD = "documents"
ANCHOR = f"#div_id_{FIELD}"


def receive(request: HttpRequest, draft: RequestDraft) -> list[str]:
    """Keep the files that were sent; returns a sentence for each that is not taken.

    Raises ``drafts.Sent`` when the draft has become a case meanwhile.
    """
    outcome = documents.add_each(request.FILES.getlist(FIELD), partial(drafts.add_document, draft))
    for sentence in outcome.known:
        messages.info(request, sentence)
    return outcome.refused


def remove(request: HttpRequest, draft: RequestDraft) -> bool:
    """Remove the file whose button was pressed; whether one was pressed at all.

    Raises ``drafts.Sent`` when the draft has become a case meanwhile.
    """
    pressed = request.POST.get("remove", "")
    if not pressed:
        return False
    # Python refuses to read numbers of thousands of digits.
    is_key = pressed.isdecimal() and len(pressed) < 20
    document = drafts.remove_document(draft, int(pressed)) if is_key else None
    if document:
        messages.success(request, _("The file “%(name)s” has been removed.") % {"name": document.name})
    return True
