"""The pool: who advises, on what, from where, and when not."""

from __future__ import annotations

import uuid
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

from advisors.languages import LANGUAGES
from advisors.vocabulary import ConsultationFormat, LanguageLevel, Mode
from miglobe.site.languages import marked
from miglobe.site.model_fields import KeyListField

PHOTO_FOLDER = "photos"
# Letters that `slugify` would drop, or write with one letter where German writes two.
_GERMAN = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss", "ı": "i"}
)


def _label_of(word: Topic | WorldRegion) -> str:
    """The label in the current language; a German one for want of another is marked as such."""
    if get_language() == "en":
        return word.label_en or marked(word.label)
    return word.label


def photo_path(instance: models.Model | None = None, name: str = "") -> str:
    """Where a photo is stored: nothing in it comes from a person."""
    return f"{PHOTO_FOLDER}/{uuid.uuid4().hex}"


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

    def published(self) -> AdvisorQuerySet:
        """Those of them whose profile, and with it their name, everybody may read."""
        approved = Publication.objects.filter(state=Publication.State.APPROVED)
        return self.active().exclude(user__name="").filter(pk__in=approved.values("advisor"))


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
    # As the person is working on it; public is the one of the approved publication.
    photo = models.FileField(_("photo"), upload_to=photo_path, max_length=100, blank=True, editable=False)
    photo_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    internal_notes = models.TextField(
        _("internal notes"), blank=True, help_text=_("For the coordination only.")
    )
    # A mail to this address came back, and none has arrived since.
    bounced_address = models.EmailField(max_length=254, blank=True, editable=False)
    mail_bounced_at = models.DateTimeField(null=True, blank=True, editable=False)
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
    def is_in_the_pool(self) -> bool:
        """Whether this person takes on cases at all (absence apart), as ``AdvisorQuerySet.active`` says."""
        return self.status == self.Status.ACTIVE and self.user.is_active

    @property
    def is_hard_to_reach(self) -> bool:
        """Whether the last that is known of mails to the address is that one came back."""
        return bool(self.bounced_address) and self.bounced_address == self.user.email

    @property
    def name(self) -> str:
        return str(self.user)

    @property
    def initials(self) -> str:
        """The first letters of first and last name."""
        words = self.name.split()
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()

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
    """A language an advisor works in, with the level as the advisor states it."""

    advisor = models.ForeignKey(Advisor, on_delete=models.CASCADE, related_name="languages")
    code = models.CharField(_("language"), max_length=8, choices=LANGUAGES)
    level = models.CharField(_("level"), max_length=20, choices=LanguageLevel, blank=True)

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
        return (
            f"{self.get_code_display()} ({self.get_level_display()})"
            if self.level
            else self.get_code_display()
        )


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


class Publication(models.Model):
    """A public text as the advisor consented to it: who, when, which words, and what became of it.

    Made and taken through its states by ``advisors.publishing`` alone. What was consented to never
    changes afterwards and no row is deleted: together they are the record of the consent.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits for approval")
        APPROVED = "approved", _("Public")
        DECLINED = "declined", _("Returned")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        REPLACED = "replaced", _("Replaced by a newer one")

    # All that may change once the consent is recorded. A photo goes when it is not shown any more.
    CHANGEABLE = frozenset(
        {"state", "reviewed_by", "reviewed_at", "review_note", "withdrawn_by", "withdrawn_at", "photo"}
    )

    advisor = models.ForeignKey(
        Advisor, on_delete=models.PROTECT, related_name="publications", verbose_name=_("advisor")
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    name = models.CharField(_("name"), max_length=150)
    profile = models.TextField(_("profile"))
    approach = models.TextField(_("a personal word"), blank=True)
    countries = models.CharField(_("experience in countries"), max_length=300, blank=True)
    photo = models.FileField(_("photo"), max_length=100, blank=True)
    photo_sha256 = models.CharField(_("fingerprint of the photo"), max_length=64, blank=True)
    consent_text = models.TextField(_("text of the consent"))
    consented_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("consented by")
    )
    consented_at = models.DateTimeField(_("consented at"))
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    reviewed_at = models.DateTimeField(_("decided at"), null=True)
    review_note = models.TextField(_("note to the advisor"), blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("withdrawn by"),
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True)

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("public profiles")
        ordering = ["-pk"]
        permissions = [("review_publication", "Can approve and return public profiles")]
        constraints = [
            models.UniqueConstraint(
                fields=["advisor"],
                condition=Q(state="approved"),
                name="publication_one_approved",
                violation_error_message=_("Another text of this person is public."),
            ),
            models.UniqueConstraint(
                fields=["advisor"],
                condition=Q(state="waiting"),
                name="publication_one_waiting",
                violation_error_message=_("Another text of this person waits for approval."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "declined"])
                | Q(reviewed_by__isnull=False, reviewed_at__isnull=False),
                name="publication_decided_by_somebody",
                violation_error_message=_("Say who decided, and when."),
            ),
            models.CheckConstraint(
                condition=Q(state="withdrawn", withdrawn_by__isnull=False, withdrawn_at__isnull=False)
                | (~Q(state="withdrawn") & Q(withdrawn_by__isnull=True, withdrawn_at__isnull=True)),
                name="publication_withdrawn_by_somebody",
                violation_error_message=_("Say who withdrew it, and when."),
            ),
            models.CheckConstraint(
                condition=~Q(profile="") & ~Q(consent_text="") & ~Q(name=""),
                name="publication_says_what_was_consented",
                violation_error_message=_("Without a text there is nothing to consent to."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.get_state_display()}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        fields = kwargs.get("update_fields")
        if not self._state.adding and (fields is None or set(fields) - self.CHANGEABLE):
            raise TypeError("What somebody consented to does not change afterwards.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("The record of a consent is kept.")
