"""What the filters of the list of cases offer to choose from. Read once, kept in each process's cache."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.db import transaction
from django.db.models.signals import m2m_changed, post_delete, post_save
from django.dispatch import receiver
from django.utils.translation import get_language

from advisors.models import Advisor, Topic
from miglobe.accounts.models import User
from requests_app import register
from requests_app.models import Municipality
from requests_app.responsibility import team

cache = caches["local"]
# Each web process may have a cache of its own; the others see a change after this time.
CACHE_SECONDS = 60

type Pairs = tuple[tuple[str, str], ...]

_HEADS = (Municipality.Kind.DISTRICT, Municipality.Kind.CITY_REGION)


@dataclass(frozen=True)
class Choices:
    """Values and labels; advisors and team by the key of the advisor and of the account."""

    districts: Pairs
    topics: Pairs
    advisors: Pairs
    team: Pairs

    @classmethod
    def read(cls) -> Choices:
        """As they are in the database now; four queries."""
        heads = Municipality.objects.filter(kind__in=[str(kind) for kind in _HEADS]).order_by("name")
        advisors = Advisor.objects.order_by("user__name").values_list("pk", "user__name")
        return cls(
            districts=tuple(heads.values_list("district_key", "name")),
            topics=tuple((topic.key, str(topic)) for topic in Topic.objects.all()),
            advisors=tuple((str(pk), name) for pk, name in advisors),
            team=tuple((str(user.pk), str(user)) for user in team()),
        )

    @classmethod
    def load(cls) -> Choices:
        key = _cache_key(get_language() or settings.LANGUAGE_CODE)
        choices: Choices | None = cache.get(key)
        if choices is None:
            choices = cls.read()
            cache.set(key, choices, CACHE_SECONDS)
        return choices


def _cache_key(language: str) -> str:
    return f"triage.filter_choices.{language}"


@receiver([post_save, post_delete], sender=Topic)
@receiver([post_save, post_delete], sender=Advisor)
@receiver(m2m_changed, sender=User.groups.through)
@receiver(register.loaded)
def forget(**kwargs: Any) -> None:
    """Drop the cached choices; after the commit again, as another thread may have cached the old ones."""
    keys = [_cache_key(language) for language, _name in settings.LANGUAGES]
    cache.delete_many(keys)
    transaction.on_commit(lambda: cache.delete_many(keys))


@receiver(post_save, sender=User)
def forget_with_name(created: bool, update_fields: frozenset[str] | None, **kwargs: Any) -> None:
    """A sign-in saves the account, too, and changes nothing here."""
    if not created and (update_fields is None or update_fields & {"name", "is_active"}):
        forget()
