"""Keeps allauth's table of e-mail addresses to the one address that a person has."""

from allauth.account.models import EmailAddress

from miglobe.accounts.models import User


def keep_one_address(user: User) -> None:
    """Make allauth know `user.email` and no other address: a former one must not sign in any more."""
    EmailAddress.objects.filter(user=user).exclude(email=user.email).delete()
    EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"primary": True})


def mark_verified(user: User) -> None:
    """Note that the person has shown that the address is hers."""
    EmailAddress.objects.update_or_create(
        user=user, email=user.email, defaults={"primary": True, "verified": True}
    )
