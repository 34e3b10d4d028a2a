"""Every page of an account: ours, in the frame of the portal, and clean under the strict policy."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse

from miglobe.accounts.roles import Role
from tests.accounts.support import (
    PASSWORD,
    enter_password,
    request_code,
    with_password,
    with_totp,
)
from tests.actors import person
from tests.sign_in import sign_in

pytestmark = pytest.mark.django_db


def check(response, status: int = 200) -> str:
    """The page has our frame, one heading, a German-ready title and nothing that the policy forbids."""
    html = response.content.decode()
    assert response.status_code == status
    assert "app-measure" in html
    assert len(re.findall(r"<h1[ >]", html)) == 1
    assert re.search(r"<title>\s*\S.* – MiGlobe</title>", html)
    for script in re.findall(r"<script[^>]*>", html):
        assert 'src="/static/' in script or 'type="application/json"' in script
    assert re.findall(r"<style|\sstyle=|\son\w+=|javascript:", html) == []
    for form in re.findall(r'<form[^>]*method="post".*?</form>', html, re.DOTALL):
        assert "csrfmiddlewaretoken" in form
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    return html


@pytest.mark.parametrize(
    "name",
    [
        "account_login",
        "account_login_password",
        "account_reset_password",
        "account_reset_password_done",
        "account_inactive",
    ],
)
def test_page_of_somebody_who_is_not_signed_in(client, name):
    check(client.get(reverse(name)))


@pytest.mark.parametrize(
    ("name", "field"),
    [("account_login", "login"), ("account_login_password", "login"), ("account_reset_password", "email")],
)
def test_empty_form_tells_the_error_at_the_field_and_on_top(client, name, field):
    html = check(client.post(reverse(name), {}))

    assert f'href="#id_{field}"' in html
    assert f'id="id_{field}_error"' in html


def test_page_for_the_code(client):
    request_code(client, "kim@stadt.de")

    html = check(client.get(reverse("account_confirm_login_code")))

    field = re.search(r'<input[^>]*name="code"[^>]*>', html).group(0)
    assert 'inputmode="numeric"' in field
    assert 'autocomplete="one-time-code"' in field
    assert "maxlength" not in field


def test_page_for_a_new_password(client):
    check(client.get(reverse("account_reset_password_from_key", args=["1", "abc-def"])))


def test_page_for_the_second_factor(client):
    coordinator = with_password(person("Lena Brandt", Role.COORDINATOR))
    with_totp(coordinator)
    enter_password(client, coordinator)

    html = check(client.get(reverse("mfa_authenticate")))

    assert "data-passkey hidden" in html


@pytest.mark.parametrize(
    "name",
    [
        "account_second_factor",
        "mfa_index",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_list_webauthn",
        "account_change_password",
        "account_logout",
    ],
)
def test_page_of_somebody_without_a_stored_factor(client, name):
    sign_in(client, with_password(person("Lena Brandt", Role.COORDINATOR)))

    check(client.get(reverse(name)))


@pytest.mark.parametrize(
    "name",
    [
        "mfa_index",
        "mfa_deactivate_totp",
        "mfa_reauthenticate",
        "account_reauthenticate",
        "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes",
    ],
)
def test_page_of_somebody_with_an_app(client, name):
    coordinator = with_password(person("Lena Brandt", Role.COORDINATOR))
    with_totp(coordinator)
    sign_in(client, coordinator)
    client.post(reverse("mfa_generate_recovery_codes"))

    check(client.get(reverse(name)))


def test_page_of_the_first_password(client):
    sign_in(client, person("Lena Brandt", Role.COORDINATOR))

    check(client.get(reverse("account_set_password")))
    saved = client.post(reverse("account_set_password"), {"password1": PASSWORD, "password2": PASSWORD})
    assert saved.url == reverse("mfa_index")


def test_overview_of_a_contact_person_says_nothing_of_passwords_to_change(client):
    sign_in(client, person("Katrin Wellmann", Role.MUNICIPALITY_CONTACT))

    html = check(client.get(reverse("mfa_index")))

    assert "Katrin Wellmann" in html
    assert reverse("account_change_password") not in html
    assert reverse("mfa_activate_totp") not in html


def test_former_advisor_finds_the_app_to_remove_it(client):
    contact = person("Katrin Wellmann", Role.MUNICIPALITY_CONTACT)
    with_totp(contact)
    sign_in(client, contact)

    html = check(client.get(reverse("mfa_index")))

    assert reverse("mfa_deactivate_totp") in html
    assert reverse("account_change_password") not in html


@pytest.mark.parametrize("name", ["mfa_activate_totp", "mfa_add_webauthn", "account_change_password"])
def test_contact_person_sets_up_nothing(client, name):
    sign_in(client, person("Katrin Wellmann", Role.MUNICIPALITY_CONTACT))

    assert client.get(reverse(name)).status_code == 403


def test_key_of_the_app_is_a_picture_and_a_text(client):
    sign_in(client, with_password(person("Lena Brandt", Role.COORDINATOR)))

    response = client.get(reverse("mfa_activate_totp"))

    html = check(response)
    assert 'src="data:image/svg+xml;base64,' in html
    assert f">{response.context['form'].secret}<" in html
    assert "img-src 'self' data:" in response.headers["Content-Security-Policy"]


def test_emergency_codes_can_be_saved_as_a_file(client):
    coordinator = with_password(person("Lena Brandt", Role.COORDINATOR))
    with_totp(coordinator)
    sign_in(client, coordinator)
    client.post(reverse("mfa_generate_recovery_codes"))
    codes = Authenticator.objects.get(user=coordinator, type="recovery_codes").wrap().get_unused_codes()

    response = client.get(reverse("mfa_download_recovery_codes"))

    assert response.content.decode().split()[-10:] == codes
    assert response.headers["Content-Disposition"].startswith("attachment")


def test_too_many_attempts_from_one_network_are_told_in_a_page(client):
    for _ in range(30):
        client.post(reverse("account_login"), {})

    check(client.post(reverse("account_login"), {}), status=429)


def test_confirm_page_without_a_request_leads_to_sign_in(client):
    assert client.get(reverse("account_confirm_login_code")).url == reverse("account_request_login_code")
    assert client.get(reverse("account_request_login_code"), {"next": "/hilfe/"}).url == (
        f"{reverse('account_login')}?next=%2Fhilfe%2F"
    )


def test_language_of_mails_is_chosen_on_the_page_of_the_account(client):
    contact = sign_in(client, person("Katrin Wellmann", Role.MUNICIPALITY_CONTACT))
    html = check(client.get(reverse("mfa_index")))
    assert '<strong lang="de">Deutsch</strong>' in html
    assert 'name="language" value="en"' in html
    assert 'name="language" value="de"' not in html
    assert client.post(reverse("account_language"), {"language": "en"})["Location"] == reverse("mfa_index")
    contact.refresh_from_db()
    assert contact.language == "en"
    assert '<strong lang="en">English</strong>' in check(client.get(reverse("mfa_index")))


@pytest.mark.parametrize("language", ["", "fr", "DE"])
def test_unknown_language_of_mails_changes_nothing(client, language):
    contact = sign_in(client, person("Katrin Wellmann", Role.MUNICIPALITY_CONTACT))
    client.post(reverse("account_language"), {"language": language})
    contact.refresh_from_db()
    assert contact.language == "de"
