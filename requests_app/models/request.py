"""The case: what a municipality asked, and where it stands; and what it had typed so far."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from advisors.models import Advisor, Topic
from advisors.vocabulary import ConsultationFormat, Mode
from miglobe.site.model_fields import KeyListField, QuickWords
from requests_app.models.choices import (
    ANSWER_KINDS,
    CLOSE_RESOLUTIONS,
    DECLINE_RESOLUTIONS,
    FINAL_STATUSES,
    OPEN_STATUSES,
    WITHOUT_ADVICE,
    CaseStatus,
    Channel,
    Goal,
    HeldReason,
    Resolution,
)
from requests_app.models.municipality import Municipality

if TYPE_CHECKING:
    from requests_app.models.contacts import ContactPerson


class ReferenceCounter(models.Model):
    """The last number given out in a year. Its row lock keeps references unique."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


class CaseQuerySet(models.QuerySet["Case"]):
    def open(self) -> CaseQuerySet:
        return self.filter(status__in=OPEN_STATUSES)


class Case(QuickWords, models.Model):
    """From the first question to what became of the options.

    The first block holds what the municipality wrote and is never edited afterwards; only the topics
    are the coordination's to correct. The second block is written by ``requests_app.workflow`` alone.
    """

    reference = models.CharField(_("case number"), max_length=16, unique=True, editable=False)
    # The key of the draft it was sent from: pressing "send" twice makes one case.
    submission_key = models.UUIDField(unique=True, editable=False, default=uuid.uuid4)

    # Empty only while somebody else entered the request and the municipality is not known yet.
    municipality = models.ForeignKey(
        Municipality,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="cases",
        verbose_name=_("municipality"),
    )
    # Joint requests: the municipality above has the lead, each of these counts as reached, too.
    partners = models.ManyToManyField(
        Municipality, blank=True, related_name="joint_cases", verbose_name=_("further municipalities")
    )
    # A municipal company asks: its name, and whether the municipality's unit in charge is still open.
    organisation = models.CharField(_("municipal company"), max_length=200, blank=True)
    lead_unit_open = models.BooleanField(_("to clarify: unit in charge"), default=False)
    unit = models.CharField(_("department or unit"), max_length=160, blank=True)
    # Both may wait while somebody else entered the request.
    title = models.CharField(_("subject"), max_length=120, blank=True)
    situation = models.TextField(_("situation on the ground"), max_length=3000, blank=True)
    guiding_question = models.CharField(_("question"), max_length=300, blank=True)
    goals = KeyListField(Goal, verbose_name=_("goals"))
    topics = models.ManyToManyField(Topic, verbose_name=_("topics"), blank=True, related_name="cases")
    formats = KeyListField(ConsultationFormat, verbose_name=_("formats"))
    mode = models.CharField(_("on site or online"), max_length=10, choices=Mode, default=Mode.ANY)
    earliest_begin = models.DateField(_("earliest start"), null=True, blank=True)  # first day of the month
    period = models.CharField(_("period or fixed date"), max_length=200, blank=True)
    preferred_advisor = models.ForeignKey(
        Advisor,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("preferred advisor"),
    )
    # Asked of the preferred advisor, not of the coordination: the offer goes out with the confirmation.
    is_direct = models.BooleanField(_("direct enquiry"), default=False)
    advisor_wishes = models.CharField(_("wishes for the advisors"), max_length=300, blank=True)
    participants = models.TextField(_("who else takes part"), max_length=500, blank=True)
    access_needs = models.TextField(_("needed so that all can take part"), max_length=500, blank=True)
    channel = models.CharField(_("channel"), max_length=14, choices=Channel, default=Channel.PORTAL)
    # Who entered it on behalf of the municipality; empty when the municipality filed it.
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("entered by"),
    )
    # When the contact person confirmed what somebody else had entered; empty in all other requests.
    entry_confirmed_at = models.DateTimeField(_("entries confirmed"), null=True, blank=True)
    language = models.CharField(_("language"), max_length=5, default="de")
    submitted_at = models.DateTimeField(_("received"))

    status = models.CharField(_("state"), max_length=16, choices=CaseStatus, default=CaseStatus.SUBMITTED)
    status_changed_at = models.DateTimeField(_("in this state since"))
    resolution = models.CharField(_("resolution"), max_length=24, choices=Resolution, blank=True)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    # By when others (municipality, advisors) are asked to answer, while we wait for them.
    answer_due_on = models.DateField(_("answer due on"), null=True, blank=True)
    # The day on which the whole coordination is told: late by half of its time again.
    escalate_on = models.DateField(_("very late from"), null=True, blank=True)
    # When it was told; empty again with every new deadline.
    escalated_at = models.DateTimeField(_("the whole coordination told"), null=True, blank=True)
    # What came in last that nobody of the coordination has acted on yet, and when; see ``workflow.engine``.
    answer_kind = models.CharField(
        _("what came in"),
        max_length=20,
        choices=[(kind.value, kind.label) for kind in ANSWER_KINDS],
        blank=True,
    )
    answer_at = models.DateTimeField(_("came in"), null=True, blank=True)
    paused_on = models.DateField(_("paused since"), null=True, blank=True)
    closed_at = models.DateTimeField(_("ended"), null=True, blank=True)
    # The coordinator in charge; empty: nobody has taken it over yet.
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="cases_in_charge",
        verbose_name=_("responsible"),
    )
    resubmit_on = models.DateField(_("resubmission"), null=True, blank=True)
    resubmission_note = models.CharField(_("note for the resubmission"), max_length=300, blank=True)
    # Offers do not name the municipality.
    is_confidential = models.BooleanField(_("confidential"), default=False)
    # Set when this case was found to be the same as another one.
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="merged_cases",
        verbose_name=_("merged into"),
    )
    # The earlier case that this one goes on from, when a municipality asks for another talk.
    follows = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="following_cases",
        verbose_name=_("follows"),
    )
    # The alarm: set when a direct enquiry lapsed, cleared by the coordination's next step.
    direct_unanswered_at = models.DateTimeField(
        _("direct enquiry without an answer since"), null=True, blank=True
    )
    # Rises with every change of state, so that a form filled in before a colleague's change is noticed.
    version = models.PositiveIntegerField(default=1, editable=False)

    # Noted for whoever reads a list (``read_marks.note_unread``), never stored.
    new_messages: int

    objects: ClassVar[models.Manager[Case]] = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        ordering = ["-submitted_at", "-pk"]
        permissions = [
            ("coordinate_case", _("Can coordinate cases")),
            ("read_cases", _("Can read lists and numbers of cases, without personal data")),
        ]
        indexes = [
            # The tabs, in the order in which they are read; and the open cases across the states.
            models.Index(
                fields=["status", "due_on", "submitted_at", "id"],
                name="case_tab",
                condition=Q(status__in=[str(s) for s in OPEN_STATUSES]),
            ),
            models.Index(
                fields=["due_on", "submitted_at", "id"],
                name="case_open_due",
                condition=Q(status__in=[str(s) for s in OPEN_STATUSES]),
            ),
            models.Index(
                fields=["resubmit_on"], name="case_resubmit", condition=Q(resubmit_on__isnull=False)
            ),
            models.Index(fields=["-submitted_at", "-id"], name="case_newest"),
            # One for each group of the day's page: it reads the first few, however many are open.
            models.Index(
                fields=["answer_due_on", "id"],
                name="case_answer_due",
                condition=Q(answer_due_on__isnull=False),
            ),
            models.Index(
                fields=["answer_at", "id"], name="case_answer_came", condition=Q(answer_at__isnull=False)
            ),
            models.Index(
                fields=["status_changed_at", "id"],
                name="case_in_dialogue",
                condition=Q(status=CaseStatus.IN_DIALOGUE),
            ),
            models.Index(
                fields=["escalate_on"],
                name="case_to_escalate",
                condition=Q(escalate_on__isnull=False, escalated_at__isnull=True),
            ),
            models.Index(
                fields=["direct_unanswered_at"],
                name="case_direct_alarm",
                condition=Q(direct_unanswered_at__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(municipality__isnull=False)
                    | Q(entered_by__isnull=False, status__in=[str(s) for s in WITHOUT_ADVICE])
                ),
                name="case_municipality_known",
                violation_error_message=_("Say first which municipality asks."),
            ),
            models.CheckConstraint(
                condition=(
                    Q(entered_by__isnull=True, entry_confirmed_at__isnull=True)
                    | Q(entered_by__isnull=False, entry_confirmed_at__isnull=False)
                    | Q(entered_by__isnull=False, status__in=[str(s) for s in WITHOUT_ADVICE])
                ),
                name="case_entry_confirmed_first",
                violation_error_message=_("The contact person has not confirmed the entries yet."),
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=models.F("pk")),
                name="case_not_merged_into_itself",
                violation_error_message=_("A case cannot be merged into itself."),
            ),
            models.CheckConstraint(
                condition=Q(answer_kind="", answer_at__isnull=True)
                | (~Q(answer_kind="") & Q(answer_at__isnull=False)),
                name="case_answer_has_kind_and_time",
                violation_error_message=_("What came in has a kind and a time."),
            ),
            models.CheckConstraint(
                condition=~Q(resubmission_note="") & Q(resubmit_on__isnull=False) | Q(resubmission_note=""),
                name="case_resubmission_note_has_date",
                violation_error_message=_("A note for the resubmission needs a date."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=CaseStatus.values),
                name="case_status_known",
                violation_error_message=_("This state does not exist."),
            ),
            models.CheckConstraint(
                condition=(
                    Q(status=CaseStatus.CLOSED, resolution__in=[str(r) for r in CLOSE_RESOLUTIONS])
                    | Q(status=CaseStatus.DECLINED, resolution__in=[str(r) for r in DECLINE_RESOLUTIONS])
                    | Q(status=CaseStatus.WITHDRAWN, resolution=Resolution.WITHDRAWN)
                    | (Q(status__in=[str(s) for s in OPEN_STATUSES]) & Q(resolution=""))
                ),
                name="case_resolution_fits_status",
                violation_error_message=_("A case has a resolution exactly when it has ended."),
            ),
            models.CheckConstraint(
                condition=(
                    Q(status__in=[str(s) for s in FINAL_STATUSES], closed_at__isnull=False)
                    | Q(status__in=[str(s) for s in OPEN_STATUSES], closed_at__isnull=True)
                ),
                name="case_closed_at_fits_status",
                violation_error_message=_("A case has an end date exactly when it has ended."),
            ),
            models.CheckConstraint(
                condition=(
                    Q(status=CaseStatus.QUERY_OPEN, paused_on__isnull=False)
                    | (~Q(status=CaseStatus.QUERY_OPEN) & Q(paused_on__isnull=True))
                ),
                name="case_paused_while_query_open",
                violation_error_message=_("The deadline pauses exactly while a query is open."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} – {self.headline}"

    @property
    def headline(self) -> str:
        """The subject, or words that say that it is not known yet."""
        return self.title or gettext("Request without a title")

    @property
    def awaits_confirmation(self) -> bool:
        """Whether somebody else entered it, and the contact person has not confirmed what was written."""
        return self.entered_by_id is not None and self.entry_confirmed_at is None

    @property
    def place(self) -> str:
        """The municipality's name, or words that say it is not known yet."""
        return self.municipality.name if self.municipality else gettext("Municipality not known yet")

    @property
    def places(self) -> str:
        """Who asks, with those that ask along: "Hattingen and 2 more". Reads prefetched partners."""
        more = len(self.partners.all())
        if not more:
            return self.place
        return ngettext("%(place)s and %(more)d more", "%(place)s and %(more)d more", more) % {
            "place": self.place,
            "more": more,
        }

    @property
    def state(self) -> CaseStatus:
        return CaseStatus(self.status)

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_STATUSES

    @property
    def correspondents(self) -> list[ContactPerson]:
        """Who gets the case's mails: the confirmed contact persons, the main one first.

        While nobody has confirmed an address yet, it is the main one alone. Whose account is locked gets
        none. Reads prefetched contacts.
        """
        current = [contact for contact in self.contacts.all() if contact.user.is_active]
        return [contact for contact in current if contact.confirmed_at] or current[:1]

    @property
    def main_contact(self) -> ContactPerson | None:
        """The contact person of the municipality: the first one who gets mails, else the first one there is.

        Reads prefetched contacts.
        """
        return next(iter(self.correspondents or self.contacts.all()), None)


class RequestDraft(models.Model):
    """What was typed into the form so far, page by page, valid or not, until it is sent."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    data: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    last_page = models.CharField(max_length=20, blank=True)  # where to go on
    email = models.EmailField(max_length=254, blank=True)  # where the link to go on was mailed
    reminded_at = models.DateTimeField(null=True, blank=True)  # that it is about to be deleted
    language = models.CharField(max_length=5, default="de")
    # The advisor whose profile led to the form: the request is a direct enquiry.
    directed_to = models.ForeignKey(
        Advisor, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # The closed case that the municipality goes on from.
    follows = models.ForeignKey(
        "requests_app.Case", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # Sent, but held back until the coordination has looked at it.
    held_at = models.DateTimeField(null=True, blank=True)
    held_reason = models.CharField(_("held back because"), max_length=12, choices=HeldReason, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True, db_index=True)
    case = models.OneToOneField(Case, on_delete=models.CASCADE, null=True, related_name="+")

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        constraints = [
            models.CheckConstraint(
                condition=Q(held_at=None, held_reason="") | (Q(held_at__isnull=False) & ~Q(held_reason="")),
                name="draft_held_for_a_reason",
                violation_error_message=_("A request is held back for a reason."),
            )
        ]

    def __str__(self) -> str:
        return str(self.key)

    @property
    def mail_reference(self) -> str:
        """Under this reference its mails lie in the outbox, so that they can be deleted with it."""
        return f"DRAFT-{self.key.hex[:12].upper()}"
