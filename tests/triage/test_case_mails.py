"""The mails of a case on its sheet: what is shown of each, and what its buttons do."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from miglobe.mail.models import OutboxMessage, State
from requests_app import workflow
from requests_app.models import Case, CaseStatus, EventKind
from requests_app.triage import case_mails
from tests import actors
from tests.actors import World
from tests.requests_app.test_mail_trouble import came_back, mail_to
from tests.triage.desk import Desk, words

pytestmark = pytest.mark.django_db


def address(case: Case, mail: OutboxMessage, name: str) -> str:
    return reverse(f"admin:requests_app_case_mail_{name}", args=[case.pk, mail.pk])


def queried(world: World) -> tuple[Case, OutboxMessage]:
    case = world.case(CaseStatus.QUERY_OPEN)
    return case, came_back(mail_to(actors.contact_of(case).email, case, "query_asked"))


def waiting() -> tuple[Case, OutboxMessage]:
    case = actors.submitted(confirmed=False)
    return case, came_back(mail_to(actors.contact_of(case).email, case, "request_received"))


def test_sheet_says_what_did_not_arrive_and_why_before_all_other_mails(world: World, desk: Desk) -> None:
    case, mail = queried(world)
    page = desk.sheet(case)
    assert "zurückgekommen" in words(page)
    assert "Mail kam zurück" in words(page).split("Kommune und Kontakt")[1].split("Verlauf")[0]
    assert "Grund: 550 5.1.1 no such user" not in words(page)  # said by the provider's report alone
    content = page.content.decode()
    trouble, folded = content.split('id="mails-title"')[1].split("<details", 1)
    assert address(case, mail, "address") in trouble
    assert address(case, mail, "settle") in trouble
    assert address(case, mail, "address") not in folded


def test_sheet_shows_no_text_of_a_confidential_mail_and_offers_a_new_code(world: World, desk: Desk) -> None:
    case, mail = waiting()
    content = desk.sheet(case).content.decode()
    assert address(case, mail, "code") in content
    assert address(case, mail, "again") not in content


def test_button_sends_the_mail_again(world: World, desk: Desk) -> None:
    case, mail = queried(world)
    page = desk.client.post(address(case, mail, "again"), follow=True)
    mail.refresh_from_db()
    assert (mail.state, "Die E-Mail ist wieder unterwegs." in words(page)) == (State.WAITING, True)
    page = desk.client.post(address(case, mail, "again"), follow=True)
    assert "schon unterwegs" in words(page)


def test_mail_that_is_sent_again_from_the_outbox_is_told_of_in_its_case(world: World, desk: Desk) -> None:
    case, mail = queried(world)
    into = world.case(CaseStatus.IN_REVIEW, title="Der andere")
    workflow.resume_review(case, world.coordinator)
    workflow.merge(case, into, world.coordinator)
    again = reverse("admin:mail_outboxmessage_resend", args=[mail.pk])
    desk.client.post(again)
    desk.client.post(again)  # is on its way: nothing happens
    [event] = into.events.filter(kind=EventKind.MAIL_SENT_AGAIN)
    assert (event.actor, event.data) == (world.coordinator, {"mail": mail.pk, "mail_kind": "query_asked"})
    assert not case.events.filter(kind=EventKind.MAIL_SENT_AGAIN).exists()


def test_page_corrects_the_address_and_says_what_is_wrong_with_a_wrong_one(world: World, desk: Desk) -> None:
    case, mail = waiting()
    page = desk.client.post(address(case, mail, "address"), {"email": "kein-at"})
    assert (page.status_code, "Geben Sie eine E-Mail-Adresse" in words(page)) == (200, True)
    page = desk.client.post(address(case, mail, "address"), {"email": mail.recipient})
    assert "Diese Adresse haben wir schon." in words(page)
    desk.client.post(address(case, mail, "address"), {"email": "richtig@hattingen.example.org"})
    assert case.contacts.get().user.email == "richtig@hattingen.example.org"
    assert desk.client.get(address(case, mail, "address")).status_code == 404  # went to nobody of the case


def test_confirmed_person_is_invited_at_the_new_address(world: World, desk: Desk) -> None:
    case, mail = queried(world)
    desk.client.post(address(case, mail, "address"), {"email": "neu@hattingen.example.org"})
    assert mail_to("neu@hattingen.example.org", case, "contact_invited").state == State.WAITING
    assert case.contacts.first().user.email == mail.recipient


def test_mail_of_another_case_is_not_found(world: World, desk: Desk) -> None:
    _case, mail = queried(world)
    other = actors.submitted()
    for name in ("again", "settle", "code", "address"):
        assert desk.client.post(address(other, mail, name)).status_code == 404


def test_sheet_shows_the_newest_mails_and_every_one_that_did_not_arrive(world: World, desk: Desk) -> None:
    case, oldest = queried(world)
    newer = [
        OutboxMessage.objects.create(
            kind="message_written",
            reference=case.reference,
            recipient=actors.contact_of(case).email,
            message_id=f"<{number}@example.org>",
        )
        for number in range(case_mails.SHOWN + 1)
    ]
    content = desk.sheet(case).content.decode()
    shown = [mail for mail in newer if reverse("admin:mail_outboxmessage_change", args=[mail.pk]) in content]
    assert shown == newer[1:]
    assert address(case, oldest, "settle") in content
    assert "Alle E-Mails dieses Vorgangs" in content


def test_mail_to_somebody_who_has_left_is_not_sent_again(world: World, desk: Desk) -> None:
    case, mail = queried(world)
    left = actors.contact_of(case).contact_for.get(case=case)
    left.left_at = timezone.now()
    left.save()
    page = desk.client.post(address(case, mail, "again"), follow=True)
    mail.refresh_from_db()
    assert mail.state == State.BOUNCED
    assert "Diese Person gehört nicht mehr zum Vorgang, oder ihr Konto ist gesperrt." in words(page)
