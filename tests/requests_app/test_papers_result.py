"""The result note and the service record: what they say, what they keep back, and who may have them."""

from __future__ import annotations

import datetime as dt
import time
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from requests_app import papers, workflow
from requests_app.access import Side
from requests_app.models import (
    ActionOption,
    Audience,
    Case,
    CaseStatus,
    DialogueSession,
    OptionStatus,
    Resolution,
    SessionAddition,
)
from tests import actors
from tests.actors import World
from tests.requests_app.tags import Tagged
from tests.requests_app.test_typed_text import signed_in

pytestmark = pytest.mark.django_db
S = CaseStatus


@pytest.fixture
def world() -> World:
    return World()


def read(paper: papers.Paper | None) -> Tagged:
    assert paper is not None
    return Tagged(papers.compiled(paper))


def enough(world: World) -> Case:
    """A case in which the talk was enough."""
    case = world.case(S.IN_DIALOGUE)
    workflow.close(case, world.coordinator, resolution=Resolution.INITIAL_TALK_SUFFICIENT)
    return Case.objects.get(pk=case.pk)


def confirmed(case: Case) -> DialogueSession:
    """A session of ``case``, confirmed by its contact person."""
    session = case.sessions.first()
    assert session is not None
    session.confirmed_at, session.confirmed_by = timezone.now(), actors.contact_of(case)
    session.save()
    return session


# --- The result note --------------------------------------------------------------------------


def test_result_note_says_who_asked_what_was_held_and_what_was_agreed(world: World) -> None:
    case = world.case(
        S.OPTIONS_AGREED, guiding_question="Wie gewinnen wir Vereine?", organisation="Stadtwerke Hattingen"
    )
    option = case.options.get()
    tags = read(papers.result_note(case))
    assert tags.texts("H1") == [f"Ergebnisvermerk {case.reference}"]
    assert tags.texts("H2") == ["Gespräche", "Vereinbarte Handlungsoptionen", "Kontakt"]
    assert tags.texts("H3") == [f"1. {option.title}"]
    facts = dict(zip(tags.texts("Lbl"), tags.texts("LBody"), strict=True))
    assert facts["Gegenstand"] == case.title
    assert facts["Leitfrage"] == "Wie gewinnen wir Vereine?"
    assert facts["Kommunales Unternehmen"] == "Stadtwerke Hattingen"
    assert facts["Fachbereich oder Stelle"] == "Fachbereich Soziales"
    assert facts["Ergebnis"] == "Eine vereinbarte Handlungsoption"
    assert facts["Ziel"] == "Beteiligungschancen mehren"
    assert facts["Erster Schritt"] == "Geschäftsordnung ergänzen."
    assert facts["Zuständige Stelle"] == "Fachbereich Soziales"
    assert facts["Finanzielle Auswirkungen"] == "Keine. Die vorhandenen Mittel reichen aus."
    assert facts["Woran man es merkt"] == "Anteil der Sitzungen mit beiden Sitzen"
    assert option.confirmed_at is not None
    assert facts["Vereinbart"].startswith(f"am {timezone.localtime(option.confirmed_at).day}. ")
    assert facts["Kommune"] == "Stadt HattingenFachbereich Soziales"  # of the contact, the last one
    assert "h.wietert-wehkamp@fsi-forum.de" in facts["Koordination von MiGlobe"]
    assert tags.texts("TH") == ["Datum", "Format", "Beraten von", "Teilgenommen haben"]
    assert tags.texts("TD") == [
        "12. November 202610:00 Uhr90 Minuten",
        "AuftaktgesprächVor Ort",
        str(world.lead),
        "3 aus der Verwaltung",
    ]
    assert tags.texts("P")[-1].startswith(f"Erstellt am {timezone.localdate().day}. ")


