"""The public directory: what everybody may read of a published advisor, and nothing else.

Topics, languages, formats and places are those of today; free texts and photo are those that were
consented to and approved. The profiles are kept in the cache of each web process. One small query tells
which publications stand, so that an approval shows and a withdrawal hides at once in all of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.db import transaction
from django.db.models import Prefetch
from django.db.models.signals import m2m_changed, post_delete, post_save
from django.dispatch import receiver
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from advisors.languages import language_name
from advisors.models import Absence, Advisor, AdvisorLanguage, Publication, Topic, WorldRegion
from advisors.sorting import name_key
from advisors.vocabulary import ConsultationFormat, LanguageLevel, Mode
from miglobe.accounts.models import User

cache = caches["local"]
CACHE_SECONDS = 60  # facts only; see above


@dataclass(frozen=True)
class Away:
    """Days on which an advisor takes no requests, and who (slug and name) can be asked instead."""

    first_day: date
    last_day: date
    substitute_slug: str = ""
    substitute_name: str = ""


@dataclass(frozen=True)
class Profile:
    """One advisor as the public sees her or him. What is not in here never reaches a public page."""

    publication: int  # the key of the approved publication; 0 in a preview
    slug: str
    name: str
    initials: str
    brings: str
    word: str
    countries: str
    photo_url: str
    topics: tuple[tuple[str, str], ...]
    regions: tuple[tuple[str, str], ...]
    languages: tuple[tuple[str, str], ...]  # code and level
    formats: tuple[str, ...]
    modes: tuple[str, ...]
    base_town: str
    base_key: str
    travels_km: int | None
    away: tuple[Away, ...]

    @property
    def topic_labels(self) -> list[str]:
        return [label for _key, label in self.topics]

    @property
    def region_labels(self) -> list[str]:
        return [label for _key, label in self.regions]

    @property
    def language_names(self) -> list[str]:
        return [language_name(code) for code, _level in self.languages]

    @property
    def languages_with_level(self) -> list[tuple[str, str]]:
        """Name of each language, and the level in words (empty if it is not given)."""
        levels = dict(LanguageLevel.choices)
        return [(language_name(code), str(levels.get(level, level))) for code, level in self.languages]

    @property
    def format_labels(self) -> list[str]:
        return [str(ConsultationFormat(key).label) for key in self.formats]

    @property
    def mode_labels(self) -> list[str]:
        return [str(Mode(key).label) for key in self.modes]

    @property
    def absence(self) -> Away | None:
        """The absence of today, if there is one."""
        today = timezone.localdate()
        return next((away for away in self.away if away.first_day <= today <= away.last_day), None)


def published() -> list[Profile]:
    """All published profiles in alphabetical order; one query while the cache is warm."""
    standing = _standing()
    key = _cache_key(get_language() or settings.LANGUAGE_CODE)
    profiles: list[Profile] | None = cache.get(key)
    if profiles is None or not standing <= {profile.publication for profile in profiles}:
        profiles = _read()
        cache.set(key, profiles, CACHE_SECONDS)
    return [profile for profile in profiles if profile.publication in standing]


def find(slug: str) -> Profile | None:
    """The published profile at an address, if there is one."""
    return next((profile for profile in published() if profile.slug == slug), None)


def of_today(profiles: list[Profile], day: date) -> list[Profile]:
    """The alphabet as a ring that begins with another person each day: nobody is always the last."""
    start = day.toordinal() % len(profiles) if profiles else 0
    return profiles[start:] + profiles[:start]


def preview(advisor: Advisor, photo_url: str) -> Profile:
    """The profile as it would be, with the texts that the advisor is working on."""
    return _profile(advisor, advisor, 0, photo_url, set())


def _cache_key(language: str) -> str:
    return f"advisors.directory.{language}"


# --- Reading --------------------------------------------------------------------------------------


def _standing() -> set[int]:
    """The keys of the publications that are public now."""
    rows = Publication.objects.filter(state=Publication.State.APPROVED)
    return set(rows.filter(advisor__in=Advisor.objects.published()).values_list("pk", flat=True))


def _read() -> list[Profile]:
    approved = Publication.objects.filter(state=Publication.State.APPROVED)
    advisors = list(
        Advisor.objects.published()
        .select_related("user")
        .prefetch_related(
            "topics",
            "world_regions",
            "languages",
            Prefetch("absences", Absence.objects.select_related("substitute__user")),
            Prefetch("publications", approved, to_attr="approved"),
        )
    )
    public = {advisor.pk for advisor in advisors}
    found = [
        _profile(advisor, text, text.pk, _photo_url(advisor, text), public)
        for advisor in advisors
        for text in advisor.approved
    ]
    return sorted(found, key=lambda profile: name_key(profile.name))


def _photo_url(advisor: Advisor, publication: Publication) -> str:
    if not publication.photo:
        return ""
    return f"{reverse('directory:photo', args=[advisor.slug])}?v={publication.photo_sha256[:12]}"


def _profile(
    advisor: Advisor, texts: Advisor | Publication, publication: int, photo_url: str, public: set[int]
) -> Profile:
    return Profile(
        publication=publication,
        slug=advisor.slug,
        name=advisor.name,
        initials=advisor.initials,
        brings=texts.profile,
        word=texts.approach,
        countries=texts.countries,
        photo_url=photo_url,
        topics=tuple((topic.key, str(topic)) for topic in advisor.topics.all()),
        regions=tuple((region.key, str(region)) for region in advisor.world_regions.all()),
        languages=tuple((spoken.code, spoken.level) for spoken in advisor.languages.all()),
        formats=tuple(key for key in advisor.formats if key in ConsultationFormat.values),
        modes=tuple(key for key in advisor.modes if key in Mode.values),
        base_town=advisor.base_town,
        base_key=advisor.base_key,
        travels_km=advisor.travel_radius_km,
        away=tuple(_away(absence, public) for absence in advisor.absences.all()),
    )


def _away(absence: Absence, public: set[int]) -> Away:
    """An absence; its substitute only if everybody may read that name."""
    away = Away(absence.first_day, absence.last_day)
    if absence.substitute and absence.substitute_id in public:
        return replace(away, substitute_slug=absence.substitute.slug, substitute_name=absence.substitute.name)
    return away


# --- Forgetting -----------------------------------------------------------------------------------


@receiver([post_save, post_delete], sender=Advisor)
@receiver([post_save, post_delete], sender=AdvisorLanguage)
@receiver([post_save, post_delete], sender=Absence)
@receiver([post_save, post_delete], sender=Topic)
@receiver([post_save, post_delete], sender=WorldRegion)
@receiver([post_save, post_delete], sender=Publication)
@receiver(m2m_changed, sender=Advisor.topics.through)
@receiver(m2m_changed, sender=Advisor.world_regions.through)
def forget(**kwargs: Any) -> None:
    """Drop the cached profiles; after the commit again, as another thread may have cached the old ones."""
    keys = [_cache_key(language) for language, _name in settings.LANGUAGES]
    cache.delete_many(keys)
    transaction.on_commit(lambda: cache.delete_many(keys))


@receiver(post_save, sender=User)
def forget_with_name(created: bool, update_fields: Iterable[str] | None, **kwargs: Any) -> None:
    """An advisor's name is that of the account. New accounts, one with every request, are no advisors yet."""
    if not created and (update_fields is None or {"name", "is_active"} & set(update_fields)):
        forget()
