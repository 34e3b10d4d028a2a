"""An offer: what it tells, what it hides, yes and no."""

from __future__ import annotations

import datetime as dt
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from miglobe.mail.models import OutboxMessage
from miglobe.site.models import PortalSettings
from miglobe.site.templatetags.kern import long_date
from requests_app import workflow
from requests_app.access import Side
from requests_app.models import AssignmentRole, AssignmentStatus, Case, CaseStatus
from requests_app.workspace.home import OPENING_LENGTH, opening
from tests import actors
from tests.actors import World

CONTACT = {
    "name": "Dr. Sümeyye Karadağ-Wöhler",
    "email": "suemeyye.karadag@steinfurt.example.org",
    "function": "Leiterin der Stabsstelle Vielfalt",
    "phone": "0221 4710-777",
}
WRITTEN = {
    "unit": "Stabsstelle Vielfalt im Rathaus",
    "organisation": "Stadtwerke, Büro Frau Karadağ-Wöhler",
    "title": "Herr Özgür Bäcker vom Weltladen wünscht Beratung",
    "situation": "Frau Lindqvist, Vorsitzende des Vereins Brücken, sagt: so nicht.",
    "guiding_question": "Wie gewinnen wir Herrn Pietrangeli?",
    "period": "Frühjahr 2027, bitte Frau Karadağ-Wöhler unter 0221 4710-777 anrufen",
    "participants": "Bürgermeister Thaddäus Vennebusch",
    "access_needs": "Rampe für Frau Lindqvist",
    "advisor_wishes": "Jemand wie Ayşe Yıldırım",
}


@pytest.fixture
def delicate(world: World) -> Case:
    """A case on offer whose texts are full of names."""
    return world.case(CaseStatus.MATCHING, contact=CONTACT, **WRITTEN)


def page(browser: Client, case: Case, name: str = "case") -> str:
    response = browser.get(reverse(f"workspace:{name}", args=[case.reference]))
    assert response.status_code == 200
    return unescape(response.content.decode())


