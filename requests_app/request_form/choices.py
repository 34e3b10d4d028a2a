"""What the form offers to choose from: municipalities, topics, advisors. Read once, kept in the cache."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from advisors.models import Advisor, Publication, Topic
from advisors.sorting import name_key
from miglobe.accounts.models import User
from requests_app import register
from requests_app.models import Municipality

cache = caches["local"]
# Each web process may have a cache of its own; the others see a change after this time.
CACHE_SECONDS = 60

# What the form says of a municipality, or finds it by.
_OF_ROWS = ("key", "name", "kind", "district_key", "government_region", "postal_code", "plate")
_HEADS = (Municipality.Kind.DISTRICT, Municipality.Kind.CITY_REGION)


@dataclass(frozen=True)
class Choices:
    """The choices of the form's fields, each as stored value and label."""

    municipalities: dict[str, str]
    # The 429 of them as ready <option>s in their groups: drawn once, not with every page.
    municipality_options: SafeString
    topics: tuple[tuple[str, str], ...]
    advisors: tuple[tuple[str, str], ...]

    @classmethod
    def read(cls, *, to_show: bool = True) -> Choices:
        """The choices as they are in the database now; three queries.

        ``to_show``: with the <option>s; to check what was sent nobody needs them.
        """
        active = Municipality.objects.filter(is_active=True).order_by("name")
        register_rows = list(active.values_list(*_OF_ROWS, named=True))
        named = Advisor.objects.published().values_list("pk", "user__name")
        return cls(
            municipalities={row.key: row.name for row in register_rows},
            municipality_options=_options(register_rows) if to_show else SafeString(),
            topics=tuple((topic.key, str(topic)) for topic in Topic.objects.filter(is_active=True)),
            advisors=tuple((str(pk), name) for pk, name in sorted(named, key=lambda row: name_key(row[1]))),
        )

    @classmethod
    def load(cls) -> Choices:
        """The choices for a page, from the cache if they are there."""
        key = _cache_key(get_language() or settings.LANGUAGE_CODE)
        choices: Choices | None = cache.get(key)
        if choices is None:
            choices = cls.read()
            cache.set(key, choices, CACHE_SECONDS)
        return choices


def _cache_key(language: str) -> str:
    return f"intake.choices.{language}"


def _options(rows: Iterable[Any]) -> SafeString:
    """The <option>s in groups: the regional associations, then region by region its cities and districts."""
    groups: dict[tuple[str, str], list[Any]] = defaultdict(list)
    districts: dict[str, str] = {}
    for row in rows:
        if row.kind in _HEADS:
            districts[row.district_key] = row.name
    for row in rows:
        alone = row.kind == Municipality.Kind.INDEPENDENT_CITY
        groups[row.government_region, "" if alone else districts.get(row.district_key, "")].append(row)
    return format_html_join(
        "\n",
        '<optgroup label="{}">{}</optgroup>',
        ((_group_label(*group), _group_options(members)) for group, members in sorted(groups.items())),
    )


def _group_label(region: str, district: str) -> str:
    if not region:
        return _("Regional associations")
    if not district:
        return _("Independent cities, region of %(region)s") % {"region": region}
    return _("%(district)s, region of %(region)s") % {"district": district, "region": region}


def _group_options(members: list[Any]) -> SafeString:
    """The district itself comes before its towns; what else finds a municipality is for the type-ahead."""
    ordered = sorted(members, key=lambda row: row.kind not in _HEADS)
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        (
            (row.key, format_html(' data-also="{}"', also) if (also := _also(row)) else "", row.name)
            for row in ordered
        ),
    )


def _also(row: Any) -> str:
    """What people type besides name and key: postal code of the seat, letters of the number plate."""
    return " ".join(filter(None, (row.postal_code, row.plate)))


@receiver([post_save, post_delete], sender=Municipality)
@receiver([post_save, post_delete], sender=Topic)
@receiver([post_save, post_delete], sender=Advisor)
@receiver(post_save, sender=Publication)
@receiver(register.loaded)
def forget(**kwargs: Any) -> None:
    """Drop the cached choices; after the commit again, as another thread may have cached the old ones."""
    keys = [_cache_key(language) for language, _name in settings.LANGUAGES]
    cache.delete_many(keys)
    transaction.on_commit(lambda: cache.delete_many(keys))


@receiver(post_save, sender=User)
def forget_with_name(created: bool, update_fields: frozenset[str] | None, **kwargs: Any) -> None:
    """An advisor's name is that of the account. New accounts, one with every request, are no advisors yet."""
    if not created and (update_fields is None or update_fields & {"name", "is_active"}):
        forget()
