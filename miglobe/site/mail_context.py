"""What every mail template may use."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from miglobe.site.models import PortalSettings


def mail_context() -> dict[str, Any]:
    """The portal's settings, and the address (without a trailing slash) that links begin with."""
    return {"portal": PortalSettings.load(), "base_url": settings.BASE_URL}
