"""The advisor's overview of a year: numbers, sessions, cases, what is due – as a page and as a workbook."""

from __future__ import annotations

import datetime as dt
import io
import uuid
import zipfile
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from miglobe.accounts.roles import Role
from requests_app import workflow
from requests_app.models import (
    Appointment,
    AppointmentStatus,
    Assignment,
    AssignmentRole,
    Case,
    CaseStatus,
    DialogueSession,
)
from requests_app.workspace import year as years
from requests_app.workspace.due import what_is_due
from tests import actors
from tests.actors import World
from tests.sign_in import sign_in

PAGE = "/beratung/uebersicht/"
FILE = PAGE + "liste.xlsx"
NS = {"x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
THIS = timezone.localdate().year


def held(world: World, case: Case, *present: Any, **changes: Any) -> DialogueSession:
    """A session of this year; the lead was there, if nobody else is named."""
    fields = actors.session_fields(**({"date": dt.date(THIS, 1, 2)} | changes))
    return workflow.log_session(
        case, world.lead.user, fields=fields, advisors=present or [world.lead], form_key=uuid.uuid4()
    )


def confirm(session: DialogueSession) -> None:
    """The municipality's word, as the row keeps it."""
    session.confirmed_by, session.confirmed_at = actors.contact_of(session.case), timezone.now()
    session.save(update_fields=["confirmed_by", "confirmed_at"])


def appointment(case: Case, starts_at: dt.datetime, **changes: Any) -> Appointment:
    now = timezone.now()
    return Appointment.objects.create(
        case=case, starts_at=starts_at, minutes=60, format="workshop", mode="online",
        agreed_by=actors.contact_of(case), agreed_at=now, changed_at=now, **changes,
    )  # fmt: skip


def shown(browser: Client, number: int | None = None) -> years.Year:
    response = browser.get(PAGE, {"jahr": number} if number else {})
    return response.context["year"]


def workbook(browser: Client, number: int | str = "") -> dict[str, list[list[str]]]:
    """The cells of every sheet, read from the file's XML; none is a formula or a link."""
    content = b"".join(browser.get(FILE, {"jahr": number}).streaming_content)
    archive = zipfile.ZipFile(io.BytesIO(content))
    names = [s.get("name") for s in ET.fromstring(archive.read("xl/workbook.xml")).iterfind(".//x:sheet", NS)]
    found = {}
    for position, name in enumerate(names, start=1):
        root = ET.fromstring(archive.read(f"xl/worksheets/sheet{position}.xml"))
        assert root.findall(".//x:f", NS) + root.findall(".//x:hyperlink", NS) == []
        rows = root.findall(".//x:row", NS)
        found[str(name)] = [["".join(cell.itertext()) for cell in row.findall("x:c", NS)] for row in rows]
    return found


# --- Numbers --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("minutes", "clock", "decimal"),
    [
        (0, "0:00", "0.00"),
        (5, "0:05", "0.08"),
        (20, "0:20", "0.33"),
        (40, "0:40", "0.67"),
        (90, "1:30", "1.50"),
        (6005, "100:05", "100.08"),
    ],
)
def test_minutes_are_told_as_hours(minutes: int, clock: str, decimal: str) -> None:
    line = years.Hours("", 1, minutes)
    assert (line.clock, line.decimal) == (clock, Decimal(decimal))


def test_hours_are_summed_before_they_are_rounded(world: World, lead: Client, matched: Case) -> None:
    for _time in range(3):
        held(world, matched, minutes=20)
    total = shown(lead).total
    assert (total.sessions, total.clock, total.decimal) == (3, "1:00", Decimal("1.00"))


def test_numbers_are_told_by_confirmation_format_and_place(world: World, lead: Client, matched: Case) -> None:
    confirm(held(world, matched, minutes=90, format="workshop", mode="online"))
    held(world, matched, minutes=45, format="workshop", mode="on_site")
    held(world, matched, minutes=30, format="moderation", mode="on_site", objection="Es waren zwei Stunden.")
    told = shown(lead)

    def lines(parts: list[years.Hours]) -> list[tuple[str, int, str]]:
        return [(line.label, line.sessions, line.clock) for line in parts]

    assert lines([told.total]) == [(_("In all"), 3, "2:45")]
    assert lines(told.by_confirmation) == [
        (_("Confirmed by the municipality"), 1, "1:30"),
        (_("Not confirmed yet"), 2, "1:15"),
    ]
    assert lines(told.by_format) == [("Workshop", 2, "2:15"), (_("Moderation"), 1, "0:30")]
    assert lines(told.by_mode) == [(_("On site"), 2, "1:15"), (_("Online"), 1, "1:30")]
    assert [row.confirmation for row in told.sessions] == [_("Was different"), _("Not yet"), _("Confirmed")]


