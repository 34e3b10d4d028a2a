"""Logging a session in two minutes, never twice, and correcting one."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from advisors.vocabulary import ConsultationFormat
from requests_app import workflow
from requests_app.models import (
    Appointment,
    Case,
    CaseStatus,
    DialogueSession,
    EventKind,
    Resolution,
)
from requests_app.workspace.session_form import SessionForm
from tests import actors
from tests.actors import World


def url(case: Case, pk: int | None = None) -> str:
    return reverse("workspace:session", args=[case.reference, pk]) if pk else new(case)


def new(case: Case) -> str:
    return reverse("workspace:session_new", args=[case.reference])


def home(case: Case) -> str:
    return reverse("workspace:case", args=[case.reference])


def typed(*advisors: Any, **changes: Any) -> dict[str, Any]:
    """What an advisor types into the form; ``advisors`` were present."""
    return {
        "date": timezone.localdate().isoformat(),
        "start": "10:15",
        "minutes": "75",
        "format": "workshop",
        "mode": "online",
        "participants_administration": "3",
        "participants_politics": "",
        "participants_associations": "12",
        "participants_others": "0",
        "advisors": [str(advisor.pk) for advisor in advisors],
        "shared_minutes": "Zwei Themen:\r\nRäume und Förderung.",
        "private_notes": "Nächstes Mal früher anfangen.",
        "form_key": str(uuid.uuid4()),
    } | changes


def test_form_comes_with_what_is_most_likely(matched: Case, world: World, lead: Client) -> None:
    form = lead.get(new(matched)).context["form"]
    assert {name: form[name].value() for name in ("date", "start", "minutes", "format", "mode")} == {
        "date": timezone.localdate(),
        "start": None,
        "minutes": 60,
        "format": "initial_talk",
        "mode": "on_site",
    }
    assert form["advisors"].value() == [world.lead.pk]


def test_only_the_two_texts_are_called_optional(matched: Case, lead: Client) -> None:
    page = unescape(lead.get(new(matched)).content.decode())
    labels = re.findall(r"<label[^>]*>([^<]*?) *<span class=\"kern-label__optional\">", page)
    assert labels == [_("Shared minutes"), _("Private notes")]


def test_second_session_has_no_format_yet(talking: Case, lead: Client) -> None:
    assert lead.get(new(talking)).context["form"]["format"].value() == ""


def test_fields_bring_the_right_keyboard(matched: Case, lead: Client) -> None:
    html = lead.get(new(matched)).content.decode()
    assert (html.count('type="date"'), html.count('type="time"'), html.count('inputmode="numeric"')) == (
        1,
        1,
        5,
    )


def test_one_advisor_is_not_asked_who_was_there(world: World, lead: Client) -> None:
    case = world.case(CaseStatus.MATCHED)
    form = lead.get(new(case)).context["form"]
    assert form["advisors"].is_hidden
    assert form["advisors"].value() == [world.lead.pk]


def test_logging_starts_the_dialogue(matched: Case, world: World, lead: Client) -> None:
    response = lead.post(new(matched), typed(world.lead, world.co), follow=True)
    assert response.redirect_chain == [(home(matched), 302)]
    matched.refresh_from_db()
    assert matched.status == CaseStatus.IN_DIALOGUE
    session = matched.sessions.get()
    assert (session.start, session.minutes, session.format, session.mode) == (
        dt.time(10, 15),
        75,
        "workshop",
        "online",
    )
    assert (session.participants_administration, session.participants_politics) == (3, 0)
    assert (session.participants_associations, session.participants_others) == (12, 0)
    assert session.shared_minutes == "Zwei Themen:\nRäume und Förderung."
    assert session.private_notes == "Nächstes Mal früher anfangen."
    assert session.recorded_by == world.lead.user
    assert set(session.advisors.all()) == {world.lead, world.co}


def test_session_sent_twice_is_logged_once(matched: Case, world: World, lead: Client) -> None:
    data = typed(world.lead)
    for _time in range(2):
        assert lead.post(new(matched), data)["Location"] == home(matched)
    assert matched.sessions.count() == 1
    kinds = matched.events.filter(kind__in=[EventKind.DIALOGUE_STARTED, EventKind.SESSION_CORRECTED])
    assert [event.kind for event in kinds] == [EventKind.DIALOGUE_STARTED]


def test_session_sent_again_with_other_words_is_corrected(matched: Case, world: World, lead: Client) -> None:
    data = typed(world.lead)
    lead.post(new(matched), data)
    lead.post(new(matched), data | {"minutes": "90"})
    assert [session.minutes for session in matched.sessions.all()] == [90]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("date", ""),
        ("date", "gestern"),
        ("start", ""),
        ("start", "25:00"),
        ("minutes", ""),
        ("minutes", "4"),
        ("minutes", "961"),
        ("minutes", "eine Stunde"),
        ("format", ""),
        ("format", "party"),
        ("mode", ""),
        ("participants_administration", "-1"),
        ("participants_others", "10000"),
        ("participants_politics", "drei"),
        ("advisors", []),
        ("shared_minutes", "z" * 5001),
        ("private_notes", "z" * 5001),
    ],
)
def test_wrong_entry_is_told_at_its_field_and_all_is_kept(
    field: str, value: Any, matched: Case, world: World, lead: Client
) -> None:
    response = lead.post(new(matched), typed(world.lead) | {field: value})
    assert response.status_code == 200
    form = response.context["form"]
    assert list(form.errors) == [field]
    html = unescape(response.content.decode())
    assert 'id="error-summary"' in html
    assert form.errors[field][0] in html
    kept = {"shared_minutes": "Räume und Förderung.", "private_notes": "Nächstes Mal früher anfangen."}
    assert [text for name, text in kept.items() if name != field and text not in html] == []
    assert matched.sessions.count() == 0


def test_session_cannot_be_logged_before_it_was_held(matched: Case, world: World, lead: Client) -> None:
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    response = lead.post(new(matched), typed(world.lead, date=tomorrow.isoformat()))
    assert response.context["form"].errors["date"] == [_("The date must not be in the future.")]


def test_session_cannot_be_older_than_the_request(matched: Case, world: World, lead: Client) -> None:
    before = timezone.localdate(matched.submitted_at) - dt.timedelta(days=1)
    response = lead.post(new(matched), typed(world.lead, date=before.isoformat()))
    error = response.context["form"].errors.as_data()["date"][0]
    assert error.code == "before_request"


def test_german_dates_are_understood(matched: Case, world: World, lead: Client) -> None:
    today = timezone.localdate()
    lead.post(new(matched), typed(world.lead, date=f"{today:%d.%m.%Y}"))
    assert matched.sessions.get().date == today


def test_somebody_elses_advisor_cannot_have_been_present(matched: Case, world: World, lead: Client) -> None:
    response = lead.post(new(matched), typed(world.other_advisor))
    assert list(response.context["form"].errors) == ["advisors"]


def test_line_breaks_count_as_the_browser_counts_them(matched: Case, world: World, lead: Client) -> None:
    lead.post(new(matched), typed(world.lead, shared_minutes="z\r\n" * 2499 + "zz"))
    assert len(matched.sessions.get().shared_minutes) == 5000


def test_case_that_ended_meanwhile_is_told_and_the_text_kept(
    talking: Case, world: World, lead: Client
) -> None:
    assert lead.get(new(talking)).status_code == 200
    workflow.close(talking, world.coordinator, resolution=Resolution.INITIAL_TALK_SUFFICIENT)
    response = lead.post(new(talking), typed(world.lead))
    assert response.status_code == 200
    html = unescape(response.content.decode())
    assert _("The case has been changed in the meantime.") in html
    assert "Räume und Förderung." in html
    assert talking.sessions.count() == 1


@pytest.mark.parametrize("status", [CaseStatus.CLOSED])
def test_form_is_not_opened_where_nothing_can_be_logged(
    status: CaseStatus, world: World, lead: Client
) -> None:
    case = world.case(status)
    actors.confirm_sessions(case)
    for address in (new(case), url(case, case.sessions.get().pk)):
        response = lead.get(address, follow=True)
        assert response.redirect_chain == [(home(case), 302)]
        assert len(list(response.context["messages"])) == 1


# --- The agreed date -----------------------------------------------------------------------------


def agreed(case: Case, starts_at: dt.datetime, **changes: Any) -> Appointment:
    """A date that both sides agreed on."""
    return Appointment.objects.create(
        case=case,
        starts_at=starts_at,
        agreed_by=actors.contact_of(case),
        agreed_at=timezone.now(),
        changed_at=timezone.now(),
        **{"minutes": 120, "format": "dialogue_forum", "mode": "online"} | changes,
    )


def this_morning() -> dt.datetime:
    return timezone.localtime().replace(hour=0, minute=15, second=0, microsecond=0)


def test_form_is_filled_in_from_the_newest_agreed_date(matched: Case, lead: Client) -> None:
    agreed(matched, this_morning() - dt.timedelta(days=9))
    newest = agreed(matched, this_morning())
    agreed(matched, this_morning() + dt.timedelta(days=3))
    page = lead.get(new(matched))
    form = page.context["form"]
    assert form.appointment == newest
    assert {name: form[name].value() for name in ("date", "start", "minutes", "format", "mode")} == {
        "date": timezone.localdate(),
        "start": dt.time(0, 15),
        "minutes": 120,
        "format": "dialogue_forum",
        "mode": "online",
    }


def test_logged_session_belongs_to_the_agreed_date_of_its_day(
    matched: Case, world: World, lead: Client
) -> None:
    date = agreed(matched, this_morning())
    lead.post(new(matched), typed(world.lead))
    lead.post(new(matched), typed(world.lead, start="18:00"))
    assert [session.appointment for session in matched.sessions.all()] == [date, None]
    assert lead.get(new(matched)).context["form"].appointment is None


def test_session_of_another_day_leaves_the_agreed_date_to_be_logged(
    talking: Case, world: World, lead: Client
) -> None:
    date = agreed(talking, this_morning())
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    Case.objects.filter(pk=talking.pk).update(submitted_at=timezone.now() - dt.timedelta(days=5))
    lead.post(new(talking), typed(world.lead, date=yesterday.isoformat()))
    assert talking.sessions.latest("pk").appointment is None
    assert lead.get(new(talking)).context["form"].appointment == date


def test_cancelled_date_is_not_proposed_for_logging(matched: Case, lead: Client) -> None:
    agreed(matched, this_morning(), status="cancelled", cancelled_by=actors.contact_of(matched))
    assert lead.get(new(matched)).context["form"].appointment is None


def test_every_format_of_the_offer_can_be_logged() -> None:
    offered = {value for value, _label in SessionForm.base_fields["format"].choices if value}
    assert offered == set(ConsultationFormat.values)


# --- Correcting ----------------------------------------------------------------------------------


def test_correction_begins_with_what_was_logged(talking: Case, world: World, lead: Client) -> None:
    session = talking.sessions.get()
    form = lead.get(url(talking, session.pk)).context["form"]
    assert "form_key" not in form.fields
    assert form["shared_minutes"].value() == session.shared_minutes
    assert form["private_notes"].value() == session.private_notes
    assert form["advisors"].value() == [world.lead.pk]


def test_correction_is_saved_with_the_names_of_its_fields(talking: Case, world: World, lead: Client) -> None:
    session = talking.sessions.get()
    data = typed(world.lead, world.co, minutes="30", seen=session.wording)
    response = lead.post(url(talking, session.pk), data, follow=True)
    assert response.redirect_chain == [(f"{home(talking)}#session-{session.pk}", 302)]
    session.refresh_from_db()
    assert (session.minutes, set(session.advisors.all())) == (30, {world.lead, world.co})
    data = talking.events.get(kind=EventKind.SESSION_CORRECTED).data
    assert {"minutes", "advisors", "shared_minutes"} <= set(data["changed"])
    assert data["facts"]["minutes"] == {"before": 90, "after": 30}
    assert not {"shared_minutes", "private_notes"} & set(data["facts"])


def test_correction_without_a_change_writes_nothing(matched: Case, world: World, lead: Client) -> None:
    data = typed(world.lead)
    lead.post(new(matched), data)
    session = matched.sessions.get()
    lead.post(url(matched, session.pk), data | {"seen": session.wording})
    assert matched.events.filter(kind=EventKind.SESSION_CORRECTED).count() == 0


@pytest.mark.parametrize("method", ["get", "post"])
def test_session_of_the_other_advisor_is_closed_to_correction(
    method: str, talking: Case, world: World, co: Client
) -> None:
    session = talking.sessions.get()
    assert getattr(co, method)(url(talking, session.pk), typed(world.co)).status_code == 403
    assert talking.sessions.get().minutes == session.minutes


def test_wrong_correction_keeps_what_was_typed(talking: Case, world: World, lead: Client) -> None:
    wording = talking.sessions.get().wording
    data = typed(world.lead, minutes="1", shared_minutes="Neu gefasst", seen=wording)
    response = lead.post(url(talking, talking.sessions.get().pk), data)
    assert list(response.context["form"].errors) == ["minutes"]
    assert "Neu gefasst" in response.content.decode()


def test_record_that_was_changed_on_another_device_is_told_and_not_overwritten(
    talking: Case, world: World, lead: Client
) -> None:
    session = talking.sessions.get()
    before = session.wording
    fields = actors.session_fields(minutes=45)
    workflow.correct_session(session, world.lead.user, fields=fields, advisors=[world.lead])
    data = typed(world.lead, shared_minutes="Vom Telefon", seen=before)
    page = lead.post(url(talking, session.pk), data)
    assert "Vom Telefon" in page.content.decode()
    assert len(page.context["form"].non_field_errors()) == 1
    assert talking.sessions.get().minutes == 45
    # Saved once more it is meant.
    lead.post(url(talking, session.pk), data | {"seen": page.context["form"]["seen"].value()})
    assert talking.sessions.get().shared_minutes == "Vom Telefon"


def test_correction_shows_on_the_record_with_before_and_after(
    talking: Case, world: World, lead: Client
) -> None:
    session = talking.sessions.get()
    lead.post(url(talking, session.pk), typed(world.lead, minutes="60", seen=session.wording))
    html = unescape(lead.get(home(talking)).content.decode())
    assert f"{capfirst(_('minutes'))}: 90 → 60" in html
    assert _("%(field)s changed") % {"field": _("Shared minutes")} in html
    assert _("%(field)s changed") % {"field": _("Private notes")} not in html


def test_confirmed_session_of_a_closed_case_stays_as_it_is(world: World, lead: Client) -> None:
    case = world.case(CaseStatus.CLOSED)
    session = case.sessions.get()
    assert lead.get(url(case, session.pk)).status_code == 200  # nobody has confirmed it yet
    actors.confirm_sessions(case)
    answer = lead.post(url(case, session.pk), typed(world.lead, minutes="30", seen=session.wording))
    sentence = _("The case is closed and the municipality has confirmed this session.")
    assert answer.context["form"].non_field_errors() == [sentence]
    assert case.sessions.get().minutes == 90
    assert url(case, session.pk) not in lead.get(home(case)).content.decode()


# --- Adding --------------------------------------------------------------------------------------


@pytest.fixture
def both(talking: Case, world: World) -> DialogueSession:
    """A session at which both were present; the lead has logged it."""
    session = talking.sessions.get()
    session.advisors.set([world.lead, world.co])
    return session


def adding(session: DialogueSession) -> str:
    return reverse("workspace:session_add", args=[session.case.reference, session.pk])


def test_co_advisor_adds_to_the_record(both: DialogueSession, co: Client, lead: Client) -> None:
    page = co.get(home(both.case)).content.decode()
    assert adding(both) in page
    data = {"shared_minutes": "Dazu:\r\nFördermittel.", "private_notes": "Nur Inés.", "seen": ""}
    for _time in range(2):  # also when it is sent twice
        assert co.post(adding(both), data)["Location"] == f"{home(both.case)}#session-{both.pk}"
    assert both.case.events.filter(kind=EventKind.SESSION_ADDED_TO).count() == 1
    hers, his = (unescape(browser.get(home(both.case)).content.decode()) for browser in (co, lead))
    assert ("Fördermittel." in hers, "Nur Inés." in hers) == (True, True)
    assert ("Fördermittel." in his, "Nur Inés." in his) == (True, False)
    assert "Leise Skepsis" not in hers


def test_own_addition_can_be_changed_and_taken_away(both: DialogueSession, co: Client) -> None:
    co.post(adding(both), {"shared_minutes": "Eins", "private_notes": "", "seen": ""})
    form = co.get(adding(both)).context["form"]
    assert form["shared_minutes"].value() == "Eins"
    seen = form["seen"].value()
    co.post(adding(both), {"shared_minutes": "Zwei", "private_notes": "", "seen": seen})
    assert [addition.shared_minutes for addition in both.additions.all()] == ["Zwei"]
    late = co.post(adding(both), {"shared_minutes": "Drei", "private_notes": "", "seen": seen})
    assert "Drei" in late.content.decode()
    assert both.additions.get().shared_minutes == "Zwei"
    seen = late.context["form"]["seen"].value()
    co.post(adding(both), {"shared_minutes": "", "private_notes": "", "seen": seen})
    assert both.additions.count() == 0


def test_empty_addition_is_told(both: DialogueSession, co: Client) -> None:
    page = co.post(adding(both), {"shared_minutes": "  ", "private_notes": "", "seen": ""})
    assert list(page.context["form"].errors) == ["shared_minutes"]
    assert both.additions.count() == 0


@pytest.mark.parametrize("method", ["get", "post"])
def test_who_logged_it_or_was_not_there_cannot_add(
    method: str, talking: Case, lead: Client, co: Client
) -> None:
    session = talking.sessions.get()  # the lead was there alone
    data = {"shared_minutes": "Dazu", "private_notes": "", "seen": ""}
    for browser in (lead, co):
        assert getattr(browser, method)(adding(session), data).status_code == 403
    assert session.additions.count() == 0


# --- What the device kept ------------------------------------------------------------------------


def test_pages_say_which_drafts_the_server_has(both: DialogueSession, lead: Client, co: Client) -> None:
    case = both.case
    for browser, expected in ((lead, str(both.form_key)), (co, None)):
        for page in (browser.get(home(case)).content.decode(), browser.get(new(case)).content.decode()):
            marks = re.findall(rf'session-{case.reference}-new"[^>]*data-arrived="([^"]*)"', page)
            assert [mark.strip() for mark in marks] == [expected or ""]
    assert f'data-now="{both.wording}"' in lead.get(home(case)).content.decode()
    assert both.wording not in co.get(home(case)).content.decode()


def test_advisor_who_left_can_still_have_been_present(talking: Case, world: World, lead: Client) -> None:
    workflow.end_assignment(talking.assignments.get(advisor=world.co), world.coordinator)
    lead.post(new(talking), typed(world.lead, world.co))
    assert set(talking.sessions.latest("pk").advisors.all()) == {world.lead, world.co}


def test_advisor_who_was_only_asked_cannot_have_been_present(world: World) -> None:
    case = world.case(CaseStatus.MATCHED)
    assert list(SessionForm(case=case, me=world.lead).advisors_of_case) == [world.lead.pk]


def test_form_asks_for_numbers_of_people_and_no_names() -> None:
    assert all(name in SessionForm.base_fields for name in SessionForm.PEOPLE)
    assert not actors.session_fields().keys() - SessionForm.base_fields.keys()
