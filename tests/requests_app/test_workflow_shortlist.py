"""Who is asked next: by itself where the coordination said so, in the order of its list, exactly once."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from advisors.models import Absence, Advisor
from miglobe.mail.models import OutboxMessage
from requests_app import workflow
from requests_app.jobs import expire_offers
from requests_app.models import (
    AssignmentRole,
    AssignmentStatus,
    Case,
    CaseStatus,
    ConflictOfInterest,
    Event,
    EventKind,
    PassedOver,
    Resolution,
    ShortlistEntry,
)
from requests_app.timeline import staff_timeline
from requests_app.workflow import InvalidTransition, Offer
from tests import actors
from tests.actors import World

LEAD, CO = AssignmentRole.LEAD, AssignmentRole.CO
S = CaseStatus
TEXT = "Eine Kommune sucht Rat."


@pytest.fixture
def world(db: None) -> World:
    return World()


@pytest.fixture
def case(world: World) -> Case:
    """A case whose lead alone is asked."""
    made = world.case(S.IN_REVIEW)
    workflow.offer(made, world.coordinator, world.offers(LEAD))
    return Case.objects.get(pk=made.pk)


def put(
    world: World, case: Case, advisor: Advisor, role: AssignmentRole = LEAD, *, by_itself: bool = True
) -> ShortlistEntry:
    wanted = Offer(advisor, role, TEXT, effort="Zwei Termine")
    return workflow.add_to_shortlist(case, world.coordinator, wanted, asks_by_itself=by_itself)


def say_no(world: World, case: Case, advisor: Advisor | None = None) -> None:
    advisor = advisor or world.lead
    workflow.decline_offer(world.offer_of(case, advisor), advisor.user)
    case.refresh_from_db()


def asked(case: Case) -> list[tuple[str, str]]:
    """Who has an offer that is open, by name and role."""
    found = case.assignments.filter(status=AssignmentStatus.OFFERED).order_by("pk")
    return [(each.advisor.name, each.role) for each in found]


def listed(case: Case) -> list[str]:
    return [entry.advisor.name for entry in case.shortlist.all()]


def mails(kind: str) -> list[OutboxMessage]:
    return list(OutboxMessage.objects.filter(kind=kind).order_by("pk"))


def last(case: Case, kind: EventKind) -> Event:
    return case.events.filter(kind=kind).order_by("-pk")[0]


# --- Asked by itself ------------------------------------------------------------------------------


def test_after_a_no_the_next_one_is_asked_by_itself(world: World, case: Case) -> None:
    put(world, case, world.other_advisor)
    say_no(world, case)
    assert (case.status, asked(case), listed(case)) == (S.MATCHING, [("Thu-Hà Nguyễn", "lead")], [])
    offer = world.offer_of(case, world.other_advisor)
    assert (offer.summary, offer.effort, offer.offered_by) == (TEXT, "Zwei Termine", world.coordinator)
    event = last(case, EventKind.OFFERED)
    assert (event.actor, event.data["by_itself"]) == (None, True)
    [_first, mail] = mails("offer_made")
    assert mail.to == [world.other_advisor.user.email]
    assert TEXT in mail.body


def test_mail_about_the_no_says_who_was_asked_next(world: World, case: Case) -> None:
    put(world, case, world.other_advisor)
    say_no(world, case)
    [mail] = mails("offer_answered")
    assert mail.subject == f"{case.reference}: Absage von Amara Okafor"
    assert "Das Portal hat Thu-Hà Nguyễn angefragt (Antwort bis " in mail.body
    assert "Sie müssen nichts tun." in mail.body


def test_after_a_passed_deadline_the_next_one_is_asked_with_a_deadline_of_its_own(world: World) -> None:
    with time_machine.travel(dt.datetime(2026, 11, 16, 9, tzinfo=dt.UTC)):
        case = world.walk(S.IN_REVIEW)
        workflow.offer(case, world.coordinator, world.offers(LEAD))
        put(world, case, world.other_advisor)
    with time_machine.travel(dt.datetime(2026, 11, 20, 6, tzinfo=dt.UTC)):
        assert (expire_offers(), expire_offers()) == (1, 0)
    case.refresh_from_db()
    assert asked(case) == [("Thu-Hà Nguyễn", "lead")]
    offer = world.offer_of(case, world.other_advisor)
    assert (offer.answer_due_on, case.due_on) == (dt.date(2026, 11, 25), dt.date(2026, 11, 25))
    [mail] = mails("offer_expired")
    assert "Das Portal hat Thu-Hà Nguyễn angefragt (Antwort bis Mittwoch, 25. November)" in mail.body


def test_second_advisors_place_is_filled_from_the_list_too(world: World) -> None:
    case = world.case(S.MATCHED)
    due = case.due_on
    put(world, case, world.other_advisor, CO)
    say_no(world, case, world.co)
    assert (case.status, case.due_on, asked(case)) == (S.MATCHED, due, [("Thu-Hà Nguyễn", "co")])


def test_list_goes_on_until_somebody_says_yes(world: World, case: Case) -> None:
    fourth = actors.advisor("Fatou Diallo")
    put(world, case, world.other_advisor)
    put(world, case, fourth)
    say_no(world, case)
    say_no(world, case, world.other_advisor)
    workflow.accept_offer(world.offer_of(case, fourth), fourth.user)
    case.refresh_from_db()
    assert (case.status, asked(case), listed(case)) == (S.MATCHED, [], [])


def test_those_who_cannot_be_asked_are_passed_over_with_the_reason(world: World, case: Case) -> None:
    today = timezone.localdate()
    away, paused, biased, full = (actors.advisor(name) for name in ("Anna A", "Berta B", "Carla C", "Dora D"))
    for advisor in (away, paused, biased, full, world.other_advisor):
        put(world, case, advisor)
    Absence.objects.create(advisor=away, first_day=today, last_day=today)
    Advisor.objects.filter(pk=paused.pk).update(status=Advisor.Status.PAUSED)
    ConflictOfInterest.objects.create(
        advisor=biased, municipality=case.municipality, kind="employed",
        recorded_by=world.coordinator, recorded_at=timezone.now(),
    )  # fmt: skip
    Advisor.objects.filter(pk=full.pk).update(capacity=1)
    other = world.case(S.IN_REVIEW)
    workflow.offer(other, world.coordinator, [Offer(full, LEAD, TEXT)])
    workflow.accept_offer(world.offer_of(other, full), full.user)

    say_no(world, case)

    assert asked(case) == [("Thu-Hà Nguyễn", "lead")]
    assert listed(case) == ["Anna A", "Berta B", "Carla C", "Dora D"]
    assert last(case, EventKind.OFFER_DECLINED).data["passed_over"] == [
        {"advisor": "Anna A", "why": PassedOver.ABSENT},
        {"advisor": "Berta B", "why": PassedOver.INACTIVE},
        {"advisor": "Carla C", "why": PassedOver.CONFLICT},
        {"advisor": "Dora D", "why": PassedOver.FULL},
    ]
    told = [each.detail for each in staff_timeline(case) if "übersprungen: Anna A" in each.detail]
    assert len(told) == 1
    assert "übersprungen: Anna A (zurzeit abwesend)" in told[0]
    mail = mails("offer_answered")[-1]
    assert "Übersprungen: Dora D (keine freie Kapazität)." in mail.body


def test_when_nobody_on_the_list_can_be_asked_the_coordination_looks_on(world: World, case: Case) -> None:
    put(world, case, world.other_advisor)
    Advisor.objects.filter(pk=world.other_advisor.pk).update(status=Advisor.Status.PAUSED)
    say_no(world, case)
    assert (case.status, asked(case), listed(case)) == (S.IN_REVIEW, [], ["Thu-Hà Nguyễn"])
    [mail] = mails("offer_answered")
    assert "Bitte sehen Sie nach, wen Sie als Nächstes fragen." in mail.body
    assert "Übersprungen: Thu-Hà Nguyễn (zurzeit nicht aktiv)." in mail.body


def test_nobody_is_asked_to_be_second_while_nobody_leads(world: World) -> None:
    case = world.case(S.MATCHING)
    put(world, case, world.other_advisor, CO)
    say_no(world, case)
    say_no(world, case, world.co)
    assert (case.status, asked(case), listed(case)) == (S.IN_REVIEW, [], ["Thu-Hà Nguyễn"])


def test_withdrawing_an_offer_asks_nobody(world: World, case: Case) -> None:
    put(world, case, world.other_advisor)
    workflow.withdraw_offer(world.offer_of(case, world.lead), world.coordinator)
    assert (asked(case), listed(case)) == ([], ["Thu-Hà Nguyễn"])


def test_without_the_tick_the_coordination_asks(world: World, case: Case) -> None:
    put(world, case, world.other_advisor, by_itself=False)
    say_no(world, case)
    assert (case.status, asked(case)) == (S.IN_REVIEW, [])
    [mail] = mails("offer_answered")
    assert "Als Nächstes steht auf Ihrer Liste: Thu-Hà Nguyễn." in mail.body


def test_an_english_advisor_is_asked_in_english_with_the_portals_effort(world: World, case: Case) -> None:
    world.other_advisor.user.language = "en"
    world.other_advisor.user.save()
    from requests_app.offer_facts import default_effort

    wanted = Offer(world.other_advisor, LEAD, TEXT, effort=default_effort("de"))
    workflow.add_to_shortlist(case, world.coordinator, wanted, asks_by_itself=True)
    say_no(world, case)
    mail = mails("offer_made")[-1]
    assert "Please answer by" in mail.subject
    assert "Expected effort: 3 to 6 meetings" in mail.body


def test_names_that_came_up_after_the_text_was_written_are_taken_out(world: World, case: Case) -> None:
    wanted = Offer(
        world.other_advisor, LEAD, "Reiter und Lange aus Hattingen fragen.", allowed_words=("Lange",)
    )
    workflow.add_to_shortlist(case, world.coordinator, wanted, asks_by_itself=True)
    actors.invited(case, "Jonas Reiter")
    actors.invited(case, "Eva Lange")
    workflow.set_confidential(case, world.coordinator, is_confidential=True)
    say_no(world, case)
    offer = world.offer_of(case, world.other_advisor)
    assert (offer.summary, offer.is_confidential) == ("[…] und Lange aus […] fragen.", True)


# --- The list -------------------------------------------------------------------------------------


def test_list_is_put_in_order_within_a_role(world: World, case: Case) -> None:
    people = [actors.advisor(name) for name in ("Anna A", "Berta B", "Carla C")]
    entries = [put(world, case, each) for each in people]
    put(world, case, world.other_advisor, CO)
    workflow.move_on_shortlist(entries[2], world.coordinator, up=True)
    workflow.move_on_shortlist(entries[0], world.coordinator, up=False)
    leads = [entry.advisor.name for entry in case.shortlist.filter(role=LEAD)]
    assert leads == ["Carla C", "Anna A", "Berta B"]
    with pytest.raises(InvalidTransition):
        workflow.move_on_shortlist(entries[2], world.coordinator, up=True)


def test_nobody_stands_on_the_list_twice_or_beside_an_offer(world: World, case: Case) -> None:
    put(world, case, world.other_advisor)
    for advisor in (world.other_advisor, world.lead):
        with pytest.raises(InvalidTransition):
            put(world, case, advisor, CO)
    assert listed(case) == ["Thu-Hà Nguyễn"]


def test_somebody_with_a_conflict_of_interest_does_not_come_onto_the_list(world: World, case: Case) -> None:
    ConflictOfInterest.objects.create(
        advisor=world.other_advisor, case=case, kind="other",
        recorded_by=world.coordinator, recorded_at=timezone.now(),
    )  # fmt: skip
    with pytest.raises(InvalidTransition):
        put(world, case, world.other_advisor)
    assert listed(case) == []


def test_entry_is_rewritten_and_removed(world: World, case: Case) -> None:
    entry = put(world, case, world.other_advisor)
    workflow.rewrite_entry(entry, world.coordinator, Offer(world.other_advisor, CO, "Neu", effort="Ein Tag"))
    entry.refresh_from_db()
    assert (entry.role, entry.summary, entry.effort) == (CO, "Neu", "Ein Tag")
    workflow.remove_from_shortlist(entry, world.coordinator)
    assert listed(case) == []
    with pytest.raises(InvalidTransition):
        workflow.remove_from_shortlist(entry, world.coordinator)


def test_whether_the_portal_asks_holds_for_the_whole_list(world: World, case: Case) -> None:
    put(world, case, world.other_advisor, by_itself=False)
    put(world, case, world.co, by_itself=True)
    assert set(case.shortlist.values_list("asks_by_itself", flat=True)) == {True}
    workflow.set_asks_by_itself(case, world.coordinator, asks_by_itself=False)
    assert set(case.shortlist.values_list("asks_by_itself", flat=True)) == {False}


def test_whoever_is_asked_stands_on_the_list_no_more(world: World, case: Case) -> None:
    put(world, case, world.co, CO)
    workflow.offer(case, world.coordinator, world.offers(CO))
    assert listed(case) == []


@pytest.mark.parametrize("end", ["accept", "decline", "close", "withdraw"])
def test_list_ends_with_the_yes_and_with_the_case(world: World, end: str) -> None:
    case = world.case(S.MATCHED if end == "close" else S.MATCHING)
    role = CO if end == "close" else LEAD
    put(world, case, world.other_advisor, role)
    coordinator = world.coordinator
    if end == "accept":
        workflow.accept_offer(world.offer_of(case, world.lead), world.lead.user)
    elif end == "decline":
        workflow.decline(case, coordinator, resolution=Resolution.NO_CAPACITY, text="Leider.")
    elif end == "close":
        workflow.close(case, coordinator, resolution=Resolution.NO_CAPACITY)
    else:
        workflow.withdraw(case, actors.contact_of(case))
    assert listed(case) == []


def test_yes_of_the_lead_leaves_the_list_for_the_second_one(world: World) -> None:
    case = world.case(S.MATCHING)
    put(world, case, world.other_advisor, CO)
    workflow.accept_offer(world.offer_of(case, world.lead), world.lead.user)
    assert listed(case) == ["Thu-Hà Nguyễn"]


# --- Tandem ---------------------------------------------------------------------------------------


def test_two_offers_at_once_are_one_tandem_and_one_event(world: World) -> None:
    case = world.case(S.MATCHING)
    keys = set(case.assignments.values_list("tandem_key", flat=True))
    assert len(keys) == 1
    assert keys != {None}
    [event] = case.events.filter(kind=EventKind.OFFERED)
    assert [each["role"] for each in event.data["offers"]] == ["lead", "co"]
    assert "Tandem" in next(each for each in staff_timeline(case) if each.at == event.at).detail
    for mail in mails("offer_made"):
        assert "\nTandem: Mit Ihnen zusammen ist eine" in mail.body
        names = [name for name in ("Amara Okafor", "Inés Carvajal") if name in mail.body]
        assert len(names) == 1  # the one who is greeted


def test_one_offer_alone_is_no_tandem(world: World, case: Case) -> None:
    assert case.assignments.get().tandem_key is None
    assert "Tandem" not in mails("offer_made")[-1].body


def test_yes_of_one_stays_when_the_other_one_says_no(world: World) -> None:
    case = world.case(S.MATCHING)
    workflow.accept_offer(world.offer_of(case, world.co), world.co.user)
    put(world, case, world.other_advisor)
    say_no(world, case)
    assert asked(case) == [("Thu-Hà Nguyễn", "lead")]
    assert case.assignments.get(role=CO).status == AssignmentStatus.ACCEPTED


# --- At once --------------------------------------------------------------------------------------


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_no_and_a_passed_deadline_at_once_ask_one_person_once() -> None:
    world = World()
    case = world.case(S.IN_REVIEW)
    workflow.offer(case, world.coordinator, world.offers(LEAD))
    for advisor in (world.other_advisor, world.co):
        put(world, case, advisor)
    offer = world.offer_of(case, world.lead)
    start = threading.Barrier(2)
    came: list[str] = []

    def run(name: str) -> None:
        mine = type(offer).objects.select_related("case", "advisor__user").get(pk=offer.pk)
        start.wait()
        try:
            if name == "no":
                workflow.decline_offer(mine, world.lead.user)
            else:
                workflow.expire_offer(mine)
            came.append(name)
        except (InvalidTransition, workflow.NotAllowed):
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(name,)) for name in ("no", "deadline")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(came) == 1
    assert (asked(case), listed(case)) == ([("Thu-Hà Nguyễn", "lead")], ["Inés Carvajal"])
    assert len([mail for mail in mails("offer_made") if mail.to == [world.other_advisor.user.email]]) == 1


def test_effort_of_an_entry_loses_what_the_offer_must_not_tell(world: World, case: Case) -> None:
    name = case.municipality.name if case.municipality else ""
    entry = workflow.add_to_shortlist(
        case,
        world.coordinator,
        Offer(world.co, LEAD, TEXT, effort=f"Fünf Termine in {name}"),
        asks_by_itself=True,
    )
    assert workflow.offer_from(entry).effort == f"Fünf Termine in {name}"
    workflow.set_confidential(case, world.coordinator, is_confidential=True)
    entry = ShortlistEntry.objects.get(pk=entry.pk)
    assert workflow.offer_from(entry).effort == "Fünf Termine in […]"


def test_text_that_was_typed_before_a_redaction_does_not_come_back(world: World, case: Case) -> None:
    passage = "Frau Schmitz von nebenan"
    wanted = Offer(world.co, LEAD, f"Es geht um {passage}.")
    seen = case.version
    entry = workflow.add_to_shortlist(case, world.coordinator, wanted, asks_by_itself=True, seen=seen)
    workflow.redact(case, world.coordinator, passage=passage, reason="Unbeteiligt")
    with pytest.raises(InvalidTransition):
        workflow.rewrite_entry(entry, world.coordinator, wanted)
    workflow.remove_from_shortlist(entry, world.coordinator)
    with pytest.raises(InvalidTransition):
        workflow.add_to_shortlist(case, world.coordinator, wanted, asks_by_itself=True, seen=seen)
    assert not ShortlistEntry.objects.exists()
