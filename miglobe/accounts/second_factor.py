"""What the session knows about second factors. allauth keeps the records; we read and add some."""

from __future__ import annotations

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY, get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest

from miglobe.accounts.models import User

# Emergency codes only ever stand in for one of these.
FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


def has_factor(user: User) -> bool:
    """Whether the person has set up an authenticator app or a passkey."""
    return is_mfa_enabled(user, FACTORS)


def has_passkey_only(user: User) -> bool:
    """Whether a passkey is the person's only second factor, so that no code can be asked for."""
    return not is_mfa_enabled(user, [Authenticator.Type.TOTP])


def used_second_factor(request: HttpRequest) -> bool:
    """Whether the person of this session has shown a second factor in it. No query."""
    methods = {record["method"] for record in get_authentication_records(request, request.user)}
    if settings.OIDC_IS_SECOND_FACTOR and "socialaccount" in methods:
        return True
    return "mfa" in methods


def record_new_factor(request: HttpRequest, authenticator: Authenticator) -> None:
    """Count the set-up of a factor as its first use: allauth does not record it."""
    if authenticator.type in FACTORS:
        record_authentication(
            request, authenticator.user, "mfa", id=authenticator.pk, type=authenticator.type
        )


def forget_lost_factor(request: HttpRequest, user: User) -> None:
    """After the last factor was removed the session counts as if none had been shown."""
    if not has_factor(user):
        records = get_authentication_records(request, user)
        request.session[AUTHENTICATION_METHODS_SESSION_KEY] = [
            record for record in records if record["method"] != "mfa"
        ]
