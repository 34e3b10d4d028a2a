"""The public pages: what they show, that the settings change them, what they cost."""

import pytest
from django.urls import reverse

from miglobe.mail.models import OutboxMessage
from miglobe.site.models import PortalSettings

pytestmark = pytest.mark.django_db

PUBLIC = {
    "site:landing": "/",
    "site:before_asking": "/bevor-sie-anfragen/",
    "site:process": "/ablauf/",
    "site:faq": "/haeufige-fragen/",
    "site:help": "/hilfe/",
    "site:imprint": "/impressum/",
    "site:privacy": "/datenschutz/",
    "site:accessibility": "/barrierefreiheit/",
    "site:report_barrier": "/barriere-melden/",
    "site:easy_language": "/leichte-sprache/",
}


def text_of(client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize(("name", "path"), PUBLIC.items())
def test_public_page_has_its_path_and_opens_without_sign_in(client, name, path):
    assert reverse(name) == path
    html = text_of(client, path)
    assert '<html lang="de">' in html
    assert html.count("<h1") == 1
    assert "<title> " not in html and " – MiGlobe</title>" in html


HELPFUL = {
    "/bevor-sie-anfragen/": ["Wer anfragen kann", "Was es kostet", "kostenfrei", "Wie lange es dauert",
        "Ein Beispiel für eine gute Beschreibung", "Antwort", "keine persönlichen Angaben von Dritten"],
    "/en/bevor-sie-anfragen/": ["Who may ask", "What it costs", "free of charge", "How long it takes",
        "An example of a good description", "answer", "no personal details of third parties"],
    "/ablauf/": ["Sie fragen an", "Wir prüfen und fragen nach", "Die passende Beratung wird gefunden",
        "Sie kommen ins Gespräch", "Sie vereinbaren Handlungsoptionen"],
    "/haeufige-fragen/": ["Meine Stelle steht nicht in der Liste", "30 Tage", "Wir sind ein Verein"],
}  # fmt: skip


@pytest.mark.parametrize(("path", "words"), HELPFUL.items())
def test_texts_say_what_one_wants_to_know_before_asking(client, path, words):
    html = text_of(client, path)
    assert [word for word in words if word not in html] == []


@pytest.mark.parametrize("language", ["", "/en"])
def test_form_begins_with_a_link_to_what_one_wants_to_know(client, language):
    assert f'href="{language}/bevor-sie-anfragen/"' in text_of(client, f"{language}/anfrage/")


@pytest.mark.parametrize("path", PUBLIC.values())
def test_public_page_costs_no_query_once_the_settings_are_cached(client, django_assert_num_queries, path):
    client.get(path)
    with django_assert_num_queries(0):
        client.get(path)


@pytest.mark.parametrize("path", [path for path in PUBLIC.values() if path != "/barriere-melden/"])
def test_public_page_refuses_to_act(client, path):
    assert client.post(path).status_code == 405


@pytest.mark.parametrize("path", PUBLIC.values())
def test_public_page_holds_nothing_inline_and_nothing_from_elsewhere(client, path):
    html = text_of(client, path)
    assert "<style" not in html
    assert " style=" not in html
    assert " onclick=" not in html
    assert "<script>" not in html
    assert 'src="http' not in html
    assert '<link rel="stylesheet" href="http' not in html


def test_landing_states_the_offer(client):
    html = text_of(client, "/").replace("\u00ad", "")
    for words in [
        "Was kann die Kommune konkret tun, um eine interkulturelle Öffnung",
        "Beteiligungschancen mehren",
        "Qualität erhöhen",
        "Wertschätzung steigern",
        "Chancen verdeutlichen",
        "Für Ihre Kommune ist die Beratung kostenfrei.",
        "alle verfassten Kommunen in Nordrhein-Westfalen",
        "Servicestelle Kommunen in der Einen Welt (SKEW)",
        "Über die Koordination",
        "Direkt bei einer Beratungsperson",
        "Hans Wietert-Wehkamp",
        'href="tel:+4917612307830"',
        'href="mailto:h.wietert-wehkamp@fsi-forum.de"',
        "innerhalb von 5 Arbeitstagen",
    ]:
        assert words in html, words


def test_landing_leads_to_the_form_and_to_the_cases(client):
    html = text_of(client, "/")
    assert f'class="kern-btn kern-btn--primary" href="{reverse("intake:start")}"' in html
    assert f'class="kern-btn kern-btn--secondary" href="{reverse("casepage:list")}"' in html


# Every word of the host that the front page shows.
SHOWN = [
    "host_name",
    "funder_text",
    "cost_sentence",
    "contact_name",
    "contact_role",
    "contact_phone",
    "contact_hours",
    "landing_title",
    "landing_lead",
    "guiding_question",
    *[f"aim_{n}_{part}" for n in range(1, 5) for part in ("title", "text")],
    "eligibility_text",
    "ask_host_text",
    "ask_advisors_text",
    "notice_banner",
]


@pytest.mark.parametrize("field", SHOWN)
def test_landing_shows_what_the_settings_say(client, field):
    portal = PortalSettings.shipped()
    setattr(portal, field, "Neue Worte <des> Trägers")
    portal.save()
    assert "Neue Worte &lt;des&gt; Trägers" in text_of(client, "/")


@pytest.mark.parametrize("field", ["host_website", "project_website"])
def test_addresses_are_links_only_when_given(client, field):
    portal = PortalSettings.shipped()
    portal.save()
    assert "https://projekt.example.org" not in text_of(client, "/")
    setattr(portal, field, "https://projekt.example.org")
    portal.save()
    assert 'href="https://projekt.example.org"' in text_of(client, "/")


def test_landing_names_one_working_day_in_the_singular(client):
    portal = PortalSettings.shipped()
    portal.first_answer_days = 1
    portal.save()
    assert "innerhalb von 1 Arbeitstag " in text_of(client, "/")


def test_closed_portal_says_so_and_offers_no_form(client):
    portal = PortalSettings.shipped()
    portal.is_open, portal.closed_text = False, "Wir sind ab März wieder da."
    portal.save()
    html = text_of(client, "/")
    assert "Wir sind ab März wieder da." in html
    assert "Mit Wunschperson anfragen" not in html
    assert ">Beratung anfragen</span>" not in html


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/impressum/", "imprint_name"),
        ("/impressum/", "imprint_address"),
        ("/impressum/", "imprint_representatives"),
        ("/impressum/", "imprint_register"),
        ("/impressum/", "imprint_vat_id"),
        ("/impressum/", "imprint_editor"),
        ("/datenschutz/", "imprint_name"),
        ("/datenschutz/", "data_protection_officer"),
        ("/datenschutz/", "hosting_provider"),
        ("/datenschutz/", "supervisory_authority"),
        ("/barrierefreiheit/", "enforcement_body"),
    ],
)
def test_legal_page_shows_what_the_settings_say(client, path, field):
    portal = PortalSettings.shipped()
    setattr(portal, field, "Neue Angabe <hier>")
    portal.save()
    assert "Neue Angabe &lt;hier&gt;" in text_of(client, path)


