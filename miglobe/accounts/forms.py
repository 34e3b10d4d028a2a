"""The forms of sign-in: those of allauth with our own words, and the one of an invitation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from allauth.account import forms as account_forms
from allauth.account.internal.flows.login import perform_password_login
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.webauthn import forms as webauthn_forms
from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from miglobe.accounts.models import User

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

type Text = str | _StrPromise
# For each field its label, its hint and the attributes of its control.
type Words = dict[str, tuple[Text, Text, dict[str, str]]]

EMAIL = _("Work e-mail address")
PASSWORD = _("Password")
NEW_PASSWORD = _("New password")
REPEATED = _("New password, once more")
PASSWORD_HINT = _("At least 12 characters. Several words in a row are easy to remember.")
FACTOR_CODE = _("Code")
FACTOR_HINT = _("Six digits from your authenticator app, or one of your emergency codes.")

EMAIL_FIELD = {"autocomplete": "email", "spellcheck": "false", "class": "app-w-30"}
SIGN_IN_FIELD = EMAIL_FIELD | {"autocomplete": "username"}
# `one-time-code` lets a phone propose the code. No maximal length: pasting brings blanks along.
CODE_FIELD = {"autocomplete": "one-time-code", "inputmode": "numeric", "class": "app-w-10"}
PASSWORD_FIELD = {"class": "app-w-30"}


class Worded(forms.BaseForm):
    """Puts our words on the fields that allauth has defined, and takes its placeholders away."""

    words: ClassVar[Words] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (label, hint, attrs) in self.words.items():
            field = self.fields[name]
            field.label, field.help_text = label, hint
            field.widget.attrs.pop("placeholder", None)
            field.widget.attrs.update(attrs)
            field.error_messages["required"] = _("Please fill in “%(label)s”.") % {"label": label}
            if isinstance(field, forms.EmailField):
                field.error_messages["invalid"] = _("Enter an e-mail address, for example name@stadt.de.")


class LanguageForm(forms.ModelForm):
    """What a person's mails are written in."""

    class Meta:
        model = User
        fields = ("language",)


class RequestCodeForm(Worded, account_forms.LoginForm):
    """The address that the six-digit code goes to. The settings leave the password out."""

    words: ClassVar[Words] = {"login": (EMAIL, "", EMAIL_FIELD)}


class ConfirmCodeForm(Worded, account_forms.ConfirmLoginCodeForm):
    """The six-digit code of the mail."""

    words: ClassVar[Words] = {"code": (_("Six-digit code"), "", CODE_FIELD)}


class PasswordLoginForm(Worded, account_forms.LoginForm):
    """Address and password, for people who have a second factor as well."""

    words: ClassVar[Words] = {"login": (EMAIL, "", SIGN_IN_FIELD), "password": (PASSWORD, "", PASSWORD_FIELD)}

    def _setup_password_field(self) -> None:
        """Keep the password, which allauth drops because no sign-up asks for one."""

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        """Go on to the second factor; how long the session lasts is decided when it begins."""
        self._login.redirect_url = redirect_url
        return perform_password_login(request, self.user_credentials(), self._login)


class RepeatedPassword(Worded):
    """Says in our words that the second password differs from the first."""

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        first, second = data.get("password1"), data.get("password2")
        if first and second and first != second:
            self.add_error("password2", _("The two passwords differ. Type the same one twice."))
        return data


NEW_PASSWORDS: Words = {
    "password1": (NEW_PASSWORD, PASSWORD_HINT, PASSWORD_FIELD),
    "password2": (REPEATED, "", PASSWORD_FIELD),
}


class ChangePasswordForm(RepeatedPassword, account_forms.ChangePasswordForm):
    """A new password for somebody who knows the present one."""

    words: ClassVar[Words] = {"oldpassword": (_("Current password"), "", PASSWORD_FIELD)} | NEW_PASSWORDS


class SetPasswordForm(RepeatedPassword, account_forms.SetPasswordForm):
    """A first password for somebody who has signed in by code."""

    words: ClassVar[Words] = NEW_PASSWORDS


class ResetPasswordKeyForm(RepeatedPassword, account_forms.ResetPasswordKeyForm):
    """A new password for somebody who came by the link of a mail."""

    words: ClassVar[Words] = NEW_PASSWORDS


class InvitationForm(ResetPasswordKeyForm):
    """The first password of somebody who came by the link of an invitation."""

    words: ClassVar[Words] = {
        "password1": (PASSWORD, PASSWORD_HINT, PASSWORD_FIELD),
        "password2": (_("Password, once more"), "", PASSWORD_FIELD),
    }


class ResetPasswordForm(Worded, account_forms.ResetPasswordForm):
    """Where the link for a new password goes: to people who sign in by password, and nobody else."""

    words: ClassVar[Words] = {"email": (EMAIL, "", SIGN_IN_FIELD)}

    users: list[User]

    def clean_email(self) -> str:
        email: str = super().clean_email()
        self.users = [user for user in self.users if user.needs_second_factor]
        return email


class ReauthenticateForm(Worded, account_forms.ReauthenticateForm):
    """The password once more, before something that matters."""

    words: ClassVar[Words] = {"password": (PASSWORD, "", PASSWORD_FIELD)}


class SecondFactorForm(Worded, mfa_forms.AuthenticateForm):
    """The second step of signing in."""

    words: ClassVar[Words] = {"code": (FACTOR_CODE, FACTOR_HINT, CODE_FIELD)}


class SecondFactorAgainForm(Worded, mfa_forms.ReauthenticateForm):
    """The second factor of somebody who is signed in."""

    words: ClassVar[Words] = {"code": (FACTOR_CODE, FACTOR_HINT, CODE_FIELD)}


class ActivateTOTPForm(Worded, totp_forms.ActivateTOTPForm):
    """The first code of a new authenticator app."""

    words: ClassVar[Words] = {"code": (_("Six-digit code from the app"), "", CODE_FIELD)}


PASSKEY_NAME = (
    _("Name of the passkey"),
    _("So that you recognise it later, for example “Office laptop”."),
    {"class": "app-w-20", "maxlength": "60"},
)


class AddPasskeyForm(Worded, webauthn_forms.AddWebAuthnForm):
    """A new passkey; the browser fills in the hidden credential."""

    words: ClassVar[Words] = {
        "name": PASSKEY_NAME,
        "passwordless": (
            _("Sign in with this passkey alone, without a password"),
            _("Leave this out for a security key without PIN or fingerprint."),
            {},
        ),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].initial = True


class RenamePasskeyForm(Worded, webauthn_forms.EditWebAuthnForm):
    """Another name for a passkey."""

    words: ClassVar[Words] = {"name": PASSKEY_NAME}
