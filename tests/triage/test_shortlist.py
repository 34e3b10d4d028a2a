"""Whom to ask next, and whether offers name the municipality: at the coordinators' desk, without scripts."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from requests_app import workflow
from requests_app.models import AssignmentRole, AssignmentStatus, Case, CaseStatus, EventKind
from requests_app.offer_facts import default_effort
from requests_app.workflow import Offer
from tests import actors
from tests.actors import World
from tests.triage.desk import Desk, forms, sent, words

S = CaseStatus
LEAD, CO = AssignmentRole.LEAD, AssignmentRole.CO
ON = "Weiter zur E-Mail"
ADD = "Auf die Liste setzen"
SEND = "Senden und anfragen"


def fields(response: Any) -> dict[str, str]:
    return forms(response)[-1].fields


def page_of(desk: Desk, case: Case) -> Any:
    return desk.get(reverse("admin:requests_app_case_shortlist", args=[case.pk]))


def put(world: World, case: Case, *names: str) -> None:
    """Put new people of these names onto the list, for the lead."""
    for name in names:
        wanted = Offer(actors.advisor(name), LEAD, f"Text für {name}", effort="Ein Tag")
        workflow.add_to_shortlist(case, world.coordinator, wanted, asks_by_itself=False)


def listed(case: Case) -> list[str]:
    return [entry.advisor.name for entry in case.shortlist.all()]


# --- On the page of an offer ----------------------------------------------------------------------


def test_somebody_is_put_on_the_list_and_what_was_typed_stays(world: World, desk: Desk) -> None:
    case = world.case(S.IN_REVIEW)
    typed = {"lead": str(world.lead.pk), "summary": "Eine Kommune sucht Rat.", "effort": "Drei Termine"}
    page = desk.press(
        desk.step(case, "offer"), ADD, **typed, next=str(world.other_advisor.pk), asks_by_itself="on"
    )
    entry = case.shortlist.get()
    assert (entry.advisor, entry.role, entry.summary) == (world.other_advisor, LEAD, typed["summary"])
    assert (entry.effort, entry.asks_by_itself) == ("Drei Termine", True)
    assert {name: fields(page)[name].strip() for name in typed} == typed
    assert "Das Portal fragt die nächste Person von selbst an" in words(page)
    desk.press(desk.press(page, ON), SEND)
    assert [(a.advisor, a.summary) for a in case.assignments.all()] == [(world.lead, typed["summary"])]
    assert listed(case) == ["Thu-Hà Nguyễn"]


def test_list_is_put_in_order_by_its_buttons(world: World, desk: Desk) -> None:
    case = world.case(S.IN_REVIEW)
    put(world, case, "Anna A", "Berta B", "Carla C")
    page = desk.press(desk.step(case, "offer"), "Nach oben: Carla C")
    page = desk.press(page, "Nach unten: Anna A")
    assert listed(case) == ["Carla C", "Anna A", "Berta B"]
    page = desk.press(page, "Entfernen: Berta B")
    assert listed(case) == ["Carla C", "Anna A"]
    assert "Berta B" not in words(page).partition("Danach fragen")[2].partition("Beratungsperson")[0]


def test_nobody_chosen_is_told_and_nothing_typed_is_lost(world: World, desk: Desk) -> None:
    case = world.case(S.IN_REVIEW)
    page = desk.press(desk.step(case, "offer"), ADD, summary="Eine Kommune sucht Rat.")
    assert "Wählen Sie, wer danach angefragt wird." in words(page)
    assert "<title>Fehler:" in page.content.decode()
    assert fields(page)["summary"].strip() == "Eine Kommune sucht Rat."
    assert listed(case) == []


def test_contact_data_does_not_come_onto_the_list_unseen(world: World, desk: Desk) -> None:
    case = world.case(S.IN_REVIEW)
    chosen = {"next": str(world.other_advisor.pk), "summary": "Frau Wellmann fragt."}
    page = desk.press(desk.step(case, "offer"), ADD, **chosen)
    assert "Das sieht nach Kontaktdaten aus: „Wellmann“." in words(page)
    assert listed(case) == []
    desk.press(page, ADD, no_names="on")
    assert case.shortlist.get().allowed_words == ["Wellmann"]


def test_those_who_are_asked_or_listed_are_not_offered_again(world: World, desk: Desk) -> None:
    case = world.case(S.IN_REVIEW)
    workflow.offer(case, world.coordinator, world.offers(LEAD))
    put(world, case, "Anna A")
    form = page_of(desk, case).context["entry_form"]
    names = {label.partition(" (")[0] for _value, label in form.fields["next"].choices}
    assert names == {"Bitte auswählen", "Inés Carvajal", "Thu-Hà Nguyễn"}


# --- The page of its own --------------------------------------------------------------------------


def test_list_is_kept_while_both_are_asked(world: World, desk: Desk) -> None:
    case = world.case(S.MATCHING)
    sheet = words(desk.sheet(case))
    assert "Danach fragen Noch steht niemand auf der Liste. Liste ändern" in sheet
    answer = desk.press(page_of(desk, case), ADD, next=str(world.other_advisor.pk), next_role="co")
    assert answer["Location"] == reverse("admin:requests_app_case_shortlist", args=[case.pk])
    assert (listed(case), case.shortlist.get().role) == (["Thu-Hà Nguyễn"], CO)
    assert "Thu-Hà Nguyễn (Zweite Beratungsperson). Sie fragen selbst an." in words(desk.sheet(case))


def test_text_of_an_entry_is_changed(world: World, desk: Desk) -> None:
    case = world.case(S.MATCHING)
    put(world, case, "Anna A")
    entry = case.shortlist.get()
    url = reverse("admin:requests_app_case_shortlist_entry", args=[case.pk, entry.pk])
    page = desk.get(url)
    assert fields(page)["summary"].strip() == "Text für Anna A"
    desk.press(page, "Text speichern", summary="Anders", effort="")
    entry.refresh_from_db()
    assert (entry.summary, entry.effort) == ("Anders", "")


def test_entry_of_another_case_is_not_found(world: World, desk: Desk) -> None:
    case, other = world.case(S.MATCHING), world.case(S.MATCHING)
    put(world, other, "Anna A")
    entry = other.shortlist.get()
    url = reverse("admin:requests_app_case_shortlist_entry", args=[case.pk, entry.pk])
    assert desk.get(url).status_code == 404


def test_who_asks_is_changed_for_the_whole_list(world: World, desk: Desk) -> None:
    case = world.case(S.MATCHING)
    put(world, case, "Anna A", "Berta B")
    desk.press(page_of(desk, case), "Das Portal von selbst anfragen lassen")
    assert set(case.shortlist.values_list("asks_by_itself", flat=True)) == {True}
    desk.press(page_of(desk, case), "Lieber selbst anfragen")
    assert set(case.shortlist.values_list("asks_by_itself", flat=True)) == {False}


def test_button_of_an_entry_that_is_gone_is_told(world: World, desk: Desk) -> None:
    case = world.case(S.MATCHING)
    put(world, case, "Anna A")
    page = page_of(desk, case)
    workflow.remove_from_shortlist(case.shortlist.get(), world.coordinator)
    answer = desk.press(page, "Entfernen: Anna A")
    assert desk.said(answer) == "Der Vorgang wurde inzwischen geändert."


@pytest.mark.parametrize("count", [1, 30])
def test_page_of_the_list_costs_no_query_per_person_of_the_pool(
    world: World, desk: Desk, count: int, django_assert_num_queries: Any
) -> None:
    case = world.case(S.MATCHING)
    for number in range(count):
        actors.advisor(f"Person {number}")
    put(world, case, "Anna A")
    page_of(desk, case)
    with django_assert_num_queries(23):
        page_of(desk, case)


# --- The next one ---------------------------------------------------------------------------------


def test_sheet_offers_to_ask_the_next_one_with_her_text(world: World, desk: Desk) -> None:
    case = world.case(S.IN_REVIEW)
    workflow.offer(case, world.coordinator, world.offers(LEAD))
    put(world, case, "Anna A", "Berta B")
    workflow.decline_offer(world.offer_of(case, world.lead), world.lead.user)
    sheet = desk.sheet(case)
    button = sheet.context["buttons"][0]
    assert (str(button.label), button.primary) == ("Nächste Person anfragen: Anna A", True)
    page = desk.get(button.url)
    anna = case.shortlist.get(position=1).advisor
    assert (fields(page)["lead"], fields(page)["summary"].strip()) == (str(anna.pk), "Text für Anna A")
    desk.press(desk.press(page, ON), SEND)
    assert world.offer_of(case, anna).effort == "Ein Tag"
    assert listed(case) == ["Berta B"]


# --- Tandem ---------------------------------------------------------------------------------------


def test_tandem_is_one_block_that_says_how_it_stands(world: World, desk: Desk) -> None:
    case = world.case(S.MATCHING)
    told = words(desk.sheet(case))
    assert told.count("Tandem: Amara Okafor (Leitung) und Inés Carvajal") == 1
    workflow.decline_offer(world.offer_of(case, world.co), world.co.user)
    workflow.accept_offer(world.offer_of(case, world.lead), world.lead.user)
    told = words(desk.sheet(case))
    assert "Die Zusage von Amara Okafor bleibt. Die andere Rolle ist frei: Zweite Beratungsperson." in told


def test_mails_of_a_tandem_say_so_before_they_go(world: World, desk: Desk) -> None:
    case = world.case(S.IN_REVIEW)
    people = {"lead": str(world.lead.pk), "co": str(world.co.pk)}
    mail = fields(desk.press(desk.step(case, "offer"), ON, **people))
    assert "Mit Ihnen zusammen ist eine zweite Beratungsperson angefragt." in mail["mail-lead-body"]
    assert "Mit Ihnen zusammen ist eine Person für die Leitung angefragt." in mail["mail-co-body"]


# --- Effort and confidentiality -------------------------------------------------------------------


def test_effort_is_prefilled_and_goes_to_each_in_her_language(world: World, desk: Desk) -> None:
    world.co.user.language = "en"
    world.co.user.save()
    case = world.case(S.IN_REVIEW)
    page = desk.step(case, "offer")
    assert fields(page)["effort"].strip() == default_effort("de")
    desk.press(desk.press(page, ON, lead=str(world.lead.pk), co=str(world.co.pk)), SEND)
    assert {a.role: a.effort for a in case.assignments.all()} == {
        "lead": default_effort("de"),
        "co": default_effort("en"),
    }


def test_confidential_offer_is_held_back_while_its_text_tells_the_municipality(
    world: World, desk: Desk
) -> None:
    case = world.case(S.IN_REVIEW)
    typed = {
        "lead": str(world.lead.pk),
        "summary": "Die Hattinger Vereine im EN-Kreis.",
        "is_confidential": "on",
    }
    page = desk.press(desk.step(case, "offer"), ON, **typed)
    assert "Das verrät, welche Kommune anfragt: „Hattinger“, „EN“." in words(page)
    assert fields(page)["stage"] == "fields"
    mail = desk.press(page, ON, summary="Die Vereine der Stadt.")
    assert "Hattingen" not in fields(mail)["mail-lead-body"] + fields(mail)["mail-lead-subject"]
    desk.press(mail, SEND)
    case.refresh_from_db()
    assert (case.is_confidential, case.assignments.get().is_confidential) == (True, True)
    assert case.events.filter(kind=EventKind.CONFIDENTIAL_SET).count() == 1


def test_tick_taken_out_on_the_way_back_names_the_municipality_again(world: World, desk: Desk) -> None:
    case = world.case(S.IN_REVIEW)
    mail = desk.press(desk.step(case, "offer"), ON, lead=str(world.lead.pk), is_confidential="on")
    back = desk.press(mail, "Zurück zu den Angaben")
    form = next(form for form in forms(back) if "stage" in form.fields)
    del form.fields["is_confidential"]
    form.fields["stage"] = "fields"
    again = desk.client.post(form.action, form.fields)
    assert "Kommune: Hattingen" in fields(again)["mail-lead-body"]


def test_case_is_made_confidential_from_the_sheet_and_back(world: World, desk: Desk) -> None:
    case = world.case(S.IN_REVIEW)
    answer = desk.press(desk.sheet(case), "Vertraulich: die Kommune in Anfragen nicht nennen")
    assert desk.said(answer) == "Anfragen nennen die Kommune ab jetzt nicht mehr."
    sheet = desk.sheet(case)
    assert "Anfragen nennen die Kommune nicht" in words(sheet)
    assert fields(desk.step(case, "offer"))["is_confidential"] == "on"
    answer = desk.press(sheet, "In Anfragen wieder nennen")
    assert desk.said(answer) == "Anfragen nennen die Kommune ab jetzt wieder."


def test_offer_that_a_colleague_made_confidential_meanwhile_is_not_sent(world: World, desk: Desk) -> None:
    case = world.case(S.IN_REVIEW)
    mail = desk.press(desk.step(case, "offer"), ON, lead=str(world.lead.pk))
    workflow.set_confidential(case, actors.coordinator("Kim Kollege"), is_confidential=True)
    page = desk.press(mail, SEND)
    assert "Der Vorgang wurde inzwischen geändert." in words(page)
    assert sent("offer_made") == []
    assert case.assignments.filter(status=AssignmentStatus.OFFERED).count() == 0


def test_name_typed_into_the_mail_itself_is_told_and_may_be_confirmed(world: World, desk: Desk) -> None:
    case = world.case(S.IN_REVIEW)
    mail = desk.press(desk.step(case, "offer"), ON, lead=str(world.lead.pk), is_confidential="on")
    body = fields(mail)["mail-lead-body"] + "\nFrau Wellmann aus Hattingen freut sich."
    page = desk.press(mail, SEND, mail__lead__body=body)
    assert "Das sieht nach einem Namen oder nach Kontaktdaten aus: „Wellmann“, „Hattingen“." in words(page)
    assert sent("offer_made") == []
    desk.press(page, SEND, mail__lead__no_names="on")
    assert "Frau Wellmann aus Hattingen" in sent("offer_made")[0].body
