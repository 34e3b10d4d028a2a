"""Invitations: a link by which an advisor, a coordinator or an administrator comes to a password."""

from __future__ import annotations

from datetime import timedelta

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.module_loading import import_string
from django.utils.translation import override

from miglobe.accounts.adapters import mail_headers
from miglobe.accounts.addresses import mark_verified
from miglobe.accounts.models import User

SALT = "miglobe.accounts.invitations"
LIFETIME = timedelta(days=14)


class CannotInvite(ValueError):
    """The account is locked, or its roles sign in by code and need no invitation."""


def invite(user: User, request: HttpRequest | None = None) -> str:
    """Mail a person the link by which she chooses a password, and return the link.

    `request` is that of the inviting person, whose name the mail gives; without one it is signed by
    the host alone. The mail is stored in the caller's transaction. Raises CannotInvite for inactive
    people and for those who need no password. Earlier links stay open until one has been used.
    """
    with override(user.language):
        link = invitation_link(user)
        context = import_string(settings.MAIL_CONTEXT)() | {
            "user": user,
            "roles": sorted(str(role.label) for role in user.roles),
            "link": link,
            "days": LIFETIME.days,
            "inviting": request.user if request and request.user.is_authenticated else None,
        }
        subject = render_to_string(f"mail/{user.language}/invitation_subject.txt", context)
        body = render_to_string(f"mail/{user.language}/invitation_body.txt", context)
    EmailMessage(
        " ".join(subject.split()), body.strip() + "\n", to=[user.email], headers=mail_headers("invitation")
    ).send()
    return link


def invitation_link(user: User) -> str:
    """The address of the page where `user` chooses a password. Raises CannotInvite as `invite` does."""
    if not may_be_invited(user):
        raise CannotInvite(f"{user.email} is inactive or signs in by code.")
    token = signing.dumps([user.pk, _state(user)], salt=SALT, compress=True)
    return settings.BASE_URL + reverse("account_invitation", args=[token])


def may_be_invited(user: User) -> bool:
    """Whether the person is one of those who sign in with a password."""
    return user.is_active and user.needs_second_factor


def invited_user(token: str) -> User | None:
    """The person of a link; None when it is forged, older than 14 days, used or no longer meant."""
    try:
        pk, state = signing.loads(token, salt=SALT, max_age=LIFETIME)
    except signing.BadSignature:
        return None
    user = User.objects.filter(pk=pk).first()
    if user is None or not may_be_invited(user) or state != _state(user):
        return None
    return user


def accept(request: HttpRequest, user: User, password: str) -> HttpResponse:
    """Give the person her password and sign her in; the second factor comes next.

    Whoever else was signed in with this browser is signed out.
    """
    if request.user.is_authenticated and request.user != user:
        get_adapter(request).logout(request)
    with transaction.atomic():
        user.set_password(password)
        user.save(update_fields=["password"])
        mark_verified(user)
    record_authentication(request, user, method="password", email=user.email)
    return perform_login(request, Login(user=user, email=user.email))


@transaction.atomic
def reset_access(user: User) -> None:
    """Take away password and second factors and end every session; an invitation leads back in."""
    Authenticator.objects.filter(user=user).delete()
    user.set_unusable_password()
    user.save(update_fields=["password"])


def _state(user: User) -> str:
    """Changes as soon as the person has a new password or address, so that a link works once."""
    return salted_hmac(SALT, f"{user.password}|{user.email}", algorithm="sha256").hexdigest()[:32]
