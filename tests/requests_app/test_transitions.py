"""Every action of the table in every state: allowed ones do what the table says, others change nothing."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.utils import timezone

from advisors.models import Topic
from miglobe.mail import outbox
from miglobe.mail.models import OutboxMessage
from requests_app import documents, library_names, option_versions, workflow
from requests_app.access import Side
from requests_app.models import (
    ActionOption,
    Assignment,
    AssignmentRole,
    AssignmentStatus,
    Audience,
    Case,
    CaseMerge,
    CaseOverview,
    CaseStatus,
    CaseWords,
    ConflictOfInterest,
    ContactPerson,
    DialogueSession,
    Document,
    Event,
    EventKind,
    FollowUp,
    FollowUpStatus,
    LibraryRequest,
    Municipality,
    OptionStatus,
    Resolution,
    ShortlistEntry,
)
from requests_app.workflow.dates import drop_date, drop_round
from requests_app.workflow.engine import step
from requests_app.workflow.shortlist import ask_next
from requests_app.workflow.table import ACTIONS
from tests import actors
from tests.actors import World
from tests.requests_app import files

pytestmark = pytest.mark.django_db


def option_of(world: World, case: Case, status: OptionStatus) -> ActionOption:
    """An option of the case in ``status``, put there past the workflow where the state forbids it."""
    agreed: dict[str, Any] = {}
    if status == OptionStatus.AGREED:
        agreed = {"confirmed_by": actors.contact_of(case), "confirmed_at": timezone.now()}
    return ActionOption.objects.create(
        case=case, position=9, status=status, **actors.option_fields(), **agreed
    )


def changed_option(world: World, case: Case) -> ActionOption:
    """An option that the contact person has worded anew, with the event of it."""
    option = option_of(world, case, OptionStatus.CHANGED)
    Event.objects.create(
        case=case, kind=EventKind.OPTION_CHANGED, actor=actors.contact_of(case), at=timezone.now(),
        to_status=case.status, data={"option": option.pk, "title": option.title, "before": {}, "after": {}},
    )  # fmt: skip
    return option


def asked_for(world: World, case: Case, **answer: Any) -> LibraryRequest:
    """The question whether an agreed option may go into the library."""
    option = option_of(world, case, OptionStatus.AGREED)
    return LibraryRequest.objects.create(
        option=option, wording=library_names.draft(option), asked_by=world.coordinator,
        asked_at=timezone.now(), **answer,
    )  # fmt: skip


def assignment_of(world: World, case: Case, role: AssignmentRole, status: AssignmentStatus) -> Assignment:
    """An assignment in ``status``: the case's own, or one put there past the workflow."""
    advisor = world.lead if role == AssignmentRole.LEAD else world.co
    now = timezone.now()
    found = case.assignments.filter(role=role, status__in=["offered", "accepted"]).first()
    found = found or Assignment(
        case=case, advisor=advisor, role=role, summary="x", offered_by=world.coordinator,
        offered_at=now, answer_due_on=timezone.localdate(),
    )  # fmt: skip
    found.status = status
    found.answered_at = now if status == AssignmentStatus.ACCEPTED else None
    found.save()
    return found


def offered(world: World, case: Case, role: AssignmentRole) -> Assignment:
    return assignment_of(world, case, role, AssignmentStatus.OFFERED)


def accepted(world: World, case: Case, role: AssignmentRole) -> Assignment:
    return assignment_of(world, case, role, AssignmentStatus.ACCEPTED)


def directly(assignment: Assignment) -> Assignment:
    """The same assignment as a direct enquiry."""
    assignment.is_direct = True
    assignment.save()
    return assignment


def drop_offers(case: Case) -> None:
    case.assignments.filter(status=AssignmentStatus.OFFERED).update(status=AssignmentStatus.WITHDRAWN)


def listed(world: World, case: Case) -> ShortlistEntry:
    """An entry of the shortlist, put there past the workflow."""
    return ShortlistEntry.objects.create(
        case=case, advisor=world.other_advisor, role=CO, position=1, summary="Kurz", asks_by_itself=True,
        added_by=world.coordinator, added_at=timezone.now(),
    )  # fmt: skip


