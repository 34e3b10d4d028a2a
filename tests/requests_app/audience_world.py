"""One case with something of each kind that is not meant for everybody, each with a word of its own.

Beside it stand two requests that are opened by the link of a mail: one was entered for somebody and waits for
her yes, one was begun and not sent.
"""

from __future__ import annotations

import datetime as dt
import uuid
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from miglobe.accounts.models import User
from miglobe.accounts.roles import Role
from requests_app import entry_links, library_names, message_drafts, workflow
from requests_app.access import Side
from requests_app.intake import resume
from requests_app.models import (
    Appointment,
    AssignmentRole,
    Audience,
    Case,
    ContactPerson,
    DateRound,
    MessageDraft,
    RequestDraft,
    Resolution,
)
from tests import actors
from tests.requests_app import entered, files

# A Wednesday in term time, in the middle of a month; the next morning is a working day, too.
NOW = dt.datetime(2027, 3, 3, 10, tzinfo=ZoneInfo("Europe/Berlin"))
NEXT_MORNING = dt.datetime(2027, 3, 4, 6, 5, tzinfo=ZoneInfo("Europe/Berlin"))

ADVISORS = ("Amara Okafor", "Inés Carvajal", "Thu-Hà Nguyễn", "Juma Mwangi", "Ebru Demir")

