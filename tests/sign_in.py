"""Signs an actor in without walking through the pages, second factor included."""

import time

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.internal.flows.login import _AUTHENTICATION_METHODS_USER_SESSION_KEY
from allauth.account.internal.userkit import user_id_to_str
from django.test import Client

from miglobe.accounts.models import User


def sign_in(client: Client, user: User, *, second_factor: bool | None = None) -> User:
    """Sign `user` in and note how, as allauth would have done.

    Without `second_factor` whoever needs one has used it, and nobody else has.
    """
    if second_factor is None:
        second_factor = user.needs_second_factor
    client.force_login(user)
    now = time.time()
    records: list[dict] = [{"method": "code", "at": now, "email": user.email}]
    if second_factor:
        records = [
            {"method": "password", "at": now, "email": user.email},
            {"method": "mfa", "at": now, "id": 0, "type": "totp"},
        ]
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = records
    session[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = user_id_to_str(user)
    session.save()
    return user
