"""The bare page: what every page is compared with. It reads one row and renders twenty lines."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from requests_app.models import Municipality


@login_not_required
def bare(request: HttpRequest) -> HttpResponse:
    """One municipality of the register."""
    return render(request, "bench/bare.html", {"municipality": Municipality.objects.get(key="05954016")})