def test_only_sessions_count_in_which_the_reader_was_present(
    world: World, lead: Client, co: Client, matched: Case
) -> None:
    alone, both = held(world, matched), held(world, matched, world.lead, world.co)
    assert {row.held.pk for row in shown(lead).sessions} == {alone.pk, both.pk}
    assert [(row.held.pk, row.others) for row in shown(co).sessions] == [(both.pk, ["Amara Okafor"])]
    # The case is hers, too, with her own hours alone.
    assert [row.hours.sessions for row in shown(co).engagements] == [1]


def test_another_year_has_its_own_sessions(world: World, lead: Client, matched: Case) -> None:
    Case.objects.filter(pk=matched.pk).update(submitted_at=timezone.now() - dt.timedelta(days=800))
    Assignment.objects.filter(case=matched).update(answered_at=timezone.now() - dt.timedelta(days=780))
    held(world, matched, date=dt.date(THIS, 1, 1))
    earlier = held(world, matched, date=dt.date(THIS - 1, 12, 31))
    assert [row.held.pk for row in shown(lead, THIS - 1).sessions] == [earlier.pk]
    assert [tab.label for tab in lead.get(PAGE).context["tabs"]][:2] == [str(THIS), str(THIS - 1)]
    assert [tab.current for tab in lead.get(PAGE, {"jahr": THIS - 1}).context["tabs"]][:2] == [False, True]


@pytest.mark.parametrize("wrong", ["1999", "9999", "-1", "zwei", "２０２６", "2026'--", ""])
def test_year_that_there_is_not_is_this_year(wrong: str, world: World, lead: Client) -> None:
    assert shown(lead, wrong).year == THIS  # type: ignore[arg-type]


def test_hours_stay_when_the_engagement_ended_and_the_case_stays_closed_to_her(
    world: World, lead: Client, co: Client, matched: Case
) -> None:
    held(world, matched, world.lead, world.co)
    option = actors.propose_option(world, matched)
    workflow.confirm_option(option, actors.contact_of(matched), version=1)
    workflow.end_assignment(matched.assignments.get(advisor=world.co), world.coordinator)
    told = shown(co)
    row = told.engagements[0]
    assert (row.is_over, row.state, row.options_agreed, row.hours.clock) == (True, _("Ended"), None, "1:30")
    page = co.get(PAGE).content.decode()
    assert matched.reference in page
    assert reverse("workspace:case", args=[matched.reference]) not in page
    assert [row.options_agreed for row in shown(lead).engagements] == [1]


def test_new_version_of_an_option_is_not_counted_again(world: World, lead: Client, matched: Case) -> None:
    held(world, matched)
    option = actors.propose_option(world, matched)
    workflow.confirm_option(option, actors.contact_of(matched), version=1)
    option.refresh_from_db()
    option.pk, option.replaces_id, option.position = None, option.pk, 2
    option.save(force_insert=True)
    assert [row.options_agreed for row in shown(lead).engagements] == [1]


def test_case_that_ended_before_the_year_is_not_in_it(world: World, lead: Client) -> None:
    case = world.case(CaseStatus.CLOSED)
    DialogueSession.objects.update(date=dt.date(THIS - 1, 12, 30))
    Case.objects.filter(pk=case.pk).update(closed_at=dt.datetime(THIS, 1, 1, 0, 30, tzinfo=dt.UTC))
    assert [row.case.reference for row in shown(lead).engagements] == [case.reference]
    # Half an hour before midnight in Berlin is still the old year.
    Case.objects.filter(pk=case.pk).update(closed_at=dt.datetime(THIS - 1, 12, 31, 22, 30, tzinfo=dt.UTC))
    assert shown(lead).engagements == []


# --- What is due ----------------------------------------------------------------------------------


def test_what_is_due_comes_day_by_day(world: World, lead: Client, matched: Case) -> None:
    offered = world.case(CaseStatus.MATCHING)
    now = timezone.localtime().replace(hour=10, minute=0, second=0, microsecond=0)
    missed = appointment(matched, now - dt.timedelta(days=3))
    ahead = appointment(matched, now + dt.timedelta(days=200), place="Rathaus")
    appointment(matched, now, status=AppointmentStatus.CANCELLED, cancelled_by=world.coordinator)
    due = what_is_due(world.lead.user)
    texts = [entry.text for entry in due]
    assert [entry.day for entry in due] == sorted(entry.day for entry in due if entry.day)
    assert due[0].day == timezone.localdate(missed.starts_at)
    assert texts[0].startswith(_("Log the session: %(format)s, %(when)s")[:10])
    assert due[-1].day == timezone.localdate(ahead.starts_at)
    assert _("Answer the enquiry") in texts
    assert {entry.reference for entry in due} == {offered.reference, matched.reference}
    assert len(due) == 3  # a date is agreed, so that the lead need not propose any


