"""What the municipality words itself: a remark with its yes, an option anew, its answer on the library."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils.translation import gettext as _

from miglobe.mail.models import OutboxMessage
from requests_app import library_names, message_drafts, workflow
from requests_app.models import ActionOption, Case, CaseStatus, OptionStatus
from tests import actors
from tests.actors import World
from tests.casepage.pages import Visitor, contact, errors, notices, proposed, url, words


@pytest.fixture
def case(world: World) -> Case:
    return world.case(CaseStatus.IN_DIALOGUE)


@pytest.fixture
def option(world: World, case: Case) -> ActionOption:
    return proposed(world, case, "Zwei Sitze", "Noch eine")[0]


@pytest.fixture
def visitor(case: Case) -> Visitor:
    return contact(case)


def typed(**changes: Any) -> dict[str, Any]:
    return actors.option_fields(title="Zwei Sitze", version=1) | changes


def test_a_remark_goes_along_with_the_yes(case: Case, option: ActionOption, visitor: Visitor) -> None:
    visitor.post(case, "confirm_option", option.pk, version=1, text="Gern ab März.")
    option.refresh_from_db()
    assert (option.status, option.comment) == (OptionStatus.AGREED, "Gern ab März.")
    assert "Gern ab März." in words(visitor.get(case))
    assert OutboxMessage.objects.filter(kind="option_confirmed").count() == 1


def test_a_yes_whose_remark_is_too_long_is_not_taken(
    case: Case, option: ActionOption, visitor: Visitor
) -> None:
    page = visitor.post(case, "confirm_option", option.pk, version=1, text="x" * 2001)
    option.refresh_from_db()
    assert option.status == OptionStatus.PROPOSED
    assert page.context["options"][0].comment_form["text"].value() == "x" * 2001
    assert list(page.context["form"].errors) == ["text"]


def test_a_remark_on_a_wording_that_has_changed_since_is_kept(
    world: World, case: Case, option: ActionOption, visitor: Visitor
) -> None:
    workflow.write_option(case, world.lead.user, fields={"title": "Neue Fassung"}, option=option)
    workflow.propose_options(case, world.lead.user)
    page = visitor.post(case, "confirm_option", option.pk, version=1, text="Gern ab März.")
    assert errors(page) == [_("The option has been changed in the meantime. Please read it again.")]
    [row] = [row for row in page.context["options"] if row.option.pk == option.pk]
    assert (row.comment_open, row.comment_form["text"].value()) == (True, "Gern ab März.")
    assert case.options.get(pk=option.pk).comment == ""


def test_a_remark_on_what_a_colleague_has_confirmed_meanwhile_is_kept_as_a_message(
    case: Case, option: ActionOption, visitor: Visitor
) -> None:
    workflow.confirm_option(option, actors.colleague(case).user, version=1)
    page = visitor.post(case, "confirm_option", option.pk, version=1, text="Gern ab März.")
    assert page.context["message_form"]["body"].value() == "Gern ab März."
    assert errors(page)[0] == _("This option is agreed and stays as it is.")


def test_a_remark_that_comes_too_late_stands_above_a_message_that_was_begun(
    case: Case, option: ActionOption, visitor: Visitor
) -> None:
    message_drafts.keep(case, visitor.user, body="Noch eine Frage:")
    workflow.confirm_option(option, actors.colleague(case).user, version=1)
    page = visitor.post(case, "confirm_option", option.pk, version=1, text="Gern ab März.")
    assert page.context["message_form"]["body"].value() == "Gern ab März.\n\nNoch eine Frage:"


def test_a_yes_with_a_remark_pressed_twice_is_one(case: Case, option: ActionOption, visitor: Visitor) -> None:
    for _time in range(2):
        page = visitor.post(case, "confirm_option", option.pk, version=1, text="Gern\r\nab März.")
    assert notices(page) == [_("This is confirmed already.")]
    assert OutboxMessage.objects.filter(kind="option_confirmed").count() == 1


def test_the_form_of_a_change_begins_with_what_was_put(
    case: Case, option: ActionOption, visitor: Visitor
) -> None:
    form = visitor.get(case, "change_option", option.pk).context["form"]
    assert (form["title"].value(), form["version"].value()) == ("Zwei Sitze", 1)


def test_a_change_goes_to_the_advisors_and_says_so(
    case: Case, option: ActionOption, visitor: Visitor
) -> None:
    page = visitor.post(case, "change_option", option.pk, **typed(title="Drei Sitze"))
    option.refresh_from_db()
    assert (option.status, option.title) == (OptionStatus.CHANGED, "Drei Sitze")
    assert len(notices(page)) == 1
    assert OutboxMessage.objects.filter(kind="option_changed").count() == 1
    assert OptionStatus.CHANGED in [row.option.status for row in page.context["options"]]
    assert [o.title for o in page.context["to_confirm"]] == []


def test_a_change_sent_twice_is_one(case: Case, option: ActionOption, visitor: Visitor) -> None:
    for _time in range(2):
        page = visitor.post(case, "change_option", option.pk, **typed(title="Drei Sitze"))
    assert len(notices(page)) == 1
    assert OutboxMessage.objects.filter(kind="option_changed").count() == 1


def test_a_change_of_nothing_leads_to_the_yes(case: Case, option: ActionOption, visitor: Visitor) -> None:
    page = visitor.post(case, "change_option", option.pk, **typed())
    assert len(errors(page)) == 1
    option.refresh_from_db()
    assert option.status == OptionStatus.PROPOSED


def test_a_wording_of_the_advisors_in_between_is_told_and_the_text_kept(
    world: World, case: Case, option: ActionOption, visitor: Visitor
) -> None:
    fields = actors.option_fields(title="Neue Fassung")
    workflow.write_option(case, world.lead.user, fields=fields, option=option)
    workflow.propose_options(case, world.lead.user)
    page = visitor.post(case, "change_option", option.pk, **typed(title="Drei Sitze"))
    assert len(errors(page)) == 1
    assert page.context["form"]["title"].value() == "Drei Sitze"
    assert case.options.get(pk=option.pk).title == "Neue Fassung"


@pytest.mark.parametrize("standing", ["draft", "agreed"])
def test_only_what_lies_before_the_municipality_can_be_changed(
    standing: str, world: World, case: Case, option: ActionOption, visitor: Visitor
) -> None:
    if standing == "draft":
        workflow.write_option(case, world.lead.user, fields={"title": "Entwurf"}, option=option)
    else:
        workflow.confirm_option(option, visitor.user, version=1)
    page = visitor.get(case, "change_option", option.pk)
    assert page.redirect_chain == [(url(case), 302)]
    answer = visitor.post(case, "change_option", option.pk, **typed(title="Drei Sitze"))
    assert case.options.get(pk=option.pk).title != "Drei Sitze"
    # What was typed while somebody else was quicker is not lost.
    assert answer.context["form"]["title"].value() == "Drei Sitze"
    kept = _("Your text stands below. Copy what you need into a message to your advisors.")
    assert errors(answer)[1:] == [kept]


def test_a_draft_is_never_shown_by_the_form_of_a_change(
    world: World, case: Case, option: ActionOption, visitor: Visitor
) -> None:
    workflow.write_option(case, world.lead.user, fields={"title": "Geheimer Entwurf"}, option=option)
    assert "Geheimer Entwurf" not in words(visitor.get(case, "change_option", option.pk))


# --- The library ---------------------------------------------------------------------------------


@pytest.fixture
def agreed(world: World) -> ActionOption:
    return world.case(CaseStatus.OPTIONS_AGREED).options.select_related("case").get()


@pytest.mark.parametrize(("answer", "granted"), [("yes", True), ("no", False)])
def test_one_button_answers_the_question_of_the_library(
    answer: str, granted: bool, world: World, agreed: ActionOption
) -> None:
    case, wording = agreed.case, library_names.draft(agreed)
    request = workflow.ask_for_library(agreed, world.coordinator, wording=wording)
    visitor = contact(case)
    assert visitor.get(case).context["library_questions"] == [request]
    page = visitor.post(case, "answer_for_library", request.pk, answer=answer)
    request.refresh_from_db()
    assert (request.is_granted, request.answered_by) == (granted, visitor.user)
    assert page.context["library_questions"] == []
    again = visitor.post(case, "answer_for_library", request.pk, answer="no")
    assert len(notices(again)) == 1
    request.refresh_from_db()
    assert request.is_granted is granted


@pytest.mark.parametrize("answer", ["", "vielleicht"])
def test_nonsense_answers_nothing(answer: str, world: World, agreed: ActionOption) -> None:
    request = workflow.ask_for_library(agreed, world.coordinator, wording=library_names.draft(agreed))
    contact(agreed.case).post(agreed.case, "answer_for_library", request.pk, answer=answer)
    request.refresh_from_db()
    assert request.is_granted is None
