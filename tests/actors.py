"""Who acts in the tests: municipality, coordinators, advisors, outsiders – and cases in every state."""

from __future__ import annotations

import datetime as dt
import uuid
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from advisors import photos, publishing
from advisors.models import Advisor, Publication, Topic
from advisors.vocabulary import ConsultationFormat, Mode
from miglobe.accounts.models import User
from miglobe.accounts.roles import Role
from miglobe.mail.models import OutboxMessage
from requests_app import workflow
from requests_app.models import (
    ActionOption,
    Appointment,
    Assignment,
    AssignmentRole,
    AssignmentStatus,
    Case,
    CaseStatus,
    ContactPerson,
    DateRound,
    DialogueSession,
    Municipality,
    ProposedDate,
    Resolution,
    SessionMode,
)
from tests.recordings import can_replay, newest_keys, replayed

_count = 0


def _number() -> int:
    global _count
    _count += 1
    return _count


def person(name: str, *roles: Role) -> User:
    user = User.objects.create_user(f"{name.split()[0].lower()}{_number()}@example.org", name)
    for role in roles:
        user.add_role(role)
    return user


def coordinator(name: str = "Lena Brandt") -> User:
    return person(name, Role.COORDINATOR)


def administrator(name: str = "Ada Minsky") -> User:
    return person(name, Role.ADMINISTRATOR)


def advisor(name: str = "Amara Okafor", *, published: bool = True, **fields: Any) -> Advisor:
    """An advisor with a public profile, if she is active and nothing else is said."""
    defaults: dict[str, Any] = {
        "profile": "Bringt Erfahrung aus kommunalen Partnerschaften mit.",
        "base_town": "Köln",
        "base_key": "05315000",
        "modes": [Mode.ON_SITE, Mode.ONLINE],
    }
    made = Advisor.objects.create(user=person(name, Role.ADVISOR), **(defaults | fields))
    made.topics.set(Topic.objects.filter(key__in=["fair_trade", "strategy"]))
    if published and made.status == Advisor.Status.ACTIVE:
        _found_public(made)
    return made


def _found_public(advisor: Advisor) -> None:
    """A profile that has long been public: the row that ``publish`` leaves, without its way there."""
    now = timezone.now()
    Publication.objects.create(
        advisor=advisor,
        name=advisor.name,
        **{name: getattr(advisor, name) for name in ("profile", "approach", "countries")},
        state=Publication.State.APPROVED,
        consent_text=publishing.consent_text(),
        consented_by=advisor.user,
        consented_at=now,
        reviewed_by=advisor.user,
        reviewed_at=now,
    )


