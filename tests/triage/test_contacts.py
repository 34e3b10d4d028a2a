"""Contact persons on the sheet: the coordination adds, corrects and removes them."""

from __future__ import annotations

from django.urls import reverse

from miglobe.mail.models import OutboxMessage
from requests_app import workflow
from requests_app.models import Case
from tests import actors
from tests.actors import World
from tests.triage.desk import Desk, words


def path(case: Case, name: str, *args: int) -> str:
    return reverse(f"admin:requests_app_case_{name}", args=[case.pk, *args])


def test_somebody_who_called_is_added_and_gets_an_invitation(world: World, desk: Desk) -> None:
    case = world.case()
    page = desk.get(path(case, "contact_add"))
    told = desk.press(page, "Einladung absenden", name="Jonas Reiter", email="jonas@hattingen.example.org")
    assert desk.said(told) == "Die Einladung an Jonas Reiter ist unterwegs."
    mail = OutboxMessage.objects.get(kind="contact_invited")
    assert mail.subject == f"{case.reference}: Lena Brandt lädt Sie als Ansprechperson ein"
    assert "Jonas Reiter Eingeladen" in words(desk.sheet(case))


def test_a_name_is_corrected_and_the_address_stays(world: World, desk: Desk) -> None:
    case = world.case()
    contact = case.contacts.get()
    page = desk.get(path(case, "contact", contact.pk))
    assert contact.user.email in words(page)
    told = desk.press(page, "Speichern", name="Katrin Wellmann-Voß")
    assert desk.said(told) == "Die Kontaktdaten sind berichtigt."
    contact.refresh_from_db()
    assert (contact.name, contact.phone) == ("Katrin Wellmann-Voß", "0221 4710-101")


def test_an_invitation_is_sent_again_by_a_button(world: World, desk: Desk) -> None:
    case = world.case()
    contact = actors.invited(case)
    told = desk.press(desk.sheet(case), "Einladung erneut senden Jonas Reiter")
    assert desk.said(told) == "Die Einladung an Jonas Reiter ist unterwegs."
    assert OutboxMessage.objects.filter(kind="contact_invited", recipient=contact.user.email).count() == 2


def test_a_dead_mailbox_is_removed_once_there_is_another(world: World, desk: Desk) -> None:
    case = world.case()
    katrin, jonas = case.contacts.get(), actors.colleague(case)
    page = desk.get(path(case, "contact_remove", katrin.pk))
    told = desk.press(page, "Ansprechperson entfernen")
    assert desk.said(told) == "Katrin Wellmann ist keine Ansprechperson mehr."
    assert list(case.contacts.all()) == [jonas]
    assert "Eine frühere Ansprechperson Katrin Wellmann" in words(desk.sheet(case))


def test_the_last_contact_cannot_be_removed_and_the_sheet_does_not_offer_it(world: World, desk: Desk) -> None:
    case = world.case()
    contact = case.contacts.get()
    assert path(case, "contact_remove", contact.pk) not in desk.sheet(case).content.decode()
    told = desk.press(desk.get(path(case, "contact_remove", contact.pk)), "Ansprechperson entfernen")
    assert desk.said(told) == "Ein Vorgang braucht eine Ansprechperson. Tragen Sie zuerst eine andere ein."


def test_the_list_warns_only_while_nobody_has_confirmed_an_address(world: World, desk: Desk) -> None:
    case = world.case()
    actors.invited(case)
    assert "Adresse nicht bestätigt" not in words(desk.list())
    waiting = actors.submitted(confirmed=False, title="Noch unbestätigt")
    assert "Noch unbestätigt" in words(desk.list())
    assert words(desk.list()).count("Adresse nicht bestätigt") == 1
    workflow.confirm_by_sign_in(actors.contact_of(waiting))
    assert "Adresse nicht bestätigt" not in words(desk.list())


def test_a_case_is_found_by_the_name_of_somebody_who_has_left(world: World, desk: Desk) -> None:
    case = world.case(title="Der gesuchte")
    leaving = actors.colleague(case, "Ottilie Grünspan")
    workflow.leave_case(case, leaving.user)
    assert desk.rows("?q=Grünspan") == ["Der gesuchte"]


def test_the_steps_of_the_case_do_not_repeat_what_stands_beside_a_contact(world: World, desk: Desk) -> None:
    keys = {button.key for button in desk.sheet(world.case()).context["buttons"]}
    assert keys & {"invite_contact_for", "remove_contact_for", "correct_contact_for"} == set()