LEAD, CO = AssignmentRole.LEAD, AssignmentRole.CO
Prepared = Callable[[], Any]


def session_of(world: World, case: Case) -> DialogueSession:
    return case.sessions.first() or DialogueSession.objects.create(
        case=case, recorded_by=world.lead.user, form_key=uuid.uuid4(), **actors.session_fields()
    )


def entered(world: World, case: Case, key: str) -> ContactPerson:
    """The contact person of a case that the coordination has entered, where the state allows that."""
    if ACTIONS[key].allows(case.status):
        case.entered_by, case.entry_confirmed_at = world.coordinator, None
        case.save(update_fields=["entered_by", "entry_confirmed_at"])
    return case.contacts.get()


def prepare(key: str, world: World, case: Case) -> Prepared:
    """Set the scene for one action and return the call that takes it."""
    who, contact, lead = world.coordinator, actors.contact_of(case), world.lead.user
    session = {"fields": actors.session_fields(), "advisors": [world.lead]}
    if key in ("propose_dates", "withdraw_dates", "cancel_date",
               "log_session", "hold_first_session", "correct_session", "add_to_session", "write_option",
               "remove_option", "propose_options", "propose_more", "order_options", "accept_change",
               "write_as_advisor"):  # fmt: skip
        accepted(world, case, LEAD)
    match key:
        case "confirm_address" | "send_code":
            case.contacts.update(confirmed_at=None)
            if key == "send_code":
                return lambda: workflow.send_code(case.contacts.get())
            return lambda: workflow.confirm_by_sign_in(contact)
        case "offer_directly":
            Case.objects.filter(pk=case.pk).update(is_direct=True, preferred_advisor=world.other_advisor)
            return lambda: workflow.offer_directly(case, case.contacts.get())
        case "complete_entry":
            contact_person = entered(world, case, key)
            if ACTIONS[key].allows(case.status):
                contact_person.confirmed_at = None
                contact_person.save()
            new = actors.request(language="de")
            return lambda: workflow.complete_entry(case, who, new)
        case "send_entry_link":
            entered(world, case, key)
            return lambda: workflow.send_entry_link(case, who)
        case "correct_entry" | "confirm_entry":
            contact_person = entered(world, case, key)
            new = actors.request(title="Berichtigt", language="de")
            del new.contact["email"]
            return lambda: workflow.confirm_entry(contact_person, new)
        case "disown_entry":
            contact_person = entered(world, case, key)
            if ACTIONS[key].allows(case.status):
                contact_person.confirmed_at = None
                contact_person.save()
            return lambda: workflow.disown_entry(contact_person)
        case "disown_contact":
            contact_person = entered(world, case, key)
            ContactPerson.objects.create(
                case=case, user=world.other_contact, name="Jonas Reiter", confirmed_at=timezone.now()
            )
            if ACTIONS[key].allows(case.status):
                contact_person.confirmed_at = None
                contact_person.save()
            return lambda: workflow.disown_entry(contact_person)
        case "start_review":
            return lambda: workflow.start_review(case, who)
        case "ask_query":
            return lambda: workflow.ask_query(case, who, text="Welche Vereine?")
        case "answer_query":
            return lambda: workflow.answer_query(case, contact, text="Drei.")
        case "settle_lead_unit":
            Case.objects.filter(pk=case.pk).update(lead_unit_open=True, organisation="Stadtwerke")
            return lambda: workflow.settle_lead_unit(case, who, unit="Amt für Soziales")
        case "resume_review":
            return lambda: workflow.resume_review(case, who)
        case "offer":
            drop_offers(case)
            return lambda: workflow.offer(case, who, world.offers())
        case "offer_co":
            drop_offers(case)
            return lambda: workflow.offer(case, who, world.offers(CO))
        case "set_confidential":
            return lambda: workflow.set_confidential(case, who, is_confidential=True)
        case "change_shortlist":
            wanted = workflow.Offer(world.other_advisor, CO, "Kurz")
            return lambda: workflow.add_to_shortlist(case, who, wanted, asks_by_itself=True)
        case "ask_next":
            case.assignments.filter(role=CO, status="offered").update(status=AssignmentStatus.WITHDRAWN)
            entry = listed(world, case)
            return lambda: ask_next(case, workflow.Turn(entry=entry))
        case "withdraw_offer":
            assignment = offered(world, case, CO)
            return lambda: workflow.withdraw_offer(assignment, who)
        case "accept_lead":
            assignment = offered(world, case, LEAD)
            return lambda: workflow.accept_offer(assignment, lead)
        case "accept_co":
            assignment = offered(world, case, CO)
            return lambda: workflow.accept_offer(assignment, world.co.user)
        case "decline_offer":
            assignment = directly(offered(world, case, CO))
            return lambda: workflow.decline_offer(assignment, world.co.user, reason="Keine Zeit")
        case "record_conflict":
            return lambda: workflow.record_conflict_in_case(
                case, who, world.co, workflow.NewConflict("other")
            )
        case "lift_conflict":
            stands = ConflictOfInterest.objects.create(
                advisor=world.co, case=case, kind="other", recorded_by=who, recorded_at=timezone.now()
            )
            return lambda: workflow.lift_conflict(stands, who)
        case "decline_for_conflict":
            assignment = directly(offered(world, case, CO))
            return lambda: workflow.decline_for_conflict(
                assignment, world.co.user, workflow.NewConflict("employed", case.municipality)
            )
        case "expire_offer":
            assignment = offered(world, case, CO)
            return lambda: workflow.expire_offer(assignment)
        case "alarm_unanswered":
            assignment = directly(offered(world, case, LEAD))
            return lambda: workflow.expire_offer(assignment)
        case "escalate":
            Case.objects.filter(pk=case.pk).update(escalate_on=timezone.localdate(), escalated_at=None)
            return lambda: workflow.escalate(case)
        case "exhaust_offers":

            def exhaust() -> None:
                with step("exhaust_offers", case, None):
                    pass

            return exhaust
        case "end_assignment":
            assignment = accepted(world, case, CO)
            return lambda: workflow.end_assignment(assignment, who)
        case "release_lead":
            assignment = accepted(world, case, LEAD)
            return lambda: workflow.end_assignment(assignment, who)
        case "log_session" | "hold_first_session":
            return lambda: workflow.log_session(case, lead, form_key=uuid.uuid4(), **session)
        case "correct_session":
            logged = session_of(world, case)
            DialogueSession.objects.filter(pk=logged.pk).update(objection="Es waren zwei Stunden.")
            return lambda: workflow.correct_session(
                logged, lead, fields=actors.session_fields(minutes=120), advisors=[world.lead]
            )
        case "add_to_session":
            logged = session_of(world, case)
            logged.advisors.set([world.lead])
            DialogueSession.objects.filter(pk=logged.pk).update(recorded_by=world.co.user)
            logged.refresh_from_db()
            return lambda: workflow.add_to_session(
                logged, lead, shared_minutes="Ergänzt.", private_notes="Nur für mich."
            )
        case "confirm_session":
            logged = session_of(world, case)
            return lambda: workflow.confirm_session(logged, contact, version=1)
        case "question_session":
            logged = session_of(world, case)
            return lambda: workflow.question_session(logged, contact, text="Es waren 60.", version=1)
        case "write_option":
            return lambda: workflow.write_option(case, lead, fields=actors.option_fields())
        case "remove_option":
            option = option_of(world, case, OptionStatus.DRAFT)
            option_of(world, case, OptionStatus.PROPOSED)
            return lambda: workflow.remove_option(option, lead)
        case "propose_options" | "propose_more":
            option_of(world, case, OptionStatus.DRAFT)
            return lambda: workflow.propose_options(case, lead)
        case "confirm_option":
            option = option_of(world, case, OptionStatus.PROPOSED)
            option_of(world, case, OptionStatus.PROPOSED)
            return lambda: workflow.confirm_option(option, contact, version=1)
        case "comment_option":
            option = option_of(world, case, OptionStatus.PROPOSED)
            return lambda: workflow.comment_option(option, contact, text="Bitte kürzer.", version=1)
        case "agree_options":
            option = option_of(world, case, OptionStatus.PROPOSED)
            return lambda: workflow.confirm_option(option, contact, version=1)
        case "order_options":
            order = [option_of(world, case, OptionStatus.DRAFT).pk for _place in range(2)]
            seen = [option.pk for option in option_versions.places(case.options.current())]
            return lambda: workflow.order_options(case, lead, seen=seen, order=[*order, *seen[:-2]])
        case "change_option":
            option = option_of(world, case, OptionStatus.PROPOSED)
            return lambda: workflow.change_option(option, contact, fields={"title": "Anders"}, version=1)
        case "accept_change":
            option_of(world, case, OptionStatus.PROPOSED)
            option = changed_option(world, case)
            return lambda: workflow.accept_change(option, lead, version=1)
        case "ask_for_library":
            option = option_of(world, case, OptionStatus.AGREED)
            return lambda: workflow.ask_for_library(option, who, wording=library_names.draft(option))
        case "answer_for_library":
            asked = asked_for(world, case)
            return lambda: workflow.answer_for_library(asked, contact, granted=True)
        case "take_into_library":
            asked = asked_for(world, case, is_granted=True, answered_by=contact, answered_at=timezone.now())
            return lambda: workflow.take_into_library(asked, who)
        case "decline":
            return lambda: workflow.decline(case, who, resolution=Resolution.NO_CAPACITY, text="Leider.")
        case "take_back":
            return lambda: workflow.take_back(case, who)
        case "close":
            session_of(world, case)
            agreed = case.status == CaseStatus.OPTIONS_AGREED
            resolution = Resolution.OPTIONS_AGREED if agreed else Resolution.INITIAL_TALK_SUFFICIENT
            return lambda: workflow.close(case, who, resolution=resolution)
        case "reopen":
            return lambda: workflow.reopen(case, who)
        case "withdraw":
            return lambda: workflow.withdraw(case, contact)
        case "write_to_municipality":
            return lambda: workflow.write_message(
                case, who, Side.COORDINATOR, text="Hallo", audience=Audience.MUNICIPALITY
            )
        case "write_as_contact":
            return lambda: workflow.write_message(
                case, contact, Side.MUNICIPALITY, text="Hallo", audience=Audience.MUNICIPALITY
            )
        case "write_as_advisor":
            return lambda: workflow.write_message(
                case, lead, Side.ADVISOR, text="Hallo", audience=Audience.ADVISORS
            )
        case "add_document":
            return lambda: workflow.add_document(case, contact, files.upload(files.pdf()))
        case "add_document_for":
            return lambda: workflow.add_document(case, who, files.upload(files.pdf()))
        case "condemn_document":
            with documents.stored(documents.check(files.upload(files.pdf()))) as file:
                document = documents.add(file, case=case)
            Document.objects.filter(pk=document.pk).update(scan_state="pending")
            return lambda: workflow.condemn_document(document)
        case "note_bounce":
            mail = mail_of(case)
            return lambda: workflow.note_bounce(mail, contact.email, timezone.now(), "550 no such user")
        case "send_mail_again":
            return lambda: workflow.send_mail_again(case, who, mail_of(case))
        case "settle_mail":
            return lambda: workflow.settle_mail(case, who, mail_of(case))
        case "send_code_for" | "correct_address":
            case.contacts.update(confirmed_at=None)
            own = case.contacts.get()
            if key == "send_code_for":
                return lambda: workflow.send_code_for(own, who)
            return lambda: workflow.correct_address(own, who, "k.wellmann@hattingen.example.org")
        case "write_note":
            return lambda: workflow.write_note(case, who, text="Anruf am Montag.")
        case "take_over":
            return lambda: workflow.take_over(case, actors.coordinator("Jonas Weber"))
        case "assign_responsible":
            return lambda: workflow.assign_responsible(case, who, to=actors.coordinator("Jonas Weber"))
        case "set_resubmission":
            return lambda: workflow.set_resubmission(case, who, day=timezone.localdate(), note="Anrufen")
        case "finish_resubmission":
            Case.objects.filter(pk=case.pk).update(resubmit_on=timezone.localdate())
            return lambda: workflow.finish_resubmission(case, who)
        case "change_topics":
            return lambda: workflow.change_topics(case, who, add=Topic.objects.filter(key="strategy"))
        case "redact":
            return lambda: workflow.redact(case, who, passage="Frau Wellmann", reason="Name")
    later = prepare_merges(key, world, case) or prepare_ending(key, world, case)
    return later or prepare_dates(key, world, case) or prepare_contacts(key, world, case)


