"""The command that makes the first administrator."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from miglobe.accounts.models import User
from miglobe.accounts.roles import Role
from miglobe.mail.models import OutboxMessage
from tests.accounts.support import PASSWORD, totp_code, with_password, with_totp

pytestmark = pytest.mark.django_db


def create_admin(*args: str) -> str:
    """Run the command and return the path of the link that it prints last."""
    out = StringIO()
    call_command("create_admin", *args, stdout=out)
    return out.getvalue().strip().splitlines()[-1].removeprefix("http://127.0.0.1:8000")


def test_administrator_is_made_with_both_roles_and_no_mail():
    create_admin("Ada@Example.org", "Ada Minsky")

    user = User.objects.get(email="ada@example.org")
    assert user.roles == {Role.ADMINISTRATOR, Role.COORDINATOR}
    assert (user.name, user.is_superuser, user.has_usable_password()) == ("Ada Minsky", False, False)
    assert OutboxMessage.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_printed_link_leads_to_the_admin_and_works_once(client):
    path = create_admin("ada@example.org", "Ada Minsky")
    data = {"password1": PASSWORD, "password2": PASSWORD}

    assert client.post(path, data).url == reverse("admin:index")
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    client.post(reverse("mfa_activate_totp"), {"code": totp_code(secret)})

    assert client.get("/admin/").status_code == 200
    client.post(reverse("account_logout"))
    assert client.post(path, data).status_code == 410


def test_second_run_prints_a_new_link_for_the_same_person(client):
    first = create_admin("ada@example.org", "Ada Minsky")
    client.post(first, {"password1": PASSWORD, "password2": PASSWORD})
    client.post(reverse("account_logout"))

    second = create_admin("ADA@example.org", "Jemand anders")

    user = User.objects.get()
    assert (user.name, user.check_password(PASSWORD)) == ("Ada Minsky", True)
    assert client.get(first).status_code == 410
    assert client.get(second).status_code == 200


def test_reset_takes_the_lost_factor_away():
    create_admin("ada@example.org", "Ada Minsky")
    user = with_password(User.objects.get())
    with_totp(user)

    create_admin("ada@example.org", "Ada Minsky", "--reset")

    user.refresh_from_db()
    assert (user.has_usable_password(), user.authenticator_set.count()) == (False, 0)


@pytest.mark.parametrize("email", ["ada", "ada@", ""])
def test_wrong_address_is_refused(email):
    with pytest.raises(CommandError, match="no e-mail address"):
        create_admin(email, "Ada Minsky")
    assert User.objects.count() == 0


def test_locked_account_is_refused():
    User.objects.create_user("ada@example.org", "Ada Minsky", is_active=False)

    with pytest.raises(CommandError, match="locked"):
        create_admin("ada@example.org", "Ada Minsky")
    assert User.objects.get().roles == frozenset()
