"""The library of action options: what comes with the portal, and what the municipality lets in."""

from __future__ import annotations

import pytest

from advisors.models import Topic
from miglobe.mail.models import OutboxMessage
from requests_app import library_file, library_names, workflow
from requests_app.models import ActionOption, Case, CaseStatus, EventKind, LibraryOption, LibraryRequest
from requests_app.workflow import InvalidTransition
from tests import actors
from tests.actors import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(db: None) -> Case:
    return World().case(CaseStatus.OPTIONS_AGREED)


@pytest.fixture
def option(case: Case) -> ActionOption:
    return case.options.get()


def asked(option: ActionOption) -> LibraryRequest:
    return workflow.ask_for_library(option, actors.coordinator(), wording=library_names.draft(option))


# --- What comes with the portal ------------------------------------------------------------------


def test_thirty_reviewed_options_come_with_the_portal() -> None:
    entries = LibraryOption.objects.exclude(key="")
    assert (entries.count(), entries.filter(is_active=True).count()) == (30, 30)
    entry = entries.get(key="SO01")
    assert (entry.goal, entry.effort, entry.horizon) == ("participation", "low", "short")
    assert entry.partners == "migrantische Vereine, Integrationsrat"
    assert sorted(topic.key for topic in entry.topics.all()) == ["committees", "fair_trade"]


def test_loading_again_adds_what_is_missing_and_changes_nothing_else() -> None:
    LibraryOption.objects.filter(key="SO01").update(title="Von der Koordination geändert", is_active=False)
    LibraryOption.objects.get(key="SO02").delete()
    assert library_file.load(LibraryOption, Topic) == 1
    assert library_file.load(LibraryOption, Topic) == 0
    kept = LibraryOption.objects.get(key="SO01")
    assert (kept.title, kept.is_active) == ("Von der Koordination geändert", False)
    assert LibraryOption.objects.filter(key="SO02").count() == 1


def test_a_topic_that_is_gone_is_left_out() -> None:
    LibraryOption.objects.get(key="SO01").delete()
    Topic.objects.filter(key="committees").delete()
    library_file.load(LibraryOption, Topic)
    assert [t.key for t in LibraryOption.objects.get(key="SO01").topics.all()] == ["fair_trade"]


# --- The wording ---------------------------------------------------------------------------------


def test_a_first_wording_has_gaps_for_names_and_any_unit(case: Case, option: ActionOption) -> None:
    ActionOption.objects.filter(pk=option.pk).update(
        title="Zwei Sitze in Hattingen",
        description="Frau Wellmann und Amara Okafor laden die Hattinger Vereine ein.",
        partners="Verein, erreichbar unter verein@example.org",
    )
    wording = library_names.draft(ActionOption.objects.get(pk=option.pk))
    assert wording["title"] == "Zwei Sitze in […]"
    assert wording["description"] == "Frau […] und […] laden die […] Vereine ein."
    assert wording["partners"] == "Verein, erreichbar unter […]"
    assert wording["responsible_unit"] != "Fachbereich Soziales"
    assert "due_on" not in wording


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("title", "Sitze für Hattinger Vereine", "Hattinger"),
        ("description", "Frau Wellmann lädt ein.", "Wellmann"),
        ("partners", "Amara Okafor", "Amara Okafor"),
        ("first_step", "Anrufen: 02324 204-0", "02324 204-0"),
        ("indicator", "Zahl der […]", "[…]"),
    ],
)
def test_a_wording_that_names_somebody_is_refused_and_says_whom(
    field: str, text: str, said: str, option: ActionOption
) -> None:
    wording = library_names.draft(option) | {field: text}
    with pytest.raises(InvalidTransition, match=said.replace("[", r"\[").replace("]", r"\]")):
        workflow.ask_for_library(option, actors.coordinator(), wording=wording)
    assert LibraryRequest.objects.count() == 0


# --- Asked, answered, taken in -------------------------------------------------------------------


def test_the_municipality_is_asked_once_with_the_wording(case: Case, option: ActionOption) -> None:
    asked(option)
    mail = OutboxMessage.objects.get(kind="library_asked")
    assert mail.to == [actors.contact_of(case).email]
    assert option.description in mail.body
    with pytest.raises(InvalidTransition):
        asked(option)
    assert OutboxMessage.objects.filter(kind="library_asked").count() == 1


def test_what_is_taken_in_is_word_for_word_what_the_municipality_read(
    case: Case, option: ActionOption
) -> None:
    wording = library_names.draft(option) | {"title": "Feste Sitze", "responsible_unit": "Gremienbüro"}
    person = actors.coordinator()
    request = workflow.ask_for_library(option, person, wording=wording)
    workflow.answer_for_library(request, actors.contact_of(case), granted=True)
    assert [m.to for m in OutboxMessage.objects.filter(kind="library_answered")] == [[person.email]]
    entry = workflow.take_into_library(request, person)
    stored = LibraryOption.objects.get(pk=entry.pk)
    assert {name: getattr(stored, name) for name in wording} == wording
    assert (stored.key, stored.is_active, stored.changed_by) == ("", True, person)
    assert list(stored.topics.all()) == list(case.topics.all())
    assert case.events.filter(kind=EventKind.LIBRARY_TAKEN).count() == 1
    with pytest.raises(InvalidTransition):
        workflow.take_into_library(request, person)


@pytest.mark.parametrize("answer", [None, False])
def test_nothing_is_taken_in_without_a_yes(answer: bool | None, case: Case, option: ActionOption) -> None:
    request = asked(option)
    if answer is not None:
        workflow.answer_for_library(request, actors.contact_of(case), granted=answer)
    before = LibraryOption.objects.count()
    with pytest.raises(InvalidTransition):
        workflow.take_into_library(request, actors.coordinator())
    assert LibraryOption.objects.count() == before


def test_an_answer_is_given_once_also_after_the_case_is_closed(case: Case, option: ActionOption) -> None:
    request = asked(option)
    workflow.close(case, actors.coordinator(), resolution="options_agreed")
    workflow.answer_for_library(request, actors.contact_of(case), granted=False)
    with pytest.raises(InvalidTransition):
        workflow.answer_for_library(request, actors.contact_of(case), granted=True)
    request.refresh_from_db()
    assert request.is_granted is False


def test_the_answer_reaches_the_whole_coordination_when_the_asker_has_left(
    case: Case, option: ActionOption
) -> None:
    person, colleague = actors.coordinator("Lena Brandt"), actors.coordinator("Timo Adler")
    request = workflow.ask_for_library(option, person, wording=library_names.draft(option))
    person.set_roles([])
    workflow.answer_for_library(request, actors.contact_of(case), granted=True)
    to = [address for m in OutboxMessage.objects.filter(kind="library_answered") for address in m.to]
    assert colleague.email in to
    assert person.email not in to


def test_a_wording_that_was_redacted_since_is_not_taken_in(case: Case, option: ActionOption) -> None:
    request = asked(option)
    workflow.answer_for_library(request, actors.contact_of(case), granted=True)
    workflow.redact(case, actors.coordinator(), passage="Stimmrecht", reason="Auf Wunsch")
    with pytest.raises(InvalidTransition):
        workflow.take_into_library(request, actors.coordinator())


def test_only_an_agreed_option_can_go_in() -> None:
    world = World()
    option = actors.propose_option(world, world.case(CaseStatus.IN_DIALOGUE))
    with pytest.raises(InvalidTransition):
        asked(option)
