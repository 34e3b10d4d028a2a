"""The helper by which migrations give permissions."""

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType

from miglobe.accounts.grants import grant, revoke
from miglobe.accounts.roles import Role

pytestmark = pytest.mark.django_db


def permissions_of(role: Role) -> set[str]:
    rows = Group.objects.get(name=role).permissions.values_list("content_type__app_label", "codename")
    return {".".join(row) for row in rows}


def test_administrators_keep_accounts_and_nobody_deletes_one():
    mine = {name for name in permissions_of(Role.ADMINISTRATOR) if name.startswith("accounts.")}

    assert mine == {"accounts.view_user", "accounts.add_user", "accounts.change_user"}
    assert not Group.objects.filter(permissions__codename="delete_user").exists()


@pytest.mark.parametrize("role", [Role.MUNICIPALITY_CONTACT, Role.ADVISOR, Role.COORDINATOR])
def test_other_roles_cannot_change_accounts(role):
    assert permissions_of(role) & {"accounts.add_user", "accounts.change_user", "auth.change_group"} == set()


def test_missing_rows_are_made_as_django_makes_them():
    Permission.objects.filter(codename="view_session").delete()
    ContentType.objects.filter(app_label="sessions").delete()

    grant(apps, Role.ADVISOR, ["sessions.view_session"])

    assert "sessions.view_session" in permissions_of(Role.ADVISOR)
    made = Permission.objects.get(codename="view_session")
    assert (made.name, made.content_type.model) == ("Can view session", "session")


def test_granting_twice_changes_nothing():
    grant(apps, Role.ADVISOR, ["sessions.view_session"])
    before = Permission.objects.count(), permissions_of(Role.ADVISOR)

    grant(apps, Role.ADVISOR, ["sessions.view_session"])

    assert (Permission.objects.count(), permissions_of(Role.ADVISOR)) == before


def test_revoke_takes_back_what_was_granted():
    before = permissions_of(Role.ADVISOR)
    grant(apps, Role.ADVISOR, ["sessions.view_session"])

    revoke(apps, Role.ADVISOR, ["sessions.view_session"])

    assert permissions_of(Role.ADVISOR) == before


@pytest.mark.parametrize("name", ["sessions.fly_session", "nowhere.view_session", "accounts.view_session"])
def test_unknown_permission_stops_the_migration(name):
    with pytest.raises(LookupError):
        grant(apps, Role.ADVISOR, [name])
