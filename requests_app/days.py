"""What days the forms about a case take."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.utils import formats, timezone
from django.utils.translation import gettext

from requests_app.models import Case


def not_before_request(day: dt.date, case: Case) -> None:
    """Raise ``ValidationError`` for a day before the request of ``case`` came in."""
    received = timezone.localdate(case.submitted_at)
    if day < received:
        text = gettext("The date must not be before the request of %(day)s.")
        words = {"day": formats.date_format(received, "DATE_FORMAT")}
        raise ValidationError(text % words, code="before_request")
