"""The record of a session: its corrections leave a trace, its yes belongs to what was read."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.utils import timezone
from django.utils.translation import override

from miglobe.mail.models import OutboxMessage
from requests_app import access, session_record, timeline, workflow
from requests_app.models import Case, CaseStatus, DialogueSession, EventKind
from requests_app.workflow import InvalidTransition, NotAllowed
from tests import actors
from tests.actors import World

pytestmark = pytest.mark.django_db
S = CaseStatus


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def case(world: World) -> Case:
    return world.case(S.IN_DIALOGUE)


@pytest.fixture
def session(case: Case) -> DialogueSession:
    return case.sessions.get()


def correct(world: World, session: DialogueSession, **changes: Any) -> DialogueSession:
    return workflow.correct_session(
        session, world.lead.user, fields=actors.session_fields(**changes), advisors=[world.lead]
    )


def confirm(session: DialogueSession) -> DialogueSession:
    return workflow.confirm_session(session, actors.contact_of(session.case), version=session.version)


def question(session: DialogueSession, text: str = "Es waren 60 Minuten.") -> DialogueSession:
    contact = actors.contact_of(session.case)
    return workflow.question_session(session, contact, text=text, version=session.version)


def mails(kind: str) -> list[str]:
    return list(OutboxMessage.objects.filter(kind=kind).order_by("pk").values_list("recipient", flat=True))


# --- Corrections ----------------------------------------------------------------------------------


def test_a_correction_keeps_facts_and_of_texts_their_names_alone(
    world: World, case: Case, session: DialogueSession
) -> None:
    correct(world, session, minutes=60, mode="online", shared_minutes="Neu.", private_notes="Geheim.")
    data = case.events.get(kind=EventKind.SESSION_CORRECTED).data
    assert data["changed"] == ["minutes", "mode", "shared_minutes", "private_notes"]
    assert data["facts"] == {
        "minutes": {"before": 90, "after": 60},
        "mode": {"before": "on_site", "after": "online"},
    }
    with override("en"):
        shown = session_record.records(case)[0].corrections[0].changes
    assert shown == [
        "Minutes: 90 → 60",
        "On site, online or by telephone: On site → Online",
        "Shared minutes changed",
    ]
    assert "Geheim." not in repr(timeline.staff_timeline(case)) + repr(timeline.public_timeline(case))


def test_a_session_corrected_to_another_day_belongs_to_the_agreed_date_of_that_day(
    world: World, case: Case, session: DialogueSession
) -> None:
    fields = actors.session_fields()
    start = timezone.make_aware(dt.datetime.combine(fields["date"], fields["start"]))
    held, later = (actors.appointment(case, world.lead.user, start + dt.timedelta(days=d)) for d in (1, 2))
    day = fields["date"] + dt.timedelta(days=1)
    assert correct(world, session, date=day).appointment == held
    assert correct(world, session, date=day, start=dt.time(11)).appointment == held
    assert correct(world, session, date=day + dt.timedelta(days=1)).appointment == later
    assert correct(world, session).appointment is None


def test_a_correction_takes_the_yes_away_and_asks_anew(world: World, session: DialogueSession) -> None:
    confirm(session)
    corrected = correct(world, session, minutes=60)
    assert (corrected.version, corrected.confirmed_at, corrected.confirmed_by) == (2, None, None)
    assert mails("session_corrected") == [actors.contact_of(session.case).email]
    with pytest.raises(InvalidTransition):
        workflow.confirm_session(session, actors.contact_of(session.case), version=1)


def test_a_correction_settles_what_was_different(world: World, session: DialogueSession) -> None:
    question(session)
    assert correct(world, session, minutes=60).objection == ""
    assert len(mails("session_corrected")) == 1


def test_nobody_is_told_of_a_correction_that_nobody_has_answered_to(
    world: World, session: DialogueSession
) -> None:
    correct(world, session, minutes=60)
    assert mails("session_corrected") == []


def test_private_notes_alone_leave_the_yes_as_it_is(world: World, session: DialogueSession) -> None:
    confirm(session)
    corrected = correct(world, session, private_notes="Anders notiert.")
    assert (corrected.version, corrected.confirmed_at is None) == (1, False)
    assert mails("session_corrected") == []
    assert session_record.corrections_of(session.case) == {}
    with override("en"):
        told = [entry.what for entry in timeline.public_timeline(session.case)]
    assert [line for line in told if "corrected" in line] == []


def test_a_correction_sent_twice_is_one(world: World, case: Case, session: DialogueSession) -> None:
    seen = session.wording
    for _ in range(2):
        workflow.correct_session(
            session,
            world.lead.user,
            fields=actors.session_fields(minutes=60),
            advisors=[world.lead],
            seen=seen,
        )
    assert case.events.filter(kind=EventKind.SESSION_CORRECTED).count() == 1


def test_a_correction_to_an_older_record_is_refused(world: World, session: DialogueSession) -> None:
    seen = session.wording
    correct(world, session, minutes=60)
    with pytest.raises(InvalidTransition):
        workflow.correct_session(
            session,
            world.lead.user,
            fields=actors.session_fields(minutes=45),
            advisors=[world.lead],
            seen=seen,
        )


def test_after_the_end_only_what_is_not_confirmed_is_corrected(world: World) -> None:
    session = world.case(S.CLOSED).sessions.get()
    assert correct(world, session, minutes=60).minutes == 60
    session.refresh_from_db()
    confirm(session)
    with pytest.raises(InvalidTransition):
        correct(world, session, minutes=45)
    assert correct(world, session, minutes=60, private_notes="Für mich.").private_notes == "Für mich."


# --- The municipality's word ------------------------------------------------------------------------


def test_a_logged_session_asks_each_contact_person_once(world: World) -> None:
    case = world.case(S.MATCHED)
    colleague = actors.colleague(case)
    key = uuid.uuid4()
    for _ in range(2):
        workflow.log_session(
            case, world.lead.user, fields=actors.session_fields(), advisors=[world.lead], form_key=key
        )
    assert sorted(mails("session_logged")) == sorted([actors.contact_of(case).email, colleague.user.email])
    body = OutboxMessage.objects.filter(kind="session_logged")[0].body
    assert f"#session-{case.sessions.get().pk}" in body
    assert "Ziele geklärt." not in body


def test_any_contact_person_may_confirm_and_nobody_else(
    world: World, case: Case, session: DialogueSession
) -> None:
    for person in (world.lead.user, world.coordinator, world.other_contact):
        with pytest.raises(NotAllowed):
            workflow.confirm_session(session, person, version=1)
    colleague = actors.colleague(case).user
    assert workflow.confirm_session(session, colleague, version=1).confirmed_by == colleague
    assert access.sessions_for(case).get().confirmed_name == "Jonas Reiter"


def test_an_objection_goes_to_the_advisors_quietly(
    world: World, case: Case, session: DialogueSession
) -> None:
    question(session)
    assert mails("session_questioned") == [world.lead.user.email]
    case.refresh_from_db()
    assert case.answer_at is None
    with pytest.raises(InvalidTransition):
        question(session)


def test_the_coordination_gets_the_objection_when_the_recorder_has_left(
    world: World, case: Case, session: DialogueSession
) -> None:
    workflow.end_assignment(case.assignments.get(advisor=world.lead), world.coordinator)
    question(session)
    assert mails("session_questioned") == [world.coordinator.email]
    body = OutboxMessage.objects.get(kind="session_questioned").body
    assert body.startswith("Bitte schreiben Sie der Kommune. Wer das Gespräch festgehalten hat, berät in")


def test_what_was_confirmed_is_not_questioned(session: DialogueSession) -> None:
    confirm(session)
    with pytest.raises(InvalidTransition):
        question(session)


def test_the_way_of_a_record_is_told_to_the_municipality(world: World, session: DialogueSession) -> None:
    question(session)
    correct(world, session, minutes=60)
    session.refresh_from_db()
    confirm(session)
    with override("en"):
        told = [entry.what for entry in timeline.public_timeline(session.case)][:3]
    assert told == [
        "You confirmed the session of 12 November 2026",
        "Session of 12 November 2026 corrected (Minutes: 90 → 60)",
        "You wrote what was different on 12 November 2026",
    ]


# --- Additions --------------------------------------------------------------------------------------


def test_an_addition_is_read_by_all_and_its_private_notes_by_their_author(
    world: World, case: Case, session: DialogueSession
) -> None:
    workflow.accept_offer(world.offer_of(case, world.co), world.co.user)
    session.advisors.add(world.co)
    workflow.add_to_session(session, world.co.user, shared_minutes="Dazu.", private_notes="Nur ich.")
    readers = {"lead": world.lead.user, "co": world.co.user, "others": None}
    read = {name: session_record.records(case, reader)[0] for name, reader in readers.items()}
    assert {
        name: [w.shared_minutes for w in record.shared] for name, record in read.items()
    } == dict.fromkeys(readers, ["Ziele geklärt.", "Dazu."])
    assert {name: record.private_notes for name, record in read.items()} == {
        "lead": "Leise Skepsis im Amt.",
        "co": "Nur ich.",
        "others": "",
    }
    addition = session.additions.get()
    people = (world.co.user, world.lead.user, world.coordinator, actors.contact_of(case))
    assert [access.may_read_private_notes(p, addition) for p in people] == [True, False, False, False]


def test_an_addition_leaves_the_yes_as_it_is(world: World, case: Case, session: DialogueSession) -> None:
    workflow.accept_offer(world.offer_of(case, world.co), world.co.user)
    session.advisors.add(world.co)
    confirm(session)
    workflow.add_to_session(session, world.co.user, shared_minutes="Dazu.", private_notes="")
    assert case.sessions.get().confirmed_at is not None


def test_only_who_was_there_and_did_not_log_it_adds(
    world: World, case: Case, session: DialogueSession
) -> None:
    workflow.accept_offer(world.offer_of(case, world.co), world.co.user)
    for person in (world.lead.user, world.co.user):
        with pytest.raises(InvalidTransition):
            workflow.add_to_session(session, person, shared_minutes="Dazu.", private_notes="")
    with pytest.raises(NotAllowed):
        workflow.add_to_session(session, world.coordinator, shared_minutes="Dazu.", private_notes="")
    assert session.additions.count() == 0


def test_a_passage_is_redacted_in_additions_and_objections(
    world: World, case: Case, session: DialogueSession
) -> None:
    workflow.accept_offer(world.offer_of(case, world.co), world.co.user)
    session.advisors.add(world.co)
    workflow.add_to_session(session, world.co.user, shared_minutes="Torben kam.", private_notes="Torben!")
    question(session, "Torben war nicht dabei.")
    workflow.redact(case, world.coordinator, passage="Torben", reason="Name")
    addition = session.additions.get()
    session.refresh_from_db()
    assert [addition.shared_minutes, addition.private_notes, session.objection] == [
        "███ kam.",
        "███!",
        "███ war nicht dabei.",
    ]
    assert "Torben" not in repr(list(case.events.values_list("data", flat=True)))
    with pytest.raises(InvalidTransition):
        workflow.add_to_session(session, world.co.user, shared_minutes="Torben kam.", private_notes="")
