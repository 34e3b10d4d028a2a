"""Where the mail provider reports what became of a mail; there only when ``MAIL_WEBHOOK`` is on."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from allauth.account.adapter import get_adapter
from anymail.exceptions import AnymailWebhookValidationFailure
from anymail.signals import AnymailTrackingEvent
from anymail.webhooks.base import AnymailCoreWebhookView
from django.core.cache import cache
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse

logger = logging.getLogger(__name__)

# Providers that bundle their events stay far below.
MAX_BYTES = 512 * 1024
# From one address of the network; then it is answered without looking at what it sends.
REFUSED_PER_MINUTE = 30


def report_view(provider: str) -> Callable[..., Any]:
    """The view for the reports of a provider of anymail ("postmark"); it checks the signature first.

    A report that is too large, not signed as the provider signs, or not readable is answered with 413,
    400 or 429, is logged and changes nothing. Raises ImportError or LookupError for a provider of whose
    reports anymail knows nothing.
    """
    theirs = _view_of(provider)

    # Which view it is, the settings say: no type checker can know its class.
    class ReportView(theirs):  # type: ignore[misc, valid-type]
        def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            counter = _counter(request)
            if cache.get(counter, 0) >= REFUSED_PER_MINUTE:
                return HttpResponse(status=429)
            if _length(request) > MAX_BYTES:
                return HttpResponse(status=413)
            try:
                answer: HttpResponse = super().post(request, *args, **kwargs)
            except SuspiciousOperation as refusal:
                cache.add(counter, 0, timeout=120)
                cache.incr(counter)
                logger.warning("A report on mails was refused: %s", refusal)
                return HttpResponse(status=400)
            return answer

        def run_validators(self, request: HttpRequest) -> None:
            with _readable():
                super().run_validators(request)

        def parse_events(self, request: HttpRequest) -> list[AnymailTrackingEvent]:
            with _readable():
                return list(super().parse_events(request))

    return ReportView.as_view()


@contextmanager
def _readable() -> Iterator[None]:
    """Anymail stumbles over what no provider would send; that is the sender's fault."""
    try:
        yield
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise AnymailWebhookValidationFailure("The report is not readable.") from error


def _view_of(provider: str) -> type[AnymailCoreWebhookView]:
    """Anymail's view for the delivery reports of ``provider``."""
    module = import_module(f"anymail.webhooks.{provider}")
    endings = ("TrackingWebhookView", "CombinedWebhookView")
    views = [view for name, view in vars(module).items() if name.endswith(endings)]
    own = [view for view in views if view.__module__ == module.__name__]
    if not own:
        raise LookupError(f"Anymail takes no reports of {provider}.")
    return own[0]


def _length(request: HttpRequest) -> int:
    """How long the report says it is; without a length nothing is read."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    return int(length) if length.isdecimal() else MAX_BYTES + 1


def _counter(request: HttpRequest) -> str:
    address = get_adapter(request).get_client_ip(request)
    return f"mail-reports-refused:{address}:{int(time.time()) // 60}"
