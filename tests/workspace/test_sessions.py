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
from django.utils.translation import gettext as _

from requests_app import workflow
from requests_app.models import Case, CaseStatus, EventKind, Resolution
from requests_app.workspace.forms import SessionForm
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
    for address in (new(case), url(case, case.sessions.get().pk)):
        response = lead.get(address, follow=True)
        assert response.redirect_chain == [(home(case), 302)]
        assert len(list(response.context["messages"])) == 1


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
    data = typed(world.lead, world.co, minutes="30", date=timezone.localdate().isoformat())
    response = lead.post(url(talking, session.pk), data, follow=True)
    assert response.redirect_chain == [(home(talking), 302)]
    session.refresh_from_db()
    assert (session.minutes, set(session.advisors.all())) == (30, {world.lead, world.co})
    changed = talking.events.get(kind=EventKind.SESSION_CORRECTED).data["changed"]
    assert "minutes" in changed


def test_correction_without_a_change_writes_nothing(matched: Case, world: World, lead: Client) -> None:
    data = typed(world.lead)
    lead.post(new(matched), data)
    lead.post(url(matched, matched.sessions.get().pk), data)
    assert matched.events.filter(kind=EventKind.SESSION_CORRECTED).count() == 0


@pytest.mark.parametrize("method", ["get", "post"])
def test_session_of_the_other_advisor_is_closed_to_correction(
    method: str, talking: Case, world: World, co: Client
) -> None:
    session = talking.sessions.get()
    assert getattr(co, method)(url(talking, session.pk), typed(world.co)).status_code == 403
    assert talking.sessions.get().minutes == session.minutes


def test_wrong_correction_keeps_what_was_typed(talking: Case, world: World, lead: Client) -> None:
    data = typed(world.lead, minutes="1", shared_minutes="Neu gefasst")
    response = lead.post(url(talking, talking.sessions.get().pk), data)
    assert list(response.context["form"].errors) == ["minutes"]
    assert "Neu gefasst" in response.content.decode()


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
