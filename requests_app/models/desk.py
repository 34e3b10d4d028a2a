"""What belongs to the coordinators' desk: preferences, leave, saved filters, their own texts, exports."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from miglobe.accounts.models import Language


class SavedFilter(models.Model):
    """A set of filters of the list of cases under a name of its own."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="saved_filters",
        verbose_name=_("account"),
    )
    name = models.CharField(_("name"), max_length=80)
    # As in the list's address, without "?": parameters that the list knows, nothing else.
    query = models.CharField(_("filters"), max_length=1000, blank=True)
    is_shared = models.BooleanField(_("shared with the coordination"), default=False)

    class Meta:
        verbose_name = _("saved filter")
        verbose_name_plural = _("saved filters")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "name"],
                name="saved_filter_name_once",
                violation_error_message=_("You have a filter of this name already."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class DeskSettings(models.Model):
    """How one coordinator wants the desk."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="desk",
        verbose_name=_("account"),
    )
    wants_daily_mail = models.BooleanField(_("daily mail with what is to do"), default=True)
    start_filter = models.ForeignKey(
        SavedFilter,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("shown first"),
    )

    class Meta:
        verbose_name = _("settings of a desk")
        verbose_name_plural = _("settings of desks")

    def __str__(self) -> str:
        return str(self.user)


class Leave(models.Model):
    """Days on which a coordinator is away, first and last day included, and who stands in."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="leaves", verbose_name=_("account")
    )
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    substitute = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("substitute"),
    )

    class Meta:
        verbose_name = _("leave")
        verbose_name_plural = _("leaves")
        ordering = ["first_day", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="leave_ends_after_it_begins",
                violation_error_message=_("The last day is before the first one."),
            ),
            models.CheckConstraint(
                condition=Q(substitute__isnull=True) | ~Q(substitute=F("user")),
                name="leave_substitute_is_somebody_else",
                violation_error_message=_("Nobody stands in for oneself."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.first_day:%d.%m.%Y}–{self.last_day:%d.%m.%Y}"


class DailyMail(models.Model):
    """That the one mail of a day is settled for somebody, sent or not needed: no worker does it again."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "day"], name="daily_mail_once")]

    def __str__(self) -> str:
        return f"{self.user}, {self.day:%d.%m.%Y}"


class TextModule(models.Model):
    """A text that the coordinators keep to use again, with named placeholders."""

    name = models.CharField(_("name"), max_length=80)
    language = models.CharField(_("language"), max_length=5, choices=Language, default=Language.GERMAN)
    body = models.TextField(_("text"), max_length=5000)
    # Empty: delivered with the portal, and nobody has changed it yet.
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    changed_at = models.DateTimeField(_("changed"))

    class Meta:
        verbose_name = _("text module")
        verbose_name_plural = _("text modules")
        ordering = ["name", "language"]
        constraints = [
            models.UniqueConstraint(
                fields=["name", "language"],
                name="text_module_name_once",
                violation_error_message=_("There is a text of this name already."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class ListExport(models.Model):
    """That somebody took a list of cases with contact data as a file, and which one."""

    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("who")
    )
    at = models.DateTimeField(_("when"))
    form = models.CharField(_("kind of file"), max_length=4, choices=[("csv", "CSV"), ("xlsx", "XLSX")])
    # The list's filters in words; without what was searched for: it may be a person's name.
    filters = models.TextField(_("filters"), blank=True)
    rows = models.PositiveIntegerField(_("rows"), null=True)

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        ordering = ["-at", "-pk"]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.by}, {self.at:%d.%m.%Y %H:%M}"
