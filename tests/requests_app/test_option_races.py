"""Two people at the same action option at the same time: one wins, and the other is told."""

from __future__ import annotations

from functools import partial

import pytest

from requests_app import workflow
from requests_app.models import ActionOption, Case, CaseStatus, EventKind, OptionStatus
from tests import actors
from tests.actors import World
from tests.requests_app.test_workflow_races import at_once, refused

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
TIMES = 4


@pytest.fixture
def case() -> Case:
    return World().case(CaseStatus.IN_DIALOGUE)


def lead(case: Case) -> object:
    return case.assignments.get(role="lead").advisor.user


def test_a_yes_and_another_wording_at_once_agree_on_one_of_the_two(case: Case) -> None:
    colleague, contact = actors.colleague(case).user, actors.contact_of(case)
    for number in range(TIMES):
        option = ActionOption.objects.create(
            case=case, position=number, status=OptionStatus.PROPOSED, **actors.option_fields()
        )
        results = at_once(
            partial(workflow.confirm_option, option, contact, version=1),
            partial(workflow.change_option, option, colleague, fields={"title": "Drei Sitze"}, version=1),
        )
        assert sorted(refused(results)) == [False, True]
        option.refresh_from_db()
        standing = (option.status, option.title == "Drei Sitze")
        assert standing in [(OptionStatus.AGREED, False), (OptionStatus.CHANGED, True)]
        # What is still open would keep the case in dialogue, and what is agreed would end it.
        ActionOption.objects.filter(pk=option.pk).update(
            status=OptionStatus.PROPOSED, confirmed_by=None, confirmed_at=None
        )
        Case.objects.filter(pk=case.pk).update(status=CaseStatus.IN_DIALOGUE)


def test_a_change_accepted_twice_at_once_is_agreed_once(case: Case) -> None:
    contact, advisor = actors.contact_of(case), lead(case)
    option = ActionOption.objects.create(
        case=case, position=1, status=OptionStatus.PROPOSED, **actors.option_fields()
    )
    workflow.change_option(option, contact, fields={"title": "Drei Sitze"}, version=1)
    accept = partial(workflow.accept_change, option, advisor, version=2)
    assert sorted(refused(at_once(accept, accept))) == [False, True]
    assert case.events.filter(kind=EventKind.CHANGE_ACCEPTED).count() == 1


def test_two_orders_at_once_leave_one_of_the_two(case: Case) -> None:
    advisor = lead(case)
    a, b, c = (
        ActionOption.objects.create(case=case, position=n, **actors.option_fields()).pk for n in range(3)
    )
    orders = [[c, b, a], [b, a, c]]
    results = at_once(
        *(partial(workflow.order_options, case, advisor, seen=[a, b, c], order=order) for order in orders)
    )
    assert sorted(refused(results)) == [False, True]
    assert list(case.options.values_list("pk", flat=True)) in orders


def test_one_agreed_option_gets_one_new_version_at_once() -> None:
    world = World()
    case = world.case(CaseStatus.OPTIONS_AGREED)
    option, fields = case.options.get(), actors.option_fields(title="Drei Sitze")
    write = partial(workflow.write_option, case, world.lead.user, fields=fields, replaces=option)
    assert sorted(refused(at_once(write, write))) == [False, True]
    assert ActionOption.objects.filter(replaces=option).count() == 1
