"""Who speaks for the municipality in a case, and how an address is shown to be somebody's own."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from requests_app.models.request import Case


class CurrentContacts(models.Manager["ContactPerson"]):
    """Those who speak for the municipality now, with their accounts. ``case.contacts`` goes through it."""

    def get_queryset(self) -> models.QuerySet[ContactPerson]:
        return super().get_queryset().filter(left_at=None).select_related("user")


class ContactPerson(models.Model):
    """A person, or a shared mailbox, that speaks for the municipality in a case, from when until when."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="contacts", verbose_name=_("case"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="contact_for",
        verbose_name=_("account"),
    )
    name = models.CharField(_("first and last name"), max_length=150)
    function = models.CharField(_("function"), max_length=160, blank=True)
    email = models.EmailField(_("work e-mail address"), max_length=254)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    is_shared_mailbox = models.BooleanField(_("shared mailbox"), default=False)
    confirmed_at = models.DateTimeField(_("address confirmed"), null=True, blank=True)
    added_at = models.DateTimeField(_("contact since"), default=timezone.now)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("invited by"),
    )
    # Whose place this person takes: at once, or as soon as the invitation is accepted.
    takes_over_from = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="successors",
        verbose_name=_("takes over from"),
    )
    # The lowest comes first and is the main contact; whoever takes over gets the place, too.
    position = models.PositiveSmallIntegerField(default=0, editable=False)
    left_at = models.DateTimeField(_("contact until"), null=True, blank=True)
    # A mail to the address came back, and none has arrived since; and why, as the mail provider says it.
    mail_bounced_at = models.DateTimeField(_("mail came back"), null=True, blank=True)
    mail_bounce_reason = models.CharField(_("why"), max_length=500, blank=True)

    objects: ClassVar[models.Manager[ContactPerson]] = CurrentContacts()
    everybody: ClassVar[models.Manager[ContactPerson]] = models.Manager()

    class Meta:
        verbose_name = _("contact person")
        verbose_name_plural = _("contact persons")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "user"],
                name="contact_once_per_case",
                violation_error_message=_("This person is a contact of the case already."),
            ),
            models.CheckConstraint(
                condition=Q(mail_bounce_reason="") | Q(mail_bounced_at__isnull=False),
                name="contact_bounce_reason_has_time",
                violation_error_message=_("A reason without a mail that came back."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_taking_over(self) -> bool:
        """Whether the former contact person leaves as soon as this one accepts the invitation."""
        return self.takes_over_from_id is not None and self.confirmed_at is None


class ExpectedContact(models.Model):
    """What is known of the contact person of an entered request as long as there is no address."""

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="expected_contact")
    name = models.CharField(_("first and last name"), max_length=150, blank=True)
    function = models.CharField(_("function"), max_length=160, blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("expected contact person")
        verbose_name_plural = _("expected contact persons")

    def __str__(self) -> str:
        return self.name or self.phone


class AddressCode(models.Model):
    """A six-digit code on its way to a contact person, kept as a keyed hash only."""

    contact = models.ForeignKey(ContactPerson, on_delete=models.CASCADE, related_name="codes")
    code_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    attempts_left = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.contact}, {self.created_at:%d.%m.%Y %H:%M}"