def test_placeholder_stands_out_until_it_is_filled_in(client):
    assert "<mark>[Bitte eintragen: vollständiger Name mit Rechtsform]</mark>" in text_of(
        client, "/impressum/"
    )


def test_privacy_names_every_cookie_and_period(client, settings):
    html = text_of(client, "/datenschutz/")
    days = settings.SESSION_COOKIE_AGE // 86400
    for words in [
        "<code>sessionid</code>",
        "<code>csrftoken</code>",
        "<code>messages</code>",
        f"Höchstens {days} Tage",
        "30 Tage nach der letzten Änderung",
        "14 Tage",
        "12 Monate nach Abschluss",
        "5 Jahre nach dem Verwendungsnachweis",
        "7 Tage",
    ]:
        assert words in html, words


def test_public_page_sets_no_cookie(client):
    assert client.get("/").cookies == {}


# --- Report of a barrier ----------------------------------------------------------------------


def test_barrier_report_goes_to_the_contact(client):
    data = {"description": "Das Menü ist <nicht> bedienbar.", "page": "/hilfe/", "email": "kim@example.org"}
    response = client.post("/barriere-melden/", data, follow=True)
    assert response.redirect_chain == [("/barriere-melden/", 302)]
    assert "Vielen Dank. Ihre Meldung ist bei uns angekommen." in response.content.decode()
    (mail,) = OutboxMessage.objects.all()
    assert mail.kind == "barrier_report"
    assert mail.to == ["h.wietert-wehkamp@fsi-forum.de"]
    assert mail.subject == "Barriere gemeldet"
    assert "Das Menü ist <nicht> bedienbar." in mail.body
    assert "kim@example.org" in mail.body
    assert "/hilfe/" in mail.body


def test_barrier_report_without_an_address_says_so(client):
    client.post("/barriere-melden/", {"description": "Zu kleine Schrift."})
    assert "keine Adresse angegeben" in OutboxMessage.objects.get().body


def test_barrier_report_follows_the_contact_of_the_settings(client):
    portal = PortalSettings.shipped()
    portal.contact_email = "barrierefrei@example.org"
    portal.save()
    client.post("/barriere-melden/", {"description": "Zu kleine Schrift."})
    assert OutboxMessage.objects.get().to == ["barrierefrei@example.org"]


def test_barrier_report_with_errors_keeps_what_was_typed_and_sends_nothing(client):
    response = client.post("/barriere-melden/", {"description": "", "page": "/hilfe/", "email": "kim@"})
    html = response.content.decode()
    assert response.status_code == 200
    assert "<title>Fehler: Barriere melden – MiGlobe</title>" in html
    assert "Bitte prüfen Sie 2 Angaben" in html
    assert html.count("Beschreiben Sie, was nicht funktioniert.") == 2
    assert 'value="kim@"' in html
    assert 'value="/hilfe/"' in html
    assert OutboxMessage.objects.count() == 0


def test_barrier_report_of_a_program_looks_sent_and_is_not(client):
    response = client.post(
        "/barriere-melden/", {"description": "Kaufen!", "website": "https://spam.example.org"}
    )
    assert (response.status_code, response.url) == (302, "/barriere-melden/")
    assert OutboxMessage.objects.count() == 0


@pytest.mark.parametrize(
    ("referer", "shown"),
    [("http://testserver/hilfe/?x=1", "/hilfe/"), ("https://elsewhere.example.org/hilfe/", ""), ("", "")],
)
def test_barrier_report_knows_our_own_page_that_one_came_from(client, referer, shown):
    response = client.get("/barriere-melden/", headers={"referer": referer})
    assert response.context["form"]["page"].value() == shown
