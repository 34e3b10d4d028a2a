"""Encrypts the secrets of second factors, so that a copy of the database does not give them away."""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

PURPOSE = b"miglobe second factor"


def fernet_key(text: str) -> bytes:
    """A Fernet key derived from a long random text, for this purpose alone."""
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(text.encode())
    return base64.urlsafe_b64encode(derived)


def cipher() -> MultiFernet:
    """The first key encrypts; every key decrypts, so that keys can be changed one after the other.

    The keys from SECRET_KEY stay behind those of MFA_ENCRYPTION_KEYS: secrets that were stored
    before the latter was set remain readable.
    """
    texts = [*settings.MFA_ENCRYPTION_KEYS, settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(fernet_key(text)) for text in texts])


def encrypt(text: str) -> str:
    """`text` as a token that only the holder of a key can read."""
    return cipher().encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    """The text of a token. Raises ImproperlyConfigured when no key fits it."""
    try:
        return cipher().decrypt(token.encode()).decode()
    except InvalidToken as error:
        raise ImproperlyConfigured(
            "A second factor was stored with a key that is no longer known. Put the former value of "
            "MFA_ENCRYPTION_KEYS at the end of that variable, or the former SECRET_KEY at its end."
        ) from error
