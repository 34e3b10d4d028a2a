"""A brake on links: whoever asks for one has it mailed to an address of her choice."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from miglobe.accounts.models import normal_email
from requests_app.intake import limits
from requests_app.models import RequestDraft, Tally

PER_DRAFT_AN_HOUR = 5
PER_ADDRESS_A_DAY = 10
PER_NETWORK_AN_HOUR = 30


def check(request: HttpRequest, draft: RequestDraft, email: str) -> None:
    """Count one link to be mailed to ``email``. Raises ``limits.TooMany``, whichever limit is reached.

    The answer does not depend on whether the address has an account or a case.
    """
    count = Tally.objects.count_one
    network = limits.network(request)
    if (
        count("link of a draft", str(draft.key)) > PER_DRAFT_AN_HOUR
        or count("link to an address", normal_email(email), a_day=True) > PER_ADDRESS_A_DAY
        or (network and count("link from a network", network) > PER_NETWORK_AN_HOUR)
    ):
        raise limits.TooMany(
            _(
                "We have mailed several links already. Please look into your mailbox and the spam folder, "
                "or try again later. Your entries are saved."
            )
        )
