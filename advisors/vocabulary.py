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


class LanguageLevel(models.TextChoices):
    """How well somebody speaks a language: the levels of the Common European Framework in words."""

    FIRST = "first", _("first language")
    C2 = "C2", _("as good as a first language (C2)")
    C1 = "C1", _("very good (C1)")
    B2 = "B2", _("good (B2)")
    B1 = "B1", _("enough for most talks (B1)")
    A2 = "A2", _("basic (A2)")
    A1 = "A1", _("a beginning (A1)")
