"""What the host may change about the portal: one row, edited in the admin."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, ClassVar

from django.conf import settings
from django.core.cache import caches
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.template.defaultfilters import linebreaksbr
from django.utils.safestring import SafeString
from django.utils.text import format_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from miglobe.site.languages import marked

SHIPPED = Path(__file__).with_name("defaults.json")
PLACEHOLDER = "[Bitte eintragen"

cache = caches["local"]
CACHE_KEY = "site.portal_settings"
# Each web process may have a cache of its own; the others see a change after this time.
CACHE_SECONDS = 60

# Deadlines of a few weeks at most: what is longer is a mistake in typing.
_DAYS = [MinValueValidator(1), MaxValueValidator(60)]


# Months after the end of a consultation at which one may ask what became of it, and how often.
_LATEST_MONTH = 36
_MOST_ROUNDS = 6


def check_months(text: str) -> None:
    """Raise ``ValidationError`` unless ``text`` holds whole months in their order, like "3, 6, 12"."""
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isascii() and part.isdecimal() and len(part) < 4 for part in parts):
        raise ValidationError(_("Give whole months with commas between them, for example 3, 6, 12."))
    months = [int(part) for part in parts]
    if months[0] < 1 or months[-1] > _LATEST_MONTH or len(months) > _MOST_ROUNDS:
        raise ValidationError(_("At most six follow-ups, from the first month to the thirty-sixth."))
    if months != sorted(set(months)):
        raise ValidationError(_("Each follow-up comes later than the one before, for example 3, 6, 12."))


# What the host writes in English as well, in the field of the same name with "_en" behind it.
ALSO_IN_ENGLISH = (
    "notice_banner",
    "closed_text",
    "landing_title",
    "landing_lead",
    "guiding_question",
    *[f"aim_{number}_{part}" for number in range(1, 5) for part in ("title", "text")],
    "eligibility_text",
    "cost_sentence",
    "ask_host_text",
    "ask_advisors_text",
    "funder_text",
    "fee_rule",
    "expected_effort",
)


def _english(field: models.CharField | models.TextField) -> Any:
    """The English of a German text; may stay empty."""
    name = format_lazy("{} ({})", field.verbose_name, _("English"))
    return type(field)(name, max_length=field.max_length, blank=True, default="")


class PortalSettings(models.Model):
    """The host's words and numbers. Read it with `PortalSettings.load()`."""

    id = models.PositiveSmallIntegerField(primary_key=True, editable=False)

    host_name = models.CharField(_("name of the host"), max_length=200)
    host_short_name = models.CharField(_("short name of the host"), max_length=40, blank=True)
    host_address = models.TextField(_("postal address"), blank=True)
    host_website = models.URLField(_("website of the host"), blank=True)
    funder_text = models.TextField(_("who pays"), blank=True)
    cost_sentence = models.TextField(_("what it costs the municipality"), max_length=200)

    # What advisors read in an offer.
    fee_rule = models.TextField(_("fee rule for advisors"), max_length=500, blank=True)
    expected_effort = models.CharField(_("expected effort of a consultation"), max_length=300, blank=True)

    contact_name = models.CharField(_("contact person"), max_length=150)
    contact_role = models.CharField(_("function"), max_length=150, blank=True)
    contact_phone = models.CharField(_("telephone"), max_length=50, blank=True)
    contact_email = models.EmailField(_("e-mail address"))
    contact_hours = models.CharField(_("when to call"), max_length=150, blank=True)

    # Where municipalities outside North Rhine-Westphalia are pointed to.
    referral_name = models.CharField(_("advice outside North Rhine-Westphalia"), max_length=200, blank=True)
    referral_contact = models.TextField(_("contact of that advice"), blank=True)
    referral_website = models.URLField(_("website of that advice"), blank=True)

    landing_title = models.CharField(_("headline"), max_length=150)
    landing_lead = models.TextField(_("introduction"))
    guiding_question = models.TextField(_("guiding question"))
    aim_1_title = models.CharField(_("first aim"), max_length=80)
    aim_1_text = models.TextField(_("first aim, one sentence"), max_length=250)
    aim_2_title = models.CharField(_("second aim"), max_length=80)
    aim_2_text = models.TextField(_("second aim, one sentence"), max_length=250)
    aim_3_title = models.CharField(_("third aim"), max_length=80)
    aim_3_text = models.TextField(_("third aim, one sentence"), max_length=250)
    aim_4_title = models.CharField(_("fourth aim"), max_length=80)
    aim_4_text = models.TextField(_("fourth aim, one sentence"), max_length=250)
    eligibility_text = models.TextField(_("who may ask"))
    ask_host_text = models.TextField(_("asking the coordination"))
    ask_advisors_text = models.TextField(_("asking an advisor by name"))
    project_website = models.URLField(_("website of the project"), blank=True)

    notice_banner = models.TextField(
        _("notice on every page"), max_length=300, blank=True, help_text=_("Empty: no notice is shown.")
    )

    is_open = models.BooleanField(_("open for requests"), default=True)
    closed_text = models.TextField(_("text while closed"), blank=True)
    first_answer_days = models.PositiveSmallIntegerField(
        _("first answer to a municipality"), default=5, validators=_DAYS, help_text=_("In working days.")
    )
    query_answer_days = models.PositiveSmallIntegerField(
        _("municipality answers a query"), default=10, validators=_DAYS, help_text=_("In working days.")
    )
    offer_answer_days = models.PositiveSmallIntegerField(
        _("advisor answers an offer"), default=3, validators=_DAYS, help_text=_("In working days.")
    )
    first_session_days = models.PositiveSmallIntegerField(
        _("first session after the acceptance"), default=10, validators=_DAYS, help_text=_("In working days.")
    )
    follow_up_months = models.CharField(
        _("follow-ups after a consultation"),
        max_length=40,
        default="3, 6, 12",
        blank=True,
        validators=[check_months],
        help_text=_(
            "In months after the case was closed, with commas between them: then the municipality is asked "
            "what became of the action options. It holds for cases that are closed from now on. Empty: "
            "nobody is asked."
        ),
    )
    follow_up_reminder_days = models.PositiveSmallIntegerField(
        _("reminder of a follow-up"),
        default=10,
        validators=_DAYS,
        help_text=_("In working days after the question. There is one reminder, then the follow-up rests."),
    )

    imprint_name = models.CharField(_("full name with legal form"), max_length=200)
    imprint_address = models.TextField(_("postal address"))
    imprint_representatives = models.TextField(_("represented by"))
    imprint_register = models.CharField(_("register court and number"), max_length=200, blank=True)
    imprint_vat_id = models.CharField(_("VAT identification number"), max_length=40, blank=True)
    imprint_editor = models.TextField(_("responsible for the content"), help_text=_("Name and address."))

    data_protection_officer = models.TextField(_("data protection officer"), blank=True)
    hosting_provider = models.TextField(_("hosting provider"))
    supervisory_authority = models.TextField(_("supervisory authority"))

    enforcement_body = models.TextField(_("conciliation body"))
    accessibility_reviewed_on = models.DateField(_("accessibility last tested on"), null=True, blank=True)

    notice_banner_en = _english(notice_banner)
    closed_text_en = _english(closed_text)
    landing_title_en = _english(landing_title)
    landing_lead_en = _english(landing_lead)
    guiding_question_en = _english(guiding_question)
    aim_1_title_en = _english(aim_1_title)
    aim_1_text_en = _english(aim_1_text)
    aim_2_title_en = _english(aim_2_title)
    aim_2_text_en = _english(aim_2_text)
    aim_3_title_en = _english(aim_3_title)
    aim_3_text_en = _english(aim_3_text)
    aim_4_title_en = _english(aim_4_title)
    aim_4_text_en = _english(aim_4_text)
    eligibility_text_en = _english(eligibility_text)
    cost_sentence_en = _english(cost_sentence)
    ask_host_text_en = _english(ask_host_text)
    ask_advisors_text_en = _english(ask_advisors_text)
    funder_text_en = _english(funder_text)
    fee_rule_en = _english(fee_rule)
    expected_effort_en = _english(expected_effort)

    class Meta:
        verbose_name = _("portal settings")
        verbose_name_plural = _("portal settings")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(pk=1), name="portal_settings_one_row")
        ]

    def __str__(self) -> str:
        return str(_("Portal settings"))

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.pk = 1
        super().save(*args, **kwargs)
        # With the settings go the pages and parts of pages that were made from them.
        cache.clear()
        # Again after the commit: another thread may have cached the old row meanwhile.
        transaction.on_commit(cache.clear)

    def clean(self) -> None:
        if not self.is_open and not self.closed_text.strip():
            raise ValidationError(
                {"closed_text": _("Say why requests are closed and what people can do now.")}
            )

    @classmethod
    def shipped(cls) -> PortalSettings:
        """The settings as delivered, not stored: what holds until somebody edits them."""
        return cls(pk=1, **json.loads(SHIPPED.read_text(encoding="utf-8")))

    @classmethod
    def read(cls) -> PortalSettings:
        """The stored row, else the shipped settings; never cached."""
        return cls.objects.filter(pk=1).first() or cls.shipped()

    @classmethod
    def load(cls) -> PortalSettings:
        """The settings for a page or a mail, from the cache if they are there."""
        row: PortalSettings | None = cache.get(CACHE_KEY)
        if row is None:
            row = cls.read()
            cache.set(CACHE_KEY, row, CACHE_SECONDS)
        return row

    def written(self, name: str) -> tuple[str, str]:
        """One of ALSO_IN_ENGLISH in the current language, and the language it comes in.

        That is German where the host wrote nothing else.
        """
        if get_language() == "en" and (english := getattr(self, f"{name}_en")):
            return english, "en"
        return getattr(self, name), settings.LANGUAGE_CODE

    def shown(self, name: str) -> SafeString:
        """The same for a page: line by line, and marked when it comes in another language."""
        return linebreaksbr(marked(*self.written(name)))

    @property
    def follow_up_rounds(self) -> list[int]:
        """After how many months it is asked what became of a consultation; none: nobody is asked."""
        return [int(month) for month in self.follow_up_months.split(",") if month.strip()]

    @property
    def plain(self) -> dict[str, str]:
        """The same for a mail, by name."""
        return {name: self.written(name)[0] for name in ALSO_IN_ENGLISH}

    @property
    def aims(self) -> list[tuple[SafeString, SafeString]]:
        """Title and sentence of each of the four aims, for a page."""
        return [(self.shown(f"aim_{n}_title"), self.shown(f"aim_{n}_text")) for n in range(1, 5)]

    @property
    def missing(self) -> list[models.Field]:
        """The fields that still hold a placeholder and must be filled in before people may come."""
        return [
            field for field in self._meta.concrete_fields if PLACEHOLDER in str(getattr(self, field.attname))
        ]
