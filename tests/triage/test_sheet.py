"""The sheet of a case: what it shows and what it keeps back."""

from __future__ import annotations

import logging
import re
import uuid
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from miglobe.mail.models import OutboxMessage
from requests_app import workflow
from requests_app.models import (
    AssignmentRole,
    Audience,
    Case,
    CaseStatus,
    Event,
    EventKind,
    InternalNote,
    Message,
    Municipality,
)
from requests_app.threads import SHOWN as MESSAGES_SHOWN
from requests_app.triage import next_steps
from requests_app.workflow import ACTIONS, Who
from tests import actors
from tests.actors import World
from tests.triage.desk import Desk, forms, sent, words

S = CaseStatus


def steps(response: Any) -> set[str]:
    """The steps that a sheet has buttons for."""
    return set(re.findall(r'data-step="(\w+)"', response.content.decode()))


def test_sheet_shows_what_the_municipality_wrote(world: World, desk: Desk) -> None:
    answers = {
        "title": "Öffnung für Vereine – „auf Augenhöhe“",
        "situation": "Erste Zeile\nZweite Zeile mit <b>Klammern</b>",
        "guiding_question": "Wie gewinnen wir Vereine?",
        "period": "bis März",
        "advisor_wishes": "Erfahrung in Ghana",
        "participants": "Integrationsrat",
        "access_needs": "Gebärdensprache",
    }
    case = actors.submitted(
        municipality=Municipality.objects.get(name="Köln"), contact={"name": "Đặng Thị Ý"}, **answers
    )
    page = desk.sheet(case)
    text = words(page)
    for value in answers.values():
        assert " ".join(value.replace("<b>", "").split()).replace("</b>", "") in text.replace(
            "<b>", ""
        ).replace("</b>", "")
    assert "&lt;b&gt;" in page.content.decode()
    for value in ("Đặng Thị Ý", "Köln", case.reference, case.contacts.get().email, "0221 4710-101"):
        assert value in text


@pytest.mark.parametrize(
    ("confirmed", "text"), [(True, "Adresse bestätigt am"), (False, "Adresse nicht bestätigt")]
)
def test_sheet_says_whether_the_address_is_confirmed(
    world: World, desk: Desk, confirmed: bool, text: str
) -> None:
    assert text in words(desk.sheet(actors.submitted(confirmed=confirmed)))


def others(page: Any) -> list[Case]:
    """The cases that the hint over a new case names."""
    return [similar.case for similar in page.context["hint"].similar]


def test_sheet_names_other_cases_of_the_municipality(world: World, desk: Desk) -> None:
    case, other = actors.submitted(title="Eins"), actors.submitted(title="Zwei")
    assert reverse("admin:requests_app_case_change", args=[other.pk]) in desk.sheet(case).content.decode()


def test_sheet_warns_of_another_open_case_of_the_municipality_and_not_of_an_ended_one(
    world: World, desk: Desk
) -> None:
    actors.submitted(title="Fremd", municipality=Municipality.objects.get(name="Köln"))
    case = actors.submitted(title="Eins", municipality=Municipality.objects.get(name="Bochum"))
    warning = "app-panel--warning"
    assert warning not in desk.sheet(case).content.decode()
    other = actors.submitted(title="Zwei", municipality=Municipality.objects.get(name="Bochum"))
    page = desk.sheet(case)
    assert warning in page.content.decode()
    assert others(page) == [other]
    assert "Für Bochum gibt es schon: Zwei" in words(page)
    workflow.withdraw(other, actors.contact_of(other))
    page = desk.sheet(case)
    assert warning not in page.content.decode()
    assert others(page) == [other]
    assert "Für Bochum gibt es schon: Zwei" in words(page)


def test_sheet_warns_of_an_open_case_in_which_the_municipality_asks_along(world: World, desk: Desk) -> None:
    case = actors.submitted(municipality=Municipality.objects.get(name="Bochum"))
    joint = actors.submitted(municipality=Municipality.objects.get(name="Köln"))
    joint.partners.set([case.municipality])
    page = desk.sheet(case)
    assert others(page) == [joint]
    assert "Für Bochum gibt es schon:" in words(page)


