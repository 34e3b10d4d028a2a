"""Requests that somebody enters for a municipality: what is kept, mailed, corrected, confirmed, disowned."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from miglobe.accounts.models import User
from miglobe.mail.models import OutboxMessage
from requests_app import access, entry_links, timeline, workflow
from requests_app.models import (
    AssignmentRole,
    Case,
    CaseStatus,
    Channel,
    ContactPerson,
    EventKind,
    ExpectedContact,
    InternalNote,
    Resolution,
)
from requests_app.workflow import CodeResult
from tests import actors
from tests.actors import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def new(channel: Channel = Channel.PHONE, **changes: Any) -> workflow.NewRequest:
    made = actors.request(**{"language": "de"} | changes)
    return workflow.NewRequest(case=made.case, contact=made.contact, topics=made.topics, channel=channel)


def nothing_but(channel: Channel = Channel.PHONE, **contact: str) -> workflow.NewRequest:
    """A request of which nothing is known but something of its contact person."""
    known = {"name": "", "function": "", "email": "", "phone": ""} | contact
    case = {"municipality": None, "title": "", "situation": "", "language": "de"}
    return workflow.NewRequest(case=case, contact=known, channel=channel)


def enter(world: World, request: workflow.NewRequest | None = None, **options: Any) -> Case:
    return workflow.enter_request(uuid.uuid4(), request or new(), world.coordinator, **options)


def mails(kind: str) -> list[OutboxMessage]:
    return list(OutboxMessage.objects.filter(kind=kind).order_by("pk"))


def code_in(mail: OutboxMessage) -> str:
    code = re.search(r"\b\d{6}\b", mail.body)
    assert code is not None
    return code.group()


def correction(**changes: Any) -> workflow.NewRequest:
    """What the contact person sends: everything as entered, but for ``changes``; never the address."""
    made = new(**changes)
    del made.contact["email"]
    return made


def kinds(case: Case) -> list[str]:
    return list(case.events.values_list("kind", flat=True))


# --- Entering ---------------------------------------------------------------------------------


def test_coordinator_enters_a_request_and_its_contact_gets_link_and_code(world: World) -> None:
    case = enter(world, new(Channel.MAIL), remark="Rückruf am Montag.")
    assert (case.status, case.channel, case.entered_by) == (
        CaseStatus.SUBMITTED, Channel.MAIL, world.coordinator,
    )  # fmt: skip
    assert case.due_on is not None
    assert case.awaits_confirmation is True
    assert [(e.kind, e.actor, e.data) for e in case.events.all()] == [
        (EventKind.SUBMITTED, world.coordinator, {"channel": "mail", "entered_by": world.coordinator.pk})
    ]
    (mail,) = mails("request_entered")
    assert mail.recipient == case.contacts.get().email
    assert mail.is_secret is True
    assert "Lena Brandt (Koordination von MiGlobe)" in mail.body
    assert re.search(r"/anfrage/angaben/\S+/\n", mail.body) is not None
    assert [note.body for note in case.notes.all()] == ["Rückruf am Montag."]
    assert [m for m in mails("new_request") if m.reference == case.reference] == []


def test_advisor_enters_a_request_and_the_coordination_is_told(world: World) -> None:
    case = workflow.enter_request(uuid.uuid4(), new(Channel.ADVISOR), world.lead.user, remark="Messe")
    (mail,) = mails("request_entered")
    assert "Amara Okafor (Beratungsperson bei MiGlobe)" in mail.body
    (told,) = [m for m in mails("new_request") if m.reference == case.reference]
    assert told.recipient == world.coordinator.email
    assert InternalNote.objects.get(case=case).author == world.lead.user


@pytest.mark.parametrize("channel", [Channel.ADVISOR, Channel.PHONE])
def test_nobody_enters_what_did_not_come_through_them(channel: Channel, world: World) -> None:
    others = [world.other_contact, world.coordinator if channel == Channel.ADVISOR else world.lead.user]
    cases = Case.objects.count()
    for person in others:
        with pytest.raises(workflow.NotAllowed):
            workflow.enter_request(uuid.uuid4(), new(channel), person)
    assert Case.objects.count() == cases


def test_entering_twice_makes_one_case_and_one_mail(world: World) -> None:
    key = uuid.uuid4()
    first = workflow.enter_request(key, new(), world.coordinator)
    assert workflow.enter_request(key, new(), world.coordinator) == first
    assert len(mails("request_entered")) == 1


def test_key_of_somebody_elses_request_gives_nothing_away(world: World) -> None:
    key = uuid.uuid4()
    workflow.enter_request(key, new(), world.coordinator)
    with pytest.raises(workflow.InvalidTransition):
        workflow.enter_request(key, new(Channel.ADVISOR), world.lead.user)


def test_almost_everything_can_wait(world: World) -> None:
    case = enter(world, nothing_but(name="Frau Özkan", phone="02324 204-0"))
    assert (case.headline, case.place) == ("Anfrage ohne Titel", "Kommune noch offen")
    assert list(case.contacts.all()) == []
    known = ExpectedContact.objects.get(case=case)
    assert (known.name, known.phone) == ("Frau Özkan", "02324 204-0")
    assert mails("request_entered") == []
    with pytest.raises(workflow.InvalidTransition):
        workflow.ask_query(case, world.coordinator, text="Welche Kommune?")
    with pytest.raises(workflow.InvalidTransition):
        workflow.send_entry_link(case, world.coordinator)


# --- Completing -------------------------------------------------------------------------------


def test_first_address_gets_the_mail_when_it_is_added(world: World) -> None:
    case = enter(world, nothing_but(name="Frau Özkan", phone="02324 204-0"))
    workflow.complete_entry(case, world.coordinator, new())
    case.refresh_from_db()
    assert case.title == "Migrantische Vereine gewinnen"
    assert [mail.recipient for mail in mails("request_entered")] == [case.contacts.get().email]
    assert ExpectedContact.objects.filter(case=case).exists() is False
    (event,) = case.events.filter(kind=EventKind.CORRECTED)
    assert set(event.data["changed"]) >= {"municipality", "title", "situation", "topics", "name", "email"}
    assert "Wellmann" not in str(event.data)


def test_completing_without_a_change_leaves_no_event_and_sends_no_mail(world: World) -> None:
    request = new()
    case = enter(world, request)
    workflow.complete_entry(case, world.coordinator, request)
    assert kinds(case) == [EventKind.SUBMITTED]
    assert len(mails("request_entered")) == 1


def test_corrected_address_makes_the_former_link_code_and_account_useless(world: World) -> None:
    case = enter(world, new(contact={"email": "falsch@example.org"}))
    former = case.contacts.get()
    token, code = entry_links.token_for(former), code_in(mails("request_entered")[0])
    workflow.complete_entry(case, world.coordinator, new(contact={"email": "richtig@example.org"}))
    contact = case.contacts.get()
    assert (contact.email, contact.user.email) == ("richtig@example.org", "richtig@example.org")
    assert User.objects.filter(email="falsch@example.org").exists() is False
    assert entry_links.contact_of(token) is None
    assert entry_links.contact_of(token, however_old=True) is None
    changed = correction()
    assert workflow.confirm_entry(contact, changed, code=code) == CodeResult.WRONG
    assert workflow.confirm_entry(contact, changed, code=code_in(mails("request_entered")[1])) == (
        CodeResult.CONFIRMED
    )


def test_address_that_is_confirmed_already_is_not_replaced(world: World) -> None:
    case = enter(world)
    workflow.confirm_by_sign_in(actors.contact_of(case))
    with pytest.raises(workflow.InvalidTransition):
        workflow.complete_entry(case, world.coordinator, new(contact={"email": "neu@example.org"}))
    assert case.contacts.get().email != "neu@example.org"


def test_link_is_mailed_again_five_times_a_day_at_most(world: World) -> None:
    case = enter(world)
    for _each in range(4):  # the first one went out with the entry
        workflow.send_entry_link(case, world.coordinator)
    with pytest.raises(workflow.InvalidTransition):
        workflow.send_entry_link(case, world.coordinator)
    assert len(mails("request_entered")) == 5
    with time_machine.travel(timezone.now() + dt.timedelta(days=1, minutes=1)):
        workflow.send_entry_link(case, world.coordinator)
    assert len(mails("request_entered")) == 6


def test_link_after_signing_in_comes_without_a_code(world: World) -> None:
    case = enter(world)
    workflow.confirm_by_sign_in(actors.contact_of(case))
    workflow.send_entry_link(case, world.coordinator)
    assert re.search(r"\b\d{6}\b", mails("request_entered")[-1].body) is None
    for _each in range(4):
        workflow.send_entry_link(case, world.coordinator)
    with pytest.raises(workflow.InvalidTransition):
        workflow.send_entry_link(case, world.coordinator)


# --- Confirming -------------------------------------------------------------------------------


def test_contact_corrects_and_confirms_with_one_call(world: World) -> None:
    case = enter(world)
    contact, code = case.contacts.get(), code_in(mails("request_entered")[0])
    result = workflow.confirm_entry(
        contact, correction(title="Berichtigt", contact={"phone": "1"}), code=code
    )
    assert result == CodeResult.CONFIRMED
    case.refresh_from_db()
    contact.refresh_from_db()
    assert case.awaits_confirmation is False
    assert (case.title, contact.phone, contact.confirmed_at is None) == ("Berichtigt", "1", False)
    assert kinds(case) == ["submitted", "address_confirmed", "corrected", "entry_confirmed"]
    assert case.events.get(kind=EventKind.CORRECTED).data == {"changed": ["title", "phone"]}
    (told,) = mails("entry_confirmed")
    assert told.recipient == world.coordinator.email
    assert "berichtigt und bestätigt" in told.body


def test_confirming_without_a_change_corrects_nothing(world: World) -> None:
    case = enter(world)
    workflow.confirm_entry(case.contacts.get(), correction(), code=code_in(mails("request_entered")[0]))
    assert kinds(case) == ["submitted", "address_confirmed", "entry_confirmed"]
    assert "berichtigt" not in mails("entry_confirmed")[0].body


def test_wrong_codes_change_nothing_and_the_fifth_uses_the_code_up(world: World) -> None:
    case = enter(world)
    contact, code = case.contacts.get(), code_in(mails("request_entered")[0])
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    results = [workflow.confirm_entry(contact, correction(title="X"), code=wrong) for _each in range(5)]
    assert results == [CodeResult.WRONG] * 4 + [CodeResult.USED_UP]
    assert workflow.confirm_entry(contact, correction(), code=code) == CodeResult.USED_UP
    case.refresh_from_db()
    assert (case.title, case.awaits_confirmation) == ("Migrantische Vereine gewinnen", True)


def test_correction_in_between_is_told_and_costs_no_guess(world: World) -> None:
    case = enter(world)
    contact, code = case.contacts.get(), code_in(mails("request_entered")[0])
    email = contact.email
    workflow.complete_entry(case, world.coordinator, new(title="Neu", contact={"email": email}))
    with pytest.raises(workflow.InvalidTransition):
        workflow.confirm_entry(contact, correction(), code="000000", seen=case.version)
    assert contact.codes.get().attempts_left == 5
    assert workflow.confirm_entry(contact, correction(), code=code, seen=case.version + 1) == (
        CodeResult.CONFIRMED
    )


def test_signing_in_confirms_the_address_and_not_the_entries(world: World) -> None:
    case = enter(world)
    workflow.confirm_by_sign_in(actors.contact_of(case))
    case.refresh_from_db()
    assert case.contacts.get().confirmed_at is not None
    assert case.awaits_confirmation is True
    assert workflow.confirm_entry(case.contacts.get(), correction()) == CodeResult.CONFIRMED
    case.refresh_from_db()
    assert case.awaits_confirmation is False


def test_entries_are_not_confirmed_without_code_or_sign_in(world: World) -> None:
    case = enter(world)
    with pytest.raises(workflow.NotAllowed):
        workflow.confirm_entry(case.contacts.get(), correction())


def test_confirming_twice_is_told(world: World) -> None:
    case = enter(world)
    contact = case.contacts.get()
    workflow.confirm_entry(contact, correction(), code=code_in(mails("request_entered")[0]))
    with pytest.raises(workflow.InvalidTransition):
        workflow.confirm_entry(contact, correction())
    assert len(mails("entry_confirmed")) == 1


def test_confirming_in_english_makes_her_mails_english(world: World) -> None:
    case = enter(world)
    made = correction()
    made.case["language"] = "en"
    workflow.confirm_entry(case.contacts.get(), made, code=code_in(mails("request_entered")[0]))
    case.refresh_from_db()
    assert (case.language, actors.contact_of(case).language) == ("en", "en")
    assert case.events.filter(kind=EventKind.CORRECTED).exists() is False


# --- "This is not my request" -----------------------------------------------------------------


def test_disowned_request_ends_and_the_address_is_forgotten(world: World) -> None:
    case = enter(world, new(contact={"email": "fremd@example.org"}))
    workflow.disown_entry(case.contacts.get())
    case.refresh_from_db()
    assert (case.status, case.resolution) == (CaseStatus.WITHDRAWN, "withdrawn")
    assert ContactPerson.everybody.filter(case=case).exists() is False
    assert User.objects.filter(email="fremd@example.org").exists() is False
    assert [mail.recipient for mail in mails("entry_disowned")] == [world.coordinator.email]
    assert "fremd@example.org" not in mails("entry_disowned")[0].body


def test_account_of_somebody_known_stays_when_a_request_is_disowned(world: World) -> None:
    known = world.other_contact
    case = enter(world, new(contact={"email": known.email}))
    workflow.disown_entry(case.contacts.get())
    assert User.objects.filter(pk=known.pk).exists() is True


def test_confirmed_request_is_not_disowned(world: World) -> None:
    case = enter(world)
    contact = case.contacts.get()
    workflow.confirm_entry(contact, correction(), code=code_in(mails("request_entered")[0]))
    with pytest.raises(workflow.InvalidTransition):
        workflow.disown_entry(contact)


# --- Nothing to advisors before ------------------------------------------------------------------


def test_no_advisor_is_asked_before_the_contact_has_confirmed(world: World) -> None:
    case = enter(world)
    workflow.start_review(case, world.coordinator)
    case.refresh_from_db()
    assert workflow.is_available("offer", case, world.coordinator) is False
    with pytest.raises(workflow.InvalidTransition) as refused:
        workflow.offer(case, world.coordinator, world.offers())
    assert str(refused.value.message) == "Die Ansprechperson hat die Angaben noch nicht bestätigt."
    workflow.confirm_entry(case.contacts.get(), correction(), code=code_in(mails("request_entered")[0]))
    workflow.offer(case, world.coordinator, world.offers())
    case.refresh_from_db()
    assert case.status == CaseStatus.MATCHING


@pytest.mark.parametrize("status", [CaseStatus.MATCHING, CaseStatus.MATCHED, CaseStatus.IN_DIALOGUE])
def test_database_holds_an_unconfirmed_request_back_from_advice(status: CaseStatus, world: World) -> None:
    case = enter(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        case.status = status
        case.save()


def test_advisor_who_passed_a_request_on_is_not_let_into_the_case(world: World) -> None:
    case = workflow.enter_request(uuid.uuid4(), new(Channel.ADVISOR), world.lead.user)
    advisor = access.Side.ADVISOR
    assert case not in access.visible_to(world.lead.user, advisor)
    assert list(access.forwarded_by(world.lead.user)) == [case]
    assert list(access.forwarded_by(world.co.user)) == []
    workflow.start_review(case, world.coordinator)
    contact = case.contacts.get()
    workflow.confirm_entry(contact, correction(), code=code_in(mails("request_entered")[0]))
    assert case not in access.visible_to(world.lead.user, advisor)
    workflow.offer(case, world.coordinator, world.offers(AssignmentRole.LEAD))
    assert case in access.visible_to(world.lead.user, advisor)


# --- Links -------------------------------------------------------------------------------------


def test_link_works_for_thirty_days(world: World) -> None:
    contact = enter(world).contacts.get()
    token = entry_links.token_for(contact)
    with time_machine.travel(timezone.now() + dt.timedelta(days=29, hours=23)):
        assert entry_links.contact_of(token) == contact
    with time_machine.travel(timezone.now() + dt.timedelta(days=30, minutes=1)):
        assert entry_links.contact_of(token) is None
        assert entry_links.contact_of(token, however_old=True) == contact


@pytest.mark.parametrize("token", ["", "abc", "a:b:c", "\0", "x" * 5000])
def test_forged_link_leads_to_nobody(token: str) -> None:
    assert entry_links.contact_of(token) is None


# --- Several contact persons before the confirmation ---------------------------------------------


def test_address_of_another_contact_person_is_refused_as_a_correction(world: World) -> None:
    case = enter(world)
    colleague = workflow.invite_contact(case, world.coordinator, actors.new_contact())
    with pytest.raises(workflow.InvalidTransition) as refused:
        workflow.complete_entry(case, world.coordinator, new(contact={"email": colleague.user.email}))
    assert str(refused.value.message) == "Diese Adresse gehört schon zu einer Ansprechperson des Vorgangs."
    assert case.contacts.count() == 2


def test_colleague_who_joined_confirms_the_entries_and_hands_over(world: World) -> None:
    case = enter(world)
    joined = workflow.invite_contact(case, world.coordinator, actors.new_contact())
    workflow.confirm_by_sign_in(joined.user)
    third = workflow.hand_over(case, joined.user, actors.new_contact("Ayşe Demir"))
    workflow.confirm_by_sign_in(third.user)
    third.refresh_from_db()
    assert workflow.confirm_entry(third, correction()) == CodeResult.CONFIRMED
    case.refresh_from_db()
    assert (case.awaits_confirmation, case.main_contact) == (False, third)
    assert third.user in [contact.user for contact in case.correspondents]


def test_request_goes_on_with_those_who_joined_when_a_wrong_address_is_disowned(world: World) -> None:
    case = enter(world, new(contact={"email": "fremd@example.org"}))
    wrong = case.contacts.get()
    joined = workflow.invite_contact(case, world.coordinator, actors.new_contact())
    workflow.confirm_by_sign_in(joined.user)
    workflow.disown_entry(wrong)
    case.refresh_from_db()
    assert (case.status, list(case.contacts.all())) == (CaseStatus.SUBMITTED, [joined])
    assert User.objects.filter(email="fremd@example.org").exists() is False
    (told,) = mails("entry_disowned")
    assert "Der Vorgang geht mit den anderen Ansprechpersonen weiter." in told.body
    assert "beendet" not in told.body
    lines = [entry.what for entry in timeline.public_timeline(case)]
    assert [line for line in lines if "keine Ansprechperson mehr" in line] == []


def test_invitation_to_a_request_without_a_title_has_words_for_it(world: World) -> None:
    case = enter(world, nothing_but(name="Frau Özkan", email="o@example.org"))
    workflow.confirm_by_sign_in(case.contacts.get().user)
    workflow.invite_contact(case, world.coordinator, actors.new_contact())
    assert "„Anfrage ohne Titel“" in mails("contact_added")[0].body


# --- The language of the mail ---------------------------------------------------------------------


def test_portal_in_english_for_whoever_enters_makes_no_english_mail(world: World) -> None:
    case = enter(world, new(language="en"))
    assert case.language == "de"
    assert mails("request_entered")[0].subject.endswith("Bitte prüfen und bestätigen Sie Ihre Anfrage")


def test_contact_who_gets_english_mails_gets_the_link_in_english(world: World) -> None:
    world.other_contact.language = "en"
    world.other_contact.save()
    enter(world, new(contact={"email": world.other_contact.email}))
    assert re.search(r"/en/anfrage/angaben/", mails("request_entered")[0].body) is not None


def test_no_new_link_goes_out_once_the_request_has_ended(world: World) -> None:
    case = enter(world)
    workflow.decline(case, world.coordinator, resolution=Resolution.DUPLICATE, text="Doppelt")
    with pytest.raises(workflow.InvalidTransition):
        workflow.send_code(case.contacts.get())
    assert len(mails("request_entered")) == 1
