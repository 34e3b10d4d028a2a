"""The whole case for the file: complete for the coordination, and nobody else's."""

from __future__ import annotations

import datetime as dt
import re
import time
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from requests_app import papers, workflow
from requests_app.access import Side
from requests_app.models import (
    ActionOption,
    Appointment,
    Audience,
    Case,
    CaseStatus,
    ContactPerson,
    DateRound,
    Feedback,
    FollowUp,
    FollowUpStatus,
    Message,
    OptionReport,
    OptionStatus,
    ProposedDate,
    RoundStatus,
    SessionAddition,
)
from tests import actors
from tests.actors import World
from tests.requests_app import files
from tests.requests_app.tags import Tagged
from tests.requests_app.test_typed_text import signed_in

pytestmark = pytest.mark.django_db
S = CaseStatus


@pytest.fixture
def world() -> World:
    return World()


def save(world: World, case: Case) -> Tagged:
    address = reverse("admin:requests_app_case_whole_case", args=[case.pk])
    return Tagged(signed_in(world.coordinator).get(address).content)


def full(world: World) -> Case:
    """A case with something of everything."""
    case = world.case(S.CLOSED)
    contact, lead = actors.contact_of(case), world.lead.user
    now = timezone.now()
    actors.colleague(case, "Jonas Reiter")
    workflow.remove_contact(ContactPerson.objects.get(case=case, name="Jonas Reiter"), world.coordinator)
    workflow.write_note(case, world.coordinator, text="NOTIZ")
    for text, audience in (("NACHRICHT1", Audience.EVERYONE), ("NACHRICHT2", Audience.ADVISORS)):
        workflow.write_message(case, world.coordinator, Side.COORDINATOR, text=text, audience=audience)
    other = world.case(S.IN_REVIEW)
    case.documents.add(workflow.add_document(other, actors.contact_of(other), files.upload(files.pdf())))
    session = case.sessions.get()
    SessionAddition.objects.create(
        session=session, author=world.co.user, shared_minutes="ERGÄNZUNG", private_notes="GEHEIM",
        added_at=now, changed_at=now,
    )  # fmt: skip
    common: dict[str, Any] = {"case": case, "format": "initial_talk", "mode": "on_site", "minutes": 60}
    Appointment.objects.create(
        **common, starts_at=now, place="Rathaus", agreed_by=lead, agreed_at=now, changed_at=now
    )
    asked = DateRound.objects.create(
        **common, proposed_by=lead, proposed_at=now, form_key=uuid.uuid4(), status=RoundStatus.REFUSED,
        suggestion="Lieber abends", answered_by=contact, answered_at=now,
    )  # fmt: skip
    ProposedDate.objects.create(round=asked, starts_at=now)
    option = case.options.get()
    Feedback.objects.create(case=case, helped="yes", missing="MEHR ZEIT", given_by=contact, given_at=now)
    FollowUp.objects.create(
        case=case, months=3, due_on=now, status=FollowUpStatus.ANSWERED, asked_at=now, answered_at=now,
        answered_by=contact, word="WORT",
    )  # fmt: skip
    OptionReport.objects.create(
        option=option, implementation="partly_done", note="ZUR HÄLFTE", reported_by=contact, reported_at=now
    )
    old = ActionOption.objects.get(pk=option.pk)
    old.pk, old.title, old.status = None, "ALTE FASSUNG", OptionStatus.REPLACED
    old.save()
    draft = ActionOption.objects.get(pk=option.pk)
    draft.pk, draft.title, draft.status, draft.confirmed_at, draft.confirmed_by = (
        None,
        "GEHEIM",
        "draft",
        None,
        None,
    )
    draft.save()
    return case


