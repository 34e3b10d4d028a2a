"""Mails about a case: each in the language of whoever reads it, with links to pages in that language."""

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from miglobe.accounts.models import User
from miglobe.mail.models import OutboxMessage
from miglobe.mail.outbox import MailText
from requests_app import notifications, workflow
from requests_app.models import Case, CaseStatus, ContactPerson
from tests import actors
from tests.actors import World
from tests.mail.texts import text_of

pytestmark = pytest.mark.django_db


def speaks(user: User, language: str) -> User:
    user.language = language
    user.save(update_fields=["language"])
    return user


def mail_to(address: str, kind: str) -> OutboxMessage:
    return OutboxMessage.objects.get(to=[address], kind=kind)


def address(language: str, name: str, *args: object) -> str:
    with override(language):
        return settings.BASE_URL + reverse(name, args=args)


def colleague(case: Case, language: str) -> ContactPerson:
    user = speaks(actors.person("Jana Roth"), language)
    confirmed = {"confirmed_at": timezone.now()}
    return ContactPerson.objects.create(case=case, user=user, name=user.name, email=user.email, **confirmed)


def test_acknowledgement_speaks_the_language_of_the_request():
    case = actors.submitted(confirmed=False, language="en")
    mail = mail_to(case.contacts.get().email, "request_received")
    assert mail.subject == f"{case.reference}: We have received your request – please confirm your address"
    assert mail.body.startswith("Please confirm your address with this code: ")
    assert address("en", "casepage:case", case.reference) in mail.body
    assert address("en", "account_request_login_code") in mail.body


def test_new_account_gets_the_language_of_its_first_request():
    assert actors.contact_of(actors.submitted(confirmed=False, language="en")).language == "en"


def test_account_keeps_its_language_until_the_address_of_another_request_is_confirmed():
    contact = actors.contact_of(actors.submitted())
    case = actors.submitted(confirmed=False, language="en", contact={"email": contact.email})
    contact.refresh_from_db()
    assert contact.language == "de"  # anybody can name this address
    workflow.confirm_by_sign_in(actors.contact_of(case))
    contact.refresh_from_db()
    assert contact.language == "en"


def test_language_of_a_request_that_somebody_else_entered_says_nothing_of_its_contact():
    contact = speaks(actors.contact_of(actors.submitted()), "en")
    entered = actors.submitted(
        confirmed=False, entered_by=actors.coordinator(), contact={"email": contact.email}
    )
    workflow.confirm_by_sign_in(actors.contact_of(entered))
    contact.refresh_from_db()
    assert contact.language == "en"


def test_each_contact_person_is_written_to_in_her_own_language_and_by_her_name():
    world = World()
    case = world.case(CaseStatus.MATCHING)
    english = colleague(case, "en")
    workflow.accept_offer(world.offer_of(case, world.lead), world.lead.user)
    german = case.contacts.exclude(pk=english.pk).get()
    in_german, in_english = (mail_to(each.email, "advisor_found") for each in (german, english))
    assert in_german.subject == f"{case.reference}: Ihre Beratung steht fest"
    assert f"Guten Tag {german.name}," in in_german.body
    assert in_english.subject == f"{case.reference}: We have found your advisor"
    assert f"Dear {english.name}," in in_english.body
    assert address("en", "casepage:case", case.reference) in in_english.body


def test_offer_speaks_the_language_of_the_advisor():
    world = World()
    speaks(world.lead.user, "en")
    case = world.walk(CaseStatus.MATCHING)
    in_english = mail_to(world.lead.user.email, "offer_made")
    assert in_english.subject.startswith(f"{case.reference}: Can you advise? Please answer by ")
    assert address("en", "workspace:case", case.reference) in in_english.body
    assert mail_to(world.co.user.email, "offer_made").body.startswith("Bitte sagen Sie bis ")


def test_coordination_reads_its_mails_in_its_own_language():
    speaks(actors.coordinator(), "en")
    german = actors.coordinator("Ulrike Voss")
    case = actors.submitted(language="en")
    bodies = {mail.recipient: mail.body for mail in OutboxMessage.objects.filter(kind="new_request")}
    assert bodies[german.email].startswith("Bitte prüfen Sie die Anfrage bis ")
    assert [body.split(" by ")[0] for to, body in bodies.items() if to != german.email] == [
        "Please check the request"
    ]
    assert len(bodies) == 2
    assert case.language == "en"


def test_mail_to_be_edited_is_composed_in_the_language_of_the_main_contact_person():
    case = actors.submitted(language="en")
    colleague(case, "de")
    assert notifications.language_of(case) == "en"
    text = notifications.compose_query(case, "Who takes part?")
    assert text.subject == f"{case.reference}: We have a question about your request"


def test_edited_mail_goes_to_every_contact_person_as_it_was_read():
    world = World()
    case = world.case(CaseStatus.IN_REVIEW, language="en")
    german = colleague(case, "de")
    mail = MailText("Subject", "Text\n")
    workflow.ask_query(case, world.coordinator, text="Who takes part?", mail=mail)
    sent = OutboxMessage.objects.filter(kind="query_asked")
    assert {(message.recipient, text_of(message)) for message in sent} == {
        (german.email, "Text\n"),
        (case.main_contact.email, "Text\n"),
    }
