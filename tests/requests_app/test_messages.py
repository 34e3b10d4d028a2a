"""Messages: who reads which thread and its files, what is new to whom, and drafts that nobody else sees."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from miglobe.accounts.models import User
from miglobe.mail.models import OutboxMessage
from requests_app import access, message_drafts, papers, read_marks, threads, workflow
from requests_app.access import Side
from requests_app.models import (
    Audience,
    Case,
    CaseStatus,
    Document,
    Message,
    MessageDraft,
    ReadMark,
    ScanState,
)
from requests_app.timeline import public_timeline
from requests_app.triage import unread
from tests import actors
from tests.actors import World
from tests.requests_app import files
from tests.sign_in import sign_in

pytestmark = pytest.mark.django_db

READS = {
    Audience.MUNICIPALITY: {Side.MUNICIPALITY, Side.COORDINATOR},
    Audience.ADVISORS: {Side.ADVISOR, Side.COORDINATOR},
    Audience.EVERYONE: set(Side),
}
SECRET = "Geheimplan.pdf"
KEY = "5b8de0a5-0d0c-4a37-9d5b-1f6c3c1f4a10"


@pytest.fixture
def world() -> World:
    return World()


def people(world: World, case: Case) -> dict[Side, User]:
    return {
        Side.MUNICIPALITY: actors.contact_of(case),
        Side.ADVISOR: world.lead.user,
        Side.COORDINATOR: world.coordinator,
    }


def write(world: World, case: Case, audience: Audience, text: str = "Guten Tag", by: Any = None) -> Message:
    """A message of the coordination, or of the side ``by``."""
    side = by or Side.COORDINATOR
    user = people(world, case)[side]
    draft = message_drafts.draft_of(case, user)
    return workflow.write_message(case, user, side, text=text, audience=audience, draft=draft)


def with_file(world: World, case: Case, audience: Audience, by: Any = None, name: str = SECRET) -> Document:
    """A message with one file."""
    user = people(world, case)[by or Side.COORDINATOR]
    draft = message_drafts.keep(case, user, body="Anbei", with_files=True)
    assert draft is not None
    message_drafts.add_file(draft, files.upload(files.pdf(), name))
    return write(world, case, audience, by=by).documents.get()


def page_of(user: User, case: Case, side: Side, query: str = "") -> Any:
    client = Client()
    sign_in(client, user)
    return client.get(address(case, side) + query)


def address(case: Case, side: Side, name: str = "case", *args: Any) -> str:
    if side == Side.COORDINATOR:
        admin = {"case": "change"}.get(name, name)
        return reverse(f"admin:requests_app_case_{admin}", args=[case.pk, *args])
    room = {Side.MUNICIPALITY: "casepage", Side.ADVISOR: "workspace"}[side]
    return reverse(f"{room}:{name}", args=[case.reference, *args])


# --- Who reads what ---------------------------------------------------------------------------------


@pytest.mark.parametrize("audience", Audience)
def test_message_and_its_file_reach_the_sides_of_its_audience_and_no_other(
    world: World, audience: Audience
) -> None:
    case = world.case(CaseStatus.MATCHED)
    document = with_file(world, case, audience)
    shown, saved, mailed = set(), set(), set()
    for side, user in people(world, case).items():
        page = page_of(user, case, side).content.decode()
        assert (SECRET in page) == ("Guten Tag" in page)
        if SECRET in page:
            shown.add(side)
        client = Client()
        sign_in(client, user)
        status = client.get(address(case, side, "document", document.pk)).status_code
        assert status in (200, 404)
        if status == 200:
            saved.add(side)
        if OutboxMessage.objects.filter(kind="message_written", recipient=user.email).exists():
            mailed.add(side)
    assert shown == saved == READS[audience]
    assert mailed == READS[audience] - {Side.COORDINATOR}  # who wrote it


@pytest.mark.parametrize("audience", Audience)
def test_unread_messages_are_counted_for_whoever_reads_them_and_not_for_the_author(
    world: World, audience: Audience
) -> None:
    case = world.case(CaseStatus.MATCHED)
    write(world, case, audience)
    counts = {
        side: read_marks.count_unread([case], user, side).get(case.pk, 0)
        for side, user in people(world, case).items()
    }
    assert counts == {side: int(side in READS[audience] - {Side.COORDINATOR}) for side in Side}


def test_documents_of_the_case_itself_are_for_every_side(world: World) -> None:
    case = world.case(CaseStatus.MATCHED)
    document = workflow.add_document(case, actors.contact_of(case), files.upload(files.pdf()))
    assert [list(access.documents_for(case, side)) for side in Side] == [[document]] * 3


def test_same_file_in_a_thread_that_one_does_not_read_does_not_count_as_uploaded(world: World) -> None:
    case = world.case(CaseStatus.MATCHED)
    with_file(world, case, Audience.ADVISORS)
    workflow.add_document(case, actors.contact_of(case), files.upload(files.pdf(), "Konzept.pdf"))
    assert sorted(case.documents.values_list("name", flat=True)) == [SECRET, "Konzept.pdf"]


def test_request_as_pdf_names_the_files_of_the_request_and_of_no_message(world: World) -> None:
    case = world.case(CaseStatus.MATCHED)
    with_file(world, case, Audience.ADVISORS)
    workflow.add_document(case, actors.contact_of(case), files.upload(files.pdf(), "Konzept.pdf"))
    text = str(papers.request(case))
    assert ("Konzept.pdf" in text, SECRET in text) == (True, False)


@pytest.mark.parametrize(
    ("audience", "side", "names"),
    [
        (Audience.EVERYONE, Side.MUNICIPALITY, ["Amara Okafor (Beratung)", "die Koordination"]),
        (Audience.MUNICIPALITY, Side.MUNICIPALITY, ["die Koordination"]),
        (Audience.EVERYONE, Side.ADVISOR, ["Katrin Wellmann (Hattingen)", "die Koordination"]),
        (Audience.ADVISORS, Side.ADVISOR, ["die Koordination"]),
        (Audience.EVERYONE, Side.COORDINATOR, ["Katrin Wellmann (Hattingen)", "Amara Okafor (Beratung)"]),
        (Audience.ADVISORS, Side.COORDINATOR, ["Amara Okafor (Beratung)"]),
    ],
)
def test_readers_are_named_as_each_side_knows_them(
    world: World, audience: Audience, side: Side, names: list[str]
) -> None:
    case = world.case(CaseStatus.MATCHED)
    assert threads.readers(case, audience, side, [people(world, case)[side].pk]) == names


def test_advisors_read_no_name_of_a_contact_whose_address_nobody_has_confirmed(world: World) -> None:
    case = world.case(CaseStatus.MATCHED)
    case.contacts.update(confirmed_at=None)
    assert threads.readers(case, Audience.EVERYONE, Side.ADVISOR) == [
        "Hattingen", "Amara Okafor (Beratung)", "die Koordination",
    ]  # fmt: skip


def test_mail_says_whom_the_message_goes_to_as_its_reader_may_know(world: World) -> None:
    case = world.case(CaseStatus.MATCHED)
    with_file(world, case, Audience.EVERYONE)
    texts = {mail.recipient: mail.body for mail in OutboxMessage.objects.filter(kind="message_written")}
    contact = texts[actors.contact_of(case).email]
    assert "Geht an: Sie, Amara Okafor (Beratung), die Koordination" in contact
    assert "Mit der Nachricht kam eine Datei." in contact
    assert "Geht an: Sie, Katrin Wellmann (Hattingen), die Koordination" in texts[world.lead.user.email]


ALSO = "Diese Nachricht lesen auch die Beratenden."
NOT_THEY = (
    "Diese Nachricht lesen die Beratenden, die Kommune nicht.",
    "Diese Nachricht liest die Kommune, die Beratenden nicht.",
)


@pytest.mark.parametrize(
    ("audience", "answered", "sentence"),
    [
        (Audience.EVERYONE, Audience.MUNICIPALITY, ALSO),
        (Audience.EVERYONE, Audience.ADVISORS, "Diese Nachricht liest auch die Kommune."),
        (
            Audience.ADVISORS,
            Audience.MUNICIPALITY,
            NOT_THEY[0],
        ),
        (
            Audience.MUNICIPALITY,
            Audience.ADVISORS,
            NOT_THEY[1],
        ),
        (Audience.MUNICIPALITY, Audience.EVERYONE, ""),
        (Audience.EVERYONE, Audience.EVERYONE, ""),
        (Audience.EVERYONE, None, ""),
    ],
)
def test_whoever_widens_a_thread_is_told_who_reads_it_then(
    audience: Audience, answered: Audience | None, sentence: str
) -> None:
    assert threads.also_read(audience, answered) == sentence


# --- Threads ----------------------------------------------------------------------------------------


def test_thread_stands_alone_and_its_form_answers_in_it(world: World) -> None:
    case = world.case(CaseStatus.MATCHED)
    write(world, case, Audience.EVERYONE, "An alle")
    write(world, case, Audience.MUNICIPALITY, "Nur an Sie")
    contact = actors.contact_of(case)
    page = page_of(contact, case, Side.MUNICIPALITY)
    # The last message is not for the advisors, so the answer to it is not either.
    assert page.context["message_form"]["audience"].value() == Audience.MUNICIPALITY
    page = page_of(contact, case, Side.MUNICIPALITY, "?faden=gemeinsam")
    assert [m.body for m in page.context["talk"].messages] == ["An alle"]
    assert page.context["message_form"]["audience"].value() == Audience.EVERYONE
    assert [tab.label for tab in page.context["talk"].tabs] == [
        "Alle Nachrichten", "Alle Beteiligten", "Kommune und Koordination",
    ]  # fmt: skip


@pytest.mark.parametrize("query", ["?faden=beratung", "?faden=unsinn"])
def test_thread_that_one_does_not_read_cannot_be_asked_for(world: World, query: str) -> None:
    case = world.case(CaseStatus.MATCHED)
    write(world, case, Audience.ADVISORS, "Unter uns")
    page = page_of(actors.contact_of(case), case, Side.MUNICIPALITY, query)
    assert (page.context["talk"].thread, "Unter uns" in page.content.decode()) == (None, False)


def test_without_advisors_there_is_one_thread_and_no_choice(world: World) -> None:
    case = world.case(CaseStatus.IN_REVIEW)
    page = page_of(actors.contact_of(case), case, Side.MUNICIPALITY)
    assert page.context["talk"].tabs == []
    assert page.context["message_form"].fields["audience"].widget.is_hidden


# --- What is new ------------------------------------------------------------------------------------


def test_get_marks_nothing_and_post_marks_what_the_page_showed(world: World) -> None:
    case = world.case(CaseStatus.MATCHED)
    first = write(world, case, Audience.EVERYONE)
    contact, client = actors.contact_of(case), Client()
    sign_in(client, contact)
    for _time in range(2):
        page = client.get(address(case, Side.MUNICIPALITY))
        assert page.context["talk"].new == [first]
    assert not ReadMark.objects.filter(user=contact).exists()
    later = write(world, case, Audience.EVERYONE, "Noch etwas")
    until = {"until": page.context["talk"].last_new.pk}
    answer = client.post(address(case, Side.MUNICIPALITY, "mark_read"), until)
    assert answer["Location"] == address(case, Side.MUNICIPALITY) + "#messages"
    assert client.get(address(case, Side.MUNICIPALITY)).context["talk"].new == [later]


def test_script_that_marks_gets_no_page(world: World) -> None:
    case = world.case(CaseStatus.MATCHED)
    message = write(world, case, Audience.ADVISORS)
    client = Client()
    sign_in(client, world.lead.user)
    path = address(case, Side.ADVISOR, "mark_read")
    asked = client.post(path, {"until": message.pk}, headers={"X-Requested-With": "fetch"})
    assert (asked.status_code, read_marks.count_unread([case], world.lead.user, Side.ADVISOR)) == (204, {})


@pytest.mark.parametrize("until", ["", "x", "0", "9" * 30])
def test_nonsense_marks_nothing(world: World, until: str) -> None:
    case = world.case(CaseStatus.MATCHED)
    client = Client()
    sign_in(client, actors.contact_of(case))
    client.post(address(case, Side.MUNICIPALITY, "mark_read"), {"until": until})
    assert not ReadMark.objects.exists()


def test_message_that_one_does_not_read_marks_nothing(world: World) -> None:
    case = world.case(CaseStatus.MATCHED)
    hidden = write(world, case, Audience.ADVISORS)
    contact, client = actors.contact_of(case), Client()
    sign_in(client, contact)
    client.post(address(case, Side.MUNICIPALITY, "mark_read"), {"until": hidden.pk})
    assert not ReadMark.objects.filter(user=contact).exists()


def test_mark_never_goes_back(world: World) -> None:
    case, now = world.case(CaseStatus.MATCHED), timezone.now()
    for read_at in (now, now - dt.timedelta(days=1)):
        read_marks.set_mark(case, world.coordinator, read_at)
    assert ReadMark.objects.get(user=world.coordinator).read_at == now


SIDES = [Side.MUNICIPALITY, Side.ADVISOR, Side.COORDINATOR]


def from_others(side: Side) -> Side:
    return Side.MUNICIPALITY if side == Side.COORDINATOR else Side.COORDINATOR


def hidden(page: Any) -> dict[str, str]:
    """The hidden fields of the message form on a page."""
    fields = re.findall(r'<input type="hidden" name="(\w+)"(?: value="([^"]*)")?', page.content.decode())
    return {name: value for name, value in fields if name in {"form_key", "thread", "seen"}}


@pytest.mark.parametrize("side", SIDES)
def test_whoever_writes_has_read_what_stood_on_the_page_but_not_what_came_meanwhile(
    world: World, side: Side
) -> None:
    case = world.case(CaseStatus.MATCHED)
    write(world, case, Audience.EVERYONE, by=from_others(side))
    client, user = Client(), people(world, case)[side]
    sign_in(client, user)
    form = hidden(client.get(address(case, side)))
    meanwhile = write(world, case, Audience.EVERYONE, "Inzwischen", by=from_others(side))
    send(client, case, side, body="Meine Antwort.", **form)
    assert case.messages.last().body == "Meine Antwort."
    assert list(read_marks.unread(user, side).filter(case=case)) == [meanwhile]


def test_whoever_writes_in_one_thread_has_not_read_the_others(world: World) -> None:
    case = world.case(CaseStatus.MATCHED)
    elsewhere = write(world, case, Audience.ADVISORS)
    write(world, case, Audience.EVERYONE)
    client, user = Client(), world.lead.user
    sign_in(client, user)
    form = hidden(client.get(address(case, Side.ADVISOR) + "?faden=gemeinsam"))
    assert form["seen"] == ""
    send(client, case, Side.ADVISOR, body="Meine Antwort.", **form)
    assert elsewhere in read_marks.unread(user, Side.ADVISOR).filter(case=case)


@pytest.mark.parametrize("seen", ["", "x", "0", "9" * 30])
def test_message_is_sent_whatever_its_form_says_of_what_was_seen(world: World, seen: str) -> None:
    case = world.case(CaseStatus.MATCHED)
    client = Client()
    sign_in(client, actors.contact_of(case))
    send(client, case, Side.MUNICIPALITY, body="Kommt an.", form_key=str(uuid.uuid4()), seen=seen)
    assert case.messages.last().body == "Kommt an."
    assert not ReadMark.objects.exists()


def test_not_all_that_is_new_shown_cannot_be_marked(world: World) -> None:
    case = world.case(CaseStatus.MATCHED)
    for number in range(threads.SHOWN + 1):
        write(world, case, Audience.EVERYONE, f"Nachricht {number}")
    contact = actors.contact_of(case)
    assert not page_of(contact, case, Side.MUNICIPALITY).context["talk"].can_mark
    assert page_of(contact, case, Side.MUNICIPALITY, "?nachrichten=alle").context["talk"].can_mark


# --- Drafts -----------------------------------------------------------------------------------------


def send(client: Client, case: Case, side: Side, **typed: Any) -> Any:
    name = {Side.MUNICIPALITY: "message", Side.ADVISOR: "write", Side.COORDINATOR: "message"}[side]
    return client.post(address(case, side, name), {"audience": "everyone", "body": "", **typed})


@pytest.mark.parametrize("side", Side)
def test_draft_is_kept_for_its_writer_alone_and_comes_back(world: World, side: Side) -> None:
    case = world.case(CaseStatus.MATCHED)
    everybody = people(world, case)
    client = Client()
    sign_in(client, everybody[side])
    typed = {"body": "Mein halber Satz", "audience": "everyone"}
    assert client.post(address(case, side, "message_draft"), typed).status_code == 204
    seen = {
        each
        for each, user in everybody.items()
        if "Mein halber Satz" in page_of(user, case, each).content.decode()
    }
    assert seen == {side}
    assert page_of(everybody[side], case, side).context["message_form"]["audience"].value() == "everyone"


def test_two_people_of_one_side_have_a_draft_each(world: World) -> None:
    case = world.case(CaseStatus.MATCHED)
    first, second = actors.contact_of(case), actors.colleague(case).user
    for user in (first, second):
        message_drafts.keep(case, user, body=f"Von {user.pk}")
    bodies = [
        page_of(user, case, Side.MUNICIPALITY).context["message_form"]["body"].value()
        for user in (first, second)
    ]
    assert bodies == [f"Von {first.pk}", f"Von {second.pk}"]


@pytest.mark.parametrize("side", Side)
def test_file_is_kept_with_the_draft_when_the_text_is_missing_and_goes_with_the_message(
    world: World, side: Side
) -> None:
    case = world.case(CaseStatus.MATCHED)
    client = Client()
    sign_in(client, people(world, case)[side])
    page = send(client, case, side, attachments=[files.upload(files.pdf(), "Plan.pdf")], form_key=KEY)
    assert page.context["message_form"].errors["body"] == [gettext("Write a message.")]
    assert "Plan.pdf" in page.content.decode()
    assert not case.documents.exists()
    send(client, case, side, body="Jetzt mit Text", form_key=KEY)
    message = case.messages.get()
    assert [d.name for d in message.documents.all()] == ["Plan.pdf"]
    assert list(case.documents.all()) == list(message.documents.all())
    assert not MessageDraft.objects.exists()


def test_message_sent_twice_with_its_files_is_one_message_and_leaves_no_draft(world: World) -> None:
    case = world.case(CaseStatus.MATCHED)
    client = Client()
    sign_in(client, actors.contact_of(case))
    for _time in range(2):
        send(
            client,
            case,
            Side.MUNICIPALITY,
            body="Anbei",
            attachments=[files.upload(files.pdf())],
            form_key=KEY,
        )
    assert (case.messages.count(), case.documents.count(), MessageDraft.objects.count()) == (1, 1, 0)


@pytest.mark.parametrize("side", Side)
def test_other_text_from_a_form_that_was_sent_is_kept_and_can_be_sent(world: World, side: Side) -> None:
    case, client = world.case(CaseStatus.MATCHED), Client()
    sign_in(client, people(world, case)[side])
    send(client, case, side, body="Guten Tag", form_key=KEY)
    form = send(client, case, side, body="Guten Abend", form_key=KEY).context["message_form"]
    assert (form["body"].value(), form["form_key"].value() == KEY) == ("Guten Abend", False)
    send(client, case, side, body="Guten Abend", form_key=form["form_key"].value())
    assert [message.body for message in case.messages.all()] == ["Guten Tag", "Guten Abend"]


def test_file_that_is_not_taken_is_told_and_the_message_waits(world: World) -> None:
    case = world.case(CaseStatus.MATCHED)
    client = Client()
    sign_in(client, actors.contact_of(case))
    uploads = [files.upload(b"<svg/>", "Plan.svg"), files.upload(files.pdf(), "Gut.pdf")]
    page = send(client, case, Side.MUNICIPALITY, body="Anbei", attachments=uploads, form_key=KEY)
    assert ["Plan.svg" in error for error in page.context["message_form"].errors["attachments"]] == [True]
    assert not case.messages.exists()
    draft = MessageDraft.objects.get()
    assert (draft.body, [d.name for d in draft.documents.all()]) == ("Anbei", ["Gut.pdf"])


def test_buttons_keep_a_draft_remove_its_file_and_delete_it(world: World) -> None:
    case = world.case(CaseStatus.MATCHED)
    client = Client()
    sign_in(client, actors.contact_of(case))
    send(client, case, Side.MUNICIPALITY, body="Halb", attachments=[files.upload(files.pdf())], keep="1")
    document = MessageDraft.objects.get(body="Halb").documents.get()
    send(client, case, Side.MUNICIPALITY, body="Halb und mehr", remove=document.pk)
    draft = MessageDraft.objects.get()
    assert (draft.body, draft.documents.count()) == ("Halb und mehr", 0)
    send(client, case, Side.MUNICIPALITY, body="Halb und mehr", discard="1")
    assert (MessageDraft.objects.count(), case.messages.count()) == (0, 0)


def test_file_of_somebody_elses_draft_cannot_be_removed(world: World) -> None:
    case = world.case(CaseStatus.MATCHED)
    draft = message_drafts.keep(case, world.lead.user, body="x", with_files=True)
    assert draft is not None
    document = message_drafts.add_file(draft, files.upload(files.pdf()))
    client = Client()
    sign_in(client, actors.contact_of(case))
    send(client, case, Side.MUNICIPALITY, body="y", remove=document.pk)
    assert Document.objects.filter(pk=document.pk).exists()


@pytest.mark.parametrize("side", Side)
def test_file_of_a_draft_can_be_saved_by_nobody(world: World, side: Side) -> None:
    case = world.case(CaseStatus.MATCHED)
    user = people(world, case)[side]
    draft = message_drafts.keep(case, user, body="x", with_files=True)
    assert draft is not None
    document = message_drafts.add_file(draft, files.upload(files.pdf()))
    client = Client()
    sign_in(client, user)
    assert client.get(address(case, side, "document", document.pk)).status_code == 404


def test_emptied_draft_is_gone(world: World) -> None:
    case = world.case(CaseStatus.MATCHED)
    message_drafts.keep(case, world.coordinator, body="Etwas")
    assert message_drafts.keep(case, world.coordinator, body=" \r\n") is None
    assert not MessageDraft.objects.exists()


def test_too_long_a_draft_is_kept_to_its_limit(world: World) -> None:
    case = world.case(CaseStatus.MATCHED)
    draft = message_drafts.keep(case, world.coordinator, body="x\0" * 30_000)
    assert draft is not None
    assert draft.body == "x" * message_drafts.MAX_LENGTH


def test_draft_goes_when_its_writer_leaves_the_case(world: World) -> None:
    case = world.case(CaseStatus.MATCHED)
    colleague = actors.colleague(case)
    for user in (colleague.user, world.lead.user, actors.contact_of(case)):
        message_drafts.keep(case, user, body="Halb")
    workflow.leave_case(case, colleague.user)
    workflow.end_assignment(case.assignments.get(advisor=world.lead), world.coordinator)
    assert [draft.user for draft in MessageDraft.objects.all()] == [actors.contact_of(case)]


def test_drafts_that_nobody_has_touched_for_90_days_are_deleted_with_their_files(world: World) -> None:
    case, now = world.case(CaseStatus.MATCHED), timezone.now()
    for user, days in ((world.lead.user, 91), (world.coordinator, 89)):
        draft = message_drafts.keep(case, user, body="Halb", with_files=True)
        assert draft is not None
        message_drafts.add_file(draft, files.upload(files.pdf()))
        MessageDraft.objects.filter(pk=draft.pk).update(saved_at=now - dt.timedelta(days=days))
    assert [message_drafts.delete_old(), message_drafts.delete_old()] == [1, 0]
    assert MessageDraft.objects.get().user == world.coordinator
    assert Document.objects.count() == 1


def test_document_belongs_to_one_thing_alone(world: World) -> None:
    case = world.case(CaseStatus.MATCHED)
    document = with_file(world, case, Audience.EVERYONE)
    draft = message_drafts.keep(case, world.coordinator, body="x")
    for changes in ({"message_draft": draft}, {"case": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Document.objects.filter(pk=document.pk).update(**changes)


# --- Files that turn out to be harmful ----------------------------------------------------------------


@pytest.mark.parametrize("by", [Side.MUNICIPALITY, Side.ADVISOR, Side.COORDINATOR])
def test_harmful_file_of_a_message_is_told_to_its_author_and_the_coordination(
    world: World, settings: Any, by: Side
) -> None:
    settings.CLAMD_URL = "tcp://127.0.0.1:3310"
    case = world.case(CaseStatus.MATCHED)
    audience = Audience.MUNICIPALITY if by == Side.MUNICIPALITY else Audience.ADVISORS
    document = with_file(world, case, audience, by)
    workflow.condemn_document(document)
    told = {mail.recipient for mail in OutboxMessage.objects.filter(kind="document_harmful")}
    assert told == {people(world, case)[by].email, world.coordinator.email}
    said = gettext("Harmful document deleted") in [entry.what for entry in public_timeline(case)]
    assert said == (by == Side.MUNICIPALITY)


def test_harmful_file_of_a_draft_stays_behind_when_the_message_goes(world: World, settings: Any) -> None:
    settings.CLAMD_URL = "tcp://127.0.0.1:3310"
    case = world.case(CaseStatus.MATCHED)
    draft = message_drafts.keep(case, world.coordinator, body="x", with_files=True)
    assert draft is not None
    workflow.condemn_document(message_drafts.add_file(draft, files.upload(files.pdf(), SECRET)))
    message_drafts.add_file(draft, files.upload(files.png(), "Gut.png"))
    assert not OutboxMessage.objects.filter(kind="document_harmful").exists()
    message = write(world, case, Audience.EVERYONE)
    assert [(d.name, d.scan_state) for d in message.documents.all()] == [("Gut.png", ScanState.PENDING)]


# --- Merging ------------------------------------------------------------------------------------------


def test_drafts_and_marks_go_on_in_the_case_that_takes_another_in_and_back(world: World) -> None:
    case, into = world.case(CaseStatus.IN_REVIEW), actors.submitted(title="Ziel")
    contact = actors.contact_of(case)
    message_drafts.keep(case, contact, body="Halb")
    workflow.write_message(case, contact, Side.MUNICIPALITY, text="Hallo", audience=Audience.MUNICIPALITY)
    read_marks.set_mark(case, contact, timezone.now())
    marked = ReadMark.objects.filter(user=contact).values_list("case", flat=True)
    workflow.merge(case, into, world.coordinator)
    # The mark of the merged case stays behind for the undoing.
    assert (MessageDraft.objects.get().case, set(marked)) == (into, {case.pk, into.pk})
    workflow.undo_merge(Case.objects.get(pk=case.pk), world.coordinator)
    assert (MessageDraft.objects.get().case, set(marked.all())) == (case, {case.pk})


# --- Counts in lists ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("side", "path"),
    [
        (Side.MUNICIPALITY, "casepage:list"),
        (Side.ADVISOR, "workspace:home"),
        (Side.COORDINATOR, "admin:index"),
        (Side.COORDINATOR, "admin:requests_app_case_changelist?liste=alle"),
    ],
)
def test_lists_say_how_many_messages_are_new_in_ones_own_cases(world: World, side: Side, path: str) -> None:
    case = world.case(CaseStatus.MATCHED)
    author = Side.ADVISOR if side != Side.ADVISOR else Side.MUNICIPALITY
    for number in range(3):
        write(world, case, Audience.EVERYONE, f"Nachricht {number}", by=author)
    client = Client()
    sign_in(client, people(world, case)[side])
    name, mark, query = path.partition("?")
    url = reverse(name) + mark + query
    assert "3 neue Nachrichten" in client.get(url).content.decode()
    read_marks.set_mark(case, people(world, case)[side], timezone.now())
    assert "neue Nachricht" not in client.get(url).content.decode()


def test_coordinator_is_told_of_new_messages_in_own_open_cases_alone(world: World) -> None:
    case = world.case(CaseStatus.MATCHED)
    write(world, case, Audience.EVERYONE, by=Side.ADVISOR)
    Case.objects.filter(pk=case.pk).update(responsible=None)
    assert unread.of_own_cases(world.coordinator) == []
    workflow.take_over(case, world.coordinator)
    assert [(row.case, row.number) for row in unread.of_own_cases(world.coordinator)] == [(case, 1)]
    workflow.withdraw(case, actors.contact_of(case))
    assert unread.of_own_cases(world.coordinator) == []


# --- Notes and messages apart ---------------------------------------------------------------------------


def test_what_was_typed_as_a_note_cannot_become_a_message_nor_the_other_way_round(world: World) -> None:
    case, client = world.case(CaseStatus.MATCHED), Client()
    sign_in(client, world.coordinator)
    page = client.get(address(case, Side.COORDINATOR))
    note = {page.context["note_form"].add_prefix(name) for name in page.context["note_form"].fields}
    message = {page.context["message_form"].add_prefix(name) for name in page.context["message_form"].fields}
    assert note & message == set()
    paths = {name: address(case, Side.COORDINATOR, name) for name in ("message", "note")}
    assert len(set(paths.values())) == 2
    client.post(paths["message"], {"note-text": "Leise Skepsis", "audience": "everyone", "form_key": KEY})
    client.post(paths["note"], {"body": "An Sie", "audience": "everyone", "form_key": KEY})
    assert (case.messages.count(), case.notes.count()) == (0, 0)
    for name in ("message_draft", "note_draft"):
        client.post(
            address(case, Side.COORDINATOR, name), {"note-text": "Nur Notiz", "body": "Nur Nachricht"}
        )
    kept = {draft.is_note: draft.body for draft in MessageDraft.objects.all()}
    assert kept == {True: "Nur Notiz", False: "Nur Nachricht"}


def test_kept_note_takes_its_draft_along(world: World) -> None:
    case = world.case(CaseStatus.MATCHED)
    message_drafts.keep(case, world.coordinator, body="Halb", is_note=True)
    message_drafts.keep(case, world.coordinator, body="Nachricht")
    workflow.write_note(case, world.coordinator, text="Ganz")
    assert [draft.body for draft in MessageDraft.objects.all()] == ["Nachricht"]


def test_script_that_comes_after_the_button_leaves_no_draft_of_a_kept_note(world: World) -> None:
    case, client = world.case(CaseStatus.MATCHED), Client()
    sign_in(client, world.coordinator)
    for name in ("note", "note_draft"):
        client.post(address(case, Side.COORDINATOR, name), {"note-text": "Rief an.\r\nWill mehr. "})
    assert (case.notes.get().body, MessageDraft.objects.count()) == ("Rief an.\nWill mehr.", 0)
