"""Requests that an advisor passes on – and that nothing personal comes back to advisors before its time."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from miglobe.mail.models import OutboxMessage
from miglobe.site.models import PortalSettings
from requests_app import workflow
from requests_app.access import Side
from requests_app.models import AssignmentRole, Audience, Case, Channel
from tests import actors
from tests.actors import World
from tests.requests_app import files
from tests.requests_app.entered import confirm, enter, form_of
from tests.sign_in import sign_in
from tests.triage.desk import words

NEW = "/beratung/neu/"
# What is personal about the contact person of ``enter``.
PERSONAL = ("Wellmann", "@hattingen.example.org", "4710-101", "Geheim")


def pass_on(browser: Client, **changes: Any) -> Any:
    return browser.post(NEW, form_of(browser.get(NEW)).fields | changes)


def test_request_is_passed_on_and_the_page_says_what_happens(world: World, lead: Client) -> None:
    response = pass_on(
        lead, municipality="05954016", name="Katrin Wellmann", email="k@example.org", remark="Auf der Messe."
    )
    case = Case.objects.get(entered_by=world.lead.user)
    assert response.url == reverse("workspace:forwarded", args=[case.reference])
    assert case.channel == Channel.ADVISOR
    assert [(note.author, note.body) for note in case.notes.all()] == [(world.lead.user, "Auf der Messe.")]
    page = words(lead.get(response.url))
    assert case.reference in page
    assert "Wellmann" not in page


def test_home_lists_number_place_and_state_alone(world: World, lead: Client) -> None:
    case = enter(world.lead.user, Channel.ADVISOR, remark="Geheim")
    enter(world.co.user, Channel.ADVISOR)
    response = lead.get("/beratung/")
    assert [row.reference for row in response.context["forwarded_rows"]] == [case.reference]
    page = words(response)
    assert f"{case.reference} Eingegangen Hattingen" in page
    assert [word for word in PERSONAL if word in page] == []


def test_sending_twice_makes_one_case(lead: Client, world: World) -> None:
    data = form_of(lead.get(NEW)).fields | {"title": "Titel"}
    assert lead.post(NEW, data).url == lead.post(NEW, data).url
    assert Case.objects.filter(entered_by=world.lead.user).count() == 1


def test_key_of_somebody_elses_form_is_refused_and_everything_kept(lead: Client, co: Client) -> None:
    data = form_of(lead.get(NEW)).fields | {"title": "Titel"}
    lead.post(NEW, data)
    response = co.post(NEW, data)
    assert response.status_code == 200
    assert form_of(response).fields["title"] == "Titel"


def close_portal() -> None:
    settings = PortalSettings.read()
    settings.is_open, settings.closed_text = False, "Bis Januar nehmen wir nichts an."
    settings.save()


def test_nothing_is_passed_on_while_the_portal_is_closed(lead: Client) -> None:
    close_portal()
    response = lead.get(NEW, follow=True)
    assert [str(message) for message in response.context["messages"]] == ["Bis Januar nehmen wir nichts an."]
    assert response.redirect_chain == [("/beratung/", 302)]


def test_what_was_written_is_kept_when_the_portal_has_closed_meanwhile(lead: Client, world: World) -> None:
    data = form_of(lead.get(NEW)).fields | {"title": "Titel"}
    close_portal()
    response = lead.post(NEW, data)
    assert form_of(response).fields["title"] == "Titel"
    assert "Bis Januar nehmen wir nichts an." in words(response)
    assert Case.objects.filter(entered_by=world.lead.user).count() == 0


def test_channel_cannot_be_chosen(lead: Client, world: World) -> None:
    pass_on(lead, title="Titel", way="phone", channel="portal")
    assert Case.objects.get(entered_by=world.lead.user).channel == Channel.ADVISOR


def test_own_address_is_no_contact(lead: Client, world: World) -> None:
    response = pass_on(lead, title="Titel", email=world.lead.user.email)
    assert list(response.context["form"].errors) == ["email"]


def test_request_that_a_colleague_passed_on_is_not_found(world: World, co: Client) -> None:
    case = enter(world.lead.user, Channel.ADVISOR)
    assert co.get(reverse("workspace:forwarded", args=[case.reference])).status_code == 404


@pytest.mark.parametrize("times", [1, 30])
def test_forwarded_requests_take_the_same_queries_however_many(
    times: int, world: World, lead: Client, django_assert_num_queries: Any
) -> None:
    for _each in range(times):
        enter(world.lead.user, Channel.ADVISOR)
    lead.get("/beratung/")
    with django_assert_num_queries(8):
        lead.get("/beratung/")


# --- Nothing personal to advisors: page and mail, before and after --------------------------------


def everything_for(world: World, case: Case, browser: Client, document: int) -> str:
    """All that an advisor gets to see: every page of hers around the case, and every mail to her."""
    paths = [
        "/beratung/",
        reverse("workspace:forwarded", args=[case.reference]),
        reverse("workspace:case", args=[case.reference]),
        reverse("workspace:write", args=[case.reference]),
        reverse("workspace:document", args=[case.reference, document]),
    ]
    pages = [browser.get(path) for path in paths]
    texts = [page.content.decode() for page in pages if not page.streaming]
    texts += [b"".join(page.streaming_content).decode("latin-1") for page in pages if page.streaming]
    mails = OutboxMessage.objects.filter(recipient__in=[world.lead.user.email, world.co.user.email])
    return "\n".join([*texts, *(f"{mail.subject}\n{mail.body}" for mail in mails)])


def test_advisors_get_nothing_personal_before_the_contact_has_confirmed_and_accepted_after(
    world: World, lead: Client, co: Client, client: Client
) -> None:
    case = enter(world.lead.user, Channel.ADVISOR, remark="Geheim")
    contact = actors.contact_of(case)
    workflow.confirm_by_sign_in(contact)  # the address is proven; the entries are not confirmed
    document = workflow.add_document(case, contact, files.upload(files.pdf())).pk
    workflow.write_message(
        case, contact, Side.MUNICIPALITY, text="Geheim, von Frau Wellmann", audience=Audience.EVERYONE
    )
    workflow.start_review(case, world.coordinator)
    for browser in (lead, co):
        seen = everything_for(world, case, browser, document)
        assert [word for word in PERSONAL if word in seen] == []
    # After her yes an offer can be made; what it tells, it tells without names.
    contact_browser = Client()
    sign_in(contact_browser, contact)
    page = reverse("casepage:entry", args=[case.reference])
    assert contact_browser.post(page, form_of(contact_browser.get(page)).fields).status_code == 302
    workflow.offer(case, world.coordinator, world.offers(AssignmentRole.LEAD))
    seen = everything_for(world, case, lead, document)
    assert [word for word in PERSONAL if word in seen] == []
    case.refresh_from_db()
    workflow.accept_offer(world.offer_of(case, world.lead), world.lead.user)
    assert "Wellmann" in everything_for(world, case, lead, document)
    seen = everything_for(world, case, co, document)
    assert [word for word in PERSONAL if word in seen] == []


def test_contact_confirms_by_the_link_and_the_advisor_reads_no_name(world: World, lead: Client) -> None:
    case = enter(world.lead.user, Channel.ADVISOR)
    confirm(Client(), case)
    row = lead.get("/beratung/").context["forwarded_rows"][0]
    assert (row.reference, row.place, row.is_waiting) == (case.reference, "Hattingen", False)
