"""What allauth asks the portal: where to go after signing in, how mails look, how secrets are kept."""

from __future__ import annotations

import time
from typing import Any

from allauth.account import app_settings as account_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from miglobe.accounts import encryption
from miglobe.accounts.carrying import carried_over
from miglobe.accounts.models import User
from miglobe.accounts.roles import STAFF_ROLES, Role
from miglobe.accounts.second_factor import has_factor, used_second_factor
from miglobe.accounts.sign_in import signed_in_user

TOO_MANY_ATTEMPTS = _("There were too many attempts. Please wait a few minutes and try again.")


# Ways of signing in that make it needless to ask for the password again right afterwards.
PROOFS = frozenset({"password", "password_reset", "mfa"})


def mail_headers(kind: str) -> dict[str, str]:
    """Headers of a mail about an account.

    The first two speak to the outbox: it shows nobody the body, erases it once the mail is
    delivered, and lists the mail as `kind`. The third asks mail robots not to answer (RFC 3834).
    """
    return {"X-MiGlobe-Secret": "1", "X-MiGlobe-Kind": kind, "Auto-Submitted": "auto-generated"}


def home_of(user: User) -> str:
    """The page where a person's work begins, by her role."""
    if user.roles & STAFF_ROLES:
        return reverse("admin:index")
    if Role.ADVISOR in user.roles:
        return reverse("workspace:home")
    return reverse("casepage:list")


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in by people we know, with our own words."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This account is locked. Please contact the coordination."),
        "email_password_mismatch": _("The e-mail address and the password do not fit together."),
        "enter_current_password": _("This is not your current password."),
        "incorrect_code": _("This code is not right. Check it and enter it again."),
        "incorrect_password": _("This is not your password."),
        "invalid_login": _("Enter an e-mail address, for example name@stadt.de."),
        "too_many_login_attempts": _(
            "There were too many attempts. Please wait a few minutes and try again."
        ),
        "rate_limited": _("There were too many attempts. Please wait a few minutes and try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up: accounts come from the request form and from invitations."""
        return False

    def login(self, request: HttpRequest, user: Any) -> None:
        """Sign in; an unfinished request stays, also when somebody else was signed in before."""
        with carried_over(request):
            super().login(request, user)

    def logout(self, request: HttpRequest) -> None:
        """Sign out; an unfinished request stays, as it does for people who never signed in."""
        with carried_over(request):
            super().logout(request)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Where a sign-in without a `next` leads."""
        return home_of(signed_in_user(request))

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Back to the account's overview."""
        return reverse("mfa_index")

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The link of the mail: always the portal's own address, whatever host was asked."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return settings.BASE_URL + path.replace("UID-KEY", key)

    def format_email_subject(self, subject: str) -> str:
        """The subject as it is written in the template."""
        return subject

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Render a mail from `<template_prefix>_subject.txt` and `_message.txt` and hand it over."""
        shared = import_string(settings.MAIL_CONTEXT)()
        super().send_mail(template_prefix, email, shared | context)

    def render_mail(
        self, template_prefix: str, email: str, context: dict[str, Any], headers: dict[str, str] | None = None
    ) -> EmailMessage:
        """A mail that the outbox keeps confidential: it carries a code, a link or a browser's address.

        It speaks the language of the page where it was asked for: its templates lie in a folder of
        that name below allauth's.
        """
        folder, _slash, kind = template_prefix.rpartition("/")
        prefix = f"{folder}/{get_language()}/{kind}"
        return super().render_mail(prefix, email, context, (headers or {}) | mail_headers(kind))

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whether to ask again who it is: not of somebody who has signed in a moment ago."""
        earliest = time.time() - account_settings.REAUTHENTICATION_TIMEOUT
        records = get_authentication_records(self.request, self.request.user)
        if any(record["method"] in PROOFS and record["at"] > earliest for record in records):
            return False
        return super().is_reauthentication_required(app=app, **kwargs)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """The ways to show again who one is, in our words.

        As long as the second factor has not been shown in this session, the password is none of them.
        """
        words = {
            "reauthenticate": gettext("With your password"),
            "mfa_reauthenticate": gettext("With a code of your authenticator app or an emergency code"),
            "mfa_reauthenticate:webauthn": gettext("With a passkey"),
        }
        methods = super().get_reauthentication_methods(user)
        if has_factor(user) and not used_second_factor(self.request):
            methods = [method for method in methods if method["id"] != "reauthenticate"]
        return [method | {"description": words[method["id"]]} for method in methods]


class MFAAdapter(DefaultMFAAdapter):
    """Second factors, their secrets encrypted."""

    error_messages = DefaultMFAAdapter.error_messages | {
        # Said of a code as well as of a passkey.
        "incorrect_code": _("That does not match. Please try again."),
        "cannot_generate_recovery_codes": _("Set up a second factor first."),
    }

    def encrypt(self, text: str) -> str:
        """A secret as it is stored."""
        return encryption.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        """A stored secret as it is used."""
        return encryption.decrypt(encrypted_text)

    def generate_authenticator_name(self, user: Any, type: Authenticator.Type) -> str:
        """The name that the form proposes for the next passkey."""
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return gettext("Passkey %(number)d") % {"number": number}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """How the device names the portal when it offers a passkey."""
        return super().get_public_key_credential_rp_entity() | {"name": settings.MFA_TOTP_ISSUER}
