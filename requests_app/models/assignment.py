"""Who was asked to advise a case, in which role, and what came of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from advisors.models import Advisor
from requests_app.models.choices import LIVE_ASSIGNMENTS, AssignmentRole, AssignmentStatus
from requests_app.models.request import Case

_LIVE = [str(status) for status in LIVE_ASSIGNMENTS]
_ANSWERED = [str(AssignmentStatus.ACCEPTED), str(AssignmentStatus.DECLINED), str(AssignmentStatus.ENDED)]


class Assignment(models.Model):
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
    offered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    offered_at = models.DateTimeField(_("offered"))
    answer_due_on = models.DateField(_("answer due on"))
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    decline_reason = models.CharField(_("reason"), max_length=500, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ["offered_at", "pk"]
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