def prepare_merges(key: str, world: World, case: Case) -> Prepared | None:
    """The same for two cases that become one, seen from either of them."""
    who = world.coordinator
    match key:
        case "merge" | "merge_entered":
            if key == "merge_entered":
                entered(world, case, key)
            other = actors.submitted(title="Anderer Vorgang")
            return lambda: workflow.merge(case, other, who)
        case "take_in":
            other = actors.submitted(title="Anderer Vorgang")
            return lambda: workflow.merge(other, case, who)
        case "undo_merge":
            other = actors.submitted(title="Anderer Vorgang")
            merged_already(world, case, other)
            return lambda: workflow.undo_merge(case, who)
        case "give_back":
            other = world.case(CaseStatus.CLOSED, title="Anderer Vorgang")
            merged_already(world, other, case)
            return lambda: workflow.undo_merge(other, who)
    return None


def prepare_ending(key: str, world: World, case: Case) -> Prepared | None:
    """The same for what comes after the end; the rounds are put there past the workflow."""
    contact, who = actors.contact_of(case), world.coordinator
    match key:
        case "give_feedback":
            return lambda: workflow.give_feedback(case, contact, helped="yes", recommends="", missing="")
        case "ask_follow_up":
            row = round_of(case, FollowUpStatus.PLANNED)
            return lambda: workflow.ask_follow_up(row)
        case "miss_follow_up":
            case.contacts.update(mail_bounced_at=timezone.now())
            row = round_of(case, FollowUpStatus.PLANNED)
            return lambda: workflow.ask_follow_up(row)
        case "remind_follow_up":
            row = round_of(case, FollowUpStatus.ASKED)
            return lambda: workflow.remind_follow_up(row)
        case "rest_follow_up":
            row = round_of(case, FollowUpStatus.REMINDED)
            return lambda: workflow.rest_follow_up(row)
        case "answer_follow_up":
            return lambda: workflow.answer_follow_up(case, contact, [], word="Es geht voran.")
        case "skip_follow_up":
            row = round_of(case, FollowUpStatus.PLANNED)
            return lambda: workflow.skip_follow_up(row, who)
        case "restore_follow_up":
            row = round_of(case, FollowUpStatus.SKIPPED)
            return lambda: workflow.restore_follow_up(row, who)
        case "ask_for_talk":
            if not workflow.has_advisors(case):
                assignment_of(world, case, AssignmentRole.LEAD, AssignmentStatus.ACCEPTED)
            return lambda: workflow.ask_for_talk(case, contact, text="Wie geht es weiter?")
        case "ask_for_advice_again":
            case.assignments.all().delete()
            return lambda: workflow.ask_for_talk(case, contact)
    return None