def test_sheet_warns_of_open_cases_of_those_that_ask_along_in_both_directions(
    world: World, desk: Desk
) -> None:
    bochum, herne = Municipality.objects.get(name="Bochum"), Municipality.objects.get(name="Herne")
    joint = actors.submitted(title="Gemeinsam", municipality=Municipality.objects.get(name="Köln"))
    joint.partners.set([bochum, herne])
    led = actors.submitted(title="Eigener", municipality=bochum)
    along = actors.submitted(title="Auch gemeinsam", municipality=Municipality.objects.get(name="Bonn"))
    along.partners.set([herne])
    page = desk.sheet(joint)
    assert others(page) == [along, led]
    assert "Für Köln oder eine Kommune, die mit anfragt, gibt es schon:" in words(page)
    assert "Bonn und 1 weitere" in words(page)
    page = desk.sheet(led)
    assert others(page) == [joint]
    assert "Für Bochum gibt es schon:" in words(page)
    assert others(desk.sheet(along)) == [joint]


@pytest.mark.parametrize("status", CaseStatus)
def test_sheet_draws_the_steps_of_the_table_and_no_others(
    world: World, desk: Desk, status: CaseStatus
) -> None:
    case = world.case(status)
    mine = [action for action in ACTIONS.values() if action.who == Who.COORDINATOR and not action.unconfirmed]
    allowed = {action.key for action in mine if action.allows(status)}
    expected = allowed - set(next_steps.WITHOUT_A_BUTTON)
    live = {(a.role, a.status) for a in case.assignments.all() if a.is_live}
    # Beside an offer or an engagement, where there is one.
    if not any(state == "offered" for _role, state in live):
        expected.discard("withdraw_offer")
    if ("lead", "accepted") not in live:
        expected.discard("release_lead")
    if ("co", "accepted") not in live:
        expected.discard("end_assignment")
    # Only where a municipal company asked.
    expected.discard("settle_lead_unit")
    # Offers only while somebody is missing: the world asks a lead and a second advisor.
    if len(live) == 2:
        expected -= {"offer", "offer_co"}
    # A request in review is closed only where a dialogue has broken off.
    if status == S.IN_REVIEW:
        expected.discard("close")
    assert steps(desk.sheet(case)) == expected


def test_offer_comes_back_when_a_role_is_free_again(world: World, desk: Desk) -> None:
    case = world.case(S.MATCHING)
    workflow.withdraw_offer(world.offer_of(case, world.co), world.coordinator)
    assert "offer" in steps(desk.sheet(case))
    assert [name for name, _ in _choices(desk.step(case, "offer"))] == ["co"]


def _choices(response: Any) -> list[tuple[str, str]]:
    return [(n, v) for form in forms(response) for n, v in form.fields.items() if n in ("lead", "co")]


def test_nothing_on_the_sheet_is_edited_but_a_message_and_a_note(world: World, desk: Desk) -> None:
    page = desk.sheet(world.case(S.IN_DIALOGUE))
    typed = [
        name for form in forms(page) for name in form.fields
        if name not in ("csrfmiddlewaretoken", "seen", "form_key", "thread") and form.method == "post"
    ]  # fmt: skip
    assert typed == ["body", "audience", "attachments", "text_module", "note-text"]
    assert "submit-row" not in page.content.decode()


def test_fitting_advisors_come_with_reasons_in_words(world: World, desk: Desk) -> None:
    for name in ("Fatou Diallo", "Mehmet Yıldız"):
        actors.advisor(name)
    page = desk.sheet(world.case(S.IN_REVIEW)).content.decode()
    fits = page.partition('id="fits-title"')[2]
    shown, _, more = fits.partition('class="app-more"')
    assert (shown.count("frei: 3 von 3"), more.count("frei: 3 von 3")) == (3, 2)
    assert "Themen: Fairer Handel" in page
    assert f'schritt/offer/?lead={world.lead.pk}"' in page


