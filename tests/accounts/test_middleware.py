"""Whoever needs a second factor gets nowhere without one."""

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from django.urls import reverse

from miglobe.accounts.roles import Role
from tests.accounts.support import (
    code_of_last_mail,
    confirm_code,
    enter_password,
    mails,
    request_code,
    totp_code,
    with_password,
    with_totp,
)
from tests.actors import person
from tests.sign_in import sign_in

pytestmark = pytest.mark.django_db

ROLES = [Role.ADVISOR, Role.COORDINATOR, Role.ADMINISTRATOR]
CLOSED = [
    "/",
    "/admin/",
    "/admin/accounts/user/",
    "/admin/accounts/user/add/",
    "/admin/jsi18n/",
    "/beratung/",
    "/beratung/MG-2026-0001/",
    "/meine-vorgaenge/",
    "/anfrage/",
    "/konto/",
    "/konto/start/",
    "/konto/passwort/aendern/",
    "/konto/zweiter-faktor/notfallcodes/",
]


@pytest.mark.parametrize("path", CLOSED)
@pytest.mark.parametrize("role", ROLES)
def test_without_a_factor_every_page_leads_to_the_set_up(client, role, path):
    sign_in(client, person("Robin Sommer", role), second_factor=False)

    for response in (client.get(path), client.post(path)):
        assert (response.status_code, response.url) == (302, reverse("account_second_factor"))


@pytest.mark.parametrize("path", CLOSED)
def test_with_an_unused_factor_every_page_leads_to_the_challenge(client, path):
    coordinator = person("Lena Brandt", Role.COORDINATOR)
    with_totp(coordinator)
    sign_in(client, coordinator, second_factor=False)

    asked = client.get(path)
    acted = client.post(path)

    assert asked.url.startswith(f"{reverse('mfa_reauthenticate')}?next=%2F")
    assert acted.url == f"{reverse('mfa_reauthenticate')}?next=%2Fkonto%2Fstart%2F"


def test_challenge_leads_back_to_the_page(client):
    coordinator = with_password(person("Lena Brandt", Role.COORDINATOR))
    with_totp(coordinator)
    sign_in(client, coordinator, second_factor=False)
    challenge = client.get("/admin/").url

    answered = client.post(challenge, {"code": totp_code(), "next": "/admin/"})

    assert answered.url == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_unused_factor_cannot_be_passed_by_setting_up_another(client):
    coordinator = person("Lena Brandt", Role.COORDINATOR)
    with_totp(coordinator)
    sign_in(client, coordinator, second_factor=False)

    for name in ("mfa_add_webauthn", "mfa_activate_totp", "mfa_deactivate_totp", "account_reauthenticate"):
        assert client.get(reverse(name)).url.startswith(reverse("mfa_reauthenticate"))


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.ADMINISTRATOR])
def test_with_a_used_factor_the_admin_opens(client, role):
    sign_in(client, person("Robin Sommer", role))

    assert client.get("/admin/").status_code == 200


def test_with_a_used_factor_the_workspace_opens(client):
    sign_in(client, person("Amara Okafor", Role.ADVISOR))

    assert client.get(reverse("workspace:home")).status_code == 200


def test_code_from_a_mail_alone_does_not_open_the_admin(client):
    coordinator = person("Lena Brandt", Role.COORDINATOR)
    request_code(client, coordinator.email)
    confirm_code(client, code_of_last_mail(coordinator.email))

    assert client.get("/admin/").url == reverse("account_second_factor")


def test_password_is_no_way_around_an_unused_factor(client):
    coordinator = with_password(person("Lena Brandt", Role.COORDINATOR))
    with_totp(coordinator)
    sign_in(client, coordinator, second_factor=False)

    page = client.get(reverse("mfa_reauthenticate"))

    assert page.context["reauthentication_alternatives"] == []


def test_public_page_costs_nobody_a_query_who_is_not_signed_in(client, django_assert_num_queries):
    client.get(reverse("site:easy_language"))

    with django_assert_num_queries(0):
        client.get(reverse("site:easy_language"))


def test_contact_person_needs_none(client):
    sign_in(client, person("Katrin Wellmann", Role.MUNICIPALITY_CONTACT))

    assert client.get("/konto/").status_code == 200


def test_new_role_asks_for_the_factor_at_once(client):
    contact = person("Katrin Wellmann", Role.MUNICIPALITY_CONTACT)
    sign_in(client, contact)

    contact.add_role(Role.ADVISOR)

    assert client.get("/konto/").url == reverse("account_second_factor")


