"""Searching the cases: what finds what, on both databases; and what PostgreSQL makes of words."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from requests_app import access, workflow
from requests_app.models import (
    Audience,
    Case,
    CaseStatus,
    CaseWords,
    ContactPerson,
    ExpectedContact,
    InternalNote,
    Message,
    Municipality,
    ShortlistEntry,
)
from requests_app.triage.search import search
from tests import actors
from tests.actors import World
from tests.requests_app import files
from tests.triage.desk import Desk, words


def found(text: str, **options: Any) -> set[str]:
    return {case.title for case in search(Case.objects.all(), text, **options)}


def _municipality(name: str) -> Municipality:
    return Municipality.objects.get(name=name)


def _joint_request() -> workflow.NewRequest:
    request = actors.request(
        title="Partnerschaft mit Mwanza",
        municipality=_municipality("Bocholt"),
        organisation="Stadtwerke Rhede",
        unit="Stabsstelle Eine Welt",
        situation="Der Weltladen sucht Verbündete.",
        guiding_question="Wen laden wir ein?",
        period="nach den Osterferien",
        participants="Kirchenkreis",
        advisor_wishes="gerne Suaheli",
        access_needs="Schriftdolmetschen",
        contact={"name": "Jens Reiter", "email": "jens.reiter@rathaus.example.org", "function": "Amtsleiter"},
    )
    return workflow.NewRequest(request.case, request.contact, (), (_municipality("Ahaus"),))


@pytest.fixture
def cases(world: World) -> None:
    """Two cases, and in their texts what the table below looks for."""
    joint = workflow.submit_request(uuid.uuid4(), _joint_request())
    workflow.confirm_by_sign_in(actors.contact_of(joint))
    old = Municipality.objects.create(
        key="05999999", name="Altstadt-Lembeck", official_name="Altstadt-Lembeck, Gemeinde", population=9,
        population_date="2020-01-01", kind="district_municipality", latitude=0, longitude=0,
        successor=_municipality("Dorsten"),
    )  # fmt: skip
    advised = world.case(CaseStatus.IN_DIALOGUE, title="Beirat", municipality=old)
    workflow.write_note(advised, world.coordinator, text="Frau Pohl kennt das Quartier.")
    workflow.write_message(
        advised,
        world.coordinator,
        access.Side.COORDINATOR,
        text="Bitte den Sitzungssaal buchen.",
        audience=Audience.EVERYONE,
    )
    actors.propose_option(world, advised, title="Stadtteilkonferenz", indicator="Zahl der Beschwerden")
    workflow.add_document(advised, world.coordinator, files.upload(files.pdf(), "Leitbild-2030.pdf"))
    session = advised.sessions.get()
    session.shared_minutes = "Verabredet: Rundgang."
    session.private_notes = "Geheimsache"
    session.save()
    offer = advised.assignments.get(advisor=world.co)
    workflow.decline_offer(offer, world.co.user, reason="Fortbildung in Nairobi")
    ShortlistEntry.objects.create(
        case=advised, advisor=world.other_advisor, role="co", position=1, summary="Rahmenplan",
        added_by=world.coordinator, added_at=advised.submitted_at,
    )  # fmt: skip
    ContactPerson.everybody.filter(case=advised).update(left_at=advised.submitted_at)
    ExpectedContact.objects.create(case=advised, name="Olaf Tischer", function="Dezernent")


JOINT, ADVISED = {"Partnerschaft mit Mwanza"}, {"Beirat"}
SEARCHES = [
    # Where it stands.
    ("Partnerschaft", JOINT), ("Bocholt", JOINT), ("Ahaus", JOINT), ("Rhede", JOINT),
    ("Stabsstelle", JOINT), ("Weltladen", JOINT), ("laden", JOINT), ("Osterferien", JOINT),
    ("Kirchenkreis", JOINT), ("Suaheli", JOINT), ("Schriftdolmetschen", JOINT), ("Amtsleiter", JOINT),
    ("Lembeck", ADVISED), ("Dorsten", ADVISED), ("Pohl", ADVISED), ("Sitzungssaal", ADVISED),
    ("Stadtteilkonferenz", ADVISED), ("Beschwerden", ADVISED), ("Leitbild", ADVISED),
    ("Rundgang", ADVISED), ("Nairobi", ADVISED), ("Rahmenplan", ADVISED), ("Carvajal", ADVISED),
    ("Tischer", ADVISED), ("Dezernent", ADVISED),
    # Private notes belong to their author.
    ("Geheimsache", set()),
    # Words in any order, from anywhere, each by its beginning, in capitals or not.
    ("Mwanza Partnerschaft", JOINT), ("reiter suaheli bocholt", JOINT), ("Reiter Sitzungssaal", set()),
    ("SITZUNGSS quart", ADVISED), ("Stadtt", ADVISED), ("  Ahaus   Rhede ", JOINT),
    ("laden Ahaus Amtsl", JOINT),
    # As typed.
    ("jens.reiter@rathaus.example.org", JOINT), ("jens.reiter@rat", JOINT), ("MG-2026-9999", set()),
    ("Leitbild-2030.pdf", ADVISED), ("rathaus.example", JOINT),
    # Nothing to look for, and what would be an operator or a wildcard elsewhere.
    ("", {"Partnerschaft mit Mwanza", "Beirat", "Andere Anfrage"}), ("!!! &|", set()), ("%", set()),
    ("Suaheli\0", JOINT),
]  # fmt: skip


@pytest.mark.usefixtures("cases")
def test_search_finds_each_text_by_its_words() -> None:
    wrong = {text: names for text, expected in SEARCHES if (names := found(text)) != expected}
    assert wrong == {}


@pytest.mark.usefixtures("cases")
def test_search_finds_a_case_by_its_number_and_the_beginning_of_it() -> None:
    case = Case.objects.get(title="Beirat")
    assert found(case.reference) == found(case.reference.lower()) == {"Beirat"}
    assert found(case.reference[:8]) == {"Partnerschaft mit Mwanza", "Beirat", "Andere Anfrage"}


@pytest.mark.usefixtures("cases")
def test_search_without_persons_looks_at_numbers_and_municipalities_alone() -> None:
    case = Case.objects.get(title="Beirat")
    assert found(case.reference, persons=False) == {"Beirat"}
    assert found("Ahaus", persons=False) == {"Partnerschaft mit Mwanza"}
    assert found("Dorsten", persons=False) == {"Beirat"}
    for text in ("Reiter", "Amtsleiter", "Partnerschaft", "Rhede", "Carvajal", "Pohl", "Tischer"):
        assert found(text, persons=False) == set(), text


@pytest.mark.usefixtures("cases")
def test_search_finds_a_case_once() -> None:
    assert search(Case.objects.all(), "Stadt Partnerschaft").count() == 1


@pytest.mark.usefixtures("cases")
def test_changed_text_is_found_by_its_new_words_alone(world: World) -> None:
    case = Case.objects.get(title="Beirat")
    Message.objects.filter(case=case, body__contains="Sitzungssaal").update(body="Bitte ████ buchen.")
    InternalNote.objects.filter(case=case).delete()
    contact = ContactPerson.everybody.get(case=case)
    contact.function = "Leitstelle"
    contact.save(update_fields=["function"])
    Case.objects.filter(pk=case.pk).update(municipality=_municipality("Bottrop"))
    for gone in ("Sitzungssaal", "Pohl", "Beirat Sachbearbeiterin", "Lembeck"):
        assert found(gone) == set(), gone
    for new in ("buchen", "Leitstelle", "Bottrop"):
        assert found(new) == {"Beirat"}, new


@pytest.mark.usefixtures("cases")
def test_case_is_found_by_what_an_option_says_once_it_is_put_to_the_municipality(world: World) -> None:
    case = Case.objects.get(title="Beirat")
    fields = actors.option_fields(title="Quartiersfest", description="Mit Feuerwerk")
    option = workflow.write_option(case, world.lead.user, fields=fields)
    assert (found("Quartiersfest"), found("Feuerwerk")) == (set(), set())
    workflow.propose_options(case, world.lead.user)
    assert (found("Quartiersfest"), found("Feuerwerk")) == ({"Beirat"}, {"Beirat"})
    again = {"title": "Straßenfest", "description": "Mit Feuerwerk"}
    workflow.write_option(case, world.lead.user, fields=again, option=option)
    assert (found("Straßenfest"), found("Feuerwerk")) == (set(), set())
    assert found("Stadtteilkonferenz") == {"Beirat"}


@pytest.mark.usefixtures("cases")
def test_text_that_moves_to_another_case_is_found_there() -> None:
    joint = Case.objects.get(title="Partnerschaft mit Mwanza")
    Message.objects.filter(body__contains="Sitzungssaal").update(case=joint)
    assert found("Sitzungssaal") == {"Partnerschaft mit Mwanza"}


@pytest.mark.usefixtures("cases")
def test_renamed_municipality_advisor_and_partner_are_found(world: World) -> None:
    Municipality.objects.filter(name="Dorsten").update(name="Neu-Dorsten")
    Municipality.objects.filter(name="Ahaus").update(name="Wessum")
    assert (found("Neu-Dorsten"), found("Wessum")) == ({"Beirat"}, {"Partnerschaft mit Mwanza"})
    world.co.user.name = "Inés Salcedo"
    world.co.user.save()
    assert (found("Salcedo"), found("Carvajal")) == ({"Beirat"}, set())
    Case.objects.get(title="Partnerschaft mit Mwanza").partners.clear()
    assert found("Wessum") == set()


@pytest.mark.usefixtures("cases")
def test_deleted_case_leaves_no_words() -> None:
    case = Case.objects.get(title="Partnerschaft mit Mwanza")
    case.delete()
    assert CaseWords.objects.filter(case_id=case.pk).count() == 0
    assert found("Suaheli") == set()


def test_list_searches_all_cases(world: World, desk: Desk) -> None:
    world.case(CaseStatus.CLOSED, title="Längst zu Ende")
    assert desk.rows("?q=zu+Ende+Okafor") == ["Längst zu Ende"]
    assert "Kein Vorgang enthält diese Wörter." in words(desk.list("?q=Okafor+Xanten"))


# --- PostgreSQL: other forms of a word, accents, and the index itself ----------------------------


@pytest.mark.postgresql
@pytest.mark.parametrize(
    ("stands", "typed"),
    [
        ("Vereine", "Verein"), ("Verein", "Vereinen"), ("der Vereine", "Vereins"), ("Haus", "Häuser"),
        ("Beratungen", "Beratung"), ("kommunale", "kommunaler"), ("Vereinen", "vereine"),
        ("Münster", "Munster"), ("Münster", "Muenster"), ("Muenster", "Münst"), ("Munster", "MÜNSTER"),
        ("Straße", "Strasse"), ("Strasse", "Straße"), ("Nguyễn", "Nguyen"), ("Thu-Hà", "thu ha"),
        ("Özgür Çelik", "oezguer celik"), ("Goethe", "Göthe"), ("neue Bauern", "Bauer neu"),
        ("oezguer@bocholt.example.org", "özgür@boch"), ("Städte-Partnerschaft", "partnerschaft stadte"),
        ("siehe MG-2026-0815.", "mg-2026-0815"), ("(0221) 4710-101", "4710-10"), ("O'Brien", "o’brien"),
    ],
)  # fmt: skip
def test_postgresql_finds_other_forms_and_letters_without_accents(db: None, stands: str, typed: str) -> None:
    actors.submitted(title="Gesucht", situation=stands, municipality=_municipality("Xanten"))
    assert found(f"Gesucht {typed}") == {"Gesucht"}


@pytest.mark.postgresql
@pytest.mark.parametrize(
    ("stands", "typed"), [("Bauer", "Bar"), ("Essen", "essay"), ("Neuss", "Nuss"), ("Verein", "erein")]
)
def test_postgresql_keeps_apart_what_differs(db: None, stands: str, typed: str) -> None:
    actors.submitted(title="Gesucht", situation=stands, municipality=_municipality("Xanten"))
    assert found(f"Gesucht {typed}") == set()


@pytest.mark.postgresql
@pytest.mark.usefixtures("cases")
def test_words_kept_step_by_step_are_those_of_the_texts() -> None:
    """What triggers add with each row is what reading everything anew gives."""
    kept = dict(CaseWords.objects.values_list("case", "words"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT case_search_fill()")
    assert dict(CaseWords.objects.values_list("case", "words")) == kept
    assert len(kept) == Case.objects.count()


@pytest.mark.postgresql
def test_change_of_state_does_not_touch_the_words(world: World) -> None:
    case = world.case()
    written = _versions_of_words(case)
    workflow.start_review(case, world.coordinator)
    assert _versions_of_words(case) == written


def _versions_of_words(case: Case) -> Any:
    with connection.cursor() as cursor:
        cursor.execute("SELECT ctid, xmin FROM requests_app_casewords WHERE case_id = %s", [case.pk])
        return cursor.fetchone()


@pytest.mark.postgresql
def test_very_long_words_and_texts_are_taken(db: None) -> None:
    case = actors.submitted(title="Lang")
    InternalNote.objects.create(
        case=case, author=actors.coordinator(), body="x" * 500_000, created_at=case.submitted_at
    )
    assert found("Lang") == {"Lang"}


@pytest.mark.postgresql
def test_migration_goes_back_and_forth_and_fills_in_what_is_there(db: None) -> None:
    """This one alone, in the test's transaction: what came after it stays as it is."""
    actors.submitted(title="Schon da")
    connection.check_constraints()  # no trigger is dropped while foreign keys wait to be checked
    loader = MigrationLoader(connection)
    names = ("0018_search", "0027_words_of_the_dialogue", "0034_drafts_are_not_found")
    migrations = [
        (loader.project_state(("requests_app", name)), loader.get_migration("requests_app", name).operations)
        for name in names
    ]
    with connection.schema_editor(atomic=False) as editor, connection.cursor() as cursor:
        for state, operations in reversed(migrations):
            for operation in reversed(operations):
                operation.database_backwards("requests_app", editor, state, state)
        cursor.execute("SELECT count(*) FROM pg_proc WHERE proname LIKE 'case\\_search%'")
        assert (cursor.fetchone(), CaseWords.objects.count()) == ((0,), 0)
        connection.check_constraints()
        for state, operations in migrations:
            for operation in operations:
                operation.database_forwards("requests_app", editor, state, state)
                connection.check_constraints()
    assert found("Schon") == {"Schon da"}
