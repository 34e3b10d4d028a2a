"""Public pages that are the same for everybody: made once a minute, not for each visitor."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

View = Callable[[HttpRequest], HttpResponse]

KEPT_SECONDS = 60
_COOKIES = (settings.SESSION_COOKIE_NAME, "messages")


def kept_for_visitors(view: View) -> View:
    """Answer visitors without cookies of ours from the copy that this process keeps.

    For pages that hold no form and depend on nothing but path, language and the portal's settings: saving
    these empties the cache. Whoever has a session, or a message to read, gets a page of her own.
    """

    @wraps(view)
    def wrapped(request: HttpRequest) -> HttpResponse:
        if request.GET or any(name in request.COOKIES for name in _COOKIES):
            return view(request)
        cache = caches["local"]
        key = f"page:{request.path}"
        content = cache.get(key)
        if content is not None:
            response = HttpResponse(content)
            patch_vary_headers(response, ["Cookie"])
            return response
        response = view(request)
        if response.status_code == 200:
            cache.set(key, response.content, KEPT_SECONDS)
        return response

    return wrapped
