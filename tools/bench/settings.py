"""The settings of production, with a bare page to compare with and a count of the queries."""

from __future__ import annotations

from miglobe.settings import *  # noqa: F403 - one settings file, and few changes to it
from miglobe.settings import BASE_DIR, MAILERS, MIDDLEWARE, TEMPLATES

ROOT_URLCONF = "tools.bench.urls"
MIDDLEWARE = ["tools.bench.middleware.QueryCountMiddleware", *MIDDLEWARE]
TEMPLATES = [TEMPLATES[0] | {"DIRS": [BASE_DIR / "templates", BASE_DIR / "tools" / "bench" / "templates"]}]
# What the sample world mails goes nowhere.
MAILERS = MAILERS | {"transport": {"BACKEND": "django.core.mail.backends.dummy.EmailBackend"}}
