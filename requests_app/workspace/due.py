"""What is due for an advisor, over all cases: offers, dates, sessions to log and to correct, next steps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from miglobe.accounts.models import User
from miglobe.site.templatetags.kern import long_datetime
from requests_app import access, offer_facts
from requests_app.models import Appointment, AppointmentStatus, Assignment, Case, DialogueSession
from requests_app.workspace import home
from requests_app.workspace.next_steps import next_step


@dataclass(frozen=True)
class Due:
    """One thing to do or to keep. ``day``: by when, or when; None where no day is set."""

    day: date | None
    text: str
    reference: str
    place: str
    url: str


def what_is_due(user: User) -> list[Due]:
    """Everything that waits for ``user`` now, the next day first, what has no day last."""
    mine = access.offers_to(user).select_related("case__municipality")
    cases = {own.case_id: own for own in home.under_way(mine)}
    found = [*_offers(mine), *_appointments(cases), *_objections(user)]
    found += [due for own in cases.values() if (due := _step(own))]
    return sorted(found, key=lambda due: (due.day is None, due.day or date.max, due.reference))


def _offers(mine: QuerySet[Assignment]) -> list[Due]:
    text = _("Answer the enquiry")
    return [
        Due(offer.answer_due_on, text, offer.case.reference, offer_facts.place(offer), _url(offer.case))
        for offer in home.on_offer(mine)
    ]


def _step(own: Assignment) -> Due | None:
    step = next_step(own.case, own)
    return _due(own.case, step.due_on, step.text) if step.yours else None


def _appointments(cases: dict[int, Assignment]) -> list[Due]:
    """Dates that are agreed; those that have passed, while no session was logged of them."""
    agreed = Appointment.objects.filter(
        case__in=list(cases), status=AppointmentStatus.AGREED, session=None
    ).order_by("starts_at")
    return [_appointment(cases[appointment.case_id].case, appointment) for appointment in agreed]


def _appointment(case: Case, appointment: Appointment) -> Due:
    words = {"format": appointment.get_format_display(), "when": long_datetime(appointment.starts_at)}
    if appointment.ends_at <= timezone.now():
        text = _("Log the session: %(format)s, %(when)s") % words
    else:
        text = _("Date agreed: %(format)s, %(when)s") % words
    return _due(case, timezone.localdate(appointment.starts_at), text)


def _objections(user: User) -> list[Due]:
    """Sessions that were different, as the municipality says, for whoever logged them; closed cases count."""
    of_user = DialogueSession.objects.filter(case__in=access.advised_by(user), recorded_by=user)
    found = of_user.exclude(objection="").select_related("case__municipality")
    return [
        _due(
            session.case,
            None,
            _("The municipality says that the session of %(day)s was different. Please correct it.")
            % {"day": long_datetime(session.date)},
        )
        for session in found
    ]


def _due(case: Case, day: date | None, text: str) -> Due:
    return Due(day, text, case.reference, case.place, _url(case))


def _url(case: Case) -> str:
    return reverse("workspace:case", args=[case.reference])
