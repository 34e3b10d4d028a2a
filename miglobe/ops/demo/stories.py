"""What happens to each sample request, told through the forms and the workflow that people use.

The samples are dated; their dates are moved as a whole so that the newest is a few days old. Each
step is taken at its own time, so that ages, deadlines and timelines look like those of real work.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from zoneinfo import ZoneInfo

import time_machine  # of the development packages, like the demo itself
from django.conf import settings
from django.forms import BaseForm

from advisors.models import Advisor
from miglobe.accounts.models import User
from miglobe.mail.models import OutboxMessage
from requests_app import library_names, matching, offer_facts, option_words, summary, workflow
from requests_app.access import Side
from requests_app.models import (
    ActionOption,
    AssignmentRole,
    AssignmentStatus,
    Audience,
    Case,
    CaseStatus,
    Channel,
    LibraryOption,
    Resolution,
)
from requests_app.request_form import submission
from requests_app.request_form.entry import Entry
from requests_app.workspace.option_form import OptionForm
from requests_app.workspace.session_form import SessionForm

BERLIN = ZoneInfo(settings.TIME_ZONE)
# The states that the sample data names, and how far each story is told. `initial_talk_sufficient`
# is the one whose dialogue the data do not tell.
UP_TO = {
    "query_open": CaseStatus.QUERY_OPEN,
    "matching": CaseStatus.MATCHING,
    "matched": CaseStatus.MATCHED,
    "in_consultation": CaseStatus.IN_DIALOGUE,
    "options_drafted": CaseStatus.IN_DIALOGUE,
    "follow_up": CaseStatus.CLOSED,
    "closed": CaseStatus.CLOSED,
}


class StoryError(Exception):
    """A form or the workflow refused what the sample data hold."""


@contextmanager
def at(day: dt.date, hour: int = 9, minute: int = 0) -> Iterator[None]:
    """Be at that time of that day, as the people of the story were."""
    moment = dt.datetime.combine(day, dt.time(hour, minute), BERLIN)
    with time_machine.travel(min(moment, dt.datetime.now(BERLIN)), tick=True):
        yield


class Story:
    """One sample request on its way. ``moved`` is by how much its dates are moved.

    ``asked``: the advisor whom a direct enquiry goes to.
    """

    def __init__(
        self,
        sample: dict[str, Any],
        moved: dt.timedelta,
        coordinator: User,
        today: dt.date,
        keep_new: bool,
        asked: Advisor | None = None,
    ) -> None:
        self.sample = sample
        self.moved = moved
        self.coordinator = coordinator
        self.today = today
        self.keep_new = keep_new  # left as it came in, so that there is something new to look at
        self.asked = asked
        self.case: Case

    def day(self, text: str) -> dt.date:
        """A day of the sample data, moved; never after today."""
        return min(dt.date.fromisoformat(text) + self.moved, self.today)

    @property
    def received(self) -> dt.date:
        return self.day(self.sample["received_on"])

    @property
    def contact(self) -> User:
        return self.case.contacts.all()[0].user

    # --- Intake -------------------------------------------------------------------------------

    def file(self) -> Case:
        """Send the request through the form and confirm its address with the mailed code."""
        with at(self.received, 10):
            key = uuid.uuid4()
            self.case = submission.submit(
                answers(self.sample),
                key=key,
                channel=Channel(self.sample["channel"]),
                directed_to=self.asked,
            )
        if not self.keep_new:
            with at(self.received, 10, 20):
                person = self.case.contacts.get()
                result = workflow.confirm_address(person, code_for(self.case))
            if result != workflow.CodeResult.CONFIRMED:
                raise StoryError(f"The code of {self.case.reference} was refused.")
        return self.case

    def share(self) -> None:
        """Invite the department's shared mailbox as a second contact person; somebody accepts."""
        contact = self.contact
        box = workflow.NewContact(
            name="Büro für Internationales",
            email=f"internationales@{contact.email.partition('@')[2]}",
            is_shared_mailbox=True,
        )
        with at(self.received + dt.timedelta(days=4), 10):
            invited = workflow.invite_contact(self._now(), contact, box)
        with at(self.received + dt.timedelta(days=4), 13):
            workflow.confirm_by_sign_in(invited.user)

    # --- Triage -------------------------------------------------------------------------------

    def review(self) -> None:
        with at(self.received + dt.timedelta(days=1), 11):
            workflow.start_review(self.case, self.coordinator)
            question = self.sample.get("query_to_applicant")
            if question:
                workflow.ask_query(self._now(), self.coordinator, text=question)

    def offer(self, chosen: list[Advisor]) -> None:
        """Ask the two advisors of the sample, or the two that fit best."""
        with at(self.received + dt.timedelta(days=2), 9, 30):
            case = self._now()
            if not chosen:
                chosen = [s.advisor for s in matching.suggest(case) if not s.obstacles][:2]
            text = summary.offer_summary(case)
            roles = (AssignmentRole.LEAD, AssignmentRole.CO)
            offers = [
                workflow.Offer(a, role, text, effort=offer_facts.default_effort(a.user.language))
                for a, role in zip(chosen, roles, strict=False)
            ]
            workflow.offer(case, self.coordinator, offers)

    def answer_offers(self) -> None:
        for assignment in self.case.assignments.filter(status=AssignmentStatus.OFFERED).select_related(
            "advisor__user"
        ):
            with at(self.received + dt.timedelta(days=3), 18):
                workflow.accept_offer(assignment, assignment.advisor.user)
        lead = self.lead
        with at(self.received + dt.timedelta(days=4), 8, 15):
            workflow.write_message(
                self._now(),
                lead.user,
                Side.ADVISOR,
                text="Guten Tag, ich freue mich auf die Zusammenarbeit. Passt Ihnen ein erstes Gespräch "
                "in der kommenden Woche? Ich richte mich gern nach Ihnen.",
                audience=Audience.EVERYONE,
            )

    # --- Dialogue -----------------------------------------------------------------------------

    @property
    def lead(self) -> Advisor:
        return self.case.assignments.select_related("advisor__user").get(role=AssignmentRole.LEAD).advisor

    def log(self, session: dict[str, Any], present: list[Advisor]) -> None:
        """Log one session through the form of the workspace, on the evening of its day."""
        total = session["participants"]
        staff = min(total, 5)
        day = self.day(session["date"])
        data = {
            "date": day.isoformat(),
            "start": "10:00",
            "minutes": session["minutes"],
            "format": session["format"],
            "mode": session["mode"] if session["mode"] != "hybrid" else "online",
            "participants_administration": staff,
            "participants_politics": 0,
            "participants_associations": total - staff,
            "participants_others": 0,
            "advisors": [advisor.pk for advisor in present],
            "shared_minutes": session["summary"],
            "form_key": str(uuid.uuid4()),
        }
        with at(day, 20):
            case = self._now()
            form = SessionForm(data, case=case, me=present[0])
            check(form, case.reference)
            workflow.log_session(
                case,
                present[0].user,
                fields=form.session_fields,
                advisors=form.present,
                form_key=form.cleaned_data["form_key"],
            )

    def confirm_sessions(self, day: dt.date) -> None:
        """The municipality confirms what was held."""
        with at(day, 9):
            for session in self._now().sessions.all():
                workflow.confirm_session(session, self.contact, version=session.version)

    def question_session(self, text: str, day: dt.date) -> None:
        """The municipality says of the last session what was different."""
        with at(day, 9):
            session = self._now().sessions.latest("date", "pk")
            workflow.question_session(session, self.contact, text=text, version=session.version)

    def write_options(self, samples: list[dict[str, Any]], day: dt.date) -> None:
        """Write options through the form of the workspace and put them to the municipality."""
        lead = self.lead.user
        with at(day, 20, 30):
            for sample in samples:
                case = self._now()
                entry = LibraryOption.objects.get(key=sample["library"])
                form = OptionForm(sample, case=case, begin_with=entry)
                check(form, case.reference)
                workflow.write_option(case, lead, fields=form.option_fields, taken_from=entry)
            workflow.propose_options(self._now(), lead)

    def confirm_options(self, day: dt.date) -> None:
        with at(day, 11):
            for option in ActionOption.objects.filter(case=self.case).select_related("case"):
                workflow.confirm_option(option, self.contact, version=option.version)

    def renew_option(self, day: dt.date) -> None:
        """The first agreed option gets a new version; then the library would like to have the second."""
        first, second = self.case.options.agreed()[:2]
        with at(day, 9):
            wording = option_words.wording_of(first) | {"partners": f"{first.partners}, Ehrenamtsbüro"}
            form = OptionForm(wording, case=self._now(), begin_with=first)
            check(form, self.case.reference)
            fields = form.option_fields
            new = workflow.write_option(self.case, self.lead.user, fields=fields, replaces=first)
            workflow.propose_options(self._now(), self.lead.user)
        with at(day, 15):
            remark = "So passt es: Das Ehrenamtsbüro ist dabei."
            workflow.confirm_option(new, self.contact, version=new.version, remark=remark)
        with at(day, 16):
            wording = library_names.draft(second)
            workflow.ask_for_library(second, self.coordinator, wording=wording)

    def close(self, resolution: Resolution, text: str, day: dt.date) -> None:
        with at(day, 14):
            workflow.close(self._now(), self.coordinator, resolution=resolution, text=text)

    def _now(self) -> Case:
        """The case as it stands."""
        self.case = Case.objects.select_related("municipality").get(pk=self.case.pk)
        return self.case


