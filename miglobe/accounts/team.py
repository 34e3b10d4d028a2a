"""Who reads the coordination's mails."""

from __future__ import annotations

from django.db.models import QuerySet

from miglobe.accounts.models import User
from miglobe.accounts.roles import Role


def coordinators() -> QuerySet[User]:
    """Everybody who reads the coordination's mails: while there is no coordinator, the administrators."""
    team = User.objects.filter(groups__name=Role.COORDINATOR, is_active=True)
    return team if team.exists() else User.objects.filter(groups__name=Role.ADMINISTRATOR, is_active=True)
