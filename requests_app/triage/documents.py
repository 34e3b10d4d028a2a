"""Documents of a case for the coordination: adding what came by mail, and saving them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_safe

from miglobe.accounts.sign_in import signed_in_user
from miglobe.site.methods import acts
from requests_app import access, documents, workflow
from requests_app.forms import DocumentsForm
from requests_app.models import Case
from requests_app.triage.opening import note_read, open_case

KEY = "add_document_for"


def urls(view: Callable[..., Any]) -> list[URLPattern]:
    """The paths of this module; ``view`` is the admin's guard."""
    return [
        path("<int:pk>/unterlagen/", view(add), name="requests_app_case_documents"),
        path("<int:pk>/unterlagen/<int:document_pk>/", view(download), name="requests_app_case_document"),
    ]


@acts
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the files that were chosen. One that is refused does not hinder the others."""
    case, user = open_case(request, pk), signed_in_user(request)
    if not workflow.is_available(KEY, case, user):
        messages.error(request, str(workflow.InvalidTransition().message))
        return redirect(_sheet_url(case))
    if request.method != "POST":
        return _show(request, case, DocumentsForm())
    form = DocumentsForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, case, form)
    try:
        outcome = documents.add_each(
            form.cleaned_data["documents"], lambda upload: workflow.add_document(case, user, upload)
        )
    except workflow.InvalidTransition as error:  # it ended meanwhile, maybe between two files
        messages.error(request, str(error.message))
        return redirect(_sheet_url(case))
    outcome.tell(request)
    if not outcome.refused:
        return redirect(_sheet_url(case))
    form.refuse(outcome)
    return _show(request, case, form)


def _sheet_url(case: Case) -> str:
    return f"{reverse('admin:requests_app_case_change', args=[case.pk])}#documents-title"


def _show(request: HttpRequest, case: Case, form: DocumentsForm) -> HttpResponse:
    note_read(request, case)
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": str(workflow.ACTIONS[KEY].label),
        "opts": Case._meta,
        "case": case,
        "form": form,
        "sheet_url": _sheet_url(case),
    }
    return render(request, "admin/requests_app/case/add_documents.html", context)


@require_safe
def download(request: HttpRequest, pk: int, document_pk: int) -> HttpResponseBase:
    """Save one document of the case; that it was read is logged."""
    case = open_case(request, pk)
    found = access.documents_for(case, access.Side.COORDINATOR)
    response = documents.download(request, get_object_or_404(found, pk=document_pk))
    note_read(request, case)
    return response
