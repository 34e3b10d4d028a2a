"""The mails about accounts: German, formal, confidential, saying first what to do."""

import re

import pytest
from allauth.account.adapter import get_adapter
from allauth.core import context
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from miglobe.mail.models import OutboxMessage

pytestmark = pytest.mark.django_db

NOTICES = [
    "account/email/password_changed",
    "account/email/password_reset",
    "account/email/password_set",
    "mfa/email/totp_activated",
    "mfa/email/totp_deactivated",
    "mfa/email/webauthn_added",
    "mfa/email/webauthn_removed",
    "mfa/email/recovery_codes_generated",
]
VALUES = {
    "code": "123456",
    "password_reset_url": "http://127.0.0.1:8000/konto/passwort/neu/1-abc/",
    "timestamp": timezone.now(),
    "ip": "192.0.2.1",
    "user_agent": "Firefox & Söhne <1>",
}


def sent(rf, prefix: str) -> OutboxMessage:
    request = rf.get("/")
    request.user = AnonymousUser()
    with context.request_context(request):
        get_adapter().send_mail(prefix, "lena@example.org", dict(VALUES))
    return OutboxMessage.objects.get()


@pytest.mark.parametrize("prefix", ["account/email/login_code", "account/email/password_reset_key", *NOTICES])
def test_mail_is_confidential_formal_and_signed_by_the_host(rf, prefix):
    mail = sent(rf, prefix)

    assert (mail.is_secret, mail.kind) == (True, prefix.rpartition("/")[2])
    assert mail.subject.split()[0] in {"Melden", "Wählen", "Prüfen"}
    assert "Forum für soziale Innovation" in mail.body
    assert not re.search(r"\b(du|dein\w*|dich|dir)\b", mail.body, re.IGNORECASE)
    assert not re.search(r"&(amp|lt|gt|#\d+);|\{[{%]|\n\n\n", mail.body)


@pytest.mark.parametrize("prefix", NOTICES)
def test_notice_says_what_to_do_if_it_was_somebody_else(rf, prefix):
    body = sent(rf, prefix).body

    assert "http://127.0.0.1:8000/konto/passwort/vergessen/" in body
    assert "Browser: Firefox & Söhne <1>" in body


def test_code_is_in_the_first_line_and_not_in_the_subject(rf):
    mail = sent(rf, "account/email/login_code")

    assert "123456" in mail.body.splitlines()[0]
    assert "123456" not in mail.subject
