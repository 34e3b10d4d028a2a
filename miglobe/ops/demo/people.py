"""The people of the sample world: two coordinators, an administrator, a reader, ten advisors."""

from __future__ import annotations

from typing import Any

from advisors import publishing
from advisors.models import Advisor, AdvisorLanguage, Topic, WorldRegion
from advisors.vocabulary import LanguageLevel
from miglobe.accounts.models import User
from miglobe.accounts.roles import Role

COORDINATORS = (
    ("lena.brandt@example.org", "Lena Brandt"),
    ("deniz.yilmaz@example.org", "Deniz Yılmaz"),
)
LEVELS = {"Erstsprache": LanguageLevel.FIRST}  # the other levels are keys already
ADMINISTRATOR = ("ada.linde@example.org", "Ada Linde")
READER = ("mira.sand@example.org", "Mira Sand")


def make_staff() -> list[User]:
    """The coordinators, one administrator and one reader. Returns the coordinators."""
    coordinators = []
    for email, name in COORDINATORS:
        user = User.objects.create_user(email, name)
        user.add_role(Role.COORDINATOR)
        coordinators.append(user)
    for person, role in ((ADMINISTRATOR, Role.ADMINISTRATOR), (READER, Role.READER)):
        User.objects.create_user(*person).add_role(role)
    return coordinators


def make_advisor(sample: dict[str, Any]) -> Advisor:
    """One advisor of the sample data. Raises ``ValidationError`` if the sample is not a valid profile."""
    user = User.objects.create_user(sample["email"], f"{sample['first_name']} {sample['last_name']}")
    user.add_role(Role.ADVISOR)
    advisor = Advisor(
        user=user,
        base_town=sample["base_name"],
        base_key=sample["base_key"],
        countries=", ".join(sample["countries"]),
        formats=sample["formats"],
        modes=sample["modes"],
        travel_radius_km=sample["travel_radius_km"],
        experience_years=sample["experience_years"],
        availability=sample["availability"],
        profile=sample["profile"],
        approach=sample["approach"],
    )
    advisor.full_clean()
    advisor.save()
    advisor.topics.set(Topic.objects.filter(key__in=sample["topics"]))
    advisor.world_regions.set(WorldRegion.objects.filter(label__in=sample["world_regions"]))
    for language in sample["languages"]:
        level = LEVELS.get(language["level"], language["level"])
        AdvisorLanguage.objects.create(advisor=advisor, code=language["code"], level=level)
    return advisor


def publish(advisor: Advisor, coordinator: User) -> None:
    """The two steps by which a profile becomes public: the advisor consents, the coordination approves."""
    consent = publishing.consent_text()
    publication = publishing.submit_for_publication(advisor, advisor.user, consent=consent)
    publishing.approve(publication, coordinator)
