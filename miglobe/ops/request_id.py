"""One id per request: in the answer's header, in every log line, and in one line per request."""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from miglobe.ops.logs import request_id

logger = logging.getLogger("miglobe.request")

HEADER = "X-Request-ID"
ACCEPTABLE = re.compile(r"[A-Za-z0-9-]{8,64}")


class RequestIdMiddleware:
    """Outermost of all. Keeps the id that a proxy has given, else makes one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get(HEADER, "")
        token = request_id.set(given if ACCEPTABLE.fullmatch(given) else uuid.uuid4().hex)
        start = time.perf_counter()
        try:
            response = self.get_response(request)
            response[HEADER] = request_id.get()
            self._tell(request, response, time.perf_counter() - start)
            return response
        finally:
            request_id.reset(token)

    @staticmethod
    def _tell(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
        # The route, not the path: paths may carry one-time tokens. No address and no user either.
        match = request.resolver_match
        if match and match.namespace == "ops":
            return  # probes, several a minute
        if match is None and response.status_code < 400:
            return  # static files, and the way from http to https
        fields = {
            "method": request.method,
            "route": f"/{match.route}" if match else "-",
            "status": response.status_code,
            "ms": round(seconds * 1000),
        }
        logger.info("%(method)s %(route)s %(status)s %(ms)s ms", fields, extra={"fields": fields})
