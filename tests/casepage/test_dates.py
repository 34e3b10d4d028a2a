"""What the municipality does about dates on its page: pick, refuse, ask for another one, cancel, save."""

from __future__ import annotations

import uuid

import icalendar
import pytest
import time_machine
from django.utils.translation import gettext as _

from miglobe.mail.models import OutboxMessage
from requests_app import workflow
from requests_app.access import Side
from requests_app.models import (
    AppointmentStatus,
    Audience,
    Case,
    CaseStatus,
    DateRound,
    Message,
    RoundStatus,
)
from tests import actors
from tests.actors import World
from tests.casepage.pages import Visitor, contact, errors, notices, url, words


@pytest.fixture
def case(world: World) -> Case:
    return world.case(CaseStatus.MATCHED)


@pytest.fixture
def asked(world: World, case: Case) -> DateRound:
    return actors.date_round(case, world.lead.user)


@pytest.fixture
def visitor(case: Case) -> Visitor:
    return contact(case)


def test_the_page_asks_for_the_choice_and_names_who_proposes(
    world: World, case: Case, asked: DateRound, visitor: Visitor
) -> None:
    page = visitor.get(case)
    said = words(page)
    assert _("Please choose one of the proposed dates, or write when it would suit you.") in said
    assert _("%(name)s proposes these dates to you:") % {"name": world.lead.name} in said
    choices = [str(key) for key in asked.dates.values_list("pk", flat=True)]
    assert [choice for choice in choices if f'value="{choice}"' in page.content.decode()] == choices


def test_the_list_of_cases_asks_for_the_choice_too(case: Case, asked: DateRound, visitor: Visitor) -> None:
    asks = _("Please choose one of the proposed dates, or write when it would suit you.")
    assert asks in words(visitor.get(None, "list"))


def test_a_picked_date_is_agreed_and_shown_with_its_file(
    case: Case, asked: DateRound, visitor: Visitor
) -> None:
    chosen = asked.dates.last()
    page = visitor.post(case, "pick_date", asked.pk, date=chosen.pk)
    made = case.appointments.get()
    assert (made.starts_at, made.status) == (chosen.starts_at, AppointmentStatus.AGREED)
    assert url(case, "date_file", made.pk) in page.content.decode()
    assert _("Ask for another date") in words(page)


def test_pressed_twice_a_date_is_agreed_once_and_said_so(
    case: Case, asked: DateRound, visitor: Visitor
) -> None:
    chosen = asked.dates.first()
    visitor.post(case, "pick_date", asked.pk, date=chosen.pk)
    page = visitor.post(case, "pick_date", asked.pk, date=chosen.pk)
    assert len(notices(page)) == 1
    assert case.appointments.count() == 1
    assert OutboxMessage.objects.filter(kind="date_agreed", recipient=visitor.user.email).count() == 1


def test_without_a_choice_the_page_says_what_to_do(case: Case, asked: DateRound, visitor: Visitor) -> None:
    assert errors(visitor.post(case, "pick_date", asked.pk)) == [_("Choose a date.")]


def test_a_date_that_was_withdrawn_meanwhile_is_refused_clearly(
    world: World, case: Case, asked: DateRound, visitor: Visitor
) -> None:
    chosen = asked.dates.first()
    workflow.withdraw_dates(asked, world.lead.user)
    page = visitor.post(case, "pick_date", asked.pk, date=chosen.pk)
    assert errors(page) == [_("These dates have been withdrawn in the meantime.")]
    assert case.appointments.count() == 0


def test_none_fits_needs_a_word_and_reaches_the_advisors_once(
    case: Case, asked: DateRound, visitor: Visitor
) -> None:
    page = visitor.post(case, "refuse_dates", asked.pk, text="")
    assert errors(page) == [_("Write when it would suit you.")]
    for _time in range(2):
        page = visitor.post(case, "refuse_dates", asked.pk, text="Lieber im Januar.")
    asked.refresh_from_db()
    assert (asked.status, asked.suggestion) == (RoundStatus.REFUSED, "Lieber im Januar.")
    assert notices(page) == [_("Your advisors have this answer already.")]
    assert OutboxMessage.objects.filter(kind="dates_refused").count() == 1
    assert "Lieber im Januar." in words(page)


def test_what_was_typed_stays_when_the_dates_are_gone_meanwhile(
    world: World, case: Case, asked: DateRound, visitor: Visitor
) -> None:
    workflow.withdraw_dates(asked, world.lead.user)
    page = visitor.post(case, "refuse_dates", asked.pk, text="Lieber im Januar.")
    assert _("These dates have been withdrawn in the meantime.") in errors(page)
    assert "Lieber im Januar." in page.content.decode()


