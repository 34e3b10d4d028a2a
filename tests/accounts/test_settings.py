"""What operators can switch: the identity provider, the keys of second factors."""

import os
import subprocess
import sys

import pytest

OIDC = {
    "OIDC_NAME": "FSI-Konto",
    "OIDC_SERVER_URL": "https://konto.example.org/realms/fsi",
    "OIDC_CLIENT_ID": "miglobe",
    "OIDC_CLIENT_SECRET": "geheim",
}


def run(code: str, **env: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "miglobe.settings", "TESTING": "1"} | env,
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("missing", ["OIDC_SERVER_URL", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"])
def test_incomplete_provider_stops_the_start_and_names_the_variable(missing):
    result = run("from miglobe import settings", **(OIDC | {missing: ""}))

    assert result.returncode == 1
    assert f"ImproperlyConfigured: Set {missing}: " in result.stderr


def test_provider_is_offered_and_reachable_under_the_security_policy():
    code = "from miglobe.settings import *; print(*SECURE_CSP['form-action'], INSTALLED_APPS[-1])"

    shown = run(code, **OIDC).stdout

    assert shown == "'self' https://konto.example.org allauth.socialaccount.providers.openid_connect\n"


def test_provider_has_paths_only_when_it_is_on():
    code = (
        "import django; django.setup()\n"
        "from miglobe.accounts.provider_urls import urlpatterns\n"
        "print(any('anbieter' in str(entry.pattern) for entry in urlpatterns))"
    )

    assert (run(code).stdout, run(code, **OIDC).stdout) == ("False\n", "True\n")


def test_short_encryption_key_stops_the_start():
    result = run("from miglobe import settings", MFA_ENCRYPTION_KEYS=f"{'x' * 32},kurz")

    assert "Set MFA_ENCRYPTION_KEYS to texts of 32 characters or more" in result.stderr
