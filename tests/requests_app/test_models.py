"""The database itself refuses what no case may be."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from requests_app import register
from requests_app.models import Case, CaseStatus, Event, Municipality, OptionStatus
from tests import actors
from tests.actors import World

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "lost"},
        {"status": "closed", "resolution": ""},
        {"status": "closed", "resolution": "withdrawn", "closed_at": "now"},
        {"status": "declined", "resolution": "options_agreed", "closed_at": "now"},
        {"status": "closed", "resolution": "referred"},
        {"resolution": "referred"},
        {"closed_at": "now"},
        {"status": "query_open"},
        {"paused_on": "today"},
        {"reference": "taken"},
        {"submission_key": "taken"},
    ],
)
def test_a_case_that_contradicts_itself_is_refused(changes: dict[str, Any]) -> None:
    other, case = actors.submitted(), actors.submitted()
    words = {
        "now": timezone.now(),
        "today": timezone.localdate(),
        "taken": other.reference if "reference" in changes else other.submission_key,
    }
    for name, value in changes.items():
        setattr(case, name, words.get(value, value))
    with pytest.raises(IntegrityError), transaction.atomic():
        case.save()


def test_a_broken_constraint_is_said_in_a_sentence() -> None:
    case = actors.submitted()
    case.status = CaseStatus.CLOSED
    with pytest.raises(ValidationError) as error:
        case.validate_constraints()
    assert any("exactly when it has ended" in str(m) or "genau dann" in str(m) for m in error.value.messages)


def test_an_advisor_has_one_live_assignment_in_a_case() -> None:
    world = World()
    case = world.case(CaseStatus.MATCHING)
    assignment = case.assignments.first()
    assert assignment is not None
    assignment.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        assignment.save()


def test_an_option_is_agreed_exactly_when_it_was_confirmed() -> None:
    world = World()
    case = world.case(CaseStatus.IN_DIALOGUE)
    option = actors.propose_option(world, case)
    option.status = OptionStatus.AGREED
    with pytest.raises(IntegrityError), transaction.atomic():
        option.save()


def test_events_are_neither_changed_nor_deleted_nor_left_without_their_actor() -> None:
    world = World()
    event = world.case(CaseStatus.IN_REVIEW).events.get(kind="review_started")
    with pytest.raises(TypeError):
        event.save()
    with pytest.raises(TypeError):
        event.delete()
    with pytest.raises(ProtectedError):
        world.coordinator.delete()
    assert Event.objects.filter(pk=event.pk).count() == 1


def test_the_register_holds_every_municipality_of_the_data_file() -> None:
    assert Municipality.objects.count() == 429
    koeln = Municipality.objects.get(key="05315000")
    assert (koeln.name, koeln.kind, koeln.government_region) == ("Köln", "independent_city", "Köln")
    assert Municipality.objects.get(key="LVR").kind == "regional_association"


def test_loading_the_register_again_keeps_cases_attached_and_the_choice_of_what_is_offered() -> None:
    case = actors.submitted()
    Municipality.objects.filter(key="05315000").update(is_active=False, name="Cöln")
    assert register.load() == 429
    koeln = Municipality.objects.get(key="05315000")
    assert (koeln.name, koeln.is_active) == ("Köln", False)
    assert Case.objects.get(pk=case.pk).municipality.name == "Hattingen"


def test_a_broken_register_is_refused_whole(tmp_path: Any) -> None:
    lines = register.DATA_FILE.read_text(encoding="utf-8").splitlines()
    broken = tmp_path / "register.csv"
    broken.write_text("\n".join([lines[0], lines[1].replace("Landschaftsverband,", "Herzogtum,")]), "utf-8")
    Municipality.objects.filter(key="LVR").update(name="unberührt")
    with pytest.raises(KeyError):
        register.load(broken)
    assert Municipality.objects.get(key="LVR").name == "unberührt"


@pytest.mark.parametrize(
    ("kind", "population", "size"),
    [
        ("independent_city", 620_000, "large city"),
        ("district_town", 99_999, "larger medium town"),
        ("district_town", 49_999, "smaller medium town"),
        ("district_municipality", 19_999, "small town"),
        ("district_municipality", 4_999, "rural municipality"),
        ("district", 400_000, "District"),
    ],
)
def test_size_classes_follow_the_register(kind: str, population: int, size: str) -> None:
    from django.utils.translation import override

    with override("en"):
        assert Municipality(kind=kind, population=population).size_class.split(",")[0] == size


def test_the_submission_key_defaults_to_a_fresh_one() -> None:
    assert isinstance(Case().submission_key, uuid.UUID)
