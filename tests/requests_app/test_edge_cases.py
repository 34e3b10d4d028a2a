"""The edge cases of the sample data, each by its name, through the doors that people use."""

from __future__ import annotations

import csv
import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from miglobe.mail.models import OutboxMessage
from miglobe.ops.demo import stories
from requests_app import papers, reach, workflow
from requests_app.models import Case, CaseStatus, Channel, RequestDraft
from requests_app.workflow import InvalidTransition
from tests import actors
from tests.actors import World
from tests.intake.form_walk import answers, begin, send
from tests.requests_app.entered import confirm, form_of
from tests.requests_app.test_typed_text import reading, seen, without_space
from tests.sign_in import sign_in
from tests.triage.desk import Desk, words

pytestmark = pytest.mark.django_db

EDGE_CASES = json.loads(Path(stories.__file__).with_name("samples.json").read_text(encoding="utf-8"))[
    "edge_cases"
]
HATTINGEN, SPROCKHOEVEL, HERDECKE = "05954016", "05954028", "05954020"
NOT_LISTED = reverse("intake:not_listed")


@pytest.fixture
def desk() -> Desk:
    """The coordinator at her desk."""
    return Desk(actors.coordinator())


def signed_in(user: Any) -> Client:
    client = Client()
    sign_in(client, user)
    return client


def test_every_edge_case_of_the_sample_data_stands_here() -> None:
    names = [edge["case"] for edge in EDGE_CASES]
    tests = [name for name in vars(sys.modules[__name__]) if name.startswith("test_")]
    assert len(names) == 10
    assert [name for name in names if not any(test.startswith(f"test_{name}_") for test in tests)] == []


def test_not_constituted_reads_who_could_ask_and_whom_to_call_and_no_case_is_made(client: Client) -> None:
    begin(client)
    page = words(client.get(NOT_LISTED, {"stelle": "verein"}, follow=True))
    assert "Eine Anfrage kann nur die Kommune selbst stellen." in page
    assert "Ein Text zum Weiterleiten" in page
    assert "Wir suchen mit Ihnen die richtige Stelle und stellen den Kontakt her." in page
    assert Case.objects.count() == 0


def test_outside_state_is_pointed_to_skew_and_no_case_is_made(client: Client) -> None:
    page = words(client.get(NOT_LISTED, {"stelle": "ausserhalb"}, follow=True))
    assert "Servicestelle Kommunen in der Einen Welt" in page
    assert (Case.objects.count(), RequestDraft.objects.count()) == (0, 0)


def test_municipal_company_is_filed_for_its_municipality_with_the_unit_to_clarify(
    client: Client, desk: Desk
) -> None:
    company = {"municipality": HATTINGEN, "organisation": "Stadtwerke Hattingen"}
    begin(client)
    client.post(reverse("intake:not_listed_company"), company)
    given = answers(unit="")
    given["municipality"] |= company
    case = send(client, given)
    assert (case.place, case.organisation, case.lead_unit_open) == ("Hattingen", "Stadtwerke Hattingen", True)
    assert "zu klären: federführende Dienststelle" in words(desk.sheet(case))
    query = words(desk.step(case, "ask_query"))
    assert "Welche Dienststelle von Hattingen hat die Federführung" in query


def test_duplicate_is_hinted_at_beside_the_open_case_of_the_same_municipality(
    client: Client, desk: Desk
) -> None:
    """Both stay as they are until somebody merges them."""
    first = send(client)
    second = send(Client(), answers(email="jonas.reiter@hattingen.example.org", name="Jonas Reiter"))
    page = desk.sheet(second)
    assert "Für Hattingen gibt es schon" in words(page)
    assert reverse("admin:requests_app_case_change", args=[first.pk]) in page.content.decode()
    assert [case.contacts.get().name for case in (first, second)] == ["Katrin Wellmann", "Jonas Reiter"]


def test_joint_request_is_one_case_and_reaches_each_municipality(client: Client) -> None:
    given = answers()
    given["municipality"]["partners"] = [SPROCKHOEVEL, HERDECKE]
    send(client, given)
    reached = reach.reached_municipalities(Case.objects.all()).values_list("key", flat=True)
    assert sorted(reached) == [HATTINGEN, HERDECKE, SPROCKHOEVEL]
    assert Case.objects.count() == 1


