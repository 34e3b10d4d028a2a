"""One case with something of each kind that is not meant for everybody, each with a word of its own."""

from __future__ import annotations

import datetime as dt
import uuid
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from miglobe.accounts.models import User
from miglobe.accounts.roles import Role
from requests_app import workflow
from requests_app.access import Side
from requests_app.models import (
    AssignmentRole,
    Audience,
    Case,
    ContactPerson,
)
from tests import actors
from tests.requests_app import files

# A Wednesday in term time, in the middle of a month; the next morning is a working day, too.
NOW = dt.datetime(2027, 3, 3, 10, tzinfo=ZoneInfo("Europe/Berlin"))
NEXT_MORNING = dt.datetime(2027, 3, 4, 6, 5, tzinfo=ZoneInfo("Europe/Berlin"))

# What is told of in the table, and the words that it is known by, wherever they turn up.
MARKS = {
    "the title": ("Markbetreff",),
    "the situation": ("Marklage",),
    "name of a contact": ("Markhaupt",),
    "e-mail of a contact": ("markhaupt@",),
    "telephone of a contact": ("0221 471101", "+49221471101"),
    "name of an invited contact": ("Markgeladen",),
    "e-mail of an invited contact": ("markgeladen@",),
    "telephone of an invited contact": ("0221 471102", "+49221471102"),
    "name of a former contact": ("Markfrueher",),
    "e-mail of a former contact": ("markfrueher@",),
    "telephone of a former contact": ("0221 471103", "+49221471103"),
    "e-mail of an advisor": ("markberatung@",),
    "the query": ("Markrueckfrage",),
    "the answer to it": ("Markantwort",),
    "an internal note": ("Marknotiz",),
    "note of a resubmission": ("Markwiedervorlage",),
    "note of a conflict": ("Markkonflikt",),
    "shortlist: text": ("Markvorrat",),
    "an offer's text": ("Markangebot",),
    "why an advisor said no": ("Markabsage",),
    "message: contact to coordination": ("Markfragtsie",),
    "message: coordination to municipality": ("Markschreibtihnen",),
    "message: coordination to advisors": ("Markanberatende",),
    "message: advisor to advisors": ("Markuntersich",),
    "message: advisor to everybody": ("Markanalle",),
    "a document": ("Markunterlage",),
    "a session's minutes": ("Markprotokoll",),
    "a session's private notes": ("Markprivat",),
    "title of a draft option": ("Markentwurf",),
    "text of a draft option": ("Markrohfassung",),
    "a proposed option": ("Markvorschlag",),
    "comment on an option": ("Markanmerkung",),
    "an agreed option": ("Markvereinbart",),
}  # fmt: skip


def mark(item: str) -> str:
    return MARKS[item][0]


def _contact(item: str, **more: Any) -> workflow.NewContact:
    name, email, phone = (mark(f"{what} of {item}") for what in ("name", "e-mail", "telephone"))
    return workflow.NewContact(
        name=f"Nora {name}",
        email=f"{email}hattingen.example.org",
        phone=phone,
        function="Amtsleitung",
        **more,
    )


