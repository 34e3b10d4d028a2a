"""Papers that the municipality saves: its request, the result note, the service record."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from miglobe.accounts.sign_in import signed_in_user
from requests_app import papers
from requests_app.casepage.page import case_of


@require_safe
def request_as_pdf(request: HttpRequest, reference: str) -> HttpResponse:
    """Save the request."""
    return papers.download(papers.request(case_of(signed_in_user(request), reference)))


@require_safe
def result_note(request: HttpRequest, reference: str) -> HttpResponse:
    """Save the result note; there is none before there is a result."""
    return _saved(papers.result_note(case_of(signed_in_user(request), reference)))


@require_safe
def service_record(request: HttpRequest, reference: str) -> HttpResponse:
    """Save the service record; there is none before the municipality has confirmed a session."""
    return _saved(papers.service_record(case_of(signed_in_user(request), reference)))


def _saved(paper: papers.Paper | None) -> HttpResponse:
    if paper is None:
        raise Http404
    return papers.download(paper)
