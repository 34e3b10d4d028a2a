"""Signing in people whose identity another room has proved."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.test import RequestFactory

from miglobe.accounts.models import User
from miglobe.accounts.roles import Role
from miglobe.accounts.second_factor import used_second_factor
from miglobe.accounts.sign_in import sign_in_contact, sign_in_for_demo, signed_in_user
from tests.actors import person
from tests.sign_in import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def contact() -> User:
    return person("Katrin Wellmann", Role.MUNICIPALITY_CONTACT)


@pytest.fixture
def request_of(client, rf: RequestFactory):
    """A request with the client's session, and with the user whom that session holds."""

    def make():
        request = rf.post("/")
        request.session = client.session
        user_id = request.session.get("_auth_user_id")
        request.user = User.objects.get(pk=user_id) if user_id else AnonymousUser()
        return request

    return make


def test_contact_person_is_signed_in_with_a_new_session_key(request_of, contact):
    request = request_of()
    request.session["draft"] = "Migrantische Vereine"
    request.session.save()
    before = request.session.session_key

    assert sign_in_contact(request, contact) is True

    assert request.user == contact
    assert request.session.session_key != before
    assert request.session["draft"] == "Migrantische Vereine"
    contact.refresh_from_db()
    assert contact.last_login is not None
    assert list(contact.emailaddress_set.values_list("email", "verified")) == [(contact.email, True)]


@pytest.mark.parametrize("role", [Role.ADVISOR, Role.COORDINATOR, Role.ADMINISTRATOR])
def test_people_with_a_second_factor_are_refused(request_of, contact, role):
    contact.add_role(role)
    request = request_of()

    assert sign_in_contact(request, contact) is False
    assert request.user.is_anonymous is True


def test_locked_contact_is_refused(request_of, contact):
    contact.is_active = False
    request = request_of()

    assert sign_in_contact(request, contact) is False
    assert request.user.is_anonymous is True


def test_contact_who_is_signed_in_stays_so(client, request_of, contact):
    sign_in(client, contact)
    request = request_of()
    before = request.session.session_key

    assert sign_in_contact(request, contact) is True
    assert request.session.session_key == before


def test_another_contact_takes_the_session_over_emptied(client, request_of, contact):
    sign_in(client, person("Kim Muster", Role.MUNICIPALITY_CONTACT))
    request = request_of()
    request.session["draft"] = "Notizen"

    assert sign_in_contact(request, contact) is True
    assert request.user == contact
    assert "draft" not in request.session


def test_coordinator_stays_who_she_is(client, request_of, contact):
    coordinator = sign_in(client, person("Lena Brandt", Role.COORDINATOR))
    request = request_of()

    assert sign_in_contact(request, contact) is False
    assert request.user == coordinator


def test_signed_in_user_needs_a_user(request_of):
    with pytest.raises(PermissionDenied):
        signed_in_user(request_of())


def test_demo_signs_in_with_the_second_factor(settings, request_of):
    settings.DEMO = True
    request = request_of()

    sign_in_for_demo(request, person("Lena Brandt", Role.COORDINATOR))

    assert used_second_factor(request) is True


def test_demo_sign_in_does_not_work_elsewhere(settings, request_of):
    settings.DEMO = False
    request = request_of()

    with pytest.raises(ImproperlyConfigured):
        sign_in_for_demo(request, person("Lena Brandt", Role.COORDINATOR))
    assert request.user.is_anonymous is True
