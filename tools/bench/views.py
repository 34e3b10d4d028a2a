"""The bare page, what every page is compared with: one row read, twenty lines rendered. And the jobs."""

from __future__ import annotations

import time_machine
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from requests_app.models import Municipality
from tools.bench import jobs


@login_not_required
def bare(request: HttpRequest) -> HttpResponse:
    """One municipality of the register."""
    return render(request, "bench/bare.html", {"municipality": Municipality.objects.get(key="05954016")})


@login_not_required
def job(request: HttpRequest, name: str) -> HttpResponse:
    """One of the worker's jobs, at a time at which the worker mails."""
    with time_machine.travel(jobs.working_hours()):
        jobs.RUN[name]()
    return HttpResponse("Done.")