# What is told of in the table, and the words that it is known by, wherever they turn up.
MARKS = {
    "the title": ("Markbetreff",),
    "the situation": ("Marklage",),
    "name of a contact": ("Markhaupt",),
    "e-mail of a contact": ("markhaupt@",),
    "a redacted passage": ("Markgeschwaerzt",),
    "why it was redacted": ("Markgrund",),
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
    "inside a document": ("Markblatt",),
    "a session's minutes": ("Markprotokoll",),
    "a session's private notes": ("Markprivat",),
    "title of a draft option": ("Markentwurf",),
    "text of a draft option": ("Markrohfassung",),
    "a proposed option": ("Markvorschlag",),
    "comment on an option": ("Markanmerkung",),
    "an agreed option": ("Markvereinbart",),
    "place of a proposed date": ("Markzimmer",),
    "note to proposed dates": ("Markterminhinweis",),
    "why no date fits": ("Markpasstnicht",),
    "why a date was cancelled": ("Markterminabsage",),
    "place of an agreed date": ("Markraum",),
    "why a date should be moved": ("Markverlegen",),
    "the municipality's wording": ("Markeigenfassung",),
    "wording for the library": ("Markbibliothek",),
    "file: contact to coordination": ("Markdateikommune",),
    "inside: contact to coordination": ("Markkommunenblatt",),
    "file: coordination to advisors": ("Markdateipool",),
    "inside: coordination to advisors": ("Markpoolblatt",),
    "draft of a contact": ("Markangefangen",),
    "file with that draft": ("Markbeilage",),
    "inside the file with that draft": ("Markbeiblatt",),
    "draft of an advisor": ("Markunfertig",),
    "draft of a note": ("Markhalb",),
    "draft of the coordination": ("Markkoordination",),
    "what the co-advisor adds": ("Markzusatz",),
    "private: the co-advisor's": ("Markeigennotiz",),
    "objection to a session": ("Markeinwand",),
    "what was missing": ("Markfehlte",),
    "word on an option": ("Markverworfen",),
    "word to the follow-up": ("Marknachfrage",),
    "a request entered for somebody": ("Markeingetragen",),
    "telephone in that request": ("0221 471104", "+49221471104"),
    "a request that was begun": ("Markbegonnen",),
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


def _file(name: str, inside: str) -> SimpleUploadedFile:
    return files.upload(files.pdf(mark(inside)), f"{mark(name)}.pdf")


class Story:
    """Tells the story of the case step by step; between two steps the test looks at every page."""

    def __init__(self) -> None:
        self.coordinator, self.colleague = actors.coordinator(), actors.coordinator("Jan Peters")
        self.lead, self.co, self.asked, self.ended, self.other = map(actors.advisor, ADVISORS)
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
        self.entered, self.begun = self._behind_links()

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
            "ended": self.ended.user,
            "other": self.other.user,
            "reader": actors.person("Mira Sand", Role.READER),
            "coordinator": self.coordinator,
            "colleague": self.colleague,
        }

    # --- Until the co-advisor is asked ---

    def _asked_for(self) -> Case:
        contact = _contact("a contact")
        return actors.submitted(
            title=f"{mark('the title')} gewinnen",
            situation=f"{mark('the situation')}: elf Vereine, sagt Frau {mark('a redacted passage')}.",
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
        passage, reason = mark("a redacted passage"), mark("why it was redacted")
        workflow.redact(case, by, passage=passage, reason=reason)
        workflow.set_resubmission(case, by, day=NEXT_MORNING.date(), note=mark("note of a resubmission"))
        conflict = workflow.NewConflict("other", None, mark("note of a conflict"))
        workflow.record_conflict_in_case(case, by, self.other, conflict)
        workflow.offer(case, by, [workflow.Offer(self.lead, AssignmentRole.LEAD, mark("an offer's text"))])
        workflow.accept_offer(case.assignments.get(), self.lead.user)
        self.offer_to(self.ended)
        workflow.accept_offer(case.assignments.get(advisor=self.ended), self.ended.user)

    def _dialogue(self) -> None:
        case = Case.objects.get(pk=self.case.pk)
        fields = actors.session_fields(
            date=NOW.date(),
            shared_minutes=mark("a session's minutes"),
            private_notes=mark("a session's private notes"),
        )
        session = workflow.log_session(
            case, self.lead.user, fields=fields, advisors=[self.lead], form_key=uuid.uuid4()
        )
        workflow.confirm_session(session, self.main, version=session.version)
        self._messages()
        self._options()
        workflow.add_document(case, self.main, _file("a document", "inside a document"))
        self._dates()
        self._drafts()
        workflow.end_assignment(case.assignments.get(advisor=self.ended), self.coordinator)
        listed = workflow.Offer(self.listed, AssignmentRole.CO, mark("shortlist: text"))
        workflow.add_to_shortlist(case, self.coordinator, listed, asks_by_itself=False)
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

        for item, actor, side, audience in (
            ("contact to coordination", self.main, municipality, Audience.MUNICIPALITY),
            ("coordination to advisors", self.coordinator, coordination, Audience.ADVISORS),
        ):
            draft = self._draft(actor, "Anbei.")
            message_drafts.add_file(draft, _file(f"file: {item}", f"inside: {item}"))
            workflow.write_message(self.case, actor, side, text="Anbei.", audience=audience, draft=draft)

    def _draft(self, user: User, text: str, **more: Any) -> MessageDraft:
        draft = message_drafts.keep(self.case, user, body=text, **more)
        assert draft is not None
        return draft

    def _drafts(self) -> None:
        """What nobody has sent yet."""
        draft = self._draft(self.main, mark("draft of a contact"), audience=Audience.EVERYONE)
        message_drafts.add_file(draft, _file("file with that draft", "inside the file with that draft"))
        self._draft(self.lead.user, mark("draft of an advisor"), audience=Audience.EVERYONE)
        self._draft(self.coordinator, mark("draft of a note"), is_note=True)
        self._draft(self.coordinator, mark("draft of the coordination"), audience=Audience.ADVISORS)

    def _dates(self) -> None:
        """No date fits at first; then one is cancelled, another one stands, and more are proposed."""
        workflow.refuse_dates(self._proposed(), self.main, suggestion=mark("why no date fits"))
        reason = mark("why a date was cancelled")
        workflow.cancel_date(self._agreed_date(), self.main, Side.MUNICIPALITY, reason=reason)
        agreed = self._agreed_date(place=mark("place of an agreed date"))
        text = mark("why a date should be moved")
        workflow.ask_to_move(agreed, self.main, text=text, form_key=uuid.uuid4())
        self._proposed(place=mark("place of a proposed date"), note=mark("note to proposed dates"))

    def _proposed(self, **fields: Any) -> DateRound:
        given = actors.proposal(**fields)
        return workflow.propose_dates(self.case, self.lead.user, given, form_key=uuid.uuid4())

    def _agreed_date(self, **fields: Any) -> Appointment:
        made = self._proposed(**fields)
        return workflow.pick_date(made, self.main, date=made.dates.all()[0])

    def _options(self) -> None:
        by = self.lead.user
        agreed, commented, changed = (
            workflow.write_option(self.case, by, fields=actors.option_fields(title=title))
            for title in (mark("an agreed option"), mark("a proposed option"), "Zwei Sitze im Beirat")
        )
        workflow.propose_options(self.case, by)
        workflow.confirm_option(agreed, self.main, version=1)
        text = mark("comment on an option")
        workflow.comment_option(commented, self.main, text=text, version=1)
        own = {"title": mark("the municipality's wording")}
        workflow.change_option(changed, self.main, fields=own, version=1)
        wording = library_names.draft(agreed) | {"title": mark("wording for the library")}
        workflow.ask_for_library(agreed, self.coordinator, wording=wording)
        title, text = mark("title of a draft option"), mark("text of a draft option")
        workflow.write_option(self.case, by, fields=actors.option_fields(title=title, description=text))

    # --- What opens by a link ---

    def _behind_links(self) -> tuple[ContactPerson, RequestDraft]:
        title, phone = mark("a request entered for somebody"), mark("telephone in that request")
        contact = {"name": "Ruth Amsel", "email": "amsel@hattingen.example.org", "phone": phone}
        case = entered.enter(self.coordinator, title=title, contact=contact)
        text = mark("a request that was begun")
        begun = RequestDraft.objects.create(
            email="begonnen@hattingen.example.org", data={"concern": {"title": [text], "situation": [text]}}
        )
        return case.contacts.get(), begun

    def links(self) -> tuple[list[str], list[str]]:
        """What opens without a sign-in: links that were mailed, and such as have run out or are wrong."""
        contact = ContactPerson.objects.get(pk=self.entered.pk)
        mailed = [entry_links.token_for(contact), entry_links.token_for(self.case.contacts.first())]
        with time_machine.travel(NOW - entry_links.LIFETIME - dt.timedelta(days=1)):
            too_old = entry_links.token_for(contact)
        contact.email = "anders@hattingen.example.org"
        wrong = [too_old, entry_links.token_for(contact), mailed[0][:-1], mailed[0].replace(":", "A:", 1)]
        draft = RequestDraft.objects.get(pk=self.begun.pk)
        begun = urlsplit(resume.link(draft)).path
        draft.email = "anders@hattingen.example.org"
        return (
            [*(reverse("intake:entry", args=[token]) for token in mailed), begun],
            [
                *(reverse("intake:entry", args=[token]) for token in wrong),
                urlsplit(resume.link(draft)).path,
                begun[:-2] + "/",
            ],
        )

    # --- And after it ---

    def second_advisor_comes(self) -> None:
        """The one who was asked says no and why; another one says yes."""
        open_offer = self.case.assignments.get(advisor=self.asked)
        workflow.decline_offer(open_offer, self.asked.user, reason=mark("why an advisor said no"))
        self.offer_to(self.co)
        workflow.accept_offer(self.case.assignments.get(advisor=self.co), self.co.user)
        self._session_of_two()

    def _session_of_two(self) -> None:
        """The second advisor adds to what the lead has logged; the municipality says what was different."""
        session = workflow.log_session(
            Case.objects.get(pk=self.case.pk),
            self.lead.user,
            fields=actors.session_fields(date=NOW.date(), private_notes=""),
            advisors=[self.lead, self.co],
            form_key=uuid.uuid4(),
        )
        workflow.add_to_session(
            session,
            self.co.user,
            shared_minutes=mark("what the co-advisor adds"),
            private_notes=mark("private: the co-advisor's"),
        )
        text = mark("objection to a session")
        workflow.question_session(session, self.main, text=text, version=session.version)

    def case_ends(self) -> None:
        """The municipality says what it thinks of it, and what became of the agreed option."""
        case = Case.objects.get(pk=self.case.pk)
        workflow.close(case, self.coordinator, resolution=Resolution.OPTIONS_AGREED)
        missing = mark("what was missing")
        workflow.give_feedback(case, self.main, helped="partly", recommends="yes", missing=missing)
        said = workflow.Said(case.options.agreed()[0].pk, "dropped", mark("word on an option"))
        workflow.answer_follow_up(case, self.main, [said], word=mark("word to the follow-up"))
