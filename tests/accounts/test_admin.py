"""Accounts in the admin: who sees them, what can be changed, who is invited."""

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from miglobe.accounts.models import User
from miglobe.accounts.roles import Role
from tests.accounts.support import mails, with_password, with_totp
from tests.actors import person
from tests.sign_in import sign_in

pytestmark = pytest.mark.django_db

LIST = "/admin/accounts/user/"
ADD = "/admin/accounts/user/add/"


@pytest.fixture
def administrator(client) -> User:
    return sign_in(client, person("Ada Minsky", Role.ADMINISTRATOR))


def change_url(user: User) -> str:
    return reverse("admin:accounts_user_change", args=[user.pk])


def fields(user: User, **changes) -> dict:
    return {"email": user.email, "name": user.name, "roles": list(user.roles), "is_active": "on"} | changes


def run_action(client, action: str, *users: User):
    return client.post(LIST, {"action": action, "_selected_action": [user.pk for user in users]})


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.MUNICIPALITY_CONTACT, 403),
        (Role.ADVISOR, 403),
        (Role.COORDINATOR, 403),
        (Role.ADMINISTRATOR, 200),
    ],
)
def test_only_administrators_see_accounts(client, role, status):
    user = sign_in(client, person("Robin Sommer", role))

    for path in (LIST, ADD, change_url(user)):
        assert client.get(path, follow=True).status_code == status


def test_coordinator_cannot_make_herself_administrator(client):
    coordinator = sign_in(client, person("Lena Brandt", Role.COORDINATOR))

    refused = client.post(
        change_url(coordinator), fields(coordinator, roles=["coordinator", "administrator"])
    )

    assert refused.status_code == 403
    assert User.objects.get(pk=coordinator.pk).roles == {Role.COORDINATOR}


def test_permission_alone_does_not_let_a_coordinator_give_roles(client):
    from django.apps import apps

    from miglobe.accounts.grants import grant

    grant(apps, Role.COORDINATOR, ["accounts.view_user", "accounts.change_user", "accounts.add_user"])
    coordinator = sign_in(client, person("Lena Brandt", Role.COORDINATOR))

    assert (
        client.post(change_url(coordinator), fields(coordinator, roles=["administrator"])).status_code == 403
    )
    assert client.get(ADD).status_code == 403


def test_administrator_makes_an_advisor_who_is_invited(client, administrator):
    data = {"email": "Amara@Example.org", "name": "Amara Okafor", "roles": ["advisor"], "is_active": "on"}

    client.post(ADD, data | {"invite": "on"})

    made = User.objects.get(email="amara@example.org")
    assert (made.roles, made.has_usable_password()) == ({Role.ADVISOR}, False)
    [mail] = mails("amara@example.org")
    assert "Ada Minsky lädt Sie ein" in mail.body


def test_invitation_can_be_left_out(client, administrator):
    client.post(ADD, {"email": "amara@example.org", "roles": ["advisor"], "is_active": "on"})

    assert mails("amara@example.org") == []


def test_contact_person_is_made_without_an_invitation(client, administrator):
    data = {"email": "kim@stadt.de", "roles": ["municipality_contact"], "is_active": "on", "invite": "on"}

    client.post(ADD, data)

    assert User.objects.get(email="kim@stadt.de").roles == {Role.MUNICIPALITY_CONTACT}
    assert mails("kim@stadt.de") == []


def test_second_account_of_an_address_is_told_at_the_field(client, administrator):
    refused = client.post(ADD, {"email": administrator.email.upper(), "is_active": "on"})

    assert list(refused.context["adminform"].form.errors) == ["email"]


def test_roles_are_replaced_by_the_ticked_ones(client, administrator):
    user = person("Robin Sommer", Role.ADVISOR)

    client.post(change_url(user), fields(user, roles=["coordinator", "municipality_contact"]))

    assert User.objects.get(pk=user.pk).roles == {Role.COORDINATOR, Role.MUNICIPALITY_CONTACT}
    assert LogEntry.objects.get(object_id=str(user.pk)).get_change_message() != ""


def test_own_administration_cannot_be_given_up(client, administrator):
    refused = client.post(change_url(administrator), fields(administrator, roles=["coordinator"]))

    assert list(refused.context["adminform"].form.errors) == ["roles"]
    assert User.objects.get(pk=administrator.pk).roles == {Role.ADMINISTRATOR}


