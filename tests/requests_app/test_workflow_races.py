"""Two people at the same case at the same time, two connections: one wins, nothing lost, nothing twice."""

from __future__ import annotations

import datetime as dt
import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
import time_machine
from anymail.signals import AnymailTrackingEvent
from django.db import connection, transaction
from django.utils import timezone

from miglobe.mail.models import OutboxMessage
from miglobe.mail.tracking import note_event
from requests_app import dates, workflow
from requests_app.access import Side
from requests_app.models import (
    AssignmentRole,
    AssignmentStatus,
    Audience,
    Case,
    CaseMerge,
    CaseStatus,
    ContactPerson,
    EventKind,
    Message,
)
from requests_app.workflow import MARK, InvalidTransition
from tests import actors
from tests.actors import World

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
S = CaseStatus
TIMES = 4


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """What each call returns, or the refusal; all start together, each on a connection of its own."""
    barrier = threading.Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        barrier.wait(10)
        try:
            return call()
        except InvalidTransition as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def refused(results: list[Any]) -> list[bool]:
    return [isinstance(result, InvalidTransition) for result in results]


def test_two_merges_crosswise_end_with_one() -> None:
    world, other = World(), actors.coordinator("Timo Adler")
    for _ in range(TIMES):
        a, b = actors.submitted(title="A"), actors.submitted(title="B")
        results = at_once(
            lambda a=a, b=b: workflow.merge(a, b, world.coordinator),
            lambda a=a, b=b: workflow.merge(b, a, other),
        )
        assert sorted(refused(results)) == [False, True]
        assert sorted([fresh(a).status, fresh(b).status]) == [S.CLOSED, S.SUBMITTED]
        assert CaseMerge.objects.filter(case__in=[a, b]).count() == 1
        assert ContactPerson.objects.filter(case__in=[a, b], case__status=S.SUBMITTED).count() == 2


def test_the_same_merge_twice_is_one() -> None:
    world, other = World(), actors.coordinator("Timo Adler")
    a, b = actors.submitted(title="A"), actors.submitted(title="B")
    mails = OutboxMessage.objects.filter(kind="case_merged")
    results = at_once(lambda: workflow.merge(a, b, world.coordinator), lambda: workflow.merge(a, b, other))
    assert sorted(refused(results)) == [False, True]
    assert (CaseMerge.objects.count(), mails.count()) == (1, 1)
    assert b.events.filter(kind=EventKind.TOOK_IN).count() == 1


def test_one_case_goes_into_two_others_and_ends_up_in_one() -> None:
    world, other = World(), actors.coordinator("Timo Adler")
    for _ in range(TIMES):
        a, b, c = (actors.submitted(title=title) for title in "ABC")
        results = at_once(
            lambda a=a, b=b: workflow.merge(a, b, world.coordinator),
            lambda a=a, c=c: workflow.merge(a, c, other),
        )
        assert sorted(refused(results)) == [False, True]
        assert sorted([b.contacts.count(), c.contacts.count()]) == [1, 2]


def test_a_ring_of_three_merges_does_not_hang_and_loses_nobody() -> None:
    world = World()
    for _ in range(TIMES):
        a, b, c = (actors.submitted(title=title) for title in "ABC")
        at_once(
            lambda a=a, b=b: workflow.merge(a, b, world.coordinator),
            lambda b=b, c=c: workflow.merge(b, c, world.coordinator),
            lambda c=c, a=a: workflow.merge(c, a, world.coordinator),
        )
        # At least one stays open; whoever asked is in a case that goes on.
        still_open = Case.objects.filter(pk__in=[a.pk, b.pk, c.pk], closed_at=None)
        assert still_open.count() >= 1
        assert ContactPerson.objects.filter(case__in=still_open).count() == 3


def test_a_yes_and_a_merge_at_once_never_lose_the_yes() -> None:
    world = World()
    for _ in range(TIMES):
        case, into = world.case(S.MATCHING, title="A"), world.case(S.IN_REVIEW, title="B")
        offer = world.offer_of(case, world.lead)
        said, merged = at_once(
            lambda offer=offer: workflow.accept_offer(offer, world.lead.user),
            lambda case=case, into=into: workflow.merge(case, into, world.coordinator),
        )
        assert sorted(refused([said, merged])) == [False, True]
        offer.refresh_from_db()
        if isinstance(merged, InvalidTransition):
            assert (fresh(case).status, offer.status) == (S.MATCHED, AssignmentStatus.ACCEPTED)
        else:
            assert (fresh(case).merged_into, offer.status) == (into, AssignmentStatus.WITHDRAWN)
        assert OutboxMessage.objects.filter(
            reference=case.reference, kind="offer_withdrawn", recipient=world.lead.user.email
        ).count() == (0 if isinstance(merged, InvalidTransition) else 1)