class Story:
    """Tells the story of the case step by step; between two steps the test looks at every page."""

    def __init__(self) -> None:
        self.coordinator = actors.coordinator()
        self.lead, self.co, self.asked, self.other = (
            actors.advisor(name) for name in ("Amara Okafor", "Inés Carvajal", "Thu-Hà Nguyễn", "Ebru Demir")
        )
        self.listed = actors.advisor("Elif Sommer", published=False)
        User.objects.filter(pk=self.lead.user.pk).update(email="markberatung@example.org")
        self.lead.user.refresh_from_db()
        self.case = self._asked_for()
        self.main = actors.contact_of(self.case)
        self.second, self.invited, self.former = self._contacts()
        self._review()
        self._dialogue()
        self.elsewhere = actors.submitted(title="Woanders")
        workflow.start_review(self.elsewhere, self.coordinator)
        offer = workflow.Offer(self.other, AssignmentRole.LEAD, "Zusammenfassung")
        workflow.offer(self.elsewhere, self.coordinator, [offer])

    @cached_property
    def people(self) -> dict[str, User | None]:
        return {
            "anonymous": None,
            "main": self.main,
            "second": self.second,
            "invited": self.invited,
            "former": self.former,
            "outsider": actors.contact_of(self.elsewhere),
            "lead": self.lead.user,
            "co": self.co.user,
            "asked": self.asked.user,
            "other": self.other.user,
            "reader": actors.person("Mira Sand", Role.READER),
            "coordinator": self.coordinator,
        }

    # --- Until the co-advisor is asked ---

    def _asked_for(self) -> Case:
        contact = _contact("a contact")
        return actors.submitted(
            title=f"{mark('the title')} gewinnen",
            situation=f"{mark('the situation')}: elf Vereine.",
            contact={"name": contact.name, "email": contact.email, "phone": contact.phone},
        )

    def _contacts(self) -> tuple[User, User, User]:
        former = self._colleague(_contact("a former contact"))
        second = self._colleague(actors.new_contact("Jonas Reiter"))
        workflow.remove_contact(former, self.main)
        invited = workflow.invite_contact(self.case, self.main, _contact("an invited contact"))
        return second.user, invited.user, former.user

    def _colleague(self, new: workflow.NewContact) -> ContactPerson:
        contact = workflow.invite_contact(self.case, self.main, new)
        workflow.confirm_by_sign_in(contact.user)
        return ContactPerson.objects.get(pk=contact.pk)

    def _review(self) -> None:
        case, by = self.case, self.coordinator
        workflow.start_review(case, by)
        workflow.ask_query(case, by, text=mark("the query"))
        workflow.answer_query(case, self.main, text=mark("the answer to it"))
        workflow.write_note(case, by, text=mark("an internal note"))
        workflow.set_resubmission(case, by, day=NEXT_MORNING.date(), note=mark("note of a resubmission"))
        conflict = workflow.NewConflict("other", None, mark("note of a conflict"))
        workflow.record_conflict_in_case(case, by, self.other, conflict)
        workflow.offer(case, by, [workflow.Offer(self.lead, AssignmentRole.LEAD, mark("an offer's text"))])
        workflow.accept_offer(case.assignments.get(), self.lead.user)
        text = workflow.Offer(self.listed, AssignmentRole.CO, mark("shortlist: text"))
        workflow.add_to_shortlist(case, by, text, asks_by_itself=False)

    def _dialogue(self) -> None:
        case = Case.objects.get(pk=self.case.pk)
        fields = actors.session_fields(
            date=NOW.date(),
            shared_minutes=mark("a session's minutes"),
            private_notes=mark("a session's private notes"),
        )
        workflow.log_session(case, self.lead.user, fields=fields, advisors=[self.lead], form_key=uuid.uuid4())
        self._messages()
        self._options()
        workflow.add_document(case, self.main, files.upload(files.pdf(), f"{mark('a document')}.pdf"))
        self.offer_to(self.asked)

    def offer_to(self, advisor: Any) -> None:
        offer = workflow.Offer(advisor, AssignmentRole.CO, mark("an offer's text"))
        workflow.offer(Case.objects.get(pk=self.case.pk), self.coordinator, [offer])

    def _messages(self) -> None:
        municipality, advisor, coordination = Side.MUNICIPALITY, Side.ADVISOR, Side.COORDINATOR
        for item, actor, side, audience in (
            ("contact to coordination", self.main, municipality, Audience.MUNICIPALITY),
            ("coordination to municipality", self.coordinator, coordination, Audience.MUNICIPALITY),
            ("coordination to advisors", self.coordinator, coordination, Audience.ADVISORS),
            ("advisor to advisors", self.lead.user, advisor, Audience.ADVISORS),
            ("advisor to everybody", self.lead.user, advisor, Audience.EVERYONE),
        ):
            workflow.write_message(self.case, actor, side, text=mark(f"message: {item}"), audience=audience)

    def _options(self) -> None:
        by = self.lead.user
        agreed, commented = (
            workflow.write_option(self.case, by, fields=actors.option_fields(title=mark(item)))
            for item in ("an agreed option", "a proposed option")
        )
        workflow.propose_options(self.case, by)
        workflow.confirm_option(agreed, self.main, version=1)
        text = mark("comment on an option")
        workflow.comment_option(commented, self.main, text=text, version=1)
        title, text = mark("title of a draft option"), mark("text of a draft option")
        workflow.write_option(self.case, by, fields=actors.option_fields(title=title, description=text))

    # --- And after it ---

    def second_advisor_comes(self) -> None:
        """The one who was asked says no and why; another one says yes."""
        open_offer = self.case.assignments.get(advisor=self.asked)
        workflow.decline_offer(open_offer, self.asked.user, reason=mark("why an advisor said no"))
        self.offer_to(self.co)
        workflow.accept_offer(self.case.assignments.get(advisor=self.co), self.co.user)