def test_own_account_cannot_be_locked(client, administrator):
    data = fields(administrator)
    del data["is_active"]

    refused = client.post(change_url(administrator), data)

    assert list(refused.context["adminform"].form.errors) == ["is_active"]


def test_locking_an_account_ends_its_sessions(client, administrator, client_class=None):
    from django.test import Client

    other = Client()
    coordinator = sign_in(other, person("Lena Brandt", Role.COORDINATOR))
    data = fields(coordinator)
    del data["is_active"]

    client.post(change_url(coordinator), data)

    assert other.get("/admin/").status_code == 302


def test_no_form_has_a_password_field(client, administrator):
    for path in (ADD, change_url(administrator)):
        assert "password" not in " ".join(client.get(path).context["adminform"].form.fields)
        assert b'type="password"' not in client.get(path).content


def test_nobody_is_deleted(client, administrator):
    user = person("Robin Sommer", Role.ADVISOR)

    assert (
        client.post(reverse("admin:accounts_user_delete", args=[user.pk]), {"post": "yes"}).status_code == 403
    )
    run_action(client, "delete_selected", user)
    assert User.objects.filter(pk=user.pk).exists() is True


def test_invitation_goes_to_those_who_sign_in_with_a_password(client, administrator):
    advisor = person("Amara Okafor", Role.ADVISOR)
    contact = person("Katrin Wellmann", Role.MUNICIPALITY_CONTACT)

    answer = run_action(client, "send_invitation", advisor, contact)

    assert answer.status_code == 302
    assert (len(mails(advisor.email)), len(mails(contact.email))) == (1, 0)
    assert LogEntry.objects.filter(object_id=str(advisor.pk)).count() == 1


def test_invitation_can_be_sent_from_the_persons_page(client, administrator):
    advisor = person("Amara Okafor", Role.ADVISOR)
    data = {"CHANGE_FORM-action": "send_invitation", "_selected_action": advisor.pk}

    client.post(change_url(advisor), data)

    assert len(mails(advisor.email)) == 1


def test_reset_takes_the_factor_away_and_invites(client, administrator):
    advisor = with_password(person("Amara Okafor", Role.ADVISOR))
    with_totp(advisor)

    client.post(change_url(advisor), {"CHANGE_FORM-action": "reset_sign_in", "_selected_action": advisor.pk})

    advisor.refresh_from_db()
    assert (advisor.has_usable_password(), Authenticator.objects.filter(user=advisor).count()) == (False, 0)
    assert len(mails(advisor.email)) == 1


def test_list_tells_roles_and_second_factor(client, administrator):
    with_totp(person("Amara Okafor", Role.ADVISOR))
    person("Lena Brandt", Role.COORDINATOR)
    person("Katrin Wellmann", Role.MUNICIPALITY_CONTACT)

    changelist = client.get(LIST).context["cl"]

    admin = changelist.model_admin
    shown = {
        user.name: (admin.second_factor(user), admin.roles_in_words(user)) for user in changelist.result_list
    }
    assert {name: factor for name, (factor, _) in shown.items()} == {
        "Ada Minsky": False,
        "Amara Okafor": True,
        "Lena Brandt": False,
        "Katrin Wellmann": None,
    }
    assert shown["Amara Okafor"][1] == str(Role.ADVISOR.label)


def test_list_can_be_narrowed_to_a_role(client, administrator):
    advisor = person("Amara Okafor", Role.ADVISOR)

    assert list(client.get(LIST, {"role": "advisor"}).context["cl"].result_list) == [advisor]


@pytest.mark.parametrize("others", [1, 30])
def test_list_costs_the_same_queries_at_1_and_at_30_rows(
    client, administrator, others, django_assert_num_queries
):
    for number in range(others):
        with_totp(person(f"Person{number} Muster", Role.ADVISOR, Role.COORDINATOR))
    client.get(LIST)

    with django_assert_num_queries(8):
        client.get(LIST)


@pytest.mark.parametrize("lookup", ["password__startswith=a", "password=a"])
def test_list_is_not_narrowed_by_passwords(client, administrator, lookup):
    user = person("Kim Beispiel")
    user.set_password("a")
    user.save()
    answer = client.get(f"{LIST}?{lookup}", follow=True)
    assert answer.status_code == 400 or "?e=1" in answer.redirect_chain[0][0]