def test_whole_case_holds_everything_that_the_coordination_may_read_and_nothing_else(world: World) -> None:
    case = full(world)
    tags = save(world, case)
    assert tags.texts("H1") == [f"Akte {case.reference}"]
    parts = [
        "Anfrage, wie gesendet", "Ansprechpersonen", "Beratung", "Termine", "Gespräche", "Handlungsoptionen",
        "Nach der Beratung", "Nachrichten", "Interne Notizen", "Unterlagen", "E-Mails", "Verlauf",
    ]  # fmt: skip
    assert tags.texts("H2") == ["Inhalt", *parts]
    text = tags.document.text
    document = case.documents.get()
    for word in (
        case.situation, "Katrin Wellmann", "Jonas Reiter", "NOTIZ", "NACHRICHT1", "NACHRICHT2", "ERGÄNZUNG",
        "Rathaus", "Lieber abends", "MEHR ZEIT", "WORT", "ZUR HÄLFTE", "ALTE FASSUNG", "Ziele geklärt.",
        document.name, document.sha256[:16], "Vorgang abgeschlossen", "Lena Brandt",
    ):  # fmt: skip
        assert word in text
    assert "Leise Skepsis" not in text
    assert "GEHEIM" not in text


def test_whole_case_begins_with_its_contents_and_the_pages(world: World) -> None:
    tags = save(world, full(world))
    entries = tags.texts("TOCI")
    assert [re.sub(r"[ .\u2060]*\d+$", "", entry) for entry in entries] == tags.texts("H2")[1:]
    numbers = [int(re.findall(r"\d+$", entry)[0]) for entry in entries]
    assert numbers == sorted(numbers)
    assert numbers[-1] <= len(tags.reader.pages)
    # Each part is a bookmark, too.
    assert [entry["/Title"] for entry in tags.reader.outline[1] if isinstance(entry, dict)] == tags.texts(
        "H2"
    )


def test_messages_say_whom_they_went_to_and_notes_that_they_are_internal(world: World) -> None:
    case = full(world)
    tags = save(world, case)
    everything = [element.text for element in tags.document.walk() if element.role in ("H3", "P", "LBody")]
    note = everything.index("NOTIZ")
    assert everything[note - 1] == "Intern: nur für die Koordination"
    message = everything.index("NACHRICHT2")
    assert everything[message - 1] == "Beratende"
    assert everything[message - 2].startswith("Lena Brandt (Koordination), ")


def test_whole_case_of_a_new_request_has_no_empty_parts(world: World) -> None:
    tags = save(world, world.case(S.SUBMITTED))
    assert tags.texts("H2") == ["Inhalt", "Anfrage, wie gesendet", "Ansprechpersonen", "E-Mails", "Verlauf"]


def test_reading_the_whole_case_is_logged(world: World, caplog: Any) -> None:
    case = world.case(S.SUBMITTED)
    with caplog.at_level("INFO", logger="miglobe.audit"):
        save(world, case)
    assert f"read {case.reference}" in caplog.text


def test_whole_case_is_for_the_coordination_alone(world: World) -> None:
    case = world.case(S.MATCHED)
    address = reverse("admin:requests_app_case_whole_case", args=[case.pk])
    people = (actors.contact_of(case), world.lead.user, world.co.user, world.other_contact)
    assert [signed_in(user).get(address).status_code for user in people] == [403, 403, 403, 403]


def test_whole_case_of_fifty_messages_takes_less_than_two_seconds_and_no_more_queries(
    world: World, django_assert_num_queries: Any
) -> None:
    case, now = full(world), timezone.now()
    with CaptureQueriesContext(connection) as few:
        papers.compiled(papers.whole_case(Case.objects.get(pk=case.pk), world.coordinator))
    Message.objects.bulk_create(
        Message(
            case=case, author=world.coordinator, author_side="coordinator", audience=Audience.EVERYONE,
            body="Ein Satz mit einigen Wörtern. " * 30, created_at=now + dt.timedelta(minutes=number),
        )
        for number in range(50)
    )  # fmt: skip
    begun = time.process_time()
    with django_assert_num_queries(len(few)):
        made = papers.compiled(papers.whole_case(Case.objects.get(pk=case.pk), world.coordinator))
    assert time.process_time() - begun < 2  # some 0.2 s
    assert len([text for text in Tagged(made).texts("H3") if text.startswith("Lena Brandt (Koord")]) == 52
