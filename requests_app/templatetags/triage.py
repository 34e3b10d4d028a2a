"""Brings the coordinators' overview into the admin's first page, whose view knows nothing of cases."""

from __future__ import annotations

from typing import Any

from django import template
from django.http import HttpRequest

from miglobe.accounts.sign_in import signed_in_user
from requests_app.triage import scope
from requests_app.triage.overview import overview

register = template.Library()


@register.simple_tag
def triage_overview(request: HttpRequest) -> dict[str, Any]:
    """The parts of the page for the person who is looking, as far as she may see them."""
    return overview(signed_in_user(request), request.GET.get(scope.PARAMETER, ""))