def check(form: BaseForm | Entry, where: str) -> None:
    """Raise ``StoryError`` when the form refuses what the data hold; ``where``: whose story it is."""
    if not form.is_valid():
        raise StoryError(f"{where}: {dict(form.errors)}")


def answers(sample: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What the municipality of a sample types into the three pages of the form."""
    contact = sample["contact"]
    company = {"organisation": sample["organisation"]} if "organisation" in sample else {}
    return {
        "municipality": {
            "municipality": sample["municipality_key"],
            "partners": sample.get("partner_keys", []),
            "unit": sample["unit"],
            "name": f"{contact['first_name']} {contact['last_name']}",
            "function": contact["function"],
            "email": contact["email"],
            "phone": contact["phone"],
            **company,
        },
        "concern": {
            "title": sample["subject"],
            "situation": sample["situation"],
            "guiding_question": sample["question"],
            "goals": sample["goals"],
            "topics": sample["topics"],
        },
        "wishes": {
            "formats": sample["formats"],
            "mode": sample["mode"],
            "period": sample["preferred_period"],
            "advisor_wishes": sample["advisor_wishes"],
        },
    }


def code_for(case: Case) -> str:
    """The six digits that the mail to the contact person brought."""
    mail = OutboxMessage.objects.filter(reference=case.reference, kind="request_received").latest("pk")
    found = re.search(r"\b\d{6}\b", mail.body)
    if not found:
        raise StoryError(f"No code in the mail of {case.reference}.")
    return found.group()
