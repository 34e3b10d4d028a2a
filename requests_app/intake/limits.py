"""A brake on requests that nobody means: each one mails the address it names."""

from __future__ import annotations

from datetime import timedelta

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from miglobe.accounts.models import User, normal_email
from requests_app.models import ContactPerson

UNCONFIRMED_PER_ADDRESS_A_DAY = 5
# A whole administration may stand behind one address of the network.
PER_CONNECTION_AN_HOUR = 30


class TooMany(Exception):
    """No more requests for now. ``message`` is a sentence for the person."""

    def __init__(self, message: Promise) -> None:
        self.message = message
        super().__init__(str(message))


def check(request: HttpRequest, email: str) -> None:
    """Count one request to be sent for ``email``. Raises ``TooMany``."""
    _check_connection(request)
    if isinstance(request.user, User) and request.user.email == normal_email(email):
        return
    lately = timezone.now() - timedelta(days=1)
    waiting = ContactPerson.objects.filter(
        user__email=normal_email(email), confirmed_at=None, case__submitted_at__gt=lately
    )
    if waiting.count() >= UNCONFIRMED_PER_ADDRESS_A_DAY:
        raise TooMany(
            _(
                "Five requests with this address are waiting to be confirmed. Please confirm one of them "
                "first, or call us."
            )
        )


def _check_connection(request: HttpRequest) -> None:
    try:
        address = get_adapter().get_client_ip(request)
    except PermissionDenied:  # not known behind this server: then there is nothing to count by
        return
    # Counted from hour to hour. Not with `incr`: the cache in the database would forget after five minutes.
    key = f"intake.sent.{timezone.now():%Y%m%d%H}.{address}"
    count = cache.get(key, 0) + 1
    cache.set(key, count, 60 * 60)
    if count > PER_CONNECTION_AN_HOUR:
        raise TooMany(
            _(
                "Very many requests come from your connection at the moment. "
                "Please try again in an hour, or call us."
            )
        )
