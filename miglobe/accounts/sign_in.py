"""Signs people in whose identity another room has proved."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest

from miglobe.accounts.addresses import mark_verified
from miglobe.accounts.models import User


def signed_in_user(request: HttpRequest) -> User:
    """The person of this session. Raises PermissionDenied when nobody is signed in."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def sign_in_contact(request: HttpRequest, user: User) -> bool:
    """Sign in a municipality's contact person who has just entered the code from her mailbox.

    The address counts as verified, the session gets a new key and keeps what it holds, unless
    another contact person was signed in with it. Returns False, and does nothing, for people who
    are inactive or need a second factor, and when such a person is signed in with this session.
    """
    if not user.is_active or user.needs_second_factor:
        return False
    present = request.user
    if isinstance(present, User) and present != user and present.needs_second_factor:
        return False
    mark_verified(user)
    if present != user:
        get_adapter(request).login(request, user)
    record_authentication(request, user, method="code", email=user.email)
    return True


def sign_in_for_demo(request: HttpRequest, user: User) -> None:
    """Become one of the people of the sample world, second factor included.

    Raises ImproperlyConfigured wherever DEMO is not set.
    """
    if not settings.DEMO:
        raise ImproperlyConfigured("Only the demo signs people in without a proof.")
    get_adapter(request).login(request, user)
    record_authentication(request, user, method="mfa", type="demo")
