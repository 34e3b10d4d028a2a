"""The page behind the link of the mail: read, correct, confirm – or say that it is somebody else's."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from miglobe.mail.models import OutboxMessage
from requests_app import workflow
from requests_app.models import AddressCode, Case, CaseStatus, Event, Municipality
from tests import actors
from tests.actors import World
from tests.requests_app.entered import confirm, enter, form_of, mailed, wrong
from tests.sign_in import sign_in
from tests.triage.desk import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def case(world: World) -> Case:
    return enter(world.coordinator)


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def after_thirty_days() -> time_machine.travel:
    return time_machine.travel(timezone.now() + dt.timedelta(days=31))


def test_page_shows_what_was_entered_and_who_did(client: Client, case: Case) -> None:
    link, _code = mailed(case)
    response = client.get(link)
    assert response.status_code == 200
    fields = form_of(response).fields
    assert (fields["municipality"], fields["title"], fields["name"], fields["unit"]) == (
        "05954016", "Migrantische Vereine gewinnen", "Katrin Wellmann", "Fachbereich Soziales",
    )  # fmt: skip
    assert fields["goals"] == "participation"
    assert fields["mode"] == "on_site"
    assert "email" not in fields
    assert "Lena Brandt, Koordination von MiGlobe" in words(response)
    assert response["Cache-Control"].startswith("max-age=0, no-cache, no-store")


def test_link_opened_twenty_times_by_a_machine_changes_nothing(client: Client, case: Case) -> None:
    link, _code = mailed(case)
    before = (Event.objects.count(), OutboxMessage.objects.count(), list(AddressCode.objects.values()))
    for _each in range(10):
        assert client.get(link).status_code == 200
        assert client.head(link).status_code == 200
    assert (
        Event.objects.count(),
        OutboxMessage.objects.count(),
        list(AddressCode.objects.values()),
    ) == before
    assert confirm(client, case).url == reverse("casepage:case", args=[case.reference])


def test_one_button_corrects_confirms_and_signs_in(client: Client, case: Case) -> None:
    response = confirm(client, case, title="Vereine und Steuerungsgruppe", phone="0221 1")
    assert response.url == reverse("casepage:case", args=[case.reference])
    assert signed_in(client)
    case.refresh_from_db()
    assert (case.title, case.contacts.get().phone) == ("Vereine und Steuerungsgruppe", "0221 1")
    assert case.awaits_confirmation is False
    page = words(client.get(response.url))
    assert gettext("Check the entries") not in page


def test_wrong_code_is_told_and_everything_typed_is_kept(client: Client, case: Case) -> None:
    link, code = mailed(case)
    response = confirm(client, case, code=wrong(code), title="Neuer Titel", goals="quality")
    assert response.context["form"].errors["code"] == [
        gettext("This code is not right. Compare it with the latest e-mail and enter it again.")
    ]
    fields = form_of(response).fields
    assert (fields["title"], fields["goals"], fields["code"]) == ("Neuer Titel", "quality", wrong(code))
    assert not signed_in(client)
    case.refresh_from_db()
    assert case.title == "Migrantische Vereine gewinnen"
    assert client.post(link, fields | {"code": code}).status_code == 302


def test_five_wrong_codes_use_it_up_and_a_new_one_helps(client: Client, case: Case) -> None:
    _link, code = mailed(case)
    for _each in range(5):
        confirm(client, case, code=wrong(code))
    response = confirm(client, case, title="Neuer Titel")
    assert response.context["form"].errors["code"] == [
        gettext("This code is no longer valid. Ask for a new one.")
    ]
    response = confirm(client, case, title="Neuer Titel", code="", send_code="1")
    assert form_of(response).fields["title"] == "Neuer Titel"
    assert dict(response.context["form"].errors) == {}
    assert confirm(client, case, title="Neuer Titel").status_code == 302
    case.refresh_from_db()
    assert case.title == "Neuer Titel"


def test_five_fields_are_required_here(client: Client, case: Case) -> None:
    empty = {"municipality": "", "name": "", "title": "", "situation": ""}
    response = confirm(client, case, **empty)
    assert set(response.context["form"].errors) == set(empty)
    assert AddressCode.objects.get(contact__case=case).attempts_left == 5


@pytest.mark.parametrize("address", ["other@example.org", ""])
def test_address_cannot_be_changed_behind_its_own_proof(client: Client, case: Case, address: str) -> None:
    before = case.contacts.get().email
    confirm(client, case, email=address)
    assert case.contacts.get().email == before


def test_correction_of_the_coordination_in_between_is_told(client: Client, case: Case, world: World) -> None:
    link, code = mailed(case)
    typed = form_of(client.get(link)).fields | {"code": code, "title": "Von mir"}
    Case.objects.filter(pk=case.pk).update(version=case.version + 1)
    response = client.post(link, typed)
    assert response.status_code == 200
    assert form_of(response).fields["title"] == "Von mir"
    assert client.post(link, form_of(response).fields).status_code == 302


def test_confirmed_link_leads_to_the_case_and_shows_nothing(client: Client, case: Case) -> None:
    link, _code = mailed(case)
    confirm(client, case)
    response = Client().get(link)
    assert response.status_code == 200
    assert "Wellmann" not in response.content.decode()
    assert reverse("casepage:case", args=[case.reference]) in response.content.decode()
    assert Client().post(link, {"disown": "1"}).status_code == 200
    case.refresh_from_db()
    assert case.is_open is True


def test_confirming_twice_by_two_quick_presses_is_no_error(client: Client, case: Case) -> None:
    link, code = mailed(case)
    typed = form_of(client.get(link)).fields | {"code": code}
    client.post(link, typed)
    assert client.post(link, typed).status_code == 200
    assert OutboxMessage.objects.filter(kind="entry_confirmed").count() == 1


def test_coordinator_who_tries_the_link_is_not_signed_in_as_the_contact(
    client: Client, case: Case, world: World
) -> None:
    link, _code = mailed(case)
    sign_in(client, world.coordinator)
    assert confirm(client, case).url == link
    assert client.session["_auth_user_id"] == str(world.coordinator.pk)


def test_expired_link_is_told_and_a_new_one_goes_to_the_same_address(client: Client, case: Case) -> None:
    link, _code = mailed(case)
    with after_thirty_days():
        response = client.get(link)
        assert response.status_code == 410
        assert "Wellmann" not in response.content.decode()
        assert client.post(link).url == link
        fresh, _code = mailed(case)
        assert fresh != link
        assert client.get(fresh).status_code == 200
        assert confirm(client, case).status_code == 302


def test_answer_to_a_wrong_link_is_that_to_an_expired_one(client: Client, case: Case) -> None:
    link, _code = mailed(case)
    forged = reverse("intake:entry", args=["forged"])
    with after_thirty_days():
        pages = [words(client.get(path)) for path in (link, forged)]
        told = [words(client.post(path, follow=True)) for path in (link, forged)]
    assert pages[0] == pages[1]
    assert told[0] == told[1]
    assert OutboxMessage.objects.filter(kind="request_entered").count() == 2


def test_disowned_request_ends_and_says_so(client: Client, case: Case) -> None:
    link, _code = mailed(case)
    response = client.post(link, {"disown": "1"})
    assert gettext("Thank you for telling us") in words(response)
    case.refresh_from_db()
    assert case.status == CaseStatus.WITHDRAWN
    assert list(case.contacts.all()) == []
    assert client.get(link).status_code == 410


def test_page_speaks_english_below_its_own_path(client: Client, case: Case) -> None:
    link, _code = mailed(case)
    response = client.get("/en" + link)
    assert "Check and confirm your request" in words(response)
    typed = form_of(response).fields | {"code": mailed(case)[1]}
    assert client.post("/en" + link, typed).status_code == 302
    case.refresh_from_db()
    assert case.language == "en"


def test_link_shows_nothing_once_a_colleague_has_confirmed_the_entries(
    client: Client, case: Case, world: World
) -> None:
    link, code = mailed(case)
    typed = form_of(client.get(link)).fields | {"code": code}
    joined = workflow.invite_contact(case, world.coordinator, actors.new_contact())
    workflow.confirm_by_sign_in(joined.user)
    new = actors.request(language="de")
    del new.contact["email"]
    joined.refresh_from_db()
    workflow.confirm_entry(joined, new)
    for response in (client.get(link), client.post(link, typed), client.post(link, {"disown": "1"})):
        assert (response.status_code, response.templates[0].name) == (200, "intake/entry_done.html")


def test_disowned_address_is_told_that_the_case_goes_on_without_it(
    client: Client, case: Case, world: World
) -> None:
    link, _code = mailed(case)
    joined = workflow.invite_contact(case, world.coordinator, actors.new_contact())
    workflow.confirm_by_sign_in(joined.user)
    page = words(client.post(link, {"disown": "1"}))
    assert (
        gettext("Your name and your address are deleted from the case. You need not do anything else.")
        in page
    )
    case.refresh_from_db()
    assert case.is_open is True


def test_municipality_that_was_merged_meanwhile_is_filled_in_as_the_new_one(
    client: Client, case: Case, world: World
) -> None:
    link, code = mailed(case)
    witten, bochum, new = (Municipality.objects.get(key=key) for key in ("05954036", "05911000", "05954028"))
    case.partners.set([witten])
    for gone, successor in ((case.municipality, new), (witten, bochum)):
        gone.is_active, gone.successor = False, successor
        gone.save()
    fields = form_of(client.get(link)).fields
    assert (fields["municipality"], fields["partners"]) == ("05954028", "05911000")
    assert client.post(link, fields | {"code": code}).status_code == 302
    case.refresh_from_db()
    assert (case.municipality.key, [each.key for each in case.partners.all()]) == ("05954028", ["05911000"])