def round_of(case: Case, status: FollowUpStatus) -> FollowUp:
    """A round that is due today, in ``status``."""
    now = timezone.now()
    asked = None if status in (FollowUpStatus.PLANNED, FollowUpStatus.SKIPPED) else now
    reminded = now if status == FollowUpStatus.REMINDED else None
    return FollowUp.objects.create(
        case=case, months=6, due_on=timezone.localdate(), status=status, asked_at=asked, reminded_at=reminded
    )


def prepare_dates(key: str, world: World, case: Case) -> Prepared | None:
    """The same for finding a date; what has to be there is put there past the workflow."""
    contact, lead = actors.contact_of(case), world.lead.user
    match key:
        case "propose_dates":
            return lambda: workflow.propose_dates(case, lead, actors.proposal(), form_key=uuid.uuid4())
        case "withdraw_dates":
            asked = actors.date_round(case, lead)
            return lambda: workflow.withdraw_dates(asked, lead)
        case "drop_dates":
            asked = actors.date_round(case, lead)
            return lambda: drop_round(asked, lead)
        case "pick_date" | "pick_other_date":
            moves = actors.appointment(case, contact) if key == "pick_other_date" else None
            asked = actors.date_round(case, lead, moves=moves)
            return lambda: workflow.pick_date(asked, contact, date=asked.dates.first())
        case "refuse_dates":
            asked = actors.date_round(case, lead)
            return lambda: workflow.refuse_dates(asked, contact, suggestion="Lieber im Januar.")
    if key not in ("ask_to_move", "cancel_date", "cancel_date_as_contact", "drop_date"):
        return None
    agreed = actors.appointment(case, contact)
    match key:
        case "ask_to_move":
            accepted(world, case, LEAD)
            return lambda: workflow.ask_to_move(agreed, contact, text="Ratssitzung", form_key=uuid.uuid4())
        case "cancel_date":
            return lambda: workflow.cancel_date(agreed, lead, Side.ADVISOR, reason="Krank")
        case "cancel_date_as_contact":
            return lambda: workflow.cancel_date(agreed, contact, Side.MUNICIPALITY, reason="Krank")
    return lambda: drop_date(agreed, lead)


