"""An offer holds all that one decides on and nobody's name, in mail and page, in every kind of offer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from advisors.models import Advisor
from miglobe.mail.models import OutboxMessage
from miglobe.site.models import PortalSettings
from requests_app import place_names, workflow
from requests_app.models import (
    AssignmentRole,
    AssignmentStatus,
    Case,
    CaseStatus,
    ContactPerson,
    Municipality,
)
from requests_app.offer_facts import default_effort, place
from requests_app.summary import offer_summary
from requests_app.workflow import Offer
from tests import actors
from tests.actors import World
from tests.sign_in import sign_in

LEAD, CO = AssignmentRole.LEAD, AssignmentRole.CO
S = CaseStatus
PAGES = ("case", "decline")


def browser_of(advisor: Advisor) -> Client:
    browser = Client()
    sign_in(browser, advisor.user)
    return browser


def page(browser: Client, case: Case, name: str = "case", language: str = "de") -> str:
    with override(language):
        url = reverse(f"workspace:{name}", args=[case.reference])
    response = browser.get(url)
    assert response.status_code == 200
    return unescape(response.content.decode())


def words(html: str) -> str:
    main = html.partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]*>", " ", main).split())


def offer(world: World, case: Case, *roles: AssignmentRole) -> None:
    workflow.start_review(case, world.coordinator)
    text = offer_summary(Case.objects.get(pk=case.pk))
    people = {LEAD: world.lead, CO: world.co}
    offers = [
        Offer(people[role], role, text, effort=default_effort(people[role].user.language)) for role in roles
    ]
    workflow.offer(case, world.coordinator, offers)


# --- What one decides on --------------------------------------------------------------------------

RICH = {
    "title": "Vereine gewinnen",
    "situation": "Elf Personen sitzen in der Steuerungsgruppe.",
    "period": "März bis Juni",
    "advisor_wishes": "Erfahrung mit Ghana",
}
DECIDE_ON = {
    "de": (
        "Leitung", "Kreisangehörige Stadt", "Größere Mittelstadt, 50.000 bis 99.999",
        "Regierungsbezirk Arnsberg",
        "Fairer Handel", "Auftaktgespräch", "Vor Ort", "März bis Juni", "Elf Personen sitzen",
        "Erfahrung mit Ghana", "3 bis 6 Termine in 3 bis 9 Monaten",
        "Ihr Honorar vereinbart und zahlt die Servicestelle",
    ),
    "en": (
        "Lead", "Town in a district", "Larger medium town, 50,000 to 99,999", "Government region Arnsberg",
        "Fair trade", "First talk", "On site", "März bis Juni", "Elf Personen sitzen", "Erfahrung mit Ghana",
        "3 to 6 meetings in 3 to 9 months", "Your fee is agreed and paid directly",
    ),
}  # fmt: skip


@pytest.mark.parametrize("language", ["de", "en"])
def test_mail_and_page_hold_all_that_one_decides_on(world: World, language: str) -> None:
    world.lead.user.language = language
    world.lead.user.save()
    case = actors.submitted(**RICH)
    offer(world, case, LEAD)
    [mail] = OutboxMessage.objects.filter(kind="offer_made")
    told = words(page(browser_of(world.lead), case, language=language))
    assert [text for text in DECIDE_ON[language] if text not in mail.body] == []
    assert [text for text in DECIDE_ON[language] if text not in told] == []
    due = case.assignments.get().answer_due_on
    assert f"{due.day}" in mail.subject
    assert "Hattingen" in mail.body
    assert "Hattingen" in told


def test_fee_rule_of_the_settings_is_told(world: World) -> None:
    portal = PortalSettings.read()
    portal.fee_rule = "85 Euro je Stunde."
    portal.save()
    case = actors.submitted()
    offer(world, case, LEAD)
    assert "Honorar: 85 Euro je Stunde." in OutboxMessage.objects.get(kind="offer_made").body
    assert "Honorar 85 Euro je Stunde." in words(page(browser_of(world.lead), case))


def test_offer_stays_as_it_was_made(world: World) -> None:
    case = actors.submitted(**RICH)
    offer(world, case, LEAD)
    portal = PortalSettings.read()
    portal.expected_effort = "Ein Jahr"
    portal.save()
    workflow.set_confidential(case, world.coordinator, is_confidential=True)
    told = words(page(browser_of(world.lead), case))
    assert "3 bis 6 Termine" in told
    assert "Können Sie Hattingen beraten?" in told


# --- Tandem ---------------------------------------------------------------------------------------


def test_tandem_is_told_without_the_other_ones_name(world: World) -> None:
    case = actors.submitted()
    offer(world, case, LEAD, CO)
    lead, co = words(page(browser_of(world.lead), case)), words(page(browser_of(world.co), case))
    assert "Mit Ihnen zusammen ist eine zweite Beratungsperson angefragt." in lead
    assert "Mit Ihnen zusammen ist eine Person für die Leitung angefragt." in co
    assert "Inés" not in lead
    assert "Amara" not in co


def test_no_of_one_is_told_to_the_other_before_and_after_the_yes(world: World) -> None:
    case = actors.submitted()
    offer(world, case, LEAD, CO)
    workflow.decline_offer(world.offer_of(case, world.co), world.co.user)
    lead = browser_of(world.lead)
    assert "Die mit Ihnen angefragte zweite Beratungsperson steht nicht zur Verfügung." in words(
        page(lead, case)
    )
    workflow.accept_offer(world.offer_of(case, world.lead), world.lead.user)
    told = words(page(lead, case))
    assert "Die zweite Beratungsperson steht nicht zur Verfügung. Ihre Zusage bleibt;" in told
    assert "Inés" not in told


def test_yes_of_one_is_told_to_the_other_without_a_name(world: World) -> None:
    case = actors.submitted()
    offer(world, case, LEAD, CO)
    workflow.accept_offer(world.offer_of(case, world.lead), world.lead.user)
    told = words(page(browser_of(world.co), case))
    assert "Die Person für die Leitung hat zugesagt." in told
    assert "Amara" not in told
    assert "hat noch nicht geantwortet" in words(page(browser_of(world.lead), case))


# --- Confidential ---------------------------------------------------------------------------------


def test_confidential_offer_names_kind_size_and_region_until_the_yes(world: World) -> None:
    case = actors.submitted(**RICH)
    workflow.set_confidential(case, world.coordinator, is_confidential=True)
    offer(world, case, LEAD)
    browser = browser_of(world.lead)
    told = words(page(browser, case))
    assert "Können Sie diese Kommune beraten?" in told
    assert "Welche Kommune anfragt, erfahren Sie mit Ihrer Zusage." in told
    assert "Kommune Kreisangehörige Stadt Größere Mittelstadt" in told
    assert "Regierungsbezirk Arnsberg" in told
    home = words(unescape(browser.get(reverse("workspace:home")).content.decode()))
    assert "Kreisangehörige Stadt, Größere Mittelstadt, 50.000 bis 99.999" in home
    browser.post(reverse("workspace:accept", args=[case.reference]))
    assert "Hattingen" in words(page(browser, case))


@pytest.mark.parametrize(
    ("key", "told"),
    [
        # Region Detmold has one large independent city: its region would name it.
        ("05711000", "Kreisfreie Stadt, Großstadt ab 100.000 Einwohnerinnen und Einwohnern"),
        # There is one city region; in law it is a district.
        ("05334", "Kreis, Regierungsbezirk Köln"),
        ("05978", "Kreis, Regierungsbezirk Arnsberg"),
    ],
)
def test_what_fits_one_municipality_alone_is_not_told(world: World, key: str, told: str) -> None:
    case = actors.submitted(municipality=Municipality.objects.get(key=key))
    workflow.set_confidential(case, world.coordinator, is_confidential=True)
    offer(world, case, LEAD)
    shown = place(case.assignments.get())
    with override("de"):
        assert place(case.assignments.get()) == told, shown


# --- Nobody's name --------------------------------------------------------------------------------

NAMES = ("Katrin Wellmann", "Jonas Reiter", "Svenja Abendroth", "Otto Grünewald")
SITUATION = (
    "Frau Wellmann, Herr Reiter, Svenja Abendroth und Otto Grünewald bitten um Rat. Das Büro für Vielfalt "
    "(vielfalt@hattingen.example.org, 02324 204-4711) ist dabei. Hattinger Vereine aus dem Ennepe-Ruhr-Kreis "
    "und aus Sprockhövel, Kennzeichen EN, PLZ 45525, www.hattingen.de, Stadtwerke Hattingen GmbH."
)


def crowded(world: World, **changes: object) -> Case:
    """A request full of names, with main contact, shared mailbox, invited, former and handed-over ones."""
    fields = {
        "situation": SITUATION,
        "title": "Hattingen fragt: Jonas Reiter sucht Rat",
        "guiding_question": "Was kann Frau Wellmann in Hattingen tun?",
        "period": "wie Otto Grünewald sagt, in Hattingen",
        "advisor_wishes": "Jemand aus dem EN-Kreis, sagt Svenja Abendroth",
        "participants": "Svenja Abendroth",
        "access_needs": "Rampe für Otto Grünewald",
        "organisation": "Stadtwerke Hattingen GmbH",
        "partners": [Municipality.objects.get(name="Sprockhövel")],
    }
    partners = fields.pop("partners")
    case = actors.submitted(confirmed=False, **(fields | changes))
    case.partners.set(partners)
    workflow.confirm_by_sign_in(actors.contact_of(case)) if not changes else None
    return Case.objects.get(pk=case.pk)


def more_contacts(case: Case) -> None:
    main = actors.contact_of(case)
    former = actors.colleague(case, "Otto Grünewald")
    workflow.remove_contact(former, main)
    actors.invited(case, "Svenja Abendroth")
    actors.invited(case, "Büro für Vielfalt", email="vielfalt@hattingen.example.org", is_shared_mailbox=True)
    successor = workflow.hand_over(case, main, actors.new_contact("Jonas Reiter"))
    workflow.confirm_by_sign_in(successor.user)


def made(world: World, kind: str, *, is_confidential: bool) -> Case:
    """A case with offers out, made in one of the ways that there are."""
    if kind == "direct":
        case = crowded(world, is_direct=True, preferred_advisor=world.lead)
        if is_confidential:
            workflow.set_confidential(case, world.coordinator, is_confidential=True)
        workflow.confirm_by_sign_in(actors.contact_of(case))
        more_contacts(case)
        return case
    case = crowded(world)
    more_contacts(case)
    if is_confidential:
        workflow.set_confidential(case, world.coordinator, is_confidential=True)
    offer(world, case, LEAD, *([CO] if kind == "tandem" else []))
    if kind == "shortlist":
        wanted = Offer(world.co, LEAD, SITUATION)
        workflow.add_to_shortlist(case, world.coordinator, wanted, asks_by_itself=True)
        workflow.decline_offer(world.offer_of(case, world.lead), world.lead.user)
    return case


def contact_data(case: Case) -> Iterator[str]:
    """Everything that is known of the people of a case."""
    for contact in ContactPerson.everybody.filter(case=case).select_related("user"):
        yield from filter(
            None, (contact.name, contact.email, contact.user.email, contact.phone, contact.function)
        )
        if not contact.is_shared_mailbox:
            yield from contact.name.split()


def offered_pages(case: Case) -> Iterator[str]:
    """Every page that whoever was asked can open, in both languages."""
    for assignment in case.assignments.filter(status=AssignmentStatus.OFFERED).select_related(
        "advisor__user"
    ):
        browser = browser_of(assignment.advisor)
        for language in ("de", "en"):
            for name in PAGES:
                yield words(page(browser, case, name, language)) + _title(page(browser, case, name, language))
            with override(language):
                yield words(unescape(browser.get(reverse("workspace:home")).content.decode()))


def offer_mails(case: Case) -> list[str]:
    made = OutboxMessage.objects.filter(kind="offer_made", reference=case.reference)
    return [f"{mail.subject}\n{mail.body}" for mail in made]


def stands_in(secret: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(secret)}(?!\w)", text) is not None


def _title(html: str) -> str:
    return html.partition("<title>")[2].partition("</title>")[0]


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("is_confidential", [False, True])
@pytest.mark.parametrize("kind", ["direct", "one", "tandem", "shortlist"])
def test_no_offer_tells_who_asks(world: World, kind: str, is_confidential: bool, language: str) -> None:
    for advisor in (world.lead, world.co):
        advisor.user.language = language
        advisor.user.save()
    case = made(world, kind, is_confidential=is_confidential)
    mails, pages = offer_mails(case), list(offered_pages(case))
    assert (len(mails), len(pages)) == (
        {"direct": 1, "one": 1, "tandem": 2, "shortlist": 2}[kind],
        2 * (len(PAGES) + 1) * (2 if kind == "tandem" else 1),
    )
    secrets = set(contact_data(case))
    assert len(secrets) > 15
    # The mail of a direct enquiry goes with the confirmation: there is the main contact alone then.
    known = {word for word in secrets if re.search("wellmann|katrin|0221", word, re.IGNORECASE)}
    found = [
        (s, text) for text in mails for s in (known if kind == "direct" else secrets) if stands_in(s, text)
    ]
    found += [(secret, text) for text in pages for secret in secrets if stands_in(secret, text)]
    assert found == []
    if not is_confidential:
        return
    names = place_names.pattern_for(case)
    for text in (*mails, *pages):
        text = re.sub(r"https?://\S+", "", text)  # the portal's own
        assert names.findall(text) == []
        assert not re.search("hattingen|hattinger|sprockh|ennepe|45525|stadtwerke", text, re.IGNORECASE)