def test_forwarded_by_advisor_goes_to_nobody_before_the_contact_has_confirmed(client: Client) -> None:
    world = World()
    advisor, new = signed_in(world.lead.user), reverse("workspace:forward")
    typed = {
        "municipality": HATTINGEN,
        "name": "Katrin Wellmann",
        "email": "katrin@hattingen.example.org",
        "title": "Vereine gewinnen",
        "situation": "Die Steuerungsgruppe besteht aus elf Personen.",
    }
    response = advisor.post(new, form_of(advisor.get(new)).fields | typed)
    case = Case.objects.get(entered_by=world.lead.user)
    assert (case.channel, case.awaits_confirmation) == (Channel.ADVISOR, True)
    assert "Wellmann" not in advisor.get(response.url).content.decode()
    workflow.start_review(case, world.coordinator)
    with pytest.raises(InvalidTransition):
        workflow.offer(Case.objects.get(pk=case.pk), world.coordinator, world.offers())
    confirm(client, case)
    workflow.offer(Case.objects.get(pk=case.pk), world.coordinator, world.offers())


def test_very_short_is_taken_and_the_next_step_is_to_ask_back_or_call(client: Client, desk: Desk) -> None:
    case = send(client, answers(situation="Bitte um Beratung.", phone="02324 204-0"))
    page = desk.sheet(case)
    assert "Eine sehr kurze Anfrage: Fragen Sie nach oder rufen Sie an." in words(page)
    assert page.context["call"] == "02324 204-0"
    assert next(button.key for button in page.context["buttons"] if button.primary) == "ask_query"
    workflow.ask_query(case, desk.user, text="Worum geht es?")
    assert Case.objects.get(pk=case.pk).status == CaseStatus.QUERY_OPEN


def test_text_with_markup_comes_out_as_typed_in_page_mail_csv_and_pdf(client: Client, desk: Desk) -> None:
    text = "=1+1 <script>alert('x')</script> <b>fett</b> &amp; {{ 7*7 }}"
    case = send(client, answers(title=text, situation=text))
    assert (case.title, case.situation) == (text, text)
    assert seen(desk.sheet(case)).count(text) >= 2
    received = OutboxMessage.objects.get(reference=case.reference, kind="request_received")
    assert text in received.body
    assert without_space(text) in reading(papers.compiled(papers.request(case)))
    export: Any = desk.get(reverse("admin:requests_app_case_csv"))
    table = b"".join(export.streaming_content).decode("utf-8-sig")
    assert [row["Betreff"] for row in csv.DictReader(io.StringIO(table), delimiter=";")] == [f"'{text}"]


def test_personal_data_in_text_is_hinted_at_where_people_type(client: Client) -> None:
    """Nothing is taken out of a text yet; the summary for advisors leaves the contact's data out."""
    begin(client)
    hint = "Bitte nennen Sie keine Namen oder persönlichen Angaben von Dritten."
    assert hint in words(client.get(reverse("intake:concern")))
    assert "keine persönlichen Angaben von Dritten" in words(client.get(reverse("intake:wishes")))


def test_advisor_conflict_is_marked_and_cannot_be_assigned(desk: Desk) -> None:
    """Whoever speaks for the municipality in this case; other conflicts are for people to see."""
    world = World()
    case = actors.submitted(contact={"email": world.lead.user.email, "name": "Amara Okafor"})
    workflow.start_review(case, desk.user)
    case = Case.objects.get(pk=case.pk)
    page = desk.sheet(case)
    pool = [*page.context["fits"], *page.context["more_fits"]]
    fit = next(fit for fit in pool if fit.suggestion.advisor == world.lead)
    assert (fit.suggestion.obstacles[0], fit.url) == (
        "Interessenkonflikt: Ansprechperson dieses Vorgangs",
        "",
    )
    assert world.lead not in [each.advisor for each in desk.step(case, "offer").context["form"].pool]
    with pytest.raises(InvalidTransition, match="selbst anfragt"):
        workflow.offer(case, desk.user, world.offers())
