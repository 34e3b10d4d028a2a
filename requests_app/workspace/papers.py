"""Papers that the advisors of a case save: the result note, and the service record of their own sessions."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from requests_app import papers
from requests_app.workspace.lookups import advised_case, engagement


@require_safe
def result_note(request: HttpRequest, reference: str) -> HttpResponse:
    """Save the result note of a case that the reader advises."""
    return _saved(papers.result_note(advised_case(request, reference)))


@require_safe
def service_record(request: HttpRequest, reference: str) -> HttpResponse:
    """Save the record of the reader's own sessions."""
    case = advised_case(request, reference)
    return _saved(papers.service_record(case, engagement(request, case).advisor))


def _saved(paper: papers.Paper | None) -> HttpResponse:
    if paper is None:
        raise Http404
    return papers.download(paper)
