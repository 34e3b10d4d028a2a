"""What the municipality does about action options: confirm one, confirm all, comment."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils.translation import gettext as _

from miglobe.mail.models import OutboxMessage
from requests_app import workflow
from requests_app.models import ActionOption, Case, CaseStatus, EventKind, OptionStatus
from tests import actors
from tests.actors import World
from tests.casepage.pages import Visitor, contact, errors, notices, proposed, url, words

CHANGED = "The option has been changed in the meantime. Please read it again."


@pytest.fixture
def case(world: World) -> Case:
    return world.case(CaseStatus.IN_DIALOGUE)


@pytest.fixture
def options(world: World, case: Case) -> list[ActionOption]:
    return proposed(world, case, "Eins", "Zwei", "Drei")


@pytest.fixture
def visitor(case: Case) -> Visitor:
    return contact(case)


def states(case: Case) -> list[str]:
    return [str(status) for status in case.options.values_list("status", flat=True)]


def wordings(options: list[ActionOption]) -> list[str]:
    return [f"{option.pk}:{option.version}" for option in options]


def rewrite(world: World, case: Case, option: ActionOption) -> None:
    """The advisors change an option while the municipality reads it."""
    workflow.write_option(
        case, world.lead.user, fields=actors.option_fields(title="Neue Fassung"), option=option
    )
    workflow.propose_options(case, world.lead.user)


# --- Confirm ------------------------------------------------------------------------------------


def test_confirming_an_option_agrees_on_it_and_leads_back_to_it(
    case: Case, options: list[ActionOption], visitor: Visitor
) -> None:
    answer = visitor.client.post(url(case, "confirm_option", options[0].pk), {"version": 1})
    assert (answer.status_code, answer["Location"]) == (302, f"{url(case)}#option-{options[0].pk}")
    option = case.options.get(pk=options[0].pk)
    assert (option.status, option.confirmed_by) == (OptionStatus.AGREED, visitor.user)
    assert states(case) == ["agreed", "proposed", "proposed"]


def test_confirming_the_last_option_agrees_on_all(
    case: Case, options: list[ActionOption], visitor: Visitor
) -> None:
    for option in options:
        page = visitor.post(case, "confirm_option", option.pk, version=1)
    assert Case.objects.get(pk=case.pk).status == CaseStatus.OPTIONS_AGREED
    assert notices(page) == [_("All action options are confirmed. Thank you.")]
    assert OutboxMessage.objects.filter(kind="options_agreed").count() == 2  # the lead and the coordinator


def test_confirming_all_at_once_agrees_on_all(
    case: Case, options: list[ActionOption], visitor: Visitor
) -> None:
    page = visitor.post(case, "confirm_options", option=wordings(options))
    assert Case.objects.get(pk=case.pk).status == CaseStatus.OPTIONS_AGREED
    assert notices(page) == [_("All action options are confirmed. Thank you.")]
    assert case.events.filter(kind=EventKind.OPTION_CONFIRMED).count() == 3
    assert OutboxMessage.objects.filter(kind="options_agreed").count() == 2


def test_confirming_all_takes_only_what_the_page_showed(
    world: World, case: Case, options: list[ActionOption], visitor: Visitor
) -> None:
    proposed(world, case, "Später dazugekommen")
    page = visitor.post(case, "confirm_options", option=wordings(options))
    assert states(case) == ["agreed"] * 3 + ["proposed"]
    assert len(notices(page)) == 1


def test_confirming_all_leaves_out_what_was_commented(
    case: Case, options: list[ActionOption], visitor: Visitor
) -> None:
    visitor.post(case, "comment_option", options[0].pk, text="Anders.", version=1)
    assert [o.pk for o in visitor.get(case).context["to_confirm"]] == [o.pk for o in options[1:]]


def test_confirming_all_confirms_none_when_one_has_changed(
    world: World, case: Case, options: list[ActionOption], visitor: Visitor
) -> None:
    rewrite(world, case, options[2])
    mails = OutboxMessage.objects.count()
    page = visitor.post(case, "confirm_options", option=wordings(options))
    assert notices(page) == [_(CHANGED)]
    assert states(case) == ["proposed"] * 3
    assert OutboxMessage.objects.count() == mails
    assert "Neue Fassung" in words(page)


def test_an_option_that_has_changed_is_not_confirmed_unread(
    world: World, case: Case, options: list[ActionOption], visitor: Visitor
) -> None:
    rewrite(world, case, options[0])
    page = visitor.post(case, "confirm_option", options[0].pk, version=1)
    assert notices(page) == [_(CHANGED)]
    assert states(case) == ["proposed"] * 3
    assert "Neue Fassung" in words(page)


def test_confirming_twice_says_that_it_is_done(
    case: Case, options: list[ActionOption], visitor: Visitor
) -> None:
    for data in ({"version": 1}, {"version": 1}):
        page = visitor.post(case, "confirm_option", options[0].pk, **data)
    assert notices(page) == [_("This is confirmed already.")]
    for _time in range(2):
        page = visitor.post(case, "confirm_options", option=wordings(options[1:]))
    assert notices(page) == [_("This is confirmed already.")]
    assert case.events.filter(kind=EventKind.OPTION_CONFIRMED).count() == 3


@pytest.mark.parametrize(
    "sent", [{}, {"version": "x"}, {"option": "1"}, {"option": "a:b"}, {"option": "99999999:1"}]
)
def test_nonsense_confirms_nothing(
    case: Case, options: list[ActionOption], visitor: Visitor, sent: dict[str, str]
) -> None:
    for name, args in (("confirm_option", [options[0].pk]), ("confirm_options", [])):
        page = visitor.post(case, name, *args, **sent)
        assert len(notices(page)) == 1
    assert states(case) == ["proposed"] * 3


def test_a_case_that_went_on_says_so(
    world: World, case: Case, options: list[ActionOption], visitor: Visitor
) -> None:
    workflow.end_assignment(case.assignments.get(advisor=world.lead), world.coordinator)
    page = visitor.post(case, "confirm_option", options[0].pk, version=1)
    assert notices(page) == [_("The case has been changed in the meantime.")]
    assert states(case) == ["proposed"] * 3


# --- Comment ------------------------------------------------------------------------------------


def test_a_comment_goes_to_the_advisors(case: Case, options: list[ActionOption], visitor: Visitor) -> None:
    page = visitor.post(
        case, "comment_option", options[1].pk, text="Bitte drei Sitze.\r\nMit Stimmrecht.", version=1
    )
    option = case.options.get(pk=options[1].pk)
    assert (option.status, option.comment) == (OptionStatus.COMMENTED, "Bitte drei Sitze.\nMit Stimmrecht.")
    assert OutboxMessage.objects.filter(kind="option_commented").count() == 1
    assert "Bitte drei Sitze." in words(page)


def test_an_option_can_be_confirmed_after_all(
    case: Case, options: list[ActionOption], visitor: Visitor
) -> None:
    visitor.post(case, "comment_option", options[0].pk, text="Anders.", version=1)
    page = visitor.get(case)
    assert _("Confirm as it is") in words(page)
    visitor.post(case, "confirm_option", options[0].pk, version=1)
    assert states(case) == ["agreed", "proposed", "proposed"]


def test_an_empty_comment_is_told_at_its_option(
    case: Case, options: list[ActionOption], visitor: Visitor
) -> None:
    page = visitor.post(case, "comment_option", options[1].pk, text="  ", version=1)
    body = page.content.decode()
    assert errors(page) == [_("Write what should be different.")]
    assert f'href="#comment_{options[1].pk}_text"' in body
    assert f'id="comment_{options[1].pk}_text"' in body
    assert body.count('<details class="app-disclosure" open>') == 1
    assert states(case) == ["proposed"] * 3


def test_a_comment_that_is_too_long_is_kept(
    case: Case, options: list[ActionOption], visitor: Visitor
) -> None:
    text = "lang " * 500
    page = visitor.post(case, "comment_option", options[1].pk, text=text, version=1)
    assert page.context["form"].has_error("text", "max_length")
    assert text in page.content.decode()


def test_a_comment_on_an_older_wording_is_kept_beside_the_new_one(
    world: World, case: Case, options: list[ActionOption], visitor: Visitor
) -> None:
    rewrite(world, case, options[0])
    page = visitor.post(case, "comment_option", options[0].pk, text="Bitte drei.", version=1)
    body = page.content.decode()
    assert errors(page) == [_(CHANGED)]
    assert "Neue Fassung" in body
    assert "Bitte drei.</textarea>" in body
    assert 'name="version" value="2"' in body
    again: Any = visitor.post(case, "comment_option", options[0].pk, text="Bitte drei.", version=2)
    assert errors_or_none(again) is None
    assert case.options.get(pk=options[0].pk).comment == "Bitte drei."


def errors_or_none(page: Any) -> list[str] | None:
    return errors(page) if page.context["form"] else None


def test_a_comment_on_an_option_that_is_gone_can_be_sent_as_a_message(
    world: World, case: Case, options: list[ActionOption], visitor: Visitor
) -> None:
    workflow.write_option(case, world.lead.user, fields=actors.option_fields(title="Weg"), option=options[0])
    page = visitor.post(case, "comment_option", options[0].pk, text="Bitte drei.", version=1)
    assert errors(page) == [_(CHANGED), _("Your text is kept below: you can send it as a message.")]
    assert page.context["message_form"].initial["body"] == "Bitte drei."
    assert "Bitte drei.</textarea>" in page.content.decode()


def test_a_comment_sent_twice_is_one_comment(
    case: Case, options: list[ActionOption], visitor: Visitor
) -> None:
    for _time in range(2):
        page = visitor.post(case, "comment_option", options[0].pk, text="Anders.", version=1)
    assert notices(page) == [_("Your advisors have this comment already.")]
    assert OutboxMessage.objects.filter(kind="option_commented").count() == 1


def test_the_address_of_a_comment_opens_its_form(
    case: Case, options: list[ActionOption], visitor: Visitor
) -> None:
    body = visitor.get(case, "comment_option", options[1].pk).content.decode()
    assert body.count('<details class="app-disclosure" open>') == 1