def test_advisors_who_were_asked_are_not_suggested_again(world: World, desk: Desk) -> None:
    case = world.case(S.MATCHED)
    workflow.decline_offer(world.offer_of(case, world.co), world.co.user, reason="Im Ausland")
    page = desk.sheet(case)
    suggested = [fit.suggestion.advisor for fit in page.context["fits"]]
    assert world.lead not in suggested
    assert f"schritt/offer_co/?co={world.other_advisor.pk}" in page.content.decode()
    assert f"hat am {timezone.localdate():%d.%m.%Y} abgesagt" in words(page)
    assert "Grund: Im Ausland" in words(page)


def test_no_advisors_are_suggested_where_nobody_can_be_asked(world: World, desk: Desk) -> None:
    for status in (S.SUBMITTED, S.QUERY_OPEN, S.CLOSED):
        assert desk.sheet(world.case(status)).context["fits"] == []


def test_sessions_are_shown_without_private_notes(world: World, desk: Desk) -> None:
    page = desk.sheet(world.case(S.IN_DIALOGUE))
    assert "Ziele geklärt." in words(page)
    assert "Leise Skepsis" not in page.content.decode()


def test_private_notes_are_not_even_read(world: World, desk: Desk) -> None:
    session = desk.sheet(world.case(S.IN_DIALOGUE)).context["records"][0].session
    assert session.get_deferred_fields() == {"private_notes"}


def test_drafts_of_options_stay_with_the_advisors(world: World, desk: Desk) -> None:
    case = world.case(S.IN_DIALOGUE)
    workflow.write_option(case, world.lead.user, fields=actors.option_fields(title="Noch ein Entwurf"))
    assert "Noch ein Entwurf" not in words(desk.sheet(case)).partition("Verlauf")[0]
    workflow.propose_options(case, world.lead.user)
    assert "Noch ein Entwurf" in words(desk.sheet(case)).partition("Verlauf")[0]