def test_session_that_was_logged_is_not_due_any_more(world: World, matched: Case) -> None:
    missed = appointment(matched, timezone.now() - dt.timedelta(days=3))
    session = held(world, matched)
    before = len(what_is_due(world.lead.user))
    session.appointment = missed
    session.save(update_fields=["appointment"])
    assert len(what_is_due(world.lead.user)) == before - 1


def test_objection_is_due_for_whoever_logged_the_session(world: World, matched: Case) -> None:
    held(world, matched, world.lead, world.co, objection="Es waren zwei Stunden.")
    sentence = _("The municipality says that the session of %(day)s was different. Please correct it.")
    found = {
        a: [d.text for d in what_is_due(a.user) if d.text[:20] == sentence[:20]]
        for a in (world.lead, world.co)
    }
    assert [len(texts) for texts in found.values()] == [1, 0]


def test_objection_is_due_after_the_case_was_closed_too(world: World) -> None:
    case = world.case(CaseStatus.CLOSED)
    session = case.sessions.get()
    workflow.question_session(session, actors.contact_of(case), text="Es waren 60 Minuten.", version=1)
    assert [(entry.reference, entry.day) for entry in what_is_due(world.lead.user)] == [
        (case.reference, None)
    ]


def test_confidential_offer_is_due_without_its_municipality(world: World, lead: Client) -> None:
    case = world.case(CaseStatus.MATCHING)
    Assignment.objects.filter(case=case).update(is_confidential=True)
    assert "Hattingen" not in lead.get(PAGE).content.decode()
    assert "Hattingen" not in str(workbook(lead))


def test_past_year_has_nothing_due(world: World, lead: Client) -> None:
    world.case(CaseStatus.MATCHING)
    case = world.case(CaseStatus.MATCHED)
    Assignment.objects.filter(case=case).exclude(answered_at=None).update(
        answered_at=timezone.now() - dt.timedelta(days=400)
    )
    response = lead.get(PAGE, {"jahr": THIS - 1})
    assert (response.context["year"].year, response.context["due"]) == (THIS - 1, [])
    assert _("What is due") not in response.content.decode()


# --- Page -----------------------------------------------------------------------------------------


def test_empty_year_is_told_in_a_friendly_way(world: World, lead: Client) -> None:
    response = lead.get(PAGE)
    assert "components/empty.html" in [template.name for template in response.templates]
    assert response.context["due"] == []
    assert [len(rows) for rows in workbook(lead).values()] == [6, 1, 1, 1]


def test_home_leads_to_the_overview(lead: Client) -> None:
    assert f'href="{PAGE}"' in lead.get("/beratung/").content.decode()


def test_page_speaks_english(world: World, lead: Client, matched: Case) -> None:
    held(world, matched)
    page = lead.get("/en" + PAGE).content.decode()
    assert f'<h1 class="kern-heading-large">My overview {THIS}</h1>' in page
    assert "1.50" in page
    assert "1,50" in lead.get(PAGE).content.decode()


def test_markup_stays_text(world: World, lead: Client, matched: Case) -> None:
    world.lead.user.name = "<b>Amara</b>"
    world.lead.user.save()
    held(world, matched)
    assert "&lt;b&gt;Amara&lt;/b&gt;" in lead.get(PAGE).content.decode()


@pytest.mark.parametrize("path", [PAGE, FILE])
def test_nobody_but_advisors_has_an_overview(path: str, world: World, client: Client) -> None:
    people = (world.coordinator, world.other_contact, actors.person("Mira Sand", Role.READER))
    for user in people:
        sign_in(client, user)
        assert client.get(path).status_code == 403
    with pytest.raises(PermissionDenied):
        years.read(world.coordinator, THIS)


def test_advisor_who_is_not_in_the_pool_yet_is_told_so(client: Client, db: None) -> None:
    sign_in(client, actors.person("Mira Sand", Role.ADVISOR))
    assert "workspace/no_profile.html" in [template.name for template in client.get(PAGE).templates]
    assert [len(rows) for rows in workbook(client).values()] == [6, 1, 1, 1]


