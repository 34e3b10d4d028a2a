"""Who looked at whose data: one log line per page that shows personal data to staff."""

from __future__ import annotations

import logging

from miglobe.accounts.models import User

logger = logging.getLogger("miglobe.audit")


def log_read(user: User, subject: str) -> None:
    """Note that ``user`` read the personal data of ``subject`` (a case's reference, "advisor 7").

    The line holds keys only: no name, no address.
    """
    logger.info(
        "user %s read %s",
        user.pk,
        subject,
        extra={"fields": {"user": user.pk, "action": "read", "subject": subject}},
    )
