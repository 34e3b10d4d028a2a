"""Requests that the coordination enters, completes and waits for."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext

from requests_app import workflow
from requests_app.models import Case, CaseStatus, Channel, ExpectedContact
from tests.actors import World, submitted
from tests.requests_app.entered import confirm, enter, form_of, mailed
from tests.triage.desk import Desk, sent, words

pytestmark = pytest.mark.django_db
ENTER = reverse("admin:requests_app_case_enter")


def complete_url(case: Case) -> str:
    return reverse("admin:requests_app_case_complete", args=[case.pk])


def typed(desk: Desk, path: str = ENTER, **changes: Any) -> dict[str, Any]:
    """What a browser sends of the form at ``path``, with ``changes`` typed into it."""
    return form_of(desk.get(path)).fields | changes


def entered(desk: Desk, **changes: Any) -> Case:
    response = desk.client.post(ENTER, typed(desk, way="phone", **changes))
    assert response.status_code == 302, dict(response.context["form"].errors)
    return Case.objects.get(entered_by=desk.user)


def test_list_and_overview_lead_to_the_form(desk: Desk) -> None:
    for page in (desk.list(), desk.get(reverse("admin:index"))):
        assert f'href="{ENTER}"' in page.content.decode()


def test_request_is_entered_with_what_is_known(desk: Desk) -> None:
    case = entered(desk, name="Frau Özkan", phone="02324 204-0", remark="Ruft zurück.")
    assert (case.channel, case.municipality, case.title) == (Channel.PHONE, None, "")
    assert ExpectedContact.objects.get(case=case).phone == "02324 204-0"
    assert [note.body for note in case.notes.all()] == ["Ruft zurück."]
    page = words(desk.sheet(case))
    for text in (
        "Anfrage ohne Titel",
        "Frau Özkan",
        "02324 204-0",
        "Eingetragen von Lena Brandt, noch nicht bestätigt",
    ):
        assert text in page
    assert desk.rows("?q=Özkan") == [""]
    assert "Anfrage ohne Titel" in words(desk.list())
    assert gettext("Entered, not confirmed yet") in words(desk.list())


@pytest.mark.parametrize(("channel"), ["phone", "mail", "event", "funder"])
def test_channel_is_noted(desk: Desk, channel: str) -> None:
    desk.client.post(ENTER, typed(desk, title="Titel", way=channel))
    assert Case.objects.get(entered_by=desk.user).channel == channel


def test_way_must_be_chosen_and_something_must_be_known(desk: Desk) -> None:
    response = desk.client.post(ENTER, typed(desk))
    assert list(response.context["form"].errors) == ["way"]
    response = desk.client.post(ENTER, typed(desk, way="phone"))
    assert response.context["form"].non_field_errors() == [
        gettext("Fill in at least one entry: a name, a number or what it is about.")
    ]
    assert Case.objects.filter(entered_by=desk.user).exists() is False


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "keine Adresse"),
        ("municipality", "99999999"),
        ("title", "x" * 121),
        ("situation", "x" * 3001),
    ],
)
def test_wrong_entry_is_told_as_in_the_form_and_everything_is_kept(
    desk: Desk, field: str, value: str
) -> None:
    data = typed(desk, way="phone", name="Frau Özkan", goals="quality") | {field: value}
    response = desk.client.post(ENTER, data)
    assert list(response.context["form"].errors) == [field]
    kept = form_of(response).fields
    assert (kept["name"], kept["goals"]) == ("Frau Özkan", "quality")
    if field != "municipality":
        assert kept[field] == value


def test_town_that_was_typed_and_not_found_is_not_dropped(desk: Desk) -> None:
    response = desk.client.post(ENTER, typed(desk, way="phone", name="X", municipality_typed="Entenhausen"))
    assert "Entenhausen" in response.context["form"].errors["municipality"][0]


def test_own_address_is_no_contact(desk: Desk) -> None:
    response = desk.client.post(ENTER, typed(desk, way="phone", email=desk.user.email.upper()))
    assert list(response.context["form"].errors) == ["email"]


def test_sending_twice_makes_one_case(desk: Desk) -> None:
    data = typed(desk, way="mail", title="Titel", email="katrin@example.org")
    addresses = {desk.client.post(ENTER, data).url for _each in range(2)}
    assert len(addresses) == 1
    assert Case.objects.filter(entered_by=desk.user).count() == 1
    assert len(sent("request_entered")) == 1


def test_entries_are_completed_and_the_first_address_gets_the_mail(desk: Desk) -> None:
    case = entered(desk, name="Frau Özkan")
    data = typed(desk, complete_url(case), municipality="05954016", email="katrin@example.org")
    assert data["name"] == "Frau Özkan"
    assert desk.client.post(complete_url(case), data).status_code == 302
    assert [mail.recipient for mail in sent("request_entered")] == ["katrin@example.org"]
    assert "Geändert" not in words(desk.sheet(case))
    assert "Kommune, Dienstliche E-Mail-Adresse" in words(desk.sheet(case))


def test_company_is_entered_with_its_unit_to_be_clarified(desk: Desk, client: Client) -> None:
    case = entered(
        desk,
        municipality="05954016",
        organisation="Stadtwerke Hattingen",
        name="Katrin Wellmann",
        email="katrin@example.org",
        title="Titel",
        situation="Lage",
    )
    assert (case.organisation, case.lead_unit_open) == ("Stadtwerke Hattingen", True)
    assert gettext("To clarify: unit in charge") in words(desk.sheet(case))
    workflow.settle_lead_unit(case, desk.user, unit="Amt 50")
    confirm(client, case, title="Anderer Titel")
    case.refresh_from_db()
    assert (case.title, case.organisation, case.unit) == ("Anderer Titel", "Stadtwerke Hattingen", "Amt 50")
    assert (case.awaits_confirmation, case.lead_unit_open) == (False, False)


def test_company_is_added_and_taken_away_while_entries_are_completed(desk: Desk) -> None:
    case = entered(desk, title="Titel")
    found = []
    for organisation in ("Stadtwerke Hattingen", ""):
        data = typed(desk, complete_url(case), organisation=organisation)
        assert desk.client.post(complete_url(case), data).status_code == 302
        case.refresh_from_db()
        found.append((case.organisation, case.lead_unit_open))
    assert found == [("Stadtwerke Hattingen", True), ("", False)]


def test_contact_person_is_asked_for_a_company_only_where_one_was_entered(desk: Desk, client: Client) -> None:
    asked = {}
    for organisation in ("Stadtwerke Hattingen", ""):
        case = enter(desk.user, organisation=organisation)
        asked[organisation] = form_of(client.get(mailed(case)[0])).fields.get("organisation")
    assert asked == {"Stadtwerke Hattingen": "Stadtwerke Hattingen", "": None}


def test_address_is_not_taken_away_again(desk: Desk) -> None:
    case = entered(desk, name="Katrin", email="katrin@example.org")
    response = desk.client.post(complete_url(case), typed(desk, complete_url(case), email=""))
    assert list(response.context["form"].errors) == ["email"]


def test_colleagues_change_in_between_is_told_and_nothing_overwritten(desk: Desk, world: World) -> None:
    case = entered(desk, title="Titel")
    data = typed(desk, complete_url(case), unit="Amt 41")
    Case.objects.filter(pk=case.pk).update(version=case.version + 1)
    response = desk.client.post(complete_url(case), data)
    assert response.context["form"].non_field_errors() == [str(workflow.InvalidTransition().message)]
    assert form_of(response).fields["unit"] == "Amt 41"
    assert desk.client.post(complete_url(case), form_of(response).fields).status_code == 302


def test_confirmed_entries_are_not_changed_any_more(desk: Desk, client: Client) -> None:
    case = enter(desk.user)
    data = typed(desk, complete_url(case), title="Anders")
    confirm(client, case)
    assert desk.client.post(complete_url(case), data).status_code == 302
    case.refresh_from_db()
    assert case.title == "Migrantische Vereine gewinnen"


def test_case_of_the_public_form_is_not_completed(desk: Desk) -> None:
    assert desk.get(complete_url(submitted())).status_code == 302


def step_names(desk: Desk, case: Case) -> list[str]:
    return [button.key for button in desk.sheet(case).context["buttons"]]


def test_sheet_waits_for_the_contact_with_link_and_telephone(desk: Desk, client: Client) -> None:
    case = enter(desk.user)
    response = desk.sheet(case)
    assert step_names(desk, case)[0] == "send_entry_link"
    assert response.context["call"] == "0221 4710-101"
    desk.press(response, gettext("Send the link again"))
    assert len(sent("request_entered")) == 2
    confirm(client, case)
    assert step_names(desk, case)[0] == "start_review"
    assert {"send_entry_link", "complete_entry"} & set(step_names(desk, case)) == set()


def test_sheet_without_an_address_offers_no_mail(desk: Desk) -> None:
    case = entered(desk, name="Frau Özkan", phone="02324 204-0")
    names = step_names(desk, case)
    assert names[0] == "complete_entry"
    assert {"ask_query", "send_entry_link"} & set(names) == set()


def test_request_without_an_address_is_declined_without_a_mail(desk: Desk) -> None:
    case = entered(desk, name="Frau Özkan")
    page = desk.step(case, "decline")
    assert gettext("No mail goes out: there is no e-mail address yet.") in words(page)
    typed = {"resolution": "not_eligible", "text": "Nein."}
    assert desk.press(page, gettext("Send and decline"), **typed).status_code == 302
    case.refresh_from_db()
    assert case.status == CaseStatus.DECLINED
    assert sent("request_declined") == []


def test_very_short_request_is_taken_and_the_sheet_says_to_ask_back(desk: Desk) -> None:
    case = submitted(situation="Wir brauchen Beratung.")
    response = desk.sheet(case)
    assert gettext("A very short request: ask back, or call.") in words(response)
    assert step_names(desk, case)[0] == "ask_query"
    assert response.context["call"] == "0221 4710-101"
    workflow.ask_query(case, desk.user, text="Worum geht es?")
    assert gettext("A very short request: ask back, or call.") not in words(desk.sheet(case))


def test_offer_is_no_step_before_the_contact_has_confirmed(desk: Desk, client: Client) -> None:
    case = enter(desk.user)
    workflow.start_review(case, desk.user)
    assert "offer" not in step_names(desk, case)
    assert desk.sheet(case).context["fits"] == []
    assert desk.step(case, "offer").status_code == 302
    confirm(client, case)
    assert step_names(desk, case)[0] == "offer"
