"""What the coordinators have at their desk beside the stories of the cases.

Who looks after which case, what comes up again and when, whom to ask next, who cannot advise, a filter
and a mail in words of their own, and a mail that came back. Through the forms and the workflow, too.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from anymail.signals import AnymailTrackingEvent, EventType
from django.utils import timezone, translation

from advisors.models import Advisor
from miglobe.accounts.models import Notices, User
from miglobe.mail import tracking, wordings
from miglobe.mail.bundling import join_due
from miglobe.mail.models import MailWording, OutboxMessage
from miglobe.ops.demo.stories import StoryError, at, check
from requests_app import offer_facts, summary, workflow
from requests_app.access import Side
from requests_app.models import AssignmentRole, AssignmentStatus, Audience, Case
from requests_app.triage import saved
from requests_app.triage.desk_forms import OTHER_DAY, ResubmissionForm

DESK = Path(__file__).parent / "desk.json"
Told = dict[str, Any]


class Desk:
    """The desk of the ``coordinators``. ``cases``: by the keys of the samples; so is the ``pool``."""

    def __init__(
        self, coordinators: list[User], cases: Mapping[str, Case], pool: Mapping[str, Advisor]
    ) -> None:
        self.told: Told = json.loads(DESK.read_text(encoding="utf-8"))
        self.first, self.second = coordinators
        self.cases = cases
        self.pool = pool

    def tell(self) -> None:
        for told in self.told["resubmissions"]:
            self.resubmit(told)
        self.take_on(self.told["taken_on"])
        self.list_whom_to_ask(self.told["shortlist"])
        self.hold_confidential(self.told["confidential"])
        self.record_conflict(self.told["conflict"])
        self.save_filter(self.told["filter"])
        self.word_mail(self.told["wording"])
        self.ask_how_it_goes(self.told["came_back"])
        self.write_one_mail(self.told["one_mail"])

    # --- Cases ------------------------------------------------------------------------------------

    def _case(self, told: Told) -> Case:
        return Case.objects.select_related("municipality", "responsible").get(
            pk=self.cases[told["request"]].pk
        )

    def resubmit(self, told: Told) -> None:
        """Whoever looks after the case wants to see it again on a day."""
        case = self._case(told)
        day = timezone.localdate() + dt.timedelta(days=told["in_days"])
        data = {"when": OTHER_DAY, "day": day.isoformat(), "note": told["note"]}
        form = ResubmissionForm(data, case=case)
        check(form, case.reference)
        workflow.set_resubmission(case, case.responsible or self.first, day=day, note=told["note"])

    def take_on(self, keys: list[str]) -> None:
        """Requests whose first step is still to come, and that somebody looks after already."""
        for key in keys:
            workflow.take_over(self._case({"request": key}), self.second)

    def list_whom_to_ask(self, told: Told) -> None:
        """Whom the portal asks next by itself, when one of those who were asked says no."""
        case = self._case(told)
        text = summary.offer_summary(case)
        for role, keys in told["advisors"].items():
            for advisor in (self.pool[key] for key in keys):
                effort = offer_facts.default_effort(advisor.user.language)
                wanted = workflow.Offer(advisor, AssignmentRole(role), text, effort=effort)
                workflow.add_to_shortlist(case, self.first, wanted, asks_by_itself=True)

    def hold_confidential(self, told: Told) -> None:
        """Offers of the case do not name the municipality; a note says why."""
        case = self._case(told)
        workflow.set_confidential(case, self.first, is_confidential=True)
        workflow.write_note(self._case(told), self.first, text=told["note"])

    def ask_how_it_goes(self, told: Told) -> None:
        """A message into a dialogue that has gone quiet; its mail will come back."""
        case = self._case(told)
        with at(timezone.localdate() - dt.timedelta(days=1), 15, 20):
            workflow.write_message(
                case,
                case.responsible or self.first,
                Side.COORDINATOR,
                text=told["text"],
                audience=Audience.MUNICIPALITY,
            )

    def write_one_mail(self, told: Told) -> None:
        """Two messages to somebody who wants one mail a day; they come as one."""
        case = self._case(told)
        contact = case.contacts.select_related("user").all()[0].user
        contact.notices = Notices.DAILY
        contact.save(update_fields=["notices"])
        lead = case.assignments.select_related("advisor__user").get(
            role=AssignmentRole.LEAD, status=AssignmentStatus.ACCEPTED
        )
        for writer, side, text in (
            (self.second, Side.COORDINATOR, told["coordination"]),
            (lead.advisor.user, Side.ADVISOR, told["advisor"]),
        ):
            workflow.write_message(case, writer, side, text=text, audience=Audience.EVERYONE)
        # The morning has come.
        waiting = OutboxMessage.objects.filter(recipient=contact.email, is_held=True)
        waiting.update(next_attempt_at=timezone.now())
        join_due()

    def record_conflict(self, told: Told) -> None:
        """Somebody who knows the subject best, and sits on the municipality's council."""
        case = self._case(told)
        conflict = workflow.NewConflict(told["kind"], case.municipality, told["note"])
        workflow.record_conflict_in_case(case, self.first, self.pool[told["advisor"]], conflict)

    # --- Words and filters ------------------------------------------------------------------------

    def save_filter(self, told: Told) -> None:
        """One that both coordinators find beside the list."""
        data = {"name": told["name"], "is_shared": "on"}
        form = saved.FilterForm(data, user=self.second, query=saved.known(told["query"]))
        check(form, told["name"])
        form.keep()

    def word_mail(self, told: Told) -> None:
        """One kind of mail with a sentence of their own before the greeting at its end."""
        with translation.override(told["language"]):
            shipped = wordings.editable(told["kind"], told["language"])
            subject, body = shipped.words
            own = body.replace(told["before"], f"{told['sentence']}\n\n{told['before']}")
            if own == body or any(shipped.problems(subject, own).values()):
                raise StoryError(f"The wording of {told['kind']} does not fit the mail.")
        MailWording.objects.create(
            kind=told["kind"],
            language=told["language"],
            subject=subject,
            body=own,
            changed_by=self.second,
            changed_at=timezone.now(),
        )

    # --- Once the mails are delivered ---------------------------------------------------------------

    def let_mail_come_back(self) -> None:
        """The mail provider tells that the mail to the contact person came back."""
        told = self.told["came_back"]
        contact = self._case(told).contacts.select_related("user").all()[0]
        mail = OutboxMessage.objects.filter(
            reference=self._case(told).reference, recipient__contains=contact.user.email, is_secret=False
        ).latest("pk")
        event = AnymailTrackingEvent(
            event_type=EventType.BOUNCED,
            timestamp=timezone.now(),
            message_id=mail.message_id,
            recipient=contact.user.email,
            description=told["reason"],
        )
        tracking.note_event(event, "demo")
