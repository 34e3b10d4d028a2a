"""What the municipality does about the record of a session: it confirms it, or says what was different."""

from __future__ import annotations

import pytest
from django.utils.translation import gettext as _

from miglobe.mail.models import OutboxMessage
from requests_app import workflow
from requests_app.models import Case, CaseStatus, DialogueSession, EventKind
from tests import actors
from tests.actors import World
from tests.casepage.pages import Visitor, contact, errors, notices, url, words


@pytest.fixture
def case(world: World) -> Case:
    return world.case(CaseStatus.IN_DIALOGUE)


@pytest.fixture
def session(case: Case) -> DialogueSession:
    return case.sessions.get()


@pytest.fixture
def visitor(case: Case) -> Visitor:
    return contact(case)


def correct(world: World, session: DialogueSession, **changes: object) -> None:
    """The advisor corrects the record while the municipality reads it."""
    workflow.correct_session(
        session, world.lead.user, fields=actors.session_fields(**changes), advisors=[world.lead]
    )


def test_the_page_asks_to_confirm_and_one_press_does(
    case: Case, session: DialogueSession, visitor: Visitor
) -> None:
    page = visitor.get(case)
    assert _("This is what we need from you") in words(page)
    assert url(case, "confirm_session", session.pk) in page.content.decode()
    answer = visitor.client.post(url(case, "confirm_session", session.pk), {"version": 1})
    assert answer["Location"] == f"{url(case)}#session-{session.pk}"
    session.refresh_from_db()
    assert session.confirmed_by == visitor.user
    page = visitor.get(case)
    assert _("This is what we need from you") not in words(page)
    assert "Katrin Wellmann" in words(page).partition(_("Confirmed"))[2]
    assert url(case, "confirm_session", session.pk) not in page.content.decode()


def test_confirming_twice_is_one_yes(case: Case, session: DialogueSession, visitor: Visitor) -> None:
    visitor.post(case, "confirm_session", session.pk, version=1)
    page = visitor.post(case, "confirm_session", session.pk, version=1)
    assert notices(page) == [_("This session has been confirmed already.")]
    assert case.events.filter(kind=EventKind.SESSION_CONFIRMED).count() == 1


def test_a_record_that_was_corrected_is_not_confirmed_unread(
    world: World, case: Case, session: DialogueSession, visitor: Visitor
) -> None:
    correct(world, session, minutes=120)
    page = visitor.post(case, "confirm_session", session.pk, version=1)
    assert notices(page) == [_("The record has been corrected in the meantime. Please read it again.")]
    assert case.sessions.get().confirmed_at is None


@pytest.mark.parametrize("data", [{}, {"version": "x"}])
def test_nonsense_confirms_nothing(
    data: dict[str, str], case: Case, session: DialogueSession, visitor: Visitor
) -> None:
    assert len(notices(visitor.post(case, "confirm_session", session.pk, **data))) == 1
    assert case.sessions.get().confirmed_at is None


def test_saying_what_was_different_reaches_the_advisors(
    case: Case, session: DialogueSession, visitor: Visitor
) -> None:
    for _time in range(2):
        page = visitor.post(case, "question_session", session.pk, version=1, text="Es waren 60 Minuten.")
    assert notices(page) == [_("Your advisors have this already.")]
    assert "Es waren 60 Minuten." in words(page)
    assert OutboxMessage.objects.filter(kind="session_questioned").count() == 1
    # A yes takes it back.
    visitor.post(case, "confirm_session", session.pk, version=1)
    session.refresh_from_db()
    assert (session.objection, session.confirmed_by) == ("", visitor.user)


def test_a_session_that_was_different_is_no_finished_step(
    case: Case, session: DialogueSession, visitor: Visitor
) -> None:
    visitor.post(case, "question_session", session.pk, text="Wir waren zu fünft.", version=1)
    steps = {task.label: task.status for task in visitor.get(case).context["tasks"]}
    assert steps[_("Confirm the sessions")] == _("With your advisors")


def test_an_empty_objection_is_told_where_it_belongs(
    case: Case, session: DialogueSession, visitor: Visitor
) -> None:
    page = visitor.post(case, "question_session", session.pk, version=1, text="")
    assert errors(page) == [_("Write what was different.")]
    assert page.context["session_rows"][0].form_open
    assert case.sessions.get().objection == ""


def test_an_objection_to_a_record_that_was_confirmed_meanwhile_is_kept_as_a_message(
    case: Case, session: DialogueSession, visitor: Visitor
) -> None:
    other = actors.colleague(case).user
    workflow.confirm_session(session, other, version=1)
    page = visitor.post(case, "question_session", session.pk, version=1, text="Es waren 60 Minuten.")
    assert errors(page)[0] == _("This session has been confirmed already.")
    assert page.context["message_form"]["body"].value() == "Es waren 60 Minuten."


def test_an_objection_to_an_older_record_is_kept_to_be_sent_again(
    world: World, case: Case, session: DialogueSession, visitor: Visitor
) -> None:
    correct(world, session, minutes=60)
    page = visitor.post(case, "question_session", session.pk, version=1, text="Es waren 60 Minuten.")
    assert errors(page) == [_("The record has been corrected in the meantime. Please read it again.")]
    assert page.context["session_rows"][0].form["text"].value() == "Es waren 60 Minuten."


def test_a_session_can_be_confirmed_after_the_case_was_closed(world: World) -> None:
    case = world.case(CaseStatus.CLOSED)
    session = case.sessions.get()
    visitor = contact(case)
    assert _("This is what we need from you") in words(visitor.get(case))
    visitor.post(case, "confirm_session", session.pk, version=1)
    assert case.sessions.get().confirmed_by == visitor.user


def test_sessions_of_other_cases_are_not_found(world: World, case: Case, visitor: Visitor) -> None:
    other = world.walk(CaseStatus.IN_DIALOGUE)
    for name in ("confirm_session", "question_session"):
        answer = visitor.post(case, name, other.sessions.get().pk, version=1, text="Anders.")
        assert answer.status_code == 404
    assert other.sessions.filter(confirmed_at=None, objection="").count() == 1


def test_private_notes_and_private_additions_are_on_no_page(
    world: World, case: Case, session: DialogueSession, visitor: Visitor
) -> None:
    workflow.accept_offer(world.offer_of(case, world.co), world.co.user)
    session.advisors.add(world.co)
    workflow.add_to_session(session, world.co.user, shared_minutes="Gemeinsam.", private_notes="Geheim.")
    text = words(visitor.get(case))
    assert ["Gemeinsam." in text, "Geheim." in text, "Leise Skepsis" in text] == [True, False, False]
    assert world.co.name in text
