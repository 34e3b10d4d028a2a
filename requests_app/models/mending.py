"""The record of what is mended in a case: two cases merged, passages blackened."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from requests_app.models.request import Case


class CaseMerge(models.Model):
    """That one case was merged into another, and what moved: enough to undo it."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="merges", verbose_name=_("case"))
    into = models.ForeignKey(
        Case, on_delete=models.CASCADE, related_name="taken_in", verbose_name=_("merged into")
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("merged"))
    # Keys of the rows that moved, by table, and the state that the case had.
    moved: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)

    class Meta:
        verbose_name = _("merge of two cases")
        verbose_name_plural = _("merges of cases")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(undone_at__isnull=True),
                name="merge_once",
                violation_error_message=_("This case has been merged already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.case.reference} → {self.into.reference}"


class Redaction(models.Model):
    """That a passage was blackened: where, by whom, when, and why – never the passage itself."""

    case = models.ForeignKey(
        Case, on_delete=models.CASCADE, related_name="redactions", verbose_name=_("case")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("who")
    )
    at = models.DateTimeField(_("when"))
    # Which text, in words that name nobody: "situation", "message of 3 November".
    place = models.CharField(_("where"), max_length=200)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    length = models.PositiveIntegerField(_("characters"))

    class Meta:
        verbose_name = _("redaction")
        verbose_name_plural = _("redactions")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.case.reference}: {self.place}"
