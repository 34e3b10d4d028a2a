"""Documents of a case for the coordination."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from requests_app import documents, pdf
from requests_app.triage.opening import note_read, open_case


@require_safe
def download(request: HttpRequest, pk: int, document_pk: int) -> HttpResponseBase:
    """Save one document of the case; that it was read is logged."""
    case = open_case(request, pk)
    response = documents.download(request, get_object_or_404(case.documents, pk=document_pk))
    note_read(request, case)
    return response


@require_safe
def request_as_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """Save the request as a PDF; that it was read is logged."""
    case = open_case(request, pk)
    note_read(request, case)
    return pdf.download(case)
