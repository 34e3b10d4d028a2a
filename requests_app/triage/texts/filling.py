"""What a text module fills in for a case. One closed list; the syntax is that of the mails."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from miglobe.accounts.models import User
from miglobe.mail import placeholders
from miglobe.site.models import PortalSettings
from miglobe.site.templatetags.kern import long_date
from miglobe.site.working_days import add_working_days
from requests_app.models import AssignmentRole, AssignmentStatus, Case, TextModule

# Stands where a case has nothing to fill in yet: seen at once by whoever reads the text before it goes.
NOTHING = "…"
MOST_DAYS = 60
_DAYS = re.compile(r"datum in (\d{1,2}) arbeitstag(?:en)?")


@dataclass(frozen=True)
class Placeholder:
    """A name as it is typed, what it stands for, and its value for a case and the person who writes."""

    name: str
    what: Promise
    value: Callable[[Case, User], str]


def _lead(case: Case) -> str:
    """Who leads: the one who has accepted, while nobody has the one who was asked last."""
    leading = [a for a in case.assignments.all() if a.role == AssignmentRole.LEAD]
    accepted = [a for a in leading if a.status == AssignmentStatus.ACCEPTED]
    newest = max(accepted or leading, key=lambda each: each.pk, default=None)
    return newest.advisor.name if newest else ""


def _contacts(case: Case) -> str:
    return _(" and ").join(contact.name for contact in case.correspondents)


def _link(case: Case) -> str:
    return settings.BASE_URL + reverse("casepage:case", args=[case.reference])


def _portal(field: str) -> Callable[[Case, User], str]:
    return lambda case, user: str(getattr(PortalSettings.load(), field))


def _days_from_now(number: int) -> str:
    return long_date(add_working_days(timezone.localdate(), number))


PLACEHOLDERS = (
    Placeholder("Vorgangsnummer", gettext_lazy("the number of the case"), lambda case, user: case.reference),
    Placeholder("Kommune", gettext_lazy("who asks"), lambda case, user: case.place),
    Placeholder(
        "Anliegen",
        gettext_lazy("what the request is about, in one sentence"),
        lambda case, user: case.headline,
    ),
    Placeholder(
        "Ansprechperson",
        gettext_lazy("the names of the contact persons"),
        lambda case, user: _contacts(case),
    ),
    Placeholder("Beratungsperson", gettext_lazy("who leads the advice"), lambda case, user: _lead(case)),
    Placeholder(
        "Link zum Vorgang",
        gettext_lazy("the address of the municipality's page of the case"),
        lambda case, user: _link(case),
    ),
    Placeholder(
        "Datum in 5 Arbeitstagen",
        gettext_lazy("the day in so many working days; any number up to 60"),
        lambda case, user: _days_from_now(5),
    ),
    Placeholder(
        "Mein Name", gettext_lazy("the name of whoever inserts the text"), lambda case, user: str(user)
    ),
    Placeholder("Träger", gettext_lazy("the host, from the portal's settings"), _portal("host_name")),
    Placeholder(
        "Telefon",
        gettext_lazy("the telephone of the host, from the portal's settings"),
        _portal("contact_phone"),
    ),
    Placeholder(
        "Andere Beratung",
        gettext_lazy("who advises outside North Rhine-Westphalia, from the portal's settings"),
        _portal("referral_name"),
    ),
)
_BY_NAME = {placeholders.same(each.name): each for each in PLACEHOLDERS}


def _days(name: str) -> int | None:
    """The number in "Datum in 7 Arbeitstagen"; None for any other name."""
    found = _DAYS.fullmatch(placeholders.same(name))
    return int(found.group(1)) if found and 1 <= int(found.group(1)) <= MOST_DAYS else None


def problems(text: str) -> list[str]:
    """What is wrong with the placeholders of a text module, in sentences."""
    names = [each.name for each in PLACEHOLDERS]
    return placeholders.problems(text, names, lambda name: _days(name) is not None)


def filled(module: TextModule, case: Case, user: User) -> str:
    """The text for ``case`` as ``user`` would write it, in the language of the text module."""

    def value(name: str) -> str:
        if (number := _days(name)) is not None:
            return _days_from_now(number)
        known = _BY_NAME.get(placeholders.same(name))
        return (known.value(case, user) if known else placeholders.written(name)) or NOTHING

    with override(module.language):
        return placeholders.fill(module.body, value)