def test_a_message_and_a_merge_at_once_keep_the_message() -> None:
    world = World()
    for number in range(TIMES):
        case, into = actors.submitted(title="A"), actors.submitted(title="B")
        contact = actors.contact_of(case)
        written, _merged = at_once(
            lambda case=case, contact=contact, n=number: workflow.write_message(
                case, contact, Side.MUNICIPALITY, text=f"Hallo {n}", audience=Audience.MUNICIPALITY
            ),
            lambda case=case, into=into: workflow.merge(case, into, world.coordinator),
        )
        assert fresh(case).merged_into == into
        # Written in time it moved along; too late it was refused with a sentence, and written nowhere.
        expected = 0 if isinstance(written, InvalidTransition) else 1
        assert into.messages.filter(body=f"Hallo {number}").count() == expected
        assert case.messages.count() == 0


def test_merge_redact_and_another_step_at_once_with_one_version_seen() -> None:
    """Three coordinators act from the same page: one wins, the others are told."""
    world = World()
    for _ in range(TIMES):
        case, into = actors.submitted(title="Wegen Torben"), actors.submitted(title="B")
        seen = case.version
        results = at_once(
            lambda case=case, into=into, seen=seen: workflow.merge(case, into, world.coordinator, seen=seen),
            lambda case=case, seen=seen: workflow.redact(
                case, world.coordinator, passage="Torben", reason="Name", seen=seen
            ),
            lambda case=case, seen=seen: workflow.start_review(case, world.coordinator, seen=seen),
        )
        assert sorted(refused(results)) == [False, True, True]
        assert fresh(case).version == seen + 1


def test_merge_redact_and_reassign_by_two_at_once_lose_nothing_and_double_nothing() -> None:
    """Two coordinators, three steps each, all from the page as it was."""
    two = (World().coordinator, actors.coordinator("Timo Adler"))
    for _ in range(TIMES):
        case, into = actors.submitted(title="Wegen Torben"), actors.submitted(title="B")
        version, nobody = case.version, workflow.responsible_seen(case)
        OutboxMessage.objects.all().delete()  # the subject stands in one place alone
        calls: list[Callable[[], Any]] = []
        for actor in two:
            calls += [
                partial(workflow.merge, case, into, actor, seen=version),
                partial(workflow.redact, case, actor, passage="Torben", reason="Name", seen=version),
                partial(workflow.assign_responsible, case, actor, to=actor, seen=nobody),
            ]
        won = [not was_refused for was_refused in refused(at_once(*calls))]
        merged, redacted, reassigned = (won[n::3].count(True) for n in range(3))
        assert merged + redacted == 1
        # A name that came before the merge stays with the case; who came after it is told of the merge.
        assert reassigned in ((0, 1) if merged else (1,))
        kinds = (EventKind.MERGED, EventKind.REDACTED, EventKind.RESPONSIBLE_CHANGED)
        events = [case.events.filter(kind=kind).count() for kind in kinds]
        assert events == [merged, redacted, reassigned]
        after = fresh(case)
        # Who merges a case that nobody is responsible for becomes it.
        assert after.responsible == two[won[2::3].index(True) if reassigned else won[::3].index(True)]
        assert (after.version, after.merged_into) == (version + 1, into if merged else None)
        assert (after.title, case.redactions.count()) == (
            f"Wegen {MARK}" if redacted else "Wegen Torben",
            redacted,
        )
        assert ContactPerson.objects.filter(case__in=[case, into]).count() == 2
        assert into.contacts.count() == 1 + merged
        assert OutboxMessage.objects.filter(kind="case_merged", reference=case.reference).count() == merged


def test_merge_and_redact_at_once_leave_no_passage_and_lose_no_row() -> None:
    world = World()
    for _ in range(TIMES):
        case, into = actors.submitted(title="Wegen Torben"), actors.submitted(title="Auch Torben")
        workflow.write_note(case, world.coordinator, text="Torben rief an.")
        at_once(
            lambda case=case, into=into: workflow.merge(case, into, world.coordinator),
            lambda into=into: workflow.redact(into, world.coordinator, passage="Torben", reason="Name"),
            lambda case=case: workflow.redact(case, world.coordinator, passage="Torben", reason="Name"),
        )
        if workflow.find_passage(fresh(into), "Torben"):  # the merge came last, and one was refused
            workflow.redact(fresh(into), world.coordinator, passage="Torben", reason="Name")
        assert (fresh(case).title, fresh(into).title) == (f"Wegen {MARK}", f"Auch {MARK}")
        assert [note.body for note in into.notes.all()] == [f"{MARK} rief an."]


def test_the_same_redaction_twice_is_recorded_once() -> None:
    world = World()
    case = actors.submitted(title="Wegen Torben")
    OutboxMessage.objects.all().delete()
    results = at_once(
        *[lambda: workflow.redact(case, world.coordinator, passage="Torben", reason="Name")] * 2
    )
    assert sorted(refused(results)) == [False, True]
    assert case.redactions.count() == 1
    assert case.events.filter(kind=EventKind.REDACTED).count() == 1


