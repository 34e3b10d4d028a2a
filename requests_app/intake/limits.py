"""Requests that nobody means: told from the others without a riddle, held back, never lost.

A field that people do not see, a moment that was signed when the request was begun, and counts per
network and per e-mail address. Whoever sends such a request reads the same page as everybody whose
request is looked at first: it tells nothing about addresses or accounts.
"""

from __future__ import annotations

from datetime import timedelta
from ipaddress import ip_address, ip_network

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from miglobe.accounts.models import User, normal_email
from requests_app.models import ContactPerson, HeldReason, RequestDraft, Tally
from requests_app.request_form.forms import HONEYPOT

UNCONFIRMED_PER_ADDRESS_A_DAY = 5
# A whole administration, or the data centre of many, may stand behind one address of the network.
PER_NETWORK_AN_HOUR = 30
# Beyond this nothing more is taken in: the list of what was held back must stay one that people can read.
TAKEN_AN_HOUR = 300
# Networks are counted by what a provider gives one customer at least (RFC 6177 for IPv6).
_IPV4_PREFIX, _IPV6_PREFIX = 32, 64

_SALT = "requests_app.intake.begun"


class TooMany(Exception):
    """No more requests for now. ``message`` is a sentence for the person."""

    def __init__(self, message: Promise) -> None:
        self.message = message
        super().__init__(str(message))


FROM_YOUR_NETWORK = _(
    "Very many requests come from your network at the moment. Your entries are kept. "
    "Please send them in an hour, or call us."
)


def moment(draft: RequestDraft) -> str:
    """When ``draft`` was begun, signed: the page that sends carries it, and no program can make it up."""
    return signing.dumps([str(draft.key), draft.created_at.timestamp()], salt=_SALT)


def judge(request: HttpRequest, draft: RequestDraft, email: str) -> HeldReason | None:
    """Count one request that is about to be sent, and say why it must be looked at first, if it must.

    ``email``: the address that the request names. Raises ``TooMany``.
    """
    sent_from_here = _count(request)
    if any(page.get(HONEYPOT, [""])[0] for page in draft.data.values()):
        return HeldReason.HONEYPOT
    if _is_too_fast(draft, request.POST.get("moment", "")):
        return HeldReason.TOO_FAST
    if sent_from_here > PER_NETWORK_AN_HOUR:
        return HeldReason.TOO_MANY
    if isinstance(request.user, User) and request.user.email == normal_email(email):
        return None
    return HeldReason.ADDRESS if _waits_too_often(email) else None


def _count(request: HttpRequest) -> int:
    """How many requests this network has sent in this hour, this one among them; 0 if it is not known."""
    sender = network(request)
    number = Tally.objects.count_one("request", sender) if sender else 0
    if number > TAKEN_AN_HOUR:
        raise TooMany(FROM_YOUR_NETWORK)
    return number


def network(request: HttpRequest) -> str:
    """The network that the request comes from; empty if it is not known behind this server."""
    try:
        address = ip_address(get_adapter().get_client_ip(request))
    except (PermissionDenied, ValueError):
        return ""
    prefix = _IPV4_PREFIX if address.version == 4 else _IPV6_PREFIX
    return str(ip_network((address, prefix), strict=False))


def _is_too_fast(draft: RequestDraft, signed: str) -> bool:
    """Whether the page that sends was not ours, or no person could have typed that fast."""
    least = timedelta(seconds=settings.FORM_MIN_SECONDS)
    if not least:
        return False
    try:
        key, begun = signing.loads(signed, salt=_SALT)
    except signing.BadSignature:
        return True
    return bool(key != str(draft.key) or timezone.now().timestamp() - begun < least.total_seconds())


def _waits_too_often(email: str) -> bool:
    """Whether many requests with this address wait to be confirmed: each has mailed it a code."""
    lately = timezone.now() - timedelta(days=1)
    waiting = ContactPerson.objects.filter(
        user__email=normal_email(email), confirmed_at=None, invited_by=None, case__submitted_at__gt=lately
    )
    return waiting.count() >= UNCONFIRMED_PER_ADDRESS_A_DAY