def sentences(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


@pytest.mark.parametrize("name", ["home", "case", "decline"])
def test_offer_holds_nothing_personal(name: str, delicate: Case, lead: Client) -> None:
    if name == "home":
        html = unescape(lead.get(reverse("workspace:home")).content.decode())
    else:
        html = page(lead, delicate, name)
    contact = delicate.contacts.get()
    for secret in (*CONTACT.values(), "Karadağ", "Wöhler", "4710-777", contact.user.email, contact.user.name):
        assert secret not in html
    for field, text in WRITTEN.items():
        assert text not in html, field
    for name_of_somebody in ("Lindqvist", "Özgür", "Bäcker", "Pietrangeli", "Vennebusch", "Yıldırım"):
        assert name_of_somebody not in html


def test_offer_tells_the_frame_of_the_case(delicate: Case, world: World, lead: Client) -> None:
    html = page(lead, delicate)
    offer = world.offer_of(delicate, world.lead)
    municipality = delicate.municipality
    told = [
        municipality.name,
        municipality.get_kind_display(),
        capfirst(municipality.size_class),
        municipality.government_region,
        offer.get_role_display(),
        offer.summary,
        delicate.get_mode_display(),
        "Frühjahr 2027",
        long_date(offer.answer_due_on),
        PortalSettings.load().funder_text,
    ]
    assert [text for text in told if str(text) not in html] == []


def test_offer_shows_messages_and_answers_only_after_yes(delicate: Case, world: World, lead: Client) -> None:
    workflow.write_message(
        delicate, actors.contact_of(delicate), Side.MUNICIPALITY, text="Rückruf bitte", audience="everyone"
    )
    assert "Rückruf bitte" not in page(lead, delicate)
    lead.post(reverse("workspace:accept", args=[delicate.reference]))
    html = page(lead, delicate)
    assert [text for text in ("Rückruf bitte", CONTACT["email"], *WRITTEN.values()) if text not in html] == []


def test_accepting_opens_the_case(offered: Case, world: World, lead: Client) -> None:
    response = lead.post(reverse("workspace:accept", args=[offered.reference]), follow=True)
    assert response.redirect_chain == [(reverse("workspace:case", args=[offered.reference]), 302)]
    offered.refresh_from_db()
    assert offered.status == CaseStatus.MATCHED
    assert offered.assignments.get(advisor=world.lead).status == AssignmentStatus.ACCEPTED
    assert sentences(response) == [_("You have accepted. Thank you! Here is the whole case.")]


def test_accepting_twice_is_accepting_once(offered: Case, lead: Client) -> None:
    url = reverse("workspace:accept", args=[offered.reference])
    lead.post(url)
    events, mails = offered.events.count(), OutboxMessage.objects.count()
    response = lead.post(url)
    assert (response.status_code, response["Location"]) == (
        302,
        reverse("workspace:case", args=[offered.reference]),
    )
    assert (offered.events.count(), OutboxMessage.objects.count()) == (events, mails)


def test_second_advisor_of_the_tandem_answers_alone(offered: Case, lead: Client, co: Client) -> None:
    lead.post(reverse("workspace:accept", args=[offered.reference]))
    assert "Zusammenfassung ohne Namen" in page(co, offered)
    response = co.post(reverse("workspace:accept", args=[offered.reference]), follow=True)
    assert response.status_code == 200
    html = unescape(response.content.decode())
    assert "Amara Okafor" in html
    statuses = set(offered.assignments.values_list("status", flat=True))
    assert statuses == {AssignmentStatus.ACCEPTED}


def test_declining_keeps_the_reason_for_the_coordination(offered: Case, world: World, lead: Client) -> None:
    url = reverse("workspace:decline", args=[offered.reference])
    response = lead.post(url, {"reason": "Ich bin bis März\r\nin Elternzeit."}, follow=True)
    assert response.redirect_chain == [(reverse("workspace:home"), 302)]
    declined = offered.assignments.get(advisor=world.lead)
    assert (declined.status, declined.decline_reason) == (
        AssignmentStatus.DECLINED,
        "Ich bin bis März\nin Elternzeit.",
    )
    assert sentences(response) == [_("You have declined. The coordination has been told.")]


def test_declining_needs_no_reason(offered: Case, world: World, lead: Client) -> None:
    lead.post(reverse("workspace:decline", args=[offered.reference]), {"reason": ""})
    assert offered.assignments.get(advisor=world.lead).status == AssignmentStatus.DECLINED


def test_declining_twice_is_quiet_the_second_time(offered: Case, lead: Client) -> None:
    url = reverse("workspace:decline", args=[offered.reference])
    lead.post(url)
    events = offered.events.count()
    assert lead.post(url)["Location"] == reverse("workspace:home")
    assert offered.events.count() == events


def test_reason_that_is_too_long_is_kept_and_told(offered: Case, world: World, lead: Client) -> None:
    url = reverse("workspace:decline", args=[offered.reference])
    response = lead.post(url, {"reason": "z" * 501})
    assert response.status_code == 200
    assert list(response.context["form"].errors) == ["reason"]
    assert "z" * 501 in response.content.decode()
    assert offered.assignments.get(advisor=world.lead).status == AssignmentStatus.OFFERED


@pytest.mark.parametrize("answer", ["accept", "decline"])
def test_stale_offer_gets_a_sentence(answer: str, offered: Case, world: World, lead: Client) -> None:
    workflow.withdraw_offer(world.offer_of(offered, world.lead), world.coordinator)
    events = offered.events.count()
    response = lead.post(reverse(f"workspace:{answer}", args=[offered.reference]), follow=True)
    assert response.redirect_chain == [(reverse("workspace:home"), 302)]
    assert sentences(response) == [_("This offer is no longer open.")]
    assert offered.events.count() == events


def test_offer_withdrawn_while_the_answer_is_under_way_gets_the_same_sentence(
    offered: Case, world: World, lead: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between reading the offer and locking the case, the coordination was faster."""
    accept = workflow.accept_offer

    def late(assignment, actor):
        workflow.withdraw_offer(type(assignment).objects.get(pk=assignment.pk), world.coordinator)
        return accept(assignment, actor)

    monkeypatch.setattr(workflow, "accept_offer", late)
    response = lead.post(reverse("workspace:accept", args=[offered.reference]), follow=True)
    assert sentences(response) == [_("This offer is no longer open.")]


def test_offer_made_again_after_a_no_can_be_accepted(offered: Case, world: World, lead: Client) -> None:
    workflow.decline_offer(world.offer_of(offered, world.lead), world.lead.user)
    workflow.offer(offered, world.coordinator, world.offers(AssignmentRole.LEAD))
    lead.post(reverse("workspace:accept", args=[offered.reference]))
    assert list(offered.assignments.filter(advisor=world.lead).values_list("status", flat=True)) == [
        AssignmentStatus.DECLINED,
        AssignmentStatus.ACCEPTED,
    ]


def test_late_answer_is_still_welcome(offered: Case, world: World, lead: Client) -> None:
    offer = world.offer_of(offered, world.lead)
    offer.answer_due_on = timezone.localdate() - dt.timedelta(days=1)
    offer.save()
    lead.post(reverse("workspace:accept", args=[offered.reference]))
    assert offered.assignments.get(advisor=world.lead).status == AssignmentStatus.ACCEPTED


def test_offer_of_a_case_that_waits_for_the_municipality_has_no_buttons(world: World, co: Client) -> None:
    case = world.case(CaseStatus.MATCHED)
    workflow.end_assignment(case.assignments.get(advisor=world.lead), world.coordinator)
    workflow.ask_query(case, world.coordinator, text="Welche Vereine?")
    response = co.get(reverse("workspace:case", args=[case.reference]))
    assert (response.context["can_accept"], response.context["can_decline"]) == (False, False)
    assert reverse("workspace:accept", args=[case.reference]) not in response.content.decode()


def test_markup_in_a_summary_stays_text(offered: Case, world: World, lead: Client) -> None:
    offer = world.offer_of(offered, world.lead)
    offer.summary = "<script>alert(1)</script>"
    offer.save()
    for url in (reverse("workspace:case", args=[offered.reference]), reverse("workspace:home")):
        html = lead.get(url).content.decode()
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
        assert "<script>alert" not in html


def test_opening_of_a_summary_is_cut_between_words() -> None:
    assert opening("Kurz und gut.") == "Kurz und gut."
    cut = opening("wort " * 100)
    assert cut.endswith("wort …")
    assert len(cut) <= OPENING_LENGTH + 2


def test_opening_of_a_summary_ends_with_a_paragraph_rather_than_in_its_first_words() -> None:
    assert opening("a" * 200 + "\n\nDer Kreis hat die Verwaltung beauftragt. " * 5) == "a" * 200 + " …"
