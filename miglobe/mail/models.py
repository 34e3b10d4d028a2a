"""The outbox: every mail of the portal, from the change it tells of until it is delivered."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.core.cache import caches
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# The kind of a mail that several have been joined into (see ``miglobe.mail.bundling``).
BUNDLE = "bundle"
# Holds all wordings of mails (see ``miglobe.mail.wordings``).
WORDINGS_CACHE_KEY = "mail.wordings"


class State(models.TextChoices):
    WAITING = "waiting", _("waiting to be sent")
    SENDING = "sending", _("being sent")
    SENT = "sent", _("sent")  # the mail server has it; what became of it is not known (yet)
    DELIVERED = "delivered", _("delivered")
    BOUNCED = "bounced", _("came back")
    FAILED = "failed", _("undeliverable")
    JOINED = "joined", _("part of a collective mail")  # which has not gone out yet


# What the mail server took.
GONE_OUT = (State.SENT, State.DELIVERED, State.BOUNCED)
# Nothing more is done with these by itself.
DONE = (*GONE_OUT, State.FAILED)
# The recipient did not get these.
NOT_ARRIVED = (State.BOUNCED, State.FAILED)


class Outcome(models.TextChoices):
    """What happened to a mail; the keys stand in ``OutboxMessage.history``."""

    SENT = "sent", _("handed to the mail server")
    DELAYED = "delayed", _("not possible for now")
    FAILED = "failed", _("refused for good")
    INTERRUPTED = "interrupted", _("interrupted, outcome unknown")
    REQUEUED = "requeued", _("sent again on request")
    READDRESSED = "readdressed", _("sent to a corrected address")
    # What the mail provider tells later.
    DELIVERED = "delivered", _("arrived at the recipient's mail server")
    DEFERRED = "deferred", _("put off by the recipient's mail server")
    BOUNCED = "bounced", _("came back")
    COMPLAINED = "complained", _("reported as unwanted")
    SETTLED = "settled", _("dealt with")


class OutboxQuerySet(models.QuerySet["OutboxMessage"]):
    def in_trouble(self) -> OutboxQuerySet:
        """Those that did not arrive and that nobody has dealt with: few, along an index of their own."""
        return self.filter(state__in=[str(s) for s in NOT_ARRIVED], settled_at__isnull=True)


class OutboxMessage(models.Model):
    """One mail. Only ``outbox``, ``delivery`` and ``tracking`` of this room write it.

    A worker that sends a mail holds a lease on it: nobody else touches it until ``lease_until``,
    and only the holder of ``lease_token`` may write how it ended.
    """

    kind = models.CharField(_("kind"), max_length=60)
    reference = models.CharField(_("case reference"), max_length=40, blank=True, db_index=True)
    recipient = models.CharField(
        _("recipient"), max_length=254, db_index=True, help_text=_("The first address, for lists and search.")
    )
    from_email = models.CharField(_("sender"), max_length=320)
    to = models.JSONField(_("recipients"), default=list)
    cc = models.JSONField(_("copy to"), default=list, blank=True)
    bcc = models.JSONField(_("blind copy to"), default=list, blank=True)
    reply_to = models.JSONField(_("reply to"), default=list, blank=True)
    subject = models.TextField(_("subject line"), blank=True)
    body = models.TextField(_("text"), blank=True)
    content_subtype = models.CharField(_("kind of text"), max_length=20, default="plain")
    alternatives = models.JSONField(_("other forms of the text"), default=list, blank=True)
    headers = models.JSONField(_("more headers"), default=dict, blank=True)
    message_id = models.CharField(_("message ID"), max_length=255, unique=True)
    is_secret = models.BooleanField(
        _("confidential"),
        default=False,
        help_text=_("Holds a sign-in code or a password link: never shown, erased when done."),
    )

    # Waits to be joined with what else comes for the recipient until ``next_attempt_at``.
    is_held = models.BooleanField(_("waits for further mails"), default=False)
    asks = models.BooleanField(_("asks the recipient to do something"), default=False)
    # The collective mail that this one went out in. What becomes of that one becomes of its parts.
    joined_into = models.ForeignKey(
        "self",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="parts",
        verbose_name=_("collective mail"),
    )

    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt"), null=True, blank=True, default=timezone.now)
    lease_until = models.DateTimeField(_("reserved until"), null=True, blank=True)
    lease_token = models.UUIDField(_("reservation"), null=True, blank=True)
    last_error = models.TextField(_("last error"), blank=True)
    history = models.JSONField(_("history"), default=list, blank=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    # By what name the mail provider speaks of it: its own, or our Message-ID.
    provider_id = models.CharField(_("provider's number"), max_length=255, blank=True)
    delivered_at = models.DateTimeField(_("delivered at"), null=True, blank=True)
    bounced_at = models.DateTimeField(_("came back at"), null=True, blank=True)
    # Somebody has dealt with a mail that did not arrive: it is nobody's task any more.
    settled_at = models.DateTimeField(_("dealt with"), null=True, blank=True)

    objects: ClassVar[models.Manager[OutboxMessage]] = OutboxQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        ordering = ["-id"]
        default_permissions = ("view",)
        permissions: ClassVar = [("resend_outboxmessage", "Can send a mail again")]
        indexes = [
            # Only waiting mails have the one, only those being sent the other (see the constraints).
            # Said this way SQLite uses the indexes, too.
            models.Index(
                fields=["next_attempt_at"], condition=Q(next_attempt_at__isnull=False), name="mail_due"
            ),
            models.Index(fields=["lease_until"], condition=Q(lease_until__isnull=False), name="mail_leased"),
            models.Index(
                fields=["reference"],
                condition=Q(state__in=["bounced", "failed"], settled_at__isnull=True),
                name="mail_in_trouble",
            ),
            models.Index(fields=["reference", "-id"], name="mail_of_case"),
            models.Index(fields=["provider_id"], condition=~Q(provider_id=""), name="mail_at_provider"),
            models.Index(fields=["recipient"], condition=Q(is_held=True), name="mail_held"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=State.values),
                name="mail_state_known",
                violation_error_message=_("This state of a mail does not exist."),
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", next_attempt_at__isnull=False)
                | (~Q(state="waiting") & Q(next_attempt_at__isnull=True)),
                name="mail_waiting_has_next_attempt",
                violation_error_message=_("A waiting mail, and no other, has a time for its next attempt."),
            ),
            models.CheckConstraint(
                condition=Q(state="sending", lease_until__isnull=False, lease_token__isnull=False)
                | (~Q(state="sending") & Q(lease_until__isnull=True, lease_token__isnull=True)),
                name="mail_sending_has_lease",
                violation_error_message=_("A mail being sent, and no other, is reserved by a worker."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=[str(s) for s in GONE_OUT], sent_at__isnull=False)
                | (~Q(state__in=[str(s) for s in GONE_OUT]) & Q(sent_at__isnull=True)),
                name="mail_sent_has_time",
                violation_error_message=_("A sent mail, and no other, has the time it was sent at."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["delivered", "bounced"])
                | Q(state="delivered", delivered_at__isnull=False)
                | Q(state="bounced", bounced_at__isnull=False),
                name="mail_told_of_has_time",
                violation_error_message=_("What the provider told of a mail has a time."),
            ),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True) | Q(state__in=[str(s) for s in NOT_ARRIVED]),
                name="mail_settled_had_not_arrived",
                violation_error_message=_("Only a mail that did not arrive can be dealt with."),
            ),
            models.CheckConstraint(
                condition=Q(is_held=False) | Q(state="waiting", is_secret=False),
                name="mail_held_is_waiting",
                violation_error_message=_("Only a waiting mail that is not confidential waits for others."),
            ),
            models.CheckConstraint(
                condition=~Q(state="joined") | Q(joined_into__isnull=False),
                name="mail_joined_into_another",
                violation_error_message=_("A part of a collective mail knows which one."),
            ),
            models.CheckConstraint(
                condition=~Q(is_secret=True, state__in=[str(s) for s in DONE]) | Q(body=""),
                name="mail_secret_is_erased",
                violation_error_message=_("The text of a confidential mail is erased when the mail is done."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recipient}: {self.subject}"

    @property
    def can_be_sent_again(self) -> bool:
        """Whether a person may send this mail once more (see ``outbox.send_again``)."""
        return self.state in DONE and not self.is_secret

    @property
    def is_bundle(self) -> bool:
        """Whether this is a collective mail: each of its parts tells what became of it where it belongs."""
        return self.kind == BUNDLE

    @property
    def told_of(self) -> list[OutboxMessage]:
        """What stands for this mail in the cases: its parts if it is a collective one, else itself."""
        return list(self.parts.order_by("reference", "pk")) if self.is_bundle else [self]

    @property
    def is_in_trouble(self) -> bool:
        """Whether the mail did not arrive and nobody has dealt with it."""
        return self.state in NOT_ARRIVED and self.settled_at is None

    @property
    def everybody(self) -> list[str]:
        """The addresses it goes to, as they were written, copies included."""
        return [*self.to, *self.cc, *self.bcc]

    def note(self, outcome: Outcome, detail: str = "") -> list[dict[str, Any]]:
        """The history with one more line, for the caller to save."""
        return [*self.history, {"at": timezone.now().isoformat(), "outcome": outcome.value, "detail": detail}]


class MailWording(models.Model):
    """The coordination's own wording of one kind of mail, in place of the one that is shipped."""

    kind = models.CharField(_("kind"), max_length=60)
    language = models.CharField(_("language"), max_length=5)
    subject = models.CharField(_("subject line"), max_length=200)
    body = models.TextField(_("text"), max_length=10000)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("changed by")
    )
    changed_at = models.DateTimeField(_("changed"))

    class Meta:
        verbose_name = _("wording of a mail")
        verbose_name_plural = _("wordings of mails")
        ordering = ["kind", "language"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "language"],
                name="mail_wording_once",
                violation_error_message=_("There is a wording of this mail already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.language})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        _forget_wordings()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        deleted = super().delete(*args, **kwargs)
        _forget_wordings()
        return deleted


def _forget_wordings() -> None:
    caches["local"].delete(WORDINGS_CACHE_KEY)
    # Again after the commit: another thread may have cached the old rows meanwhile.
    transaction.on_commit(lambda: caches["local"].delete(WORDINGS_CACHE_KEY))


class OutboxAttachment(models.Model):
    """A file that goes with a mail."""

    message = models.ForeignKey(
        OutboxMessage, on_delete=models.CASCADE, related_name="attachments", verbose_name=_("mail")
    )
    filename = models.CharField(_("file name"), max_length=255, blank=True)
    mimetype = models.CharField(_("content type"), max_length=255)
    content = models.BinaryField(_("content"))

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["id"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.filename