def test_reading_a_sheet_is_logged_without_personal_data(
    world: World, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    case = world.case(S.SUBMITTED)
    with caplog.at_level(logging.INFO, logger="miglobe.audit"):
        desk.sheet(case)
        desk.step(case, "ask_query")
    lines = [record.getMessage() for record in caplog.records if record.name == "miglobe.audit"]
    assert lines == [f"user {world.coordinator.pk} read {case.reference}"] * 2


@pytest.mark.parametrize("count", [1, 30])
def test_sheet_asks_the_same_number_of_queries(
    world: World, desk: Desk, count: int, django_assert_num_queries: Any
) -> None:
    case = world.case(S.IN_DIALOGUE)
    for number in range(count):
        at, who = timezone.now(), world.coordinator
        Message.objects.create(
            case=case,
            author=who,
            author_side="coordinator",
            audience=Audience.MUNICIPALITY,
            body="x",
            created_at=at,
        )
        InternalNote.objects.create(case=case, author=who, body=f"{number}", created_at=at)
        Event.objects.create(case=case, kind=EventKind.NOTE_WRITTEN, actor=who, at=at, to_status=case.status)
        workflow.log_session(
            case,
            world.lead.user,
            fields=actors.session_fields(),
            advisors=[world.lead],
            form_key=uuid.uuid4(),
        )
        workflow.write_option(case, world.lead.user, fields=actors.option_fields())
        actors.submitted()
    workflow.propose_options(case, world.lead.user)
    held = case.sessions.latest("pk")  # the newest mails go to an advisor, too
    workflow.question_session(held, actors.contact_of(case), text="Anders.", version=1)
    desk.sheet(case)  # fills the caches
    with django_assert_num_queries(27):
        desk.sheet(case)


# --- Messages ------------------------------------------------------------------------------------


def _write(case: Case, count: int) -> list[str]:
    """Messages to the municipality, one after the other; what their ids on the page are."""
    return [
        f'id="message-{message.pk}"'
        for message in (
            case.messages.create(
                author=case.contacts.get().user,
                author_side="municipality",
                audience=Audience.MUNICIPALITY,
                body=f"Nachricht {number}",
                created_at=timezone.now(),
            )
            for number in range(count)
        )
    ]


def test_sheet_shows_the_newest_messages_and_leads_to_all(world: World, desk: Desk) -> None:
    case = world.case(S.IN_REVIEW)
    written = _write(case, MESSAGES_SHOWN + 1)
    page = desk.sheet(case).content.decode()
    assert [each for each in written if each in page] == written[1:]
    assert [page.index(each) for each in written[1:]] == sorted(page.index(each) for each in written[1:])
    address = re.search(r'<a [^>]*href="([^"]+)#messages">Alle Nachrichten zeigen</a>', page)
    assert address is not None
    everything = desk.get(address[1]).content.decode()
    assert [each for each in written if each in everything] == written
    assert "Alle Nachrichten zeigen" not in everything


def test_sheet_of_few_messages_shows_all_of_them(world: World, desk: Desk) -> None:
    case = world.case(S.IN_REVIEW)
    written = _write(case, MESSAGES_SHOWN)
    page = desk.sheet(case).content.decode()
    assert [each for each in written if each in page] == written
    assert "Alle Nachrichten zeigen" not in page


def test_message_goes_to_the_municipality(world: World, desk: Desk) -> None:
    case = world.case(S.IN_REVIEW)
    page = desk.sheet(case)
    assert "Geht an: Katrin Wellmann (Hattingen)" in words(page)
    answer = desk.press(page, "Nachricht senden", body="Guten Tag\r\n\r\nwir melden uns.")
    assert desk.said(answer) == "Ihre Nachricht ist unterwegs."
    message = case.messages.get()
    assert (message.audience, message.author_side) == (Audience.MUNICIPALITY, "coordinator")
    assert [mail.recipient for mail in sent("message_written")] == [case.contacts.get().email]


@pytest.mark.parametrize("audience", Audience)
def test_message_goes_to_whom_the_form_says(world: World, desk: Desk, audience: Audience) -> None:
    case = world.case(S.IN_DIALOGUE)
    desk.press(desk.sheet(case), "Nachricht senden", body="Hallo", audience=audience)
    wanted = {
        Audience.MUNICIPALITY: {case.contacts.get().email},
        Audience.ADVISORS: {world.lead.user.email},
        Audience.EVERYONE: {case.contacts.get().email, world.lead.user.email},
    }[audience]
    assert {mail.recipient for mail in sent("message_written")} == wanted


def test_empty_message_is_told_and_sends_nothing(world: World, desk: Desk) -> None:
    case = world.case(S.IN_DIALOGUE)
    page = desk.press(desk.sheet(case), "Nachricht senden", body=" ", audience="advisors")
    assert page.status_code == 200
    assert "Schreiben Sie eine Nachricht." in words(page)
    assert "<title>Fehler:" in page.content.decode()
    assert [f.fields["audience"] for f in forms(page) if "audience" in f.fields] == ["advisors"]
    assert sent("message_written") == []


def test_message_sent_twice_is_one_message(world: World, desk: Desk) -> None:
    case = world.case(S.IN_REVIEW)
    page = desk.sheet(case)
    for _ in range(2):
        answer = desk.press(page, "Nachricht senden", body="Einmal")
        assert desk.said(answer) == "Ihre Nachricht ist unterwegs."
    assert case.messages.count() == 1
    assert len(sent("message_written")) == 1


def test_other_text_from_the_same_page_is_asked_about_and_then_sent(world: World, desk: Desk) -> None:
    case = world.case(S.IN_REVIEW)
    page = desk.sheet(case)
    desk.press(page, "Nachricht senden", body="Eins")
    asked = desk.press(page, "Nachricht senden", body="Zwei")
    assert "Diese Nachricht ist schon verschickt." in words(asked)
    desk.press(asked, "Nachricht senden")
    assert [message.body for message in case.messages.all()] == ["Eins", "Zwei"]


def test_message_to_advisors_who_have_left_is_kept_and_asked_about(world: World, desk: Desk) -> None:
    case = world.case(S.MATCHED)
    page = desk.sheet(case)
    workflow.end_assignment(case.assignments.get(role=AssignmentRole.LEAD), world.coordinator)
    asked = desk.press(page, "Nachricht senden", body="An alle", audience="everyone")
    assert "Ihre Nachricht geht jetzt nur an die Kommune." in words(asked)
    desk.press(asked, "Nachricht senden")
    message = case.messages.get()
    assert (message.body, message.audience) == ("An alle", Audience.MUNICIPALITY)


# --- Notes ---------------------------------------------------------------------------------------


def test_note_is_kept_and_never_leaves(world: World, desk: Desk) -> None:
    case = world.case(S.IN_DIALOGUE)
    before = OutboxMessage.objects.count()
    answer = desk.press(desk.sheet(case), "Notiz speichern", note__text="Amtsleitung zögert.")
    assert desk.said(answer) == "Die Notiz ist gespeichert."
    assert "Amtsleitung zögert." in words(desk.sheet(case))
    assert OutboxMessage.objects.count() == before
    municipality, advisor = Desk(actors.contact_of(case)), Desk(world.lead.user)
    pages = [
        municipality.get(reverse("casepage:case", args=[case.reference])),
        advisor.get(reverse("workspace:case", args=[case.reference])),
    ]
    assert [page.status_code for page in pages] == [200, 200]
    assert [page for page in pages if "zögert" in page.content.decode()] == []
    assert "zögert" not in " ".join(str(event.data) for event in case.events.all())


def test_empty_note_is_told(world: World, desk: Desk) -> None:
    case = world.case(S.IN_REVIEW)
    page = desk.press(desk.sheet(case), "Notiz speichern", note__text="")
    assert "Schreiben Sie eine Notiz." in words(page)
    assert InternalNote.objects.count() == 0


def test_note_whose_button_was_pressed_twice_is_one_note(world: World, desk: Desk) -> None:
    case = world.case(S.IN_REVIEW)
    page = desk.sheet(case)
    for text in ("Angerufen", "Angerufen", "Wieder angerufen", "Angerufen"):
        desk.press(page, "Notiz speichern", note__text=text)
    assert [note.body for note in case.notes.all()] == ["Angerufen", "Wieder angerufen", "Angerufen"]


@pytest.mark.parametrize("name", ["message", "note"])
def test_writing_by_opening_a_link_is_refused(world: World, desk: Desk, name: str) -> None:
    case = world.case(S.IN_REVIEW)
    assert desk.get(reverse(f"admin:requests_app_case_{name}", args=[case.pk])).status_code == 405


def test_sheet_itself_takes_no_form(world: World, desk: Desk) -> None:
    case = world.case(S.IN_REVIEW)
    address = reverse("admin:requests_app_case_change", args=[case.pk])
    assert desk.client.post(address, {"title": "Anders"}).status_code == 405
    assert Case.objects.get(pk=case.pk).title == case.title


def test_lead_and_second_advisor_can_be_ended_from_the_sheet(world: World, desk: Desk) -> None:
    case = world.case(S.MATCHED)
    workflow.accept_offer(world.offer_of(case, world.co), world.co.user)
    page = desk.sheet(case).content.decode()
    lead, co = (case.assignments.get(role=role) for role in (AssignmentRole.LEAD, AssignmentRole.CO))
    assert f"schritt/release_lead/?assignment={lead.pk}" in page
    assert f"schritt/end_assignment/?assignment={co.pk}" in page


def test_sheet_offers_to_close_a_case_in_review_once_its_lead_has_gone(world: World, desk: Desk) -> None:
    assert "close" not in steps(desk.sheet(world.case(S.IN_REVIEW)))
    case = world.case(S.IN_DIALOGUE)
    workflow.end_assignment(case.assignments.get(role=AssignmentRole.LEAD), world.coordinator)
    assert "close" in steps(desk.sheet(case))