def test_a_message_with_the_passage_that_is_written_meanwhile_is_whole_or_redacted() -> None:
    world = World()
    for _ in range(TIMES):
        case = actors.submitted(title="Wegen Torben")
        contact = actors.contact_of(case)
        results = at_once(
            lambda case=case, contact=contact: workflow.write_message(
                case, contact, Side.MUNICIPALITY, text="Torben kommt.", audience=Audience.MUNICIPALITY
            ),
            lambda case=case: workflow.redact(case, world.coordinator, passage="Torben", reason="Name"),
        )
        assert refused(results) == [False, False]
        body = Message.objects.get(case=case).body
        last = case.events.order_by("pk").last()
        # Who came second saw what the first had left: a later message is a new text.
        assert body == (f"{MARK} kommt." if last.kind == EventKind.REDACTED else "Torben kommt.")
        assert fresh(case).title == f"Wegen {MARK}"


def test_undoing_twice_at_once_undoes_once() -> None:
    world = World()
    case, into = world.case(S.MATCHING, title="A"), world.case(S.IN_REVIEW, title="B")
    workflow.merge(case, into, world.coordinator)
    results = at_once(*[lambda: workflow.undo_merge(case, world.coordinator)] * 2)
    assert sorted(refused(results)) == [False, True]
    assert OutboxMessage.objects.filter(kind="merge_undone").count() == 1
    live = case.assignments.filter(status=AssignmentStatus.OFFERED)
    assert sorted(live.values_list("role", flat=True)) == [AssignmentRole.CO, AssignmentRole.LEAD]


def test_a_bounce_told_while_somebody_sends_the_mail_again_waits_its_turn() -> None:
    """Both lock the case, then the mail. The other way round PostgreSQL would end one of them."""
    world = World()
    case = world.case(S.QUERY_OPEN)
    mail = OutboxMessage.objects.get(kind="query_asked")
    OutboxMessage.objects.filter(pk=mail.pk).update(
        state="failed", next_attempt_at=None, provider_id="1", sent_at=None
    )
    event = AnymailTrackingEvent(event_type="bounced", recipient=mail.recipient, message_id="1")
    holds_the_case = threading.Event()

    def send_again() -> None:
        with transaction.atomic():
            Case.objects.select_for_update().get(pk=case.pk)
            holds_the_case.set()
            time.sleep(0.3)
            workflow.send_mail_again(case, world.coordinator, mail)

    def bounce() -> None:
        holds_the_case.wait(10)
        note_event(event, "postmark")

    assert refused(at_once(send_again, bounce)) == [False, False]
    mail.refresh_from_db()
    assert mail.state == "waiting"


def test_of_two_dates_picked_at_once_one_is_agreed() -> None:
    world = World()
    for _ in range(TIMES):
        case = world.case(S.MATCHED)
        asked, contact = actors.date_round(case, world.lead.user), actors.contact_of(case)
        first, second = asked.dates.all()
        results = at_once(
            partial(workflow.pick_date, asked, contact, date=first),
            partial(workflow.pick_date, asked, contact, date=second),
        )
        assert sorted(refused(results)) == [False, True]
        assert case.appointments.count() == 1
        assert OutboxMessage.objects.filter(kind="date_agreed", reference=case.reference).count() == 2


def test_a_date_is_either_picked_or_withdrawn() -> None:
    world = World()
    for _ in range(TIMES):
        case = world.case(S.MATCHED)
        asked, contact = actors.date_round(case, world.lead.user), actors.contact_of(case)
        results = at_once(
            partial(workflow.pick_date, asked, contact, date=asked.dates.first()),
            partial(workflow.withdraw_dates, asked, world.lead.user),
        )
        assert sorted(refused(results)) == [False, True]
        asked.refresh_from_db()
        assert (asked.status, case.appointments.count()) in [("agreed", 1), ("withdrawn", 0)]


def test_two_proposals_at_once_are_one() -> None:
    world = World()
    case = world.case(S.MATCHED)
    propose = partial(workflow.propose_dates, case, world.lead.user, actors.proposal())
    results = at_once(partial(propose, form_key=uuid.uuid4()), partial(propose, form_key=uuid.uuid4()))
    assert (sorted(refused(results)), case.date_rounds.count()) == ([False, True], 1)
    workflow.withdraw_dates(case.date_rounds.get(), world.lead.user)
    same = partial(propose, form_key=uuid.uuid4())
    assert len({made.pk for made in at_once(same, same)}) == 1


def test_two_workers_remind_once() -> None:
    world = World()
    case = world.case(S.MATCHED)
    long_ago = timezone.now() - dt.timedelta(days=30)
    agreed = actors.appointment(case, actors.contact_of(case), actors.in_days(1, 23), changed_at=long_ago)
    # Whatever the weekday of this test: the day before the appointment is a day to remind on.
    moment = dt.datetime.combine(dates.reminder_day(agreed.starts_at), dt.time(12), agreed.starts_at.tzinfo)
    with time_machine.travel(moment, tick=True):
        results = at_once(*[partial(workflow.remind_of_date, agreed)] * 2)
    assert sorted(results) == [False, True]
    assert OutboxMessage.objects.filter(kind="date_reminder").count() == 2
