"""What the admin finds of this app: the coordinators' pages stand in ``triage``."""

from requests_app.triage import admin, reading  # noqa: F401  (register)
from requests_app.triage.texts import modules, wordings  # noqa: F401  (register)
