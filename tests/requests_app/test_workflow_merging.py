"""Two cases become one, and apart again: nothing is lost, nothing is there twice, all concerned are told."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from miglobe.accounts.models import User
from miglobe.mail.models import OutboxMessage
from miglobe.mail.outbox import MailText
from requests_app import merged, message_drafts, read_marks, session_record, timeline, workflow
from requests_app.access import Side, messages_for
from requests_app.models import (
    AssignmentStatus,
    Audience,
    Case,
    CaseMerge,
    CaseStatus,
    ContactPerson,
    Event,
    EventKind,
    Message,
    MessageDraft,
    Municipality,
    OptionStatus,
    Resolution,
)
from requests_app.option_words import changes_of
from requests_app.workflow import InvalidTransition
from tests import actors
from tests.actors import World
from tests.mail.texts import text_of
from tests.requests_app import entered, files
from tests.requests_app.test_transitions import snapshot

pytestmark = pytest.mark.django_db
S = CaseStatus


@pytest.fixture
def world() -> World:
    return World()


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def filled(world: World, case: Case) -> Case:
    """A case with one of everything that can be there before an advisor says yes."""
    workflow.write_message(
        case, actors.contact_of(case), Side.MUNICIPALITY, text="Noch etwas", audience=Audience.MUNICIPALITY
    )
    workflow.write_note(case, world.coordinator, text="Rief am Montag an.")
    workflow.add_document(case, actors.contact_of(case), files.upload(files.pdf(f"Plan {case.pk}")))
    return fresh(case)


def without(rows: dict[str, list[Any]], *models: str) -> dict[str, list[Any]]:
    return {name: found for name, found in rows.items() if name not in models}


# --- What merging does ----------------------------------------------------------------------------


def test_everything_that_belongs_to_the_merged_case_goes_on_in_the_other(world: World) -> None:
    case, into = filled(world, world.case(S.IN_REVIEW, title="Zwei")), filled(world, world.case(S.MATCHED))
    contact = actors.contact_of(case)
    workflow.merge(case, into, world.coordinator)

    case, into = fresh(case), fresh(into)
    assert (case.status, case.resolution, case.merged_into) == (S.CLOSED, Resolution.DUPLICATE, into)
    assert into.status == S.MATCHED
    assert [case.messages.count(), case.notes.count(), case.documents.count()] == [0, 0, 0]
    assert [into.messages.count(), into.notes.count(), into.documents.count()] == [2, 2, 2]
    assert contact in [person.user for person in into.contacts.all()]
    assert into.main_contact != contact
    assert case.contacts.count() == 0


def test_the_main_contact_of_the_other_case_stays_the_main_one(world: World) -> None:
    case, into = actors.submitted(title="Zwei"), actors.submitted()
    main = actors.contact_of(into)
    workflow.merge(case, into, world.coordinator)
    assert [person.user for person in fresh(into).contacts.all()][0] == main


def test_who_is_in_both_cases_stays_once(world: World) -> None:
    email = "katrin.wellmann@hattingen.example.org"
    case = actors.submitted(title="Zwei", contact={"email": email})
    into = actors.submitted(contact={"email": email})
    workflow.merge(case, into, world.coordinator)
    assert [person.user.email for person in fresh(into).contacts.all()] == [email]


def test_a_message_that_was_begun_moves_beside_a_note_that_was_begun_in_the_other_case(world: World) -> None:
    case, into = world.case(S.IN_REVIEW, title="Zwei"), world.case(S.IN_REVIEW)
    message_drafts.keep(case, world.coordinator, body="Guten Tag")
    message_drafts.keep(into, world.coordinator, body="Rief an", is_note=True)
    workflow.merge(case, into, world.coordinator)
    bodies = MessageDraft.objects.filter(case=into).order_by("is_note").values_list("body", flat=True)
    assert list(bodies) == ["Guten Tag", "Rief an"]
    workflow.undo_merge(fresh(case), world.coordinator)
    assert [draft.body for draft in MessageDraft.objects.filter(case=case)] == ["Guten Tag"]


def test_a_message_that_was_begun_in_both_cases_is_one_with_both_texts_and_files(world: World) -> None:
    case, into = world.case(S.IN_REVIEW, title="Zwei"), world.case(S.IN_REVIEW)
    by = world.coordinator
    for each, text, audience in ((case, "Zwei.", Audience.ADVISORS), (into, "Eins.", Audience.EVERYONE)):
        draft = message_drafts.keep(each, by, body=text, audience=audience)
        assert draft is not None
        message_drafts.add_file(draft, files.upload(files.pdf(text), f"{text}pdf"))
    before = without(snapshot(), "Event", "OutboxMessage", "CaseMerge", "Case")
    workflow.merge(case, into, by)
    joined = message_drafts.draft_of(into, by)
    assert joined is not None
    assert joined.body == f"Eins.\n\n{case.reference}:\nZwei."
    # Nothing goes to more people than it was meant for.
    assert joined.audience == Audience.ADVISORS
    assert sorted(file.name for file in joined.documents.all()) == ["Eins.pdf", "Zwei.pdf"]
    workflow.undo_merge(case, by)
    assert without(snapshot(), "Event", "OutboxMessage", "CaseMerge", "Case") == before


def test_a_joined_draft_that_was_rewritten_stays_as_it_is_when_the_merge_is_undone(world: World) -> None:
    case, into = world.case(S.IN_REVIEW, title="Zwei"), world.case(S.IN_REVIEW)
    for each, text in ((case, "Zwei."), (into, "Eins.")):
        message_drafts.keep(each, world.coordinator, body=text)
    workflow.merge(case, into, world.coordinator)
    message_drafts.keep(into, world.coordinator, body="Eins und Zwei!")
    workflow.undo_merge(case, world.coordinator)
    drafts = [message_drafts.draft_of(each, world.coordinator) for each in (into, case)]
    assert [draft and draft.body for draft in drafts] == ["Eins und Zwei!", "Zwei."]


# --- What somebody has read -----------------------------------------------------------------------

NINE = dt.datetime(2027, 3, 3, 9, tzinfo=dt.UTC)


def at(hour: int) -> dt.datetime:
    return NINE + dt.timedelta(hours=hour - 9)


# When messages came in the case that is merged and in the other one, up to when the coordination had read
# each; and which of all of them are new after that.
@pytest.mark.parametrize(
    ("here", "there", "read_here", "read_there", "new"),
    [
        ([10], [9], None, 12, [10]),  # never opened, and older than what was read in the other case
        ([9], [10], 12, None, [10]),
        ([9, 12], [10], 9, 11, [12]),
        ([9, 10], [11], 9, 12, [10, 11]),  # what was read after something new is new again
        ([9], [10], 9, 10, []),
        ([9], [10], None, None, [9, 10]),
    ],
)
def test_nothing_that_is_new_to_somebody_counts_as_read_after_a_merge(
    world: World,
    here: list[int],
    there: list[int],
    read_here: int | None,
    read_there: int | None,
    new: list[int],
) -> None:
    case, into = world.case(S.IN_REVIEW, title="Zwei"), world.case(S.IN_REVIEW)
    for each, hours, read in ((case, here, read_here), (into, there, read_there)):
        for hour in hours:
            Message.objects.create(
                case=each, author=actors.contact_of(each), author_side="municipality", body=f"{hour}",
                audience=Audience.MUNICIPALITY, created_at=at(hour),
            )  # fmt: skip
        if read:
            read_marks.set_mark(each, world.coordinator, at(read))
    before = unread_by(world.coordinator)
    workflow.merge(case, into, world.coordinator)
    assert unread_by(world.coordinator) == ({into.pk: [f"{hour}" for hour in new]} if new else {})
    workflow.undo_merge(case, world.coordinator)
    assert unread_by(world.coordinator) == before


def unread_by(user: User) -> dict[int, list[str]]:
    """By case, the texts that are new to the coordination."""
    found: dict[int, list[str]] = {}
    for message in read_marks.unread(user, Side.COORDINATOR).order_by("created_at"):
        found.setdefault(message.case_id, []).append(message.body)
    return found


def test_who_has_read_on_after_a_merge_has_read_both_when_it_is_undone(world: World) -> None:
    case, into = filled(world, world.case(S.IN_REVIEW, title="Zwei")), filled(world, world.case(S.IN_REVIEW))
    read_marks.set_mark(into, world.coordinator, NINE - dt.timedelta(days=3650))
    workflow.merge(case, into, world.coordinator)
    read_marks.set_mark(into, world.coordinator, timezone.now())
    workflow.undo_merge(case, world.coordinator)
    assert unread_by(world.coordinator) == {}


def test_who_had_left_the_other_case_is_back_with_the_merged_one(world: World) -> None:
    into = actors.submitted()
    gone = actors.colleague(into)
    workflow.leave_case(into, gone.user)
    case = actors.submitted(title="Zwei", contact={"email": gone.email})
    made = workflow.merge(case, into, world.coordinator)
    assert gone.user in [person.user for person in fresh(into).contacts.all()]
    workflow.undo_merge(case, world.coordinator)
    assert made.moved["contacts"] == {}
    assert gone.user not in [person.user for person in fresh(into).contacts.all()]
    assert gone.user in [person.user for person in fresh(case).contacts.all()]


def test_an_address_that_was_confirmed_in_one_case_counts_in_both(world: World) -> None:
    into = actors.submitted(confirmed=False)
    case = actors.submitted(title="Zwei", contact={"email": actors.contact_of(into).email})
    ContactPerson.objects.filter(case=into).update(confirmed_at=None)
    workflow.merge(case, into, world.coordinator)
    assert fresh(into).contacts.get().confirmed_at is not None


def test_signing_in_confirms_nothing_in_a_merged_case(world: World) -> None:
    into = actors.submitted(confirmed=False)
    user = actors.contact_of(into)
    case = actors.submitted(title="Zwei", confirmed=False, contact={"email": user.email})
    workflow.merge(case, into, world.coordinator)
    workflow.confirm_by_sign_in(user)
    assert fresh(into).contacts.get().confirmed_at is not None
    assert fresh(case).contacts.get().confirmed_at is None


def test_a_file_that_both_have_is_kept_once(world: World) -> None:
    case, into = actors.submitted(title="Zwei"), actors.submitted()
    for each in (case, into):
        workflow.add_document(each, actors.contact_of(each), files.upload(files.pdf("Dasselbe")))
    workflow.merge(case, into, world.coordinator)
    assert fresh(into).documents.count() == 1


def test_the_contacts_and_the_asked_advisors_are_told_by_one_mail_each(world: World) -> None:
    case, into = world.case(S.MATCHING, title="Zwei"), world.case(S.IN_REVIEW)
    asked = actors.contact_of(case)
    before = OutboxMessage.objects.count()
    workflow.merge(case, into, world.coordinator)
    mails = OutboxMessage.objects.order_by("pk")[before:]
    assert sorted((mail.kind, mail.recipient) for mail in mails) == sorted(
        [
            ("offer_withdrawn", world.lead.user.email),
            ("offer_withdrawn", world.co.user.email),
            ("case_merged", asked.email),
        ]
    )
    [told] = [mail for mail in mails if mail.kind == "case_merged"]
    assert told.subject == f"{case.reference}: Ihr Vorgang geht unter {into.reference} weiter"
    assert f"/vorgang/{into.reference}/" in told.body
    assert set(case.assignments.values_list("status", flat=True)) == {AssignmentStatus.WITHDRAWN}


def test_the_edited_mail_goes_as_it_was_edited(world: World) -> None:
    case, into = actors.submitted(title="Zwei"), actors.submitted()
    workflow.merge(case, into, world.coordinator, mail=MailText("Betreff", "Wie besprochen.\n"))
    [told] = OutboxMessage.objects.filter(kind="case_merged")
    assert (told.subject, text_of(told)) == ("Betreff", "Wie besprochen.\n")


def test_another_municipality_asks_along_from_then_on(world: World) -> None:
    bochum = Municipality.objects.get(name="Bochum")
    case, into = actors.submitted(title="Zwei", municipality=bochum), actors.submitted()
    workflow.merge(case, into, world.coordinator)
    assert list(into.partners.all()) == [bochum]
    workflow.undo_merge(case, world.coordinator)
    assert list(into.partners.all()) == []


def test_an_entered_request_that_nobody_confirmed_can_be_merged(world: World) -> None:
    case, into = entered.enter(world.coordinator), actors.submitted()
    workflow.merge(case, into, world.coordinator)
    case = fresh(case)
    assert (case.status, case.resolution, case.merged_into) == (S.DECLINED, Resolution.DUPLICATE, into)


def test_sessions_and_options_of_a_released_lead_move_behind_those_that_are_there(world: World) -> None:
    case = world.case(S.IN_DIALOGUE, title="Zwei")
    actors.propose_option(world, case, title="Aus der ersten Beratung")
    workflow.end_assignment(case.assignments.get(role="lead"), world.coordinator)
    workflow.withdraw_offer(case.assignments.get(role="co"), world.coordinator)
    into = world.case(S.IN_DIALOGUE)
    actors.propose_option(world, into, title="Von hier")
    case = fresh(case)
    workflow.merge(case, into, world.coordinator)
    assert [option.title for option in into.options.all()] == ["Von hier", "Aus der ersten Beratung"]
    assert into.sessions.count() == 2
    assert into.assignments.filter(status=AssignmentStatus.ENDED).count() == 1
    workflow.undo_merge(case, world.coordinator)
    assert [(option.title, option.position) for option in case.options.all()] == [
        ("Aus der ersten Beratung", 1)
    ]
    assert case.sessions.count() == 1


# --- Timelines and mails --------------------------------------------------------------------------


def test_what_was_corrected_and_worded_anew_before_a_merge_is_told_after_it(world: World) -> None:
    case, into = world.case(S.IN_DIALOGUE, title="Zwei"), world.case(S.IN_REVIEW)
    lead, option = world.lead.user, actors.propose_option(world, case)
    fields = actors.session_fields(minutes=60)
    workflow.correct_session(case.sessions.get(), lead, fields=fields, advisors=[world.lead])
    new = {"first_step": "Satzung ergänzen."}
    workflow.change_option(option, actors.contact_of(case), fields=new, version=option.version)
    workflow.end_assignment(case.assignments.get(advisor=world.lead), world.coordinator)
    workflow.merge(case, into, world.coordinator)
    [record], [[change]] = session_record.records(into), changes_of(into, into.options.all()).values()
    assert [len(each.changes) for each in record.corrections] == [1]
    assert (change.before, change.after) == (option.first_step, "Satzung ergänzen.")


def test_the_timelines_read_what_happened_in_the_merged_case_with_its_number(world: World) -> None:
    case, into = world.case(S.IN_REVIEW, title="Zwei"), actors.submitted()
    workflow.merge(case, into, world.coordinator)
    into = fresh(into)
    staff = [entry.what for entry in timeline.staff_timeline(into)]
    assert staff[0] == "Ein anderer Vorgang wurde hier aufgenommen"
    assert f"Prüfung begonnen ({case.reference})" in staff
    assert not any(entry.startswith("Mit einem anderen Vorgang zusammengeführt") for entry in staff)
    public = [entry.what for entry in timeline.public_timeline(into)]
    assert public[0] == f"{case.reference} ist jetzt Teil dieses Vorgangs"
    assert f"Wir prüfen Ihre Anfrage ({case.reference})" in public
    assert timeline.public_timeline(fresh(case))[0].what == f"Geht weiter in {into.reference}"


def test_events_stay_with_the_case_they_happened_in(world: World) -> None:
    case, into = world.case(S.IN_REVIEW, title="Zwei"), actors.submitted()
    before = list(Event.objects.order_by("pk").values())
    workflow.merge(case, into, world.coordinator)
    assert list(Event.objects.order_by("pk").values())[: len(before)] == before


def test_mails_lie_under_the_numbers_of_all_merged_cases(world: World) -> None:
    first, second, third = (actors.submitted(title=title) for title in ("Eins", "Zwei", "Drei"))
    workflow.merge(first, second, world.coordinator)
    workflow.merge(second, third, world.coordinator)
    references = [case.reference for case in (third, second, first)]
    assert merged.case_references(fresh(third)) == references
    assert merged.case_that_goes_on(fresh(first)) == third
    assert merged.case_references(fresh(first)) == [first.reference]


def test_the_author_of_a_moved_message_signs_with_her_name(world: World) -> None:
    case, into = (
        filled(world, actors.submitted(title="Zwei", contact={"name": "Eva Zwei"})),
        actors.submitted(),
    )
    workflow.merge(case, into, world.coordinator)
    assert [m.signature for m in messages_for(into, Side.COORDINATOR)] == ["Eva Zwei"]


# --- What is refused ------------------------------------------------------------------------------


def refused(case: Case, into: Case, world: World) -> str:
    """The sentence, after making sure that nothing has changed."""
    before = snapshot()
    with pytest.raises(InvalidTransition) as error:
        workflow.merge(case, into, world.coordinator)
    assert snapshot() == before
    assert str(error.value.message) == workflow.obstacle_to_merging(fresh(case), fresh(into))
    return str(error.value.message)


def test_a_case_with_an_advisor_at_work_is_merged_the_other_way_round(world: World) -> None:
    advised, other = world.case(S.MATCHED), actors.submitted(title="Zwei")
    assert refused(advised, other, world) == (
        f"Zu {advised.reference} hat schon jemand zugesagt. Führen Sie umgekehrt zusammen: "
        f"{other.reference} in {advised.reference}."
    )
    workflow.merge(other, advised, world.coordinator)
    assert fresh(other).merged_into == advised


def test_two_cases_with_advisors_are_not_merged(world: World) -> None:
    first, second = world.case(S.MATCHED), world.case(S.MATCHING, title="Zwei")
    assert refused(first, second, world) == (
        "In beiden Vorgängen beraten schon Personen oder sind gefragt. Beenden Sie erst eines von beiden."
    )


@pytest.mark.parametrize("status", [S.CLOSED, S.DECLINED, S.WITHDRAWN])
def test_an_ended_case_neither_takes_in_nor_is_taken_in(world: World, status: CaseStatus) -> None:
    ended, case = world.case(status), actors.submitted(title="Zwei")
    assert refused(case, ended, world) == (
        f"{ended.reference} ist beendet. Öffnen Sie den Vorgang erst wieder, wenn es dort weitergeht."
    )
    assert refused(ended, case, world) == (
        f"{ended.reference} ist beendet. Nur offene Vorgänge werden zusammengeführt."
    )


def test_a_case_is_not_merged_into_itself_or_in_a_circle(world: World) -> None:
    first, second = actors.submitted(), actors.submitted(title="Zwei")
    assert refused(first, first, world) == "Ein Vorgang lässt sich nicht mit sich selbst zusammenführen."
    workflow.merge(first, second, world.coordinator)
    sentence = f"{first.reference} ist in {second.reference} aufgegangen. Bitte machen Sie dort weiter."
    assert refused(second, first, world) == sentence
    assert refused(first, second, world) == sentence


def test_nobody_ends_up_asking_and_advising_in_one_case(world: World) -> None:
    into = world.case(S.MATCHED)
    case = actors.submitted(title="Zwei", contact={"email": world.lead.user.email})
    assert refused(case, into, world) == (
        f"Amara Okafor fragt in {case.reference} an und berät in {into.reference}. "
        "Niemand steht auf zwei Seiten eines Vorgangs."
    )


def test_an_entered_request_that_waits_for_its_yes_takes_nothing_in(world: World) -> None:
    into, case = entered.enter(world.coordinator), actors.submitted()
    assert refused(case, into, world).startswith(
        f"Die Angaben zu {into.reference} hat noch niemand bestätigt."
    )


def test_a_merge_that_was_looked_at_before_a_change_is_refused(world: World) -> None:
    case, into = actors.submitted(title="Zwei"), actors.submitted()
    versions = {"seen": case.version, "seen_into": into.version}
    workflow.start_review(into, world.coordinator)
    with pytest.raises(InvalidTransition):
        workflow.merge(case, into, world.coordinator, **versions)
    assert fresh(case).merged_into is None


def test_only_the_coordination_merges(world: World) -> None:
    case, into = actors.submitted(title="Zwei"), actors.submitted()
    for person in (actors.contact_of(case), world.lead.user):
        with pytest.raises(workflow.NotAllowed):
            workflow.merge(case, into, person)
        with pytest.raises(workflow.NotAllowed):
            workflow.undo_merge(case, person)


def test_nothing_can_be_done_to_a_merged_case_but_undoing_it(world: World) -> None:
    case, into = actors.submitted(title="Zwei"), actors.submitted()
    workflow.merge(case, into, world.coordinator)
    case = fresh(case)
    keys = {action.key for action in workflow.available_actions(case, world.coordinator)}
    assert keys == {"undo_merge"}
    with pytest.raises(InvalidTransition) as error:
        workflow.write_note(case, world.coordinator, text="Hallo")
    assert str(error.value.message) == (
        f"{case.reference} ist in {into.reference} aufgegangen. Bitte machen Sie dort weiter."
    )


# --- Undoing --------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [S.SUBMITTED, S.IN_REVIEW, S.QUERY_OPEN, S.MATCHING])
def test_undoing_puts_everything_back_as_it_was(world: World, status: CaseStatus) -> None:
    case, into = filled(world, world.case(status, title="Zwei")), filled(world, world.case(S.IN_REVIEW))
    case = workflow.set_resubmission(case, world.coordinator, day=dt.date(2099, 1, 4), note="Anrufen")
    actors.colleague(case, "Zweite Person")
    before = without(snapshot(), "Event", "OutboxMessage", "CaseMerge")
    versions = {row["id"]: row.pop("version") for row in before["Case"]}
    workflow.merge(case, into, world.coordinator)
    assert workflow.undo_merge(case, world.coordinator).status == status
    after = without(snapshot(), "Event", "OutboxMessage", "CaseMerge")
    raised = {row["id"]: row.pop("version") for row in after["Case"]}
    assert after == before
    assert {key: raised[key] - version for key, version in versions.items() if raised[key] != version} == {
        case.pk: 2,
        into.pk: 2,
    }


def test_undoing_is_told_to_the_contacts_and_puts_offers_out_again(world: World) -> None:
    case, into = world.case(S.MATCHING, title="Zwei"), world.case(S.IN_REVIEW)
    workflow.merge(case, into, world.coordinator)
    before = OutboxMessage.objects.count()
    workflow.undo_merge(case, world.coordinator)
    mails = OutboxMessage.objects.order_by("pk")[before:]
    assert sorted((mail.kind, mail.recipient) for mail in mails) == sorted(
        [
            ("merge_undone", actors.contact_of(case).email),
            ("offer_made", world.lead.user.email),
            ("offer_made", world.co.user.email),
        ]
    )
    kinds = [list(each.events.values_list("kind", flat=True))[-1] for each in (case, into)]
    assert kinds == [EventKind.MERGE_UNDONE, EventKind.MERGE_UNDONE]


def test_undoing_offers_nothing_to_whom_a_conflict_keeps_away_meanwhile(world: World) -> None:
    case, into = world.case(S.MATCHING, title="Zwei"), world.case(S.IN_REVIEW)
    workflow.merge(case, into, world.coordinator)
    for advisor in (world.lead, world.co):
        workflow.record_conflict(
            advisor, world.coordinator, workflow.NewConflict("employed", case.municipality)
        )
    workflow.undo_merge(case, world.coordinator)
    assert not case.assignments.filter(status=AssignmentStatus.OFFERED).exists()
    assert fresh(case).status == S.IN_REVIEW  # nobody is asked any more
    assert list(case.events.values_list("kind", flat=True))[-1] == EventKind.OFFERS_EXHAUSTED


def test_offers_that_are_out_again_leave_a_day_to_answer(world: World) -> None:
    case, into = world.case(S.MATCHING, title="Zwei"), world.case(S.IN_REVIEW)
    last_day = case.assignments.get(role="lead").answer_due_on
    with time_machine.travel(dt.datetime.combine(last_day, dt.time(15), tzinfo=dt.UTC)) as clock:
        workflow.merge(case, into, world.coordinator)
        clock.shift(dt.timedelta(hours=20))
        workflow.undo_merge(case, world.coordinator)
    assert case.assignments.get(role="lead").answer_due_on == last_day + dt.timedelta(days=1)


def test_what_was_written_since_stays_in_the_other_case(world: World) -> None:
    case, into = filled(world, actors.submitted(title="Zwei")), actors.submitted()
    workflow.merge(case, into, world.coordinator)
    workflow.write_note(into, world.coordinator, text="Danach")
    workflow.undo_merge(case, world.coordinator)
    assert [note.body for note in into.notes.all()] == ["Danach"]
    assert [note.body for note in case.notes.all()] == ["Rief am Montag an."]


def not_undone(case: Case, world: World) -> str:
    before = snapshot()
    with pytest.raises(InvalidTransition) as error:
        workflow.undo_merge(case, world.coordinator)
    assert snapshot() == before
    return str(error.value.message)


def test_a_merge_is_undone_within_a_day_and_not_later(world: World) -> None:
    with time_machine.travel(dt.datetime(2026, 11, 2, 10, tzinfo=dt.UTC), tick=False) as clock:
        case, into = actors.submitted(title="Zwei"), actors.submitted()
        workflow.merge(case, into, world.coordinator)
        clock.shift(dt.timedelta(days=1, seconds=1))
        assert not_undone(case, world) == "Rückgängig machen geht 24 Stunden lang. Sie sind vorbei."
        clock.shift(dt.timedelta(seconds=-1))
        assert workflow.undo_merge(case, world.coordinator).merged_into is None


def test_a_merge_is_not_undone_while_the_other_case_was_merged_on(world: World) -> None:
    first, second, third = (actors.submitted(title=title) for title in ("Eins", "Zwei", "Drei"))
    workflow.merge(first, second, world.coordinator)
    workflow.merge(second, third, world.coordinator)
    assert not_undone(first, world) == (
        f"{second.reference} ist inzwischen in {third.reference} aufgegangen. "
        "Machen Sie das zuerst rückgängig."
    )
    workflow.undo_merge(second, world.coordinator)
    workflow.undo_merge(first, world.coordinator)
    assert [fresh(case).contacts.count() for case in (first, second, third)] == [1, 1, 1]


def test_a_merge_is_not_undone_once_the_other_case_has_ended(world: World) -> None:
    case, into = actors.submitted(title="Zwei"), actors.submitted()
    main = actors.contact_of(into)
    workflow.merge(case, into, world.coordinator)
    workflow.withdraw(fresh(into), main)
    assert not_undone(case, world) == (
        f"{into.reference} ist inzwischen beendet. Was dorthin kam, lässt sich nicht mehr herausnehmen."
    )


def test_a_merge_is_not_undone_when_its_contacts_have_left(world: World) -> None:
    case, into = actors.submitted(title="Zwei"), actors.submitted()
    came = actors.contact_of(case)
    workflow.merge(case, into, world.coordinator)
    workflow.leave_case(fresh(into), came)
    assert not_undone(case, world) == (
        f"Die Ansprechpersonen aus {case.reference} sind inzwischen nicht mehr dabei."
    )


def test_a_merge_is_not_undone_once_its_options_were_agreed(world: World) -> None:
    case = world.case(S.IN_DIALOGUE, title="Zwei")
    option = actors.propose_option(world, case)
    workflow.end_assignment(case.assignments.get(role="lead"), world.coordinator)
    workflow.withdraw_offer(case.assignments.get(role="co"), world.coordinator)
    into = world.case(S.IN_DIALOGUE)
    workflow.merge(fresh(case), into, world.coordinator)
    actors.propose_option(world, into, title="Von hier")
    option.refresh_from_db()
    workflow.confirm_option(option, actors.contact_of(fresh(into)), version=option.version)
    assert option.status == OptionStatus.PROPOSED
    assert not_undone(case, world) == (
        f"Die Handlungsoptionen aus {case.reference} sind inzwischen geändert worden."
    )


def test_a_merge_is_undone_once(world: World) -> None:
    case, into = actors.submitted(title="Zwei"), actors.submitted()
    workflow.merge(case, into, world.coordinator)
    workflow.undo_merge(case, world.coordinator)
    not_undone(case, world)
    workflow.merge(fresh(case), into, world.coordinator)
    assert CaseMerge.objects.filter(case=case).count() == 2
