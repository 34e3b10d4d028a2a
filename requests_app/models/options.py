"""What a dialogue leads to: concrete action options."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from miglobe.site.model_fields import QuickWords
from requests_app.models.choices import OPTION_GOALS, SETTLED_OPTIONS, Effort, Horizon, OptionStatus
from requests_app.models.library import LibraryOption
from requests_app.models.request import Case

_SETTLED = [str(status) for status in SETTLED_OPTIONS]


class OptionQuerySet(models.QuerySet["ActionOption"]):
    """Which options count, asked in one place: ``case.options.current()``, ``case.options.agreed()``."""

    def current(self) -> OptionQuerySet:
        """All but those whose new version was agreed."""
        return self.exclude(status=OptionStatus.REPLACED)

    def agreed(self) -> OptionQuerySet:
        """What the municipality confirmed and holds now, also while a new version is being written."""
        return self.filter(status=OptionStatus.AGREED)

    def unsettled(self) -> OptionQuerySet:
        """What is still to be agreed."""
        return self.exclude(status__in=_SETTLED)


class ActionOption(QuickWords, models.Model):
    """A concrete proposal, developed on the ground: first step, responsible unit and date."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="options", verbose_name=_("case"))
    position = models.PositiveSmallIntegerField(_("position"))
    goal = models.CharField(_("goal"), max_length=16, choices=OPTION_GOALS)
    title = models.CharField(_("title"), max_length=160)
    description = models.TextField(_("description"), max_length=3000)
    first_step = models.CharField(_("first step"), max_length=400)
    responsible_unit = models.CharField(_("responsible unit"), max_length=160)
    # Organisations, never persons.
    partners = models.CharField(_("partners"), max_length=300, blank=True)
    # The line of a council paper; empty: what the effort says.
    financial_effects = models.CharField(_("financial effects"), max_length=300, blank=True)
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
    # The agreed option that this one changes: that stays as it is until this one is agreed.
    replaces = models.OneToOneField(
        "self",
        on_delete=models.RESTRICT,  # a case goes with all its options
        null=True,
        blank=True,
        related_name="replaced_by",
        verbose_name=_("replaces"),
    )
    # The entry of the library that it was written from.
    taken_from = models.ForeignKey(
        LibraryOption,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("taken from the library"),
    )
    # Rises with every change of the text, so that nobody confirms a wording they have not read.
    version = models.PositiveSmallIntegerField(default=1, editable=False)

    # Filled in by ``option_versions.with_versions``: place in the list, which version, those before it
    # (the newest first), and whether its new version stands beside it.
    place = 0
    edition = 1
    earlier: Sequence[ActionOption] = ()
    has_new_version = False

    objects = OptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("action option")
        verbose_name_plural = _("action options")
        ordering = ["position", "pk"]
        indexes = [
            models.Index(fields=["confirmed_at"], name="option_settled", condition=Q(status__in=_SETTLED))
        ]
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(status__in=_SETTLED, confirmed_at__isnull=False, confirmed_by__isnull=False)
                    | (~Q(status__in=_SETTLED) & Q(confirmed_at__isnull=True, confirmed_by__isnull=True))
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

    @property
    def is_settled(self) -> bool:
        """Whether it was agreed, and so stays as it is."""
        return self.status in SETTLED_OPTIONS


class LibraryRequest(models.Model):
    """Whether an agreed option may go into the library: what the municipality was shown, and its answer."""

    option = models.OneToOneField(
        ActionOption, on_delete=models.CASCADE, related_name="library_request", verbose_name=_("option")
    )
    # The wording without names and places, by the fields of ``LibraryOption``.
    wording: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField(_("wording"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("asked"))
    is_granted = models.BooleanField(_("the municipality agrees"), null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    entry = models.OneToOneField(
        LibraryOption,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="source",
        verbose_name=_("entry of the library"),
    )

    class Meta:
        verbose_name = _("question for the library")
        verbose_name_plural = _("questions for the library")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_granted__isnull=True, answered_at__isnull=True, answered_by__isnull=True)
                | Q(is_granted__isnull=False, answered_at__isnull=False, answered_by__isnull=False),
                name="library_request_answered_by_somebody",
                violation_error_message=_("An answer has a person and a time."),
            ),
            models.CheckConstraint(
                condition=Q(entry__isnull=True) | Q(is_granted=True),
                name="library_entry_was_granted",
                violation_error_message=_("The municipality has not agreed to it."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.option}"
