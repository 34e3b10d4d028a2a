"""Finding a date: rounds of proposals, the appointments agreed on, and the advisors' calendar feeds."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from advisors.models import Advisor
from advisors.vocabulary import ConsultationFormat
from miglobe.site.model_fields import QuickWords
from requests_app.models.choices import AppointmentStatus, RoundStatus, SessionMode
from requests_app.models.request import Case

_LENGTH = [MinValueValidator(5), MaxValueValidator(960)]


def _new_uid() -> str:
    return str(uuid.uuid4())


class Appointment(QuickWords, models.Model):
    """A date that both sides agreed on. Moved, it is the same appointment at another time."""

    case = models.ForeignKey(
        Case, on_delete=models.CASCADE, related_name="appointments", verbose_name=_("case")
    )
    starts_at = models.DateTimeField(_("start"))
    minutes = models.PositiveSmallIntegerField(_("minutes"), validators=_LENGTH)
    format = models.CharField(_("format"), max_length=20, choices=ConsultationFormat)
    mode = models.CharField(_("on site, online or by telephone"), max_length=8, choices=SessionMode)
    # The place, the link of the video call, or who calls whom.
    place = models.CharField(_("place or link"), max_length=300, blank=True)
    status = models.CharField(
        _("state"), max_length=10, choices=AppointmentStatus, default=AppointmentStatus.AGREED
    )
    # RFC 5545: the same in all calendar files of this appointment; the sequence rises with each change.
    uid = models.CharField(max_length=36, unique=True, default=_new_uid, editable=False)
    sequence = models.PositiveSmallIntegerField(default=0, editable=False)
    agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    agreed_at = models.DateTimeField(_("agreed"))
    # When time, length, place or state last changed.
    changed_at = models.DateTimeField(_("changed"))
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    cancel_reason = models.CharField(_("reason"), max_length=500, blank=True)
    # The municipality has asked for another time; what it wrote is a message of the case.
    move_asked_at = models.DateTimeField(_("asked to move"), null=True, blank=True)
    # The start that the reminder told of: after a move it reminds anew, and never twice of the same.
    reminded_of = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        ordering = ["starts_at", "pk"]
        indexes = [
            models.Index(
                fields=["starts_at"], name="appointment_ahead", condition=Q(status=AppointmentStatus.AGREED)
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes__gte=5, minutes__lte=960),
                name="appointment_length_plausible",
                violation_error_message=_("An appointment lasts between 5 minutes and 16 hours."),
            ),
            models.CheckConstraint(
                condition=Q(status=AppointmentStatus.CANCELLED, cancelled_by__isnull=False)
                | (~Q(status=AppointmentStatus.CANCELLED) & Q(cancelled_by__isnull=True, cancel_reason="")),
                name="appointment_cancelled_by_somebody",
                violation_error_message=_("Say who cancelled it."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case.reference}: {timezone.localtime(self.starts_at):%d.%m.%Y %H:%M}"

    @property
    def ends_at(self) -> datetime:
        """When it ends by real time, also when the clocks change in between."""
        return self.starts_at.astimezone(UTC) + timedelta(minutes=self.minutes)


class DateRound(QuickWords, models.Model):
    """Up to five dates that an advisor proposes at once, and what the municipality says to them."""

    case = models.ForeignKey(
        Case, on_delete=models.CASCADE, related_name="date_rounds", verbose_name=_("case")
    )
    format = models.CharField(_("format"), max_length=20, choices=ConsultationFormat)
    mode = models.CharField(_("on site, online or by telephone"), max_length=8, choices=SessionMode)
    minutes = models.PositiveSmallIntegerField(_("minutes"), validators=_LENGTH)
    place = models.CharField(_("place or link"), max_length=300, blank=True)
    note = models.TextField(_("note"), max_length=1000, blank=True)
    status = models.CharField(_("state"), max_length=10, choices=RoundStatus, default=RoundStatus.OPEN)
    # The appointment that is to be moved; it stands until another date is agreed.
    moves = models.ForeignKey(
        Appointment,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="moved_by",
        verbose_name=_("moves"),
    )
    # What came of it.
    appointment = models.ForeignKey(
        Appointment, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # What the municipality suggests when none fits.
    suggestion = models.TextField(_("suggestion of the municipality"), max_length=1000, blank=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(_("proposed"))
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    # The key of the form it was typed in: sent twice over a bad line, it is one round.
    form_key = models.UUIDField(unique=True, editable=False)

    class Meta:
        verbose_name = _("proposal of dates")
        verbose_name_plural = _("proposals of dates")
        ordering = ["proposed_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(status=RoundStatus.OPEN),
                name="date_round_one_open_per_case",
                violation_error_message=_("Other dates wait for the municipality's answer already."),
            ),
            models.CheckConstraint(
                condition=Q(minutes__gte=5, minutes__lte=960),
                name="date_round_length_plausible",
                violation_error_message=_("An appointment lasts between 5 minutes and 16 hours."),
            ),
            models.CheckConstraint(
                condition=(
                    Q(
                        status__in=[str(RoundStatus.AGREED), str(RoundStatus.REFUSED)],
                        answered_at__isnull=False,
                        answered_by__isnull=False,
                    )
                    | Q(
                        status__in=[str(RoundStatus.OPEN), str(RoundStatus.WITHDRAWN)],
                        answered_at__isnull=True,
                        answered_by__isnull=True,
                    )
                ),
                name="date_round_answered_by_somebody",
                violation_error_message=_("An answer has a person and a time."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case.reference}: {self.get_status_display()}"


class ProposedDate(models.Model):
    """One of the dates of a round."""

    round = models.ForeignKey(DateRound, on_delete=models.CASCADE, related_name="dates")
    starts_at = models.DateTimeField(_("start"))

    class Meta:
        verbose_name = _("proposed date")
        verbose_name_plural = _("proposed dates")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "starts_at"],
                name="proposed_date_once",
                violation_error_message=_("This date is proposed already."),
            )
        ]

    def __str__(self) -> str:
        return f"{timezone.localtime(self.starts_at):%d.%m.%Y %H:%M}"


class CalendarFeed(models.Model):
    """The private address under which an advisor's calendar program reads the appointments."""

    advisor = models.OneToOneField(
        Advisor, on_delete=models.CASCADE, related_name="calendar_feed", verbose_name=_("advisor")
    )
    # What the address is made from. A new one makes the old address worthless.
    nonce = models.CharField(max_length=32, unique=True, editable=False)
    renewed_at = models.DateTimeField(_("renewed"))

    class Meta:
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.advisor)
