"""A brake on links: whoever asks for one has it mailed to an address of her choice."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from miglobe.accounts.models import normal_email
from requests_app.intake.limits import TooMany
from requests_app.models import RequestDraft, Tally

PER_DRAFT_AN_HOUR = 5
PER_ADDRESS_A_DAY = 10
PER_CONNECTION_AN_HOUR = 30


def check(request: HttpRequest, draft: RequestDraft, email: str) -> None:
    """Count one link to be mailed to ``email``. Raises ``TooMany``, whichever limit is reached.

    The answer does not depend on whether the address has an account or a case.
    """
    _count("draft", str(draft.key), PER_DRAFT_AN_HOUR)
    _count("address", normal_email(email), PER_ADDRESS_A_DAY, a_day=True)
    try:
        _count("connection", get_adapter().get_client_ip(request), PER_CONNECTION_AN_HOUR)
    except PermissionDenied:  # not known behind this server: then there is nothing to count by
        return


def _count(what: str, who: str, limit: int, *, a_day: bool = False) -> None:
    if Tally.objects.count_one(f"link to {what}", who, a_day=a_day) > limit:
        raise TooMany(
            _(
                "We have mailed several links already. Please look into your mailbox and the spam folder, "
                "or try again later. Your entries are saved."
            )
        )
