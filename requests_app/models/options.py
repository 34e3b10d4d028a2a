"""What a dialogue leads to: concrete action options."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from requests_app.models.choices import Effort, Goal, Horizon, OptionStatus
from requests_app.models.request import Case


class ActionOption(models.Model):
    """A concrete proposal, developed on the ground: first step, responsible unit and date."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="options", verbose_name=_("case"))
    position = models.PositiveSmallIntegerField(_("position"))
    goal = models.CharField(_("goal"), max_length=16, choices=Goal)
    title = models.CharField(_("title"), max_length=160)
    description = models.TextField(_("description"), max_length=3000)
    first_step = models.CharField(_("first step"), max_length=400)
    responsible_unit = models.CharField(_("responsible unit"), max_length=160)
    horizon = models.CharField(_("horizon"), max_length=8, choices=Horizon)
    due_on = models.DateField(_("by (date)"), null=True, blank=True)
    effort = models.CharField(_("effort"), max_length=8, choices=Effort)
    indicator = models.CharField(_("how you will notice"), max_length=300, blank=True)
    status = models.CharField(_("state"), max_length=10, choices=OptionStatus, default=OptionStatus.DRAFT)
    comment = models.TextField(_("comment of the municipality"), max_length=2000, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    # Rises with every change of the text, so that nobody confirms a wording they have not read.
    version = models.PositiveSmallIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("action option")
        verbose_name_plural = _("action options")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(status=OptionStatus.AGREED, confirmed_at__isnull=False, confirmed_by__isnull=False)
                    | (
                        ~Q(status=OptionStatus.AGREED)
                        & Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                    )
                ),
                name="option_confirmed_exactly_when_agreed",
                violation_error_message=_("An option is agreed exactly when the municipality confirmed it."),
            ),
            models.CheckConstraint(
                condition=~Q(status=OptionStatus.COMMENTED) | ~Q(comment=""),
                name="option_commented_has_comment",
                violation_error_message=_("A commented option carries its comment."),
            ),
        ]

    def __str__(self) -> str:
        return self.title
