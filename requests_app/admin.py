"""What the admin finds of this app: the coordinators' pages stand in ``triage``."""

from requests_app.triage import admin  # noqa: F401  (registers)
