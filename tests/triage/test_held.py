"""Requests that were held back, as the coordination sees them."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.admin.models import ADDITION, DELETION, LogEntry
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from miglobe.mail.models import OutboxMessage
from requests_app import documents, held, workflow
from requests_app.models import Case, CaseStatus, Channel, HeldReason, RequestDraft, ScanState
from tests.actors import World
from tests.intake.form_walk import answers
from tests.requests_app import files
from tests.sign_in import sign_in
from tests.triage.desk import Desk, forms, words

LIST = "admin:requests_app_case_held"


def held_draft(reason: HeldReason = HeldReason.TOO_MANY, **changes: Any) -> RequestDraft:
    """A request that was sent and held back."""
    data = {
        page: {name: value if isinstance(value, list) else [value] for name, value in typed.items()}
        for page, typed in answers(**changes).items()
    }
    draft = RequestDraft.objects.create(data=data)
    held.hold(draft, reason)
    return draft


def test_first_page_counts_them_and_leads_to_them(world: World, desk: Desk) -> None:
    assert "zurückgehalten" not in words(desk.get(reverse("admin:index")))
    held_draft()
    held_draft()
    page = desk.get(reverse("admin:index"))
    assert "2 Anfragen wurden zurückgehalten" in words(page)
    assert f'href="{reverse(LIST)}"' in page.content.decode()


def test_list_says_why_and_what_was_written(world: World, desk: Desk) -> None:
    held_draft(HeldReason.HONEYPOT, title="<b>Gewinn</b>")
    page = words(desk.get(reverse(LIST)))
    for text in (
        "<b>Gewinn</b>",
        str(HeldReason.HONEYPOT.label),
        "Hattingen",
        "Katrin Wellmann",
        "elf Personen",
    ):
        assert text in page


def test_taking_in_makes_the_case_and_mails_the_code(world: World, desk: Desk) -> None:
    draft = held_draft()
    upload = files.upload(files.pdf())
    with documents.stored(documents.check(upload)) as file:
        document = documents.add(file, draft=draft)
    response = desk.press(desk.get(reverse(LIST)), "Aufnehmen: Migrantische Vereine gewinnen")
    case = Case.objects.get(submission_key=draft.key)
    assert response.url == reverse("admin:requests_app_case_change", args=[case.pk])
    assert case.contacts.get().email == "katrin.wellmann@hattingen.example.org"
    assert case.documents.get() == document
    kinds = OutboxMessage.objects.filter(reference=case.reference).values_list("kind", flat=True)
    assert sorted(kinds) == ["new_request", "request_received"]
    assert LogEntry.objects.get(change_message="A request that was held back.").action_flag == ADDITION
    assert held.waiting().count() == 0


def test_sender_then_reads_the_case_number_where_the_waiting_was_told(world: World, desk: Desk) -> None:
    draft = held_draft()
    client = Client()
    session = client.session
    session["intake_sent"] = str(draft.key)
    session.save()
    case = held.take_in(draft.key)
    assert case.reference in client.get(reverse("intake:sent")).content.decode()


def test_throwing_away_deletes_the_request_with_its_files(world: World, desk: Desk) -> None:
    draft = held_draft()
    with documents.stored(documents.check(files.upload(files.pdf()))) as file:
        document = documents.add(file, draft=draft)
    assert default_storage.exists(document.file.name)
    response = desk.press(desk.get(reverse(LIST)), "Endgültig löschen: Migrantische Vereine gewinnen")
    assert response.url == reverse(LIST)
    assert RequestDraft.objects.count() == 0
    entry = LogEntry.objects.get(change_message="A request that was held back.")
    assert (entry.action_flag, entry.object_id) == (DELETION, str(draft.key))


@pytest.mark.parametrize("action", ["take_in", "throw_away"])
def test_what_a_colleague_has_dealt_with_is_told(world: World, desk: Desk, action: str) -> None:
    draft = held_draft()
    held.take_in(draft.key)
    response = desk.client.post(reverse(f"admin:requests_app_case_{action}", args=[draft.key]))
    assert desk.said(response) == "Eine Kollegin oder ein Kollege hat diese Anfrage schon bearbeitet."
    assert Case.objects.filter(submission_key=draft.key).count() == 1


def test_what_the_form_would_refuse_by_now_is_told_and_stays(world: World, desk: Desk) -> None:
    draft = held_draft(earliest_begin_month="1", earliest_begin_year="2020")
    response = desk.client.post(reverse("admin:requests_app_case_take_in", args=[draft.key]))
    assert "Vergangenheit" in desk.said(response)
    assert held.waiting().get() == draft


@pytest.mark.parametrize("action", ["take_in", "throw_away"])
def test_looking_changes_nothing(world: World, desk: Desk, action: str) -> None:
    draft = held_draft()
    assert desk.get(reverse(f"admin:requests_app_case_{action}", args=[draft.key])).status_code == 405
    assert desk.get(reverse(LIST)).status_code == 200
    assert held.waiting().get() == draft


def test_only_the_coordination_may_look_and_decide(world: World) -> None:
    draft = held_draft()
    for person in (world.lead.user, world.other_contact):
        client = Client()
        sign_in(client, person)
        statuses = [
            client.get(reverse(LIST)).status_code,
            client.post(reverse("admin:requests_app_case_take_in", args=[draft.key])).status_code,
            client.post(reverse("admin:requests_app_case_throw_away", args=[draft.key])).status_code,
        ]
        assert statuses == [403, 403, 403]
    assert held.waiting().get() == draft


def test_page_has_a_form_of_its_own_for_each_button(world: World, desk: Desk) -> None:
    held_draft()
    held_draft()
    assert len([form for form in forms(desk.get(reverse(LIST))) if "zurueckgehalten" in form.action]) == 4


@pytest.mark.parametrize("count", [1, 30])
def test_list_costs_the_same_with_one_row_and_with_thirty(
    world: World, desk: Desk, count: int, django_assert_num_queries: Any
) -> None:
    for _ in range(count):
        held_draft()
    desk.get(reverse(LIST))
    with django_assert_num_queries(8):
        assert desk.get(reverse(LIST)).status_code == 200


def test_hold_needs_a_reason(db: None) -> None:
    draft = RequestDraft.objects.create()
    with pytest.raises(IntegrityError), transaction.atomic():
        RequestDraft.objects.filter(pk=draft.pk).update(held_at=timezone.now())


def test_taking_in_a_joint_request_of_a_company_to_an_advisor_loses_none_of_it(world: World) -> None:
    draft = held_draft()
    draft.data["municipality"] |= {"organisation": ["Stadtwerke Hattingen"], "partners": ["05954028"]}
    draft.directed_to, draft.language = world.lead, "en"
    draft.save()
    with documents.stored(documents.check(files.upload(files.pdf()))) as file:
        documents.add(file, draft=draft)
    case = held.take_in(draft.key)
    assert (case.is_direct, case.preferred_advisor, case.channel) == (True, world.lead, Channel.ADVISOR)
    assert (case.organisation, case.lead_unit_open, case.language) == ("Stadtwerke Hattingen", True, "en")
    assert [each.key for each in case.partners.all()] == ["05954028"]
    assert [each.name for each in case.documents.all()] == ["Konzept.pdf"]
    assert workflow.confirm_by_sign_in(case.contacts.get().user) == 1
    case.refresh_from_db()
    (offer,) = case.assignments.all()
    assert (case.status, offer.advisor, offer.is_direct) == (CaseStatus.MATCHING, world.lead, True)
    workflow.settle_lead_unit(case, world.coordinator, unit="Kämmerei")
    workflow.accept_offer(offer, world.lead.user)


def test_taking_in_keeps_documents_that_wait_for_the_scanner_or_are_harmful(world: World, settings) -> None:
    settings.CLAMD_URL = "tcp://localhost:1"
    draft = held_draft()
    for content in (files.pdf("eins"), files.pdf("zwei")):
        with documents.stored(documents.check(files.upload(content))) as file:
            documents.add(file, draft=draft)
    workflow.condemn_document(draft.documents.all()[0])
    case = held.take_in(draft.key)
    states = [each.scan_state for each in case.documents.all()]
    assert states == [ScanState.INFECTED, ScanState.PENDING]
    assert held.waiting().count() == 0
