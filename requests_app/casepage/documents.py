"""Documents on the municipality's case page: adding and saving them."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from miglobe.accounts.sign_in import signed_in_user
from miglobe.site.methods import acts
from requests_app import access, documents, workflow
from requests_app.casepage.page import SIDE, case_of
from requests_app.casepage.views import show, to_case
from requests_app.forms import DocumentsForm

ANCHOR = "#documents"


@acts
def add(request: HttpRequest, reference: str) -> HttpResponse:
    """Keep the files that were sent. One that is refused does not hinder the others."""
    user, case = signed_in_user(request), case_of(signed_in_user(request), reference)
    if request.method != "POST":
        return show(request, reference)
    form = DocumentsForm(request.POST, request.FILES)
    if not form.is_valid():
        return show(request, reference, upload=form)
    try:
        outcome = documents.add_each(
            form.cleaned_data["documents"], lambda upload: workflow.add_document(case, user, upload)
        )
    except workflow.InvalidTransition as error:  # it ended meanwhile, maybe between two files
        messages.error(request, str(error.message))
        return to_case(reference, ANCHOR)
    outcome.tell(request)
    if not outcome.refused:
        return to_case(reference, ANCHOR)
    form.refuse(outcome)
    return show(request, reference, upload=form)


@require_safe
def download(request: HttpRequest, reference: str, pk: int) -> HttpResponseBase:
    """Save one document of the case."""
    case = case_of(signed_in_user(request), reference)
    return documents.download(request, get_object_or_404(access.documents_for(case, SIDE), pk=pk))