def merged_already(world: World, case: Case, into: Case) -> None:
    """A merge put there past the workflow: nothing moved, and the case was in review before."""
    now = timezone.now()
    Case.objects.filter(pk=case.pk).update(merged_into=into)
    was = {
        "status": "in_review", "status_changed_at": now.isoformat(), "resolution": "", "closed_at": None,
        "paused_on": None,
    }  # fmt: skip
    moved = {"was": was, "withdrawn": [], "options": {}, "contacts": {}, "twins": {}, "partner": None}
    moved |= {name: [] for name in ("messages", "notes", "sessions", "conflicts", "assignments", "documents")}
    CaseMerge.objects.create(case=case, into=into, by=world.coordinator, at=now, moved=moved)


def mail_of(case: Case) -> OutboxMessage:
    """A mail of the case that came back."""
    now = timezone.now()
    text = outbox.MailText("Betreff", "Text\n")
    contact = actors.contact_of(case)
    mail = outbox.queue(kind="message_written", to=contact.email, text=text, reference=case.reference)
    OutboxMessage.objects.filter(pk=mail.pk).update(
        state="bounced", next_attempt_at=None, sent_at=now, bounced_at=now
    )
    return mail


def prepare_contacts(key: str, world: World, case: Case) -> Prepared:
    """The same for the actions about contact persons; ``…_for`` is the coordination's."""
    contact = actors.contact_of(case)
    actor = world.coordinator if key.endswith("_for") else contact
    match key.removesuffix("_for"):
        case "invite_contact":
            return lambda: workflow.invite_contact(case, actor, actors.new_contact())
        case "resend_invitation":
            waiting = actors.invited(case)
            return lambda: workflow.resend_invitation(waiting, actor)
        case "withdraw_invitation":
            waiting = actors.invited(case)
            return lambda: workflow.remove_contact(waiting, actor)
        case "correct_contact":
            own = case.contacts.get()
            return lambda: workflow.correct_contact(own, actor, fields={"phone": "02324 204-0"})
        case "remove_contact":
            other = actors.colleague(case)
            return lambda: workflow.remove_contact(other, actor)
        case "leave_case":
            actors.colleague(case)
            return lambda: workflow.leave_case(case, contact)
        case "hand_over":
            other = actors.colleague(case)
            return lambda: workflow.hand_over(case, contact, other)
        case "begin_hand_over":
            return lambda: workflow.hand_over(case, contact, actors.new_contact())
        case "complete_hand_over":
            successor = workflow.hand_over(case, contact, actors.new_contact())
            return lambda: workflow.confirm_by_sign_in(successor.user)
        case "cancel_hand_over":
            workflow.hand_over(case, contact, actors.new_contact())
            return lambda: workflow.cancel_hand_over(case, contact)
    raise AssertionError(f"No scene for {key}.")