def test_records_of_somebody_else_do_not_count(client):
    sign_in(client, person("Lena Brandt", Role.COORDINATOR))
    records = client.session[AUTHENTICATION_METHODS_SESSION_KEY]
    other = person("Ada Minsky", Role.ADMINISTRATOR)
    client.force_login(other)
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = records
    session.save()

    assert client.get("/admin/").url == reverse("account_second_factor")


@pytest.mark.parametrize(("counts", "status"), [(False, 302), (True, 200)])
def test_provider_sign_in_counts_as_the_setting_says(client, settings, counts, status):
    settings.OIDC_IS_SECOND_FACTOR = counts
    coordinator = sign_in(client, person("Lena Brandt", Role.COORDINATOR), second_factor=False)
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "socialaccount", "at": 0, "provider": "oidc"}]
    session.save()

    assert coordinator.needs_second_factor is True
    assert client.get("/admin/").status_code == status


@pytest.mark.parametrize("name", ["site:imprint", "site:privacy", "site:accessibility", "site:help"])
def test_texts_that_the_law_wants_stay_open(client, name):
    sign_in(client, person("Lena Brandt", Role.COORDINATOR), second_factor=False)

    assert client.get(reverse(name)).status_code == 200


def test_signing_out_stays_possible(client):
    sign_in(client, person("Lena Brandt", Role.COORDINATOR), second_factor=False)

    assert client.post(reverse("account_logout")).url == "/"


@pytest.mark.django_db(transaction=True)
def test_setting_up_the_app_opens_the_admin_in_the_same_session(client):
    coordinator = with_password(person("Lena Brandt", Role.COORDINATOR))
    enter_password(client, coordinator)
    why = client.get("/admin/", follow=True)
    assert why.redirect_chain == [(reverse("account_second_factor"), 302)]

    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    done = client.post(reverse("mfa_activate_totp"), {"code": totp_code(secret)})

    assert done.url == reverse("mfa_view_recovery_codes")
    assert len(client.get(done.url).context["unused_codes"]) == 10
    assert client.get("/admin/").status_code == 200
    assert mails(coordinator.email)[-1].kind == "totp_activated"


def test_secret_is_encrypted_in_the_database(client):
    coordinator = with_password(person("Lena Brandt", Role.COORDINATOR))
    enter_password(client, coordinator)
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    client.post(reverse("mfa_activate_totp"), {"code": totp_code(secret)})

    stored = {factor.type: factor.data for factor in Authenticator.objects.filter(user=coordinator)}

    assert set(stored) == {"totp", "recovery_codes"}
    assert stored["totp"]["secret"].startswith("gAAAA")
    assert stored["recovery_codes"]["seed"].startswith("gAAAA")
    assert secret not in str(stored)


def test_emergency_code_stands_in_for_the_app(client):
    coordinator = with_password(person("Lena Brandt", Role.COORDINATOR))
    enter_password(client, coordinator)
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    client.post(reverse("mfa_activate_totp"), {"code": totp_code(secret)})
    code = Authenticator.objects.get(user=coordinator, type="recovery_codes").wrap().get_unused_codes()[0]
    client.cookies.clear()

    enter_password(client, coordinator)
    entered = client.post(reverse("mfa_authenticate"), {"code": code})

    assert entered.url == reverse("admin:index")


def test_removing_the_last_factor_leads_to_setting_up_a_new_one(client):
    coordinator = with_password(person("Lena Brandt", Role.COORDINATOR))
    with_totp(coordinator)
    enter_password(client, coordinator)
    client.post(reverse("mfa_authenticate"), {"code": totp_code()})

    client.post(reverse("mfa_deactivate_totp"))

    assert Authenticator.objects.filter(user=coordinator).count() == 0
    assert client.get("/admin/").url == reverse("account_second_factor")


def test_password_is_asked_again_after_a_quarter_of_an_hour(client):
    coordinator = with_password(person("Lena Brandt", Role.COORDINATOR))
    enter_password(client, coordinator)
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        record | {"at": record["at"] - 901} for record in session[AUTHENTICATION_METHODS_SESSION_KEY]
    ]
    session.save()

    asked = client.get(reverse("mfa_activate_totp"))

    assert (
        asked.url
        == f"{reverse('account_reauthenticate')}?next=%2Fkonto%2Fzweiter-faktor%2Fapp%2Feinrichten%2F"
    )
