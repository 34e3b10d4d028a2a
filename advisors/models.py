"""The pool: who advises, on what, from where, and when not."""

from __future__ import annotations

from datetime import date
from itertools import chain, count
from typing import Any

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from advisors.vocabulary import ConsultationFormat, Mode
from miglobe.site.languages import marked
from miglobe.site.model_fields import KeyListField

# Letters that `slugify` would drop, or write with one letter where German writes two.
_GERMAN = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss", "ı": "i"}
)


def _label_of(word: Topic | WorldRegion) -> str:
    """The label in the current language; a German one for want of another is marked as such."""
    if get_language() == "en":
        return word.label_en or marked(word.label)
    return word.label


class Topic(models.Model):
    """A subject of municipal development policy that requests and advisors are matched on."""

    key = models.SlugField(_("key"), unique=True)
    label = models.CharField(_("label"), max_length=120)
    label_en = models.CharField(_("label in English"), max_length=120, blank=True, default="")
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("offered in the form"), default=True)

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["position", "label"]

    def __str__(self) -> str:
        return _label_of(self)


class WorldRegion(models.Model):
    """A region of the world that an advisor knows from professional experience (never: origin)."""

    key = models.SlugField(_("key"), unique=True)
    label = models.CharField(_("label"), max_length=80)
    label_en = models.CharField(_("label in English"), max_length=80, blank=True, default="")

    class Meta:
        verbose_name = _("world region")
        verbose_name_plural = _("world regions")
        ordering = ["label"]

    def __str__(self) -> str:
        return _label_of(self)


class AdvisorQuerySet(models.QuerySet["Advisor"]):
    def active(self) -> AdvisorQuerySet:
        """Those who take on cases at all (absence apart)."""
        return self.filter(status=Advisor.Status.ACTIVE, user__is_active=True)

    def named_in_public(self) -> AdvisorQuerySet:
        """Those of them whom the request form may name to everybody."""
        return self.active().filter(is_named_in_form=True)


class Advisor(models.Model):
    """A member of the pool. Her or his name and address are those of the user account."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("Active")
        PAUSED = "paused", _("Paused")
        LEFT = "left", _("Left the pool")

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="advisor", verbose_name=_("account")
    )
    # The address of the public profile. Set once, with the first save.
    slug = models.SlugField(_("address of the profile"), max_length=80, unique=True, editable=False)
    status = models.CharField(_("state"), max_length=10, choices=Status, default=Status.ACTIVE)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    base_town = models.CharField(_("base town"), max_length=120, blank=True)
    base_key = models.CharField(
        _("key of the base town"),
        max_length=8,
        blank=True,
        help_text=_("AGS of the base town in the register, for distances. Never a home address."),
    )
    topics = models.ManyToManyField(Topic, verbose_name=_("topics"), blank=True, related_name="advisors")
    world_regions = models.ManyToManyField(WorldRegion, verbose_name=_("world regions"), blank=True)
    countries = models.CharField(_("experience in countries"), max_length=300, blank=True)
    formats = KeyListField(ConsultationFormat, verbose_name=_("formats"))
    modes = KeyListField(Mode, verbose_name=_("on site or online"))
    travel_radius_km = models.PositiveSmallIntegerField(_("travels up to (km)"), null=True, blank=True)
    experience_years = models.PositiveSmallIntegerField(_("years of experience"), null=True, blank=True)
    availability = models.CharField(_("availability"), max_length=200, blank=True)
    capacity = models.PositiveSmallIntegerField(
        _("cases at the same time"), default=3, validators=[MinValueValidator(1)]
    )
    profile = models.TextField(_("profile"), max_length=2000, blank=True)
    approach = models.TextField(_("a personal word"), max_length=600, blank=True)
    # A name is personal data: it is public only when the person has said yes.
    is_named_in_form = models.BooleanField(
        _("named in the request form"),
        default=False,
        help_text=_("Everybody can then read the name. Tick this only when the person has agreed."),
    )
    internal_notes = models.TextField(
        _("internal notes"), blank=True, help_text=_("For the coordination only.")
    )
    created_at = models.DateTimeField(_("in the pool since"), auto_now_add=True)

    objects = AdvisorQuerySet.as_manager()

    class Meta:
        verbose_name = _("advisor")
        verbose_name_plural = _("advisors")
        ordering = ["user__name"]

    def __str__(self) -> str:
        return str(self.user)

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self.slug:
            self.slug = _free_slug(self.user.name)
            if (fields := kwargs.get("update_fields")) is not None:
                kwargs["update_fields"] = {*fields, "slug"}
        super().save(*args, **kwargs)

    @property
    def name(self) -> str:
        return str(self.user)

    def absence_on(self, day: date) -> Absence | None:
        """The absence that covers ``day``, if there is one. Reads prefetched absences."""
        return next((a for a in self.absences.all() if a.first_day <= day <= a.last_day), None)


def _free_slug(name: str) -> str:
    """The address of a new profile, made of the name; with a number if it is taken."""
    base = slugify(name.translate(_GERMAN))[:70] or "profil"
    taken = set(Advisor.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    numbered = (f"{base}-{number}" for number in count(2))
    return next(slug for slug in chain([base], numbered) if slug not in taken)


class AdvisorLanguage(models.Model):
    """A language an advisor works in, with the level as the advisor states it (B2, C1, first language)."""

    advisor = models.ForeignKey(Advisor, on_delete=models.CASCADE, related_name="languages")
    code = models.CharField(_("language"), max_length=8, help_text=_("ISO 639 code, for example fr."))
    level = models.CharField(_("level"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("language")
        verbose_name_plural = _("languages")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["advisor", "code"],
                name="advisor_language_once",
                violation_error_message=_("This language is listed already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} ({self.level})" if self.level else self.code


class Absence(models.Model):
    """Days on which an advisor takes no offers, first and last day included."""

    advisor = models.ForeignKey(Advisor, on_delete=models.CASCADE, related_name="absences")
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    # Who can be asked instead; said to whoever asks the absent person directly.
    substitute = models.ForeignKey(
        Advisor,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("substitute"),
    )
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering = ["first_day"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="absence_ends_after_it_begins",
                violation_error_message=_("The last day cannot be before the first."),
            ),
            models.CheckConstraint(
                condition=Q(substitute=None) | ~Q(substitute=F("advisor")),
                name="absence_substitute_is_somebody_else",
                violation_error_message=_("Somebody else must be the substitute."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_day:%d.%m.%Y}–{self.last_day:%d.%m.%Y}"