def test_result_note_has_the_line_that_somebody_wrote_and_the_day_and_the_partners(world: World) -> None:
    case = world.case(S.OPTIONS_AGREED)
    case.options.update(
        financial_effects="5.000 Euro im Jahr 2027", due_on=dt.date(2027, 3, 31), partners="Integrationsrat"
    )
    tags = read(papers.result_note(case))
    facts = dict(zip(tags.texts("Lbl"), tags.texts("LBody"), strict=True))
    assert facts["Finanzielle Auswirkungen"] == "5.000 Euro im Jahr 2027"
    assert facts["Partner"] == "Integrationsrat"
    assert facts["Zeithorizont"] == "Kurzfristig (bis 3 Monate), bis 31. März 2027"


def test_result_note_holds_the_version_that_counts(world: World) -> None:
    case = world.case(S.OPTIONS_AGREED)
    old = case.options.get()
    new = ActionOption.objects.get(pk=old.pk)
    new.pk, new.title, new.replaces = None, "Drei Sitze", old
    new.save()
    ActionOption.objects.filter(pk=old.pk).update(
        status=OptionStatus.REPLACED, confirmed_at=dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
    )
    tags = read(papers.result_note(case))
    assert tags.texts("H3") == ["1. Drei Sitze"]
    assert tags.texts("LBody")[tags.texts("Lbl").index("Vereinbart")].endswith(
        ", anstelle der Fassung vom 1. März 2026"
    )


def test_result_note_keeps_back_what_is_not_for_a_council(world: World) -> None:
    case = world.case(S.OPTIONS_AGREED, participants="Frau Geheim", situation="GEHEIM1")
    lead, contact = world.lead.user, actors.contact_of(case)
    case.sessions.update(private_notes="GEHEIM2", shared_minutes="GEHEIM3")
    workflow.write_note(case, world.coordinator, text="GEHEIM4")
    workflow.write_message(case, lead, Side.ADVISOR, text="GEHEIM5", audience=Audience.EVERYONE)
    workflow.write_option(case, lead, fields=actors.option_fields(title="GEHEIM6"))
    agreed = case.options.get(status=OptionStatus.AGREED)
    for status, comment in ((OptionStatus.PROPOSED, ""), (OptionStatus.COMMENTED, "GEHEIM7")):
        agreed.pk, agreed.status, agreed.title, agreed.comment = None, status, "GEHEIM8", comment
        agreed.confirmed_at = agreed.confirmed_by = None
        agreed.save()
    case.options.filter(status=OptionStatus.AGREED).update(comment="GEHEIM9")
    invited = actors.invited(case, "Geheim Ungenannt")
    text = read(papers.result_note(case)).document.text
    for word in ("GEHEIM", "Geheim", contact.name, contact.email, invited.email):
        assert word not in text


def test_result_note_of_a_talk_that_was_enough_says_what_was_talked_about(world: World) -> None:
    case, now = enough(world), timezone.now()
    SessionAddition.objects.create(
        session=case.sessions.get(), author=world.co.user, shared_minutes="Auch die Vereine kommen.",
        private_notes="GEHEIM", added_at=now, changed_at=now,
    )  # fmt: skip
    tags = read(papers.result_note(case))
    facts = dict(zip(tags.texts("Lbl"), tags.texts("LBody"), strict=True))
    assert facts["Ergebnis"] == "Das Gespräch genügte; weitere Handlungsoptionen waren nicht nötig."
    assert tags.texts("H2") == ["Gespräche", "Worüber gesprochen wurde", "Kontakt"]
    said = tags.texts("P").index("Ziele geklärt.")
    assert tags.texts("P")[said + 1] == "Auch die Vereine kommen."
    assert "GEHEIM" not in tags.document.text
    assert "Leise Skepsis" not in tags.document.text


