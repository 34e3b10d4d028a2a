"""Who was asked to advise a case, in which role, and what came of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from advisors.models import Advisor
from miglobe.site.model_fields import QuickWords
from requests_app.models.choices import (
    LIVE_ASSIGNMENTS,
    TAKEN_ON,
    AssignmentRole,
    AssignmentStatus,
    ConflictKind,
)
from requests_app.models.municipality import Municipality
from requests_app.models.request import Case

_LIVE = [str(status) for status in LIVE_ASSIGNMENTS]
_TAKEN_ON = [str(status) for status in TAKEN_ON]
_ANSWERED = [str(AssignmentStatus.ACCEPTED), str(AssignmentStatus.DECLINED), str(AssignmentStatus.ENDED)]


class Assignment(QuickWords, models.Model):
    """An offer of a case to an advisor, and the engagement that follows when it is accepted."""

    case = models.ForeignKey(
        Case, on_delete=models.CASCADE, related_name="assignments", verbose_name=_("case")
    )
    advisor = models.ForeignKey(
        Advisor, on_delete=models.PROTECT, related_name="assignments", verbose_name=_("advisor")
    )
    role = models.CharField(_("role"), max_length=4, choices=AssignmentRole)
    status = models.CharField(
        _("state"), max_length=10, choices=AssignmentStatus, default=AssignmentStatus.OFFERED
    )
    # The municipality asked this person by name, and the offer went out with the confirmation.
    is_direct = models.BooleanField(_("direct enquiry"), default=False)
    # What the advisor decides on: written for the offer, without names and contact data.
    summary = models.TextField(_("summary for the offer"), max_length=4000)
    # Expected effort in words: meetings, period, hours.
    effort = models.CharField(_("expected effort"), max_length=300, blank=True)
    # The offer did not name the municipality.
    is_confidential = models.BooleanField(_("confidential"), default=False)
    # The same in the two offers of a tandem that were made as one.
    tandem_key = models.UUIDField(null=True, blank=True, editable=False)
    offered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    offered_at = models.DateTimeField(_("offered"))
    answer_due_on = models.DateField(_("answer due on"))
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    decline_reason = models.CharField(_("reason"), max_length=500, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    # Follows the case's state, so that the load of the pool is counted without every case there ever was.
    case_ended = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ["offered_at", "pk"]
        indexes = [
            models.Index(
                fields=["advisor"], name="assignment_offered", condition=Q(status=AssignmentStatus.OFFERED)
            ),
            models.Index(
                fields=["advisor"],
                name="assignment_load",
                condition=Q(status=AssignmentStatus.ACCEPTED, case_ended=False),
            ),
            models.Index(
                fields=["advisor", "-answered_at"],
                name="assignment_taken_on",
                condition=Q(status__in=_TAKEN_ON),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "advisor"],
                condition=Q(status__in=_LIVE),
                name="assignment_one_live_per_advisor",
                violation_error_message=_("This advisor has been asked already."),
            ),
            models.UniqueConstraint(
                fields=["case", "role"],
                condition=Q(status__in=_LIVE),
                name="assignment_one_live_per_role",
                violation_error_message=_("There is already an advisor in this role."),
            ),
            models.CheckConstraint(
                condition=(
                    Q(status__in=_ANSWERED, answered_at__isnull=False)
                    | (~Q(status__in=_ANSWERED) & Q(answered_at__isnull=True))
                ),
                name="assignment_answered_at_fits_status",
                violation_error_message=_("An offer has an answer date exactly when it was answered."),
            ),
            models.CheckConstraint(
                condition=(
                    Q(status=AssignmentStatus.ENDED, ended_at__isnull=False)
                    | (~Q(status=AssignmentStatus.ENDED) & Q(ended_at__isnull=True))
                ),
                name="assignment_ended_at_fits_status",
                violation_error_message=_("An assignment has an end date exactly when it has ended."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case.reference}: {self.advisor} ({self.get_role_display()})"

    @property
    def is_live(self) -> bool:
        return self.status in LIVE_ASSIGNMENTS


class ShortlistEntry(models.Model):
    """Somebody who is asked when those before have said no, or nothing: an offer written in advance."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="shortlist", verbose_name=_("case"))
    advisor = models.ForeignKey(
        Advisor, on_delete=models.PROTECT, related_name="+", verbose_name=_("advisor")
    )
    role = models.CharField(_("role"), max_length=4, choices=AssignmentRole)
    position = models.PositiveSmallIntegerField(_("position"))
    summary = models.TextField(_("summary for the offer"), max_length=4000)
    effort = models.CharField(_("expected effort"), max_length=300, blank=True)
    # Words of summary and effort that look like contact data or a name of the municipality, and are none.
    allowed_words: models.JSONField[list[str], list[str]] = models.JSONField(default=list, blank=True)
    # Whether the portal asks by itself when the one before declines or lets the offer lapse.
    asks_by_itself = models.BooleanField(_("ask without me"), default=False)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(_("noted"))

    class Meta:
        verbose_name = _("shortlist entry")
        verbose_name_plural = _("shortlist")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "advisor"],
                name="shortlist_advisor_once",
                violation_error_message=_("This person is on the shortlist already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.case.reference}: {self.advisor} ({self.get_role_display()})"


class ConflictOfInterest(models.Model):
    """Why an advisor cannot advise a municipality, or one case: recorded by herself or the coordination."""

    advisor = models.ForeignKey(
        Advisor, on_delete=models.CASCADE, related_name="conflicts", verbose_name=_("advisor")
    )
    municipality = models.ForeignKey(
        Municipality,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("municipality"),
    )
    case = models.ForeignKey(
        Case,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="conflicts",
        verbose_name=_("case"),
    )
    kind = models.CharField(_("reason"), max_length=10, choices=ConflictKind)
    note = models.CharField(_("note"), max_length=300, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(_("recorded"))
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    lifted_at = models.DateTimeField(_("lifted"), null=True, blank=True)

    class Meta:
        verbose_name = _("conflict of interest")
        verbose_name_plural = _("conflicts of interest")
        ordering = ["-recorded_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(municipality__isnull=True) ^ Q(case__isnull=True),
                name="conflict_with_municipality_or_case",
                violation_error_message=_("A conflict concerns either a municipality or one case."),
            ),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True, lifted_by__isnull=True)
                | Q(lifted_at__isnull=False, lifted_by__isnull=False),
                name="conflict_lifted_by_somebody",
                violation_error_message=_("Say who lifted it, and when."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.advisor}: {self.get_kind_display()}"
