"""A brake on links: whoever asks for one has it mailed to an address of her choice."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from miglobe.accounts.models import normal_email
from requests_app.intake.limits import TooMany
from requests_app.models import RequestDraft

PER_DRAFT_AN_HOUR = 5
PER_ADDRESS_A_DAY = 10
PER_CONNECTION_AN_HOUR = 30
_HOUR, _DAY = "%Y%m%d%H", "%Y%m%d"


def check(request: HttpRequest, draft: RequestDraft, email: str) -> None:
    """Count one link to be mailed to ``email``. Raises ``TooMany``, whichever limit is reached.

    The answer does not depend on whether the address has an account or a case.
    """
    _count("draft", str(draft.key), _HOUR, PER_DRAFT_AN_HOUR)
    _count("address", normal_email(email), _DAY, PER_ADDRESS_A_DAY)
    try:
        _count("connection", get_adapter().get_client_ip(request), _HOUR, PER_CONNECTION_AN_HOUR)
    except PermissionDenied:  # not known behind this server: then there is nothing to count by
        return


def _count(what: str, who: str, period: str, limit: int) -> None:
    """Count from hour to hour or day to day, without keeping the address itself."""
    hidden = salted_hmac("intake.links", who, algorithm="sha256").hexdigest()[:32]
    key = f"intake.links.{what}.{timezone.now().strftime(period)}.{hidden}"
    count = cache.get(key, 0) + 1
    cache.set(key, count, 60 * 60 * (1 if period == _HOUR else 24))
    if count > limit:
        raise TooMany(
            _(
                "We have mailed several links already. Please look into your mailbox and the spam folder, "
                "or try again later. Your entries are saved."
            )
        )