# No action changes a municipality; the words follow by themselves; the overview is cases once more.
_LEFT_OUT = (Municipality, CaseWords, CaseOverview)


def snapshot() -> dict[str, list[dict[str, Any]]]:
    """Everything an action can change, as the database holds it (read past the models: often, so quickly)."""
    models = [m for m in apps.get_app_config("requests_app").get_models() if m not in _LEFT_OUT]
    rows = {}
    with connection.cursor() as cursor:
        for model in (*models, OutboxMessage):
            key, table = (connection.ops.quote_name(n) for n in (model._meta.pk.column, model._meta.db_table))
            cursor.execute(f"SELECT * FROM {table} ORDER BY {key}")
            names = [column[0] for column in cursor.description]
            rows[model.__name__] = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return rows


@pytest.fixture
def world() -> World:
    return World()


def _same_call_is_another_row(key: str, status: CaseStatus) -> bool:
    """One function stands for two rows where the state decides which: first or further session, and so on.

    There the call does what the other row says, which has a case of its own here.
    """
    twins = {
        "offer": "offer_co", "offer_co": "offer",
        "log_session": "hold_first_session", "hold_first_session": "log_session",
        "propose_options": "propose_more", "propose_more": "propose_options",
        "merge_entered": "merge",
    }  # fmt: skip
    return not ACTIONS[key].allows(status) and key in twins and ACTIONS[twins[key]].allows(status)