def test_result_note_is_in_the_language_of_the_reader_and_says_which_part_is_german(world: World) -> None:
    case = world.case(S.OPTIONS_AGREED)
    with translation.override("en"):
        tags = read(papers.result_note(case))
    assert tags.root["/Lang"] == "en"
    assert tags.texts("H1") == [f"Result note {case.reference}"]
    assert "Financial effects" in tags.texts("Lbl")
    heading = tags.document.all("H3")[0]
    assert (heading.text, heading.language) == (f"1. {case.options.get().title}", "de")
    # An entry has the language of its value; the label in it says its own.
    entries = {e.text: e for e in tags.document.all("LI")}
    typed, ours = (
        entries["First stepGeschäftsordnung ergänzen."],
        entries["GoalIncrease chances of participation"],
    )
    assert (typed.language, ours.language) == ("de", "")
    assert [tags.languages[mark] for label in typed.all("Lbl") for mark in label.marks] == ["en"]


@pytest.mark.parametrize("status", [s for s in S if s not in (S.OPTIONS_AGREED, S.CLOSED)])
def test_there_is_no_result_note_before_there_is_a_result(world: World, status: CaseStatus) -> None:
    case = world.case(status)
    assert papers.result_note(case) is None
    response = signed_in(actors.contact_of(case)).get(reverse("casepage:result_note", args=[case.reference]))
    assert response.status_code == 404


def test_a_case_that_ended_without_result_has_no_result_note(world: World) -> None:
    case = world.case(S.IN_DIALOGUE)
    workflow.close(case, world.coordinator, resolution=Resolution.REFERRED)
    assert papers.result_note(Case.objects.get(pk=case.pk)) is None


# --- The service record -----------------------------------------------------------------------


def test_service_record_lists_confirmed_sessions_with_hours_and_who_confirmed(world: World) -> None:
    case = world.case(S.IN_DIALOGUE)
    session = confirmed(case)
    session.advisors.add(world.co)
    actors.log_session(world, case)
    tags = read(papers.service_record(case))
    assert tags.texts("H1") == [f"Leistungsnachweis {case.reference}"]
    assert tags.texts("H2") == ["Bestätigte Gespräche", "Stunden"]
    cells = tags.texts("TD")
    assert cells[:4] == [
        "12. November 202610:00 Uhr",
        "90",
        "AuftaktgesprächVor Ort",
        f"{world.lead}{world.co}",
    ]
    assert cells[4].endswith(case.contacts.get().name)
    assert cells[5:] == [str(world.lead), "1", "90", "1,50", str(world.co), "1", "90", "1,50"]
    waiting = "Ein weiteres Gespräch ist noch nicht bestätigt und gehört nicht zu diesem Nachweis."
    assert waiting in tags.texts("P")
    assert "Leise Skepsis" not in tags.document.text
    assert "Ziele geklärt" not in tags.document.text


def test_service_record_of_an_advisor_holds_her_own_sessions_alone(world: World) -> None:
    case = world.case(S.IN_DIALOGUE)
    confirmed(case)
    assert papers.service_record(case, world.co) is None
    second = confirmed(case)
    second.advisors.set([world.lead, world.co])
    tags = read(papers.service_record(case, world.co))
    assert tags.texts("TD")[-4:] == [str(world.co), "1", "90", "1,50"]
    assert dict(zip(tags.texts("Lbl"), tags.texts("LBody"), strict=True))["Beratungsperson"] == str(world.co)


def test_there_is_no_service_record_before_a_session_is_confirmed(world: World) -> None:
    assert papers.service_record(world.case(S.IN_DIALOGUE)) is None


# --- Who may have them ------------------------------------------------------------------------


def addresses(case: Case, name: str) -> dict[str, str]:
    return {
        "casepage": reverse(f"casepage:{name}", args=[case.reference]),
        "workspace": reverse(f"workspace:{name}", args=[case.reference]),
        "admin": reverse(f"admin:requests_app_case_{name}", args=[case.pk]),
    }


