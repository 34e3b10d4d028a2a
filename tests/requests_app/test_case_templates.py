"""The templates that the faces share: each shows a side what is meant for it."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from requests_app import access, session_record, workflow
from requests_app.access import Side
from requests_app.models import AssignmentRole, Audience, Case, CaseStatus, DialogueSession, Message
from requests_app.templatetags import cases as tags
from tests import actors
from tests.actors import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def written(world: World, case: Case, side: Side, audience: Audience, text: str = "Text") -> Message:
    authors = {
        Side.MUNICIPALITY: actors.contact_of(case),
        Side.ADVISOR: world.lead.user,
        Side.COORDINATOR: world.coordinator,
    }
    return workflow.write_message(case, authors[side], side, text=text, audience=audience)


@pytest.mark.parametrize(
    ("side", "audience", "recipients"),
    [
        (Side.MUNICIPALITY, Audience.MUNICIPALITY, ["coordination"]),
        (Side.MUNICIPALITY, Audience.EVERYONE, ["advisors", "coordination"]),
        (Side.ADVISOR, Audience.EVERYONE, ["municipality", "coordination"]),
        (Side.ADVISOR, Audience.ADVISORS, ["coordination", "other advisors"]),
        (Side.COORDINATOR, Audience.MUNICIPALITY, ["municipality"]),
        (Side.COORDINATOR, Audience.ADVISORS, ["advisors"]),
        (Side.COORDINATOR, Audience.EVERYONE, ["municipality", "advisors"]),
    ],
)
def test_a_message_says_whom_it_goes_to(
    world: World, side: Side, audience: Audience, recipients: list[str]
) -> None:
    message = written(world, world.case(CaseStatus.MATCHED), side, audience)
    assert tags.recipients(message) == _(" and ").join(_(each) for each in recipients)


def test_the_thread_marks_ones_own_side_and_ones_own_words(world: World) -> None:
    case = world.case(CaseStatus.MATCHED)
    written(world, case, Side.MUNICIPALITY, Audience.EVERYONE)
    written(world, case, Side.COORDINATOR, Audience.EVERYONE)
    colleague = actors.coordinator("Mira Colleague")
    context = {
        "messages": access.messages_for(case, Side.COORDINATOR),
        "side": "coordinator",
        "user": colleague,
    }
    page = render_to_string("components/case/messages.html", context)
    assert page.count("data-own") == 1
    assert "Lena Brandt" in page
    assert f"<strong>{_('You')}</strong>" not in page
    page = render_to_string("components/case/messages.html", context | {"user": world.coordinator})
    assert f"<strong>{_('You')}</strong>" in page
    assert "Lena Brandt" not in page


def test_private_notes_show_to_their_author_alone(world: World) -> None:
    case = world.case(CaseStatus.IN_DIALOGUE)
    shown = {}
    for name, reader in (("nobody", None), ("other", world.co.user), ("own", world.lead.user)):
        context = {"records": session_record.records(case, reader)}
        shown[name] = "Leise Skepsis im Amt." in render_to_string("components/case/sessions.html", context)
    assert shown == {"nobody": False, "other": False, "own": True}


def test_a_session_names_the_groups_that_took_part() -> None:
    session = DialogueSession(participants_administration=3, participants_associations=1)
    assert tags.participant_groups(session) == [
        _("%(count)s from the administration") % {"count": 3},
        _("%(count)s from associations") % {"count": 1},
    ]


@pytest.mark.parametrize(
    ("minutes", "numbers"), [(1, [1]), (90, [90]), (119, [119]), (120, [2]), (150, [2, 30])]
)
def test_the_length_of_a_session_is_told_in_words(minutes: int, numbers: list[int]) -> None:
    text = tags.session_length(DialogueSession(minutes=minutes))
    assert [int(word) for word in text.split() if word.isdigit()] == numbers


def test_the_municipality_reads_its_own_words_for_an_option(world: World) -> None:
    option = actors.propose_option(world, world.case(CaseStatus.IN_DIALOGUE))
    assert tags.option_badge(option, "municipality")["label"] == _("Not confirmed yet")
    assert tags.option_badge(option, "coordinator")["label"] == option.get_status_display()


def test_a_comment_on_an_earlier_wording_is_told_apart(world: World) -> None:
    case = world.case(CaseStatus.IN_DIALOGUE)
    option = actors.propose_option(world, case)
    workflow.comment_option(option, actors.contact_of(case), text="Bitte drei.", version=1)
    earlier = _("Comment of the municipality on an earlier wording")
    assert earlier not in render_to_string("components/case/options.html", {"options": case.options.all()})
    workflow.write_option(case, world.lead.user, fields=actors.option_fields(title="Drei"), option=option)
    page = render_to_string("components/case/options.html", {"options": case.options.all()})
    assert earlier in page
    assert "Bitte drei." in page


def test_the_answers_keep_line_breaks_and_escape_markup(world: World) -> None:
    case = world.case(situation="<b>Erste Zeile</b>\nZweite Zeile")
    page = render_to_string("components/case/request_answers.html", {"case": case, "with_contact": True})
    assert "&lt;b&gt;Erste Zeile&lt;/b&gt;<br>Zweite Zeile" in page
    assert "Katrin Wellmann" in page
    assert world.offers(AssignmentRole.LEAD)[0].advisor.name not in page
