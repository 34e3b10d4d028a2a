"""What the tests of accounts share: the mails, the codes and the steps of signing in."""

import re
import time

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from miglobe.accounts.models import User
from miglobe.mail.models import OutboxMessage

PASSWORD = "drei blaue Stühle am Fenster"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def mails(email: str) -> list[OutboxMessage]:
    return list(OutboxMessage.objects.filter(recipient=email).order_by("id"))


def code_of_last_mail(email: str) -> str:
    return re.search(r"\b(\d{6})\b", mails(email)[-1].body).group(1)


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def request_code(client: Client, email: str, **data: str):
    return client.post(reverse("account_login"), {"login": email} | data)


def confirm_code(client: Client, code: str, **data: str):
    return client.post(reverse("account_confirm_login_code"), {"code": code} | data)


def with_password(user: User) -> User:
    user.set_password(PASSWORD)
    user.save()
    return user


def with_totp(user: User) -> Authenticator:
    return TOTP.activate(user, SECRET).instance


def totp_code(secret: str = SECRET) -> str:
    """The code that an authenticator app shows now. Forgets which codes were used in this half minute."""
    cache.clear()
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def enter_password(client: Client, user: User, **data: str):
    fields = {"login": user.email, "password": PASSWORD} | data
    return client.post(reverse("account_login_password"), fields)


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session