def picture(width: int = 400, height: int = 500, kind: str = "JPEG", **options: Any) -> bytes:
    """A photo as somebody might upload it: two colours, one above the other."""
    image = Image.new("RGB", (width, height), "steelblue")
    image.paste("wheat", (0, height // 2, width, height))
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def give_photo(advisor: Advisor) -> None:
    """A photo in the advisor's profile, not yet public."""
    photos.keep(advisor, photos.prepared(SimpleUploadedFile("ich.jpg", picture())))


def publish(advisor: Advisor) -> Publication:
    """The advisor's texts of now, consented to and approved – without mails, by somebody who then leaves."""
    publication = consented(advisor)
    editor, _made = User.objects.get_or_create_by_email("freya.gabe@example.org", "Freya Gabe")
    editor.add_role(Role.COORDINATOR)
    publishing.approve(publication, editor)
    editor.set_roles([])
    OutboxMessage.objects.filter(kind__startswith="profile_").delete()
    publication.refresh_from_db()
    return publication


def consented(advisor: Advisor) -> Publication:
    """The advisor's texts of now, consented to and waiting for the coordination."""
    consent = publishing.consent_text()
    return publishing.submit_for_publication(advisor, advisor.user, consent=consent)


def request(**changes: Any) -> workflow.NewRequest:
    """A valid request of Hattingen; ``changes`` go to its case fields, ``contact`` to its contact's."""
    number = _number()
    contact = {
        "name": "Katrin Wellmann",
        "email": f"katrin.wellmann{number}@hattingen.example.org",
        "function": "Sachbearbeiterin Integration",
        "phone": "0221 4710-101",
    } | changes.pop("contact", {})
    case = {
        "municipality": Municipality.objects.get(key="05954016"),
        "unit": "Fachbereich Soziales",
        "title": "Migrantische Vereine gewinnen",
        "situation": "Die Steuerungsgruppe besteht aus elf Personen. Frau Wellmann leitet sie.",
        "goals": ["participation"],
        "formats": [ConsultationFormat.INITIAL_TALK],
        "mode": Mode.ON_SITE,
    } | changes
    return workflow.NewRequest(
        case=case, contact=contact, topics=tuple(Topic.objects.filter(key="fair_trade"))
    )


def submitted(confirmed: bool = True, **changes: Any) -> Case:
    case = workflow.submit_request(uuid.uuid4(), request(**changes))
    if confirmed:
        workflow.confirm_by_sign_in(contact_of(case))
        case.refresh_from_db()
    return case


def direct_enquiry(advisor: Advisor, *, confirmed: bool = True, **changes: Any) -> Case:
    """A request to ``advisor`` by name, as the form files it; with the confirmation the offer is out."""
    return submitted(confirmed, is_direct=True, preferred_advisor=advisor, **changes)


def contact_of(case: Case) -> User:
    """The municipality's contact person: the main one, if there are several."""
    return case.contacts.all()[0].user


def new_contact(name: str = "Jonas Reiter", **changes: Any) -> workflow.NewContact:
    """What is typed to invite a colleague of the municipality."""
    email = f"{name.split()[0].lower()}{_number()}@hattingen.example.org"
    return workflow.NewContact(**({"name": name, "email": email, "function": "Amtsleitung"} | changes))


def invited(case: Case, name: str = "Jonas Reiter", **changes: Any) -> ContactPerson:
    """A colleague who was invited by the main contact person and has not accepted yet."""
    return workflow.invite_contact(case, contact_of(case), new_contact(name, **changes))


def colleague(case: Case, name: str = "Jonas Reiter", **changes: Any) -> ContactPerson:
    """A second contact person, invited by the first one and confirmed."""
    contact = invited(case, name, **changes)
    workflow.confirm_by_sign_in(contact.user)
    return ContactPerson.objects.get(pk=contact.pk)


def _people() -> dict[str, Any]:
    """The keys of everybody in the world."""
    return {
        "coordinator": coordinator().pk,
        "advisors": [advisor(name).pk for name in ("Amara Okafor", "Inés Carvajal", "Thu-Hà Nguyễn")],
        "other_contact": contact_of(submitted(title="Andere Anfrage")).pk,
    }


class World:
    """One coordinator, a lead, a second advisor, an outsider – and a case as far as asked for.

    In a test that has made nothing yet, world and first case come from a recording.
    """

    def __init__(self) -> None:
        self._is_recorded = can_replay() and not User.objects.exists()
        keys = replayed("world", _people) if self._is_recorded else _people()
        advisors = Advisor.objects.select_related("user").in_bulk(keys["advisors"])
        self.lead, self.co, self.other_advisor = (advisors[key] for key in keys["advisors"])
        self.coordinator = User.objects.get(pk=keys["coordinator"])
        self.other_contact = User.objects.get(pk=keys["other_contact"])
        self._newest = newest_keys()

    def case(self, status: CaseStatus = CaseStatus.SUBMITTED, **changes: Any) -> Case:
        """A case in ``status``, brought there through the workflow."""
        if self._is_recorded and can_replay() and not changes and newest_keys() == self._newest:
            return Case.objects.get(pk=replayed(status, lambda: self.walk(status).pk))
        return self.walk(status, **changes)

    def walk(self, status: CaseStatus, **changes: Any) -> Case:
        """The same without a recording: for a world in which a person or a setting was changed before."""
        case = submitted(**changes)
        for step in _PATHS[status]:
            step(self, case)
            case = Case.objects.get(pk=case.pk)
        assert case.status == status
        return case

    def offers(self, *roles: AssignmentRole) -> list[workflow.Offer]:
        people = {AssignmentRole.LEAD: self.lead, AssignmentRole.CO: self.co}
        return [workflow.Offer(people[r], r, "Zusammenfassung ohne Namen") for r in roles or AssignmentRole]

    def offer_of(self, case: Case, advisor: Advisor) -> Assignment:
        return case.assignments.get(advisor=advisor, status=AssignmentStatus.OFFERED)


def session_fields(**changes: Any) -> dict[str, Any]:
    return {
        "date": dt.date(2026, 11, 12),
        "start": dt.time(10),
        "minutes": 90,
        "format": ConsultationFormat.INITIAL_TALK,
        "mode": SessionMode.ON_SITE,
        "participants_administration": 3,
        "shared_minutes": "Ziele geklärt.",
        "private_notes": "Leise Skepsis im Amt.",
    } | changes


def option_fields(**changes: Any) -> dict[str, Any]:
    return {
        "goal": "participation",
        "title": "Zwei feste Sitze in der Steuerungsgruppe",
        "description": "Die Steuerungsgruppe erhält zwei feste Sitze mit Stimmrecht.",
        "first_step": "Geschäftsordnung ergänzen.",
        "responsible_unit": "Fachbereich Soziales",
        "horizon": "short",
        "effort": "low",
        "indicator": "Anteil der Sitzungen mit beiden Sitzen",
    } | changes


def in_days(days: int, hour: int = 14) -> dt.datetime:
    """A moment some days from now, on the hour in Berlin."""
    day = timezone.localdate() + dt.timedelta(days=days)
    return timezone.make_aware(dt.datetime.combine(day, dt.time(hour)))


def proposal(*days: int, **changes: Any) -> workflow.Proposal:
    """Dates in so many days, for an online talk of an hour and a half."""
    held: dict[str, Any] = {
        "starts": tuple(in_days(each) for each in days or (10, 11)),
        "format": ConsultationFormat.INITIAL_TALK,
        "mode": SessionMode.ONLINE,
        "minutes": 90,
        "place": "https://video.example.org/hattingen",
    }
    return workflow.Proposal(**(held | changes))


def date_round(case: Case, by: User, moves: Appointment | None = None, *days: int) -> DateRound:
    """Proposed dates that wait for an answer, put there past the workflow."""
    given = proposal(*days)
    made = DateRound.objects.create(
        case=case, format=given.format, mode=given.mode, minutes=given.minutes, place=given.place,
        moves=moves, proposed_by=by, proposed_at=timezone.now(), form_key=uuid.uuid4(),
    )  # fmt: skip
    for start in given.starts:
        ProposedDate.objects.create(round=made, starts_at=start)
    return made


def appointment(case: Case, by: User, starts_at: dt.datetime | None = None, **fields: Any) -> Appointment:
    """An agreed date, put there past the workflow."""
    given, now = proposal(), timezone.now()
    defaults: dict[str, Any] = {
        "starts_at": starts_at or in_days(7),
        "minutes": given.minutes,
        "format": given.format,
        "mode": given.mode,
        "place": given.place,
        "agreed_by": by,
        "agreed_at": now,
        "changed_at": now,
    }
    return Appointment.objects.create(case=case, **(defaults | fields))


def log_session(world: World, case: Case) -> DialogueSession:
    return workflow.log_session(
        case, world.lead.user, fields=session_fields(), advisors=[world.lead], form_key=uuid.uuid4()
    )


def confirm_sessions(case: Case) -> None:
    """The municipality confirms every session of the case."""
    for session in case.sessions.all():
        workflow.confirm_session(session, contact_of(case), version=session.version)


def propose_option(world: World, case: Case, **changes: Any) -> ActionOption:
    option = workflow.write_option(case, world.lead.user, fields=option_fields(**changes))
    workflow.propose_options(case, world.lead.user)
    option.refresh_from_db()
    return option


def _review(world: World, case: Case) -> None:
    workflow.start_review(case, world.coordinator)


def _query(world: World, case: Case) -> None:
    workflow.ask_query(case, world.coordinator, text="Welche Vereine sind dabei?")


def _offer(world: World, case: Case) -> None:
    workflow.offer(case, world.coordinator, world.offers())


def _accept(world: World, case: Case) -> None:
    workflow.accept_offer(world.offer_of(case, world.lead), world.lead.user)


def _agree(world: World, case: Case) -> None:
    option = propose_option(world, case)
    workflow.confirm_option(option, contact_of(case), version=option.version)


def _close(world: World, case: Case) -> None:
    workflow.close(case, world.coordinator, resolution=Resolution.OPTIONS_AGREED)


def _decline(world: World, case: Case) -> None:
    workflow.decline(
        case, world.coordinator, resolution=Resolution.OUT_OF_SCOPE, text="Das Thema passt nicht."
    )


def _withdraw(world: World, case: Case) -> None:
    workflow.withdraw(case, contact_of(case))


_TO_DIALOGUE = (_review, _offer, _accept, log_session)
_PATHS: dict[CaseStatus, tuple[Any, ...]] = {
    CaseStatus.SUBMITTED: (),
    CaseStatus.IN_REVIEW: (_review,),
    CaseStatus.QUERY_OPEN: (_review, _query),
    CaseStatus.MATCHING: (_review, _offer),
    CaseStatus.MATCHED: (_review, _offer, _accept),
    CaseStatus.IN_DIALOGUE: _TO_DIALOGUE,
    CaseStatus.OPTIONS_AGREED: (*_TO_DIALOGUE, _agree),
    CaseStatus.CLOSED: (*_TO_DIALOGUE, _agree, _close),
    CaseStatus.DECLINED: (_review, _decline),
    CaseStatus.WITHDRAWN: (_review, _withdraw),
}