def test_asking_for_another_date_leaves_the_agreed_one(case: Case, visitor: Visitor) -> None:
    made, key = actors.appointment(case, visitor.user), str(uuid.uuid4())
    for _time in range(2):
        page = visitor.post(case, "ask_to_move", made.pk, text="Lieber freitags.", form_key=key)
    made.refresh_from_db()
    assert (made.status, made.move_asked_at is not None) == (AppointmentStatus.AGREED, True)
    assert Message.objects.filter(case=case, body__contains="Lieber freitags.").count() == 1
    assert notices(page) == [_("Your advisors have this request already.")]


def test_another_text_in_a_form_that_was_sent_is_kept_and_can_be_sent(case: Case, visitor: Visitor) -> None:
    made, key = actors.appointment(case, visitor.user), str(uuid.uuid4())
    visitor.post(case, "ask_to_move", made.pk, text="Lieber freitags.", form_key=key)
    page = visitor.post(case, "ask_to_move", made.pk, text="Lieber im Januar.", form_key=key)
    form = page.context["dates"].rows[0].move_form
    assert (notices(page), len(errors(page)), form["text"].value()) == ([], 1, "Lieber im Januar.")
    visitor.post(case, "ask_to_move", made.pk, text="Lieber im Januar.", form_key=form["form_key"].value())
    texts = Message.objects.filter(case=case).values_list("body", flat=True)
    assert [text.rpartition("\n")[2] for text in texts] == ["Lieber freitags.", "Lieber im Januar."]


def test_a_form_without_its_key_says_nothing_of_other_messages(case: Case, visitor: Visitor) -> None:
    made = actors.appointment(case, visitor.user)
    workflow.write_message(case, visitor.user, Side.MUNICIPALITY, text="Hallo", audience=Audience.EVERYONE)
    page = visitor.post(case, "ask_to_move", made.pk, text="Lieber freitags.")
    assert (notices(page), page.context["dates"].rows[0].move_form["text"].value()) == (
        [],
        "Lieber freitags.",
    )


def test_a_cancelled_date_needs_a_reason_and_leaves_the_page(case: Case, visitor: Visitor) -> None:
    made = actors.appointment(case, visitor.user)
    assert errors(visitor.post(case, "cancel_date", made.pk, text=" ")) == [
        _("Write why you cancel the date.")
    ]
    for _time in range(2):
        page = visitor.post(case, "cancel_date", made.pk, text="Ratssitzung")
    made.refresh_from_db()
    assert (made.status, made.cancel_reason) == (AppointmentStatus.CANCELLED, "Ratssitzung")
    assert notices(page) == [_("This date has been cancelled already.")]
    assert url(case, "date_file", made.pk) not in page.content.decode()


def test_each_button_of_a_date_names_the_date(case: Case, visitor: Visitor) -> None:
    made = [actors.appointment(case, visitor.user, actors.in_days(day)).pk for day in (5, 9)]
    html = visitor.get(case).content.decode()
    named = [
        f'aria-labelledby="{what}-{pk} when-{pk}"' for pk in made for what in ("file", "moving", "cancelling")
    ]
    assert [html.count(each) for each in named] == [1] * 6
    assert [html.count(f'id="when-{pk}"') for pk in made] == [1, 1]


def test_a_date_that_has_begun_offers_no_change(case: Case, visitor: Visitor) -> None:
    made = actors.appointment(case, visitor.user, actors.in_days(0, 0))
    with time_machine.travel(made.starts_at, tick=False):
        page = Visitor(visitor.user).get(case)
    assert url(case, "date_file", made.pk) in page.content.decode()
    assert _("Ask for another date") not in words(page)


def test_the_calendar_file_is_a_download_that_invites_nobody(case: Case, visitor: Visitor) -> None:
    made = actors.appointment(case, visitor.user)
    answer = visitor.client.get(url(case, "date_file", made.pk))
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Content-Disposition"] == f'attachment; filename="{case.reference}.ics"'
    calendar = icalendar.Calendar.from_ical(answer.content)
    assert (calendar["METHOD"], "ATTENDEE" in calendar.events[0]) == ("PUBLISH", False)
    workflow.cancel_date(made, visitor.user, Side.MUNICIPALITY, reason="x")
    assert visitor.client.get(url(case, "date_file", made.pk)).status_code == 404


@pytest.mark.parametrize("name", ["pick_date", "refuse_dates"])
def test_dates_of_another_case_are_not_found(name: str, world: World, asked: DateRound) -> None:
    foreign = world.case(CaseStatus.MATCHED)
    assert contact(foreign).post(foreign, name, asked.pk, date=1, text="x").status_code == 404


def test_a_get_of_what_acts_changes_nothing(case: Case, asked: DateRound, visitor: Visitor) -> None:
    made = actors.appointment(case, visitor.user)
    acting = {"pick_date": asked, "refuse_dates": asked, "ask_to_move": made, "cancel_date": made}
    assert {visitor.get(case, name, each.pk).status_code for name, each in acting.items()} == {200}
    asked.refresh_from_db()
    made.refresh_from_db()
    assert (asked.status, made.status, made.move_asked_at) == ("open", "agreed", None)
