"""How a case begins: one request, one case, one confirmed address."""

from __future__ import annotations

import datetime as dt
import re
import threading
import uuid
from collections.abc import Callable

import pytest
import time_machine
from django.db import connection

from miglobe.accounts.roles import Role
from miglobe.mail.models import OutboxMessage
from requests_app import workflow
from requests_app.models import AddressCode, Case, ContactPerson, EventKind
from requests_app.workflow import CodeResult
from requests_app.workflow.intake import CODES_PER_ADDRESS_AND_DAY
from tests import actors

pytestmark = pytest.mark.django_db


def code_in_the_mail(contact: ContactPerson) -> str:
    mail = OutboxMessage.objects.filter(kind__in=["request_received", "new_code"]).order_by("pk").last()
    assert mail is not None and contact.email in str(mail.to)
    found = re.search(r"\b\d{6}\b", mail.body)
    assert found is not None
    return found.group()


def waiting() -> ContactPerson:
    return actors.submitted(confirmed=False).contacts.get()


def test_references_count_up_within_a_year_and_begin_anew() -> None:
    with time_machine.travel(dt.datetime(2026, 12, 31, 12, tzinfo=dt.UTC)):
        first, second = actors.submitted(), actors.submitted()
    with time_machine.travel(dt.datetime(2027, 1, 1, 0, 30, tzinfo=dt.UTC)):
        third = actors.submitted()
    assert [c.reference for c in (first, second, third)] == ["MG-2026-0001", "MG-2026-0002", "MG-2027-0001"]


def test_the_same_key_sent_twice_makes_one_case_and_one_mail() -> None:
    key, new = uuid.uuid4(), actors.request()
    first, second = workflow.submit_request(key, new), workflow.submit_request(key, new)
    assert first == second
    assert OutboxMessage.objects.filter(kind="request_received").count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_key_sent_at_the_same_moment_makes_one_case() -> None:
    key, new = uuid.uuid4(), actors.request()
    start, cases, errors = threading.Barrier(4), [], []

    def send() -> None:
        try:
            start.wait()
            cases.append(workflow.submit_request(key, new).pk)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert (errors, len(cases), Case.objects.count()) == ([], 4, 1)


def test_the_code_confirms_the_address_and_makes_a_contact() -> None:
    contact = waiting()
    assert workflow.confirm_address(contact, f" {code_in_the_mail(contact)} ") == CodeResult.CONFIRMED
    contact.refresh_from_db()
    assert contact.confirmed_at is not None
    assert contact.user.roles == {Role.MUNICIPALITY_CONTACT}
    assert contact.case.events.filter(kind=EventKind.ADDRESS_CONFIRMED).count() == 1


def test_the_code_works_once() -> None:
    contact = waiting()
    code = code_in_the_mail(contact)
    results = [workflow.confirm_address(contact, code) for _ in range(2)]
    assert results == [CodeResult.CONFIRMED, CodeResult.USED_UP]


def test_five_wrong_guesses_use_the_code_up() -> None:
    contact = waiting()
    code = code_in_the_mail(contact)
    wrong = "000000" if code != "000000" else "111111"
    results = [workflow.confirm_address(contact, wrong) for _ in range(5)]
    assert results == [CodeResult.WRONG] * 4 + [CodeResult.USED_UP]
    assert workflow.confirm_address(contact, code) == CodeResult.USED_UP


def test_an_old_code_is_used_up() -> None:
    contact = waiting()
    code = code_in_the_mail(contact)
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(days=8)):
        assert workflow.confirm_address(contact, code) == CodeResult.USED_UP


def test_a_new_code_replaces_the_old_one_and_there_are_five_a_day() -> None:
    contact = waiting()
    old = code_in_the_mail(contact)
    for _ in range(4):
        workflow.send_code(contact)
    with pytest.raises(workflow.InvalidTransition):
        workflow.send_code(contact)
    new = code_in_the_mail(contact)
    assert workflow.confirm_address(contact, new) == CodeResult.CONFIRMED
    assert new == old or workflow.confirm_address(contact, old) == CodeResult.USED_UP


def test_an_address_gets_no_more_codes_by_being_named_in_many_requests() -> None:
    requests = [
        actors.submitted(confirmed=False, contact={"email": "amt@stadt.example.org"}).contacts.get()
        for _ in range(5)
    ]
    sent = 0
    for contact in requests:
        for _ in range(4):
            try:
                workflow.send_code(contact)
            except workflow.InvalidTransition:
                break
            sent += 1
    assert sent + len(requests) == CODES_PER_ADDRESS_AND_DAY
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(days=1, minutes=1)):
        workflow.send_code(requests[-1])


@pytest.mark.django_db(transaction=True)
def test_confirming_and_asking_for_a_new_code_at_the_same_time_do_not_block_each_other() -> None:
    contact = waiting()
    start, errors = threading.Barrier(2), []

    def run(act: Callable[[], object]) -> None:
        try:
            start.wait()
            act()
        except workflow.InvalidTransition:
            pass
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    same = ContactPerson.objects.select_related("case", "user").get(pk=contact.pk)
    acts = [lambda: workflow.confirm_address(contact, "000000"), lambda: workflow.send_code(same)]
    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert errors == []


def test_the_code_is_not_kept_as_it_is() -> None:
    contact = waiting()
    row = AddressCode.objects.get(contact=contact)
    assert code_in_the_mail(contact) not in row.code_hash
    assert OutboxMessage.objects.get(kind="request_received").is_secret is True


def test_a_code_of_another_request_does_not_fit() -> None:
    one, other = waiting(), waiting()
    code = code_in_the_mail(other)
    mine = AddressCode.objects.get(contact=one)
    assert workflow.confirm_address(one, code) == CodeResult.WRONG or mine.attempts_left == 0


def test_an_address_in_other_case_is_the_same_person() -> None:
    one = actors.submitted(contact={"email": "Amt@Stadt.example.org"})
    two = actors.submitted(contact={"email": "amt@stadt.EXAMPLE.org"})
    assert actors.contact_of(one) == actors.contact_of(two)


def test_whoever_is_signed_in_with_the_address_has_nothing_to_confirm() -> None:
    contact = actors.contact_of(actors.submitted(contact={"email": "amt@stadt.example.org"}))
    new = actors.request(contact={"email": "amt@stadt.example.org"})
    case = workflow.submit_request(uuid.uuid4(), new, actor=contact)
    person = case.contacts.get()
    assert person.confirmed_at is not None
    assert AddressCode.objects.filter(contact=person).count() == 0


def test_somebody_elses_session_confirms_nothing() -> None:
    stranger = actors.contact_of(actors.submitted())
    case = workflow.submit_request(uuid.uuid4(), actors.request(), actor=stranger)
    assert case.contacts.get().confirmed_at is None
