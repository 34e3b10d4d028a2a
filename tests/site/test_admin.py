"""The admin's frame and the portal's settings in it."""

import pytest
from django.urls import reverse

from miglobe.accounts.roles import Role
from miglobe.site.models import PortalSettings
from tests.actors import administrator, advisor, coordinator, person
from tests.sign_in import sign_in

pytestmark = pytest.mark.django_db

SETTINGS = "/admin/site/portalsettings/1/change/"


def form_data(**changes) -> dict:
    """What the browser posts when somebody saves the shipped settings."""
    portal = PortalSettings.shipped()
    data = {
        field.name: getattr(portal, field.name)
        for field in PortalSettings._meta.fields
        if field.editable and getattr(portal, field.name) not in (None, False)
    }
    return data | changes


@pytest.fixture
def admin(client):
    sign_in(client, administrator())
    return client


def test_list_of_settings_leads_to_the_one_row(admin):
    response = admin.get("/admin/site/portalsettings/")
    assert (response.status_code, response.url) == (302, SETTINGS)


def test_page_shows_the_shipped_settings_and_stores_nothing(admin):
    html = admin.get(SETTINGS).content.decode()
    assert "Hans Wietert-Wehkamp" in html
    assert PortalSettings.objects.count() == 0


def test_saving_stores_the_row_and_changes_the_portal(admin, client):
    response = admin.post(SETTINGS, form_data(contact_name="Lena Brandt", first_answer_days=7))
    assert response.status_code == 302
    assert PortalSettings.objects.get().first_answer_days == 7
    assert "Lena Brandt" in client.get("/").content.decode()


def test_saving_twice_keeps_one_row(admin):
    admin.post(SETTINGS, form_data(notice_banner="Erst"))
    admin.post(SETTINGS, form_data(notice_banner="Dann"))
    assert [row.notice_banner for row in PortalSettings.objects.all()] == ["Dann"]


def test_closing_without_a_text_is_refused(admin):
    data = form_data(closed_text="")
    del data["is_open"]
    response = admin.post(SETTINGS, data)
    assert response.status_code == 200
    assert list(response.context["errors"].data) != []
    assert PortalSettings.objects.count() == 0


def test_page_names_what_is_still_to_be_filled_in(admin):
    html = admin.get(SETTINGS).content.decode()
    assert "Noch einzutragen: " in html
    assert "Vollständiger Name mit Rechtsform" in html


def test_page_is_quiet_when_all_is_filled_in(admin):
    portal = PortalSettings.shipped()
    for field in portal.missing:
        setattr(portal, field.name, "eingetragen")
    portal.save()
    assert "Noch einzutragen" not in admin.get(SETTINGS).content.decode()


def test_settings_can_be_neither_added_nor_deleted(admin):
    assert admin.get("/admin/site/portalsettings/add/").status_code == 403
    assert admin.post("/admin/site/portalsettings/1/delete/", {"post": "yes"}).status_code == 403


def test_there_is_no_second_row_to_open(admin):
    assert admin.get("/admin/site/portalsettings/2/change/").status_code == 302


@pytest.mark.parametrize("method", ["get", "post"])
def test_settings_are_closed_to_coordinators(client, method):
    sign_in(client, coordinator())
    assert getattr(client, method)(SETTINGS).status_code == 403


@pytest.mark.parametrize("who", ["advisor", "contact"])
def test_settings_are_closed_to_everybody_else(client, who):
    user = advisor().user if who == "advisor" else person("Kim Muster", Role.MUNICIPALITY_CONTACT)
    sign_in(client, user)
    response = client.get(SETTINGS, follow=True)
    assert response.status_code == 403


def test_settings_ask_anonymous_to_sign_in(client):
    response = client.get(SETTINGS, follow=True)
    assert response.redirect_chain[-1][0].startswith(reverse("account_login"))


# --- Theme and navigation ---------------------------------------------------------------------


def rooms(client) -> list[str]:
    context = client.get("/admin/").context
    return [room.label for room in [*context["rooms"], *context["more_rooms"]]]


def test_navigation_offers_the_settings_to_administrators_alone(client):
    sign_in(client, coordinator())
    assert "Einstellungen" not in rooms(client)
    sign_in(client, administrator())
    assert "Einstellungen" in rooms(client)


def test_navigation_begins_with_the_overview_and_marks_the_current_room(admin):
    response = admin.get(SETTINGS)
    assert [(room.label, room.url) for room in response.context["rooms"][:1]] == [("Übersicht", "/admin/")]
    assert [room.label for room in response.context["rooms"] if room.current] == ["Einstellungen"]
    assert 'aria-current="page">Einstellungen</a>' in response.content.decode()


def test_theme_comes_last_and_no_sidebar_is_there(admin):
    html = admin.get(SETTINGS).content.decode()
    assert html.index("admin/css/forms.css") < html.index("css/admin/theme.css")
    assert html.index("admin/css/responsive.css") < html.index("css/admin/theme.css")
    assert "nav-sidebar" not in html


def test_pages_keep_to_the_content_security_policy(admin):
    response = admin.get(SETTINGS)
    html = response.content.decode()
    assert "'unsafe-inline'" not in response.headers["Content-Security-Policy"]
    assert " style=" not in html
    assert " onclick=" not in html
    assert "<script>" not in html


@pytest.mark.parametrize("english", ["Run", "- Select an option -", "Save and continue editing", "Search"])
def test_lists_and_forms_are_german_throughout(admin, english):
    for address in ["/admin/accounts/user/", "/admin/accounts/user/add/", "/admin/mail/outboxmessage/"]:
        assert f">{english}<" not in admin.get(address, follow=True).content.decode()


def test_scripts_of_the_admin_speak_german(admin):
    script = admin.get("/admin/jsi18n/").content.decode()
    assert '"Choose all %s": "Alle %s ausw\\u00e4hlen"' in script
    assert '"Today (%(date)s)": "Heute (%(date)s)"' in script
    assert "Stunden vor.)" in script
    assert '"Today": "Heute"' in script  # Django's own
