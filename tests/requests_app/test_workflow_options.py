"""Action options beyond the plain yes: a remark, the municipality's own wording, versions, the order."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from miglobe.mail.models import OutboxMessage
from requests_app import deadlines, option_versions, option_words, workflow
from requests_app.access import Side, options_for
from requests_app.models import (
    ActionOption,
    Case,
    CaseStatus,
    EventKind,
    LibraryOption,
    OptionStatus,
    Resolution,
)
from requests_app.workflow import MARK, InvalidTransition, NotAllowed
from tests import actors
from tests.actors import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def case(world: World) -> Case:
    return world.case(CaseStatus.IN_DIALOGUE)


def mails(kind: str) -> list[OutboxMessage]:
    return list(OutboxMessage.objects.filter(kind=kind).order_by("pk"))


def fresh(option: ActionOption) -> ActionOption:
    return ActionOption.objects.select_related("case").get(pk=option.pk)


def changed(option: ActionOption, **fields: Any) -> ActionOption:
    """``option`` as the contact person worded it."""
    person = actors.contact_of(option.case)
    workflow.change_option(option, person, fields=fields, version=fresh(option).version)
    return fresh(option)


def renewed(world: World, option: ActionOption, **fields: Any) -> ActionOption:
    """A draft of the new version of an agreed option."""
    wording = option_words.wording_of(option) | fields
    return workflow.write_option(
        Case.objects.get(pk=option.case_id), world.lead.user, fields=wording, replaces=option
    )


# --- Confirmed with a remark ---------------------------------------------------------------------


def test_a_remark_along_with_the_yes_reaches_the_advisors_and_opens_nothing(world: World, case: Case) -> None:
    option = actors.propose_option(world, case)
    ended = workflow.confirm_option(option, actors.contact_of(case), version=1, remark="Gern ab März.")
    option = fresh(option)
    assert (option.status, option.comment) == (OptionStatus.AGREED, "Gern ab März.")
    assert ended.status == CaseStatus.OPTIONS_AGREED
    [mail] = mails("option_confirmed")
    assert mail.to == [world.lead.user.email]
    assert "Gern ab März." in mail.body


def test_a_plain_yes_settles_an_earlier_comment_and_mails_nobody(world: World, case: Case) -> None:
    option, person = actors.propose_option(world, case), actors.contact_of(case)
    workflow.comment_option(option, person, text="Bitte drei.", version=1)
    workflow.confirm_option(option, person, version=1)
    assert (fresh(option).comment, mails("option_confirmed")) == ("", [])
    assert case.events.get(kind=EventKind.OPTION_COMMENTED).data["comment"] == "Bitte drei."


# --- Changed by the municipality -----------------------------------------------------------------


def test_a_change_waits_for_the_advisors_and_keeps_what_stood_there(world: World, case: Case) -> None:
    option = actors.propose_option(world, case)
    day = dt.date(2027, 3, 1)
    option = changed(option, title="Drei Sitze", due_on=day, effort="medium")
    assert (option.status, option.version, option.title) == (OptionStatus.CHANGED, 2, "Drei Sitze")
    event = case.events.get(kind=EventKind.OPTION_CHANGED)
    was = actors.option_fields()
    assert event.data["before"] == {"title": was["title"], "due_on": None, "effort": "low"}
    assert event.data["after"] == {"title": "Drei Sitze", "due_on": "2027-03-01", "effort": "medium"}
    assert Case.objects.get(pk=case.pk).answer_due_on is None


def test_advisors_read_in_the_mail_what_was_changed_into_what(world: World, case: Case) -> None:
    option = actors.propose_option(world, case)
    changed(option, title="Drei Sitze", effort="high", due_on=dt.date(2027, 3, 1))
    [mail] = mails("option_changed")
    assert mail.to == [world.lead.user.email]
    was = actors.option_fields()["title"]
    assert f"Titel\nbisher: {was}\njetzt: Drei Sitze" in mail.body
    assert "bisher: –\njetzt: 1. März 2027" in mail.body
    assert "jetzt: Hoch" in mail.body


def test_an_accepted_change_is_agreed_by_whoever_worded_it(world: World, case: Case) -> None:
    option = changed(actors.propose_option(world, case), title="Drei Sitze")
    ended = workflow.accept_change(option, world.lead.user, version=2)
    option = fresh(option)
    assert (option.status, option.confirmed_by) == (OptionStatus.AGREED, actors.contact_of(case))
    assert ended.status == CaseStatus.OPTIONS_AGREED
    assert [mail.to for mail in mails("change_accepted")] == [[actors.contact_of(case).email]]


def test_a_change_can_be_changed_again_and_both_together_are_shown(world: World, case: Case) -> None:
    option = changed(actors.propose_option(world, case), title="Drei Sitze")
    option = changed(option, title="Vier Sitze", partners="Integrationsrat")
    told = option_words.changes_of(case, [option])[option.pk]
    was = actors.option_fields()["title"]
    assert [(c.name, c.before, c.after) for c in told] == [
        ("title", was, "Vier Sitze"),
        ("partners", "", "Integrationsrat"),
    ]


def test_only_changes_since_an_option_was_put_to_the_municipality_are_shown(world: World, case: Case) -> None:
    option = changed(actors.propose_option(world, case), title="Drei Sitze")
    workflow.write_option(case, world.lead.user, fields={"title": "Zwei Sitze"}, option=option, version=2)
    workflow.propose_options(case, world.lead.user)
    option = changed(option, indicator="Zahl der Sitzungen")
    [told] = option_words.changes_of(case, [option])[option.pk]
    assert told.name == "indicator"


def test_advisors_may_write_another_wording_over_a_change(world: World, case: Case) -> None:
    option = changed(actors.propose_option(world, case), title="Drei Sitze")
    workflow.write_option(case, world.lead.user, fields={"title": "Zwei Sitze"}, option=option, version=2)
    assert (fresh(option).status, fresh(option).title) == (OptionStatus.DRAFT, "Zwei Sitze")


def test_a_change_of_nothing_is_refused(world: World, case: Case) -> None:
    option = actors.propose_option(world, case)
    with pytest.raises(InvalidTransition):
        changed(option, title=option.title)
    assert fresh(option).status == OptionStatus.PROPOSED


@pytest.mark.parametrize("act", ["confirm_option", "comment_option", "accept_change"])
def test_what_was_changed_meanwhile_is_not_taken_in_the_old_wording(
    act: str, world: World, case: Case
) -> None:
    option, person = actors.propose_option(world, case), actors.contact_of(case)
    changed(option, title="Drei Sitze")
    calls = {
        "confirm_option": lambda: workflow.confirm_option(option, person, version=1),
        "comment_option": lambda: workflow.comment_option(option, person, text="Nein.", version=1),
        "accept_change": lambda: workflow.accept_change(option, world.lead.user, version=1),
    }
    with pytest.raises(InvalidTransition):
        calls[act]()
    assert fresh(option).status == OptionStatus.CHANGED


def test_a_change_does_not_undo_a_redaction(world: World, case: Case) -> None:
    option = actors.propose_option(world, case, title="Mit Frau Wellmann")
    workflow.redact(case, world.coordinator, passage="Wellmann", reason="Name")
    with pytest.raises(InvalidTransition):
        changed(option, title="Mit Frau Wellmann")
    changed(option, title=f"Zusammen mit Frau {MARK}")
    told = option_words.changes_of(case, [fresh(option)])[option.pk]
    assert "Wellmann" not in repr(told)


def test_a_change_by_the_municipality_waits_for_the_coordination_until_it_is_accepted(
    world: World, case: Case
) -> None:
    one, two = actors.propose_option(world, case), actors.propose_option(world, case, title="Zwei")
    changed(one, title="Drei Sitze")
    assert Case.objects.get(pk=case.pk).answer_kind == EventKind.OPTION_CHANGED
    workflow.accept_change(fresh(one), world.lead.user, version=2)
    assert Case.objects.get(pk=case.pk).answer_kind == ""
    assert fresh(two).status == OptionStatus.PROPOSED


# --- A new version of an agreed option -----------------------------------------------------------


def test_an_agreed_option_holds_until_its_new_version_is_agreed(world: World) -> None:
    case = world.case(CaseStatus.OPTIONS_AGREED)
    old, person = case.options.get(), actors.contact_of(case)
    new = renewed(world, old, title="Drei Sitze")
    workflow.propose_options(Case.objects.get(pk=case.pk), world.lead.user)
    assert Case.objects.get(pk=case.pk).status == CaseStatus.IN_DIALOGUE
    assert [o.pk for o in case.options.agreed()] == [old.pk]
    was = option_words.wording_of(old)
    ended = workflow.confirm_option(fresh(new), person, version=1)
    assert ended.status == CaseStatus.OPTIONS_AGREED
    assert (fresh(old).status, fresh(new).status) == (OptionStatus.REPLACED, OptionStatus.AGREED)
    assert option_words.wording_of(fresh(old)) == was
    assert fresh(old).confirmed_at is not None
    assert [o.pk for o in case.options.current()] == [new.pk]
    assert [o.pk for o in options_for(case, Side.MUNICIPALITY)] == [new.pk]


def test_a_change_of_a_new_version_replaces_the_old_one_too_when_accepted(world: World) -> None:
    case = world.case(CaseStatus.OPTIONS_AGREED)
    old = case.options.get()
    new = renewed(world, old, title="Drei Sitze")
    workflow.propose_options(Case.objects.get(pk=case.pk), world.lead.user)
    new = changed(fresh(new), title="Vier Sitze")
    workflow.accept_change(new, world.lead.user, version=2)
    assert (fresh(old).status, fresh(new).status) == (OptionStatus.REPLACED, OptionStatus.AGREED)


def test_a_new_version_that_is_removed_has_changed_nothing(world: World) -> None:
    case = world.case(CaseStatus.OPTIONS_AGREED)
    old = case.options.get()
    workflow.remove_option(fresh(renewed(world, old, title="Drei Sitze")), world.lead.user)
    case.refresh_from_db()
    assert (case.status, fresh(old).status) == (CaseStatus.OPTIONS_AGREED, OptionStatus.AGREED)


@pytest.mark.parametrize("standing", ["proposed", "being written", "replaced"])
def test_only_an_agreed_option_without_a_new_version_gets_one(standing: str, world: World) -> None:
    case = world.case(CaseStatus.OPTIONS_AGREED)
    option = case.options.get()
    if standing == "proposed":
        option = actors.propose_option(world, case, title="Noch offen")
    else:
        new = renewed(world, option, title="Drei Sitze")
    if standing == "replaced":
        workflow.propose_options(Case.objects.get(pk=case.pk), world.lead.user)
        workflow.confirm_option(fresh(new), actors.contact_of(case), version=1)
    with pytest.raises(InvalidTransition):
        renewed(world, option, title="Noch eine Fassung")


def test_versions_count_on_and_bring_those_before_them(world: World, django_assert_num_queries: Any) -> None:
    case = world.case(CaseStatus.OPTIONS_AGREED)
    for title in ("Drei Sitze", "Vier Sitze"):
        new = renewed(world, case.options.agreed().get(), title=title)
        workflow.propose_options(Case.objects.get(pk=case.pk), world.lead.user)
        workflow.confirm_option(fresh(new), actors.contact_of(case), version=1)
    draft = renewed(world, case.options.agreed().get(), title="Fünf Sitze")
    with django_assert_num_queries(2):
        agreed, written = option_versions.shown(case, Side.ADVISOR)
    assert (agreed.place, agreed.edition, agreed.has_new_version) == (1, 3, True)
    assert (written.pk, written.place, written.edition) == (draft.pk, 1, 4)
    first = actors.option_fields()["title"]
    assert [(o.edition, o.title) for o in agreed.earlier] == [(2, "Drei Sitze"), (1, first)]
    assert [o.title for o in option_versions.shown(case, Side.MUNICIPALITY)] == ["Vier Sitze"]


def test_a_case_goes_with_all_versions_of_its_options(world: World) -> None:
    case = world.case(CaseStatus.OPTIONS_AGREED)
    renewed(world, case.options.get(), title="Drei Sitze")
    case.options.all().delete()
    assert ActionOption.objects.filter(case=case).count() == 0


def test_a_merge_is_not_undone_once_an_option_that_came_along_is_being_replaced(world: World) -> None:
    case, into = world.case(CaseStatus.IN_REVIEW), world.case(CaseStatus.IN_DIALOGUE, title="Anderer")
    option = ActionOption.objects.create(
        case=case,
        position=1,
        status=OptionStatus.AGREED,
        confirmed_by=actors.contact_of(case),
        confirmed_at=into.submitted_at,
        **actors.option_fields(),
    )
    workflow.merge(case, into, world.coordinator)
    renewed(world, fresh(option), title="Drei Sitze")
    with pytest.raises(InvalidTransition):
        workflow.undo_merge(case, world.coordinator)


# --- The order -----------------------------------------------------------------------------------


def titles(case: Case) -> list[str]:
    return list(case.options.current().values_list("title", flat=True))


def test_options_stand_in_the_order_that_was_saved(world: World, case: Case) -> None:
    options = [actors.propose_option(world, case, title=title) for title in "ABC"]
    keys = [option.pk for option in options]
    workflow.order_options(case, world.lead.user, seen=keys, order=[keys[2], keys[0], keys[1]])
    assert titles(case) == ["C", "A", "B"]
    assert [o.title for o in options_for(case, Side.MUNICIPALITY)] == ["C", "A", "B"]
    assert {option.status for option in case.options.all()} == {OptionStatus.PROPOSED}


def test_a_new_version_stays_beside_what_it_changes(world: World, case: Case) -> None:
    one, two = (actors.propose_option(world, case, title=title) for title in "AB")
    workflow.confirm_option(one, actors.contact_of(case), version=1)
    renewed(world, fresh(one), title="A, neu")
    workflow.order_options(case, world.lead.user, seen=[one.pk, two.pk], order=[two.pk, one.pk])
    assert titles(case) == ["B", "A", "A, neu"]


@pytest.mark.parametrize("wrong", ["missing", "twice", "strange"])
def test_an_order_holds_each_option_once(wrong: str, world: World, case: Case) -> None:
    one, two = (actors.propose_option(world, case, title=title).pk for title in "AB")
    order = {"missing": [two], "twice": [two, two], "strange": [two, one, 999]}[wrong]
    with pytest.raises(InvalidTransition):
        workflow.order_options(case, world.lead.user, seen=[one, two], order=order)
    assert titles(case) == ["A", "B"]


def test_an_order_that_a_colleague_changed_meanwhile_is_told(world: World, case: Case) -> None:
    one, two = (actors.propose_option(world, case, title=title).pk for title in "AB")
    workflow.order_options(case, world.lead.user, seen=[one, two], order=[two, one])
    with pytest.raises(InvalidTransition):
        workflow.order_options(case, world.lead.user, seen=[one, two], order=[two, one])
    assert case.events.filter(kind=EventKind.OPTIONS_ORDERED).count() == 1


def test_the_municipality_orders_nothing(world: World, case: Case) -> None:
    one, two = (actors.propose_option(world, case, title=title).pk for title in "AB")
    with pytest.raises(NotAllowed):
        workflow.order_options(case, actors.contact_of(case), seen=[one, two], order=[two, one])


# --- From the library ----------------------------------------------------------------------------


def test_an_option_remembers_the_entry_it_was_written_from(world: World, case: Case) -> None:
    entry = LibraryOption.objects.get(key="SO01")
    fields = option_words.wording_of(entry) | {"responsible_unit": "Büro für Internationales"}
    option = workflow.write_option(case, world.lead.user, fields=fields, taken_from=entry)
    assert (fresh(option).taken_from, fresh(option).title) == (entry, entry.title)


def test_options_that_lie_before_the_municipality_are_expected_back_when_the_case_is_opened_again(
    world: World, case: Case
) -> None:
    first, _second = (actors.propose_option(world, case, title=title) for title in ("Eine", "Noch eine"))
    workflow.confirm_option(first, actors.contact_of(case), version=1)
    workflow.close(case, world.coordinator, resolution=Resolution.OPTIONS_AGREED)
    reopened = workflow.reopen(case, world.coordinator)
    assert reopened.answer_due_on == deadlines.query_answer_due(timezone.localdate())
