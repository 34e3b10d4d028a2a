"""Ends a sign-in when its time is over; keeps who needs a second factor out until she has shown one."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from allauth.account.adapter import get_adapter
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from miglobe.accounts.models import User
from miglobe.accounts.second_factor import has_factor, has_passkey_only, used_second_factor

# Open whoever asks: the way out, and the texts that the law wants in reach of every page.
ALWAYS_OPEN = frozenset(
    {
        "account_logout",
        "site:help",
        "site:imprint",
        "site:privacy",
        "site:accessibility",
        "site:report_barrier",
        "site:easy_language",
    }
)
# For people without a factor: setting one up, and the password that guards it.
SET_UP = frozenset(
    {"account_second_factor", "mfa_activate_totp", "mfa_add_webauthn", "account_reauthenticate"}
)
# For people with a factor who have not shown it in this session.
CHALLENGE = frozenset({"mfa_reauthenticate", "mfa_reauthenticate_webauthn"})


# When the sign-in of this session ends, in seconds since 1970; written by the signal of a sign-in.
SIGNED_IN_UNTIL = "signed_in_until"


class SignInLimitMiddleware:
    """Signs out whose time is over. Stands behind the middleware that knows the user."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        until = request.session.get(SIGNED_IN_UNTIL)
        if until is not None and until <= time.time() and isinstance(request.user, User):
            get_adapter(request).logout(request)
        return self.get_response(request)


class SecondFactorMiddleware:
    """Stands behind the middlewares that know the session, the user and allauth."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Turn the request away, whatever its method, unless it leads to a second factor."""
        name = request.resolver_match.view_name if request.resolver_match else ""
        user = request.user
        if name in ALWAYS_OPEN or not isinstance(user, User):
            return None
        if used_second_factor(request) or not user.needs_second_factor:
            return None
        return challenge(request, user, name) if has_factor(user) else set_up(name)


def set_up(name: str) -> HttpResponse | None:
    """Let set-up pages through and lead from all others to the first of them."""
    return None if name in SET_UP else redirect("account_second_factor")


def challenge(request: HttpRequest, user: User, name: str) -> HttpResponse | None:
    """Let the challenge through and lead to it from all other pages, and back afterwards."""
    if name in CHALLENGE:
        return None
    page = reverse("mfa_reauthenticate_webauthn" if has_passkey_only(user) else "mfa_reauthenticate")
    back = request.get_full_path() if request.method == "GET" else reverse("account_home")
    return HttpResponseRedirect(f"{page}?{urlencode({'next': back})}")
