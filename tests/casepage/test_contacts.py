"""Contact persons on the case page: invite, hand over, leave – by HTTP, as people do it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from requests_app import workflow
from requests_app.models import Case, CaseStatus, ContactPerson
from tests import actors
from tests.actors import World
from tests.casepage.pages import Visitor, contact, errors, notices, url, words
from tests.sign_in import sign_in

NEW = {"name": "Jonas Reiter", "email": "jonas@hattingen.example.org", "function": "Amtsleitung", "phone": ""}
FORMS = ["invite", "own_data", "hand_over", "leave"]


def names(case: Case) -> list[str]:
    return [each.name for each in case.contacts.all()]


def test_inviting_a_colleague_puts_her_on_the_page_as_invited(world: World) -> None:
    case = world.case()
    visitor = contact(case)
    page = visitor.post(case, "invite", **NEW)
    assert notices(page) == ["Die Einladung an Jonas Reiter ist unterwegs."]
    assert "Jonas Reiter Eingeladen" in words(page)


def test_inviting_twice_by_a_double_click_says_nothing_wrong(world: World) -> None:
    case = world.case()
    visitor = contact(case)
    visitor.post(case, "invite", **NEW)
    page = visitor.post(case, "invite", **NEW)
    assert page.redirect_chain[-1][0] == url(case) + "#contacts"
    assert names(case) == ["Katrin Wellmann", "Jonas Reiter"]


def test_a_refused_invitation_keeps_what_was_typed(world: World) -> None:
    case = world.case()
    own = actors.contact_of(case).email
    page = contact(case).post(case, "invite", **NEW | {"email": own})
    assert errors(page) == ["Diese Adresse gehört schon zu einer Ansprechperson des Vorgangs."]
    assert page.context["form"]["name"].value() == "Jonas Reiter"


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("name", "", "Geben Sie einen Namen ein."),
        ("email", "", "Geben Sie die dienstliche E-Mail-Adresse ein."),
        ("email", "jonas", "Geben Sie eine E-Mail-Adresse ein, zum Beispiel name@stadt.de."),
    ],
)
def test_an_invitation_that_does_not_validate_says_what_to_do(
    world: World, field: str, typed: str, sentence: str
) -> None:
    page = contact(case := world.case()).post(case, "invite", **NEW | {field: typed})
    assert errors(page) == [sentence]
    assert names(case) == ["Katrin Wellmann"]


def test_the_invited_colleague_signs_in_and_sees_the_same_case(world: World) -> None:
    case = world.case()
    contact(case).post(case, "invite", **NEW)
    jonas = Visitor(ContactPerson.objects.get(user__email=NEW["email"]).user)
    workflow.confirm_by_sign_in(jonas.user)  # the tests' way to sign in does not tell of it
    page = jonas.get(case)
    assert page.status_code == 200
    assert case.situation in words(page)
    assert [row[0] for row in jonas.get(None, "list").context["rows"]] == [case]


def test_who_is_signed_in_already_accepts_or_declines_on_the_page(world: World) -> None:
    case, other = world.case(), world.case(title="Der andere")
    visitor = contact(case)
    invited = actors.invited(other, email=visitor.user.email)
    page = visitor.get(other)
    assert "Sie sind als Ansprechperson eingeladen" in words(page)
    assert "Weitere Person einladen" not in words(page)
    page = visitor.post(other, "accept_invitation")
    assert notices(page) == ["Sie sind jetzt Ansprechperson dieses Vorgangs."]
    invited.refresh_from_db()
    assert invited.confirmed_at is not None
    assert "Weitere Person einladen" in words(page)


def test_handing_over_to_somebody_new_waits_for_the_yes(world: World) -> None:
    case = world.case()
    visitor = contact(case)
    page = visitor.post(case, "hand_over", to="new", **NEW)
    assert notices(page) == [
        "Jonas Reiter hat eine Einladung. Sobald sie angenommen ist, ist der Vorgang übergeben."
    ]
    assert "Sie übergeben an Jonas Reiter" in words(page)
    workflow.confirm_by_sign_in(case.contacts.get(name="Jonas Reiter").user)
    assert visitor.get(case).status_code == 404
    assert visitor.get(None, "list").status_code == 200


def test_a_hand_over_can_be_cancelled_while_it_waits(world: World) -> None:
    case = world.case()
    visitor = contact(case)
    visitor.post(case, "hand_over", to="new", **NEW)
    page = visitor.post(case, "cancel_hand_over")
    assert notices(page) == ["Sie bleiben Ansprechperson. Die Einladung gilt weiter."]
    assert "Sie übergeben an" not in words(page)
    assert notices(visitor.post(case, "cancel_hand_over")) == [
        "Es gibt keine Übergabe mehr, die Sie abbrechen könnten."
    ]


def test_handing_over_to_a_colleague_leads_to_the_list(world: World) -> None:
    case = world.case()
    visitor, jonas = contact(case), actors.colleague(case)
    page = visitor.post(case, "hand_over", to=str(jonas.pk), name="", email="kein Unsinn")
    assert page.redirect_chain[-1][0] == reverse("casepage:list")
    assert names(case) == ["Jonas Reiter"]


def test_a_hand_over_without_a_successor_says_what_is_missing(world: World) -> None:
    case = world.case()
    actors.colleague(case)
    assert errors(contact(case).post(case, "hand_over")) == ["Wählen Sie aus, wer übernimmt."]
    assert errors(contact(case).post(case, "hand_over", to="new")) == [
        "Geben Sie einen Namen ein.",
        "Geben Sie die dienstliche E-Mail-Adresse ein.",
    ]


def test_the_last_contact_is_not_offered_to_leave_and_is_refused_kindly(world: World) -> None:
    case = world.case()
    visitor = contact(case)
    assert "Vorgang verlassen" not in words(visitor.get(case))
    page = visitor.post(case, "leave")
    assert notices(page) == ["Sie sind die einzige Ansprechperson. Bitte übergeben Sie den Vorgang zuerst."]


def test_leaving_asks_first_and_then_leads_to_the_list(world: World) -> None:
    case = world.case()
    visitor = contact(case)
    actors.colleague(case)
    assert visitor.get(case, "leave").status_code == 200
    assert names(case) == ["Katrin Wellmann", "Jonas Reiter"]  # GET changes nothing
    page = visitor.post(case, "leave")
    assert page.redirect_chain[-1][0] == reverse("casepage:list")
    assert notices(page) == [f"Sie sind keine Ansprechperson von {case.reference} mehr."]
    assert visitor.get(case).status_code == 404


def test_another_contact_can_be_removed_and_an_invitation_withdrawn(world: World) -> None:
    case = world.case()
    visitor, jonas, waiting = contact(case), actors.colleague(case), actors.invited(case, "Wartende Person")
    assert "Jonas Reiter entfernen" in words(visitor.get(case, "remove_contact", jonas.pk))
    assert notices(visitor.post(case, "remove_contact", jonas.pk)) == [
        "Jonas Reiter ist keine Ansprechperson mehr."
    ]
    assert notices(visitor.post(case, "remove_contact", waiting.pk)) == [
        "Die Einladung an Wartende Person ist zurückgezogen."
    ]
    assert names(case) == ["Katrin Wellmann"]


def test_own_data_are_corrected_and_a_shared_mailbox_is_shown_as_one(world: World) -> None:
    case = world.case()
    page = contact(case).post(
        case, "own_data", name="Integrationsbüro", is_shared_mailbox="on", function="", phone="02324 204-0"
    )
    assert notices(page) == ["Ihre Angaben sind geändert."]
    assert "Integrationsbüro (Sie)" in words(page)
    assert "Funktionspostfach" in words(page)


def test_every_page_about_contacts_is_closed_to_everybody_else(world: World) -> None:
    case = world.case(CaseStatus.MATCHED)
    former = actors.colleague(case)
    workflow.leave_case(case, former.user)
    people = {world.other_contact: 404, former.user: 404, world.lead.user: 403, world.coordinator: 403}
    for user, status in people.items():
        client = Client()
        sign_in(client, user)
        for name in [*FORMS, "accept_invitation", "cancel_hand_over"]:
            assert client.get(url(case, name)).status_code == status
            assert client.post(url(case, name), NEW).status_code == status
    assert names(case) == ["Katrin Wellmann"]


def test_ended_cases_can_still_be_handed_over(world: World) -> None:
    case = world.case(CaseStatus.CLOSED)
    contact(case).post(case, "hand_over", to="new", **NEW)
    assert names(case) == ["Katrin Wellmann", "Jonas Reiter"]


def test_the_history_names_who_was_invited(world: World) -> None:
    case = world.case()
    actors.invited(case)
    assert "Jonas Reiter als Ansprechperson eingeladen" in words(contact(case).get(case))


@pytest.mark.parametrize("count", [1, 30])
def test_a_case_with_many_contacts_costs_the_queries_of_one_with_few(
    world: World, count: int, django_assert_num_queries: Any
) -> None:
    case = world.case()
    for each in range(count):
        workflow.invite_contact(case, world.coordinator, actors.new_contact(f"Person {each}"))
    client = Client()
    sign_in(client, actors.contact_of(case))
    client.get(url(case))  # fills the caches
    with django_assert_num_queries(17):
        client.get(url(case))


def test_invited_who_presses_anything_else_is_asked_to_accept_first(world: World, client: Client) -> None:
    case = world.case()
    sign_in(client, actors.invited(case).user)
    ContactPerson.objects.filter(case=case, invited_by__isnull=False).update(confirmed_at=None)
    for name, typed in (("own_data", NEW), ("message", {"body": "Hallo"}), ("withdraw", {"reason": ""})):
        page = client.post(reverse(f"casepage:{name}", args=[case.reference]), typed, follow=True)
        assert page.status_code == 200
    case.refresh_from_db()
    assert (case.is_open, names(case)) == (True, ["Katrin Wellmann", "Jonas Reiter"])
