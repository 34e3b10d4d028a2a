"""Words that the pool and the cases share: how a consultation can take place."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ConsultationFormat(models.TextChoices):
    INITIAL_TALK = "initial_talk", _("First talk")
    DIALOGUE_FORUM = "dialogue_forum", _("Dialogue forum")
    WORKSHOP = "workshop", _("Workshop")
    PROCESS_SUPPORT = "process_support", _("Process support over several months")
    KEYNOTE = "keynote", _("Keynote")
    MODERATION = "moderation", _("Moderation")
    NETWORKING_MEETING = "networking_meeting", _("Networking meeting")
    WRITTEN_FEEDBACK = "written_feedback", _("Written feedback on a draft")


class Mode(models.TextChoices):
    """How people meet, as wished or offered."""

    ON_SITE = "on_site", _("On site")
    ONLINE = "online", _("Online")
    HYBRID = "hybrid", _("Hybrid")
    ANY = "any", _("No preference")
