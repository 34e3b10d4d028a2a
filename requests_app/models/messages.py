"""What people write to each other about a case; internal notes are a thing of their own."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from requests_app.models.choices import Audience, MessageKind
from requests_app.models.request import Case


class Message(models.Model):
    """A message with a stated audience. Only ``workflow`` writes one, and none is ever changed."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="messages", verbose_name=_("case"))
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # The author's side at the time of writing, as the others read it ("Coordination").
    author_side = models.CharField(
        max_length=12, choices=[("municipality", ""), ("advisor", ""), ("coordinator", "")]
    )
    kind = models.CharField(_("kind"), max_length=8, choices=MessageKind, default=MessageKind.MESSAGE)
    audience = models.CharField(_("goes to"), max_length=12, choices=Audience)
    body = models.TextField(_("text"), max_length=5000)
    created_at = models.DateTimeField(_("written"))
    # The key of the form it was written in: pressing "send" twice writes one message.
    form_key = models.UUIDField(null=True, unique=True, editable=False)
    # Written before it was kept who had read what: nobody finds it new.
    counts_as_read = models.BooleanField(default=False, db_default=False, editable=False)

    # Noted for whoever reads it (``threads``), never stored.
    is_new: bool
    files: list[Any]

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return f"{self.case.reference}: {self.get_kind_display()}"

    @property
    def signature(self) -> str:
        """Who signs it. A contact person's name is the one of the case: a shared mailbox has a name, too.

        Reads ``contact_name``, which ``access.messages_for`` brings along.
        """
        name: str | None = getattr(self, "contact_name", None)
        return name if name and self.author_side == "municipality" else str(self.author)


class InternalNote(models.Model):
    """A note for the coordination. It never leaves the admin."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="notes", verbose_name=_("case"))
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    body = models.TextField(_("note"), max_length=5000)
    created_at = models.DateTimeField(_("written"))

    class Meta:
        verbose_name = _("internal note")
        verbose_name_plural = _("internal notes")
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return f"{self.case.reference}: {self.body[:40]}"


class ReadMark(models.Model):
    """Up to when somebody has read the messages of a case."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="read_marks")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    read_at = models.DateTimeField(_("read"))

    class Meta:
        verbose_name = _("mark of what was read")
        verbose_name_plural = _("marks of what was read")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["case", "user"],
                name="read_mark_once",
                violation_error_message=_("There is a mark already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id}, {self.user_id}"


class MessageDraft(models.Model):
    """What somebody has begun to write in a case and not sent. Nobody else reads it."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="message_drafts")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    # Which form it was typed in: a message, or an internal note.
    is_note = models.BooleanField(default=False)
    audience = models.CharField(_("goes to"), max_length=12, choices=Audience, blank=True)
    body = models.TextField(_("text"), max_length=5000, blank=True)
    saved_at = models.DateTimeField(_("saved"))

    class Meta:
        verbose_name = _("draft of a message")
        verbose_name_plural = _("drafts of messages")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["case", "user", "is_note"],
                name="message_draft_once",
                violation_error_message=_("There is a draft already."),
            ),
            models.CheckConstraint(
                condition=Q(is_note=False) | Q(audience=""),
                name="message_draft_note_goes_to_nobody",
                violation_error_message=_("An internal note goes to nobody."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}, {self.user_id}"