@pytest.mark.parametrize("name", ["result_note", "service_record"])
def test_each_side_saves_its_papers_in_its_own_room_and_nobody_else(world: World, name: str) -> None:
    case = world.case(S.OPTIONS_AGREED)
    confirmed(case)
    people = {
        "contact": actors.contact_of(case),
        "other contact": world.other_contact,
        "lead": world.lead.user,
        "asked": world.co.user,
        "other advisor": world.other_advisor.user,
        "coordinator": world.coordinator,
    }
    found: dict[str, list[int]] = {}
    for who, user in people.items():
        client = signed_in(user)
        found[who] = [client.get(address).status_code for address in addresses(case, name).values()]
    assert found == {
        "contact": [200, 403, 403],
        "other contact": [404, 403, 403],
        "lead": [403, 200, 403],
        "asked": [403, 403, 403],
        "other advisor": [403, 404, 403],
        "coordinator": [403, 403, 200],
    }
    assert [Client().get(a).status_code for a in addresses(case, name).values()] == [302, 302, 302]


def test_paper_is_an_attachment_with_a_name_and_the_reading_is_logged(world: World, caplog: Any) -> None:
    case = world.case(S.OPTIONS_AGREED)
    client = signed_in(world.coordinator)
    with caplog.at_level("INFO", logger="miglobe.audit"):
        response = client.get(addresses(case, "result_note")["admin"] + "?sprache=en")
    assert f"read {case.reference}" in caplog.text
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == f'attachment; filename="{case.reference}-result-note.pdf"'
    assert "no-store" in response["Cache-Control"]
    assert Tagged(response.content).root["/Lang"] == "en"


def test_pages_offer_a_paper_as_soon_as_there_is_one_in_both_languages(world: World) -> None:
    case = world.case(S.IN_DIALOGUE)
    pages = {
        "casepage": (actors.contact_of(case), reverse("casepage:case", args=[case.reference])),
        "workspace": (world.lead.user, reverse("workspace:case", args=[case.reference])),
        "admin": (world.coordinator, reverse("admin:requests_app_case_change", args=[case.pk])),
    }
    for user, address in pages.values():
        body = signed_in(user).get(address).content.decode()
        assert "ergebnisvermerk.pdf" not in body
        assert "leistungsnachweis.pdf" not in body
    confirmed(case)
    option = actors.propose_option(world, case)
    workflow.confirm_option(option, actors.contact_of(case), version=option.version)
    for room, (user, address) in pages.items():
        body = signed_in(user).get(address).content.decode()
        for name in ("result_note", "service_record"):
            german = addresses(case, name)[room]
            english = f"{german}?sprache=en" if room == "admin" else f"/en{german}"
            assert f'href="{german}"' in body
            assert f'href="{english}"' in body


# --- Fast -------------------------------------------------------------------------------------


def test_result_note_of_twelve_options_and_ten_sessions_takes_less_than_half_a_second(
    world: World, django_assert_num_queries: Any
) -> None:
    case = world.case(S.OPTIONS_AGREED)
    option, session = case.options.get(), case.sessions.get()
    for number in range(11):
        option.pk, option.title, option.description = None, f"Option {number}", "Ein Satz dazu. " * 60
        option.save()
    for number in range(9):
        session.pk, session.form_key, session.date = None, uuid.uuid4(), dt.date(2026, 10, 1 + number)
        session.save()
        session.advisors.set([world.lead, world.co])
    case = Case.objects.select_related("municipality").prefetch_related("partners").get(pk=case.pk)
    papers.compiled(papers.request(case))  # fonts are read once
    begun = time.process_time()
    with django_assert_num_queries(5):  # options, sessions, additions, advisors, accounts
        made = read_pdf(case)
    took = time.process_time() - begun
    assert took < 0.5  # some 60 ms
    tags = Tagged(made)
    assert len(tags.texts("H3")) == 12
    assert len(tags.document.all("TR")) == 11 + 13


def read_pdf(case: Case) -> bytes:
    paper = papers.result_note(case)
    assert paper is not None
    return papers.compiled(paper)
