"""A document that somebody gave: with a draft at first, with the case or a message of it from then on."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _

from requests_app.models.choices import ScanState
from requests_app.models.messages import Message, MessageDraft
from requests_app.models.request import Case, RequestDraft

FOLDER = "documents"


class DocumentType(models.TextChoices):
    """The types that are taken; the value is what the file is served as."""

    PDF = "application/pdf", _("PDF")
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document", _("Word (DOCX)")
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _("Excel (XLSX)")
    ODT = "application/vnd.oasis.opendocument.text", _("Text (ODT)")
    ODS = "application/vnd.oasis.opendocument.spreadsheet", _("Sheet (ODS)")
    JPEG = "image/jpeg", _("Picture (JPG)")
    PNG = "image/png", _("Picture (PNG)")

    @property
    def extensions(self) -> tuple[str, ...]:
        """How names of such files end; the first is the usual one."""
        return (".jpg", ".jpeg") if self is DocumentType.JPEG else (f".{self.name.lower()}",)


def random_path(document: Document | None = None, name: str = "") -> str:
    """Where a file is stored: nothing in it comes from a person, and no ending invites to run it."""
    return f"{FOLDER}/{uuid.uuid4().hex}"


class Document(models.Model):
    """A file with the name that people know it by. Made by ``requests_app.documents`` alone."""

    case = models.ForeignKey(
        Case, on_delete=models.CASCADE, null=True, related_name="documents", verbose_name=_("case")
    )
    draft = models.ForeignKey(
        RequestDraft, on_delete=models.CASCADE, null=True, related_name="documents", verbose_name=_("draft")
    )
    # The message it came with: who reads that, and nobody else, may have it.
    message = models.ForeignKey(
        Message,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="documents",
        verbose_name=_("message"),
    )
    message_draft = models.ForeignKey(
        MessageDraft,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="documents",
        verbose_name=_("draft of a message"),
    )
    name = models.CharField(_("name"), max_length=200)
    content_type = models.CharField(_("type"), max_length=80, choices=DocumentType)
    size = models.PositiveIntegerField(_("size"))  # of what is stored, in bytes
    sha256 = models.CharField(max_length=64)  # of what is stored, in hex
    file = models.FileField(_("file"), upload_to=random_path, max_length=100)
    # Empty when it came with the request: nobody needs an account to ask.
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("uploaded by"),
    )
    uploaded_at = models.DateTimeField(_("uploaded"))
    scan_state = models.CharField(
        _("check for viruses"), max_length=10, choices=ScanState, default=ScanState.CLEAN
    )
    # When the scanner last answered, or was asked in vain.
    scanned_at = models.DateTimeField(_("checked"), null=True, blank=True)

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["uploaded_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(case__isnull=False, draft__isnull=True, message_draft__isnull=True)
                | Q(case__isnull=True, draft__isnull=False, message_draft__isnull=True, message=None)
                | Q(case__isnull=True, draft__isnull=True, message_draft__isnull=False, message=None),
                name="document_of_case_or_draft",
                violation_error_message=_("A document belongs to a case or to a draft."),
            ),
            models.CheckConstraint(
                condition=Q(content_type__in=DocumentType.values),
                name="document_type_known",
                violation_error_message=_("This type of file is not taken."),
            ),
            models.UniqueConstraint(
                fields=["case", "sha256"],
                condition=Q(message__isnull=True),
                name="document_once_per_case",
                violation_error_message=_("The case has this document already."),
            ),
            models.UniqueConstraint(
                fields=["message", "sha256"],
                name="document_once_per_message",
                violation_error_message=_("The message has this document already."),
            ),
            models.UniqueConstraint(
                fields=["draft", "sha256"],
                name="document_once_per_draft",
                violation_error_message=_("The draft has this document already."),
            ),
            models.UniqueConstraint(
                fields=["message_draft", "sha256"],
                name="document_once_per_message_draft",
                violation_error_message=_("The draft has this document already."),
            ),
            models.CheckConstraint(
                condition=Q(scan_state=ScanState.INFECTED, file="")
                | ~Q(scan_state=ScanState.INFECTED) & ~Q(file=""),
                name="document_harmful_has_no_file",
                violation_error_message=_("A harmful document keeps no file, every other one has its own."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["scanned_at", "uploaded_at"],
                condition=Q(scan_state=ScanState.PENDING),
                name="document_waits_for_scan",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_pending(self) -> bool:
        return self.scan_state == ScanState.PENDING

    @property
    def is_harmful(self) -> bool:
        return self.scan_state == ScanState.INFECTED


@receiver(post_delete, sender=Document)
def delete_file(instance: Document, **kwargs: Any) -> None:
    """Delete the file once its row is gone for good, also when rows are deleted in bulk or by cascade."""
    storage, path = instance.file.storage, instance.file.name
    if path:
        transaction.on_commit(partial(storage.delete, path), robust=True)
