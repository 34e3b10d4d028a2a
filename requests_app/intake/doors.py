"""What every page of the form asks first: open to everybody, and only while requests are taken."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.gzip import gzip_page

from miglobe.site.methods import acts
from miglobe.site.models import PortalSettings
from requests_app.intake import drafts

View = Callable[..., HttpResponse]


def public(view: View) -> View:
    """Open to everybody, never from a cache; what is not there (any more) leads back with a sentence."""

    @login_not_required
    @gzip_page
    @never_cache
    @acts
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except drafts.Missing as missing:
            messages.info(request, str(missing.message))
            return redirect("intake:start")
        except drafts.Sent:
            return redirect("intake:sent")

    return wrapped


def while_open(view: View) -> View:
    """Only while the portal takes requests; else the start page says why not."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not PortalSettings.load().is_open:
            return redirect("intake:start")
        return view(request, *args, **kwargs)

    return wrapped
