"""Which HTTP methods a view that acts takes."""

from __future__ import annotations

from django.views.decorators.http import require_http_methods

# POST acts. GET shows the form, or leads back to the page with the button: there one arrives by a reload,
# or after signing in anew.
acts = require_http_methods(["GET", "HEAD", "POST"])
