"""What the admin finds of this app: the coordinators' pages stand in ``triage``."""

# Importing them registers their pages; Django finds this module by its name.
from requests_app.triage import admin, reading  # noqa: F401
from requests_app.triage.texts import modules, wordings  # noqa: F401
