"""Secrets of second factors in the database."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from miglobe.accounts.encryption import decrypt, encrypt

OLD, NEW = "o" * 40, "n" * 40


def test_secret_comes_back_and_is_not_readable():
    token = encrypt("JBSWY3DPEHPK3PXP")

    assert decrypt(token) == "JBSWY3DPEHPK3PXP"
    assert "JBSWY3DPEHPK3PXP" not in token
    assert encrypt("JBSWY3DPEHPK3PXP") != token


def test_keys_can_be_changed_one_after_the_other(settings):
    settings.MFA_ENCRYPTION_KEYS = [OLD]
    token = encrypt("secret")

    settings.MFA_ENCRYPTION_KEYS = [NEW, OLD]
    renewed = encrypt("secret")
    assert decrypt(token) == "secret"

    settings.MFA_ENCRYPTION_KEYS = [NEW]
    assert decrypt(renewed) == "secret"
    with pytest.raises(ImproperlyConfigured, match="MFA_ENCRYPTION_KEYS"):
        decrypt(token)


def test_secret_stored_before_keys_were_set_stays_readable(settings):
    token = encrypt("secret")

    settings.MFA_ENCRYPTION_KEYS = [NEW]

    assert decrypt(token) == "secret"


def test_former_secret_key_still_reads(settings):
    token = encrypt("secret")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]

    settings.SECRET_KEY = "another" * 8

    assert decrypt(token) == "secret"
