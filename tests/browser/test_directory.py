"""The directory and the advisor's own pages in a real browser, with and without script."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, expect

from advisors.models import Advisor, AdvisorLanguage, Topic
from miglobe.accounts.models import User
from tests import actors
from tests.browser.looks import Looks
from tests.sign_in import sign_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def looks():
    seen = Looks()
    yield seen
    assert seen.faults == []


def as_person(browser: Browser, url: str, user: User | None = None, **options: object) -> BrowserContext:
    """A browser of its own for one person, signed in."""
    context = browser.new_context(base_url=url, **options)
    if user:
        client = Client()
        sign_in(client, user)
        context.add_cookies([{"name": k, "value": m.value, "url": url} for k, m in client.cookies.items()])
    return context


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()
    page.wait_for_load_state()


def pool() -> Advisor:
    """Three people in the directory; one of them with a photo and everything else."""
    amara = actors.advisor(
        "Amara Okafor", published=False, travel_radius_km=60, countries="Ghana, Togo",
        formats=["workshop", "process_support"], approach="Ich frage, wer bisher nicht am Tisch sitzt.",
    )  # fmt: skip
    AdvisorLanguage.objects.create(advisor=amara, code="ee", level="first")
    actors.give_photo(amara)
    actors.publish(amara)
    youth = actors.advisor("Inés Carvajal", base_town="Münster", base_key="05515000", travel_radius_km=60)
    youth.topics.set(Topic.objects.filter(key="youth"))
    actors.advisor("Thu-Hà Nguyễn", modes=["online"])
    return amara


def test_filter_without_script_leads_to_a_profile_and_to_the_request(browser: Browser, live_server) -> None:
    amara = pool()
    context = as_person(
        browser, live_server.url, java_script_enabled=False, viewport={"width": 390, "height": 800}
    )
    page = context.new_page()
    page.goto(reverse("site:landing"))
    page.get_by_role("link", name="Beratende kennenlernen").click()
    expect(page.get_by_role("heading", level=2).first).to_have_text("3 Beratende")
    page.select_option("[name=topic]", "fair_trade")
    page.fill("[name=place]", "Bonn")
    press(page, "Anzeigen")
    expect(page).to_have_title(re.compile("Beratende: ein Treffer"))
    expect(page.locator("#hits")).to_contain_text("Amara Okafor")
    expect(page.locator(".app-advisor")).to_have_count(1)
    page.select_option("[name=topic]", "youth")
    press(page, "Anzeigen")
    expect(page.locator("#hits")).to_contain_text("Niemand passt zu allen Angaben")
    page.get_by_role("link", name="Alle anzeigen").click()
    page.get_by_role("link", name="Amara Okafor").click()
    expect(page.get_by_role("img", name="Foto von Amara Okafor")).to_be_visible()
    page.get_by_role("link", name="Direkt anfragen").click()
    expect(page).to_have_url(live_server.url + reverse("intake:direct", args=[amara.slug]))
    context.close()


def test_profile_goes_from_the_form_into_the_public_and_out_again(browser: Browser, live_server) -> None:
    amara, lena = actors.advisor(published=False, profile=""), actors.coordinator()
    public = reverse("directory:profile", args=[amara.slug])
    own = as_person(browser, live_server.url, amara.user, java_script_enabled=False)
    desk = as_person(browser, live_server.url, lena)
    visitor = as_person(browser, live_server.url).new_page()

    page = own.new_page()
    page.goto(reverse("profile:edit"))
    page.fill("[name=profile]", "Ich begleite Partnerschaften.")
    page.set_input_files(
        "[name=new_photo]", {"name": "ich.png", "mimeType": "image/png", "buffer": actors.picture(kind="PNG")}
    )
    press(page, "Speichern und zur Veröffentlichung geben")
    expect(page.locator(".app-preview")).to_contain_text("Ich begleite Partnerschaften.")
    press(page, "Zur Veröffentlichung geben")
    expect(page.locator("#error-summary")).to_contain_text("Setzen Sie das Häkchen")
    page.check("[name=agree]")
    press(page, "Zur Veröffentlichung geben")
    expect(page.locator("#standing")).to_have_text("Wartet auf Freigabe")
    assert visitor.goto(public).status == 404

    office = desk.new_page()
    office.goto(reverse("admin:index"))
    office.get_by_role("link", name="Ein Profil wartet auf Freigabe").click()
    expect(office.locator("main, #content").first).to_contain_text("Ich begleite Partnerschaften.")
    press(office, "Freigeben")
    visitor.goto(public)
    expect(visitor.get_by_role("heading", level=1)).to_have_text("Amara Okafor")
    shown = visitor.get_by_role("img", name="Foto von Amara Okafor")
    assert shown.evaluate("image => image.decode().then(() => image.naturalWidth)") == 400

    page.goto(reverse("profile:edit"))
    page.get_by_role("link", name="Profil zurückziehen").click()
    press(page, "Profil zurückziehen")
    expect(page.locator("#standing")).to_have_text("Nicht öffentlich")
    assert visitor.goto(public).status == 404
    for context in (own, desk, visitor.context):
        context.close()


def test_keyboard_reaches_the_hits_after_the_filter(browser: Browser, live_server) -> None:
    pool()
    context = as_person(browser, live_server.url)
    page = context.new_page()
    page.goto(reverse("directory:list"))
    page.locator("[name=place]").focus()
    page.keyboard.type("Bonn")
    page.keyboard.press("Enter")
    page.wait_for_url("**#hits")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Amara Okafor")).to_be_focused()
    context.close()


def test_pages_of_the_directory_are_accessible(browser: Browser, live_server, looks: Looks) -> None:
    amara = pool()
    context = as_person(browser, live_server.url, bypass_csp=True)
    page = context.new_page()
    for name, path in (
        ("Verzeichnis", reverse("directory:list")),
        ("Verzeichnis mit Filter", reverse("directory:list") + "?place=Bonn"),
        ("Verzeichnis mit Fehler", reverse("directory:list") + "?place=Buxtehude"),
        ("Verzeichnis ohne Treffer", reverse("directory:list") + "?topic=youth&format=workshop"),
        ("Profil", reverse("directory:profile", args=[amara.slug])),
        ("Profil auf Englisch", "/en" + reverse("directory:profile", args=[amara.slug])),
    ):
        page.goto(path)
        looks.at(page, name)
    context.close()


def test_own_pages_and_the_review_are_accessible(browser: Browser, live_server, looks: Looks) -> None:
    amara = pool()
    amara.profile = "Ein ganz neuer Text mit Erfahrung."
    amara.save(update_fields=["profile"])
    own = as_person(browser, live_server.url, amara.user, bypass_csp=True)
    page = own.new_page()
    for name in ("edit", "publish", "withdraw", "absences"):
        page.goto(reverse(f"profile:{name}"))
        looks.at(page, name)
    page.fill("[name=first_day]", "2027-01-02")
    page.fill("[name=last_day]", "2027-01-01")
    page.get_by_role("button", name="Abwesenheit eintragen").click()
    looks.at(page, "Abwesenheit mit Fehler")
    waiting = actors.consented(amara)
    desk = as_person(browser, live_server.url, actors.coordinator(), bypass_csp=True)
    office = desk.new_page()
    office.goto(reverse("admin:advisors_publication_review", args=[waiting.pk]))
    looks.at(office, "Prüfung")
    office.goto(reverse("admin:advisors_publication_changelist"))
    looks.at(office, "Liste der Profile")
    own.close()
    desk.close()
