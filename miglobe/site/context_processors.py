"""What every page may use."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from miglobe.site.models import PortalSettings


def portal(request: HttpRequest) -> dict[str, Any]:
    """What every page may use.

    `portal`: the host's settings, read when a template first asks; `demo`: whether all is invented;
    `base_url`: the portal's own address, without a trailing slash.
    """
    return {
        "portal": SimpleLazyObject(PortalSettings.load),
        "demo": settings.DEMO,
        "base_url": settings.BASE_URL,
    }
