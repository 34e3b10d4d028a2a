"""Whether an advisor can be asked now, when not, and who stands in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from advisors.models import Absence, Advisor


@dataclass(frozen=True)
class Availability:
    """How it stands with one advisor on one day.

    ``is_open``: the profile is public and its owner takes on cases. ``absence``: the one that covers the
    day or, else, the first one that begins up to ``until``. ``substitute`` stands in for it, and can be
    asked today.
    """

    advisor: Advisor
    is_open: bool
    is_absent: bool
    absence: Absence | None
    substitute: Advisor | None

    @property
    def can_be_asked(self) -> bool:
        """Whether an offer may go out on the day itself."""
        return self.is_open and not self.is_absent


def of(advisor: Advisor, until: date | None = None, today: date | None = None) -> Availability:
    """How it stands with ``advisor`` today; absences that begin up to ``until`` (today) are told, too."""
    today = today or timezone.localdate()
    until = until or today
    is_open = _is_open(advisor)
    near = advisor.absences.filter(first_day__lte=until, last_day__gte=today)
    absence = near.select_related("substitute__user").first() if is_open else None
    return Availability(
        advisor=advisor,
        is_open=is_open,
        is_absent=absence is not None and absence.first_day <= today,
        absence=absence,
        substitute=_who_stands_in(absence, today) if absence else None,
    )


def _is_open(advisor: Advisor) -> bool:
    return Advisor.objects.published().filter(pk=advisor.pk).exists()


def _who_stands_in(absence: Absence, today: date) -> Advisor | None:
    substitute = absence.substitute
    if substitute is None or not _is_open(substitute) or substitute.absence_on(today):
        return None
    return substitute