PAIRS = [
    (key, status) for key in ACTIONS for status in CaseStatus if not _same_call_is_another_row(key, status)
]


@pytest.mark.parametrize(("key", "status"), PAIRS)
def test_an_action_does_what_the_table_says_or_nothing_at_all(
    key: str, status: CaseStatus, world: World
) -> None:
    action = ACTIONS[key]
    case = world.case(status)
    if key == "agree_options":
        case.options.all().delete()
    act = prepare(key, world, case)
    case.refresh_from_db()
    before, events = snapshot(), case.events.count()

    if not action.allows(status):
        with pytest.raises(workflow.InvalidTransition):
            act()
        assert snapshot() == before
        return

    act()

    case.refresh_from_db()
    # A merge that is undone leads to where the case stood before.
    ends = CaseStatus.IN_REVIEW if key == "undo_merge" else action.target or status
    assert case.status == ends
    mine = [event for event in case.events.order_by("pk")[events:] if event.kind == action.event]
    assert [(event.from_status, event.to_status) for event in mine] == [(status, ends)]
    new_mails = OutboxMessage.objects.exclude(pk__in=[row["id"] for row in before["OutboxMessage"]])
    assert set(new_mails.values_list("kind", flat=True)) >= set(_mails_due(action.key, action.mails))


def _mails_due(key: str, mails: tuple[str, ...]) -> list[str]:
    # Declining and merging withdraw offers only where some are out.
    return [kind for kind in mails if not (key in ("decline", "merge") and kind == "offer_withdrawn")]


def test_the_scenes_cover_the_whole_table(world: World) -> None:
    case = world.case(CaseStatus.IN_DIALOGUE)
    for key in ACTIONS:
        with transaction.atomic():
            assert callable(prepare(key, world, case))
            transaction.set_rollback(True)


@pytest.mark.parametrize("key", [key for key, action in ACTIONS.items() if action.who != workflow.Who.SYSTEM])
def test_an_action_is_refused_to_everybody_else(key: str, world: World) -> None:
    action = ACTIONS[key]
    case = world.case(action.sources[-1] if len(action.sources) < len(CaseStatus) else CaseStatus.IN_DIALOGUE)
    prepare(key, world, case)
    case = Case.objects.get(pk=case.pk)
    before = snapshot()
    others = {
        workflow.Who.COORDINATOR: [actors.contact_of(case), world.lead.user, world.other_contact],
        workflow.Who.CONTACT: [world.coordinator, world.lead.user, world.other_contact],
        workflow.Who.OFFERED: [world.coordinator, world.other_advisor.user, actors.contact_of(case)],
        workflow.Who.ADVISOR: [world.coordinator, world.other_advisor.user, actors.contact_of(case)],
    }[action.who]
    for person in others:
        assert action not in workflow.available_actions(case, person)
        with pytest.raises(workflow.NotAllowed), step(key, case, person):
            pass
    assert snapshot() == before
