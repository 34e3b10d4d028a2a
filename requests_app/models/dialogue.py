"""What was held: the sessions of a dialogue."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import blake2s

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from advisors.models import Advisor
from advisors.vocabulary import ConsultationFormat
from miglobe.site.model_fields import QuickWords
from requests_app.models.choices import SessionMode
from requests_app.models.dates import Appointment
from requests_app.models.request import Case

# What the advisor who logs a session types.
RECORDED = (
    "date",
    "start",
    "minutes",
    "format",
    "mode",
    "participants_administration",
    "participants_politics",
    "participants_associations",
    "participants_others",
    "shared_minutes",
    "private_notes",
)


class DialogueSession(QuickWords, models.Model):
    """One session between a municipality and its advisors. Participants are numbers, never names."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="sessions", verbose_name=_("case"))
    date = models.DateField(_("date"))
    start = models.TimeField(_("start"))
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), validators=[MinValueValidator(5), MaxValueValidator(960)]
    )
    format = models.CharField(_("format"), max_length=20, choices=ConsultationFormat)
    mode = models.CharField(_("on site, online or by telephone"), max_length=8, choices=SessionMode)
    advisors = models.ManyToManyField(Advisor, verbose_name=_("present advisors"), related_name="sessions")
    participants_administration = models.PositiveSmallIntegerField(_("from the administration"), default=0)
    participants_politics = models.PositiveSmallIntegerField(_("from politics"), default=0)
    participants_associations = models.PositiveSmallIntegerField(_("from associations"), default=0)
    participants_others = models.PositiveSmallIntegerField(_("others"), default=0)
    shared_minutes = models.TextField(_("shared minutes"), max_length=5000, blank=True)
    private_notes = models.TextField(_("private notes"), max_length=5000, blank=True)
    # The agreed date at which it was held.
    appointment = models.OneToOneField(
        Appointment,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="session",
        verbose_name=_("appointment"),
    )
    # Rises with every correction, so that nobody confirms a record they have not read.
    version = models.PositiveSmallIntegerField(default=1, editable=False)
    # The municipality's word that it was held like this; a correction takes it away.
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    # What the municipality says was different; empty again with the next correction.
    objection = models.TextField(_("what was different"), max_length=1000, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)
    # The key of the form it was logged with: pressing "save" twice on a bad line logs one session.
    form_key = models.UUIDField(unique=True, editable=False)

    class Meta:
        verbose_name = _("dialogue session")
        verbose_name_plural = _("dialogue sessions")
        ordering = ["date", "start", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes__gte=5, minutes__lte=960),
                name="session_length_plausible",
                violation_error_message=_("A session lasts between 5 minutes and 16 hours."),
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False, objection=""),
                name="session_confirmed_by_somebody",
                violation_error_message=_(
                    "A session is either confirmed by somebody or said to be different."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_format_display()}, {self.date:%d.%m.%Y}"

    @property
    def participants(self) -> int:
        """Everybody who took part, advisors apart."""
        return (
            self.participants_administration
            + self.participants_politics
            + self.participants_associations
            + self.participants_others
        )

    @property
    def end(self) -> datetime:
        return datetime.combine(self.date, self.start) + timedelta(minutes=self.minutes)

    @property
    def wording(self) -> str:
        """Tells one state of the record from the next, private notes and all: for its author alone."""
        facts = [str(getattr(self, name)) for name in RECORDED]
        present = sorted(advisor.pk for advisor in self.advisors.all())
        return blake2s(repr([facts, present]).encode(), digest_size=8).hexdigest()


class SessionAddition(models.Model):
    """What another advisor who was present adds to a session: to the minutes, or for herself or himself."""

    session = models.ForeignKey(DialogueSession, on_delete=models.CASCADE, related_name="additions")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    shared_minutes = models.TextField(_("shared minutes"), max_length=5000, blank=True)
    private_notes = models.TextField(_("private notes"), max_length=5000, blank=True)
    added_at = models.DateTimeField(_("added"))
    changed_at = models.DateTimeField(_("changed"))

    class Meta:
        verbose_name = _("addition to a session")
        verbose_name_plural = _("additions to sessions")
        ordering = ["added_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "author"],
                name="session_addition_once_per_advisor",
                violation_error_message=_("You have added to this session already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.session}: {self.author}"

    @property
    def wording(self) -> str:
        """Tells one wording of the addition from the next."""
        return self.changed_at.isoformat()
