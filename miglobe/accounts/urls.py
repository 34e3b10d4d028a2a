"""The paths below /konto/. The names are allauth's, which reverses them; its other pages have none."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from django.conf import settings
from django.urls import include, path, re_path

from miglobe.accounts import views
from miglobe.accounts.views import for_password_roles

sign_in = [
    path(
        "anmelden/",
        account.LoginView.as_view(extra_context={"oidc_name": settings.OIDC_NAME}),
        name="account_login",
    ),
    path("anmelden/passwort/", views.PasswordLogin.as_view(), name="account_login_password"),
    path("anmelden/passkey/", passkeys.login_webauthn, name="mfa_login_webauthn"),
    path("anmelden/code/", views.ConfirmLoginCode.as_view(), name="account_confirm_login_code"),
    path("anmelden/code/anfordern/", views.request_login_code, name="account_request_login_code"),
    path("anmelden/zweiter-faktor/", mfa.authenticate, name="mfa_authenticate"),
    path("abmelden/", views.sign_out, name="account_logout"),
    path("gesperrt/", account.account_inactive, name="account_inactive"),
    path("einladung/<str:token>/", views.invitation, name="account_invitation"),
]

password = [
    path("vergessen/", account.password_reset, name="account_reset_password"),
    path("vergessen/gesendet/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^neu/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[^/]+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("aendern/", for_password_roles(account.password_change), name="account_change_password"),
    path("festlegen/", for_password_roles(account.password_set), name="account_set_password"),
    path("bestaetigen/", account.reauthenticate, name="account_reauthenticate"),
]

second_factor = [
    path("", views.second_factor, name="account_second_factor"),
    path("bestaetigen/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("app/einrichten/", for_password_roles(totp.activate_totp), name="mfa_activate_totp"),
    path("app/entfernen/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("notfallcodes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("notfallcodes/neu/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("notfallcodes/datei/", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("passkeys/", passkeys.list_webauthn, name="mfa_list_webauthn"),
    path("passkeys/neu/", for_password_roles(passkeys.add_webauthn), name="mfa_add_webauthn"),
    path("passkeys/bestaetigen/", passkeys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("passkeys/<int:pk>/umbenennen/", passkeys.edit_webauthn, name="mfa_edit_webauthn"),
    path("passkeys/<int:pk>/entfernen/", passkeys.remove_webauthn, name="mfa_remove_webauthn"),
]

urlpatterns = [
    path("", views.Overview.as_view(), name="mfa_index"),
    path("start/", views.home, name="account_home"),
    path("sprache/", views.choose_language, name="account_language"),
    *sign_in,
    path("passwort/", include(password)),
    path("zweiter-faktor/", include(second_factor)),
]
