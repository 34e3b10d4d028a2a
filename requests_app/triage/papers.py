"""Papers that the coordination saves. That somebody has read a case is logged, on paper too."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from miglobe.accounts.sign_in import signed_in_user
from requests_app import papers
from requests_app.models import ActionOption, Case, DialogueSession
from requests_app.triage.opening import note_read, open_case

# The admin speaks German; a paper for somebody else may be asked for in English: ?sprache=en
LANGUAGE = "sprache"


def urls(view: Callable[..., Any]) -> list[URLPattern]:
    """The paths of this module; ``view`` is the admin's guard."""
    return [
        path("<int:pk>/anfrage.pdf", view(request_as_pdf), name="requests_app_case_pdf"),
        path("<int:pk>/ergebnisvermerk.pdf", view(result_note), name="requests_app_case_result_note"),
        path("<int:pk>/leistungsnachweis.pdf", view(service_record), name="requests_app_case_service_record"),
        path("<int:pk>/akte.pdf", view(whole_case), name="requests_app_case_whole_case"),
    ]


@require_safe
def request_as_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """Save the request."""
    return _saved(request, pk, papers.request)


@require_safe
def result_note(request: HttpRequest, pk: int) -> HttpResponse:
    """Save the result note, once there is a result."""
    return _saved(request, pk, papers.result_note)


@require_safe
def service_record(request: HttpRequest, pk: int) -> HttpResponse:
    """Save the service record of all advisors, once a session is confirmed."""
    return _saved(request, pk, papers.service_record)


@require_safe
def whole_case(request: HttpRequest, pk: int) -> HttpResponse:
    """Save everything about the case, internal notes included, for the coordination's file."""
    user = signed_in_user(request)
    return _saved(request, pk, lambda case: papers.whole_case(case, user))


def _saved(request: HttpRequest, pk: int, make: Callable[[Case], papers.Paper | None]) -> HttpResponse:
    case = open_case(request, pk)
    language = "en" if request.GET.get(LANGUAGE) == "en" else get_language()
    with override(language):
        paper = make(case)
        if paper is None:
            raise Http404
        note_read(request, case)
        return papers.download(paper)


def links(
    case: Case, options: Sequence[ActionOption], sessions: Sequence[DialogueSession]
) -> list[papers.Link]:
    """What the sheet offers."""

    def address(name: str) -> str:
        return _address(case, name)

    there = papers.links(case, options, sessions, address)
    return [*there, papers.link(_("Case file, with internal notes"), "whole_case", address)]


def _address(case: Case, name: str) -> str:
    address = reverse(f"admin:requests_app_case_{name}", args=[case.pk])
    return f"{address}?{LANGUAGE}=en" if get_language() == "en" else address
