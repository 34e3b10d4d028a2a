"""The library of action options: reviewed texts that name nobody and no place, for the next consultation."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from advisors.models import Topic
from miglobe.site.model_fields import QuickWords
from requests_app.models.choices import OPTION_GOALS, Effort, Horizon


class LibraryOption(QuickWords, models.Model):
    """A reviewed action option to begin from. The coordination keeps it."""

    # Of the entries that come with the portal; empty in those that were taken in or written here.
    key = models.CharField(_("key"), max_length=20, blank=True, editable=False)
    goal = models.CharField(_("goal"), max_length=16, choices=OPTION_GOALS)
    title = models.CharField(_("title"), max_length=160)
    description = models.TextField(_("description"), max_length=3000)
    first_step = models.CharField(_("first step"), max_length=400)
    responsible_unit = models.CharField(_("responsible unit"), max_length=160, blank=True)
    partners = models.CharField(_("partners"), max_length=300, blank=True)
    effort = models.CharField(_("effort"), max_length=8, choices=Effort)
    financial_effects = models.CharField(_("financial effects"), max_length=300, blank=True)
    horizon = models.CharField(_("horizon"), max_length=8, choices=Horizon)
    indicator = models.CharField(_("how you will notice"), max_length=300, blank=True)
    example = models.TextField(_("example"), max_length=1000, blank=True)
    topics = models.ManyToManyField(Topic, verbose_name=_("topics"), blank=True, related_name="+")
    is_active = models.BooleanField(_("offered to advisors"), default=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("changed by"),
    )
    changed_at = models.DateTimeField(_("changed"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("library entry")
        verbose_name_plural = _("library entries")
        ordering = ["goal", "title", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                condition=~models.Q(key=""),
                name="library_option_key_once",
                violation_error_message=_("The library has this option already."),
            )
        ]

    def __str__(self) -> str:
        return self.title
