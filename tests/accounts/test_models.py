"""The user: one address, whatever its case, and roles."""

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from miglobe.accounts.models import User
from miglobe.accounts.roles import Role
from tests.actors import person

pytestmark = pytest.mark.django_db


def test_address_is_stored_in_lower_case_without_blanks():
    assert User.objects.create_user("  Kim.Muster@Stadt.DE ").email == "kim.muster@stadt.de"


def test_second_account_of_an_address_is_refused():
    User.objects.create_user("kim@stadt.de")

    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user("KIM@stadt.de")
    with pytest.raises(ValidationError) as refused:
        User(email="KIM@stadt.de", password="x").full_clean()
    assert list(refused.value.message_dict) == ["email"]


def test_capitals_are_refused_by_the_database_too():
    User.objects.create_user("kim@stadt.de")

    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.update(email="Kim@stadt.de")


def test_get_or_create_finds_the_account_whatever_the_case():
    user, is_new = User.objects.get_or_create_by_email("Kim@Stadt.de", "Kim Muster")
    same, again = User.objects.get_or_create_by_email(" kim@stadt.DE", "Anders")

    assert (is_new, again, same, same.name) == (True, False, user, "Kim Muster")
    assert user.has_usable_password() is False


def test_natural_key_ignores_case():
    user = User.objects.create_user("kim@stadt.de")

    assert User.objects.get_by_natural_key("KIM@stadt.de") == user


@pytest.mark.parametrize(
    ("role", "staff", "second_factor"),
    [
        (Role.MUNICIPALITY_CONTACT, False, False),
        (Role.ADVISOR, False, True),
        (Role.COORDINATOR, True, True),
        (Role.ADMINISTRATOR, True, True),
    ],
)
def test_role_decides_about_admin_and_second_factor(role, staff, second_factor):
    user = person("Robin Sommer", role)

    assert (user.roles, user.is_staff, user.needs_second_factor) == ({role}, staff, second_factor)


def test_locked_coordinator_is_no_staff():
    user = person("Lena Brandt", Role.COORDINATOR)
    user.is_active = False

    assert user.is_staff is False


def test_set_roles_replaces_roles_and_leaves_other_groups():
    user = person("Lena Brandt", Role.COORDINATOR)
    user.groups.add(Group.objects.create(name="something else"))

    user.set_roles([Role.ADVISOR])

    assert user.roles == {Role.ADVISOR}
    assert set(user.groups.values_list("name", flat=True)) == {"advisor", "something else"}


def test_roles_of_many_are_read_with_one_query_by_prefetch(django_assert_num_queries):
    for _ in range(3):
        person("Lena Brandt", Role.COORDINATOR)

    with django_assert_num_queries(2):
        assert [user.roles for user in User.objects.prefetch_related("groups")] == [{Role.COORDINATOR}] * 3


def test_new_address_replaces_the_former_one_for_sign_in():
    user = User.objects.create_user("alt@stadt.de")

    user.email = "neu@stadt.de"
    user.save()

    assert list(EmailAddress.objects.values_list("email", "verified", "primary")) == [
        ("neu@stadt.de", False, True)
    ]


def test_every_role_has_a_group_and_words():
    assert set(Group.objects.values_list("name", flat=True)) == set(Role)
    assert len({str(role.label) for role in Role}) == len(Role)