@pytest.mark.parametrize("times", [0, 29])
@pytest.mark.parametrize(("path", "queries"), [(PAGE, 18), (FILE, 17)])
def test_overview_costs_the_same_with_one_row_and_with_thirty(
    path: str,
    queries: int,
    times: int,
    world: World,
    lead: Client,
    matched: Case,
    django_assert_num_queries: Any,
) -> None:
    held(world, matched, world.lead, world.co)
    appointment(matched, timezone.now() + dt.timedelta(days=9))
    offered = world.case(CaseStatus.MATCHING)
    for case in (matched, offered):
        copy(case, times)
    lead.get(path)  # fills the caches
    with django_assert_num_queries(queries):
        response = lead.get(path)
        b"".join(response.streaming_content) if response.streaming else response.content


def copy(case: Case, times: int) -> None:
    """Put ``times`` copies of a case and its parts beside it, past the workflow."""
    for number in range(times):
        twin = Case.objects.get(pk=case.pk)
        twin.pk, twin.submission_key = None, uuid.uuid4()
        twin.reference = f"MG-{case.pk}-{number:03}"
        twin.save(force_insert=True)
        for part in (*case.assignments.all(), *case.appointments.all(), *case.sessions.all()):
            present = list(part.advisors.all()) if isinstance(part, DialogueSession) else []
            part.pk, part.case = None, twin
            if isinstance(part, Appointment):
                part.uid = str(uuid.uuid4())
            if isinstance(part, DialogueSession):
                part.form_key = uuid.uuid4()
            part.save(force_insert=True)
            if isinstance(part, DialogueSession):
                part.advisors.set(present)


# --- Workbook -------------------------------------------------------------------------------------


def test_workbook_holds_numbers_sessions_cases_and_what_is_due(
    world: World, lead: Client, matched: Case
) -> None:
    confirm(held(world, matched, world.lead, world.co, minutes=100, date=dt.date(THIS, 1, 5)))
    option = actors.propose_option(world, matched)
    workflow.confirm_option(option, actors.contact_of(matched), version=1)
    workflow.write_option(matched, world.lead.user, fields=actors.option_fields())
    book = workbook(lead)
    assert list(book) == [_("Overview"), _("Sessions"), _("Cases"), _("Due")]
    assert book[_("Overview")][:4] == [
        [f"{_('Year')} {THIS}", _("Sessions"), _("Minutes"), _("Hours")],
        [_("In all"), "1", "100", "1.67"],
        [_("Confirmed by the municipality"), "1", "100", "1.67"],
        [_("Not confirmed yet"), "0", "0", "0.00"],
    ]
    day = str((dt.date(THIS, 1, 5) - dt.date(1899, 12, 30)).days)
    assert book[_("Sessions")][1:] == [
        [day, "10:00", matched.reference, "Hattingen", _("First talk"), _("On site"), "100", "1.67",
         "Inés Carvajal", _("Confirmed")]
    ]  # fmt: skip
    accepted = timezone.localdate(matched.assignments.get(role=AssignmentRole.LEAD).answered_at)
    matched.refresh_from_db()
    assert book[_("Cases")][1:] == [
        [matched.reference, "Hattingen", _("Lead"), matched.get_status_display(),
         str((accepted - dt.date(1899, 12, 30)).days), "1", "100", "1.67", "1"]
    ]  # fmt: skip
    assert [row[:-1] for row in book[_("Due")][1:]] == [[matched.reference, "Hattingen"]]


@pytest.mark.parametrize("name", ["=1+1", "+49 211", "-2", "@SUM(A1)", "https://example.org"])
def test_workbook_holds_no_formula_whatever_somebody_is_called(
    name: str, world: World, lead: Client, matched: Case
) -> None:
    world.co.user.name = name
    world.co.user.save()
    held(world, matched, world.lead, world.co)
    assert name in workbook(lead)[_("Sessions")][1]


def test_workbook_is_for_the_reader_alone(world: World, lead: Client, matched: Case) -> None:
    response = lead.get(FILE)
    assert response["Cache-Control"] == "private, no-store"
    assert response["Content-Disposition"] == f'attachment; filename="uebersicht-{THIS}.xlsx"'


def test_notes_and_minutes_are_not_in_it(world: World, lead: Client, co: Client, matched: Case) -> None:
    held(world, matched, world.lead, world.co, private_notes="Geheimes", shared_minutes="Protokoll")
    for browser in (lead, co):
        told = browser.get(PAGE).content.decode() + str(workbook(browser))
        assert [word for word in ("Geheimes", "Protokoll") if word in told] == []
