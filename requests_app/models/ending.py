"""What comes after the end: what the municipality thinks of it, and what became of the options."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from miglobe.site.model_fields import QuickWords
from requests_app.models.choices import FollowUpStatus, Helped, Implementation, Recommends
from requests_app.models.options import ActionOption
from requests_app.models.request import Case


class Feedback(models.Model):
    """The municipality's answers to three questions at the end. None of them has to be answered."""

    case = models.OneToOneField(
        Case, on_delete=models.CASCADE, related_name="feedback", verbose_name=_("case")
    )
    helped = models.CharField(_("did it help?"), max_length=8, choices=Helped, blank=True)
    recommends = models.CharField(_("would you recommend it?"), max_length=8, choices=Recommends, blank=True)
    missing = models.TextField(_("what was missing?"), max_length=2000, blank=True)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField(_("answered"))

    class Meta:
        verbose_name = _("answers at the end")
        verbose_name_plural = _("answers at the end")
        ordering = ["-given_at", "-pk"]

    def __str__(self) -> str:
        return self.case.reference


_ASKED = [str(FollowUpStatus.ASKED), str(FollowUpStatus.REMINDED), str(FollowUpStatus.RESTS)]


class FollowUp(QuickWords, models.Model):
    """One round of asking, some months after the end, what became of the options."""

    case = models.ForeignKey(
        Case, on_delete=models.CASCADE, related_name="follow_ups", verbose_name=_("case")
    )
    # 0: the municipality told of its own accord, between the rounds.
    months = models.PositiveSmallIntegerField(_("months after the end"))
    due_on = models.DateField(_("due on"))
    status = models.CharField(
        _("state"), max_length=10, choices=FollowUpStatus, default=FollowUpStatus.PLANNED
    )
    asked_at = models.DateTimeField(_("asked"), null=True, blank=True)
    reminded_at = models.DateTimeField(_("reminded"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    # What the municipality adds to all options together.
    word = models.TextField(_("a word of the municipality"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        ordering = ["due_on", "pk"]
        indexes = [
            models.Index(
                fields=["due_on"], name="follow_up_planned", condition=Q(status=FollowUpStatus.PLANNED)
            ),
            models.Index(fields=["asked_at"], name="follow_up_waiting", condition=Q(status__in=_ASKED)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "due_on"],
                # Not once a case was reopened, nor what the municipality tells unasked (months 0).
                condition=Q(months__gt=0) & ~Q(status=FollowUpStatus.CANCELLED),
                name="follow_up_once_per_day",
                violation_error_message=_("There is a follow-up on this day already."),
            ),
            models.CheckConstraint(
                condition=Q(status=FollowUpStatus.ANSWERED, answered_at__isnull=False)
                | (
                    ~Q(status=FollowUpStatus.ANSWERED) & Q(answered_at__isnull=True, answered_by__isnull=True)
                ),
                name="follow_up_answered_has_time",
                violation_error_message=_("A follow-up has an answer exactly when it was answered."),
            ),
            models.CheckConstraint(
                condition=~Q(status__in=_ASKED) | Q(asked_at__isnull=False),
                name="follow_up_asked_has_time",
                violation_error_message=_("A follow-up that was sent has a time."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case.reference}: {self.due_on:%d.%m.%Y}"


class OptionReport(QuickWords, models.Model):
    """What the municipality says about one option at one time. Never changed: the newest one counts."""

    option = models.ForeignKey(
        ActionOption, on_delete=models.CASCADE, related_name="reports", verbose_name=_("option")
    )
    follow_up = models.ForeignKey(
        FollowUp, on_delete=models.SET_NULL, null=True, blank=True, related_name="reports"
    )
    implementation = models.CharField(_("state of implementation"), max_length=12, choices=Implementation)
    # Why it was dropped, or how far it is.
    note = models.CharField(_("note"), max_length=500, blank=True)
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reported_at = models.DateTimeField(_("said"))

    class Meta:
        verbose_name = _("state of an option")
        verbose_name_plural = _("states of options")
        ordering = ["reported_at", "pk"]
        indexes = [models.Index(fields=["option", "-reported_at", "-id"], name="option_report_newest")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(implementation=Implementation.DROPPED) | ~Q(note=""),
                name="option_dropped_says_why",
                violation_error_message=_("Say why the option was dropped."),
            ),
            models.CheckConstraint(
                condition=Q(implementation__in=Implementation.values),
                name="option_report_state_known",
                violation_error_message=_("This state does not exist."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.option}: {self.get_implementation_display()}"
