"""What the case page shows, state by state."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.translation import gettext as _

from requests_app import workflow
from requests_app.access import Side
from requests_app.casepage import next_steps
from requests_app.casepage.next_steps import Standing
from requests_app.models import Audience, Case, CaseStatus, Resolution
from tests import actors
from tests.actors import World
from tests.casepage.pages import contact, proposed, url, words

S = CaseStatus


@pytest.mark.parametrize("status", list(CaseStatus))
def test_the_page_tells_the_state_in_plain_words(world: World, status: CaseStatus) -> None:
    case = world.case(status)
    text = words(contact(case).get(case))
    assert case.reference in text
    assert case.title in text
    assert status.public_label in text


@pytest.mark.parametrize(
    ("status", "offered"),
    [
        (S.SUBMITTED, {"message", "withdraw"}),
        (S.IN_REVIEW, {"message", "withdraw"}),
        (S.QUERY_OPEN, {"answer_query", "message", "withdraw"}),
        (S.MATCHING, {"message", "withdraw"}),
        (S.MATCHED, {"message", "withdraw"}),
        (S.IN_DIALOGUE, {"message", "withdraw"}),
        (S.OPTIONS_AGREED, {"message", "withdraw"}),
        (S.CLOSED, {"message"}),
        (S.DECLINED, {"message"}),
        (S.WITHDRAWN, {"message"}),
    ],
)
def test_the_page_offers_what_the_state_allows(world: World, status: CaseStatus, offered: set[str]) -> None:
    case = world.case(status)
    body = contact(case).get(case).content.decode()
    names = ("answer_query", "message", "withdraw", "confirm_options")
    assert {name for name in names if f'"{url(case, name)}"' in body} == offered


def test_an_open_question_stands_on_top_with_its_date(world: World) -> None:
    case = world.case(S.QUERY_OPEN)
    page = contact(case).get(case)
    text = words(page)
    assert text.index(_("This is what we need from you")) < text.index("Welche Vereine sind dabei?")
    assert next_steps.needed(case, 0)[0] in text
    assert _("Your answer") in text


@pytest.mark.parametrize("status", [s for s in CaseStatus if s != S.QUERY_OPEN])
def test_nothing_is_asked_for_where_nothing_is_needed(world: World, status: CaseStatus) -> None:
    case = world.case(status)
    actors.confirm_sessions(case)
    assert _("This is what we need from you") not in words(contact(case).get(case))


def test_options_wait_for_a_yes_with_two_ways_to_answer(world: World) -> None:
    case = world.case(S.IN_DIALOGUE)
    first, second = proposed(world, case, "Zwei Sitze", "Sitzungen am Abend")
    page = contact(case).get(case)
    body, text = page.content.decode(), words(page)
    assert _("This is what we need from you") in text
    for option in (first, second):
        assert option.title in text
        assert url(case, "confirm_option", option.pk) in body
        assert url(case, "comment_option", option.pk) in body
    assert f'value="{first.pk}:1"' in body
    assert f'value="{second.pk}:1"' in body


def test_a_single_option_needs_no_button_for_all(world: World) -> None:
    case = world.case(S.IN_DIALOGUE)
    proposed(world, case, "Zwei Sitze")
    assert url(case, "confirm_options") not in contact(case).get(case).content.decode()


def test_an_option_is_shown_in_full(world: World) -> None:
    case = world.case(S.OPTIONS_AGREED)
    option, text = case.options.get(), words(contact(case).get(case))
    for part in (
        option.title,
        option.description,
        option.first_step,
        option.responsible_unit,
        option.indicator,
    ):
        assert part in text
    for label in (option.get_goal_display(), option.get_horizon_display(), option.get_effort_display()):
        assert str(label) in text


def test_agreed_options_have_no_buttons(world: World) -> None:
    case = world.case(S.OPTIONS_AGREED)
    assert "/option/" not in contact(case).get(case).content.decode()


def test_an_option_that_is_rewritten_after_a_comment_is_told_of(world: World) -> None:
    case = world.case(S.IN_DIALOGUE)
    option = proposed(world, case, "Zwei Sitze")[0]
    workflow.comment_option(option, actors.contact_of(case), text="Bitte drei.", version=1)
    workflow.write_option(case, world.lead.user, fields=actors.option_fields(title="GEHEIM"), option=option)
    text = words(contact(case).get(case))
    assert "GEHEIM" not in text
    assert next_steps.next_step(case, Standing(revised=True)) in text


def test_a_session_is_shown_with_its_shared_minutes(world: World) -> None:
    case = world.case(S.IN_DIALOGUE)
    session = case.sessions.get()
    text = words(contact(case).get(case))
    for part in ("Ziele geklärt.", "10:00", "11:30", "Amara Okafor", str(session.get_mode_display())):
        assert part in text


# --- Advisors -----------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [S.SUBMITTED, S.IN_REVIEW, S.QUERY_OPEN, S.MATCHING, S.DECLINED])
def test_before_acceptance_no_advisor_is_named(world: World, status: CaseStatus) -> None:
    case = world.case(status)
    text = words(contact(case).get(case))
    assert "Okafor" not in text
    assert "Carvajal" not in text


def test_an_advisor_is_shown_as_soon_as_she_has_accepted_and_nobody_else(world: World) -> None:
    world.lead.formats = ["moderation"]
    world.lead.save()
    case = world.case(S.MATCHED)
    text = words(contact(case).get(case))
    for part in ("Amara Okafor", "Köln", _("Moderation"), _("Lead")):
        assert part in text
    assert "Carvajal" not in text


def test_who_advises_no_longer_is_not_shown_as_advising(world: World) -> None:
    case = world.case(S.MATCHED)
    workflow.end_assignment(case.assignments.get(advisor=world.lead), world.coordinator)
    page = contact(case).get(case)
    assert page.context["advising"] == []
    assert next_steps.next_step(Case.objects.get(pk=case.pk), Standing(released=True)) in words(page)


def test_before_acceptance_a_message_can_only_go_to_the_coordination(world: World) -> None:
    case = world.case(S.MATCHING)
    form = contact(case).get(case).context["message_form"]
    assert [value for value, _label in form.fields["audience"].choices] == ["municipality"]


def test_after_acceptance_a_message_goes_to_everyone_first(world: World) -> None:
    case = world.case(S.MATCHED)
    form = contact(case).get(case).context["message_form"]
    assert [value for value, _label in form.fields["audience"].choices] == ["everyone", "municipality"]
    assert form.initial["audience"] == "everyone"


# --- What happens next ---------------------------------------------------------------------------


def test_a_date_that_has_passed_is_not_promised(world: World) -> None:
    for status in (S.SUBMITTED, S.IN_REVIEW, S.MATCHING, S.MATCHED):
        case = world.case(status)
        before = next_steps.next_step(case, Standing())
        case.due_on = timezone.localdate() - timedelta(days=1)
        after = next_steps.next_step(case, Standing())
        assert after != before
        assert str(timezone.localdate().year) not in after


def test_every_state_says_what_happens_next(world: World) -> None:
    sentences = [next_steps.next_step(world.case(status), Standing()) for status in CaseStatus]
    assert all(sentences)
    assert len(set(sentences)) == len(CaseStatus) - 1  # received and in review read alike


@pytest.mark.parametrize("resolution", list(Resolution))
def test_every_end_is_told_in_a_sentence(resolution: Resolution) -> None:
    assert next_steps.how_it_ended(Case(status=S.CLOSED, resolution=resolution)) != ""


def test_a_talk_that_was_enough_is_a_good_end(world: World) -> None:
    case = world.case(S.IN_DIALOGUE)
    workflow.close(case, world.coordinator, resolution=Resolution.INITIAL_TALK_SUFFICIENT)
    assert _("The talk was enough: you can carry on with what was discussed.") in words(
        contact(case).get(case)
    )


@pytest.mark.parametrize(
    ("status", "states"),
    [
        (S.SUBMITTED, ["done", "later", "later"]),
        (S.QUERY_OPEN, ["done", "open", "later", "later"]),
        (S.MATCHED, ["done", "waiting", "later"]),
        (S.IN_DIALOGUE, ["done", "done", "open", "later"]),
        (S.OPTIONS_AGREED, ["done", "done", "open", "done"]),
        (S.CLOSED, []),
    ],
)
def test_the_steps_show_how_far_the_case_is(world: World, status: CaseStatus, states: list[str]) -> None:
    case = world.case(status)
    assert [task.state for task in contact(case).get(case).context["tasks"]] == states


def test_the_step_of_the_options_counts_the_open_ones(world: World) -> None:
    case = world.case(S.IN_DIALOGUE)
    first, _second = proposed(world, case, "Eins", "Zwei")
    visitor = contact(case)
    assert visitor.get(case).context["tasks"][-1].status == _("%(count)s open") % {"count": 2}
    workflow.confirm_option(first, visitor.user, version=1)
    workflow.comment_option(_second, visitor.user, text="Anders.", version=1)
    assert visitor.get(case).context["tasks"][-1].state == "waiting"


# --- What was written -----------------------------------------------------------------------------


def test_the_request_is_shown_as_it_was_sent(world: World) -> None:
    case = world.case(period="Ratssitzung am 14. April", access_needs="Stufenloser Raum")
    text = words(contact(case).get(case))
    for part in (case.situation, case.unit, "Hattingen", "Katrin Wellmann", "0221 4710-101",
                 "Ratssitzung am 14. April", "Stufenloser Raum"):  # fmt: skip
        assert part in text


def test_messages_say_who_wrote_them_and_whom_they_go_to(world: World) -> None:
    case = world.case(S.MATCHED)
    visitor = contact(case)
    workflow.write_message(
        case, world.lead.user, Side.ADVISOR, text="Passt der 3. Dezember?", audience=Audience.EVERYONE
    )
    workflow.write_message(
        case, visitor.user, Side.MUNICIPALITY, text="Ja.", audience=Audience.EVERYONE, form_key=uuid.uuid4()
    )
    page = visitor.get(case)
    text, body = words(page), page.content.decode()
    assert "Passt der 3. Dezember?" in text
    assert body.count("data-own") == 1
    recipients = " ".join([_("municipality"), _(" and ").strip(), _("coordination")])
    assert _("Goes to: %(recipients)s") % {"recipients": recipients} in text


def test_markup_in_texts_comes_out_as_it_was_typed(world: World) -> None:
    evil = "<script>alert(1)</script><b>fett</b> {{ 7|add:7 }} & \"'"
    case = world.case(S.IN_DIALOGUE, title=evil, situation=evil)
    proposed(world, case, evil)
    visitor = contact(case)
    fields = actors.session_fields(shared_minutes=evil)
    workflow.log_session(case, world.lead.user, fields=fields, advisors=[world.lead], form_key=uuid.uuid4())
    workflow.write_message(case, world.lead.user, Side.ADVISOR, text=evil, audience=Audience.EVERYONE)
    page = visitor.get(case)
    body = page.content.decode()
    assert "<script>alert" not in body
    assert "<b>fett" not in body
    assert words(page).count(evil) >= 6
    assert evil in words(visitor.get(None, "list"))
    assert evil in words(visitor.get(case, "withdraw"))


def test_the_page_names_the_coordination(world: World) -> None:
    case = world.case()
    page = contact(case).get(case)
    portal = page.context["portal"]
    assert portal.contact_name in words(page)
    assert f"mailto:{portal.contact_email}" in page.content.decode()
