"""A passage is blackened: gone from every table, recorded without the passage, and not written back."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.utils import timezone

from miglobe.mail import outbox
from miglobe.mail.models import OutboxMessage
from miglobe.mail.outbox import MailText
from requests_app import timeline, workflow
from requests_app.access import Side
from requests_app.models import (
    Appointment,
    AssignmentRole,
    Audience,
    Case,
    CaseStatus,
    ConflictOfInterest,
    ContactPerson,
    Document,
    Event,
    EventKind,
    ExpectedContact,
    Redaction,
    RequestDraft,
    ShortlistEntry,
)
from requests_app.workflow import MARK, InvalidTransition
from tests import actors
from tests.actors import World
from tests.requests_app import files
from tests.requests_app.test_transitions import snapshot

pytestmark = pytest.mark.django_db
S = CaseStatus
# No umlaut, so that it reads the same in JSON.
PASSAGE = "Torben Quastenberg"
# As people write it elsewhere.
VARIANTS = ("Torben\nQuastenberg", "torben  quastenberg", "TORBEN Quastenbergs", "> Torben\n> Quastenberg")


@pytest.fixture
def world() -> World:
    return World()


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def everything_stored() -> str:
    """Every column of every row of every table as text, in lower case, blanks made one."""
    texts = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            for row in cursor.fetchall():
                texts += [bytes(v).decode("utf-8", "replace") if isinstance(v, memoryview | bytes) else str(v)
                          for v in row]  # fmt: skip
    text = " ".join(texts).replace("\\n", " ").replace("> ", " ").casefold()
    return " ".join(text.split())


def everywhere(world: World) -> Case:
    """A case that holds the passage in every text there is, in one variant or another."""
    line, lower, upper, quoted = VARIANTS
    case = world.case(
        S.IN_DIALOGUE,
        title=f"Antrag {PASSAGE}",
        situation=f"Es geht um {line}, der hier wohnt.",
        guiding_question=f"Was will {lower}?",
        unit=f"Amt {PASSAGE}",
        organisation=f"Werke {PASSAGE}",
        period=f"wenn {upper} da ist",
        advisor_wishes=f"nicht {PASSAGE}",
        participants=f"auch {line}",
        access_needs=f"Rampe für {PASSAGE}",
        contact={"function": f"Vertretung von {PASSAGE}"},
    )
    at, who, contact = timezone.now(), world.coordinator, actors.contact_of(case)
    Case.objects.filter(pk=case.pk).update(resubmit_on=at.date(), resubmission_note=f"{PASSAGE} anrufen")
    audience = Audience.MUNICIPALITY
    workflow.write_message(case, contact, Side.MUNICIPALITY, text=f"Sagt {line}\n{quoted}", audience=audience)
    workflow.write_note(case, who, text=f"Über {PASSAGE}")
    workflow.log_session(
        case, world.lead.user, form_key=uuid.uuid4(), advisors=[world.lead],
        fields=actors.session_fields(shared_minutes=f"Mit {PASSAGE}", private_notes=f"Ach, {PASSAGE}"),
    )  # fmt: skip
    texts = ("title", "description", "first_step", "responsible_unit", "indicator")
    option = actors.propose_option(world, case, **{name: f"{name} {PASSAGE}" for name in texts})
    workflow.comment_option(option, contact, text=f"Nicht {upper}", version=option.version)
    case.assignments.update(summary=f"Fall {line}", effort=f"Termine mit {PASSAGE}", decline_reason=PASSAGE)
    ShortlistEntry.objects.create(
        case=case, advisor=world.other_advisor, role=AssignmentRole.LEAD, position=1, summary=PASSAGE,
        effort=PASSAGE, added_by=who, added_at=at,
    )  # fmt: skip
    ConflictOfInterest.objects.create(
        case=case, advisor=world.other_advisor, kind="other", note=PASSAGE, recorded_by=who, recorded_at=at
    )
    document = workflow.add_document(case, contact, files.upload(files.pdf(), f"{PASSAGE}.pdf"))
    assert PASSAGE in document.name
    ExpectedContact.objects.create(case=case, name="Jemand", function=f"Chefin von {PASSAGE}")
    RequestDraft.objects.create(case=case, data={"anliegen": {"title": PASSAGE, "topics": ["fair_trade"]}})
    about = ContentType.objects.get_for_model(Case)
    LogEntry.objects.create(
        user=who, content_type=about, object_id=str(case.pk), object_repr=str(case)[:200],
        action_flag=CHANGE, change_message=f"Geändert: {PASSAGE}",
    )  # fmt: skip
    Redaction.objects.create(case=case, by=who, at=at, place="Betreff", reason=f"wegen {PASSAGE}", length=5)
    mail = OutboxMessage.objects.filter(reference=case.reference).latest("pk")
    OutboxMessage.objects.filter(pk=mail.pk).update(
        alternatives=[[f"<p>{PASSAGE}</p>", "text/html"]], last_error=f"550 {PASSAGE}",
        history=[{"at": at.isoformat(), "outcome": "delayed", "detail": f"für {PASSAGE}"}],
    )  # fmt: skip
    return fresh(case)


# --- Gone -----------------------------------------------------------------------------------------


def test_the_passage_is_gone_from_every_column_of_every_table(world: World) -> None:
    case = everywhere(world)
    assert everything_stored().count(PASSAGE.casefold()) > 40
    workflow.redact(case, world.coordinator, passage=PASSAGE, reason="Unbeteiligte Person")
    assert everything_stored().count(PASSAGE.casefold()) == 0
    assert everything_stored().count("quastenberg") == 0


def test_every_field_with_text_of_a_case_is_covered(world: World) -> None:
    """A new text field has to be named in the module, or here with a reason."""
    from django.db.models import CharField, JSONField, TextField

    from requests_app.workflow.redaction import _KINDS

    covered = {(kind.model, name) for kind in _KINDS for name in kind.fields}
    contact_data = {"name", "email", "phone"}  # corrected, not redacted
    others = {
        (Case, "reference"), (Case, "language"), (Document, "content_type"), (Document, "sha256"),
        (Document, "file"), (Redaction, "place"), (RequestDraft, "last_page"), (RequestDraft, "email"),
        (RequestDraft, "language"), (Case, "goals"), (Case, "formats"), (Appointment, "uid"),
    }  # fmt: skip
    missing = [
        (kind.model.__name__, field.name)
        for kind in _KINDS
        for field in kind.model._meta.concrete_fields
        if isinstance(field, CharField | TextField | JSONField)
        and not field.choices
        and (kind.model, field.name) not in covered | others
        and not (kind.model in (ContactPerson, ExpectedContact) and field.name in contact_data)
        and field.name != "author_side"
    ]
    assert missing == []


def test_what_stays_reads_as_before_with_marks_of_one_length(world: World) -> None:
    case = everywhere(world)
    workflow.redact(case, world.coordinator, passage=PASSAGE, reason="Unbeteiligte Person")
    case = fresh(case)
    assert case.title == f"Antrag {MARK}"
    assert case.situation == f"Es geht um {MARK}, der hier wohnt."
    assert case.period == f"wenn {MARK}s da ist"
    assert case.messages.get().body == f"Sagt {MARK}\n> {MARK}"
    assert case.documents.get().name == f"{MARK}.pdf"
    assert RequestDraft.objects.get(case=case).data == {"anliegen": {"title": MARK, "topics": ["fair_trade"]}}


def test_keys_in_events_stay_what_they_are(world: World) -> None:
    case = world.case(S.IN_DIALOGUE, situation="Die Rolle lead ist offen, auch in_review und municipality.")
    workflow.write_message(
        case, actors.contact_of(case), Side.MUNICIPALITY, text="lead", audience=Audience.MUNICIPALITY
    )
    before = [(event.kind, event.data) for event in case.events.order_by("pk")]
    for word in ("lead", "in_review", "municipality", case.reference):
        if workflow.find_passage(case, word):
            workflow.redact(case, world.coordinator, passage=word, reason="Probe")
    after = [(event.kind, event.data) for event in case.events.order_by("pk")][: len(before)]
    assert after == before
    assert timeline.staff_timeline(case)[0].what == "Textstelle geschwärzt"


def test_a_merged_case_is_redacted_with_the_one_it_went_into(world: World) -> None:
    case, into = actors.submitted(title=f"Wegen {PASSAGE}"), actors.submitted(situation=f"Auch {PASSAGE}")
    workflow.merge(case, into, world.coordinator)
    assert [place.where for place in workflow.find_passage(fresh(case), PASSAGE)][:2] == [
        "Anfrage: Worum es geht",
        "Anfrage: Situation vor Ort",
    ]
    workflow.redact(fresh(case), world.coordinator, passage=PASSAGE, reason="Name")
    assert (fresh(case).title, fresh(into).situation) == (f"Wegen {MARK}", f"Auch {MARK}")
    assert everything_stored().count(PASSAGE.casefold()) == 0


def test_the_daily_mail_that_named_the_case_is_redacted_too(world: World) -> None:
    case = actors.submitted(title=f"Wegen {PASSAGE}")
    about = MailText("Heute", f"{case.reference}, Hattingen: {case.title}")
    mail = outbox.queue(kind="daily_mail", to="lena@example.org", text=about)
    workflow.redact(case, world.coordinator, passage=PASSAGE, reason="Name")
    mail.refresh_from_db()
    assert mail.body == f"{case.reference}, Hattingen: Wegen {MARK}"


def test_other_cases_keep_their_texts(world: World) -> None:
    other, case = actors.submitted(title=f"Zu {PASSAGE}"), actors.submitted(title=f"Zu {PASSAGE}")
    workflow.redact(case, world.coordinator, passage=PASSAGE, reason="Name")
    assert fresh(other).title == f"Zu {PASSAGE}"


def test_one_text_alone_can_be_redacted(world: World) -> None:
    case = actors.submitted(title=f"Zu {PASSAGE}", situation=f"Ein Ausschuss, {PASSAGE}")
    place = next(p for p in workflow.find_passage(case, PASSAGE) if p.where == "Anfrage: Worum es geht")
    workflow.redact(case, world.coordinator, passage=PASSAGE, reason="Name", only=place.key)
    assert (fresh(case).title, fresh(case).situation) == (f"Zu {MARK}", f"Ein Ausschuss, {PASSAGE}")


def test_mails_composed_later_hold_no_passage(world: World) -> None:
    case = world.case(S.IN_REVIEW, title=f"Zu {PASSAGE}", situation=f"Es geht um {PASSAGE} und mehr.")
    workflow.redact(case, world.coordinator, passage=PASSAGE, reason="Name")
    workflow.ask_query(fresh(case), world.coordinator, text="Welche Vereine?")
    mail = OutboxMessage.objects.filter(kind="query_asked").latest("pk")
    assert PASSAGE not in mail.subject + mail.body


# --- Found ----------------------------------------------------------------------------------------


def test_the_preview_shows_each_place_among_its_words(world: World) -> None:
    case = actors.submitted(situation=f"Vorher {VARIANTS[0]} nachher, und {VARIANTS[1]}.")
    [place] = [p for p in workflow.find_passage(case, PASSAGE) if p.key.startswith("case-")]
    assert (place.where, place.count) == ("Anfrage: Situation vor Ort", 2)
    assert place.excerpts[0] == ("Vorher ", VARIANTS[0], " nachher, und torben  quastenberg.")


def test_private_notes_are_redacted_along_and_never_told_of(world: World) -> None:
    case = world.case(S.IN_DIALOGUE)
    secret = "Leise Skepsis"
    assert workflow.find_passage(case, secret) == []
    before = snapshot()
    with pytest.raises(InvalidTransition):
        workflow.redact(case, world.coordinator, passage=secret, reason="Name")
    assert snapshot() == before
    workflow.write_note(case, world.coordinator, text="Leise Skepsis auch hier")
    workflow.redact(case, world.coordinator, passage=secret, reason="Name")
    assert case.sessions.get().private_notes == f"{MARK} im Amt."


@pytest.mark.parametrize(
    ("passage", "sentence"),
    [
        ("ab", "Geben Sie mindestens 3 Zeichen an."),
        (" a  ", "Geben Sie mindestens 3 Zeichen an."),
        ("x███y", "Das ist schon geschwärzt."),
        ("Gibt es nicht", "Diese Stelle steht dort nicht mehr."),
    ],
)
def test_what_cannot_be_redacted_is_refused(world: World, passage: str, sentence: str) -> None:
    case = actors.submitted()
    before = snapshot()
    with pytest.raises(InvalidTransition) as error:
        workflow.redact(case, world.coordinator, passage=passage, reason="Name")
    assert str(error.value.message) == sentence
    assert snapshot() == before


def test_characters_with_a_meaning_in_patterns_are_taken_as_they_are(world: World) -> None:
    case = actors.submitted(situation="Er sagte: (a|b)* [x] $1 – und sonst abab.")
    workflow.redact(case, world.coordinator, passage="(a|b)* [x] $1", reason="Probe")
    assert fresh(case).situation == f"Er sagte: {MARK} – und sonst abab."


# --- Recorded -------------------------------------------------------------------------------------


def test_who_when_where_and_why_is_recorded_and_never_the_passage(world: World) -> None:
    case = actors.submitted(title=f"Zu {PASSAGE}", situation=f"Ein Ausschuss, {PASSAGE}")
    OutboxMessage.objects.all().delete()
    done = workflow.redact(case, world.coordinator, passage=PASSAGE, reason="Unbeteiligte Person")
    assert [(r.place, r.by, r.reason, r.length) for r in done] == [
        ("Anfrage: Worum es geht", world.coordinator, "Unbeteiligte Person", len(PASSAGE)),
        ("Anfrage: Situation vor Ort", world.coordinator, "Unbeteiligte Person", len(PASSAGE)),
    ]
    event = case.events.last()
    assert (event.kind, event.data) == (EventKind.REDACTED, {"reason": "Unbeteiligte Person", "texts": 2})
    assert EventKind.REDACTED not in timeline._PUBLIC


def test_a_reason_that_holds_the_passage_is_refused(world: World) -> None:
    case = actors.submitted(title=f"Zu {PASSAGE}")
    before = snapshot()
    with pytest.raises(InvalidTransition) as error:
        workflow.redact(case, world.coordinator, passage=PASSAGE, reason="Nennt torben quastenberg")
    assert str(error.value.message) == "Im Grund darf die Stelle selbst nicht stehen."
    assert snapshot() == before


def test_only_the_coordination_redacts(world: World) -> None:
    case = world.case(S.IN_DIALOGUE)
    for person in (actors.contact_of(case), world.lead.user, world.other_contact):
        with pytest.raises(workflow.NotAllowed):
            workflow.redact(case, person, passage="Steuerungsgruppe", reason="Name")


def test_events_are_changed_by_a_redaction_and_by_nothing_else(world: World) -> None:
    case = world.case(S.DECLINED)
    event = case.events.get(kind=EventKind.DECLINED)
    with pytest.raises(TypeError):
        event.save()
    workflow.redact(case, world.coordinator, passage="Das Thema passt nicht.", reason="Probe")
    changed = Event.objects.get(pk=event.pk)
    assert changed.data | {"text": MARK} == changed.data
    assert (changed.at, changed.actor_id, changed.kind) == (event.at, event.actor_id, event.kind)


# --- Not written back -----------------------------------------------------------------------------


def test_a_step_that_was_opened_before_is_refused(world: World) -> None:
    case = world.case(S.IN_REVIEW, situation=f"Ein Ausschuss, {PASSAGE}")
    seen = case.version
    workflow.redact(case, world.coordinator, passage=PASSAGE, reason="Name")
    with pytest.raises(InvalidTransition):
        offers = [workflow.Offer(world.lead, AssignmentRole.LEAD, f"Ausschuss, {PASSAGE}")]
        workflow.offer(case, world.coordinator, offers, seen=seen)
    assert everything_stored().count(PASSAGE.casefold()) == 0


def test_a_redaction_that_was_looked_at_before_a_change_is_refused(world: World) -> None:
    case = actors.submitted(title=f"Zu {PASSAGE}")
    workflow.start_review(case, world.coordinator)
    with pytest.raises(InvalidTransition):
        workflow.redact(case, world.coordinator, passage=PASSAGE, reason="Name", seen=case.version)


def test_minutes_in_a_form_of_before_do_not_undo_the_redaction(world: World) -> None:
    case = world.case(S.MATCHED)
    session = actors.log_session(world, case)
    typed: dict[str, Any] = {"shared_minutes": "Ziele geklärt.", "private_notes": f"Mit {MARK} gesprochen."}
    workflow.redact(case, world.coordinator, passage="Ziele", reason="Probe")
    correct = {"advisors": [world.lead], "fields": actors.session_fields(**typed)}
    with pytest.raises(InvalidTransition) as error:
        workflow.correct_session(session, world.lead.user, **correct)
    assert str(error.value.message) == (
        "In diesem Text ist eine Stelle geschwärzt. Öffnen Sie die Seite neu und lassen Sie „███“ stehen."
    )
    correct["fields"]["shared_minutes"] = f"{MARK} geklärt, und mehr."
    workflow.correct_session(session, world.lead.user, **correct)
    assert case.sessions.get().shared_minutes == f"{MARK} geklärt, und mehr."


def test_an_option_in_a_form_of_before_does_not_undo_the_redaction(world: World) -> None:
    case = world.case(S.IN_DIALOGUE)
    option = workflow.write_option(case, world.lead.user, fields=actors.option_fields(title=f"Mit {PASSAGE}"))
    workflow.redact(case, world.coordinator, passage=PASSAGE, reason="Name")
    with pytest.raises(InvalidTransition):
        workflow.write_option(
            case, world.lead.user, option=option, version=option.version,
            fields=actors.option_fields(title=f"Mit {PASSAGE}"),
        )  # fmt: skip
    assert case.options.get().title == f"Mit {MARK}"


def test_a_function_in_a_form_of_before_does_not_undo_the_redaction(world: World) -> None:
    case = actors.submitted(contact={"function": f"Vertretung von {PASSAGE}"})
    contact = case.contacts.get()
    workflow.redact(case, world.coordinator, passage=PASSAGE, reason="Name")
    with pytest.raises(InvalidTransition):
        workflow.correct_contact(contact, contact.user, fields={"function": f"Vertretung von {PASSAGE}"})
    assert case.contacts.get().function == f"Vertretung von {MARK}"
